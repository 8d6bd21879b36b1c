"""One release for a backfill: only the run after which none is to come announces."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from nightscan.stages.intake import assets


class Events(dict):
    def __missing__(self, asset):
        self[asset] = SimpleNamespace(keys=[])
        self[asset].add_partitions = self[asset].keys.append
        return self[asset]


def announce(monkeypatch, *, waiting, key="2025-03-03"):
    asked = {}

    def count(**question):
        asked.update(question)
        return waiting

    ti = SimpleNamespace(dag_id="scan_intake", task_id="say", get_ti_count=count)
    run = SimpleNamespace(partition_key=key)
    context = {"ti": ti, "dag_run": run, "params": {}, "outlet_events": Events()}
    monkeypatch.setattr(assets, "get_current_context", lambda: context)
    assets.announce_when_settled()
    return context["outlet_events"][assets.SETTLED].keys, asked


def test_the_last_run_announces_under_its_date(monkeypatch):
    keys, asked = announce(monkeypatch, waiting=0)
    assert keys == ["2025-03-03"]
    assert asked["task_ids"] == ["say"]
    assert "null" in asked["states"]
    assert "running" not in asked["states"]


def test_a_run_before_the_last_is_silent(monkeypatch):
    with pytest.raises(AirflowSkipException, match="3 other scan dates"):
        announce(monkeypatch, waiting=3)


def test_a_run_without_a_date_does_not_keep_the_others_from_their_release(monkeypatch):
    keys, _ = announce(monkeypatch, waiting=0, key=None)
    assert keys == ["no-scan-date"]
