"""JSON over HTTP with the standard library: the night runs before any environment is active."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from night.errors import NightError

TIMEOUT_S = 60


class HttpError(NightError):
    """A server answered with an error status.

    :param status: its HTTP status
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def request_json(
    method: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Any:
    """Send one request and decode the answer (None when it is empty).

    :raises HttpError: when the server answered with an error status
    :raises NightError: when no server answers at the address
    """
    text = _send(method, url, body, headers)
    return json.loads(text) if text else None


def _send(method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 the addresses are this machine's own
        url,
        data,
        {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 as above
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")[:1000]
        raise HttpError(error.code, f"{method} {url} answered {error.code}: {detail}") from error
    except OSError as error:
        raise NightError(f"{method} {url}: {error}; see `make status`") from error


def query(**parameters: Any) -> str:
    """Return URL parameters, lists repeated."""
    return urllib.parse.urlencode(parameters, doseq=True)
