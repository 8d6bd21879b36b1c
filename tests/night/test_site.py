"""The user's own data: checked before anything starts, results kept apart from the demo's."""

from __future__ import annotations

import json

import pytest
from night.errors import NightError
from night.site import Site, prepare, write_site_file

from cluster.layout import Layout


@pytest.fixture
def layout(tmp_path):
    (tmp_path / "home").mkdir()
    return Layout(checkout=tmp_path / "checkout", home=tmp_path / "home")


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "ward 3" / "DICOM"
    folder.mkdir(parents=True)
    (folder / "a.dcm").write_bytes(b"x")
    return folder


def test_results_go_to_a_root_and_a_database_named_after_the_folder(layout, data):
    site = prepare(layout, str(data), None)
    assert (site.root, site.database) == ("/medical_data_ward_3_dicom", "nightscan_ward_3_dicom")
    assert site.labels is None


@pytest.mark.parametrize(
    ("data_folder", "labels", "message"),
    [
        ("gone", None, "is not a folder"),
        ("empty", None, "holds no file"),
        (None, "labels.csv", "without DATA"),
    ],
)
def test_bad_input_is_named_before_anything_starts(layout, tmp_path, data_folder, labels, message):
    (tmp_path / "empty").mkdir()
    folder = None if data_folder is None else str(tmp_path / data_folder)
    with pytest.raises(NightError, match=message):
        prepare(layout, folder, labels)


def test_a_missing_labels_file_is_named(layout, data, tmp_path):
    with pytest.raises(NightError, match=r"labels\.csv is not a file"):
        prepare(layout, str(data), str(tmp_path / "labels.csv"))


def test_the_site_file_is_a_valid_overlay(layout, data, tmp_path):
    from nightscan.config import load_config

    path = write_site_file(layout, Site(data, None, "/r", "d", "m"), {"namenode": 18020})
    config = load_config({"NIGHTSCAN_CONFIG": str(path)})
    assert (config.hdfs, config.root, config.model.name) == ("hdfs://localhost:18020", "/r", "m")
    assert json.loads(path.read_text())["landing"] == str(data)
