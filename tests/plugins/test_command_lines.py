"""The command lines of DistCp and streaming."""

from __future__ import annotations

from typing import Any

import pytest

from nightscan.errors import BadSettingError
from nightscan.operators.distcp import DistCpOperator
from nightscan.operators.streaming import HadoopStreamingOperator


def test_distcp_gives_its_own_options_after_the_definitions() -> None:
    operator = DistCpOperator(task_id="t", source=["a", "b"], target="c", maps=4)
    assert operator.command(["-D", "x=1"]) == [
        "hadoop", "distcp", "-D", "x=1", "-async", "-m", "4", "-direct", "a", "b", "c",
    ]  # fmt: skip
    with pytest.raises(BadSettingError, match="needs source and target"):
        DistCpOperator(task_id="t", source=[], target="c").command([])


def streaming(**kwargs: Any) -> HadoopStreamingOperator:
    given = {"manifest": "/m", "output_dir": "/w/out", "mapper": "python3 -m m", **kwargs}
    return HadoopStreamingOperator(task_id="t", **given)


def test_streaming_puts_the_generic_options_first() -> None:
    operator = streaming(
        files=["hdfs:///c.zip#code.zip"], archives=["p#e", "q#f"], environment={"K": "v"}, lines_per_map="3"
    )
    assert operator.command(["-D", "x=1"]) == [
        "mapred", "streaming", "-D", "x=1", "-D", "mapreduce.job.reduces=0",
        "-D", "mapreduce.input.lineinputformat.linespermap=3", "-D", "stream.map.input.ignoreKey=true",
        "-files", "hdfs:///c.zip#code.zip", "-archives", "p#e,q#f", "-cmdenv", "K=v", "-background",
        "-inputformat", "org.apache.hadoop.mapred.lib.NLineInputFormat",
        "-input", "/m", "-output", "/w/out", "-mapper", "python3 -m m",
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [0, "0", "many", "-1"])
def test_a_useless_number_of_lines_is_refused(lines: Any) -> None:
    with pytest.raises(BadSettingError, match="lines_per_map"):
        streaming(lines_per_map=lines).command([])


def test_streaming_deletes_old_output_but_never_a_top_folder() -> None:
    deleted: list[tuple[str, bool]] = []

    class Hdfs:
        def delete(self, path: str, *, recursive: bool) -> bool:
            deleted.append((path, recursive))
            return True

    good, bad = streaming(), streaming(output_dir="/w")
    good.__dict__["hdfs"] = bad.__dict__["hdfs"] = Hdfs()
    good.before_submit({})
    with pytest.raises(BadSettingError, match="'/w' would be deleted"):
        bad.before_submit({})
    assert deleted == [("/w/out", True)]
