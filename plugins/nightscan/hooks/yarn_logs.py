"""The lines of an application's container logs that say why it failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nightscan.errors import BadSettingError, CommandFailedError

if TYPE_CHECKING:
    from nightscan.hooks.hadoop import HadoopCli

SECTION = re.compile(r"^LogContents:\n(.*?)^End of LogType:", re.MULTILINE | re.DOTALL)
TRACEBACK = "Traceback (most recent call last):"
TROUBLE = re.compile(r"\b(?:ERROR|FATAL|Caused by|[A-Z]\w+(?:Exception|Error):)")
SHOWN_LINES = 20
TAIL_BYTES = 6000
LIMIT_S = 60.0


def failure_lines(cli: HadoopCli, app_id: str) -> list[str]:
    """Return what an ended application's containers said of their trouble; empty where they said nothing.

    Never fails: it is asked for while another failure is being told.
    """
    arguments = [
        "yarn",
        "logs",
        "-applicationId",
        app_id,
        "-log_files",
        "stdout,stderr",
        "-size",
        f"-{TAIL_BYTES}",
    ]
    try:
        result = cli.run(arguments, timeout_s=LIMIT_S, quiet=True)
    except (CommandFailedError, BadSettingError) as error:
        return [f"(the containers' logs could not be read: {error.fact.splitlines()[0]})"]
    return pick(result.stdout)


def pick(text: str) -> list[str]:
    """Return the telling lines of `yarn logs`: a Python traceback, else the lines that name an error."""
    sections = [found.group(1) for found in SECTION.finditer(text)]
    for section in sections:
        if TRACEBACK in section:
            return [TRACEBACK, *_lines(section.rsplit(TRACEBACK, 1)[1])][-SHOWN_LINES:]
    trouble = [line for section in sections for line in _lines(section) if TROUBLE.search(line)]
    return trouble[-SHOWN_LINES:]


def _lines(text: str) -> Iterator[str]:
    return (line.rstrip() for line in text.splitlines() if line.strip())
