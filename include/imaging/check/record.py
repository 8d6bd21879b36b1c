"""Check a volume against the record in its sidecar: grid, values, certificate, sources."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from imaging.check.findings import Finding, judged, not_checked
from imaging.check.image import Image
from imaging.geometry.certificate import judge
from imaging.geometry.grid import TILT_ABSOLUTE_MM
from imaging.output.converted import Json, VolumeFiles, listed
from imaging.volume import Affine

AFFINE_RELATIVE = 1e-6  # the header holds 32-bit numbers
AFFINE_ABSOLUTE = 1e-5  # mm, for elements near 0
SPACING_RELATIVE = 1e-5  # as above, of lengths
DISTANCE_ABSOLUTE_MM = 1e-3  # the record has the median of the distances, the affine their mean
TILT_DEGREES = 0.1  # a tilt below TILT_RELATIVE (0.06 degrees) is recorded as 0
NO_SIDECAR = "no sidecar with a record lies beside the volume"
OF_THE_RECORD = ("affine", "shape", "type", "spacing", "certificate", "padding", "sources")


def check_record(image: Image, volume: VolumeFiles) -> list[Finding]:
    """Return the findings of ``image`` against the record of ``volume``: not checked without one."""
    record = volume.record
    if not record:
        return [not_checked(check, NO_SIDECAR) for check in OF_THE_RECORD]
    return [
        _affine(image, volume),
        _shape(image, record),
        judged(
            "type",
            image.values.dtype.name == record.get("dtype"),
            _two(image.values.dtype.name, record.get("dtype")),
        ),
        _spacing(image, record),
        *_certificate(image, volume),
        _padding(image, record),
        *_sources(volume),
    ]


def _affine(image: Image, volume: VolumeFiles) -> Finding:
    if image.affine is None or not volume.placed:
        detail = "no patient space: right for a projection, and only for one"
        return judged("affine", image.affine is None and not volume.placed, detail)
    record = volume.record
    stated = np.array(record.get("affine"), dtype=np.float64)
    if stated.shape != (4, 4):
        return judged("affine", False, "the record holds no 4x4 affine")
    apart = float(np.abs(stated - image.affine).max())
    same = bool(np.allclose(image.affine, stated, rtol=AFFINE_RELATIVE, atol=AFFINE_ABSOLUTE))
    return judged("affine", same, f"largest difference from the record {apart:.2g}")


def _shape(image: Image, record: Json) -> Finding:
    stated = [record.get(name) for name in ("columns", "rows", "slices")]
    stated += [record["volumes"]] if int(record.get("volumes") or 1) > 1 else []
    found = list(image.values.shape) + [1] * (3 - image.values.ndim)
    return judged("shape", found == stated, _two(found, stated))


def _spacing(image: Image, record: Json) -> Finding:
    stated = [float(value) for value in listed(record.get("spacing"))]
    found = list(image.zooms[: len(stated)])
    same = (
        bool(stated)
        and len(found) == len(stated)
        and np.allclose(found, stated, rtol=SPACING_RELATIVE, atol=0)
    )
    return judged(
        "spacing", bool(same), _two([round(value, 6) for value in found], [round(v, 6) for v in stated])
    )


def _certificate(image: Image, volume: VolumeFiles) -> list[Finding]:
    """Judge the certificate by its tolerances, and by the affine that the file really has."""
    record = volume.record
    judgements = judge(record)
    if not judgements or image.affine is None or not volume.placed:
        return [not_checked("certificate", "the record has none: nothing proves a patient space")]
    outside = [f"{item.name} {item.value}" for item in judgements if item.within is False]
    within = sum(item.within is True for item in judgements)
    values: dict[str, Any] = {item.name: item.value for item in judgements}
    sign = 1 if np.linalg.det(image.affine[:3, :3]) > 0 else -1
    distance, tilt = _step(image.affine)
    median = values.get("spacing_median")
    found = [
        judged("certificate", not outside, "; ".join(outside) or f"{within} numbers within their tolerances"),
        judged("handedness", values.get("handedness") == sign, _two(sign, values.get("handedness"))),
    ]
    if isinstance(median, (int, float)):
        even = abs(distance - median) <= DISTANCE_ABSOLUTE_MM + SPACING_RELATIVE * median
        found.append(judged("slice distance", even, _two(f"{distance:.6g} mm", f"{median:.6g} mm")))
    stated = values.get("tilt_degrees", record.get("tilt_degrees"))
    if isinstance(stated, (int, float)):
        found.append(_tilt(tilt, stated, distance * max(1, image.values.shape[2] - 1)))
    return found


def _tilt(found: float, stated: float, length: float) -> Finding:
    """Compare tilts (degrees); one within its tolerance is recorded as 0, more of it in short stacks."""
    allowed = TILT_DEGREES + math.degrees(TILT_ABSOLUTE_MM / length)
    return judged("tilt", abs(found - abs(stated)) <= allowed, _two(f"{found:.3f} degrees", f"{stated:.3f}"))


def _step(affine: Affine) -> tuple[float, float]:
    """Return the distance of slices along their normal (mm), and the angle of the step off it (degrees)."""
    normal = np.cross(affine[:3, 0], affine[:3, 1])
    normal /= np.linalg.norm(normal)
    along = abs(float(affine[:3, 2] @ normal))
    return along, float(np.degrees(np.arccos(min(1.0, along / float(np.linalg.norm(affine[:3, 2]))))))


def _padding(image: Image, record: Json) -> Finding:
    """Count the voxels that have the padding value; more can be padding when the header gives a range."""
    voxels, value = int(record.get("padding_voxels") or 0), record.get("padding_value")
    if value is None:
        if voxels:
            return not_checked("padding", f"{voxels} voxels recorded, their value differs by slice")
        return judged("padding", True, "none recorded")
    found = int(np.count_nonzero(image.values == image.values.dtype.type(value)))
    return judged("padding", found == voxels, f"value {value:g}: " + _two(found, voxels))


def _sources(volume: VolumeFiles) -> list[Finding]:
    inputs, record = volume.inputs, volume.record
    if not inputs:
        return [not_checked("sources", "the sidecar lists no inputs")]
    digest = hashlib.sha256("\n".join(sorted(inputs)).encode()).hexdigest()
    files = record.get("files")
    return [
        judged(
            "sources", digest == record.get("files_digest"), f"digest of {len(inputs)} hashes {digest[:16]}"
        ),
        judged("number of sources", len(inputs) == files, _two(len(inputs), files)),
    ]


def _two(found: object, stated: object) -> str:
    return f"{found}, recorded {stated}"
