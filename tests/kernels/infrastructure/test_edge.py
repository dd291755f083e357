"""Points of presence against requests one by one, sums over all objects, and what always holds."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.edge_reference import (
    ages_forgotten,
    kilometres,
    one_object,
    placed,
    quantile,
    way_to,
    zipf,
)

from scalelab.facts.places import AREAS, REGIONS
from scalelab.kernels.infrastructure import edge as kernels
from scalelab.kernels.jit import Floats, Table
from scalelab.theory.infrastructure import edge as theory

STORY: dict[str, Any] = {
    "pops": 100, "ttl_s": 300.0, "rate_per_s": 2000.0, "tier": 0, "setup": 0, "edge_share": 0.5,
    "trips": 3, "crowd": 20.0, "hot_ttl_s": 1.0, "n_objects": 10_000, "skew": 0.8, "dynamic": 0.2,
    "customers": 0, "stretch": 1.8, "last_mile_ms": 15.0, "server_ms": 50.0, "edge_ms": 1.0,
    "metro_km": 300.0, "answer_kb": 50.0, "work_ms": 7.0, "vcpus": 4, "most_busy": 0.6,
    "usd_per_machine": 150.0, "origin_usd_gb": 0.09, "cdn_usd_gb": 0.11, "request_usd": 1.2e-6,
    "shield_usd": 0.75e-6, "function_usd": 1e-7,
}  # fmt: skip
PLACES = [(area.latitude, area.longitude) for area in AREAS]
VIRGINIA = (REGIONS[0].latitude, REGIONS[0].longitude)
PEOPLE = sum(area.million for area in AREAS)
SHARES = [area.million / PEOPLE for area in AREAS]


def table_of(**changed: Any) -> Table:
    return kernels.edge(*{**STORY, **changed}.values())


def of(kind: int, table: Table, way: int | None = None) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found if way is None else found[found[:, kernels.WAY] == way]


def as_set(way: int, **changed: Any) -> Floats:
    (row,) = of(kernels.SET, table_of(**changed), way)
    found: Floats = row
    return found


def within_errors(value: float, run: Callable[[int], float], runs: int = 8) -> None:
    found = [run(seed) for seed in range(runs)]
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(runs)
    assert abs(value - mean) < 4.0 * error + 1e-12
    assert error < 0.05 * max(mean, 0.02)


@pytest.mark.parametrize(
    ("rate", "ttl", "fetch", "pops", "roots"),
    [
        (1.0, 20.0, 0.0, 1, 1), (1.0, 20.0, 0.0, 12, 12), (1.0, 20.0, 0.0, 12, 1),
        (5.0, 3.0, 0.5, 10, 10), (5.0, 3.0, 0.5, 10, 1), (5.0, 3.0, 0.5, 12, 4),
        (0.2, 10.0, 2.0, 30, 6),
    ],
)  # fmt: skip
def test_who_answers_one_object(
    rate: float, ttl: float, fetch: float, pops: int, roots: int
) -> None:
    at_pop, at_root, passed = kernels.answered(rate, ttl, fetch, float(pops), float(roots))

    ends = 15_000.0 / rate
    runs = [one_object(rate, ttl, fetch, pops, roots, ends, seed) for seed in range(8)]
    within_errors(at_pop, lambda seed: runs[seed].at_pop / runs[seed].asked)
    within_errors(at_root, lambda seed: runs[seed].at_root / runs[seed].asked)
    within_errors(passed, lambda seed: (runs[seed].fetches + runs[seed].waited) / runs[seed].asked)
    to_origin = kernels.fetched(rate, ttl, fetch, float(roots), True)
    within_errors(to_origin, lambda seed: runs[seed].fetches / ends)
    all_passed = kernels.fetched(rate, ttl, fetch, float(roots), False)
    within_errors(all_passed, lambda seed: (runs[seed].fetches + runs[seed].waited) / ends)


@pytest.mark.parametrize(
    ("fetch", "pops", "roots"), [(0.0, 1, 1), (0.0, 8, 8), (0.0, 8, 1), (1.0, 8, 8), (1.0, 8, 2)]
)
def test_copies_that_nobody_asks_for_again(fetch: float, pops: int, roots: int) -> None:
    rate, ttl = 0.5, 4.0
    made, once = kernels.copies(rate, fetch + ttl, float(pops), float(roots))

    def run(seed: int) -> float:
        uses = one_object(rate, ttl, fetch, pops, roots, 30_000.0, seed).copies
        return uses.count(0) / len(uses)

    within_errors(once / made, run)


def test_copies_of_a_catalogue_of_one() -> None:
    world: dict[str, Any] = {"ttl_s": 4.0, "rate_per_s": 0.5, "n_objects": 1, "dynamic": 0.0}
    row = as_set(kernels.ALONE, pops=8, server_ms=0.0, stretch=1e-9, **world)
    assert row[kernels.UNUSED] == pytest.approx(math.exp(-0.5 * 4.0 / 8.0), rel=1e-9)


@pytest.mark.parametrize("pops", [1, 3, 30, 300])
def test_closed_forms_of_one_object(pops: int) -> None:
    for rate, ttl in itertools.product((0.001, 0.5, 40.0), (1.0, 300.0)):
        alone = kernels.answered(rate, ttl, 0.0, float(pops), float(pops))
        assert alone[0] == pytest.approx(theory.hit_ratio_alone(rate, ttl, pops), rel=1e-12)
        assert alone[0] == pytest.approx(1.0 - 1.0 / (1.0 + rate / pops * ttl), rel=1e-9)
        shielded = kernels.answered(rate, ttl, 0.0, float(pops), 1.0)
        # Its copies come with an age, so that the PoPs have them for a shorter time.
        assert shielded[0] <= alone[0] + 1e-12
        expected = theory.hit_ratio_before_shield(rate, ttl, pops)
        assert shielded[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert rate * shielded[2] == pytest.approx(theory.to_origin_shielded(rate, ttl), rel=1e-9)
        late = kernels.answered(rate, ttl, 0.3, float(pops), float(pops))
        assert late[0] == pytest.approx(theory.hit_ratio_alone(rate, ttl, pops, 0.3), rel=1e-12)


@pytest.mark.parametrize(("pops", "near"), [(1, False), (3, False), (20, True), (100, True)])
def test_trees_that_forget_ages_are_nearly_poisson_behind_many(pops: int, near: bool) -> None:
    rate, ttl = 1.0, 30.0
    found = np.mean([ages_forgotten(rate, ttl, pops, 20_000.0, seed) for seed in range(4)])
    guess = theory.poisson_tree(rate, ttl, pops)
    assert (abs(guess - found) < 0.06 * found) == near
    if pops == 1:  # a shield behind a single PoP is of no use at all
        assert found == pytest.approx(theory.to_origin_alone(rate, ttl, 1), rel=0.03)


@pytest.mark.parametrize(("pops", "tier"), [(1, 0), (10, 0), (10, 1), (100, 0), (100, 1)])
def test_sums_over_all_objects(pops: int, tier: int) -> None:
    """Groups of neighbours in popularity are as good as one object after the other."""
    table = table_of(pops=pops, tier=tier)
    fetch = sum(
        share * math.hypot(kilometres(*place, *VIRGINIA), 300.0)
        for share, place in zip(SHARES, PLACES, strict=True)
    ) * 1.8 / 100.0 / 1000.0 + 0.05  # fmt: skip
    for way in (kernels.ALONE, kernels.SHIELD):
        roots = pops if way == kernels.ALONE else min(pops, (1, 12)[tier])
        hits = root_hits = origin = 0.0
        for share in zipf(10_000, 0.8):
            rate = 1600.0 * share
            cycle = 1.0 + rate / roots * (fetch + 300.0)
            late = math.exp(-rate / pops * fetch) * -math.expm1(-rate / pops * 300.0)
            from_root = (pops / roots - 1) * late
            hits += share * (rate / roots * 300.0 - from_root) / cycle
            root_hits += share * from_root / cycle
            origin += rate / cycle
        (row,) = of(kernels.SET, table, way)
        assert row[kernels.EDGE_HITS] == pytest.approx(hits, abs=2e-5)
        assert row[kernels.SHIELD_HITS] == pytest.approx(root_hits, abs=2e-5)
        assert row[kernels.TO_ORIGIN] == pytest.approx(400.0 + origin, rel=1e-4)


@pytest.mark.parametrize("pops", [1, 2, 5, 7])
def test_places_and_waits(pops: int) -> None:
    table = table_of(pops=pops, setup=2, tier=0)
    pops_in = placed(pops, PLACES, SHARES, 300.0)
    ways = [way_to(area, pops_in, PLACES, 300.0) for area in range(len(PLACES))]
    for way in range(kernels.WAYS):
        (row,) = of(kernels.SET, table, way)
        assert row[kernels.KM] == pytest.approx(
            sum(share * km for share, (km, _) in zip(SHARES, ways, strict=True)), rel=1e-9
        )
        hits, root_hits = row[kernels.EDGE_HITS], row[kernels.SHIELD_HITS]
        code = 0.5 if way == kernels.CODE else 0.0
        waits = []
        for share, (km, pop) in zip(SHARES, ways, strict=True):
            here = 3.0 * 1.8 * km / 100.0 + 1.0
            core = 1.8 * kilometres(*PLACES[pop], *VIRGINIA) / 100.0
            trips = 3.0 if way == kernels.CODE else 1.0
            waits += [
                (here, share * (0.8 * hits + 0.2 * code)),
                (here + core, share * 0.8 * root_hits),
                (here + core + 50.0, share * 0.8 * (1.0 - hits - root_hits)),
                (here + trips * core + 50.0, share * 0.2 * (1.0 - code)),
            ]
        mean = sum(fixed * weight for fixed, weight in waits) + 45.0
        assert row[kernels.MEAN_MS] == pytest.approx(mean, rel=1e-9)
        assert row[kernels.P95_MS] == pytest.approx(quantile(0.95, waits, 45.0), abs=0.6)


def test_a_shield_in_each_region() -> None:
    pops = 3
    row = as_set(kernels.SHIELD, pops=pops, tier=1, setup=0)
    pops_in = placed(pops, PLACES, SHARES, 300.0)
    mean = 15.0 + 1.0
    for share, place in zip(SHARES, range(len(PLACES)), strict=True):
        km, pop = way_to(place, pops_in, PLACES, 300.0)
        to_region, region = min(
            (kilometres(*PLACES[pop], each.latitude, each.longitude), i)
            for i, each in enumerate(REGIONS)
        )
        behind = kilometres(REGIONS[region].latitude, REGIONS[region].longitude, *VIRGINIA)
        straight = kilometres(*PLACES[pop], *VIRGINIA)
        hits, root_hits = row[kernels.EDGE_HITS], row[kernels.SHIELD_HITS]
        mean += share * 0.018 * (km + 0.8 * root_hits * to_region + 0.2 * straight)
        mean += share * 0.8 * (1.0 - hits - root_hits) * (0.018 * (to_region + behind) + 50.0)
        mean += share * 0.2 * 50.0
    assert row[kernels.MEAN_MS] == pytest.approx(mean, rel=1e-9)


def test_the_origin_alone() -> None:
    for way in range(kernels.WAYS):
        row = as_set(way, pops=0, setup=2)
        mean = 50.0 + 3.0 * 15.0 + 3.0 * 0.018 * sum(
            share * math.hypot(kilometres(*place, *VIRGINIA), 300.0)
            for share, place in zip(SHARES, PLACES, strict=True)
        )  # fmt: skip
        assert row[kernels.MEAN_MS] == pytest.approx(mean, rel=1e-9)
        assert row[kernels.TO_ORIGIN] == 2000.0
        assert row[kernels.MACHINES] == 6
        month = 2000.0 / 2.4 * 730 * 3600
        assert row[kernels.TOTAL] == pytest.approx(6 * 150.0 + month * 50e-6 * 0.09)


@pytest.mark.parametrize("edge_share", [0.0, 0.25, 0.5, 0.75])
def test_at_the_break_even_code_at_the_edge_is_as_quick(edge_share: float) -> None:
    core = 170.0
    row = as_set(kernels.CODE, edge_share=edge_share)
    even = row[kernels.BREAK_EVEN]
    core = 50.0 / ((even - 1.0) * (1.0 - edge_share) / edge_share - 1.0) if edge_share else core
    assert even == pytest.approx(theory.break_even_trips(edge_share, core, 50.0), rel=1e-9)
    shield = as_set(kernels.SHIELD)[kernels.MEAN_MS]
    fewer = as_set(kernels.CODE, edge_share=edge_share, trips=int(even))[kernels.MEAN_MS]
    more = as_set(kernels.CODE, edge_share=edge_share, trips=int(even) + 1)[kernels.MEAN_MS]
    assert fewer <= shield + 1e-9
    assert more > shield
    # The mean is a straight line in the trips, which meets the shield's there.
    meets = int(even) + (shield - fewer) / (more - fewer)
    assert meets == pytest.approx(even, rel=1e-9)


def test_a_month_adds_up() -> None:
    month = 2000.0 / 2.4 * 730 * 3600
    rows = [as_set(way) for way in range(kernels.WAYS)]
    for row in rows:
        assert row[kernels.EGRESS] == pytest.approx(month * 50e-6 * 0.11)
        assert row[kernels.MACHINES] == math.ceil(row[kernels.TO_ORIGIN] * 7.0 / 4000.0 / 0.6)
    to_shield = 0.8 * (1.0 - rows[1][kernels.EDGE_HITS])
    fees = [1.2e-6, 1.2e-6 + to_shield * 0.75e-6, 1.2e-6 + to_shield * 0.75e-6 + 0.2 * 1e-7]
    for row, fee in zip(rows, fees, strict=True):
        assert row[kernels.FEES] == pytest.approx(month * fee)
    regional = as_set(kernels.SHIELD, tier=1)  # such caches are not billed
    assert regional[kernels.FEES] == pytest.approx(month * 1.2e-6)


def test_a_crowd() -> None:
    europe = sum(
        share for share, area in zip(SHARES, AREAS, strict=True) if area.continent == "Europe"
    )
    rate = 2000.0 * europe * 19.0
    fetch = as_set(0, pops=0, last_mile_ms=0.0)[kernels.MEAN_MS] / 1000.0
    bars = of(kernels.CROWD, table_of())[:, kernels.BAR_RATE].tolist()
    there = 100 * europe
    expected = [
        rate, theory.crowd(rate, 1.0, fetch, there, False),
        theory.crowd(rate, 1.0, fetch, there, True), theory.crowd(rate, 1.0, fetch, 1, False),
        theory.crowd(rate, 1.0, fetch, 1, True),
    ]  # fmt: skip
    assert bars == pytest.approx(expected, rel=1e-9)
    nobody = of(kernels.CROWD, table_of(crowd=1.0))[:, kernels.BAR_RATE]
    assert (nobody == 0.0).all()


worlds = st.fixed_dictionaries({
    "pops": st.integers(0, 300), "ttl_s": st.sampled_from([0.001, 1.0, 300.0, 1e7]),
    "rate_per_s": st.sampled_from([0.001, 20.0, 2000.0, 1e7]), "tier": st.integers(0, 1),
    "setup": st.integers(0, 10), "edge_share": st.sampled_from([0.0, 0.5, 0.99]),
    "trips": st.sampled_from([1, 3, 100]), "crowd": st.sampled_from([1.0, 20.0, 1e4]),
    "hot_ttl_s": st.sampled_from([0.001, 1.0, 1e7]), "n_objects": st.sampled_from([1, 70, 5000]),
    "skew": st.sampled_from([0.0, 0.8, 3.0]), "dynamic": st.sampled_from([0.0, 0.2, 0.99]),
    "customers": st.integers(0, 2), "server_ms": st.sampled_from([0.0, 50.0, 60_000.0]),
    "answer_kb": st.sampled_from([0.0, 50.0]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= -1e-9).all()
    alone, shield, code = (of(kernels.LINE, table, way) for way in range(kernels.WAYS))
    near = 1.0 + 1e-9
    # More PoPs: nobody is farther from one, fewer hits at each, and no fewer requests go on.
    for rows in (alone, shield):
        assert (np.diff(rows[1:, kernels.EDGE_HITS]) <= 1e-9).all()
        assert (rows[1:-1, kernels.TO_ORIGIN] <= rows[2:, kernels.TO_ORIGIN] * near).all()
        assert (rows[1:, kernels.TO_ORIGIN] <= world["rate_per_s"] * near).all()
        answered = rows[:, kernels.EDGE_HITS] + rows[:, kernels.SHIELD_HITS]
        assert (answered <= near).all()
    assert (np.diff(alone[1:, kernels.KM]) <= 1e-9).all()
    # A shield leaves what one cache for all users would, however many PoPs are before it.
    if world["tier"] == kernels.ONE_SHIELD:
        one = alone[1, kernels.TO_ORIGIN]
        assert shield[1:, kernels.TO_ORIGIN] == pytest.approx(one, rel=1e-9)
    assert (shield[:, kernels.TO_ORIGIN] <= alone[:, kernels.TO_ORIGIN] * near).all()
    assert (code[:, kernels.TO_ORIGIN] <= shield[:, kernels.TO_ORIGIN] * near).all()
    lines = of(kernels.LINE, table)
    assert (lines[:, kernels.P95_MS] >= 0.5 * lines[:, kernels.MEAN_MS] - 1e3).all()
    for way in range(kernels.WAYS):
        rows = of(kernels.LINE, table, way)
        best = rows[rows[:, kernels.BEST] == 1.0]
        assert len(best) == 1
        assert best[0, kernels.MEAN_MS] == rows[:, kernels.MEAN_MS].min()
    bars = of(kernels.CROWD, table)[:, kernels.BAR_RATE]
    assert bars.max() <= bars[0] * near
    assert bars[2] <= bars[1] * near
    assert bars[4] <= bars[3] * near
    assert bars[4] <= bars[2] * near
