"""What all triggers of this package share: poll, tolerate silence, keep the deadline, fire exactly once."""

from __future__ import annotations

import abc
import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from airflow.triggers.base import BaseTrigger, TriggerEvent
from pydantic import JsonValue

from nightscan.errors import BadSettingError, EngineRefusedError, EngineUnreachableError
from nightscan.states import Outcome

SERVER_ERROR = 500


@dataclass(frozen=True)
class PollResult:
    """What one poll found. `facts` go into the event: plain JSON, small."""

    outcome: Outcome
    state: str
    facts: dict[str, JsonValue]


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class _RealClock:
    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Watch:
    """How to wait for a job; plain JSON.

    :param poll_s: seconds between two polls, above 0.
    :param deadline: seconds since 1970 at which the job is killed. It lives here because Airflow's
        execution_timeout does not fire across a deferral and its trigger timeout kills nothing.
    :param lost_after_s: seconds without an answer of the engine after which the job counts as lost.
    """

    poll_s: float
    deadline: float
    lost_after_s: float

    def __post_init__(self) -> None:
        if self.poll_s <= 0 or self.lost_after_s <= 0:
            raise BadSettingError(
                f"poll_s and lost_after_s must be above 0, not {self.poll_s} and {self.lost_after_s}",
                remedy="give seconds; nothing is reported without a poll",
            )

    def to_json(self) -> dict[str, JsonValue]:
        """Return it as plain JSON."""
        return asdict(self)


class JobTrigger(BaseTrigger):
    """Watches one remote job.

    Subclasses poll() and kill(), both blocking calls with time-outs of their own, run in a thread.
    The event's payload: `outcome` (states.Outcome), `state` (the engine's), `reason`, poll()'s facts.

    :param watch: a Watch, or its JSON.
    :param job: arguments of the subclass, plain JSON; serialised as they are.
    """

    clock: Clock = _RealClock()

    def __init__(self, watch: Watch | dict[str, Any], **job: JsonValue) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.watch = watch if isinstance(watch, Watch) else Watch(**watch)
        self.job = job
        self._seen = ""

    @abc.abstractmethod
    async def poll(self) -> PollResult:
        """Ask the engine once."""

    @abc.abstractmethod
    def kill(self) -> None:
        """End the job on the engine; must be harmless when it has ended."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return class path and arguments."""
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        return name, {"watch": self.watch.to_json(), **self.job}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, when the job has ended, is lost, or its deadline is over."""
        yield TriggerEvent(await self._wait())  # type: ignore[no-untyped-call]

    async def _wait(self) -> dict[str, JsonValue]:
        answered = self.clock.now()
        while True:
            answer = await self._try_to_poll()
            if isinstance(answer, PollResult):
                answered = self.clock.now()
                self._log_change(answer)
                if answer.outcome.ended:
                    return {**_event(answer.outcome, answer.state, ""), **answer.facts}
            else:
                silent_s = self.clock.now() - answered
                self.log.warning("no news of %s for %.0f s: %s", self._name(), silent_s, answer.fact)
                if silent_s >= self.watch.lost_after_s or _is_refusal(answer):
                    return _event(Outcome.LOST, "", f"{answer.fact} (for {silent_s:.0f} s)")
            if self.clock.now() >= self.watch.deadline:
                return await self._give_up()
            await self.clock.sleep(self.watch.poll_s)

    async def _try_to_poll(self) -> PollResult | EngineUnreachableError | EngineRefusedError:
        try:
            return await self.poll()
        except (EngineUnreachableError, EngineRefusedError) as error:
            return error

    def _log_change(self, found: PollResult) -> None:
        if found.state != self._seen:
            self.log.info("%s is %s", self._name(), found.state)
            if found.outcome is Outcome.UNKNOWN:
                self.log.warning("state %s is not known here; taken as running", found.state)
            self._seen = found.state

    async def _give_up(self) -> dict[str, JsonValue]:
        self.log.error("the deadline of %s is over: killing it", self._name())
        reason = ""
        try:
            await asyncio.to_thread(self.kill)
        except (EngineUnreachableError, EngineRefusedError) as error:
            reason = f"it could not be killed and may still run: {error.fact}"
            self.log.exception("%s could not be killed", self._name())
        return _event(Outcome.DEADLINE, "", reason)

    async def on_kill(self) -> None:
        """Kill the job: a user marked or cleared the task (never in cleanup(), which restarts run too)."""
        self.log.warning("killing %s: the task was marked or cleared", self._name())
        await asyncio.to_thread(self.kill)

    def _name(self) -> str:
        return str(self.job.get("job_id") or self.job)


def _event(outcome: Outcome, state: str, reason: str) -> dict[str, JsonValue]:
    return {"outcome": str(outcome), "state": state, "reason": reason}


def _is_refusal(error: EngineUnreachableError | EngineRefusedError) -> bool:
    # 4xx says that asking again is of no use (no permission, a wrong address)
    return isinstance(error, EngineRefusedError) and 0 < error.status < SERVER_ERROR
