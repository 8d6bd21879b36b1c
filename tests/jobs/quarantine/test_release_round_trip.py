"""From a refused series to a volume: quarantine, overruling, the same steps again; and a withdrawal."""

from __future__ import annotations

import io
import json
from typing import Any

import pydicom
import pytest

from jobs.preprocess.commit import commit_preprocess
from jobs.quarantine.overrule import execute
from lake.places import Places
from messages.quarantine import Overrule
from messages.wire import as_json, parsed
from tests.jobs.conftest import DAY, ROOT, Site, preprocess_plan, stream

RISK = "PIXEL_IDENTITY_RISK"
SCANS = Places(ROOT).scans(DAY)
REFUSED = Places(ROOT).quarantine(DAY)


def burned(data: bytes) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.BurnedInAnnotation = "YES"
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


@pytest.fixture
def landed(site: Site) -> Site:
    """Two patients; every slice of the second says that text is burned in."""
    slices = sorted((site.landing / "sender 1").rglob("IM*"))
    for path in slices:
        path.write_bytes(burned(path.read_bytes()))
    assert len(slices) == 24
    site.index()
    site.ingest()
    return site


def run_again(site: Site) -> dict[str, Any]:
    plan = preprocess_plan(site)
    stream(site, plan)
    return as_json(commit_preprocess(site.store, ROOT, DAY, plan["build"]), "commit")


def ask(site: Site, series: str, **changes: Any) -> dict[str, Any]:
    request = {
        "hdfs": site.store.base_url,
        "root": ROOT,
        "scan_date": DAY,
        "series_key": series,
        "sha256": [],
    }
    who = {"why": "no text seen", "by": "reader", "recorded_at": "2026-01-01", "run_id": ""}
    asked = parsed(Overrule, {"action": None, **request, **who, **changes}, "request")
    return as_json(execute(asked), "result")


def test_an_overruled_series_becomes_a_volume_and_says_so(landed: Site) -> None:
    before = run_again(landed)
    assert (before["volumes"], before["by_reason"]) == (1, {RISK: 24, "REGION_WITHOUT_IMAGE": 1})
    series = next(row["series_key"] for row in landed.rows(REFUSED) if row["reason"] == RISK)
    assert ask(landed, series)["recorded"] == 24
    after = run_again(landed)
    assert (after["volumes"], after["regions"], after["quarantined"]) == (2, 2, 0)
    assert after["build"] != before["build"]
    (row,) = [row for row in landed.rows(SCANS) if row["series_key"] == series]
    story = landed.store.read(row["image_path"].removesuffix(".nii.gz") + ".json").decode()
    assert RISK in story
    assert "no text seen" not in story
    assert "reader" not in story


def test_overruling_marks_the_files_of_its_series_in_the_manifest_and_no_other(landed: Site) -> None:
    run_again(landed)
    series = next(row["series_key"] for row in landed.rows(REFUSED) if row["reason"] == RISK)
    ask(landed, series)
    lines = landed.store.read(preprocess_plan(landed)["manifest"]).decode().splitlines()
    marks = {
        line["series_key"]: [file.get("released") for file in line["files"]]
        for line in map(json.loads, lines)
    }
    assert marks.pop(series) == [[RISK]] * 24
    assert list(marks.values()) == [[None] * 24]


def test_a_withdrawal_brings_the_partition_back_bit_for_bit(landed: Site) -> None:
    first = run_again(landed)
    old = (landed.store.read(SCANS), landed.store.read(REFUSED))
    series = next(row["series_key"] for row in landed.rows(REFUSED) if row["reason"] == RISK)
    ask(landed, series)
    run_again(landed)
    assert (landed.store.read(SCANS), landed.store.read(REFUSED)) != old
    ask(landed, series, action="withdraw")
    assert run_again(landed)["build"] == first["build"]
    assert (landed.store.read(SCANS), landed.store.read(REFUSED)) == old


def test_a_file_that_comes_later_for_an_overruled_series_is_not_overruled(landed: Site) -> None:
    late = landed.landing / "sender 1/PET/IM0024.dcm"
    held = late.read_bytes()
    late.unlink()
    landed.store.delete(Places(ROOT).raw_files(DAY))
    landed.index()
    landed.ingest()
    run_again(landed)
    series = next(row["series_key"] for row in landed.rows(REFUSED) if row["reason"] == RISK)
    assert ask(landed, series)["recorded"] == 23
    assert run_again(landed)["volumes"] == 2
    late.write_bytes(held)
    landed.index()
    landed.ingest()
    result = run_again(landed)
    assert result["by_reason"] == {RISK: 1, "SERIES_INCOMPLETE": 23, "REGION_WITHOUT_IMAGE": 1}
