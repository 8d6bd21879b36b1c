from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID

from imaging.folder.conversion import convert_folder
from imaging.output.nifti import read_nifti
from imaging.reasons import Reason
from imaging.records import Limits, Refusal
from imaging.regions import rasterise as regions
from imaging.series import products as library
from imaging.series.convert import convert_series
from jobs.base.errors import JobInputError
from jobs.preprocess import mapper
from jobs.preprocess.commit import commit_preprocess
from jobs.preprocess.convert_line import Place, work_of
from lake.places import Places
from tests.jobs.conftest import DAY, ROOT, Site, preprocess_plan, stream, tree


def lines_of(site: Site, plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in site.store.read(plan["manifest"]).decode().splitlines() if line]


def ready(site: Site) -> dict[str, Any]:
    site.index()
    site.ingest()
    return preprocess_plan(site)


def outcomes(records: list[dict[str, Any]]) -> dict[str, int]:
    names = [record.get("reason") or record.get("outcome") or "row" for record in records]
    return {name: names.count(name) for name in sorted(set(names))}


def test_the_manifest_has_one_line_a_series_with_its_regions(site: Site) -> None:
    plan = ready(site)
    lines = lines_of(site, plan)
    assert {name: plan[name] for name in ("series", "files", "refused", "tasks", "lines_per_map")} == {
        "series": 2,
        "files": 50,
        "refused": 0,
        "tasks": 1,
        "lines_per_map": 2,
    }
    assert [(len(line["files"]), len(line["regions"])) for line in lines] == [(24, 1), (24, 1)]


def test_files_of_other_kinds_and_lost_regions_are_refused_in_the_plan(site: Site) -> None:
    other = pydicom.dcmread(site.landing / "sender 0/PET/IM0001.dcm")
    other.SOPClassUID = other.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    other.SOPInstanceUID = other.SeriesInstanceUID = UID("1.2.3.4")
    region = pydicom.dcmread(site.landing / "contours/second.dcm")
    region.ReferencedFrameOfReferenceSequence = []
    region.FrameOfReferenceUID = "1.2.3.5"
    other.save_as(site.landing / "screen.dcm")
    region.save_as(site.landing / "lost region.dcm")
    plan = ready(site)
    refused = json.loads(site.store.read(str(Path(plan["manifest"]).with_name("refused.json"))))
    assert sorted(record["reason"] for record in refused) == ["REGION_WITHOUT_IMAGE", "UNSUPPORTED_SOP_CLASS"]
    assert plan["refused"] == 2


def test_the_same_input_gives_the_same_build_and_other_code_another(site: Site) -> None:
    first = ready(site)
    assert preprocess_plan(site) == first
    other = converter_plan(site, "fedcba9876543210")
    assert other["build"] != first["build"]


def converter_plan(site: Site, code: str) -> dict[str, Any]:
    from jobs.preprocess.plan import plan_preprocess

    return plan_preprocess(site.store, ROOT, DAY, code=code, target_bytes=1)


def test_a_date_without_raw_files_says_what_to_run(site: Site) -> None:
    with pytest.raises(JobInputError, match="run stage 1"):
        preprocess_plan(site)


def test_a_series_becomes_a_volume_a_mask_and_a_record(site: Site) -> None:
    plan = ready(site)
    records = stream(site, plan)
    rows = [record["row"] for record in records if record["record"] == "volume"]
    assert outcomes(records) == {"region": 2, "row": 2, "volume": 48}
    for row in rows:
        array, affine = read_nifti(site.store.read(row["image_path"]))
        mask, mask_affine = read_nifti(site.store.read(row["masks"]["gtv-mass"]))
        assert array.shape == mask.shape == (row["columns_"], row["rows_"], row["slices"])
        assert np.array_equal(affine, mask_affine)
        assert np.allclose(affine, json.loads(row["affine"]))
        content = site.store.read(row["image_path"])
        assert hashlib.sha256(content).hexdigest() == row["image_sha256"]
        assert mask.sum() * 0.064 == pytest.approx(row["region_volume_ml"]["gtv-mass"])
        assert (row["files"], row["build"], row["simulated"]) == (24, plan["build"], True)


def test_stored_files_are_exactly_those_of_the_records(site: Site) -> None:
    plan = ready(site)
    rows = [record["row"] for record in stream(site, plan) if record["record"] == "volume"]
    wanted = {path for row in rows for path in (row["image_path"], *row["masks"].values())}
    wanted |= {row["image_path"].replace(".nii.gz", ".json") for row in rows}
    assert {entry.path for entry in site.store.list(plan["preprocessed"])} == wanted


def test_a_second_attempt_leaves_the_same_bytes(site: Site, tmp_path: Path) -> None:
    plan = ready(site)
    first = stream(site, plan)
    before = tree(tmp_path / "hdfs")
    assert stream(site, plan) == first
    assert tree(tmp_path / "hdfs") == before


