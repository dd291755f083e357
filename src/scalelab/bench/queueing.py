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

from scalelab.bench.report import Column, Report
from scalelab.kernels.jit import Floats
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.fcfs import simulate
from scalelab.models.queueing.law import Law, exponential, lognormal, two_moments
from scalelab.peers.queueing import CIW, SIMPY, ciw_waits, mean_wait, simpy_waits
from scalelab.theory.queueing import erlang, mg1

OURS = "scalelab"
N_CUSTOMERS, PEERS_CUSTOMERS = 32_000_000, 60_000
WARM_UP = 2000
LOAD = 0.8  # of each server
RUNS = 5
GOAL = 300.0
QUEUES: dict[str, tuple[Law, int]] = {
    "M/M/1": (exponential(1.0), 1),
    "M/M/4": (exponential(1.0), 4),
    "M/G/1, hyperexponential, cv² 4": (two_moments(1.0, 4.0), 1),
    "M/G/1, log-normal, cv² 4": (lognormal(1.0, 4.0), 1),
}
# Of one seed: how many customers a second, and their mean wait.
Run = Callable[[int], tuple[float, Estimate]]


def theory(service: Law, servers: int) -> float:
    """Mean wait; each of the queues above is one of two kinds."""
    if servers == 1:
        return mg1.mean_wait(LOAD, 1.0, service.cv2)
    return erlang.mean_wait(LOAD * servers, servers)


def ours(service: Law, servers: int, n_customers: int) -> Run:
    arrival = exponential(1.0 / (LOAD * servers))

    def run(seed: int) -> tuple[float, Estimate]:
        start = time.perf_counter()
        found = simulate(arrival, service, servers, n_customers, WARM_UP, seed)
        return found.n_customers / (time.perf_counter() - start), found.wait_s

    simulate(arrival, service, servers, 3200)  # compiled outside the timing
    return run


def theirs(peer: Callable[..., Floats], service: Law, servers: int, n_customers: int) -> Run:
    def run(seed: int) -> tuple[float, Estimate]:
        start = time.perf_counter()
        waits = peer(LOAD * servers, service, servers, n_customers, seed)
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
    for queue, (service, servers) in QUEUES.items():
        programs = {
            OURS: ours(service, servers, n_customers),
            SIMPY: theirs(simpy_waits, service, servers, peers_customers),
            CIW: theirs(ciw_waits, service, servers, peers_customers),
        }
        found: dict[str, list[tuple[float, Estimate]]] = {name: [] for name in programs}
        for seed in range(runs):
            for name, run in programs.items():
                found[name].append(run(seed))
        speed = {name: statistics.median(fast for fast, _ in each) for name, each in found.items()}
        for name, each in found.items():
            wait = pooled([one for _, one in each])
            ratio = speed[OURS] / speed[name]
            exact = theory(service, servers)
            rows.append((queue, name, speed[name] / 1e3, ratio, wait.mean, wait.se, exact))
            if name != OURS and ratio < GOAL:
                missed.append(f"{queue} {ratio:.0f}x {name}")
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
