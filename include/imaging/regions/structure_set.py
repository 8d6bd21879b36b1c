"""Rasterise an RT Structure Set on the grid of the volume it was drawn on (PS3.3 C.8.8.5, C.8.8.6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from imaging.dicom_reading.source import Source, items, numbers, raw_text, text
from imaging.dicom_reading.tags import tags_of
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.regions.contours import Points
from imaging.regions.nesting import combine
from imaging.regions.planes import LPS_TO_RAS, other_spacing
from imaging.regions.result import Drawn, RegionResult, result_of
from imaging.volume import Volume

KIND = "RTSTRUCT"
KEYWORDS = ("StructureSetROISequence", "ROIContourSequence")
REGION_TAGS = frozenset(tags_of(("ROINumber", "ROIName", "ReferencedFrameOfReferenceUID")))
DRAWN_TAGS = frozenset(tags_of(("ReferencedROINumber", "ContourSequence")))
CONTOUR_TAGS = frozenset(
    tags_of(("ContourGeometricType", "NumberOfContourPoints", "ContourOffsetVector", "ContourData"))
)
CLOSED, EXCLUSIVE, POINT = "CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "POINT"
KINDS = frozenset({CLOSED, EXCLUSIVE, POINT, "OPEN_PLANAR", "OPEN_NONPLANAR"})
MIN_POINTS = 3
FLAT = 1e-6  # pixels: points that leave a straight line by less enclose nothing
OFF_PLANE = 0.25  # of a slice distance: a contour further from a slice's plane was drawn on another grid
PLANES_APART = 0.05  # of a slice distance: contours of one slice further apart lie on two planes
OUTSIDE = 1.0  # pixels beyond the image's outermost centres that a contour may reach

Placed = dict[int, list[Points]]


def draw(dataset: Source, header: Header, volume: Volume) -> Iterator[RegionResult]:
    """Return the regions as masks, in the file's order; docs/regions.md has the rules with their reasons.

    A voxel is inside when its centre is (see ``area_of``; several contours: see ``combine``). A contour
    belongs to the slice whose plane it lies in, within OFF_PLANE of the slice distance, and fills the whole
    thickness of that slice; nothing is interpolated. REGION_OFF_GRID: a contour between slices, two planes
    in one slice, beyond the image, or most planes a fixed number of slices (two or more) apart, which
    means contours drawn on another spacing. Closed contours without area and POINTs enclose nothing: counted.
    """
    for name, frame, contours in _items(dataset):
        found = _other_frame(frame, header, volume) or _mask(contours, volume)
        if isinstance(found, Drawn):
            undeclared = bool(frame) and frame not in header.referenced_frames
            found = Drawn(found.mask, {**found.details, "frame_undeclared": undeclared})
        yield result_of(name, KIND, found, volume)


def _items(dataset: Source) -> list[tuple[str, str, Sequence[Source]]]:
    """Return (name, frame of reference, contours) of each region, in the file's order."""
    contours = {
        text(item, "ReferencedROINumber"): items(item, "ContourSequence", CONTOUR_TAGS)
        for item in items(dataset, "ROIContourSequence", DRAWN_TAGS)
    }
    return [
        (
            text(item, "ROIName"),
            text(item, "ReferencedFrameOfReferenceUID"),
            contours.get(text(item, "ROINumber"), ()),
        )
        for item in items(dataset, "StructureSetROISequence", REGION_TAGS)
    ]


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


def _mask(contours: Sequence[Source], volume: Volume) -> Drawn | Refusal:
    kind_of = [raw_text(contour, "ContourGeometricType") for contour in contours]
    kinds = Counter(kind_of)
    if not kinds:
        return Refusal(Reason.EMPTY_REGION, {"contours": 0})
    areas = set(kinds) - {POINT}
    if areas not in ({CLOSED}, {EXCLUSIVE}):
        return Refusal(Reason.REGION_UNSUPPORTED, {"contour_kinds": _known(kinds)})
    closed = [contour for contour, kind in zip(contours, kind_of, strict=True) if kind != POINT]
    placed = _place(closed, volume)
    if isinstance(placed, Refusal):
        return placed
    coarser = other_spacing(sorted(placed))
    if coarser is not None:
        return coarser
    counts: dict[str, JsonValue] = {
        "contours": len(contours),
        "point_contours": kinds[POINT],
        "degenerate_contours": len(closed) - sum(len(drawn) for drawn in placed.values()),
        "slices": len(placed),
        "slices_without_contour_inside": max(placed) - min(placed) + 1 - len(placed) if placed else 0,
    }
    return _fill(placed, volume, counts, exclusive=EXCLUSIVE in areas)


