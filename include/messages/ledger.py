"""Enter a row in the ledger for a stage that has no program of its own to do so at its end."""

from __future__ import annotations

from typing import Annotated

from messages.message import LedgerRow, Request, Result, Text, doc


class LedgerEntered(Result, frozen=True, kw_only=True):
    """The row is in the ledger."""

    path: Annotated[Text, doc("HDFS path of its file")]


class EnterInLedger(Request[LedgerEntered], frozen=True, kw_only=True):
    """Write the row, and nothing else."""

    program = "jobs.base.enter_in_ledger"

    ledger: Annotated[LedgerRow, doc("the row")]
