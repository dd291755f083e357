"""Alerts against slices of lists, another simulation, exact tails, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.principles.alerts_reference import (
    begins,
    conditions,
    held,
    held_starts,
    incident,
    sums,
)

from scalelab.kernels.jit import Floats, Ints, Table
from scalelab.kernels.principles import alerts as kernels
from scalelab.kernels.random import generator
from scalelab.theory.principles import alerts as theory

NAMES = ("short", "for", "long", "burn", "multi", "ticket", "sums")
STORY: dict[str, Any] = {
    "rate_per_h": 600.0, "base": 0.0002, "blips": 2.0, "error_rate": 0.05, "length_min": 60,
    "threshold": 0.01, "window_min": 5, "for_min": 10, "slo": 0.999, "peak_to_trough": 4.0,
    "months": 2, "seed": 1,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.alerts(*{**STORY, **changed}.values())


def of(kind: int, table: Table, way: int | None = None) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found if way is None else found[found[:, kernels.WAY] == way]


def rules_of(**changed: Any) -> kernels.Rules:
    world = {**STORY, **changed}
    return kernels.rules(
        world["threshold"], world["window_min"], world["for_min"], 1.0 - world["slo"],
        world["base"], world["rate_per_h"] / 60.0,
    )  # fmt: skip


def counted(failed: Floats, requests: Floats, rules: kernels.Rules) -> Table:
    counts = np.zeros(kernels.WAYS * kernels.LEVELS, np.int64)
    kernels.count(failed, requests, rules, counts)
    found: Table = counts.reshape(kernels.WAYS, kernels.LEVELS)
    return found


def ring(each: Ints) -> Floats:
    """Running totals of a month, after a past that is its end."""
    return np.concatenate([[0.0], np.cumsum(np.concatenate([each[-kernels.PAST :], each]))])


# --- Counting ---


@pytest.mark.parametrize(("rate", "seed"), [(10, 1), (200, 2)])
@pytest.mark.parametrize("level", [1, 3, 4])
def test_pages_of_a_month_by_slices(rate: int, seed: int, level: int) -> None:
    """A month with bursts; the slices are only looked at around them, where anything changes."""
    chance = np.random.default_rng(seed)
    each = np.zeros(kernels.MONTH, np.int64)
    for start in (7000, 7050, 7400, 12_000):
        length = int(chance.integers(1, 90))
        each[start : start + length] = chance.binomial(rate, chance.uniform(0.0, 0.3), length)
    requests = np.full(kernels.MONTH, rate)
    rules = rules_of(rate_per_h=60.0 * rate, for_min=3)
    found = counted(ring(each), ring(requests), rules)[:, level]
    factor = 2.0 ** (level - 3)
    some = [i for i in range(6990, 17_000) if each[max(i - 400, 0) : i].any()]
    failed, whole = each.tolist(), requests.tolist()
    names = ("short", "burn", "multi")
    true = [conditions(names, failed, whole, i, factor, 0.01, 5, 0.001) for i in some]
    for name in names:
        fires = [now[name] for now in true]
        assert found[NAMES.index(name)] == begins(fires, False), name
    assert found[kernels.FOR] == begins(held([now["short"] for now in true], 3), False)
    bound = factor * np.log(kernels.MONTH)
    by_sums = sums(failed, whole, 0.0002, 0.01, float(bound))
    assert found[kernels.CUSUM] == begins(by_sums, False)


@pytest.mark.parametrize("changed", [{}, {"rate_per_h": 60.0}, {"rate_per_h": 7200.0}])
def test_sliding_windows_as_often_as_the_exact_chance_says(changed: dict[str, float]) -> None:
    """Over a day with its peak and trough, and whole requests only."""
    rules = rules_of(**changed, base=0.001, threshold=0.005)
    requests = kernels.demand(rules.rate, 4.0)
    by_minute = np.diff(requests[: kernels.DAY + 1]).astype(int).tolist()
    state, failed = generator(3), np.zeros(requests.size)
    pages = []
    for _ in range(25):
        kernels.quiet(state, requests, 0.001, 0.0, failed)
        pages.append(counted(failed, requests, rules))
    for way, window, limit in (
        (kernels.SHORT, 5, 0.005), (kernels.BURN, 60, 0.036), (kernels.LONG, 2160, 0.001),
    ):  # fmt: skip
        for level in (0, 2, 3):
            factor = 2.0 ** (level - 3)
            expected = theory.starts_a_month(by_minute, 0.001, window, factor * limit)
            ours = np.array([each[way, level] for each in pages], float)
            error = max(float(ours.std(ddof=1)), np.sqrt(expected)) / np.sqrt(ours.size)
            assert abs(ours.mean() - expected) < 4.0 * error + 1e-9, (way, level)


def test_a_held_window_by_another_simulation() -> None:
    rules = rules_of(base=0.001, for_min=4)
    requests = kernels.demand(10.0, 1.0)
    state, failed = generator(4), np.zeros(requests.size)
    ours = []
    for _ in range(30):
        kernels.quiet(state, requests, 0.001, 0.0, failed)
        ours.append(counted(failed, requests, rules)[kernels.FOR, kernels.AS_SET])
    theirs = held_starts(10.0, 0.001, 5, 0.01, 4, 30, 5)
    error = np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 30)
    assert abs(np.mean(ours) - np.mean(theirs)) < 4.0 * error
    assert np.mean(theirs) > 10.0


@pytest.mark.parametrize("level", [0, 1])
def test_a_cumulative_sum_as_its_chain_says(level: int) -> None:
    """Evenly spread requests, so that a minute's step down is always the same."""
    low, high = 0.001, 0.05
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if np.log(middle / 0.0005) > 800.0 * (middle - 0.0005) else (low, middle)
        )
    rules = rules_of(rate_per_h=6000.0, base=0.0005, threshold=low)
    assert rules.gain == pytest.approx(8.0 * 100.0 * rules.loss, rel=1e-9)
    requests = kernels.demand(100.0, 1.0)
    state, failed = generator(6), np.zeros(requests.size)
    pages = []
    for _ in range(30):
        kernels.quiet(state, requests, 0.0005, 0.0, failed)
        pages.append(counted(failed, requests, rules)[kernels.CUSUM, level])
    cycle = theory.cusum_cycle(8, 2.0 ** (level - 3) * rules.bound, 100.0 * rules.loss, 0.05)
    error = np.std(pages, ddof=1) / np.sqrt(30)
    assert abs(np.mean(pages) - kernels.MONTH / sum(cycle)) < 4.0 * error


