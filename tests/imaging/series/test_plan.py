"""The intake plan: every file in one place, whatever the order; regions linked by identifiers alone."""

from __future__ import annotations

import itertools

import pytest

from imaging.reasons import Reason
from imaging.records import FileOutcome, Refusal, Role
from imaging.series.outcomes import record_of
from imaging.series.plan import Links, Usable, make_plan

CT, CAPTURE = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"
UNREADABLE = Refusal(Reason.NOT_DICOM)
FILES = {
    "region": Usable(Role.REGION, "r", "", "b"),
    "image b": Usable(Role.IMAGE, "b", CT),
    "screen": Usable(Role.OTHER, "s", CAPTURE),
    "text": UNREADABLE,
    "lost region": Usable(Role.REGION, "r", "", Refusal(Reason.REGION_AMBIGUOUS)),
    "region of a series elsewhere": Usable(Role.REGION, "r", "", "z"),
    "image a": Usable(Role.IMAGE, "a", CT),
    "image b again": Usable(Role.IMAGE, "b", CT),
}


def test_each_file_is_in_one_series_or_refused_in_the_order_given():
    plan = make_plan(FILES.items())
    assert {name: (group.images, group.regions) for name, group in plan.series.items()} == {
        "b": (["image b", "image b again"], ["region"]),
        "a": (["image a"], []),
    }
    assert list(plan.series) == ["b", "a"]
    assert plan.refused == [
        ("screen", Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": "Secondary Capture Image Storage"})),
        ("text", UNREADABLE),
        ("lost region", Refusal(Reason.REGION_AMBIGUOUS)),
        ("region of a series elsewhere", Refusal(Reason.REGION_WITHOUT_IMAGE)),
    ]


# patient, series, frame of reference: series 1 and 2 disagree with themselves
IMAGES = [("p", "1", "f"), ("q", "1", "f"), ("p", "2", "f"), ("p", "2", "g"), ("p", "3", "h")]


@pytest.mark.parametrize(
    ("patient", "series", "frames", "found"),
    [
        ("p", ("1",), (), "1"),
        ("q", ("1", "2"), (), "1"),
        ("p", (), ("h",), "3"),
        ("p", (), ("g",), "2"),
        ("q", (), ("f",), "1"),
        ("p", (), ("f",), Reason.REGION_AMBIGUOUS),
        ("p", ("1", "2"), (), Reason.REGION_AMBIGUOUS),
        ("q", ("3",), ("f",), Reason.REGION_WITHOUT_IMAGE),
        ("r", (), ("f",), Reason.REGION_WITHOUT_IMAGE),
    ],
)
def test_a_region_is_linked_alike_whatever_the_order_of_the_images(patient, series, frames, found):
    for images in itertools.permutations(IMAGES):
        links = Links()
        for image in images:
            links.add(*image)
        target = links.target(patient, series, frames)
        assert (target.reason if isinstance(target, Refusal) else target) == found


def test_the_record_of_a_file_says_what_it_is_used_for_or_why_not():
    used = record_of(FileOutcome("n", "h", refused_regions=(Reason.REGION_OFF_GRID,)), "region")
    refused = record_of(FileOutcome("n", "h", Refusal(Reason.EMPTY_REGION, {"regions": 0})), "region")
    same = {"sha256": "h", "level": "file"}
    assert used == same | {
        "outcome": "region",
        "reason": None,
        "evidence": {"refused_regions": ["REGION_OFF_GRID"]},
    }
    assert refused == same | {
        "outcome": "refused",
        "reason": "EMPTY_REGION",
        "evidence": {"regions": 0},
    }
