"""States of remote jobs, as each engine says them; an unknown word is UNKNOWN, never an error."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class RemoteState(StrEnum):
    """Base: parse() takes an engine's word in any case."""

    @classmethod
    def parse(cls, word: object) -> Self:
        """Return the member for `word`; UNKNOWN where there is none."""
        try:
            return cls(str(word).upper())
        except ValueError:
            return cls("UNKNOWN")


class Outcome(RemoteState):
    """What a job's state means to the task that waits for it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    GONE = "GONE"  # the engine no longer knows the id
    LOST = "LOST"  # the engine gave no news for too long
    DEADLINE = "DEADLINE"  # killed by us, at the deadline
    UNKNOWN = "UNKNOWN"

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to wait for. An unknown word counts as running."""
        return self not in {Outcome.RUNNING, Outcome.UNKNOWN}


class YarnState(RemoteState):
    """YARN's application states."""

    NEW = "NEW"
    NEW_SAVING = "NEW_SAVING"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    GONE = "GONE"
    UNKNOWN = "UNKNOWN"


class YarnFinalStatus(RemoteState):
    """What an application said of itself when it finished."""

    UNDEFINED = "UNDEFINED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"


class LivyState(RemoteState):
    """Livy's batch states (YARN's FINISHED + FAILED shows as DEAD)."""

    NOT_STARTED = "NOT_STARTED"
    STARTING = "STARTING"
    RECOVERING = "RECOVERING"
    IDLE = "IDLE"
    RUNNING = "RUNNING"
    BUSY = "BUSY"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    ERROR = "ERROR"
    DEAD = "DEAD"
    KILLED = "KILLED"
    SUCCESS = "SUCCESS"
    GONE = "GONE"
    UNKNOWN = "UNKNOWN"

    @property
    def outcome(self) -> Outcome:
        """What this state means."""
        return _LIVY.get(self, Outcome.RUNNING)


class HiveState(RemoteState):
    """HiveServer2's operation states (Thrift names without their suffix)."""

    INITIALIZED = "INITIALIZED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    CANCELED = "CANCELED"
    CLOSED = "CLOSED"
    ERROR = "ERROR"
    TIMEDOUT = "TIMEDOUT"
    GONE = "GONE"
    UNKNOWN = "UNKNOWN"

    @property
    def outcome(self) -> Outcome:
        """What this state means."""
        return _HIVE.get(self, Outcome.RUNNING)


_LIVY = {
    LivyState.SUCCESS: Outcome.SUCCEEDED,
    LivyState.DEAD: Outcome.FAILED,
    LivyState.ERROR: Outcome.FAILED,
    LivyState.KILLED: Outcome.KILLED,
    LivyState.GONE: Outcome.GONE,
}
_HIVE = {
    HiveState.FINISHED: Outcome.SUCCEEDED,
    HiveState.ERROR: Outcome.FAILED,
    HiveState.TIMEDOUT: Outcome.FAILED,
    HiveState.CANCELED: Outcome.KILLED,
    HiveState.CLOSED: Outcome.GONE,
    HiveState.GONE: Outcome.GONE,
}


def yarn_outcome(state: YarnState, final: YarnFinalStatus) -> Outcome:
    """Return what a pair of YARN's words means; FINISHED alone is not yet success."""
    if state is YarnState.FINISHED:
        if final is YarnFinalStatus.UNKNOWN:
            return Outcome.UNKNOWN
        return {
            YarnFinalStatus.SUCCEEDED: Outcome.SUCCEEDED,
            YarnFinalStatus.KILLED: Outcome.KILLED,
        }.get(final, Outcome.FAILED)
    return {
        YarnState.FAILED: Outcome.FAILED,
        YarnState.KILLED: Outcome.KILLED,
        YarnState.GONE: Outcome.GONE,
        YarnState.UNKNOWN: Outcome.UNKNOWN,
    }.get(state, Outcome.RUNNING)
