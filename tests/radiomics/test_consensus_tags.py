"""Every feature of the engine has a tag of IBSI's consensus table, and every tag a feature."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from radiomics_check.consensus_tags import tags
from radiomics_check.phantom import read_consensus

TAGS = 482


def shared_phantom() -> Path:
    folder = os.environ.get("NIGHTSCAN_SHARED_DATA")
    if not folder:
        pytest.skip("NIGHTSCAN_SHARED_DATA names no folder, so there is no digital phantom")
    return Path(folder) / "ibsi1_digital_phantom"


def test_the_columns_with_a_tag_are_the_columns_of_the_engine(feature_table: list[dict[str, str]]):
    assert set(tags()) == {row["column"] for row in feature_table}


def test_no_two_columns_have_one_tag():
    assert len(tags()) == len(set(tags().values())) == TAGS


def test_the_tags_are_those_of_the_published_table():
    assert set(tags().values()) == set(read_consensus(shared_phantom() / "consensus_values.csv"))


@pytest.mark.parametrize(
    ("column", "tag"),
    [
        ("shape_volume_mesh", "morph_volume"),
        ("firstorder_kurtosis", "stat_kurt"),
        ("glcm_joint_maximum_3d_mrg", "cm_joint_max_3D_comb"),
        ("glrlm_short_run_low_grey_level_emphasis_25d_avg", "rlm_srlge_2_5D_avg"),
        ("glszm_large_zone_high_grey_level_emphasis_2d", "szm_lzhge_2D"),
        ("gldzm_zone_distance_variance_3d", "dzm_zd_var_3D"),
        ("ngldm_normalised_dependence_count_non_uniformity_25d", "ngl_dcnu_norm_2_5D"),
    ],
)
def test_a_tag_is_derived_from_class_name_and_aggregation(column: str, tag: str):
    assert tags()[column] == tag
