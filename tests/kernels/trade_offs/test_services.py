"""One program or services against simulations, every path, fractions, and what always holds."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.trade_offs.services_reference import (
    all_paths,
    fitted,
    full_pipeline,
    merge_queue,
    modules_touched,
)

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.trade_offs import services as kernels
from scalelab.kernels.trade_offs.services import MODULAR, MONOLITH, SERVICES, Load, Queue, World
from scalelab.theory.queueing import mg1
from scalelab.theory.trade_offs import services as theory

STORY: dict[str, Any] = {
    "developers": 15, "services": 8, "tests_min": 20.0, "bad": 0.03, "pairs": 0.2,
    "operation": 0.25, "calls": 10, "rate_per_s": 2000.0, "heavy_gib": 1.0, "each": 3.2,
    "week_min": 2400.0,
    "fixed_min": 5.0, "talk_min": 2.0, "twice": 1.0, "review": 0.25, "upkeep": 0.05,
    "wait_h": 8.0, "up": 0.999, "fallback": 0.5, "call_ms": 0.5, "call_cpu_ms": 0.25,
    "cpu_ms": 7.0, "most_busy": 0.6, "heavy_share": 0.1, "runtime_gib": 0.25, "code_gib": 0.75,
    "vcpus": 4, "machine_gib": 16.0, "usd_per_month": 150.0, "write_share": 0.05, "saga_s": 1.0,
}  # fmt: skip
WHOLE = Queue(0.03, 5.0, 15.0, 0.0)
MODULES = Queue(0.03, 5.0, 15.0, (1.0 - 1.0 / 8.0) * (1.0 - 0.2 / 8.0))


def table_of(**changed: Any) -> Table:
    return kernels.services(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def as_set(way: int, **changed: Any) -> Floats:
    found: Floats = of(kernels.SET, table_of(**changed))[way]
    return found


def within_errors(value: float, run: Callable[[int], float], runs: int = 8) -> None:
    found = [run(seed) for seed in range(runs)]
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(runs)
    assert abs(value - mean) < 4.0 * error
    assert error < 0.05 * mean


@pytest.mark.parametrize("queue", [WHOLE, MODULES, Queue(0.2, 5.0, 55.0, 0.0)])
@pytest.mark.parametrize(("busy", "changes"), [(0.1, 4000), (0.5, 15_000), (0.7, 40_000)])
def test_a_queue_change_by_change(queue: Queue, busy: float, changes: int) -> None:
    most = kernels.best_batch(queue)
    rate = busy * kernels.most_merged(queue, most)
    within_errors(
        kernels.in_queue_min(rate, queue, most),
        lambda seed: merge_queue(
            rate, queue.bad, most, lambda m: float(kernels.tests(m, queue)), changes, seed
        ),
    )  # fmt: skip


@pytest.mark.parametrize("busy", [0.2, 0.6, 0.9])
def test_one_at_a_time_and_none_bad_is_m_d_1(busy: float) -> None:
    found = kernels.in_queue_min(busy / 20.0, Queue(0.0, 20.0, 0.0, 0.0), 1)
    assert found == pytest.approx(20.0 + mg1.mean_wait(busy, 20.0, 0.0), rel=1e-5)


@pytest.mark.parametrize("bad", [0.1, 0.3])
def test_one_at_a_time_and_some_bad_is_m_d_1_of_more(bad: float) -> None:
    """Who comes again at the end of the line only changes the order: as many are there."""
    busy = 0.6
    rate = busy / 20.0 * (1.0 - bad)
    found = kernels.in_queue_min(rate, Queue(bad, 20.0, 0.0, 0.0), 1)
    # A visit to the line and its services in a row, a geometric number of them, is M/G/1.
    mean = 20.0 / (1.0 - bad)
    expected = mean + mg1.mean_wait(busy, mean, bad)
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("load", [0.1, 1.0, 5.0])
def test_any_number_at_once(load: float) -> None:
    found = kernels.in_queue_min(load / 20.0, Queue(0.0, 20.0, 0.0, 0.0), 60)
    assert found == pytest.approx(20.0 + theory.unlimited_wait(load / 20.0, 20.0), rel=1e-6)


@pytest.mark.parametrize(("bad", "states"), [(0.005, 2000), (0.03, 1000), (0.2, 500)])
def test_the_chain_is_long_enough(bad: float, states: int) -> None:
    """More states change little where a pipeline is as busy as it may be."""
    queue = Queue(bad, 5.0, 15.0, 0.0)
    most = kernels.best_batch(queue)
    rate = kernels.MOST_BUSY * kernels.most_merged(queue, most)
    expected = long_chain(rate, queue, most, states)
    assert kernels.in_queue_min(rate, queue, most) == pytest.approx(expected, rel=0.005)


def long_chain(rate: float, queue: Queue, most: int, states: int) -> float:
    """The same chain with so many states, solved by numpy."""
    chain = np.zeros((states, states))
    quick, slow = np.zeros(300), np.zeros(300)
    lengths = np.zeros((states, 2))
    early = np.zeros(states)
    for left in range(states):
        m = min(max(left, 1), most)
        together, again = kernels.tests(m, queue), m * kernels.tests(1, queue) * (m > 1)
        kernels.put_arrivals(quick, rate * together)
        kernels.put_arrivals(slow, rate * (together + again))
        kernels.put_after(chain[left], m, max(left - m, 0), queue, quick, slow)
        good = (1.0 - queue.bad) ** m
        lengths[left] = (
            together + (1.0 - good) * again,
            good * together**2 + (1.0 - good) * (together + again) ** 2,
        )
        early[left] = again * (m - 1) / 2.0 * ((1.0 - queue.bad) - good)
    system = np.vstack([chain.T - np.eye(states), np.ones(states)])
    chances = np.linalg.solve(system[1:], np.append(np.zeros(states - 1), 1.0))
    there = np.maximum(np.arange(states), 1)
    area = chances @ (there * lengths[:, 0] + rate * lengths[:, 1] / 2.0 - early)
    return float(area / (chances @ lengths[:, 0] + chances[0] / rate) / rate)


@pytest.mark.parametrize("queue", [WHOLE, MODULES])
def test_a_full_pipeline(queue: Queue) -> None:
    most = kernels.best_batch(queue)
    within_errors(
        kernels.most_merged(queue, most),
        lambda seed: full_pipeline(
            queue.bad, most, lambda m: float(kernels.tests(m, queue)), 4000, seed
        ),
    )  # fmt: skip


@pytest.mark.parametrize("bad", [0.005, 0.01, 0.03, 0.1, 0.2, 0.5])
def test_batches_are_those_of_group_testing(bad: float) -> None:
    queue = Queue(bad, 1.0, 0.0, 0.0)
    exact = {
        m: theory.runs_each(m, Fraction(str(bad))) for m in range(1, kernels.MOST_BATCH + 1)
    }  # fmt: skip
    for m, runs in exact.items():
        assert kernels.batch_min(m, queue) / m == pytest.approx(float(runs), rel=1e-12)
    assert kernels.best_batch(queue) == min(exact, key=exact.__getitem__)


@pytest.mark.parametrize("m", [1, 3, 10])
def test_modules_that_a_batch_touches(m: int) -> None:
    queue = kernels.pipeline(MODULAR, world())
    share = (kernels.tests(m, queue) - 5.0) / 15.0
    within_errors(share, lambda seed: modules_touched(m, 8, 0.2, 4000, seed))


def world(**changed: Any) -> World:
    given: dict[str, Any] = {
        "services": 8, "tests": 20.0, "bad": 0.03, "pairs": 0.2, "operation": 0.25, "each": 3.2,
        "week": 2400.0, "fixed": 5.0, "talk": 2.0 / 2400.0, "twice": 1.0, "review": 0.25,
        "upkeep": 0.05,
    }  # fmt: skip
    return World(**{**given, **changed})


@pytest.mark.parametrize("services", [1, 2, 4])
@pytest.mark.parametrize("calls", [0, 1, 2, 5])
def test_every_path_of_a_request(services: int, calls: int) -> None:
    found = kernels.answered(calls, services, 0.9, 0.25)
    assert found == pytest.approx(all_paths(calls, services, 0.9, 0.25 + 0.75 * 0.9), rel=1e-12)


@pytest.mark.parametrize(("services", "calls"), [(8, 10), (40, 80), (40, 3)])
def test_requests_in_fractions(services: int, calls: int) -> None:
    exact = theory.all_up(calls, services, Fraction(999, 1000), Fraction(1999, 2000))
    assert kernels.answered(calls, services, 0.999, 0.5) == pytest.approx(float(exact), rel=1e-12)


def load(**changed: Any) -> Load:
    given: dict[str, Any] = {
        "calls": 10, "cpu_ms": 7.0, "call_cpu_ms": 0.25, "most_busy": 0.6, "heavy_share": 0.1,
        "heavy_gib": 1.0, "runtime_gib": 0.25, "code_gib": 0.75, "vcpus": 4, "machine_gib": 16.0,
    }  # fmt: skip
    return Load(**{**given, **changed})


@pytest.mark.parametrize("heavy_gib", [0.0, 1.0, 4.0, 12.0])
@pytest.mark.parametrize("rate", [50.0, 2000.0, 9000.0])
def test_machines_one_by_one(rate: float, heavy_gib: float) -> None:
    """One program exactly; services are packed by hand without more than one in ten left over."""
    mine = load(heavy_gib=heavy_gib)
    one = kernels.workers(rate, 7.0, mine)
    assert kernels.of_one(rate, mine) == fitted([(one, 1.0 + heavy_gib)], 4, 16.0)
    work = 7.0 + 10.0 * 7.0 / 8.0 * 0.25
    heavy = kernels.workers(rate, 0.1 * work, mine)
    light = 7 * kernels.workers(rate, 0.9 * work / 7.0, mine)
    by_hand = fitted([(heavy, 0.34375 + heavy_gib), (light, 0.34375)], 4, 16.0)
    found = kernels.of_services(rate, 8, mine)
    assert found <= by_hand <= 1.1 * found + 1.0


def test_one_service_is_one_program() -> None:
    one, many = (as_set(way, services=1, developers=60) for way in (MONOLITH, SERVICES))
    many[kernels.WAY] = one[kernels.WAY]
    assert many == pytest.approx(one, rel=1e-12)


def test_one_module_is_one_program_but_for_its_upkeep() -> None:
    one, modular = (as_set(way, services=1, upkeep=0.0) for way in (MONOLITH, MODULAR))
    modular[kernels.WAY] = one[kernels.WAY]
    assert modular == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize("tests_min", [20.0, 30.0, 60.0])
def test_where_services_overtake_is_where_the_curves_meet(tests_min: float) -> None:
    """In closed form, and by bisection: services make as much as one full pipeline merges."""
    rows = of(kernels.SET, table_of(tests_min=tests_min))
    for goal, found in (
        (rows[MONOLITH, kernels.FULL], rows[SERVICES, kernels.BEATS]),
        (rows[MODULAR, kernels.FULL], rows[SERVICES, kernels.FROM]),
    ):
        if found == 0.0:
            continue
        exact = theory.team_for(goal, 2.0, 8, 2.0 / 2400.0, 1.175, 3.2)
        assert np.ceil(exact) == found
        bisected = theory.reaches(
            goal,
            lambda n: theory.delivered(n, 2.0, n / 8.0 - 1.0, 2.0 / 2400.0, 1.175, 3.2),
            1.0, 400.0,
        )  # fmt: skip
        assert bisected == pytest.approx(exact, rel=1e-9)


def test_a_change_in_two_services_is_merged_twice() -> None:
    """Pipelines of services are asked for more changes than are delivered."""
    row = as_set(SERVICES, developers=300, services=2, tests_min=120.0)
    queue = kernels.pipeline(SERVICES, world(services=2, tests=120.0))
    per_pipeline = 2400.0 * kernels.most_merged(queue, kernels.best_batch(queue))
    cross = kernels.crossing(0.2, 2)
    assert row[kernels.FULL] * (1.0 + cross) == pytest.approx(2.0 * per_pipeline)


worlds = st.fixed_dictionaries({
    "developers": st.sampled_from([1, 5, 15, 100, 400]),
    "services": st.sampled_from([1, 2, 8, 40, 100]),
    "tests_min": st.sampled_from([1.0, 5.0, 20.0, 120.0, 1000.0]),
    "bad": st.sampled_from([0.0, 0.005, 0.03, 0.2, 0.5]),
    "pairs": st.sampled_from([0.0, 0.2, 1.0]), "operation": st.sampled_from([0.0, 0.25, 5.0]),
    "calls": st.sampled_from([0, 10, 200]), "rate_per_s": st.sampled_from([1.0, 2000.0, 1e6]),
    "heavy_gib": st.sampled_from([0.0, 1.0, 8.0, 15.0]),
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(changed: dict[str, Any]) -> None:
    table = table_of(**changed)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    team = of(kernels.TEAM, table)
    assert (team[:, kernels.CHANGES] <= team[:, kernels.FULL] * (1.0 + 1e-12)).all()
    assert (team[:, kernels.EACH] <= 3.2 + 1e-12).all()
    for way in range(3):
        changes = team[team[:, kernels.WAY] == way][:, kernels.CHANGES]
        assert (np.diff(changes) >= -1e-9).all()  # more developers never deliver less
    sets = of(kernels.SET, table)
    known = sets[sets[:, kernels.KNOWN] == 1.0]
    shortest = min(5.0, changed["tests_min"]) / 60.0
    assert (known[:, kernels.LEAD_H] >= shortest * (1.0 - 1e-9)).all()
    assert (sets[:, kernels.MACHINES] >= 2.0).all()
    split = of(kernels.SPLIT, table)
    many = split[split[:, kernels.WAY] == SERVICES][:, kernels.MINUTES]
    kept = split[split[:, kernels.WAY] == kernels.FALLBACKS][:, kernels.MINUTES]
    assert (np.diff(many) >= -1e-6).all()
    assert (kept <= many + 1e-6).all()
    # Never worse than all services in series.
    assert many[-1] <= kernels.MINUTES_A_MONTH * (1.0 - 0.999**40) * (1.0 + 1e-9)
    for way in (MONOLITH, SERVICES):
        rows = of(kernels.COST, table)
        assert (np.diff(rows[rows[:, kernels.WAY] == way][:, kernels.RENT]) >= 0.0).all()
