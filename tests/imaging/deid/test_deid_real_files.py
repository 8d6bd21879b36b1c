"""Real files: every installed test file of pydicom, and the shared sarcoma and EPI data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from imaging.deid.folder import deidentify_file
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.residual_scan import scan
from tests.imaging.deid.cases import again, private_elements, worker

PIXELS = 0x7FE00010


def pass_through(paths: Iterable[Path]) -> Counter[str]:
    """De-identify and check each file; what is released reads again, pixels unchanged; count the outcomes."""
    by = worker()
    outcomes: Counter[str] = Counter()
    for path in paths:
        data = path.read_bytes()
        made = deidentify_file(data, by)
        if isinstance(made, DeidRefusal):
            outcomes[made.reason] += 1
            continue
        found = again(made.data)
        assert private_elements(found) == 0, path.name
        assert pixels(made.data) == pixels(data), path.name
        outcomes["released"] += 1
    return outcomes


def pixels(data: bytes) -> list[bytes]:
    return [leaf.value for leaf in scan(data).leaves if leaf.tag == PIXELS and not leaf.path]


@pytest.mark.filterwarnings("ignore")
def test_every_test_file_of_pydicom_is_released_clean_or_kept_back(pydicom_files, store_files):
    paths = [path for folder in (pydicom_files, store_files) for path in sorted(folder.rglob("*"))]
    outcomes = pass_through(path for path in paths if path.is_file() and path.suffix != ".py")
    assert outcomes["released"] >= 100
    assert outcomes[DeidReason.RESIDUAL_IDENTIFIER] == 1  # a patient named PERFUSION, as is the image's type
    assert outcomes[DeidReason.UNREADABLE] <= 6
    assert outcomes[DeidReason.UNSUPPORTED_SOP_CLASS] <= 2


def test_the_shared_data_are_released_whole(shared_data):
    landing = sorted((shared_data / "sts" / "landing").glob("*/*/*/*"))
    epi = sorted((shared_data / "dcm_qa_nih" / "In").rglob("*.dcm"))
    structures = [path for path in landing if path.name == "RS.dcm"][:5]
    chosen = [*landing[::60], *structures, *epi[::20]]
    assert pass_through(chosen) == {"released": len(chosen)}
