"""Read every table and every result file below the root of a cluster, without any module of the project.

Needs pyarrow and hdfs_native alone, so that one reader serves two commits whose modules have other names.
Tables are the Parquet files whose path has no component that begins with '_' or a dot: what Hive and Drill
read too. Volumes, masks, de-identified files and the model are hashed; of raw images, which are named by
their hash, only name and length are taken. JSON files are compared value by value. `benchmarks.dump_names`
has the table of what is left out or replaced, because it differs between any two runs.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.dump_names import Names
from benchmarks.dumps import Dump, Entry

BUILT = ("preprocessed", "deidentified")  # below a scan date they have a folder a build
BUILD = 2  # which component of such a path that is
LISTED = "raw_images"  # named by their hash
MODELS = "models"
MODEL_DOCUMENTS = ("MANIFEST.json", "training_manifest.json")
MODEL_FILE = "model.pkl"


class Files:
    """The files of hdfs://host:port, or below the folder of file:///folder, by absolute path."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._folder = Path(parts.path) if parts.scheme == "file" else None
        if self._folder is None:
            from hdfs_native import Client  # noqa: PLC0415 - a folder needs no HDFS client

            self._client = Client(url)

    def below(self, path: str) -> Iterator[tuple[str, int]]:
        """Give path and length of each file below a folder whose path has no hidden component."""
        for name, length, is_folder in sorted(self._items(path)):
            if name.startswith(("_", ".")):
                continue
            if is_folder:
                yield from self.below(f"{path}/{name}")
            else:
                yield f"{path}/{name}", length

    def _items(self, path: str) -> Iterator[tuple[str, int, bool]]:
        if self._folder is not None:
            for item in (self._folder / path.lstrip("/")).iterdir():
                yield item.name, item.stat().st_size, item.is_dir()
            return
        for status in self._client.list_status(path):
            yield status.path.rpartition("/")[2], status.length, status.isdir

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        if self._folder is not None:
            return (self._folder / path.lstrip("/")).read_bytes()
        with self._client.read(path) as reader:
            return bytes(reader.read())


@dataclass
class _Found:
    """What lies below the root, sorted by kind; paths are relative to the root."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


def dump(url: str, root: str) -> Dump:
    """Return all tables, documents and files of results below `root` of the store at `url`."""
    files = Files(url)
    found = _read(files, root)
    names = Names.of(found.tables, _builds(found))
    found = _current(found, names)
    sections: dict[str, list[Entry]] = defaultdict(list)
    columns: dict[str, dict[str, Entry]] = defaultdict(dict)
    for path, table in found.tables.items():
        name, _, partition = path.rpartition("/")[0].partition("/")
        rows = table.to_pylist(maps_as_pydicts="strict")
        sections[f"{name} {names.partition(partition)}".strip()] += rows
        columns[name] |= {str(each): {"column": each.name, "type": str(each.type)} for each in table.schema}
    for title, rows in sections.items():
        sections[title] = names.rows(title.split(maxsplit=1)[0], rows)
    sections |= {f"columns {name}": list(each.values()) for name, each in columns.items()}
    for path, document in found.documents.items():
        name = path.partition("/")[0]
        sections[f"{name} document {names.text(path)}"] += names.leaves(name, document)
    for path, length in found.files.items():
        top = "/".join(path.split("/")[:2])
        name = names.text(path.removeprefix(f"{top}/"))
        sections[f"files {names.text(top)}"].append({"name": name} | _content(files, root, path, length))
    return Dump(names.key_id, sections)


def _content(files: Files, root: str, path: str, length: int) -> Entry:
    if path.startswith(f"{LISTED}/"):
        return {"bytes": length}
    return {"sha256": hashlib.sha256(files.read(f"{root}/{path}")).hexdigest()}


def _read(files: Files, root: str) -> _Found:
    found = _Found()
    for path, length in files.below(root):
        name = path.removeprefix(f"{root}/")
        if name.endswith(".parquet"):
            with pq.ParquetFile(io.BytesIO(files.read(path))) as file:
                found.tables[name] = file.read(use_threads=False)
        elif name.endswith(".json") and _is_document(name):
            found.documents[name] = json.loads(files.read(path))
        elif not name.startswith(f"{MODELS}/") or name.endswith(f"/{MODEL_FILE}"):
            found.files[name] = length
    return found


def _is_document(name: str) -> bool:
    top, _, rest = name.partition("/")
    return rest.rpartition("/")[2] in MODEL_DOCUMENTS if top == MODELS else top != "preprocessed"


def _current(found: _Found, names: Names) -> _Found:
    """Leave out what an earlier run left: builds that no table and no current.json names, older versions."""
    current = _builds(found)

    def counts(path: str) -> bool:
        parts = path.split("/")
        built = parts[0] in BUILT and len(parts) > BUILD + 1
        older = names.older.intersection(part.rpartition("=")[2] for part in parts)
        return not older and (not built or parts[BUILD] in current)

    return _Found(
        {path: table for path, table in found.tables.items() if counts(path)},
        {path: document for path, document in found.documents.items() if counts(path)},
        {path: length for path, length in found.files.items() if counts(path)},
    )


def _builds(found: _Found) -> set[str]:
    named = {
        value
        for table in found.tables.values()
        if "build" in table.column_names
        for value in table["build"].to_pylist()
    }
    current = {
        document["build"] for path, document in found.documents.items() if path.endswith("current.json")
    }
    return {str(build) for build in named | current if build}
