"""Our features of IBSI's digital phantom beside the published consensus, every row of it.

Exit status: 0 every feature agrees, 1 a feature fails, lacks a tag or a tag lacks a feature, 2 bad input.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

from radiomics_check.consensus_tags import DIRECTIONAL, tags
from radiomics_check.engine import BUILT_JAR, measure
from radiomics_check.errors import CheckError
from radiomics_check.report import columns, number

SETTINGS = {
    "discretisation": {"method": "none"},
    "ivh": {"method": "none"},
    "aggregations": list(DIRECTIONAL),
}
FEWEST_DIGITS = 3
HEAD = ("column", "IBSI tag", "value", "consensus", "tolerance", "")
PASS, FAIL = "pass", "FAIL"
AGREES, DIFFERS, BAD_INPUT = 0, 1, 2


@dataclass(frozen=True)
class Consensus:
    """One row of the published table; the text keeps the digits it was published with."""

    value: str
    tolerance: str

    def agrees(self, found: float | None) -> bool:
        """Return whether a value, rounded to the digits published (at least three), is within tolerance.

        The zeros that end a whole number are no digits: 1490 stands for 1.49e3.
        """
        if found is None:
            return False
        reference = Decimal(self.value)
        digits = max(FEWEST_DIGITS, len(reference.normalize().as_tuple().digits))
        rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(found)
        return abs(rounded - reference) <= Decimal(self.tolerance)


@dataclass(frozen=True)
class Line:
    """One line of the phantom's table; ``wrong`` is empty when it passes."""

    column: str
    tag: str
    value: float | None
    consensus: Consensus | None
    wrong: str


def read_consensus(path: Path) -> dict[str, Consensus]:
    """Read the published table by tag; a tag that comes twice is an error."""
    found: dict[str, Consensus] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for value, tolerance, tag in list(csv.reader(file, delimiter=";"))[1:]:
            if tag in found:
                raise CheckError(f"{path} has the tag {tag} twice")
            found[tag] = Consensus(value, tolerance)
    return found


def lines(features: Mapping[str, float | None], consensus: Mapping[str, Consensus]) -> list[Line]:
    """Return a line for every feature and for every tag without a feature."""
    known = tags()
    found = []
    for column, value in features.items():
        tag = known.get(column, "")
        published = consensus.get(tag)
        if published is None:
            found.append(Line(column, tag, value, None, "no consensus for this feature"))
        else:
            found.append(Line(column, tag, value, published, "" if published.agrees(value) else "not within"))
    measured = {line.tag for line in found}
    found += [
        Line("", tag, None, published, "no feature for this tag")
        for tag, published in consensus.items()
        if tag not in measured
    ]
    return found


def table(found: Sequence[Line]) -> str:
    """Return the table and a line that counts."""
    cells = [
        [
            line.column or "-",
            line.tag or "-",
            number(line.value),
            line.consensus.value if line.consensus else "-",
            line.consensus.tolerance if line.consensus else "-",
            f"{FAIL}: {line.wrong}" if line.wrong else PASS,
        ]
        for line in found
    ]
    failed = sum(bool(line.wrong) for line in found)
    return f"{columns(cells, HEAD)}\n{len(found)} lines: {len(found) - failed} pass, {failed} fail"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the phantom, print the table, return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/phantom-table", description=__doc__)
    parser.add_argument(
        "--shared", type=Path, default=os.environ.get("NIGHTSCAN_SHARED_DATA"), help="the shared data"
    )
    parser.add_argument("--jar", type=Path, default=BUILT_JAR, help="the engine (default: the one built)")
    given = parser.parse_args(arguments)
    if given.shared is None:
        parser.error("name the shared data: --shared FOLDER, or NIGHTSCAN_SHARED_DATA")
    folder = given.shared / "ibsi1_digital_phantom"
    try:
        consensus = read_consensus(folder / "consensus_values.csv")
        found = lines(_features(folder, given.jar), consensus)
    except (CheckError, OSError) as error:
        sys.stderr.write(f"phantom-table: {error}\n")
        return BAD_INPUT
    sys.stdout.write(table(found) + "\n")
    return DIFFERS if not found or any(line.wrong for line in found) else AGREES


def _features(folder: Path, jar: Path) -> Mapping[str, float | None]:
    with tempfile.TemporaryDirectory(prefix="phantom-table-") as work:
        settings = Path(work) / "settings.json"
        settings.write_text(json.dumps(SETTINGS))
        return measure(jar, folder / "image.nii.gz", folder / "mask.nii.gz", settings).features


if __name__ == "__main__":
    sys.exit(main())
