"""Buttons on a task instance's page that lead to the engine's own page of the job.

An operator pushes the address while the job runs; Airflow shows what the link's XCom key holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperatorLink
from airflow.sdk.execution_time.xcom import XCom

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.definitions.context import Context
    from airflow.sdk.types import TaskInstanceKey


class EngineLink(BaseOperatorLink):
    """Base: a link whose address was pushed by the task; ``name`` labels its button."""

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the pushed address; empty where none was pushed."""
        return str(XCom.get_value(ti_key=ti_key, key=self.xcom_key) or "")

    def push(self, context: Context | dict[str, Any], url: str) -> None:
        """Push the address as XCom."""
        context["ti"].xcom_push(key=self.xcom_key, value=url)


class YarnApplicationLink(EngineLink):
    """The application's page in the ResourceManager."""

    name = "YARN application"


class LivyLink(EngineLink):
    """The batch's page in Livy."""

    name = "Livy batch"


class DrillQueryLink(EngineLink):
    """The query's profile in Drill."""

    name = "Drill query"


class HiveQueryLink(EngineLink):
    """The Tez application that runs the statement."""

    name = "Hive on Tez"


class MlflowRunLink(EngineLink):
    """The run's page in MLflow."""

    name = "MLflow run"


ALL_LINKS = [link() for link in EngineLink.__subclasses__()]
