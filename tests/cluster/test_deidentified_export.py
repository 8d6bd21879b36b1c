"""The demo's first scan date leaves the restricted zone: de-identified on YARN, copied out by DistCp."""

from __future__ import annotations

import getpass
import io
import json
import subprocess
import urllib.request
import uuid
from pathlib import Path

import pydicom
import pytest

from cluster.secret_files import secret
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.residual import findings
from jobs.base.keys import sha256
from jobs.base.store import open_store

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1800)]

DAY = "2025-03-03"


def site_key(night) -> bytes:
    """The key of the local cluster, which Airflow's connection holds."""
    return secret(night.layout, "patient_key").encode()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    folder.parent.chmod(0o755)
    return folder / uuid.uuid4().hex


@pytest.fixture(scope="module")
def exported(night, target):
    """The run of the export, after the date was taken in."""
    night.airflow.wait_for_dag("deidentified_export")
    assert night.run("site_setup").state == "success"
    before = {run.run_id for run in night.airflow.runs("model_release")}
    intake = night.run("scan_intake", conf={"scan_date": DAY})
    assert night.states(intake)["1_ingest"] == "success"
    if intake.state == "success":
        night.wait("model_release", lambda run: run.run_id not in before)
    return night.run("deidentified_export", conf={"scan_date": DAY, "destination": f"file://{target}"})


@pytest.fixture(scope="module")
def made(night, exported):
    """What the two tasks returned."""
    return {task: night.airflow.result(exported, task) for task in ("deidentify", "copy_out")}


@pytest.fixture(scope="module")
def originals(night, exported):
    """The raw files of the date by hash."""
    store = open_store(f"hdfs://localhost:{night.ports['namenode']}")
    entries = store.list(f"{night.site.root}/raw_images/scan_date={DAY}")
    data = store.read_many(entry.path for entry in entries if entry.path.endswith(".dcm"))
    return {sha256(content): content for content in data.values()}


def released(made, target: Path) -> dict[str, bytes]:
    folder = target / made["deidentify"]["build"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.dcm"))}


def test_both_tasks_are_green_and_every_file_is_released_or_kept_back(night, exported, made, originals):
    assert night.states(exported) == {"deidentify": "success", "copy_out": "success"}
    done = made["deidentify"]
    assert done["files"] == done["released"] + done["quarantined"] == len(originals)
    assert done["released"] > 100


def test_the_destination_has_the_build_and_its_record(made, target):
    files = released(made, target)
    record = json.loads((target / made["deidentify"]["build"] / "record.json").read_text())
    assert {name: sha256(data) for name, data in files.items()} == record["outputs"]
    assert record["counts"]["released"] == len(files) == made["deidentify"]["released"]
    assert made["copy_out"]["files"] == len(files) + 2
    assert DAY not in json.dumps(record) + str(sorted(files))


def test_every_released_file_reads_again_and_holds_no_identifier_of_any_original(made, target, originals):
    patients = {
        str(getattr(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True), field)).encode()
        for data in originals.values()
        for field in ("PatientID", "PatientName", "StudyInstanceUID")
    }
    assert len(patients) > 3
    files = released(made, target)
    for name, data in files.items():
        assert pydicom.dcmread(io.BytesIO(data)).PatientID == name.partition("/")[0]
        assert [value for value in patients if value in data] == []
    assert files


def test_the_independent_check_passes_on_the_copied_bytes_against_the_originals(
    night, made, target, originals
):
    pseudonyms = Pseudonyms(site_key(night))
    by_uid = {
        pseudonyms.uid(str(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True).SOPInstanceUID)): data
        for data in originals.values()
    }
    files = released(made, target)
    pairs = [(by_uid[str(pydicom.dcmread(io.BytesIO(data)).SOPInstanceUID)], data) for data in files.values()]
    assert [found for original, data in pairs if (found := findings(original, data))] == []
    assert len(pairs) == len(files)


