"""Write simulated images as DICOM: classic PET slices, marked as simulated.

Every object carries SyntheticData (0008,001C) = YES (PS3.3 C.12.1), a PatientID that begins with
``SIM-`` and a SeriesDescription that begins with ``SIMULATED``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from imaging.dicom_reading.sop_classes import PET
from imaging.regions.contours import Points

SIMULATED_PREFIX = "SIMULATED"
MANUFACTURER = "nightscan simulation"
UID_ROOT = "2.25."  # a UID made of a UUID's number (PS3.5 B.2)
FRAME_MS = 180_000
STORED_MAX = np.iinfo(np.int16).max
FIRST_SLICE_MM = -46.0


@dataclass(frozen=True)
class SimulatedSeries:
    """The identity of a simulated exam; all UIDs follow from ``key``; ``spacing_mm`` holds for each axis."""

    key: str
    patient_id: str
    scan_date: dt.date
    spacing_mm: float

    def uid(self, what: str) -> str:
        """Return the UID of one thing of this exam: 2.25 and 39 digits at most."""
        digest = hashlib.sha256(f"{self.key}|{what}".encode()).digest()
        return UID_ROOT + str(int.from_bytes(digest[:16], "big"))


def pet_files(series: SimulatedSeries, values: NDArray[np.float64]) -> dict[str, bytes]:
    """Write SUV ``values`` (slices, rows, columns) as PET slices; the first file is the topmost slice."""
    slices = len(values)
    return {
        f"PET/IM{slices - index:04d}.dcm": _pet_slice(series, index, values)
        for index in range(slices - 1, -1, -1)
    }


def position(series: SimulatedSeries, index: int, points: Points) -> tuple[Any, Any, Any]:
    """Patient coordinates (LPS mm) of voxel points (column, row) of one slice."""
    z = FIRST_SLICE_MM + index * series.spacing_mm
    return points[:, 0] * series.spacing_mm - 94.0, points[:, 1] * series.spacing_mm - 94.0, [z] * len(points)


def _pet_slice(series: SimulatedSeries, index: int, values: NDArray[np.float64]) -> bytes:
    plane = values[index]
    slope = f"{max(float(plane.max()), 1e-3) / STORED_MAX:.10g}"
    stored = np.round(plane / float(slope)).clip(0, STORED_MAX).astype("<i2")
    x, y, z = position(series, index, np.zeros((1, 2)))
    dataset = common(series, PET, f"slice {index}", "PT", series.uid("series"))
    number = len(values) - index
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY"],
        AcquisitionDate=dataset.SeriesDate,
        AcquisitionTime="120000",
        InstanceNumber=number,
        ImageIndex=number,
        NumberOfSlices=len(values),
        PatientPosition="HFS",
        FrameOfReferenceUID=series.uid("frame"),
        PositionReferenceIndicator="",
        ImagePositionPatient=[float(x[0]), float(y[0]), float(z[0])],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelSpacing=[series.spacing_mm] * 2,
        SliceThickness=series.spacing_mm,
        Units="GML",
        SUVType="BW",
        CountsSource="EMISSION",
        SeriesType=["STATIC", "IMAGE"],
        CorrectedImage=["DECY", "ATTN"],
        DecayCorrection="START",
        CollimatorType="NONE",
        FrameReferenceTime=0,
        ActualFrameDuration=FRAME_MS,
        LossyImageCompression="00",
        RadiopharmaceuticalInformationSequence=[_isotope()],
        PatientWeight=70,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        Rows=plane.shape[0],
        Columns=plane.shape[1],
        BitsAllocated=16,
        BitsStored=16,
        HighBit=15,
        PixelRepresentation=1,
        RescaleIntercept=0,
        RescaleSlope=slope,
        PixelData=stored.tobytes(),
    )
    return encode(dataset)


def _isotope() -> Dataset:
    code = item(CodeValue="C-111A1", CodingSchemeDesignator="SRT", CodeMeaning="^18^Fluorine")
    return item(
        RadiopharmaceuticalStartTime="110000",
        RadionuclideTotalDose=350_000_000,
        RadionuclideHalfLife=6588,
        RadionuclideCodeSequence=[code],
    )


def common(series: SimulatedSeries, sop_class: str, what: str, modality: str, series_uid: str) -> Dataset:
    """Make a dataset with what every object needs: patient, study, series, equipment, SOP common."""
    date = series.scan_date.strftime("%Y%m%d")
    return item(
        SpecificCharacterSet="ISO_IR 100",
        SOPClassUID=sop_class,
        SOPInstanceUID=series.uid(what),
        SyntheticData="YES",
        StudyDate=date,
        SeriesDate=date,
        StudyTime="120000",
        SeriesTime="120000",
        AccessionNumber="",
        Modality=modality,
        Manufacturer=MANUFACTURER,
        ReferringPhysicianName="",
        StudyDescription=f"{SIMULATED_PREFIX} exam",
        SeriesDescription=f"{SIMULATED_PREFIX} {modality}",
        PatientName=f"Simulated^{series.patient_id}",
        PatientID=series.patient_id,
        PatientBirthDate="",
        PatientSex="O",
        OperatorsName="",
        StudyInstanceUID=series.uid("study"),
        SeriesInstanceUID=series_uid,
        StudyID="1",
        SeriesNumber=1,
        InstanceNumber=1,
    )


def item(**values: Any) -> Dataset:
    """Make a dataset, or an item of a sequence, of values by keyword."""
    return put(Dataset(), **values)


def put(dataset: Dataset, **values: Any) -> Dataset:
    """Set values by keyword; return the dataset."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def encode(dataset: Dataset) -> bytes:
    """Return the file: explicit VR little endian, preamble and meta header."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = meta
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
