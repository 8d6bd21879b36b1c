from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pydicom
import pytest

from jobs.base.errors import JobInputError
from jobs.base.keys import SiteKey
from jobs.index import landing as module
from jobs.index import rows as index_rows
from messages.index import IndexLanding
from tests.jobs.conftest import DAY, KEY, ROOT, Site, tree

UNDATED = f"{ROOT}/quarantine/scan_date=undated/quarantine.parquet"
INDEX = f"{ROOT}/index/landing.parquet"


def by_path(site: Site) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in site.rows(INDEX)}


def test_every_file_is_dated_or_undated(site: Site) -> None:
    result = site.index()
    counts = {name: result[name] for name in ("files", "read", "reused", "dates", "undated", "changed")}
    assert counts == {
        "files": 52,
        "read": 52,
        "reused": 0,
        "dates": {DAY: 51},
        "undated": 1,
        "changed": True,
    }


def test_a_second_run_reads_nothing_and_changes_nothing(site: Site, tmp_path: Path) -> None:
    site.index()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "hdfs").rglob("*") if path.is_file()}
    result = site.index()
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "hdfs").rglob("*") if path.is_file()}
    assert (result["read"], result["reused"], result["changed"]) == (0, 52, False)
    assert before == after


def test_only_new_and_changed_files_are_read_again(site: Site, patients: list[dict[str, bytes]]) -> None:
    site.index()
    site.land("late/one.dcm", patients[1]["PET/IM0002.dcm"])
    site.land("README.txt", b"changed text")
    (site.landing / "sender 0/PET/IM0003.dcm").unlink()
    result = site.index()
    assert (result["files"], result["read"], result["reused"]) == (52, 2, 50)


def test_a_file_of_the_same_size_written_anew_is_read_again(site: Site) -> None:
    site.index()
    target = site.landing / "README.txt"
    target.write_bytes(target.read_bytes().upper())
    os.utime(target, ns=(0, 1))
    assert site.index()["read"] == 1


def test_another_site_key_makes_all_keys_anew(site: Site) -> None:
    site.index()
    result = module.index_landing(str(site.landing), site.store, ROOT, SiteKey(b"another"))
    assert result["read"] == 52


def test_files_without_a_usable_header_are_quarantined_one_row_each(site: Site) -> None:
    site.land("empty.dcm", b"")
    site.index()
    rows = {Path(row["source_path"]).name: (row["reason"], row["level"]) for row in site.rows(UNDATED)}
    assert rows == {"README.txt": ("NOT_DICOM", "file"), "empty.dcm": ("EMPTY_FILE", "file")}


