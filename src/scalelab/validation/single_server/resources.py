"""One machine and two against other ways to solve the same network, and against its bounds."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.kernels import shop
from scalelab.models.queueing.estimate import ratio
from scalelab.models.single_server import limits
from scalelab.models.single_server.resources import APART, ARRANGEMENTS, ONE, at_once, serve
from scalelab.theory.queueing.closed_network import (
    Station,
    by_states,
    knee,
    response_bound,
    throughput_bound,
)
from scalelab.theory.single_server.resources import (
    apart,
    conditioned,
    customers_of_the_day,
    one_machine,
    part,
)
from scalelab.theory.workload.think_time import machine_repair, throughput
from scalelab.validation.row import Row, Topic, exact

THINK = shop.THINK_S
OWN = shop.MACHINE_MS / 1000.0
DATABASE = shop.DATABASE_MS / 1000.0
DISK = shop.DISK_MS / 1000.0
TRIPS = 3 * 0.0005  # three queries, half a millisecond each
NAMES = ("vCPUs", "Database's vCPUs", "Disk")
PRODUCT = "open network on the condition that so many are there, {cite:t}`v-baskett1975`"
STATES = "sum over all states, {cite:t}`v-baskett1975`"
REPAIR = "M/M/c//N, {cite:t}`v-kleinrock1975`, section 3.8"
UTILISATION = "{cite:t}`v-denning1978`, utilisation law"
BOUNDS = "{cite:t}`v-denning1978`, asymptotic bounds"
LITTLE = "{cite:t}`v-little1961`"
INSENSITIVE = "insensitivity, {cite:t}`v-baskett1975`, and workers who are simulated"
RUNS = 16


def stations(arrangement: str) -> list[Station]:
    if arrangement == ONE:
        return one_machine(shop.VCPUS, OWN, DATABASE, DISK)
    return apart(shop.VCPUS, OWN, shop.VCPUS, DATABASE, DISK, TRIPS)


def by_another_way() -> Iterator[Row]:
    """The response is what N/X leaves of Z: with it go digits of X."""
    for arrangement in ARRANGEMENTS:
        for customers in (1000, 3000, 4500):
            found = serve(customers, arrangement)
            other = conditioned(customers, THINK, stations(arrangement))
            where = f"{arrangement}, {customers:,} customers"
            yield exact(
                "Response (ms)", where, PRODUCT, 1000.0 * other.response, found.response_ms,
                digits=1e-6,
            )  # fmt: skip
        yield exact(
            "Requests a second", where, PRODUCT, other.throughput, found.throughput_per_s
        )  # fmt: skip
    for i, name in enumerate(NAMES):
        yield exact(
            f"Requests at: {name}", where, PRODUCT, other.queues[i], found.queue[name], digits=1e-6
        )  # fmt: skip


def few_states() -> Iterator[Row]:
    for arrangement in ARRANGEMENTS:
        other = by_states(12, 0.02, stations(arrangement))
        found = serve(12, arrangement, think_s=0.02)
        where = f"{arrangement}, 12 customers, Z = 20 ms"
        yield exact(
            "Response (ms)", where, STATES, 1000.0 * other.response, found.response_ms
        )  # fmt: skip


def special_cases() -> Iterator[Row]:
    """The other station takes next to nothing; what it takes is allowed for."""
    for customers, vcpus in ((100, 4), (4000, 4), (17_000, 16)):
        other = machine_repair(customers, THINK, OWN + DATABASE, vcpus)
        found = serve(customers, vcpus=vcpus, disk_ms=0.001)
        yield Row(
            "Response (ms), vCPUs only", f"{vcpus} vCPUs, {customers:,} customers", "theory",
            REPAIR, 1000.0 * other.response, found.response_ms, 0.0025,
        )  # fmt: skip
    nothing: dict[str, Any] = {
        "web_ms": 0.0, "application_ms": 0.01, "jobs_ms": 0.0, "database_ms": 0.0,
    }  # fmt: skip
    for customers in (500, 2100):
        other = machine_repair(customers, THINK, 0.005, 1)
        found = serve(customers, disk_ms=5.0, **nothing)
        yield Row(
            "Response (ms), disk only", f"5 ms of the disk, {customers:,} customers", "theory",
            REPAIR, 1000.0 * other.response, found.response_ms, 0.012,
        )  # fmt: skip


def laws() -> Iterator[Row]:
    found = serve(3500, APART)
    where = f"{APART}, 3,500 customers"
    rate = found.throughput_per_s
    for (time, servers), name in zip(stations(APART)[:3], NAMES, strict=True):
        yield exact(f"Busy: {name}", where, UTILISATION, rate * time / servers, found.busy[name])
    yield exact(
        "Requests a second", where, f"{LITTLE}, N = X(R + Z)",
        throughput(3500, found.response_ms / 1000.0, THINK), rate,
    )  # fmt: skip
    yield exact(
        "Requests at the stations and between them", where, LITTLE,
        rate * found.response_ms / 1000.0, sum(found.queue.values()) + TRIPS * rate,
    )  # fmt: skip
    found = serve(3500)
    shared = sum(found.parts_ms[name] for name in ("Web", "Application", "Jobs", "Database"))
    yield exact(
        "Database's part of the response (ms)", "One machine, 3,500 customers",
        "in proportion to the work, {cite:t}`v-baskett1975`",
        part(shared, DATABASE, OWN + DATABASE), found.parts_ms["Database"],
    )  # fmt: skip


def bounds() -> Iterator[Row]:
    for arrangement in ARRANGEMENTS:
        places = stations(arrangement)
        found = serve(4500, arrangement)
        yield exact(
            "Customers at whom the bounds meet", arrangement, BOUNDS, knee(THINK, places),
            found.knee, ",.1f",
        )  # fmt: skip
        where = f"{arrangement}, 4,500 customers"
        yield exact(
            "Bound of the requests a second", where, BOUNDS,
            throughput_bound(4500, THINK, places), found.most_per_s,
        )  # fmt: skip
        yield exact(
            "Bound of the response (ms)", where, BOUNDS,
            1000.0 * response_bound(4500, THINK, places), found.least_ms,
        )  # fmt: skip
        # So far beyond the knee that the bottleneck never is without a request.
        far = serve(9000, arrangement)
        yield exact(
            "Response far beyond the knee (ms)", f"{arrangement}, 9,000 customers", BOUNDS,
            1000.0 * response_bound(9000, THINK, places), far.response_ms, digits=1e-6,
        )  # fmt: skip


def fewest_at_whom(faster: Any) -> int:
    return 1 + bisect_left(range(1, 4501), True, key=faster)


def where_the_second_pays() -> Iterator[Row]:
    """Counted, so that both ways have to name the same customer."""
    for trip_ms in (0.1, 0.5, 2.0):
        other = apart(shop.VCPUS, OWN, shop.VCPUS, DATABASE, DISK, 3.0 * trip_ms / 1000.0)

        def faster(customers: int, trip_ms: float = trip_ms) -> bool:
            one = serve(customers).response_ms
            return serve(customers, APART, trip_ms=trip_ms).response_ms < one

        def theirs(customers: int, other: list[Station] = other) -> bool:
            one = conditioned(customers, THINK, stations(ONE)).response
            return conditioned(customers, THINK, other).response < one

        yield Row(
            "Fewest customers for whom two machines are faster",
            f"a trip of {trip_ms:g} ms for a query", "theory", PRODUCT, fewest_at_whom(theirs),
            fewest_at_whom(faster), 0.0, ",.0f",
        )  # fmt: skip
    day = 190_000.0
    exactly = 1 + bisect_left(
        range(1, 4501), day,
        key=lambda n: customers_of_the_day(
            conditioned(n, THINK, stations(ONE)).throughput, shop.CUSTOMER_RATE
        ),
    )  # fmt: skip
    yield Row(
        "Customers at once in the busiest hour", f"One machine, {day:,.0f} customers a day",
        "theory", PRODUCT, exactly, at_once(day), 0.0, ",.0f",
    )  # fmt: skip


def insensitive() -> Iterator[Row]:
    """A full pool of workers is the closed network: they think in two parts, and work in three."""
    found = [
        limits.sizes(limits.WORKERS, 3000.0, connections=10_000, n_requests=100_000, seed=seed)
        for seed in range(1, RUNS + 1)
    ]
    for workers in (8, 16):
        rates = np.array([run[workers].done_per_s for run in found])
        simulated = ratio(rates, np.ones(RUNS))
        ours = serve(workers, disk_ms=0.001, think_s=0.021).throughput_per_s
        yield Row(
            "Requests a second", f"work in three exponential parts, thinking in two, N = {workers}",
            "theory", INSENSITIVE, simulated.mean, ours, 4.0 * simulated.se,
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from by_another_way()
    yield from few_states()
    yield from special_cases()
    yield from laws()
    yield from bounds()
    yield from where_the_second_pays()
    yield from insensitive()


TOPIC = Topic(
    "What a request takes, and how many customers fit",
    "The network is solved by Buzen's convolution, and here in other ways: nine digits have to "
    "agree, six of a response or of a queue, which are what is left of larger numbers, and every "
    "customer of a count. Where one station stands for all, the other one takes 0.001 ms (disk) or "
    "0.01 ms (vCPUs), which is allowed, and its queue. The simulation is the pool of workers of "
    f"this chapter with a request for each of them at any time, {RUNS} runs; allowed are four "
    "standard errors.",
    rows,
)
