"""A changed rule of the reader reaches the tables: index, due, plan, mri_scans and quarantine."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.uid import UID

from imaging.dicom_reading import header, sop_classes
from jobs.index import landing as module
from jobs.index import rows as index_rows
from jobs.index.due_dates import due_dates
from jobs.ingest.commit import commit_ingest
from jobs.preprocess.commit import commit_preprocess
from jobs.preprocess.plan import plan_preprocess
from lake.places import Places
from messages.wire import as_json
from tests.jobs.conftest import DAY, ROOT, Site, stream

INDEX = f"{ROOT}/index/landing.parquet"
PLACES = Places(ROOT)
CAPTURE = UID("1.2.840.10008.5.1.4.1.1.7")
LATER, OTHER = "2025-04-01", "2025-04-02"


def changed(data: bytes, **values: Any) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.update(values)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def take_in(site: Site, day: str = DAY) -> dict[str, Any]:
    """Do what scan_intake does for a date, and note at its end which files it was made from."""
    ingest = site.plan(day)
    site.copy(ingest)
    commit_ingest(site.store, ROOT, day, ingest["build"])
    plan = plan_preprocess(site.store, ROOT, day, code="c", target_bytes=10**9)
    stream(site, plan)
    done = as_json(commit_preprocess(site.store, ROOT, day, plan["build"]), "commit")
    site.store.swap_changed(PLACES.committed(day), ingest["index_digest"].encode())
    return done


def due(site: Site) -> list[str]:
    found: list[str] = due_dates(site.store, ROOT)["due"]
    return found


def series_of(site: Site, day: str) -> list[str]:
    return [row["series_key"] for row in site.rows(PLACES.scans(day))]


def other_code(patch: pytest.MonkeyPatch, name: str = "other code") -> None:
    """Let the code be other code than that of the last index, as far as its hash and its caches go."""
    patch.setattr(module, "reader_id", lambda: name)
    patch.setattr(header, "_MADE", {})


@pytest.fixture
def whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files of the landing zone that were read whole, as they are read."""
    paths: list[Path] = []
    read_bytes = Path.read_bytes

    def watched(path: Path) -> bytes:
        if path.is_relative_to(site.landing):
            paths.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", watched)
    return paths


@pytest.fixture
def taken_in(site: Site) -> Site:
    """Two patients with dates of their own in SeriesDate, and a screen, all taken in by StudyDate."""
    for number, day in enumerate((LATER, OTHER)):
        for path in (site.landing / f"sender {number}").rglob("*.dcm"):
            path.write_bytes(changed(path.read_bytes(), SeriesDate=day.replace("-", "")))
    (site.landing / "again/copy.dcm").unlink()
    image = (site.landing / "sender 0/PET/IM0001.dcm").read_bytes()
    uids = {"SOPInstanceUID": UID("1.2.3.4"), "SeriesInstanceUID": UID("1.2.3.5")}
    site.land("screen.dcm", changed(image, SOPClassUID=CAPTURE, **uids))
    site.index()
    take_in(site)
    assert due(site) == []
    return site


