"""Where everything lies below the root in HDFS: one function a place, no path joined by hand."""

from __future__ import annotations

from lake.features import FEATURE_TASKS, image_features, image_features_build
from lake.folders import Folders
from lake.intake import MRI_SCANS, QUARANTINE, QUARANTINE_RELEASES, RAW_FILES
from lake.model import GROUND_TRUTH, MODEL_METRICS, MODEL_METRICS_BUILD, MODEL_PREDICTIONS, STAGE_RUNS
from lake.table import Table

# Headers (raw_images), paths of senders (the others), true dates beside pseudonyms (deidentified).
IDENTIFYING = (
    *("raw_images", RAW_FILES.folder, "index", QUARANTINE.folder, QUARANTINE_RELEASES.folder),
    *("deidentified", "_work"),
)


class Places(Folders):
    """Every place below `root` (an absolute HDFS path such as /medical_data)."""

    def folder(self, table: Table) -> str:
        """Return the folder that holds a table's partitions."""
        return f"{self.root}/{table.folder}"

    def partition(self, table: Table, *values: str) -> str:
        """Return the folder of one partition: one value a partition column."""
        return f"{self.root}/{table.partition(*values)}"

    def identifying(self) -> list[str]:
        """Return the folders whose content identifies patients."""
        return [f"{self.root}/{name}" for name in IDENTIFYING]

    def raw_files(self, scan_date: str) -> str:
        return f"{self.partition(RAW_FILES, scan_date)}/files.parquet"

    def scans(self, scan_date: str) -> str:
        return f"{self.partition(MRI_SCANS, scan_date)}/scans.parquet"

    def quarantine(self, scan_date: str) -> str:
        return f"{self.partition(QUARANTINE, scan_date)}/quarantine.parquet"

    def quarantine_folder(self) -> str:
        return self.folder(QUARANTINE)

    def releases(self, scan_date: str) -> str:
        return f"{self.partition(QUARANTINE_RELEASES, scan_date)}/releases.parquet"

    def features_build(self, scan_date: str, build: str) -> str:
        return self.partition(image_features_build(), scan_date, build)

    def feature_tasks(self, scan_date: str, build: str) -> str:
        return f"{self.partition(FEATURE_TASKS, scan_date, build)}/tasks.parquet"

    def features_folder(self) -> str:
        return self.folder(image_features())

    def features(self, scan_date: str) -> str:
        return f"{self.partition(image_features(), scan_date)}/features.parquet"

    def stage_run(self, run_date: str, name: str) -> str:
        return f"{self.partition(STAGE_RUNS, run_date)}/{name}.parquet"

    def labels(self, outcome: str) -> str:
        return f"{self.partition(GROUND_TRUTH, outcome)}/labels.parquet"

    def predictions(self, version: str) -> str:
        return f"{self.partition(MODEL_PREDICTIONS, version)}/predictions.parquet"

    def metrics(self, metric_date: str) -> str:
        return f"{self.partition(MODEL_METRICS, metric_date)}/metrics.parquet"

    def metrics_build(self, metric_date: str, build: str) -> str:
        """Return the folder that Hive's INSERT OVERWRITE fills for one metric date."""
        return self.partition(MODEL_METRICS_BUILD, metric_date, build)
