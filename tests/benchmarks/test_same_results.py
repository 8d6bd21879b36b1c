"""A comparison of two dumps finds what differs, and says that equal results are equal."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from benchmarks.dumps import Dump, differences, leaves
from benchmarks.same_results import compare, laptop

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    {"series": "a", "mean": 1.5, "masks": {"gtv": "x"}},
    {"series": "b", "mean": math.nan, "masks": {}},
    {"series": "b", "mean": math.nan, "masks": {}},
]


def dump(*rows, key_id="k", title="image_features scan_date=2025-03-03") -> Dump:
    return Dump(key_id, {title: list(rows)})


@pytest.fixture
def compared(tmp_path, capsys):
    """Write two dumps, compare them, return status and what was printed."""

    def run(a: Dump, b: Dump, *leave_out: str) -> tuple[int, str]:
        a.write(tmp_path / "a.json")
        b.write(tmp_path / "b.json")
        status = compare(tmp_path / "a.json", tmp_path / "b.json", leave_out, 3)
        return status, capsys.readouterr().out

    return run


def test_equal_rows_in_another_order_are_equal(compared):
    status, text = compared(dump(*ROWS), dump(*reversed(ROWS)))
    assert status == 0
    assert text == (
        "image_features: 1 sections, 0 differ; entries: 3 equal, 0 only in A, 0 only in B\n"
        "the results are the same\n"
    )


def test_a_cell_that_differs_is_named_with_both_values(compared):
    status, text = compared(dump(*ROWS), dump(ROWS[0] | {"mean": 1.5000000000000002}, *ROWS[1:]))
    assert status == 1
    assert "scan_date=2025-03-03: 2 equal, 1 only in A, 1 only in B" in text
    assert 'mean: A 1.5, B 1.5000000000000002; of {"masks": {"gtv": "x"}, "series": "a"}' in text


def test_a_row_that_occurs_less_often_is_a_difference(compared):
    status, text = compared(dump(*ROWS), dump(*ROWS[:2]))
    assert status == 1
    assert 'only in A: {"masks": {}, "mean": NaN, "series": "b"}' in text


def test_a_section_of_one_dump_alone_is_a_difference(compared):
    status, text = compared(dump(*ROWS), dump(*ROWS, title="image_features scan_date=2025-03-04"))
    assert status == 1
    assert "image_features: 2 sections, 2 differ; entries: 0 equal, 3 only in A, 3 only in B" in text


@pytest.mark.parametrize("field", ["reader", "image_features.reader"])
def test_a_field_can_be_left_out_and_is_named(compared, field):
    added = [row | {"reader": "1"} for row in ROWS]
    status, text = compared(dump(*ROWS), dump(*added), field)
    assert (status, text.splitlines()[0]) == (0, f"compared without {field}")
    assert compared(dump(*ROWS), dump(*added), "mri_scans.reader")[0] == 1


def test_dumps_of_two_site_keys_are_refused(compared):
    with pytest.raises(SystemExit, match="two site keys"):
        compared(dump(*ROWS), dump(*ROWS, key_id="other"))


def test_an_empty_dump_is_refused(compared):
    with pytest.raises(SystemExit, match="holds no entry"):
        compared(dump(), dump())


def test_a_document_is_taken_apart_without_losing_an_empty_value():
    assert list(leaves({"b": [1, {"c": None}], "a": {}, "d": []})) == [
        {"at": "/a", "value": {}},
        {"at": "/b/0", "value": 1},
        {"at": "/b/1/c", "value": None},
        {"at": "/d", "value": []},
    ]


def test_zero_and_minus_zero_differ():
    found = differences(dump({"value": 0.0}), dump({"value": -0.0}))
    assert [one.same for one in found] == [False]


@pytest.fixture
def landing(tmp_path):
    """A landing zone of a few files from pydicom's own package, and one that is no DICOM file."""
    from pydicom.data import get_testdata_file

    folder = tmp_path / "landing" / "in"
    folder.mkdir(parents=True)
    for name in ("CT_small.dcm", "MR_small.dcm"):
        shutil.copy(get_testdata_file(name), folder)
    (folder / "notes.txt").write_text("no image")
    return folder


def test_a_checkout_gives_the_same_results_twice(tmp_path, landing, compared):
    first = laptop(ROOT, [landing], tmp_path / "one")
    assert {title.split()[0] for title in first.sections} == {"index", "convert", "deid"}
    assert len(first.sections["convert landing_in records"]) == 3
    assert compared(first, laptop(ROOT, [landing], tmp_path / "two"))[0] == 0


IMAGING = """\
import json, sys
from pathlib import Path

if sys.argv[1] == "convert":
    out = Path(sys.argv[-1])
    (out / "k.nii.gz").write_bytes({voxels!r})
    (out / "k.json").write_text('{{"tilt": 0}}')
    (out / "records.json").write_text('[{{"name": "a", "reason": null}}]')
print(json.dumps({{"files": 1}}))
"""


def test_one_voxel_of_another_checkout_is_a_difference(tmp_path, landing, compared):
    dumps = []
    for name, voxels in (("a", b"0"), ("b", b"1")):
        program = tmp_path / name / "include" / "imaging" / "__main__.py"
        program.parent.mkdir(parents=True)
        program.write_text(IMAGING.format(voxels=voxels))
        dumps.append(laptop(tmp_path / name, [landing], tmp_path / "out" / name))
    status, text = compared(*dumps)
    assert status == 1
    assert "convert landing_in files: 0 equal, 1 only in A, 1 only in B" in text
    assert "convert: 4 sections, 1 differ; entries: 3 equal, 1 only in A, 1 only in B" in text


def test_a_command_that_fails_ends_the_dump_with_what_it_said(tmp_path, landing):
    with pytest.raises(SystemExit, match=r"imaging index of .* ended with 1: .*No module named"):
        laptop(tmp_path / "nothing", [landing], tmp_path / "out")
