"""The export's commit and what may be copied out: nothing but a committed build of checked files."""

from __future__ import annotations

import json
from pathlib import Path
from posixpath import dirname
from typing import Any

import pytest

from imaging.deid.folder import deidentify_folder
from jobs.base.errors import JobInputError
from jobs.base.keys import sha256
from jobs.deidentify.build import below
from jobs.deidentify.plan_copy_out import plan_copy_out
from tests.jobs.conftest import Site, tree
from tests.jobs.export import DAY, KEY, PLACES, ROOT, changed, commit, export, map_all, plan


@pytest.fixture
def ingested(site: Site) -> Site:
    site.index()
    site.ingest()
    return site


def records_of(site: Site, made: dict[str, Any]) -> list[dict[str, Any]]:
    lines = site.store.read(f"{made['output']}/part-00000").decode().splitlines()
    return [json.loads(line) for line in lines]


def rewrite(site: Site, made: dict[str, Any], records: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    site.store.write(f"{made['output']}/part-00000", text.encode())


def mapped(site: Site) -> dict[str, Any]:
    made = plan(site.store)
    map_all(site.store, made)
    return made


def current(site: Site) -> Any:
    return json.loads(site.store.read(PLACES.deidentified_current(DAY)))


def test_files_in_are_released_or_kept_back(ingested: Site) -> None:
    done = export(ingested.store)
    assert (done["files"], done["released"], done["quarantined"], done["patients"]) == (50, 50, 0, 2)
    assert done["by_reason"] == {}
    assert current(ingested)["build"] == done["build"]


def test_the_record_is_that_of_the_same_files_in_a_folder(
    ingested: Site, patients: list[dict[str, bytes]], tmp_path: Path
) -> None:
    """One code path: the laptop's command and the cluster give the same bytes and the same record."""
    for number, files in enumerate(patients):
        for name, data in files.items():
            path = tmp_path / "in" / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    deidentify_folder(tmp_path / "in", tmp_path / "out", KEY)
    folder = export(ingested.store)["folder"]
    stored = {name: ingested.store.read(entry.path) for name, entry in below(ingested.store, folder).items()}
    assert stored == tree(tmp_path / "out")


def test_the_record_of_several_mappers_is_that_of_one(ingested: Site) -> None:
    one = ingested.store.read(export(ingested.store)["record"])
    assert ingested.store.read(export(ingested.store, target_bytes=1)["record"]) == one


def test_kept_back_files_are_in_the_record_by_hash_and_reason(
    site: Site, patients: list[dict[str, bytes]]
) -> None:
    burned = changed(patients[0]["PET/IM0001.dcm"], BurnedInAnnotation="YES", SOPInstanceUID="1.2.3.4")
    site.land("Doe Jane/burned.dcm", burned)
    site.index()
    site.ingest()
    done = export(site.store)
    assert done["by_reason"] == {"BURNED_IN_ANNOTATION": 1}
    assert done["files"] == done["released"] + done["quarantined"] == 51
    text = site.store.read(done["record"]).decode()
    (kept,) = json.loads(text)["quarantine"]
    assert (kept["sha256"], kept["reason"]) == (sha256(burned), "BURNED_IN_ANNOTATION")
    assert "Doe" not in text
    assert DAY not in text
    assert len(below(site.store, done["folder"])) == 52


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda records: records[1:], "is not accounted for"),
        (lambda records: [*records, records[0]], "accounted for 2 times"),
        (lambda records: [records[0] | {"sha256": "f" * 64}, *records[1:]], "not among the raw files"),
        (lambda records: [records[0] | {"name": records[1]["name"]}, *records[1:]], "was made 2 times"),
        (lambda records: [*records[:-1], records[-1] | {"key_id": "0" * 16}], "key changed"),
        (lambda records: [records[0] | {"bytes": 1}, *records[1:]], "another length"),
    ],
)
def test_records_that_do_not_agree_commit_nothing(ingested: Site, change: Any, message: str) -> None:
    made = mapped(ingested)
    rewrite(ingested, made, change(records_of(ingested, made)))
    with pytest.raises(JobInputError, match=message):
        commit(ingested.store, made)
    assert not ingested.store.exists(PLACES.deidentified_current(DAY))


def test_a_job_that_has_not_finished_commits_nothing(ingested: Site) -> None:
    made = mapped(ingested)
    ingested.store.delete(f"{made['output']}/_SUCCESS")
    with pytest.raises(JobInputError, match="has not finished"):
        commit(ingested.store, made)


def test_a_key_that_changed_before_the_commit_commits_nothing(ingested: Site) -> None:
    made = mapped(ingested)
    with pytest.raises(JobInputError, match="key changed"):
        commit(ingested.store, made, key=b"another key")


def test_what_a_dead_attempt_left_is_swept_and_a_foreign_file_stops_the_commit(ingested: Site) -> None:
    made = mapped(ingested)
    folder = PLACES.deidentified(DAY, made["build"])
    ingested.store.write(f"{folder}/p/s/_attempt_9.x.dcm.tmp", b"half")
    ingested.store.write(f"{folder}/p/s/foreign.dcm", b"never checked")
    with pytest.raises(JobInputError, match=r"p/s/foreign\.dcm"):
        commit(ingested.store, made)
    ingested.store.delete(f"{folder}/p/s/foreign.dcm")
    done = commit(ingested.store, made)
    assert not [name for name in below(ingested.store, done["folder"]) if "/_" in name]


def test_a_second_run_changes_no_byte(ingested: Site, tmp_path: Path) -> None:
    first = export(ingested.store)
    before = tree(tmp_path / "hdfs")
    assert export(ingested.store) == first
    assert tree(tmp_path / "hdfs") == before


def test_the_committed_build_may_be_copied_out(ingested: Site) -> None:
    done = export(ingested.store)
    found = plan_copy_out(ingested.store, ROOT, DAY, done["build"])
    sizes = [entry.bytes for entry in below(ingested.store, done["folder"]).values()]
    assert (found.source, found.files, found.bytes) == (done["folder"], 52, sum(sizes))


def test_a_build_that_is_not_committed_may_not_be_copied_out(ingested: Site) -> None:
    made = mapped(ingested)
    with pytest.raises(JobInputError, match="no committed de-identified build"):
        plan_copy_out(ingested.store, ROOT, DAY, made["build"])
    commit(ingested.store, made)
    with pytest.raises(JobInputError, match="not other"):
        plan_copy_out(ingested.store, ROOT, DAY, "other")


def replaced(data: bytes) -> bytes:
    return bytes(len(data))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda store, path: store.write(path, replaced(store.read(path))), "not what was checked"),
        (lambda store, path: store.write(path, b"shorter"), "another length"),
        (lambda store, path: store.delete(path), "are missing"),
        (lambda store, path: store.write(path + ".raw", b"added"), "do not belong there"),
        (lambda store, path: store.write(f"{dirname(path)}/_hidden", b"x"), "do not belong there"),
    ],
)
def test_a_build_that_was_touched_after_its_check_may_not_be_copied_out(
    ingested: Site, change: Any, message: str
) -> None:
    done = export(ingested.store)
    path = next(e.path for name, e in below(ingested.store, done["folder"]).items() if name.endswith(".dcm"))
    change(ingested.store, path)
    with pytest.raises(JobInputError, match=message):
        plan_copy_out(ingested.store, ROOT, DAY, done["build"])
