"""Autoscaling against the published rules pod by pod, laws of growth, and what always holds."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.infrastructure.autoscaling_reference import Rules, recorded, stepped, tracked

from scalelab.kernels.infrastructure import autoscaling as kernels
from scalelab.kernels.jit import Floats, Table
from scalelab.theory.infrastructure import autoscaling as theory

STORY: dict[str, Any] = {
    "flash": 2000.0, "flash_at_h": 12, "boot_s": 120.0, "delay_s": 30.0, "metric": 0,
    "window_s": 300.0, "target": 0.7, "vcpus": 4, "least": 2, "peak": 2000.0,
    "peak_to_trough": 4.0, "yesterday": 1.0 / 1.1, "work_ms": 7.0, "limit_ms": 20.0,
    "most_vcpus": 480, "usd_per_vcpu_hour": 0.05292, "first": 10.0, "second": 30.0,
}  # fmt: skip
UP = np.array([kernels.PERCENT, 100.0, 15.0, kernels.PODS, 4.0, 15.0])
DOWN = np.array([kernels.PERCENT, 100.0, 15.0])
KINDS = ("Pods", "Percent")
SELECTS = ("Max", "Min", "Disabled")


def table_of(**changed: Any) -> Table:
    return kernels.autoscaling(*{**STORY, **changed}.values())


def rules_of(**changed: Any) -> kernels.Rules:
    """One machine does a request a second."""
    given = {
        "per_s": 1.0, "target": 0.7, "most_busy": 0.9, "boot": 8, "delay": 2, "window": 20,
        "least": 1, "most": 10_000, "metric": kernels.CPU, **changed,
    }  # fmt: skip
    return kernels.Rules(**given)


def world_of(rate: Callable[[int], float], way: int, r: kernels.Rules, start: int) -> kernels.World:
    """A whole day, with ``start`` machines at its beginning and demand of our own."""
    n = kernels.STEPS
    w = kernels.World(
        np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n), np.zeros(n)
    )
    plan = np.zeros(n, np.int64)
    plan[0] = start
    rates = np.array([rate(i) for i in range(n)])
    kernels.run(
        way, w, rates, plan, UP, DOWN, 10.0, 30.0, r, np.empty(n, np.int64), np.empty(n, np.int64)
    )
    return w


def replicas(values: list[float], target: float, start: int, **changed: Any) -> list[int]:
    given: dict[str, Any] = {
        "ready": np.empty(0), "up": UP, "down": DOWN, "target": target, "start": start,
        "least": 1, "most": 10_000, "up_tolerance": 0.1, "down_tolerance": 0.1, "up_window": 0.0,
        "down_window": 300.0, "up_select": 0, "down_select": 0, "sync": 15.0, "percent": 0,
        **changed,
    }  # fmt: skip
    found: list[float] = kernels.recommended(np.array(values), *given.values())[:, 2].tolist()
    return [int(each) for each in found]


# --- Kubernetes ---

policy = st.tuples(
    st.sampled_from(KINDS), st.integers(1, 150), st.sampled_from([15, 30, 60, 300])
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_replicas_are_those_of_the_documented_algorithm(data: st.DataObject) -> None:
    draw = data.draw
    percent = draw(st.booleans())
    target = float(draw(st.integers(10, 100)))
    metric = st.integers(0, 400).map(float) if percent else st.floats(0.0, 400.0)
    values = draw(st.lists(metric, min_size=1, max_size=60))
    ready = draw(
        st.none() | st.lists(st.integers(1, 40), min_size=len(values), max_size=len(values))
    )  # fmt: skip
    least = draw(st.integers(1, 10))
    most = draw(st.integers(least, 60))
    rules = Rules(
        draw(st.sampled_from([0, 15, 60, 300])), draw(st.sampled_from([0, 15, 60, 300])),
        draw(st.lists(policy, min_size=1, max_size=3)),
        draw(st.lists(policy.filter(lambda p: p[0] == "Pods" or p[1] <= 100), min_size=1)),
        draw(st.sampled_from(SELECTS)), draw(st.sampled_from(SELECTS)),
        draw(st.sampled_from([0.0, 0.1])), draw(st.sampled_from([0.0, 0.05, 0.1])),
    )  # fmt: skip
    start = draw(st.integers(1, 70))
    sync = draw(st.sampled_from([15.0, 30.0]))

    def flat(policies: list[tuple[str, int, int]]) -> Floats:
        return np.array([x for kind, v, s in policies for x in (KINDS.index(kind), v, s)], float)

    found = replicas(
        values, target, start, ready=np.empty(0) if ready is None else np.array(ready, float),
        up=flat(rules.up), down=flat(rules.down), least=least, most=most,
        up_tolerance=rules.up_tolerance, down_tolerance=rules.down_tolerance,
        up_window=float(rules.up_window), down_window=float(rules.down_window),
        up_select=SELECTS.index(rules.up_select), down_select=SELECTS.index(rules.down_select),
        sync=sync, percent=int(percent),
    )  # fmt: skip
    assert found == recorded(values, ready, target, start, least, most, rules, percent, sync)


@pytest.mark.parametrize(
    ("metric", "target", "current", "wanted"),
    [(200, 100, 7, 14), (50, 100, 8, 4), (90, 75, 50, 60), (110, 100, 9, 9), (90, 100, 9, 9),
     (111, 100, 9, 10), (89, 100, 9, 9), (89, 100, 10, 9)],
)  # fmt: skip
def test_examples_of_the_documentation(metric: int, target: int, current: int, wanted: int) -> None:
    found = kernels.wanted(float(metric), float(target), current, current, 0.1, 0.1, 0)
    assert found == wanted
    exact = theory.desired(current, Fraction(metric), Fraction(target), Fraction(1, 10))
    assert found == exact


def test_the_documented_way_down_from_80_by_pods_or_percent() -> None:
    """8, then 8 of 72, until below 40 four pods are more than 10 %; a step a minute."""
    down = np.array([kernels.PODS, 4.0, 60.0, kernels.PERCENT, 10.0, 60.0])
    found = replicas([0.0] * 12, 100.0, 80, down=down, down_window=0.0, sync=60.0, least=10)
    assert found[:3] == [72, 64, 57]
    late = [a - b for a, b in pairwise(found) if 14 <= a < 40]
    assert late
    assert set(late) == {4}


@pytest.mark.parametrize(("begin", "end"), [(4, 8), (4, 100), (5, 160), (7, 500), (10, 11)])
def test_replicas_double_at_most(begin: int, end: int) -> None:
    found = replicas([1e6] * 20, 100.0, begin, most=end)
    syncs = 1 + found.index(end)
    assert 15.0 * syncs == theory.doubling_s(begin, end)


def test_pods_that_are_not_ready_stop_growth_but_do_not_turn_it() -> None:
    assert kernels.wanted(100.0, 70.0, 10, 10, 0.1, 0.1, 1) == 15
    assert kernels.wanted(100.0, 70.0, 10, 15, 0.1, 0.1, 1) == 15
    assert kernels.wanted(100.0, 70.0, 10, 12, 0.1, 0.1, 1) == 15
    assert kernels.wanted(300.0, 70.0, 10, 15, 0.1, 0.1, 1) == 43


# --- the closed loop ---

loops = st.fixed_dictionaries({
    "boot": st.sampled_from([0, 15, 120, 600]), "delay": st.sampled_from([0, 15, 60, 300]),
    "window": st.sampled_from([0, 15, 60, 300]), "target": st.sampled_from([0.5, 0.7, 0.9]),
    "least": st.integers(1, 5), "metric": st.sampled_from([0, 1]),
})  # fmt: skip
demands = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 60).map(float)), min_size=1, max_size=12
)


def steps_of(demand: list[tuple[int, float]]) -> list[float]:
    return [rate for lasts, rate in demand for _ in range(lasts)]


def kernel_rules(w: dict[str, Any]) -> kernels.Rules:
    return rules_of(
        target=w["target"], boot=w["boot"] // 15, delay=w["delay"] // 15, window=w["window"] // 15,
        least=w["least"], most=100, metric=w["metric"],
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(w=loops, demand=demands)
def test_target_tracking_is_that_of_pods_that_come_and_go(
    w: dict[str, Any], demand: list[tuple[int, float]]
) -> None:
    rates = steps_of(demand)
    r = kernel_rules(w)
    found = world_of(lambda i: rates[i] if i < len(rates) else 0.0, kernels.TRACKING, r, 3)
    start = int(found.paid[0])
    ordered, serving, slow = tracked(rates, start, per_s=1.0, most=100, most_busy=0.9, **w)
    assert found.paid[: len(rates)].tolist() == ordered
    assert found.ready[: len(rates)].tolist() == serving
    # Each time that a line ends costs the reference up to a tenth of a second.
    assert float(found.slow_s[: len(rates)].sum()) == pytest.approx(slow, abs=0.1 * len(rates) + 1)


@settings(max_examples=60, deadline=None)
@given(w=loops, demand=demands)
def test_step_scaling_is_that_of_machines_that_come_and_go(
    w: dict[str, Any], demand: list[tuple[int, float]]
) -> None:
    rates = steps_of(demand)
    found = world_of(
        lambda i: rates[i] if i < len(rates) else 0.0, kernels.STEPPED, kernel_rules(w), 3
    )  # fmt: skip
    expected = stepped(rates, int(found.paid[0]), per_s=1.0, most=100, **w)
    assert found.paid[: len(rates)].tolist() == expected


def test_the_example_of_step_scaling() -> None:
    for capacity, metric in ((10, 60), (11, 70), (14, 40), (13, 30), (10, 59), (10, 41), (3, 60)):
        found = kernels.adjusted(capacity, metric - 50.0, 10.0, 30.0)
        assert found == theory.step(capacity, Fraction(metric), Fraction(50))
    # While one machine warms up: 70 % asks for 3 of 10, one of which has been ordered.
    r = rules_of(target=0.5, boot=100, delay=0, window=0)
    w = world_of(lambda i: 5.0 if i < 8 else (6.0 if i < 12 else 7.0), kernels.STEPPED, r, 10)
    assert w.paid[[8, 12, 16]].tolist() == [10, 11, 13]


@pytest.mark.parametrize("delay", [0, 1, 2, 4, 8])
@pytest.mark.parametrize("window", [0, 1, 2, 4, 5, 8, 9, 20])
@pytest.mark.parametrize("load", [42.0, 24.0])
def test_one_fall_is_answered_once_if_the_window_is_longer_than_the_delay(
    delay: int, window: int, load: float
) -> None:
    """100 machines at 70 %, then less comes."""
    r = rules_of(boot=0, delay=delay, window=window, metric=kernels.REQUESTS)
    w = world_of(lambda i: 70.0 if i < 100 else load, kernels.TRACKING, r, 100)
    assert w.paid[100] == 100
    times = theory.cuts(15.0 * delay, 15.0 * window)
    assert (times == 1) == (window > delay or delay == 0)
    # What is seen is a whole number of per cent.
    left = theory.fallen(100, Fraction(int(load), 70), times)
    until = 102 + 2 * delay + max(window, 1)
    assert int(w.paid[:until].min()) == left


@pytest.mark.parametrize("target", [0.5, 0.7, 0.9])
def test_a_full_fleet_grows_by_its_target_once_in_a_generation(target: float) -> None:
    """However much comes: a CPU cannot say that it is more than full."""
    for boot, delay in ((8, 2), (20, 0), (0, 4)):
        r = rules_of(boot=boot, delay=delay, target=target, most=500)
        w = world_of(lambda i: 10.0 * target if i < 50 else 1e5, kernels.TRACKING, r, 10)
        changes = (np.flatnonzero(np.diff(w.paid)) + 1).tolist()
        each = theory.generation_s(15.0 * boot, 15.0 * delay) / 15.0
        assert set(np.diff(changes)) == {each}
        assert len(changes) == theory.generations(10, 500, Fraction(round(10 * target), 10))


@pytest.mark.parametrize(("target", "grows"), [(0.9, True), (0.91, False), (0.95, False)])
def test_above_a_target_a_full_cpu_is_within_the_tolerance(target: float, grows: bool) -> None:
    assert grows == (Fraction(round(100 * target), 100) < theory.busiest_target(Fraction(1, 10)))
    r = rules_of(target=target)
    w = world_of(lambda i: 10.0 * target if i < 50 else 50.0, kernels.TRACKING, r, 10)
    assert (int(w.paid.max()) > 10) == grows


# --- the fluid ---


@pytest.mark.parametrize(
    ("over", "lasts", "after"), [(2.0, 20, 5.0), (0.5, 7, 9.0), (30.0, 3, 0.0)]
)
def test_an_overload_and_how_it_is_worked_off(over: float, lasts: int, after: float) -> None:
    """Ten machines that do a request a second each."""
    r = rules_of(least=10, most=10)
    w = world_of(
        lambda i: 10.0 + over if 10 <= i < 10 + lasts else (5.0 if i < 10 else after),
        kernels.TRACKING, r, 10,
    )  # fmt: skip
    waiting = theory.backlog(Fraction(over), Fraction(15 * lasts))
    assert w.waits_s[9 + lasts] * 10.0 == pytest.approx(float(waiting), rel=1e-12)
    drains = float(theory.drains_s(waiting, Fraction(10), Fraction(after)))
    assert w.slow_s.sum() == pytest.approx(15.0 * lasts + drains, rel=1e-9)


@pytest.mark.parametrize(("vcpus", "limit"), [(2, 20.0), (4, 20.0), (4, 8.0), (64, 20.0)])
def test_how_busy_a_machine_may_be(vcpus: int, limit: float) -> None:
    busy = kernels.busy_limit(7.0, vcpus, limit)
    assert theory.response_ms(7.0, busy, vcpus) == pytest.approx(limit, rel=1e-9)


def test_what_a_day_of_fixed_machines_costs() -> None:
    fixed = table_of()[kernels.FIXED]
    assert fixed[kernels.MACHINE_HOURS] == 5 * 24
    assert fixed[kernels.USD] == pytest.approx(120 * 4 * 0.05292, rel=1e-12)
    assert fixed[kernels.LEFT_BUSY] == pytest.approx(2000.0 / (4 * 4000.0 / 7.0))
    calm = table_of(flash=0.0)
    assert calm[kernels.FIXED, kernels.SLOW_MIN] == 0.0


worlds = st.fixed_dictionaries({
    "flash": st.sampled_from([0.0, 500.0, 8000.0, 1e6]), "flash_at_h": st.sampled_from([1, 12, 22]),
    "boot_s": st.sampled_from([0.0, 100.0, 3600.0]),
    "delay_s": st.sampled_from([0.0, 30.0, 3600.0]),
    "metric": st.sampled_from([0, 1]), "window_s": st.sampled_from([0.0, 300.0, 3600.0]),
    "target": st.sampled_from([0.05, 0.7, 1.0]), "vcpus": st.sampled_from([1, 4, 128]),
    "least": st.sampled_from([1, 20]), "peak_to_trough": st.sampled_from([1.0, 100.0]),
    "yesterday": st.sampled_from([0.01, 1.0, 10.0]), "limit_ms": st.sampled_from([7.07, 20.0, 1e6]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (np.delete(table, kernels.AT_MIN, axis=1) >= 0.0).all()
    ways = table[: kernels.WAYS]
    most = max(480 // world["vcpus"], world["least"])
    assert (ways[:, kernels.MOST] <= most).all()
    assert (ways[:, kernels.MACHINE_HOURS] >= 24 * world["least"] - 1e-9).all()
    assert (ways[:, kernels.SLOW_MIN] <= 24 * 60 + 1e-9).all()
    assert (ways[:, kernels.TURNS] <= ways[:, kernels.SCALINGS]).all()
    # A schedule is never more than what is fixed, and a floor never less than no floor at its time.
    fixed, scheduled = ways[kernels.FIXED], ways[kernels.SCHEDULED]
    assert scheduled[kernels.MACHINE_HOURS] <= fixed[kernels.MACHINE_HOURS] + 1e-9
    assert scheduled[kernels.SLOW_MIN] >= fixed[kernels.SLOW_MIN] - 1e-9
    points = table[kernels.WAYS :]
    assert (points[:, kernels.FIRST :] >= 1.0).all()
