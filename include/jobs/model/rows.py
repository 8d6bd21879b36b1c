"""Which rows of image_features a model is trained on, and where all the others went.

The rule: one row a patient. Of the rows of the chosen modality (and region, when one is named) that have
features, belong to a patient with label 0 or 1 and were measured with today's settings of the modality
(features of other settings are other quantities under the same name): the latest scan date, then the largest
region (ml, from mri_scans), then the first by series key and region. Every row is counted under exactly one
heading.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobs.model.folds import TooFewPatientsError

RULE = (
    "one row a patient, all of one settings_hash: latest scan date with features, then largest region, then"
    " first by series and region"
)
DEFAULT = "default"
Labels = Mapping[str, int | None]
Hashes = Mapping[str, str]


@dataclass(frozen=True)
class FeatureRow:
    """What the choice needs of one row of image_features; `features` are the names of those with a value."""

    patient_key: str
    scan_date: str
    series_key: str
    modality: str
    region: str
    image_sha256: str
    mask_sha256: str
    settings_hash: str
    reason: str | None  # why it has no features; None: it has
    volume_ml: float
    simulated: bool
    features: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """The rows used (by patient), all of one settings_hash, and how every row and patient was counted."""

    modality: str
    settings_hash: str
    used: tuple[FeatureRow, ...]
    counts: dict[str, int | dict[str, int]]


def settings_hash_of(hashes: Hashes, modality: str) -> str:
    """Return the hash of the settings that a modality is measured with today."""
    return hashes[modality] if modality in hashes else hashes[DEFAULT]


def choose_modality(rows: Sequence[FeatureRow], labels: Labels, hashes: Hashes) -> str:
    """Name the modality with usable features of the most labelled patients (first by name among equals)."""
    patients: dict[str, set[str]] = defaultdict(set)
    other_settings: set[str] = set()
    for row in rows:
        if row.reason is not None or labels.get(row.patient_key) is None:
            continue
        if row.settings_hash == settings_hash_of(hashes, row.modality):
            patients[row.modality].add(row.patient_key)
        else:
            other_settings.add(row.patient_key)
    if not patients and other_settings:
        raise TooFewPatientsError(
            f"the features of all {len(other_settings)} labelled patients were measured with other settings"
            " than today's",
            measure_again(rows, hashes),
        )
    if not patients:
        raise TooFewPatientsError(
            "no patient has both features and a label",
            "check that the labels file names the PatientID of the images, and that scan dates were ingested",
        )
    return min(patients, key=lambda name: (-len(patients[name]), name))


def measure_again(rows: Iterable[FeatureRow], hashes: Hashes) -> str:
    """Return what to do about rows of other settings; empty where there are none."""
    dates = {row.scan_date for row in rows if row.settings_hash != settings_hash_of(hashes, row.modality)}
    if not dates:
        return ""
    return (
        f"run {len(dates)} scan dates again: airflow backfill create --dag-id scan_intake"
        f" --from-date {min(dates)} --to-date {max(dates)} --reprocess-behavior completed"
    )


def choose(
    rows: Sequence[FeatureRow], labels: Labels, modality: str | None, region: str | None, hashes: Hashes
) -> Choice:
    """Apply the rule; the headings of `counts` add up to the rows given.

    :param hashes: settings_hash of today by modality, `default` for those without one
    """
    chosen = modality or choose_modality(rows, labels, hashes)
    current = settings_hash_of(hashes, chosen)
    best: dict[str, FeatureRow] = {}
    headings: Counter[str] = Counter()
    null_reasons: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: (row.series_key, row.region)):
        heading = _heading(row, labels, chosen, region, current)
        headings[heading] += 1
        if heading == "rows_null":
            null_reasons[row.reason or ""] += 1
        if heading == "rows_usable":  # max keeps the first of equals
            best[row.patient_key] = max(best.get(row.patient_key, row), row, key=_preference)
    usable = headings.pop("rows_usable", 0)
    headings.update(rows_used=len(best), rows_not_preferred=usable - len(best))
    if headings.total() != len(rows):
        raise AssertionError(f"{len(rows)} rows came in, {headings.total()} were counted")
    counts: dict[str, int | dict[str, int]] = {"rows": len(rows), **dict(sorted(headings.items()))}
    counts["null_reasons"] = dict(sorted(null_reasons.items()))
    counts.update(_patients(rows, labels, best))
    counts["patients_other_settings"] = _only_other_settings(rows, labels, best, (chosen, region, current))
    return Choice(chosen, current, tuple(best[patient] for patient in sorted(best)), counts)


def _heading(row: FeatureRow, labels: Labels, modality: str, region: str | None, current: str) -> str:
    if row.modality != modality:
        return "rows_other_modality"
    if region is not None and row.region != region:
        return "rows_other_region"
    if row.settings_hash != current:
        return "rows_other_settings"
    if row.reason is not None:
        return "rows_null"
    if row.patient_key not in labels:
        return "rows_unlabelled"
    return "rows_pending" if labels[row.patient_key] is None else "rows_usable"


def _only_other_settings(
    rows: Iterable[FeatureRow],
    labels: Labels,
    best: Mapping[str, FeatureRow],
    chosen: tuple[str, str | None, str],
) -> int:
    """Count the labelled patients whose only rows to learn from were measured with other settings."""
    return len(
        {
            row.patient_key
            for row in rows
            if _heading(row, labels, *chosen) == "rows_other_settings"
            and row.reason is None
            and labels.get(row.patient_key) is not None
        }
        - best.keys()
    )


def _preference(row: FeatureRow) -> tuple[str, float]:
    return (row.scan_date, row.volume_ml)


def _patients(
    rows: Sequence[FeatureRow], labels: Labels, best: Mapping[str, FeatureRow]
) -> dict[str, int | dict[str, int]]:
    seen = {row.patient_key for row in rows}
    labelled = {patient for patient in seen if labels.get(patient) is not None}
    pending = {patient for patient in seen & labels.keys() if labels[patient] is None}
    known = {patient for patient, label in labels.items() if label is not None}
    return {
        "patients": len(seen),
        "patients_labelled": len(labelled),
        "patients_pending": len(pending),
        "patients_unlabelled": len(seen - labels.keys()),
        "patients_used": len(best),
        "patients_labelled_not_used": len(labelled) - len(best),
        "patients_labelled_without_features": len(known - seen),
        "patients_simulated": sum(row.simulated for row in best.values()),
    }
