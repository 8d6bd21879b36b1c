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

from imaging.convert import convert_series
from imaging.nifti import read_nifti
from imaging.records import Refusal
from jobs import convert_line as converter
from jobs import preprocess as mapper
from jobs.balance import balance
from jobs.protocol import JobInputError
from tests.jobs.conftest import DAY, ROOT, Site, preprocess_plan, stream, tree


def lines_of(site: Site, plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in site.store.read(plan["manifest"]).decode().splitlines()]


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
    from jobs.plan_preprocess import plan_preprocess

    return plan_preprocess(site.store, ROOT, DAY, code=code, target_bytes=1)


def test_a_date_without_raw_files_says_what_to_run(site: Site) -> None:
    with pytest.raises(JobInputError, match="run stage 1"):
        preprocess_plan(site)


def test_tasks_take_about_equal_bytes() -> None:
    sizes = {f"series {n:02d}": 10 * (n % 7) + 1 for n in range(40)}
    plan = balance(sizes, 300)
    tasks = [plan.order[i : i + plan.lines_per_task] for i in range(0, len(plan.order), plan.lines_per_task)]
    loads = [sum(sizes[name] for name in task) for task in tasks]
    assert (sorted(plan.order), len(tasks)) == (sorted(sizes), plan.tasks)
    assert max(loads) - min(loads) <= 60


@pytest.mark.parametrize("series", [1, 2, 3, 7, 10])
@pytest.mark.parametrize("target", [1, 5, 10**9])
def test_every_series_is_in_one_task_whatever_the_numbers(series: int, target: int) -> None:
    sizes = {str(n): n for n in range(series)}
    plan = balance(sizes, target)
    assert sorted(plan.order) == sorted(sizes)
    assert plan.tasks == -(-series // plan.lines_per_task)


def test_no_series_need_no_task() -> None:
    assert balance({}, 100).tasks == 0


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

    monkeypatch.setattr(converter, "convert_series", faulty)
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
    from imaging.reasons import Reason
    from jobs import convert_regions

    plan = ready(site)
    refusal = Refusal(Reason.REGION_UNSUPPORTED, {"kind": "POINT"})
    monkeypatch.setattr(convert_regions, "rasterise", lambda *_: refusal)
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
    assert counters == {"bytes": plan["bytes"], "files": 50, "volumes": 2, "regions": 2}
