"""Report and check on what ``convert`` really writes: synthetic series, and real ones where they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from imaging.check.command import check_command
from imaging.folder.conversion import convert_folder
from imaging.report import write_report
from tests.imaging.factories import slice_bytes, square, stack, structure_bytes


def images(out: Path) -> list[Path]:
    return sorted(path for path in out.glob("*.nii.gz") if ".mask." not in path.name)


@pytest.fixture
def out(tmp_path) -> Path:
    landing = tmp_path / "landing"
    (landing / "scan").mkdir(parents=True)
    for index, data in enumerate(stack()):
        (landing / "scan" / f"{index}.dcm").write_bytes(data)
    (landing / "regions.dcm").write_bytes(structure_bytes({"GTV": [square(2.5, 0.5, 3.5)]}))
    (landing / "single <b>.dcm").write_bytes(slice_bytes(9, SeriesInstanceUID="1.7"))
    (landing / "empty.dcm").write_bytes(b"")
    convert_folder(landing, tmp_path / "out")
    return tmp_path / "out"


def test_what_convert_writes_passes_every_check(out):
    status, text = check_command(images(out)[0])
    assert status == 0, text
    assert "not checked:" not in text


def test_the_report_counts_what_convert_counted(out):
    text = write_report(out).read_text()
    assert "8 files in = 6 used + 2 refused" in text.replace("&nbsp;", " ")
    assert "single &lt;b&gt;.dcm" in text
    assert 'Regions: gtv."' in text
    assert text.count("<image ") == 3


@pytest.mark.slow
def test_real_scans_pass_every_check_and_all_have_pictures(shared_data, tmp_path):
    landing = tmp_path / "landing"
    for path in (shared_data / "sts" / "landing" / "2000-09-07").rglob("*.dcm"):
        place = landing / path.relative_to(shared_data / "sts" / "landing")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path)
    convert_folder(landing, tmp_path / "out")
    results = [check_command(path) for path in images(tmp_path / "out")]
    assert [status for status, _ in results] == [0, 0, 0], results
    kinds = [
        json.loads(path.with_name(path.name.replace(".nii.gz", ".json")).read_text())["Modality"]
        for path in images(tmp_path / "out")
    ]
    assert sorted(kinds) == ["CT", "MR", "PT"]
    text = write_report(tmp_path / "out").read_text()
    assert "cannot be shown" not in text
    assert text.count("Radiological convention") == 3
