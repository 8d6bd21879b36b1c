"""Before stage 4: the labels, what is new since the last release, and the training manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException
from msgspec import structs

from messages.message import Text
from messages.model import FeatureSettings, LoadLabels, PlanRelease, Release
from nightscan.config import load_config
from nightscan.errors import BadSettingError
from nightscan.names import run_kind
from nightscan.operators.program import run_program, to_json
from nightscan.stages.ledger import started_at
from nightscan.stages.site.feature_settings import ask_settings
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReleaseDue(Release, frozen=True, kw_only=True):
    """XCom of the task that plans a release."""

    outcome: Text
    why: Text


class PlanReleaseOperator(BaseOperator):
    """Load the labels and decide from state whether a release is due; skip the run when it is not.

    A run by hand is always due, and fails when there are too few labelled patients; one that an announcement
    started is skipped then. It learns from features of today's settings only, whose hashes come from Hive.
    XCom: ReleaseDue.
    """

    ui_color = "#f0ead8"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        if not config.labels:
            raise BadSettingError(
                "no labels file is configured, so there is nothing to learn",
                remedy="set `labels` to a CSV file with patient_id and one outcome (LABELS=... make run)",
            )
        labels = run_program(
            LoadLabels(hdfs=config.hdfs, root=config.root, labels=config.labels, outcome=config.model.outcome)
        )
        run_sql(config, "hive/register_labels.sql", outcome=labels.outcome)
        by_hand = run_kind(context) == "manual"
        request = PlanRelease(
            hdfs=config.hdfs,
            root=config.root,
            outcome=labels.outcome,
            model_name=config.model.name,
            modality=config.model.modality or None,
            region=config.model.region or None,
            folds=config.model.folds,
            run_key=context["ti"].run_id,
            started_at=started_at(context),
            force=by_hand,
            when_few="fail" if by_hand else "skip",
            feature_settings={
                modality: FeatureSettings(**answer) for modality, answer in ask_settings(config).items()
            },
        )
        plan = run_program(request)
        release = plan.release
        if release is None:
            self.log.info("no release: %s", plan.why)
            raise AirflowSkipException(f"no release: {plan.why}")
        self.log.info("release %s: %s", release.version, plan.why)
        if left_out := release.counts.get("rows_other_settings", 0):
            self.log.warning(
                "%d rows (the only ones of %d labelled patients) were measured with other settings than"
                " today's and are left out; %s",
                left_out,
                release.counts["patients_other_settings"],
                release.measure_again,
            )
        due = ReleaseDue(**structs.asdict(release), outcome=labels.outcome, why=plan.why)
        return to_json(due, "the release")
