"""Command line: ``python -m imaging index LANDING`` and ``python -m imaging convert LANDING OUT``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from imaging.folder import convert_folder, count, index_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, print its counts as JSON; return 0, or 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m imaging", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    index = commands.add_parser("index", help="read headers only and print counts")
    index.add_argument("landing", type=Path, help="folder of files")
    convert = commands.add_parser("convert", help="write volumes, masks and records")
    convert.add_argument("landing", type=Path, help="folder of files")
    convert.add_argument("out", type=Path, help="folder to write into")
    given = parser.parse_args(arguments)
    try:
        if given.command == "index":
            counts = count(index_folder(given.landing))
        else:
            counts = convert_folder(given.landing, given.out)
    except OSError as error:
        print(f"imaging: {error}", file=sys.stderr)
        return 2
    print(json.dumps(counts, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
