"""Passwords and keys of the local cluster: made once, kept in files only the owner reads."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

from cluster.layout import Layout


def secret(layout: Layout, name: str) -> str:
    """Text of the secret `name`, made at the first call (43 characters, 256 bits)."""
    return _once(layout.secrets / name, secrets.token_urlsafe(32))


def long_secret(layout: Layout, name: str) -> str:
    """As secret(), 86 characters: Airflow signs its tokens with HMAC-SHA512."""
    return _once(layout.secrets / name, secrets.token_urlsafe(64))


def fernet_key(layout: Layout) -> str:
    """Airflow's key for connections at rest: 32 bytes in URL-safe base64, with padding."""
    fresh = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return _once(layout.secrets / "airflow_fernet_key", fresh)


def airflow_passwords(layout: Layout) -> Path:
    """File of Airflow's simple auth manager: {"admin": password}."""
    path = layout.secrets / "airflow_users.json"
    if not path.exists():
        write_private(path, json.dumps({"admin": secret(layout, "airflow_admin")}) + "\n")
    return path


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text`, readable by the owner only, never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(text)
    temporary.replace(path)


def _once(path: Path, fresh: str) -> str:
    if not path.exists():
        write_private(path, fresh + "\n")
    return path.read_text().strip()
