"""The ledger: one row of stage_runs for each run of a stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from messages.ledger import EnterInLedger
from messages.message import LedgerRow
from nightscan.operators.program import run_program

if TYPE_CHECKING:
    from nightscan.config_model import Config


def ledger_row(
    context: Mapping[str, Any],
    stage: int,
    name: str,
    *,
    engine: str,
    seconds: float,
    status: Literal["success", "refused"] = "success",
    application_id: str | None = None,
    scan_date: str | None = None,
    model_version: str | None = None,
    files_in: int | None = None,
    bytes_in: int | None = None,
    volumes_out: int | None = None,
    note: str | None = None,
) -> LedgerRow:
    """Return the row of this run of a stage; a count not given is empty or added by the program."""
    ti = context["ti"]
    return LedgerRow(
        dag_id=ti.dag_id,
        run_id=ti.run_id,
        run_date=datetime.now(UTC).date().isoformat(),
        stage=stage,
        stage_name=name,
        engine=engine,
        started_at=started_at(context),
        seconds=seconds,
        status=status,
        application_id=application_id,
        scan_date_=scan_date,
        model_version=model_version,
        files_in=files_in,
        bytes_in=bytes_in,
        volumes_out=volumes_out,
        note=note,
    )


def enter(config: Config, row: LedgerRow) -> None:
    """Enter a row for a stage whose last step is not a program."""
    run_program(EnterInLedger(hdfs=config.hdfs, root=config.root, ledger=row))


def started_at(context: Mapping[str, Any]) -> str:
    """Return when this attempt of the task began, ISO 8601 in UTC."""
    began = context["ti"].start_date or datetime.now(UTC)
    return str(began.astimezone(UTC).isoformat(timespec="seconds"))
