"""`python -m night run`: the README's first command, after the installation."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from cluster.layout import find_layout
from night.errors import NightError
from night.follow import say
from night.quarantine import release, show
from night.run import run_night
from night.site import ensure_site_file


def main() -> int:
    """Parse the command line, run the night, turn a known error into one clear message."""
    parser = argparse.ArgumentParser(prog="night", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run all seven stages through Airflow")
    run.add_argument("--data", help="folder of DICOM files; default: the demo's")
    run.add_argument("--labels", help="CSV file with patient_id and one column of outcomes")
    run.add_argument("--parallel", type=int, default=4, help="scan dates at the same time")
    commands.add_parser("site", help="write the site file for the demo, unless there is one")
    commands.add_parser("quarantine", help="show what was refused (environment: DATE)")
    commands.add_parser("release", help="release some of it (environment: DATE, SERIES or FILE, WHY, BY)")
    arguments = parser.parse_args()
    if arguments.command == "site":
        ensure_site_file(find_layout())
        return 0
    try:
        if arguments.command == "quarantine":
            show(find_layout(), os.environ)
        elif arguments.command == "release":
            release(find_layout(), os.environ)
        else:
            _run(arguments)
    except (NightError, subprocess.CalledProcessError) as error:
        say(f"\nnight: {error}")
        return 1
    return 0


def _run(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    run_night(find_layout(), arguments.data, arguments.labels, arguments.parallel)
    say(
        f"\nDone in {time.monotonic() - started:.0f} s."
        " `make status` shows the cluster, `make down` stops it."
    )


if __name__ == "__main__":
    sys.exit(main())
