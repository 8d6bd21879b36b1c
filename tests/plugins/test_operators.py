"""Operators for Livy and Hive against stateful fakes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred

from nightscan import hooks
from nightscan.errors import (
    EngineRefusedError,
    EngineUnreachableError,
    JobFailedError,
    JobLostError,
)
from nightscan.hooks.hive import HiveQueryHook
from nightscan.hooks.hive_wire import HiveOperation, HivePoll, HiveSession
from nightscan.hooks.livy import LivyBatch
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.livy_batch import LivySparkOperator
from nightscan.operators.remote import ENGINE_FACTS
from nightscan.states import HiveState, LivyState

MakeContext = Callable[..., dict[str, Any]]


def deferred(operator: Any, context: dict[str, Any]) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as caught:
        operator.execute(context)
    assert json.loads(json.dumps(caught.value.kwargs)) == caught.value.kwargs
    return caught.value


def resumed(operator: Any, context: dict[str, Any], deferral: TaskDeferred, event: dict[str, Any]) -> Any:
    return getattr(operator, deferral.method_name)(context, event, **(deferral.kwargs or {}))


class FakeLivy:
    """A Livy that numbers batches from 0 and refuses a name twice."""

    address = "http://livy"

    def __init__(self) -> None:
        self.batches: list[LivyBatch] = []
        self.bodies: list[dict[str, Any]] = []
        self.deleted: list[str] = []

    def submit(self, name: str, body: dict[str, Any]) -> LivyBatch:
        assert self.find(name) is None
        self.batches.append(LivyBatch(str(len(self.batches)), name, LivyState.STARTING, ""))
        self.bodies.append(body)
        return self.batches[-1]

    def find(self, name: str) -> LivyBatch | None:
        return next((batch for batch in self.batches if batch.name == name), None)

    def become(self, number: int, state: LivyState, app_id: str = "") -> None:
        self.batches[number] = replace(self.batches[number], state=state, app_id=app_id)

    def delete(self, batch_id: str) -> None:
        self.deleted.append(batch_id)


@pytest.fixture
def livy(monkeypatch: pytest.MonkeyPatch, yarn: Any) -> FakeLivy:
    fake = FakeLivy()
    monkeypatch.setattr(hooks, "LivyBatchHook", lambda *_: fake, raising=False)
    return fake


def spark(**kwargs: Any) -> LivySparkOperator:
    return LivySparkOperator(
        task_id="train", retries=2, file="hdfs:///t.py", yarn_queue="ml_training", **kwargs
    )


def test_a_batch_is_posted_with_queue_name_and_tags(livy: FakeLivy, context: MakeContext) -> None:
    deferral = deferred(spark(args=["--x", "1"], conf={"a": "b"}, archives=["p#e"]), context("train"))
    (body,), (posted,) = livy.bodies, livy.batches
    exact, _ = body["conf"].pop("spark.yarn.tags").split(",")
    assert posted.name == f"{exact}-0"
    assert body == {
        "file": "hdfs:///t.py", "args": ["--x", "1"], "archives": ["p#e"], "queue": "ml_training",
        "conf": {"a": "b", "spark.yarn.maxAppAttempts": "1"},
        "driverMemory": "768m", "executorMemory": "768m", "numExecutors": 1,
    }  # fmt: skip
    assert deferral.kwargs["job_id"] == "0"


def test_the_live_batch_zero_is_adopted_and_not_posted_again(livy: FakeLivy, context: MakeContext) -> None:
    deferred(spark(), context("train"))
    deferral = deferred(spark(), context("train", try_number=2))
    assert (len(livy.batches), deferral.kwargs["job_id"], deferral.kwargs["adopted"]) == (1, "0", True)


def test_a_dead_batch_is_not_joined_and_its_name_is_not_used_again(
    livy: FakeLivy, context: MakeContext
) -> None:
    deferred(spark(), context("train"))
    livy.become(0, LivyState.DEAD)
    deferral = deferred(spark(), context("train", try_number=2))
    assert [batch.name[-2:] for batch in livy.batches] == ["-0", "-1"]
    assert deferral.kwargs["job_id"] == "1"


def test_a_live_second_batch_is_found_when_livy_forgot_the_first(
    livy: FakeLivy, context: MakeContext
) -> None:
    deferred(spark(), context("train"))
    livy.become(0, LivyState.DEAD)
    deferred(spark(), context("train", try_number=2))
    livy.batches[0] = replace(livy.batches[0], name="forgotten")
    deferral = deferred(spark(), context("train", try_number=3))
    assert (len(livy.batches), deferral.kwargs["job_id"]) == (2, "1")


def test_an_application_that_livy_forgot_is_adopted_from_yarn(
    livy: FakeLivy, yarn: Any, context: MakeContext
) -> None:
    deferred(spark(), context("train"))
    app = yarn.add(livy.bodies[0]["conf"]["spark.yarn.tags"])
    livy.batches.clear()
    operator = spark()
    deferral = deferred(operator, context("train", try_number=2))
    assert (deferral.kwargs["job_id"], livy.batches) == (app, [])


def test_a_finished_batch_gives_its_application_and_its_id(
    livy: FakeLivy, yarn: Any, context: MakeContext
) -> None:
    deferred(spark(), context("train"))
    app = yarn.add("x")
    yarn.end(app)
    livy.become(0, LivyState.SUCCESS, app)
    result = spark().execute(context("train", try_number=2))
    assert result == {
        "application_id": app, "queue": "default", "seconds": 4.999, "livy_batch_id": "0",
    }  # fmt: skip
    assert result.keys() <= ENGINE_FACTS


def test_a_failed_batch_is_named_as_a_batch(livy: FakeLivy, context: MakeContext) -> None:
    deferral = deferred(spark(), context("train"))
    event = {"outcome": "FAILED", "state": "DEAD", "application_id": "", "last_lines": "no such file"}
    with pytest.raises(JobFailedError, match=r"(?s)Livy batch 0 ended DEAD.*no such file"):
        resumed(spark(), context("train"), deferral, event)


class FakeHive:
    """A HiveServer2 with the methods of HiveQueryHook; `ends` maps a statement to its state."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.ends: dict[str, HivePoll] = {}
        self.running: dict[str, str] = {}
        self.refuses = ""

    def open_session(self, conf: Any = None, *, database: str = "default", tag: str = "") -> HiveSession:
        self.log.append(f"open {database} {dict(conf)}")
        return HiveSession("c2Vzc2lvbg==", "", tag)

    def run_async(self, session: HiveSession, sql: str) -> HiveOperation:
        if sql == self.refuses:
            raise EngineRefusedError("HiveServer2", f"could not run {sql}")
        self.log.append(f"run {sql}")
        guid = f"operation{len(self.running):03d}"
        self.running[guid] = sql
        return HiveOperation(guid, "", 0, has_result_set=False)

    def poll(self, operation: HiveOperation) -> HivePoll:
        if operation.guid not in self.running:
            return HivePoll(HiveState.GONE)
        return self.ends.get(self.running[operation.guid], HivePoll(HiveState.FINISHED))

    def wait(self, operation: HiveOperation, seconds: float, *, log: Any, poll_s: float = 0.2) -> HivePoll:
        poll = self.poll(operation)
        for line in poll.log_lines:
            log(line)
        return poll

    def cancel(self, operation: HiveOperation) -> None:
        self.log.append(f"cancel {self.running[operation.guid]}")

    def kill(self, tag: str) -> None:
        self.log.append("kill by tag")

    def close_operation(self, operation: HiveOperation) -> None:
        self.log.append("forget")

    def close(self, session: HiveSession) -> None:
        self.log.append("close")


