from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from jobs.train import core as train_core
from jobs.train.core import ALL_PATIENTS, TrainingSet


def training_set(n: int = 60, folds: int = 5, effect: float = 2.0) -> TrainingSet:
    """Every third patient is positive; the first feature follows the label, some values are missing."""
    rng = np.random.default_rng(7)
    y = (np.arange(n) % 3 == 0).astype(np.int64)
    x = rng.normal(size=(n, 3))
    x[:, 0] += effect * y
    x[::7, 1] = np.nan
    patients = tuple(f"p{i:03}" for i in range(n))
    return TrainingSet(patients, ("a", "b", "c"), x, y, (np.arange(n) // 3 % folds).astype(np.int64))


def test_a_feature_that_follows_the_outcome_is_learnt_and_noise_is_not() -> None:
    def pooled_auc(data: TrainingSet) -> float:
        scores = np.empty(len(data.y))
        for fold in range(5):
            scores[data.fold == fold] = train_core.held_out_scores(data, fold, 1.0)
        return float(roc_auc_score(data.y, scores))

    assert pooled_auc(training_set()) > 0.85
    assert 0.2 < pooled_auc(training_set(effect=0.0)) < 0.7


def test_the_label_and_the_features_of_the_held_out_fold_change_nothing_of_its_fit() -> None:
    data = training_set()
    held = data.fold == 2
    flipped = replace(data, y=np.where(held, 1 - data.y, data.y))
    assert np.array_equal(
        train_core.held_out_scores(flipped, 2, 1.0), train_core.held_out_scores(data, 2, 1.0)
    )
    assert train_core.inner_loss(flipped, 2, 1.0) == train_core.inner_loss(data, 2, 1.0)
    # absurd features of one held-out patient move no other score: they are in no median, scale or fit
    first = int(np.flatnonzero(held)[0])
    x = data.x.copy()
    x[first] = 1e6
    moved = replace(data, x=x)
    assert np.array_equal(
        train_core.held_out_scores(moved, 2, 1.0)[1:], train_core.held_out_scores(data, 2, 1.0)[1:]
    )
    assert train_core.inner_loss(moved, 2, 1.0) == train_core.inner_loss(data, 2, 1.0)


def test_the_final_model_is_selected_over_all_folds() -> None:
    data = training_set()
    flipped = replace(data, y=np.where(data.fold == 2, 1 - data.y, data.y))
    assert train_core.inner_loss(flipped, ALL_PATIENTS, 1.0) != train_core.inner_loss(data, ALL_PATIENTS, 1.0)


def test_scores_are_the_same_every_time() -> None:
    first = train_core.held_out_scores(training_set(), 0, 0.1)
    assert first.tobytes() == train_core.held_out_scores(training_set(), 0, 0.1).tobytes()


def test_of_equal_losses_the_most_regularised_model_is_taken() -> None:
    assert train_core.select({10.0: 0.5, 0.1: 0.5 + 1e-12, 1.0: 0.5, 0.01: 0.6}) == (0.1, 0.5)
    assert train_core.select({10.0: 0.4, 0.1: 0.5}) == (10.0, 0.4)


def test_a_feature_without_any_value_in_training_does_no_harm() -> None:
    data = training_set()
    x = data.x.copy()
    x[data.fold != 0, 2] = np.nan
    assert np.isfinite(train_core.held_out_scores(replace(data, x=x), 0, 1.0)).all()


def test_features_that_do_not_vary_add_nothing_whatever_their_size() -> None:
    data = training_set()
    flat = np.full((60, 4), [0.0, 7.123456789e15, 5e-324, np.nan])
    flat[1:, 2] = np.nan  # one value only: its median stands in for all others
    nearly = 0.1 + 1e-17 * np.arange(60)[:, None]
    names = tuple(f"f{n}" for n in range(8))
    wide = replace(data, x=np.hstack([data.x, flat, nearly]), names=names)
    assert train_core.held_out_scores(wide, 0, 1.0) == pytest.approx(train_core.held_out_scores(data, 0, 1.0))


@pytest.mark.filterwarnings("error")
def test_many_times_more_features_than_patients_of_all_magnitudes_give_finite_scores() -> None:
    data = training_set()
    rng = np.random.default_rng(1)
    x = data.x @ rng.normal(size=(3, 482)) * 10.0 ** rng.integers(-12, 14, size=482)
    wide = replace(data, x=x, names=tuple(f"f{n}" for n in range(482)))
    scores = train_core.held_out_scores(wide, 0, 10.0)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert np.isfinite(train_core.inner_loss(wide, 0, 0.001))


def test_a_patient_is_positive_from_the_share_of_positives_the_fold_was_trained_on() -> None:
    data = TrainingSet(
        ("a", "b", "c", "d", "e", "f"),
        ("x",),
        np.zeros((6, 1)),
        np.array([1, 0, 1, 0, 0, 0]),
        np.array([0, 0, 1, 1, 2, 2]),
    )
    # shares of the others: fold 0 and 1: 1/4, fold 2: 1/2
    scores = np.array([0.25, 0.24, 0.3, 0.2, 0.49, 0.5])
    assert train_core.predictions(data, scores).tolist() == [1, 0, 1, 0, 0, 1]


def test_a_sound_training_set_passes_the_check() -> None:
    train_core.check(training_set(), 5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"patients": ("p000",) * 60}, "60 rows belong to 1 patients"),
        ({"fold": np.zeros(60, dtype=np.int64)}, "folds are \\[0\\], not 0 to 4"),
        ({"y": np.zeros(60, dtype=np.int64)}, "fold 0 has patients of one class only"),
        ({"x": np.zeros((59, 3))}, "60 patients, features \\(59, 3\\)"),
    ],
)
def test_a_patient_in_two_folds_and_other_breaches_stop_the_training(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        train_core.check(replace(training_set(), **changes), 5)  # type: ignore[arg-type]
