"""A converted volume, its geometry certificate, and the result of converting one series."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.records import FileOutcome, JsonValue, Refusal

Affine = NDArray[np.float64]


@dataclass(frozen=True)
class GeometryCertificate:
    """The numbers that prove a volume's geometry; lengths in mm, kept in its record.

    ``spacing_residual_max``: largest difference of a slice distance from their median.
    ``shift_residual_max``: largest in-plane offset of a slice from the line through first and last.
    ``corner_error_max``: largest distance between a slice corner by its own header and by the affine.
    ``orthogonality_max``: largest absolute cosine between two of the three axes.
    ``handedness``: sign of the affine's determinant in RAS+ (+1: slices follow row x column).
    """

    slices: int
    spacing_median: float
    spacing_residual_max: float
    shift_residual_max: float
    corner_error_max: float
    orthogonality_max: float
    orientation_residual_max: float
    handedness: int


@dataclass(frozen=True)
class Volume:
    """One series as a grid of values in patient space.

    ``array``: shape (columns, rows, slices), the first axis along the image's rows; dtype as stored.
    ``affine``: 4x4 float64, voxel indices to NIfTI RAS+ millimetres. ``spacing``: mm along each axis.
    ``units``: HU, SUV, BQML or arbitrary; ``units_source``: the header's words. ``files``: in slice order.
    ``padding_value``: the real value of voxels without measurement (None: none, or differing by slice).
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

    def record(self) -> dict[str, JsonValue]:
        """Return the volume's record: everything but voxels, UIDs and names of files; JSON-ready."""
        columns, rows, slices = self.array.shape
        return {
            "columns": int(columns),
            "rows": int(rows),
            "slices": int(slices),
            "spacing": [float(v) for v in self.spacing],
            "affine": [[float(v) for v in row] for row in self.affine],
            "units": self.units,
            "units_source": self.units_source,
            "dtype": self.array.dtype.name,
            "modality": self.modality,
            "manufacturer": self.manufacturer,
            "simulated": self.simulated,
            "files": len(self.files),
            "files_digest": self.files_digest,
            "padding_value": self.padding_value,
            "padding_voxels": self.padding_voxels,
            "geometry": dict(asdict(self.certificate)),
        }


@dataclass(frozen=True)
class SeriesResult:
    """A volume or the refusal of its series (exactly one), and one outcome per input file, in input order."""

    volume: Volume | None
    refusal: Refusal | None
    outcomes: tuple[FileOutcome, ...]