def test_other_code_reads_headers_again_and_no_whole_file(
    site: Site, whole: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.index()
    before = {row["path"]: row for row in site.rows(INDEX)}
    site.land("late.txt", b"a file that came with the other code")
    whole.clear()
    other_code(monkeypatch)
    capsys.readouterr()
    result = site.index()
    assert (result["read"], result["reused"], result["changed"]) == (53, 0, True)
    assert [path.name for path in whole] == ["late.txt"]
    assert "53 to read, 52 of them hashed before" in capsys.readouterr().err
    after = {row["path"]: row for row in site.rows(INDEX)}
    assert after.pop("late.txt")["reason"] == "NOT_DICOM"
    assert after == {path: row | {"reader": "other code"} for path, row in before.items()}
    assert site.index()["read"] == 0


def test_a_long_reading_says_how_far_it_is(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "PROGRESS_FILES", module.BATCH)
    site.index()
    assert "index: 32 of 52 files read\n" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_again_is_recorded_and_the_rest_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.index()
    real = index_rows.read_header

    def refuse(source: Any) -> Any:
        if isinstance(source, Path) and source.name == "IM0004.dcm":
            raise PermissionError(13, "Permission denied")
        return real(source)

    with monkeypatch.context() as patch:
        other_code(patch)
        patch.setattr(index_rows, "read_header", refuse)
        assert site.index()["undated"] == 3
    reasons = [row["reason"] for row in site.rows(PLACES.quarantine("undated"))]
    assert sorted(reasons) == ["NOT_DICOM", "UNREADABLE_FILE", "UNREADABLE_FILE"]


def test_an_index_from_before_the_hash_is_read_again_without_hashing(site: Site, whole: list[Path]) -> None:
    site.index()
    new = site.store.read_table(INDEX)
    take_in(site)
    site.store.swap_table(INDEX, new.drop_columns(["reader", "revision"]))
    whole.clear()
    assert site.index()["read"] == 52
    assert whole == []
    assert site.store.read_table(INDEX).equals(new)
    assert due(site) == []


def test_other_code_with_the_same_outcome_makes_no_date_due(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_code(monkeypatch)
    assert taken_in.index()["read"] == 52
    assert due(taken_in) == []


def test_a_new_sop_class_reaches_the_quarantine(taken_in: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def reasons() -> list[str]:
        return [row["reason"] for row in taken_in.rows(PLACES.quarantine(DAY))]

    assert reasons() == ["UNSUPPORTED_SOP_CLASS"]
    other_code(monkeypatch)
    monkeypatch.setitem(sop_classes.CLASSIC, CAPTURE, "PT")
    taken_in.index()
    assert due(taken_in) == [DAY]
    take_in(taken_in)
    assert reasons() == ["TOO_FEW_SLICES"]
    assert due(taken_in) == []
    taken_in.land("again/copy.dcm", (taken_in.landing / "screen.dcm").read_bytes())
    taken_in.index()
    assert due(taken_in) == []


def test_a_new_rule_reaches_a_file_that_could_not_be_read_when_the_rule_came(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_code(monkeypatch)
    monkeypatch.setitem(sop_classes.CLASSIC, CAPTURE, "PT")
    real = index_rows.read_header

    def refuse(source: Any) -> Any:
        if isinstance(source, Path) and source.name == "screen.dcm":
            raise OSError(5, "Input/output error")
        return real(source)

    with monkeypatch.context() as patch:
        patch.setattr(index_rows, "read_header", refuse)
        taken_in.index()
    assert taken_in.index()["read"] == 1
    assert due(taken_in) == [DAY]
    take_in(taken_in)
    assert [row["reason"] for row in taken_in.rows(PLACES.quarantine(DAY))] == ["TOO_FEW_SLICES"]
    assert taken_in.index()["changed"] is False
    assert due(taken_in) == []


def test_a_file_that_cannot_be_read_again_leaves_no_hole_in_what_was_made_of_it(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans, raw = (taken_in.rows(place(DAY)) for place in (PLACES.scans, PLACES.raw_files))
    real = index_rows.read_header

    def refuse(source: Any) -> Any:
        if isinstance(source, Path) and source.name == "IM0001.dcm":
            raise OSError(5, "Input/output error")
        return real(source)

    other_code(monkeypatch)
    monkeypatch.setattr(index_rows, "read_header", refuse)
    taken_in.index()
    take_in(taken_in)
    assert taken_in.rows(PLACES.raw_files(DAY)) == raw
    assert taken_in.rows(PLACES.scans(DAY)) == scans


def test_a_role_that_goes_and_comes_back_makes_the_date_due_each_time(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        other_code(patch)
        patch.setattr(sop_classes, "CLASSIC", {})
        taken_in.index()
        assert due(taken_in) == [DAY]
        assert take_in(taken_in)["volumes"] == 0
        assert due(taken_in) == []
    taken_in.index()
    assert due(taken_in) == [DAY]
    assert take_in(taken_in)["volumes"] == 2


def test_a_new_date_rule_moves_files_and_leaves_both_dates_right(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = series_of(taken_in, DAY)
    other_code(monkeypatch)
    monkeypatch.setattr(header, "DATES", ("SeriesDate", "StudyDate"))
    late = taken_in.landing / "screen.dcm"
    late.write_bytes(changed(late.read_bytes(), SeriesDate=DAY.replace("-", "")))
    assert taken_in.index()["dates"] == {DAY: 1, LATER: 25, OTHER: 25}
    assert due(taken_in) == [DAY, LATER, OTHER]
    assert [take_in(taken_in, day)["volumes"] for day in (DAY, LATER, OTHER)] == [0, 1, 1]
    assert sorted(series_of(taken_in, LATER) + series_of(taken_in, OTHER)) == both
    assert series_of(taken_in, DAY) == []
    assert due(taken_in) == []


def test_a_date_that_loses_all_its_files_to_others_is_emptied(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_code(monkeypatch)
    monkeypatch.setattr(header, "DATES", ("SeriesDate", "StudyDate"))
    dates = {DAY: 0, LATER: 26, OTHER: 25}
    assert taken_in.index()["dates"] == dates
    assert due(taken_in) == [DAY, LATER, OTHER]
    assert taken_in.index()["dates"] == dates
    done = take_in(taken_in)
    assert (done["files"], done["volumes"], done["quarantined"]) == (0, 0, 0)
    for place in (PLACES.raw_files, PLACES.scans, PLACES.quarantine):
        assert taken_in.rows(place(DAY)) == []
    assert due(taken_in) == [LATER, OTHER]
    assert taken_in.index()["dates"] == dates


def test_a_date_whose_files_left_the_landing_zone_is_not_emptied(taken_in: Site) -> None:
    (taken_in.landing / "sender 0").rename(taken_in.landing.parent / "away")
    for path in ("sender 1", "contours", "screen.dcm"):
        (taken_in.landing / path).rename(taken_in.landing.parent / f"away {path}")
    image = (taken_in.landing.parent / "away/PET/IM0001.dcm").read_bytes()
    taken_in.land("new.dcm", changed(image, StudyDate="20250402", SOPInstanceUID=UID("1.2.3.9")))
    assert taken_in.index()["dates"] == {OTHER: 1}
    assert due(taken_in) == [OTHER]


def test_a_file_renamed_and_moved_to_another_date_leaves_the_old_one(
    taken_in: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_code(monkeypatch)
    monkeypatch.setattr(header, "DATES", ("SeriesDate", "StudyDate"))
    (taken_in.landing / "sender 0").rename(taken_in.landing / "renamed")
    (taken_in.landing / "sender 1").rename(taken_in.landing.parent / "away")
    taken_in.index()
    assert due(taken_in) == [DAY, LATER]
    take_in(taken_in)
    sources = [Path(row["source_path"]) for row in taken_in.rows(PLACES.raw_files(DAY))]
    assert {path.relative_to(taken_in.landing).parts[0] for path in sources} == {"sender 1", "contours"}
