"""The code that the containers run: built on the edge node, shipped to HDFS once, named by its hash."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from messages.message import Message, Text
from nightscan import hooks
from nightscan.errors import BadSettingError
from nightscan.stages.sql import INCLUDE

if TYPE_CHECKING:
    from nightscan.config_model import Config

log = logging.getLogger(__name__)

SHIPPED_PACKAGES = ("imaging", "jobs", "lake", "messages")
TRAIN_PROGRAM = "jobs/train/program.py"
SHIPPED_KINDS = (".py", ".tsv", ".txt")  # code, and the tables that it reads


class Runtime(Message, frozen=True, kw_only=True):
    """URLs of what a container localises, and the hash that names the code.

    :ivar code: zip of the packages imaging, jobs, lake and messages
    :ivar train: the training program, which Spark takes as a separate file
    :ivar pyenv: archive of the Python packages they need
    :ivar udf_jar: the Hive function
    :ivar code_hash: 16 hex digits, in every build id
    """

    code: Text
    train: Text
    pyenv: Text
    udf_jar: Text
    code_hash: Text


def ensure_shipped(config: Config) -> Runtime:
    """Upload what HDFS does not have yet; return the URLs of all of it.

    :raises BadSettingError: `runtime_dir` lacks an archive or a jar.
    """
    hook = hooks.HdfsHook()
    code = code_zip()
    code_hash = hashlib.sha256(code).hexdigest()[:16]
    code_path, train_path = f"{config.apps}/code-{code_hash}.zip", f"{config.apps}/train-{code_hash}.py"
    for path, content in ((code_path, code), (train_path, (INCLUDE / TRAIN_PROGRAM).read_bytes())):
        if not hook.exists(path):
            hook.swap(path, content)
            log.info("shipped %s (%d bytes)", path, len(content))
    paths = {}
    for kind in ("pyenv-*.tar.gz", "features-*.jar"):
        local = _newest(config, kind)
        paths[kind] = f"{config.apps}/{local.name}"
        if not hook.exists(paths[kind]):
            temporary = f"{config.apps}/_{local.name}.tmp"
            hook.upload(local, temporary)
            hook.rename(temporary, paths[kind], overwrite=True)
            log.info("shipped %s (%d bytes)", paths[kind], local.stat().st_size)
    return Runtime(
        code=config.hdfs + code_path,
        train=config.hdfs + train_path,
        pyenv=config.hdfs + paths["pyenv-*.tar.gz"],
        udf_jar=config.hdfs + paths["features-*.jar"],
        code_hash=code_hash,
    )


def code_zip() -> bytes:
    """Return the zip of the shipped packages; the same sources give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in SHIPPED_PACKAGES:
            for path in sorted(
                each for each in (INCLUDE / package).rglob("*") if each.suffix in SHIPPED_KINDS
            ):
                entry = zipfile.ZipInfo(path.relative_to(INCLUDE).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _newest(config: Config, pattern: str) -> Path:
    found = sorted(Path(config.runtime_dir).glob(pattern), key=lambda path: path.stat().st_mtime)
    if not config.runtime_dir or not found:
        raise BadSettingError(
            f"runtime_dir {config.runtime_dir!r} holds no {pattern}",
            remedy="build it with `make ship` on a machine with the nodes' Python; point runtime_dir there",
        )
    return found[-1]
