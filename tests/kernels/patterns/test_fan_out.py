"""The formulas against inverted transforms and integrals; runs against other events."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns import fan_out_reference as reference

from scalelab.kernels.patterns import fan_out as kernels
from scalelab.kernels.patterns.fan_out import ALL, CANCELLED, ENOUGH, HEDGED, TIED
from scalelab.theory.patterns import fan_out as theory

WORLD: dict[str, Any] = {
    "leaves": 100, "slow_share": 0.01, "slow_ms": 100.0, "shared": 0.0, "busy": 0.2, "delay": 30.0,
    "budget": 1.0, "enough": 0.99, "fast_ms": 5.0, "message": 1.0, "servers": 10, "calls": 1000,
    "seed": 1,
}  # fmt: skip
RUNS = {ALL: reference.ALL, HEDGED: reference.HEDGED, CANCELLED: reference.CANCELLED,
        TIED: reference.TIED}  # fmt: skip


def table_of(**changed: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return kernels.fan_out(*{**WORLD, **changed}.values())


def of(table: np.ndarray[Any, Any], kind: int, means: int) -> np.ndarray[Any, Any]:
    return table[(table[:, kernels.KIND] == kind) & (table[:, kernels.MEANS] == means)]


leaf_worlds = st.tuples(
    st.just(0.0) | st.floats(1e-9, 0.9), st.sampled_from([1.0, 5.0]),
    st.sampled_from([0.0, 1e-5, 0.01, 0.3]), st.sampled_from([10.0, 100.0, 3000.0]),
    st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 1.0, 30.0, 1000.0]),
)  # fmt: skip


def rates(world: tuple[float, ...]) -> tuple[float, float, float, float]:
    busy, fast_ms, slow_share, slow_ms, _, _ = world
    mean = fast_ms + slow_share * (slow_ms - fast_ms)
    return busy / mean, slow_share, 1.0 / fast_ms, 1.0 / slow_ms


@settings(max_examples=60, deadline=None)
@given(leaf_worlds, st.floats(0.1, 1000.0))
def test_a_copy_takes_what_the_transform_says(world: tuple[float, ...], t: float) -> None:
    leaf, _, _ = kernels.settled(*world, 0.0)
    for own, found in (
        (leaf.pauses, kernels.ordinary(leaf, t)), (1.0, kernels.later(leaf.wait, leaf.slow, t)),
    ):  # fmt: skip
        assert found == pytest.approx(theory.time_tail(*rates(world), own, t), abs=2e-7)


@settings(max_examples=25, deadline=None)
@given(leaf_worlds, st.floats(1.0, 300.0))
def test_heavy_calls_take_the_integral_over_their_work(world: tuple[float, ...], t: float) -> None:
    leaf, _, _ = kernels.settled(*world, 0.0)
    w = leaf.wait

    def wait(x: float) -> float:
        return 1.0 if x < 0.0 else w.a * math.exp(-w.p * x) + w.b * math.exp(-w.q * x)

    expected = theory.same_work(wait, leaf.slow, leaf.delay, t)
    assert kernels.heavy_twice(leaf, t) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(leaf_worlds, st.sampled_from([0.01, 0.1, 1.0]))
def test_as_many_hedges_are_sent_as_calls_are_late(world: tuple[float, ...], budget: float) -> None:
    leaf, share, load = kernels.settled(*world, budget)
    busy, fast_ms, slow_share, slow_ms, _, delay = world
    assert 0.0 <= share <= budget * (1.0 + 1e-12)
    if load >= 1.0:
        assert share == budget
        return
    assert load >= busy * (1.0 - 1e-12)
    late = (1.0 - leaf.heavy) * kernels.ordinary(leaf, delay)
    late += leaf.heavy * kernels.later(leaf.wait, leaf.slow, delay)
    assert share == pytest.approx(min(late, budget), abs=1e-3)
    mean = fast_ms + slow_share * (slow_ms - fast_ms)
    assert load <= (busy + share * (slow_ms + delay) * busy / mean) * (1.0 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 2.0), st.floats(0.001, 2.0), st.floats(0.01, 40.0))
def test_integrals_of_two_exponentials(a: float, b: float, t: float) -> None:
    h = t / 2000
    points = [(i * h, math.exp(-a * i * h - b * (t - i * h))) for i in range(2001)]
    weights = [1.0, *([4.0, 2.0] * 999), 4.0, 1.0]
    for found, values in (
        (kernels.between(a, b, t), [y for _, y in points]),
        (kernels.moment(a, b, t), [x * y for x, y in points]),
    ):
        expected = h / 3.0 * math.fsum(w * y for w, y in zip(weights, values, strict=True))
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-12)


def test_late_heavy_calls_are_longer() -> None:
    """Of those that nobody makes wait, by the delay: the exponential has no memory."""
    leaf, _, _ = kernels.settled(0.0, 5.0, 0.01, 100.0, 1.0, 30.0, 0.0)
    late = kernels.later(leaf.wait, leaf.slow, 30.0)
    assert kernels.work_twice(leaf) / late == pytest.approx(130.0, rel=1e-9)
    busy, _, _ = kernels.settled(0.5, 5.0, 0.01, 100.0, 1.0, 30.0, 0.0)
    late = kernels.later(busy.wait, busy.slow, 30.0)
    assert 100.0 < kernels.work_twice(busy) / late < 130.0


def test_the_least_number_of_hedges_is_found() -> None:
    rate = 0.4 / 5.95

    def late(x: float) -> float:
        return theory.time_tail(rate * (1.0 + x), 0.01, 0.2, 0.01, 0.01, 30.0)

    _, share, _ = kernels.settled(0.4, 5.0, 0.01, 100.0, 0.0, 30.0, 1.0)
    assert share == pytest.approx(theory.hedges(late, 1.0, 100), abs=1e-6)
    assert theory.hedges(lambda x: theory.time_tail(
        min(0.6 / 5.95 * (1.0 + x), 0.999 / 5.95), 0.01, 0.2, 0.01, 0.01, 30.0), 0.66, 50
    ) is None  # fmt: skip
    assert kernels.settled(0.6, 5.0, 0.01, 100.0, 0.0, 30.0, 1.0)[2] == 1.0


@settings(max_examples=80, deadline=None)
@given(st.floats(1e-9, 0.999), st.sampled_from([1, 2, 7, 100]), st.integers(0, 10))
def test_pages_in_time_are_binomial(s: float, leaves: int, missing: int) -> None:
    found = kernels.page_in_time(s, leaves, min(missing, leaves))
    expected = theory.in_time(s, leaves, min(missing, leaves))
    assert found == pytest.approx(min(expected, 1.0), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(leaf_worlds, st.sampled_from([0.5, 0.01, 1e-5, 1e-7]), st.sampled_from([0.0, 0.05, 1.0]))
def test_a_quantile_is_exceeded_as_often_as_asked(
    world: tuple[float, ...], s: float, budget: float
) -> None:
    leaf, _, load = kernels.settled(*world, budget)
    if load < 1.0:
        t = kernels.time_at(leaf, s)
        assert kernels.slower(leaf, t) == pytest.approx(s, rel=1e-6)


def test_a_leaf_alone_and_the_limit_of_the_paper() -> None:
    late = -math.log(0.05)
    leaf, share, load = kernels.settled(0.0, 1.0, 0.0, 10.0, 0.0, late, 1.0)
    assert share == pytest.approx(0.05, rel=1e-12)
    assert load == 0.0
    for s in (0.01, 0.001):
        found = kernels.time_at(leaf, s)
        assert found == pytest.approx(theory.exponential_hedged(s, late), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(RUNS)), st.integers(1, 300), st.sampled_from([2, 3, 10]),
    st.sampled_from([0.1, 0.6, 0.95]), st.sampled_from([0.0, 7.0, 30.0]),
    st.sampled_from([0.0, 0.05, 1.0]), st.sampled_from([0.0, 1.0, 20.0]),
    st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 1000),
)  # fmt: skip
def test_every_call_takes_what_the_events_say(
    means: int, n: int, servers: int, busy: float, delay: float, budget: float, message: float,
    shared: float, seed: int,
) -> None:  # fmt: skip
    chance = kernels.drawn(n, servers, 5.0, 0.05, 100.0, shared, seed)
    gap = 9.75 / (servers * busy)
    took = np.empty(n)
    begun = kernels.play(chance, gap, servers, means, delay, budget, message, took)
    times, expected = reference.Service(
        [gap * each for each in chance.gap.tolist()], chance.work.tolist(),
        chance.server.tolist(), servers, RUNS[means], delay, budget, message,
    ).run()  # fmt: skip
    assert took == pytest.approx(times, rel=1e-9, abs=1e-9)
    assert begun == pytest.approx(expected, rel=1e-9)
    assert (chance.server[::2] != chance.server[1::2]).all()


@pytest.mark.parametrize(("means", "shared"), [(ALL, 0.0), (HEDGED, 0.0), (HEDGED, 1.0)])
def test_runs_on_many_servers_come_to_the_formula(means: int, shared: float) -> None:
    n, servers = 200_000, 100
    chance = kernels.drawn(n, servers, 5.0, 0.05, 25.0, shared, 3)
    took = np.empty(n)
    kernels.play(chance, 6.0 / (servers * 0.4), servers, means, 20.0, 1.0, 1.0, took)
    leaf, _, _ = kernels.settled(
        0.4, 5.0, 0.05, 25.0, shared, 20.0, 1.0 if means == HEDGED else 0.0
    )
    for p in (0.5, 0.9, 0.99):
        found = float(np.quantile(took[n // 10 :], p))
        assert found == pytest.approx(kernels.time_at(leaf, 1.0 - p), rel=0.08)


def test_cancelling_takes_less_work_and_tied_calls_little_more_than_one_copy() -> None:
    n = 50_000
    chance = kernels.drawn(n, 10, 5.0, 0.01, 100.0, 0.0, 5)
    took = np.empty(n)
    extra = {
        means: kernels.play(chance, 5.95 / (10 * 0.4), 10, means, 10.0, 1.0, 1.0, took)
        for means in RUNS
    }
    assert extra[ALL] == pytest.approx(1.0, rel=1e-12)
    assert extra[CANCELLED] < extra[HEDGED]
    assert extra[TIED] < 1.2


worlds = st.fixed_dictionaries({
    "leaves": st.sampled_from([1, 2, 69, 100, 5000]),
    "slow_share": st.sampled_from([0.0, 1e-6, 0.01, 0.1, 0.5]),
    "slow_ms": st.sampled_from([10.0, 20.0, 100.0, 5000.0]),
    "shared": st.sampled_from([0.0, 0.3, 1.0]), "busy": st.sampled_from([0.0, 0.05, 0.5, 0.98]),
    "delay": st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    "budget": st.sampled_from([0.0, 0.01, 0.05, 1.0]),
    "enough": st.sampled_from([0.9, 0.99, 0.999, 1.0]), "seed": st.integers(0, 5),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    plain, hedged, enough = (of(table, kernels.SET, m)[0] for m in (ALL, HEDGED, ENOUGH))
    assert plain[kernels.POSSIBLE] == 1.0
    slack = 1.0 + 1e-6
    assert plain[kernels.P50] <= plain[kernels.P99] * slack <= plain[kernels.P999] * slack**2
    for column in (kernels.P50, kernels.P99, kernels.P999):
        assert enough[column] <= plain[column] * slack
    if world["budget"] == 0.0:
        for column in (kernels.P50, kernels.P99, kernels.LEAF_P99):
            assert hedged[column] == pytest.approx(plain[column], rel=1e-6)
    # More leaves are never faster, and a hedge of idle servers never hurts.
    for column in (kernels.P50, kernels.P99):
        fans = of(table, kernels.FAN, ALL)[:, column]
        assert (np.diff(fans) >= -1e-6 * fans[1:]).all()
        if world["busy"] == 0.0:
            assert hedged[column] <= plain[column] * slack
    loads = of(table, kernels.LOAD, ALL)[:, kernels.LEAF_P99]
    assert (np.diff(loads) >= -1e-6 * loads[1:]).all()


def test_the_page_is_the_leaf_at_another_quantile() -> None:
    table = table_of(leaves=69)
    row = of(table, kernels.SET, ALL)[0]
    leaf, _, _ = kernels.settled(0.2, 5.0, 0.01, 100.0, 0.0, 30.0, 0.0)
    at = kernels.time_at(leaf, 1.0 - theory.leaf_quantile(0.5, 69))
    assert row[kernels.P50] == pytest.approx(at, rel=1e-9)
    assert row[kernels.P50] == pytest.approx(row[kernels.LEAF_P99], rel=0.01)
    assert of(table, kernels.FAN, ALL)[0][kernels.P99] == pytest.approx(row[kernels.LEAF_P99])
