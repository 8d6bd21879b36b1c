"""Enter a row in the ledger for a stage without a program at its end; `protocol.run` does the writing."""

from __future__ import annotations

from jobs.base.ledger import path_of
from jobs.base.protocol import end, run
from messages.ledger import EnterInLedger, LedgerEntered


def execute(request: EnterInLedger) -> LedgerEntered:
    """Return where the row goes."""
    return LedgerEntered(path=path_of(request.root, request.ledger))


def main() -> int:
    """Run as a program."""
    return run(EnterInLedger, execute)


if __name__ == "__main__":
    end(main())
