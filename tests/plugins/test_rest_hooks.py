"""The REST hooks against a local HTTP server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from nightscan.errors import BadSettingError, ConfigurationError, EngineRefusedError, EngineUnreachableError
from nightscan.hooks.drill import DrillHook
from nightscan.hooks.livy import LivyBatch, LivyBatchHook
from nightscan.hooks.mlflow import MlflowHook
from nightscan.hooks.rest import base_urls, parse_bool
from nightscan.hooks.yarn import YarnApp, YarnHook, application_id
from nightscan.states import LivyState, Outcome, YarnFinalStatus, YarnState

Connect = Callable[..., None]
APPS = "/ws/v1/cluster/apps"
APP = {
    "id": "application_1_0001",
    "name": "distcp",
    "state": "FINISHED",
    "finalStatus": "SUCCEEDED",
    "queue": "root.default",
    "applicationTags": "a,b",
    "diagnostics": "",
    "trackingUrl": "http://rm/proxy",
    "startedTime": 1000,
    "finishedTime": 3500,
}


@pytest.fixture
def yarn_hook(server: Any, connect: Connect) -> YarnHook:
    connect("yarn_default", host="127.0.0.1", port=server.port, login="root")
    return YarnHook(timeout_s=2)


def test_applications_are_found_by_any_of_their_tags_in_lower_case(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"GET {APPS}"] = lambda request: (200, {"apps": {"app": [APP]}})
    expected = YarnApp(
        "application_1_0001", YarnState.FINISHED, YarnFinalStatus.SUCCEEDED, "root.default",
        ("a", "b"), "", 1000, 3500,
    )  # fmt: skip
    assert yarn_hook.find("B", "a") == [expected]
    assert server.asked[0].query == {"applicationTags": "a,b"}
    assert (expected.outcome, expected.seconds) == (Outcome.SUCCEEDED, 2.5)


@pytest.mark.parametrize("nothing", [{"apps": {}}, {"apps": None}])
def test_no_hit_is_an_empty_list_in_both_of_hadoops_spellings(
    nothing: Any, server: Any, yarn_hook: YarnHook
) -> None:
    server.routes[f"GET {APPS}"] = lambda request: (200, nothing)
    assert yarn_hook.find("a") == []


def test_many_tags_are_asked_for_in_several_calls(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"GET {APPS}"] = lambda request: (200, {"apps": {}})
    yarn_hook.find(*(f"tag{number:03d}" for number in range(150)))
    assert [len(request.query["applicationTags"].split(",")) for request in server.asked] == [100, 50]


def test_a_vanished_application_is_gone_and_not_an_error(yarn_hook: YarnHook) -> None:
    assert yarn_hook.get("application_1_9999").state is YarnState.GONE
    assert yarn_hook.get("application_1_9999").outcome is Outcome.GONE


def test_an_unknown_state_word_counts_as_unknown(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"GET {APPS}/x"] = lambda request: (200, {"app": {**APP, "state": "HIBERNATING"}})
    assert yarn_hook.get("x").outcome is Outcome.UNKNOWN


def test_killing_puts_the_state_in_the_name_of_the_connections_user(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"PUT {APPS}/x/state"] = lambda request: (202, {"state": "KILLING"})
    yarn_hook.kill("x")
    assert (server.asked[0].json, server.asked[0].query) == ({"state": "KILLED"}, {"user.name": "root"})


def test_killing_a_forgotten_application_is_harmless(yarn_hook: YarnHook) -> None:
    yarn_hook.kill("gone")


def test_an_engine_that_is_not_there_is_named_with_its_address(connect: Connect) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    connect("yarn_default", host="127.0.0.1", port=port)
    with pytest.raises(EngineUnreachableError, match=f"YARN ResourceManager at http://127.0.0.1:{port}"):
        YarnHook().find("a")


def test_an_engine_that_hangs_is_given_up_after_the_time_out(connect: Connect) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        connect("yarn_default", host="127.0.0.1", port=silent.getsockname()[1])
        with pytest.raises(EngineUnreachableError, match="ReadTimeout"):
            YarnHook(timeout_s=0.1).find("a")


def test_a_dead_first_resource_manager_does_not_stop_the_second(server: Any, connect: Connect) -> None:
    connect("yarn_default", host=f"http://127.0.0.1:1,http://127.0.0.1:{server.port}")
    server.routes[f"GET {APPS}"] = lambda request: (200, {"apps": {}})
    assert YarnHook().find("a") == []


def test_a_refusal_carries_its_status_and_the_engines_words(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"GET {APPS}"] = lambda request: (403, {"message": "not you"})
    with pytest.raises(EngineRefusedError, match="not you") as caught:
        yarn_hook.find("a")
    assert caught.value.status == 403


def test_a_login_page_instead_of_json_is_told_as_such(server: Any, yarn_hook: YarnHook) -> None:
    server.routes[f"GET {APPS}"] = lambda request: (200, b"<html>log in</html>")
    with pytest.raises(EngineRefusedError, match="not JSON: <html>log in"):
        yarn_hook.find("a")


def test_a_connection_without_host_is_refused_by_name() -> None:
    class Empty:
        conn_id, host, schema, port = "yarn_default", "", None, None

    with pytest.raises(BadSettingError, match="yarn_default names no host"):
        base_urls(Empty())  # type: ignore[arg-type]


def test_the_id_of_a_job_is_read_as_the_id_of_its_application() -> None:
    assert application_id("DistCp job-id: job_17_0042") == "application_17_0042"
    assert application_id("nothing here") is None


@pytest.fixture
def livy(server: Any, connect: Connect) -> LivyBatchHook:
    connect("livy_default", host="127.0.0.1", port=server.port)
    return LivyBatchHook(timeout_s=2)


def test_the_batch_with_id_zero_is_the_text_zero(server: Any, livy: LivyBatchHook) -> None:
    server.routes["POST /batches"] = lambda request: (201, {"id": 0, "name": "n", "state": "starting"})
    assert livy.submit("n", {"file": "f"}) == LivyBatch("0", "n", LivyState.STARTING, "")
    assert server.asked[0].json == {"file": "f", "name": "n"}


def test_a_forgotten_batch_is_gone_and_not_found_by_name(livy: LivyBatchHook) -> None:
    assert livy.get("7").state is LivyState.GONE
    assert livy.find("n") is None


def test_a_refused_batch_tells_livys_reason(server: Any, livy: LivyBatchHook) -> None:
    server.routes["POST /batches"] = lambda request: (400, {"msg": "Duplicate session name: n"})
    with pytest.raises(EngineRefusedError, match="Duplicate session name"):
        livy.submit("n", {})


def test_the_prefix_of_a_gateway_is_applied_once(server: Any, connect: Connect) -> None:
    connect("livy_default", host="127.0.0.1", port=server.port, extra={"endpoint_prefix": "/gate/livy/"})
    LivyBatchHook().get("3")
    assert server.asked[0].path == "/gate/livy/batches/3"


def test_the_log_comes_as_single_lines(server: Any, livy: LivyBatchHook) -> None:
    server.routes["GET /batches/1/log"] = lambda request: (200, {"log": ["a\nb", "c"]})
    assert livy.log_lines("1") == ["a", "b", "c"]


@pytest.fixture
def drill(server: Any, connect: Connect) -> DrillHook:
    connect("drill_default", conn_type="drill", host="127.0.0.1", port=server.port)
    return DrillHook(timeout_s=2)


def test_a_drill_query_returns_rows_in_the_order_of_its_columns(server: Any, drill: DrillHook) -> None:
    server.routes["POST /query.json"] = lambda request: (
        200,
        {"queryState": "COMPLETED", "queryId": "q", "columns": ["b", "a"], "rows": [{"a": 1, "b": None}]},
    )
    assert [list(row.items()) for row in drill.answer("SELECT 1;\n").rows] == [[("b", None), ("a", 1)]]
    options = {"store.parquet.reader.pagereader.async": False}
    assert server.asked[0].json == {"queryType": "SQL", "query": "SELECT 1", "options": options}


def test_a_failed_drill_query_fails_although_drill_answers_200(server: Any, drill: DrillHook) -> None:
    answer = {"queryState": "FAILED", "queryId": "q", "errorMessage": "no table t"}
    server.routes["POST /query.json"] = lambda request: (200, answer)
    with pytest.raises(EngineRefusedError, match=r"(?s)FAILED: no table t.*/profiles/q"):
        drill.answer("SELECT")


def test_a_drill_without_reasons_is_told_how_to_give_them(server: Any, drill: DrillHook) -> None:
    server.routes["POST /query.json"] = lambda request: (200, {"queryId": "q", "queryState": "FAILED"})
    with pytest.raises(EngineRefusedError, match=r"rest\.errors\.verbose"):
        drill.answer("SELECT")


def test_an_answer_without_a_state_is_no_success(server: Any, drill: DrillHook) -> None:
    server.routes["POST /query.json"] = lambda request: (200, {"rows": []})
    with pytest.raises(EngineRefusedError, match="without a state"):
        drill.answer("SELECT")


def test_a_runs_page_is_below_the_address_of_mlflow(connect: Connect) -> None:
    connect("mlflow_default", host="mlflow.site", port=5000)
    assert MlflowHook().run_url("r1") == "http://mlflow.site:5000/#/runs/r1"


@pytest.mark.parametrize(("text", "value"), [("True", True), ("no", False), ("0", False), (True, True)])
def test_truth_values_are_read_from_text(text: str | bool, value: bool) -> None:
    assert parse_bool(text) is value


def test_an_unknown_truth_value_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'maybe' is not a truth value"):
        parse_bool("maybe")
