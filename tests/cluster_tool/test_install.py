from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cluster import jars, python_envs, system_packages
from cluster.archive import is_shipped, write_archive
from cluster.errors import ClusterError
from cluster.launchers import NAMES, write_launchers
from cluster.layout import Layout
from cluster.progress import Progress
from cluster.shell import run_logged
from cluster.stamps import digest_of, is_stamped, put_stamp, short_hash

FAKE_JAVA = '#!/bin/bash\nprintf "%s\\n" "$@"\n'


@pytest.fixture
def launched(layout: Layout) -> Layout:
    java = Path(os.environ["NIGHTSCAN_JAVA_HOME"]) / "bin" / "java"
    java.write_text(FAKE_JAVA)
    java.chmod(0o755)
    write_launchers(layout)
    return layout


def run(layout: Layout, line: str, **extra: str) -> subprocess.CompletedProcess[str]:
    tool, *arguments = line.split()
    environment = {"PATH": "/usr/bin:/bin", **extra}
    return subprocess.run(
        [str(layout.bin / tool), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def called(layout: Layout, line: str, **extra: str) -> list[str]:
    """Main class and arguments that a command line ends in."""
    arguments = run(layout, line, **extra).stdout.splitlines()
    return arguments[arguments.index("-cp") + 2 :]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hadoop fs -ls /", "org.apache.hadoop.fs.FsShell -ls /"),
        ("hdfs dfs -ls /", "org.apache.hadoop.fs.FsShell -ls /"),
        ("hadoop distcp -m 2 a b", "org.apache.hadoop.tools.DistCp -m 2 a b"),
        ("hadoop jar x.jar Main 1", "org.apache.hadoop.util.RunJar x.jar Main 1"),
        ("hdfs dfsadmin -report", "org.apache.hadoop.hdfs.tools.DFSAdmin -report"),
        ("hdfs balancer -threshold 5", "org.apache.hadoop.hdfs.server.balancer.Balancer -threshold 5"),
        ("hdfs fsck /", "org.apache.hadoop.hdfs.tools.DFSck /"),
        ("yarn application -list", "org.apache.hadoop.yarn.client.cli.ApplicationCLI application -list"),
        ("yarn logs -applicationId a", "org.apache.hadoop.yarn.client.cli.LogsCLI -applicationId a"),
        ("yarn node -list", "org.apache.hadoop.yarn.client.cli.NodeCLI -list"),
        ("mapred streaming -D a=b", "org.apache.hadoop.streaming.HadoopStreaming -D a=b"),
        ("mapred job -list", "org.apache.hadoop.mapred.JobClient -list"),
        ("hadoop org.example.Tool x", "org.example.Tool x"),
    ],
)
def test_the_launchers_take_the_argument_forms_of_the_real_ones(
    launched: Layout, line: str, expected: str
) -> None:
    assert called(launched, line) == expected.split()


def test_a_configuration_folder_can_be_given_as_option_or_variable(launched: Layout) -> None:
    assert run(launched, "hadoop --config /c classpath").stdout.startswith("/c:")
    assert run(launched, "hadoop classpath", HADOOP_CONF_DIR="/d").stdout.startswith("/d:")
    assert run(launched, "hadoop classpath").stdout.startswith(f"{launched.conf / 'hadoop'}:")


