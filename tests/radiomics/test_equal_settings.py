"""Equal settings, or a refusal with its reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from radiomics_check.equal_settings import aggregations, equal_settings, families
from radiomics_check.errors import RefusalError
from radiomics_check.region import Region
from tests.radiomics.fakes import SETTINGS

INTENSITIES = np.array([-40.0, -12.0, 60.0])
ALWAYS = {"additionalInfo": False, "label": 1, "symmetricalGLCM": True}


def equal(**changed: Any) -> dict[str, Any]:
    return equal_settings({**SETTINGS, **changed}, INTENSITIES)


def test_a_fixed_bin_number_is_their_bin_count():
    assert equal() == ALWAYS | {"binCount": 32}


@pytest.mark.parametrize("origin", [-50, -50.0])
def test_a_fixed_bin_size_is_their_bin_width_where_both_begin_at_one_place(origin: float):
    found = equal(discretisation={"method": "fbs", "width": 25, "origin": origin})
    assert found == ALWAYS | {"binWidth": 25}


@pytest.mark.parametrize("origin", [-1000, -75, -25, -40])
def test_a_fixed_bin_size_that_begins_elsewhere_is_refused(origin: float):
    with pytest.raises(RefusalError, match=r"begins its bins at -50.* give that origin"):
        equal(discretisation={"method": "fbs", "width": 25, "origin": origin})


def test_levels_as_they_are_need_a_minimum_of_one():
    settings = {**SETTINGS, "discretisation": {"method": "none"}}
    assert equal_settings(settings, np.array([1.0, 6.0]))["binWidth"] == 1
    for intensities in (np.array([2.0, 6.0]), np.array([1.0, 2.5])):
        with pytest.raises(RefusalError, match="discretisation none"):
            equal_settings(settings, intensities)


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_interpolation_is_refused(interpolation: str):
    with pytest.raises(RefusalError, match="aligns the resampled grid"):
        equal(interpolation=interpolation)


def test_rounding_is_refused():
    with pytest.raises(RefusalError, match="does not round"):
        equal(round_intensities=True)


def test_a_flat_region_is_refused_where_levels_are_asked_for():
    flat = np.array([3.0, 3.0])
    with pytest.raises(RefusalError, match="middle bin"):
        equal_settings(SETTINGS, flat)
    assert equal_settings({**SETTINGS, "classes": ["shape", "firstorder"]}, flat) == ALWAYS


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"resegment_range": [-1000, 400]}, {"resegmentRange": [-1000, 400], "resegmentMode": "absolute"}),
        ({"resegment_range": [None, 4]}, {"resegmentRange": [-np.inf, 4], "resegmentMode": "absolute"}),
        ({"resegment_range": [4, None]}, {"resegmentRange": [4, np.inf], "resegmentMode": "absolute"}),
        ({"resegment_sigma": 3}, {"resegmentRange": [-3, 3], "resegmentMode": "sigma"}),
        ({"resegment_range": [None, None]}, {}),
    ],
)
def test_a_resegmentation_is_given_on(asked: dict[str, Any], given: dict[str, Any]):
    assert equal(**asked) == ALWAYS | {"binCount": 32} | given


def test_two_resegmentations_are_refused():
    with pytest.raises(RefusalError, match="one of the two"):
        equal(resegment_range=[0, 1], resegment_sigma=3)


def test_aggregations_that_pyradiomics_lacks_are_left_out_and_refused_when_alone():
    assert aggregations({"aggregations": ["2d_mrg", "25d_avg", "3d_avg"]}) == ["25d_avg", "3d_avg"]
    with pytest.raises(RefusalError, match="3d_avg and 25d_avg only"):
        aggregations({"aggregations": ["3d_mrg"]})


def test_only_classes_asked_for_are_asked_of_pyradiomics():
    assert families({"classes": ["ih", "firstorder", "gldzm", "ngldm"]}) == ["firstorder", "gldm"]


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({}, [1, 2, 3, 4, 100]),
        ({"resegment_range": [2, 4]}, [2, 3, 4]),
        ({"resegment_range": [2, None]}, [2, 3, 4, 100]),
        ({"resegment_range": [None, 4]}, [1, 2, 3, 4]),
        ({"resegment_sigma": 1.5}, [1, 2, 3, 4]),
    ],
)
def test_the_minimum_is_taken_after_the_resegmentation(settings: dict[str, Any], left: list[float]):
    values = np.array([[[1.0, 2, 3, 4, 100, -7]]])
    region = Region(values, values > 0, (1, 1, 1))
    assert region.values[region.resegmented(settings)].tolist() == left


def test_a_resegmentation_that_leaves_nothing_is_refused():
    values = np.ones((2, 2, 2))
    with pytest.raises(RefusalError, match="no voxel"):
        Region(values, values > 0, (1, 1, 1)).resegmented({"resegment_range": [5, 6]})
