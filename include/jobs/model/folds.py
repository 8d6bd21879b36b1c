"""Which patient is held out in which fold: by keyed hash, stratified, and stable as data grows.

A patient who had a fold in the last release keeps it. New patients are dealt, class by class and in the
order of a salted hash of their key (which is a keyed hash already), to the fold that has the fewest of that
class. A fold by `hash mod k` alone would be as stable, but leaves a fold without a positive in 2 of 5
cohorts with 10 of them. Only when patients have gone and a fold has become too thin are all dealt anew.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from jobs.base.errors import JobInputError

MIN_PER_CLASS = 2  # in every fold, so that each held-out fold has an AUC and each training fold both classes
MIN_FOLDS = 3  # with 2 the inner selection would have one training fold only, and none to compare with
SALT = "nightscan-folds-1"


class TooFewPatientsError(JobInputError):
    """There are not yet enough patients with features and a label."""


def require_enough(labels: Mapping[str, int], folds: int) -> None:
    """Refuse a cohort that cannot give every fold `MIN_PER_CLASS` patients of each class."""
    if folds < MIN_FOLDS:
        raise JobInputError(f"{folds} folds are too few", f"use at least {MIN_FOLDS} folds")
    needed = MIN_PER_CLASS * folds
    have = Counter(labels.values())
    if min(have[0], have[1]) < needed:
        possible = min(have[0], have[1]) // MIN_PER_CLASS
        fewer = f", or use {possible} folds" if possible >= MIN_FOLDS else ""
        raise TooFewPatientsError(
            f"too few patients for {folds} folds: {have[1]} with label 1 and {have[0]} with label 0 have "
            f"usable features, at least {needed} of each are needed",
            f"ingest more scan dates, or complete the labels{fewer}",
        )


def deal(labels: Mapping[str, int], folds: int, previous: Mapping[str, int]) -> dict[str, int]:
    """Give every patient one fold.

    :param labels: patient key -> 0 or 1
    :param folds: how many folds
    :param previous: folds of the last release with the same number of folds; others are not accepted here
    """
    dealt = _deal(labels, folds, previous)
    sizes = Counter((dealt[patient], label) for patient, label in labels.items())
    if all(sizes[fold, label] >= MIN_PER_CLASS for fold in range(folds) for label in (0, 1)):
        return dealt
    return _deal(labels, folds, {})


def _deal(labels: Mapping[str, int], folds: int, previous: Mapping[str, int]) -> dict[str, int]:
    dealt = {patient: previous[patient] for patient in labels if patient in previous}
    by_class = Counter((fold, labels[patient]) for patient, fold in dealt.items())
    total = Counter(dealt.values())
    for patient in sorted(labels.keys() - dealt.keys(), key=lambda key: (labels[key], _order(key))):
        label = labels[patient]
        fold = min(range(folds), key=lambda f: (by_class[f, label], total[f], f))
        dealt[patient] = fold
        by_class[fold, label] += 1
        total[fold] += 1
    return dict(sorted(dealt.items()))


def _order(patient: str) -> str:
    return hashlib.sha256(f"{SALT}:{patient}".encode()).hexdigest()
