"""Jars: one pom and one folder an engine, resolved by Maven with checksums enforced."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

from cluster.errors import ClusterError
from cluster.layout import Layout, java_home
from cluster.progress import Progress
from cluster.shell import java_environment, run_logged
from cluster.stamps import digest_of, is_stamped, put_stamp, short_hash

HERE = Path(__file__).parent
POMS = HERE / "poms"
SETTINGS = POMS / "settings.xml"
LAUNCHER = HERE / "drill_launcher" / "EmbeddedDrillbit.java"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
ENGINES = ("hadoop", "hive", "drill", "livy", "tez", "extras")  # the slow ones first


def maven(*arguments: str | Path) -> list[str | Path]:
    """Maven's command line: no questions, wrong checksums are errors, dead repositories are not asked."""
    return ["mvn", "-B", "-ntp", "-C", "-gs", SETTINGS, *arguments]


def install_jars(layout: Layout, engine: str, progress: Progress) -> None:
    """Fill jars/<engine>; a second call with the same pom does nothing."""
    pom = POMS / f"{engine}.xml"
    folder = layout.jars / engine
    digest = digest_of(pom)
    if is_stamped(layout, f"jars-{engine}", digest, folder):
        return
    fresh = layout.jars / f"{engine}.new"
    command = maven("-q", "-f", pom, COPY, "-DincludeScope=runtime", f"-DoutputDirectory={fresh}")
    with progress.step(f"jars of {engine}"):
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            run_logged(layout, f"jars-{engine}", *command, extra=java_environment())
        except ClusterError:
            progress.say(f"jars of {engine}: once more, after an error")
            run_logged(layout, f"jars-{engine}", *command, "-U", extra=java_environment())
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        put_stamp(layout, f"jars-{engine}", digest)


def unpack_extras(layout: Layout) -> None:
    """Unpack the web pages of HDFS and the schema scripts of the metastore, and compile Drill's launcher."""
    digest = digest_of(POMS / "extras.xml", POMS / "drill.xml", LAUNCHER)
    pages, scripts, launcher = (layout.share / name for name in ("hadoop", "hive-metastore", "drill"))
    if is_stamped(layout, "share", digest, pages, scripts, launcher):
        return
    for folder in (pages, scripts, launcher):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with zipfile.ZipFile(_one(layout.jars / "extras", "hadoop-hdfs-*-tests.jar")) as jar:
        for name in jar.namelist():
            if name.startswith("webapps/"):
                jar.extract(name, pages)
    archive = _one(layout.jars / "extras", "*-bin.tar.gz")
    options = ("--strip-components=1", "--wildcards", "*/scripts")
    run_logged(layout, "hive-schema", "tar", "-xzf", archive, "-C", scripts, *options)
    # Drill's jar holds sources too; without -implicit:none javac would compile them beside the launcher.
    subprocess.run(
        [
            *(str(java_home() / "bin" / "javac"), "-nowarn", "-proc:none", "-implicit:none"),
            *("-cp", f"{layout.jars / 'drill'}/*", "-d", str(launcher), str(LAUNCHER)),
        ],
        check=True,
        capture_output=True,
    )
    put_stamp(layout, "share", digest)


def build_features_jar(layout: Layout, progress: Progress) -> None:
    """Build include/java, where there is one, and keep the jar as dist/features-<hash of its content>.jar."""
    project = layout.checkout / "include" / "java"
    if not (project / "pom.xml").exists():
        return
    digest = digest_of(project / "pom.xml", project / "src")
    if is_stamped(layout, "features", digest, layout.dist) and list(layout.dist.glob("features-*.jar")):
        return
    with progress.step("the feature extractor's jar"):
        command = maven("-q", "-f", project / "pom.xml", "-DskipTests", "package")
        run_logged(layout, "features", *command, extra=java_environment())
        built = _built_jar(project / "target")
        layout.dist.mkdir(parents=True, exist_ok=True)
        for old in layout.dist.glob("features-*.jar"):
            old.unlink()
        shutil.copyfile(built, layout.dist / f"features-{short_hash(built.read_bytes())}.jar")
        put_stamp(layout, "features", digest)


def _built_jar(target: Path) -> Path:
    others = ("-sources", "-javadoc", "-tests")
    found = [path for path in target.glob("*.jar") if not path.stem.endswith(others)]
    found = [path for path in found if not path.name.startswith("original-")]
    if len(found) != 1:
        raise ClusterError(f"{target} should hold one jar, but holds {[path.name for path in found]}")
    return found[0]


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ClusterError(f"{folder} should hold one {pattern}, not {len(found)}; delete it, install again")
    return found[0]
