"""States of remote jobs, as each engine names them; an unknown name is UNKNOWN, never an error."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class RemoteState(StrEnum):
    """Base: parse() takes an engine's name of a state in any case."""

    @classmethod
    def parse(cls, name: object) -> Self:
        """Return the member for `name`; UNKNOWN where there is none."""
        try:
            return cls(str(name).upper())
        except ValueError:
            return cls("UNKNOWN")


class Outcome(RemoteState):
    """What a job's state means to the task that waits for it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    GONE = "GONE"  # the engine no longer knows the id
    LOST = "LOST"  # the engine gave no answer for too long
    DEADLINE = "DEADLINE"  # killed by the trigger, at the deadline
    UNKNOWN = "UNKNOWN"

    @property
    def ended(self) -> bool:
        """Return whether there is nothing left to wait for; an unknown name counts as running."""
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
    """The final status that an application reported."""

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
        """Return what this state means to the task that waits."""
        match self:
            case LivyState.SUCCESS:
                return Outcome.SUCCEEDED
            case LivyState.DEAD | LivyState.ERROR:
                return Outcome.FAILED
            case LivyState.KILLED:
                return Outcome.KILLED
            case LivyState.GONE:
                return Outcome.GONE
            case LivyState.NOT_STARTED | LivyState.STARTING | LivyState.RECOVERING | LivyState.IDLE:
                return Outcome.RUNNING
            case LivyState.RUNNING | LivyState.BUSY | LivyState.SHUTTING_DOWN | LivyState.UNKNOWN:
                return Outcome.RUNNING


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
        """Return what this state means to the task that waits."""
        match self:
            case HiveState.FINISHED:
                return Outcome.SUCCEEDED
            case HiveState.ERROR | HiveState.TIMEDOUT:
                return Outcome.FAILED
            case HiveState.CANCELED:
                return Outcome.KILLED
            case HiveState.CLOSED | HiveState.GONE:
                return Outcome.GONE
            case HiveState.INITIALIZED | HiveState.PENDING | HiveState.RUNNING | HiveState.UNKNOWN:
                return Outcome.RUNNING


def yarn_outcome(state: YarnState, final: YarnFinalStatus) -> Outcome:  # noqa: PLR0911 - one return an outcome
    """Return what YARN's state and final status mean together; FINISHED alone is not yet success."""
    match state:
        case YarnState.FINISHED:
            return _finished(final)
        case YarnState.FAILED:
            return Outcome.FAILED
        case YarnState.KILLED:
            return Outcome.KILLED
        case YarnState.GONE:
            return Outcome.GONE
        case YarnState.UNKNOWN:
            return Outcome.UNKNOWN
        case YarnState.NEW | YarnState.NEW_SAVING | YarnState.SUBMITTED:
            return Outcome.RUNNING
        case YarnState.ACCEPTED | YarnState.RUNNING:
            return Outcome.RUNNING


def _finished(final: YarnFinalStatus) -> Outcome:
    match final:
        case YarnFinalStatus.SUCCEEDED:
            return Outcome.SUCCEEDED
        case YarnFinalStatus.KILLED:
            return Outcome.KILLED
        case YarnFinalStatus.UNKNOWN:
            return Outcome.UNKNOWN
        case YarnFinalStatus.FAILED | YarnFinalStatus.UNDEFINED | YarnFinalStatus.ENDED:
            return Outcome.FAILED
