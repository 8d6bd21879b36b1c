"""MLflow's tracking server and registry over REST: no mlflow package on the Airflow side."""

from __future__ import annotations

from typing import Any, ClassVar

from nightscan.errors import EngineRefusedError
from nightscan.hooks.rest import RestHook

API = "/api/2.0/mlflow"
Answer = dict[str, Any]


class MlflowHook(RestHook):
    """Runs and registered models of one MLflow server.

    :param mlflow_conn_id: connection of type http.
    :param timeout_s: longest wait for one answer.
    """

    engine: ClassVar[str] = "MLflow"
    conn_name_attr = "mlflow_conn_id"
    default_conn_name = "mlflow_default"
    conn_type = "http"
    hook_name = "MLflow"

    def __init__(self, mlflow_conn_id: str = default_conn_name, *, timeout_s: float = 30.0) -> None:
        super().__init__(mlflow_conn_id, timeout_s=timeout_s)

    def get_run(self, run_id: str) -> Answer:
        """Return a run: info, data (params, metrics, tags as lists of key and value), inputs, outputs."""
        return self._ask("GET", "/runs/get", {"run_id": run_id})["run"]  # type: ignore[no-any-return]

    def create_registered_model(self, name: str) -> None:
        """Make a registered model; harmless when there is one of this name."""
        response = self.call(
            "POST", f"{API}/registered-models/create", body={"name": name}, accept=(400, 409)
        )
        if not response.ok:
            code = self.json(response).get("error_code")
            if code != "RESOURCE_ALREADY_EXISTS":
                raise EngineRefusedError(
                    self.engine, f"registered model {name} was refused: {code}", status=response.status_code
                )

    def create_model_version(self, name: str, *, source: str, run_id: str) -> str:
        """Register a new version of a model; return MLflow's number for it."""
        answer = self._ask(
            "POST", "/model-versions/create", {"name": name, "source": source, "run_id": run_id}
        )
        return str(answer["model_version"]["version"])

    def get_model_version(self, name: str, version: str) -> Answer:
        """Return one version of a registered model."""
        answer = self._ask("GET", "/model-versions/get", {"name": name, "version": version})
        return answer["model_version"]  # type: ignore[no-any-return]

    def version_of_run(self, name: str, run_id: str) -> str | None:
        """Return the version that was registered from a run, None where there is none."""
        answer = self._ask("GET", "/model-versions/search", {"filter": f"name='{name}'"})
        versions = [v for v in answer.get("model_versions") or [] if v.get("run_id") == run_id]
        return str(max(int(v["version"]) for v in versions)) if versions else None

    def version_by_alias(self, name: str, alias: str) -> str | None:
        """Return the version an alias names, None where there is no such alias or model."""
        params = {"name": name, "alias": alias}
        response = self.call("GET", f"{API}/registered-models/alias", params=params, accept=(400, 404))
        answer = self.json(response)
        if response.ok:
            return str(answer["model_version"]["version"])
        if answer.get("error_code") in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise EngineRefusedError(
            self.engine, f"alias {alias} of {name}: {answer.get('message')}", status=response.status_code
        )

    def set_alias(self, name: str, alias: str, version: str) -> None:
        """Let an alias name a version; moving it is the same call."""
        self._ask("POST", "/registered-models/alias", {"name": name, "alias": alias, "version": version})

    def run_url(self, run_id: str, experiment_id: str) -> str:
        """Return the address of a run's page."""
        return f"{self.address}/#/experiments/{experiment_id}/runs/{run_id}"

    def _ask(self, method: str, path: str, fields: dict[str, str]) -> Answer:
        if method == "GET":
            return self.json(self.call("GET", API + path, params=fields))  # type: ignore[no-any-return]
        return self.json(self.call(method, API + path, body=fields))  # type: ignore[no-any-return]
