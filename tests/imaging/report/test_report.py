"""The report's page: counts add up, every refusal says what to do, hostile names stay text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from imaging.reasons import Reason
from imaging.report import page, write_report
from imaging.report.formatting import number
from tests.imaging.converted_folder import (
    KEY,
    STRAIGHT,
    box,
    refused,
    used,
    voxels,
    write_records,
    write_volume,
)

HOSTILE = "<script>alert('x')</script>\"&\x1b[31m\u202e.dcm"


class Page(HTMLParser):
    """Collects what a browser would see: elements with attributes, text, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data + " "

    def attributes(self, tag: str, name: str) -> list[str]:
        return [str(given[name]) for found, given in self.elements if found == tag and name in given]


def read(out) -> Page:
    parsed = Page(write_report(out).read_text(encoding="utf-8"))
    assert parsed.open == []
    parsed.text = re.sub(r"\s+", " ", parsed.text.replace("\N{MULTIPLICATION SIGN}", "x"))
    return parsed


def test_counts_add_up(tmp_path):
    write_volume(tmp_path)
    entries = [used("/in/a/1.dcm"), used("/in/a/2.dcm"), used("/in/rs.dcm", outcome="region")]
    write_records(tmp_path, *entries, refused("/in/x", "EMPTY_FILE"), refused("/in/y", "NOT_DICOM"))
    text = read(tmp_path).text
    assert "5 files in = 3 used + 2 refused ." not in text
    assert "5 files in = 3 used + 2 refused" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "5 files in 3 used 2 refused 1 volume 1 region mask" in text


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_shown_with_its_meaning_remedy_and_source(tmp_path, reason):
    write_records(tmp_path, refused("/in/a.dcm", str(reason), slices=3, spacings_mm=[1.25, 202.5]))
    text = read(tmp_path).text
    told = [
        str(reason),
        reason.meaning,
        reason.remedy,
        reason.source,
        "slices = 3; spacings mm = 1.25, 202.5",
    ]
    assert [words for words in told if words not in text] == []


def test_a_reason_of_another_version_is_shown_as_it_is(tmp_path):
    write_records(tmp_path, refused("/in/a.dcm", "REASON_TO_COME"))
    assert "REASON_TO_COME" in read(tmp_path).text


def test_files_are_named_relative_to_the_landing_zone(tmp_path):
    write_records(
        tmp_path, refused("/home/person/in/a/x.dcm", "EMPTY_FILE"), refused("/home/person/in/y", "NOT_DICOM")
    )
    text = read(tmp_path).text
    assert "a/x.dcm" in text
    assert "person" not in text


def test_a_series_refused_as_a_whole_is_one_group(tmp_path):
    lost = [refused(f"in/mr/{index}.dcm", "TOO_FEW_SLICES", "series", slices=2) for index in range(2)]
    write_records(tmp_path, *lost, refused("in/z", "EMPTY_FILE"))
    text = read(tmp_path).text
    assert "Refused with its whole series: 2 files in in/mr Evidence: slices = 2 0.dcm 1.dcm" in text
    assert "Refused by itself: 1 file in/z" in text


def test_a_long_list_of_names_is_cut_and_says_how_many_are_left_out(tmp_path):
    write_records(tmp_path, *[refused(f"in/{index:03}", "EMPTY_FILE") for index in range(100)])
    text = read(tmp_path).text
    assert "in/011" in text
    assert "in/012" not in text
    assert "and 88 more" in text


def test_hostile_names_stay_text(tmp_path):
    region = {
        "region": HOSTILE,
        "reason": HOSTILE,
        "voxels": 0,
        "volume_ml": 0.0,
        "evidence": {HOSTILE: HOSTILE},
    }
    write_volume(
        tmp_path, masks={}, regions=[region], units=HOSTILE, modality=HOSTILE, sidecar={HOSTILE: HOSTILE}
    )
    entries = [used(f"in/{HOSTILE}/1"), refused(HOSTILE, HOSTILE, "series", **{HOSTILE: [HOSTILE]})]
    write_records(tmp_path, *entries)
    parsed = read(tmp_path)
    assert {tag for tag, _ in parsed.elements} & {"script", "iframe", "object", "a:b"} == set()
    assert not [name for _, given in parsed.elements for name in given if name.startswith("on")]
    assert (
        "<script>alert('x')</script>\"&\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}.dcm"
        in parsed.text
    )
    assert "\x1b" not in parsed.text
    assert "\u202e" not in parsed.text


