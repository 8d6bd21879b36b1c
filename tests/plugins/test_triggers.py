"""Triggers: one event, silence tolerated, deadline kept, nothing killed but on request."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Collection
from typing import Any

import pytest
from airflow.triggers.base import BaseTrigger

from nightscan import hooks
from nightscan.errors import BadSettingError, EngineRefusedError, EngineUnreachableError
from nightscan.hooks.livy import LivyBatch, LivyBatchHook
from nightscan.hooks.yarn import YarnHook
from nightscan.states import HiveState, LivyState, Outcome, YarnFinalStatus, YarnState, yarn_outcome
from nightscan.triggers.job import JobTrigger, Watch
from nightscan.triggers.livy import LivyBatchTrigger
from nightscan.triggers.shared_poll import SharedPoll
from nightscan.triggers.yarn import YarnApplicationTrigger

WATCH = {"poll_s": 2.0, "deadline": 5000.0, "lost_after_s": 60.0}


def events(trigger: JobTrigger) -> list[dict[str, Any]]:
    async def collect() -> list[dict[str, Any]]:
        return [event.payload async for event in trigger.run()]

    return asyncio.run(collect())


def watch(yarn: Any, job_id: str, tag: str = "tag") -> YarnApplicationTrigger:
    return YarnApplicationTrigger(dict(WATCH), job_id, tag, "yarn_default")


def test_the_fakes_of_these_tests_have_the_methods_of_the_hooks(yarn: Any) -> None:
    for name in ("find", "get", "kill", "app_url"):
        assert inspect.signature(getattr(type(yarn), name)) == inspect.signature(getattr(YarnHook, name)), (
            name
        )
    for name in ("get", "find", "submit", "delete", "log_lines"):
        assert inspect.signature(getattr(FakeLivy, name)) == inspect.signature(
            getattr(LivyBatchHook, name)
        ), name


def test_a_finished_application_gives_exactly_one_event(yarn: Any, clock: Any) -> None:
    app = yarn.add("tag,family")
    clock.at[1004.0] = lambda: yarn.end(app)
    assert events(watch(yarn, app)) == [
        {
            "outcome": "SUCCEEDED", "state": "FINISHED (SUCCEEDED)", "reason": "", "application_id": app,
            "queue": "root.default", "seconds": 4.999, "last_lines": "",
        }
    ]  # fmt: skip
    assert clock.naps == [2.0, 2.0]


def test_a_failed_application_brings_its_diagnostics(yarn: Any, clock: Any) -> None:
    app = yarn.add("tag")
    yarn.end(app, "FINISHED", "FAILED", "Task failed task_1\n\n  failedMaps:1  \n")
    (event,) = events(watch(yarn, app))
    assert (event["outcome"], event["last_lines"]) == ("FAILED", "Task failed task_1\nfailedMaps:1")


def test_the_trigger_survives_serialisation_as_plain_json(yarn: Any) -> None:
    trigger = watch(yarn, "application_1_0001")
    path, kwargs = trigger.serialize()
    assert path == "nightscan.triggers.yarn.YarnApplicationTrigger"
    assert json.loads(json.dumps(kwargs)) == kwargs
    assert YarnApplicationTrigger(**kwargs).serialize() == (path, kwargs)


@pytest.mark.parametrize("poll_s", [0, -1.0])
def test_a_poll_interval_of_zero_is_refused_when_built(poll_s: float) -> None:
    with pytest.raises(BadSettingError, match="above 0"):
        Watch(poll_s=poll_s, deadline=1.0, lost_after_s=1.0)


class Stumbling:
    """A hook that fails some calls and then answers."""

    def __init__(self, yarn: Any, *failures: Exception) -> None:
        self.yarn, self.failures = yarn, list(failures)
        self.asked = 0

    def find(self, *tags: str) -> Any:
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.yarn.find(*tags)

    def get(self, app_id: str) -> Any:
        return self.yarn.get(app_id)

    def kill(self, app_id: str) -> None:
        self.yarn.kill(app_id)


def silent() -> EngineUnreachableError:
    return EngineUnreachableError("YARN", "http://rm", "ConnectTimeout")


def test_one_failed_poll_does_not_fail_the_task(
    yarn: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = yarn.add("tag")
    yarn.end(app)
    error500 = EngineRefusedError("YARN", "broken", status=500)
    stumbling = Stumbling(yarn, silent(), error500)
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: stumbling)
    assert [event["outcome"] for event in events(watch(yarn, app))] == ["SUCCEEDED"]
    assert stumbling.asked == 3


def test_an_engine_silent_for_too_long_loses_the_job_after_the_stated_time(
    yarn: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = yarn.add("tag")
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: Stumbling(yarn, *[silent() for _ in range(99)]))
    (event,) = events(watch(yarn, app))
    assert event["outcome"] == "LOST"
    assert "ConnectTimeout" in event["reason"]
    assert clock.seconds - 1000.0 == 60.0
    assert yarn.log == []


def test_silence_is_counted_from_the_last_answer_and_not_from_the_start(
    yarn: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = yarn.add("tag")
    stumbling = Stumbling(yarn)
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: stumbling)
    clock.at[1100.0] = lambda: stumbling.failures.append(silent())
    clock.at[1200.0] = lambda: yarn.end(app)
    assert [event["outcome"] for event in events(watch(yarn, app))] == ["SUCCEEDED"]


def test_a_refusal_that_asking_again_cannot_mend_ends_the_wait_at_once(
    yarn: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = EngineRefusedError("YARN", "GET was answered 403: not you", status=403)
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: Stumbling(yarn, refusal))
    (event,) = events(watch(yarn, "application_1_0001"))
    assert (event["outcome"], clock.naps) == ("LOST", [])


def test_the_deadline_kills_the_application_and_says_so(yarn: Any, clock: Any) -> None:
    app = yarn.add("tag")
    (event,) = events(watch(yarn, app))
    assert (event["outcome"], clock.seconds) == ("DEADLINE", 5000.0)
    assert yarn.log == [("kill", app)]


def test_an_unknown_state_counts_as_running_until_it_changes(yarn: Any, clock: Any) -> None:
    app = yarn.add("tag", state="UNKNOWN")
    clock.at[1010.0] = lambda: yarn.end(app)
    assert [event["outcome"] for event in events(watch(yarn, app))] == ["SUCCEEDED"]


def test_a_vanished_application_is_gone(yarn: Any, clock: Any) -> None:
    assert [event["outcome"] for event in events(watch(yarn, "application_1_0099"))] == ["GONE"]


def test_a_users_kill_ends_the_application_and_a_restart_of_the_triggerer_does_not(yarn: Any) -> None:
    app = yarn.add("tag")
    trigger = watch(yarn, app)
    asyncio.run(trigger.cleanup())
    assert yarn.log == []
    assert type(trigger).cleanup is BaseTrigger.cleanup
    asyncio.run(trigger.on_kill())
    assert yarn.log == [("kill", app)]


def test_many_triggers_share_one_poll(yarn: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    apps = [yarn.add(f"tag{number}") for number in range(50)]
    counting = Stumbling(yarn)
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: counting)
    triggers = [watch(yarn, app, f"tag{number}") for number, app in enumerate(apps)]

    async def look_at_all() -> list[Outcome]:
        first = await asyncio.gather(*(trigger.poll() for trigger in triggers))
        counting.asked = 0
        second = await asyncio.gather(*(trigger.poll() for trigger in triggers))
        assert [poll.outcome for poll in second] == [poll.outcome for poll in first]
        return [poll.outcome for poll in second]

    assert asyncio.run(look_at_all()) == [Outcome.RUNNING] * 50
    assert counting.asked == 0


def test_a_shared_poll_tells_one_failure_to_all_and_then_asks_again() -> None:
    now, calls = [0.0], []

    async def fetch(keys: Collection[str]) -> dict[str, int]:
        calls.append(sorted(keys))
        if len(calls) == 1:
            raise OSError("down")
        return dict.fromkeys(keys, len(calls))

    async def story() -> None:
        poll = SharedPoll(fetch, now=lambda: now[0])
        for key in ("a", "b"):
            with pytest.raises(OSError, match="down"):
                await poll.get(key, 1.0)
        now[0] = 1.5
        assert [await poll.get(key, 1.0) for key in ("a", "b")] == [2, 2]
        assert await poll.get("c", 1.0) == 3
        now[0] = 2000.0
        assert await poll.get("a", 1.0) == 4

    asyncio.run(story())
    assert calls == [["a"], ["a", "b"], ["a", "b", "c"], ["a"]]


class FakeLivy:
    """A Livy server with the methods of LivyBatchHook."""

    address = "http://livy"

    def __init__(self) -> None:
        self.batches: dict[str, LivyBatch] = {}
        self.lines: list[str] = []
        self.log: list[tuple[str, str]] = []

    def submit(self, name: str, body: Any) -> LivyBatch:
        raise NotImplementedError

    def find(self, name: str) -> LivyBatch | None:
        raise NotImplementedError

    def get(self, batch_id: str) -> LivyBatch:
        return self.batches.get(batch_id, LivyBatch.gone(batch_id))

    def log_lines(self, batch_id: str, lines: int = 100) -> list[str]:
        return self.lines

    def delete(self, batch_id: str) -> None:
        self.log.append(("delete", batch_id))


FakeLivy.submit.__annotations__ = LivyBatchHook.submit.__annotations__


@pytest.fixture
def livy(monkeypatch: pytest.MonkeyPatch) -> FakeLivy:
    fake = FakeLivy()
    monkeypatch.setattr(hooks, "LivyBatchHook", lambda *_: fake, raising=False)
    return fake


def livy_trigger(batch_id: str = "0") -> LivyBatchTrigger:
    return LivyBatchTrigger(dict(WATCH), batch_id, "tag", "livy_default", "yarn_default")


def batch(state: str, app_id: str = "", name: str = "tag-0") -> LivyBatch:
    return LivyBatch("0", name, LivyState(state), app_id)


def test_batch_zero_is_watched_to_its_success(livy: FakeLivy, yarn: Any, clock: Any) -> None:
    app = yarn.add("tag")
    yarn.end(app)
    livy.batches["0"] = batch("RUNNING", app)
    clock.at[1002.0] = lambda: livy.batches.update({"0": batch("SUCCESS", app)})
    (event,) = events(livy_trigger())
    assert (event["outcome"], event["application_id"], event["queue"]) == ("SUCCEEDED", app, "root.default")


def test_a_batch_that_never_reached_yarn_tells_livys_log_without_chatter(
    livy: FakeLivy, yarn: Any, clock: Any
) -> None:
    livy.batches["0"] = batch("DEAD")
    livy.lines = ["26/11/21 INFO Client: up", "Exception in thread main: no file", "\tat java", "stderr: "]
    (event,) = events(livy_trigger())
    assert (event["outcome"], event["last_lines"]) == ("FAILED", "Exception in thread main: no file")


def test_a_batch_livy_forgot_is_followed_in_yarn(livy: FakeLivy, yarn: Any, clock: Any) -> None:
    app = yarn.add("tag")
    clock.at[1004.0] = lambda: yarn.end(app)
    (event,) = events(livy_trigger())
    assert (event["outcome"], event["application_id"], clock.naps) == ("SUCCEEDED", app, [2.0, 2.0])


def test_a_batch_id_given_to_somebody_else_after_a_restart_is_not_taken_for_ours(
    livy: FakeLivy, yarn: Any, clock: Any
) -> None:
    livy.batches["0"] = batch("SUCCESS", "application_1_0007", name="other-0")
    assert [event["outcome"] for event in events(livy_trigger())] == ["GONE"]
    asyncio.run(livy_trigger().on_kill())
    assert livy.log == []


def test_killing_a_batch_also_ends_an_application_livy_does_not_know(livy: FakeLivy, yarn: Any) -> None:
    app = yarn.add("tag")
    livy.batches["0"] = batch("STARTING")
    asyncio.run(livy_trigger().on_kill())
    assert (livy.log, yarn.log) == ([("delete", "0")], [("kill", app)])


@pytest.mark.parametrize(
    ("state", "final", "outcome"),
    [
        ("ACCEPTED", "UNDEFINED", Outcome.RUNNING),
        ("FINISHED", "SUCCEEDED", Outcome.SUCCEEDED),
        ("FINISHED", "FAILED", Outcome.FAILED),
        ("FINISHED", "KILLED", Outcome.KILLED),
        ("FINISHED", "UNDEFINED", Outcome.FAILED),
        ("FINISHED", "a new state", Outcome.UNKNOWN),
        ("FAILED", "FAILED", Outcome.FAILED),
        ("KILLED", "KILLED", Outcome.KILLED),
        ("GONE", "", Outcome.GONE),
        ("a new state", "", Outcome.UNKNOWN),
    ],
)
def test_yarns_two_words_together_say_how_it_stands(state: str, final: str, outcome: Outcome) -> None:
    assert yarn_outcome(YarnState.parse(state), YarnFinalStatus.parse(final)) is outcome


def test_no_word_of_an_engine_is_taken_for_success_but_its_own() -> None:
    assert [state for state in LivyState if state.outcome is Outcome.SUCCEEDED] == [LivyState.SUCCESS]
    assert [state for state in HiveState if state.outcome is Outcome.SUCCEEDED] == [HiveState.FINISHED]
    assert LivyState.parse("dead").outcome is Outcome.FAILED
    assert HiveState.parse("NEW_WORD").outcome is Outcome.RUNNING
