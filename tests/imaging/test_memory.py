"""What a conversion takes at its peak, measured in a process of its own; what does not fit is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.imaging.factories import contour, pixels, slice_bytes, structure_bytes

MEGABYTE = 1 << 20
SIZE = 512
REGIONS = 12
# VmHWM and not ru_maxrss: a child inherits the latter from the process that started it.
PROGRAM = """
import json, sys
from pathlib import Path
import imaging.cli.program as command
status = command.main(sys.argv[1:])
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"status": status, "peak_mb": int(peak.split()[1]) / 1024}))
"""


def run(*arguments: object) -> tuple[dict[str, object], dict[str, float]]:
    """Convert in a child process; return its counts, and its exit status and peak of resident memory."""
    command = [sys.executable, "-c", PROGRAM, "convert", *[str(item) for item in arguments], "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counts, _, measured = done.stdout.rpartition("\n{")
    return json.loads(counts), json.loads("{" + measured)


def noise(number: int) -> np.ndarray:
    """Values that hardly compress, as those of a scanner."""
    random = np.random.default_rng(number)
    return random.normal(0, 300, (SIZE, SIZE)).astype(np.int16)


def box(z: float, low: float, high: float) -> object:
    corners = [(low, low), (high, low), (high, high), (low, high)]
    return contour([(-10 + 0.5 * i, 20 + 1.5 * j, z) for i, j in corners])


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_a_ct_of_300_slices_with_twelve_regions_peaks_below_three_times_its_size_and_150_mb(
    landing, tmp_path
):
    for number in range(300):
        data = slice_bytes(number, stored=noise(number), PixelPaddingValue=-2000)
        (landing / f"{number}.dcm").write_bytes(data)
    drawn = {
        f"region {n}": [box(2.5 * z, 10, 400 + n) for z in range(20 * n, 20 * n + 40)] for n in range(REGIONS)
    }
    (landing / "regions.dcm").write_bytes(structure_bytes(drawn))
    counts, measured = run(landing, tmp_path / "out", "--memory-mb", 640)
    assert (counts["volumes"], counts["masks"]) == (1, REGIONS)
    volume_mb = 300 * SIZE * SIZE * 2 / MEGABYTE
    assert measured["peak_mb"] < 3 * volume_mb + 150


@pytest.mark.slow
def test_4000_slices_are_refused_by_name_without_being_loaded(landing, tmp_path):
    for number in range(4000):
        header = slice_bytes(number, stored=pixels(0, 4, 4), Rows=SIZE, Columns=SIZE)
        with (landing / f"{number}.dcm").open("wb") as file:
            file.write(header)
            file.truncate(SIZE * SIZE * 2 + 1000)
    counts, measured = run(landing, tmp_path / "out", "--memory-mb", 640)
    assert counts["refused"] == {"VOLUME_TOO_LARGE": 4000}
    assert measured["peak_mb"] < 250


@pytest.mark.slow
@pytest.mark.parametrize("compressed", [False, True])
def test_a_multi_frame_of_two_gigabytes_is_refused_by_name_without_being_loaded(
    landing, tmp_path, compressed
):
    header = slice_bytes(
        0,
        stored=pixels(0, 4, 4),
        Rows=SIZE,
        Columns=SIZE,
        NumberOfFrames=4000,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
    )
    with (landing / "enhanced.dcm").open("wb") as file:
        file.write(header)
        if not compressed:
            file.truncate(SIZE * SIZE * 2 * 4000)
    counts, measured = run(landing, tmp_path / "out", "--memory-mb", 640)
    assert counts["refused"] == {"VOLUME_TOO_LARGE": 1}
    assert measured["peak_mb"] < 250
    entry = json.loads((tmp_path / "out" / "records.json").read_text())[0]
    assert entry["evidence"]["needed"] > 2 * 4000 * SIZE * SIZE * 2
    assert entry["evidence"]["allowed"] == 640 * MEGABYTE
