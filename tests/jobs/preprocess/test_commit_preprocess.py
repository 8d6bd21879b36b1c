from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.preprocess.commit import commit_preprocess
from messages.wire import as_json
from tests.jobs.conftest import DAY, ROOT, CrashError, Site, copy_of, crashing, preprocess_plan, stream, tree

SCANS = f"{ROOT}/mri_scans/scan_date={DAY}/scans.parquet"
QUARANTINE = f"{ROOT}/quarantine/scan_date={DAY}/quarantine.parquet"


def streamed(site: Site) -> dict[str, Any]:
    site.index()
    site.ingest()
    plan = preprocess_plan(site, target_bytes=1)
    stream(site, plan)
    return plan


def commit(site: Site, plan: dict[str, Any]) -> dict[str, Any]:
    return as_json(commit_preprocess(site.store, ROOT, DAY, plan["build"]), "commit")


def test_every_file_is_in_a_volume_a_region_or_quarantine(site: Site) -> None:
    (site.landing / "sender 0/PET/IM0012.dcm").unlink()
    result = commit(site, streamed(site))
    counts = ("files", "volumes", "volume_files", "region_files", "regions", "quarantined", "by_reason")
    assert {name: result[name] for name in counts} == {
        "files": 49,
        "volumes": 1,
        "volume_files": 24,
        "region_files": 1,
        "regions": 1,
        "quarantined": 24,
        "by_reason": {"REGION_WITHOUT_IMAGE": 1, "SLICE_SPACING_INCONSISTENT": 23},
    }
    assert len(site.rows(QUARANTINE)) == 24


def test_quarantine_rows_name_source_and_raw_file_and_evidence(site: Site) -> None:
    (site.landing / "sender 0/PET/IM0012.dcm").unlink()
    commit(site, streamed(site))
    rows = {row["source_path"].removeprefix(f"{site.landing}/"): row for row in site.rows(QUARANTINE)}
    # Identical contents share one raw file; the first source by name stands for both.
    row = rows["again/copy.dcm"]
    assert "sender 0/PET/IM0001.dcm" not in rows
    assert site.store.exists(row["raw_path"])
    assert json.loads(row["evidence"])["largest_mm"] == 8.0


def test_a_date_whose_series_are_all_refused_commits_without_a_volume(site: Site) -> None:
    for sender in (0, 1):
        (site.landing / f"sender {sender}/PET/IM0012.dcm").unlink()
    result = commit(site, streamed(site))
    assert (result["volumes"], result["quarantined"], site.rows(SCANS)) == (0, 48, [])


def test_a_date_without_any_series_commits_without_a_streaming_job(
    empty_site: Site, patients: list[dict[str, bytes]]
) -> None:
    empty_site.land("only a region.dcm", patients[0]["PET/RS.dcm"])
    empty_site.index()
    empty_site.ingest()
    plan = preprocess_plan(empty_site)
    assert plan["tasks"] == 0
    result = commit(empty_site, plan)
    assert (result["volumes"], result["by_reason"]) == (0, {"REGION_WITHOUT_IMAGE": 1})


def test_committing_again_leaves_the_same_bytes(site: Site, tmp_path: Path) -> None:
    plan = streamed(site)
    commit(site, plan)
    before = tree(tmp_path / "hdfs")
    commit(site, plan)
    stream(site, plan)
    commit(site, plan)
    assert tree(tmp_path / "hdfs") == before


def spoil(site: Site, plan: dict[str, Any], kind: str) -> str:
    part = f"{plan['output']}/part-00000"
    lines = site.store.read(part).decode().splitlines(keepends=True)
    names = {"lost": "not accounted for", "double": "2 times", "stranger": "not among the raw files"}
    if kind == "lost":
        lines = lines[1:]
    elif kind == "double":
        lines = [lines[0], *lines]
    elif kind == "stranger":
        lines.append(json.dumps(json.loads(lines[0]) | {"sha256": "00"}) + "\n")
    elif kind == "no volume":
        names[kind] = "has files but no volume"
        lines = [line for line in lines if '"record": "volume"' not in line]
    elif kind == "not finished":
        names[kind] = "has not finished"
        site.store.delete(f"{plan['output']}/_SUCCESS")
    elif kind == "volume gone":
        names[kind] = "1 volumes or masks are not in"
        site.store.delete(
            next(
                e.path
                for e in site.store.list(plan["preprocessed"])
                if "mask" not in e.name and "nii" in e.name
            )
        )
    site.store.write(part, "".join(lines).encode())
    return names[kind]


@pytest.mark.parametrize("kind", ["lost", "double", "stranger", "no volume", "not finished", "volume gone"])
def test_records_that_do_not_add_up_are_refused_and_nothing_is_swapped(site: Site, kind: str) -> None:
    plan = streamed(site)
    message = spoil(site, plan, kind)
    with pytest.raises(JobInputError, match=message):
        commit(site, plan)
    assert (site.store.exists(SCANS), site.store.exists(QUARANTINE)) == (False, False)


def test_a_crash_at_any_point_leaves_the_old_scans_or_the_new_ones(site: Site, tmp_path: Path) -> None:
    late = site.landing / "sender 1"
    late.rename(site.landing.parent / "sender 1")
    commit(site, streamed(site))
    old = site.store.read(SCANS)
    (site.landing.parent / "sender 1").rename(late)
    plan = streamed(site)
    store = copy_of(site, tmp_path)
    commit_preprocess(store, ROOT, DAY, plan["build"])
    new, expected = store.read(SCANS), tree(tmp_path / "copy")
    assert new != old
    seen = []
    for changes in range(10):
        store = copy_of(site, tmp_path)
        try:
            commit_preprocess(crashing(store, changes), ROOT, DAY, plan["build"])
        except CrashError:
            seen.append(store.read(SCANS))
        else:
            break
        commit_preprocess(store, ROOT, DAY, plan["build"])
        assert {n: d for n, d in tree(tmp_path / "copy").items() if not n.endswith(".tmp")} == expected
    assert len(seen) >= 2
    assert set(seen) == {old}
