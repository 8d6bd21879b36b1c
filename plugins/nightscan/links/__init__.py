"""Buttons on a task instance's page that lead to the engine's own page of the job.

An operator pushes the address while the job runs; Airflow shows what lies under the link's XCom key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from airflow.sdk import BaseOperatorLink
from airflow.sdk.execution_time.xcom import XCom

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.definitions.context import Context
    from airflow.sdk.types import TaskInstanceKey


@attrs.define()
class EngineLink(BaseOperatorLink):
    """Base: a link whose address was pushed by the task."""

    @property
    def name(self) -> str:
        """Label of the button."""
        raise NotImplementedError

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the pushed address; empty where none was pushed."""
        return str(XCom.get_value(ti_key=ti_key, key=self.xcom_key) or "")

    def push(self, context: Context | dict[str, Any], url: str) -> None:
        """Make the address known."""
        context["ti"].xcom_push(key=self.xcom_key, value=url)


@attrs.define()
class YarnApplicationLink(EngineLink):
    """The application's page in the ResourceManager."""

    @property
    def name(self) -> str:
        """Label of the button."""
        return "YARN application"


@attrs.define()
class LivyLink(EngineLink):
    """The batch's page in Livy."""

    @property
    def name(self) -> str:
        """Label of the button."""
        return "Livy batch"


@attrs.define()
class DrillQueryLink(EngineLink):
    """The query's profile in Drill."""

    @property
    def name(self) -> str:
        """Label of the button."""
        return "Drill query"


@attrs.define()
class HiveQueryLink(EngineLink):
    """The Tez application that runs the statement."""

    @property
    def name(self) -> str:
        """Label of the button."""
        return "Hive on Tez"


@attrs.define()
class MlflowRunLink(EngineLink):
    """The run's page in MLflow."""

    @property
    def name(self) -> str:
        """Label of the button."""
        return "MLflow run"


ALL_LINKS = [YarnApplicationLink(), LivyLink(), DrillQueryLink(), HiveQueryLink(), MlflowRunLink()]
