"""Which elements of an image file are read: all that the rooms below ask for, in one pass over its header."""

from __future__ import annotations

from imaging.dicom_reading.header import HEADER_TAGS
from imaging.dicom_reading.tags import tags_of
from imaging.geometry.fourth_axis import MOMENT_KEYWORDS
from imaging.pixels.stored import OVERLAY_POSITIONS, PIXEL_KEYWORDS
from imaging.slices.frames import GROUPS, MACRO_OF
from imaging.slices.mosaic import MOSAIC_TAGS
from imaging.slices.projection import PROJECTION_KEYWORDS
from imaging.slices.reading import GEOMETRY_KEYWORDS, VALUE_KEYWORDS
from imaging.values.sidecar import SIDECAR_KEYWORDS
from imaging.values.suv import SUV_KEYWORDS

KEYWORDS = dict.fromkeys(
    (
        *GEOMETRY_KEYWORDS,
        *VALUE_KEYWORDS,
        *PIXEL_KEYWORDS,
        *PROJECTION_KEYWORDS,
        *MOMENT_KEYWORDS,
        *SUV_KEYWORDS,
        *SIDECAR_KEYWORDS,
        *GROUPS,
        *MACRO_OF,
    )
)
SLICE_TAGS = frozenset((*HEADER_TAGS, *tags_of(KEYWORDS), *OVERLAY_POSITIONS, *MOSAIC_TAGS))
