"""A folder: files in = released + quarantined, a record without identifiers, the same bytes every time."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from imaging.deid import command
from imaging.deid.folder import OutputFolderError, deidentify_folder
from imaging.deid.profile import ProfileError
from imaging.deid.pseudonyms import KEY_VARIABLE, KeyMissingError
from tests.imaging.deid.cases import IDENTITY, KEY, OTHER_KEY, again, identified_bytes
from tests.imaging.factories import FRAME, SERIES, STUDY


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing" / "2024-03-01" / "Gudrun"
    folder.mkdir(parents=True)
    (folder / "one.dcm").write_bytes(identified_bytes())
    (folder / "copy.dcm").write_bytes(identified_bytes())
    (folder / "two.dcm").write_bytes(identified_bytes(SOPInstanceUID="1.2.3.4.9", PatientID="P2"))
    (folder / "burned.dcm").write_bytes(identified_bytes(BurnedInAnnotation="YES"))
    (folder / "notes.txt").write_text("Gudrun Müller, tel 0171 555 123")
    return tmp_path / "landing"


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_file_is_released_or_quarantined_with_a_reason(landing, tmp_path):
    counts = deidentify_folder(landing, tmp_path / "out", KEY)
    assert counts == {
        "files": 5,
        "released": 3,
        "quarantined": 2,
        "reasons": {"BURNED_IN_ANNOTATION": 1, "NOT_DICOM": 1},
        "patients": 2,
    }
    files = list((tmp_path / "out").rglob("*.dcm"))
    assert len(files) == 3
    assert {again(path.read_bytes()).PatientIdentityRemoved for path in files} == {"YES"}


def test_what_cannot_be_read_is_kept_back_by_the_rule_of_the_walk_and_the_rest_goes_on(
    landing, tmp_path, monkeypatch
):
    folder = landing / "2024-03-01" / "Gudrun"
    (folder / "link.dcm").symlink_to(folder / "one.dcm")
    (folder / "again").symlink_to(folder)
    (folder / "lost.dcm").write_bytes(identified_bytes())
    read = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "lost.dcm":
            raise OSError(5, "Input/output error", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    counts = deidentify_folder(landing, tmp_path / "out", KEY)
    assert (counts["files"], counts["released"], counts["quarantined"]) == (8, 4, 4)
    kept = json.loads((tmp_path / "out" / "record.json").read_text())["quarantine"]
    assert [item["evidence"]["error"] for item in kept if item["reason"] == "UNREADABLE"] == [
        "symbolic link to a folder, not followed",
        "Input/output error",
    ]


def test_nothing_that_is_written_names_the_patient(landing, tmp_path):
    deidentify_folder(landing, tmp_path / "out", KEY)
    written = list((tmp_path / "out").rglob("*"))
    assert written
    whole = b"".join(path.name.encode() + (path.read_bytes() if path.is_file() else b"") for path in written)
    secrets = [str(value) for key, value in IDENTITY.items() if key in {"PatientID", "AccessionNumber"}]
    for secret in [
        *secrets,
        "Gudrun",
        "Müller",
        "Okonkwo",
        "20240301",
        "19310105",
        STUDY + ".",
        KEY.decode(),
    ]:
        assert secret.encode() not in whole
    assert not [path for path in written if SERIES in path.name or FRAME in path.name]


def test_the_record_tells_an_ethics_board_what_was_done(landing, tmp_path):
    deidentify_folder(landing, tmp_path / "out", KEY)
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert record["edition"] == "2026c"
    assert [item["code"] for item in record["options"]] == ["113100", "113105", "113107", "113108"]
    assert record["counts"]["files"] == 5
    assert len(record["key_id"]) == 16
    assert {"tag": "00100020", "name": "Patient ID", "action": "D", "elements": 3} in record["tags"]
    assert {"tag": "Private", "name": "Private Attributes", "action": "X", "elements": 9} in record["tags"]
    burned = hashlib.sha256(identified_bytes(BurnedInAnnotation="YES")).hexdigest()
    kept_back = {item["sha256"]: item["reason"] for item in record["quarantine"]}
    assert kept_back[burned] == "BURNED_IN_ANNOTATION"
    page = (tmp_path / "out" / "record.md").read_text()
    for phrase in (
        "edition 2026c",
        "Files in: 5. Released: 3. Kept back: 2.",
        "| 00100020 | Patient ID | D | 3 |",
    ):
        assert phrase in page


def test_the_record_lists_every_output_with_its_sum(landing, tmp_path):
    deidentify_folder(landing, tmp_path / "out", KEY)
    found = content(tmp_path / "out")
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert {**record["outputs"], "record.json": "", "record.md": ""}.keys() == found.keys()
    assert record["outputs"].items() <= found.items()


def test_the_same_input_and_key_give_the_same_bytes_and_another_key_others(landing, tmp_path):
    for name, key in (("a", KEY), ("b", KEY), ("c", OTHER_KEY)):
        deidentify_folder(landing, tmp_path / name, key)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert set(content(tmp_path / "a")) & set(content(tmp_path / "c")) == {"record.json", "record.md"}


def test_an_earlier_output_is_replaced_whole(landing, tmp_path):
    deidentify_folder(landing, tmp_path / "out", OTHER_KEY)
    deidentify_folder(landing, tmp_path / "out", KEY)
    deidentify_folder(landing, tmp_path / "fresh", KEY)
    assert content(tmp_path / "out") == content(tmp_path / "fresh")


def test_a_folder_with_something_else_is_refused_and_left_alone(landing, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(OutputFolderError, match=r"thesis\.txt.*give an empty folder"):
        deidentify_folder(landing, out, KEY)
    assert (out / "thesis.txt").read_text() == "mine"
    deidentify_folder(landing, tmp_path / "earlier", KEY)
    (tmp_path / "earlier" / "added.txt").write_text("mine")
    with pytest.raises(OutputFolderError, match=r"added\.txt"):
        deidentify_folder(landing, tmp_path / "earlier", KEY)


@pytest.mark.parametrize("out", [".", "landing", "landing/2024-03-01/out"])
def test_the_input_folder_is_never_written_into(landing, tmp_path, out):
    before = content(landing)
    with pytest.raises(OutputFolderError, match="overlaps"):
        deidentify_folder(landing, tmp_path / out, KEY)
    assert content(landing) == before


def test_a_run_that_stops_leaves_the_earlier_output(landing, tmp_path, monkeypatch):
    deidentify_folder(landing, tmp_path / "out", KEY)
    before = content(tmp_path / "out")

    def disk_full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("imaging.deid.folder.page_of", disk_full)
    with pytest.raises(OSError, match="disk full"):
        deidentify_folder(landing, tmp_path / "out", OTHER_KEY)
    assert content(tmp_path / "out") == before


def run(*words: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    return command.run(parser.parse_args(words))


def test_the_command_takes_the_key_from_the_environment(landing, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    assert run("deid", str(landing), str(tmp_path / "out"))["released"] == 3
    deidentify_folder(landing, tmp_path / "same", KEY)
    assert content(tmp_path / "out") == content(tmp_path / "same")


def test_without_a_key_nothing_is_written(landing, tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(KeyMissingError, match=KEY_VARIABLE):
        run("deid", str(landing), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_wrong_safe_list_stops_the_command(landing, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    (tmp_path / "safe.tsv").write_text("group\tcreator\telement\tvr\tcomment\n0018\tX\t01\tIS\t\n")
    with pytest.raises(ProfileError, match="odd group"):
        run("deid", str(landing), str(tmp_path / "out"), "--safe-private", str(tmp_path / "safe.tsv"))


def test_a_source_that_is_no_folder_is_an_error(tmp_path):
    with pytest.raises(NotADirectoryError):
        deidentify_folder(tmp_path / "none", tmp_path / "out", KEY)
