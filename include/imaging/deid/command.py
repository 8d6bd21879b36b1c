"""The command ``deid IN OUT`` of ``python -m imaging``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from imaging.deid.folder import deidentify_folder
from imaging.deid.options import Options
from imaging.deid.pseudonyms import KEY_VARIABLE
from imaging.records import JsonValue


def add(commands: Any) -> None:
    """Add the command to the subparsers of ``argparse``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "deid",
        help="de-identify a folder (PS3.15 Annex E)",
        description=f"De-identify every DICOM file below IN into OUT. The site's key is taken from the "
        f"environment variable {KEY_VARIABLE}.",
    )
    parser.add_argument("source", metavar="IN", type=Path, help="folder of files")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder to write into")
    parser.add_argument("--safe-private", type=Path, help="table of private attributes that stay")
    parser.add_argument("--drop-dates", action="store_true", help="empty dates instead of moving them")
    parser.add_argument("--drop-characteristics", action="store_true", help="drop sex, age, size, weight")
    parser.add_argument("--drop-descriptors", action="store_true", help="drop free text instead of cleaning")


def run(given: argparse.Namespace) -> dict[str, JsonValue]:
    """Do what the arguments say and return the counts.

    :raises ValueError: the key is missing or a table is wrong. :raises OSError: a folder cannot be used.
    """
    options = Options(
        modified_dates=not given.drop_dates,
        patient_characteristics=not given.drop_characteristics,
        clean_descriptors=not given.drop_descriptors,
        safe_private=given.safe_private,
    )
    key = os.environ.get(KEY_VARIABLE, "").encode()
    return deidentify_folder(given.source, given.out, key, options)
