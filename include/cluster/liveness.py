"""What the kernel says about processes and ports; a pid alone proves nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"
ENDED = frozenset("ZX")
MARK = "NIGHTSCAN_DAEMON"


@dataclass(frozen=True)
class Stat:
    """The fields of /proc/<pid>/stat that identify a process."""

    pid: int
    state: str
    parent: int
    session: int
    start_ticks: int

    @property
    def is_alive(self) -> bool:
        """False for a process that has ended and waits for its parent to notice."""
        return self.state not in ENDED


def read_stat(pid: int, proc: Path = PROC) -> Stat | None:
    """Stat of `pid`, or None when there is no such process."""
    try:
        text = (proc / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name is in brackets and may itself hold brackets and spaces, so count from the last one.
    fields = text[text.rindex(")") + 2 :].split()
    parent, session, start_ticks = (int(fields[place]) for place in (1, 3, 19))
    return Stat(pid=pid, state=fields[0], parent=parent, session=session, start_ticks=start_ticks)


def is_same_process(pid: int, start_ticks: int, proc: Path = PROC) -> bool:
    """Whether `pid` runs and was started at `start_ticks` (and is no later user of the number)."""
    stat = read_stat(pid, proc)
    return stat is not None and stat.is_alive and stat.start_ticks == start_ticks


def all_stats(proc: Path = PROC) -> Iterator[Stat]:
    """Stat of every process that has not ended."""
    for entry in proc.iterdir():
        if entry.name.isdigit():
            stat = read_stat(int(entry.name), proc)
            if stat is not None and stat.is_alive:
                yield stat


def mark_of(pid: int, proc: Path = PROC) -> str | None:
    """Value of the mark that the tool puts into the environment of what it starts, or None."""
    try:
        environment = (proc / str(pid) / "environ").read_bytes()
    except OSError:
        return None  # gone, or another user's
    prefix = f"{MARK}=".encode()
    for entry in environment.split(b"\0"):
        if entry.startswith(prefix):
            return entry[len(prefix) :].decode(errors="replace")
    return None


def family(mark: str, leader: int | None, proc: Path = PROC) -> list[int]:
    """Pids that belong to one started process: its session, all that carry its mark, and all their children.

    `leader` is its pid, which is also its session's number; that number is not given out again while a member
    of the session lives. The session finds children of programs that overwrite their environment
    (setproctitle), the mark those that made a session of their own (YARN's containers), the parents the rest
    (PostgreSQL's backends).
    """
    stats = {stat.pid: stat for stat in all_stats(proc)}
    found = {stat.pid for stat in stats.values() if stat.session == leader or mark_of(stat.pid, proc) == mark}
    grown = True
    while grown:
        children = {stat.pid for stat in stats.values() if stat.parent in found} - found
        found |= children
        grown = bool(children)
    return sorted(found - {os.getpid()})


def listeners(proc: Path = PROC) -> dict[int, set[str]]:
    """Inodes of the sockets that listen, by port."""
    found: dict[int, set[str]] = {}
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue  # a kernel without IPv6
        for line in lines:
            fields = line.split()
            if fields[3] == LISTEN:
                found.setdefault(int(fields[1].rpartition(":")[2], 16), set()).add(fields[9])
    return found


def owner_of(port: int, proc: Path = PROC) -> tuple[int, str] | None:
    """Return (pid, mark or command) of the listener on `port`, None without one; pid 0: another user's."""
    inodes = {f"socket:[{inode}]" for inode in listeners(proc).get(port, ())}
    if not inodes:
        return None
    for stat in all_stats(proc):
        if inodes & _open_sockets(stat.pid, proc):
            command = (proc / str(stat.pid) / "cmdline").read_bytes().replace(b"\0", b" ")
            return stat.pid, mark_of(stat.pid, proc) or command.decode(errors="replace").strip()[:120]
    return 0, "a process of another user"


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback address now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def memory_mb(pids: list[int], proc: Path = PROC) -> float:
    """Memory of some processes together, in MiB; shared pages count once where the kernel says so."""
    return sum(_memory_kb(pid, proc) for pid in pids) / 1024


def uptime_s(start_ticks: int, proc: Path = PROC) -> float:
    """Seconds since a process was started."""
    since_boot = float((proc / "uptime").read_text().split()[0])
    return max(0.0, since_boot - start_ticks / os.sysconf("SC_CLK_TCK"))


def _open_sockets(pid: int, proc: Path) -> set[str]:
    try:
        entries = list((proc / str(pid) / "fd").iterdir())
    except OSError:
        return set()  # ended meanwhile, or another user's
    found = set()
    for entry in entries:
        with suppress(OSError):  # closed meanwhile
            found.add(str(entry.readlink()))
    return found


def _memory_kb(pid: int, proc: Path) -> int:
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = (proc / str(pid) / name).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(key):
                return int(line.split()[1])
    return 0
