"""The command's exit status: 0 agrees, 1 differs, 2 no comparison; and what it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from radiomics_check import peer
from radiomics_check.__main__ import main
from tests.radiomics.fakes import THEIRS, printed

Pair = tuple[Path, Path]
FakeEngine = Callable[..., Path]


@pytest.fixture
def fake_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "measure", lambda region, settings, families: dict(THEIRS))


def run(pair: Pair, jar: Path, *more: str) -> int:
    return main([*map(str, pair), "--jar", str(jar), *more])


@pytest.mark.usefixtures("fake_peer")
def test_agreement_is_status_0(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    assert run(region_files, fake_engine(printed())) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "107 features of pyradiomics: 102 agrees, 5 no counterpart in IBSI"


@pytest.mark.usefixtures("fake_peer")
def test_a_wrong_value_is_status_1_and_named(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    jar = fake_engine(printed({"glcm_contrast_3d_avg": 1.0}))
    assert run(region_files, jar) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.endswith("DIFFERS")] == [
        ["glcm_contrast_3d_avg", "glcm_Contrast"],
        ["107", "features"],
    ]


@pytest.mark.usefixtures("fake_peer")
def test_the_tolerance_is_the_caller_s(region_files: Pair, fake_engine: FakeEngine):
    jar = fake_engine(printed({"glcm_contrast_3d_avg": 1.0}))
    assert run(region_files, jar, "--tolerance", "1") == 0


@pytest.mark.usefixtures("fake_peer")
def test_json_holds_every_row(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    assert run(region_files, fake_engine(printed()), "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 107
    assert rows[0] == {
        "column": "shape_elongation",
        "theirs": "shape_Elongation",
        "ours_value": 10.0,
        "theirs_value": 10.0,
        "difference": 0.0,
        "verdict": "agrees",
        "why": "",
    }


@pytest.mark.usefixtures("fake_peer")
def test_the_settings_file_reaches_the_engine(region_files: Pair, fake_engine: FakeEngine, tmp_path: Path):
    jar = fake_engine(printed())
    settings = tmp_path / "settings.json"
    assert run(region_files, jar, "--settings", str(settings)) == 0
    image, mask = region_files
    arguments = (tmp_path / "bin" / "arguments").read_text().split()
    assert arguments == ["-jar", str(jar), str(image), str(mask), "--settings", str(settings)]


@pytest.mark.usefixtures("fake_peer")
def test_settings_without_an_equal_are_status_2_with_the_reason(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    assert run(region_files, fake_engine(printed(interpolation="cubic"))) == 2
    assert "interpolation cubic" in capsys.readouterr().err


def test_an_engine_that_fails_is_status_2_with_what_it_said(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    assert run(region_files, fake_engine("", status=2, error="cannot read a file")) == 2
    assert "the engine ended with 2: cannot read a file" in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["no json", '{"settings": {}}', "[]", '{"features": 3, "voxels": 1}'])
def test_an_engine_that_prints_something_else_is_status_2(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str], answer: str
):
    assert run(region_files, fake_engine(answer)) == 2
    assert "something else than its JSON" in capsys.readouterr().err


def test_a_region_that_is_not_measured_is_status_2(
    region_files: Pair, fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]
):
    answer = printed() | {"status": "NULL", "reason": "EMPTY_MASK", "voxels": 0}
    answer["features"] = dict.fromkeys(answer["features"])
    assert run(region_files, fake_engine(answer)) == 2
    assert "measured nothing: NULL, EMPTY_MASK" in capsys.readouterr().err


def test_a_missing_jar_is_status_2_with_the_remedy(
    region_files: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(region_files, tmp_path / "absent.jar") == 2
    assert "build it with `mvn -B package`" in capsys.readouterr().err


def test_a_missing_java_is_status_2(
    region_files: Pair,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(region_files, tmp_path / "any.jar") == 2
    assert "no java on PATH" in capsys.readouterr().err


def test_files_that_are_no_nifti_are_status_2(
    fake_engine: FakeEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = tmp_path / "text.nii.gz"
    text.write_text("no volume")
    assert run((text, text), fake_engine(printed())) == 2
    assert "cannot read" in capsys.readouterr().err


def test_a_pyradiomics_that_is_not_installed_is_status_2_with_the_remedy(
    region_files: Pair,
    fake_engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setitem(__import__("sys").modules, "radiomics.featureextractor", None)
    assert run(region_files, fake_engine(printed())) == 2
    assert "install pyradiomics-bhklab==3.1.4" in capsys.readouterr().err


def test_a_cohort_without_its_data_is_status_2(
    fake_engine: FakeEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["--cohort", str(tmp_path), "--jar", str(fake_engine(printed()))]) == 2
    assert "holds 0 regions of the sarcoma cohort, 20 are wanted" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["image.nii.gz"]])
def test_a_call_without_a_pair_or_a_cohort_is_refused_with_the_usage(arguments: list[str]):
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2


def test_a_python_without_the_packages_is_told_so_in_one_line():
    include = Path(peer.__file__).parents[1]
    arguments = [sys.executable, "-S", "-m", "radiomics_check", "image.nii", "mask.nii"]
    done = subprocess.run(
        arguments, cwd=include, env={"PYTHONPATH": str(include)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("radiomics_check: this Python has no numpy; install")
    assert done.stderr.count("\n") == 1
