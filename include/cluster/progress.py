"""Lines with elapsed seconds, from several threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Prints lines with the seconds since it was made."""

    began: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, text: str) -> None:
        """Print one line."""
        with self.lock:
            print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Print a line before and after a step; none after, when it fails."""
        began = time.monotonic()
        self.say(f"{text} ...")
        yield
        self.say(f"{text}: done in {time.monotonic() - began:.1f} s")
