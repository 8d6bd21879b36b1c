"""Ten thousand damaged files: none ends or hangs the converter, none gives another volume without a word."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from tests.imaging.factories import slice_bytes
from tests.imaging.mutations import KINDS, convert, judge, mutate

MUTANTS = 10_000
SEED = 20261121
PROCESSES = 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_damaged_file_crashes_hangs_or_gives_another_volume_in_silence():
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.imaging.mutations", str(MUTANTS // PROCESSES), str(SEED + number)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    ended = [(process.communicate(), process.returncode) for process in running]
    summaries = [json.loads(output) for (output, _), _ in ended if output]
    assert [wrong for summary in summaries for wrong in summary["wrong"]] == []
    assert [error.decode()[-1000:] for (_, error), status in ended if status] == []
    assert sum(summary["mutants"] for summary in summaries) == MUTANTS
    assert max(summary["slowest_seconds"] for summary in summaries) < 5


def test_each_kind_of_damage_happens():
    dice = random.Random(SEED)
    data = slice_bytes(0)
    kinds = {mutate(data, 600, dice).kind for _ in range(500)}
    assert len(kinds) == len(set(KINDS))


def test_a_volume_that_changed_without_a_word_is_judged_silent():
    before = convert([slice_bytes(n) for n in range(4)], [])
    files = dict(before.files)
    files[".nii.gz"] = b"other bytes"
    after = type(before)(**{**vars(before), "files": files})
    assert judge(before, after, payload_touched=False) == "SILENT: differs"