def test_one_broken_series_does_not_touch_the_others(site: Site) -> None:
    (site.landing / "sender 0/PET/IM0012.dcm").unlink()
    plan = ready(site)
    found = outcomes(stream(site, plan))
    assert found == {
        "REGION_WITHOUT_IMAGE": 1,
        "SLICE_SPACING_INCONSISTENT": 23,
        "region": 1,
        "row": 1,
        "volume": 24,
    }


def test_a_fault_of_the_converter_refuses_its_series_and_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ready(site)
    calls = iter([True, False])

    def faulty(sources: Any) -> Any:
        if next(calls):
            raise ZeroDivisionError("a mistake in the library")
        return convert_series(sources)

    monkeypatch.setattr(library, "convert_series", faulty)
    found = outcomes(stream(site, plan))
    assert (found["CONVERTER_FAILED"], found["volume"]) == (24, 24)


def test_a_raw_file_that_changed_in_hdfs_stops_the_task(site: Site) -> None:
    plan = ready(site)
    path = lines_of(site, plan)[0]["files"][0]["raw_path"]
    site.store.write(path, site.store.read(path)[:-1] + b"x")
    with pytest.raises(OSError, match="does not have the content"):
        stream(site, plan)


def test_a_missing_raw_file_stops_the_task(site: Site) -> None:
    plan = ready(site)
    site.store.delete(lines_of(site, plan)[0]["files"][0]["raw_path"])
    with pytest.raises(FileNotFoundError):
        stream(site, plan)


def test_files_that_draw_one_region_differently_are_both_refused(site: Site) -> None:
    region = pydicom.dcmread(site.landing / "contours/second.dcm")
    region.SOPInstanceUID = region.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.6")
    del region.ROIContourSequence[0].ContourSequence[0]
    region.save_as(site.landing / "contours/second observer.dcm")
    plan = ready(site)
    records = stream(site, plan)
    masks = sorted(len(record["row"]["masks"]) for record in records if record["record"] == "volume")
    assert (outcomes(records)["DUPLICATE_REGION"], masks) == (2, [0, 1])


def test_files_that_draw_one_region_alike_both_count(site: Site) -> None:
    region = pydicom.dcmread(site.landing / "contours/second.dcm")
    region.SOPInstanceUID = region.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.6")
    region.save_as(site.landing / "contours/second again.dcm")
    plan = ready(site)
    assert outcomes(stream(site, plan)) == {"region": 3, "row": 2, "volume": 48}


