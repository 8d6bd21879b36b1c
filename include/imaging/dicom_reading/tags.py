"""Tags and value representations (PS3.6) of the elements this package reads, so that none loads pydicom.

Elements beyond this table are looked up in pydicom's dictionary: slower, the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from imaging.dicom_reading.dictionary import data_elements

TABLE: Mapping[str, tuple[int, str]] = {
    "TransferSyntaxUID": (0x00020010, "UI"), "SpecificCharacterSet": (0x00080005, "CS"),
    "ImageType": (0x00080008, "CS"), "SOPClassUID": (0x00080016, "UI"), "SOPInstanceUID": (0x00080018, "UI"),
    "SyntheticData": (0x0008001C, "CS"), "StudyDate": (0x00080020, "DA"), "SeriesDate": (0x00080021, "DA"),
    "AcquisitionDate": (0x00080022, "DA"), "ContentDate": (0x00080023, "DA"),
    "AcquisitionDateTime": (0x0008002A, "DT"), "SeriesTime": (0x00080031, "TM"),
    "AcquisitionTime": (0x00080032, "TM"), "ContentTime": (0x00080033, "TM"), "Modality": (0x00080060, "CS"),
    "Manufacturer": (0x00080070, "LO"), "CodeValue": (0x00080100, "SH"),
    "ManufacturerModelName": (0x00081090, "LO"), "ReferencedSeriesSequence": (0x00081115, "SQ"),
    "FrameType": (0x00089007, "CS"), "PatientID": (0x00100020, "LO"), "PatientWeight": (0x00101030, "DS"),
    "ScanningSequence": (0x00180020, "CS"), "MRAcquisitionType": (0x00180023, "CS"),
    "SliceThickness": (0x00180050, "DS"), "KVP": (0x00180060, "DS"), "RepetitionTime": (0x00180080, "DS"),
    "EchoTime": (0x00180081, "DS"), "InversionTime": (0x00180082, "DS"),
    "MagneticFieldStrength": (0x00180087, "DS"), "SpacingBetweenSlices": (0x00180088, "DS"),
    "TriggerTime": (0x00181060, "DS"), "RadiopharmaceuticalStartTime": (0x00181072, "TM"),
    "RadionuclideTotalDose": (0x00181074, "DS"), "RadionuclideHalfLife": (0x00181075, "DS"),
    "RadiopharmaceuticalStartDateTime": (0x00181078, "DT"),
    "EstimatedRadiographicMagnificationFactor": (0x00181114, "DS"), "ImagerPixelSpacing": (0x00181164, "DS"),
    "ConvolutionKernel": (0x00181210, "SH"), "ActualFrameDuration": (0x00181242, "IS"),
    "InPlanePhaseEncodingDirection": (0x00181312, "CS"), "FlipAngle": (0x00181314, "DS"),
    "FrameAcquisitionDateTime": (0x00189074, "DT"), "InversionTimes": (0x00189079, "FD"),
    "EffectiveEchoTime": (0x00189082, "FD"), "DiffusionBValue": (0x00189087, "FD"),
    "MRTimingAndRelatedParametersSequence": (0x00189112, "SQ"), "MREchoSequence": (0x00189114, "SQ"),
    "MRModifierSequence": (0x00189115, "SQ"), "MRDiffusionSequence": (0x00189117, "SQ"),
    "CardiacSynchronizationSequence": (0x00189118, "SQ"), "FrameReferenceDateTime": (0x00189151, "DT"),
    "FrameAcquisitionDuration": (0x00189220, "FD"), "MRImageFrameTypeSequence": (0x00189226, "SQ"),
    "CTReconstructionSequence": (0x00189314, "SQ"), "CTXRayDetailsSequence": (0x00189325, "SQ"),
    "CTImageFrameTypeSequence": (0x00189329, "SQ"), "PETFrameTypeSequence": (0x00189751, "SQ"),
    "StudyInstanceUID": (0x0020000D, "UI"), "SeriesInstanceUID": (0x0020000E, "UI"),
    "AcquisitionNumber": (0x00200012, "IS"), "InstanceNumber": (0x00200013, "IS"),
    "ImagePositionPatient": (0x00200032, "DS"), "ImageOrientationPatient": (0x00200037, "DS"),
    "FrameOfReferenceUID": (0x00200052, "UI"), "TemporalPositionIdentifier": (0x00200100, "IS"),
    "NumberOfTemporalPositions": (0x00200105, "IS"), "TemporalResolution": (0x00200110, "DS"),
    "SliceLocation": (0x00201041, "DS"), "StackID": (0x00209056, "SH"),
    "InStackPositionNumber": (0x00209057, "UL"), "FrameContentSequence": (0x00209111, "SQ"),
    "PlanePositionSequence": (0x00209113, "SQ"), "PlaneOrientationSequence": (0x00209116, "SQ"),
    "TemporalPositionIndex": (0x00209128, "UL"), "NominalCardiacTriggerDelayTime": (0x00209153, "FD"),
    "DimensionIndexValues": (0x00209157, "UL"), "DimensionIndexPointer": (0x00209165, "AT"),
    "DimensionIndexSequence": (0x00209222, "SQ"), "TemporalPositionTimeOffset": (0x0020930D, "FD"),
    "TemporalPositionSequence": (0x00209310, "SQ"), "SamplesPerPixel": (0x00280002, "US"),
    "PhotometricInterpretation": (0x00280004, "CS"), "NumberOfFrames": (0x00280008, "IS"),
    "Rows": (0x00280010, "US"), "Columns": (0x00280011, "US"), "PixelSpacing": (0x00280030, "DS"),
    "CorrectedImage": (0x00280051, "CS"), "BitsAllocated": (0x00280100, "US"),
    "BitsStored": (0x00280101, "US"), "HighBit": (0x00280102, "US"),
    "PixelRepresentation": (0x00280103, "US"), "PixelPaddingValue": (0x00280120, "US or SS"),
    "PixelPaddingRangeLimit": (0x00280121, "US or SS"), "BurnedInAnnotation": (0x00280301, "CS"),
    "RescaleIntercept": (0x00281052, "DS"), "RescaleSlope": (0x00281053, "DS"),
    "RescaleType": (0x00281054, "LO"),
    "ModalityLUTSequence": (0x00283000, "SQ"), "LUTDescriptor": (0x00283002, "US or SS"),
    "ModalityLUTType": (0x00283004, "LO"), "LUTData": (0x00283006, "US or OW"),
    "PixelMeasuresSequence": (0x00289110, "SQ"), "PixelValueTransformationSequence": (0x00289145, "SQ"),
    "MeasurementUnitsCodeSequence": (0x004008EA, "SQ"), "RealWorldValueMappingSequence": (0x00409096, "SQ"),
    "RealWorldValueIntercept": (0x00409224, "FD"), "RealWorldValueSlope": (0x00409225, "FD"),
    "RadiopharmaceuticalInformationSequence": (0x00540016, "SQ"),
    "RadionuclideCodeSequence": (0x00540300, "SQ"), "Units": (0x00541001, "CS"),
    "SUVType": (0x00541006, "CS"), "DecayCorrection": (0x00541102, "CS"),
    "FrameReferenceTime": (0x00541300, "DS"), "DecayFactor": (0x00541321, "DS"),
    "SegmentationType": (0x00620001, "CS"), "SegmentSequence": (0x00620002, "SQ"),
    "SegmentNumber": (0x00620004, "US"), "SegmentLabel": (0x00620005, "LO"),
    "SegmentIdentificationSequence": (0x0062000A, "SQ"), "ReferencedSegmentNumber": (0x0062000B, "US"),
    "MaximumFractionalValue": (0x0062000E, "US"), "SegmentationFractionalType": (0x00620010, "CS"),
    "ReferencedFrameOfReferenceSequence": (0x30060010, "SQ"), "RTReferencedStudySequence": (0x30060012, "SQ"),
    "RTReferencedSeriesSequence": (0x30060014, "SQ"), "StructureSetROISequence": (0x30060020, "SQ"),
    "ROINumber": (0x30060022, "IS"), "ReferencedFrameOfReferenceUID": (0x30060024, "UI"),
    "ROIName": (0x30060026, "LO"), "ROIContourSequence": (0x30060039, "SQ"),
    "ContourSequence": (0x30060040, "SQ"), "ContourGeometricType": (0x30060042, "CS"),
    "ContourOffsetVector": (0x30060045, "DS"), "NumberOfContourPoints": (0x30060046, "IS"),
    "ContourData": (0x30060050, "DS"), "ReferencedROINumber": (0x30060084, "IS"),
    "SharedFunctionalGroupsSequence": (0x52009229, "SQ"),
    "PerFrameFunctionalGroupsSequence": (0x52009230, "SQ"), "ExtendedOffsetTable": (0x7FE00001, "OV"),
    "ExtendedOffsetTableLengths": (0x7FE00002, "OV"), "FloatPixelData": (0x7FE00008, "OF"),
    "DoubleFloatPixelData": (0x7FE00009, "OD"), "PixelData": (0x7FE00010, "OB or OW"),
}  # fmt: skip
VRS = dict(TABLE.values())


def tag_of(keyword: str) -> int | None:
    """Return the tag of a keyword; None when the data dictionary has no such keyword."""
    known = TABLE.get(keyword)
    return _tags_by_keyword().get(keyword) if known is None else known[0]


def tags_of(keywords: Iterable[str]) -> tuple[int, ...]:
    """Return the tags of keywords; KeyError for an unknown one."""
    found = {keyword: tag_of(keyword) for keyword in keywords}
    unknown = [keyword for keyword, tag in found.items() if tag is None]
    if unknown:
        raise KeyError(f"not in the DICOM dictionary: {unknown}; correct the spelling")
    return tuple(tag for tag in found.values() if tag is not None)


@lru_cache(maxsize=8192)
def vr_of(tag: int) -> str | None:
    """Return the VR that the data dictionary gives a tag; None for a tag not in it."""
    known = VRS.get(tag)
    if known is not None:
        return known
    entry = data_elements().get(tag)
    return None if entry is None else entry[0]


@cache
def _tags_by_keyword() -> dict[str, int]:
    return {entry[4]: tag for tag, entry in data_elements().items() if entry[4]}
