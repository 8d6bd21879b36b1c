"""The two file systems a store can stand on: HDFS through hdfs-native, a local folder that behaves alike."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from posixpath import basename
from typing import Protocol


@dataclass(frozen=True)
class Entry:
    """One item of a folder: absolute path, length in bytes (0 for a folder)."""

    path: str
    bytes: int
    is_dir: bool

    @property
    def name(self) -> str:
        """Return the last name of the path."""
        return basename(self.path)


class Files(Protocol):
    """What a file system must offer; `Store` builds swaps and tables upon it."""

    def read(self, path: str) -> bytes: ...
    def write(self, path: str, data: bytes) -> None: ...
    def rename(self, src: str, dst: str, *, overwrite: bool = False) -> None: ...
    def exists(self, path: str) -> bool: ...
    def list(self, path: str) -> list[Entry]: ...
    def mkdirs(self, path: str) -> None: ...
    def delete(self, path: str) -> None: ...


class Folder:
    """A local folder that behaves like HDFS where the programs rely on it."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def _at(self, path: str) -> Path:
        return self._base / path.lstrip("/")

    def read(self, path: str) -> bytes:
        return self._at(path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        target = self._at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def rename(self, src: str, dst: str, *, overwrite: bool = False) -> None:
        if not overwrite and self.exists(dst):
            raise FileExistsError(dst)
        os.rename(self._at(src), self._at(dst))  # noqa: PTH104 - Path.rename says the same

    def exists(self, path: str) -> bool:
        return self._at(path).exists()

    def list(self, path: str) -> list[Entry]:
        folder = self._at(path)
        if not folder.is_dir():
            return []
        return [
            Entry(
                f"{path.rstrip('/')}/{item.name}", 0 if item.is_dir() else item.stat().st_size, item.is_dir()
            )
            for item in sorted(folder.iterdir())
        ]

    def mkdirs(self, path: str) -> None:
        self._at(path).mkdir(parents=True, exist_ok=True)

    def delete(self, path: str) -> None:
        target = self._at(path)
        if target.is_dir():
            import shutil  # noqa: PLC0415 - a mapper deletes nothing, and need not load bz2 and lzma

            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)


class Hdfs:
    """HDFS through hdfs-native: no JVM, no configuration needed."""

    def __init__(self, url: str) -> None:
        from hdfs_native import Client, WriteOptions  # noqa: PLC0415 - tests need no HDFS client

        self._client = Client(url)
        self._replace = WriteOptions(overwrite=True, create_parent=True)

    def read(self, path: str) -> bytes:
        with self._client.read(path) as reader:
            return bytes(reader.read())

    def write(self, path: str, data: bytes) -> None:
        with self._client.create(path, self._replace) as writer:
            writer.write(data)

    def rename(self, src: str, dst: str, *, overwrite: bool = False) -> None:
        self._client.rename(src, dst, overwrite)

    def exists(self, path: str) -> bool:
        try:
            self._client.get_file_info(path)
        except FileNotFoundError:
            return False
        return True

    def list(self, path: str) -> list[Entry]:
        try:
            found = [
                Entry(item.path, 0 if item.isdir else item.length, item.isdir)
                for item in self._client.list_status(path)
            ]
        except FileNotFoundError:
            return []
        return sorted(found, key=lambda entry: entry.path)

    def mkdirs(self, path: str) -> None:
        self._client.mkdirs(path, create_parent=True)

    def delete(self, path: str) -> None:
        self._client.delete(path, recursive=True)
