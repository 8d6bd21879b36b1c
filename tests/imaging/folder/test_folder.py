"""The command line: a messy folder in, volumes, masks and one record a file out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import imaging.cli.program as command
from imaging.dicom_reading.header import read_header
from imaging.folder import conversion as folder_module
from imaging.folder.landing import count, index_folder
from imaging.output.nifti import read_nifti
from imaging.records import Header, Refusal
from imaging.series.small_files import SmallFiles
from tests.imaging.factories import slice_bytes, square, stack, structure_bytes

OTHER = {"SeriesInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.2.8"}


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    (folder / "a" / "b").mkdir(parents=True)
    for index, data in enumerate(stack()):
        (folder / ("a" if index % 2 else "a/b") / f"{index}.dcm").write_bytes(data)
    (folder / "regions.dcm").write_bytes(structure_bytes({"GTV": [square(2.5, 0.5, 3.5)]}))
    (folder / "notes.txt").write_text("not to be read")
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "screen.dcm").write_bytes(slice_bytes(9, SeriesInstanceUID="1.7", PixelData=None))
    (folder / "undated.dcm").write_bytes(slice_bytes(8, StudyDate=""))
    return folder


EXPECTED = {
    "files": 10,
    "used": 6,
    "volumes": 1,
    "masks": 1,
    "refused": {"EMPTY_FILE": 1, "NOT_DICOM": 1, "NO_PIXEL_DATA": 1, "NO_SCAN_DATE": 1},
    "removed": 0,
}


def run(*words: object) -> int:
    return command.main([str(word) for word in words])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_convert_accounts_for_every_file_and_writes_volume_mask_and_record(landing, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("convert", landing, out, "--json") == 0
    said = capsys.readouterr()
    assert (json.loads(said.out), said.err) == (EXPECTED, "")
    key = names(out)[0].split(".")[0]
    assert names(out) == [f"{key}.gtv.mask.nii.gz", f"{key}.json", f"{key}.nii.gz", "records.json"]
    voxels, affine = read_nifti((out / f"{key}.nii.gz").read_bytes())
    mask, mask_affine = read_nifti((out / f"{key}.gtv.mask.nii.gz").read_bytes())
    assert voxels.shape == mask.shape == (6, 5, 5)
    assert (affine == mask_affine).all()
    assert mask.sum() == 9
    own = json.loads((out / f"{key}.json").read_text())["nightscan"]
    assert (own["volume"]["units"], own["regions"][0]["region"], own["regions"][0]["voxels"]) == (
        "HU",
        "gtv",
        9,
    )


def test_records_say_of_every_file_which_volume_it_went_into_or_why_not(landing, tmp_path):
    out = tmp_path / "out"
    assert run("convert", landing, out) == 0
    entries = json.loads((out / "records.json").read_text())
    key = names(out)[0].split(".")[0]
    assert [(entry["name"], entry["outcome"], entry["volume"], entry["reason"]) for entry in entries] == [
        ("a/1.dcm", "volume", key, None),
        ("a/3.dcm", "volume", key, None),
        ("a/b/0.dcm", "volume", key, None),
        ("a/b/2.dcm", "volume", key, None),
        ("a/b/4.dcm", "volume", key, None),
        ("empty.dcm", "refused", None, "EMPTY_FILE"),
        ("notes.txt", "refused", None, "NOT_DICOM"),
        ("regions.dcm", "region", key, None),
        ("screen.dcm", "refused", None, "NO_PIXEL_DATA"),
        ("undated.dcm", "refused", None, "NO_SCAN_DATE"),
    ]
    assert {tuple(sorted(entry)) for entry in entries} == {
        ("evidence", "level", "name", "outcome", "reason", "sha256", "volume")
    }
    assert all(len(entry["sha256"]) == 64 for entry in entries)


def test_the_summary_says_what_to_do_about_each_refusal(landing, tmp_path, capsys):
    assert run("convert", landing, tmp_path / "out") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["      10  files", "       6  files used", "       1  volumes", "       1  masks"]
    at = lines.index("       1  NO_SCAN_DATE")
    assert lines[at + 2] == "          Remedy: Correct StudyDate in the archive and export again."


def test_converting_again_gives_the_same_bytes(landing, tmp_path):
    for name in ("one", "two", "two"):
        assert run("convert", landing, tmp_path / name) == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_second_run_removes_what_only_the_first_one_wrote_and_says_so(landing, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("convert", landing, out) == 0
    first = names(out)
    (out / "index.html").write_text("a report of the first run")
    (out / "page-2.html").write_text("its second page")
    (out / "mine.nii.gz").write_text("a file of the user's own")
    for path in landing.rglob("*.dcm"):
        path.unlink()
    for index in range(5):
        (landing / f"{index}.dcm").write_bytes(slice_bytes(index, **OTHER))
    capsys.readouterr()
    assert run("convert", landing, out) == 0
    assert "       3  files of an earlier run removed" in capsys.readouterr().out
    second = names(out)
    assert set(first) & set(second) == {"records.json"}
    assert "mine.nii.gz" in second
    assert len(second) == 4


def test_a_run_that_dies_leaves_the_folder_as_it_was(landing, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert run("convert", landing, out) == 0
    before = contents(out)
    (landing / "a" / "1.dcm").unlink()
    monkeypatch.setattr(
        folder_module.OutFolder, "publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        run("convert", landing, out)
    assert contents(out) == before


def test_what_a_killed_run_left_behind_is_cleared_away(landing, tmp_path):
    out = tmp_path / "out"
    (out / ".convert-killed").mkdir(parents=True)
    (out / f"{'0' * 16}.nii.gz").write_text("put in place just before the end")
    assert run("convert", landing, out) == 0
    assert len(names(out)) == 5


def test_a_folder_with_files_of_somebody_else_is_not_written_into(landing, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("three years")
    assert run("convert", landing, out) == 2
    assert (
        "holds 1 files (the first: thesis.txt) that convert did not write; give an empty"
        in capsys.readouterr().err
    )
    assert names(out) == ["thesis.txt"]


@pytest.mark.parametrize("out", ["landing", "landing/out", "."])
def test_a_folder_that_is_not_apart_from_the_landing_zone_is_refused(landing, tmp_path, out, capsys):
    assert run("convert", landing, tmp_path / out) == 2
    assert "lie in each other" in capsys.readouterr().err


def test_records_of_another_program_are_not_taken_for_ours(landing, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "records.json").write_text('{"volume": "../../etc"}')
    assert run("convert", landing, out) == 2
    assert "is not what convert writes" in capsys.readouterr().err


def test_index_counts_what_lies_in_a_folder(landing, capsys):
    assert run("index", landing, "--json") == 0
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
    assert run("index", tmp_path / "absent") == 2
    assert "absent is not a folder; give the folder" in capsys.readouterr().err
    assert run("convert", tmp_path / "absent", tmp_path / "out") == 2
    assert "absent is not a folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_link_to_a_file_counts_and_a_link_to_a_folder_is_refused_by_name_not_followed(landing, tmp_path):
    (landing / "again").symlink_to(landing / "a")
    (landing / "linked.dcm").symlink_to(landing / "a" / "1.dcm")
    found = {file.name: file.header for file in index_folder(landing)}
    assert len(found) == 12
    assert isinstance(found["linked.dcm"], Header)
    assert isinstance(found["again"], Refusal)


def test_a_file_or_folder_that_cannot_be_read_is_refused_and_the_rest_goes_on(landing, monkeypatch):
    def scan(folder):
        if folder.name == "b":
            raise PermissionError(13, "Permission denied", str(folder))
        return os.scandir(folder)

    monkeypatch.setattr("imaging.walk.scandir", scan)
    found = {file.name: file.header for file in index_folder(landing)}
    refusal = found["a/b"]
    assert isinstance(refusal, Refusal)
    assert (refusal.reason.value, refusal.evidence) == ("UNREADABLE_FILE", {"error": "Permission denied"})
    assert len(found) == 8


def test_a_fault_of_the_reader_refuses_its_file_and_the_rest_goes_on(landing, monkeypatch):
    def faulty(path):
        if path.name == "notes.txt":
            raise ZeroDivisionError("a mistake in the library")
        return read_header(path)

    monkeypatch.setattr("imaging.folder.landing.read_header", faulty)
    refused = count(index_folder(landing))["refused"]
    assert refused == {"CONVERTER_FAILED": 1, "EMPTY_FILE": 1, "NO_SCAN_DATE": 1}


def test_a_slice_that_vanishes_after_the_index_refuses_its_series(landing, tmp_path, monkeypatch):
    last = landing / "a" / "b" / "4.dcm"

    def index_then_lose(folder, small):
        found = index_folder(folder, small)
        last.unlink()
        return found

    monkeypatch.setattr(folder_module, "index_folder", index_then_lose)
    monkeypatch.setattr("imaging.series.small_files.SMALL_BYTES", 0)
    counts = folder_module.convert_folder(landing, tmp_path / "out")
    assert counts["volumes"] == 0
    assert counts["refused"] == {
        **EXPECTED["refused"],
        "UNREADABLE_FILE": 5,
        "REGION_WITHOUT_IMAGE": 1,
    }


def test_a_series_beyond_the_memory_is_refused_by_name_unread_and_the_others_go_on(
    landing, tmp_path, monkeypatch, capsys
):
    opened: list[str] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr("imaging.series.small_files.SMALL_BYTES", 0)
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path.name) or read_bytes(path))
    for index in range(5):
        data = slice_bytes(index, **OTHER, PixelData=None, NumberOfFrames=4000, Rows=512, Columns=512)
        (landing / f"large {index}.dcm").write_bytes(data)
    assert run("convert", landing, tmp_path / "out", "--memory-mb", 1000, "--json") == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["volumes"], counts["refused"]["VOLUME_TOO_LARGE"]) == (1, 5)
    assert [name for name in opened if name.startswith("large")] == []


def test_small_files_are_read_once_in_all(landing, tmp_path, monkeypatch):
    opened: list[str] = []
    open_file = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *more: opened.append(Path(path).name) or open_file(path, *more)
    )
    folder_module.convert_folder(landing, tmp_path / "out")
    assert len(opened) == len(set(opened))
    assert {"0.dcm", "1.dcm", "2.dcm", "3.dcm", "4.dcm", "regions.dcm"} <= set(opened)


@pytest.mark.parametrize("budget", [0, 9_500, 30_000])
def test_what_is_kept_in_memory_changes_nothing_that_is_written(landing, tmp_path, monkeypatch, budget):
    folder_module.convert_folder(landing, tmp_path / "kept")
    monkeypatch.setattr(folder_module, "SmallFiles", lambda: SmallFiles(budget))
    folder_module.convert_folder(landing, tmp_path / "not kept")
    assert names(tmp_path / "kept") == names(tmp_path / "not kept")
    for name in names(tmp_path / "kept"):
        assert (tmp_path / "kept" / name).read_bytes() == (tmp_path / "not kept" / name).read_bytes()


def test_each_large_file_is_read_once_for_its_volume(landing, tmp_path, monkeypatch):
    monkeypatch.setattr("imaging.series.small_files.SMALL_BYTES", 0)
    opened: list[str] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path.name) or read_bytes(path))
    folder_module.convert_folder(landing, tmp_path / "out")
    assert sorted(opened) == ["0.dcm", "1.dcm", "2.dcm", "3.dcm", "4.dcm", "regions.dcm", "screen.dcm"]


@pytest.mark.parametrize("word", ["0", "150", "-3", "much"])
def test_a_memory_limit_without_sense_is_refused(landing, tmp_path, word, capsys):
    with pytest.raises(SystemExit) as error:
        run("convert", landing, tmp_path / "out", f"--memory-mb={word}")
    assert error.value.code == 2
    assert "is not a whole number above 150" in capsys.readouterr().err


def test_a_report_and_a_check_of_the_volumes_are_a_word_away(landing, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("convert", landing, out, "--report") == 0
    assert "report: " in capsys.readouterr().err
    assert "index.html" in names(out)
    image = next(path for path in out.glob("*.nii.gz") if "mask" not in path.name)
    assert run("check", image) == 0
    capsys.readouterr()
    assert run("check", tmp_path / "none.nii.gz") == 2
    assert "none.nii.gz" in capsys.readouterr().out


def test_deidentification_is_a_word_away_and_wants_its_key(landing, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("NIGHTSCAN_PATIENT_KEY", raising=False)
    assert run("deid", landing, tmp_path / "clean") == 2
    assert "NIGHTSCAN_PATIENT_KEY" in capsys.readouterr().err
    monkeypatch.setenv("NIGHTSCAN_PATIENT_KEY", "a key for tests that is long enough")
    assert run("deid", landing, tmp_path / "clean") == 0


@pytest.mark.parametrize(("made", "status"), [(True, 0), (False, 2)])
def test_the_programme_ends_with_its_status_and_with_all_that_it_printed(tmp_path, made, status):
    landing = tmp_path / "in"
    if made:
        landing.mkdir()
    words = [sys.executable, "-m", "imaging", "index", str(landing), "--json"]
    root = Path(command.__file__).parents[2]
    done = subprocess.run(words, check=False, cwd=root, capture_output=True, text=True)
    assert done.returncode == status
    assert (json.loads(done.stdout)["files"] == 0) if made else ("is not a folder" in done.stderr)


def test_a_conversion_loads_neither_report_nor_deid_nor_check():
    program = (
        "import sys, imaging.cli.program;"
        "sys.exit(any(name.startswith(('imaging.deid', 'imaging.report', 'imaging.check.command', 'nibabel',"
        " 'jinja2')) for name in sys.modules))"
    )
    root = Path(command.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0


def test_reasons_and_records_need_neither_numpy_nor_pydicom():
    program = (
        "import sys, imaging.reasons, imaging.records, imaging.series.plan;"
        "sys.exit(bool({'numpy', 'pydicom'} & set(sys.modules)))"
    )
    root = Path(command.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0
