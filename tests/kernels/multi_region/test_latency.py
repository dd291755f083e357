"""The table against sets that are tried one by one, and against what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.multi_region import latency_reference as plain

from scalelab.facts.places import AREAS, CONTINENTS, REGIONS
from scalelab.kernels.jit import Table
from scalelab.kernels.multi_region.latency import (
    AREA,
    BEST,
    CONTINENT,
    FARTHEST,
    MEAN,
    N_REGIONS,
    N_SETS,
    REGION,
    best_sets,
    costs,
    distances,
    greedy_sets,
    latency,
    later_than,
    quantile,
    user_shares,
)

(KIND, NAME, LATITUDE, LONGITUDE, SHARE, HOME, KM, TRIP, P50, P95, P99, SIZE, ON, IS_BEST,
 EXCESS) = range(15)  # fmt: skip
STORY: dict[str, Any] = {
    "regions": 1, "customers": 0, "round_trips": 4, "stretch": 1.8, "last_mile": 15.0,
    "server": 50.0, "aim": MEAN,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "regions": st.integers(1, N_SETS - 1), "customers": st.integers(0, 2),
    "round_trips": st.integers(1, 12), "stretch": st.sampled_from([1.0, 1.8, 3.0]),
    "last_mile": st.sampled_from([0.0, 2.0, 15.0, 100.0]),
    "server": st.sampled_from([0.0, 50.0, 500.0]), "aim": st.integers(0, 1),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return latency(*{**STORY, **changed}.values())


def names_of(mask: int) -> tuple[str, ...]:
    return tuple(region.name for bit, region in enumerate(REGIONS) if mask >> bit & 1)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_rows_are_those_of_the_reference(world: dict[str, Any]) -> None:
    rows = table(**world)
    chosen = names_of(world["regions"])
    share = plain.shares(world["customers"])
    home, km = plain.homes(chosen), plain.ways(chosen)
    spread = world["round_trips"] * world["last_mile"]
    per_km = world["round_trips"] * world["stretch"] / 100.0
    fixed = {area: per_km * km[area] + world["server"] for area in km}

    def waits(row: Any, areas: list[str]) -> None:
        part, some = {a: fixed[a] for a in areas}, {a: share[a] for a in areas}
        whole = sum(some.values())
        assert row[SHARE] == pytest.approx(whole)
        assert row[KM] == pytest.approx(sum(some[a] * km[a] for a in areas) / whole, abs=1e-6)
        assert row[TRIP] == pytest.approx(row[KM] * world["stretch"] / 100.0)
        for column, q in ((P50, 0.5), (P95, 0.95), (P99, 0.99)):
            # Without a last mile the law is a staircase: a rounded share can be a step apart.
            if spread > 0.0:
                exact = plain.quantile(q, part, some, spread)
                assert row[column] == pytest.approx(exact, abs=0.003)

    for i, area in enumerate(AREAS):
        assert rows[i, KIND] == AREA
        assert rows[i, NAME] == i
        assert rows[i, [LATITUDE, LONGITUDE]].tolist() == [area.latitude, area.longitude]
        assert REGIONS[int(rows[i, HOME])].name == home[area.name]
        waits(rows[i], [area.name])
    for i, region in enumerate(REGIONS):
        row = rows[len(AREAS) + i]
        assert row[KIND] == REGION
        assert row[ON] == (region.name in chosen)
        there = [area for area, its in home.items() if its == region.name]
        if there:
            waits(row, there)
        else:
            assert not row[[SHARE, KM, TRIP, P50, P95, P99]].any()
    for i, continent in enumerate((*CONTINENTS, None)):
        row = rows[len(AREAS) + 2 * N_REGIONS + i]
        assert row[KIND] == CONTINENT
        assert row[SIZE] == len(chosen)
        waits(row, [a.name for a in AREAS if continent in (None, a.continent)])


@pytest.mark.parametrize("aim", [MEAN, FARTHEST])
@pytest.mark.parametrize("customers", [0, 1, 2])
def test_the_best_and_the_greedy_sets(customers: int, aim: int) -> None:
    cost = costs(distances(), user_shares(customers), aim)
    best, greedy = best_sets(cost), greedy_sets(cost)
    share = plain.shares(customers)
    for n in (1, 2, 3, 4, 11, 12):
        assert names_of(int(best[n])) == plain.best(n, share, aim)
        assert cost[best[n]] == pytest.approx(plain.cost(names_of(int(best[n])), share, aim))
    for n in (1, 2, 5):
        assert set(names_of(int(greedy[n]))) == set(plain.greedy(n, share, aim))
    rows = table(customers=customers, aim=aim)
    for n in range(1, N_REGIONS + 1):
        row = rows[len(AREAS) + N_REGIONS + n - 1]
        assert row[KIND] == BEST
        assert row[SIZE] == n
        assert row[EXCESS] == pytest.approx(cost[greedy[n]] / cost[best[n]])
        assert row[EXCESS] >= 1.0


def test_which_places_are_ringed() -> None:
    rows = table(regions=0b111)
    ringed = [r.name for i, r in enumerate(REGIONS) if rows[len(AREAS) + i, IS_BEST] == 1.0]
    assert tuple(ringed) == plain.best(3, plain.shares(0), MEAN)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(**world)
    assert np.isfinite(rows).all()
    assert rows[:, SHARE].min() >= 0.0
    assert rows[rows[:, KIND] == AREA, SHARE].sum() == pytest.approx(1.0)
    assert rows[rows[:, KIND] == REGION, SHARE].sum() == pytest.approx(1.0)
    assert rows[-1, SHARE] == pytest.approx(1.0)
    assert (rows[:, P50] <= rows[:, P95]).all()
    assert (rows[:, P95] <= rows[:, P99]).all()
    assert rows[-1, EXCESS] >= 1.0
    assert rows[rows[:, KIND] == REGION, IS_BEST].sum() == rows[-1, SIZE]
    best = rows[rows[:, KIND] == BEST]
    if world["aim"] == MEAN:
        assert (np.diff(best[:, KM]) <= 1e-9).all()
        # No set of as many is nearer on average than the best one.
        assert rows[-1, KM] >= best[int(rows[-1, SIZE]) - 1, KM] - 1e-9


@settings(max_examples=25, deadline=None)
@given(worlds, st.integers(0, N_REGIONS - 1))
def test_one_region_more_makes_nobody_wait_longer(world: dict[str, Any], more: int) -> None:
    before = table(**world)
    after = table(**{**world, "regions": world["regions"] | 1 << more})
    for kind in (AREA, CONTINENT):
        for column in (P50, P95, P99):
            some = before[:, KIND] == kind
            assert (after[some, column] <= before[some, column] + 0.002).all()


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_the_server_s_time_is_added_and_a_double_way_doubles_the_rest(
    world: dict[str, Any],
) -> None:
    quick = table(**{**world, "server": 0.0})
    slow = table(**{**world, "server": 200.0})
    twice = table(**{**world, "server": 0.0, "round_trips": 2 * world["round_trips"]})
    some = quick[:, P50] > 0.0
    for column in (P50, P95, P99):
        np.testing.assert_allclose(slow[some, column], quick[some, column] + 200.0, atol=0.003)
        np.testing.assert_allclose(twice[some, column], 2.0 * quick[some, column], atol=0.003)


def test_at_a_region_only_the_last_mile_is_left() -> None:
    rows = table(regions=1 << 5)
    tokyo = rows[[area.name for area in AREAS].index("Tokyo")]
    assert tokyo[KM] == 0.0
    assert tokyo[P50] == pytest.approx(50.0 + 60.0 * np.log(2.0), abs=0.002)
    assert tokyo[P99] == pytest.approx(50.0 + 60.0 * np.log(100.0), abs=0.002)


def test_no_region_is_taken_for_the_first() -> None:
    np.testing.assert_array_equal(table(regions=0), table(regions=1))


def test_without_a_last_mile_the_law_is_a_staircase() -> None:
    fixed, shares = np.array([10.0, 30.0, 20.0]), np.array([0.5, 0.2, 0.3])
    for time, share in ((9.0, 1.0), (10.0, 0.5), (19.0, 0.5), (20.0, 0.2), (30.0, 0.0)):
        assert later_than(time, fixed, shares, 0.0) == pytest.approx(share)
    assert quantile(0.4, fixed, shares, 0.0) == pytest.approx(10.0, abs=0.002)
    assert quantile(0.7, fixed, shares, 0.0) == pytest.approx(20.0, abs=0.002)
    assert quantile(0.9, fixed, shares, 0.0) == pytest.approx(30.0, abs=0.002)
