"""Overruling is a record: what may be overruled, what may not, and how a wrong request is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imaging.reasons import Reason
from jobs.base.errors import JobInputError
from jobs.base.explanations import explanation_of
from jobs.base.schemas import QUARANTINE, RAW_FILES, table
from jobs.base.store import Store, open_store
from jobs.index.due_dates import due_dates
from jobs.quarantine.overrule import execute
from jobs.quarantine.record import in_force, overruled_reasons, recorded
from jobs.quarantine.show import show_quarantine
from lake.folders import UNDATED
from lake.places import Places
from messages.quarantine import Overrule
from messages.wire import as_json, parsed
from tests.jobs.conftest import CrashError, crashing

ROOT = "/data"
DAY = "2025-03-03"
PLACES = Places(ROOT)
RISK = "PIXEL_IDENTITY_RISK"


def name(number: int) -> str:
    return f"{number:064x}"


FILES = {  # file: (series, reason it was refused for)
    name(1): ("burned", RISK),
    name(2): ("burned", RISK),
    name(3): ("flat", "MISSING_GEOMETRY"),
    name(4): ("good", None),
    name(5): ("mixed", RISK),
    name(6): ("mixed", "SLICE_SPACING_INCONSISTENT"),
    name(7): ("broken", "CONVERTER_FAILED"),
}
NO_DATE = name(99)


def refusal(sha256: str, series: str | None, reason: str) -> dict[str, Any]:
    row = dict.fromkeys(QUARANTINE.names)
    evidence = json.dumps({"burned_in_annotation": "YES"})
    return row | {"sha256": sha256, "series_key": series, "reason": reason, "level": "file",
                  "evidence": evidence, "build": "b1"}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(f"file://{tmp_path}")
    raw = [dict.fromkeys(RAW_FILES.names) | {"sha256": f, "series_key": s} for f, (s, _) in FILES.items()]
    refused = [refusal(file, series, reason) for file, (series, reason) in FILES.items() if reason]
    made.swap_table(PLACES.raw_files(DAY), table(raw, RAW_FILES))
    made.swap_table(PLACES.quarantine(DAY), table(refused, QUARANTINE))
    undated = [refusal(NO_DATE, None, "NO_SCAN_DATE")]
    made.swap_table(PLACES.quarantine(UNDATED), table(undated, QUARANTINE))
    made.write(PLACES.index_dates(), json.dumps({"digests": {DAY: "d"}}).encode())
    made.write(PLACES.committed(DAY), b"d")
    return made


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(store: Store) -> Ask:
    def request(**changes: Any) -> dict[str, Any]:
        given = {
            "hdfs": store.base_url,
            "root": ROOT,
            "scan_date": DAY,
            "action": None,
            "series_key": "burned",
            "sha256": None,
            "why": "checked",
            "run_id": "",
        }
        who = {"by": "reader", "recorded_at": "2026-01-02T03:04:05+00:00"}
        return as_json(execute(parsed(Overrule, given | who | changes, "request")), "result")

    return request


def show(store: Store, day: str | None = None) -> dict[str, Any]:
    return as_json(show_quarantine(store, ROOT, day), "result")


def files(*names: str) -> dict[str, Any]:
    return {"series_key": None, "sha256": list(names)}


def test_a_series_is_overruled_file_by_file_with_who_when_and_why(store: Store, ask: Ask) -> None:
    result = ask(why="  only a side\nmarker ", run_id="manual__1")
    assert {key: result[key] for key in ("action", "files", "recorded", "already", "reasons", "series")} == {
        "action": "release",
        "files": 2,
        "recorded": 2,
        "already": 0,
        "reasons": {RISK: 2},
        "series": ["burned"],
    }
    row = recorded(store, PLACES, DAY)[0]
    kept = {key: row[key] for key in ("sha256", "series_key", "reason", "level", "evidence", "build")}
    assert kept.items() <= refusal(name(1), "burned", RISK).items()
    assert (row["why"], row["by_"], row["run_id"]) == ("only a side marker", "reader", "manual__1")
    assert (row["recorded_at"], row["action"], row["number"]) == ("2026-01-02T03:04:05+00:00", "release", 1)
    assert overruled_reasons(store, PLACES, DAY) == {name(1): [RISK], name(2): [RISK]}


def test_overruling_touches_neither_the_quarantine_nor_its_folder(store: Store, ask: Ask) -> None:
    before = store.read(PLACES.quarantine(DAY))
    ask()
    assert store.read(PLACES.quarantine(DAY)) == before
    assert not PLACES.releases(DAY).startswith(PLACES.quarantine_folder() + "/")


def test_an_overruled_date_is_due_but_not_new_until_it_ran_again(store: Store, ask: Ask) -> None:
    assert due_dates(store, ROOT)["due"] == []
    ask()
    assert due_dates(store, ROOT) == {"due": [DAY], "new": [], "dates": 1}


def test_overruling_the_same_twice_is_once(store: Store, ask: Ask) -> None:
    ask()
    once = store.read(PLACES.releases(DAY))
    again = ask(why="another text", recorded_at="2027-01-01T00:00:00+00:00")
    assert (again["recorded"], again["already"], again["series"]) == (0, 2, ["burned"])
    assert store.read(PLACES.releases(DAY)) == once


def test_overruling_that_took_effect_may_be_asked_for_again(store: Store, ask: Ask) -> None:
    ask()
    store.swap_table(PLACES.quarantine(DAY), table([], QUARANTINE))
    assert (ask()["already"], ask(**files(name(1)))["already"]) == (2, 1)


def test_single_files_are_overruled_by_hash_however_it_is_written(store: Store, ask: Ask) -> None:
    assert ask(**files(f" {name(1).upper()}.dcm"))["files"] == 1
    assert ask(series_key="", sha256=f"{name(2)}\n{name(5)}")["series"] == ["burned", "mixed"]
    assert set(overruled_reasons(store, PLACES, DAY)) == {name(1), name(2), name(5)}


def test_of_a_series_only_what_may_be_overruled_is(store: Store, ask: Ask) -> None:
    """The rest is refused as before, or again a volume: that is for the converter to say."""
    assert ask(series_key="mixed")["files"] == 1
    assert set(overruled_reasons(store, PLACES, DAY)) == {name(5)}


def test_a_later_record_does_not_change_an_earlier_one(store: Store, ask: Ask) -> None:
    ask()
    first = recorded(store, PLACES, DAY)
    ask(series_key="mixed", why="also fine")
    assert recorded(store, PLACES, DAY)[:2] == first
    assert [row["number"] for row in recorded(store, PLACES, DAY)] == [1, 1, 2]


def test_a_withdrawal_takes_effect_and_overruling_anew_counts_again(store: Store, ask: Ask) -> None:
    ask()
    assert ask(action="withdraw", **files(name(1)))["recorded"] == 1
    assert overruled_reasons(store, PLACES, DAY) == {name(2): [RISK]}
    assert ask()["recorded"] == 1
    assert len(overruled_reasons(store, PLACES, DAY)) == 2
    assert len(recorded(store, PLACES, DAY)) == 4


def test_a_withdrawal_that_names_a_file_not_overruled_changes_nothing(store: Store, ask: Ask) -> None:
    ask()
    with pytest.raises(JobInputError, match=r"file 000000000000\.\.\. has nothing overruled"):
        ask(action="withdraw", **files(name(1), name(4)))
    assert set(overruled_reasons(store, PLACES, DAY)) == {name(1), name(2)}


WRONG = {
    "geometry": ({"series_key": "flat"}, r"series flat: MISSING_GEOMETRY cannot be overruled: [A-Z]",
                 Reason.MISSING_GEOMETRY.remedy),
    "a fault of the converter": ({"series_key": "broken"}, "CONVERTER_FAILED cannot be overruled", "Report"),
    "one file of several": (files(name(1), name(3)), "MISSING_GEOMETRY cannot", "Export the original"),
    "a good series": ({"series_key": "good"}, "series good is not quarantined", "nothing needs to be"),
    "a good file": (files(name(4)), "is not quarantined", "nothing needs to be"),
    "an unknown series": ({"series_key": "nobody"}, f"{DAY} has no series nobody", "make quarantine DATE="),
    "an unknown file": (files(name(50)), f"scan date {DAY} has no file 0000", "make quarantine DATE="),
    "an undated file": (files(NO_DATE), "belongs to no scan date and cannot", "correct StudyDate"),
    "the undated partition": ({"scan_date": "undated"}, "without a usable date cannot", "correct StudyDate"),
    "a text that is no date": ({"scan_date": "3 March"}, "'3 March' is not a date", "YYYY-MM-DD"),
    "a date without partition": ({"scan_date": "2025-03-04"}, f"has no partition.*{DAY}", "choose one"),
    "no hash": (files("abc"), "'abc' is no SHA-256", "64 hex digits"),
    "series and files": ({"sha256": [name(1)]}, "both was given", "give `series_key`, or `sha256`"),
    "nothing": ({"series_key": " "}, "neither was given", "give `series_key`, or `sha256`"),
    "no reason": ({"why": " \n "}, "`why` has 0 characters", "name no patient"),
    "a long reason": ({"why": "x" * 501}, "`why` has 501 characters", "1 to 500"),
    "nobody": ({"by": None}, "`by` has 0 characters", "1 to 100"),
    "an unknown action": ({"action": "delete"}, "'delete' is unknown", "release or withdraw"),
    "a withdrawal of nothing": ({"action": "withdraw"}, "has nothing overruled that could", "lists what"),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_cannot_be_overruled_is_refused_with_its_remedy_and_nothing_is_written(
    case: str, store: Store, ask: Ask
) -> None:
    changes, message, remedy = WRONG[case]
    with pytest.raises(JobInputError, match=message) as caught:
        ask(**changes)
    assert remedy in caught.value.remedy
    assert not store.exists(PLACES.releases(DAY))
    assert store.read(PLACES.committed(DAY)) == b"d"


def test_a_date_that_left_the_landing_zone_cannot_run_again_so_nothing_is_recorded(
    store: Store, ask: Ask
) -> None:
    store.write(PLACES.index_dates(), json.dumps({"digests": {}}).encode())
    with pytest.raises(JobInputError, match="holds no file of scan date"):
        ask()
    assert not store.exists(PLACES.releases(DAY))


def test_a_crash_at_any_point_leaves_no_record_that_no_run_would_apply(store: Store, ask: Ask) -> None:
    """Whenever the record holds the entry, the date is due already."""
    from jobs.quarantine import overrule as program

    crashes = 0
    for changes in range(6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(program, "open_store", lambda url, n=changes: crashing(store, n))
            try:
                ask()
            except CrashError:
                crashes += 1
            else:
                break
        if overruled_reasons(store, PLACES, DAY):
            assert due_dates(store, ROOT)["due"] == [DAY]
    assert crashes >= 3
    assert len(in_force(recorded(store, PLACES, DAY))) == 2


def test_only_the_judgement_about_burned_in_text_may_be_overruled() -> None:
    """A change that makes another reason overrulable changes this line and says why."""
    assert {str(reason) for reason in Reason if reason.overrulable} == {RISK, "SERIES_INCOMPLETE"}


def test_a_reason_of_another_version_is_shown_and_not_overrulable() -> None:
    assert explanation_of("SOMETHING_NEW").overrulable is False


def test_the_overview_counts_by_reason_and_date_and_says_what_to_do(store: Store) -> None:
    shown = show(store)
    assert (shown["files"], shown["dates"], shown["listed"]) == (7, 2, None)
    assert {"scan_date": DAY, "reason": RISK, "files": 3, "series": 2} in shown["rows"]
    assert {"scan_date": UNDATED, "reason": "NO_SCAN_DATE", "files": 1, "series": 0} in shown["rows"]
    known = {"meaning": Reason.MISSING_GEOMETRY.meaning, "remedy": Reason.MISSING_GEOMETRY.remedy}
    assert shown["reasons"]["MISSING_GEOMETRY"] == {"files": 1, "overrulable": False, **known}
    assert shown["reasons"][RISK]["overrulable"] is True


def test_one_date_lists_its_files_with_evidence_and_without_names_of_source_files(store: Store) -> None:
    shown = show(store, DAY)
    assert len(shown["listed"]) == shown["files"] == 6
    assert shown["listed"][0]["evidence"] == {"burned_in_annotation": "YES"}
    assert "source_path" not in shown["listed"][0]


def test_the_overview_names_what_is_overruled_and_what_became_of_it(store: Store, ask: Ask) -> None:
    ask()
    (line,) = show(store)["overruled"]
    assert (line["series_key"], line["files"], line["volume"], line["refused"]) == (
        "burned",
        2,
        False,
        {RISK: 2},
    )
    assert (line["why"], line["by"]) == ("checked", "reader")
    ask(action="withdraw")
    assert show(store)["overruled"] == []


def test_a_date_without_a_partition_is_refused_and_the_others_are_named(store: Store) -> None:
    with pytest.raises(JobInputError, match="2025-03-04 has no partition") as caught:
        show_quarantine(store, ROOT, "2025-03-04")
    assert f"{DAY}, {UNDATED}" in caught.value.remedy
    assert show(store, UNDATED)["files"] == 1


def test_before_the_first_run_nothing_is_quarantined(tmp_path: Path) -> None:
    assert show(open_store(f"file://{tmp_path}/new"))["rows"] == []
