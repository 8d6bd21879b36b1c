"""What the export hands to Streaming and DistCp, where it may copy to, and what it accepts as arrived."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from jobs.base import keys
from messages.deidentify import CommitDeidentify, DeidentifyCommitted, PlanCopyOut, PlanDeidentify
from messages.environment import PROGRAMS, DeidentifyEnvironment
from messages.ledger import EnterInLedger
from nightscan.config import load_config
from nightscan.errors import BadSettingError, ManifestError
from nightscan.hooks.hadoop import Counted
from nightscan.operators.program_call import PATIENT_KEY_CONNECTION
from nightscan.stages.export import export
from nightscan.stages.export.destination import checked_destination
from nightscan.stages.site.runtime import Runtime, code_zip
from nightscan.stages.sql import INCLUDE
from tests.messages.samples import fields_of
from tests.stages.conftest import Programs

BUILD = "b" * 16
PLAN: dict[str, Any] = {
    "scan_date": "2025-03-03",
    "build": BUILD,
    "key_id": "k" * 16,
    "manifest": "/m/manifest.txt",
    "output": "/m/out",
    "lines_per_map": 7,
    "tasks": 3,
    "files": 50,
    "bytes": 1000,
}
RUNTIME = fields_of(Runtime) | {"code": "c", "code_hash": "h" * 16}
COPY = {
    "scan_date": "2025-03-03",
    "build": BUILD,
    "source": f"/medical_data/d/{BUILD}",
    "files": 120,
    "bytes": 99,
    "destination": f"file:///mnt/export/{BUILD}",
}
APP = SimpleNamespace(id="application_1_1", seconds=2.0)


@pytest.fixture(autouse=True)
def site(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(
        "landing: /srv/landing\nwork_dir: /srv/work\n"
        "preprocess:\n  map_memory_mb: 2048\n  jvm_memory_mb: 400\n"
    )
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(path))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, programs: Programs) -> Programs:
    """The programs; SQL files are noted by their parameters."""
    committed = {"scan_date": "2025-03-03", "build": BUILD, "released": 50}
    copied = {name: value for name, value in COPY.items() if name != "destination"}
    programs.results = {PlanDeidentify: PLAN, CommitDeidentify: committed, PlanCopyOut: copied}
    monkeypatch.setattr(export, "run_sql", lambda config, file, **fields: SQL.append((file, fields)))
    SQL.clear()
    return programs


SQL: list[tuple[str, dict[str, Any]]] = []
MADE = fields_of(DeidentifyCommitted) | {"build": BUILD, "scan_date": "2025-03-03", "queue": "default"}


def context(**params: Any) -> dict[str, Any]:
    ti = SimpleNamespace(
        dag_id="deidentified_export", run_id="r", start_date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    run = SimpleNamespace(partition_key=None)
    return {"ti": ti, "dag_run": run, "params": {"scan_date": "2025-03-03", **params}}


def deidentify() -> export.DeidentifyOperator:
    made = export.DeidentifyOperator(task_id="deidentify")
    made.prepared = {"plan": PLAN, "runtime": RUNTIME}
    made.configure()
    return made


def copy_out() -> export.CopyOutOperator:
    made = export.CopyOutOperator(task_id="copy_out", deidentified=MADE)
    made.prepared = COPY
    made.configure()
    return made


def test_the_mapper_gets_the_id_of_the_key_and_the_key_comes_by_credentials_under_the_name_it_asks_for() -> (
    None
):
    operator = deidentify()
    assert operator.environment["NIGHTSCAN_KEY_ID"] == PLAN["key_id"]
    assert operator.secrets == {keys.KEY_SECRET: PATIENT_KEY_CONNECTION}
    assert keys.KEY_VARIABLE not in operator.environment
    assert operator.environment["NIGHTSCAN_MEMORY_MB"] == "1648"
    assert operator.mapper == f"python3 -m {PROGRAMS[DeidentifyEnvironment]}"


def test_the_plan_gets_the_key_by_environment_and_the_date_of_the_form(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ensure_shipped", lambda config: Runtime(**RUNTIME))
    prepared = export.DeidentifyOperator(task_id="deidentify").prepare(context())
    request = asked.of(PlanDeidentify)
    assert (request.scan_date, request.code) == ("2025-03-03", "h" * 16)
    assert asked.keyed == ["jobs.deidentify.plan"]
    assert json.loads(json.dumps(prepared))["runtime"]["code"] == "c"


def test_a_wrong_destination_stops_the_export_before_any_work(asked: Any) -> None:
    with pytest.raises(BadSettingError):
        export.DeidentifyOperator(task_id="deidentify").prepare(context(destination="nowhere"))
    assert asked.asked == []


def test_the_commit_is_in_the_ledger_and_hive_learns_of_the_day(asked: Any) -> None:
    assert deidentify().finish(context(), APP)["build"] == BUILD
    request = asked.of(CommitDeidentify)
    assert asked.keyed == ["jobs.deidentify.commit"]
    assert (request.build, request.key_id) == (BUILD, PLAN["key_id"])
    assert request.ledger is not None
    assert (request.ledger.stage, request.ledger.files_in) == (8, 50)
    assert [("hive/register_runs.sql", {"run_date": request.ledger.run_date})] == SQL


def test_without_a_destination_nothing_is_copied(asked: Any) -> None:
    for nothing in (None, "", "  "):
        with pytest.raises(AirflowSkipException):
            export.CopyOutOperator(task_id="copy_out", deidentified=MADE).prepare(
                context(destination=nothing)
            )
    assert asked.asked == []


def test_the_source_is_the_committed_build_and_the_target_tells_no_date(asked: Any) -> None:
    operator = export.CopyOutOperator(task_id="copy_out", deidentified=MADE)
    operator.prepared = operator.prepare(context(destination="file:///mnt/export/"))
    operator.configure()
    request = asked.of(PlanCopyOut)
    assert (request.scan_date, request.build) == ("2025-03-03", BUILD)
    assert operator.source == f"hdfs://localhost:8020/medical_data/d/{BUILD}"
    assert operator.target == f"file:///mnt/export/{BUILD}"
    assert "2025" not in json.dumps([operator.target, operator.definitions, operator.options])


@pytest.mark.parametrize("found", [Counted(119, 99), Counted(120, 98), Counted(0, 0)])
def test_a_copy_that_is_not_whole_is_an_error(asked: Any, found: Counted) -> None:
    operator = copy_out()
    operator.__dict__["cli"] = SimpleNamespace(count=lambda url: found)
    with pytest.raises(ManifestError, match=f"{found.files} files of {found.bytes} bytes"):
        operator.finish(context(), APP)
    assert asked.asked == []


def test_a_whole_copy_is_in_the_ledger_with_its_destination(asked: Any) -> None:
    operator, counted = copy_out(), []
    operator.__dict__["cli"] = SimpleNamespace(count=lambda url: counted.append(url) or Counted(120, 99))
    done = operator.finish(context(), APP)
    assert counted == [COPY["destination"]]
    assert done == {name: COPY[name] for name in ("build", "destination", "files", "bytes")}
    row = asked.of(EnterInLedger).ledger
    assert (row.stage, row.engine, row.note) == (9, "DistCp", COPY["destination"])


@pytest.mark.parametrize(
    "url",
    [
        "file:///mnt/export",
        "hdfs://other:8020/export/a",
        "s3a://bucket/folder",
        "hdfs:///export",
        "file:///srv/exports",
    ],
)
def test_a_folder_outside_the_restricted_zone_may_be_a_destination(url: str) -> None:
    assert checked_destination(url + "/", load_config()) == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("/mnt/export", "names no folder"),
        ("--help", "names no folder"),
        ("file:///", "names no folder"),
        ("hdfs://other:8020", "names no folder"),
        ("s3a://bucket", "names no folder"),
        ("file:///mnt/../srv/landing", "names no folder"),
        ("file:///mnt//export", "names no folder"),
        ("s3a://id:secret@bucket/folder", "holds a user"),
        ("https://host/folder?sig=secret", "holds a user"),
        ("hdfs://localhost:8020/medical_data/raw_images", "overlaps"),
        ("hdfs:///medical_data", "overlaps"),
        ("webhdfs://other:9870/medical_data/x", "overlaps"),
        ("hdfs:///medical%5Fdata/x", "overlaps"),
        ("hdfs:///apps", "overlaps"),
        ("file:///srv/landing/new", "overlaps"),
        ("file:///srv", "overlaps"),
        ("hdfs://[/a", "no URL"),
    ],
)
def test_a_destination_that_is_no_folder_tells_a_secret_or_lies_inside_is_refused(
    url: str, message: str
) -> None:
    with pytest.raises(BadSettingError, match=message) as caught:
        checked_destination(url, load_config())
    assert "secret" not in str(caught.value)


def test_the_shipped_code_has_the_tables_that_deidentification_reads() -> None:
    with zipfile.ZipFile(io.BytesIO(code_zip())) as archive:
        names = set(archive.namelist())
    tables = {p.relative_to(INCLUDE).as_posix() for p in (INCLUDE / "imaging" / "deid").glob("*.t[sx][vt]")}
    assert len(tables) >= 6
    assert tables <= names
    assert {"jobs/deidentify/mapper.py", "messages/environment.py"} <= names
    assert not [name for name in names if "pycache" in name]


def test_the_restricted_folders_are_made_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    from nightscan import hooks
    from nightscan.stages.site.restrict import RestrictOperator

    done: list[tuple[str, ...]] = []
    fake = SimpleNamespace(
        mkdirs=lambda path: done.append(("made", path)),
        set_mode=lambda path, mode: done.append((mode, path)),
    )
    monkeypatch.setattr(hooks, "HdfsHook", lambda: fake, raising=False)
    folders = RestrictOperator(task_id="restrict").execute({})["folders"]
    assert done == [step for path in folders for step in (("made", path), ("750", path))]
    assert {"/medical_data/raw_images", "/medical_data/index", "/medical_data/quarantine"} <= set(folders)
