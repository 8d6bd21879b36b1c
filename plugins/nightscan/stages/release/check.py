"""Between features and training: Drill counts files and patients over all a release would learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import Config, load_config
from nightscan.operators.drill import as_table, check_failure
from nightscan.stages.common import render

if TYPE_CHECKING:
    from airflow.sdk import Context

NO_LABEL = "patients with features that have not exactly one row in the labels file"


class ReleaseCheckOperator(BaseOperator):
    """Fail with the rows that disagree: files of a scan date that do not add up, patients without a label.

    A patient with an empty value in the labels file is pending, which is said there on purpose; one without a
    row would be dropped in silence, so he stops the release unless `model.unlabelled` is `report`.
    """

    ui_color = "#e9e4f3"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        dates = self._scan_dates(config)
        files = self._rows(config, "drill/check_files.sql", scan_dates=dates)
        if files:
            raise check_failure(
                "files in are not files of volumes + regions + quarantined",
                list(files[0]),
                files,
                remedy="start scan_intake again for these scan dates",
            )
        outcome = context["ti"].xcom_pull(task_ids="plan")["outcome"]
        patients = self._rows(config, "drill/check_labels.sql", outcome=outcome)
        if patients and config.model.unlabelled == "fail":
            raise check_failure(
                NO_LABEL,
                list(patients[0]),
                patients,
                remedy=f"add them to {config.labels} (empty = pending), or set model.unlabelled: report",
            )
        if patients:
            self.log.warning("left out: %s\n%s", NO_LABEL, as_table(list(patients[0]), patients))
        return {"scan_dates": len(dates), "files": "add up", "patients_without_label": len(patients)}

    @staticmethod
    def _scan_dates(config: Config) -> list[str]:
        """Return the dates that have features: what a release learns from (others may be on their way)."""
        entries = hooks.HdfsHook().list(f"{config.root}/image_features")
        return sorted(e.name.removeprefix("scan_date=") for e in entries if e.name.startswith("scan_date="))

    def _rows(self, config: Config, file: str, **parameters: Any) -> list[dict[str, Any]]:
        names = {"plugin": config.drill_plugin, "root": config.root, **parameters}
        rows: list[dict[str, Any]] = hooks.DrillHook().query(render(file, **names))
        return rows
