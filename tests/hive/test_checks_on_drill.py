"""The questions that Drill answers, on the real engine, over files that Python wrote."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cluster.ports import all_ports
from jobs.base import schemas
from jobs.base.store import Store, open_store
from tests.hive.conftest import Render, Row

pytestmark = [pytest.mark.cluster]
DAY, NEXT = "2005-01-01", "2005-01-02"
Ask = Callable[..., list[Row]]
FEATURES = schemas.image_features(["firstorder_mean"])


class Folder:
    """A folder with the tables of two scan dates that add up."""

    def __init__(self, store: Store, root: str) -> None:
        self.store = store
        self.root = root
        self.raw = [raw(f"i{n}", "image", series="s1") for n in range(3)]
        self.raw += [
            raw("r1", "region", series="rs1", target="s1"),
            raw("r2", "region", series="rs2", target="gone"),
        ]
        self.raw += [raw("o1", "other"), raw("i9", "image", series="s2")]
        self.scans: list[Row] = [
            {"series_key": "s1", "patient_key": "p1", "files": 3, "masks": {"gtv": "/m"}}
        ]
        self.refused: list[Row] = [
            {"sha256": "r2", "level": "file", "reason": "REGION_WITHOUT_IMAGE", "series_key": "rs2"},
            {"sha256": "o1", "level": "file", "reason": "NOT_AN_IMAGE"},
            {"sha256": "i9", "level": "series", "reason": "UNEVEN_SPACING", "series_key": "s2"},
        ]
        self.features: list[Row] = [
            {
                "series_key": "s1",
                "patient_key": "p1",
                "mask_path": "/m",
                "status": "OK",
                "firstorder_mean": 1.0,
            },
            {
                "series_key": "s1",
                "patient_key": "p1",
                "mask_path": "/n",
                "status": "NULL",
                "reason": "EMPTY_MASK",
            },
        ]
        self.labels: list[Row] = [{"patient_key": "p1", "label": None}]

    def write(self) -> None:
        part = f"scan_date={DAY}"
        self.put("raw_files", part, self.raw, schemas.RAW_FILES)
        self.put("mri_scans", part, self.scans, schemas.MRI_SCANS)
        self.put("quarantine", part, self.refused, schemas.QUARANTINE)
        self.put("image_features", part, self.features, FEATURES)
        self.put("ground_truth", "outcome=death", self.labels, schemas.GROUND_TRUTH)
        self.put("ground_truth", "outcome=other", [], schemas.GROUND_TRUTH)
        # a second date, all of it well, with nothing refused
        part = f"scan_date={NEXT}"
        self.put("raw_files", part, [raw("n1", "image", series="s3")], schemas.RAW_FILES)
        self.put(
            "mri_scans", part, [{"series_key": "s3", "patient_key": "p1", "files": 1}], schemas.MRI_SCANS
        )
        self.put("quarantine", part, [], schemas.QUARANTINE)

    def put(self, table: str, partition: str, rows: list[Row], schema: Any) -> None:
        full = [{name: row.get(name) for name in schema.names} for row in rows]
        path = f"{self.root}/{table}/{partition}/part.parquet"
        self.store.swap_table(path, schemas.table(full, schema))


def raw(sha256: str, role: str, series: str | None = None, target: str | None = None) -> Row:
    return {"sha256": sha256, "role": role, "series_key": series, "target_series_key": target, "bytes": 10}


def number(value: Any) -> Any:
    return int(value) if str(value).isdecimal() else value


@pytest.fixture
def folder() -> Iterator[Folder]:
    os.environ.setdefault("HADOOP_USER_NAME", "root")
    store = open_store(f"hdfs://localhost:{all_ports()['namenode']}")
    root = f"/tmp/nightscan_test_{uuid.uuid4().hex[:8]}"
    yield Folder(store, root)
    store.delete(root)


@pytest.fixture
def ask(drill: Callable[[str], list[Row]], render: Render, folder: Folder) -> Ask:
    """Render a file for the folder and run it; numbers come as numbers."""

    def run(name: str, **parameters: Any) -> list[Row]:
        rows = drill(render("drill", name, root=folder.root, outcome="death", **parameters))
        return [
            {key: int(value) if str(value).isdecimal() else value for key, value in row.items()}
            for row in rows
        ]

    return run


def problems(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [(row["problem"], row["subject"], row["expected"], row["found"]) for row in rows]


def test_files_that_add_up_give_no_rows(folder: Folder, ask: Ask) -> None:
    folder.write()
    assert ask("check_files.sql", scan_dates=[DAY, NEXT]) == []


def test_a_copy_of_a_file_is_accounted_for_with_it(folder: Folder, ask: Ask) -> None:
    folder.raw += [raw("i0", "image", series="s1"), raw("o1", "other")]
    folder.write()
    assert ask("check_files.sql", scan_dates=[DAY]) == []


LOST = "a file is not accounted for exactly once"
UNEQUAL = "a volume does not hold the files of its series"


def test_each_disagreement_is_named_and_dates_that_agree_are_not(folder: Folder, ask: Ask) -> None:
    folder.scans[0]["files"] = 2
    folder.raw.append(raw("lost", "other"))
    folder.raw.append(raw("unread", "image", series="s4"))
    folder.raw.append(raw("unlinked", "region", series="rs3", target="gone"))
    folder.refused.append({"sha256": "o1", "level": "file", "reason": "AGAIN"})
    folder.refused.append({"sha256": "never", "level": "file", "reason": "NOT_INGESTED"})
    folder.write()
    found = ask("check_files.sql", scan_dates=[DAY, NEXT])
    assert {row["scan_date"] for row in found} == {DAY}
    assert problems(found) == [
        (LOST, "lost", 1, 0),
        (LOST, "never", 0, 1),
        (LOST, "o1", 1, 2),
        (LOST, "unlinked", 1, 0),
        (LOST, "unread", 1, 0),
        (UNEQUAL, "s1", 3, 2),
    ]


def test_two_errors_that_cancel_out_in_the_sum_are_found(folder: Folder, ask: Ask) -> None:
    folder.raw.append(raw("lost", "image", series="s4"))
    folder.scans[0]["files"] = 4
    folder.write()
    assert [row[1] for row in problems(ask("check_files.sql", scan_dates=[DAY]))] == ["lost", "s1"]


def test_patients_with_one_label_each_give_no_rows(folder: Folder, ask: Ask) -> None:
    folder.write()
    assert ask("check_labels.sql") == []


def test_a_patient_without_a_label_is_named_though_another_outcome_has_one(folder: Folder, ask: Ask) -> None:
    folder.features.append({"series_key": "s9", "patient_key": "p9", "status": "OK"})
    folder.write()
    folder.put("ground_truth", "outcome=other", [{"patient_key": "p9", "label": 1}], schemas.GROUND_TRUTH)
    assert ask("check_labels.sql") == [
        {"problem": "a patient with features has no row in ground_truth", "subject": "p9", "row_count": 1}
    ]


def test_a_patient_with_two_labels_is_named(folder: Folder, ask: Ask) -> None:
    folder.labels.append({"patient_key": "p1", "label": 1})
    folder.write()
    assert ask("check_labels.sql") == [
        {"problem": "a patient has more than one row in ground_truth", "subject": "p1", "row_count": 2}
    ]


def test_the_summary_counts_each_scan_date(folder: Folder, ask: Ask) -> None:
    folder.write()
    columns = ["scan_date", "files", "volumes", "regions", "features", "refused"]
    assert [[row[name] for name in columns] for row in ask("summary.sql")] == [
        [DAY, 7, 1, 2, 1, 3],
        [NEXT, 1, 1, 0, 0, 0],
    ]


def test_the_quarantine_is_counted_by_reason(folder: Folder, ask: Ask) -> None:
    folder.write()
    columns = ["scan_date", "level", "reason", "files", "series"]
    assert [[row[name] for name in columns] for row in ask("quarantine.sql")] == [
        [DAY, "file", "NOT_AN_IMAGE", 1, 0],
        [DAY, "file", "REGION_WITHOUT_IMAGE", 1, 1],
        [DAY, "series", "UNEVEN_SPACING", 1, 1],
    ]
