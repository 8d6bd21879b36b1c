"""Start the command line; what it does is in ``imaging.program``.

A conversion makes hundreds of thousands of small objects, hardly any of them in cycles, and all of them are
wanted until its end: to look for garbage, and to take everything apart at the end, took a tenth of the time.
"""

from __future__ import annotations

import gc

gc.disable()  # the imports below are the first hundred thousand objects

import os  # noqa: E402
import sys  # noqa: E402

from imaging.program import main  # noqa: E402

GARBAGE_AFTER = 1_000_000  # objects made and still held


def run() -> int:
    """Run the command with rare garbage collection."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()
    return main()


if __name__ == "__main__":
    status = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # all files are closed: leave the memory to the system
