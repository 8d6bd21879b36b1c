"""Our tables of tags, VRs, character sets and UIDs say what pydicom's dictionaries say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pydicom
import pytest
from pydicom._dicom_dict import DicomDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.charset import python_encoding
from pydicom.datadict import dictionary_VR, keyword_dict, tag_for_keyword
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

import imaging
from imaging.dicom_reading import dictionary
from imaging.dicom_reading.parse_errors import STANDARD, parse_errors
from imaging.dicom_reading.strict.encodings import LONG_VRS, SHORT_VRS
from imaging.dicom_reading.strict.heads import CHARACTER_SETS
from imaging.dicom_reading.tags import TABLE, tag_of, tags_of, vr_of
from imaging.dicom_reading.uids import is_encapsulated, is_transfer_syntax, uid_name

PACKAGE = Path(imaging.__file__).parent
WORDS = {"", "Grid"}  # of the dictionary, and of ours for something else


def named_keywords() -> set[str]:
    """The keywords that stand in modules on the way from a file to a volume."""
    apart = {PACKAGE / "deid", PACKAGE / "report", PACKAGE / "dicom_reading" / "tags.py"}
    paths = [path for path in PACKAGE.rglob("*.py") if apart.isdisjoint({path, *path.parents})]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text())))
    values = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return (values & keyword_dict.keys()) - WORDS


def test_the_table_says_of_every_keyword_what_the_dictionary_says():
    known = {keyword: (tag_for_keyword(keyword), dictionary_VR(keyword)) for keyword in TABLE}
    assert known == TABLE


def test_every_keyword_that_a_module_names_is_in_the_table_so_that_none_needs_the_dictionary():
    assert named_keywords() - TABLE.keys() == set()
    assert len(named_keywords()) > 100


def test_what_is_not_in_the_table_is_looked_up_in_the_dictionary():
    assert [tag_of(word) for word in ("PatientName", "NoSuchThing")] == [0x00100010, None]
    assert [vr_of(tag) for tag in (0x00100010, 0x00081140, 0x00091001)] == ["PN", "SQ", None]
    with pytest.raises(KeyError, match="PatientNam'"):
        tags_of(("PatientID", "PatientNam"))


def test_the_dictionaries_are_those_of_pydicom_also_when_read_without_it(monkeypatch):
    for name in ("pydicom._dicom_dict", "pydicom._uid_dict"):
        monkeypatch.delitem(sys.modules, name)
    assert dictionary._data_module("_dicom_dict").DicomDictionary == DicomDictionary
    assert dictionary._data_module("_uid_dict").UID_dictionary == UID_dictionary


def test_the_lists_of_value_representations_and_character_sets_are_complete():
    assert (set(SHORT_VRS), set(LONG_VRS)) == (set(EXPLICIT_VR_LENGTH_16), set(EXPLICIT_VR_LENGTH_32))
    assert set(python_encoding) == CHARACTER_SETS


def test_the_registry_of_identifiers_gives_the_answers_of_pydicom():
    uids = [*UID_dictionary, "1.2.3.4", "", "1.2.840.10008.9.9"]
    assert [uid_name(uid) for uid in uids] == [UID(uid).name for uid in uids]
    assert [is_transfer_syntax(uid) for uid in uids] == [UID(uid).is_transfer_syntax for uid in uids]
    syntaxes = [uid for uid in uids if is_transfer_syntax(uid)]
    assert [is_encapsulated(uid) for uid in syntaxes] == [UID(uid).is_encapsulated for uid in syntaxes]
    assert not is_encapsulated("1.2.3.4")


def test_the_errors_of_pydicom_count_once_it_is_loaded(monkeypatch):
    assert set(parse_errors()) == {*STANDARD, BytesLengthException, InvalidDicomError}
    monkeypatch.delitem(sys.modules, pydicom.errors.__name__)
    assert parse_errors() == STANDARD
