"""Settings of every MapReduce job of a stage."""

from __future__ import annotations

from nightscan.config import Config

MEGABYTE = 1_000_000
FILES_PER_MAP = 50  # of DistCp
MASTER_EXTRA_MB = 128  # a single task runs in the application master, whose heap is larger than a map task's
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


def mapper_memory(config: Config) -> dict[str, str]:
    """Return the -D options for the memory of a streaming job's tasks."""
    return {
        "mapreduce.map.maxattempts": "2",
        "mapreduce.map.memory.mb": str(config.preprocess.map_memory_mb),
        "yarn.app.mapreduce.am.resource.mb": str(config.preprocess.map_memory_mb + MASTER_EXTRA_MB),
    }
