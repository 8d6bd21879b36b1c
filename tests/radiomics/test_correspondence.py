"""The correspondence is complete both ways: every feature of theirs, every feature of ours."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import pytest

from radiomics_check.correspondence import ALONE, MATCHES, why_alone
from radiomics_check.equal_settings import FAMILIES

DIRECTIONAL = "_3d_avg"


def without_aggregation(row: dict[str, str]) -> str:
    return row["column"].removesuffix(f"_{row['aggregation']}") if row["aggregation"] else row["column"]


def test_each_feature_of_pyradiomics_stands_in_it_once():
    assert len(MATCHES) == 107
    assert [name for name, count in Counter(match.theirs for match in MATCHES).items() if count > 1] == []


def test_pyradiomics_itself_lists_the_same_features():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        radiomics = pytest.importorskip("radiomics", reason="pyradiomics is not installed beside this Python")
        listed = [
            f"{family}_{name}"
            for family, one in radiomics.getFeatureClasses().items()
            for name, deprecated in one.getFeatureNames().items()
            if family != "shape2D" and not deprecated
        ]
        assert sorted(listed) == sorted(match.theirs for match in MATCHES)


def test_no_feature_of_ours_is_matched_twice():
    ours = [match.ours for match in MATCHES if match.ours]
    assert len(ours) == len(set(ours))


def test_a_feature_without_counterpart_says_why():
    assert [match.theirs for match in MATCHES if match.ours is None and not match.note] == []


def test_a_conversion_says_what_it_does():
    assert [match.theirs for match in MATCHES if match.convert and not match.note] == []


def test_every_column_it_names_is_one_of_the_engine(feature_table: list[dict[str, str]]):
    columns = {row["column"] for row in feature_table}
    named = {column for match in MATCHES for tag in ("3d_avg", "25d_avg") if (column := match.column(tag))}
    assert named - columns == set()


def test_every_feature_of_the_engine_is_matched_or_says_why_not(feature_table: list[dict[str, str]]):
    matched = {match.ours for match in MATCHES}
    names = {without_aggregation(row) for row in feature_table}
    assert sorted(name for name in names if name not in matched and why_alone(name) is None) == []


def test_every_reason_for_standing_alone_is_of_a_feature_or_a_class_of_the_engine(
    feature_table: list[dict[str, str]],
):
    names = {without_aggregation(row) for row in feature_table} | {row["class"] for row in feature_table}
    assert sorted(set(ALONE) - names) == []
    assert sorted(set(ALONE) & {match.ours for match in MATCHES}) == []


def test_a_matched_feature_has_no_reason_for_standing_alone():
    assert why_alone("ih_entropy") is None
    assert why_alone("ih_mode") == "pyradiomics gives entropy and uniformity of the histogram only"


@pytest.mark.parametrize(
    ("theirs", "aggregation", "column"),
    [
        ("shape_Sphericity", "3d_avg", "shape_sphericity"),
        ("firstorder_Entropy", "25d_avg", "ih_entropy"),
        ("glcm_Contrast", "3d_avg", "glcm_contrast_3d_avg"),
        ("glrlm_RunEntropy", "25d_avg", "glrlm_run_entropy_25d_avg"),
        ("glszm_ZonePercentage", "3d_avg", "glszm_zone_percentage_3d"),
        ("gldm_DependenceEntropy", "25d_avg", "ngldm_dependence_count_entropy_25d"),
        ("glcm_MCC", "3d_avg", None),
    ],
)
def test_a_column_carries_the_aggregation_its_class_has(theirs: str, aggregation: str, column: Any):
    (match,) = (match for match in MATCHES if match.theirs == theirs)
    assert match.column(aggregation) == column


def test_every_class_that_is_matched_can_be_asked_of_pyradiomics():
    pairs = {(match.ours.partition("_")[0], match.family) for match in MATCHES if match.ours}
    assert dict(pairs) == FAMILIES
