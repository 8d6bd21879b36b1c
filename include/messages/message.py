"""The bases of all messages, and the row of the ledger that a request may carry.

A message is frozen; a field that its model does not name is refused. A field without a default is required:
so is each one that switches a check, even where its value may be null.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args

from msgspec import Meta, Struct


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Anything that one process sends to another."""


def doc(text: str) -> Meta:
    """Document a field: what it means, its unit, its form."""
    return Meta(description=text)


Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"
Date = Annotated[str, Meta(pattern=DAY, examples=["2025-03-03"])]
StoreUrl = Annotated[Text, doc("store: hdfs://host:port, or file:///folder for tests")]
Root = Annotated[Text, doc("HDFS path below which everything lies")]
ScanDate = Annotated[Date, doc("scan date")]
Build = Annotated[Text, doc("id of the build, 16 hex digits")]
ByReason = dict[str, Count]


class Refusal(Message, frozen=True, kw_only=True):
    """What a program answers, with exit code 2, to input that it cannot use."""

    error: Annotated[str, doc("the thing and the fact")]
    remedy: Annotated[str, doc("what to do about it")]


class LedgerRow(Message, frozen=True, kw_only=True):
    """One row of stage_runs: what a stage took in, gave out and refused, and how long it took."""

    dag_id: Annotated[Text, doc("id of the DAG")]
    run_id: Annotated[Text, doc("id of its run")]
    run_date: Annotated[Date, doc("run date, the day the stage ran, YYYY-MM-DD: the row's partition")]
    stage: Annotated[Positive, doc("number of the stage")]
    stage_name: Annotated[Text, doc("name of the stage")]
    engine: Annotated[Text, doc("what did the work")]
    started_at: Annotated[Text, doc("start of the task's attempt, ISO 8601 in UTC")]
    seconds: Annotated[float, doc("how long the work took, s")]
    status: Annotated[Literal["success", "refused"], doc("refused: the gate of a release said no")] = (
        "success"
    )
    application_id: Annotated[str | None, doc("YARN application; empty without one")] = None
    scan_date_: Annotated[Date | None, doc("scan date that was worked on")] = None
    model_version: Annotated[Text | None, doc("version of the model that was worked on")] = None
    files_in: Annotated[Count | None, doc("files (stage 3: volumes) taken in")] = None
    bytes_in: Annotated[Count | None, doc("bytes taken in")] = None
    volumes_out: Annotated[Count | None, doc("volumes, rows or patients given out")] = None
    regions_out: Annotated[Count | None, doc("region masks given out")] = None
    quarantined: Annotated[Count | None, doc("files (stage 3: rows) refused")] = None
    note: Annotated[str | None, doc("more, as text")] = None


class Counted(Message, frozen=True, kw_only=True):
    """What a program counted, for the columns of the ledger that only it knows; null: not counted."""

    volumes_out: Annotated[Count | None, doc("volumes or rows given out")] = None
    regions_out: Annotated[Count | None, doc("region masks given out")] = None
    quarantined: Annotated[Count | None, doc("files or rows refused")] = None


class Result(Message, frozen=True, kw_only=True):
    """What a program gives back."""

    def counted(self) -> Counted:
        """Return what goes into the ledger."""
        return Counted()


R = TypeVar("R", bound=Result)


class Call(Message, Generic[R], frozen=True, kw_only=True):
    """What a program is asked; its class names the program and, as type argument, the class of the result."""

    program: ClassVar[str]
    keyed: ClassVar[bool] = False  # the program reads the site's key from NIGHTSCAN_PATIENT_KEY

    hdfs: StoreUrl
    root: Root

    @classmethod
    def result(cls) -> type[R]:
        """Return the class of the result."""
        bases: tuple[Any, ...] = cls.__dict__["__orig_bases__"]
        kind: type[R] = get_args(bases[0])[0]
        return kind


class Request(Call[R], Generic[R], frozen=True, kw_only=True):
    """What a program gets on standard input as one JSON object."""

    ledger: Annotated[
        LedgerRow | None, doc("row of stage_runs to enter when the work is done, completed by its counts")
    ] = None
