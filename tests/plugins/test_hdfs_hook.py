"""The WebHDFS hook against a small file system behind a local HTTP server."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nightscan.errors import EngineRefusedError, EngineUnreachableError
from nightscan.hooks.hdfs import HdfsHook

Connect = Callable[..., None]
PREFIX = "/webhdfs/v1"


def status(name: str, size: int, kind: str) -> dict[str, Any]:
    return {"pathSuffix": name, "length": size, "type": kind, "modificationTime": 5}


class FakeHdfs:
    """Files and folders by path; answers as NameNode and DataNode do."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.files: dict[str, bytes] = {}
        self.renames: list[tuple[str, str, str]] = []
        server.fallback = self.serve

    def serve(self, request: Any) -> tuple[Any, ...]:
        path = request.path.removeprefix(PREFIX)
        return getattr(self, request.query["op"].lower())(path, request)  # type: ignore[no-any-return]

    def is_dir(self, path: str) -> bool:
        return any(name.startswith(path.rstrip("/") + "/") for name in self.files)

    def missing(self, path: str) -> tuple[int, Any]:
        exception = {"exception": "FileNotFoundException", "message": f"File {path} does not exist."}
        return 404, {"RemoteException": exception}

    def getfilestatus(self, path: str, _: Any) -> tuple[int, Any]:
        if path in self.files:
            return 200, {"FileStatus": status("", len(self.files[path]), "FILE")}
        return (200, {"FileStatus": status("", 0, "DIRECTORY")}) if self.is_dir(path) else self.missing(path)

    def liststatus(self, path: str, _: Any) -> tuple[int, Any]:
        below = [name[len(path) + 1 :] for name in self.files if name.startswith(path + "/")]
        folders = sorted({name.split("/")[0] for name in below if "/" in name})
        rows = [status(name, len(self.files[f"{path}/{name}"]), "FILE") for name in below if "/" not in name]
        rows += [status(name, 0, "DIRECTORY") for name in folders]
        return 200, {"FileStatuses": {"FileStatus": rows}}

    def open(self, path: str, _: Any) -> tuple[int, Any]:
        return (200, self.files[path]) if path in self.files else self.missing(path)

    def create(self, path: str, request: Any) -> tuple[Any, ...]:
        if request.query.get("step") != "data":
            url = f"http://127.0.0.1:{self.server.port}{PREFIX}{path}?op=CREATE&step=data"
            return 307, {}, {"Location": url}
        self.files[path] = request.body
        return 201, {}

    def mkdirs(self, path: str, _: Any) -> tuple[int, Any]:
        return 200, {"boolean": True}

    def setpermission(self, path: str, request: Any) -> tuple[int, Any]:
        return (200, {}) if request.query["permission"] == "750" else (400, {})

    def delete(self, path: str, _: Any) -> tuple[int, Any]:
        gone = [name for name in self.files if name == path or name.startswith(path + "/")]
        for name in gone:
            del self.files[name]
        return 200, {"boolean": bool(gone)}

    def rename(self, path: str, request: Any) -> tuple[int, Any]:
        target, option = request.query["destination"], request.query["renameoptions"]
        self.renames.append((path, target, option))
        if target in self.files and option != "OVERWRITE":
            exception = {"exception": "FileAlreadyExistsException", "message": f"{target} already exists"}
            return 403, {"RemoteException": exception}
        moved = {
            name: data for name, data in self.files.items() if name == path or name.startswith(path + "/")
        }
        for name, data in moved.items():
            del self.files[name]
            self.files[target + name[len(path) :]] = data
        return 200, {}


@pytest.fixture
def hdfs(server: Any) -> FakeHdfs:
    return FakeHdfs(server)


@pytest.fixture
def hook(hdfs: FakeHdfs, connect: Connect) -> HdfsHook:
    connect(
        "webhdfs_default", conn_type="webhdfs", host="127.0.0.1", port=hdfs.server.port, login="root",
        extra={"use_ssl": "False"},
    )  # fmt: skip
    return HdfsHook(timeout_s=2)


def test_what_is_written_is_read_again(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hook.write("/a/b", b"text")
    assert (hook.read_text("/a/b"), hook.exists("/a/b"), hook.exists("/a/c")) == ("text", True, False)


def test_an_upload_arrives_whole_in_pieces(hook: HdfsHook, hdfs: FakeHdfs, tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "f").write_bytes(data)
    hook.upload(tmp_path / "f", "/f")
    assert hdfs.files == {"/f": data}


def test_a_folder_is_listed_by_name_and_a_missing_one_is_empty(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {"/a/c": b"22", "/a/b": b"1", "/a/d/e": b""}
    assert hook.list("/a") == ["b", "c", "d"]
    assert hook.list("/nowhere") == []


def test_a_swap_writes_beside_and_renames_over_the_old_file(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {"/a/f": b"old"}
    hook.swap("/a/f", b"new")
    assert hdfs.files == {"/a/f": b"new"}
    ((source, target, option),) = hdfs.renames
    assert (target, option) == ("/a/f", "OVERWRITE")
    assert posixpath.dirname(source) == "/a"
    assert posixpath.basename(source).startswith("_f.")


def test_a_rename_onto_something_is_refused_with_hdfs_words(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {"/a": b"1", "/b": b"2"}
    with pytest.raises(EngineRefusedError, match="FileAlreadyExistsException"):
        hook.rename("/a", "/b")
    assert hdfs.files == {"/a": b"1", "/b": b"2"}


def test_permissions_go_to_hdfs_as_octal_digits(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hook.set_mode("/data/raw", "750")
    asked = hdfs.server.asked[-1]
    assert (asked.method, asked.path, asked.query["op"]) == ("PUT", f"{PREFIX}/data/raw", "SETPERMISSION")
    assert asked.query["permission"] == "750"


def test_reading_a_missing_file_names_it(hook: HdfsHook) -> None:
    with pytest.raises(EngineRefusedError, match=r"/nope: File.*does not exist"):
        hook.read("/nope")


def test_a_name_node_that_does_not_resolve_does_not_stop_the_fail_over(
    hdfs: FakeHdfs, connect: Connect
) -> None:
    hdfs.files = {"/a": b"1"}
    port = hdfs.server.port
    connect("webhdfs_default", conn_type="webhdfs", host="no-such-host.invalid,127.0.0.1", port=port)
    assert HdfsHook(timeout_s=2).read("/a") == b"1"


def test_no_name_node_at_all_is_told_as_unreachable(connect: Connect) -> None:
    connect("webhdfs_default", conn_type="webhdfs", host="127.0.0.1", port=1)
    with pytest.raises(EngineUnreachableError, match="HDFS"):
        HdfsHook().exists("/a")