@pytest.fixture
def hive(monkeypatch: pytest.MonkeyPatch, yarn: Any) -> FakeHive:
    fake = FakeHive()
    monkeypatch.setattr(hooks, "HiveQueryHook", lambda *_: fake, raising=False)
    return fake


def script(sql: Any = "one; two; three", **kwargs: Any) -> HiveScriptOperator:
    return HiveScriptOperator(task_id="h", retries=2, sql=sql, database="db", **kwargs)


RUNNING = HivePoll(HiveState.RUNNING, ("INFO : Status: Running (App id application_1_0003)",))
DONE = {"outcome": "SUCCEEDED", "state": "FINISHED", "reason": "", "application_id": ""}


def test_the_fake_hive_has_the_methods_of_the_hook() -> None:
    for name in ("run_async", "poll", "cancel", "kill", "close_operation", "close"):
        ours, theirs = (
            list(inspect.signature(getattr(each, name)).parameters) for each in (FakeHive, HiveQueryHook)
        )
        assert ours == theirs, name


def test_short_statements_run_one_after_the_other_without_a_deferral(
    hive: FakeHive, context: MakeContext
) -> None:
    result = script(yarn_queue="q", session_conf={"a": "b"}).execute(context("h"))
    assert (result["statements"], result["queue"]) == (3, "q")
    assert result.keys() <= ENGINE_FACTS
    assert hive.log == [
        "open db {'a': 'b', 'tez.queue.name': 'q'}",
        "run one", "forget", "run two", "forget", "run three", "close",
    ]  # fmt: skip


