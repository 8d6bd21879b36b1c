"""Simulated patients: valid PET series with a tumour contour, whose outcome depends on a stated property.

The outcome (1 or 0) is drawn with probability 1 / (1 + exp(-logit)), where
``logit = 14 * (CV - 0.27) + 0.2 * (M - 7)``; CV is the coefficient of variation of the SUV inside the
contour (its heterogeneity) and M the mean SUV there, both of the image. This logit itself
separates the outcomes with an area under the curve of about 0.9: no model can do better on average.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.simulated_dicom import SimulatedSeries, pet_files
from demo.simulated_regions import structure_set
from imaging.regions.contours import Points, fill

COLUMNS, ROWS, SLICES = 48, 48, 24
SPACING_MM = 4.0
HETEROGENEITY_WEIGHT, HETEROGENEITY_CENTRE = 14.0, 0.27
MEAN_WEIGHT, MEAN_CENTRE = 0.2, 7.0
BACKGROUND_SUV = 1.0
NOISE_SUV = 0.08
CONTOUR_POINTS = 60
OUTERMOST_CONTOUR = 0.95  # of the radius: no contour smaller than a voxel
TUMOUR_MARGIN = 1.2  # the tumour is a little larger than its contour, which so holds tumour only
SMOOTHING_PASSES = 2

Field = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedPatient:
    """One simulated patient: DICOM files by name ('PET/IM0001.dcm', ..., 'PET/RS.dcm') and the outcome.

    ``properties``: heterogeneity (CV), mean SUV, and the outcome's probability.
    """

    patient_id: str
    scan_date: dt.date
    label: int
    files: Mapping[str, bytes]
    properties: Mapping[str, float]


@dataclass(frozen=True)
class _Tumour:
    """An ellipsoid in voxel units (column, row, slice), its mean SUV and its heterogeneity."""

    centre: Field
    radii: Field
    mean: float
    heterogeneity: float


def simulate_patient(number: int, scan_date: dt.date, *, seed: str = "nightscan") -> SimulatedPatient:
    """Simulate patient ``number`` (from 1; PatientID SIM-0001): a PET series and its RTSTRUCT.

    24 slices of 48 x 48 voxels of 4 mm. Deterministic in (seed, number, scan_date); the images and the
    outcome depend on seed and number only.

    :raises ValueError: for a number below 1
    """
    if number < 1:
        raise ValueError(f"patient number {number} is below 1; count simulated patients from 1")
    key = f"{seed}:{number}"
    random = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big"))
    tumour = _draw_tumour(random)
    values = _image(tumour, random)
    contours = _contours(tumour)
    inside = values[_mask(contours)]
    heterogeneity, mean = float(inside.std() / inside.mean()), float(inside.mean())
    logit = HETEROGENEITY_WEIGHT * (heterogeneity - HETEROGENEITY_CENTRE) + MEAN_WEIGHT * (mean - MEAN_CENTRE)
    probability = 1.0 / (1.0 + math.exp(-logit))
    label = int(random.random() < probability)
    series = SimulatedSeries(f"{key}:{scan_date.isoformat()}", f"SIM-{number:04d}", scan_date, SPACING_MM)
    files = pet_files(series, values) | structure_set(series, "GTV_Mass", contours, SLICES)
    properties = {"heterogeneity": heterogeneity, "mean_suv": mean, "probability": probability}
    return SimulatedPatient(series.patient_id, scan_date, label, files, properties)


def _draw_tumour(random: np.random.Generator) -> _Tumour:
    middle = np.array([COLUMNS, ROWS, SLICES]) / 2
    return _Tumour(
        centre=middle + random.uniform(-1.0, 1.0, 3) * (5.0, 5.0, 2.0),
        radii=random.uniform(3.5, 6.5, 3),
        mean=float(random.uniform(4.0, 10.0)),
        heterogeneity=float(random.uniform(0.05, 0.55)),
    )


def _image(tumour: _Tumour, random: np.random.Generator) -> Field:
    """Return SUV, shape (slices, rows, columns): a body, the tumour in it, and noise."""
    z, y, x = np.mgrid[:SLICES, :ROWS, :COLUMNS].astype(np.float64)
    body = ((x - COLUMNS / 2) / 21.0) ** 2 + ((y - ROWS / 2) / 17.0) ** 2 < 1.0
    distance = sum(
        ((grid - centre) / radius) ** 2
        for grid, centre, radius in zip((x, y, z), tumour.centre, tumour.radii, strict=True)
    )
    texture = _smooth(random.standard_normal((SLICES, ROWS, COLUMNS)))
    texture /= texture.std()
    uptake = tumour.mean * np.clip(1.0 + tumour.heterogeneity * texture, 0.1, None)
    values = np.where(distance < TUMOUR_MARGIN, uptake, np.where(body, BACKGROUND_SUV, 0.02))
    noise = NOISE_SUV * random.standard_normal(values.shape)
    return np.asarray(np.clip(values + np.where(body, noise, noise / 20), 0.0, None), dtype=np.float64)


def _smooth(field: Field) -> Field:
    """Average each voxel with its neighbours along every axis, a few times; borders wrap around."""
    for _ in range(SMOOTHING_PASSES):
        for axis in range(field.ndim):
            field = (np.roll(field, 1, axis) + field + np.roll(field, -1, axis)) / 3.0
    return field


def _contours(tumour: _Tumour) -> dict[int, Points]:
    """Return the ellipse of each slice the tumour crosses: (n, 2) points (column, row) in voxel units."""
    angles = np.linspace(0.0, 2 * np.pi, CONTOUR_POINTS, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    contours = {}
    for index in range(SLICES):
        height = (index - tumour.centre[2]) / tumour.radii[2]
        if abs(height) < OUTERMOST_CONTOUR:
            contours[index] = tumour.centre[:2] + circle * tumour.radii[:2] * math.sqrt(1.0 - height**2)
    return contours


def _mask(contours: Mapping[int, Points]) -> NDArray[np.bool_]:
    mask = np.zeros((SLICES, ROWS, COLUMNS), dtype=bool)
    for index, points in contours.items():
        mask[index] = fill([points], ROWS, COLUMNS)
    return mask
