"""The report's pictures: a known voxel is bright at the known place, outlines run along the mask's edges."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from imaging.report.outlines import outline
from imaging.report.pictures import grey, png, window_of
from imaging.report.planes import PLANES, crop, cut_plane, detail, focus_of, frame_of, letters, straighten

SIZE = 9
# Where a marker on this side of the middle lies in each picture: (row, column) sign, 0 for "in the cut".
SIDES = {
    "L": {"axial": (0, 1), "coronal": (0, 1)},
    "R": {"axial": (0, -1), "coronal": (0, -1)},
    "A": {"axial": (-1, 0), "sagittal": (0, -1)},
    "P": {"axial": (1, 0), "sagittal": (0, 1)},
    "S": {"coronal": (-1, 0), "sagittal": (-1, 0)},
    "I": {"coronal": (1, 0), "sagittal": (1, 0)},
}
STEPS = {"R": (0, 3), "L": (0, -3), "A": (1, 3), "P": (1, -3), "S": (2, 3), "I": (2, -3)}


def affines():
    """Every way to lay voxel axes along patient axes, both ways round: 48."""
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1.0, -1.0), repeat=3):
            affine = np.eye(4)
            affine[:3, :3] = 0
            for voxel_axis, patient_axis in enumerate(order):
                affine[patient_axis, voxel_axis] = signs[voxel_axis] * (1.0 + voxel_axis)
            affine[:3, 3] = -(affine[:3, :3] @ np.full(3, SIZE // 2))
            yield affine


def marked(affine: np.ndarray, side: str) -> np.ndarray:
    """A dark cube with one bright voxel three voxels from the middle towards ``side`` of the patient."""
    patient_axis, step = STEPS[side]
    voxel_axis = int(np.argmax(np.abs(affine[patient_axis, :3])))
    array = np.zeros((SIZE, SIZE, SIZE), np.int16)
    place = [SIZE // 2] * 3
    place[voxel_axis] += step * int(np.sign(affine[patient_axis, voxel_axis]))
    array[tuple(place)] = 100
    return array


@pytest.mark.parametrize("side", sorted(SIDES))
def test_a_marker_on_each_side_of_the_patient_appears_on_its_side_of_the_picture(side):
    found = []
    for affine in affines():
        frame = frame_of(affine)
        values = straighten(marked(affine, side), frame)
        for name, (row, column) in SIDES[side].items():
            picture = cut_plane(name, values, frame, focus_of(values.shape))
            bright = [tuple(int(v) for v in place) for place in np.argwhere(picture.values)]
            found.append(bright == [(SIZE // 2 + 3 * row, SIZE // 2 + 3 * column)])
    assert found == [True] * 48 * 2


def test_the_patients_left_is_on_the_right_of_the_axial_picture():
    affine = np.diag([-1.0, -1.0, 1.0, 1.0])  # as nearly every CT: columns run to the patient's left
    array = np.zeros((SIZE, SIZE, SIZE), np.int16)
    array[SIZE - 1, SIZE // 2, SIZE // 2] = 1
    frame = frame_of(affine)
    picture = cut_plane("axial", straighten(array, frame), frame, (4, 4, 4))
    assert picture.values[SIZE // 2].tolist() == [0] * (SIZE - 1) + [1]
    assert picture.letters == ("R", "L", "A", "P")


def test_borders_are_lettered_from_the_affine_whatever_the_order_of_the_axes():
    expected = {
        "axial": ("R", "L", "A", "P"),
        "coronal": ("R", "L", "S", "I"),
        "sagittal": ("A", "P", "S", "I"),
    }
    found = []
    for affine in affines():
        frame = frame_of(affine)
        cube = straighten(np.zeros((3, 3, 3)), frame)
        found.append({name: cut_plane(name, cube, frame, (1, 1, 1)).letters for name in PLANES})
    assert found == [expected] * 48


def test_pixels_keep_their_shape_in_millimetres():
    affine = np.array([[0, 0, 4.0, 0], [-0.5, 0, 0, 0], [0, -2.0, 0, 0], [0, 0, 0, 1]])  # a sagittal scan
    frame = frame_of(affine)
    cube = straighten(np.zeros((5, 6, 7)), frame)
    sizes = {name: cut_plane(name, cube, frame, (1, 1, 1)) for name in PLANES}
    shapes = {name: (plane.values.shape, plane.width, plane.height) for name, plane in sizes.items()}
    assert shapes == {
        "axial": ((5, 7), 4.0, 0.5),
        "coronal": ((6, 7), 4.0, 2.0),
        "sagittal": ((6, 5), 0.5, 2.0),
    }


def test_an_oblique_scan_gets_the_nearest_axis_two_letters_and_its_angle():
    turn = np.radians(20.0)
    affine = np.eye(4)
    affine[:3, :3] = [[-np.cos(turn), np.sin(turn), 0], [-np.sin(turn), -np.cos(turn), 0], [0, 0, 1]]
    frame = frame_of(affine)
    assert frame.axes == (0, 1, 2)
    assert frame.degrees == pytest.approx(20.0)
    assert cut_plane("axial", np.zeros((3, 3, 3)), frame, (1, 1, 1)).letters == ("RA", "LP", "AL", "PR")


def test_a_direction_gets_a_second_letter_from_15_degrees_on():
    def turned(degrees: float) -> str:
        return letters(np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0.0]))

    assert [turned(14.0), turned(16.0), turned(80.0)] == ["R", "RA", "A"]


def test_the_cut_always_goes_through_the_mask_even_between_two_islands():
    mask = np.zeros((9, 9, 9), np.uint8)
    mask[0:2, 0:2, 0:2] = mask[7:9, 7:9, 7:9] = 1
    focus = focus_of(mask.shape, mask)
    frame = frame_of(np.eye(4))
    assert [bool(cut_plane(name, mask, frame, focus).values.any()) for name in PLANES] == [True] * 3


def edges(path: str) -> set[tuple[int, int, str]]:
    """Unit edges (x, y, direction) of a path made of M, h and v."""
    found = set()
    for run in path.split("M")[1:]:
        kind = "h" if "h" in run else "v"
        start, length = run.split(kind)
        x, y = (int(value) for value in start.split())
        for step in range(int(length)):
            found.add((x + step, y, "h") if kind == "h" else (x, y + step, "v"))
    return found


def by_hand(mask: np.ndarray) -> set[tuple[int, int, str]]:
    framed = np.pad(mask, 1).astype(int)
    rows, columns = mask.shape
    across = {
        (x, y, "h")
        for y in range(rows + 1)
        for x in range(columns)
        if framed[y, x + 1] != framed[y + 1, x + 1]
    }
    down = {
        (x, y, "v")
        for y in range(rows)
        for x in range(columns + 1)
        if framed[y + 1, x] != framed[y + 1, x + 1]
    }
    return across | down


@pytest.mark.parametrize("seed", range(5))
def test_the_outline_is_exactly_the_border_of_the_mask(seed):
    mask = np.random.default_rng(seed).random((11, 7)) < 0.5
    assert edges(outline(mask)) == by_hand(mask)


def test_one_pixel_is_outlined_by_its_square_and_straight_borders_are_one_segment():
    mask = np.zeros((3, 4), np.uint8)
    mask[1, 2] = 1
    assert outline(mask) == "M2 1h1M2 2h1M2 1v1M3 1v1"
    assert outline(np.ones((2, 5))) == "M0 0h5M0 2h5M0 0v2M5 0v2"
    assert outline(np.zeros((3, 3))) == ""


def test_the_picture_survives_png():
    picture = np.random.default_rng(1).integers(0, 256, (7, 5)).astype(np.uint8)
    with Image.open(io.BytesIO(png(picture))) as image:
        assert (image.mode, np.array(image).tolist()) == ("L", picture.tolist())


def test_a_ct_is_shown_in_a_soft_tissue_window():
    values = np.array([[-1000.0, -160.0, 40.0, 240.0, 3000.0]])
    window = window_of(values, {"modality": "CT", "units": "HU"})
    assert window.text == "soft tissue: level 40 HU, width 400 HU"
    assert grey(values, window).tolist() == [[0, 0, 128, 255, 255]]


def test_a_pet_is_shown_inverted_from_zero():
    values = np.array([[0.0, 3.5, 7.0, 30.0]])
    window = window_of(values, {"modality": "PT", "units": "SUV"})
    assert window.text == "inverted grey, SUV 0 to 7"
    assert grey(values, window).tolist() == [[255, 128, 0, 0]]


def test_a_pet_in_becquerel_is_shown_up_to_its_own_top():
    values = np.linspace(0.0, 1000.0, 1001)
    window = window_of(values, {"modality": "PT", "units": "BQML"})
    assert (window.low, window.high, window.inverted) == (0.0, pytest.approx(995.0), True)


def test_an_mr_is_shown_between_percentiles_of_its_measured_voxels():
    values = np.concatenate([np.arange(101.0), np.full(5000, -9999.0), [np.nan]])
    window = window_of(values, {"modality": "MR", "units": "arbitrary", "padding_value": -9999.0})
    assert (window.low, window.high) == (1.0, 99.0)


def test_monochrome1_is_inverted_for_display_and_said():
    values = np.arange(101.0)
    window = window_of(values, {"modality": "DX", "photometric": "MONOCHROME1"})
    assert grey(values, window)[[0, -1]].tolist() == [255, 0]
    assert "inverted for display only" in window.text


def test_a_constant_volume_gives_an_even_picture():
    values = np.full((4, 4), 7.0)
    assert np.unique(grey(values, window_of(values, {"modality": "MR"}))).size == 1


def test_a_detail_is_cut_around_a_small_region_and_not_around_a_large_one():
    frame = frame_of(np.diag([-2.0, -2.0, 2.0, 1.0]))
    values = np.arange(200.0 * 200).reshape(200, 200, 1)
    plane = cut_plane("axial", values, frame, (0, 0, 0))
    mask = np.zeros((200, 200, 1))
    mask[100:110, 50:54] = 1  # columns 100 to 109, rows 50 to 53
    drawn = cut_plane("axial", mask, frame, (0, 0, 0))
    around = detail(plane, drawn)
    assert around == (slice(35, 69), slice(85, 125))  # 30 mm, 15 pixels, on each side
    assert crop(plane, around).values.tolist() == plane.values[35:69, 85:125].tolist()
    assert detail(plane, cut_plane("axial", np.ones((200, 200, 1)), frame, (0, 0, 0))) is None