def test_by_chance_the_cumulative_sum_pages_once_a_month_at_most() -> None:
    """Lorden: the mean time between false alarms is at least the exponential of the bound."""
    for rate_per_h in (60.0, 600.0, 72_000.0):
        found = of(kernels.SET, table_of(rate_per_h=rate_per_h, blips=0.0, months=30))
        assert found[kernels.CUSUM, kernels.PAGES] < 1.0


# --- Months ---


def test_the_day_has_its_requests_and_its_swing() -> None:
    total = kernels.demand(10.0, 4.0)
    each = np.diff(total)
    assert total[kernels.DAY] == 14_400.0
    assert (each == np.floor(each)).all()
    assert (each[: kernels.DAY] == each[kernels.DAY : 2 * kernels.DAY]).all()
    hours = each[: kernels.DAY].reshape(24, 60).sum(axis=1)
    assert hours.max() / hours.min() == pytest.approx(4.0, rel=0.03)


@pytest.mark.parametrize("rate", [10.0, 2000.0])
def test_as_many_fail_as_should(rate: float) -> None:
    requests, state = kernels.demand(rate, 4.0), generator(7)
    failed = np.zeros(requests.size)
    totals = []
    for _ in range(20):
        kernels.quiet(state, requests, 0.001, 5.0, failed)
        each = np.diff(failed)
        assert (each <= np.diff(requests)).all()
        assert (each[: kernels.PAST] == each[-kernels.PAST :]).all()  # a ring
        totals.append(failed[-1] - failed[kernels.PAST])
    expected = rate * kernels.MONTH * (0.001 + 0.2 * 5.0 / kernels.DAY)
    error = np.std(totals, ddof=1) / np.sqrt(20)
    assert abs(np.mean(totals) - expected) < 4.0 * error + 0.005 * expected


# --- Incidents ---