def test_arguments_with_spaces_stay_whole(launched: Layout) -> None:
    done = subprocess.run(
        [str(launched.bin / "hdfs"), "dfs", "-ls", "/a b"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "/a b"


def test_a_host_name_that_has_changed_is_added_to_the_hosts_file_once(launched: Layout) -> None:
    launched.hosts_file.write_text("127.0.0.1 localhost before\n")
    for _ in range(2):
        called(launched, "hdfs dfs -ls /", HOSTNAME="after")
    assert launched.hosts_file.read_text().splitlines()[0] == "127.0.0.1 localhost before"
    assert len(launched.hosts_file.read_text().splitlines()) == 2


@pytest.mark.parametrize("tool", NAMES)
def test_no_command_and_an_unknown_command_fail_with_a_usage_line(launched: Layout, tool: str) -> None:
    for line in (tool, f"{tool} nonsense"):
        done = run(launched, line)
        assert done.returncode == 1
        assert f"Usage: {tool}" in done.stderr


def test_a_stamp_holds_only_for_the_same_content_and_present_products(layout: Layout, tmp_path: Path) -> None:
    source, product = tmp_path / "a.lock", tmp_path / "made"
    source.write_text("one")
    assert not is_stamped(layout, "a", digest_of(source))
    put_stamp(layout, "a", digest_of(source))
    assert is_stamped(layout, "a", digest_of(source))
    assert not is_stamped(layout, "a", digest_of(source), product)
    product.mkdir()
    assert is_stamped(layout, "a", digest_of(source), product)
    source.write_text("two")
    assert not is_stamped(layout, "a", digest_of(source), product)


def test_the_digest_of_a_folder_sees_names_and_contents_below_it(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "x").write_text("1")
    first = digest_of(folder)
    (folder / "a" / "x").rename(folder / "a" / "y")
    renamed = digest_of(folder)
    (folder / "a" / "y").write_text("2")
    assert len({first, renamed, digest_of(folder)}) == 3


def test_jars_are_resolved_once_for_a_pom(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def fake(_layout: Layout, name: str, *arguments: object, **more: object) -> None:
        calls.append([str(argument) for argument in arguments])
        target = next(argument for argument in calls[-1] if argument.startswith("-DoutputDirectory="))
        Path(target.partition("=")[2]).mkdir(parents=True)

    monkeypatch.setattr(jars, "run_logged", fake)
    layout.jars.mkdir()
    for _ in range(2):
        jars.install_jars(layout, "livy", Progress())
    assert len(calls) == 1
    assert (layout.jars / "livy").is_dir()
    assert "-C" in calls[0]  # wrong checksums are errors
    assert calls[0][calls[0].index("-gs") + 1] == str(jars.SETTINGS)


def test_a_failed_download_is_tried_once_more_and_leaves_no_stamp(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fail(_layout: Layout, name: str, *arguments: object, **more: object) -> None:
        calls.append(name)
        raise ClusterError("no network")

    monkeypatch.setattr(jars, "run_logged", fail)
    with pytest.raises(ClusterError, match="no network"):
        jars.install_jars(layout, "tez", Progress())
    assert calls == ["jars-tez", "jars-tez"]
    assert not is_stamped(layout, "jars-tez", digest_of(jars.POMS / "tez.xml"))


@pytest.mark.parametrize("engine", jars.ENGINES)
def test_every_engine_has_a_pom_whose_versions_are_all_fixed(engine: str) -> None:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    root = ElementTree.fromstring((jars.POMS / f"{engine}.xml").read_text())
    versions = [node.text or "" for node in root.findall("m:dependencies/m:dependency/m:version", space)]
    assert versions
    assert not [text for text in versions if "SNAPSHOT" in text or text.startswith(("[", "(", "LATEST"))]


def test_every_pom_belongs_to_an_engine() -> None:
    assert {path.stem for path in jars.POMS.glob("*.xml")} == {*jars.ENGINES, "settings"}


def test_a_failing_command_is_reported_with_its_log_and_last_lines(layout: Layout) -> None:
    with pytest.raises(ClusterError) as caught:
        run_logged(layout, "thing", "bash", "-c", "echo step one; echo boom >&2; exit 3")
    text = str(caught.value)
    assert "thing failed (exit 3)" in text
    assert str(layout.logs / "install-thing.log") in text
    assert "| boom" in text


def test_a_missing_program_is_named_with_the_remedy(layout: Layout) -> None:
    with pytest.raises(ClusterError, match="no-such-program is missing; run `python3 -m cluster install`"):
        run_logged(layout, "thing", "no-such-program")


def test_apt_is_not_asked_when_nothing_is_missing(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "missing_packages", lambda _names: [])
    monkeypatch.setattr(system_packages, "run_logged", None)  # any call would fail
    system_packages.install_packages(layout, Progress(), ("maven",))


def test_apt_installs_what_is_missing_only(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(system_packages, "missing_packages", lambda _names: ["maven"])
    monkeypatch.setattr(
        system_packages, "run_logged", lambda _layout, name, *arguments: calls.append(arguments)
    )
    system_packages.install_packages(layout, Progress(), ("maven",))
    assert [call[-1] for call in calls] == ["update", "maven"]


def make_tree(root: Path, *, order: int) -> Path:
    files = {
        "numpy/__init__.py": b"x = 1\n",
        "numpy/core.so": b"\x7fELF",
        "numpy/tests/test_a.py": b"",
        "pandas/tests/test_b.py": b"",
        "pandas/frame.py": b"y\n",
        "pandas/__pycache__/frame.cpython-311.pyc": os.urandom(8),
        "bin/f2py": b"#!/x",
        "pyarrow/_flight.cpython-311-x86_64-linux-gnu.so": b"",
    }
    for name, data in list(files.items())[::order]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "numpy" / "core.so").chmod(0o755)
    return root


def test_the_same_tree_gives_the_same_archive_whatever_its_times_and_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one.tar.gz", tmp_path / "two.tar.gz"
    write_archive(make_tree(tmp_path / "a", order=1), one)
    tree = make_tree(tmp_path / "b", order=-1)
    os.utime(tree / "numpy" / "__init__.py", (1, 1))
    write_archive(tree, two)
    assert one.read_bytes() == two.read_bytes()
    with tarfile.open(one) as archive:
        entries = archive.getmembers()
    assert [entry.name for entry in entries] == [
        "numpy/__init__.py", "numpy/core.so", "numpy/tests/test_a.py", "pandas/frame.py",
    ]  # fmt: skip
    assert {(entry.mtime, entry.uid, entry.uname) for entry in entries} == {(0, 0, "")}
    assert [oct(entry.mode) for entry in entries] == ["0o644", "0o755", "0o644", "0o644"]


@pytest.mark.parametrize(
    "name", ["numpy-2.4.6.dist-info/METADATA", "sklearn/datasets/data/iris.csv", "threadpoolctl.py"]
)
def test_what_programs_read_at_run_time_is_shipped(name: str) -> None:
    assert is_shipped(Path(name))


def test_the_archive_is_named_after_the_lock_file(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    layout.requirements.mkdir()
    lock = layout.requirements / "cluster.lock"
    lock.write_text("numpy==2.4.6\n")

    def fake(_layout: Layout, name: str, *arguments: object) -> None:
        make_tree(layout.home / "pyenv", order=1)

    monkeypatch.setattr(python_envs, "run_logged", fake)
    python_envs.install_tree(layout, Progress())
    first = [path.name for path in layout.dist.iterdir()]
    assert first == [f"pyenv-{hashlib.sha256(b'numpy==2.4.6' + os.linesep.encode()).hexdigest()[:16]}.tar.gz"]
    lock.write_text("numpy==2.5.0\n")
    python_envs.install_tree(layout, Progress())
    second = [path.name for path in layout.dist.iterdir()]
    assert second == [f"pyenv-{short_hash(lock.read_bytes())}.tar.gz"]
    assert second != first


def test_an_environment_is_installed_once_for_its_locks_and_again_for_a_new_one(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout.requirements.mkdir()
    airflow, dev = layout.requirements / "airflow.lock", layout.requirements / "dev.lock"
    airflow.write_text("a==1\n")
    dev.write_text("b==1\n")
    calls: list[str] = []

    def fake(_layout: Layout, name: str, *arguments: object) -> None:
        calls.append(name)
        (layout.airflow_venv / "bin").mkdir(parents=True, exist_ok=True)
        (layout.airflow_venv / "bin" / "python").touch()

    monkeypatch.setattr(python_envs, "run_logged", fake)
    for _ in range(2):
        python_envs.install_venv(layout, Progress(), "airflow", [airflow])
    assert calls == ["airflow-venv", "airflow"]
    python_envs.install_venv(layout, Progress(), "airflow", [airflow, dev])
    assert calls == ["airflow-venv", "airflow", "airflow"]
    python_envs.install_venv(layout, Progress(), "airflow", [airflow])
    assert calls == ["airflow-venv", "airflow", "airflow"]
