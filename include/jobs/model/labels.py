"""Reads a site's labels file: which column holds the outcome, and one label a patient.

Messages name lines and columns, never patients.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.base.errors import JobInputError

VALUES: dict[str, int | None] = {"0": 0, "1": 1, "": None}
SHOWN = 10  # lines named in one message


@dataclass(frozen=True)
class LabelsTable:
    """The lines of a labels file: (line number, values by column), values stripped."""

    columns: tuple[str, ...]
    lines: tuple[tuple[int, dict[str, str]], ...]


def read_file(path: str) -> bytes:
    """Return the bytes of the labels file.

    :raises JobInputError: it cannot be read
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise JobInputError(
            f"labels file {path}: {error.strerror}",
            "set `labels` in the configuration to a readable CSV file",
        ) from error


def parse(content: bytes, path: str, patient_column: str) -> LabelsTable:
    """Return the lines of a CSV file with a header line; blank lines are allowed.

    :raises JobInputError: another format, no line, ragged lines, or wrong columns
    """
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        table = [(reader.line_num, [value.strip() for value in line]) for line in reader if any(line)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise JobInputError(
            f"labels file {path} is not a CSV file in UTF-8: {error}", "save it as CSV"
        ) from error
    if len(table) < 2:  # noqa: PLR2004 - a header and one line
        raise JobInputError(
            f"labels file {path} has no line of data", "give a header line and one line a patient"
        )
    columns = table[0][1]
    if patient_column not in columns:
        raise JobInputError(
            f"labels file {path} has no column {patient_column!r}, only {', '.join(columns)}",
            "name the column of the patient identifiers in `patient_column`",
        )
    if len(set(columns)) < len(columns):
        raise JobInputError(f"labels file {path} names a column twice", "give every column a name of its own")
    ragged = [number for number, line in table if len(line) != len(columns)]
    if ragged:
        raise JobInputError(
            f"labels file {path}: {_lines(ragged)} not {len(columns)} values long",
            "give every line as many values as the header has",
        )
    return LabelsTable(
        tuple(columns), tuple((number, dict(zip(columns, line, strict=True))) for number, line in table[1:])
    )


def outcome_column(table: LabelsTable, path: str, patient_column: str, wanted: str | None) -> str:
    """Return `wanted`, else the only column of 0, 1 and empty beside patient and scan_date."""
    others = [name for name in table.columns if name not in (patient_column, "scan_date")]
    if wanted is not None:
        if wanted in others:
            return wanted
        raise JobInputError(
            f"labels file {path} has no outcome column {wanted!r}, only {', '.join(others) or 'none'}",
            "name one of these columns",
        )
    binary = [name for name in others if _is_binary([values[name] for _, values in table.lines])]
    candidates = binary or others
    if len(candidates) != 1:
        raise JobInputError(
            f"labels file {path}: {', '.join(candidates) or 'no column'} could be the outcome",
            "name the column in `label_column`",
        )
    return candidates[0]


def labels_by_patient(
    table: LabelsTable, path: str, patient_column: str, column: str
) -> dict[str, int | None]:
    """Return patient identifier -> 0, 1 or None (outcome pending)."""
    wrong = [number for number, values in table.lines if values[column] not in VALUES]
    if wrong:
        raise JobInputError(
            f"labels file {path}: column {column!r} is neither 0, 1 nor empty on {_lines(wrong)}",
            "write 1 for the outcome, 0 for none, nothing for an outcome that is still pending",
        )
    nameless = [number for number, values in table.lines if not values[patient_column]]
    if nameless:
        raise JobInputError(f"labels file {path}: no patient on {_lines(nameless)}", "give the identifier")
    first: dict[str, tuple[int, int | None]] = {}
    conflicts = []
    for number, values in table.lines:
        label = VALUES[values[column]]
        line, earlier = first.setdefault(values[patient_column], (number, label))
        if earlier != label:
            conflicts += [line, number]
    if conflicts:
        raise JobInputError(
            f"labels file {path}: the same patient has different labels on {_lines(sorted(set(conflicts)))}",
            "keep one label a patient",
        )
    return {patient: label for patient, (_, label) in first.items()}


def _is_binary(values: Sequence[str]) -> bool:
    return set(values) <= VALUES.keys() and any(values)


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:SHOWN])
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {shown}{more}"
