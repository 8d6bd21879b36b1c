"""A job on YARN: submitted once, adopted after a crash, anew after a clear, killed by its owner only."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred

from nightscan.errors import (
    BadSettingError,
    CommandFailedError,
    EngineUnreachableError,
    JobDeadlineError,
    JobFailedError,
    JobLostError,
    RetryableError,
)
from nightscan.hooks import yarn_logs
from nightscan.operators import remote
from nightscan.operators.remote import NothingToSubmit, RemoteJob
from nightscan.operators.yarn_job import YarnJobOperator
from nightscan.states import Outcome

MakeContext = Callable[..., dict[str, Any]]
OK = {"outcome": "SUCCEEDED", "state": "FINISHED (SUCCEEDED)", "reason": ""}


class FakeCli:
    """Submits to the fake YARN the command line's job; may crash midway."""

    def __init__(self, yarn: Any) -> None:
        self.yarn = yarn
        self.commands: list[list[str]] = []
        self.after: Exception | None = None
        self.submits = True
        self.stopped = False

    def run(self, arguments: list[str], **_: Any) -> Any:
        if arguments[:2] == ["yarn", "logs"]:
            raise BadSettingError("no `yarn` here")
        self.commands.append(arguments)
        (tags,) = [
            option.split("=", 1)[1] for option in arguments if option.startswith("mapreduce.job.tags=")
        ]
        if self.submits:
            self.yarn.add(tags)
        if self.after is not None:
            raise self.after

        class Result:
            code, lines = 0, ("accepted",)

        return Result()

    def stop(self) -> None:
        self.stopped = True


class CopyOperator(YarnJobOperator):
    """The smallest job; `events` holds what its stage hooks were called for."""

    def __init__(self, *, what: str = "a", problem: Exception | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.what, self.problem = what, problem
        self.events: list[str] = []

    def content(self) -> str:
        return self.what

    def command(self, definitions: Any) -> list[str]:
        return ["hadoop", "copy", *definitions, self.what]

    def prepare(self, context: Any) -> dict[str, Any]:
        self.events.append("prepare")
        return {"planned": 7}

    def configure(self) -> None:
        self.events.append(f"configure {self.prepared['planned']}")

    def before_submit(self, context: Any) -> None:
        self.events.append("before_submit")

    def finish(self, context: Any, app: Any) -> dict[str, Any]:
        self.events.append(f"finish {app.id}")
        if self.problem is not None:
            raise self.problem
        return {"files": self.prepared["planned"]}


@pytest.fixture
def cli(yarn: Any) -> FakeCli:
    return FakeCli(yarn)


@pytest.fixture
def task(cli: FakeCli, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., CopyOperator]:
    """Make the operator of one process: nothing is carried from one to the next but Airflow's own state."""
    monkeypatch.setattr(remote, "time", SimpleNamespace(monotonic=clock.now, sleep=clock.nap))

    def make(**kwargs: Any) -> CopyOperator:
        operator = CopyOperator(task_id="job", retries=2, **kwargs)
        operator.__dict__["cli"] = cli
        return operator

    return make


def deferred(operator: Any, context: dict[str, Any]) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        operator.execute(context)
    assert json.loads(json.dumps(caught.value.kwargs)) == caught.value.kwargs
    return caught.value


def resumed(operator: Any, context: dict[str, Any], deferral: TaskDeferred, event: dict[str, Any]) -> Any:
    return getattr(operator, deferral.method_name)(context, event, **(deferral.kwargs or {}))


def test_a_job_is_submitted_noted_and_handed_to_a_trigger(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    now = context()
    operator = task(yarn_queue="q", definitions={"a.b": "1"})
    deferral = deferred(operator, now)
    (app,) = yarn.apps.values()
    command = cli.commands[0]
    assert command[:2] + command[-1:] == ["hadoop", "copy", "a"]
    assert {option for option in command if "=" in option} == {
        f"mapreduce.job.tags={','.join(app.tags)}",
        "mapreduce.job.queuename=q",
        f"mapreduce.job.name={operator.dag_id}.job",
        "a.b=1",
    }
    assert now["task_state_store"]["nightscan_job"] == {"id": app.id, "tag": app.tags[0]}
    assert deferral.trigger.serialize()[1]["job_id"] == app.id
    assert now["ti"].pushed == {"_link_YarnApplicationLink": f"http://rm/cluster/app/{app.id}"}
    assert operator.events == ["prepare", "configure 7", "before_submit"]


def test_success_is_verified_in_a_fresh_process_with_what_was_prepared(
    task: Any, yarn: Any, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    (app_id,) = yarn.apps
    yarn.end(app_id)
    fresh = task()
    result = resumed(fresh, context(), deferral, {**OK, "application_id": app_id})
    assert result == {"application_id": app_id, "queue": "default", "seconds": 4.999, "files": 7}
    assert fresh.events == ["configure 7", f"finish {app_id}"]


def test_a_crash_between_submit_and_store_submits_once(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    cli.after = KeyboardInterrupt()  # the process dies right after YARN accepted the job
    with pytest.raises(KeyboardInterrupt):
        task().execute(context(try_number=1))
    cli.after = None
    second = task()
    deferral = deferred(second, context(try_number=2))
    assert len(cli.commands) == 1
    assert deferral.kwargs["adopted"] is True
    assert "before_submit" not in second.events


def test_a_job_that_finished_between_two_attempts_is_not_run_again(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1))
    (app_id,) = yarn.apps
    yarn.end(app_id)
    assert task().execute(context(try_number=2))["application_id"] == app_id
    assert len(cli.commands) == 1


@pytest.mark.parametrize("end", [("FAILED", "FAILED"), ("KILLED", "KILLED"), ("FINISHED", "FAILED")])
def test_a_dead_job_is_not_joined_by_a_retry(
    end: tuple[str, str], task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1))
    yarn.end("application_1_0001", *end)
    deferred(task(), context(try_number=2))
    assert len(cli.commands) == 2


def test_a_clear_submits_anew_although_the_old_job_succeeded(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1, max_tries=2))
    yarn.end("application_1_0001")
    deferral = deferred(task(), context(try_number=2, max_tries=3))  # clear: max_tries = 1 + retries
    assert (len(cli.commands), deferral.kwargs["adopted"]) == (2, False)


def test_a_clear_ends_the_job_that_still_runs_before_it_submits(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1, max_tries=2))
    deferred(task(), context(try_number=2, max_tries=3))
    assert yarn.log == [("kill", "application_1_0001")]
    assert [app.state for app in yarn.apps.values()] == ["KILLED", "RUNNING"]


