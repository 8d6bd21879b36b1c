"""The commands hadoop, hdfs, yarn and mapred, with the argument forms of the real ones."""

from __future__ import annotations

from pathlib import Path

from cluster.java import HADOOP_OPENS, hadoop_classpath, opens, quick
from cluster.layout import Layout, java_home
from cluster.render import render_text

NAMES = ("hadoop", "hdfs", "yarn", "mapred")
SCRIPT = Path(__file__).parent / "launcher.sh"


def write_launchers(layout: Layout) -> None:
    """Write the four commands into the bin folder."""
    layout.bin.mkdir(parents=True, exist_ok=True)
    text = render_text(
        SCRIPT,
        {
            "java_home": str(java_home()),
            "conf": str(layout.conf / "hadoop"),
            "jars": str(layout.jars / "hadoop"),
            "hosts": str(layout.hosts_file),
            "classpath": hadoop_classpath(layout).removeprefix(f"{layout.conf / 'hadoop'}:"),
            "options": " ".join([*quick(layout), *opens(HADOOP_OPENS)]),
        },
    )
    for name in NAMES:
        path = layout.bin / name
        if not path.exists() or path.read_text() != text:
            temporary = path.with_name(f".{name}.tmp")
            temporary.write_text(text)
            temporary.chmod(0o755)
            temporary.replace(path)
