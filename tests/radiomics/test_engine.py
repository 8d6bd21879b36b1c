"""What the engine prints is read as it is meant."""

from __future__ import annotations

import json

import pytest

from radiomics_check.engine import Measured, read_measured
from radiomics_check.errors import CheckError
from tests.radiomics.fakes import printed

ANSWER = {**printed(), "features": {"firstorder_mean": 2, "firstorder_cov": None}}
REASONS = {"firstorder_cov": "ZERO_DENOMINATOR"}


@pytest.mark.parametrize("settings", [{"min_voxels": 2}, '{"min_voxels": 2}'])
def test_settings_features_and_reasons_are_read(settings: object):
    text = json.dumps({**ANSWER, "settings": settings, "null_reasons": REASONS})
    features = {"firstorder_mean": 2.0, "firstorder_cov": None}
    assert read_measured(text) == Measured({"min_voxels": 2}, features, REASONS, 10)


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(CheckError, match="something else"):
        read_measured(json.dumps({**ANSWER, "features": {"firstorder_mean": "much"}}))


def test_a_status_beside_ok_is_read_where_something_was_measured():
    answer = {**ANSWER, "status": "PARTIAL", "reason": "NOT_FINITE"}
    assert read_measured(json.dumps(answer)).features["firstorder_mean"] == 2.0


def test_a_status_beside_ok_with_nothing_measured_is_refused():
    answer = {**ANSWER, "status": "NULL", "reason": "NO_MASK", "features": {"firstorder_mean": None}}
    with pytest.raises(CheckError, match="measured nothing: NULL, NO_MASK"):
        read_measured(json.dumps(answer))
