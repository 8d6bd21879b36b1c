"""Check the region masks beside a volume: same grid, binary, as large as the record says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from imaging.check.findings import Finding, State, failed, judged, not_checked
from imaging.check.image import CannotReadError, Image, read_image
from imaging.output.converted import Json, VolumeFiles

GRID_ABSOLUTE = 1e-5  # mm: both headers hold the same 32-bit numbers
ML_RELATIVE = 1e-4  # the record is computed in 64 bits, the affine of the file is read from 32
MM3_PER_ML = 1000.0


def check_masks(image: Image, volume: VolumeFiles) -> list[Finding]:
    """Check every mask of ``volume``, and that masks and record name the same regions."""
    stated = {str(item.get("region")): item for item in volume.regions if item.get("reason") is None}
    findings = []
    if volume.record:
        missing, extra = sorted(set(stated) - set(volume.masks)), sorted(set(volume.masks) - set(stated))
        text = (
            f"{len(volume.masks)} masks; without file: {missing or 'none'}; not recorded: {extra or 'none'}"
        )
        findings.append(judged("masks", not missing and not extra, text))
    elif not volume.masks:
        findings.append(not_checked("masks", "none lie beside the volume"))
    for slug, path in volume.masks.items():
        findings += _mask(slug, path, image, stated.get(slug))
    return findings


def _mask(slug: str, path: Path, image: Image, stated: Json | None) -> list[Finding]:
    try:
        mask, own = read_image(path)
    except CannotReadError as error:
        return [judged(f"mask {slug}", False, str(error))]
    wrong = [
        Finding(f"mask {slug}, {item.check}", item.state, item.detail)
        for item in own
        if item.state is State.FAILED
    ]
    if mask is None:
        return wrong
    same = image.values.shape[:3] == mask.values.shape and _same_place(image, mask)
    others = int(np.count_nonzero(mask.values > 1)) + int(np.count_nonzero(mask.values < 0))
    binary = not others and mask.values.dtype.kind in "iu"
    findings = [
        *(
            wrong
            if failed(wrong)
            else [judged(f"mask {slug}, file", True, f"{len(own)} checks of the file itself")]
        ),
        judged(
            f"mask {slug}, grid", same, f"{mask.values.shape} on {image.values.shape[:3]}, same affine needed"
        ),
        judged(
            f"mask {slug}, binary", binary, f"{others} voxels are neither 0 nor 1; {mask.values.dtype.name}"
        ),
    ]
    return [*findings, *_size(slug, mask, stated)]


def _same_place(image: Image, mask: Image) -> bool:
    if image.affine is None or mask.affine is None:
        return image.affine is mask.affine
    return bool(np.allclose(image.affine, mask.affine, rtol=0, atol=GRID_ABSOLUTE))


def _size(slug: str, mask: Image, stated: Json | None) -> list[Finding]:
    """Compare the number of voxels and their volume with the record."""
    check = f"mask {slug}, size"
    if stated is None:
        return [not_checked(check, "no record of this region")]
    voxels, millilitres = int(np.count_nonzero(mask.values)), stated.get("volume_ml")
    detail = f"{voxels} voxels, recorded {stated.get('voxels')}"
    if mask.affine is None or not isinstance(millilitres, (int, float)):
        return [judged(check, voxels == stated.get("voxels"), detail)]
    found = voxels * abs(float(np.linalg.det(mask.affine[:3, :3]))) / MM3_PER_ML
    even = abs(found - millilitres) <= ML_RELATIVE * max(found, millilitres)
    return [
        judged(
            check,
            even and voxels == stated.get("voxels"),
            f"{detail}; {found:.4f} ml, recorded {millilitres:.4f}",
        )
    ]
