"""MLflow's address: the programs of include/jobs send requests there, the Airflow side passes it on."""

from __future__ import annotations

from nightscan.hooks.rest import RestHook


class MlflowHook(RestHook):
    """The web server of one MLflow.

    :param mlflow_conn_id: connection of type http.
    """

    def __init__(self, mlflow_conn_id: str = "mlflow_default") -> None:
        super().__init__(mlflow_conn_id)

    def run_url(self, run_id: str) -> str:
        """Return the address of a run's page."""
        return f"{self.address}/#/runs/{run_id}"
