from __future__ import annotations

import pytest

from cluster.errors import ClusterError
from cluster.ports import USUAL, all_ports, variable_of


def test_without_settings_the_usual_ports_are_used() -> None:
    assert all_ports({}) == USUAL


def test_the_usual_ports_are_all_different() -> None:
    assert len(set(USUAL.values())) == len(USUAL)


def test_the_offset_moves_all_ports() -> None:
    moved = all_ports({"NIGHTSCAN_PORT_OFFSET": "1000"})
    assert moved == {name: port + 1000 for name, port in USUAL.items()}


def test_one_port_can_be_moved_alone_and_the_offset_is_not_added_to_it() -> None:
    ports = all_ports({"NIGHTSCAN_PORT_OFFSET": "7", "NIGHTSCAN_PORT_HIVESERVER2": "11111"})
    assert ports["hiveserver2"] == 11111
    assert ports["livy"] == USUAL["livy"] + 7


def test_drills_data_port_follows_its_control_port() -> None:
    ports = all_ports({"NIGHTSCAN_PORT_DRILL_CONTROL": "40000"})
    assert ports["drill_data"] == 40001


def test_two_names_on_one_port_are_refused_by_name() -> None:
    with pytest.raises(ClusterError, match="namenode and livy both have port 8020; set NIGHTSCAN_PORT_LIVY"):
        all_ports({"NIGHTSCAN_PORT_LIVY": "8020"})


@pytest.mark.parametrize("text", ["http", "1e3", "8 020x"])
def test_a_port_that_is_no_number_is_refused_with_its_variable(text: str) -> None:
    with pytest.raises(ClusterError, match="NIGHTSCAN_PORT_DRILL="):
        all_ports({"NIGHTSCAN_PORT_DRILL": text})


@pytest.mark.parametrize("offset", ["60000", "-9000"])
def test_an_offset_that_leaves_the_range_is_refused(offset: str) -> None:
    with pytest.raises(ClusterError, match="outside 1 to 65535"):
        all_ports({"NIGHTSCAN_PORT_OFFSET": offset})


def test_every_port_has_a_variable_of_its_own() -> None:
    assert len({variable_of(name) for name in USUAL}) == len(USUAL)
