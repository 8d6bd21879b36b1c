"""Command lines and options of the Java processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from cluster.layout import Layout, java_home

HADOOP_OPENS = (
    "java.io", "java.lang", "java.math", "java.net", "java.util", "java.util.concurrent", "java.util.zip",
    "sun.security.util", "sun.security.x509",
)  # fmt: skip
HIVE_OPENS = (
    "java.io", "java.lang", "java.lang.reflect", "java.lang.invoke", "java.math", "java.net", "java.nio",
    "java.text", "java.time", "java.util", "java.util.concurrent", "java.util.concurrent.atomic",
    "java.util.regex", "java.util.zip", "sun.nio.ch", "sun.security.util", "sun.security.x509",
)  # fmt: skip
LIVY_OPENS = (
    "java.lang.invoke", "java.lang", "java.nio", "java.util.concurrent.atomic", "sun.nio.ch", "java.net",
    "java.io", "sun.util.calendar", "java.util",
)  # fmt: skip
LIVY_EXPORTS = ("sun.net.dns", "sun.net.util", "sun.security.x509", "sun.security.util")
DRILL_OPENS = ("java.lang", "java.util", "sun.nio.ch", "java.net", "java.nio")


def opens(packages: Iterable[str]) -> list[str]:
    """Options that let old libraries reach into java.base on Java 17."""
    return [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in packages]


def quick(layout: Layout) -> list[str]:
    """Options every JVM gets: little CPU and memory at start, no need of a host name that resolves."""
    return ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", *loopback(layout)]


def loopback(layout: Layout) -> list[str]:
    """Options that make names resolve from a file of ours, to the loopback address."""
    return ["-Djava.net.preferIPv4Stack=true", f"-Djdk.net.hosts.file={layout.hosts_file}"]


def hadoop_classpath(layout: Layout) -> str:
    """Class path of the Hadoop processes and commands."""
    return f"{layout.conf / 'hadoop'}:{layout.jars / 'hadoop'}/*"


def java_command(
    layout: Layout,
    *,
    main: str,
    classpath: str,
    heap_mb: int,
    options: Sequence[str] = (),
    arguments: Sequence[str | Path] = (),
) -> tuple[str, ...]:
    """Argument list of one Java process."""
    return (
        str(java_home() / "bin" / "java"),
        f"-Xmx{heap_mb}m",
        *quick(layout),
        *options,
        "-cp",
        classpath,
        main,
        *map(str, arguments),
    )
