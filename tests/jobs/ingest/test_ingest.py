from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.base.dates import nearest
from jobs.base.errors import JobInputError
from jobs.ingest.commit import commit_ingest
from tests.jobs.conftest import DAY, ROOT, CrashError, Site, copy_of, crashing, tree

RAW = f"{ROOT}/raw_images/scan_date={DAY}"
RAW_FILES = f"{ROOT}/raw_files/scan_date={DAY}/files.parquet"


def test_the_plan_links_each_content_once_under_its_hash(site: Site) -> None:
    site.index()
    plan = site.plan()
    links = sorted(Path(plan["link_dir"]).iterdir())
    counts = {name: plan[name] for name in ("files", "contents", "duplicates", "to_copy")}
    assert counts == {"files": 51, "contents": 50, "duplicates": 1, "to_copy": 50}
    assert [link.name for link in links] == [f"{row}.dcm" for row in sorted({link.stem for link in links})]
    assert sum(link.stat().st_size for link in links) == plan["bytes"] == plan["copy_bytes"]
    assert all(link.is_symlink() and link.resolve().is_relative_to(site.landing) for link in links)


def test_a_date_without_data_names_the_nearest_dates(site: Site) -> None:
    site.index()
    with pytest.raises(JobInputError, match=f"2025-03-09; nearest dates with data: {DAY}"):
        site.plan("2025-03-09")


def test_the_nearest_dates_are_the_five_nearest_in_order() -> None:
    dates = ["1999-01-01", "2025-03-01", "2025-03-02", "2025-03-08", "2025-03-09", "2026-01-01"]
    assert nearest("2025-03-03", dates) == dates[1:]
    with pytest.raises(JobInputError, match="not a date"):
        nearest("03.03.2025", dates)


def test_a_file_that_changed_after_the_index_stops_the_plan(site: Site) -> None:
    site.index()
    path = site.landing / "sender 0/PET/IM0007.dcm"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(JobInputError, match=r"IM0007.dcm changed"):
        site.plan()


def test_without_an_index_the_plan_says_what_to_run(site: Site) -> None:
    with pytest.raises(JobInputError, match=r"run jobs\.index\.landing first"):
        site.plan()


def test_raw_images_are_the_landed_bytes_and_every_source_has_a_row(site: Site) -> None:
    site.index()
    result = site.ingest()
    rows = site.rows(RAW_FILES)
    assert (result["files"], result["contents"], result["moved"], result["sampled"]) == (51, 50, 50, 50)
    assert len(rows) == 51
    for row in rows:
        assert site.store.read(row["raw_path"]) == Path(row["source_path"]).read_bytes()
    assert len(site.store.list(RAW)) == 50
    assert site.store.list(f"{ROOT}/raw_images/_incoming") == []


def test_a_second_ingest_copies_nothing_and_leaves_the_same_bytes(site: Site, tmp_path: Path) -> None:
    site.index()
    site.ingest()
    before = tree(tmp_path / "hdfs")
    assert site.plan()["to_copy"] == 0
    assert site.ingest()["moved"] == 0
    assert tree(tmp_path / "hdfs") == before


def test_late_files_join_the_date(site: Site, patients: list[dict[str, bytes]]) -> None:
    late = [site.landing / "sender 0/PET" / name for name in ("IM0005.dcm", "IM0006.dcm")]
    for path in late:
        path.rename(site.landing.parent / path.name)
    site.index()
    site.ingest()
    for path in late:
        (site.landing.parent / path.name).rename(path)
    site.index()
    plan = site.plan()
    site.copy(plan)
    result = commit_ingest(site.store, ROOT, DAY, plan["build"])
    assert (plan["to_copy"], result.moved, result.contents) == (2, 2, 50)
    assert len(site.store.list(RAW)) == 50
    assert site.store.list(f"{ROOT}/raw_images/_incoming") == []


def test_rows_of_files_that_left_the_landing_zone_stay(site: Site) -> None:
    site.index()
    site.ingest()
    gone = site.landing / "sender 0/PET/IM0009.dcm"
    gone.unlink()
    site.index()
    assert site.ingest()["files"] == 51
    assert str(gone) in {row["source_path"] for row in site.rows(RAW_FILES)}


def test_a_file_replaced_in_place_takes_the_row_of_the_old_one(
    site: Site, patients: list[dict[str, bytes]]
) -> None:
    site.index()
    site.ingest()
    site.land("sender 0/PET/IM0009.dcm", patients[0]["PET/IM0009.dcm"] + b"\0\0")
    site.index()
    result = site.ingest()
    assert (result["files"], result["moved"], len(site.store.list(RAW))) == (51, 1, 51)


def damage(site: Site, plan: dict[str, Any], kind: str) -> None:
    name = min(entry.path for entry in site.store.list(plan["incoming"]))
    data = site.store.read(name)
    if kind == "missing":
        site.store.delete(name)
    elif kind == "cut":
        site.store.write(name, data[:-1])
    elif kind == "changed":
        site.store.write(name, data[:-1] + bytes([data[-1] ^ 1]))
    else:
        site.store.write(f"{plan['incoming']}/stranger.dcm", b"x")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", "missing"),
        ("cut", "bytes instead of"),
        ("changed", "hashes to"),
        ("extra", "stranger.dcm: not"),
    ],
)
def test_a_copy_that_disagrees_is_refused_and_nothing_is_committed(
    site: Site, kind: str, message: str
) -> None:
    site.index()
    plan = site.plan()
    site.copy(plan)
    damage(site, plan, kind)
    with pytest.raises(JobInputError, match=message):
        commit_ingest(site.store, ROOT, DAY, plan["build"])
    assert (site.store.exists(RAW), site.store.exists(RAW_FILES)) == (False, False)


def test_what_a_killed_copy_attempt_left_behind_is_removed(site: Site) -> None:
    site.index()
    plan = site.plan()
    site.copy(plan)
    site.store.write(f"{plan['incoming']}/.distcp.tmp.attempt_1", b"half")
    commit_ingest(site.store, ROOT, DAY, plan["build"])
    assert len(site.store.list(RAW)) == 50


def test_only_fifty_hashes_of_a_large_copy_are_read_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.ingest.commit.SAMPLE", 7)
    site.index()
    assert site.ingest()["sampled"] == 7


@pytest.mark.parametrize("first_commit", [True, False])
def test_a_crash_at_any_point_of_the_commit_is_made_good_by_running_it_again(
    site: Site, tmp_path: Path, patients: list[dict[str, bytes]], first_commit: bool
) -> None:
    if not first_commit:
        late = [site.landing / "sender 0/PET" / f"IM000{n}.dcm" for n in (4, 5, 6)]
        for path in late:
            path.rename(site.landing.parent / path.name)
        site.index()
        site.ingest()
        for path in late:
            (site.landing.parent / path.name).rename(path)
    site.index()
    plan = site.plan()
    site.copy(plan)
    whole = copy_of(site, tmp_path)
    commit_ingest(whole, ROOT, DAY, plan["build"])
    expected = tree(tmp_path / "copy")
    crashes = 0
    for changes in range(50):
        store = copy_of(site, tmp_path)
        try:
            commit_ingest(crashing(store, changes), ROOT, DAY, plan["build"])
        except CrashError:
            crashes += 1
        else:
            break
        commit_ingest(store, ROOT, DAY, plan["build"])
        found = {name: data for name, data in tree(tmp_path / "copy").items() if not name.endswith(".tmp")}
        assert found == expected
    assert crashes >= 4
