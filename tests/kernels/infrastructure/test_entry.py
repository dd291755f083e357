"""Ways to divide traffic against customers one by one, integrals, laws of parts, and what holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.entry_reference import by_connection, by_name, every_way

from scalelab.kernels.infrastructure import entry as kernels
from scalelab.kernels.jit import Floats, Table
from scalelab.theory.infrastructure import entry as theory

STORY: dict[str, Any] = {
    "machines": 5, "detect_s": 30.0, "ttl_s": 60.0, "ignoring": 0.1, "next_share": 0.0,
    "life_s": 600.0, "connections": 50, "repeatable": 0.95, "skew": 1.0, "rate_per_s": 2000.0,
    "hold_s": 522.0, "patience_s": 10.0, "resolvers": 1000, "work_ms": 7.0, "vcpus": 4,
    "request_ms": 0.056, "handshake_ms": 0.5, "packets_ms": 0.003, "runs": 200, "seed": 1,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.entry(*{**STORY, **changed}.values())


def moments(way: int, table: Table) -> Table:
    found: Table = table[
        (table[:, kernels.KIND] == kernels.MOMENT) & (table[:, kernels.WAY] == way)
    ]
    return found


def of_way(way: int, table: Table) -> Floats:
    (row,) = table[(table[:, kernels.KIND] == kernels.WAY_KIND) & (table[:, kernels.WAY] == way)]
    found: Floats = row
    return found


def parts(table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kernels.PARTS]
    return found


@pytest.mark.parametrize("life_s", [5.0, 60.0, 600.0])
def test_customers_who_look_up_a_name(life_s: float) -> None:
    table = moments(kernels.DNS, table_of(life_s=life_s, ignoring=0.3))
    customers = by_name(20_000, 60.0, 0.3, 522.0, life_s, 1)
    for row in table:
        if row[kernels.DEAD_S] > 30.0:
            left = np.mean([gone > row[kernels.DEAD_S] - 30.0 for gone, _ in customers])
            assert row[kernels.FAILS] == pytest.approx(left / 5.0, abs=4.0 * 0.5 / 5.0 / 141.0)
        came = np.mean([moves <= row[kernels.ADDED_S] for _, moves in customers])
        assert row[kernels.PART] == pytest.approx(came, abs=4.0 * 0.5 / 141.0)


@pytest.mark.parametrize("life_s", [5.0, 60.0, 600.0])
def test_customers_with_connections(life_s: float) -> None:
    table = table_of(life_s=life_s)
    last = moments(kernels.L4, table)[kernels.BEFORE - 1]
    assert last[kernels.DEAD_S] == 30.0
    there, time = by_connection(40_000, 5, life_s, 10.0, 30.0, 1)
    assert last[kernels.FAILS] == pytest.approx(there, abs=0.007)
    failed = of_way(kernels.L4, table)[kernels.FAILED]
    assert failed == pytest.approx(2000.0 * 30.0 * time, rel=0.06)


@pytest.mark.parametrize(("machines", "resolvers"), [(2, 8), (3, 6), (4, 5)])
def test_all_ways_to_hand_out_addresses(machines: int, resolvers: int) -> None:
    weights = theory.zipf_weights(resolvers, 1.0)
    expected = every_way(weights, machines)
    assert math.sqrt(expected) == pytest.approx(theory.hashed_cv(weights, machines), rel=1e-9)
    found = [
        parts(table_of(machines=machines, resolvers=resolvers, seed=10 * seed))[0, kernels.CV] ** 2
        for seed in range(40)
    ]
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx(expected, abs=4.0 * error)


@pytest.mark.parametrize(("machines", "connections"), [(5, 50), (20, 50), (7, 10), (5, 200)])
def test_variation_of_connections(machines: int, connections: int) -> None:
    found = np.array([
        parts(table_of(machines=machines, connections=connections, seed=10 * seed))[:, kernels.CV]
        for seed in range(40)
    ]) ** 2  # fmt: skip
    error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    dealt, hashed = found[:, kernels.DEALT].mean(), found[:, kernels.HASHED].mean()
    expected = theory.dealt_cv(machines, connections) ** 2
    assert dealt == pytest.approx(expected, abs=4.0 * error[kernels.DEALT])
    expected = theory.hashed_connections_cv(machines, connections) ** 2
    assert hashed == pytest.approx(expected, abs=4.0 * error[kernels.HASHED])


@pytest.mark.parametrize("machines", [3, 10])
def test_a_connection_for_each_machine_is_a_broken_stick(machines: int) -> None:
    row = parts(table_of(machines=machines, connections=machines, runs=4000))[kernels.DEALT]
    mean = row[kernels.MEAN]
    for column, chance in ((kernels.LOW, 0.1), (kernels.MIDDLE, 0.5), (kernels.HIGH, 0.9)):
        found = theory.busiest_below(row[column] / mean, machines)
        assert found == pytest.approx(chance, abs=4.0 * 0.5 / np.sqrt(4000.0))


def test_costs() -> None:
    l4, l7 = (of_way(way, table_of(life_s=5.0)) for way in (kernels.L4, kernels.L7))
    assert l4[kernels.VCPUS] == pytest.approx(0.006)
    assert l7[kernels.HANDSHAKES] == pytest.approx(10.0 * 0.0005)
    assert l7[kernels.VCPUS] == pytest.approx(0.112 + 0.005)
    # A connection brings a request at least.
    most = of_way(kernels.L7, table_of(life_s=0.1, connections=2000))
    assert most[kernels.HANDSHAKES] == pytest.approx(1.0)


def test_equal_times_are_no_exception() -> None:
    before, same, after = (
        moments(kernels.DNS, table_of(life_s=600.0, hold_s=hold))[:, kernels.PART]
        for hold in (599.9, 600.0, 600.1)
    )
    assert same == pytest.approx((before + after) / 2.0, abs=1e-6)


worlds = st.fixed_dictionaries({
    "machines": st.sampled_from([2, 5, 20, 200]), "detect_s": st.sampled_from([0.1, 30.0, 3600.0]),
    "ttl_s": st.sampled_from([1.0, 60.0, 3600.0, 86_400.0]),
    "ignoring": st.sampled_from([0.0, 0.1, 1.0]), "next_share": st.sampled_from([0.0, 0.9, 1.0]),
    "life_s": st.sampled_from([0.1, 10.0, 600.0, 86_400.0]),
    "connections": st.sampled_from([1, 10, 57]), "repeatable": st.sampled_from([0.0, 0.95, 1.0]),
    "skew": st.sampled_from([0.0, 1.0, 2.0]), "hold_s": st.sampled_from([1.0, 522.0, 1e6]),
    "patience_s": st.sampled_from([0.01, 10.0, 3600.0]), "resolvers": st.sampled_from([1, 40]),
    "runs": st.sampled_from([10, 23]),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    n = world["machines"]
    for way in range(kernels.WAYS):
        rows = moments(way, table)
        assert (np.diff(rows[:, kernels.DEAD_S]) >= 0.0).all()
        assert (np.diff(rows[:, kernels.FAILS]) <= 1e-12).all()
        assert (rows[:, kernels.FAILS] <= 1.0 / n + 1e-12).all()
        assert (np.diff(rows[:, kernels.PART]) >= -1e-9).all()
        assert (rows[:, kernels.PART] <= 1.0 + 1e-12).all()
        assert of_way(way, table)[kernels.FAILED] <= 2000.0 * 600.0 / n * (1.0 + 1e-9)
    # An address is no use before a connection ends; layer 7 needs neither.
    parts_at = [moments(way, table)[:, kernels.PART] for way in range(kernels.WAYS)]
    assert (parts_at[kernels.DNS] <= parts_at[kernels.L4] + 1e-9).all()
    assert (parts_at[kernels.L7] == 1.0).all()
    for row in parts(table):
        assert row[kernels.MEAN] * (1.0 - 1e-9) <= row[kernels.LOW]
        assert row[kernels.LOW] <= row[kernels.MIDDLE] <= row[kernels.HIGH]
        assert row[kernels.HIGH] <= n * row[kernels.MEAN] * (1.0 + 1e-9)
    assert parts(table)[kernels.EACH, kernels.CV] == 0.0


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_integrals(world: dict[str, Any]) -> None:
    if world["hold_s"] < 10.0 or world["life_s"] < 10.0:
        return  # too steep for the steps below
    table = table_of(**world)
    w = {**STORY, **world}
    row = moments(kernels.DNS, table)[20]
    at, past = row[kernels.ADDED_S], row[kernels.DEAD_S] - w["detect_s"]
    expected = theory.moved_by_name(at, w["ttl_s"], w["ignoring"], w["hold_s"], w["life_s"])
    if at < 100.0 * min(w["hold_s"], w["life_s"]):
        assert row[kernels.PART] == pytest.approx(expected, abs=1e-6)
    kept = theory.kept(past, w["ttl_s"], w["ignoring"], w["hold_s"])
    expected = kept * (1.0 - w["next_share"]) / w["machines"]
    assert row[kernels.FAILS] == pytest.approx(expected, abs=1e-9)
    l4 = moments(kernels.L4, table)[5]
    if l4[kernels.DEAD_S] < 500.0 * w["patience_s"]:
        expected = theory.on_the_dead(
            l4[kernels.DEAD_S], w["machines"], w["life_s"], w["patience_s"]
        )
        assert l4[kernels.FAILS] == pytest.approx(expected, abs=1e-6)


def test_nine_tenths_are_reached_when_it_says() -> None:
    row = of_way(kernels.DNS, table_of())
    found = theory.moved_by_name(row[kernels.REACHED_S], 60.0, 0.1, 522.0, 600.0)
    assert found == pytest.approx(0.9, abs=1e-7)
    row = of_way(kernels.L4, table_of())
    assert row[kernels.REACHED_S] == pytest.approx(600.0 * math.log(10.0), rel=1e-9)
