"""Write the contour of a simulated tumour as an RTSTRUCT (PS3.3 A.19)."""

from __future__ import annotations

from collections.abc import Mapping

from pydicom import Dataset

from demo.simulated_dicom import SimulatedSeries, common, encode, item, position, put
from imaging.dicom_reading.sop_classes import PET, RTSTRUCT
from imaging.regions.contours import Points


def structure_set(
    series: SimulatedSeries, name: str, contours: Mapping[int, Points], slices: int
) -> dict[str, bytes]:
    """Write one region, given by contours in voxel units (column, row) by slice, as an RTSTRUCT."""
    dataset = common(series, RTSTRUCT, "structures", "RTSTRUCT", series.uid("structure series"))
    date = series.scan_date.strftime("%Y%m%d")
    put(dataset, StructureSetLabel="SIMULATED", StructureSetDate=date, StructureSetTime="130000")
    images = [
        item(ReferencedSOPClassUID=PET, ReferencedSOPInstanceUID=series.uid(f"slice {i}"))
        for i in range(slices)
    ]
    referenced = item(SeriesInstanceUID=series.uid("series"), ContourImageSequence=images)
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=series.uid("study"),
        RTReferencedSeriesSequence=[referenced],
    )
    frame = series.uid("frame")
    region = item(
        ROINumber=1, ReferencedFrameOfReferenceUID=frame, ROIName=name, ROIGenerationAlgorithm="AUTOMATIC"
    )
    drawn = [_contour(series, index, points) for index, points in sorted(contours.items())]
    put(
        dataset,
        FrameOfReferenceUID=frame,
        ReferencedFrameOfReferenceSequence=[
            item(FrameOfReferenceUID=frame, RTReferencedStudySequence=[study])
        ],
        StructureSetROISequence=[region],
        ROIContourSequence=[item(ROIDisplayColor=[255, 0, 0], ReferencedROINumber=1, ContourSequence=drawn)],
        RTROIObservationsSequence=[
            item(ObservationNumber=1, ReferencedROINumber=1, RTROIInterpretedType="GTV", ROIInterpreter="")
        ],
    )
    return {"PET/RS.dcm": encode(dataset)}


def _contour(series: SimulatedSeries, index: int, points: Points) -> Dataset:
    x, y, z = position(series, index, points)
    numbers = [text for triple in zip(x, y, z, strict=True) for text in (f"{v:.3f}" for v in triple)]
    image = item(ReferencedSOPClassUID=PET, ReferencedSOPInstanceUID=series.uid(f"slice {index}"))
    return item(
        ContourImageSequence=[image],
        ContourGeometricType="CLOSED_PLANAR",
        NumberOfContourPoints=len(points),
        ContourData=numbers,
    )