def test_the_page_loads_nothing_and_runs_nothing(tmp_path):
    write_volume(tmp_path)
    write_records(tmp_path, used("a/1"), refused("b", "EMPTY_FILE"))
    parsed = read(tmp_path)
    links = [*parsed.attributes("image", "href"), *parsed.attributes("a", "href")]
    assert [
        link for link in links if not link.startswith(("data:image/png;base64,", "#", "index.html"))
    ] == []
    assert len(parsed.attributes("image", "href")) == 3
    assert "default-src 'none'" in parsed.attributes("meta", "content")[1]


def test_every_link_within_the_page_has_its_target(tmp_path):
    write_volume(tmp_path)
    write_records(tmp_path, used("a/1"), refused("b", "EMPTY_FILE"), refused("c", "NOT_DICOM"))
    parsed = read(tmp_path)
    wanted = {link.partition("#")[2] for link in parsed.attributes("a", "href")}
    present = {str(given["id"]) for _, given in parsed.elements if "id" in given}
    assert wanted == {"volumes", "refusals", "r-EMPTY_FILE", "r-NOT_DICOM"}
    assert wanted <= present


def test_pictures_have_alternative_texts_and_tables_have_headers(tmp_path):
    write_volume(tmp_path)
    write_records(tmp_path, used("a/1"))
    parsed = read(tmp_path)
    pictures = [given for tag, given in parsed.elements if tag == "svg" and given.get("role") == "img"]
    assert [given["aria-label"] for given in pictures] == [
        "axial, slice 2 of 4. Borders: left R, right L, top A, bottom P. Regions: gtv.",
        "coronal, slice 2 of 5. Borders: left R, right L, top S, bottom I. Regions: gtv.",
        "sagittal, slice 3 of 6. Borders: left A, right P, top S, bottom I. Regions: gtv.",
    ]
    tags = [tag for tag, _ in parsed.elements]
    assert tags.count("caption") == tags.count("table") == tags.count("thead") > 0
    assert set(parsed.attributes("th", "scope")) == {"col", "row"}
    assert len(parsed.attributes("th", "scope")) == tags.count("th")


