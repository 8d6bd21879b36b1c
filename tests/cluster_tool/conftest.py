"""A checkout of its own for each test, with a Java and a PostgreSQL that only exist by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest

from cluster import layout as layouts
from cluster.layout import Layout
from cluster.liveness import all_stats
from cluster.local_site import Site
from cluster.ports import all_ports
from cluster.supervise import members


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """Folders below tmp_path; processes that a test leaves behind are ended."""
    java = tmp_path / "jdk"
    (java / "bin").mkdir(parents=True)
    (java / "bin" / "javac").touch()
    monkeypatch.setenv("NIGHTSCAN_JAVA_HOME", str(java))
    monkeypatch.setattr(layouts, "may_enter", lambda folder, user: True)
    made = Layout(checkout=tmp_path / "checkout", home=tmp_path / "home")
    for folder in (made.checkout, made.run, made.logs, made.conf):
        folder.mkdir(parents=True)
    yield made
    end_all(made)


@pytest.fixture
def site(layout: Layout) -> Site:
    """A site on the engines' usual ports; nothing listens there on its behalf."""
    return Site(layout=layout, ports=all_ports({}))


def end_all(layout: Layout) -> None:
    """End every process that carries the mark of this layout."""
    for record in layout.run.glob("*.json"):
        for pid in members(layout, record.stem):
            os.kill(pid, SIGKILL)


def pids() -> set[int]:
    """All living pids."""
    return {stat.pid for stat in all_stats()}
