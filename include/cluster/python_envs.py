"""Python environments from the lock files: Airflow's, Spark's, and the tree that containers get."""

from __future__ import annotations

import shutil
from pathlib import Path

from cluster.archive import write_archive
from cluster.errors import ClusterError
from cluster.layout import BASE_PYTHON, Layout
from cluster.progress import Progress
from cluster.shell import run_logged
from cluster.stamps import digest_of, is_stamped, put_stamp, short_hash

UV_LOCK = Path(__file__).parent / "uv.lock"


def install_python(layout: Layout, progress: Progress, *, dev: bool) -> None:
    """Make all environments; those whose lock files have not changed are left alone."""
    install_airflow(layout, progress, dev=dev)
    install_venv(layout, progress, "spark", [layout.requirements / "spark.lock"])
    install_tree(layout, progress)
    compile_airflow(layout, progress)


def install_airflow(layout: Layout, progress: Progress, *, dev: bool) -> None:
    """Make Airflow's environment, with the packages for tests and checks when `dev`."""
    if not BASE_PYTHON.exists():
        raise ClusterError(f"{BASE_PYTHON} is missing; the cluster needs Debian 12's Python 3.11")
    install_uv(layout, progress)
    locks = [layout.requirements / "airflow.lock", *([layout.requirements / "dev.lock"] if dev else [])]
    install_venv(layout, progress, "airflow", locks)


def uv_program(layout: Layout) -> Path:
    """Return the installer of Python packages."""
    return layout.home / "venv" / "uv" / "bin" / "uv"


def install_uv(layout: Layout, progress: Progress) -> None:
    """Put uv, at one version with its hashes, into an environment of its own."""
    digest = digest_of(UV_LOCK)
    if is_stamped(layout, "uv", digest, uv_program(layout)):
        return
    with progress.step("uv"):
        folder = layout.home / "venv" / "uv"
        run_logged(layout, "uv-venv", BASE_PYTHON, "-m", "venv", "--clear", folder)
        quiet = ("-q", "--disable-pip-version-check")
        run_logged(layout, "uv", folder / "bin" / "pip", "install", *quiet, "--require-hashes", "-r", UV_LOCK)
        put_stamp(layout, "uv", digest)


def install_venv(layout: Layout, progress: Progress, name: str, locks: list[Path]) -> None:
    """Bring the environment `name` to its lock files; what it holds beyond them is left there."""
    python = layout.home / "venv" / name / "bin" / "python"
    if all(is_stamped(layout, f"venv-{name}-{lock.stem}", digest_of(lock), python) for lock in locks):
        return
    with progress.step(f"Python environment {name} ({', '.join(lock.stem for lock in locks)})"):
        if not python.exists():
            venv = python.parents[1]
            run_logged(
                layout, f"{name}-venv", uv_program(layout), "venv", "-q", "--python", BASE_PYTHON, venv
            )
        run_logged(layout, name, *_pip_install(layout, locks), "--python", python)
        for lock in locks:
            put_stamp(layout, f"venv-{name}-{lock.stem}", digest_of(lock))


def install_tree(layout: Layout, progress: Progress) -> None:
    """Make pyenv/ and its archive dist/pyenv-<hash of the lock file>.tar.gz, which containers get."""
    lock = layout.requirements / "cluster.lock"
    tree = layout.home / "pyenv"
    archive = layout.dist / f"pyenv-{short_hash(lock.read_bytes())}.tar.gz"
    if not is_stamped(layout, "pyenv", digest_of(lock), tree):
        with progress.step("Python tree for containers"):
            if (layout.home / "stamps" / "pyenv").exists():
                shutil.rmtree(tree)  # of another lock: uv would leave old files beside new ones
            where = ("--target", tree, "--python", BASE_PYTHON)
            run_logged(layout, "pyenv", *_pip_install(layout, [lock]), *where)
            put_stamp(layout, "pyenv", digest_of(lock))
    if not archive.exists():
        with progress.step(f"archive {archive.name}"):
            for old in layout.dist.glob("pyenv-*.tar.gz"):
                old.unlink()
            write_archive(tree, archive)


def _pip_install(layout: Layout, locks: list[Path]) -> list[str | Path]:
    files = [f"--requirements={lock}" for lock in locks]
    return [uv_program(layout), "pip", "install", "-q", "--require-hashes", *files]


def compile_airflow(layout: Layout, progress: Progress) -> None:
    """Compile Airflow's environment to byte code, which uv leaves undone: its processes start faster."""
    locks = [path for name in ("airflow", "dev") if (path := layout.requirements / f"{name}.lock").exists()]
    digest = digest_of(*locks)
    python = layout.airflow_venv / "bin" / "python"
    if is_stamped(layout, "airflow-bytecode", digest, python):
        return
    with progress.step("byte code of the Airflow environment"):
        # Some packages carry templates that are no Python; compileall then ends with 1 and has done the rest.
        packages = layout.airflow_venv / "lib" / "python3.11" / "site-packages"
        script = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2, workers=2)"
        run_logged(layout, "bytecode", python, "-c", script, packages)
        put_stamp(layout, "airflow-bytecode", digest)
