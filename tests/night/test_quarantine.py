"""`make quarantine` and `make release`: what they print, what they send, and that quotes are only quotes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from night import quarantine
from night.airflow import Run
from night.errors import NightError
from night.quarantine import print_outcome, print_quarantine, release_conf

from messages.quarantine import QuarantineShown, ShowQuarantine
from messages.wire import as_json, parsed
from tests.messages.samples import ask, sample

ROOT = Path(__file__).resolve().parents[2]
NASTY = """it's "fine" $5 $(shell touch pwned) `touch pwned` $HOME \\ ; # 100 %"""
GIVEN = {"DATE": "2025-03-03", "SERIES": "abc", "WHY": NASTY, "BY": "reader"}
SHOWN = {
    "files": 2,
    "dates": 1,
    "rows": [{"scan_date": "2025-03-03", "reason": "GANTRY_TILT", "files": 2, "series": 1}],
    "reasons": {
        "GANTRY_TILT": {"files": 2, "meaning": "Tilted.", "remedy": "Ask the scanner.", "overrulable": False},
        "PIXEL_IDENTITY_RISK": {"files": 1, "meaning": "Text.", "remedy": "Look.", "overrulable": True},
    },
    "overruled": [],
    "listed": None,
}


@pytest.mark.parametrize(("environment", "date"), [({}, None), ({"DATE": " undated "}, "undated")])
def test_what_is_asked_is_what_the_program_takes(environment, date, tmp_path, monkeypatch, capsys):
    site = tmp_path / "site.json"
    site.write_text(json.dumps({"hdfs": "hdfs://n:1", "root": "/r"}))
    asked = []

    def run_program(layout, program, request):
        assert program == ShowQuarantine.program
        asked.append(parsed(ShowQuarantine, request, "request"))
        return as_json(ask(asked[-1], sample(QuarantineShown)), "result")

    monkeypatch.setattr(quarantine, "run_program", run_program)
    quarantine.show(SimpleNamespace(site_file=site), environment)
    assert asked == [ShowQuarantine(hdfs="hdfs://n:1", root="/r", scan_date=date)]
    assert capsys.readouterr().out.startswith("1 files are quarantined")


def test_what_the_environment_names_is_what_the_form_gets():
    assert release_conf(GIVEN) == {
        "scan_date": "2025-03-03",
        "series_key": "abc",
        "sha256": [],
        "why": NASTY,
        "by": "reader",
        "action": "release",
    }
    files = release_conf({**GIVEN, "SERIES": "", "FILE": "aa, bb\ncc", "ACTION": "withdraw"})
    assert (files["series_key"], files["sha256"], files["action"]) == (None, ["aa", "bb", "cc"], "withdraw")


def test_without_a_name_the_release_is_by_the_user_who_typed_it(monkeypatch):
    monkeypatch.setenv("LOGNAME", "typist")
    assert release_conf({**GIVEN, "BY": ""})["by"] == "typist"


@pytest.mark.parametrize("changes", [{"DATE": ""}, {"WHY": " "}, {"SERIES": ""}, {"FILE": "aa"}])
def test_what_is_missing_or_given_twice_is_said_before_anything_is_sent(changes):
    with pytest.raises(NightError, match="give DATE=YYYY-MM-DD, one of SERIES=key and FILE=sha256"):
        release_conf({**GIVEN, **changes})


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_make_hands_on_what_was_typed_untouched(how, tmp_path, monkeypatch):
    """Neither make nor a shell may read a reason that holds quotes, dollars or backticks."""
    make = shutil.which("make")
    assert make
    python = tmp_path / "python"
    python.write_text(
        "#!/usr/bin/env python3\nimport json, os, pathlib, sys\n"
        "if sys.argv[2:] == ['night', 'release']:\n"
        f"    pathlib.Path({str(tmp_path / 'seen')!r}).write_text(json.dumps(dict(os.environ)))\n"
        "else:\n    print('/home')\n"
    )
    python.chmod(0o755)
    for name in (*GIVEN, "FILE", "ACTION", "MAKEFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(name, raising=False)
    arguments = [f"{name}={value}" for name, value in GIVEN.items()] if how == "argument" else []
    if how == "environment":
        for name, value in GIVEN.items():
            monkeypatch.setenv(name, value)
    command = [make, "-f", str(ROOT / "Makefile"), "release", f"PYTHON={python}", *arguments]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    seen = json.loads((tmp_path / "seen").read_text())
    assert {name: seen[name] for name in GIVEN} == GIVEN
    assert not (tmp_path / "pwned").exists()


def test_the_overview_says_of_each_reason_what_to_do_and_whether_it_may_be_released(capsys):
    print_quarantine(SHOWN)
    text = capsys.readouterr().out
    assert "2025-03-03  GANTRY_TILT      2       1" in text
    assert "GANTRY_TILT: 2 files. Tilted.\n  Ask the scanner. Cannot be overruled." in text
    assert "PIXEL_IDENTITY_RISK: 1 files. Text.\n  Look. May be overruled." in text
    assert "make quarantine DATE=" in text


def test_one_date_lists_files_and_what_was_released_by_whom(capsys):
    listed = {
        "series_key": "s",
        "sha256": "f",
        "level": "file",
        "reason": "R",
        "evidence": {"a": 1},
    }
    line = {"scan_date": "2025-03-03", "series_key": "s", "reason": "R", "files": 1, "volume": True}
    who = {"by": "reader", "recorded_at": "2026-01-01", "why": "no text seen"}
    print_quarantine({**SHOWN, "listed": [listed], "overruled": [line | who]})
    text = capsys.readouterr().out
    assert '{"a": 1}' in text
    assert "no text seen" in text


def test_nothing_quarantined_is_one_line(capsys):
    print_quarantine({"files": 0, "dates": 0, "rows": [], "reasons": {}, "overruled": [], "listed": None})
    assert capsys.readouterr().out == "0 files are quarantined, in 0 partitions\n"


def test_the_result_of_a_release_names_each_series(capsys):
    counts = {"recorded": 2, "already": 1, "reasons": {"R": 3}}
    recorded = {"action": "release", "scan_date": "2025-03-03", **counts}
    series = [
        {"series_key": "a", "volume": True, "refused": {}},
        {"series_key": "b", "volume": False, "refused": {"GANTRY_TILT": 3}},
    ]
    run = Run("quarantine_release", "manual__1", "success", None)
    print_outcome(recorded, {"series": series, "quarantined": 3}, run)
    text = capsys.readouterr().out
    assert "release on scan date 2025-03-03: 2 files recorded now, 1 before (3 R); run manual__1" in text
    assert "series a is a volume" in text
    assert "series b is no volume: {'GANTRY_TILT': 3}" in text
