"""Rasterise the regions of an RTSTRUCT on the grid of the volume they were drawn on (PS3.3 C.8.8)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pydicom
from numpy.typing import NDArray

from imaging.contours import Points, fill
from imaging.dicom import PARSE_ERRORS, open_dataset, quiet, raw_text, text
from imaging.header import HEADER_TAGS, header_of, tags_of
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.sop_classes import RTSTRUCT
from imaging.volume import Volume

REGION_TAGS = (*HEADER_TAGS, *tags_of(("StructureSetROISequence", "ROIContourSequence")))
CLOSED = frozenset({"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"})
MIN_POINTS = 3
OFF_PLANE = 0.25  # of a slice distance: a contour further from a slice's plane was drawn on another grid
OUTSIDE = 1.0  # pixels beyond the image's outermost centres that a contour may reach
MM3_PER_ML = 1000.0


@dataclass(frozen=True)
class RegionResult:
    """One region of interest: a mask on the image's own grid, or its refusal (exactly one of the two).

    ``slug``: the name in [a-z0-9-], fit for file names. ``mask``: uint8 0/1, shape of the volume's array.
    """

    name: str
    slug: str
    mask: NDArray[np.uint8] | None
    voxels: int
    volume_ml: float
    refusal: Refusal | None
    details: Mapping[str, JsonValue] = field(default_factory=dict)

    def refused(self, refusal: Refusal) -> RegionResult:
        """Return this region without its mask, for ``refusal`` unless it was refused already."""
        return replace(self, mask=None, voxels=0, volume_ml=0.0, refusal=self.refusal or refusal)


def rasterise(data: bytes, volume: Volume) -> list[RegionResult] | Refusal:
    """Rasterise every region of an RTSTRUCT (its bytes) on ``volume``; a Refusal when none can be had at all.

    Rule: a voxel is inside when its centre is inside by the even-odd rule over all closed planar contours
    of its slice, so holes and islands come out right; left and upper borders belong to the region. A
    contour fills the whole thickness of its slice. The same contour twice counts once.
    """
    with quiet():
        dataset = open_dataset(data, REGION_TAGS, pixels=False)
        if isinstance(dataset, Refusal):
            return dataset
        header = header_of(dataset)
        if isinstance(header, Refusal):
            return header
        refusal = _not_for(header, volume)
        if refusal is not None:
            return refusal
        try:
            results = [_region(*item, header, volume) for item in _items(dataset)]
        except PARSE_ERRORS as error:
            return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})
    return _distinct(results) if results else Refusal(Reason.EMPTY_REGION, {"regions": 0})


def slug_of(name: str) -> str:
    """Simplify a name for file names: 'GTV Mass/PET' gives 'gtv-mass-pet'; 'region' when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:64].rstrip("-") or "region"


def _not_for(header: Header, volume: Volume) -> Refusal | None:
    if header.sop_class != RTSTRUCT:
        return Refusal(Reason.REGION_UNSUPPORTED, {"class": header.sop_class_name})
    named = volume.series_uid in header.referenced_series
    framed = not header.referenced_series and volume.frame_of_reference in header.referenced_frames
    if named or (framed and volume.frame_of_reference):
        return None
    return Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_referenced": len(header.referenced_series)})


def _items(dataset: pydicom.Dataset) -> list[tuple[str, str, Sequence[pydicom.Dataset]]]:
    """Return (name, frame of reference, contours) of each region, in the file's order."""
    contours = {
        text(item, "ReferencedROINumber"): item.get("ContourSequence") or ()
        for item in dataset.get("ROIContourSequence") or ()
    }
    return [
        (
            text(item, "ROIName"),
            text(item, "ReferencedFrameOfReferenceUID"),
            contours.get(text(item, "ROINumber"), ()),
        )
        for item in dataset.get("StructureSetROISequence") or ()
    ]


