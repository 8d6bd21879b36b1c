"""Gzip with the same bytes on every machine: the volumes of a cluster are named and checked by their hash.

ISA-L's level 2: near zlib's level 6 in size, more than ten times as fast (``benchmarks/compression.py``). Its
levels 0 to 2 were seen to give equal bytes from SSE4.2 to AVX-512 (run under ``qemu-x86_64 -cpu``); level 3
differs between AVX and AVX2, and without SSE4.2, which numpy needs too, all do. There is no second codec:
its bytes would differ. Output depends on how the input is cut: callers use a fixed rule.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from isal import isal_zlib

LEVEL = 2
GZIP_WINDOW = 31  # zlib's wbits: the largest window, in a gzip wrapper without name and time
PROBE_BYTES = 1 << 15
PROBE_SHA256 = "c4af541f3bae639515a0e840a81ecaed108b3f865494d85f066956927c89118d"
Buffer = bytes | memoryview


def gzip_chunks(chunks: Iterable[Buffer]) -> bytes:
    """Compress the chunks as one gzip member.

    :raises RuntimeError: on a machine whose codec writes other bytes than the rest of the cluster would
    """
    _check_machine()
    return _gzip(chunks)


def gunzip(data: bytes) -> bytes:
    """Return the content of any gzip data, of one or more members.

    :raises ValueError: when they are damaged or cut
    """
    from isal import igzip  # noqa: PLC0415 - a conversion does not read what it wrote

    decompress: Callable[[bytes], bytes] = igzip.decompress
    try:
        return decompress(data)
    except (OSError, EOFError, zlib.error, isal_zlib.error) as error:  # type: ignore[misc]  # its stub is wrong
        raise ValueError(f"damaged or cut gzip data ({error}); write the file again") from error


def _gzip(chunks: Iterable[Buffer]) -> bytes:
    compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_WINDOW)
    out = io.BytesIO()
    for chunk in chunks:
        out.write(compressor.compress(chunk))
    out.write(compressor.flush())
    return out.getvalue()


@cache
def _check_machine() -> None:
    """Compress a known text once a process: a build or CPU with other bytes must not store a volume."""
    digest = hashlib.sha256(_gzip(_probe())).hexdigest()
    if digest != PROBE_SHA256:
        raise RuntimeError(
            f"isal compresses to {digest[:12]} here, not {PROBE_SHA256[:12]} as on other machines; "
            "use the locked isal, on an x86-64 CPU with SSE4.2"
        )


def _probe() -> list[bytes]:
    """Return two chunks like an image: a slow wave with noise in the low bits, from a fixed recurrence."""
    count = PROBE_BYTES // 2
    # s' = a s + c from s = 1, unrolled: a^n + c (1 + a + ... + a^(n-1)); overflow at 2^64 does no harm
    powers = np.cumprod(np.full(count, 1103515245, np.uint64))
    sums = np.cumsum(powers) - powers + np.uint64(1)
    noise = ((powers + np.uint64(12345) * sums) & np.uint64(0x7FFFFFFF)) >> np.uint64(28)
    wave = np.abs(np.arange(count) % 512 - 256) * 4
    cells = (wave + noise.astype(np.int64)).astype("<u2").tobytes()
    return [cells[: PROBE_BYTES // 4], cells[PROBE_BYTES // 4 :]]
