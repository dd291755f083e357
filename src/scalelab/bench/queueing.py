"""Customers a second through queues first come, first served, beside SimPy and Ciw.

One thread. All three draw their chance while they run, and note how long everybody waits: ours as
sums and counts, the others as a list of all waits, which is how they are used. Ciw also records
what else it knows of each customer. Runs alternate between the programs; the table has medians.

Ours draws for several runs at once where a law takes the same steps each time. A log-normal time
is drawn with retries, so one by one.
"""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

from scalelab.bench.report import Column, Report
from scalelab.kernels.jit import Floats
from scalelab.models.queueing import dispatching, fcfs
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import Law, exponential, lognormal, two_moments
from scalelab.peers.queueing import (
    CIW,
    SIMPY,
    ciw_shortest,
    ciw_waits,
    mean_wait,
    simpy_shortest,
    simpy_waits,
)
from scalelab.theory.queueing import erlang, mg1
from scalelab.theory.queueing.dispatching import mean_response_of_two, shorter

OURS = "scalelab"
N_CUSTOMERS, PEERS_CUSTOMERS = 32_000_000, 60_000
WARM_UP = 2000
LOAD = 0.8  # of each server
RUNS = 5
GOAL = 300.0


class Queue(NamedTuple):
    """``shortest``: each server has a line of its own, and customers join the shortest."""

    service: Law
    servers: int = 1
    shortest: bool = False


QUEUES = {
    "M/M/1": Queue(exponential(1.0)),
    "M/M/4": Queue(exponential(1.0), 4),
    "M/G/1, hyperexponential, cv² 4": Queue(two_moments(1.0, 4.0)),
    "M/G/1, log-normal, cv² 4": Queue(lognormal(1.0, 4.0)),
    "Shortest of two lines": Queue(exponential(1.0), 2, shortest=True),
}
# Of one seed: how many customers a second, and their mean wait.
Run = Callable[[int], tuple[float, Estimate]]


def theory(queue: Queue) -> float:
    """Mean wait; each of the queues above is one of three kinds."""
    if queue.shortest:
        return mean_response_of_two(LOAD, shorter) - 1.0
    if queue.servers == 1:
        return mg1.mean_wait(LOAD, 1.0, queue.service.cv2)
    return erlang.mean_wait(LOAD * queue.servers, queue.servers)


def ours(queue: Queue, n_customers: int) -> Run:
    arrival = exponential(1.0 / (LOAD * queue.servers))

    def waits(n: int, seed: int) -> Estimate:
        if queue.shortest:
            return dispatching.simulate(
                arrival, queue.service, queue.servers, "least connections", n_customers=n,
                warm_up=WARM_UP, seed=seed,
            ).wait_s  # fmt: skip
        return fcfs.simulate(arrival, queue.service, queue.servers, n, WARM_UP, seed).wait_s

    def run(seed: int) -> tuple[float, Estimate]:
        start = time.perf_counter()
        found = waits(n_customers, seed)
        return n_customers / (time.perf_counter() - start), found

    waits(3200, 0)  # compiled outside the timing
    return run


def theirs(peer: Callable[..., Floats], queue: Queue, n_customers: int) -> Run:
    rate_per_s = LOAD * queue.servers

    def run(seed: int) -> tuple[float, Estimate]:
        start = time.perf_counter()
        waits = peer(rate_per_s, queue.service, queue.servers, n_customers, seed)
        return n_customers / (time.perf_counter() - start), mean_wait(waits, WARM_UP)

    return run


def pooled(found: list[Estimate]) -> Estimate:
    """Of runs of the same length, with other seeds."""
    n = len(found)
    return Estimate(sum(one.mean for one in found) / n, sum(one.se**2 for one in found) ** 0.5 / n)


def throughput(
    n_customers: int = N_CUSTOMERS, peers_customers: int = PEERS_CUSTOMERS, runs: int = RUNS
) -> Report:
    """Every queue by all three: thousand customers a second, and the mean wait beside theory."""
    rows: list[tuple[str | float, ...]] = []
    missed = []
    for name_of_queue, queue in QUEUES.items():
        simpy, ciw = (simpy_shortest, ciw_shortest) if queue.shortest else (simpy_waits, ciw_waits)
        programs = {
            OURS: ours(queue, n_customers),
            SIMPY: theirs(simpy, queue, peers_customers),
            CIW: theirs(ciw, queue, peers_customers),
        }
        found: dict[str, list[tuple[float, Estimate]]] = {name: [] for name in programs}
        for seed in range(runs):
            for name, run in programs.items():
                found[name].append(run(seed))
        speed = {name: statistics.median(fast for fast, _ in each) for name, each in found.items()}
        for name, each in found.items():
            wait = pooled([one for _, one in each])
            ratio = speed[OURS] / speed[name]
            exact = theory(queue)
            rows.append((name_of_queue, name, speed[name] / 1e3, ratio, wait.mean, wait.se, exact))
            if name != OURS and ratio < GOAL:
                missed.append(f"{name_of_queue} {ratio:.0f}x {name}")
    return Report(
        "Queues beside SimPy and Ciw",
        f"Servers busy {LOAD:.0%} of the time, {n_customers:,} customers for ours and "
        f"{peers_customers:,} for the others, one thread, median of {runs} alternating runs. Waits "
        "are over all runs, in mean service times.",
        [
            Column("queue"), Column("program"), Column("thousand/s", ",.0f"),
            Column("ours is faster", ",.0f"), Column("mean wait", ".3f"),
            Column("standard error", ".3f"), Column("theory", ".3f"),
        ],
        rows,
        f"at least {GOAL:g} times as fast as either",
        missed,
    )  # fmt: skip
