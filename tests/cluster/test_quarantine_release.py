"""A series with burned-in text is refused, released by a person through Airflow, and then a volume.

Its scan date is older than the demo's, and its patient is one of the demo's labels.
"""

from __future__ import annotations

import datetime as dt
import io

import pydicom
import pytest
from night.quarantine import print_outcome, release_conf

from demo.simulate import simulate_patient

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1800)]

DAY = "2025-02-20"
RISK = "PIXEL_IDENTITY_RISK"
WHY = "looked at all slices: only a side marker 'L', it's fine"


def burned(name, data):
    if "RS" in name:
        return data
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.BurnedInAnnotation = "YES"
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def followed_by_release(night, dag_id, **trigger):
    """Run a DAG, then wait until the model release that its scan date announces has ended."""
    before = {run.run_id for run in night.airflow.runs("model_release")}
    run = night.run(dag_id, **trigger)
    if run.state == "success":
        night.wait("model_release", lambda release: release.run_id not in before)
    return run


@pytest.fixture(scope="module")
def refused(night):
    """The run that took the date in, and the rows of its quarantine."""
    folder = night.site.landing / "burned in"
    for name, data in simulate_patient(1, dt.date.fromisoformat(DAY)).files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(burned(name, data))
    night.airflow.wait_for_dag("quarantine_release")
    assert night.run("site_setup").state == "success"
    run = followed_by_release(night, "scan_intake", conf={"scan_date": DAY})
    return run, night.lake(f"SELECT * FROM {{quarantine}} WHERE dir0 = 'scan_date={DAY}'")


@pytest.fixture(scope="module")
def released(night, refused):
    """The run of quarantine_release."""
    series = next(row["series_key"] for row in refused[1] if row["reason"] == RISK)
    conf = release_conf({"DATE": DAY, "SERIES": series, "WHY": WHY, "BY": "reader"})
    return followed_by_release(night, "quarantine_release", conf=conf)


def volumes(night):
    return night.lake(f"SELECT series_key, `files` FROM {{mri_scans}} WHERE dir0 = 'scan_date={DAY}'")


def test_a_series_with_burned_in_text_is_quarantined_with_its_reason(night, refused):
    run, rows = refused
    assert run.state == "success"
    assert sorted(row["reason"] for row in rows) == [RISK] * 24 + ["REGION_WITHOUT_IMAGE"]


def test_a_reason_that_is_no_judgement_is_refused_at_once_with_its_remedy(night, refused):
    region = next(row["sha256"] for row in refused[1] if row["reason"] == "REGION_WITHOUT_IMAGE")
    run = night.run("quarantine_release", conf={"scan_date": DAY, "sha256": [region], "why": "try"})
    assert run.state == "failed"
    task = next(task for task in night.airflow.tasks(run) if task.task_id == "release")
    assert (task.state, task.try_number) == ("failed", 1)
    log = night.log(run, "release")
    assert "REGION_WITHOUT_IMAGE cannot be overruled" in log
    assert "Land the series that the region was drawn on" in log
    assert volumes(night) == []


def test_the_release_is_green_and_the_series_is_a_volume_of_all_its_files(night, released):
    assert released.state == "success"
    assert night.states(released) == dict.fromkeys(["release", "start_again", "outcome"], "success")
    assert [int(row["files"]) for row in volumes(night)] == [24]
    assert night.lake(f"SELECT * FROM {{quarantine}} WHERE dir0 = 'scan_date={DAY}'") == []
    features = night.lake(f"SELECT status FROM {{image_features}} WHERE dir0 = 'scan_date={DAY}'")
    assert [row["status"] for row in features] == ["OK"]


def test_the_result_is_printed_for_the_person_who_typed_the_command(night, released, capsys):
    recorded, outcome = (night.airflow.result(released, task) for task in ("release", "outcome"))
    print_outcome(recorded, outcome, released)
    assert "is a volume" in capsys.readouterr().out


def test_hive_and_drill_return_who_overruled_what_and_why(night, released):
    rows = night.lake("SELECT action, reason, why, by_ FROM {quarantine_releases}")
    told = {(row["action"], row["reason"], row["why"], row["by_"]) for row in rows}
    assert told == {("release", RISK, WHY, "reader")}
    name = f"{night.site.database}.quarantine_releases"
    assert night.hive(f"SELECT COUNT(*) FROM {name} WHERE scan_date = '{DAY}'") == [(24,)]


def test_a_withdrawal_and_a_new_release_end_at_the_same_scans_by_the_user_of_airflow(night, released):
    before = night.partition(DAY)
    series = volumes(night)[0]["series_key"]
    withdrawn = {"scan_date": DAY, "series_key": series, "why": "second thoughts", "action": "withdraw"}
    assert followed_by_release(night, "quarantine_release", conf=withdrawn).state == "success"
    assert volumes(night) == []
    again = {"scan_date": DAY, "series_key": series, "why": "after all"}
    assert followed_by_release(night, "quarantine_release", conf=again).state == "success"
    rows = night.lake("SELECT DISTINCT why, by_ FROM {quarantine_releases}")
    assert {"second thoughts", "after all"} <= {row["why"] for row in rows}
    assert {row["by_"] for row in rows if row["why"] == "after all"} == {"admin"}
    after = night.partition(DAY)
    scans = [path for path in before if "mri_scans" in path]
    assert [after[path] for path in scans] == [before[path] for path in scans]
    assert len(scans) == 1
