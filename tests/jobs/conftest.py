"""A landing zone of two simulated patients and some strays, and a store in a local folder."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.simulate import simulate_patient
from jobs.base.keys import SiteKey
from jobs.base.store import Store, open_store
from jobs.index.landing import index_landing
from jobs.ingest.commit import commit_ingest
from jobs.ingest.plan import plan_ingest
from jobs.preprocess.convert_line import Place
from jobs.preprocess.mapper import preprocess
from jobs.preprocess.plan import plan_preprocess
from messages.wire import as_json

ROOT = "/medical_data"
DAY = "2025-03-03"
KEY = SiteKey(b"a key for tests")


@pytest.fixture(scope="session")
def patients() -> list[dict[str, bytes]]:
    """Files of two simulated patients of one day, 24 slices and one RTSTRUCT each."""
    return [dict(simulate_patient(n, dt.date.fromisoformat(DAY)).files) for n in (1, 2)]


@dataclass
class Site:
    """A landing zone, a store and a work folder, with the steps of stage 1 as calls."""

    landing: Path
    store: Store
    work_dir: Path

    def land(self, path: str, data: bytes) -> Path:
        target = self.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    def index(self) -> dict[str, Any]:
        return index_landing(str(self.landing), self.store, ROOT, KEY)

    def plan(self, day: str = DAY) -> dict[str, Any]:
        return as_json(plan_ingest(self.store, ROOT, str(self.landing), day, self.work_dir), "plan")

    def copy(self, plan: dict[str, Any]) -> None:
        """Do what DistCp does with the folder of links."""
        for link in Path(plan["link_dir"]).iterdir():
            self.store.write(f"{plan['incoming']}/{link.name}", link.read_bytes())

    def ingest(self, day: str = DAY) -> dict[str, Any]:
        plan = self.plan(day)
        self.copy(plan)
        return as_json(commit_ingest(self.store, ROOT, day, plan["build"]), "commit")

    def rows(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.store.read_table(path).to_pylist()
        return rows


@pytest.fixture
def empty_site(tmp_path: Path) -> Site:
    (tmp_path / "landing").mkdir()
    return Site(tmp_path / "landing", open_store(f"file://{tmp_path}/hdfs"), tmp_path / "work")


@pytest.fixture
def site(empty_site: Site, patients: list[dict[str, bytes]]) -> Site:
    """Two patients in different folders, one's regions apart, a text file and a copy."""
    for number, files in enumerate(patients):
        for name, data in files.items():
            empty_site.land(f"sender {number}/{name}", data)
    empty_site.land("contours/second.dcm", (empty_site.landing / "sender 1/PET/RS.dcm").read_bytes())
    (empty_site.landing / "sender 1/PET/RS.dcm").unlink()
    empty_site.land("README.txt", b"not an image")
    empty_site.land("again/copy.dcm", patients[0]["PET/IM0001.dcm"])
    return empty_site


@pytest.fixture
def site_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSCAN_PATIENT_KEY", "a key for tests")


class CrashError(Exception):
    """The machine went away."""


class CrashingFiles:
    """A file system that goes away before the n-th change."""

    def __init__(self, store: Store, changes: int) -> None:
        self._files = store._files
        self.left = changes

    def __getattr__(self, name: str) -> Any:
        if name in ("write", "rename", "delete", "mkdirs"):
            if self.left == 0:
                raise CrashError(name)
            self.left -= 1
        return getattr(self._files, name)


def crashing(store: Store, changes: int) -> Store:
    return Store(CrashingFiles(store, changes), store.base_url)


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def copy_of(site: Site, tmp_path: Path) -> Store:
    """The store as it is now, in another folder."""
    base = Path(site.store.base_url.removeprefix("file://"))
    target = tmp_path / "copy"
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(base, target)
    return open_store(f"file://{target}")


CODE = "0123456789abcdef"


def preprocess_plan(site: Site, store: Store | None = None, target_bytes: int = 10**9) -> dict[str, Any]:
    return plan_preprocess(store or site.store, ROOT, DAY, code=CODE, target_bytes=target_bytes)


def stream(site: Site, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Do what the streaming job does: cut the manifest into tasks, map each, keep its output."""
    lines = site.store.read(plan["manifest"]).decode().splitlines()
    place = Place(plan["preprocessed"], plan["build"])
    records: list[dict[str, Any]] = []
    for task in range(plan["tasks"]):
        taken = lines[task * plan["lines_per_map"] : (task + 1) * plan["lines_per_map"]]
        found = list(preprocess(taken, site.store, place, f"attempt_{task}"))
        text = "".join(json.dumps(record) + "\t\n" for record in found)
        site.store.write(f"{plan['output']}/part-{task:05d}", text.encode())
        records += found
    site.store.write(f"{plan['output']}/_SUCCESS", b"")
    return records