def _region(
    name: str, frame: str, contours: Sequence[pydicom.Dataset], header: Header, volume: Volume
) -> RegionResult:
    found = _other_frame(frame, header, volume) or _mask(contours, volume)
    if isinstance(found, Refusal):
        return RegionResult(name, slug_of(name), None, 0, 0.0, found)
    mask, details = found
    details["frame_undeclared"] = bool(frame) and frame not in header.referenced_frames
    voxels = int(np.count_nonzero(mask))
    millilitres = voxels * abs(float(np.linalg.det(volume.affine[:3, :3]))) / MM3_PER_ML
    if not voxels:
        return RegionResult(name, slug_of(name), None, 0, 0.0, Refusal(Reason.EMPTY_REGION, details))
    return RegionResult(name, slug_of(name), mask, voxels, millilitres, None, details)


def _other_frame(frame: str, header: Header, volume: Volume) -> Refusal | None:
    """Refuse a region that lies in another frame of reference than the volume.

    A frame that the file itself declares nowhere (STS_046 has one: a UID lost in de-identification) is not
    another one if the file names the volume's series and declares the volume's frame only; it is recorded.
    """
    if not frame or not volume.frame_of_reference or frame == volume.frame_of_reference:
        return None
    only_ours = header.referenced_frames == (volume.frame_of_reference,)
    if only_ours and header.referenced_series == (volume.series_uid,):
        return None
    return Refusal(Reason.REGION_WITHOUT_IMAGE, {"other_frame_of_reference": True})


def _mask(
    contours: Sequence[pydicom.Dataset], volume: Volume
) -> tuple[NDArray[np.uint8], dict[str, JsonValue]] | Refusal:
    kinds = Counter(text(contour, "ContourGeometricType") for contour in contours)
    if not kinds:
        return Refusal(Reason.EMPTY_REGION, {"contours": 0})
    if not CLOSED.issuperset(kinds):
        return Refusal(Reason.REGION_UNSUPPORTED, {"contour_kinds": dict(kinds)})
    placed = _place([raw_text(contour, "ContourData") for contour in contours], volume)
    if isinstance(placed, Refusal):
        return placed
    columns, rows, slices = volume.array.shape
    stack = np.zeros((slices, rows, columns), dtype=np.uint8)
    for index, drawn in placed.items():
        stack[index] = fill(drawn, rows, columns)
    gaps = max(placed) - min(placed) + 1 - len(placed)
    details: dict[str, JsonValue] = {
        "contours": len(contours),
        "repeated_contours": len(contours) - sum(len(drawn) for drawn in placed.values()),
        "slices": len(placed),
        "slices_without_contour_inside": gaps,
    }
    return stack.transpose(2, 1, 0), details


def _place(texts: Sequence[str], volume: Volume) -> dict[int, list[Points]] | Refusal:
    """Sort contours (LPS mm as text) by slice, in pixel units; REGION_OFF_GRID when they do not fit."""
    to_voxel = np.linalg.inv(volume.affine)
    columns, rows, slices = volume.array.shape
    placed: dict[int, list[Points]] = defaultdict(list)
    for data in dict.fromkeys(texts):
        values = np.array(data.split("\\"), dtype=np.float64)
        if values.size % 3 or values.size < 3 * MIN_POINTS or not np.isfinite(values).all():
            return Refusal(Reason.REGION_UNSUPPORTED, {"contour_numbers": int(values.size)})
        ras = values.reshape(-1, 3) * (-1.0, -1.0, 1.0)
        voxel = ras @ to_voxel[:3, :3].T + to_voxel[:3, 3]
        index = int(np.rint(voxel[:, 2].mean()))
        off_plane = float(np.abs(voxel[:, 2] - index).max())
        beyond = float(max((-voxel[:, :2]).max(), (voxel[:, :2] - (columns - 1, rows - 1)).max()))
        if off_plane > OFF_PLANE or not 0 <= index < slices or beyond > OUTSIDE:
            evidence: dict[str, JsonValue] = {
                "slice": index,
                "slices": slices,
                "off_plane_slices": off_plane,
                "beyond_image_pixels": max(beyond, 0.0),
            }
            return Refusal(Reason.REGION_OFF_GRID, evidence)
        placed[index].append(voxel[:, :2])
    return dict(placed)


def _distinct(results: Sequence[RegionResult]) -> list[RegionResult]:
    """Refuse regions whose names become the same file name: neither may overwrite the other."""
    counts = Counter(result.slug for result in results)
    same = Refusal(Reason.DUPLICATE_REGION)
    return [result.refused(same) if counts[result.slug] > 1 else result for result in results]
