"""Where everything lies below the root in HDFS: one function a place, no path joined by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import basename

from lake.features import FEATURE_TASKS, image_features, image_features_build
from lake.intake import MRI_SCANS, QUARANTINE, QUARANTINE_RELEASES, RAW_FILES
from lake.model import GROUND_TRUTH, MODEL_METRICS, MODEL_METRICS_BUILD, MODEL_PREDICTIONS, STAGE_RUNS
from lake.table import Table

UNDATED = "undated"
DATED = "scan_date="
# Headers (raw_images), paths of senders (the others), true dates beside pseudonyms (deidentified).
IDENTIFYING = (
    *("raw_images", RAW_FILES.folder, "index", QUARANTINE.folder, QUARANTINE_RELEASES.folder),
    *("deidentified", "_work"),
)


@dataclass(frozen=True)
class Places:
    """Every place below `root` (an absolute HDFS path such as /medical_data)."""

    root: str

    def folder(self, table: Table) -> str:
        """Return the folder that holds a table's partitions."""
        return f"{self.root}/{table.folder}"

    def partition(self, table: Table, *values: str) -> str:
        """Return the folder of one partition: one value a partition column."""
        return f"{self.root}/{table.partition(*values)}"

    def identifying(self) -> list[str]:
        """Return the folders whose content identifies patients."""
        return [f"{self.root}/{name}" for name in IDENTIFYING]

    def index(self) -> str:
        return f"{self.root}/index/landing.parquet"

    def index_dates(self) -> str:
        """Return the small file that lists the scan dates of the landing zone."""
        return f"{self.root}/index/dates.json"

    def committed(self, scan_date: str) -> str:
        return f"{self.root}/index/committed/{DATED}{scan_date}"

    def incoming(self, scan_date: str, build: str) -> str:
        return f"{self.root}/raw_images/_incoming/{DATED}{scan_date}/{build}"

    def raw(self, scan_date: str) -> str:
        return f"{self.root}/raw_images/{DATED}{scan_date}"

    def raw_file(self, scan_date: str, sha256: str) -> str:
        return f"{self.raw(scan_date)}/{sha256}.dcm"

    def raw_files(self, scan_date: str) -> str:
        return f"{self.partition(RAW_FILES, scan_date)}/files.parquet"

    def ingest_plan(self, scan_date: str, build: str) -> str:
        return f"{self._work('ingest', scan_date, build)}/files.parquet"

    def preprocess_work(self, scan_date: str, build: str) -> str:
        return self._work("preprocess", scan_date, build)

    def preprocessed(self, scan_date: str, build: str) -> str:
        return f"{self.root}/preprocessed/{DATED}{scan_date}/{build}"

    def scans(self, scan_date: str) -> str:
        return f"{self.partition(MRI_SCANS, scan_date)}/scans.parquet"

    def quarantine(self, scan_date: str) -> str:
        return f"{self.partition(QUARANTINE, scan_date)}/quarantine.parquet"

    def quarantine_folder(self) -> str:
        return self.folder(QUARANTINE)

    def releases(self, scan_date: str) -> str:
        return f"{self.partition(QUARANTINE_RELEASES, scan_date)}/releases.parquet"

    def deidentify_work(self, scan_date: str, build: str) -> str:
        return self._work("deidentify", scan_date, build)

    def deidentified(self, scan_date: str, build: str) -> str:
        return f"{self.root}/deidentified/{DATED}{scan_date}/{build}"

    def deidentified_current(self, scan_date: str) -> str:
        return f"{self.root}/deidentified/{DATED}{scan_date}/current.json"

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

    def training_manifest(self, version: str) -> str:
        """Return what plan_release writes and train reads."""
        return f"{self.root}/_work/release/{version}/manifest.json"

    def train_result(self, version: str) -> str:
        """Return what train leaves for Airflow."""
        return f"{self.root}/_work/release/{version}/train.json"

    def model(self, name: str, version: str) -> str:
        """Return the folder of a published version."""
        return f"{self.root}/models/{name}/{version}"

    def candidate(self, name: str, version: str) -> str:
        """Return the folder of a trained version that no gate has passed yet."""
        return f"{self.root}/models/{name}/_candidates/{version}"

    def attempts(self, name: str) -> str:
        """Return the folder of the records of releases that reached their gate."""
        return f"{self.root}/models/{name}/_attempts"

    def attempt(self, name: str, version: str) -> str:
        return f"{self.attempts(name)}/{version}.json"

    def current(self, name: str) -> str:
        """Return the pointer to the deployed version."""
        return f"{self.root}/models/{name}/CURRENT"

    def _work(self, program: str, scan_date: str, build: str) -> str:
        return f"{self.root}/_work/{program}/{DATED}{scan_date}/{build}"


def scan_dates(folders: Iterable[str]) -> list[str]:
    """Return the scan dates that folders are named after, in order; other names are left out."""
    return sorted(name.removeprefix(DATED) for name in folders if name.startswith(DATED))


def hidden(path: str) -> bool:
    """Return whether engines skip this name: it begins with _ or a dot."""
    return basename(path).startswith(("_", "."))
