"""The data files are whole, and a wrong line is refused when they are read."""

from __future__ import annotations

import pytest
from pydicom.datadict import keyword_for_tag, tag_for_keyword

from imaging.deid.options import Options
from imaging.deid.pixel_risk import kinds, marks, outcome_of
from imaging.deid.profile import OPTION_COLUMNS, ProfileError, build_profile, parse_table, profile, row_of
from imaging.deid.rules import rule_for, technical_text
from imaging.deid.safe_private import safe_list


def line(**changes: str) -> dict[str, str]:
    return {"tag": "00100010", "name": "x", "basic": "Z", **dict.fromkeys(OPTION_COLUMNS, ""), **changes}


def test_the_table_has_every_row_of_the_edition_and_private_attributes():
    assert len(profile()) == 656
    assert profile()["Private"].basic == "X"


@pytest.mark.parametrize(
    ("keyword", "basic", "option", "action"),
    [
        ("PatientName", "Z", "modified_dates", ""),
        ("PatientID", "Z/D", "retain_patient", ""),
        ("StudyDate", "Z", "modified_dates", "C"),
        ("PatientAge", "X", "retain_patient", "K"),
        ("SeriesDescription", "X", "clean_descriptors", "C"),
        ("StructureSetLabel", "D", "clean_descriptors", "C"),
        ("SOPInstanceUID", "U", "retain_uids", "K"),
        ("StationName", "X/Z/D", "retain_device", "K"),
        ("InstitutionName", "X/Z/D", "retain_institution", "K"),
        ("ContentSequence", "D", "clean_structured", "C"),
    ],
)
def test_rows_known_by_heart_are_right(keyword, basic, option, action):
    row = row_of(tag_for_keyword(keyword))
    assert (row.basic, row.options[option]) == (basic, action)


def test_repeating_groups_have_their_rows():
    assert row_of(0x50023000).basic == "X"
    assert row_of(0x60023000).basic == "X"
    assert row_of(0x60020010) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tag": "0010001"}, "is no tag"),
        ({"basic": "Q"}, "unknown action"),
        ({"modified_dates": "X"}, "option with an unknown action"),
        ({"tag": "00109999"}, "can only be removed"),
    ],
)
def test_a_wrong_row_is_refused(changes, problem):
    with pytest.raises(ProfileError, match=problem):
        build_profile([line(**changes)])


def test_a_row_that_is_there_twice_is_refused():
    with pytest.raises(ProfileError, match="twice"):
        build_profile([line(), line()])


def test_a_line_of_another_width_is_refused():
    with pytest.raises(ProfileError, match="has 1 columns, not 2"):
        parse_table("# head\na\tb\nc\n", "x.tsv")
    with pytest.raises(ProfileError, match="no line of column names"):
        parse_table("# head\n", "x.tsv")


@pytest.mark.parametrize(
    "tag", [int(tag, 16) for tag in profile() if tag.isalnum() and "x" not in tag and tag != "Private"]
)
def test_no_row_of_the_table_is_simply_kept_unless_an_option_keeps_it(tag):
    letter = rule_for(tag, _vr(tag), Options()).letter
    row = row_of(tag)
    kept = row.options["retain_patient"] == "K" or (row.options["modified_dates"] == "C" and _vr(tag) == "TM")
    assert letter != "K" or kept


def _vr(tag: int) -> str:
    from imaging.deid.rules import standard_vr

    return standard_vr(tag)


def test_the_safe_list_is_empty_by_default():
    assert safe_list(None).entries == {}


@pytest.mark.parametrize(
    "row", ["0018\tX\t01\tIS\t", "0019\t\t01\tIS\t", "0019\tX\t1\tIS\t", "0019\tX\t01\tSQ\t"]
)
def test_a_wrong_line_of_a_safe_list_is_refused(tmp_path, row):
    table = tmp_path / "safe.tsv"
    table.write_text(f"group\tcreator\telement\tvr\tcomment\n{row}\n")
    with pytest.raises(ProfileError, match="needs an odd group"):
        safe_list(table)


def test_technical_text_names_attributes_that_the_table_leaves_open():
    assert technical_text()
    assert [keyword_for_tag(tag) for tag in technical_text() if row_of(tag) is not None] == []


def test_kinds_and_marks_are_readable_and_the_longest_class_counts():
    assert len(kinds()) > 30
    assert all(tag for tag, _, _ in marks())
    assert outcome_of("1.2.840.10008.5.1.4.1.1.2") == "pass"
    assert outcome_of("1.2.840.10008.5.1.4.1.1.2.1") == "pass"
    assert outcome_of("1.2.840.10008.5.1.4.1.1.20.1") == "UNSUPPORTED_SOP_CLASS"
    assert outcome_of("1.3.12.2.1107.5.9.1") == "UNSUPPORTED_SOP_CLASS"