def test_a_region_file_of_another_kind_is_refused_with_the_librarys_reason(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ready(site)
    refusal = Refusal(Reason.REGION_UNSUPPORTED, {"kind": "POINT"})
    monkeypatch.setattr(regions, "rasterise", lambda *_: refusal)
    records = stream(site, plan)
    assert outcomes(records) == {"REGION_UNSUPPORTED": 2, "row": 2, "volume": 48}


def test_the_program_speaks_the_streaming_protocol(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ready(site)
    monkeypatch.setenv("NIGHTSCAN_HDFS", site.store.base_url)
    monkeypatch.setenv("NIGHTSCAN_ROOT", ROOT)
    monkeypatch.setenv("NIGHTSCAN_SCAN_DATE", DAY)
    monkeypatch.setenv("NIGHTSCAN_BUILD", plan["build"])
    monkeypatch.setenv("NIGHTSCAN_MEMORY_MB", "unlimited")
    monkeypatch.setenv("mapreduce_task_attempt_id", "attempt_9")
    monkeypatch.setattr("sys.stdin", io.StringIO(site.store.read(plan["manifest"]).decode()))
    assert mapper.main() == 0
    said = capsys.readouterr()
    records = [json.loads(line) for line in said.out.splitlines()]
    counters: dict[str, int] = {}
    for line in said.err.splitlines():
        if line.startswith("reporter:counter:nightscan,"):
            _, name, amount = line.split(",")
            counters[name] = counters.get(name, 0) + int(amount)
    assert len(records) == 52
    times = {name: counters.pop(name) for name in ("read_ms", "decode_ms", "write_ms")}
    assert min(times.values()) >= 0
    assert times["decode_ms"] > 0
    assert counters == {"bytes": plan["bytes"], "files": 50, "volumes": 2, "regions": 2}


def test_refusals_are_counted_in_all_and_by_reason(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.landing / "sender 0/PET/IM0012.dcm").unlink()
    stream(site, ready(site))
    said = capsys.readouterr().err
    assert "reporter:counter:nightscan,quarantined,24\n" in said
    assert "reporter:counter:nightscan,quarantined.SLICE_SPACING_INCONSISTENT,23\n" in said


def test_the_laptop_and_the_mapper_write_the_same_bytes(site: Site, tmp_path: Path) -> None:
    (site.landing / "contours/again.dcm").write_bytes((site.landing / "contours/second.dcm").read_bytes())
    plan = ready(site)
    stream(site, plan)
    convert_folder(site.landing, tmp_path / "out")
    laptop = by_content(tmp_path / "out")
    cluster = by_content(tmp_path / "hdfs" / plan["preprocessed"].lstrip("/"))
    assert len(laptop) == 6
    assert laptop == cluster


def test_the_laptop_and_the_cluster_refuse_the_same_files_with_the_same_evidence(
    site: Site, tmp_path: Path
) -> None:
    other = pydicom.dcmread(site.landing / "sender 0/PET/IM0001.dcm")
    other.SOPClassUID = other.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    other.SOPInstanceUID = other.SeriesInstanceUID = UID("1.2.3.4")
    other.save_as(site.landing / "screen.dcm")
    region = pydicom.dcmread(site.landing / "contours/second.dcm")
    region.SOPInstanceUID = region.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.6")
    region.PatientID = "another patient"
    region.save_as(site.landing / "lost region.dcm")
    (site.landing / "sender 1/PET/IM0012.dcm").unlink()
    (site.landing / "again/copy.dcm").unlink()
    (site.landing / "link").symlink_to(site.landing / "sender 0")
    plan = ready(site)
    stream(site, plan)
    commit_preprocess(site.store, ROOT, DAY, plan["build"])
    convert_folder(site.landing, tmp_path / "out")
    entries = json.loads((tmp_path / "out/records.json").read_text())
    laptop = {
        entry["name"]: (entry["sha256"], entry["level"], entry["reason"], entry["evidence"])
        for entry in entries
        if entry["reason"]
    }
    cluster = {
        str(Path(row["source_path"]).relative_to(site.landing)): (
            row["sha256"] or "",
            row["level"],
            row["reason"],
            json.loads(row["evidence"]),
        )
        for day in (DAY, "undated")
        for row in site.rows(Places(ROOT).quarantine(day))
    }
    assert len(laptop) == 28
    assert laptop == cluster


def by_content(folder: Path) -> list[tuple[str, bytes]]:
    """Suffix and bytes of every file of a volume; only the keys before them are each site's own."""
    files = [path for path in folder.iterdir() if path.name != "records.json"]
    return sorted((path.name.partition(".")[2], path.read_bytes()) for path in files)


def test_a_series_beyond_the_memory_is_refused_by_name_and_its_files_are_not_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ready(site)
    large, small = lines_of(site, plan)
    for file in large["files"]:
        file["bytes"] = 525_000_000
        site.store.delete(file["raw_path"])
    place = Place(plan["preprocessed"], plan["build"])
    lines = ["\n", json.dumps(large), "\n", json.dumps(small)]
    records = list(mapper.preprocess(lines, site.store, place, "a", Limits(640 << 20)))
    assert outcomes(records) == {
        "REGION_WITHOUT_IMAGE": 1,
        "VOLUME_TOO_LARGE": 24,
        "region": 1,
        "row": 1,
        "volume": 24,
    }
    evidence = next(r["evidence"] for r in records if r.get("reason") == "VOLUME_TOO_LARGE")
    assert (evidence["needed"] > 2 * 24 * 525_000_000, evidence["allowed"]) == (True, 640 << 20)


def test_compressed_files_count_by_their_matrix(site: Site) -> None:
    line = lines_of(site, ready(site))[0]
    small = work_of(line, bytes, Limits())
    for file in line["files"]:
        file["voxels"] = 100_000_000
    assert work_of(line, bytes, Limits()).needs > small.needs + 24 * 4 * 100_000_000


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        (False, ["convert", "convert", "stored", "stored"]),
        (True, ["convert", "stored", "convert", "stored"]),
    ],
)
def test_a_series_waits_for_the_storing_of_others_when_memory_is_short(
    site: Site, monkeypatch: pytest.MonkeyPatch, short: bool, expected: list[str]
) -> None:
    plan = ready(site)
    seen: list[str] = []
    for name, step in (("convert_line", "convert"), ("_finish", "stored")):
        function = getattr(mapper, name)
        monkeypatch.setattr(mapper, name, lambda *a, f=function, s=step: (seen.append(s), f(*a))[1])
    lines = site.store.read(plan["manifest"]).decode().splitlines()
    needs = work_of(json.loads(lines[0]), bytes, Limits()).needs
    limits = Limits(needs + 10 if short else None)
    list(mapper.preprocess(lines, site.store, Place(plan["preprocessed"], "b"), "a", limits))
    assert seen == expected


def test_the_manifest_tells_the_matrix_of_each_file(site: Site) -> None:
    lines = lines_of(site, ready(site))
    header = pydicom.dcmread(site.landing / "sender 0/PET/IM0001.dcm", stop_before_pixels=True)
    assert {file["voxels"] for line in lines for file in line["files"]} == {header.Rows * header.Columns}


def test_files_of_a_series_are_let_go_as_they_are_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = ready(site)
    held: list[int] = []
    work_of = mapper.work_of

    def watched(line: Any, load: Any, limits: Limits) -> Any:
        data = load.__self__
        return work_of(line, lambda path: (held.append(len(data)), load(path))[1], limits)

    monkeypatch.setattr(mapper, "work_of", watched)
    stream(site, plan)
    assert held == [*range(25, 0, -1)] * 2
