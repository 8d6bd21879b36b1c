from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.base import schemas
from jobs.base.errors import JobInputError
from jobs.base.store import Entry, Store, open_store, parquet_bytes

SCAN: dict[str, Any] = dict.fromkeys(schemas.MRI_SCANS.names)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}")


def test_a_swap_replaces_the_file_and_leaves_nothing_beside_it(store: Store) -> None:
    store.swap("/a/b.txt", b"old")
    store.swap("/a/b.txt", b"new")
    assert (store.read("/a/b.txt"), store.list("/a")) == (b"new", [Entry("/a/b.txt", 3, False)])


def test_a_crash_before_the_rename_leaves_the_old_file_standing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.swap("/a/b.txt", b"old")
    monkeypatch.setattr(store, "rename", lambda *_, **__: pytest.fail("as if the machine went away"))
    with pytest.raises(pytest.fail.Exception):
        store.swap("/a/b.txt", b"new")
    names = sorted(entry.name for entry in store.list("/a"))
    assert store.read("/a/b.txt") == b"old"
    assert [name[0] for name in names] == ["_", "b"]


def test_a_rename_does_not_hit_an_existing_file_unless_told_to(store: Store) -> None:
    store.write_many({"/a": b"1", "/b": b"2"})
    with pytest.raises(FileExistsError):
        store.rename("/a", "/b")
    store.rename("/a", "/b", overwrite=True)
    assert store.read_many(["/b"]) == {"/b": b"1"}


def test_a_missing_file_is_a_file_not_found_and_a_missing_folder_is_empty(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read("/nothing")
    assert (store.list("/nothing"), store.exists("/nothing")) == ([], False)
    store.delete("/nothing")
    assert store.read_table_or_empty("/nothing", schemas.RAW_FILES).num_rows == 0


def test_swap_changed_tells_whether_the_bytes_differed(store: Store) -> None:
    assert [store.swap_changed("/f", data) for data in (b"1", b"1", b"2")] == [True, False, True]


def test_the_order_of_rows_and_of_map_keys_does_not_change_the_file() -> None:
    one = SCAN | {"series_key": "1", "masks": {"b": "x", "a": "y"}}
    two = SCAN | {"series_key": "2", "masks": {}}
    turned = SCAN | {"series_key": "1", "masks": {"a": "y", "b": "x"}}
    first = parquet_bytes(schemas.table([one, two], schemas.MRI_SCANS))
    assert first == parquet_bytes(schemas.table([two, turned], schemas.MRI_SCANS))


def test_tables_are_written_as_plain_parquet_that_every_engine_reads(store: Store) -> None:
    store.swap_table("/t", schemas.table([SCAN | {"series_key": "1"}], schemas.MRI_SCANS))
    with pq.ParquetFile(pa.BufferReader(store.read("/t"))) as file:
        text = str(file.schema)
        column = file.metadata.row_group(0).column(0)
        arrow_note = (file.metadata.metadata or {}).get(b"ARROW:schema")
    assert "optional group field_id=-1 masks (Map)" in text
    assert "repeated group field_id=-1 key_value" in text
    assert (column.compression, arrow_note) == ("GZIP", None)


def test_a_row_with_a_wrong_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such"):
        schemas.table([SCAN | {"no_such": 1}], schemas.MRI_SCANS)


def test_a_url_of_another_kind_is_refused_with_a_remedy() -> None:
    with pytest.raises(JobInputError, match=r"s3://bucket.*correct"):
        open_store("s3://bucket")


def test_a_program_that_read_a_table_ends_in_peace(store: Store, tmp_path: Path) -> None:
    store.swap_table("/t", schemas.table([SCAN | {"series_key": "1"}], schemas.MRI_SCANS))
    read = f"from jobs.base.store import open_store; open_store('file://{tmp_path}').read_table('/t')"
    end = (
        "import atexit; atexit.register(print, 'late'); from jobs.base.protocol import end; print(1); end(2)"
    )
    command = [sys.executable, "-c", f"{read}; {end}"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "1\n")
