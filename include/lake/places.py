"""Where the intake jobs keep things below the root in HDFS: one function a place, no path joined by hand."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename

UNDATED = "undated"


@dataclass(frozen=True)
class Places:
    """Every place of the intake below `root` (an absolute HDFS path such as /medical_data)."""

    root: str

    def index(self) -> str:
        return f"{self.root}/index/landing.parquet"

    def index_dates(self) -> str:
        return f"{self.root}/index/dates.json"

    def committed(self, scan_date: str) -> str:
        return f"{self.root}/index/committed/scan_date={scan_date}"

    def incoming(self, scan_date: str, build: str) -> str:
        return f"{self.root}/raw_images/_incoming/scan_date={scan_date}/{build}"

    def raw(self, scan_date: str) -> str:
        return f"{self.root}/raw_images/scan_date={scan_date}"

    def raw_file(self, scan_date: str, sha256: str) -> str:
        return f"{self.raw(scan_date)}/{sha256}.dcm"

    def raw_files(self, scan_date: str) -> str:
        return f"{self.root}/raw_files/scan_date={scan_date}/files.parquet"

    def ingest_plan(self, scan_date: str, build: str) -> str:
        return f"{self.root}/_work/ingest/scan_date={scan_date}/{build}/files.parquet"

    def preprocess_work(self, scan_date: str, build: str) -> str:
        return f"{self.root}/_work/preprocess/scan_date={scan_date}/{build}"

    def preprocessed(self, scan_date: str, build: str) -> str:
        return f"{self.root}/preprocessed/scan_date={scan_date}/{build}"

    def scans(self, scan_date: str) -> str:
        return f"{self.root}/mri_scans/scan_date={scan_date}/scans.parquet"

    def quarantine(self, scan_date: str) -> str:
        return f"{self.root}/quarantine/scan_date={scan_date}/quarantine.parquet"

    def quarantine_folder(self) -> str:
        return f"{self.root}/quarantine"

    def releases(self, scan_date: str) -> str:
        # a table of its own: Hive and Drill read all that lies below quarantine/ as its rows
        return f"{self.root}/quarantine_releases/scan_date={scan_date}/releases.parquet"

    def deidentify_work(self, scan_date: str, build: str) -> str:
        return f"{self.root}/_work/deidentify/scan_date={scan_date}/{build}"

    def deidentified(self, scan_date: str, build: str) -> str:
        return f"{self.root}/deidentified/scan_date={scan_date}/{build}"

    def deidentified_current(self, scan_date: str) -> str:
        return f"{self.root}/deidentified/scan_date={scan_date}/current.json"

    def features_build(self, scan_date: str, build: str) -> str:
        return f"{self.root}/_build/image_features/scan_date={scan_date}/build={build}"

    def feature_tasks(self, scan_date: str, build: str) -> str:
        return f"{self.root}/_build/feature_tasks/scan_date={scan_date}/build={build}/tasks.parquet"

    def features_folder(self) -> str:
        return f"{self.root}/image_features"

    def features(self, scan_date: str) -> str:
        return f"{self.features_folder()}/scan_date={scan_date}/features.parquet"

    def stage_run(self, run_date: str, name: str) -> str:
        return f"{self.root}/stage_runs/run_date={run_date}/{name}.parquet"


def hidden(path: str) -> bool:
    """Tell whether engines skip this name: it begins with _ or a dot."""
    return basename(path).startswith(("_", "."))
