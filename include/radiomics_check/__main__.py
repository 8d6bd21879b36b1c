"""Compare our features of a region with pyradiomics', settings being equal; or of twenty real regions.

Exit status: 0 all agree or differ by definition, 1 a feature of the same definition differs by more than the
tolerance, 2 the comparison cannot be made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from radiomics_check import report
from radiomics_check.compare import TOLERANCE, Verdict
from radiomics_check.engine import BUILT_JAR
from radiomics_check.errors import CheckError

AGREES, DIFFERS, BAD_INPUT = 0, 1, 2

try:
    from radiomics_check.check import check
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.startswith("radiomics_check"):
        raise
    sys.stderr.write(
        f"radiomics_check: this Python has no {missing.name}; install numpy, nibabel and"
        " pyradiomics-bhklab==3.1.4, or use .nightscan/venv/airflow/bin/python after `make test-fast`\n"
    )
    sys.exit(BAD_INPUT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison that is asked for and return the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.cohort is None and given.mask is None:
        parser.error("give IMAGE and MASK, or --cohort FOLDER")
    try:
        return _cohort(given) if given.cohort else _pair(given)
    except (CheckError, OSError) as error:
        sys.stderr.write(f"radiomics_check: {error}\n")
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m radiomics_check", description=__doc__)
    parser.add_argument("image", type=Path, nargs="?", help="a NIfTI volume")
    parser.add_argument("mask", type=Path, nargs="?", help="its region, on the same grid")
    parser.add_argument("--cohort", type=Path, metavar="FOLDER", help="the shared data: its twenty regions")
    parser.add_argument("--settings", type=Path, help="the engine's settings, a JSON file (default: its own)")
    parser.add_argument("--jar", type=Path, default=BUILT_JAR, help="the engine (default: the one built)")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help="largest relative difference (default: %(default)g)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _pair(given: argparse.Namespace) -> int:
    rows = check(given.image, given.mask, given.jar, settings=given.settings, tolerance=given.tolerance)
    sys.stdout.write((report.as_json(rows) if given.json else report.table(rows)) + "\n")
    return _status(row.verdict for row in rows)


def _cohort(given: argparse.Namespace) -> int:
    from radiomics_check import cohort  # noqa: PLC0415 - needs the converter's packages, a pair does not

    summaries = cohort.check_cohort(
        given.cohort, given.jar, settings=given.settings, tolerance=given.tolerance, say=_say
    )
    sys.stdout.write((cohort.as_json(summaries) if given.json else cohort.table(summaries)) + "\n")
    return _status(one.verdict for one in summaries)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _status(verdicts: Iterable[Verdict]) -> int:
    return DIFFERS if Verdict.DIFFERS in verdicts else AGREES


if __name__ == "__main__":
    sys.exit(main())
