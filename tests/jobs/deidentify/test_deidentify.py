"""The export's plan and mapper: every raw file is released and checked, or kept back with a reason."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydicom
import pytest

from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.remover import Deidentifier
from jobs.base.errors import JobInputError
from jobs.base.keys import KEY_SECRET, sha256
from jobs.deidentify import mapper
from jobs.deidentify.build import below
from tests.jobs.conftest import Site, tree
from tests.jobs.export import DAY, KEY, PLACES, changed, map_all, plan

OTHER_DAY = "2025-03-04"


@pytest.fixture
def ingested(site: Site) -> Site:
    site.index()
    site.ingest()
    return site


def of(records: list[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    return [record for record in records if record.get("outcome") == outcome]


def test_each_content_of_the_date_is_in_the_manifest_once_by_series(ingested: Site) -> None:
    made = plan(ingested.store, target_bytes=1)
    lines = ingested.store.read(made["manifest"]).decode().splitlines()
    files = [file for line in lines if line for file in json.loads(line)["files"]]
    raw = ingested.rows(PLACES.raw_files(DAY))
    assert sorted(file["sha256"] for file in files) == sorted({row["sha256"] for row in raw})
    assert (made["files"], made["tasks"], len(raw)) == (50, 4, 51)
    assert set(files[0]) == {"raw_path", "sha256", "bytes"}


def test_the_same_input_gives_the_same_build_and_another_key_another(ingested: Site) -> None:
    first, other = plan(ingested.store), plan(ingested.store, key=b"another key")
    assert plan(ingested.store) == first
    assert other["build"] != first["build"]
    assert other["key_id"] != first["key_id"]
    assert first["key_id"] == Pseudonyms(KEY).key_id


def test_a_date_without_raw_files_and_a_short_key_say_what_to_do(ingested: Site) -> None:
    with pytest.raises(JobInputError, match="run scan_intake"):
        plan(ingested.store, day=OTHER_DAY)
    with pytest.raises(JobInputError, match="nightscan_patient_key"):
        plan(ingested.store, key=b"short")


def test_every_file_is_released_under_its_pseudonym_and_stored_as_its_record_says(ingested: Site) -> None:
    made = plan(ingested.store, target_bytes=1)
    records = map_all(ingested.store, made)
    released = of(records, "released")
    folder = PLACES.deidentified(DAY, made["build"])
    assert len(released) == 50
    stored = {name: ingested.store.read(entry.path) for name, entry in below(ingested.store, folder).items()}
    assert {name: (sha256(data), len(data)) for name, data in stored.items()} == {
        record["name"]: (record["out_sha256"], record["bytes"]) for record in released
    }
    raw = ingested.rows(PLACES.raw_files(DAY))[0]
    original = pydicom.dcmread(io.BytesIO(ingested.store.read(raw["raw_path"])))
    pseudonyms = {str(pydicom.dcmread(io.BytesIO(data)).PatientID) for data in stored.values()}
    assert pseudonyms == {name.partition("/")[0] for name in stored}
    assert Pseudonyms(KEY).patient(str(original.PatientID).encode()).id in pseudonyms
    assert len(pseudonyms) == 2


def test_the_same_patient_of_another_date_has_the_same_pseudonym_and_shift(
    site: Site, patients: list[dict[str, bytes]]
) -> None:
    later = changed(patients[0]["PET/IM0001.dcm"], StudyDate="20250304", SeriesInstanceUID="1.2.3")
    site.land("next day.dcm", later)
    site.index()
    found = {}
    for day in (DAY, OTHER_DAY):
        site.ingest(day)
        made = plan(site.store, day=day)
        records = of(map_all(site.store, made), "released")
        folder = PLACES.deidentified(day, made["build"])
        sets = [pydicom.dcmread(io.BytesIO(site.store.read(f"{folder}/{r['name']}"))) for r in records]
        found[day] = {str(each.PatientID): str(each.StudyDate) for each in sets}
    (patient, moved) = next(iter(found[OTHER_DAY].items()))
    days = pydicom.valuerep.DA(moved) - pydicom.valuerep.DA(found[DAY][patient])
    assert days.days == 1
    assert moved != "20250304"


def test_a_refused_file_stays_behind_with_its_hash_and_reason_and_no_name(
    site: Site, patients: list[dict[str, bytes]]
) -> None:
    burned = changed(patients[0]["PET/IM0001.dcm"], BurnedInAnnotation="YES", SOPInstanceUID="1.2.3.4")
    site.land("Doe Jane/burned.dcm", burned)
    site.index()
    site.ingest()
    records = map_all(site.store, plan(site.store))
    (kept,) = of(records, "kept_back")
    assert kept == {
        "record": "file",
        "sha256": sha256(burned),
        "outcome": "kept_back",
        "reason": "BURNED_IN_ANNOTATION",
        "evidence": kept["evidence"],
    }
    assert "Doe" not in json.dumps(records)


def test_files_that_differ_only_in_what_is_removed_stay_as_many_as_came_in(
    site: Site, patients: list[dict[str, bytes]]
) -> None:
    site.land("twin.dcm", changed(patients[0]["PET/IM0001.dcm"], InstitutionAddress="1 Another Street"))
    site.index()
    site.ingest()
    released = of(map_all(site.store, plan(site.store, target_bytes=1)), "released")
    names = [record["name"] for record in released]
    assert len(names) == len(set(names)) == 51
    assert len([name for name in names if name.endswith("-2.dcm")]) == 1


def test_a_file_that_does_not_fit_is_kept_back_unread(
    ingested: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(ingested.store)
    read: list[str] = []
    monkeypatch.setattr(type(ingested.store), "read_many", lambda _, paths, __: read.extend(paths) or {})
    records = map_all(ingested.store, made, memory_bytes=1 << 20)
    assert {record["reason"] for record in of(records, "kept_back")} == {"TOO_LARGE"}
    assert len(of(records, "kept_back")) == 50
    assert read == []


def test_a_fault_of_the_program_keeps_its_file_back_and_counts_nothing_of_it(
    ingested: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, calls = Deidentifier.clean, iter(range(100))

    def faulty(self: Deidentifier, data: bytes) -> Any:
        made = usual(self, data)
        if next(calls) == 0:
            raise KeyError("Doe^Jane")
        return made

    made = plan(ingested.store)
    whole = dict(map_all(ingested.store, made)[-1])
    monkeypatch.setattr(Deidentifier, "clean", faulty)
    records = map_all(ingested.store, made)
    (kept,) = of(records, "kept_back")
    assert (kept["reason"], kept["evidence"]["error"]) == ("REMOVER_FAILED", "KeyError")
    assert "Doe" not in json.dumps(records)
    assert sum(n for _, _, n in records[-1]["actions"]) < sum(n for _, _, n in whole["actions"])


def test_a_second_attempt_leaves_the_same_bytes(ingested: Site, tmp_path: Path) -> None:
    made = plan(ingested.store, target_bytes=1)
    first = map_all(ingested.store, made)
    before = tree(tmp_path / "hdfs")
    assert map_all(ingested.store, made) == first
    assert tree(tmp_path / "hdfs") == before


def test_a_raw_file_that_is_not_what_it_was_stops_the_task(ingested: Site) -> None:
    made = plan(ingested.store)
    raw = ingested.rows(PLACES.raw_files(DAY))[0]
    ingested.store.write(raw["raw_path"], ingested.store.read(raw["raw_path"]) + b"\0")
    with pytest.raises(OSError, match="check HDFS"):
        map_all(ingested.store, made)


def test_batches_are_bounded_by_number_and_size() -> None:
    large = {"bytes": mapper.BATCH_BYTES}
    small = {"bytes": 1}
    sizes = [len(batch) for batch in mapper._batches([small] * 65 + [large, small])]
    assert sizes == [64, 1, 1, 1]
    assert list(mapper._batches([])) == []


def credentials(folder: Path, value: bytes) -> Path:
    name = KEY_SECRET.encode()
    path = folder / "container_tokens"
    path.write_bytes(
        b"HDTS\0\0\1" + struct.pack("b", len(name)) + name + struct.pack("b", len(value)) + value
    )
    return path


def run_program(site: Site, made: dict[str, Any], folder: Path, value: bytes) -> Any:
    environment = {
        **{name: text for name, text in os.environ.items() if "KEY" not in name},
        "PYTHONPATH": os.pathsep.join(sys.path),
        "NIGHTSCAN_HDFS": site.store.base_url,
        "NIGHTSCAN_ROOT": "/medical_data",
        "NIGHTSCAN_SCAN_DATE": DAY,
        "NIGHTSCAN_BUILD": made["build"],
        "NIGHTSCAN_MEMORY_MB": "unlimited",
        "NIGHTSCAN_KEY_ID": made["key_id"],
        "HADOOP_TOKEN_FILE_LOCATION": str(credentials(folder, value)),
    }
    lines = site.store.read(made["manifest"])
    command = [sys.executable, "-m", "jobs.deidentify.mapper"]
    return subprocess.run(command, input=lines, env=environment, capture_output=True, check=False)


def test_the_program_takes_the_key_from_the_jobs_credentials_and_says_nothing_of_it(
    ingested: Site, tmp_path: Path
) -> None:
    made = plan(ingested.store)
    done = run_program(ingested, made, tmp_path, KEY)
    assert done.returncode == 0
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(of(records, "released")) == 50
    assert records[-1]["key_id"] == made["key_id"]
    assert b"counter:nightscan,released," in done.stderr
    assert KEY not in done.stdout + done.stderr


def test_the_program_stops_under_a_key_that_is_not_the_plans(ingested: Site, tmp_path: Path) -> None:
    done = run_program(ingested, plan(ingested.store), tmp_path, b"a wrong key here")
    assert done.returncode == 1
    assert b"not the key it was planned with" in done.stderr
    assert done.stdout == b""
    assert b"a wrong key here" not in done.stderr
