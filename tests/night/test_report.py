"""The report of a night that made no model ends well."""

from __future__ import annotations

from pathlib import Path

from night.report import show_account, show_metrics
from night.site import Site

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


class CountingDrill:
    """Nothing anywhere but rows of features."""

    def rows(self, sql):
        if "image_features" in sql:
            return [
                {"what": "OK", "n": "47", "incomplete": "3"},
                {"what": "NO_MASK", "n": "2", "incomplete": "0"},
            ]
        return [] if "GROUP BY" in sql else [{"n": "0"}]


def test_a_row_with_a_few_features_null_counts_as_measured_and_is_reported(capsys):
    show_account(CountingDrill(), SITE)
    assert "  features: 47 OK (3 with some features NULL), 2 NO_MASK\n" in capsys.readouterr().out
