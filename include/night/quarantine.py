"""`make quarantine` shows what was refused and what to do; `make release` lets Airflow release some of it."""

from __future__ import annotations

import getpass
import json
import textwrap
from collections.abc import Mapping
from typing import Any

from cluster.layout import Layout
from cluster.ports import all_ports
from cluster.secret_files import secret
from night.airflow import Airflow, Run
from night.errors import NightError
from night.follow import run_once, say
from night.programs import run_program
from night.report import table

DAG_ID = "quarantine_release"
WIDTH = 110


def show(layout: Layout, environment: Mapping[str, str]) -> None:
    """Print the counts by reason and scan date; with DATE in the environment also its files.

    :raises NightError: when HDFS does not answer, or DATE has no partition
    """
    date = environment.get("DATE", "").strip()
    request = {**_store(layout), "scan_date": date or None}
    print_quarantine(run_program(layout, "jobs.quarantine.show", request))


def print_quarantine(shown: Mapping[str, Any]) -> None:
    """Print the result of jobs.quarantine.show."""
    say(f"{shown['files']} files are quarantined, in {shown['dates']} partitions")
    if shown["rows"]:
        names = ["scan_date", "reason", "files", "series"]
        table([[row[name] for name in names] for row in shown["rows"]], [n.replace("_", " ") for n in names])
    for reason, known in shown["reasons"].items():
        say(f"\n{reason}: {known['files']} files. {known['meaning']}")
        may = "May be overruled." if known["overrulable"] else "Cannot be overruled."
        say(textwrap.fill(f"{known['remedy']} {may}", WIDTH, initial_indent="  ", subsequent_indent="  "))
    if shown["listed"]:
        say("\nFiles")
        head = ["series", "sha256", "level", "reason", "evidence"]
        table([_file(row) for row in shown["listed"]], head)
    if shown["overruled"]:
        say("\nReleased")
        names = ["scan_date", "series_key", "reason", "files", "volume", "by", "recorded_at", "why"]
        table([[row[name] for name in names] for row in shown["overruled"]], names)
    elif shown["files"] and shown["listed"] is None:
        say("\n`make quarantine DATE=YYYY-MM-DD` (or DATE=undated) lists the files of one date.")


def _file(row: Mapping[str, Any]) -> list[Any]:
    evidence = json.dumps(row["evidence"], sort_keys=True)
    return [row["series_key"], row["sha256"], row["level"], row["reason"], evidence]


def release(layout: Layout, environment: Mapping[str, str]) -> None:
    """Trigger quarantine_release with DATE, SERIES or FILE, WHY, BY and ACTION, follow it, print the result.

    :raises NightError: when something is not given, Airflow does not answer, or the run is red
    """
    conf = release_conf(environment)
    ports = all_ports()
    airflow = Airflow(f"http://localhost:{ports['airflow']}", "admin", secret(layout, "airflow_admin"))
    run = run_once(airflow, DAG_ID, conf=conf)
    print_outcome(airflow.result(run, "release"), airflow.result(run, "outcome"), run)


def release_conf(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the form's fields from the environment; FILE may hold several hashes.

    :raises NightError: when one that is needed is missing
    """
    given = {name: environment.get(name, "").strip() for name in ("DATE", "SERIES", "FILE", "WHY", "BY")}
    if not given["DATE"] or not given["WHY"] or bool(given["SERIES"]) == bool(given["FILE"]):
        raise NightError(
            'give DATE=YYYY-MM-DD, one of SERIES=key and FILE=sha256, and WHY="what you saw" (it is stored: '
            "no patient data); `make quarantine` lists dates, `make quarantine DATE=...` keys and hashes"
        )
    return {
        "scan_date": given["DATE"],
        "series_key": given["SERIES"] or None,
        "sha256": given["FILE"].replace(",", " ").split(),
        "why": given["WHY"],
        "by": given["BY"] or getpass.getuser(),
        "action": environment.get("ACTION", "").strip() or "release",
    }


def print_outcome(recorded: Mapping[str, Any], outcome: Mapping[str, Any], run: Run) -> None:
    """Print what was recorded and what the partition holds after its run."""
    reasons = ", ".join(f"{number} {reason}" for reason, number in recorded["reasons"].items())
    counts = f"{recorded['recorded']} files recorded now, {recorded['already']} before ({reasons})"
    say(f"\n{recorded['action']} on scan date {recorded['scan_date']}: {counts}; run {run.run_id}")
    for line in outcome["series"]:
        now = "is a volume" if line["volume"] else f"is no volume: {line['refused'] or 'not planned'}"
        say(f"  series {line['series_key']} {now}")
    say(f"  {outcome['quarantined']} files of the date are quarantined")


def _store(layout: Layout) -> dict[str, str]:
    try:
        site = json.loads(layout.site_file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NightError(f"there is no {layout.site_file} yet; `make run` makes it") from error
    return {"hdfs": site["hdfs"], "root": site["root"]}
