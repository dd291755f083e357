"""Pools of workers and connections, simulated, against queues that are known."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.single_server.limits import (
    CONNECTIONS,
    WORKERS,
    Outcome,
    simulate,
    sizes,
)
from scalelab.theory.queueing import erlang
from scalelab.theory.queueing.abandonment import constant_patience
from scalelab.theory.queueing.closed_network import marginal_values
from scalelab.theory.queueing.finite_buffer import probabilities
from scalelab.theory.single_server import limits as theory
from scalelab.validation.row import Row, Topic, simulated

RUNS = 16
REQUESTS = 40_000
ANY = 10_000  # of a limit that is none
ERLANG_B = "Erlang B, {cite:t}`v-gross2008`, section 2.6"
ERLANG_C = "M/M/c, Erlang C, {cite:t}`v-gross2008`, section 2.3"
FINITE = "M/M/c/K, {cite:t}`v-gross2008`, section 2.5"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`, section 3.3"
MEANS = "mean value analysis, {cite:t}`v-reiser1980`, section 4"
CLOSED = "closed network, {cite:t}`v-baskett1975`, as a birth and death process"
BIRTH = "birth and death process, {cite:t}`v-kleinrock1975`, section 3.2"
BOUNDS = "{cite:t}`v-denning1978`, asymptotic bounds"
PATIENCE = "M/M/c+D, {cite:t}`v-baccelli1981`"
LITTLE = "{cite:t}`v-little1961`"
# What a request does not have, and a machine does not lack.
NOTHING: dict[str, Any] = {
    "application_ms": 0.0, "away_ms": 0.0, "database_ms": 0.0, "io_ms": 0.0, "worker_mb": 0.0,
    "workers": ANY, "connections": ANY,
}  # fmt: skip

Runs = list[dict[int, Outcome]]


def runs(limit: str, rate_per_s: float, requests: int = REQUESTS, **given: Any) -> Runs:
    return [
        sizes(limit, rate_per_s, n_requests=requests, seed=seed, **given)
        for seed in range(1, RUNS + 1)
    ]


def over(found: Runs, size: int, what: Callable[[Outcome], float]) -> Estimate:
    return ratio(np.array([what(run[size]) for run in found]), np.ones(len(found)))


def only_workers() -> Iterator[Row]:
    """Nothing but a wait of 20 ms for each request: 400 of them a second are 8 Erlangs."""
    waits = {**NOTHING, "away_ms": 20.0}
    lost = runs(WORKERS, 400.0, backlog=0, **waits)
    for workers in (4, 8, 12):
        yield simulated(
            "Share refused", f"{workers} workers, 8 Erlangs of waiting, no line", ERLANG_B,
            erlang.lost(8.0, workers), over(lost, workers, lambda run: run.refused),
        )  # fmt: skip
    patient = runs(WORKERS, 500.0, 3 * REQUESTS, backlog=100_000, **waits)
    yield simulated(
        "Wait for a worker (ms)", "12 workers, 10 Erlangs of waiting, any line", ERLANG_C,
        20.0 * erlang.mean_wait(10.0, 12), over(patient, 12, lambda run: run.for_worker_ms),
    )  # fmt: skip
    line = runs(WORKERS, 400.0, backlog=10, **waits)
    p = probabilities(8.0, 8, 18)
    yield simulated(
        "Share refused", "8 workers, 8 Erlangs of waiting, a line of 10", FINITE, p[18],
        over(line, 8, lambda run: run.refused),
    )  # fmt: skip
    waiting = sum(max(n - 8, 0) * p[n] for n in range(19))
    yield simulated(
        "Wait for a worker (ms)", "8 workers, 8 Erlangs of waiting, a line of 10", FINITE,
        waiting / (0.4 * (1.0 - p[18])), over(line, 8, lambda run: run.for_worker_ms),
    )  # fmt: skip


def only_vcpus() -> Iterator[Row]:
    """All share them: the mean is that of M/M/c, in one piece of work or in three."""
    for where, source, work in (
        ("in one piece", ERLANG_C, {"database_ms": 10.0}),
        ("in three", KELLY, {"database_ms": 4.0, "application_ms": 6.0}),
    ):
        found = runs(WORKERS, 280.0, backlog=0, **{**NOTHING, **work})
        yield simulated(
            "Response (ms)", f"4 vCPUs, 2.8 Erlangs of work {where}", source,
            10.0 * (1.0 + erlang.mean_wait(2.8, 4)), over(found, ANY, lambda run: run.mean_ms),
        )  # fmt: skip
    for workers, backlog in ((4, 6), (10, 0)):
        given = {**NOTHING, "database_ms": 10.0, "workers": workers}
        found = runs(WORKERS, 400.0, backlog=backlog, **given)
        yield simulated(
            "Share refused", f"4 vCPUs, 4 Erlangs of work, {workers} workers, a line of {backlog}",
            FINITE, probabilities(4.0, 4, 10)[10], over(found, workers, lambda run: run.refused),
        )  # fmt: skip
    given = {**NOTHING, "database_ms": 10.0, "workers": 32, "switching": 0.02}
    found = runs(WORKERS, 350.0, backlog=0, **given)
    exact = theory.shared(0.350, 4, 10.0, 32, 0.02)
    where = "4 vCPUs, 3.5 Erlangs of work, 2 % more for each beyond four, 32 workers"
    yield simulated(
        "Response (ms)", where, BIRTH, exact.response, over(found, 32, lambda run: run.mean_ms)
    )  # fmt: skip
    yield simulated(
        "Requests with work for a vCPU", where, BIRTH, exact.number,
        over(found, 32, lambda run: run.runnable),
    )  # fmt: skip


def always_taken() -> Iterator[Row]:
    """Ten times what can be done comes, so that no worker ever is without a request."""
    for vcpus, switching, few, many in ((4, 0.0, 8, 16), (16, 0.0, 16, 48), (4, 0.02, 16, 48)):
        found = runs(WORKERS, 4000.0, vcpus=vcpus, connections=ANY, switching=switching)
        for workers in (few, many):
            where = f"{workers} workers, {vcpus} vCPUs, never without a request"
            source, exact = MEANS, marginal_values(workers, 0.021, [(0.010, vcpus)]).throughput
            if switching:
                source = CLOSED
                exact = theory.saturated(workers, vcpus, 0.010, 0.021, switching)
                where += f", {switching:.0%} more for each beyond {vcpus}"
            yield simulated(
                "Requests done a second", where, source, exact,
                over(found, workers, lambda run: run.done_per_s), ".2f",
            )  # fmt: skip


def bounds() -> Iterator[Row]:
    """Where the workers are plenty, connections are taken all the time."""
    found = runs(CONNECTIONS, 3000.0, vcpus=64, workers=120)
    for connections in (2, 4):
        exact = min(theory.bounds(64, 120, connections, 0.010, 0.031, 0.004))
        where = f"{connections} connections of 4 ms, 64 vCPUs, 120 workers"
        yield simulated(
            "Requests done a second", where, BOUNDS, exact,
            over(found, connections, lambda run: run.done_per_s), ".2f",
        )  # fmt: skip
    for workers, connections, vcpus in ((16, 8, 4), (16, 8, 16), (64, 4, 16)):
        exact = min(theory.bounds(vcpus, workers, connections, 0.010, 0.031, 0.004))
        ours = simulate(
            5000.0, workers=workers, connections=connections, vcpus=vcpus, n_requests=1000
        ).limit_per_s
        yield Row(
            "Bound of the requests a second",
            f"{workers} workers, {connections} connections, {vcpus} vCPUs", "theory", BOUNDS,
            exact, ours, 1e-9 * exact, ".2f",
        )  # fmt: skip


def patience() -> Iterator[Row]:
    """The database waits 10 ms for its disk, with nothing else to do."""
    given = {**NOTHING, "io_ms": 10.0, "timeout_ms": 15.0}
    found = runs(CONNECTIONS, 290.0, **given)
    exact = constant_patience(0.290, 10.0, 3, 15.0)
    where = "3 connections of 10 ms, 2.9 Erlangs, for 15 ms at most"
    yield simulated(
        "Share that waits too long for a connection", where, PATIENCE, exact.abandoned,
        over(found, 3, lambda run: run.timed_out),
    )  # fmt: skip
    yield simulated(
        "Wait for a connection, of those who get one (ms)", where, PATIENCE, exact.served_wait,
        over(found, 3, lambda run: run.for_connection_ms),
    )  # fmt: skip


def littles_law() -> Iterator[Row]:
    """Of each run what is taken is set against its own times: a ratio of 1."""
    found = runs(WORKERS, 300.0)

    def of_workers(run: Outcome) -> float:
        time = (run.mean_ms - run.for_worker_ms) / 1000.0
        return run.workers_used / theory.workers_used(run.done_per_s, time)

    yield simulated(
        "Workers taken, over rate times time", "16 workers, 300 requests a second", LITTLE, 1.0,
        over(found, 16, of_workers), ".5f",
    )  # fmt: skip
    free = runs(CONNECTIONS, 300.0, vcpus=256, workers=ANY, worker_mb=0.0)
    where = "all there is is plenty, 300 requests a second"
    for name, time, what in (
        ("Workers taken", 0.031, lambda run: run.workers_used),
        ("Connections taken", 0.004, lambda run: run.connections_used),
        ("Requests with work for a vCPU", 0.010, lambda run: run.runnable),
    ):  # fmt: skip
        yield simulated(name, where, LITTLE, 300.0 * time, over(free, 256, what))


def rows() -> Iterator[Row]:
    yield from only_workers()
    yield from only_vcpus()
    yield from always_taken()
    yield from bounds()
    yield from patience()
    yield from littles_law()


TOPIC = Topic(
    "Limits that are written down",
    f"Requests that lack most of what the model has, so that a queue is left that is known: {RUNS} "
    f"runs of {REQUESTS:,} requests each, and of {3 * REQUESTS:,} where any number may wait for a "
    "worker; the first fifth of each is not counted. Allowed are four standard errors, from the "
    "runs; a bound is computed, and agrees to nine digits.",
    rows,
)