def test_the_key_is_in_no_job_configuration_and_no_trace_of_the_job(night, exported, made):
    """Not at the history server, not in HDFS's staging and history folders, not in the logs."""
    key = site_key(night)
    application = made["deidentify"]["application_id"]
    job = application.replace("application", "job")
    conf = json.dumps(night.get("historyserver_http", f"/ws/v1/history/mapreduce/jobs/{job}/conf")).encode()
    assert b"mapreduce.job.credentials.json" in conf
    assert key not in conf
    store = open_store(f"hdfs://localhost:{night.ports['namenode']}")
    looked = files_below(store, "/mr-history") + files_below(store, f"/user/{getpass.getuser()}/.staging")
    looked += files_below(store, f"{night.site.root}/_work")
    assert any(path.endswith(".xml") and job in path for path in looked)
    assert [path for path, data in store.read_many(looked).items() if key in data] == []
    command = [str(night.layout.bin / "yarn"), "logs", "-applicationId", application]
    logs = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    assert len(logs) > 1000
    assert key not in logs
    assert key.decode() not in night.log(exported, "deidentify")


def files_below(store, folder: str) -> list[str]:
    found: list[str] = []
    for entry in store.list(folder):
        found += files_below(store, entry.path) if entry.is_dir else [entry.path]
    return found


def test_a_second_export_without_destination_gives_the_same_build_and_copies_nothing(night, exported, made):
    before = night.files(f"{night.site.root}/deidentified")
    run = night.run("deidentified_export", conf={"scan_date": DAY})
    assert night.states(run) == {"deidentify": "success", "copy_out": "skipped"}
    assert night.airflow.result(run, "deidentify")["build"] == made["deidentify"]["build"]
    assert night.files(f"{night.site.root}/deidentified") == before
    assert before


def test_a_destination_in_the_restricted_zone_is_refused_at_once(night, exported):
    inside = f"hdfs://localhost:{night.ports['namenode']}{night.site.root}/preprocessed"
    run = night.run("deidentified_export", conf={"scan_date": DAY, "destination": inside})
    task = next(task for task in night.airflow.tasks(run) if task.task_id == "deidentify")
    assert (run.state, task.state, task.try_number) == ("failed", "failed", 1)
    assert "overlaps" in night.log(run, "deidentify")


def test_the_ledger_tells_what_was_released_and_where_it_went(night, exported, made):
    rows = night.lake(
        f"SELECT stage_name, engine, files_in, note FROM {{stage_runs}} WHERE run_id = '{exported.run_id}'"
    )
    told = {(row["stage_name"], row["engine"], int(row["files_in"]), row.get("note")) for row in rows}
    done, copied = made["deidentify"], made["copy_out"]
    assert told == {
        ("deidentify", "Hadoop Streaming", done["files"], None),
        ("copy_out", "DistCp", copied["files"], copied["destination"]),
    }


def test_folders_with_identifiers_are_closed_to_other_users(night, exported):
    url = f"http://localhost:{night.ports['namenode_http']}/webhdfs/v1{night.site.root}?op=LISTSTATUS"
    with urllib.request.urlopen(url, timeout=60) as answer:
        listing = json.load(answer)["FileStatuses"]["FileStatus"]
    modes = {entry["pathSuffix"]: entry["permission"] for entry in listing}
    closed = {
        "raw_images",
        "raw_files",
        "index",
        "quarantine",
        "quarantine_releases",
        "deidentified",
        "_work",
    }
    assert {name for name, mode in modes.items() if mode == "750"} == closed
    assert {modes[name] for name in modes.keys() - closed} == {"755"}
    assert night.hive(f"SELECT COUNT(*) FROM {night.site.database}.raw_files WHERE scan_date = '{DAY}'")[0][0]
    assert night.lake("SELECT COUNT(*) n FROM {raw_files}")[0]["n"]
