"""The checked API: what it gives, and what it refuses."""

import doctest
from dataclasses import replace

import numpy as np
import pytest

from scalelab.models.queueing import closed_network
from scalelab.models.queueing.closed_network import Station, bounds, solve, solve_open

CPU, DISK = Station("CPU", 0.01, servers=4), Station("disk", 0.0002, visits=5)


def test_the_examples_run() -> None:
    assert doctest.testmod(closed_network).failed == 0


def test_what_comes_back() -> None:
    found = solve(50, [CPU, DISK, Station("network", 0.05, servers=0)], think_s=1.0)
    assert found.customers.tolist() == list(range(1, 51))
    assert found.throughput_per_s[0] == pytest.approx(1 / 1.061)
    assert found.bottleneck == "CPU"
    assert set(found.queue) == set(found.residence_s) == {"CPU", "disk", "network"}
    np.testing.assert_allclose(found.residence_s["network"], 0.05)
    np.testing.assert_allclose(found.utilisation["network"], found.queue["network"])
    np.testing.assert_allclose(sum(found.residence_s.values()), found.response_s)
    np.testing.assert_allclose(found.utilisation["CPU"], found.throughput_per_s * 0.0025)


def test_background_takes_its_part() -> None:
    busy = replace(CPU, background=1.0)
    assert bounds([busy], 10.0).ceiling_per_s == pytest.approx(300.0)
    found = solve(6000, [busy], think_s=10.0)
    assert found.throughput_per_s[-1] == pytest.approx(300.0)
    assert found.utilisation["CPU"][-1] == pytest.approx(1.0)
    assert found.response_s[-1] == pytest.approx(10.0, rel=1e-3)


def test_bounds() -> None:
    limits = bounds([CPU, DISK], 10.0)
    assert limits.knee == pytest.approx(4004.4)
    found = solve(6000, [CPU, DISK], 10.0)
    for n in (1, 2000, 4004, 6000):
        assert found.throughput_per_s[n - 1] <= limits.throughput_per_s(n) * (1 + 1e-12)
        assert found.response_s[n - 1] >= limits.response_s(n) * (1 - 1e-12)


def test_only_delays_have_no_bottleneck() -> None:
    far = [Station("far", 2.0, servers=0)]
    assert solve(3, far).bottleneck is None
    assert solve(3, far).throughput_per_s[-1] == pytest.approx(1.5)
    with pytest.raises(ValueError, match="no station has a limit"):
        bounds(far)


def test_open() -> None:
    found = solve_open(80.0, [Station("one", 0.01), Station("far", 0.5, servers=0)])
    assert found.residence_s == pytest.approx({"one": 0.05, "far": 0.5})
    assert found.response_s == pytest.approx(0.55)
    assert found.queue == pytest.approx({"one": 4.0, "far": 40.0})
    assert found.utilisation == pytest.approx({"one": 0.8, "far": 40.0})
    with pytest.raises(ValueError, match=r"one gets 1 Erlangs and has 1 servers; below 100 rounds"):
        solve_open(100.0, [Station("one", 0.01)])
    with pytest.raises(ValueError, match=r"background is 0.5, allowed is 0.0 to 0.0; solve takes"):
        solve_open(1.0, [Station("one", 0.01, background=0.5)])


@pytest.mark.parametrize(
    ("customers", "stations", "think_s", "message"),
    [
        (0, [CPU], 1.0, "customers is 0, allowed is 1 to 20000"),
        (20_001, [CPU], 1.0, "customers is 20001"),
        (1, [CPU], -1.0, r"think_s is -1.0 s, allowed is 0.0 to 1000000.0 s"),
        (1, [CPU], float("nan"), "think_s is nan"),
        (1, [], 1.0, "number of stations is 0, allowed is 1 to 50"),
        (1, [CPU, CPU], 1.0, "give each a name of its own"),
        (1, [replace(CPU, service_time_s=-1.0)], 1.0, "service_time_s of CPU is -1.0 s"),
        (1, [replace(CPU, servers=1001)], 1.0, "servers of CPU is 1001, allowed is 0 to 1000"),
        (1, [replace(CPU, visits=-1.0)], 1.0, "visits of CPU is -1.0"),
        (1, [replace(CPU, background=4.0)], 1.0, "background of CPU is 4.0 servers"),
        (1, [replace(CPU, servers=0, background=0.1)], 1.0, "background of CPU is 0.1"),
        (1, [replace(CPU, visits=0.0)], 0.0, "a round takes 0 s; give a think time"),
    ],
)
def test_refused(customers: int, stations: list, think_s: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve(customers, stations, think_s)
