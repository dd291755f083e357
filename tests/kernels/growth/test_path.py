"""The table against the shop listed server by server, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.growth.path_reference import (
    Design,
    World,
    busiest,
    cheapest,
    close,
    grown,
    limit,
    response,
    stations,
)

from scalelab.kernels.growth import path as kernels
from scalelab.kernels.jit import Table
from scalelab.models.growth.path import CONSTANTS

SHOP: dict[str, Any] = {
    "customers": 1e6, "vcpus": 4, "target": 0.6, "application_ms": 6.0, "database_ms": 3.0,
    "disk_ms": 1.0, "write_share": 0.05, "hit_ratio": 0.9, "far_share": 0.3,
}  # fmt: skip
RATE = CONSTANTS["customer_rate"]


def table(**changed: Any) -> Table:
    return kernels.path(*{**SHOP, **changed}.values(), *CONSTANTS.values())


def world(shop: dict[str, Any]) -> World:
    return World(
        shop["vcpus"], shop["target"], shop["application_ms"] + CONSTANTS["beside_ms"],
        shop["database_ms"], shop["disk_ms"], shop["write_share"], shop["hit_ratio"],
        shop["far_share"], CONSTANTS["near_ms"], CONSTANTS["far_ms"], CONSTANTS["trip_ms"],
        CONSTANTS["queries"], CONSTANTS["lookup_ms"],
    )  # fmt: skip


shops = st.fixed_dictionaries({
    "customers": st.sampled_from([1e3, 7e4, 1e6, 2.3e7]), "vcpus": st.sampled_from([1, 4, 33]),
    "target": st.sampled_from([0.3, 0.61, 0.9]),
    "application_ms": st.sampled_from([1.0, 6.0, 50.0]),
    "database_ms": st.sampled_from([0.5, 3.0, 20.0]), "disk_ms": st.sampled_from([0.1, 1.0, 10.0]),
    "write_share": st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    "hit_ratio": st.sampled_from([0.0, 0.9, 0.99]), "far_share": st.sampled_from([0.0, 0.3, 0.8]),
})  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(shops, st.integers(0, kernels.STAGES - 1))
@example(SHOP, kernels.SHARDED)
@example(SHOP, kernels.REPLICATED)
@example(SHOP, kernels.CACHED)
def test_a_stage_is_that_of_the_reference(shop: dict[str, Any], stage: int) -> None:
    w = world(shop)
    rows = table(**shop)
    of = rows[rows[:, kernels.STAGE] == stage]
    most = limit(stage, w)
    np.testing.assert_allclose(of[:, kernels.LIMIT], most / RATE, rtol=1e-9)
    for row in (of[2], of[-1]):
        rate = float(row[kernels.RATE])
        # A hair below the limit: the bisection ends beside it.
        best = cheapest(stage, min(rate, most * (1 - 1e-12)), w)
        assert row[kernels.MACHINES] == best.machines
        assert close(row[kernels.UTILISATION], busiest(best, rate, w))
        assert close(row[kernels.RESPONSE], response(best, rate, w))
    here = of[-1]
    assert here[kernels.HERE] == 1.0
    assert here[kernels.CARRIES] == (shop["customers"] <= most / RATE * (1 + 1e-9))


@settings(max_examples=60, deadline=None)
@given(shops)
def test_what_always_holds(shop: dict[str, Any]) -> None:
    rows = table(**shop)
    assert rows.shape == (kernels.STAGES * (kernels.POINTS + 1), kernels.WIDTH)
    assert np.isfinite(rows).all()
    assert (rows[:, kernels.UTILISATION] <= shop["target"] * (1 + 1e-8)).all()
    assert (rows[:, kernels.CUSTOMERS] <= rows[:, kernels.LIMIT] * (1 + 1e-9)).all()
    assert (rows[:, kernels.RESPONSE] >= CONSTANTS["near_ms"]).all()
    last = rows[rows[:, kernels.LAST] == 1.0]
    assert last[:, kernels.STAGE].tolist() == list(range(kernels.STAGES))
    np.testing.assert_allclose(last[:, kernels.CUSTOMERS], last[:, kernels.LIMIT])
    # Whatever a stage has besides, it carries no less.
    assert (np.diff(last[:, kernels.LIMIT]) >= -1e-6).all()
    np.testing.assert_allclose(
        np.cumprod(last[:, kernels.GAIN]), last[:, kernels.LIMIT] / last[0, kernels.LIMIT]
    )
    chosen = rows[(rows[:, kernels.CHOSEN] == 1.0) & (rows[:, kernels.HERE] == 1.0)]
    carries = last[last[:, kernels.CARRIES] == 1.0, kernels.STAGE]
    assert chosen[:, kernels.STAGE].tolist() == carries[:1].tolist()
    for stage in range(kernels.STAGES):
        of = rows[rows[:, kernels.STAGE] == stage][:-1]
        assert (np.diff(of[:, kernels.CUSTOMERS]) > 0.0).all()
        assert (np.diff(of[:, kernels.MACHINES]) >= 0.0).all()
        assert (np.diff(of[:, kernels.RENT]) >= 0.0).all()


@settings(max_examples=30, deadline=None)
@given(shops)
def test_half_of_the_work_carries_twice(shop: dict[str, Any]) -> None:
    half = {**SHOP, **shop}  # in the kernel's order
    for name in ("application_ms", "database_ms", "disk_ms"):
        half[name] = shop[name] / 2.0
    # What is beside the application's own work is halved, too.
    constants = {**CONSTANTS, "beside_ms": CONSTANTS["beside_ms"] / 2.0}
    rows = kernels.path(*half.values(), *constants.values())
    np.testing.assert_allclose(
        rows[:, kernels.LIMIT], 2.0 * table(**shop)[:, kernels.LIMIT], rtol=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(shops)
def test_more_of_it_is_no_worse(shop: dict[str, Any]) -> None:
    base = table(**shop)[:, kernels.LIMIT]
    for better in (
        {"vcpus": shop["vcpus"] + 1}, {"target": shop["target"] + 0.05},
        {"disk_ms": 0.9 * shop["disk_ms"]}, {"database_ms": 0.9 * shop["database_ms"]},
        {"hit_ratio": 0.999}, {"write_share": 0.5 * shop["write_share"]},
    ):  # fmt: skip
        assert (table(**{**shop, **better})[:, kernels.LIMIT] >= base * (1 - 1e-12)).all()


def test_only_several_regions_are_nearer_to_far_customers() -> None:
    far, near = (table(far_share=share)[:, kernels.RESPONSE] for share in (0.8, 0.0))
    stage = table()[:, kernels.STAGE]
    gap = CONSTANTS["far_ms"] - CONSTANTS["near_ms"]
    np.testing.assert_allclose((far - near)[stage < kernels.REGIONAL], 0.8 * gap)
    # Writes go to the first region still: one request in twenty.
    np.testing.assert_allclose((far - near)[stage >= kernels.REGIONAL], 0.8 * gap * 0.05)


def test_the_reference_counts_what_stands_there() -> None:
    assert Design(0).machines == 1
    assert Design(4, application=5, caches=1, replicas=2).machines == 9
    assert Design(6, application=1, caches=1, replicas=2, shards=4).machines == 3 * 2 + 4 + 24


@pytest.mark.parametrize("stage", range(kernels.STAGES))
def test_what_is_full_first_is_at_the_target_at_the_limit(stage: int) -> None:
    rows = table()
    (last,) = rows[(rows[:, kernels.STAGE] == stage) & (rows[:, kernels.LAST] == 1.0)]
    assert last[kernels.UTILISATION] == pytest.approx(0.6)
    (wanted,) = {
        kernels.SINGLE: [kernels.ONE_CPU], kernels.DATABASE: [kernels.APPLICATION_CPU],
    }.get(stage, [kernels.DISK])  # fmt: skip
    assert last[kernels.BOTTLENECK] == wanted


def of_customers(rows: Table) -> Table:
    found: Table = rows[rows[:, kernels.HERE] == 1.0]
    return found


KINDS = {
    "one": kernels.ONE_CPU, "application": kernels.APPLICATION_CPU,
    "database": kernels.DATABASE_CPU, "disk": kernels.DISK, "cache": kernels.CACHE_CPU,
}  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(shops)
def test_the_busiest_is_what_it_is_said_to_be(shop: dict[str, Any]) -> None:
    w = world(shop)
    for row in of_customers(table(**shop)):
        stage, rate = int(row[kernels.STAGE]), float(row[kernels.RATE])
        caches = 1 if stage >= kernels.CACHED else 0
        design = Design(stage, 1, caches, int(row[kernels.REPLICAS]), int(row[kernels.SHARDS]))
        named = [
            share for kind, share in stations(grown(design, rate, w), rate, w)
            if KINDS[kind] == row[kernels.BOTTLENECK]
        ]  # fmt: skip
        assert close(row[kernels.UTILISATION], max(named))


def test_caches_are_added_as_needed() -> None:
    """One in each region would be 79 % busy with 50 million customers: it takes a second one."""
    of_one = 0.95 * 5e7 * RATE / 3.0 * CONSTANTS["lookup_ms"] / 1000.0 / 4.0
    assert 0.6 < of_one < 1.2
    shop = {**SHOP, "customers": 5e7}
    free = {**CONSTANTS, "lookup_ms": 1e-9}
    machines = [
        of_customers(kernels.path(*shop.values(), *constants.values()))[-1, kernels.MACHINES]
        for constants in (free, CONSTANTS)
    ]
    assert machines[1] - machines[0] == 3.0


@pytest.mark.parametrize("stage", range(kernels.SHARDED))
def test_at_its_limit_a_stage_is_still_the_one_to_be_at(stage: int) -> None:
    """The last digit decides nothing; a little above, it is the stage before the one to be at."""
    at_limit = float(of_customers(table())[stage, kernels.LIMIT])
    for customers in (at_limit, float(np.nextafter(at_limit, np.inf))):
        rows = of_customers(table(customers=customers))
        assert rows[stage, kernels.CHOSEN] == 1.0
        assert np.flatnonzero(rows[:, kernels.BEFORE]).tolist() == [stage - 1][: stage > 0]
    above = of_customers(table(customers=1.0001 * at_limit))
    assert above[stage + 1, kernels.CHOSEN] == 1.0
    assert np.flatnonzero(above[:, kernels.BEFORE]).tolist() == [stage]


def test_nothing_is_before_or_chosen_beyond_all_help() -> None:
    rows = table(customers=1e12)
    assert not rows[:, [kernels.CHOSEN, kernels.BEFORE, kernels.CARRIES]].any()