def test_a_long_statement_is_handed_over_and_the_script_goes_on_after_it(
    hive: FakeHive, context: MakeContext
) -> None:
    hive.ends["two"] = RUNNING
    now = context("h")
    deferral = deferred(script(), now)
    assert now["ti"].pushed == {"_link_HiveQueryLink": "http://rm/cluster/app/application_1_0003"}
    assert deferral.trigger.serialize()[1]["job_id"] == "statement 2 of h"
    result = resumed(script(), context("h"), deferral, DONE)
    assert (result["statements"], result["application_id"]) == (3, "application_1_0003")
    assert hive.log[-4:] == ["run two", "forget", "run three", "close"]


def test_a_retry_goes_on_with_the_statement_that_still_runs(hive: FakeHive, context: MakeContext) -> None:
    hive.ends["two"] = RUNNING
    deferred(script(), context("h"))
    hive.log.clear()
    second = script()
    deferral = deferred(second, context("h", try_number=2))
    assert hive.log == []
    assert (deferral.kwargs["progress"]["index"], deferral.kwargs["progress"]["adopted"]) == (1, True)
    second.on_kill()
    assert hive.log == []


def test_a_retry_whose_statement_is_gone_cancels_by_tag_and_begins_again(
    hive: FakeHive, context: MakeContext
) -> None:
    hive.ends["two"] = RUNNING
    deferred(script(), context("h"))
    hive.running.clear()
    hive.log.clear()
    deferred(script(), context("h", try_number=2))
    assert hive.log == ["kill by tag", "open db {}", "run one", "forget", "run two"]


def test_a_clear_begins_the_script_anew(hive: FakeHive, context: MakeContext) -> None:
    hive.ends["two"] = RUNNING
    deferred(script(), context("h"))
    hive.log.clear()
    deferred(script(), context("h", try_number=2, max_tries=3))
    assert hive.log[:3] == ["kill by tag", "open db {}", "run one"]


def test_an_adopted_statement_that_somebody_cancelled_begins_the_script_once_more(
    hive: FakeHive, context: MakeContext
) -> None:
    hive.ends["two"] = RUNNING
    deferred(script(), context("h"))
    adopted = deferred(script(), context("h", try_number=2))
    killed = {"outcome": "KILLED", "state": "CANCELED"}
    with pytest.raises(TaskDeferred) as caught:
        resumed(script(), context("h"), adopted, killed)
    with pytest.raises(JobFailedError, match="statement 2 of 3 of h ended CANCELED"):
        resumed(script(), context("h"), caught.value, killed)


def test_a_failed_statement_tells_hives_cause_and_closes_the_session(
    hive: FakeHive, context: MakeContext
) -> None:
    hive.ends["two"] = HivePoll(HiveState.ERROR, error="no volume /v.nii.gz")
    with pytest.raises(JobFailedError, match=r"(?s)statement 2 of 3 of h ended ERROR.*no volume /v.nii.gz"):
        script().execute(context("h"))
    assert hive.log[-1] == "close"


def test_a_statement_that_does_not_compile_closes_the_session(hive: FakeHive, context: MakeContext) -> None:
    hive.refuses = "two"
    with pytest.raises(EngineRefusedError, match="could not run two"):
        script().execute(context("h"))
    assert hive.log[-1] == "close"


def test_a_lost_server_leaves_the_session_for_the_retry(hive: FakeHive, context: MakeContext) -> None:
    hive.ends["two"] = RUNNING
    deferral = deferred(script(), context("h"))
    with pytest.raises(JobLostError, match="silence"):
        resumed(script(), context("h"), deferral, {"outcome": "LOST", "state": "", "reason": "silence"})
    assert "close" not in hive.log


def test_a_session_that_cannot_be_closed_does_not_fail_a_finished_script(
    hive: FakeHive, context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Any) -> None:
        raise EngineUnreachableError("HiveServer2", "h:1", "timeout")

    monkeypatch.setattr(hive, "close", silent)
    assert script().execute(context("h"))["statements"] == 3


def test_a_kill_cancels_the_statement_this_process_began(hive: FakeHive, context: MakeContext) -> None:
    hive.ends["two"] = RUNNING
    operator = script()
    deferred(operator, context("h"))
    operator.on_kill()
    assert hive.log[-1] == "cancel two"


def test_a_script_without_a_statement_is_refused(hive: FakeHive, context: MakeContext) -> None:
    with pytest.raises(Exception, match="no statement"):
        script(sql=["-- nothing"]).execute(context("h"))
