"""Twenty real regions and a small synthetic one: the built engine and pyradiomics agree to 1e-6."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import pytest

from radiomics_check.check import check
from radiomics_check.cohort import REGIONS, check_cohort
from radiomics_check.compare import Verdict
from radiomics_check.correspondence import MATCHES, Divergence
from radiomics_check.engine import BUILT_JAR

pytestmark = [pytest.mark.golden]
COMPARED = [match.theirs for match in MATCHES if match.ours]
# regions without voxels that touch along an edge only, so that pyradiomics' surface is closed
CLOSED = 13
# where it is open: the largest relative difference seen is 0.0012
OPEN = 0.005


@pytest.fixture(scope="module")
def jar() -> Path:
    if not BUILT_JAR.is_file():
        pytest.skip(f"no {BUILT_JAR.name}: build it with `mvn -B package` in include/java")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("radiomics", reason="pyradiomics is not installed beside this Python")
    return BUILT_JAR


@pytest.mark.slow
def test_over_twenty_real_regions_every_feature_of_the_same_definition_agrees(jar: Path):
    shared = os.environ.get("NIGHTSCAN_SHARED_DATA")
    if not shared:
        pytest.skip("NIGHTSCAN_SHARED_DATA names no folder, so there are no real regions")
    lines: list[str] = []
    found = check_cohort(Path(shared), jar, say=lines.append)
    assert len(lines) == REGIONS
    assert [one for one in found if one.verdict is Verdict.DIFFERS] == []
    by_definition = {one.theirs: one.agrees_in for one in found if one.verdict is Verdict.BY_DEFINITION}
    assert set(by_definition) <= {
        match.theirs for match in MATCHES if match.divergence is Divergence.OPEN_SURFACE
    }
    assert min(by_definition.values(), default=REGIONS) >= CLOSED
    assert max((one.difference or 0.0 for one in found if one.theirs in by_definition), default=0.0) < OPEN
    compared = {one.theirs: one.agrees_in for one in found if one.column}
    assert compared == dict.fromkeys(COMPARED, REGIONS) | by_definition


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"aggregations": ["3d_avg", "25d_avg"]},
        {"discretisation": {"method": "fbs", "width": 7, "origin": 0}},
        {"resegment_range": [10, 100]},
        {"resegment_range": [None, 90]},
        {"resegment_sigma": 1.5},
        {"classes": ["firstorder", "ih", "ngldm"]},
    ],
    ids=str,
)
def test_a_small_region_agrees_with_every_setting_that_has_an_equal(
    jar: Path, region_files: tuple[Path, Path], tmp_path: Path, settings: dict[str, object]
):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings))
    rows = check(*region_files, jar, settings=file)
    assert [row for row in rows if row.verdict in (Verdict.DIFFERS, Verdict.BY_DEFINITION)] == []
    assert any(row.verdict is Verdict.AGREES for row in rows)
