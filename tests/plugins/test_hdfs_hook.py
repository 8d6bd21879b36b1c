"""The WebHDFS hook against a small file system behind a local HTTP server."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nightscan.errors import EngineRefusedError, EngineUnreachableError
from nightscan.hooks.hdfs import ContentSize, HdfsHook
from nightscan.operators.publish import HdfsPublishOperator, verify

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

    def getcontentsummary(self, path: str, _: Any) -> tuple[int, Any]:
        below = [data for name, data in self.files.items() if name.startswith(path)]
        if not below:
            return self.missing(path)
        return 200, {
            "ContentSummary": {"length": sum(map(len, below)), "fileCount": len(below), "directoryCount": 1}
        }

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
    hook.write_text("/a/b", "text")
    assert (hook.read_text("/a/b"), hook.exists("/a/b"), hook.exists("/a/c")) == ("text", True, False)
    assert hook.sha256("/a/b") == hashlib.sha256(b"text").hexdigest()
    assert hook.size("/a") == ContentSize(4, 1, 1)
    assert hook.size("/z") == ContentSize(0, 0, 0)


def test_an_upload_arrives_whole_in_pieces(hook: HdfsHook, hdfs: FakeHdfs, tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "f").write_bytes(data)
    hook.upload(tmp_path / "f", "/f")
    assert hdfs.files == {"/f": data}


def test_a_folder_is_listed_by_name_and_a_missing_one_is_empty(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {"/a/c": b"22", "/a/b": b"1", "/a/d/e": b""}
    assert [(entry.name, entry.path, entry.bytes, entry.is_dir) for entry in hook.list("/a")] == [
        ("b", "/a/b", 1, False),
        ("c", "/a/c", 2, False),
        ("d", "/a/d", 0, True),
    ]
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


MANIFEST = b'{"files": {"model.bin": "%s", "sub/card.md": {"sha256": "%s"}}}' % (
    hashlib.sha256(b"weights").hexdigest().encode(),
    hashlib.sha256(b"card").hexdigest().encode(),
)
CANDIDATE = {
    "/m/_c/1/model.bin": b"weights",
    "/m/_c/1/sub/card.md": b"card",
    "/m/_c/1/MANIFEST.json": MANIFEST,
}


def publish(version: str = "1") -> HdfsPublishOperator:
    return HdfsPublishOperator(
        task_id="publish",
        candidate=f"/m/_c/{version}",
        final=f"/m/{version}",
        pointer="/m/CURRENT",
        version=version,
    )


def moved(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace("/m/_c/", "/m/"): data for name, data in files.items()}


def test_publishing_moves_the_candidate_and_then_the_pointer(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {**CANDIDATE, "/m/CURRENT": b"0\n"}
    assert publish().execute({}) == {"version": "1", "path": "/m/1", "previous": "0"}
    assert hdfs.files == {**moved(CANDIDATE), "/m/CURRENT": b"1\n"}


def test_publishing_again_after_a_crash_before_the_swap_only_swaps(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = {**moved(CANDIDATE)}
    assert publish().execute({})["previous"] == ""
    assert hdfs.files == {**moved(CANDIDATE), "/m/CURRENT": b"1\n"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"/m/_c/1/model.bin": b"weightz"}, "model.bin: its SHA-256"),
        ({"/m/_c/1/model.bin": None}, "model.bin: missing"),
        ({"/m/_c/1/extra": b""}, "extra: not in the manifest"),
        ({"/m/_c/1/MANIFEST.json": b"[]"}, "is not a manifest"),
        ({"/m/_c/1/MANIFEST.json": None}, "there is no /m/_c/1/MANIFEST.json"),
    ],
)
def test_a_candidate_that_does_not_match_changes_nothing(
    change: dict[str, bytes | None], reason: str, hook: HdfsHook, hdfs: FakeHdfs
) -> None:
    wanted = {**CANDIDATE, "/m/CURRENT": b"0\n", **change}
    hdfs.files = {name: data for name, data in wanted.items() if data is not None}
    before = dict(hdfs.files)
    with pytest.raises(Exception, match=reason):
        publish().execute({})
    assert hdfs.files == before


def test_a_published_version_is_never_overwritten_with_other_content(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    other = MANIFEST.replace(hashlib.sha256(b"card").hexdigest().encode(), b"0" * 64)
    hdfs.files = {**moved(CANDIDATE), "/m/_c/1/MANIFEST.json": other}
    with pytest.raises(Exception, match="exists with other content"):
        publish().execute({})


def test_verifying_counts_the_files_of_the_manifest(hook: HdfsHook, hdfs: FakeHdfs) -> None:
    hdfs.files = dict(CANDIDATE)
    assert verify(hook, "/m/_c/1") == 2
