"""The one way programs touch files of the cluster: HDFS through hdfs-native, or a local folder for tests.

Paths are absolute HDFS paths ("/medical_data/..."); the file store maps them below its folder. A missing path
raises FileNotFoundError, an existing rename target FileExistsError, on both kinds of store alike.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from jobs.base.errors import JobInputError
from jobs.base.filesystems import Entry, Files, Folder, Hdfs

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Entry", "Store", "open_store", "parquet_bytes"]

T = TypeVar("T")


class Store:
    """A file system with whole-file swaps, parallel reads and writes, and Parquet tables.

    :param files: the file system below
    :param base_url: what, put before an absolute path, gives its URL ("hdfs://host:port")
    """

    def __init__(self, files: Files, base_url: str) -> None:
        self._files = files
        self.base_url = base_url

    def url(self, path: str) -> str:
        """Return the URL of `path`, as an engine wants it."""
        return self.base_url + path

    def read(self, path: str) -> bytes:
        """Read a whole file."""
        return self._files.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Write a file, parents made, an older one replaced (not atomically: see `swap`)."""
        self._files.write(path, data)

    def rename(self, src: str, dst: str, *, overwrite: bool = False) -> None:
        """Move a file or folder; the folder of `dst` must exist."""
        self._files.rename(src, dst, overwrite=overwrite)

    def swap_changed(self, path: str, data: bytes) -> bool:
        """Swap only when the bytes differ from those there; return whether they did."""
        return bool(self.swap_all({path: data}))

    def swap_all(self, files: Mapping[str, bytes]) -> list[str]:
        """Swap files whose bytes differ from those there: written side by side, renamed in the order given.

        Return their paths. A crash leaves the first few swapped and the rest as they were.
        """
        changed = [path for path in files if not self._holds(path, files[path])]
        hidden = {path: _hidden_name(path) for path in changed}
        self.write_many({hidden[path]: files[path] for path in changed})
        for path in changed:
            self.rename(hidden[path], path, overwrite=True)
        return changed

    def _holds(self, path: str, data: bytes) -> bool:
        try:
            return self.read(path) == data
        except FileNotFoundError:
            return False

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""
        return self._files.exists(path)

    def list(self, path: str) -> list[Entry]:
        """List the items of a folder, sorted by name; a folder that is not there has none."""
        return self._files.list(path)

    def mkdirs(self, path: str) -> None:
        """Make a folder and its parents; one that exists is fine."""
        self._files.mkdirs(path)

    def delete(self, path: str) -> None:
        """Remove a file or a folder with all in it; one that is not there is fine."""
        self._files.delete(path)

    def swap(self, path: str, data: bytes) -> None:
        """Replace a file whole or not at all: written beside it under a hidden name, then renamed onto it."""
        hidden = _hidden_name(path)
        self.write(hidden, data)
        self.rename(hidden, path, overwrite=True)

    def read_many(self, paths: Iterable[str], threads: int = 8) -> dict[str, bytes]:
        """Read many files side by side, bytes by path; the first failure is raised."""
        wanted = list(paths)
        return dict(zip(wanted, _parallel(self.read, wanted, threads), strict=True))

    def write_many(self, files: Mapping[str, bytes]) -> None:
        """Write many files side by side (an HDFS close waits); the first failure is raised."""
        _parallel(lambda item: self.write(*item), sorted(files.items()), threads=16)

    def rename_many(self, pairs: Iterable[tuple[str, str]], *, overwrite: bool) -> None:
        """Rename many files side by side; the first failure is raised."""
        _parallel(lambda pair: self.rename(*pair, overwrite=overwrite), list(pairs), threads=8)

    def read_table(self, path: str) -> pa.Table:
        """Read a Parquet file as a table."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - a mapper never needs it

        # One thread: pyarrow's reader pool can abort the interpreter at exit (25.0.1, exit code 134).
        with pq.ParquetFile(io.BytesIO(self.read(path))) as file:
            return file.read(use_threads=False)

    def read_table_or_empty(self, path: str, schema: pa.Schema) -> pa.Table:
        """Read a Parquet file as a table; no rows of `schema` when there is no such file."""
        try:
            return self.read_table(path)
        except FileNotFoundError:
            return schema.empty_table()

    def swap_table(self, path: str, table: pa.Table) -> None:
        """Replace a Parquet file whole or not at all; equal tables give equal bytes."""
        self.swap(path, parquet_bytes(table))


def parquet_bytes(table: pa.Table) -> bytes:
    """Write a table the same way every time; gzip needs no native library in Hive, Spark or Drill."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - a mapper never needs it

    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        version="1.0",
        data_page_version="1.0",
        compression="gzip",
        compression_level=6,
        store_schema=False,
        write_statistics=True,
        row_group_size=1 << 20,
    )
    return out.getvalue()


def open_store(url: str) -> Store:
    """Open "hdfs://host:port" or "file:///folder".

    :raises JobInputError: another URL
    """
    split = urlsplit(url)
    if split.scheme == "hdfs" and split.netloc:
        base = f"hdfs://{split.netloc}"
        return Store(Hdfs(base), base)
    if split.scheme == "file" and split.path:
        return Store(Folder(Path(split.path)), f"file://{split.path.rstrip('/')}")
    raise JobInputError(
        f"store {url!r} is neither hdfs://host:port nor file:///folder", "correct the store's URL"
    )


def _hidden_name(path: str) -> str:
    return f"{dirname(path)}/_{basename(path)}.{os.urandom(16).hex()}.tmp"


def _parallel(function: Callable[[Any], T], items: list[Any], threads: int) -> list[T]:
    if len(items) <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(function, items))
