"""Over many regions the worst one counts, and none may be missing."""

from __future__ import annotations

import pytest

from radiomics_check.cohort import Summary, summarise, table
from radiomics_check.compare import Row, Verdict
from radiomics_check.errors import CheckError


def row(difference: float | None, verdict: Verdict = Verdict.AGREES, why: str = "") -> Row:
    return Row("glcm_contrast_3d_avg", "glcm_Contrast", 1.0, 1.0, difference, verdict, why)


def summary(*rows: Row) -> Summary:
    (found,) = summarise({f"region {number}": [one] for number, one in enumerate(rows, start=1)})
    return found


def test_the_largest_difference_and_its_region_are_kept():
    assert summary(row(1e-9), row(3e-8), row(2e-8)) == Summary(
        "glcm_contrast_3d_avg", "glcm_Contrast", 3e-8, 3e-8, "region 2", 3, Verdict.AGREES, ""
    )


def test_one_region_that_differs_makes_the_feature_differ():
    found = summary(row(1e-9), row(None, Verdict.DIFFERS, "ours is NULL: FLAT_REGION"), row(2e-8))
    assert (found.verdict, found.region, found.why) == (
        Verdict.DIFFERS,
        "region 2",
        "ours is NULL: FLAT_REGION",
    )


def test_a_difference_by_definition_counts_over_agreement():
    assert summary(row(1e-9), row(None, Verdict.BY_DEFINITION, "undefined")).verdict is Verdict.BY_DEFINITION


def test_regions_that_agree_are_counted_beside_those_that_do_not():
    found = summary(row(1e-9), row(2e-3, Verdict.BY_DEFINITION, "open"), row(3e-8))
    assert (found.agrees_in, found.agreeing, found.difference, found.region) == (2, 3e-8, 2e-3, "region 2")


def test_a_feature_that_a_region_lacks_is_refused():
    with pytest.raises(CheckError, match="not compared in region 2"):
        summarise({"region 1": [row(0.0)], "region 2": []})


def test_the_table_counts_its_features():
    assert table([summary(row(3e-8))]).splitlines()[-1] == "1 features of pyradiomics: 1 agrees"
