"""Packing against plain lists, the best one, proven bounds, hard cases; limits and chances."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.packing_reference import (
    Ask,
    fewest,
    left_out,
    packed,
    period_by_period,
)

from scalelab.facts import packing as facts
from scalelab.kernels.infrastructure import packing as kernels
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.random import exponential, generator
from scalelab.theory.infrastructure import packing as theory

STORY: dict[str, Any] = {
    "way": 3, "size": 8, "family": 1, "containers": 120, "cpu_factor": 1.85, "memory_factor": 1.5,
    "spare": 1, "swing": 0.2, "together": 0.0, "usd_compute": 34.0, "usd_general": 39.0,
    "usd_memory": 51.0, "overhead": 0.075, "pod_mib": 11.0, "base_mib": 255.0,
    "eviction_mib": 100.0, "agents_m": 250.0, "agents_mib": 350.0, "draws_per_month": 730.0,
    "service_ms": 6.0, "period_ms": 100.0, "seeds": 5,
}  # fmt: skip
WORLD = kernels.World(4, 39.0, 0.075, 11.0, 255.0, 100.0, 250.0, 350.0)


def table_of(**changed: Any) -> Table:
    return kernels.packing(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def curve(table: Table, series: int) -> Table:
    rows = of(kernels.CURVE, table)
    found: Table = rows[rows[:, kernels.SERIES] == series]
    return found


def node(room: Ask) -> kernels.Node:
    return kernels.Node(room[0], room[1], float(room[0]), float(room[1]), 1.0)


class Ours:
    """What the kernel makes of some containers."""

    def __init__(self, way: int, asks: Sequence[Ask], room: Ask) -> None:
        cpu, mib = (np.array([ask[k] for ask in asks], np.int64) for k in range(2))
        order, where, cpu_in, mib_in = (np.zeros(len(asks), np.int64) for _ in range(4))
        self.nodes = kernels.pack(way, cpu, mib, node(room), order, where, cpu_in, mib_in)
        self.where = where.tolist()
        self.pending = kernels.left_out(
            way, cpu, mib, node(room), order, where, cpu_in, mib_in, self.nodes
        )
        self.least = kernels.least_nodes(int(cpu.sum()), int(mib.sum()), node(room))


def one_dimension(way: int, sizes: Sequence[int], capacity: int) -> int:
    return int(Ours(way, [(size, size) for size in sizes], (capacity, capacity)).nodes)


rooms = st.tuples(st.integers(20, 60), st.integers(20, 60))
asks = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None)
@given(asks, rooms, st.integers(0, 3))
def test_equals_plain_lists(asks: list[Ask], room: Ask, way: int) -> None:
    ours = Ours(way, asks, room)
    machines = packed(way, asks, room)
    assert ours.nodes == len(machines)
    for j, there in enumerate(machines):
        assert sorted(there) == [i for i, where in enumerate(ours.where) if where == j]
    assert ours.pending == left_out(way, asks, room, machines)


@settings(max_examples=60, deadline=None)
@given(asks, rooms)
def test_no_way_beats_the_best_and_the_best_does_not_beat_the_bound(
    asks: list[Ask], room: Ask
) -> None:
    best = fewest(asks, room)
    for way in range(4):
        ours = Ours(way, asks, room)
        assert ours.nodes >= best >= ours.least
        # A machine is opened only if it must be (L. T. Kou and G. Markowsky, 1977).
        assert ours.nodes <= 3 * best


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.integers(30, 60))
def test_proven_bounds_in_one_dimension(sizes: list[int], capacity: int) -> None:
    best = fewest([(size, 0) for size in sizes], (capacity, 1))
    assert theory.total_bound(sizes, capacity) <= theory.sharper_bound(sizes, capacity) <= best
    assert best <= one_dimension(kernels.FIRST, sizes, capacity) <= theory.first_fit_at_most(best)
    taken = one_dimension(kernels.DECREASING, sizes, capacity)
    assert best <= taken <= theory.decreasing_at_most(best)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_hard_cases(times: int) -> None:
    sizes, capacity, best = theory.hard_for_first_fit(times)
    assert theory.total_bound(sizes, capacity) == best
    assert one_dimension(kernels.FIRST, sizes, capacity) == 5 * best // 3
    assert one_dimension(kernels.DECREASING, sizes, capacity) == best
    sizes, capacity, best = theory.hard_for_decreasing(times)
    assert theory.total_bound(sizes, capacity) <= best
    assert one_dimension(kernels.DECREASING, sizes, capacity) == 11 * best // 9


def test_the_best_of_a_hard_case_is_what_it_is_said_to_be() -> None:
    sizes, capacity, best = theory.hard_for_first_fit(1)
    assert fewest([(size, 0) for size in sizes], (capacity, 1)) == best


@pytest.mark.parametrize("problem", facts.PROBLEMS, ids=lambda problem: problem.name)
def test_published_problems(problem: facts.Problem) -> None:
    best = int(problem.best.value)
    assert theory.total_bound(problem.sizes, problem.capacity) == best
    taken = one_dimension(kernels.DECREASING, problem.sizes, problem.capacity)
    assert best <= taken <= best + 1
    first = one_dimension(kernels.FIRST, problem.sizes, problem.capacity)
    assert best <= first <= theory.first_fit_at_most(best)


def test_a_container_that_fits_nowhere() -> None:
    assert Ours(kernels.FIRST, [(1, 1), (21, 1)], (20, 20)).nodes == 0


def test_constants_are_those_of_the_facts() -> None:
    assert kernels.SIZES == facts.SIZES
    assert kernels.PODS == facts.PODS
    assert sum(kernels.PART) == pytest.approx(1.0)


@pytest.mark.parametrize("family", facts.FAMILIES, ids=lambda family: family.name)
def test_what_machines_leave_is_as_listed(family: facts.Family) -> None:
    for size, vcpus in enumerate(facts.SIZES):
        assert kernels.allocatable_m(vcpus) == facts.ALLOCATABLE_M[size]
        assert kernels.allocatable_m(vcpus) == 1000 * vcpus - theory.reserved_m(vcpus)
        mib = vcpus * family.gib_per_vcpu * 1024
        left = kernels.allocatable_mib(mib, facts.PODS[size], WORLD)
        assert left == family.allocatable_mib[size]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(10.0, 1000.0), min_size=2, max_size=8), st.floats(0.05, 0.5),
    st.sampled_from([0.0, 0.3, 1.0]),
)  # fmt: skip
def test_machines_that_run_out(means: list[float], swing: float, together: float) -> None:
    where = np.arange(len(means)) % 2
    memory = 1.2 * sum(means) / 2.0
    found = kernels.runs_out(np.array(means), where, 2, memory, swing, together)
    expected = sum(theory.over_machine(means[j::2], memory, swing, together) for j in range(2))
    assert found == pytest.approx(expected, rel=1e-8)


def test_machines_that_run_out_are_those_of_drawn_uses() -> None:
    chance = np.random.default_rng(1)
    means = np.array([100.0, 400.0, 250.0, 250.0])
    swing, together, memory = 0.3, 0.4, 1250.0
    own, all_of_them = chance.normal(size=(200_000, 4)), chance.normal(size=(200_000, 1))
    deviation = math.sqrt(1.0 - together) * own + math.sqrt(together) * all_of_them
    drawn = (means * (1.0 + swing * deviation)).sum(axis=1) > memory
    expected = kernels.runs_out(means, np.zeros(4, np.int64), 1, memory, swing, together)
    assert abs(drawn.mean() - expected) < 4.0 * drawn.std() / math.sqrt(drawn.size)


def test_sums_of_skewed_uses_are_near_to_normal_where_one_is_not() -> None:
    """Gamma, as skewed as its spread has it: a container alone is far off, twenty are not."""
    chance = np.random.default_rng(2)
    swing = 0.2
    drawn = chance.gamma(1.0 / swing**2, swing**2, size=(200_000, 20))
    alone = (drawn[:, 0] > 1.6).mean() / theory.over_limit(1.6, swing)
    threshold = 20.0 + 2.0 * swing * math.sqrt(20.0)
    together = (drawn.sum(axis=1) > threshold).mean() / theory.over_limit(1.4, swing)
    assert alone > 2.5
    assert 1.0 < together < 1.2


def times_under(limit: float, period_ms: float = 100.0, n: int = 3000, seed: int = 1) -> Floats:
    times = np.empty(n)
    kernels.under_limit(seed, 0.5, limit, 6.0, period_ms, times)
    return times


@pytest.mark.parametrize("limit", [0.55, 0.65, 0.925, 1.5])
@pytest.mark.parametrize("period_ms", [5.0, 100.0])
def test_a_limit_period_by_period(limit: float, period_ms: float) -> None:
    n = 1000
    chance = generator(7)
    came = 0.0
    requests = []
    for _ in range(n + kernels.WARM_UP):
        came += exponential(chance, 12.0)
        requests.append((came, exponential(chance, 6.0)))
    done, stopped = period_by_period(requests, limit * period_ms, period_ms)
    times = np.empty(n)
    part = kernels.under_limit(7, 0.5, limit, 6.0, period_ms, times)
    expected = [end - came for end, (came, _) in zip(done, requests, strict=True)]
    assert times == pytest.approx(expected[kernels.WARM_UP :], abs=1e-5)
    assert part * (int(done[-1] / period_ms) + 1) == pytest.approx(stopped, abs=1.01)


@pytest.mark.parametrize(("limit", "period_ms"), [(0.75, 0.5), (1.0, 100.0), (2.0, 100.0)])
def test_short_periods_are_an_even_speed(limit: float, period_ms: float) -> None:
    runs = [times_under(limit, period_ms, seed=seed).mean() for seed in range(20)]
    expected = theory.mean_at_speed(6.0, 0.5, min(limit, 1.0))
    error = np.std(runs, ddof=1) / math.sqrt(len(runs))
    assert abs(np.mean(runs) - expected) < 4.0 * error + 0.5 * period_ms * (limit < 1.0)


def test_a_tighter_limit_is_never_faster() -> None:
    times = [times_under(limit) for limit in (0.55, 0.65, 0.75, 0.925, 1.0)]
    for tight, loose in itertools.pairwise(times):
        assert (tight >= loose - 1e-6).all()


worlds = st.fixed_dictionaries({
    "way": st.integers(0, 3), "size": st.sampled_from(kernels.SIZES), "family": st.integers(0, 2),
    "containers": st.sampled_from([1, 30, 120, 240]),
    "cpu_factor": st.sampled_from([1.1, 1.85, 4.0]),
    "memory_factor": st.sampled_from([1.0, 1.5, 3.0]), "spare": st.integers(0, 1),
    "swing": st.sampled_from([0.05, 0.2, 0.5]), "together": st.sampled_from([0.0, 0.5, 1.0]),
    "seeds": st.sampled_from([1, 3]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= -1e-12).all()
    bound = curve(table, kernels.BOUND)[:, kernels.NODES]
    for way in range(4):
        rows = curve(table, way)
        there = rows[:, kernels.POSSIBLE] == 1.0
        assert (rows[there, kernels.NODES] >= bound[there] - 1e-9).all()
        assert (rows[there, kernels.SPARE] <= 1.0 + 1e-9).all()
        assert (rows[there, kernels.RENT_LOW] <= rows[there, kernels.RENT] + 1e-6).all()
        assert (rows[there, kernels.RENT] <= rows[there, kernels.RENT_HIGH] + 1e-6).all()
    parts = of(kernels.PARTS, table)
    if table[-1, kernels.POSSIBLE] == 1.0:
        for resource in range(2):
            mine = parts[parts[:, kernels.RESOURCE] == resource]
            assert mine[:, kernels.SHARE].sum() == pytest.approx(1.0)
            assert (np.diff(mine[:, kernels.START]) >= -1e-12).all()
    risks = of(kernels.RISK, table)
    limited = risks[risks[:, kernels.SERIES] == kernels.CAPPED]
    assert (np.diff(limited[:, kernels.KILLS]) <= 0.0).all()


def test_a_spare_machine_is_one_more_and_only_if_needed() -> None:
    without, with_one = table_of(spare=0), table_of(spare=1)
    for way in range(4):
        before, after = curve(without, way), curve(with_one, way)
        spare = after[:, kernels.SPARE]
        assert after[:, kernels.NODES] - before[:, kernels.NODES] == pytest.approx(spare)
        assert ((spare > 0.0) == (before[:, kernels.PENDING] > 0.0)).all()


def test_all_swings_in_common_are_one_container() -> None:
    """Nothing evens out: a machine that is asked for to the last MiB runs out like a container."""
    use = np.full(10, 100.0)
    found = kernels.runs_out(use, np.zeros(10, np.int64), 1, 1500.0, 0.2, 1.0)
    assert found == pytest.approx(theory.over_limit(1.5, 0.2), rel=1e-10)
    assert kernels.runs_out(use, np.zeros(10, np.int64), 1, 1500.0, 0.2, 0.0) < 1e-13


def test_more_of_the_same_containers() -> None:
    few, many = np.empty(10), np.empty(40)
    other = np.empty(10), np.empty(40)
    kernels.draw(3, few, other[0])
    kernels.draw(3, many, other[1])
    assert (many[:10] == few).all()
    assert (other[1][:10] == other[0]).all()
