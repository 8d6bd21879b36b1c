"""The phantom's table fails on a value outside, a feature without tag, a tag without feature."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from radiomics_check.consensus_tags import tags
from radiomics_check.errors import CheckError
from radiomics_check.phantom import Consensus, lines, main, read_consensus
from tests.radiomics.fakes import printed

HEAD = "reference value;tolerance;tag\n"


@pytest.mark.parametrize(
    ("published", "tolerance", "found", "agrees"),
    [
        ("2.15", "0", 2.1549, True),
        ("2.15", "0", 2.1451, True),
        ("2.15", "0", 2.155, True),  # 2.15499... in binary
        ("2.15", "0", 2.156, False),
        ("556", "4", 560.4, True),
        ("556", "4", 560.6, False),
        ("1", "0", 1.004, True),
        ("1", "0", 1.006, False),
        ("-0.355", "0", -0.35455, True),
        ("-0.355", "0", 0.355, False),
        ("0.0411", "0.0003", 0.04144, True),
        ("0.0411", "0.0003", 0.04146, False),
        ("1490", "0", 1494.6, True),
        ("1490", "0", 1495.6, False),
        ("1200", "10", 1214.0, True),
        ("1200", "10", 1216.0, False),
        ("0", "0", 0.0, True),
        ("0", "0", 1e-9, False),
    ],
)
def test_agreement_is_within_the_tolerance_after_rounding_to_the_digits_published(
    published: str, tolerance: str, found: float, *, agrees: bool
):
    assert Consensus(published, tolerance).agrees(found) is agrees


def test_a_null_never_agrees():
    assert not Consensus("0", "1").agrees(None)


def test_a_feature_without_consensus_and_a_tag_without_feature_fail():
    consensus = {"stat_mean": Consensus("2.15", "0"), "stat_var": Consensus("3.05", "0")}
    found = lines({"firstorder_mean": 2.15, "firstorder_new": 1.0}, consensus)
    assert [(line.column, line.tag, line.wrong) for line in found] == [
        ("firstorder_mean", "stat_mean", ""),
        ("firstorder_new", "", "no consensus for this feature"),
        ("", "stat_var", "no feature for this tag"),
    ]


def shared(folder: Path, values: dict[str, float]) -> Path:
    phantom = folder / "ibsi1_digital_phantom"
    phantom.mkdir()
    rows = [f"{value};0;{tags()[column]}\n" for column, value in values.items()]
    (phantom / "consensus_values.csv").write_text(HEAD + "".join(rows))
    return folder


def run(features: dict[str, float | None], tmp_path: Path, fake_engine: Callable[..., Path]) -> int:
    jar = fake_engine({**printed(), "features": features})
    folder = shared(tmp_path, {"firstorder_mean": 2.15, "ih_mode": 1.0})
    return main(["--shared", str(folder), "--jar", str(jar)])


def test_the_exit_status_is_0_when_every_line_passes(
    tmp_path: Path, fake_engine: Callable[..., Path], capsys: pytest.CaptureFixture[str]
):
    assert run({"firstorder_mean": 2.15, "ih_mode": 1.0}, tmp_path, fake_engine) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 lines: 2 pass, 0 fail"


@pytest.mark.parametrize(
    ("features", "last"),
    [
        ({"firstorder_mean": 2.16, "ih_mode": 1.0}, "2 lines: 1 pass, 1 fail"),
        ({"firstorder_mean": None, "ih_mode": 1.0}, "2 lines: 1 pass, 1 fail"),
        ({"firstorder_mean": 2.15}, "2 lines: 1 pass, 1 fail"),
        ({"firstorder_mean": 2.15, "ih_mode": 1.0, "ih_median": 1.0}, "3 lines: 2 pass, 1 fail"),
    ],
)
def test_the_exit_status_is_1_when_a_line_fails(
    tmp_path: Path,
    fake_engine: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    features: dict[str, float | None],
    last: str,
):
    assert run(features, tmp_path, fake_engine) == 1
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_without_the_phantom_the_status_is_2(
    tmp_path: Path, fake_engine: Callable[..., Path], capsys: pytest.CaptureFixture[str]
):
    assert main(["--shared", str(tmp_path), "--jar", str(fake_engine(printed()))]) == 2
    assert "consensus_values.csv" in capsys.readouterr().err


def test_a_tag_that_comes_twice_is_refused(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_text(f"{HEAD}1;0;stat_min\n1;0;stat_min\n")
    with pytest.raises(CheckError, match="stat_min twice"):
        read_consensus(path)
