"""All 51 PET volumes of the sarcoma cohort, and some that are broken, by ONE INSERT OVERWRITE of stage 3.

`make up`, then `.nightscan/venv/airflow/bin/python -m benchmarks.features_on_hive [--repeats N]` with
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA. The volumes are made from DICOM by this package and laid
into a root of their own in HDFS, as one scan date; planning, query and commit are those of the pipeline. Each
plan runs --repeats times (median and range of the query's seconds) after one run that is not counted.

Printed: for one task and for several, the tasks that got rows, the rows and bytes of each, and how far apart
the tasks ended (the times at which their files were closed); then the outcomes, and that both plans gave the
same rows.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from night.follow import say
from night.http import request_json
from night.report import table

from benchmarks.hive_files import run_hive, run_hive_file
from cluster.layout import Layout, find_layout
from cluster.ports import all_ports
from imaging.folder.conversion import convert_folder
from imaging.output.nifti import nifti_gz_bytes, read_nifti
from jobs.base import schemas
from jobs.base.store import Store, open_store
from jobs.features.commit import commit_features
from jobs.features.plan import plan_features
from lake.hive import creation
from lake.places import Places
from messages.features import FeaturesCommitted
from nightscan.config import load_config
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.feature_settings import settings_sql, settings_texts

DATE = "2004-01-27"
SERIES = 51
MEGABYTE = 1_000_000
PLANS = {"one task": (1 << 40, 1), "four tasks": (1, 4)}  # bytes of work a task, most tasks
MASK = ".mask.nii.gz"
Row = dict[str, Any]


@dataclass
class Lake:
    """A root in HDFS and a database not used before."""

    layout: Layout
    ports: Mapping[str, int]
    store: Store
    name: str

    @property
    def root(self) -> str:
        return f"/medical_data_{self.name}"

    def hive(self, file: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run a file of include/hive in this database."""
        given = {"database": f"nightscan_{self.name}", "root": self.root, **parameters}
        return run_hive_file(self.layout, self.ports["hiveserver2"], file, **given)


def landing(shared: Path, below: Path) -> Path:
    """Link the PET series of the cohort, with their regions, into one folder tree."""
    for source in sorted((shared / "sts" / "landing").glob("*/*/PET")):
        target = below / source.parent.name
        target.mkdir(parents=True)
        for file in source.iterdir():
            (target / file.name).symlink_to(file)
    return below


def volumes(folder: Path) -> list[tuple[str, bytes, dict[str, bytes]]]:
    """Return key, image and masks by region of every volume of a conversion."""
    found = []
    for image in sorted(folder.glob("*.nii.gz")):
        key, _, rest = image.name.partition(".")
        if rest == "nii.gz":
            masks = {
                path.name.removeprefix(f"{key}.").removesuffix(MASK): path.read_bytes()
                for path in sorted(folder.glob(f"{key}.*{MASK}"))
            }
            found.append((key, image.read_bytes(), masks))
    return found


