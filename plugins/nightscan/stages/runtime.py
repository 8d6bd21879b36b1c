"""What the containers run: built on the edge node, shipped to HDFS once under content-addressed names."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path

from nightscan.config import Config
from nightscan.errors import BadSettingError
from nightscan.hooks.hdfs import HdfsHook

log = logging.getLogger(__name__)

INCLUDE = Path(__file__).resolve().parents[3] / "include"
SHIPPED_PACKAGES = ("imaging", "jobs")


@dataclass(frozen=True)
class Runtime:
    """URLs of what a container localises, and the hash that names the code.

    :ivar code: zip of the packages imaging and jobs
    :ivar pyenv: archive of the Python packages they need
    :ivar udf_jar: the Hive function
    :ivar code_hash: 16 hex digits, part of every build id
    """

    code: str
    pyenv: str
    udf_jar: str
    code_hash: str


def ensure_shipped(config: Config) -> Runtime:
    """Upload what HDFS does not have yet and say where all of it lies.

    :raises BadSettingError: `runtime_dir` lacks an archive or a jar.
    """
    hook = HdfsHook()
    code = code_zip()
    code_hash = hashlib.sha256(code).hexdigest()[:16]
    code_path = f"{config.apps}/code-{code_hash}.zip"
    if not hook.exists(code_path):
        hook.swap(code_path, code)
        log.info("shipped %s (%d bytes)", code_path, len(code))
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
        pyenv=config.hdfs + paths["pyenv-*.tar.gz"],
        udf_jar=config.hdfs + paths["features-*.jar"],
        code_hash=code_hash,
    )


def code_zip() -> bytes:
    """Return the zip of the shipped packages; the same sources give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in SHIPPED_PACKAGES:
            for path in sorted((INCLUDE / package).rglob("*.py")):
                entry = zipfile.ZipInfo(path.relative_to(INCLUDE).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _newest(config: Config, pattern: str) -> Path:
    found = sorted(Path(config.runtime_dir).glob(pattern), key=lambda path: path.stat().st_mtime)
    if not config.runtime_dir or not found:
        raise BadSettingError(
            f"runtime_dir {config.runtime_dir!r} holds no {pattern}",
            remedy="build it with `make ship` on a machine with the nodes' Python, and set runtime_dir to its folder",
        )
    return found[-1]
