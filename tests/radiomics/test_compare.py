"""A difference is named, a conversion applied, a NULL judged by its reason."""

from __future__ import annotations

import math

import pytest

from radiomics_check.compare import Row, Verdict, compare, compare_one, relative_difference
from radiomics_check.correspondence import MATCHES, Divergence, Match
from radiomics_check.errors import CheckError
from tests.radiomics.fakes import THEIRS, measured


def match_of(theirs: str) -> Match:
    return next(match for match in MATCHES if match.theirs == theirs)


def judge(theirs: str, value: float, **ours: float | None) -> Row:
    reasons = {name: "FLAT_REGION" for name, own in ours.items() if own is None}
    return compare_one(match_of(theirs), "3d_avg", measured(ours, reasons), value)


def test_equal_values_agree_and_every_feature_has_a_row():
    rows = compare(measured(), {"3d_avg": THEIRS})
    assert [row.theirs for row in rows] == [match.theirs for match in MATCHES]
    assert {row.verdict for row in rows if row.column} == {Verdict.AGREES}
    assert {row.theirs for row in rows if row.verdict is Verdict.NO_COUNTERPART} == {
        match.theirs for match in MATCHES if match.ours is None
    }


@pytest.mark.parametrize("match", [match for match in MATCHES if match.ours], ids=lambda match: match.theirs)
def test_a_wrong_value_of_any_feature_is_reported(match: Match):
    column = match.column("3d_avg")
    assert column is not None
    right = measured().features[column]
    assert right is not None
    rows = compare(measured({column: right * (1 + 2e-6)}), {"3d_avg": THEIRS})
    assert [row.column for row in rows if row.verdict is Verdict.DIFFERS] == [column]


def test_a_difference_below_the_tolerance_agrees():
    row = judge("glcm_Contrast", 5.0, glcm_contrast_3d_avg=5.0 + 4e-6)
    assert row.verdict is Verdict.AGREES
    assert row.difference == pytest.approx(8e-7, rel=1e-3)


def test_their_kurtosis_minus_three_is_ours():
    assert judge("firstorder_Kurtosis", 2.5, firstorder_kurtosis=-0.5).verdict is Verdict.AGREES
    assert judge("firstorder_Kurtosis", 2.5, firstorder_kurtosis=2.5).verdict is Verdict.DIFFERS


@pytest.mark.parametrize("axis", ["Major", "Minor", "Least"])
def test_an_axis_is_compared_after_the_covariance_is_divided_alike(axis: str):
    column = f"shape_{axis.lower()}_axis_length"
    assert judge(f"shape_{axis}AxisLength", 3.0, **{column: 3 * math.sqrt(10 / 9)}).verdict is Verdict.AGREES
    assert judge(f"shape_{axis}AxisLength", 3.0, **{column: 3.0}).verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("theirs", "column", "stand_in"),
    [
        ("glcm_Correlation", "glcm_correlation_3d_avg", 1.0),
        ("ngtdm_Coarseness", "ngtdm_coarseness_3d", 1e6),
        ("firstorder_Kurtosis", "firstorder_kurtosis", 0.0),
        ("firstorder_Skewness", "firstorder_skewness", 0.0),
    ],
)
def test_a_stand_in_for_the_undefined_differs_by_definition(theirs: str, column: str, stand_in: float):
    row = judge(theirs, stand_in, **{column: None})
    assert row.verdict is Verdict.BY_DEFINITION
    assert row.why == f"undefined (FLAT_REGION); pyradiomics writes {stand_in:g}"
    assert judge(theirs, 0.37, **{column: None}).verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("theirs", "divergence", "verdict"),
    [
        ("shape_SurfaceArea", None, Verdict.DIFFERS),
        ("shape_SurfaceArea", Divergence.OPEN_SURFACE, Verdict.BY_DEFINITION),
        ("shape_SurfaceArea", Divergence.NO_PAIRS, Verdict.DIFFERS),
        ("shape_VoxelVolume", Divergence.OPEN_SURFACE, Verdict.DIFFERS),
        ("glrlm_RunEntropy", Divergence.NO_PAIRS, Verdict.BY_DEFINITION),
        ("glrlm_RunEntropy", Divergence.ISOLATED, Verdict.DIFFERS),
        ("glcm_Contrast", Divergence.ONE_LEVEL, Verdict.DIFFERS),
        ("glcm_Correlation", Divergence.ONE_LEVEL, Verdict.BY_DEFINITION),
        ("ngtdm_Contrast", Divergence.ISOLATED, Verdict.BY_DEFINITION),
        ("gldm_DependenceEntropy", Divergence.ISOLATED, Verdict.DIFFERS),
    ],
)
def test_a_region_in_which_definitions_part_excuses_the_features_it_concerns_only(
    theirs: str, divergence: Divergence | None, verdict: Verdict
):
    match = match_of(theirs)
    ours = measured({str(match.column("3d_avg")): 11.0})
    divergences = {divergence} if divergence else set()
    row = compare_one(match, "3d_avg", ours, 10.0, divergences=divergences)
    assert row.verdict is verdict
    assert (row.why == str(divergence)) is (verdict is Verdict.BY_DEFINITION)
    nothing = compare_one(match, "3d_avg", ours, math.nan, divergences=divergences)
    assert (nothing.verdict, nothing.difference) == (verdict, None)
    same = compare_one(match, "3d_avg", ours, 11.0, divergences=divergences)
    assert same.verdict is Verdict.AGREES


