"""Stop processes: what needs another goes first, the rest side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from cluster.errors import ClusterError
from cluster.layout import Layout
from cluster.process import Table, dependants
from cluster.progress import Progress
from cluster.supervise import stop


def bring_down(layout: Layout, table: Table, names: tuple[str, ...]) -> list[str]:
    """Stop `names` (all when empty) and what needs them; return those that ran.

    :raises ClusterError: when a process survives, after all others are stopped
    """
    wanted = dependants(table, names)
    progress = Progress()
    ended = {name: Event() for name in wanted}

    def take_down(name: str) -> bool:
        for other in wanted:
            if name in table[other].needs:
                ended[other].wait()
        try:
            found = stop(layout, table[name])
        finally:
            ended[name].set()
        if found:
            progress.say(f"{name} stopped")
        return found

    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        futures = {name: pool.submit(take_down, name) for name in wanted}
    errors = [str(error) for future in futures.values() if (error := future.exception()) is not None]
    if errors:
        raise ClusterError("\n".join(errors))
    return [name for name, future in futures.items() if future.result()]
