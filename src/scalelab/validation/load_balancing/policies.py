"""Policies against queues in closed form, small chains, limits, and other simulations."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.models.load_balancing.policies import Balanced, balance
from scalelab.models.queueing import dispatching
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import exponential
from scalelab.theory.load_balancing import policies as theory
from scalelab.theory.queueing import dispatching as limits
from scalelab.theory.queueing import gim1
from scalelab.validation.row import Row, Topic, exact, simulated

S = 7.0  # ms
SEEDS = 8
MM1 = "M/M/1 for each, {cite:t}`v-kleinrock1975`, section 3.2"
ROOT = "E_n/M/1 for each, {cite:t}`v-kleinrock1975`, section 6.4"
CHAIN = "chain of the numbers at each server, solved"
LIMIT = "limit of many servers, {cite:t}`v-mitzenmacher2001`"
OLD = "limit of many servers, {cite:t}`v-mitzenmacher2000`, computed"
ANOTHER = "uniformised chain, 300 million events, by a program of its own"
BY_THE_CLOCK = "the customers of `models.queueing.dispatching`"
# Means of 100 servers in services, half the width of their 95 % intervals.
FIGURES = {
    ("power of choices", 2): {0.5: (1.2670, 0.0006), 0.9: (2.6448, 0.0041)},
    ("power of choices", 3): {0.5: (1.1273, 0.0004), 0.9: (2.0623, 0.0020)},
    ("least connections", 2): {0.5: (0.9994, 0.0007), 0.9: (1.0652, 0.0016)},
}
RULES: dict[str, theory.Rule] = {
    "least connections": theory.shortest,
    "join idle queue": theory.idle,
    "power of choices": theory.of_choices(2),
}


def runs(policy: str, n_requests: int = 60_000, **settings: Any) -> list[Balanced]:
    """Of chances of their own."""
    return [
        balance(policy, n_requests=n_requests, runs=1, seed=seed, **settings)
        for seed in range(SEEDS)
    ]


def of(values: list[float]) -> Estimate:
    return Estimate(float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values)))


def mean(found: list[Balanced]) -> Estimate:
    return of([one.mean_ms for one in found if one.mean_ms is not None])


def blind() -> Iterator[Row]:
    for busy in (0.5, 0.7, 0.9):
        found = balance("random", busy)
        assert found.mean_ms is not None
        assert found.p99_ms is not None
        where = f"random, 20 servers, busy for {busy:.0%}"
        time = S * limits.mean_response_at_random(busy)
        yield exact("Mean (ms)", where, MM1, time, found.mean_ms)
        yield exact("p99 (ms)", where, MM1, time * math.log(100.0), found.p99_ms)
        for servers in (2, 10, 100):
            found = balance("round robin", busy, servers)
            assert found.mean_ms is not None
            time = S * gim1.mean_response(gim1.erlang(1.0 / busy, servers))
            yield exact(
                "Mean (ms)", f"round robin, {servers} servers, busy for {busy:.0%}", ROOT, time,
                found.mean_ms,
            )  # fmt: skip


def failing() -> Iterator[Row]:
    """One of two or three, which fails after 1 ms."""
    for servers, most in ((2, 40), (3, 12)):
        for policy, rule in RULES.items():
            speeds = (1.0, *[1.0 / S] * (servers - 1))
            share, time = theory.few_servers(0.5 * servers / S, speeds, 1, rule, most)
            found = runs(policy, utilisation=0.5, servers=servers, oddity="one fails")
            where = f"{policy}, one of {servers} fails, busy for 50%"
            yield simulated("Errors", where, CHAIN, share, of([one.errors for one in found]))
            yield simulated("Mean of the good answers (ms)", where, CHAIN, time, mean(found))


def figures() -> Iterator[Row]:
    for (policy, choices), known in FIGURES.items():
        for busy, (time, half) in known.items():
            found = mean(runs(policy, utilisation=busy, servers=100, choices=choices))
            name = f"{choices} choices" if policy == "power of choices" else policy
            yield Row(
                "Mean, in services", f"{name}, 100 servers, busy for {busy:.0%}", "peer", ANOTHER,
                time, found.mean / S, 4.0 * math.hypot(found.se / S, half / 1.96),
            )  # fmt: skip


def many() -> Iterator[Row]:
    """What is left to the limit is some parts in the number of servers."""
    for age in (0.0, 7.0, 35.0):
        found = mean(runs("power of choices", 40_000, utilisation=0.7, servers=1000, age_ms=age))
        time = S * (
            limits.mean_response_of_old(0.7, 2, age / S)
            if age > 0.0
            else limits.mean_response_of_choices(0.7, 2)
        )
        yield Row(
            "Mean (ms)", f"2 choices, counts every {age:g} ms, 1,000 servers, busy for 70%",
            "theory", OLD if age > 0.0 else LIMIT, time, found.mean, 0.005 * time + 4.0 * found.se,
        )  # fmt: skip


def clock() -> Iterator[Row]:
    """Where half are half as fast, or counts are old: times that are drawn one by one."""
    half, service = [0.5] * 10 + [1.0] * 10, exponential(S)
    for policy in ("least connections", "power of choices", "weighted round robin"):
        other = dispatching.simulate(exponential(S / (0.7 * 15.0)), service, half, policy)
        found = mean(runs(policy, oddity="half are half as fast"))
        yield _peer(f"{policy}, half of 20 servers half as fast", other.response_s, found)
    for age in (10.0, 30.0):
        other = dispatching.simulate(
            exponential(S / 14.0), service, 20, "least connections", age_s=age
        )
        found = mean(runs("least connections", age_ms=age))
        yield _peer(f"least connections, counts every {age:g} ms", other.response_s, found)


def _peer(settings: str, other: Estimate, found: Estimate) -> Row:
    """Both have an error."""
    allowed = 4.0 * math.hypot(other.se, found.se)
    return Row("Mean (ms)", settings, "peer", BY_THE_CLOCK, other.mean, found.mean, allowed)


def _rows() -> Iterator[Row]:
    yield from blind()
    yield from failing()
    yield from figures()
    yield from many()
    yield from clock()


TOPIC = Topic(
    "Which server gets the next request",
    "Services of 7 ms, exponential; errors after 1 ms. What is simulated has eight runs of 60,000 "
    "requests (40,000 of 1,000 servers); allowed are four standard errors, of both where the other "
    "is simulated too, and half a percent more beside the limit of many servers.",
    _rows,
)
