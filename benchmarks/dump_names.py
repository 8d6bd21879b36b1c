"""The table of what differs between any two runs of one code, and how a dump is written without it.

What names a build, a run, a moment or a folder of the machine is left out (``LEFT_OUT``) or replaced wherever
it occurs in a text (``REPLACED``). A build is a hash of the input and of the code, so two commits never share
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from benchmarks.dumps import Entry, canonical, leaves

# column, or table.column; of a JSON document: a name on the way to the value
LEFT_OUT: Mapping[str, str] = {
    "build": "a hash of the input and of the code",
    "index.landing": "a folder of the machine",
    "index.mtime_ns": "when the demo's files were written",
    "index.newest_mtime": "when the demo's files were written",
    "stage_runs.application_id": "YARN counts its applications",
    "stage_runs.model_version": "begins with the time of the release",
    "stage_runs.run_id": "Airflow's name of the run",
    "stage_runs.seconds": "how long the stage took",
    "stage_runs.started_at": "a moment",
    "quarantine_releases.recorded_at": "a moment",
    "quarantine_releases.run_id": "Airflow's name of the run",
    "models.application_id": "YARN counts its applications",
    "models.bytes": "of files that hold the ids above",
    "models.digest": "a hash over files that hold a build",
    "models.model_number": "MLflow counts versions",
    "models.model_uri": "MLflow counts versions",
    "models.run_id": "MLflow's id",
    "models.run_key": "Airflow's name of the run",
    "models.sha256": "of files that hold a build",
    "models.started_at": "a moment",
    "models.training_digest": "a hash over files that hold a build",
}
# where the texts stand that are replaced wherever they occur, and what replaces them
REPLACED: Mapping[str, str] = {
    "build": "values of the columns `build` and names of build folders",
    "version": "the newest partition of model_predictions: time and digest of a release",
    "landing": "the landing zone's folder, from the index",
    "MLflow run": "MLflow's id, in the notes of the ledger",
}
MLFLOW_RUN = r"(?<=MLflow run )[0-9a-f]{32}"
LEDGER = "stage_runs"
BY_DAY = ("run_date", "metric_date")  # partitions named by the day of the run


@dataclass(frozen=True)
class Names:
    """The names that differ between two runs, and what stands for each in a dump."""

    tokens: Mapping[str, str]
    key_id: str
    older: frozenset[str]  # versions of the model before the newest: a night that is run again makes one more

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], builds: Iterable[str]) -> Names:
        """Take the names from the tables (path below the root -> table) and from the builds that count."""
        index = next((table for path, table in tables.items() if path.startswith("index/")), None)
        head = index.slice(0, 1).to_pylist()[0] if index is not None else {}
        versions = sorted(
            path.split("/")[1].partition("=")[2] for path in tables if path.startswith("model_predictions/")
        )
        tokens = dict.fromkeys(builds, "<build>") | dict.fromkeys(versions[-1:], "<version>")
        tokens |= {head["landing"]: "<landing>"} if head.get("landing") else {}
        return cls(tokens, head.get("key_id") or "", frozenset(versions[:-1]))

    def text(self, text: str) -> str:
        """Replace every name that differs."""
        longest_first = sorted(map(re.escape, self.tokens), key=len, reverse=True)
        pattern = "|".join([*longest_first, MLFLOW_RUN])
        return re.sub(pattern, lambda found: self.tokens.get(found[0], "<run>"), text)

    def partition(self, partition: str) -> str:
        """Name a partition; one that is named by the day of the run has no name of its own."""
        return self.text("/".join(one for one in partition.split("/") if not one.startswith(BY_DAY)))

    def rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
        """Return rows without the columns left out, names replaced in their texts, older versions dropped.

        A row of the ledger counts once: a stage that runs again leaves a second one.
        """
        found = [
            {
                name: self._value(value)
                for name, value in row.items()
                if name not in LEFT_OUT and f"{table}.{name}" not in LEFT_OUT
            }
            for row in rows
            if row.get("model_version") not in self.older
        ]
        return list({canonical(row): row for row in found}.values()) if table == LEDGER else found

    def leaves(self, table: str, document: Any) -> Iterator[Entry]:
        """Give the values of a document, without those below a name left out."""
        for leaf in leaves(document):
            names = leaf["at"].split("/")
            if not any(name in LEFT_OUT or f"{table}.{name}" in LEFT_OUT for name in names):
                yield {"at": self.text(leaf["at"]), "value": self._value(leaf["value"])}

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self._value(inner) for name, inner in value.items()}
        return value