def poisons(image: bytes, mask: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Return broken pairs of image and mask by the reason they must give."""
    inside, affine = read_nifti(mask)
    moved = affine.copy()
    moved[0, 3] += 3.0
    damaged = bytearray(image)
    damaged[len(damaged) // 2] ^= 0xFF
    one = inside * 0
    one[tuple(axis // 2 for axis in one.shape)] = 1
    return {
        "UNREADABLE_FILE": (bytes(damaged), mask),
        "EMPTY_MASK": (image, nifti_gz_bytes(inside * 0, affine)),
        "GRID_MISMATCH": (image, nifti_gz_bytes(inside, moved)),
        "SINGLE_VOXEL": (image, nifti_gz_bytes(one, affine)),
    }


def upload(lake: Lake, folder: Path) -> list[Row]:
    """Lay volumes, masks and the partition of mri_scans into HDFS."""
    made = volumes(folder)
    first = made[0]
    made += [
        (f"broken-{reason.lower()}", image, {"gtv_mass": mask})
        for reason, (image, mask) in poisons(first[1], next(iter(first[2].values()))).items()
    ]
    files: dict[str, bytes] = {}
    rows = []
    for key, image, masks in made:
        base = f"{lake.root}/preprocessed/{key}"
        paths = {region: f"{base}.{region}{MASK}" for region in masks}
        files |= {f"{base}.nii.gz": image, **{paths[region]: data for region, data in masks.items()}}
        rows.append(_row(key, image, base, paths, masks))
    lake.store.write_many(files)
    lake.store.swap_table(Places(lake.root).scans(DATE), schemas.table(rows, schemas.MRI_SCANS))
    for path, schema in (
        (Places(lake.root).raw_files(DATE), schemas.RAW_FILES),
        (Places(lake.root).quarantine(DATE), schemas.QUARANTINE),
    ):
        lake.store.swap_table(path, schemas.table([], schema))
    return rows


def _row(key: str, image: bytes, base: str, paths: dict[str, str], masks: dict[str, bytes]) -> Row:
    try:
        array = read_nifti(image)[0]
        shape, dtype = array.shape, array.dtype.name
    except ValueError:
        shape, dtype = (128, 128, 64), "float32"
    return dict.fromkeys(schemas.MRI_SCANS.names) | {
        "series_key": key,
        "patient_key": f"patient-{key}",
        "modality": "PT",
        "image_path": f"{base}.nii.gz",
        "image_sha256": hashlib.sha256(image).hexdigest(),
        "masks": paths,
        "mask_sha256": {region: hashlib.sha256(data).hexdigest() for region, data in masks.items()},
        "columns_": shape[0],
        "rows_": shape[1],
        "slices": shape[2],
        "volumes": 1,
        "dtype": dtype,
    }


def extract(lake: Lake, build: str, plan: tuple[int, int]) -> tuple[float, int]:
    """Plan and run stage 3's query; seconds of the query, and the tasks planned."""
    config = load_config()
    target, most = plan
    planned = plan_features(lake.store, lake.root, DATE, build, target_bytes=target, max_tasks=most)
    began = time.monotonic()
    lake.hive(
        "extract_features.sql",
        scan_date=DATE,
        build=build,
        udf_jar="",
        tasks=planned.tasks,
        features=feature_columns(config.features),
        settings=settings_sql(settings_texts(config.features), "scan.modality"),
    )
    return time.monotonic() - began, planned.tasks


def parts(lake: Lake, build: str) -> list[tuple[int, int, float]]:
    """Return rows, bytes read and time of closing of the file that each task wrote."""
    folder = Places(lake.root).features_build(DATE, build)
    address = f"http://localhost:{lake.ports['namenode_http']}/webhdfs/v1{folder}?op=LISTSTATUS"
    found = []
    for entry in request_json("GET", address)["FileStatuses"]["FileStatus"]:
        if entry["type"] == "FILE" and entry["length"]:
            rows = lake.store.read_table(f"{folder}/{entry['pathSuffix']}")
            read = sum(_size(lake, path) for path in rows["image_path"].to_pylist())
            found.append((rows.num_rows, read, entry["modificationTime"] / 1000))
    return found


def _size(lake: Lake, path: str) -> int:
    address = f"http://localhost:{lake.ports['namenode_http']}/webhdfs/v1{path}?op=GETFILESTATUS"
    return int(request_json("GET", address)["FileStatus"]["length"])


def committed(lake: Lake, build: str) -> tuple[FeaturesCommitted, list[Row]]:
    """Commit a build as stage 3 does; what it counted, and the partition's rows without the build."""
    counts = commit_features(lake.store, lake.root, DATE, build)
    rows: list[Row] = lake.store.read_table(counts.features).to_pylist()
    kept = [{key: value for key, value in row.items() if key != "build"} for row in rows]
    return counts, sorted(kept, key=lambda row: (row["series_key"], row["region"]))


def compare(
    lake: Lake, repeats: int
) -> tuple[list[list[object]], dict[str, tuple[FeaturesCommitted, list[Row]]]]:
    """Run every plan; a line of the table each, and what each committed."""
    lines: list[list[object]] = []
    outcomes = {}
    for name, plan in PLANS.items():
        build = hashlib.sha256(name.encode()).hexdigest()[:16]
        runs = [extract(lake, build, plan) for _ in range(repeats + 1)]
        seconds, tasks = [run[0] for run in runs[1:]], runs[-1][1]
        wrote = parts(lake, build)
        ends = [end for _, _, end in wrote]
        lines.append(
            [
                name,
                tasks,
                len(wrote),
                "+".join(str(rows) for rows, _, _ in wrote),
                " ".join(f"{read / MEGABYTE:.0f}" for _, read, _ in wrote),
                f"{max(ends) - min(ends):.1f}",
                f"{statistics.median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})",
            ]
        )
        outcomes[name] = committed(lake, build)
    return lines, outcomes


def main(out: Callable[[str], None] = say) -> int:
    """Measure and print; 1 when an outcome is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    shared = os.environ.get("NIGHTSCAN_SHARED_DATA")
    if not shared:
        raise SystemExit("NIGHTSCAN_SHARED_DATA is not set: it names the folder that holds sts/landing")
    layout, ports = find_layout(), all_ports()
    store = open_store(f"hdfs://localhost:{ports['namenode']}")
    lake = Lake(layout, ports, store, f"bench_{uuid.uuid4().hex[:8]}")
    jar = max(layout.dist.glob("features-*.jar"), key=lambda path: path.stat().st_mtime)
    store.write(f"{lake.root}/features.jar", jar.read_bytes())
    features = feature_columns(load_config().features)
    run_hive(ports["hiveserver2"], creation(f"nightscan_{lake.name}", lake.root, features))
    lake.hive("function.sql", udf_jar=f"hdfs://localhost:{ports['namenode']}{lake.root}/features.jar")
    with tempfile.TemporaryDirectory() as below:
        convert_folder(landing(Path(shared), Path(below) / "in"), Path(below) / "out")
        rows = upload(lake, Path(below) / "out")
    lake.hive("register_intake.sql", scan_date=DATE)
    lines, outcomes = compare(lake, arguments.repeats)
    out(f"\n{len(rows)} series, {sum(len(row['masks']) for row in rows)} regions, one INSERT OVERWRITE\n")
    table(lines, ["plan", "tasks", "with rows", "rows", "MB read", "ends apart, s", "query, s"])
    counts, committed_rows = outcomes["four tasks"]
    out(f"\n{counts.ok} OK, {counts.null_rows}; {counts.names} features")
    same = committed_rows == outcomes["one task"][1]
    out(f"both plans gave the same rows: {same}")
    expected = {"UNREADABLE_FILE": 1, "EMPTY_MASK": 1, "GRID_MISMATCH": 1, "SINGLE_VOXEL": 1}
    reasons = Counter(row["reason"] for row in committed_rows if row["status"] != "OK")
    return 0 if same and counts.ok == SERIES and reasons == expected else 1


if __name__ == "__main__":
    sys.exit(main())
