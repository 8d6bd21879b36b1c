"""What a file costs in stage 1, beyond the job's own overhead.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.ingest_per_file [--files N] [--repeats N]` and
PYTHONPATH=plugins:include on a cluster that is up. DistCp copies a folder of links to one file, then one of
N (DICOM files of the demo, 7 kB each), in turn, with the options of stage 1; once also with Hadoop's own
delay at the close of a file. Printed: seconds, median and range, and the milliseconds a file costs.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from night.follow import say
from night.report import table
from night.site import demo_landing

from cluster.layout import Layout, find_layout

TUNED = "5"
HADOOPS_OWN = "400"
TARGET = "/medical_data_bench_ingest"
DELAY = "dfs.client.block.write.locateFollowingBlock.initial.delay.ms"


def links(layout: Layout, count: int, below: Path) -> Path:
    """Make a folder with `count` links to DICOM files of the demo, under names of their own."""
    files = sorted((demo_landing(layout, layout.home / "landing" / "demo").landing).rglob("*.dcm"))
    folder = below / str(count)
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:06}.dcm").symlink_to(files[number % len(files)])
    return folder


def copy(layout: Layout, folder: Path, delay: str) -> float:
    """Copy a folder into HDFS with DistCp and return the seconds from start to end of the command."""
    target = f"{TARGET}/{uuid.uuid4().hex}"
    began = time.monotonic()
    subprocess.run(
        [
            str(layout.bin / "hadoop"), "distcp",
            "-D", f"{DELAY}={delay}", "-D", "mapreduce.map.memory.mb=512",
            "-update", "-direct", "-m", "4", f"file://{folder}", target,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return time.monotonic() - began


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    layout = find_layout()
    work = Path(tempfile.mkdtemp(prefix="bench-ingest-", dir=layout.home))
    times: dict[tuple[int, str], list[float]] = {}
    try:
        folders = {count: links(layout, count, work) for count in (1, arguments.files)}
        copy(layout, folders[1], TUNED)
        for repeat in range(arguments.repeats):
            for count, delay in ((1, TUNED), (arguments.files, TUNED), (arguments.files, HADOOPS_OWN)):
                if delay == HADOOPS_OWN and repeat:
                    continue  # minutes each: once shows the size
                times.setdefault((count, delay), []).append(copy(layout, folders[count], delay))
    finally:
        shutil.rmtree(work)
        subprocess.run([str(layout.bin / "hadoop"), "fs", "-rm", "-r", "-skipTrash", TARGET], check=True)
    overhead = statistics.median(times[1, TUNED])
    rows = []
    for (count, delay), values in times.items():
        middle = statistics.median(values)
        each = f"{1000 * (middle - overhead) / count:.1f}" if count > 1 else ""
        spread = f"{middle:.1f} ({min(values):.1f} to {max(values):.1f})"
        rows.append([count, f"{delay} ms", len(values), spread, each])
    say("")
    table(rows, ["files", "close delay", "runs", "seconds", "ms a file"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
