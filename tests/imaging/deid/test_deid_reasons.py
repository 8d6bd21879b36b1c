"""Every reason for keeping a file back has a case that gives it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imaging.deid import remover
from imaging.deid.folder import deidentify_file
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.rules import KEEP
from tests.imaging.deid.cases import identified, identified_bytes, worker
from tests.imaging.factories import encode

ROOT = "1.2.840.10008.5.1.4.1.1."


def of_class(number: str) -> bytes:
    return identified_bytes(SOPClassUID=ROOT + number)


def of_overlay() -> bytes:
    made = identified()
    made.add_new(0x60000100, "US", 16)
    made.add_new(0x60000102, "US", 12)
    return encode(made)


CASES: dict[DeidReason, Callable[[], bytes]] = {
    DeidReason.EMPTY_FILE: lambda: b"",
    DeidReason.NOT_DICOM: lambda: b"Dear colleague, the images are on the way." * 4,
    DeidReason.UNREADABLE: lambda: identified_bytes()[:-20],
    DeidReason.MISSING_IDENTIFIER: lambda: identified_bytes(PatientID=""),
    DeidReason.UNSUPPORTED_SOP_CLASS: lambda: of_class("66"),
    DeidReason.ULTRASOUND: lambda: of_class("3.1"),
    DeidReason.SECONDARY_CAPTURE: lambda: of_class("7.4"),
    DeidReason.PHOTOGRAPH: lambda: of_class("77.1.4"),
    DeidReason.BURNED_IN_ANNOTATION: lambda: identified_bytes(BurnedInAnnotation="YES"),
    DeidReason.RECOGNIZABLE_FEATURES: lambda: identified_bytes(RecognizableVisualFeatures="YES"),
    DeidReason.OVERLAY_IN_PIXELS: of_overlay,
    DeidReason.ENCAPSULATED_DOCUMENT: lambda: of_class("104.1"),
    DeidReason.STRUCTURED_REPORT: lambda: of_class("88.11"),
    DeidReason.PRESENTATION_STATE: lambda: of_class("11.1"),
    DeidReason.RESIDUAL_IDENTIFIER: lambda: identified_bytes(ImageType=["ORIGINAL", "PRIMARY", "GUDRUN"]),
}


@pytest.mark.parametrize("reason", list(CASES), ids=str)
def test_the_case_of_each_reason_is_kept_back_for_it(reason):
    made = deidentify_file(CASES[reason](), worker())
    assert isinstance(made, DeidRefusal)
    assert made.reason is reason
    assert not any(word in repr(made) for word in ("Gudrun", "MRN", "20240301", "Okonkwo"))


def test_every_reason_has_a_case():
    of_the_machine = {
        DeidReason.TOO_LARGE,
        DeidReason.REMOVER_FAILED,
    }  # see test_deidentify
    assert set(CASES) | of_the_machine == set(DeidReason)


@pytest.mark.parametrize("reason", list(DeidReason), ids=str)
def test_each_reason_says_what_it_means_how_it_is_fixed_and_where_the_standard_has_it(reason):
    assert reason == reason.name
    assert reason.meaning.endswith(".")
    assert reason.remedy.endswith(".")
    assert reason.source.startswith("PS3.")


def test_an_overlay_with_data_that_claims_a_place_in_the_pixels_is_kept_back():
    made = identified()
    made.add_new(0x60000102, "US", 12)
    made.add_new(0x60003000, "OW", b"\1\2")
    assert deidentify_file(encode(made), worker()).reason is DeidReason.OVERLAY_IN_PIXELS


def test_a_file_with_a_document_inside_an_image_class_is_kept_back():
    made = identified()
    made.add_new(0x00420011, "OB", b"%PDF")
    assert deidentify_file(encode(made), worker()).reason is DeidReason.ENCAPSULATED_DOCUMENT


def test_a_finding_names_the_tag_and_the_file_is_not_counted(monkeypatch):
    by = worker()
    monkeypatch.setattr(remover, "rule_for", lambda tag, vr, options: KEEP)
    made = deidentify_file(identified_bytes(), by)
    assert made.reason is DeidReason.RESIDUAL_IDENTIFIER
    assert "00100010 identifier" in made.evidence["found"]
    assert not by.counts


@pytest.mark.parametrize("cut", range(1, 1400, 37))
def test_a_file_cut_anywhere_is_kept_back(cut):
    made = deidentify_file(identified_bytes()[:-cut], worker())
    assert isinstance(made, DeidRefusal)


def test_a_deflated_file_that_fills_the_memory_is_kept_back(monkeypatch):
    data = encode(identified(), "1.2.840.10008.1.2.1.99")
    assert not isinstance(deidentify_file(data, worker()), DeidRefusal)
    monkeypatch.setattr("imaging.dicom_reading.strict.deflated.MOST_INFLATED", 100)
    assert deidentify_file(data, worker()).reason is DeidReason.UNREADABLE
