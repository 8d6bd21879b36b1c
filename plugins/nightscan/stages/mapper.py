"""The streaming job of a plan: what its operator submits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from messages.deidentify import DeidentifyPlanned
from messages.environment import DeidentifyEnvironment, MapperEnvironment, variables_of
from messages.preprocess import PreprocessPlanned
from nightscan.operators.program import own_errors
from nightscan.operators.streaming import HadoopStreamingOperator
from nightscan.stages.mapreduce import mapreduce_definitions
from nightscan.stages.remote import configure_job
from nightscan.stages.site.runtime import Runtime

if TYPE_CHECKING:
    from nightscan.config_model import Config

MASTER_EXTRA_MB = 128  # a single task runs in the application master, whose heap is larger than a map task's


def configure_mapper(
    operator: HadoopStreamingOperator,
    config: Config,
    runtime: Runtime,
    plan: DeidentifyPlanned | PreprocessPlanned,
    mapper: str,
) -> None:
    """Set what an operator submits to that of a plan: a mapper over its manifest.

    :param mapper: its module, e.g. "jobs.preprocess.mapper".
    :raises MessageRefusedError: a setting of the mapper is mistyped.
    """
    configure_job(operator, config, config.queues.batch)
    operator.manifest, operator.output_dir = plan.manifest, plan.output
    operator.mapper = f"{config.python} -m {mapper}"
    operator.lines_per_map = plan.lines_per_map
    operator.files = (f"{runtime.code}#code.zip",)
    operator.archives = (f"{runtime.pyenv}#pyenv",)
    environment: MapperEnvironment | DeidentifyEnvironment = MapperEnvironment(
        config.hdfs, config.root, plan.scan_date, plan.build, memory_mb=config.preprocess.mapper_memory_mb
    )
    if isinstance(plan, DeidentifyPlanned):
        environment = DeidentifyEnvironment(**environment._asdict(), key_id=plan.key_id)
    with own_errors():
        operator.environment = {"PYTHONPATH": "code.zip:pyenv", **variables_of(environment)}
    operator.definitions = {
        **mapreduce_definitions(config, tasks=plan.tasks),
        "mapreduce.map.maxattempts": "2",
        "mapreduce.map.memory.mb": str(config.preprocess.map_memory_mb),
        "yarn.app.mapreduce.am.resource.mb": str(config.preprocess.map_memory_mb + MASTER_EXTRA_MB),
        "mapreduce.job.name": f"nightscan {mapper.split('.')[1]} {plan.scan_date}",
    }
