"""Pools against a plain simulation of the same requests, closed forms, and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.single_server import limits_reference as plain

from scalelab.kernels.jit import Table
from scalelab.kernels.single_server.limits import (
    BUSY,
    CONNECTIONS,
    CONNECTIONS_FULL,
    CONNECTIONS_USED,
    DONE,
    FOR_CONNECTION,
    FOR_WORKER,
    FULL_FIRST,
    HERE,
    IDLE,
    IDLE_WHILE_WAITED,
    LIMIT,
    MEAN,
    NEVER,
    NOTHING,
    OF_CONNECTIONS,
    OF_VCPUS,
    OF_WORKERS,
    P99,
    REFUSED,
    REFUSED_ONE,
    RUNNABLE,
    RUNNING,
    SIZE,
    SIZES,
    STILL_THERE,
    TIMED_OUT,
    TIMED_OUT_ONE,
    VCPUS,
    VCPUS_FULL,
    WIDTH,
    WORKERS,
    WORKERS_FULL,
    WORKERS_USED,
    Limits,
    Means,
    limits,
    requests,
    run,
)
from scalelab.kernels.single_server.limits import CONNECTED as CONNECTED_SUM
from scalelab.kernels.single_server.limits import WORKING as WORKING_SUM
from scalelab.theory.queueing import erlang
from scalelab.theory.queueing.abandonment import constant_patience
from scalelab.theory.queueing.closed_network import marginal_values
from scalelab.theory.queueing.finite_buffer import probabilities
from scalelab.theory.single_server import limits as theory

STORY: dict[str, Any] = {
    "which": OF_WORKERS, "rate": 350.0, "vcpus": 4, "workers": 16, "connections": 8, "whole": 0,
    "timeout_ms": 0.0, "backlog": 200, "application_ms": 7.0, "away_ms": 20.0, "database_ms": 3.0,
    "io_ms": 1.0, "switching": 0.0, "worker_mb": 100.0, "memory_mb": 16_000.0, "warm_up": 300,
    "n": 1500, "seed": 1,
}  # fmt: skip
# Nothing but work for the vCPUs, of one exponential law: the database's part is all of it.
WORK_ONLY: dict[str, Any] = {
    "application_ms": 0.0, "away_ms": 0.0, "io_ms": 0.0, "database_ms": 10.0, "worker_mb": 0.0,
    "connections": 1_000_000, "workers": 1_000_000,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "which": st.sampled_from([OF_WORKERS, OF_CONNECTIONS, OF_VCPUS]),
    "rate": st.sampled_from([20.0, 350.0, 2000.0]),
    "vcpus": st.integers(1, 16),
    "workers": st.integers(1, 40),
    "connections": st.integers(1, 40),
    "whole": st.integers(0, 1),
    "timeout_ms": st.sampled_from([0.0, 5.0, 100.0]),
    "backlog": st.sampled_from([0, 3, 200]),
    "application_ms": st.sampled_from([0.0, 7.0]),
    "away_ms": st.sampled_from([0.0, 20.0]),
    "database_ms": st.sampled_from([0.0, 3.0]),
    "io_ms": st.sampled_from([0.0, 1.0, 30.0]),
    "switching": st.sampled_from([0.0, 0.01]),
    "memory_mb": st.sampled_from([500.0, 16_000.0]),
    "seed": st.integers(0, 1000),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return limits(*{**STORY, **changed}.values())


def here(**changed: Any) -> Any:
    return table(**changed)[-1]


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10_000), vcpus=st.integers(1, 4), workers=st.integers(1, 12),
    backlog=st.integers(0, 10), connections=st.integers(1, 5), whole=st.booleans(),
    timeout=st.sampled_from([NEVER, 2.0, 20.0]), switching=st.sampled_from([0.0, 0.05]),
    parts=st.tuples(*[st.sampled_from([0.0, 1.0, 5.0])] * 5),
)  # fmt: skip
@example(0, 2, 6, 4, 2, False, 3.0, 0.05, (2.0, 5.0, 4.0, 3.0, 2.0))
@example(0, 2, 6, 4, 2, True, 3.0, 0.05, (2.0, 5.0, 4.0, 3.0, 2.0))
def test_event_by_event(
    seed: int, vcpus: int, workers: int, backlog: int, connections: int, whole: bool,
    timeout: float, switching: float, parts: tuple[float, ...],
) -> None:  # fmt: skip
    n = 150
    drawn = requests(400.0, Means(*parts), n, seed)
    took, waits = np.empty(n), np.empty((n, 2))
    limit = Limits(vcpus, workers, backlog, connections, whole, timeout, switching)
    sums = run(drawn, limit, 0, took, waits)
    expected, integrals = plain.outcomes(
        drawn.tolist(), vcpus, workers, backlog, connections, whole, timeout, switching
    )
    names = {REFUSED_ONE: "refused", TIMED_OUT_ONE: "timed out", STILL_THERE: "there"}
    for mine, its in zip(took.tolist(), expected, strict=True):
        if isinstance(its, str):
            assert names[mine] == its
        else:
            assert mine == pytest.approx(its, rel=1e-6, abs=1e-9)
    found = [sums[RUNNING], sums[WORKING_SUM], sums[CONNECTED_SUM], sums[IDLE]]
    # The plain one begins with the first gap, in which nobody is there.
    assert found == pytest.approx(integrals, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(world=worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    w = {**STORY, **world}
    assert found.shape == (len(SIZES) + 1, WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    given_ = w[("workers", "connections", "vcpus")[w["which"]]]
    assert found[:, SIZE].tolist() == [*SIZES, given_]
    assert found[:, HERE].tolist() == [0.0] * len(SIZES) + [1.0]
    assert (found[:, WORKERS] <= w["memory_mb"] / w["worker_mb"]).all()
    assert (found[:, REFUSED] + found[:, TIMED_OUT] <= 1.0).all()
    assert (found[:, P99] >= found[:, MEAN] * 0.5).all()
    assert (found[:, FOR_WORKER] + found[:, FOR_CONNECTION] <= found[:, MEAN] + 1e-9).all()
    assert (found[:, BUSY] + found[:, IDLE_WHILE_WAITED] <= 1.0 + 1e-9).all()
    assert (found[:, RUNNABLE] <= found[:, WORKERS_USED] + 1e-9).all()
    assert (found[:, WORKERS_USED] <= found[:, WORKERS] + 1e-9).all()
    assert (found[:, CONNECTIONS_USED] <= found[:, CONNECTIONS] + 1e-9).all()
    assert (found[:, RUNNABLE] >= found[:, BUSY] * found[:, VCPUS] - 1e-9).all()
    if w["timeout_ms"] == 0.0:
        assert not found[:, TIMED_OUT].any()
    same = found[:-1][found[:-1, SIZE] == given_]
    if len(same):
        assert (same[0, :HERE] == found[-1, :HERE]).all()


@pytest.mark.parametrize("which", [OF_WORKERS, OF_CONNECTIONS])
def test_a_size_gives_the_same_in_the_list_and_alone(which: int) -> None:
    """Those that are more than enough are not simulated in the list."""
    name = ("workers", "connections")[which]
    found = table(which=which, timeout_ms=20.0, rate=380.0)
    assert found[-2, MEAN] == found[-3, MEAN]
    for row in found[:-1]:
        alone = here(**{"which": which, "timeout_ms": 20.0, "rate": 380.0, name: int(row[SIZE])})
        assert (alone[:HERE] == row[:HERE]).all()


def test_all_that_come_go_somewhere() -> None:
    n = 5000
    drawn = requests(450.0, Means(3.5, 20.0, 3.0, 1.0, 3.5), n, 3)
    took, waits = np.empty(n), np.empty((n, 2))
    run(drawn, Limits(4, 16, 20, 3, False, 10.0, 0.0), 0, took, waits)
    counts = [int(np.sum(took == kind)) for kind in (REFUSED_ONE, TIMED_OUT_ONE, STILL_THERE)]
    done = int(np.sum(took >= 0.0))
    assert sum(counts) + done == n
    assert all(counts)
    assert counts[2] <= 16 + 20 + 1


@pytest.mark.parametrize("parts", [(10.0, 0.0), (4.0, 6.0)])
@pytest.mark.parametrize("vcpus", [1, 4])
def test_no_limits_are_processor_sharing(vcpus: int, parts: tuple[float, float]) -> None:
    """The mean of M/M/c, whatever law the work has: 200,000 requests at 70 %, four per cent."""
    database_ms, application_ms = parts
    rate = 70.0 * vcpus
    row = here(**{**WORK_ONLY, "database_ms": database_ms, "application_ms": application_ms,
                  "rate": rate, "vcpus": vcpus, "backlog": 0, "n": 200_000,
                  "warm_up": 1000, "which": OF_CONNECTIONS})  # fmt: skip
    assert row[MEAN] == pytest.approx(10.0 * (1.0 + erlang.mean_wait(0.7 * vcpus, vcpus)), rel=0.04)
    assert row[BUSY] == pytest.approx(0.7, rel=0.02)
    assert row[DONE] == pytest.approx(rate, rel=0.01)
    assert row[REFUSED] == row[FOR_WORKER] == row[FOR_CONNECTION] == 0.0


@pytest.mark.parametrize(("workers", "backlog"), [(4, 6), (8, 2), (10, 0)])
def test_a_pool_and_a_line_refuse_as_a_finite_queue(workers: int, backlog: int) -> None:
    """M/M/4/10 whichever of the ten places are workers, as long as no vCPU lacks one."""
    row = here(**{**WORK_ONLY, "rate": 400.0, "workers": workers, "backlog": backlog, "n": 100_000})
    p = probabilities(4.0, 4, 10)
    number = sum(n * p[n] for n in range(11))
    assert row[REFUSED] == pytest.approx(p[10], rel=0.04)
    assert row[DONE] == pytest.approx(400.0 * (1.0 - p[10]), rel=0.01)
    assert row[MEAN] == pytest.approx(1000.0 * number / (400.0 * (1.0 - p[10])), rel=0.02)


def test_switching_slows_all_down() -> None:
    row = here(**{**WORK_ONLY, "rate": 350.0, "workers": 30, "backlog": 0, "switching": 0.02,
                  "n": 100_000})  # fmt: skip
    exact = theory.shared(0.350, 4, 10.0, 30, 0.02)
    assert row[REFUSED] == pytest.approx(exact.refused, rel=0.06)
    assert row[MEAN] == pytest.approx(exact.response, rel=0.03)
    assert row[RUNNABLE] == pytest.approx(exact.number, rel=0.03)


@pytest.mark.parametrize("switching", [0.0, 0.02])
@pytest.mark.parametrize("vcpus", [4, 16])
@pytest.mark.parametrize("workers", [4, 16, 48])
def test_workers_that_are_always_taken_are_a_closed_network(
    workers: int, vcpus: int, switching: float
) -> None:
    row = here(rate=4000.0, workers=workers, vcpus=vcpus, connections=10_000, switching=switching,
               n=100_000, warm_up=5000)  # fmt: skip
    exact = theory.saturated(workers, vcpus, 0.010, 0.021, switching)
    assert row[DONE] == pytest.approx(exact, rel=0.03)
    assert row[WORKERS_USED] == pytest.approx(workers, rel=0.001)
    if switching == 0.0:
        network = marginal_values(workers, 0.021, [(0.010, vcpus)])
        assert row[DONE] == pytest.approx(network.throughput, rel=0.03)


@pytest.mark.parametrize("connections", [1, 2, 5])
def test_few_connections_are_a_bound_that_is_reached(connections: int) -> None:
    """Connections over the time that each is taken; the vCPUs stand idle."""
    row = here(rate=3000.0, vcpus=64, workers=120, connections=connections, n=200_000)
    assert row[LIMIT] == pytest.approx(connections / 0.004)
    assert row[FULL_FIRST] == CONNECTIONS_FULL
    assert row[DONE] == pytest.approx(row[LIMIT], rel=0.03)
    assert row[CONNECTIONS_USED] == pytest.approx(connections, rel=0.001)
    assert row[IDLE_WHILE_WAITED] > 0.7


def test_a_connection_held_whole_is_a_worker() -> None:
    """Of workers and connections the fewer count."""
    few = here(rate=2000.0, whole=1, connections=6, workers=16, n=20_000)
    assert few[DONE] == pytest.approx(theory.saturated(6, 4, 0.010, 0.021), rel=0.03)
    assert few[LIMIT] == pytest.approx(6 / 0.031)
    apart = here(rate=2000.0, whole=0, connections=6, workers=16, n=20_000)
    assert apart[DONE] > 1.5 * few[DONE]


def test_patience_for_a_connection_is_a_queue_with_constant_patience() -> None:
    """M/M/3+D: nothing but the database's wait for its disk, 10 ms of it."""
    row = here(**{**WORK_ONLY, "rate": 290.0, "vcpus": 1, "database_ms": 0.0, "io_ms": 10.0,
                  "connections": 3, "timeout_ms": 15.0, "n": 200_000,
                  "which": OF_VCPUS})  # fmt: skip
    exact = constant_patience(0.290, 10.0, 3, 15.0)
    assert row[TIMED_OUT] == pytest.approx(exact.abandoned, rel=0.04)
    assert row[FOR_CONNECTION] == pytest.approx(exact.served_wait, rel=0.04)


