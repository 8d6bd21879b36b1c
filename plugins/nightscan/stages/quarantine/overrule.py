"""Overrule refusals: record a person's decision, then report which series are volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from messages.quarantine import Overrule, Overruled, ShowQuarantine
from nightscan.config import load_config
from nightscan.operators.program import run_program, to_json
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.ledger import started_at
from nightscan.stages.programs import handed_on
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class OverruleOperator(BaseOperator):
    """Append the form's overruling to the record; wrong input fails at once, with its remedy.

    Without a name in the form it is by the user who triggered the run.
    """

    ui_color = "#f4e4d4"

    def execute(self, context: Context) -> dict[str, Any]:
        config, form = load_config(), context["params"]
        user = getattr(context["dag_run"], "triggering_user_name", None)
        request = Overrule(
            hdfs=config.hdfs,
            root=config.root,
            action=form.get("action"),
            scan_date=resolve_scan_date(context),
            series_key=form.get("series_key"),
            sha256=form.get("sha256"),
            why=form.get("why"),
            by=form.get("by") or user,
            recorded_at=started_at(context),
            run_id=context["ti"].run_id,
        )
        done = run_program(request)
        run_sql(config, "hive/register_releases.sql", scan_date=done.scan_date)
        self.log.info(
            "%s: %d files of %s recorded, %d were before; %s",
            done.action, done.recorded, done.scan_date, done.already, done.record,
        )  # fmt: skip
        return to_json(done, "the result")


class OutcomeOperator(BaseOperator):
    """Return of the overruled series which are volumes now, and the reasons for which others are refused.

    :param overruled: XCom of the task that recorded it. (templated)
    """

    template_fields = ("overruled",)
    ui_color = "#f4e4d4"

    def __init__(self, *, overruled: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.overruled = overruled

    def execute(self, context: Context) -> dict[str, Any]:
        config, done = load_config(), handed_on(Overruled, self.overruled)
        shown = run_program(ShowQuarantine(hdfs=config.hdfs, root=config.root, scan_date=done.scan_date))
        series = [line for line in shown.overruled if line.series_key in done.series]
        for line in series:
            if line.volume:
                self.log.info("series %s is a volume", line.series_key)
            else:
                self.log.warning("series %s is no volume: %s", line.series_key, line.refused)
        return {
            "action": done.action,
            "scan_date": done.scan_date,
            "series": [
                {"series_key": line.series_key, "volume": line.volume, "refused": line.refused}
                for line in series
            ],
            "quarantined": shown.files,
        }
