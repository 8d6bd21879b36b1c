"""UIDs, pseudonyms, dates, ages and words, each for itself."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.deid.actions import cap_age
from imaging.deid.dates import shift_dates, shift_moments
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.vocabulary import clean, identifying_phrases, identifying_words, vocabulary
from tests.imaging.deid.cases import KEY, OTHER_KEY

PSEUDONYMS = Pseudonyms(KEY)
UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
uids = st.lists(st.integers(0, 10**12), min_size=2, max_size=5).map(
    lambda parts: "1.2." + ".".join(str(part) for part in parts)
)
ids = st.binary(max_size=64).map(lambda value: value.strip(b" \0"))
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@given(uids)
def test_a_new_uid_is_valid_and_repeats(uid):
    made = PSEUDONYMS.uid(uid)
    assert UID.fullmatch(made)
    assert len(made) <= 64
    assert made == Pseudonyms(KEY).uid(uid)
    assert made != Pseudonyms(OTHER_KEY).uid(uid)


@given(st.lists(uids, unique=True, min_size=2, max_size=50))
def test_different_uids_stay_different(given_uids):
    assert len({PSEUDONYMS.uid(uid) for uid in given_uids}) == len(given_uids)


@given(st.lists(ids, unique=True, min_size=2, max_size=50))
def test_different_patients_stay_different(given_ids):
    made = [PSEUDONYMS.patient(value) for value in given_ids]
    assert len({patient.id for patient in made}) == len(given_ids)
    assert all(re.fullmatch("[0-9a-f]{32}", patient.id) for patient in made)
    assert all(-3650 <= patient.days <= -31 for patient in made)


def test_spaces_and_nulls_around_a_patient_id_mean_nothing():
    assert PSEUDONYMS.patient(b" P1 \0") == PSEUDONYMS.patient(b"P1")


def test_a_uid_below_the_standards_root_that_is_not_registered_is_mapped_when_it_names_an_object():
    assert PSEUDONYMS.uid("1.2.840.10008.77.5").startswith("2.25.")
    assert PSEUDONYMS.uid("1.2.840.10008.77.5", instance=False) == "1.2.840.10008.77.5"


def test_the_key_is_named_by_a_hash_and_shown_nowhere():
    assert re.fullmatch("[0-9a-f]{16}", PSEUDONYMS.key_id)
    assert Pseudonyms(OTHER_KEY).key_id != PSEUDONYMS.key_id
    assert KEY.decode() not in repr(PSEUDONYMS)


@given(days, days, st.integers(-3650, -31))
def test_the_interval_between_two_dates_stays(first, second, shift):
    def moved(value):
        return dt.date.fromisoformat(shift_dates(value.strftime("%Y%m%d").encode(), shift).decode())

    assert (moved(second) - moved(first)).days == (second - first).days


@given(st.binary(max_size=20), st.integers(-3650, -31))
def test_what_is_no_date_never_comes_back(value, shift):
    made = shift_dates(value, shift)
    assert made.strip(b"\\") == b"" or re.fullmatch(rb"(\d{8})?(\\(\d{8})?)*", made)
    assert not made.strip(b"\\") or made != value


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (b"20240301", b"20240130"),
        (b"2024.03.01 ", b"20240130"),
        (b"20240301\\20240302", b"20240130\\20240131"),
        (b"20240301\\2024", b""),
        (b"", b""),
        (b"00010101", b""),
    ],
)
def test_a_date_is_moved_or_emptied(value, made):
    assert shift_dates(value, -31) == made


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (b"20240301", b"20240130"),
        (b"20240301101112.123456+0100", b"20240130101112.123456+0100"),
        (b"2024030110-0500", b"2024013010-0500"),
        (b"202403", b""),
        (b"20241301101112", b""),
        (b"20240301 Smith", b""),
        (b"20240301.5", b""),
    ],
)
def test_a_moment_is_moved_or_emptied(value, made):
    assert shift_moments(value, -31) == made


@pytest.mark.parametrize(
    ("age", "made"),
    [
        (b"089Y", b"089Y"),
        (b"090Y", b"090Y"),
        (b"120Y", b"090Y"),
        (b"999M", b"999M"),
        (b"999W", b"999W"),
        (b"93", b""),
        (b"93 years", b""),
        (b"", b""),
    ],
)
def test_an_age_is_kept_capped_or_emptied(age, made):
    assert cap_age(age, None) == made  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (b"GTV_Mass_PET", b"GTV_Mass_PET"),
        (b"T1-weighted AX 5.0mm ", b"T1-weighted AX 5.0mm"),
        (b"CT chest Mrs Okonkwo", b"CT chest"),
        (b"chest 20240301", b"chest"),
        (b"chest 01-03-2024", b"chest"),
        (b"tel 0171/555123", b""),
        (b"Head\\Okonkwo\\Neck", b"Head\\Neck"),
        (b"M\xc3\xbcller head", b"head"),
        (b"\x1b$B head", b""),
        (b"  ", b""),
    ],
)
def test_only_known_words_and_short_numbers_stay(text, made):
    assert clean(text) == made


def test_words_of_the_patients_own_name_are_dropped_though_known():
    forbidden = identifying_words(b"Head^Left", b"STS_001")
    assert clean(b"left head scan 001 STS", forbidden) == b"scan"
    assert identifying_phrases(b"Al^Head Bo", b"TOSHIBA") == {b"head bo", b"head", b"toshiba"}


@given(st.lists(st.sampled_from(["head", "Okonkwo", "T1", "5", "2024", "GTV_x", "a-b", " "]), max_size=8))
def test_cleaning_keeps_the_order_adds_nothing_and_is_stable(pieces):
    text = " ".join(pieces).encode()
    made = clean(text)
    assert clean(made) == made
    rest = iter(text)
    assert all(byte in rest for byte in made)


def test_no_word_of_the_vocabulary_is_a_long_number():
    assert len(vocabulary()) > 400
    assert not [word for word in vocabulary() if re.search(rb"\d{4}", word)]
