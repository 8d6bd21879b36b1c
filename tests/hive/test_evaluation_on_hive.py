"""Stage 5 on the real engine: the metrics of HiveQL against those counted pair by pair."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from jobs.base import schemas
from tests.hive.conftest import Lake, Row

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
OUTCOME = "lung_metastasis"
DAY = "2026-11-21"
BUILD = "00000000000000bb"
VERSIONS = ("20261121T103000-ab12cd34", "20261121T160000-ef56ab78")
OTHER_DAY = "20261120T103000-ab12cd34"
METRICS = [field.name for field in schemas.MODEL_METRICS]


def cohort(seed: int) -> list[Row]:
    """Sixty patients in five folds, coarse scores so that many are equal; some without an outcome yet."""
    chance = random.Random(seed)
    rows = []
    for i in range(60):
        label = None if i % 20 == 19 else int(chance.random() < 0.4)
        score = round(min(1.0, max(0.0, 0.3 + 0.25 * (label or 0) + chance.gauss(0, 0.25))), 1)
        # two MR patients, both negative: their slice has no positives
        modality = "MR" if i in (3, 7) else "PT"
        known = 0 if modality == "MR" else label
        row = {"key": f"p{i:02d}", "label": known, "score": score, "fold": i % 5, "modality": modality}
        rows.append(row)
    return rows


def predictions(patients: list[Row]) -> list[Row]:
    """One row a patient, but two, of mean 0.5 apart, for the first."""
    rows = []
    for p in patients:
        shifts = (-0.05, 0.05) if p["key"] == "p00" else (0.0,)
        rows += [
            {"patient_key": p["key"], "series_key": f"s{p['key']}{shift}", "scan_date_": "2005-01-01",
             "modality": p["modality"], "region": "gtv", "fold": p["fold"], "score": p["score"] + shift,
             "predicted": int(p["score"] >= 0.5)}
            for shift in shifts
        ]  # fmt: skip
    return rows


def auc(patients: list[Row]) -> float | None:
    positive = [p["score"] for p in patients if p["label"] == 1]
    negative = [p["score"] for p in patients if p["label"] == 0]
    pairs = [(a > b) + (a == b) / 2 for a in positive for b in negative]
    return sum(pairs) / len(pairs) if pairs else None


def mean(values: list[float]) -> float:
    return statistics.mean(values) if values else math.nan


def spread(values: list[float]) -> float | None:
    return statistics.stdev(values) if len(values) > 1 else None


def agrees(found: float | None, wanted: float | None) -> bool:
    if wanted is None or math.isnan(wanted):
        return found is None
    if found is None:
        return False
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)


def expected(version: str, name: str, patients: list[Row]) -> Row:
    """The metrics of a slice, from their definitions."""
    folds = [[p for p in patients if p["fold"] == fold] for fold in sorted({p["fold"] for p in patients})]

    def right(p: Row) -> float:
        return float((p["score"] >= 0.5) == (p["label"] == 1))

    values = (
        "metastasis", version, name, len(patients), sum(p["label"] for p in patients), len(folds),
        mean([mean([right(p) for p in fold]) for fold in folds]),
        spread([mean([right(p) for p in fold]) for fold in folds]),
        mean([right(p) for p in patients if p["label"] == 1]),
        mean([right(p) for p in patients if p["label"] == 0]),
        auc(patients),
        spread([value for fold in folds if (value := auc(fold)) is not None]),
        mean([(p["score"] - p["label"]) ** 2 for p in patients]),
    )  # fmt: skip
    return dict(zip(METRICS, values, strict=True))


@pytest.fixture(scope="module")
def evaluated(lake: Lake) -> list[Row]:
    """Rows that evaluate.sql wrote for a day with two versions."""
    first = cohort(1)
    labels = [{"patient_key": p["key"], "label": p["label"]} for p in first]
    lake.put(f"ground_truth/outcome={OUTCOME}/labels.parquet", labels, schemas.GROUND_TRUTH)
    other = [{"patient_key": p["key"], "label": 1} for p in first]
    lake.put("ground_truth/outcome=other/labels.parquet", other, schemas.GROUND_TRUTH)
    for outcome in (OUTCOME, "other"):
        lake.script("register_labels.sql", outcome=outcome)
    for version, seed in ((VERSIONS[0], 1), (VERSIONS[1], 2), (OTHER_DAY, 3)):
        path = f"model_predictions/model_version={version}/predictions.parquet"
        lake.put(path, predictions(with_labels(cohort(seed), first)), schemas.MODEL_PREDICTIONS)
        lake.script("register_predictions.sql", model_version=version)
    for _ in range(2):
        lake.script("evaluate.sql", metric_date=DAY, build=BUILD, outcome=OUTCOME, model_name="metastasis")
    return lake.sql(f"SELECT * FROM {lake.database}.model_metrics_build WHERE build = '{BUILD}'")


def with_labels(scored: list[Row], truth: list[Row]) -> list[Row]:
    labels = {p["key"]: p["label"] for p in truth}
    return [{**p, "label": labels[p["key"]]} for p in scored]


def test_every_metric_is_the_one_counted_pair_by_pair(evaluated: list[Row]) -> None:
    found = {(row["model_version"], row["slice"]): row for row in evaluated}
    assert len(found) == len(evaluated) == 6
    for version, seed in zip(VERSIONS, (1, 2), strict=True):
        patients = [p for p in with_labels(cohort(seed), cohort(1)) if p["label"] is not None]
        for name in ("all", "PT", "MR"):
            own = [p for p in patients if name in ("all", p["modality"])]
            wanted = expected(version, name, own)
            row = found[version, name]
            assert [row[key] for key in METRICS[:3]] == [wanted[key] for key in METRICS[:3]]
            for key in METRICS[3:]:
                assert agrees(row[key], wanted[key]), (version, name, key, row[key], wanted[key])


def test_the_scores_of_the_test_have_ties_between_classes() -> None:
    patients = cohort(1)
    positive = {p["score"] for p in patients if p["label"] == 1}
    assert positive & {p["score"] for p in patients if p["label"] == 0}


def test_a_metric_that_is_not_defined_is_null_and_not_zero(evaluated: list[Row]) -> None:
    row = next(row for row in evaluated if row["slice"] == "MR")
    assert (row["positives"], row["sensitivity"], row["auc"], row["auc_stddev"]) == (0, None, None, None)
    assert row["specificity"] is not None


def test_committed_metrics_are_read_back_by_version(lake: Lake, evaluated: list[Row]) -> None:
    rows = [{key: row[key] for key in METRICS} for row in evaluated]
    lake.put(f"model_metrics/metric_date={DAY}/metrics.parquet", rows, schemas.MODEL_METRICS)
    lake.script("register_metrics.sql", metric_date=DAY)
    read = lake.sql(
        f"SELECT {', '.join(METRICS)} FROM {lake.database}.model_metrics"
        f" WHERE metric_date = '{DAY}' AND model_version = '{VERSIONS[0]}' ORDER BY slice"
    )
    wanted = sorted(
        (row for row in rows if row["model_version"] == VERSIONS[0]), key=lambda row: row["slice"]
    )
    assert read == wanted


def test_a_day_without_a_version_gives_no_rows(lake: Lake, evaluated: list[Row]) -> None:
    lake.script("evaluate.sql", metric_date="2026-11-22", build=BUILD, outcome=OUTCOME, model_name="m")
    query = f"SELECT COUNT(*) AS n FROM {lake.database}.model_metrics_build WHERE metric_date = '2026-11-22'"
    assert lake.sql(query) == [{"n": 0}]


def test_the_ledger_is_registered_by_day(lake: Lake) -> None:
    run = {"dag_id": "scan_intake", "stage": 1, "seconds": 1.5, "status": "success"}
    lake.put(f"stage_runs/run_date={DAY}/a.parquet", [run], schemas.STAGE_RUNS)
    lake.script("register_runs.sql", run_date=DAY)
    assert lake.sql(f"SELECT stage, seconds FROM {lake.database}.stage_runs") == [
        {"stage": 1, "seconds": 1.5}
    ]
