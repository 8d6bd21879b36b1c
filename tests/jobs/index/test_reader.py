"""The hash of the reading code: all of that code is in it, nothing else moves it, and it costs little."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.index import reader
from tests.imaging.dicom_reading.strict.test_elements import IMPLICIT, nested
from tests.imaging.factories import encode, slice_bytes, structure_bytes

READ = """
import sys
from pathlib import Path
from imaging.dicom_reading.header import identity_refusal, read_header
for name in sys.argv[1:]:
    for source in (Path(name), Path(name).read_bytes()):
        print(type(read_header(source)).__name__, file=sys.stderr)
for name, module in sys.modules.items():
    if name.startswith(("imaging.", "jobs.")) and not module.__file__.endswith("__init__.py"):
        print(module.__file__)
"""


def loaded(*paths: Path) -> set[Path]:
    """Read headers in a process of its own; return the modules of ours that it loaded."""
    environment = {**os.environ, "PYTHONPATH": str(reader.INCLUDE)}
    command = [sys.executable, "-c", READ, *map(str, paths)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["Header"] * 2 * len(paths)
    return {Path(line) for line in done.stdout.splitlines()}


def test_every_module_that_a_header_may_need_is_in_the_hash(tmp_path: Path) -> None:
    odd = slice_bytes(0, PatientName="ä", SpecificCharacterSet="ISO_IR 100").replace(b"OW\0\0", b"OW\1\0")
    files = {
        "slice": slice_bytes(0),
        "region": structure_bytes({"GTV": []}),
        "nested": encode(nested(is_open=True), IMPLICIT),
        "only pydicom reads it": odd,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    modules = loaded(*(tmp_path / name for name in files))
    assert {path.name for path in modules} >= {"header.py", "sop_classes.py", "by_pydicom.py", "walk.py"}
    assert modules <= set(reader.reader_files())


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code, of which the hash is taken anew at each call."""
    for name in ("imaging", "jobs"):
        shutil.copytree(reader.INCLUDE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(reader, "INCLUDE", tmp_path)
    return tmp_path


def of_copy() -> str:
    return reader.reader_id.__wrapped__()


def test_equal_code_has_an_equal_hash_wherever_and_whenever_it_lies(include: Path) -> None:
    for path in include.rglob("*.py"):
        os.utime(path, (0, 0))
    (include / "imaging/dicom_reading/__pycache__").mkdir()
    (include / "imaging/dicom_reading/__pycache__/header.cpython-311.pyc").write_bytes(b"x")
    (include / "jobs/index/landing.py").write_text("another program around the reader")
    assert of_copy() == reader.reader_id()


@pytest.mark.parametrize(
    "name",
    [
        "imaging/dicom_reading/sop_classes.py",
        "imaging/dicom_reading/strict/encodings.py",
        "imaging/records.py",
        "jobs/base/keys.py",
        "jobs/index/rows.py",
    ],
)
def test_a_changed_module_changes_the_hash(include: Path, name: str) -> None:
    with (include / name).open("a") as file:
        file.write("# a rule\n")
    assert of_copy() != reader.reader_id()


def test_a_new_module_of_the_reader_changes_the_hash(include: Path) -> None:
    (include / "imaging/dicom_reading/dates.py").write_text("")
    assert of_copy() != reader.reader_id()


def test_another_pydicom_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "version", lambda name: "9.9")
    assert of_copy() != reader.reader_id()


def test_the_hash_takes_less_than_20_ms() -> None:
    times = []
    for _ in range(5):
        began = time.process_time()
        of_copy()
        times.append(time.process_time() - began)
    assert min(times) < 0.02
