"""Transfer syntaxes, sign and cut data: every compressed file of pydicom and pydicom-data, and its twin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.uid import UID

from imaging.dicom_reading.source import integer, open_source, text, transfer_syntax
from imaging.dicom_reading.tags import tags_of
from imaging.pixels.codecs import DECODABLE
from imaging.pixels.stored import OVERLAY_POSITIONS, PIXEL_KEYWORDS, stored_frames, stored_values
from imaging.reasons import Reason
from imaging.records import Refusal

TAGS = frozenset((*tags_of(PIXEL_KEYWORDS), *OVERLAY_POSITIONS))
# Shape, smallest and largest value, and their sum, as GDCM 3.2.6 and imagecodecs 2026.3.6 both decode them.
# For 12-bit JPEG Extended, which GDCM's wheel refuses, imagecodecs alone; RLE of 32 bits GDCM alone.
KNOWN = {
    "693_J2KI.dcm": ((512, 512), -2971, 2836, -2181784),
    "693_J2KR.dcm": ((512, 512), -2000, 2492, -3031175),
    "JPEG-LL.dcm": ((1024, 256), 0, 278, 3596452),
    "JPEG-lossy.dcm": ((1024, 256), 0, 264, 3767007),
    "JPEG2000.dcm": ((1024, 256), -30, 245, 3527976),
    "JPEGLSNearLossless_08.dcm": ((45, 10), 0, 255, 25000),
    "JPEGLSNearLossless_16.dcm": ((50, 10), 0, 65535, 6007250),
    "JPGExtended.dcm": ((1024, 256), 0, 264, 3767007),
    "JPGLosslessP14SV1_1s_1f_8b.dcm": ((768, 1024), 0, 255, 13572107),
    "MR2_J2KI.dcm": ((1024, 1024), 0, 600, 78784483),
    "MR2_J2KR.dcm": ((1024, 1024), 0, 595, 78730838),
    "MR_small_RLE.dcm": ((64, 64), 127, 2145, 2125338),
    "MR_small_jp2klossless.dcm": ((64, 64), 127, 2145, 2125338),
    "MR_small_jpeg_ls_lossless.dcm": ((64, 64), 127, 2145, 2125338),
    "RG1_J2KI.dcm": ((1955, 1841), 803, 26512, 26602973060),
    "RG3_J2KI.dcm": ((1760, 1760), 0, 1023, 1030622924),
    "RG3_J2KR.dcm": ((1760, 1760), 0, 1023, 1030616989),
    "bad_sequence.dcm": ((512, 512), 13, 2267, 248348502),
    "explicit_VR-UN.dcm": ((512, 512), -1024, 1186, -175887460),
    "rtdose_rle_1frame.dcm": ((10, 10), 795000, 1254000, 101378000),
}
OTHERS = {"J2K_pixelrep_mismatch.dcm", "rtdose_rle.dcm", "RG1_J2KR.dcm"}  # in tests of their own
FRAMES = {"emri_small_RLE.dcm", "emri_small_jpeg_2k_lossless.dcm", "emri_small_jpeg_ls_lossless.dcm"}


def pixels_of(path: Path) -> NDArray[np.integer]:
    found = stored_frames(source_of(path))
    assert not isinstance(found, Refusal), found
    return found


def source_of(path: Path):
    source = open_source(path.read_bytes(), TAGS, pixels=True)
    assert not isinstance(source, Refusal)
    return source


@pytest.fixture(scope="session")
def find(pydicom_files, store_files):
    def found(name: str) -> Path:
        return next(path for folder in (pydicom_files, store_files) for path in folder.rglob(name))

    return found


@pytest.fixture(scope="session")
def compressed(pydicom_files, store_files) -> dict[str, Path]:
    """Every readable file of both packages whose pixel data are compressed, by name."""
    files = {}
    for path in sorted([*pydicom_files.rglob("*.dcm"), *store_files.rglob("*.dcm")]):
        source = open_source(path.read_bytes(), TAGS, pixels=True)
        syntax = "" if isinstance(source, Refusal) else UID(transfer_syntax(source))
        if syntax and syntax.is_transfer_syntax and not syntax.is_private and syntax.is_encapsulated:
            files[path.name] = path
    return files


@pytest.mark.parametrize(
    "name",
    ["implicit", "bigendian", "RLE", "expb", "jp2klossless", "jpeg_ls_lossless"],
)
def test_trap_transfer_syntaxes_of_the_mr_small_family_give_identical_voxels(name, find):
    plain, other = pixels_of(find("MR_small.dcm")), pixels_of(find(f"MR_small_{name}.dcm"))
    assert other.dtype == plain.dtype == np.int16
    np.testing.assert_array_equal(other, plain)


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_trap_transfer_syntaxes_of_many_frames_give_identical_voxels(name, find):
    plain, other = pixels_of(find("emri_small.dcm")), pixels_of(find(name))
    assert plain.shape == (10, 64, 64)
    np.testing.assert_array_equal(other, plain)


def test_trap_transfer_syntaxes_rle_of_32_bits_is_the_plain_dose(find):
    np.testing.assert_array_equal(pixels_of(find("rtdose_rle.dcm")), pixels_of(find("rtdose.dcm")))


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_trap_transfer_syntaxes_agree_with_independent_decoders(name, find):
    values = pixels_of(find(name))
    shape, low, high, total = KNOWN[name]
    assert values.shape == (1, *shape)
    assert (int(values.min()), int(values.max()), int(values.sum(dtype=np.int64))) == (low, high, total)


def test_trap_transfer_syntaxes_every_compressed_file_is_decoded_or_refused_with_a_reason(compressed):
    refused = {}
    for name, path in compressed.items():
        found = stored_frames(source_of(path))
        if isinstance(found, Refusal):
            refused[name] = found.reason
    colour = {name for name, reason in refused.items() if reason is Reason.UNSUPPORTED_PHOTOMETRIC}
    others = {name: reason for name, reason in refused.items() if name not in colour}
    assert others == {
        "JPEG2000-embedded-sequence-delimiter.dcm": Reason.PIXEL_DECODE_FAILED,
        "UN_sequence.dcm": Reason.NO_PIXEL_DATA,  # it has none
        "emri_small_jpeg_2k_lossless_too_short.dcm": Reason.TRUNCATED_PIXEL_DATA,
    }
    seen = [source_of(compressed[name]) for name in sorted(colour)]
    kinds = {(integer(item, "SamplesPerPixel"), text(item, "PhotometricInterpretation")) for item in seen}
    assert len(seen) > 20
    assert {samples for samples, photometric in kinds if photometric != "PALETTE COLOR"} == {3}
    assert set(compressed) - set(refused) == {*KNOWN, *OTHERS, *FRAMES}


def test_trap_pixel_representation_mismatch_is_read_with_the_sign_of_the_header(find):
    source = source_of(find("J2K_pixelrep_mismatch.dcm"))
    values = stored_values(source)
    assert values.dtype == np.int16
    # The stream says unsigned, 13 bits; the header signed: 6192 is -2000 in two's complement of 13 bits.
    assert (int(values[0, 0]), int(values.min()), int(values.max())) == (-2000, -2000, 1896)


@pytest.mark.parametrize(
    "uid",
    [
        "1.2.840.10008.1.2.4.100",
        "1.2.840.10008.1.2.4.102",
        "1.2.840.10008.1.2.4.94",
        "1.2.3.4",
        "1.2.840.10008.1.1",
    ],
)
def test_trap_transfer_syntaxes_of_video_and_unknown_ones_are_refused_by_name(uid, find):
    dataset = pydicom.dcmread(find("MR_small_RLE.dcm"))
    dataset.file_meta.TransferSyntaxUID = UID(uid)
    refusal = stored_frames(dataset)
    assert refusal == Refusal(Reason.UNSUPPORTED_TRANSFER_SYNTAX, {"syntax": UID(uid).name})
    assert uid not in DECODABLE


def test_trap_truncated_pixel_data_is_refused_with_its_bytes_or_frames(find):
    cut = stored_frames(source_of(find("MR_truncated.dcm")))
    assert (cut.reason, cut.evidence["bytes_found"]) == (Reason.TRUNCATED_PIXEL_DATA, 8130)
    dataset = pydicom.dcmread(find("emri_small_RLE.dcm"))
    dataset.NumberOfFrames = 11
    frames = stored_frames(dataset)
    assert frames.reason in {Reason.TRUNCATED_PIXEL_DATA, Reason.PIXEL_DECODE_FAILED}
    assert frames.evidence["frames"] == 11


def test_trap_no_pixel_data_is_named(find):
    dataset = pydicom.dcmread(find("MR_small.dcm"))
    del dataset.PixelData
    assert stored_frames(dataset) == Refusal(Reason.NO_PIXEL_DATA)
