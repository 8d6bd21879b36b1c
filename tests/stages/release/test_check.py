"""What stops a release before it learns: files that do not add up, patients without a label."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nightscan import hooks
from nightscan.errors import CheckFailedError
from nightscan.hooks.drill import DrillAnswer
from nightscan.stages.release.check import ReleaseCheckOperator
from nightscan.stages.release.plan import ReleaseDue
from tests.messages.samples import fields_of

LINK = "_link_DrillQueryLink"


class Engines:
    """Drill, with the rows of a question by the table that it names, and HDFS with three names."""

    def __init__(self):
        self.rows = {"raw_files": [], "ground_truth": []}
        self.asked = []
        self.pushed = {}

    def answer(self, sql):
        self.asked.append(sql)
        rows = next(rows for table, rows in self.rows.items() if table in sql)
        return DrillAnswer(f"q{len(self.asked)}", tuple(rows[0]) if rows else (), rows)

    def profile_url(self, query_id):
        return f"/profiles/{query_id}"

    def list(self, path):
        assert path == "/medical_data/image_features"
        return ["_SUCCESS", "scan_date=2005-01-01", "scan_date=2005-01-02"]

    def xcom_push(self, key, value):
        self.pushed[key] = value


@pytest.fixture
def engines(monkeypatch):
    made = Engines()
    monkeypatch.setattr(hooks, "DrillHook", lambda *_, **__: made, raising=False)
    monkeypatch.setattr(hooks, "HdfsHook", lambda: made, raising=False)
    return made


def check(engines):
    release = fields_of(ReleaseDue) | {"outcome": "death"}
    operator = ReleaseCheckOperator(task_id="check", release=release)
    return operator.execute({"ti": SimpleNamespace(xcom_push=engines.xcom_push)})


def test_both_checks_are_asked_of_the_dates_with_features(engines):
    assert check(engines) == {"scan_dates": 2, "files": "add up", "patients_without_label": 0}
    files, labels = engines.asked
    assert "IN ('scan_date=2005-01-01', 'scan_date=2005-01-02')" in files
    assert "outcome=death" in labels
    assert engines.pushed == {LINK: "/profiles/q2"}


def test_files_that_do_not_add_up_stop_the_release_before_the_labels_are_asked_for(engines):
    engines.rows["raw_files"] = [{"scan_date": "2005-01-01", "problem": "p"}]
    with pytest.raises(CheckFailedError, match=r"(?s)1 rows disagree: files in .*start scan_intake again"):
        check(engines)
    assert len(engines.asked) == 1
    assert engines.pushed == {LINK: "/profiles/q1"}


def test_a_patient_without_a_label_stops_the_release_or_is_counted(engines, monkeypatch, tmp_path, capsys):
    engines.rows["ground_truth"] = [{"problem": "no row", "subject": "k1"}]
    with pytest.raises(CheckFailedError, match=r"(?s)k1.*set model\.unlabelled: report"):
        check(engines)
    site = tmp_path / "site.yaml"
    site.write_text("model: {unlabelled: report}\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    assert check(engines)["patients_without_label"] == 1
    assert "no row" in capsys.readouterr().out