def _known(kinds: Mapping[str, int]) -> dict[str, JsonValue]:
    """Count kinds for the evidence: what else a file says may be anything, and is not repeated."""
    counted: Counter[str] = Counter()
    for kind, count in kinds.items():
        counted[kind if kind in KINDS else "other"] += count
    return dict(counted)


def _fill(
    placed: Mapping[int, list[Points]], volume: Volume, counts: dict[str, JsonValue], *, exclusive: bool
) -> Drawn | Refusal:
    columns, rows, slices = volume.array.shape[:3]
    stack = np.zeros((slices, rows, columns), dtype=np.uint8)
    counted: Counter[str] = Counter(repeated_contours=0, nested_contours=0)
    counted.update(overlapping_contours=0, self_overlap_pixels=0)
    for index, drawn in placed.items():
        combined = combine(drawn, rows, columns, exclusive=exclusive)
        if isinstance(combined, Refusal):
            return Refusal(combined.reason, {**combined.evidence, "slice": index})
        stack[index] = combined.inside
        counted["repeated_contours"] += combined.repeated
        counted["nested_contours"] += combined.nested
        counted["overlapping_contours"] += combined.overlapping
        counted["self_overlap_pixels"] += combined.self_overlap
    return Drawn(stack.transpose(2, 1, 0), {**counts, **counted})


def _place(contours: Sequence[Source], volume: Volume) -> Placed | Refusal:
    """Sort contours (LPS mm) by slice, in pixel units, those without area left out; or refuse."""
    to_voxel = np.linalg.inv(volume.affine)
    turn, origin = to_voxel[:3, :3] * LPS_TO_RAS, to_voxel[:3, 3:]
    columns, rows, slices = volume.array.shape[:3]
    placed: Placed = defaultdict(list)
    planes: dict[int, float] = {}
    for contour in contours:
        points = _points(contour)
        if isinstance(points, Refusal):
            return points
        voxel = turn @ points.T + origin
        if _encloses_nothing(voxel):
            continue
        plane = float(voxel[2].mean())
        index = round(plane)
        (left, top, back), (right, bottom, front) = voxel.min(axis=1).tolist(), voxel.max(axis=1).tolist()
        off_plane = max(front - index, index - back)
        beyond = max(-left, -top, right - columns + 1, bottom - rows + 1)
        apart = abs(plane - planes.setdefault(index, plane))
        if max(off_plane / OFF_PLANE, beyond / OUTSIDE, apart / PLANES_APART) > 1 or not 0 <= index < slices:
            evidence: dict[str, JsonValue] = {
                "slice": index,
                "slices": slices,
                "off_plane_slices": off_plane,
                "planes_apart_slices": apart,
                "beyond_image_pixels": max(beyond, 0.0),
            }
            return Refusal(Reason.REGION_OFF_GRID, evidence)
        placed[index].append(voxel[:2].T)
    return dict(placed)


def _points(contour: Source) -> Points | Refusal:
    """Return a contour's points, (n, 3) LPS mm, moved by its offset vector; refused without numbers."""
    values = np.array(raw_text(contour, "ContourData").split("\\"), np.float64)
    written = raw_text(contour, "NumberOfContourPoints")
    stated = int(written) if written.isdecimal() else None
    whole = values.size > 0 and values.size % 3 == 0 and bool(np.isfinite(values).all())
    if not whole or (written and stated != values.size // 3):
        evidence: dict[str, JsonValue] = {"contour_numbers": int(values.size), "points_stated": stated}
        return Refusal(Reason.REGION_UNSUPPORTED, evidence)
    points: Points = values.reshape(-1, 3)
    if not raw_text(contour, "ContourOffsetVector"):
        return points
    offset = numbers(contour, "ContourOffsetVector", 3)
    if offset is None:
        return Refusal(Reason.REGION_UNSUPPORTED, {"contour_offset_readable": False})
    return np.add(points, offset)


def _encloses_nothing(voxel: Points) -> bool:
    """Whether fewer than three different points are left, or all lie on one line."""
    arms = voxel - voxel[:, :1]
    x, y = arms[:2]
    if abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) > FLAT:
        return False  # the area within, twice over; a crossed line may have none and yet enclose something
    lengths = np.linalg.norm(arms, axis=0)
    longest = int(np.argmax(lengths))
    if arms.shape[1] < MIN_POINTS or lengths[longest] < FLAT:
        return True
    along = arms[:, longest] / lengths[longest]
    return float(np.linalg.norm(np.cross(arms.T, along), axis=1).max()) < FLAT