def test_an_old_job_that_does_not_end_stops_the_new_one(
    task: Any, yarn: Any, context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred(task(), context(max_tries=2))
    monkeypatch.setattr(yarn, "end", lambda *_: None)
    with pytest.raises(JobLostError, match="application_1_0001 is lost: asked to end 30 s ago"):
        task().execute(context(try_number=2, max_tries=3))
    assert (len(yarn.apps), yarn.log) == (1, [("kill", "application_1_0001")])


def test_other_content_is_another_job(task: Any, yarn: Any, cli: FakeCli, context: MakeContext) -> None:
    deferred(task(what="a"), context())
    yarn.end("application_1_0001")
    deferred(task(what="b"), context(try_number=2))
    assert len(cli.commands) == 2


def test_an_adopted_job_that_somebody_else_killed_is_submitted_once_more_and_only_once(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1))
    adopted = deferred(task(), context(try_number=2))
    killed = {"outcome": "KILLED", "state": "KILLED (KILLED)", "application_id": "application_1_0001"}
    yarn.end("application_1_0001", "KILLED", "KILLED")
    with pytest.raises(TaskDeferred) as caught:
        resumed(task(), context(try_number=2), adopted, killed)
    again = caught.value
    assert (again.kwargs["job_id"], again.kwargs["adopted"]) == ("application_1_0002", False)
    with pytest.raises(JobFailedError, match="ended KILLED"):
        resumed(task(), context(try_number=2), again, {**killed, "application_id": "application_1_0002"})
    assert len(cli.commands) == 2


