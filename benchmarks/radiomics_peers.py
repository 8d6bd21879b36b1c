"""The peers of the radiomics benchmark: each in an environment of its own, and what each is asked to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pinned import run_pinned
from cluster.layout import find_layout
from cluster.python_envs import uv_program

# called once before it is timed; prints the milliseconds of every repeat and the number of features
TIMING = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
image, mask, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
def timed(call):
    call()
    wall, cpu = [], []
    for _ in range(repeats):
        w, c = time.perf_counter(), time.process_time()
        count = call()
        wall.append(1000 * (time.perf_counter() - w))
        cpu.append(1000 * (time.process_time() - c))
    return {"features": count, "wall_ms": wall, "cpu_ms": cpu}
"""
PYRADIOMICS = """
import logging
import SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor
logging.getLogger("radiomics").setLevel(logging.ERROR)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
extractor = RadiomicsFeatureExtractor(binCount=32, additionalInfo=False)
extractor.disableAllFeatures()
for family in ("shape", "firstorder", "glcm", "glrlm", "glszm", "ngtdm", "gldm"):
    extractor.enableFeatureClassByName(family)
held = sitk.ReadImage(image), sitk.ReadImage(mask)
print(json.dumps({"memory": timed(lambda: len(extractor.execute(*held))),
                  "reading": timed(lambda: len(extractor.execute(image, mask)))}))
"""
NYXUS = """
from nyxus import Nyxus3D
NOT_FEATURES = 4
worker = Nyxus3D(["*3D_ALL*"], n_feature_calc_threads=1, coarse_gray_depth=32)
def call():
    return worker.featurize_files([image], [mask], False).shape[1] - NOT_FEATURES
print(json.dumps({"reading": timed(call)}))
"""
MIRP = """
import logging
from mirp import extract_features
logging.disable(logging.CRITICAL)
PREFIXES = ("morph_", "stat_", "ih_", "cm_", "rlm_", "szm_", "ngt_", "ngl_")
def call():
    table = extract_features(
        image=image, mask=mask, image_modality="ct",
        base_feature_families=["morphological", "statistics", "intensity_histogram",
                               "cm", "rlm", "szm", "ngtdm", "ngldm"],
        base_discretisation_method="fixed_bin_number", base_discretisation_n_bins=32,
        glcm_spatial_method="3d_average", glrlm_spatial_method="3d_average",
        glszm_spatial_method="3d", ngtdm_spatial_method="3d", ngldm_spatial_method="3d")[0]
    return sum(name.startswith(PREFIXES) for name in table.columns)
print(json.dumps({"reading": timed(call)}))
"""


@dataclass(frozen=True)
class Times:
    """Milliseconds of every repeat, and the number of features each gave."""

    features: int
    wall_ms: Sequence[float]
    cpu_ms: Sequence[float]


@dataclass(frozen=True)
class Peer:
    """A peer: its packages, pinned, and its script."""

    name: str
    packages: Sequence[str]
    script: str

    def python(self, folder: Path) -> Path:
        """Return its interpreter."""
        return folder / self.name.replace(" ", "-") / "bin" / "python"


PEERS = (
    Peer("pyradiomics 3.1.4", ("pyradiomics-bhklab==3.1.4", "numpy==2.4.6"), PYRADIOMICS),
    Peer("nyxus 0.11", ("nyxus==0.11.0", "numpy==2.4.6"), NYXUS),
    Peer("mirp 2.7", ("mirp==2.7.0",), MIRP),
)


def default_folder() -> Path:
    """Return where the peers' environments are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "nightscan" / "peers"


def install(peers: Sequence[Peer], folder: Path) -> None:
    """Make the environments that are absent."""
    uv = shutil.which("uv") or str(uv_program(find_layout()))
    for peer in peers:
        python = peer.python(folder)
        if python.exists():
            continue
        subprocess.run([uv, "venv", "-q", "--python", "3.11", str(python.parents[1])], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *peer.packages], check=True)


def measure(
    peer: Peer, folder: Path, pair: tuple[Path, Path], repeats: int, core: int
) -> Mapping[str, Times]:
    """Time a peer on one region, in memory where it can take one, and with reading the files."""
    command = [str(peer.python(folder)), "-c", TIMING + peer.script, *map(str, pair), str(repeats)]
    printed = json.loads(run_pinned(command, core).printed.splitlines()[-1])
    return {way: Times(**values) for way, values in printed.items()}
