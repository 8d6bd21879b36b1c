"""What a process loads: pydicom, slower to load than numpy and all of ours, only for files that need it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imaging.dicom_reading.strict.test_elements import IMPLICIT, nested
from tests.imaging.factories import PET, dataset, encode, slice_bytes, slice_dataset, square, structure_bytes

ROOT = Path(__file__).resolve().parents[3]
SAY = "; print([name for name in sys.modules if name == 'pydicom' or name.startswith('pydicom.')])"


def child(code: str, *arguments: Path) -> str:
    """Run Python code in a process of its own and return what it prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "plugins"), str(ROOT / "include")]),
    }
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module",
    ["imaging.folder.conversion", "imaging.cli.program", "jobs.preprocess.mapper", "jobs.index.landing"],
)
def test_a_programme_starts_without_pydicom(module):
    assert child(f"import sys, {module}{SAY}") == "[]"


def test_a_classic_series_with_its_contours_is_converted_without_pydicom(tmp_path):
    landing = tmp_path / "in"
    landing.mkdir()
    for index in range(4):
        nuclide = dataset(CodeValue="C-111A1")
        tracer = dataset(RadionuclideTotalDose=1e8, RadionuclideCodeSequence=[nuclide])
        made = slice_dataset(
            index,
            SOPClassUID=PET,
            Modality="PT",
            Units="BQML",
            RadiopharmaceuticalInformationSequence=[tracer],
        )
        (landing / f"{index}.dcm").write_bytes(encode(made, IMPLICIT))
    (landing / "rs.dcm").write_bytes(structure_bytes({"GTV": [square(2.5, 1, 3)]}))
    code = (
        "import sys; from pathlib import Path; from imaging.folder.conversion import convert_folder; "
        "found = convert_folder(Path(sys.argv[1]), Path(sys.argv[2]))"
        "; print(found['volumes'], found['masks'], found['refused'])"
    )
    assert child(code + SAY, landing, tmp_path / "out") == "1 1 {}\n[]"


def test_a_header_with_sequences_that_no_table_of_ours_has_is_read_without_pydicom(tmp_path):
    path = tmp_path / "a.dcm"
    path.write_bytes(encode(nested(is_open=True), IMPLICIT))
    code = "import sys; from pathlib import Path; from imaging.dicom_reading.header import read_header"
    say = "; print(read_header(Path(sys.argv[1])).sop_class_name)"
    assert child(code + say + SAY, path) == "CT Image Storage\n[]"


def test_a_file_that_only_pydicom_can_judge_loads_it_and_is_read(tmp_path):
    path = tmp_path / "a.dcm"
    path.write_bytes(
        slice_bytes(0, PatientName="ä", SpecificCharacterSet="ISO_IR 100").replace(b"OW\0\0", b"OW\1\0")
    )
    code = "import sys; from pathlib import Path; from tests.imaging.reading import read_slices"
    say = "; print(len(read_slices(Path(sys.argv[1]).read_bytes())), 'pydicom' in sys.modules)"
    assert child(code + say, path) == "1 True"
