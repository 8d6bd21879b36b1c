"""Checks by Drill, and the links on a task's page."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import nightscan_plugin
import pytest

from nightscan import hooks, links
from nightscan.errors import CheckFailedError
from nightscan.hooks.drill import DrillAnswer
from nightscan.operators.drill import SHOWN_ROWS, DrillCheckOperator
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.livy_batch import LivySparkOperator

MakeContext = Callable[..., dict[str, Any]]


class FakeDrill:
    """Answers every query with the same rows."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def answer(self, sql: str) -> DrillAnswer:
        return DrillAnswer("q1", tuple(self.rows[0]) if self.rows else (), self.rows)

    def profile_url(self, query_id: str) -> str:
        return f"http://drill/profiles/{query_id}"


def drill(monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(hooks, "DrillHook", lambda *_, **__: FakeDrill(rows), raising=False)


def test_a_check_passes_when_no_row_disagrees(monkeypatch: pytest.MonkeyPatch, context: MakeContext) -> None:
    drill(monkeypatch, [])
    operator, now = DrillCheckOperator(task_id="d", sql="SELECT", what="files that are nowhere"), context("d")
    assert operator.execute(now) == {"checked": "files that are nowhere", "disagreeing": 0}
    assert now["ti"].pushed == {"_link_DrillQueryLink": "http://drill/profiles/q1"}


def test_a_check_that_only_warns_counts_the_rows_that_disagree(
    monkeypatch: pytest.MonkeyPatch, context: MakeContext, capsys: pytest.CaptureFixture[str]
) -> None:
    drill(monkeypatch, [{"n": 1}, {"n": 2}])
    operator = DrillCheckOperator(task_id="d", sql="SELECT", what="patients without a label", warn_only=True)
    assert operator.execute(context("d"))["disagreeing"] == 2
    assert "2 rows disagree: patients without a label\nn\n1\n2" in capsys.readouterr().out


def test_a_check_fails_with_the_rows_that_disagree(
    monkeypatch: pytest.MonkeyPatch, context: MakeContext
) -> None:
    drill(monkeypatch, [{"scan_date": "2025-01-01", "n": number} for number in range(SHOWN_ROWS + 2)])
    operator = DrillCheckOperator(
        task_id="d", sql="SELECT", what="files that are nowhere", remedy="look at HDFS"
    )
    with pytest.raises(CheckFailedError) as caught:
        operator.execute(context("d"))
    lines = str(caught.value).splitlines()
    assert lines[:3] == ["22 rows disagree: files that are nowhere", "scan_date   n", "2025-01-01  0"]
    assert lines[-2:] == ["... and 2 more", "Next step: look at HDFS"]
    assert len(lines) == SHOWN_ROWS + 4


def test_every_link_is_registered_once_and_has_a_name_of_its_own() -> None:
    registered = nightscan_plugin.NightscanPlugin.operator_extra_links
    defined = [
        each for each in vars(links).values() if inspect.isclass(each) and issubclass(each, links.EngineLink)
    ]
    assert {type(link) for link in registered} == set(defined) - {links.EngineLink}
    assert len({link.name for link in registered}) == len(registered) == 5
    used = [*LivySparkOperator.operator_extra_links, *HiveScriptOperator.operator_extra_links]
    assert {type(link) for link in used} <= {type(link) for link in registered}


@pytest.mark.parametrize(("stored", "shown"), [("http://rm/x", "http://rm/x"), (None, "")])
def test_a_link_shows_what_the_task_pushed(
    stored: str | None, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def get_value(*, ti_key: Any, key: str) -> str | None:
        asked.append(key)
        return stored

    monkeypatch.setattr(links.XCom, "get_value", get_value)
    assert links.YarnApplicationLink().get_link(None, ti_key=None) == shown  # type: ignore[arg-type]
    assert asked == ["_link_YarnApplicationLink"]