def test_littles_law() -> None:
    row = here(n=200_000, rate=300.0, warm_up=1000)
    assert row[WORKERS_USED] == pytest.approx(
        theory.workers_used(row[DONE] / 1000.0, row[MEAN] - row[FOR_WORKER]), rel=0.005
    )


def test_four_times_the_vcpus_with_the_old_limits() -> None:
    """The pool of 16 workers was enough for four vCPUs: 16 vCPUs do 1.3 times as much."""
    found = table(which=OF_VCPUS, rate=2000.0, n=20_000)
    four, sixteen = found[SIZES.index(4)], found[SIZES.index(16)]
    assert sixteen[DONE] / four[DONE] == pytest.approx(1.3, abs=0.05)
    assert four[FULL_FIRST] == VCPUS_FULL
    assert sixteen[FULL_FIRST] == WORKERS_FULL
    assert sixteen[IDLE_WHILE_WAITED] > 0.6
    grown = here(rate=2000.0, vcpus=16, workers=64, connections=32, n=20_000)
    assert grown[DONE] / four[DONE] > 3.5


def test_too_few_idle_and_too_many_slow_down() -> None:
    found = table(rate=380.0, switching=0.005, n=20_000)
    one, enough, many = (found[SIZES.index(size)] for size in (4, 16, 128))
    assert one[IDLE_WHILE_WAITED] > 0.5
    assert one[REFUSED] > 0.5
    assert enough[P99] < many[P99]
    assert enough[DONE] > many[DONE]
    assert enough[FULL_FIRST] == NOTHING


def test_memory_limits_the_workers() -> None:
    found = table(memory_mb=1250.0)
    assert found[:, WORKERS].tolist() == [min(size, 12) for size in (*SIZES, 16)]
    assert math.isclose(found[-1, DONE], found[SIZES.index(12), DONE])
