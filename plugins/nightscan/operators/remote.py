"""A remote job as operators see it: tags, state, which one to adopt, the error for its failure."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from nightscan import names
from nightscan.errors import JobDeadlineError, JobFailedError, JobLostError
from nightscan.states import Outcome

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.yarn import YarnHook

# what an operator adds of its engine to the facts of finish(); tested
ENGINE_FACTS = frozenset({"application_id", "queue", "seconds", "statements", "livy_batch_id"})
OLD_JOB_WAIT_S = 30.0


class NothingToSubmit(Exception):  # noqa: N818 - not an error
    """Raised by prepare(): the task is done without a job.

    :param result: the task's XCom.
    """

    def __init__(self, result: dict[str, JsonValue]) -> None:
        super().__init__("nothing to submit")
        self.result = result


@dataclass(frozen=True)
class JobTags:
    """Tags of one submission in YARN.

    :ivar exact: the same for all attempts between two clears, with the same content
    :ivar family: the same for all submissions of one task instance
    """

    exact: str
    family: str


@dataclass(frozen=True)
class RemoteJob:
    """A job as its submitter knows it.

    :ivar application_id: empty until YARN has given one
    """

    id: str
    outcome: Outcome
    application_id: str


def job_tags(context: Context, retries: int, content: JsonValue) -> JobTags:
    """Return the tags of a task instance's submission.

    The attempt chain is in them: clearing a task sets max_tries to try_number + retries, so max_tries -
    retries stays the same from attempt to attempt and changes with a clear.
    """
    chain = int(context["ti"].max_tries) - retries
    exact = json.dumps([chain, content], sort_keys=True)
    return JobTags(names.job_tag(context, exact).lower(), names.job_tag(context, "family").lower())


def adoptable(jobs: Sequence[RemoteJob], refused: Collection[str]) -> RemoteJob | None:
    """Return the job to adopt: the newest live one, else the newest success that finish() did not refuse."""
    live = [job for job in jobs if not job.outcome.ended]
    done = [job for job in jobs if job.outcome is Outcome.SUCCEEDED and job.id not in refused]
    candidates = live or done
    return candidates[-1] if candidates else None


def end_old_chains(yarn: YarnHook, tags: JobTags, *, poll_s: float, log: Any) -> None:
    """Kill what still runs of this task instance under other tags, and wait until it has ended.

    :raises JobLostError: a job does not end in time.
    """
    end = time.monotonic() + OLD_JOB_WAIT_S
    killed: set[str] = set()
    while live := [
        app.id for app in yarn.find(tags.family) if not app.outcome.ended and tags.exact not in app.tags
    ]:
        for app_id in live:
            if app_id not in killed:
                log.warning("killing %s, submitted before this task was cleared", app_id)
                yarn.kill(app_id)
                killed.add(app_id)
        if time.monotonic() > end:
            raise JobLostError(", ".join(live), f"asked to end {OLD_JOB_WAIT_S:.0f} s ago, still running")
        time.sleep(min(poll_s, 0.5))


def job_failure(
    job_id: str, app_id: str, link: str, outcome: Outcome, event: dict[str, Any]
) -> JobDeadlineError | JobFailedError | JobLostError:
    """Return the error for a job that did not succeed."""
    match outcome:
        case Outcome.DEADLINE:
            return JobDeadlineError(job_id, link=link)
        case Outcome.LOST | Outcome.GONE:
            return JobLostError(job_id, str(event.get("reason") or "the engine no longer knows it"))
        case Outcome.FAILED | Outcome.KILLED | Outcome.UNKNOWN | Outcome.RUNNING | Outcome.SUCCEEDED:
            return JobFailedError(
                job_id,
                str(event.get("state") or outcome),
                last_lines=str(event.get("last_lines") or "").splitlines(),
                link=link,
                remedy=f"read its containers' logs: yarn logs -applicationId {app_id}" if app_id else "",
            )