def test_a_null_where_they_have_a_number_differs_with_its_reason():
    row = judge("glcm_Contrast", 5.0, glcm_contrast_3d_avg=None)
    assert row == Row(
        "glcm_contrast_3d_avg", "glcm_Contrast", None, 5.0, None, Verdict.DIFFERS, "ours is NULL: FLAT_REGION"
    )


def test_a_null_where_they_have_none_either_agrees():
    assert judge("glcm_Contrast", math.nan, glcm_contrast_3d_avg=None).verdict is Verdict.AGREES


def test_a_number_where_they_have_none_differs():
    assert judge("glcm_Contrast", math.nan, glcm_contrast_3d_avg=5.0).verdict is Verdict.DIFFERS


def test_what_the_settings_leave_out_is_not_compared():
    rows = compare(measured(classes=["firstorder", "glcm"]), {"3d_avg": THEIRS})
    assert {row.column.partition("_")[0] for row in rows} == {"", "firstorder", "glcm"}


def test_the_second_aggregation_adds_textures_only():
    ours = measured({match.column("25d_avg"): 1.0 for match in MATCHES if match.column("25d_avg")})  # type: ignore[misc]
    theirs = {match.theirs: 1.0 for match in MATCHES if match.family not in ("shape", "firstorder")}
    rows = compare(ours, {"3d_avg": {}, "25d_avg": theirs})
    assert len(rows) == 75
    assert {row.column.rpartition("_")[2] for row in rows if row.column} == {"avg", "25d"}


def test_a_feature_of_pyradiomics_that_is_not_known_stops_the_comparison():
    with pytest.raises(CheckError, match="glcm_New"):
        compare(measured(), {"3d_avg": {"glcm_New": 1.0}})


def test_a_column_the_engine_lacks_stops_the_comparison():
    ours = measured()
    features = {name: value for name, value in ours.features.items() if name != "glcm_contrast_3d_avg"}
    with pytest.raises(CheckError, match="glcm_contrast_3d_avg"):
        compare(type(ours)(ours.settings, features, {}, 10), {"3d_avg": THEIRS})


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [(0, 0, 0), (2, 1, 0.5), (-1, 1, 2), (1e-16, 0, 1e-7), (1e-9, 0, 1), (1e6, 1e6 + 1, 1e-6)],
)
def test_a_difference_is_relative_to_the_larger_and_never_to_less_than_a_billionth(
    one: float, other: float, difference: float
):
    assert relative_difference(one, other) == pytest.approx(difference, rel=1e-5)
