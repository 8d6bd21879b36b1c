from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.base.keys import patient_key
from jobs.base.store import open_store
from jobs.model.load_labels import load_labels
from messages.model import LoadLabels
from messages.wire import as_json, parsed

KEY = "site-key"
STS = "patient_id,scan_date,metastasis\nP1,2000-09-07,0\nP2,2001-01-01,1\nP3,2001-01-02,\n"


@pytest.fixture(autouse=True)
def _site_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSCAN_PATIENT_KEY", KEY)


def load(tmp_path: Path, content: str | bytes, **fields: Any) -> dict[str, Any]:
    path = tmp_path / "labels.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return ask(path, f"file://{tmp_path}/store", **fields)


def ask(path: Path, hdfs: str, **fields: Any) -> dict[str, Any]:
    request = {"labels": str(path), "hdfs": hdfs, "root": "/m", "outcome": None, **fields}
    return as_json(load_labels(parsed(LoadLabels, request, "request")), "result")


def refused(tmp_path: Path, content: str | bytes, **fields: Any) -> str:
    with pytest.raises(JobInputError) as caught:
        load(tmp_path, content, **fields)
    assert caught.value.remedy
    assert not (tmp_path / "store").exists(), "something was written"
    return caught.value.error


def rows(tmp_path: Path, outcome: str) -> dict[str, int | None]:
    table = open_store(f"file://{tmp_path}/store").read_table(
        f"/m/ground_truth/outcome={outcome}/labels.parquet"
    )
    return dict(zip(table["patient_key"].to_pylist(), table["label"].to_pylist(), strict=True))


def test_the_only_column_of_outcomes_names_the_outcome_and_an_empty_one_is_pending(tmp_path: Path) -> None:
    assert load(tmp_path, STS) == {
        "outcome": "metastasis",
        "path": "/m/ground_truth/outcome=metastasis/labels.parquet",
        "patients": 3,
        "positives": 1,
        "pending": 1,
        "source_sha256": hashlib.sha256(STS.encode()).hexdigest(),
    }
    expected = {"P1": 0, "P2": 1, "P3": None}
    assert rows(tmp_path, "metastasis") == {patient_key(KEY, p): label for p, label in expected.items()}


def test_the_same_file_gives_the_same_bytes_whatever_the_order_of_its_lines(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    path = load(tmp_path, STS)["path"]
    first = store.read(path)
    assert store.read(load(tmp_path, STS)["path"]) == first
    head, *lines = STS.splitlines()
    load(tmp_path, "\n".join([head, *reversed(lines)]))
    assert store.read_table(path).drop_columns("source_sha256").to_pylist() == [
        {"patient_key": key, "label": label} for key, label in sorted(rows(tmp_path, "metastasis").items())
    ]


def test_a_byte_order_mark_blank_lines_and_spaces_do_no_harm(tmp_path: Path) -> None:
    result = load(tmp_path, "\ufeffpatient_id,y\r\n\r\n P1 , 1\r\nP2,0\r\n")
    assert (result["outcome"], result["patients"], result["positives"]) == ("y", 2, 1)


def test_other_columns_are_ignored_when_the_outcome_is_named(tmp_path: Path) -> None:
    content = "id,age,y,z\nP1,60,1,0\nP2,61,0,0\n"
    result = load(tmp_path, content, patient_column="id", outcome="relapse", label_column="y")
    assert (result["outcome"], result["positives"]) == ("relapse", 1)


def test_the_name_of_the_outcome_is_its_column_when_no_column_is_named(tmp_path: Path) -> None:
    assert load(tmp_path, "patient_id,y,z\nP1,1,0\n", outcome="z")["positives"] == 0


def test_a_patient_on_two_lines_with_one_label_counts_once(tmp_path: Path) -> None:
    assert load(tmp_path, "patient_id,y\nP1,1\nP1,1\nP2,0\n")["patients"] == 2


@pytest.mark.parametrize(
    ("content", "fields", "facts"),
    [
        ("patient_id,y\nP1,1\nP2,0\nP1,0\n", {}, ["different labels on lines 2, 4"]),
        ("patient_id,y\nP1,1\nP2,0\nP1,\n", {}, ["different labels on lines 2, 4"]),
        ("patient_id,y\nP1,1\nP2,yes\nP3,2\n", {}, ["'y'", "neither 0, 1 nor empty on lines 3, 4"]),
        ("patient_id,y\nP1,1\n,0\n", {}, ["no patient on line 3"]),
        ("patient_id,y\nP1,1\nP2\n", {}, ["line 3 not 2 values long"]),
        ("patient_id,y\n", {}, ["no line of data"]),
        ("", {}, ["no line of data"]),
        ("patient,y\nP1,1\n", {}, ["no column 'patient_id'", "patient, y"]),
        ("patient_id,y,y\nP1,1,1\n", {}, ["names a column twice"]),
        ("patient_id,y,z\nP1,1,0\n", {}, ["y, z could be the outcome"]),
        ("patient_id\nP1\n", {}, ["no column could be the outcome"]),
        ("patient_id,y\nP1,1\n", {"outcome": "z"}, ["no outcome column 'z'", "only y"]),
        ("patient_id,y\nP1,1\n", {"outcome": "a/b", "label_column": "y"}, ["'a/b'"]),
        (b"patient_id,y\nP\xff,1\n", {}, ["not a CSV file in UTF-8"]),
    ],
)
def test_a_bad_file_is_refused_with_its_lines_and_nothing_is_written(
    tmp_path: Path, content: str | bytes, fields: dict[str, str], facts: list[str]
) -> None:
    error = refused(tmp_path, content, **fields)
    assert [fact for fact in facts if fact not in error] == []
    assert "P1" not in error


def test_many_bad_lines_are_counted_not_listed(tmp_path: Path) -> None:
    error = refused(tmp_path, "patient_id,y\n" + "".join(f"P{i},x\n" for i in range(30)))
    assert error.endswith("lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 20 more")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(JobInputError, match=r"gone\.csv: No such file"):
        ask(tmp_path / "gone.csv", f"file://{tmp_path}")


def test_without_the_sites_key_nothing_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIGHTSCAN_PATIENT_KEY")
    assert "NIGHTSCAN_PATIENT_KEY" in refused(tmp_path, STS)
