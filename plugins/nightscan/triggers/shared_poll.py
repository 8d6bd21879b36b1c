"""One poll for many triggers: 200 deferred tasks ask YARN once every poll interval, not 200 times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
FORGET_AFTER_S = 600.0


class SharedPoll(Generic[K, V]):
    """Answers get(key) from one fetch of all keys asked for lately.

    :param fetch: returns the values of the given keys; a key without a value is left out.
    """

    def __init__(
        self,
        fetch: Callable[[Collection[K]], Awaitable[Mapping[K, V]]],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._asked: dict[K, float] = {}
        self._values: Mapping[K, V] = {}
        self._covered: frozenset[K] = frozenset()
        self._fetched_at = float("-inf")
        self._problem: Exception | None = None
        self._lock = asyncio.Lock()

    async def get(self, key: K, max_age_s: float) -> V | None:
        """Return the value of a key, at most max_age_s seconds old; None where it has none.

        :raises Exception: what the fetch raised. All who ask within max_age_s get one failure, so that
            an engine that does not answer is not waited for by one trigger after the other.
        """
        self._asked[key] = self._now()
        async with self._lock:
            fresh = self._now() - self._fetched_at <= max_age_s
            if not fresh or (key not in self._covered and self._problem is None):
                await self._refresh()
            if self._problem is not None:
                raise self._problem
            return self._values.get(key)

    async def _refresh(self) -> None:
        oldest = self._now() - FORGET_AFTER_S
        self._asked = {key: asked for key, asked in self._asked.items() if asked >= oldest}
        keys = frozenset(self._asked)
        self._problem = None
        try:
            self._values = await self._fetch(keys)
        except Exception as error:  # noqa: BLE001 - raised again by get(), for every key
            self._problem = error
        self._covered = keys
        self._fetched_at = self._now()


class PollRegistry(Generic[K, V]):
    """One SharedPoll for each event loop and connection."""

    def __init__(
        self,
        fetch: Callable[[str, Collection[K]], Awaitable[Mapping[K, V]]],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._polls: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, SharedPoll[K, V]]] = (
            WeakKeyDictionary()
        )

    def poll(self, conn_id: str) -> SharedPoll[K, V]:
        """Return the shared poll of a connection in the running event loop."""
        polls = self._polls.setdefault(asyncio.get_running_loop(), {})
        if conn_id not in polls:
            polls[conn_id] = SharedPoll(lambda keys: self._fetch(conn_id, keys), now=self._now)
        return polls[conn_id]
