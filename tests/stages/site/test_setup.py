"""What site_setup does to Hive: tables, columns, function, and the site's settings judged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from messages.index import IndexLanding
from messages.wire import as_json
from nightscan.config import load_config
from nightscan.stages.site import setup, tables
from nightscan.stages.site.runtime import Runtime
from nightscan.stages.site.setup import IndexOperator, SchemaOperator
from tests.messages.samples import sample
from tests.stages.conftest import Programs

JAR = "hdfs:///apps/nightscan/features-1.jar"
TABLES = {table.name: table for table in tables.site_tables(load_config({}))}


class Hive:
    """Tables by their columns; statements that change something, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lacking: dict[str, set[str]] = {}
        self.jar = JAR
        self.done: list[str] = []
        hook = SimpleNamespace(run=self.run)
        monkeypatch.setattr(setup, "hooks", SimpleNamespace(HiveQueryHook=lambda: hook))
        monkeypatch.setattr(setup, "run_sql", lambda config, file, **fields: self.done.append(file))
        monkeypatch.setattr(setup, "described_columns", self.columns)
        monkeypatch.setattr(setup, "ask_settings", self.ask)

    def columns(self, table: str) -> list[str]:
        name = table.removeprefix("nightscan.")
        return [column for column in TABLES[name].names() if column not in self.lacking.get(name, set())]

    def run(self, statement: str) -> list[dict[str, Any]]:
        if statement.startswith("DESCRIBE"):
            return [{"tab_name": f"Resource: {self.jar}"}]
        self.done.append("schema" if statement.startswith("CREATE DATABASE") else statement)
        return []

    def ask(self, config: Any) -> dict[str, Any]:
        self.done.append("settings")
        return {"default": {"settings_hash": "h", "settings": "{}"}}

    def set_up(self) -> dict[str, Any]:
        shipped = as_json(sample(Runtime, udf_jar=JAR), "shipped")
        return SchemaOperator(task_id="schema", shipped=shipped).execute({})


@pytest.fixture
def hive(monkeypatch: pytest.MonkeyPatch) -> Hive:
    return Hive(monkeypatch)


def test_a_site_that_is_right_is_left_alone_and_its_settings_are_judged(hive: Hive) -> None:
    result = hive.set_up()
    assert hive.done == ["schema", "settings"]
    assert (result["added"], result["renewed"], result["made"]) == ([], [], False)
    assert result["settings_hashes"] == {"default": "h"}


def test_new_features_are_added_to_the_table_and_the_one_that_is_inserted_into_is_made_anew(
    hive: Hive,
) -> None:
    hive.lacking = {"image_features": {"ih_entropy"}, "image_features_build": {"ih_entropy"}}
    result = hive.set_up()
    assert hive.done == [
        "schema",
        "ALTER TABLE nightscan.image_features ADD COLUMNS (`ih_entropy` DOUBLE) CASCADE",
        "DROP TABLE nightscan.image_features_build",
        "schema",
        "settings",
    ]
    assert result["renewed"] == ["nightscan.image_features_build"]


def test_the_settings_are_judged_by_the_new_function(hive: Hive) -> None:
    hive.jar = "hdfs:///apps/nightscan/features-0.jar"
    assert hive.set_up()["made"]
    assert hive.done == ["schema", "hive/function.sql", "settings"]


def test_the_index_is_made_under_the_sites_key(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site.yaml"
    site.write_text("landing: /srv/landing\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    programs.results[IndexLanding] = {"dates": {"2025-03-03": 7, "2025-03-04": 1}}
    assert IndexOperator(task_id="index").execute({})["dates"] == 2
    assert programs.keyed == ["jobs.index.landing"]
