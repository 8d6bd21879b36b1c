"""One scan date through Airflow against the same engine commands typed by hand, stage by stage, in one run.

`make bench` (options: --repeats N, --scan-date D). Both sides run the same programs on the same files of the
demo, each repeat in a fresh root in HDFS: job programs, DistCp, streaming, Hive's INSERT OVERWRITE. By hand
means what a person would put into a shell script: commands that wait for their jobs, no tags, no ledger, no
links. The engines are warm; the first repeat of each side is a warm-up and is not counted. Printed: seconds
from start to end of each stage, median and range, and the ratio Airflow : hand.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from night.airflow import Airflow, Run
from night.follow import follow, say
from night.http import request_json
from night.report import table
from night.site import Site, demo_landing, write_site_file

from benchmarks.hive_files import run_hive_file
from cluster.layout import Layout, find_layout
from cluster.ports import all_ports
from cluster.secret_files import secret
from messages.environment import PROGRAMS, MapperEnvironment, variables_of
from messages.features import CommitFeatures, PlanFeatures
from messages.index import IndexLanding
from messages.ingest import CommitIngest, PlanIngest
from messages.message import Request, Result
from messages.preprocess import CommitPreprocess, PlanPreprocess
from messages.wire import read, text_of
from nightscan.config import load_config
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.feature_settings import settings_sql, settings_texts

R = TypeVar("R", bound=Result)
STAGES = ("landing", "1_ingest", "2_preprocess", "3_features", "whole")


@dataclass
class Bench:
    """Addresses and folders of both sides."""

    layout: Layout
    ports: dict[str, int]
    airflow: Airflow
    landing: Path
    labels: Path
    scan_date: str
    runtime: dict[str, str] = field(default_factory=dict)

    @property
    def hdfs(self) -> str:
        """The cluster's file system."""
        return f"hdfs://localhost:{self.ports['namenode']}"

    def fresh_site(self) -> Site:
        """Make a root and a database not used before."""
        name = f"bench_{uuid.uuid4().hex[:8]}"
        site = Site(self.landing, self.labels, f"/medical_data_{name}", f"nightscan_{name}", f"model_{name}")
        write_site_file(self.layout, site, self.ports)
        run_id = self.airflow.trigger("site_setup")
        self._wait("site_setup", run_id)
        return site

    def _wait(self, dag_id: str, run_id: str) -> Run:
        return follow(
            self.airflow,
            lambda: [run for run in self.airflow.runs(dag_id) if run.run_id == run_id],
            what=dag_id,
            deadline_s=1200,
        )[0]

    def through_airflow(self) -> dict[str, float]:
        """Run scan_intake for the date; seconds from the start of each task to the start of the next."""
        self.fresh_site()
        began = time.time()
        run = self._wait("scan_intake", self.airflow.trigger("scan_intake", partition_key=self.scan_date))
        ended = time.time()
        path = f"/dags/scan_intake/dagRuns/{run.run_id.replace('+', '%2B')}/taskInstances"
        ends = {
            item["task_id"]: _seconds(item["end_date"])
            for item in self.airflow.call("GET", path)["task_instances"]
        }
        times, last = {}, began
        for stage in STAGES[:-1]:
            times[stage], last = ends[stage] - last, ends[stage]
        return {**times, "whole": ended - began}

    def by_hand(self) -> dict[str, float]:
        """Run the same programs and commands one after the other, as a shell script would."""
        site = self.fresh_site()
        store: dict[str, Any] = {"hdfs": self.hdfs, "root": site.root}
        times: dict[str, float] = {}
        whole = last = time.time()

        def lap(stage: str) -> None:
            nonlocal last
            times[stage], last = time.time() - last, time.time()

        self._job(IndexLanding(**store, landing=str(self.landing)))
        lap("landing")
        work = str(self.layout.home / "work" / "bench")
        day = self.scan_date
        landing = str(self.landing)
        copy = self._job(PlanIngest(**store, landing=landing, scan_date=day, work_dir=work))
        self._hadoop(
            "hadoop",
            "distcp",
            "-m",
            "2",
            "-update",
            "-direct",
            f"file://{copy.link_dir}",
            copy.incoming,
        )
        self._job(CommitIngest(**store, scan_date=day, build=copy.build))
        lap("1_ingest")
        plan = self._job(
            PlanPreprocess(**store, scan_date=day, code=self._code(), memory_mb=None, target_bytes=96_000_000)
        )
        told = MapperEnvironment(**store, scan_date=day, build=plan.build, memory_mb=None)
        self._hadoop(
            "mapred", "streaming",
            "-D", "mapreduce.job.reduces=0", "-D", "mapreduce.map.memory.mb=1024",
            "-D", f"mapreduce.input.lineinputformat.linespermap={plan.lines_per_map}",
            "-D", "stream.map.input.ignoreKey=true",
            "-files", f"{self._shipped('code-')}#code.zip", "-archives", f"{self._shipped('pyenv-')}#pyenv",
            "-cmdenv", "PYTHONPATH=code.zip:pyenv",
            *(word for name, value in variables_of(told).items() for word in ("-cmdenv", f"{name}={value}")),
            "-inputformat", "org.apache.hadoop.mapred.lib.NLineInputFormat",
            "-input", plan.manifest, "-output", plan.output,
            "-mapper", f"python3 -m {PROGRAMS[MapperEnvironment]}",
        )  # fmt: skip
        done = self._job(CommitPreprocess(**store, scan_date=day, build=plan.build))
        self._hive("register_intake.sql", site, scan_date=self.scan_date)
        lap("2_preprocess")
        build = hashlib.sha256(done.build.encode()).hexdigest()[:16]
        config = load_config()
        spread = self._job(
            PlanFeatures(**store, scan_date=day, build=build, target_bytes=1 << 30, max_tasks=1)
        )
        self._hive(
            "extract_features.sql",
            site,
            scan_date=self.scan_date,
            build=build,
            udf_jar="",
            tasks=spread.tasks,
            features=feature_columns(config.features),
            settings=settings_sql(settings_texts(config.features), "scan.modality"),
        )
        self._job(
            CommitFeatures(**store, scan_date=day, build=build, settings_hashes=None, index_digest=None)
        )
        self._hive("register_features.sql", site, scan_date=self.scan_date)
        lap("3_features")
        return {**times, "whole": time.time() - whole}

    def _job(self, request: Request[R]) -> R:
        environment = {**os.environ, "NIGHTSCAN_PATIENT_KEY": secret(self.layout, "patient_key")}
        done = subprocess.run(
            [sys.executable, "-m", request.program],
            input=text_of(request, "the request"),
            text=True, capture_output=True, env=environment, check=True,
        )  # fmt: skip
        return read(request.result(), done.stdout.splitlines()[-1], "the result")

    def _hadoop(self, *command: str) -> None:
        subprocess.run([str(self.layout.bin / command[0]), *command[1:]], capture_output=True, check=True)

    def _hive(self, name: str, site: Site, **parameters: Any) -> None:
        given = {"database": site.database, "root": site.root, **parameters}
        run_hive_file(self.layout, self.ports["hiveserver2"], name, **given)

    def _code(self) -> str:
        return self._shipped("code-").rsplit("-", 1)[-1].removesuffix(".zip")

    def _shipped(self, prefix: str) -> str:
        if prefix not in self.runtime:
            url = f"http://localhost:{self.ports['namenode_http']}/webhdfs/v1/apps/nightscan?op=LISTSTATUS"
            entries = request_json("GET", url)["FileStatuses"]["FileStatus"]
            newest = max(
                (entry for entry in entries if entry["pathSuffix"].startswith(prefix)),
                key=lambda entry: entry["modificationTime"],
            )
            self.runtime[prefix] = f"{self.hdfs}/apps/nightscan/{newest['pathSuffix']}"
        return self.runtime[prefix]


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scan-date", default="2025-03-03")
    arguments = parser.parse_args()
    layout, ports = find_layout(), all_ports()
    demo = demo_landing(layout, layout.home / "landing" / "demo")
    address = f"http://localhost:{ports['airflow']}"
    before = layout.site_file.read_bytes() if layout.site_file.exists() else b""
    bench = Bench(
        layout, ports, Airflow(address, "admin", secret(layout, "airflow_admin")),
        demo.landing, demo.labels or demo.landing, arguments.scan_date,
    )  # fmt: skip
    sides: dict[str, list[dict[str, float]]] = {"airflow": [], "hand": []}
    try:
        for repeat in range(arguments.repeats + 1):
            for name, side in (("hand", bench.by_hand), ("airflow", bench.through_airflow)):
                times = side()
                say(f"{name} {repeat}: " + "  ".join(f"{key} {value:.1f}" for key, value in times.items()))
                if repeat:
                    sides[name].append(times)
    finally:
        if before:
            layout.site_file.write_bytes(before)
    rows = []
    for stage in STAGES:
        by_airflow, by_hand = ([times[stage] for times in sides[name]] for name in ("airflow", "hand"))
        rows.append([stage, _spread(by_airflow), _spread(by_hand),
                     f"{statistics.median(by_airflow) / statistics.median(by_hand):.2f}"])  # fmt: skip
    say(f"\nOne scan date ({arguments.scan_date}), {arguments.repeats} repeats each: median (range), s")
    table(rows, ["stage", "through Airflow", "by hand", "ratio"])
    return 0


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


if __name__ == "__main__":
    sys.exit(main())
