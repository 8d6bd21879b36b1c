"""Small valid DICOM files with defaults, made wrong in one respect at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from imaging.dicom_reading.source_file import SourceFile
from imaging.reasons import Reason
from imaging.series.convert import convert_series
from imaging.volume import SeriesResult, Volume

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
PET = "1.2.840.10008.5.1.4.1.1.128"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
STUDY, SERIES, FRAME = "1.2.3.1", "1.2.3.2", "1.2.3.3"


def encode(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = meta
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def dataset(**values: Any) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        if value is not None:
            setattr(made, keyword, value)
    return made


def pixels(index: int, rows: int = 5, columns: int = 6) -> np.ndarray:
    """Values that differ by slice, row and column."""
    j, i = np.mgrid[:rows, :columns]
    return (100 * index + 10 * j + i).astype(np.int16)


def slice_dataset(index: int, **changes: Any) -> Dataset:
    """CT slice ``index``: 5 rows of 6 columns, z = 2.5 * index, HU by -1024; None removes a value."""
    stored = np.asarray(changes.pop("stored", pixels(index)))
    values: dict[str, Any] = {
        "SOPClassUID": CT,
        "SOPInstanceUID": f"1.2.3.4.{index + 1}",
        "Modality": "CT",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": SERIES,
        "FrameOfReferenceUID": FRAME,
        "PatientID": "P1",
        "StudyDate": "20240301",
        "InstanceNumber": index + 1,
        "ImagePositionPatient": [-10.0, 20.0, 2.5 * index],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [1.5, 0.5],
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": stored.dtype.itemsize * 8,
        "BitsStored": stored.dtype.itemsize * 8,
        "HighBit": stored.dtype.itemsize * 8 - 1,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        "PixelData": stored.tobytes(),
    }
    return dataset(**{**values, **changes})


def slice_bytes(index: int, **changes: Any) -> bytes:
    return encode(slice_dataset(index, **changes))


def stack(count: int = 5, **changes: Any) -> list[bytes]:
    return [slice_bytes(index, **changes) for index in range(count)]


def sources(files: Iterable[bytes] | Mapping[str, bytes]) -> list[SourceFile]:
    named = files if isinstance(files, Mapping) else {f"f{n}": data for n, data in enumerate(files)}
    return [SourceFile.from_bytes(name, data) for name, data in named.items()]


def convert(files: Iterable[bytes] | Mapping[str, bytes]) -> SeriesResult:
    """Convert, and hold the result to what every result must keep: one outcome a file, volume xor refusal."""
    given = sources(files)
    result = convert_series(given)
    assert [(item.name, item.sha256) for item in result.outcomes] == [(f.name, f.sha256) for f in given]
    assert (result.volume is None) == (result.refusal is not None)
    assert sum(item.used for item in result.outcomes) == (len(result.volume.files) if result.volume else 0)
    return result


def volume_of(files: Iterable[bytes] | Mapping[str, bytes]) -> Volume:
    result = convert(files)
    assert result.volume is not None, result.refusal
    return result.volume


def refusal_of(files: Iterable[bytes] | Mapping[str, bytes]) -> tuple[Reason, Mapping[str, Any]]:
    result = convert(files)
    assert result.refusal is not None
    return result.refusal.reason, result.refusal.evidence


def square(z: float, low: float, high: float, offset: Sequence[float] = (-10.0, 20.0)) -> Dataset:
    """A square contour in voxel units of ``slice_dataset``'s grid, at height ``z`` mm."""
    corners = [(low, low), (high, low), (high, high), (low, high)]
    return contour([(offset[0] + 0.5 * i, offset[1] + 1.5 * j, z) for i, j in corners])


def contour(points: Sequence[Sequence[float]], kind: str = "CLOSED_PLANAR") -> Dataset:
    numbers = [value for point in points for value in point]
    return dataset(ContourGeometricType=kind, NumberOfContourPoints=len(points), ContourData=numbers)


def structure_dataset(regions: Mapping[str, Sequence[Dataset]], **changes: Any) -> Dataset:
    """An RTSTRUCT on the series of ``slice_dataset`` with the given regions."""
    referenced = dataset(SeriesInstanceUID=changes.pop("series", SERIES))
    study = dataset(RTReferencedSeriesSequence=[referenced] if referenced else [])
    frame = changes.pop("frame", FRAME)
    values: dict[str, Any] = {
        "SOPClassUID": RTSTRUCT,
        "SOPInstanceUID": "1.2.3.5.1",
        "Modality": "RTSTRUCT",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": "1.2.3.6",
        "PatientID": "P1",
        "StudyDate": "20240301",
        "ReferencedFrameOfReferenceSequence": [
            dataset(FrameOfReferenceUID=frame, RTReferencedStudySequence=[study])
        ],
        "StructureSetROISequence": [
            dataset(ROINumber=number, ROIName=name, ReferencedFrameOfReferenceUID=frame)
            for number, name in enumerate(regions)
        ],
        "ROIContourSequence": [
            dataset(ReferencedROINumber=number, ContourSequence=list(contours))
            for number, contours in enumerate(regions.values())
        ],
    }
    return dataset(**{**values, **changes})


def structure_bytes(regions: Mapping[str, Sequence[Dataset]], **changes: Any) -> bytes:
    return encode(structure_dataset(regions, **changes))
