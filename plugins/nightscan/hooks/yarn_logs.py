"""The lines of an application's container logs with the reason of its failure."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nightscan.errors import BadSettingError, CommandFailedError

if TYPE_CHECKING:
    from nightscan.hooks.hadoop import HadoopCli

SECTION = re.compile(r"^LogContents:\n(.*?)^End of LogType:", re.MULTILINE | re.DOTALL)
TRACEBACK = "Traceback (most recent call last):"
ERROR = re.compile(r"\b(?:ERROR|FATAL|Caused by|[A-Z]\w+(?:Exception|Error):)")
SHOWN_LINES = 20
TAIL_BYTES = 6000
LIMIT_S = 60.0
PAUSES_S = (1.0, 3.0, 5.0)


def failure_lines(cli: HadoopCli, app_id: str, *, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Return the lines on errors in the logs of an ended application; empty where there are none.

    YARN collects the logs some seconds after the end, so they are requested a few times. Raises nothing,
    since another failure is being reported.
    """
    arguments = f"yarn logs -applicationId {app_id} -log_files stdout,stderr -size -{TAIL_BYTES}".split()
    problem = ""
    for pause_s in PAUSES_S:
        sleep(pause_s)
        try:
            return pick(cli.run(arguments, timeout_s=LIMIT_S, quiet=True).stdout)
        except CommandFailedError as error:
            problem = error.fact.splitlines()[-1].removeprefix("  | ")
        except BadSettingError as error:
            problem = error.fact
            break
    return [f"(the containers' logs could not be read: {problem})"]


def pick(text: str) -> list[str]:
    """Return the lines to show of `yarn logs`: a Python traceback, else the lines that name an error."""
    sections = [found.group(1) for found in SECTION.finditer(text)]
    for section in sections:
        if TRACEBACK in section:
            return [TRACEBACK, *_lines(section.rsplit(TRACEBACK, 1)[1])][-SHOWN_LINES:]
    errors = [line for section in sections for line in _lines(section) if ERROR.search(line)]
    return errors[-SHOWN_LINES:]


def _lines(text: str) -> Iterator[str]:
    return (line.rstrip() for line in text.splitlines() if line.strip())
