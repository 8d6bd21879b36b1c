"""Twenty real regions through both programs: per feature the largest difference.

The publisher's ten reference volumes of the soft-tissue-sarcoma cohort (6 PET, 2 CT, 2 MR), and the PET
volumes of the next ten patients, made from DICOM by this project's own converter.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from imaging.folder.conversion import convert_folder
from radiomics_check.check import check
from radiomics_check.compare import TOLERANCE, Row, Verdict
from radiomics_check.errors import CheckError
from radiomics_check.report import columns, counts, difference_text, verdict_text

REGIONS = 20
MASK = "_mask.nii.gz"
CONVERTED_MASK = "*.mask.nii.gz"
HEAD = ("ours", "pyradiomics", "regions that agree", "to", "largest difference", "verdict of", "verdict")
# the verdict of a feature's worst region counts for all
WORST = (Verdict.AGREES, Verdict.NO_COUNTERPART, Verdict.BY_DEFINITION, Verdict.DIFFERS)


@dataclass(frozen=True)
class Pair:
    """One region of the cohort: its name and its two files."""

    name: str
    image: Path
    mask: Path


@dataclass(frozen=True)
class Summary:
    """One feature over all regions.

    :param difference: largest relative difference; None when no region has one
    :param agreeing: largest relative difference of the regions that agree
    :param region: where the verdict comes from
    :param agrees_in: number of regions that agree
    """

    column: str
    theirs: str
    difference: float | None
    agreeing: float | None
    region: str
    agrees_in: int
    verdict: Verdict
    why: str


def cohort_pairs(shared: Path, work: Path) -> list[Pair]:
    """Return the twenty regions, converting those that are DICOM into ``work``.

    :raises CheckError: when the shared data does not hold them
    """
    reference = sorted((shared / "sts" / "reference_nifti").glob(f"*/*{MASK}"))
    pairs = [
        Pair(
            f"{mask.parent.name} {mask.name.removesuffix(MASK)}",
            mask.with_name(mask.name.replace(MASK, "_image.nii.gz")),
            mask,
        )
        for mask in reference
    ]
    known = {mask.parent.name for mask in reference}
    patients = sorted(
        (path for path in (shared / "sts" / "landing").glob("*/*") if path.name not in known),
        key=lambda path: path.name,
    )
    pairs += [_converted(path, work / path.name) for path in patients[: REGIONS - len(pairs)]]
    if len(pairs) != REGIONS:
        raise CheckError(f"{shared} holds {len(pairs)} regions of the sarcoma cohort, {REGIONS} are wanted")
    return pairs


def _converted(patient: Path, out: Path) -> Pair:
    convert_folder(patient / "PET", out)
    masks = sorted(out.glob(CONVERTED_MASK))
    if len(masks) != 1:
        raise CheckError(f"{patient} gave {len(masks)} masks, one is wanted; see {out / 'records.json'}")
    key = masks[0].name.partition(".")[0]
    return Pair(f"{patient.name} PET, converted", out / f"{key}.nii.gz", masks[0])


def check_cohort(
    shared: Path,
    jar: Path,
    *,
    settings: Path | None = None,
    tolerance: float = TOLERANCE,
    say: Callable[[str], None],
) -> list[Summary]:
    """Return the comparison of all regions; ``say`` gets a line for each when it is done."""
    found: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="radiomics-check-") as work:
        for pair in cohort_pairs(shared, Path(work)):
            found[pair.name] = check(pair.image, pair.mask, jar, settings=settings, tolerance=tolerance)
            say(f"{pair.name}: {counts([row.verdict for row in found[pair.name]])}")
    return summarise(found)


def summarise(found: Mapping[str, Sequence[Row]]) -> list[Summary]:
    """Return one line a feature over all regions, in the order of the first region's rows.

    :raises CheckError: when a feature is missing from a region: a gap must not count as agreement
    """
    features = {(row.theirs, row.column): None for rows in found.values() for row in rows}
    summaries = []
    for theirs, column in features:
        rows = {
            name: row
            for name, group in found.items()
            for row in group
            if (row.theirs, row.column) == (theirs, column)
        }
        if len(rows) != len(found):
            missing = sorted(set(found) - set(rows))
            raise CheckError(f"{theirs} was not compared in {', '.join(missing)}")
        summaries.append(_summary(rows))
    return summaries


def _summary(rows: Mapping[str, Row]) -> Summary:
    worst = max(rows, key=lambda name: (WORST.index(rows[name].verdict), rows[name].difference or 0.0))
    row = rows[worst]
    agreeing = [one for one in rows.values() if one.verdict is Verdict.AGREES]
    return Summary(
        column=row.column,
        theirs=row.theirs,
        difference=_largest(rows.values()),
        agreeing=_largest(agreeing),
        region=worst if row.column else "",
        agrees_in=len(agreeing),
        verdict=row.verdict,
        why=row.why,
    )


def _largest(rows: Iterable[Row]) -> float | None:
    return max((row.difference for row in rows if row.difference is not None), default=None)


def table(summaries: Sequence[Summary]) -> str:
    """Return the table of the cohort and a line that counts the verdicts."""
    cells = [
        [
            one.column or "-",
            one.theirs,
            str(one.agrees_in) if one.column else "-",
            difference_text(one.agreeing),
            difference_text(one.difference),
            one.region,
            verdict_text(one.verdict, one.why),
        ]
        for one in summaries
    ]
    return f"{columns(cells, HEAD)}\n{counts([one.verdict for one in summaries])}"


def as_json(summaries: Sequence[Summary]) -> str:
    """Return the summaries as a JSON list."""
    return json.dumps([dataclasses.asdict(one) for one in summaries], indent=1)