def test_an_unreadable_file_is_recorded_and_read_when_it_can_be(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "IM0004.dcm":
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert site.index()["undated"] == 3
    reasons = {row["reason"]: json.loads(row["evidence"]) for row in site.rows(UNDATED)}
    assert reasons["UNREADABLE_FILE"] == {"error": "Permission denied"}
    result = site.index()
    assert (result["read"], result["undated"]) == (2, 1)


def test_a_fault_of_the_reader_refuses_one_file_and_is_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (site.landing / "README.txt").read_bytes()
    real = index_rows.read_header

    def faulty(source: Any) -> Any:
        if source == content:
            raise ZeroDivisionError("a mistake in the library")
        return real(source)

    with monkeypatch.context() as patch:
        patch.setattr(index_rows, "read_header", faulty)
        assert site.index()["dates"] == {DAY: 51}
    assert [row["reason"] for row in site.rows(UNDATED)] == ["CONVERTER_FAILED"]
    assert site.index()["read"] == 1
    assert [row["reason"] for row in site.rows(UNDATED)] == ["NOT_DICOM"]


def test_an_index_of_an_older_version_is_made_anew(site: Site) -> None:
    site.index()
    new = site.store.read_table(INDEX)
    site.store.swap_table(INDEX, new.drop_columns(["voxels"]))
    assert site.index()["read"] == 52
    assert site.store.read_table(INDEX).equals(new)


def test_regions_take_the_date_of_the_series_they_were_drawn_on(site: Site) -> None:
    path = site.landing / "contours/second.dcm"
    region = pydicom.dcmread(path)
    region.StudyDate = "20250401"
    region.save_as(path)
    site.index()
    rows = by_path(site)
    row, image = rows["contours/second.dcm"], rows["sender 1/PET/IM0001.dcm"]
    assert (row["own_date"], row["scan_date"], row["target_series_key"]) == (
        "2025-04-01",
        DAY,
        image["series_key"],
    )


def test_a_region_whose_image_arrives_later_moves_to_the_image_date(site: Site) -> None:
    path = site.landing / "contours/second.dcm"
    region = pydicom.dcmread(path)
    region.StudyDate = "20250401"
    region.save_as(path)
    images = site.landing / "sender 1"
    images.rename(site.landing.parent / "away")
    assert site.index()["dates"] == {DAY: 26, "2025-04-01": 1}
    assert by_path(site)["contours/second.dcm"]["link_reason"] == "REGION_WITHOUT_IMAGE"
    (site.landing.parent / "away").rename(images)
    assert site.index()["dates"] == {DAY: 51}
    assert by_path(site)["contours/second.dcm"]["link_reason"] is None
    images.rename(site.landing.parent / "away")
    assert site.index()["dates"] == {DAY: 26, "2025-04-01": 1}


def test_no_identifier_of_a_patient_is_in_the_index(site: Site, tmp_path: Path) -> None:
    site.index()
    header = pydicom.dcmread(site.landing / "sender 0/PET/IM0001.dcm")
    rows = json.dumps(site.rows(INDEX))
    for value in (header.PatientID, header.StudyInstanceUID, header.SeriesInstanceUID):
        assert str(value) not in rows


def test_the_dates_file_says_what_changed(site: Site, patients: list[dict[str, bytes]]) -> None:
    site.index()
    first = json.loads(site.store.read(f"{ROOT}/index/dates.json"))
    site.land("another copy.dcm", patients[0]["PET/IM0001.dcm"])
    site.index()
    copied = json.loads(site.store.read(f"{ROOT}/index/dates.json"))
    assert (first["dates"], copied["dates"]) == ({DAY: 51}, {DAY: 52})
    assert first["digests"] == copied["digests"]


@pytest.mark.parametrize("kind", ["absent", "file", "empty", "text"])
def test_a_landing_zone_without_images_is_refused_and_nothing_is_written(
    empty_site: Site, tmp_path: Path, kind: str
) -> None:
    if kind == "absent":
        empty_site.landing.rmdir()
    elif kind == "file":
        empty_site.landing.rmdir()
        empty_site.landing.write_text("x")
    elif kind == "text":
        empty_site.land("a/notes.txt", b"hello")
    messages = {
        "absent": "does not exist",
        "file": "not a folder",
        "empty": "holds no file",
        "text": "1 NOT_DICOM",
    }
    with pytest.raises(JobInputError, match=messages[kind]):
        empty_site.index()
    assert tree(tmp_path / "hdfs") == {}


def test_concurrent_runs_do_the_work_once(site: Site) -> None:
    results: list[dict[str, Any]] = []
    threads = [threading.Thread(target=lambda: results.append(site.index())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result["read"] for result in results) == [0, 0, 52]


def test_the_program_takes_its_key_from_the_environment(
    site: Site, site_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = IndexLanding(landing=str(site.landing), hdfs=site.store.base_url, root=ROOT)
    assert module.execute(request).read == 52
    assert {row["key_id"] for row in site.rows(INDEX)} == {KEY.id}


def test_a_large_file_that_fails_after_its_hash_is_recorded_and_the_rest_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index_rows.read_header

    def refuse(source: Any) -> Any:
        if isinstance(source, Path) and source.name == "IM0004.dcm":
            raise OSError(5, "Input/output error")
        return real(source)

    monkeypatch.setattr(index_rows, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(index_rows, "read_header", refuse)
    assert site.index()["undated"] == 3
    rows = {Path(row["source_path"]).name: json.loads(row["evidence"]) for row in site.rows(UNDATED)}
    assert rows["IM0004.dcm"] == {"error": "Input/output error"}
