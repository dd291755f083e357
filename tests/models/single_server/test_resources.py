"""The model's arguments, what it says, and that its two views of a crowd agree."""

import doctest
from typing import Any

import pytest

from scalelab.models.queueing.closed_network import Station, solve
from scalelab.models.single_server import resources
from scalelab.models.single_server.resources import (
    APART,
    ONE,
    PARTS,
    STATIONS,
    at_once,
    curve,
    serve,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("customers", (0, 20_001)), ("vcpus", (0, 65)), ("database_vcpus", (0, 65)),
        ("web_ms", (-0.1, 1001.0)), ("application_ms", (0.0, 1001.0)),
        ("jobs_ms", (-0.1, 1001.0)), ("database_ms", (-0.1, 1001.0, NAN)),
        ("disk_ms", (0.0, 1001.0)), ("queries", (-1.0, 1001.0)), ("trip_ms", (-0.1, 1001.0)),
        ("think_s", (0.0, 10_001.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"customers": 10, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            serve(**given)


def test_other_arguments() -> None:
    with pytest.raises(ValueError, match=r"^most is 0, allowed is 1 to 20000"):
        curve(0)
    with pytest.raises(ValueError, match=r"^arrangement is 'Two', allowed are One machine, Data"):
        serve(10, "Two")
    with pytest.raises(ValueError, match=r"^customers_of_the_day is 0"):
        at_once(0.0)
    with pytest.raises(ValueError, match=r"^customers_of_the_day is 300000, .* of 200,000 a day"):
        at_once(300_000.0)


@pytest.mark.parametrize("arrangement", [ONE, APART])
def test_against_the_general_model(arrangement: str) -> None:
    places = [Station("vCPUs", 0.010, 4), Station("Disk", 0.001)]
    if arrangement == APART:
        places = [
            Station("vCPUs", 0.007, 4), Station("Database's vCPUs", 0.003, 4),
            Station("Disk", 0.001), Station("Network", 0.0005, 0, 3.0),
        ]  # fmt: skip
    general = solve(600, places, think_s=1.0)
    for each in curve(600, arrangement, think_s=1.0):
        at = each.customers - 1
        assert each.throughput_per_s == pytest.approx(general.throughput_per_s[at])
        assert each.response_ms == pytest.approx(1000.0 * general.response_s[at])
        assert each.queue["vCPUs"] == pytest.approx(general.queue["vCPUs"][at])
        assert each.busy["Disk"] == pytest.approx(general.utilisation["Disk"][at])


def test_result() -> None:
    found = serve(3000, APART)
    assert found.arrangement == APART
    assert found.customers == 3000
    assert tuple(found.parts_ms) == PARTS
    assert tuple(found.queue) == tuple(found.busy) == STATIONS
    assert sum(found.parts_ms.values()) == pytest.approx(found.response_ms)
    assert found.throughput_per_s <= found.most_per_s
    assert found.response_ms >= found.least_ms >= found.light_ms
    assert found.bottleneck == "vCPUs"
    assert serve(3000, APART, database_ms=9.0).bottleneck == "Database's vCPUs"
    assert serve(3000, disk_ms=4.0).bottleneck == "Disk"
    points = curve(3000, APART)
    assert len(points) == 59
    assert points[-1] == found


def test_a_day_and_a_crowd() -> None:
    """A hundred thousand customers a day are two thousand at once: 200 requests/s, 10 s each."""
    assert at_once(100_000.0) == pytest.approx(200.0 * 10.012, abs=1.0)
    for day in (1.0, 50_000.0, 195_000.0):
        crowd = at_once(day)
        assert serve(crowd).customers_of_the_day >= day
        assert crowd == 1 or serve(crowd - 1).customers_of_the_day < day
    assert at_once(250_000.0, APART) > 5000


def test_the_second_machine_costs_time_until_the_first_is_nearly_full() -> None:
    slower = serve(1000, APART).response_ms - serve(1000).response_ms
    assert slower == pytest.approx(1.5, abs=0.2)
    assert serve(3800).response_ms > 2.0 * serve(3800, APART).response_ms


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(resources).failed == 0
