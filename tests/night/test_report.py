"""The report of a night that made no model ends well."""

from __future__ import annotations

from pathlib import Path

from night.landing import Site
from night.report import show_metrics

SITE = Site(Path("/landing"), None, "/medical_data", "nightscan", "outcome_model")


class FakeDrill:
    def __init__(self, rows):
        self.found = rows

    def rows(self, sql):
        return self.found


def test_without_a_model_there_is_nothing_to_show(capsys):
    show_metrics(FakeDrill([]), SITE)
    assert capsys.readouterr().out == ""


def test_the_metrics_of_the_latest_model_are_shown(capsys):
    show_metrics(FakeDrill([{"dir0": "metric_date=2026-01-01", "slice": "all", "auc": "0.76809"}]), SITE)
    shown = capsys.readouterr().out
    assert "0.7681" in shown
    assert "dir0" not in shown
