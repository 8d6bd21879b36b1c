"""What `status` prints."""

from __future__ import annotations

from cluster.layout import Layout
from cluster.liveness import memory_mb, uptime_s
from cluster.process import Process, Table
from cluster.supervise import is_alive, members, read_record, state_of

ROW = "{:<22} {:<9} {:>8} {:>6} {:>8} {:>10}  {}"


def status_lines(layout: Layout, table: Table) -> list[str]:
    """One line a process, and the total."""
    lines = [ROW.format("NAME", "STATE", "PID", "PORT", "RSS MB", "UPTIME", "NOTE")]
    total = 0.0
    for process in table.values():
        cells, memory = _cells(layout, process)
        lines.append(ROW.format(*cells))
        total += memory
    lines.append(f"total {total:,.0f} MB (shared pages once; containers count with nodemanager)")
    return lines


def all_running(layout: Layout, table: Table) -> bool:
    """Whether every process of the table runs."""
    return all(state_of(layout, process) == "running" for process in table.values())


def _cells(layout: Layout, process: Process) -> tuple[list[str], float]:
    state = state_of(layout, process)
    record = read_record(layout, process.name)
    port = str(process.main_port or "-")
    if record is None or not is_alive(record):
        return [process.name, state, "-", port, "-", "-", process.note], 0.0
    memory = memory_mb(members(layout, process.name))
    since = _duration(uptime_s(record.start_ticks))
    return [process.name, state, str(record.pid), port, f"{memory:,.0f}", since, process.note], memory


def _duration(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}"
