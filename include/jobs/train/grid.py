"""The grid of one training, as Spark tasks: first every (held-out fold, C), then every fold with its best C.

Each task is a row of a small DataFrame; the data go to the executors once, as a broadcast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from jobs.train.core import (
    ALL_PATIENTS,
    STRENGTHS,
    Floats,
    Selected,
    TrainingSet,
    held_out_scores,
    inner_loss,
    select,
)

TASK = "held_out int, strength double"  # the columns of a task, as DDL
Batches = Iterator[pd.DataFrame]
Mapper = Callable[[Batches], Batches]
# Runs a mapper over rows of tasks: (rows, their columns, mapper, columns of the result as DDL) -> the result.
Spread = Callable[[list[tuple[Any, ...]], str, Callable[[TrainingSet], Mapper], str], pd.DataFrame]


def selection_mapper(data: TrainingSet) -> Mapper:
    """Return the mapper from (held_out, strength) to (held_out, strength, loss)."""

    def select(batches: Batches) -> Batches:
        for batch in batches:
            losses = [inner_loss(data, int(t.held_out), float(t.strength)) for t in batch.itertuples()]
            yield batch.assign(loss=losses)

    return select


def scoring_mapper(data: TrainingSet) -> Mapper:
    """Return the mapper from (held_out, strength) to (patient, fold, score), one row a held-out patient."""

    def score(batches: Batches) -> Batches:
        for batch in batches:
            for task in batch.itertuples():
                held_out = int(task.held_out)
                chosen = np.flatnonzero(data.fold == held_out)
                yield pd.DataFrame(
                    {
                        "patient": [data.patients[i] for i in chosen],
                        "fold": held_out,
                        "score": held_out_scores(data, held_out, float(task.strength)),
                    }
                )

    return score


def select_strengths(spread: Spread, folds: int) -> dict[int, Selected]:
    """Return the best C for every held-out fold, and for the final model under `ALL_PATIENTS`."""
    held_out = [*range(folds), ALL_PATIENTS]
    tasks = [(fold, strength) for fold in held_out for strength in STRENGTHS]
    found = spread(tasks, TASK, selection_mapper, f"{TASK}, loss double")
    losses: dict[int, dict[float, float]] = defaultdict(dict)
    for row in found.itertuples():
        losses[int(row.held_out)][float(row.strength)] = float(row.loss)
    if sum(len(of_fold) for of_fold in losses.values()) != len(tasks):
        raise AssertionError(f"{len(tasks)} tasks of the grid gave {len(found)} results")
    return {fold: select(losses[fold]) for fold in held_out}


def score_all(spread: Spread, data: TrainingSet, strengths: dict[int, float]) -> Floats:
    """Return the scores in the order of `data`, each by a model that has not seen the patient."""
    tasks = [(fold, strengths[fold]) for fold in range(data.folds)]
    found = spread(
        tasks, "held_out int, strength double", scoring_mapper, "patient string, fold int, score double"
    )
    fold_of = dict(zip(data.patients, data.fold.tolist(), strict=True))
    _demand_each_once(found["patient"], data.patients)
    if any(fold_of[row.patient] != row.fold for row in found.itertuples()):
        raise AssertionError("a patient was scored in a fold that is not the patient's own")
    score_of = dict(zip(found["patient"], found["score"], strict=True))
    return np.array([score_of[patient] for patient in data.patients], dtype=np.float64)


def _demand_each_once(scored: Iterable[str], patients: Iterable[str]) -> None:
    if sorted(scored) != sorted(patients):
        raise AssertionError("the held-out folds do not score every patient exactly once")
