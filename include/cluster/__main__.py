"""Command line: python3 -m cluster install | up | down | status | env | logs."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cluster.boot import bring_up
from cluster.envfile import write_env_file
from cluster.errors import ClusterError
from cluster.install import install, install_airflow_only
from cluster.launchers import write_launchers
from cluster.layout import Layout, host_name
from cluster.local_site import Site, find_site, template_values
from cluster.process import Table
from cluster.render import render_all
from cluster.report import all_running, status_lines
from cluster.shutdown import bring_down
from cluster.supervise import last_lines, log_file
from cluster.table import process_table

NOT_ALL_RUNNING = 3


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(find_site(), options))
    except ClusterError as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m cluster", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("install", help="install all engines and Python environments")
    command.add_argument("--dev", action="store_true", help="with the packages that tests and checks need")
    command.add_argument(
        "--airflow-only",
        action="store_true",
        help="only Airflow's environment, enough for tests without engines",
    )
    command.set_defaults(run=_install)
    for name, run, text in (
        ("up", _up, "start processes (all, or those named and what they need) and wait until they serve"),
        ("down", _down, "stop processes (all, or those named and what needs them)"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("names", nargs="*", metavar="NAME")
        command.set_defaults(run=run)
    commands.add_parser("env", help="write env.sh and print its path").set_defaults(run=_env)
    status = commands.add_parser("status", help="show every process; exit 3 when one is not running")
    status.add_argument("--quiet", action="store_true", help="print nothing")
    status.set_defaults(run=_status)
    commands.add_parser("home", help="print the folder that holds all state").set_defaults(run=_home)
    logs = commands.add_parser("logs", help="show the end of a process's log")
    logs.add_argument("name", metavar="NAME")
    logs.add_argument("-n", "--lines", type=int, default=60)
    logs.set_defaults(run=_logs)
    return parser


def prepare(site: Site) -> None:
    """Write everything that processes read: settings, launchers, folders."""
    layout = site.layout
    for folder in (layout.data, layout.logs, layout.run, layout.scratch / "hive", layout.conf):
        folder.mkdir(parents=True, exist_ok=True)
    render_all(layout.conf, template_values(site))
    names = [host_name(), *(layout.hosts_file.read_text().split() if layout.hosts_file.exists() else [])]
    names = [name for name in dict.fromkeys(names) if name not in {"127.0.0.1", "localhost"}]
    layout.hosts_file.write_text(" ".join(["127.0.0.1", "localhost", *names]) + "\n")
    write_launchers(layout)
    write_env_file(site)


def _install(site: Site, options: argparse.Namespace) -> int:
    with locked(site.layout):
        if options.airflow_only:
            install_airflow_only(site.layout)
            return 0
        install(site.layout, dev=options.dev)
        prepare(site)
    return 0


def _home(site: Site, _options: argparse.Namespace) -> int:
    print(site.layout.home)
    return 0


def _up(site: Site, options: argparse.Namespace) -> int:
    with locked(site.layout):
        prepare(site)
        table = process_table(site)
        names = _known(table, options.names)
        done = bring_up(site.layout, table, names)
    print(f"up: {len(done)} started" if done else "up: all was running already")
    return 0


def _down(site: Site, options: argparse.Namespace) -> int:
    table = process_table(site)
    names = _known(table, options.names)
    with locked(site.layout):
        done = bring_down(site.layout, table, names)
    print(f"down: {len(done)} stopped" if done else "down: nothing was running")
    return 0


def _env(site: Site, _options: argparse.Namespace) -> int:
    prepare(site)
    print(site.layout.home / "env.sh")
    return 0


def _status(site: Site, options: argparse.Namespace) -> int:
    table = process_table(site)
    if not options.quiet:
        print("\n".join(status_lines(site.layout, table)))
    return 0 if all_running(site.layout, table) else NOT_ALL_RUNNING


def _logs(site: Site, options: argparse.Namespace) -> int:
    (name,) = _known(process_table(site), [options.name])
    path = log_file(site.layout, name)
    print("\n".join(last_lines(path, options.lines)))
    print(f"({path})", file=sys.stderr)
    return 0


def _known(table: Table, names: list[str]) -> tuple[str, ...]:
    for name in names:
        if name not in table:
            raise ClusterError(f"there is no process {name}; known: {', '.join(table)}")
    return tuple(names)


@contextmanager
def locked(layout: Layout) -> Iterator[None]:
    """Hold the cluster's lock, so that two commands do not start or stop at once."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with (layout.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterError(f"another `up` or `down` is at work on {layout.home}; wait for it") from None
        yield


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
