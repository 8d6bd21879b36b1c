"""Install everything the cluster needs, from package registries only; a second run finds it done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cluster.errors import ClusterError
from cluster.jars import ENGINES, build_features_jar, install_jars, unpack_extras
from cluster.layout import Layout
from cluster.progress import Progress
from cluster.python_envs import install_airflow, install_python
from cluster.system_packages import AIRFLOW_PACKAGES, DEV_PACKAGES, PACKAGES, install_packages

SIDE_BY_SIDE = 3  # Python, and two of Maven: mostly waiting for the network


def install(layout: Layout, *, dev: bool) -> None:
    """Install what is missing.

    :raises ClusterError: with everything that failed, after the rest is done
    """
    progress = Progress()
    for folder in (layout.home, layout.jars, layout.share, layout.logs, layout.dist):
        folder.mkdir(parents=True, exist_ok=True)
    install_packages(layout, progress, PACKAGES + (DEV_PACKAGES if dev else ()))
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        work: list[Callable[[], None]] = [lambda: install_python(layout, progress, dev=dev)]
        work += [_jars_of(layout, engine, progress) for engine in ENGINES]
        futures = [pool.submit(step) for step in work]
    errors = [str(error) for future in futures if (error := future.exception()) is not None]
    if errors:
        raise ClusterError("\n".join(["installation is not complete:", *errors]))
    unpack_extras(layout)
    build_features_jar(layout, progress)
    progress.say(f"installed in {layout.home}")


def install_airflow_only(layout: Layout) -> None:
    """Install Airflow's environment with the packages for tests, and nothing of the cluster."""
    progress = Progress()
    for folder in (layout.home, layout.logs):
        folder.mkdir(parents=True, exist_ok=True)
    install_packages(layout, progress, AIRFLOW_PACKAGES)
    install_airflow(layout, progress, dev=True)


def _jars_of(layout: Layout, engine: str, progress: Progress) -> Callable[[], None]:
    return lambda: install_jars(layout, engine, progress)
