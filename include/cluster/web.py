"""Small HTTP client for probes: loopback only, short time-outs, no proxy."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get_json(url: str, timeout_s: float = 5.0) -> Any:
    """Return the JSON of a GET; raises as send_json()."""
    return send_json("GET", url, None, timeout_s)


def get_text(url: str, timeout_s: float = 5.0) -> str:
    """Return the text of a GET; raises as send_json()."""
    with _DIRECT.open(url, timeout=timeout_s) as answer:
        return str(answer.read().decode(errors="replace"))


def send_json(method: str, url: str, body: Any, timeout_s: float = 30.0) -> Any:
    """Send a JSON body and return the JSON of the answer (None when empty).

    :raises OSError: when no server answers, or the answer is an error or no JSON
    """
    request = urllib.request.Request(  # noqa: S310 - the addresses are built here, all http
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with _DIRECT.open(request, timeout=timeout_s) as answer:
        text = answer.read()
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise OSError(f"{url} answered no JSON: {text[:80]!r}") from error
