"""One machine and two against closed forms, a convolution of probabilities, and a simulation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.single_server import resources_reference as plain

from scalelab.kernels import shop
from scalelab.kernels.jit import Table
from scalelab.kernels.single_server.resources import (
    APART,
    APPLICATION,
    ARRANGEMENT,
    BOTTLENECK,
    CEILING,
    CPU,
    CPU_BUSY,
    CPU_QUEUE,
    CUSTOMERS,
    DATABASE,
    DATABASE_BUSY,
    DATABASE_QUEUE,
    DISK,
    DISK_BUSY,
    DISK_HEAD,
    DISK_QUEUE,
    HERE,
    JOBS,
    KNEE,
    LEAST,
    LIGHT,
    MOST,
    NETWORK,
    OF_THE_DAY,
    ONE,
    POINTS,
    RESPONSE,
    THROUGHPUT,
    WEB,
    WIDTH,
    resources,
)
from scalelab.theory.queueing import closed_network
from scalelab.theory.queueing.closed_network import Station
from scalelab.theory.single_server import resources as theory
from scalelab.theory.workload.think_time import machine_repair

STORY: dict[str, Any] = {
    "customers": 3800, "vcpus": 4, "database_vcpus": 4, "web_ms": 0.5, "application_ms": 6.0,
    "jobs_ms": 0.5, "database_ms": 3.0, "disk_ms": 1.0, "queries": 3.0, "trip_ms": 0.5,
    "think_s": 10.0, "most": 4500, "customer_rate": 0.002,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "customers": st.integers(1, 400),
    "vcpus": st.integers(1, 16),
    "database_vcpus": st.integers(1, 16),
    "web_ms": st.sampled_from([0.0, 0.5, 20.0]),
    "application_ms": st.sampled_from([0.01, 6.0, 100.0]),
    "jobs_ms": st.sampled_from([0.0, 0.5]),
    "database_ms": st.sampled_from([0.0, 3.0, 50.0]),
    "disk_ms": st.sampled_from([0.001, 1.0, 30.0]),
    "queries": st.sampled_from([0.0, 3.0, 100.0]),
    "trip_ms": st.sampled_from([0.0, 0.5, 10.0]),
    "think_s": st.sampled_from([0.001, 0.1, 1.0, 10.0]),
    "most": st.integers(1, 400),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return resources(*{**STORY, **changed}.values())


def stations(arrangement: int, **changed: Any) -> list[Station]:
    w = {**STORY, **changed}
    own = (w["web_ms"] + w["application_ms"] + w["jobs_ms"]) / 1000.0
    database, disk = w["database_ms"] / 1000.0, w["disk_ms"] / 1000.0
    if arrangement == ONE:
        return theory.one_machine(w["vcpus"], own, database, disk)
    trips = w["queries"] * w["trip_ms"] / 1000.0
    return theory.apart(w["vcpus"], own, w["database_vcpus"], database, disk, trips)


@settings(max_examples=60, deadline=None)
@given(world=worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    think_s = world["think_s"]
    assert found.shape == (2 * (POINTS + 1), WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    n, rate, response = found[:, CUSTOMERS], found[:, THROUGHPUT], found[:, RESPONSE] / 1000.0
    np.testing.assert_allclose(rate * (think_s + response), n, rtol=1e-9)  # Little
    parts = found[:, WEB : NETWORK + 1]
    np.testing.assert_allclose(parts.sum(axis=1), found[:, RESPONSE], rtol=1e-9)
    queues = found[:, CPU_QUEUE : DISK_QUEUE + 1].sum(axis=1)
    travelling = rate * found[:, NETWORK] / 1000.0
    np.testing.assert_allclose(queues + travelling, rate * response, rtol=1e-9)
    # Queues are taken to be there at random: between the bounds, and not on them.
    assert (rate <= found[:, MOST] * (1.0 + 1e-9)).all()
    assert (found[:, RESPONSE] >= found[:, LEAST] * (1.0 - 1e-9)).all()
    assert (found[:, CPU_BUSY : DISK_BUSY + 1] <= 1.0 + 1e-9).all()
    np.testing.assert_allclose(found[:, OF_THE_DAY], rate / 0.002)
    for arrangement in (ONE, APART):
        rows = found[found[:, ARRANGEMENT] == arrangement]
        here = rows[rows[:, HERE] == 1.0]
        assert len(rows) == POINTS + 1
        assert here[:, CUSTOMERS].tolist() == [world["customers"]]
        assert rows[0, CUSTOMERS] == 1.0
        assert rows[POINTS - 1, CUSTOMERS] == max(world["most"], world["customers"])
        assert (np.diff(rows[:POINTS, CUSTOMERS]) >= 0.0).all()
        assert (np.diff(rows[:POINTS, THROUGHPUT]) >= -1e-9 * rows[1:POINTS, THROUGHPUT]).all()
        np.testing.assert_allclose(rows[0, RESPONSE], rows[0, LIGHT], rtol=1e-9)
    one = found[found[:, ARRANGEMENT] == ONE]
    assert not one[:, [NETWORK, DATABASE_QUEUE, DATABASE_BUSY]].any()


@settings(max_examples=30, deadline=None)
@given(world=worlds)
def test_probabilities_convolved(world: dict[str, Any]) -> None:
    """Against open networks on the condition that so many are there."""
    found = table(**world)
    for arrangement in (ONE, APART):
        places = stations(arrangement, **world)
        rows = found[found[:, ARRANGEMENT] == arrangement]
        for row in (rows[POINTS // 3], rows[POINTS - 1], rows[POINTS]):
            exact = theory.conditioned(int(row[CUSTOMERS]), world["think_s"], places)
            assert row[THROUGHPUT] == pytest.approx(exact.throughput, rel=1e-7)
            # Whoever neither thinks nor is at a queue is in the network.
            assert row[DISK] == pytest.approx(
                1000.0 * exact.residences[1 if arrangement == ONE else 2], rel=1e-6
            )
            assert row[CPU_QUEUE] == pytest.approx(exact.queues[0], rel=1e-6)
            if arrangement == APART:
                assert row[DATABASE_QUEUE] == pytest.approx(exact.queues[1], rel=1e-6, abs=1e-12)
                assert row[NETWORK] == pytest.approx(1000.0 * places[3][0], rel=1e-9)
        assert rows[0, CEILING] == pytest.approx(closed_network.ceiling(places))
        assert rows[0, KNEE] == pytest.approx(closed_network.knee(world["think_s"], places))


def test_thousands_of_customers() -> None:
    found = table()
    for arrangement in (ONE, APART):
        rows = found[found[:, ARRANGEMENT] == arrangement]
        for row in (rows[POINTS - 1], rows[POINTS]):
            exact = theory.conditioned(int(row[CUSTOMERS]), 10.0, stations(arrangement))
            assert row[THROUGHPUT] == pytest.approx(exact.throughput, rel=1e-7)
            assert row[CPU_QUEUE] == pytest.approx(exact.queues[0], rel=1e-6)


@pytest.mark.parametrize("vcpus", [1, 4, 16])
@pytest.mark.parametrize("customers", [1, 30, 1500, 5000])
def test_a_machine_whose_disk_takes_nothing_is_the_machine_repairman(
    vcpus: int, customers: int
) -> None:
    found = table(vcpus=vcpus, customers=customers, disk_ms=1e-9)
    row = found[(found[:, ARRANGEMENT] == ONE) & (found[:, HERE] == 1.0)][0]
    exact = machine_repair(customers, 10.0, 0.010, vcpus)
    assert row[THROUGHPUT] == pytest.approx(exact.throughput, rel=1e-7)
    assert row[RESPONSE] == pytest.approx(1000.0 * exact.response, rel=1e-4)


@pytest.mark.parametrize(("arrangement", "seed"), [(ONE, 1), (APART, 2)])
def test_customers_who_are_simulated(arrangement: int, seed: int) -> None:
    """Fixed work in pieces: the product form does not mind. 30,000 rounds, three per cent."""
    work = {"web": 0.0005, "application": 0.006, "jobs": 0.0005, "database": 0.003, "disk": 0.002}
    world = {"customers": 30, "vcpus": 2, "database_vcpus": 1, "disk_ms": 2.0, "think_s": 0.08}
    rate, spent = plain.simulate(
        30, 0.08, work, 3, 0.0005, 2, 1 if arrangement == APART else 0, 30_000, seed
    )
    found = table(**world, most=30)
    row = found[(found[:, ARRANGEMENT] == arrangement) & (found[:, HERE] == 1.0)][0]
    assert row[THROUGHPUT] == pytest.approx(rate, rel=0.02)
    columns = {"web": WEB, "application": APPLICATION, "jobs": JOBS, "database": DATABASE,
               "disk": DISK, "network": NETWORK}  # fmt: skip
    for what, column in columns.items():
        assert row[column] == pytest.approx(1000.0 * spent[what], rel=0.03, abs=1e-9)
    assert row[RESPONSE] > 1.2 * row[LIGHT]  # or there was nothing to see


def test_the_machine_of_the_course() -> None:
    """Four vCPUs at 10 ms do 400 requests a second; at 7 ms 571: the database was three tenths."""
    found = table()
    one, apart = found[0], found[POINTS + 1]
    assert (one[LIGHT], apart[LIGHT]) == (pytest.approx(11.0), pytest.approx(12.5))
    assert (one[CEILING], apart[CEILING]) == (pytest.approx(400.0), pytest.approx(4000.0 / 7.0))
    assert one[KNEE] == pytest.approx(4004.4)
    assert apart[KNEE] == pytest.approx((10.0 + 0.0125) * 4000.0 / 7.0)
    assert one[BOTTLENECK] == apart[BOTTLENECK] == CPU
    assert table(disk_ms=5.0)[0, BOTTLENECK] == DISK_HEAD
    assert STORY["customer_rate"] == pytest.approx(shop.CUSTOMER_RATE)
    assert STORY["think_s"] == shop.THINK_S


def test_far_beyond_the_knee_each_one_more_adds_the_same() -> None:
    """R = N D_max - Z: one customer more waits for one more request of the bottleneck, 2.5 ms."""
    found = table(customers=6000, most=6001)
    one = found[found[:, ARRANGEMENT] == ONE]
    assert one[POINTS, RESPONSE] == pytest.approx(6000 * 2.5 - 10_000.0, rel=1e-9)
    assert one[POINTS - 1, RESPONSE] - one[POINTS, RESPONSE] == pytest.approx(2.5, rel=1e-6)
