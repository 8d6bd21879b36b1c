"""The restricted zone: folders of HDFS with identifiers are closed to all but the job user and its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import load_config

if TYPE_CHECKING:
    from airflow.sdk import Context

MODE = "750"


class RestrictOperator(BaseOperator):
    """Make the restricted folders and set their mode; engines of another user must be in the group."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        from lake.places import Places  # noqa: PLC0415 - only at run time

        config, hook = load_config(), hooks.HdfsHook()
        folders = Places(config.root).identifying()
        for folder in folders:
            hook.mkdirs(folder)
            hook.set_mode(folder, MODE)
        return {"mode": MODE, "folders": folders}
