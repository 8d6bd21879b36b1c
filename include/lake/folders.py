"""Places in HDFS that are no table's; apart from those, so that a mapper loads no description of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import basename

UNDATED = "undated"
DATED = "scan_date="


@dataclass(frozen=True)
class Folders:
    """Folders and files below `root` (an absolute HDFS path such as /medical_data)."""

    root: str

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

    def ingest_plan(self, scan_date: str, build: str) -> str:
        return f"{self._work('ingest', scan_date, build)}/files.parquet"

    def preprocess_work(self, scan_date: str, build: str) -> str:
        return self._work("preprocess", scan_date, build)

    def preprocessed(self, scan_date: str, build: str) -> str:
        return f"{self.root}/preprocessed/{DATED}{scan_date}/{build}"

    def deidentify_work(self, scan_date: str, build: str) -> str:
        return self._work("deidentify", scan_date, build)

    def deidentified(self, scan_date: str, build: str) -> str:
        return f"{self.root}/deidentified/{DATED}{scan_date}/{build}"

    def deidentified_current(self, scan_date: str) -> str:
        return f"{self.root}/deidentified/{DATED}{scan_date}/current.json"

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
