from __future__ import annotations

import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cluster.errors import ClusterError
from cluster.local_site import Site, template_values
from cluster.render import TEMPLATES, render_all, render_text, template_files

ALL = [str(path.relative_to(TEMPLATES)) for path in template_files()]
XML = [name for name in ALL if name.endswith(".xml")]


def properties(site: Site, name: str) -> dict[str, str]:
    root = ElementTree.fromstring(render_text(TEMPLATES / name, template_values(site)))
    return {item.findtext("name", ""): item.findtext("value", "") for item in root.iter("property")}


def test_every_engine_has_templates() -> None:
    assert {Path(name).parts[0] for name in ALL} == {"hadoop", "hive", "tez", "spark", "livy", "drill"}


@pytest.mark.parametrize("name", ALL)
def test_no_placeholder_is_left(site: Site, name: str) -> None:
    text = render_text(TEMPLATES / name, template_values(site))
    left = set(re.findall(r"\$\{?\w+", text)) - {"${hadoop"}  # log4j's own ${hadoop.root.logger}
    assert left == set()


@pytest.mark.parametrize("name", XML)
def test_every_xml_file_is_valid(site: Site, name: str) -> None:
    ElementTree.fromstring(render_text(TEMPLATES / name, template_values(site)))


@pytest.mark.parametrize("name", [name for name in XML if name.endswith("-site.xml")])
def test_no_property_is_set_twice_or_empty(site: Site, name: str) -> None:
    root = ElementTree.fromstring(render_text(TEMPLATES / name, template_values(site)))
    names = [item.findtext("name", "") for item in root.iter("property")]
    assert len(names) == len(set(names)) > 5
    assert all(item.findtext("value") for item in root.iter("property"))


def test_values_are_escaped_in_xml_and_only_there(tmp_path: Path) -> None:
    for name in ("a.xml", "a.conf"):
        (tmp_path / name).write_text("<v>$x</v>")
    assert render_text(tmp_path / "a.xml", {"x": "a<b&c"}) == "<v>a&lt;b&amp;c</v>"
    assert render_text(tmp_path / "a.conf", {"x": "a<b&c"}) == "<v>a<b&c</v>"


def test_a_missing_value_is_named_with_its_template(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("port = $nobody_knows")
    with pytest.raises(ClusterError, match=r"a\.conf needs a value for 'nobody_knows'"):
        render_text(tmp_path / "a.conf", {})


def test_a_lonely_dollar_sign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("price = 5$ each")
    with pytest.raises(ClusterError, match=r"write \$\$"):
        render_text(tmp_path / "a.conf", {})


def test_a_second_rendering_changes_nothing_and_a_moved_port_only_its_files(
    site: Site, tmp_path: Path
) -> None:
    target = tmp_path / "conf"
    assert len(render_all(target, template_values(site))) == len(ALL)
    assert render_all(target, template_values(site)) == []
    moved = Site(layout=site.layout, ports={**site.ports, "metastore": 19083})
    changed = render_all(target, template_values(moved))
    assert [path.name for path in changed] == ["hive-site.xml"]


def test_rendered_files_are_readable_by_the_owner_only(site: Site, tmp_path: Path) -> None:
    for path in render_all(tmp_path / "conf", template_values(site)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_settings_that_other_parts_rely_on(site: Site) -> None:
    hdfs = properties(site, "hadoop/hdfs-site.xml")
    assert hdfs["dfs.client.block.write.locateFollowingBlock.initial.delay.ms"] == "5"
    hive = properties(site, "hive/hive-site.xml")
    assert hive["hive.execution.engine"] == "tez"
    assert hive["hive.server2.close.session.on.disconnect"] == "false"
    yarn = properties(site, "hadoop/yarn-site.xml")
    assert yarn["yarn.resourcemanager.recovery.enabled"] == "true"
    assert yarn["yarn.nodemanager.force.path"].startswith("/usr/bin:")
    assert int(yarn["yarn.nodemanager.resource.memory-mb"]) == 8192
    queues = properties(site, "hadoop/capacity-scheduler.xml")
    assert queues["yarn.scheduler.capacity.root.queues"] == "default,ml_training"


def test_every_jvm_of_a_job_resolves_names_from_our_file(site: Site) -> None:
    flag = f"-Djdk.net.hosts.file={site.layout.hosts_file}"
    mapred = properties(site, "hadoop/mapred-site.xml")
    tez = properties(site, "tez/tez-site.xml")
    spark = render_text(TEMPLATES / "spark" / "spark-defaults.conf", template_values(site))
    for options in (
        mapred["yarn.app.mapreduce.am.command-opts"],
        mapred["mapreduce.map.java.opts"],
        mapred["mapreduce.reduce.java.opts"],
        tez["tez.am.launch.cluster-default.cmd-opts"],
        tez["tez.task.launch.cluster-default.cmd-opts"],
    ):
        assert flag in options.split()
    assert spark.count(flag) == 3


@pytest.mark.parametrize("name", ALL)
def test_servers_bind_to_the_loopback_address_only(site: Site, name: str) -> None:
    assert "0.0.0.0" not in render_text(TEMPLATES / name, template_values(site))
