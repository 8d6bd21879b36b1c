"""The figures of the scaling benchmark are what they are called."""

from __future__ import annotations

import pytest

from benchmarks.radiomics_engine import warming
from benchmarks.radiomics_scaling import Point, ball, exponent


@pytest.mark.parametrize("power", [0.5, 1.0, 1.3])
def test_the_exponent_is_that_of_the_power_law(power: float):
    points = [Point(voxels, 3 * voxels**power, voxels, []) for voxels in (1_000, 10_000, 1_000_000)]
    assert exponent(points, "wall_ms") == pytest.approx(power)
    assert exponent(points, "cpu_ms") == pytest.approx(1)


@pytest.mark.parametrize("voxels", [1_000, 10_000, 100_000])
def test_a_ball_has_about_the_voxels_asked_for_and_a_margin(voxels: int):
    values, inside = ball(voxels)
    assert int(inside.sum()) == pytest.approx(voxels, rel=0.03)
    assert values.shape == inside.shape
    assert not any(inside.take([0, -1], axis).any() for axis in range(3))
    assert values[inside > 0].std() > 0


def test_small_regions_are_measured_more_often_before_they_are_timed():
    assert [warming(voxels) for voxels in (1_000, 100_000, 10_000_000)] == [500, 40, 2]
