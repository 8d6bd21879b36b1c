"""Settings of every MapReduce job of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightscan.config_model import Config


MEGABYTE = 1_000_000
FILES_PER_MAP = 50  # of DistCp
CLOSE_DELAY = "dfs.client.block.write.locateFollowingBlock.initial.delay.ms"


def mapreduce_definitions(config: Config, *, tasks: int) -> dict[str, str]:
    """Return the -D options of every MapReduce job: short waits, no second container for a single task."""
    return {
        "mapreduce.job.ubertask.enable": str(tasks == 1).lower(),
        CLOSE_DELAY: str(config.ingest.close_delay_ms),
        "mapreduce.client.progressmonitor.pollinterval": "200",
        "mapreduce.client.completion.pollinterval": "200",
    }


def copy_maps(config: Config, files: int) -> int:
    """Return the number of map tasks of a copy of `files` files."""
    return max(1, min(config.ingest.maps, files // FILES_PER_MAP))
