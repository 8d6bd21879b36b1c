"""Convert DICOM files without a cluster: index, convert and de-identify folders, check a volume."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from imaging.cli.summary import summary
from imaging.folder.conversion import convert_folder
from imaging.folder.landing import count, index_folder
from imaging.memory import BASE_BYTES, machine_limits
from imaging.output.out_folder import FolderError
from imaging.records import JsonValue, Limits

BAD_INPUT = 2
MEGABYTE = 1 << 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 when ``check`` found something, 2 when the input cannot be used."""
    listed = list(sys.argv[1:] if arguments is None else arguments)
    given = _parser(listed).parse_args(listed)
    try:
        status: int = given.run_command(given)
    except FolderError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(_system(error))
    return status


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m imaging", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    index = commands.add_parser("index", help="read headers only and print counts")
    index.add_argument("landing", type=Path, help="folder of files")
    index.set_defaults(run_command=_index)
    convert = commands.add_parser("convert", help="write volumes, masks, sidecars and records.json")
    convert.add_argument("landing", type=Path, help="folder of files")
    convert.add_argument(
        "out", type=Path, help="folder to write into; an earlier conversion there is replaced"
    )
    convert.add_argument("--report", action="store_true", help="write index.html with pictures too")
    convert.add_argument(
        "--memory-mb",
        type=_megabytes,
        help="refuse series that need more MiB (default: three quarters of this machine's memory)",
    )
    convert.set_defaults(run_command=_convert)
    check = commands.add_parser("check", help="read a volume again and say what is wrong with it")
    check.add_argument("volume", type=Path, help="a .nii.gz file that convert wrote")
    check.set_defaults(run_command=_check)
    for command in (index, convert, check):
        command.add_argument("--json", action="store_true", help="print JSON")
    _add_deid(commands, needed=arguments[:1] == ["deid"])
    return parser


def _add_deid(commands: Any, *, needed: bool) -> None:
    if not needed:
        commands.add_parser("deid", help="de-identify a folder (PS3.15 Annex E)")
        return
    from imaging.deid import command  # noqa: PLC0415 - its tables are read for this command alone

    command.add(commands)
    commands.choices["deid"].set_defaults(run_command=_deid)


def _megabytes(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number * MEGABYTE <= BASE_BYTES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number above {BASE_BYTES // MEGABYTE}, which the program itself takes"
        )
    return number


def _index(given: argparse.Namespace) -> int:
    return _print(count(index_folder(given.landing)), as_json=given.json)


def _convert(given: argparse.Namespace) -> int:
    limits = Limits(given.memory_mb * MEGABYTE) if given.memory_mb else machine_limits()
    if given.report:  # before the conversion, so that a missing package ends nothing half done
        from imaging.report import write_report  # noqa: PLC0415 - pictures are needed here only
    counts = convert_folder(given.landing, given.out, limits, _show_progress)
    if given.report:
        sys.stderr.write(f"report: {write_report(given.out)}\n")
    return _print(counts, as_json=given.json)


def _deid(given: argparse.Namespace) -> int:
    from imaging.deid.command import run  # noqa: PLC0415 - as in _add_deid

    try:
        counts = run(given)
    except ValueError as error:
        return _refuse(str(error))
    return _print(counts, as_json=True)


def _check(given: argparse.Namespace) -> int:
    from imaging.check.command import check_command  # noqa: PLC0415 - a conversion does not need it

    status, text = check_command(given.volume, as_text=not given.json)
    print(text)
    return status


def _print(counts: Mapping[str, JsonValue], *, as_json: bool) -> int:
    print(json.dumps(counts, indent=1) if as_json else summary(counts))
    return 0


def _show_progress(done: int, of: int) -> None:
    """Show the progress on a terminal, nowhere else."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of} series" + ("\n" if done == of else ""))
        sys.stderr.flush()


def _system(error: OSError) -> str:
    """Return what the system refused, and what to do about it."""
    if error.filename is None:
        return str(error)
    return f"{error.filename}: {error.strerror}; correct the rights, the path or the space and run it again"


def _refuse(message: str) -> int:
    sys.stderr.write(f"imaging: {message}\n")
    return BAD_INPUT
