"""Two checkouts take turns, the first round does not count, and the ratio is that of the medians."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.two_commits import Checkout, Times, find_mapper, measure, rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pair(tmp_path):
    return [Checkout(name, ROOT, tmp_path / name, "jobs.preprocess") for name in ("A", "B")]


def test_the_checkouts_take_turns_and_the_first_round_is_left_out(pair):
    order = []

    def work(checkout):
        order.append(checkout.name)
        return Times(float(len(order)), 0.0)

    a, b = measure(work, *pair, repeats=3)
    assert "".join(order) == "ABBAABBA"
    assert [times.cpu_ms for times in a] == [4.0, 5.0, 8.0]
    assert [times.cpu_ms for times in b] == [3.0, 6.0, 7.0]


def test_the_ratio_is_that_of_the_medians():
    a = [Times(each, 10.0) for each in (1.0, 2.0, 90.0)]
    b = [Times(each, 20.0) for each in (2.5, 1.0, 3.0)]
    assert rows("index", a, b) == [
        ["index", "cpu", "2.0 (1.0 to 90.0)", "2.5 (1.0 to 3.0)", "1.250"],
        ["index", "wall", "10.0 (10.0 to 10.0)", "20.0 (20.0 to 20.0)", "2.000"],
    ]


def test_the_mapper_is_the_one_that_the_checkout_has(tmp_path):
    assert find_mapper(ROOT) == "jobs.preprocess.mapper"
    older = tmp_path / "include" / "jobs" / "preprocess.py"
    older.parent.mkdir(parents=True)
    older.write_text("")
    assert find_mapper(tmp_path) == "jobs.preprocess"


def test_a_checkout_without_a_mapper_is_refused(tmp_path):
    with pytest.raises(SystemExit, match=r"has none of .*--mapper-a"):
        find_mapper(tmp_path)


def test_a_checkout_runs_its_own_code(tmp_path, pair):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "which_one.py").write_text("print('mine')")
    checkout = Checkout("B", tmp_path, tmp_path / "B", "jobs.preprocess")
    times, printed = checkout.run(["-m", "which_one"])
    assert printed == "mine\n"
    assert times.wall_ms > 0
    assert pair[0].run(["-c", "import sys; print(sys.path[1])"])[1] == f"{ROOT / 'plugins'}\n"


def test_a_conversion_that_writes_nothing_ends_the_benchmark(tmp_path):
    program = tmp_path / "include" / "imaging" / "__main__.py"
    program.parent.mkdir(parents=True)
    program.write_text("")
    checkout = Checkout("B", tmp_path, tmp_path / "B", "jobs.preprocess")
    with pytest.raises(SystemExit, match="B wrote no volume"):
        checkout.convert(tmp_path)


def test_a_dag_folder_without_a_dag_ends_the_benchmark(tmp_path):
    (tmp_path / "dags").mkdir()
    (tmp_path / "plugins").mkdir()
    (tmp_path / "B" / "airflow").mkdir(parents=True)
    checkout = Checkout("B", tmp_path, tmp_path / "B", "jobs.preprocess")
    with pytest.raises(SystemExit, match="the DAGs of B do not parse: there is none"):
        checkout.parse_dags()
