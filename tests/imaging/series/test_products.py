"""What one series gives: the same bytes wherever it lies, each region name once, no fault that spreads."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from imaging.dicom_reading.source_file import SourceFile
from imaging.memory import BASE_BYTES, decoded_bytes, needed_bytes, too_large
from imaging.output.nifti import read_nifti
from imaging.reasons import Reason
from imaging.records import Limits
from imaging.regions import rasterise as regions
from imaging.series import products as library
from imaging.series.products import make_products
from tests.imaging.factories import sources, square, stack, structure_bytes

GTV = {"GTV": [square(2.5, 0.5, 3.5)]}


def drawn(high: float, number: int, name: str = "GTV") -> bytes:
    return structure_bytes({name: [square(2.5, 1, high)]}, SOPInstanceUID=f"1.5.{number}")


def reasons(outcomes) -> list[Reason | None]:
    return [item.refusal.reason if item.refusal else None for item in outcomes]


def test_a_series_gives_image_mask_and_sidecar():
    products = make_products(sources(stack()), sources([structure_bytes(GTV)]))
    assert sorted(products.files) == [".gtv.mask.nii.gz", ".json", ".nii.gz"]
    voxels, affine = read_nifti(products.files[".nii.gz"])
    mask, mask_affine = read_nifti(products.files[".gtv.mask.nii.gz"])
    assert voxels.shape == mask.shape == (6, 5, 5)
    assert (affine == mask_affine).all()
    assert products.volumes_ml == {"gtv": pytest.approx(9 * 0.5 * 1.5 * 2.5 / 1000)}


def test_the_volume_that_is_handed_on_holds_no_values():
    volume = make_products(sources(stack())).result.volume
    assert volume is not None
    assert (volume.array.shape, volume.array.dtype, volume.array.strides) == ((6, 5, 5), np.int16, (0, 0, 0))


def test_the_sidecar_has_bids_keys_ours_under_one_and_no_name_of_a_file():
    files = sources({f"/landing/Doe^Jane/{n}": data for n, data in enumerate(stack())})
    regions = sources({"/landing/Doe^Jane/rs": structure_bytes(GTV)})
    text = make_products(files, regions).files[".json"].decode()
    story = json.loads(text)
    assert sorted(story["nightscan"]) == ["inputs", "regions", "volume"]
    assert story["nightscan"]["inputs"] == sorted(file.sha256 for file in files)
    assert [(r["region"], r["voxels"], r["file"]) for r in story["nightscan"]["regions"]] == [
        ("gtv", 9, regions[0].sha256)
    ]
    assert "landing" not in text
    assert text == json.dumps(story, sort_keys=True, indent=1) + "\n"


def test_the_bytes_do_not_depend_on_order_or_names_of_files_or_on_copies():
    images, regions = stack(), [drawn(3, 1, "a"), drawn(4, 2, "b")]
    first = make_products(sources(images), sources(regions))
    mixed = [*images, images[2]]
    random.Random(1).shuffle(mixed)
    second = make_products(
        sources({f"z{n}": data for n, data in enumerate(mixed)}),
        sources({"b": regions[1], "c": regions[0], "d": regions[1]}),
    )
    assert len(first.files) == 4
    assert first.files == second.files
    assert reasons(second.region_outcomes) == [None, None, Reason.DUPLICATE_INSTANCE]


def test_regions_of_a_refused_series_are_refused_with_it():
    products = make_products(sources(stack()[:1] + stack()[2:]), sources([structure_bytes(GTV)]))
    assert products.files == {}
    refusal = products.region_outcomes[0].refusal
    assert refusal is not None
    assert (refusal.reason, refusal.evidence) == (
        Reason.REGION_WITHOUT_IMAGE,
        {"series_refused": "SLICE_SPACING_INCONSISTENT"},
    )


def test_files_that_draw_one_region_differently_give_none():
    products = make_products(sources(stack()), sources([drawn(3, 1), drawn(4, 2)]))
    assert sorted(products.files) == [".json", ".nii.gz"]
    assert reasons(products.region_outcomes) == [Reason.DUPLICATE_REGION] * 2
    listed = json.loads(products.files[".json"])["nightscan"]["regions"]
    assert [item["reason"] for item in listed] == ["DUPLICATE_REGION"] * 2


def test_files_that_draw_one_region_alike_give_it_once_and_both_count():
    products = make_products(sources(stack()), sources([drawn(3, 1), drawn(3, 2)]))
    assert ".gtv.mask.nii.gz" in products.files
    assert reasons(products.region_outcomes) == [None, None]


def test_a_file_with_one_mask_counts_as_region_and_lists_its_refused_ones():
    both = structure_bytes({"GTV": [square(2.5, 1, 3)], "lost": [square(3.75, 1, 3)]})
    outcome = make_products(sources(stack()), sources([both])).region_outcomes[0]
    assert (outcome.used, outcome.refused_regions) == (True, (Reason.REGION_OFF_GRID,))


def fails(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a message with Doe^Jane in it")


@pytest.mark.parametrize("step", ["convert_series", "nifti_gz_bytes"])
def test_a_fault_of_the_library_refuses_the_series_and_says_where_but_quotes_nothing(monkeypatch, step):
    monkeypatch.setattr(library, step, fails)
    products = make_products(sources(stack()), sources([structure_bytes(GTV)]))
    assert reasons(products.result.outcomes) == [Reason.CONVERTER_FAILED] * 5
    assert reasons(products.region_outcomes) == [Reason.REGION_WITHOUT_IMAGE]
    refusal = products.result.refusal
    assert refusal is not None
    assert refusal.evidence["error"] == "ZeroDivisionError"
    assert str(refusal.evidence["where"]).startswith("test_products.py:")
    assert "Jane" not in str(refusal.evidence)


def test_a_fault_in_a_region_file_refuses_that_file_alone(monkeypatch):
    monkeypatch.setattr(regions, "rasterise", fails)
    products = make_products(sources(stack()), sources([structure_bytes(GTV)]))
    assert ".nii.gz" in products.files
    assert reasons(products.region_outcomes) == [Reason.CONVERTER_FAILED]


def test_a_failing_disk_is_no_fault_of_the_series():
    def gone() -> bytes:
        raise FileNotFoundError(2, "No such file")

    with pytest.raises(FileNotFoundError):
        make_products([SourceFile("a", "00", gone)])


def test_memory_that_runs_out_is_a_refusal(monkeypatch):
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(library, "convert_series", exhausted)
    result = make_products(sources(stack()), limits=Limits(1 << 40)).result
    assert reasons(result.outcomes) == [Reason.VOLUME_TOO_LARGE] * 5


def unloadable(number: int, size: int, decoded: int = 0) -> SourceFile:
    return SourceFile(f"f{number}", f"{number:064x}", fails, size=size, decoded=decoded)  # type: ignore[arg-type]


def test_what_does_not_fit_is_refused_before_a_byte_is_loaded():
    slices = [unloadable(number, 525_000, decoded_bytes(512 * 512, "CT")) for number in range(4000)]
    result = make_products(slices, limits=Limits(1 << 30)).result
    assert result.refusal is not None
    assert result.refusal.reason is Reason.VOLUME_TOO_LARGE
    assert result.refusal.evidence == {"needed": BASE_BYTES + 5 * 525_000 * 4000 // 2, "allowed": 1 << 30}
    assert len(result.outcomes) == 4000


def test_a_small_compressed_file_counts_by_its_matrix():
    compressed = [unloadable(0, 10_000_000, decoded_bytes(512 * 512 * 4000, "CT"))]
    assert needed_bytes(compressed, []) == BASE_BYTES + 10_000_000 + 5 * 512 * 512 * 4000
    assert too_large(compressed, [], Limits(1 << 30)) is not None
    assert too_large(compressed, [], Limits()) is None


def test_region_files_count_too():
    image, region = unloadable(0, 1000), unloadable(1, 5000)
    assert needed_bytes([image], [region]) - needed_bytes([image], []) == 5000
