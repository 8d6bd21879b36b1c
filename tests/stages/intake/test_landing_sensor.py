"""What the sensor decides from an index: go on, wait, skip, or fail by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskDeferred

from messages.index import IndexLanding
from nightscan.errors import BadInputError
from nightscan.sensors import landing


class Enumerated:
    """As Airflow's own: str() of it is not its value."""

    def __init__(self, value):
        self.value = value

    def __str__(self):
        return f"DagRunType.{self.value.upper()}"


def context(kind="manual", *, day="2025-03-03", waited_s=0.0):
    run = SimpleNamespace(
        run_type=Enumerated(kind),
        partition_key=day,
        start_date=datetime.now(UTC) - timedelta(seconds=waited_s),
    )
    return {"dag_run": run, "params": {}}


@pytest.fixture
def sense(monkeypatch, tmp_path, programs):
    """Run the sensor on a made-up index and return its XCom."""
    site = tmp_path / "site.yaml"
    site.write_text("landing: /landing\nlanding_zone: {quiet_s: 5, wait_s: 100, poll_s: 1}\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))

    def run(dates, made_context, *, newest_s_ago=60.0):
        newest = datetime.now(UTC).timestamp() - newest_s_ago
        programs.results[IndexLanding] = {"dates": dates, "newest_mtime": newest, "read": 1, "reused": 2}
        return landing.LandingSensor(task_id="landing").execute(made_context)

    return run


def test_files_of_the_date_that_are_quiet_are_enough(sense):
    assert sense({"2025-03-03": 7}, context()) == {
        "scan_date": "2025-03-03",
        "files": 7,
        "read": 1,
        "reused": 2,
    }


def test_a_date_whose_files_are_of_other_dates_by_now_goes_on_with_none(sense):
    assert sense({"2025-03-03": 0}, context())["files"] == 0


def test_a_file_still_being_written_makes_it_wait(sense):
    with pytest.raises(TaskDeferred):
        sense({"2025-03-03": 7}, context(), newest_s_ago=1.0)


def test_a_run_started_by_hand_fails_at_once_and_names_dates_nearby(sense):
    with pytest.raises(BadInputError, match=r"no file of scan date 2025-03-03.*2025-02-28, 2025-03-06"):
        sense({"2025-02-28": 1, "2025-03-06": 1}, context("manual"))


@pytest.mark.parametrize("kind", ["manual", "backfill"])
def test_without_any_data_the_message_says_none(sense, kind):
    with pytest.raises(BadInputError, match="near it: none"):
        sense({}, context(kind))


def test_a_nightly_run_waits_for_its_date(sense):
    with pytest.raises(TaskDeferred):
        sense({"2025-02-28": 1}, context("scheduled"))


def test_a_night_without_scans_is_skipped_not_red(sense):
    with pytest.raises(AirflowSkipException, match="no file of scan date 2025-03-03 came"):
        sense({"2025-02-28": 1}, context("scheduled", waited_s=101.0))
