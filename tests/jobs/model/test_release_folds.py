from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.base.errors import JobInputError
from jobs.model.folds import MIN_PER_CLASS, TooFewPatientsError, deal, require_enough

KEYS = st.text("0123456789abcdef", min_size=16, max_size=16)


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[dict[str, int], int]:
    """Labels by patient and a number of folds they are enough for."""
    folds = draw(st.integers(3, 6))
    keys = draw(st.lists(KEYS, unique=True, min_size=4 * folds, max_size=60))
    positives = draw(st.integers(2 * folds, len(keys) - 2 * folds))
    return {key: int(i < positives) for i, key in enumerate(keys)}, folds


def sizes(labels: dict[str, int], dealt: dict[str, int]) -> Counter[tuple[int, int]]:
    return Counter((dealt[patient], label) for patient, label in labels.items())


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_every_patient_is_in_exactly_one_fold_and_classes_are_spread_evenly(
    cohort: tuple[dict[str, int], int],
) -> None:
    labels, folds = cohort
    dealt = deal(labels, folds, {})
    assert dealt.keys() == labels.keys()
    counts = sizes(labels, dealt)
    for label in (0, 1):
        in_folds = [counts[fold, label] for fold in range(folds)]
        assert sum(in_folds) == list(labels.values()).count(label)
        assert max(in_folds) - min(in_folds) <= 1


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.randoms(use_true_random=False))
def test_folds_do_not_depend_on_the_order_of_patients(
    cohort: tuple[dict[str, int], int], random: object
) -> None:
    labels, folds = cohort
    shuffled = list(labels.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deal(dict(shuffled), folds, {}) == deal(labels, folds, {})


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.dictionaries(KEYS, st.integers(0, 1), max_size=30))
def test_new_patients_move_nobody(cohort: tuple[dict[str, int], int], new: dict[str, int]) -> None:
    labels, folds = cohort
    before = deal(labels, folds, {})
    grown = {**new, **labels}
    after = deal(grown, folds, before)
    assert {patient: after[patient] for patient in labels} == before
    assert after.keys() == grown.keys()


def test_all_are_dealt_anew_when_patients_have_gone_and_a_fold_is_too_thin() -> None:
    labels = {f"{i:016x}": i % 2 for i in range(24)}
    before = deal(labels, 3, {})
    left = {p: label for p, label in labels.items() if not (label == 1 and before[p] == 0)}
    after = deal(left, 3, before)
    assert after == deal(left, 3, {})
    assert min(sizes(left, after).values()) >= MIN_PER_CLASS


def test_a_cohort_that_is_just_enough_is_accepted() -> None:
    require_enough({str(i): i % 2 for i in range(20)}, 5)


def test_too_few_patients_of_one_class_are_refused_with_the_numbers_and_what_would_do() -> None:
    with pytest.raises(TooFewPatientsError) as caught:
        require_enough({str(i): int(i < 9) for i in range(40)}, 5)
    assert "9 with label 1 and 31 with label 0" in caught.value.error
    assert "at least 10 of each" in caught.value.error
    assert caught.value.remedy.endswith("or use 4 folds")


def test_two_folds_are_refused() -> None:
    with pytest.raises(JobInputError, match="at least 3 folds"):
        require_enough({str(i): i % 2 for i in range(40)}, 2)
