"""One rule for what lies in a folder: the laptop's index and the cluster's list and refuse the same."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imaging.folder.landing import index_folder
from imaging.records import Refusal
from imaging.walk import LINK, ODD_NAME
from tests.jobs.conftest import ROOT, Site

Listing = dict[str, str]


def laptop(site: Site) -> Listing:
    return {
        file.name: str(file.header.evidence["error"]) if isinstance(file.header, Refusal) else "read"
        for file in index_folder(site.landing)
    }


def cluster(site: Site) -> Listing:
    site.index()
    rows = site.rows(f"{ROOT}/index/landing.parquet")
    return {row["path"]: (row["evidence"] and row["evidence"].split('"')[3]) or "read" for row in rows}


@pytest.fixture(params=[laptop, cluster])
def listed(request: pytest.FixtureRequest) -> Callable[[Site], Listing]:
    found: Callable[[Site], Listing] = request.param
    return found


@pytest.fixture
def folder(empty_site: Site, patients: list[dict[str, bytes]]) -> Site:
    for name in ("a.dcm", ".hidden.dcm", ".hidden/b.dcm", "c/d.dcm"):
        empty_site.land(name, patients[0]["PET/IM0001.dcm"])
    return empty_site


ALL = {"a.dcm": "read", ".hidden.dcm": "read", ".hidden/b.dcm": "read", "c/d.dcm": "read"}


def test_hidden_files_and_folders_count(folder: Site, listed: Callable[[Site], Listing]) -> None:
    assert listed(folder) == ALL


def test_a_link_to_a_file_is_that_file_and_every_other_is_accounted_for(
    folder: Site, listed: Callable[[Site], Listing]
) -> None:
    outside = folder.landing.parent / "outside.dcm"
    outside.write_bytes((folder.landing / "a.dcm").read_bytes())
    targets = {"in": "a.dcm", "out": outside, "up": folder.landing, "gone": "nothing", "self": "self"}
    for name, target in targets.items():
        (folder.landing / name).symlink_to(target)
    gone, loop = os.strerror(errno.ENOENT), os.strerror(errno.ELOOP)
    assert listed(folder) == ALL | {"in": "read", "out": "read", "up": LINK, "gone": gone, "self": loop}


def test_a_name_that_is_not_utf_8_is_accounted_for(folder: Site, listed: Callable[[Site], Listing]) -> None:
    data = (folder.landing / "a.dcm").read_bytes()
    for name in ("caf\udce9.dcm", "caf\udce9/e.dcm", "caf\u00e9.dcm"):
        folder.land(name, data)
    (folder.landing / "link\udcff").symlink_to("a.dcm")
    odd = {"caf\\xe9.dcm": ODD_NAME, "caf\\xe9": ODD_NAME, "link\\xff": ODD_NAME}
    assert listed(folder) == ALL | {"caf\u00e9.dcm": "read"} | odd


def test_pipes_and_sockets_are_neither_listed_nor_opened(
    folder: Site, listed: Callable[[Site], Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(folder.landing / "pipe")  # to open it would block
    monkeypatch.chdir(folder.landing)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        assert listed(folder) == ALL


def test_a_folder_that_cannot_be_read_is_accounted_for(
    folder: Site, listed: Callable[[Site], Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan(path: Path) -> contextlib.AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if path.name == "c":
            raise PermissionError(13, "Permission denied", str(path))
        return os.scandir(path)

    monkeypatch.setattr("imaging.walk.scandir", scan)
    expected = {name: what for name, what in ALL.items() if name != "c/d.dcm"}
    assert listed(folder) == expected | {"c": "Permission denied"}


def test_a_file_that_vanishes_while_it_is_listed_is_accounted_for(
    folder: Site, listed: Callable[[Site], Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def scan(path: Path) -> Iterator[list[os.DirEntry[str]]]:
        with os.scandir(path) as entries:
            seen = list(entries)
        (folder.landing / "a.dcm").unlink(missing_ok=True)
        yield seen

    monkeypatch.setattr("imaging.walk.scandir", scan)
    assert listed(folder) == ALL | {"a.dcm": "No such file or directory"}