@pytest.mark.parametrize("what", NAMES)
@pytest.mark.parametrize(
    "changed",
    [
        {"error_rate": 1.0, "length_min": 12}, {"error_rate": 0.05, "length_min": 60},
        {"error_rate": 0.012, "length_min": 250, "base": 0.0},
        {"error_rate": 0.3, "length_min": 30, "window_min": 10, "for_min": 0, "slo": 0.99},
    ],
)  # fmt: skip
def test_an_incident_without_chance(what: str, changed: dict[str, Any]) -> None:
    world = {**STORY, **changed}
    way = NAMES.index(what)
    row = of(kernels.SET, table_of(**changed), way)[0]
    after = {"long": 2200, "ticket": 500, "sums": 400}.get(what, 100)
    if what == "long":  # many slices of many minutes
        found = theory.detection(2160, 1 - world["slo"], world["error_rate"], world["base"])  # type: ignore[arg-type]
        assert found is not None
        fires = float(np.floor(float(found) + 1e-6)) + 1.0  # beyond, not at, the limit
        assert row[kernels.EXPECTED_MIN] == (fires if fires <= world["length_min"] else 0.0)
        return
    fires_min, clears_min = incident(
        world["rate_per_h"] / 60.0, world["base"], world["error_rate"], world["length_min"], after,
        what, world["threshold"], world["window_min"], world["for_min"], 1.0 - world["slo"],
    )  # fmt: skip
    assert row[kernels.CLEARS] == (0.0 if fires_min is None else 1.0)
    assert row[kernels.EXPECTED_MIN] == (fires_min or 0.0)
    assert row[kernels.CLEARS_MIN] == (clears_min or 0.0)


def test_a_total_outage_has_no_chance() -> None:
    """All fail in each of the runs, so that they are as long as without chance."""
    table = of(kernels.SET, table_of(error_rate=1.0))
    found = table[:, kernels.FOUND] == 1.0
    assert found.all()
    for column in (kernels.FIRES_MIN, kernels.LOW_MIN, kernels.HIGH_MIN):
        assert (table[:, column] == table[:, kernels.EXPECTED_MIN]).all()


@pytest.mark.parametrize("way", range(kernels.WAYS))
def test_with_much_traffic_chance_is_of_no_account(way: int) -> None:
    row = of(kernels.SET, table_of(rate_per_h=7.2e6, length_min=360), way)[0]
    if row[kernels.CLEARS] == 1.0:
        assert abs(row[kernels.FIRES_MIN] - row[kernels.EXPECTED_MIN]) <= 1.0
        detection = kernels.detection(way, 0.05, rules_of(rate_per_h=7.2e6))
        assert -1e-6 <= row[kernels.EXPECTED_MIN] - detection <= 1.0 + 1e-6


worlds = st.fixed_dictionaries({
    "rate_per_h": st.sampled_from([1.0, 10.0, 600.0, 72_000.0]),
    "base": st.sampled_from([0.0, 0.0002, 0.001]), "blips": st.sampled_from([0.0, 2.0, 100.0]),
    "error_rate": st.sampled_from([0.002, 0.05, 0.5, 1.0]),
    "length_min": st.sampled_from([1, 30, 360]), "threshold": st.sampled_from([0.0015, 0.01, 0.5]),
    "window_min": st.sampled_from([1, 5, 60]), "for_min": st.sampled_from([0, 10, 120]),
    "slo": st.sampled_from([0.9, 0.999, 0.9999]), "peak_to_trough": st.sampled_from([1.0, 10.0]),
    "months": st.just(1), "seed": st.integers(0, 5),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    assert (table[:, kernels.PAGES_LOW] <= table[:, kernels.PAGES]).all()
    assert (table[:, kernels.PAGES] <= table[:, kernels.PAGES_HIGH]).all()
    found = table[(table[:, kernels.KIND] != kernels.CURVE) & (table[:, kernels.FOUND] == 1.0)]
    assert (found[:, kernels.LOW_MIN] <= found[:, kernels.FIRES_MIN]).all()
    assert (found[:, kernels.FIRES_MIN] <= found[:, kernels.HIGH_MIN]).all()
    assert (found[:, kernels.HIGH_MIN] <= world["length_min"]).all()
    for way in range(kernels.WAYS):
        # The worse it is, and the lower the threshold, the sooner; held, never sooner than not.
        curve = of(kernels.CURVE, table, way)
        seen = curve[curve[:, kernels.FOUND] == 1.0][:, kernels.FIRES_MIN]
        assert (np.diff(seen) <= 1e-9).all()
        front = of(kernels.FRONT, table, way)
        front = front[front[:, kernels.FOUND] == 1.0][:, kernels.FIRES_MIN]
        assert (np.diff(front) >= 0.0).all()
    row = of(kernels.SET, table)
    if row[kernels.FOR, kernels.FOUND] == 1.0:
        waited = row[kernels.FOR, kernels.FIRES_MIN] - row[kernels.SHORT, kernels.FIRES_MIN]
        assert waited >= world["for_min"]
    # One that began before the month may have been held until it is in it.
    assert row[kernels.FOR, kernels.PAGES] <= row[kernels.SHORT, kernels.PAGES] + 1.0
    clears = row[row[:, kernels.CLEARS] == 1.0]
    assert (clears[:, kernels.CLEARS_MIN] > clears[:, kernels.EXPECTED_MIN]).all()
