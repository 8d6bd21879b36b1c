"""``check``: clean output passes, and every seeded fault is found by the check that names it."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest

from imaging.check.command import check_command, check_volume
from imaging.check.findings import State
from imaging.output.nifti import nifti_gz_bytes
from tests.imaging.converted_folder import INPUTS, KEY, STRAIGHT, box, certificate, voxels, write_volume

GZIP = b"\x1f\x8b"


def failed(path: Path) -> list[str]:
    return [item.check for item in check_volume(path) if item.state is State.FAILED]


def skipped(path: Path) -> list[str]:
    return [item.check for item in check_volume(path) if item.state is State.NOT_CHECKED]


def test_a_clean_volume_passes_every_check(tmp_path):
    path = write_volume(tmp_path)
    status, text = check_command(path)
    assert status == 0, text
    assert text.splitlines()[-1] == "23 ok, 0 FAILED, 0 not checked"


def test_a_flipped_affine_is_found(tmp_path):
    path = write_volume(tmp_path)
    path.write_bytes(nifti_gz_bytes(voxels(), STRAIGHT @ np.diag([-1.0, 1, 1, 1])))
    assert failed(path) == ["affine", "handedness", "mask gtv, grid"]


def test_an_affine_moved_by_a_tenth_of_a_millimetre_is_found(tmp_path):
    path = write_volume(tmp_path, masks={})
    moved = STRAIGHT.copy()
    moved[0, 3] += 0.1
    path.write_bytes(nifti_gz_bytes(voxels(), moved))
    assert failed(path) == ["affine"]


def test_a_wrong_type_is_found(tmp_path):
    path = write_volume(tmp_path)
    path.write_bytes(nifti_gz_bytes(voxels(dtype="float32"), STRAIGHT))
    assert failed(path) == ["type"]


def test_a_lost_slice_is_found(tmp_path):
    path = write_volume(tmp_path, masks={})
    path.write_bytes(nifti_gz_bytes(voxels((6, 5, 3)), STRAIGHT))
    assert failed(path) == ["shape"]


@pytest.mark.parametrize("name", [f"{KEY}.nii.gz", f"{KEY}.gtv.mask.nii.gz"])
def test_a_cut_gzip_is_found_in_volumes_and_masks(tmp_path, name):
    path = write_volume(tmp_path)
    broken = tmp_path / name
    broken.write_bytes(broken.read_bytes()[:-12])
    assert failed(path) == (["gzip"] if name.startswith(f"{KEY}.nii") else ["mask gtv, gzip"])


def test_one_flipped_bit_in_the_compressed_data_is_found(tmp_path):
    path = write_volume(tmp_path)
    data = bytearray(path.read_bytes())
    data[-6] ^= 1  # of the CRC-32
    path.write_bytes(bytes(data))
    assert failed(path) == ["gzip"]


def test_data_shorter_than_the_header_says_are_found(tmp_path):
    path = write_volume(tmp_path)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-8]))
    assert failed(path) == ["data length"]


def test_a_qform_that_differs_from_the_sform_is_found(tmp_path):
    path = write_volume(tmp_path, masks={})
    image = nibabel.Nifti1Image(voxels(), STRAIGHT)
    image.header.set_xyzt_units("mm")
    image.set_sform(STRAIGHT, code=1)
    image.set_qform(STRAIGHT @ np.diag([1.0, -1, -1, 1]), code=1)
    image.to_filename(path)
    assert failed(path) == ["sform and qform"]


def test_a_sform_alone_passes(tmp_path):
    path = write_volume(tmp_path, masks={})
    image = nibabel.Nifti1Image(voxels(), STRAIGHT)
    image.header.set_xyzt_units("mm")
    image.set_sform(STRAIGHT, code=1)
    image.set_qform(STRAIGHT, code=0)
    image.to_filename(path)
    assert failed(path) == []


def test_a_volume_without_patient_space_is_only_right_for_a_projection(tmp_path):
    path = write_volume(tmp_path, masks={})
    image = nibabel.Nifti1Image(voxels(), None)
    image.header.set_xyzt_units("mm")
    image.header.set_zooms((2.0, 3.0, 5.0))
    image.set_sform(None, code=0)
    image.set_qform(None, code=0)
    image.to_filename(path)
    assert failed(path) == ["affine"]
    story = json.loads((tmp_path / f"{KEY}.json").read_text())
    story["nightscan"]["volume"]["projection"] = True
    (tmp_path / f"{KEY}.json").write_text(json.dumps(story))
    assert failed(path) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_found(tmp_path, value):
    values = voxels(dtype="float32")
    values[1, 2, 3] = value
    assert failed(write_volume(tmp_path, values)) == ["finite values"]


def test_a_scaled_image_is_found(tmp_path):
    path = write_volume(tmp_path)
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[112:116] = np.float32(2.0).tobytes()
    path.write_bytes(gzip.compress(bytes(raw)))
    assert "no scaling" in failed(path)


def test_a_mask_off_the_grid_is_found(tmp_path):
    path = write_volume(tmp_path)
    moved = STRAIGHT.copy()
    moved[2, 3] += 5.0
    (tmp_path / f"{KEY}.gtv.mask.nii.gz").write_bytes(nifti_gz_bytes(box(), moved))
    assert failed(path) == ["mask gtv, grid"]


def test_a_mask_of_another_shape_is_found(tmp_path):
    path = write_volume(tmp_path)
    (tmp_path / f"{KEY}.gtv.mask.nii.gz").write_bytes(nifti_gz_bytes(box((6, 5, 5)), STRAIGHT))
    assert failed(path) == ["mask gtv, grid"]


def test_a_mask_that_is_not_binary_is_found(tmp_path):
    path = write_volume(tmp_path)
    (tmp_path / f"{KEY}.gtv.mask.nii.gz").write_bytes(nifti_gz_bytes(box() * np.uint8(2), STRAIGHT))
    assert failed(path) == ["mask gtv, binary"]


def test_a_changed_voxel_count_is_found(tmp_path):
    path = write_volume(tmp_path)
    mask = box()
    mask[0, 0, 0] = 1
    (tmp_path / f"{KEY}.gtv.mask.nii.gz").write_bytes(nifti_gz_bytes(mask, STRAIGHT))
    assert failed(path) == ["mask gtv, size"]


def test_a_wrong_volume_in_millilitres_is_found(tmp_path):
    region = {"region": "gtv", "reason": None, "voxels": 12, "volume_ml": 0.37}
    assert failed(write_volume(tmp_path, regions=[region])) == ["mask gtv, size"]


def test_a_missing_mask_is_found(tmp_path):
    path = write_volume(tmp_path)
    (tmp_path / f"{KEY}.gtv.mask.nii.gz").unlink()
    assert failed(path) == ["masks"]


def test_a_mask_that_is_not_recorded_is_found(tmp_path):
    assert failed(write_volume(tmp_path, regions=[])) == ["masks"]


def test_a_refused_region_needs_no_mask(tmp_path):
    region = {"region": "gtv", "reason": "EMPTY_REGION", "voxels": 0, "volume_ml": 0.0}
    assert failed(write_volume(tmp_path, masks={}, regions=[region])) == []


def test_sources_that_do_not_give_the_digest_are_found(tmp_path):
    path = write_volume(tmp_path)
    sidecar = tmp_path / f"{KEY}.json"
    sidecar.write_text(sidecar.read_text().replace(INPUTS[0], "f" * 64))
    assert failed(path) == ["sources"]


@pytest.mark.parametrize(("found", "expected"), [(3, []), (4, ["padding"]), (2, ["padding"])])
def test_padding_is_counted(tmp_path, found, expected):
    values = voxels()
    values[values < found] = -2000
    path = write_volume(tmp_path, values, masks={}, padding_value=-2000.0, padding_voxels=3)
    assert failed(path) == expected


def test_padding_that_differs_by_slice_cannot_be_counted_and_says_so(tmp_path):
    path = write_volume(tmp_path, masks={}, padding_value=None, padding_voxels=3)
    assert (failed(path), skipped(path)) == ([], ["padding"])


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("spacing_residual_max", 0.5),
        ("shift_residual_max", 0.5),
        ("corner_error_max", 0.5),
        ("orthogonality_max", 0.05),
        ("orientation_residual_max", 0.01),
        ("corner_error_max", float("nan")),
    ],
)
def test_a_certificate_outside_its_tolerances_is_found(tmp_path, number, value):
    path = write_volume(tmp_path, geometry=certificate(**{number: value}))
    assert failed(path) == ["certificate"]


def test_a_certificate_of_another_slice_distance_is_found(tmp_path):
    path = write_volume(tmp_path, geometry=certificate(spacing_median=5.2))
    assert failed(path) == ["slice distance"]


def test_a_tilt_that_the_affine_does_not_have_is_found(tmp_path):
    path = write_volume(tmp_path, geometry=certificate(tilt_degrees=15.0))
    assert failed(path) == ["tilt"]


def test_a_foreign_volume_is_checked_as_far_as_it_can_be(tmp_path):
    path = tmp_path / "foreign.nii"
    image = nibabel.Nifti1Image(voxels(), STRAIGHT)
    image.header.set_xyzt_units("mm")
    image.to_filename(path)
    expected = ["gzip", "affine", "shape", "type", "spacing", "certificate", "padding", "sources", "masks"]
    assert (failed(path), skipped(path)) == ([], expected)


@pytest.mark.parametrize("data", [b"", b"text", b"x" * 400, gzip.compress(b"y" * 400, mtime=0)])
def test_what_is_no_nifti_cannot_be_read(tmp_path, data):
    path = tmp_path / "odd.nii.gz"
    path.write_bytes(data)
    status, text = check_command(path)
    assert status == 2
    assert "odd.nii.gz is no" in text
    assert ("magic" in text) == (len(data) == 400 or data.startswith(GZIP))


def test_an_absent_file_cannot_be_read(tmp_path):
    assert check_command(tmp_path / "absent.nii.gz")[0] == 2


def test_a_failure_gives_status_1_and_the_same_findings_as_json(tmp_path):
    path = write_volume(tmp_path, voxels(dtype="float32"), dtype="int16")
    status, text = check_command(path)
    assert status == 1
    assert "FAILED       type: float32, recorded int16" in text.splitlines()
    status, text = check_command(path, as_text=False)
    answer = json.loads(text)
    assert (status, answer["failed"]) == (1, True)
    assert {"check": "type", "state": "FAILED", "detail": "float32, recorded int16"} in answer["findings"]


def test_nibabel_is_loaded_only_when_a_volume_is_read():
    import subprocess

    program = "import sys, imaging.check.command; sys.exit('nibabel' in sys.modules)"
    root = Path(sys.modules["imaging.check.command"].__file__ or "").parents[2]
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0
