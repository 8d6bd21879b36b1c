"""Start the command line; what it does is in ``imaging.cli.program``.

A conversion makes hundreds of thousands of small objects, hardly any of them in cycles, and all of them are
wanted until its end: to search for garbage, and to free every object at the end, took a tenth of the time.
Returning the memory of each volume to the system and getting it again, zeroed, took another twentieth.
"""

from __future__ import annotations

import gc

gc.disable()  # the imports below are the first hundred thousand objects

import ctypes  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

from imaging.cli.program import main  # noqa: E402

GARBAGE_AFTER = 1_000_000  # objects made and still held
# mallopt(3) of glibc: free memory at the end of the heap that is given back, and the size of an allocation
# that gets pages of its own; the second is the largest that it takes.
TRIM_THRESHOLD, TRIM_BYTES = -1, 256 << 20
MMAP_THRESHOLD, MMAP_BYTES = -3, 32 << 20


def run() -> int:
    """Run the command with rare garbage collection, and with memory that is kept for the next volume."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # another C library has none
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, TRIM_BYTES)
        mallopt(MMAP_THRESHOLD, MMAP_BYTES)
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()
    return main()


if __name__ == "__main__":
    status = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # all files are closed: leave the memory to the system
