"""Rasterise the regions of an RTSTRUCT or a segmentation on the grid of the volume they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext

from imaging.dicom_reading.header import HEADER_TAGS, header_of
from imaging.dicom_reading.sop_classes import RTSTRUCT
from imaging.dicom_reading.source import Source, open_source, parse_errors, quiet, text
from imaging.dicom_reading.strict.elements import Elements
from imaging.dicom_reading.tags import tags_of
from imaging.pixels.stored import OVERLAY_POSITIONS
from imaging.reasons import Reason
from imaging.records import Header, Refusal
from imaging.regions import segment_header, segmentation, structure_set
from imaging.regions.result import RegionResult, slug_of
from imaging.volume import Volume

__all__ = ["REGION_TAGS", "RegionResult", "rasterise", "slug_of"]

KEYWORDS = (*structure_set.KEYWORDS, *segment_header.KEYWORDS)
REGION_TAGS = (*HEADER_TAGS, *tags_of(KEYWORDS), *OVERLAY_POSITIONS)
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
_Draw = Callable[[Source, Header, Volume], Iterator[RegionResult] | Refusal]
DRAWN: Mapping[str, _Draw] = {
    RTSTRUCT: structure_set.draw,
    SEGMENTATION: segmentation.draw,
    segment_header.LABEL_MAP: segmentation.draw,
}


def rasterise(data: bytes, volume: Volume) -> list[RegionResult] | Refusal:
    """Return every region of a file (its bytes) as a mask on ``volume``, or a Refusal of the file.

    The series that a file references, else its frame of reference, decides which image it belongs to. Rules:
    ``structure_set`` for contours, ``segmentation`` for segments. Never raises for bad data.
    """
    dataset = open_source(data, REGION_TAGS, pixels=True)
    if isinstance(dataset, Refusal):
        return dataset
    contours = isinstance(dataset, Elements) and text(dataset, "SOPClassUID") == RTSTRUCT
    with nullcontext() if contours else quiet():
        header = header_of(dataset)
        if isinstance(header, Refusal):
            return header
        refusal = _not_for(header, volume)
        if refusal is not None:
            return refusal
        try:
            drawn = DRAWN[header.sop_class](dataset, header, volume)
            results = drawn if isinstance(drawn, Refusal) else list(drawn)
        except parse_errors() as error:
            return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})
    if isinstance(results, Refusal):
        return results
    return _distinct(results) if results else Refusal(Reason.EMPTY_REGION, {"regions": 0})


def _not_for(header: Header, volume: Volume) -> Refusal | None:
    """Refuse a file of another kind, or of another image."""
    if header.sop_class not in DRAWN:
        return Refusal(Reason.REGION_UNSUPPORTED, {"class": header.sop_class_name})
    named = volume.series_uid in header.referenced_series
    framed = not header.referenced_series and volume.frame_of_reference in header.referenced_frames
    if volume.projection:
        return Refusal(Reason.REGION_OFF_GRID, {"patient_space": False})
    if named or (framed and volume.frame_of_reference):
        return None
    return Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_referenced": len(header.referenced_series)})


def _distinct(results: Sequence[RegionResult]) -> list[RegionResult]:
    """Refuse regions whose names become the same file name: neither may overwrite the other."""
    counts = Counter(result.slug for result in results)
    same = Refusal(Reason.DUPLICATE_REGION)
    return [result.refused(same) if counts[result.slug] > 1 else result for result in results]
