"""The site's settings of every operator of a remote job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.remote_job import RemoteJobOperator
from nightscan.operators.yarn_job import YarnJobOperator

if TYPE_CHECKING:
    from nightscan.config_model import Config


def configure_job(operator: RemoteJobOperator | HiveScriptOperator, config: Config, queue: str) -> None:
    """Set an operator's queue, times and command folder; not at parse time, which reads no configuration."""
    if isinstance(operator, RemoteJobOperator):
        operator.yarn_queue = queue
    operator.poll_s = config.poll_s
    operator.lost_after_s = config.lost_after_s
    operator.deadline_s = config.deadline_s
    if isinstance(operator, YarnJobOperator):
        operator.hadoop_bin = config.hadoop_bin or None
