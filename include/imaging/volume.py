"""A converted volume, its geometry certificate, and the result of converting one series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.records import FileOutcome, JsonValue, Refusal

Affine = NDArray[np.float64]


@dataclass(frozen=True)
class GeometryCertificate:
    """The numbers that prove a volume's geometry; lengths in mm, kept in its record.

    ``slices``: positions (a 4-D volume has as many slices in each of its volumes).
    ``spacing_median``: of the distances along the normal; ``spacing_residual_max``: the largest difference
    from it.
    ``shift_residual_max``: largest in-plane offset of a slice from the line through first and last.
    ``corner_error_max``: largest distance between a slice corner by its own header and by the affine, over
    all slices of all volumes; ``corner_error_first`` and ``_last``: of the first and the last position.
    ``orthogonality_max``: largest absolute cosine between two of the three axes.
    ``handedness``: sign of the affine's determinant in RAS+ (+1: slices follow row x column).
    ``tilt_degrees``: between the step from slice to slice and the slices' normal; 0 when straight.
    ``spacing_evidence``: "positions" when three or more slices prove the spacing, the element that states it
    for two, "none" for a projection.
    """

    slices: int
    spacing_median: float
    spacing_residual_max: float
    shift_residual_max: float
    corner_error_max: float
    orthogonality_max: float
    orientation_residual_max: float
    handedness: int
    corner_error_first: float = 0.0
    corner_error_last: float = 0.0
    tilt_degrees: float = 0.0
    spacing_evidence: str = "positions"


@dataclass(frozen=True)
class FourthAxis:
    """What the volumes of a 4-D series are steps of.

    ``kind``: the header element; ``values``: one per volume, ascending, in ``unit`` (clock times count from
    the first volume). ``step_s``: the time between volumes when it is uniform. ``also``: further elements
    with one value per volume, in the same order.
    """

    kind: str
    values: tuple[float, ...]
    unit: str
    step_s: float | None = None
    also: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def record(self) -> dict[str, JsonValue]:
        """Return the axis JSON-ready."""
        return {
            "kind": self.kind,
            "values": list(self.values),
            "unit": self.unit,
            "step_s": self.step_s,
            "also": {key: list(values) for key, values in self.also.items()},
        }


@dataclass(frozen=True)
class Volume:
    """One series as a grid of values in patient space.

    ``array``: shape (columns, rows, slices) or (columns, rows, slices, volumes), the first axis along the
    image's rows. ``affine``: 4x4 float64, voxel indices to NIfTI RAS+ millimetres; sheared for a tilted
    gantry. ``spacing``: mm along each axis. ``units``: HU, SUV, BQML or arbitrary; ``units_source``: the
    header's text. ``files``: in slice order. ``fourth``: None for 3-D.
    ``padding_value``: the one value of all voxels without measurement, below every other value; None: there
    are none. ``padding_mapped``: they were given that value, as their own was not one below all others.
    ``projection``: an X-ray image without a place in the patient; ``spacing_source``: where its pixel spacing
    comes from. ``suv``: how SUV was computed, or the reason why it was not (PET in Bq/ml only).
    ``rescale``: what the headers made of stored values: range of slopes and intercepts, digest over slices.
    ``sidecar``: BIDS keys without dates, identifiers and free text.
    ``overruled``: reasons for which files of it were refused until a person overruled them.
    """

    array: NDArray[Any]
    affine: Affine
    spacing: tuple[float, float, float]
    units: str
    units_source: str
    modality: str
    manufacturer: str
    simulated: bool
    series_uid: str
    frame_of_reference: str
    certificate: GeometryCertificate
    files: tuple[str, ...]
    files_digest: str
    padding_value: float | None = None
    padding_voxels: int = 0
    overruled: tuple[str, ...] = ()
    padding_mapped: bool = False
    fourth: FourthAxis | None = None
    projection: bool = False
    spacing_source: str = "PixelSpacing"
    photometric: str = "MONOCHROME2"
    rescale: Mapping[str, JsonValue] = field(default_factory=dict)
    suv: Mapping[str, JsonValue] | None = None
    sidecar: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def tilt_degrees(self) -> float:
        """The angle between the step from slice to slice and the slices' normal; 0 for a straight stack."""
        return self.certificate.tilt_degrees

    @property
    def affine_code(self) -> str:
        """Whether the affine leads into the scanner's space ("scanner") or nowhere ("none")."""
        return "none" if self.projection else "scanner"

    @property
    def volumes(self) -> int:
        """The number of volumes: 1 for 3-D."""
        return 1 if self.fourth is None else len(self.fourth.values)

    @property
    def time_step_s(self) -> float | None:
        """The time between volumes, when there are several at one distance."""
        return None if self.fourth is None else self.fourth.step_s

    def record(self) -> dict[str, JsonValue]:
        """Return the volume's record: everything but voxels, UIDs and names of files; JSON-ready."""
        columns, rows, slices = self.array.shape[:3]
        return {
            "columns": int(columns),
            "rows": int(rows),
            "slices": int(slices),
            "volumes": self.volumes,
            "fourth_axis": None if self.fourth is None else self.fourth.record(),
            "spacing": [float(v) for v in self.spacing],
            "spacing_source": self.spacing_source,
            "affine": [[float(v) for v in row] for row in self.affine],
            "tilt_degrees": self.tilt_degrees,
            "projection": self.projection,
            "photometric": self.photometric,
            "units": self.units,
            "units_source": self.units_source,
            "rescale": dict(self.rescale),
            "suv": None if self.suv is None else dict(self.suv),
            "dtype": self.array.dtype.name,
            "modality": self.modality,
            "manufacturer": self.manufacturer,
            "simulated": self.simulated,
            "files": len(self.files),
            "files_digest": self.files_digest,
            "padding_value": self.padding_value,
            "padding_voxels": self.padding_voxels,
            "padding_mapped": self.padding_mapped,
            "released": list(self.overruled),
            "geometry": dict(asdict(self.certificate)),
        }


@dataclass(frozen=True)
class SeriesResult:
    """A volume or the refusal of its series (exactly one), and one outcome per input file, in input order."""

    volume: Volume | None
    refusal: Refusal | None
    outcomes: tuple[FileOutcome, ...]
