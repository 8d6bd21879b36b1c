"""Every error that this package raises: one base, two kinds (a retry may help; a retry cannot help)."""

from __future__ import annotations

from collections.abc import Sequence

from airflow.sdk.exceptions import AirflowException, AirflowFailException


class NightscanError(Exception):
    """Base of all: what is wrong and what to do next.

    :param fact: what is wrong, naming the thing.
    :param remedy: the next step; empty where the fact implies it.
    """

    def __init__(self, fact: str, *, remedy: str = "") -> None:
        super().__init__(f"{fact}\nNext step: {remedy}" if remedy else fact)
        self.fact = fact
        self.remedy = remedy


class RetryableError(NightscanError, AirflowException):
    """Another attempt may succeed."""


class FinalError(NightscanError, AirflowFailException):
    """Another attempt would fail in the same way: the task fails at once."""


class ConfigurationError(FinalError):
    """A setting is missing or unusable."""


class ScanDateError(FinalError):
    """The run has no usable scan date."""


class BadSettingError(FinalError):
    """An operator's argument, after templating, cannot be used."""


class BadInputError(FinalError):
    """A program refused its input (exit code 2)."""


class MessageRefusedError(FinalError):
    """A request, a result or the XCom of another task does not have the form of its model."""


class CheckFailedError(FinalError):
    """A data check found rows that disagree."""


class ManifestError(FinalError):
    """Files in HDFS do not match their manifest."""


class EngineUnreachableError(RetryableError):
    """An engine did not answer: no connection, or no answer in time."""

    def __init__(self, engine: str, address: str, reason: str) -> None:
        super().__init__(
            f"{engine} at {address} does not answer: {reason}",
            remedy=f"see whether {engine} runs (make status) and that its connection names this address",
        )


class EngineRefusedError(RetryableError):
    """An engine answered with an error.

    :param status: HTTP status of the answer; 0 where it has none.
    """

    def __init__(self, engine: str, fact: str, *, status: int = 0, remedy: str = "") -> None:
        super().__init__(f"{engine}: {fact}", remedy=remedy)
        self.status = status


class CommandFailedError(RetryableError):
    """A local program ended with an error, or ran past its time.

    :param code: its exit code; None when it was stopped.
    """

    def __init__(
        self, program: str, reason: str, *, code: int | None, last_lines: Sequence[str] = (), remedy: str = ""
    ) -> None:
        tail = "".join(f"\n  | {line}" for line in last_lines)
        super().__init__(f"{program} {reason}{tail}", remedy=remedy)
        self.code = code


class JobFailedError(RetryableError):
    """A job on the cluster ended without success.

    :param state: as the engine names it.
    :param last_lines: of the engine's message.
    """

    def __init__(
        self, job_id: str, state: str, *, last_lines: Sequence[str] = (), link: str = "", remedy: str = ""
    ) -> None:
        tail = "".join(f"\n  | {line}" for line in last_lines)
        super().__init__(f"{job_id} ended {state}; see {link or 'the log'}{tail}", remedy=remedy)


class JobDeadlineError(RetryableError):
    """A job was still running at its deadline and was killed."""

    def __init__(self, job_id: str, *, link: str = "") -> None:
        super().__init__(
            f"{job_id} was still running at its deadline and was killed; see {link or 'the log'}",
            remedy="find out what it waited for (queue full? containers?) or raise deadline_s",
        )


class JobLostError(RetryableError):
    """The engine gave no answer about a job for longer than allowed."""

    def __init__(self, job_id: str, reason: str) -> None:
        super().__init__(
            f"{job_id} is lost: {reason}",
            remedy="start the engine again; a retry finds the job again if it is still there",
        )
