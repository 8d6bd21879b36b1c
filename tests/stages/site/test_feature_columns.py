"""Which columns a site's configuration asks for."""

from __future__ import annotations

import pytest

from nightscan.config_model import Features
from nightscan.errors import BadSettingError
from nightscan.stages.site.feature_columns import TABLE, feature_columns, feature_table

CLASSES = ["shape", "local", "firstorder", "ih", "ivh", "glcm", "glrlm", "glszm", "gldzm", "ngtdm", "ngldm"]
DIRECTED = {"2d_avg", "2d_mrg", "25d_avg", "25d_mrg", "3d_avg", "3d_mrg"}
UNDIRECTED = {"2d", "25d", "3d"}


def site(*aggregations: str, **settings):
    return Features(
        mb_per_task=512,
        max_tasks=4,
        aggregations=aggregations or ("3d_avg",),
        settings={"default": {}, **settings},
    )


def test_the_table_names_class_and_aggregation_of_every_column():
    table = feature_table()
    assert len({each.column for each in table}) == len(table) > 400
    assert list(dict.fromkeys(each.feature_class for each in table)) == CLASSES
    for each in table:
        assert each.column.startswith(f"{each.feature_class}_")
        assert each.column.endswith(each.aggregation)
    found = {name: {each.aggregation for each in table if each.feature_class == name} for name in CLASSES}
    assert found == {
        **{name: {""} for name in CLASSES[:5]},
        **dict.fromkeys(CLASSES[5:7], DIRECTED),
        **dict.fromkeys(CLASSES[7:], UNDIRECTED),
    }


def test_the_table_is_plain_text_of_eight_columns():
    lines = TABLE.read_text(encoding="ascii").splitlines()
    assert lines[0].split("\t") == [
        "column", "class", "aggregation", "ibsi_code", "ibsi_aggregation", "section", "unit", "definition",
    ]  # fmt: skip
    assert {line.count("\t") for line in lines} == {7}


def test_classes_without_directions_follow_the_aggregation_of_the_others():
    chosen = feature_columns(site("25d_mrg"))
    ends = {each.aggregation for each in feature_table() if each.column in chosen}
    assert ends == {"", "25d_mrg", "25d"}


def test_columns_stand_in_the_order_of_the_table_whatever_the_configuration_says():
    order = [each.column for each in feature_table()]
    chosen = feature_columns(site("3d_mrg", "2d_avg", "3d_avg"))
    assert chosen == sorted(chosen, key=order.index)
    assert chosen == feature_columns(site("2d_avg", "3d_avg", "3d_mrg"))


def test_all_aggregations_are_all_features():
    assert feature_columns(site(*sorted(DIRECTED))) == [each.column for each in feature_table()]


def test_a_class_that_one_modality_asks_for_is_a_column():
    chosen = feature_columns(site(default={"classes": ["shape"]}, CT={"classes": ["shape", "ih"]}, MR={}))
    assert {name.partition("_")[0] for name in chosen} == {"shape", "ih"}
    assert "ngtdm" in {name.partition("_")[0] for name in feature_columns(site(CT={"classes": ["shape"]}))}


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (site("3d"), "there is no 3d"),
        (site("4d_avg"), "there is no 4d_avg"),
        (site(CT={"classes": ["glcmm"]}), "glcmm"),
        (site(CT={"classes": []}), "is not a list"),
        (site(CT={"classes": "shape"}), "is not a list"),
    ],
)
def test_what_the_function_does_not_have_is_refused(features, message):
    with pytest.raises(BadSettingError, match=message):
        feature_columns(features)
