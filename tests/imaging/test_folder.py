"""The command line: a messy folder in, volumes, masks and one record a file out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import imaging.__main__ as command
from imaging.nifti import read_nifti
from imaging.products import make_products
from imaging.reasons import Reason
from tests.imaging.factories import slice_bytes, sources, square, stack, structure_bytes


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    (folder / "a" / "b").mkdir(parents=True)
    for index, data in enumerate(stack()):
        (folder / ("a" if index % 2 else "a/b") / f"{index}.dcm").write_bytes(data)
    (folder / "regions.dcm").write_bytes(structure_bytes({"GTV": [square(2.5, 0.5, 3.5)]}))
    (folder / "notes.txt").write_text("to be read by nobody")
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "single.dcm").write_bytes(slice_bytes(9, SeriesInstanceUID="1.7"))
    (folder / "undated.dcm").write_bytes(slice_bytes(8, StudyDate=""))
    return folder


EXPECTED = {
    "files": 10,
    "used": 6,
    "volumes": 1,
    "masks": 1,
    "refused": {"EMPTY_FILE": 1, "NOT_DICOM": 1, "NO_SCAN_DATE": 1, "TOO_FEW_SLICES": 1},
}


def test_convert_accounts_for_every_file_and_writes_volume_mask_and_record(landing, tmp_path, capsys):
    out = tmp_path / "out"
    assert command.main(["convert", str(landing), str(out)]) == 0
    assert json.loads(capsys.readouterr().out) == EXPECTED
    names = sorted(path.name for path in out.iterdir())
    key = names[0].split(".")[0]
    assert names == [f"{key}.gtv.mask.nii.gz", f"{key}.json", f"{key}.nii.gz", "records.json"]
    voxels, affine = read_nifti((out / f"{key}.nii.gz").read_bytes())
    mask, mask_affine = read_nifti((out / f"{key}.gtv.mask.nii.gz").read_bytes())
    assert voxels.shape == mask.shape == (6, 5, 5)
    assert (affine == mask_affine).all()
    assert mask.sum() == 9
    record = json.loads((out / f"{key}.json").read_text())
    assert (record["units"], record["regions"][0]["region"], record["regions"][0]["voxels"]) == (
        "HU",
        "gtv",
        9,
    )
    entries = json.loads((out / "records.json").read_text())
    assert len(entries) == 10


def test_converting_again_gives_the_same_bytes(landing, tmp_path):
    for name in ("one", "two"):
        assert command.main(["convert", str(landing), str(tmp_path / name)]) == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert first == second


def test_index_counts_what_lies_in_a_folder(landing, capsys):
    assert command.main(["index", str(landing)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "files": 10,
        "roles": {"image": 6, "region": 1},
        "modalities": {"CT": 6, "RTSTRUCT": 1},
        "patients": 1,
        "series": 2,
        "scan_dates": 1,
        "refused": {"EMPTY_FILE": 1, "NOT_DICOM": 1, "NO_SCAN_DATE": 1},
    }


def test_a_landing_zone_that_is_no_folder_is_a_clear_error(tmp_path, capsys):
    assert command.main(["index", str(tmp_path / "absent")]) == 2
    assert "absent is not a folder" in capsys.readouterr().err


def test_regions_of_a_refused_series_are_refused_with_it():
    products = make_products(sources(stack(2)), sources([structure_bytes({"GTV": [square(2.5, 1, 3)]})]))
    assert products.image is None
    outcome = products.region_outcomes[0]
    assert outcome.refusal is not None
    assert (outcome.refusal.reason, outcome.refusal.evidence) == (
        Reason.REGION_WITHOUT_IMAGE,
        {"series_refused": "TOO_FEW_SLICES"},
    )


def test_two_region_files_with_the_same_name_overwrite_nothing():
    drawn = [
        structure_bytes({"GTV": [square(2.5, 1, high)]}, SOPInstanceUID=f"1.5.{high}") for high in (3, 4)
    ]
    products = make_products(sources(stack()), sources(drawn))
    assert products.masks == {}
    reasons = [item.refusal.reason for item in products.region_outcomes if item.refusal]
    assert reasons == [Reason.DUPLICATE_REGION, Reason.DUPLICATE_REGION]


def test_reasons_and_records_need_neither_numpy_nor_pydicom():
    program = (
        "import sys, imaging.reasons, imaging.records, imaging.linking;"
        "sys.exit(bool({'numpy', 'pydicom'} & set(sys.modules)))"
    )
    root = Path(command.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0
