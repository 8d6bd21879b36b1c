from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pydicom
import pytest

from demo import landing
from demo.real import FROM_PYDICOM, REAL_PATIENTS, real_files
from demo.simulate import SimulatedPatient
from demo.stray import stray_files
from imaging.dicom_reading.header import read_header
from imaging.records import Header
from jobs.base.store import open_store
from jobs.index.landing import index_landing
from tests.jobs.conftest import KEY, ROOT


@pytest.fixture(scope="module")
def few() -> list[SimulatedPatient]:
    """Five patients, so that each of the four senders is there and the first comes twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing, "LATE", 5)
        return landing.cohort()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, few: list[SimulatedPatient]) -> None:
    monkeypatch.setattr(landing, "PATIENTS", 4)
    monkeypatch.setattr(landing, "LATE", 5)
    monkeypatch.setattr(landing, "cohort", lambda: few)


def test_the_cohort_is_large_enough_and_spread_over_eight_dates() -> None:
    assert landing.PATIENTS >= 40
    assert len(set(landing.SCAN_DATES)) == 8
    assert {(day.year, day.month) for day in landing.SCAN_DATES} == {(2025, 3)}


def test_a_second_call_writes_nothing(tmp_path: Path, small: None) -> None:
    first = landing.write(tmp_path, late=False)
    assert first["written"] == first["files"] + 1
    assert landing.write(tmp_path, late=False) == first | {"written": 0}


def test_late_adds_one_patient_to_a_date_that_was_there(tmp_path: Path, small: None) -> None:
    first = landing.write(tmp_path, late=False)
    late = landing.write(tmp_path, late=True)
    assert (late["files"] - first["files"], late["written"]) == (25, 25)


def test_the_mess_gets_the_answers_it_was_made_for(tmp_path: Path, small: None) -> None:
    landing.write(tmp_path, late=False)
    store = open_store(f"file://{tmp_path}/hdfs")
    result = index_landing(str(tmp_path / "incoming"), store, ROOT, KEY)
    rows = store.read_table(f"{ROOT}/quarantine/scan_date=undated/quarantine.parquet").to_pylist()
    assert Counter(row["reason"] for row in rows) == {
        "NOT_DICOM": 3,
        "NO_SCAN_DATE": 2,
        "EMPTY_FILE": 1,
        "NO_PATIENT_ID": 1,
        "UNREADABLE_HEADER": 1,
    }
    real = [day for day in result["dates"] if not day.startswith("2025-03")]
    assert real == ["1995-09-03", "2001-01-01", "2003-05-05", "2004-08-26"]


def test_the_truncated_copy_is_short_and_the_other_copy_is_whole(few: list[SimulatedPatient]) -> None:
    files = stray_files(few[0])
    whole = list(few[0].files.values())
    assert files["re-sent/copy of slice.IMA"] in whole
    cut = files["PACS/interrupted transfer (1).dcm"]
    assert [len(data) - len(cut) for data in whole if data.startswith(cut)] == [300]


def test_real_files_are_the_packages_own_bytes_and_their_patients_are_listed() -> None:
    files = real_files()
    base = Path(pydicom.__file__).parent / "data" / "test_files"
    assert files["old/MR_small"] == (base / FROM_PYDICOM["old/MR_small"]).read_bytes()
    headers = [read_header(data) for data in files.values()]
    dated = {h.patient_id for h in headers if isinstance(h, Header) and h.date and h.patient_id}
    assert dated == set(REAL_PATIENTS)


def test_every_patient_has_a_line_in_the_labels(few: list[SimulatedPatient]) -> None:
    rows = list(csv.DictReader(io.StringIO(landing.labels(few))))
    assert {row["patient_id"] for row in rows} == {p.patient_id for p in few} | set(REAL_PATIENTS)
    assert {row["outcome"] for row in rows if row["patient_id"] in REAL_PATIENTS} == {""}


def test_no_two_files_of_the_landing_zone_share_a_path(few: list[SimulatedPatient], small: None) -> None:
    files = landing.landing_files(few, late=True)
    expected = sum(len(patient.files) for patient in few) + len(stray_files(few[0])) + len(real_files())
    assert len(files) == expected
