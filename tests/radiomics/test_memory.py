"""The largest region that the settings let through fits into the heap that the docs name."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from imaging.output.nifti import nifti_gz_bytes
from radiomics_check.engine import BUILT_JAR, engine_command

HEAP = "-Xmx512m"

pytestmark = pytest.mark.slow


def printed(folder: Path, side: int, *, aggregations: list[str]) -> dict[str, object]:
    """Measure a cube that is all region, in the heap."""
    noise = np.random.default_rng(1).integers(0, 1000, (side, side, side), dtype=np.int16)
    arrays = {"image": noise, "mask": np.ones(noise.shape, np.uint8)}
    paths = {name: folder / f"{name}-{side}.nii.gz" for name in arrays}
    for name, array in arrays.items():
        paths[name].write_bytes(nifti_gz_bytes(array, np.eye(4)))
    settings = folder / "settings.json"
    settings.write_text(json.dumps({"aggregations": aggregations}))
    arguments = [str(paths["image"]), str(paths["mask"]), "--settings", str(settings)]
    done = subprocess.run(
        engine_command(BUILT_JAR, arguments, [HEAP]), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:500]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("aggregations", [["3d_avg"], ["2d_avg", "25d_mrg", "3d_avg", "3d_mrg"]])
def test_a_region_of_the_largest_box_is_measured_in_the_heap_of_the_docs(
    tmp_path: Path, aggregations: list[str]
) -> None:
    limit = int(
        json.loads(str(printed(tmp_path, 4, aggregations=aggregations)["settings"]))["max_box_voxels"]
    )
    side = int(limit ** (1 / 3)) - 2  # the box has a border of one voxel
    largest = printed(tmp_path, side, aggregations=aggregations)
    assert (largest["status"], largest["voxels"]) == ("OK", side**3)
    assert printed(tmp_path, side + 2, aggregations=aggregations)["reason"] == "REGION_TOO_LARGE"
