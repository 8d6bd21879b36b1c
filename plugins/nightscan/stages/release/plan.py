"""Before stage 4: the labels, what is new since the last release, and the training manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from nightscan.config import load_config
from nightscan.errors import BadSettingError
from nightscan.names import run_kind
from nightscan.stages.common import job, run_sql, started_at
from nightscan.stages.site.feature_settings import ask_settings

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanReleaseOperator(BaseOperator):
    """Load the labels and decide from state whether a release is due; skip the run when it is not.

    A run somebody asked for is always due, and fails when there are too few labelled patients; one that an
    announcement started is skipped then. It learns from features of today's settings only, whose hashes Hive
    tells. XCom: version, outcome, manifest, counts, settings_hash.
    """

    ui_color = "#f0ead8"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        if not config.labels:
            raise BadSettingError(
                "no labels file is configured, so there is nothing to learn",
                remedy="set `labels` to a CSV file with patient_id and one outcome (LABELS=... make run)",
            )
        labels = job(
            "jobs.model.load_labels", config, keyed=True, labels=config.labels, outcome=config.model.outcome
        )
        run_sql(config, "hive/register_labels.sql", outcome=labels["outcome"])
        by_hand = run_kind(context) == "manual"
        plan = job(
            "jobs.model.plan",
            config,
            outcome=labels["outcome"],
            model_name=config.model.name,
            modality=config.model.modality or None,
            region=config.model.region or None,
            folds=config.model.folds,
            run_key=context["ti"].run_id,
            started_at=started_at(context),
            force=by_hand,
            when_few="fail" if by_hand else "skip",
            feature_settings=ask_settings(config),
        )
        if not plan["needed"]:
            self.log.info("no release: %s", plan["why"])
            raise AirflowSkipException(f"no release: {plan['why']}")
        self.log.info("release %s: %s", plan["version"], plan["why"])
        if left_out := plan["counts"].get("rows_other_settings", 0):
            self.log.warning(
                "%d rows (the only ones of %d labelled patients) were measured with other settings than"
                " today's and are left out; %s",
                left_out,
                plan["counts"]["patients_other_settings"],
                plan["measure_again"],
            )
        return {**plan, "outcome": labels["outcome"]}