def test_a_card_tells_the_certificate_with_units_words_and_tolerances(tmp_path):
    write_volume(
        tmp_path, padding_value=-1024.0, padding_voxels=7, suv={"reason": "no weight", "weight_kg": None}
    )
    write_records(tmp_path, used("a/1"))
    text = read(tmp_path).text
    told = [
        "median distance between neighbouring slices 5 mm - -",
        "largest difference of a slice distance from the median 0.001 mm 0.015 mm within",
        "handedness of the voxel axes (+1 right-handed, -1 left-handed) 1 - within",
        "7 voxels without measurement, value -1,024",
        "Suv reason = no weight; weight kg = none",
        "6 x 5 x 4 voxels of 2 x 3 x 5 mm; HU, int16",
        "gtv 12 0.36 ml mask written",
        "Window: soft tissue: level 40 HU, width 400 HU. Cut through the centre of gtv, the largest region.",
    ]
    assert [words for words in told if words not in text] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567"),
        (3e-5, "0.00003"),
        (1e-13, "below 0.000001"),
        (0.0, "0"),
        (-2.5, "-2.5"),
        (True, "True"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_certificate_outside_its_tolerance_is_marked(tmp_path):
    path = write_volume(tmp_path)
    sidecar = path.with_name(f"{KEY}.json")
    sidecar.write_text(sidecar.read_text().replace('"corner_error_max": 0.003', '"corner_error_max": 1.5'))
    write_records(tmp_path, used("a/1"))
    assert "1.5" in read(tmp_path).text
    assert "OUTSIDE" in read(tmp_path).text


def test_a_refused_region_says_why_and_what_to_do(tmp_path):
    region = {
        "region": "gtv",
        "reason": "EMPTY_REGION",
        "voxels": 0,
        "volume_ml": 0.0,
        "evidence": {"contours": 0},
    }
    write_volume(tmp_path, masks={}, regions=[region])
    write_records(tmp_path, used("a/1"))
    text = read(tmp_path).text
    assert f"EMPTY_REGION: {Reason.EMPTY_REGION.meaning} {Reason.EMPTY_REGION.remedy} contours = 0" in text
    assert "1 drawn region gave no mask: EMPTY_REGION" in text


def test_two_regions_have_two_colours_and_the_largest_leads(tmp_path):
    small = np.zeros((6, 5, 4), np.uint8)
    small[2, 1, 1] = 1
    write_volume(tmp_path, masks={"a-small": small, "big": box()})
    write_records(tmp_path, used("a/1"))
    parsed = read(tmp_path)
    assert "through the centre of big" in parsed.text
    assert "big a-small" in parsed.text
    assert len(set(parsed.attributes("path", "stroke")) - {"#000", "#fff"}) == 2


@pytest.mark.parametrize(("modality", "words"), [("MR", "the first of"), ("PT", "the mean of")])
def test_of_a_4d_series_one_volume_is_shown_and_said_which(tmp_path, modality, words):
    axis = {"kind": "EchoTime", "values": [2.5, 5.0, 9.75], "unit": "ms", "also": {"EchoNumbers": [1, 2, 3]}}
    write_volume(tmp_path, voxels((6, 5, 4, 3)), masks={}, modality=modality, fourth_axis=axis)
    write_records(tmp_path, used("a/1"))
    text = read(tmp_path).text
    assert f"4-D series: {words} 3 volumes is shown" in text
    assert "3 volumes along EchoTime, 2.5 to 9.75 ms; HU" in text


def test_an_oblique_scan_is_said_to_be_one(tmp_path):
    turn = np.radians(10.0)
    affine = STRAIGHT.copy()
    affine[:3, :3] = (
        np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        @ affine[:3, :3]
    )
    write_volume(tmp_path, affine=affine)
    write_records(tmp_path, used("a/1"))
    assert "up to 10.0 degrees off the patient's" in read(tmp_path).text


def test_a_projection_is_shown_alone_without_letters(tmp_path):
    write_volume(tmp_path, voxels((6, 5, 1)), masks={}, projection=True, modality="DX", geometry=None)
    write_records(tmp_path, used("a/1"))
    parsed = read(tmp_path)
    assert len(parsed.attributes("image", "href")) == 1
    assert "it has no patient space" in parsed.text
    assert "6 x 5 pixels of 2 x 3 mm" in parsed.text


def test_a_damaged_volume_says_so_and_the_rest_is_still_shown(tmp_path):
    path = write_volume(tmp_path)
    write_volume(tmp_path, key="f" * 16)
    path.write_bytes(path.read_bytes()[:-20])
    write_records(tmp_path, used("a/1"), used("b/1", "f" * 16), used("c/1", "e" * 16))
    parsed = read(tmp_path)
    assert parsed.text.count("The pictures cannot be shown") == 2
    assert f"python -m imaging check {KEY}.nii.gz" in parsed.text
    assert len(parsed.attributes("image", "href")) == 3
    assert parsed.text.count("nothing proves its geometry") == 1


def test_volumes_that_no_record_names_are_counted_not_hidden(tmp_path):
    write_volume(tmp_path)
    write_records(tmp_path, refused("a/1", "EMPTY_FILE"))
    assert (
        f"not in its records: 1 volume, perhaps of an earlier run, for example {KEY}" in read(tmp_path).text
    )


def test_many_volumes_are_split_into_pages_and_pages_of_before_vanish(tmp_path, monkeypatch):
    keys = [f"{index:016x}" for index in range(5)]
    for key in keys:
        write_volume(tmp_path, masks={}, key=key)
    write_records(tmp_path, *[used(f"in/{key}/1", key) for key in keys])
    monkeypatch.setattr(page, "VOLUMES_A_PAGE", 2)
    write_report(tmp_path)
    names = ["index.html", "page-2.html", "page-3.html"]
    cards = [re.findall('id="v-([0-9a-f]+)"', (tmp_path / name).read_text()) for name in names]
    assert cards == [keys[:2], keys[2:4], keys[4:]]
    monkeypatch.setattr(page, "VOLUMES_A_PAGE", 200)
    write_report(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["index.html"]


def test_a_folder_without_records_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_report(tmp_path)
