"""All designs against one by one, the front against its definition, times against draws."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.trade_offs import pareto_reference as reference

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.load_balancing.zones import too_few
from scalelab.kernels.trade_offs import pareto as kernels
from scalelab.models.trade_offs.pareto import CONSTANTS
from scalelab.theory.queueing import mm1
from scalelab.theory.trade_offs import pareto as theory

STORY: dict[str, Any] = {
    "rate_per_s": 2000.0, "reads": 0.95, "skew": 0.8, "slo_ms": 175.0, "most_down": 500.0,
    "budget": 2000.0, "hour_usd": 1000.0, "slow": 0.006, "changes_min": 0.0, **CONSTANTS,
}  # fmt: skip
DESIGN = {
    "machines": kernels.N_MACHINES, "gib": kernels.GIB, "copies": kernels.N_COPIES,
    "zones": kernels.N_ZONES, "cdn": kernels.HAS_CDN, "later": kernels.HAS_ASYNC,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.pareto(*{**STORY, **changed}.values())


@cache
def hits_of(skew: float) -> tuple[float, ...]:
    data = kernels.grouped(np.floor(STORY["data_gib"] * kernels.PAGES_PER_GIB), skew)
    caches = [gib * kernels.PAGES_PER_GIB for gib in kernels.CACHES_GIB]
    return tuple(kernels.hit_ratio(size, data) if size else 0.0 for size in caches)


def world_of(**changed: Any) -> tuple[Floats, kernels.World]:
    w = {**STORY, **changed}
    mtbf, zone = 1440.0 * w["mtbf_days"], kernels.MINUTES_A_YEAR * w["zone_years"]
    world = kernels.World(
        w["rate_per_s"], w["reads"], int(w["vcpus"]), w["most_busy"], w["application_ms"],
        w["job_ms"], w["others_ms"], w["database_ms"], w["disk_ms"], w["lookup_ms"], w["trip_ms"],
        w["between_ms"], w["queries"], w["near_ms"], w["far_ms"], w["far_share"], w["opens"],
        w["set_up"], w["edge_ms"], w["edge_share"], w["repair_min"] / (mtbf + w["repair_min"]),
        w["zone_min"] / (zone + w["zone_min"]), w["changes_min"] / kernels.MINUTES_A_YEAR,
        w["failover_min"] / mtbf, w["failover_min"] / zone, w["machine_usd"], w["worker_usd"],
        w["copy_usd"], w["gib_usd"], w["balancer_usd"], w["zone_gb_usd"], w["request_kb"],
        w["cdn_usd"], w["hour_usd"], w["slow"],
    )  # fmt: skip
    return np.array(hits_of(w["skew"])), world


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


worlds = st.fixed_dictionaries({
    "rate_per_s": st.sampled_from([20.0, 500.0, 2000.0, 3333.0]),
    "reads": st.sampled_from([0.85, 0.95, 0.99, 1.0]), "skew": st.sampled_from([0.0, 0.8, 1.2]),
    "slo_ms": st.sampled_from([100.0, 180.0, 1000.0]),
    "most_down": st.sampled_from([1.0, 100.0, 5000.0]),
    "budget": st.sampled_from([100.0, 2000.0, 1e6]),
    "hour_usd": st.sampled_from([0.0, 1000.0, 1e6]), "slow": st.sampled_from([0.0, 0.006, 0.1]),
    "changes_min": st.sampled_from([0.0, 120.0]), "far_share": st.sampled_from([0.0, 0.3]),
    "edge_share": st.sampled_from([0.0, 0.4, 0.9]), "opens": st.sampled_from([0.0, 1 / 60, 0.5]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_each_design_by_itself(world: dict[str, Any]) -> None:
    w = {**STORY, **world}
    hits, kernel_world = world_of(**world)
    table = table_of(**world)
    for row in table[:: max(len(table) // 12, 1)]:
        d = {name: float(row[column]) for name, column in DESIGN.items()}
        d |= {name: int(d[name]) for name in ("machines", "copies", "zones")}
        d["hits"] = hits[kernels.CACHES_GIB.index(d["gib"])]
        laws = reference.laws(w, d)
        assert row[kernels.P99] == pytest.approx(reference.p99(laws), rel=1e-6)
        assert row[kernels.MEAN] == pytest.approx(reference.mean(laws), rel=1e-9)
        assert row[kernels.RENT] == pytest.approx(reference.rent_usd(w, d), rel=1e-9)
        size = next(
            s
            for s in (kernels.size_of(i, hits, kernel_world) for i in range(kernels.DESIGNS))
            if (s.machines, s.cache_gib, s.copies, s.zones, s.cdn, s.later)
            == tuple(d[name] for name in DESIGN)
        )
        down = reference.down_min(w, d, size.needed, size.needed_copies)
        assert row[kernels.DOWN] == pytest.approx(down, rel=1e-6, abs=1e-6)
        lost = w["hour_usd"] * 730.0 * min(
            w["slow"] * row[kernels.MEAN] / 100.0 + row[kernels.DOWN] / 525_960.0, 1.0
        )  # fmt: skip
        assert row[kernels.LOST] == pytest.approx(lost, rel=1e-9)
        assert row[kernels.TOTAL] == pytest.approx(lost + row[kernels.RENT], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_the_front_is_what_none_dominates(world: dict[str, Any]) -> None:
    hits, w = world_of(**world)
    designs = kernels.evaluated(hits, w)
    allowed = (designs.there == 1.0) & (designs.down <= world["most_down"])
    points = list(zip(designs.rent[allowed].tolist(), designs.p99[allowed].tolist(), strict=True))
    rows = of(kernels.FRONT, table_of(**world))
    found = [(row[kernels.RENT], row[kernels.P99]) for row in rows]
    assert found == theory.front(points)[: kernels.MOST_FRONT]
    # The stairs go down: each costs more and is faster.
    assert (np.diff(rows[:, kernels.RENT]) > 0.0).all()
    assert (np.diff(rows[:, kernels.P99]) < 0.0).all()
    minutes = list(zip(designs.rent.tolist(), designs.down.tolist(), strict=True))
    space = np.zeros(kernels.DESIGNS, np.int64)
    n = kernels.front(designs.rent, designs.down, designs.there, space)
    assert [minutes[i] for i in space[:n]] == theory.front(minutes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40))
def test_front_and_corners_of_points_with_ties(points: list[tuple[int, int]]) -> None:
    x, y = (np.array(column, float) for column in zip(*points, strict=True))
    space = np.zeros(len(points), np.int64)
    n = kernels.front(x, y, np.ones(len(points)), space)
    found = [(x[i], y[i]) for i in space[:n]]
    assert found == theory.front([(float(a), float(b)) for a, b in points])
    kept = np.zeros(n, np.int64)
    front_x, front_y = (np.array(column) for column in zip(*found, strict=True))
    m = kernels.hull(front_x, front_y, n, kept)
    assert [found[i] for i in kept[:m]] == theory.corners(found)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape[1] == kernels.WIDTH
    assert len(table) <= kernels.ROWS
    assert np.isfinite(table).all()
    named = {int(row[kernels.WHICH]): row for row in of(kernels.FOUND, table)}
    least, cheapest = named[kernels.LEAST], named[kernels.CHEAPEST]
    assert (table[:, kernels.TOTAL] >= least[kernels.TOTAL]).all()
    assert (table[:, kernels.RENT] >= cheapest[kernels.RENT]).all()
    assert least[kernels.NEAR_LOW] <= least[kernels.RENT] <= least[kernels.NEAR_HIGH]
    if kernels.MEETS in named:
        assert named[kernels.MEETS][kernels.P99] <= world["slo_ms"]
        assert named[kernels.MEETS][kernels.DOWN] <= world["most_down"]
    if kernels.AFFORDS in named:
        assert named[kernels.AFFORDS][kernels.RENT] <= world["budget"]
    for kind in (kernels.NEXT_MS, kernels.NEXT_NINE):
        each = of(kind, table)[:, kernels.EACH]
        assert (np.diff(each) > 0.0).all()
    # Both ways begin and end with the same designs.
    ways = [of(kind, table)[:, kernels.RENT : kernels.ORDER] for kind in (4, 5)]
    assert ways[0][[0, -1]].tolist() == ways[1][[0, -1]].tolist()


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_one_more_of_a_kind_never_hurts_where_zones_stay(world: dict[str, Any]) -> None:
    hits, w = world_of(**world)
    d = kernels.evaluated(hits, w)
    for which in (kernels.MACHINES, kernels.COPIES):
        for i in range(kernels.DESIGNS - kernels.stride(which)):
            if kernels.lever(i, which) + 1 == kernels.LEVELS[which] or d.there[i] == 0.0:
                continue
            more = i + kernels.stride(which)
            assert d.rent[more] > d.rent[i]
            assert d.mean[more] <= d.mean[i]
            assert d.p99[more] <= d.p99[i] * (1.0 + 1e-8)


def test_greedy_buys_what_returns_most() -> None:
    hits, w = world_of()
    d = kernels.evaluated(hits, w)
    design = 0
    for row in of(kernels.GREEDY, table_of())[1:]:
        returns = {}
        for which in range(kernels.LEVERS):
            if kernels.can_buy(design, which, d):
                there = design + kernels.stride(which)
                more = d.rent[there] - d.rent[design]
                gain = d.lost[design] - d.lost[there]
                returns[there] = gain / more if more > 0.0 else math.inf
        design = max(returns, key=lambda there: returns[there])
        assert row[kernels.RENT] == d.rent[design]


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9])
def test_the_p99_of_one_queue_is_exact(rho: float) -> None:
    mean, variance = kernels.station(rho, 1.0, 1)
    assert variance == pytest.approx(mean**2, rel=1e-12)
    c = kernels.Classes(np.ones(1), np.zeros(1), np.array([mean]))
    assert kernels.p99(c) == pytest.approx(mm1.response_quantile(rho, 0.99), rel=1e-8)


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.5, 4), (3.9, 4), (0.1, 4), (30.0, 32)])
def test_mean_and_variance_over_all_states(load: float, servers: int) -> None:
    found = kernels.station(load, 1.0, servers)
    assert found == pytest.approx(reference.station(load, 1.0, servers), rel=1e-9)


@pytest.mark.parametrize(("cache", "later", "cdn"), [(0, 0, 0), (1, 1, 0), (3, 1, 1), (0, 0, 1)])
def test_the_p99_of_times_that_are_drawn(cache: int, later: int, cdn: int) -> None:
    """A constant and an exponential in place of the sum of all waits: two percent at most."""
    hits, w = world_of()
    steps = [kernels.stride(i) for i in range(kernels.LEVERS)]
    s = kernels.size_of(cache * steps[1] + cdn * steps[4] + later * steps[5], hits, w)
    chance = np.random.default_rng(1)
    n = 400_000

    def drawn(rate: float, service: float, servers: int) -> Floats:
        waits = chance.random(n) < kernels.erlang_c(rate * service, servers)
        wait = chance.exponential(1.0 / (servers / service - rate), n)
        return np.where(waits, wait, 0.0) + chance.exponential(service, n)

    at_edge = w.edge_share * w.reads * cdn
    inside, writes = 1.0 - at_edge, 1.0 - w.reads
    work = w.application + (1 - later) * writes / inside * w.job
    u = chance.random(n)
    write = u < writes
    edge = u > 1.0 - at_edge
    miss = ~write & ~edge & (chance.random(n) >= s.hits)
    times = drawn(2.0 * inside / s.machines, work, 4)
    times += np.where(~write & (s.cache_gib > 0.0), w.trip + w.lookup, 0.0)
    at_copy = 2.0 * (writes + (w.reads - at_edge) * (1.0 - s.hits) / s.copies)
    data = 3.0 * w.trip + drawn(at_copy, w.database, 4) + drawn(at_copy, w.disk, 1)
    times += np.where(write | miss, data, 0.0)
    times += np.where(write & (later == 0), chance.exponential(w.others, n), 0.0)
    way = np.where(chance.random(n) < w.far_share, w.far, w.near)
    opens = chance.random(n) < w.opens
    set_up = np.where(opens, w.set_up, 0.0)
    times += way + set_up * (w.edge if cdn else way)
    times = np.where(edge, w.edge * (1.0 + set_up), times)
    c = kernels.classes(s, w)
    assert kernels.p99(c) == pytest.approx(np.quantile(times, 0.99), rel=0.02)
    assert kernels.mean_of(c) == pytest.approx(times.mean(), rel=0.005)


@pytest.mark.parametrize(("zones", "spare"), [(1, 0), (1, 2), (2, 1), (3, 0), (3, 1)])
def test_without_a_database_minutes_are_those_of_the_machines(zones: int, spare: int) -> None:
    """Copies in all zones, of which any one is enough and none fails by itself."""
    _, w = world_of()
    per_zone = math.ceil(4 / zones) + spare
    s = kernels.Size(zones, zones * per_zone, 4, 60, 0, 0.0, 0.0, 0, 0)
    expected = 0.0
    for k in range(zones + 1):
        chance = math.comb(zones, k) * w.zone**k * (1.0 - w.zone) ** (zones - k)
        expected += chance * too_few((zones - k) * per_zone, 4, w.machine)
    expected += (1.0 - expected) * (w.moves + (w.moves_zone if zones > 1 else 0.0))
    assert kernels.part_down(s, w) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("load", [5.0, 30.0, 200.0])
def test_servers_that_cost_least_follow_the_root(load: float, ratio: float) -> None:
    """By the lab's own waits: a + y* times the root of a, to a server."""
    least = math.floor(load) + 1
    cost = {
        n: n + ratio * load * (kernels.station(load, 1.0, n)[0] - 1.0)
        for n in range(least, least + 100)
    }
    best = min(cost, key=lambda n: cost[n])
    assert best == theory.staffing_exactly(load, ratio)
    assert abs(best - theory.staffing(load, ratio)) <= 1.0


def test_equal_rents_are_equal() -> None:
    """Two workers cost what a machine does, in whatever order it is added up."""
    hits, w = world_of(rate_per_s=4000.0, reads=0.85)
    rents = np.unique(kernels.evaluated(hits, w).rent)
    assert np.diff(rents).min() > 1e-3
