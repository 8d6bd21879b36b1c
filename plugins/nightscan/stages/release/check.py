"""Between features and training: Drill counts files and patients of all rows that a release learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightscan import hooks
from nightscan.config import load_config
from nightscan.operators.drill import DrillCheckOperator
from nightscan.stages.programs import handed_on
from nightscan.stages.release.plan import ReleaseDue
from nightscan.stages.sql import render

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.config_model import Config


class ReleaseCheckOperator(DrillCheckOperator):
    """Fail with the rows that disagree: files of a scan date that do not add up, patients without a label.

    A patient with an empty value in the labels file is pending on purpose; one without a row
    would be left out silently, which stops the release unless `model.unlabelled` is `report`.

    :param release: XCom of the task that planned the release. (templated)
    """

    template_fields = (*DrillCheckOperator.template_fields, "release")
    ui_color = "#e9e4f3"

    def __init__(self, *, release: Any, **kwargs: Any) -> None:
        super().__init__(sql="set by execute", what="set by execute", **kwargs)
        self.release = release

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        lake = {"plugin": config.drill_plugin, "root": config.root}
        dates = self._scan_dates(config)
        self.sql = render("drill/check_files.sql", scan_dates=dates, **lake)
        self.what = "files in are not files of volumes + regions + quarantined"
        self.remedy = "start scan_intake again for these scan dates"
        self.check(context)
        outcome = handed_on(ReleaseDue, self.release).outcome
        self.sql = render("drill/check_labels.sql", outcome=outcome, **lake)
        self.what = "patients with features that have not exactly one row in the labels file"
        self.remedy = f"add them to {config.labels} (empty = pending), or set model.unlabelled: report"
        self.warn_only = config.model.unlabelled == "report"
        patients = self.check(context)
        return {"scan_dates": len(dates), "files": "add up", "patients_without_label": patients}

    @staticmethod
    def _scan_dates(config: Config) -> list[str]:
        """Return the dates that have features: what a release learns from (others may be on their way)."""
        from lake.folders import scan_dates  # noqa: PLC0415 - only at run time
        from lake.places import Places  # noqa: PLC0415 - only at run time

        return scan_dates(hooks.HdfsHook().list(Places(config.root).features_folder()))
