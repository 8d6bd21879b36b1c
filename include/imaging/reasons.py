"""The closed list of reasons for which a file, a series or a region is refused.

Section numbers are those of the DICOM standard, parts PS3.3 (objects), PS3.5 (encoding), PS3.10 (files).
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something was refused; the value is stored, the attributes say what a person can do.

    ``meaning``: what was found. ``remedy``: how a person fixes it. ``source``: the standard's section.
    ``overrulable``: the refusal is a judgement that a person who looked at the image may overrule. Doubt
    about geometry, identity or decoding never is: pixels cannot show that those are right. What is left of an
    incomplete series has its geometry proved; whether it is enough is the judgement.
    """

    meaning: str
    remedy: str
    source: str
    overrulable: bool

    def __new__(cls, value: str, meaning: str, remedy: str, source: str, overrulable: bool = False) -> Reason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.remedy, member.source = meaning, remedy, source
        member.overrulable = overrulable
        member.__doc__ = f"{meaning} Remedy: {remedy} ({source})"
        return member

    # The file as such.
    EMPTY_FILE = (
        "EMPTY_FILE",
        "The file has no bytes.",
        "Export the file again from the archive.",
        "PS3.10 7.1",
    )
    NOT_DICOM = (
        "NOT_DICOM",
        "The file is not a DICOM file.",
        "Remove it from the landing zone; text files, DICOMDIR and reports need no action.",
        "PS3.10 7.1",
    )
    UNREADABLE_HEADER = (
        "UNREADABLE_HEADER",
        "The header ends early, cannot be parsed, or lacks the identifiers every object must have.",
        "Export the file again; if the archive's own copy is so, repair its header there.",
        "PS3.5 7.1; PS3.3 C.12.1",
    )
    NO_SCAN_DATE = (
        "NO_SCAN_DATE",
        "Neither StudyDate nor AcquisitionDate nor SeriesDate holds a valid date.",
        "Correct StudyDate in the archive and export again.",
        "PS3.3 C.7.2.1",
    )
    NO_PATIENT_ID = (
        "NO_PATIENT_ID",
        "PatientID is absent or empty, so the scan has no patient.",
        "Reconcile the study with its patient in the archive and export again.",
        "PS3.3 C.7.1.1",
    )
    UNSUPPORTED_SOP_CLASS = (
        "UNSUPPORTED_SOP_CLASS",
        "The object is of a kind from which no volume is made.",
        "None needed if no volume is expected from it; else ask for support of the class.",
        "PS3.4 B.5",
    )
    UNSUPPORTED_MULTIFRAME = (
        "UNSUPPORTED_MULTIFRAME",
        "An object of a single-frame kind holds many frames, which have one position between them.",
        "Export as classic single-frame images, or as an enhanced multi-frame object.",
        "PS3.3 C.7.6.6",
    )
    MULTIFRAME_INVALID = (
        "MULTIFRAME_INVALID",
        "The number of frames stated, of per-frame headers, and of frames in the pixel data differ.",
        "Export the file again; if the archive's own copy is so, export classic single-frame images.",
        "PS3.3 C.7.6.16",
    )
    MOSAIC_INVALID = (
        "MOSAIC_INVALID",
        "A Siemens mosaic whose private header does not say, or contradicts, how its slices lie.",
        "Export the series with its private elements, or as one image a slice.",
        "PS3.3 C.7.6.16",
    )
    SEVERAL_PROJECTIONS = (
        "SEVERAL_PROJECTIONS",
        "A series of projection X-ray holds several images, which share no space.",
        "Export or split the series so that it holds one image.",
        "PS3.3 C.8.11",
    )
    UNSUPPORTED_TRANSFER_SYNTAX = (
        "UNSUPPORTED_TRANSFER_SYNTAX",
        "No decoder for the compression of the pixel data is installed here.",
        "Export uncompressed (Explicit VR Little Endian), or install a decoder for the named syntax.",
        "PS3.5 A",
    )
    UNREADABLE_FILE = (
        "UNREADABLE_FILE",
        "The file could not be read from the disk.",
        "Give the reader the right to read it, or copy it again.",
        "PS3.10 6",
    )
    # The pixels.
    NO_PIXEL_DATA = (
        "NO_PIXEL_DATA",
        "An image object without pixel data.",
        "Export the file again with its pixel data.",
        "PS3.3 C.7.6.3",
    )
    TRUNCATED_PIXEL_DATA = (
        "TRUNCATED_PIXEL_DATA",
        "The pixel data are shorter than rows x columns x bytes.",
        "Copy or export the file again; the transfer broke off.",
        "PS3.5 8.1.1",
    )
    PIXEL_DECODE_FAILED = (
        "PIXEL_DECODE_FAILED",
        "The pixel data contradict the header or the decoder refused them.",
        "Export the file again uncompressed; report the evidence to the maker of the archive.",
        "PS3.5 8",
    )
    UNSUPPORTED_PHOTOMETRIC = (
        "UNSUPPORTED_PHOTOMETRIC",
        "The pixels are not one grey value each.",
        "Colour images carry no measured values; leave them out.",
        "PS3.3 C.7.6.3.1.2",
    )
    UNUSED_BITS_SET = (
        "UNUSED_BITS_SET",
        "Bits above BitsStored are set and no overlay explains them, so the true value is unknown.",
        "Correct BitsStored or export again without burned bits.",
        "PS3.5 8.1.1",
    )
    BAD_RESCALE = (
        "BAD_RESCALE",
        "RescaleSlope or RescaleIntercept is zero, not a number, or given without the other.",
        "Correct the rescale values in the archive and export again.",
        "PS3.3 C.11.1",
    )
    PIXEL_IDENTITY_RISK = (
        "PIXEL_IDENTITY_RISK",
        "The header says that text is burned into the pixels, which may name the patient.",
        "Look at the images; release those without patient data (`make release`), or export without text.",
        "PS3.3 C.7.6.1",
        True,
    )
    # The series and its geometry.
    SERIES_INCONSISTENT = (
        "SERIES_INCONSISTENT",
        "Files of one series differ in patient, study, object class, modality or units.",
        "Two exams were merged under one series; split them in the archive.",
        "PS3.3 A.1.2.3",
    )
    SERIES_INCOMPLETE = (
        "SERIES_INCOMPLETE",
        "Some files of the series cannot be used, so its volume may lack slices at its ends.",
        "Export the refused files of the series again; or release the series to accept it without them.",
        "PS3.3 C.7.6.2",
        True,
    )
    FRAME_OF_REFERENCE_INCONSISTENT = (
        "FRAME_OF_REFERENCE_INCONSISTENT",
        "Files of one series lie in different frames of reference.",
        "Split the series in the archive by frame of reference.",
        "PS3.3 C.7.4.1",
    )
    MISSING_GEOMETRY = (
        "MISSING_GEOMETRY",
        "Position, orientation or pixel spacing is absent or not a set of finite numbers.",
        "Export the original images, not secondary captures or screen saves.",
        "PS3.3 C.7.6.2",
    )
    MATRIX_INCONSISTENT = (
        "MATRIX_INCONSISTENT",
        "Slices differ in rows, columns or pixel spacing.",
        "Split the series by matrix; localizers are often stored with the scan.",
        "PS3.3 C.7.6.3.1",
    )
    ORIENTATION_INCONSISTENT = (
        "ORIENTATION_INCONSISTENT",
        "Slices point in different directions.",
        "Split the series by orientation; localizers need no action.",
        "PS3.3 C.7.6.2.1.1",
    )
    ORIENTATION_NOT_ORTHOGONAL = (
        "ORIENTATION_NOT_ORTHOGONAL",
        "Row and column direction are not unit vectors at a right angle.",
        "Correct ImageOrientationPatient in the archive.",
        "PS3.3 C.7.6.2.1.1",
    )
    SLICE_SPACING_INCONSISTENT = (
        "SLICE_SPACING_INCONSISTENT",
        "The distances between neighbouring slices differ: slices are missing or irregular.",
        "Find the missing slices in the archive and land them; the evidence lists the distances.",
        "PS3.3 C.7.6.2.1.1",
    )
    GANTRY_TILT = (
        "GANTRY_TILT",
        "Slices are stacked at an angle to their normal that no gantry reaches.",
        "Look at the positions in the archive; they are not those of one scan.",
        "PS3.3 C.8.2.1",
    )
    SLICE_SHIFT = (
        "SLICE_SHIFT",
        "Slices are shifted against each other within their plane, not by one constant step.",
        "Look at the positions in the archive; the patient table was moved or series were merged.",
        "PS3.3 C.7.6.2.1.1",
    )
    DUPLICATE_SLICES = (
        "DUPLICATE_SLICES",
        "Several images lie at the same position, and no header value makes them volumes of one 4-D series.",
        "Split the series by what differs, or land the missing images; the evidence has the counts.",
        "PS3.3 C.7.6.2.1.1",
    )
    DUPLICATE_INSTANCE = (
        "DUPLICATE_INSTANCE",
        "The same object (SOPInstanceUID) was landed more than once.",
        "None for equal copies; for copies that differ, keep the right one in the landing zone.",
        "PS3.3 C.12.1",
    )
    TOO_FEW_SLICES = (
        "TOO_FEW_SLICES",
        "Fewer slices than needed to check the distance between them.",
        "None for single images and localizers; else land the missing files.",
        "PS3.3 C.7.6.2",
    )
    VOLUME_TOO_LARGE = (
        "VOLUME_TOO_LARGE",
        "Converting the series takes more memory than it may; the evidence has both numbers in bytes.",
        "Raise the limit (preprocess.map_memory_mb, or --memory-mb) and convert again.",
        "PS3.3 C.7.6.3",
    )
    CONVERTER_FAILED = (
        "CONVERTER_FAILED",
        "The converter itself failed on the series; its content was not judged.",
        "Report the evidence; after a correction of the code convert again.",
        "none: a fault of this program, not of the data",
    )
    # Regions.
    REGION_WITHOUT_IMAGE = (
        "REGION_WITHOUT_IMAGE",
        "The region refers to an image series that is not here.",
        "Land the series that the region was drawn on.",
        "PS3.3 C.8.8.5",
    )
    REGION_AMBIGUOUS = (
        "REGION_AMBIGUOUS",
        "The region names no series and several share its frame of reference, or it names several.",
        "Export the region with its ReferencedSeries, one series each.",
        "PS3.3 C.8.8.5",
    )
    REGION_UNSUPPORTED = (
        "REGION_UNSUPPORTED",
        "The region is of a kind, or so encoded, that no mask can be made of it with certainty.",
        "Export it as RTSTRUCT with closed planar contours, or as a binary segmentation.",
        "PS3.3 C.8.8.6.1, C.8.20",
    )
    REGION_OFF_GRID = (
        "REGION_OFF_GRID",
        "Contours or segments lie outside the image, between its slices, or on another spacing.",
        "Draw the region on this series, or export it resampled to it.",
        "PS3.3 C.8.8.6",
    )
    REGION_CONTOURS_OVERLAP = (
        "REGION_CONTOURS_OVERLAP",
        "Two contours of one region overlap on a slice so far that an island and a hole are both plausible.",
        "Redraw the two contours apart or nested, or export the region as CLOSEDPLANAR_XOR.",
        "PS3.3 C.8.8.6.3",
    )
    EMPTY_REGION = (
        "EMPTY_REGION",
        "The region has no contour, or covers no voxel's centre.",
        "Remove the empty region, or draw it.",
        "PS3.3 C.8.8.6",
    )
    DUPLICATE_REGION = (
        "DUPLICATE_REGION",
        "Two regions of one image have the same name after simplification.",
        "Rename one of the two regions.",
        "PS3.3 C.8.8.5",
    )
