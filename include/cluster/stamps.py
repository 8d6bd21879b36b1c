"""Stamps: what a finished step of the installation was made from, so that it runs once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cluster.layout import Layout


def digest_of(*paths: Path) -> str:
    """SHA-256, in hex, over the names and contents of files; a folder counts with all files below it."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            name = str(file.relative_to(path)) if file != path else file.name
            total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return total.hexdigest()


def short_hash(data: bytes) -> str:
    """First 16 hex digits of the SHA-256: the name of shipped content."""
    return hashlib.sha256(data).hexdigest()[:16]


def is_stamped(layout: Layout, name: str, digest: str, *products: Path) -> bool:
    """Whether the step `name` was made from `digest` and its products are still there."""
    stamp = _stamp(layout, name)
    return stamp.exists() and stamp.read_text().strip() == digest and all(path.exists() for path in products)


def put_stamp(layout: Layout, name: str, digest: str) -> None:
    """Remember that the step `name` was made from `digest`."""
    stamp = _stamp(layout, name)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest + "\n")


def _stamp(layout: Layout, name: str) -> Path:
    return layout.home / "stamps" / name
