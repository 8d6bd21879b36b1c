"""The restricted zone: folders of HDFS with identifiers are closed to all but the job user and its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import load_config

if TYPE_CHECKING:
    from airflow.sdk import Context

# Headers (raw_images), paths of senders (the others), true dates beside pseudonyms (deidentified).
RESTRICTED = (
    "raw_images",
    "raw_files",
    "index",
    "quarantine",
    "quarantine_releases",
    "deidentified",
    "_work",
)
MODE = "750"


class RestrictOperator(BaseOperator):
    """Make the restricted folders and set their mode; engines of another user need the group."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        config, hook = load_config(), hooks.HdfsHook()
        folders = [f"{config.root}/{name}" for name in RESTRICTED]
        for folder in folders:
            hook.mkdirs(folder)
            hook.set_mode(folder, MODE)
        return {"mode": MODE, "folders": folders}