def test_a_job_of_its_own_that_somebody_killed_is_a_failure(
    task: Any, yarn: Any, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    with pytest.raises(JobFailedError, match="ended KILLED"):
        resumed(task(), context(), deferral, {"outcome": "KILLED", "state": "KILLED (KILLED)"})


def test_a_vanished_job_is_submitted_once_more_and_then_lost(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    yarn.apps.clear()
    with pytest.raises(TaskDeferred) as caught:
        resumed(task(), context(), deferral, {"outcome": "GONE", "state": "GONE"})
    with pytest.raises(JobLostError, match="no longer knows it"):
        resumed(task(), context(), caught.value, {"outcome": "GONE", "state": "GONE"})
    assert len(cli.commands) == 2


def test_a_failure_tells_the_engines_words_the_link_and_the_next_step(
    task: Any, yarn: Any, context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yarn_logs, "PAUSES_S", (0.0,))
    deferral = deferred(task(), context())
    event = {"outcome": "FAILED", "state": "FINISHED (FAILED)", "last_lines": "Task failed task_7"}
    with pytest.raises(JobFailedError) as caught:
        resumed(task(), context(), deferral, event)
    assert str(caught.value) == (
        "application_1_0001 ended FINISHED (FAILED); see http://rm/cluster/app/application_1_0001\n"
        "  | Task failed task_7\n"
        "  | (the containers' logs could not be read: no `yarn` here)\n"
        "Next step: read its containers' logs: yarn logs -applicationId application_1_0001"
    )
    assert isinstance(caught.value, RetryableError)


@pytest.mark.parametrize(("outcome", "error"), [("DEADLINE", JobDeadlineError), ("LOST", JobLostError)])
def test_the_deadline_and_a_lost_engine_are_told_apart(
    outcome: str, error: type[Exception], task: Any, yarn: Any, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    with pytest.raises(error, match="application_1_0001"):
        resumed(task(), context(), deferral, {"outcome": outcome, "state": "", "reason": "silence"})
    assert len(yarn.apps) == 1


def test_an_event_nobody_knows_is_no_success(task: Any, yarn: Any, context: MakeContext) -> None:
    deferral = deferred(task(), context())
    with pytest.raises(JobFailedError):
        resumed(task(), context(), deferral, {})


def test_a_second_event_of_the_same_job_changes_nothing(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    yarn.end("application_1_0001")
    event = {**OK, "application_id": "application_1_0001"}
    assert resumed(task(), context(), deferral, event) == resumed(task(), context(), deferral, event)
    assert len(cli.commands) == 1


def test_a_result_that_was_refused_is_made_anew_by_the_retry(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    yarn.end("application_1_0001")
    with pytest.raises(ValueError, match="counts"):
        resumed(
            task(problem=ValueError("counts")),
            context(),
            deferral,
            {**OK, "application_id": "application_1_0001"},
        )
    deferred(task(), context(try_number=2))
    assert len(cli.commands) == 2


def test_a_result_that_could_not_be_read_is_kept_for_the_retry(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferral = deferred(task(), context())
    yarn.end("application_1_0001")
    silent = EngineUnreachableError("HDFS", "http://nn", "timeout")
    with pytest.raises(EngineUnreachableError):
        resumed(task(problem=silent), context(), deferral, {**OK, "application_id": "application_1_0001"})
    assert task().execute(context(try_number=2))["files"] == 7
    assert len(cli.commands) == 1


def test_nothing_to_do_submits_nothing(task: Any, yarn: Any, cli: FakeCli, context: MakeContext) -> None:
    operator = task()

    def nothing(_: Any) -> Any:
        raise NothingToSubmit({"files": 0})

    operator.prepare = nothing
    assert operator.execute(context()) == {"files": 0}
    assert cli.commands == []


def test_a_kill_during_the_submission_ends_client_and_application(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    cli.after = KeyboardInterrupt()
    operator = task()
    with pytest.raises(KeyboardInterrupt):
        operator.execute(context())
    operator.on_kill()
    assert cli.stopped
    assert yarn.log == [("kill", "application_1_0001")]


def test_a_kill_before_the_deferral_ends_what_was_submitted(
    task: Any, yarn: Any, context: MakeContext
) -> None:
    operator = task()
    deferred(operator, context())
    operator.on_kill()
    assert yarn.log == [("kill", "application_1_0001")]


def test_a_kill_leaves_an_adopted_application_alone(task: Any, yarn: Any, context: MakeContext) -> None:
    deferred(task(), context())
    second = task()
    deferred(second, context(try_number=2))
    second.on_kill()
    assert yarn.log == []


def test_a_client_that_submitted_nothing_is_a_failure(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    cli.submits = False
    with pytest.raises(CommandFailedError, match=r"(?s)submitted nothing.*HADOOP_CONF_DIR"):
        task().execute(context())


@pytest.mark.parametrize("name", ["poll_s", "deadline_s", "lost_after_s"])
def test_a_wait_of_zero_is_refused_when_built(name: str, task: Any) -> None:
    with pytest.raises(BadSettingError, match="above 0"):
        task(**{name: 0})


def test_definitions_may_not_replace_the_tags(task: Any, yarn: Any, context: MakeContext) -> None:
    with pytest.raises(BadSettingError, match=r"mapreduce\.job\.tags"):
        task(definitions={"mapreduce.job.tags": "x"}).execute(context())


def test_the_yarn_queue_is_not_the_queue_of_airflows_workers(task: Any) -> None:
    operator = task(yarn_queue="ml_training")
    assert (operator.yarn_queue, operator.queue) == ("ml_training", "default")


def test_a_live_job_is_preferred_to_a_finished_one() -> None:
    done, live = RemoteJob("1", Outcome.SUCCEEDED, "1"), RemoteJob("2", Outcome.RUNNING, "2")
    assert remote.adoptable([live, done], refused=[]) == live


def test_an_old_dead_job_with_the_same_tag_is_not_taken_for_the_new_one(
    task: Any, yarn: Any, cli: FakeCli, context: MakeContext
) -> None:
    deferred(task(), context(try_number=1))
    yarn.end("application_1_0001", "FAILED", "FAILED")
    cli.submits = False
    with pytest.raises(CommandFailedError, match="submitted nothing"):
        task().execute(context(try_number=2))
