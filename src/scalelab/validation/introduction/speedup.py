"""The scalability laws against published figures, and the simulation against both exact laws."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.models.introduction.speedup import ORDERS, speedup
from scalelab.theory.introduction.speedup import on_their_own
from scalelab.theory.introduction.usl import limit, peak, throughput
from scalelab.validation.row import Row, Topic

TOGETHER, APART = ORDERS
AMDAHL = "{cite:t}`v-amdahl1967`: one over the serial share and the divided rest"
PACKAGE = "{cite:t}`v-moeding2022`, *peak.scalability* in its tests"
LAW = "{cite:t}`v-gunther2008`: the law is exact when all come at once"
MVA = "{cite:t}`v-reiser1980`, mean value analysis"
RUNS, REQUESTS = 40, 20_000


def amdahl() -> Iterator[Row]:
    for serial in (0.05, 0.01):
        for n in (2, 4, 8, 16, 64, 1024):
            ours = speedup(n, serial, 0.0, 1.0, requests=10, runs=1).waiting
            yield Row(
                "Speed-up by Amdahl", f"{serial:.0%} serial, {n:,} machines", "theory", AMDAHL,
                1.0 / (serial + (1.0 - serial) / n), ours, 1e-9, ".4f",
            )  # fmt: skip


def published() -> Iterator[Row]:
    yield Row(
        "Peak", "sigma 0.001, kappa 0.00001", "published", PACKAGE, 316.0696, peak(0.001, 1e-5),
        1e-4, ".4f",
    )  # fmt: skip
    yield Row(
        "Peak", "sigma 0.02, kappa 0.02", "published", PACKAGE, 7.0, peak(0.02, 0.02), 1e-9, ".4f"
    )
    yield Row("Amdahl's limit", "5 % serial", "theory", AMDAHL, 20.0, limit(0.05, 1.0), 1e-9, ".1f")


def simulations() -> Iterator[Row]:
    cases = ((4, 0.03, 0.0005), (16, 0.03, 0.0005), (64, 0.03, 0.0005), (64, 0.1, 0.0),
             (64, 0.0, 0.002), (128, 0.01, 0.001))  # fmt: skip
    for order, source, reference in ((TOGETHER, LAW, throughput), (APART, MVA, on_their_own)):
        for n, sigma, kappa in cases:
            found = [
                speedup(n, sigma, kappa, 1.0, order, REQUESTS, runs).simulated * runs
                for runs in (RUNS // 2, RUNS)
            ]
            halves = np.array([found[0], found[1] - found[0]]) / (RUNS // 2)
            exact = reference(n, sigma, kappa, 1.0)
            yield Row(
                f"Simulated, {order[0].lower()}{order[1:]}",
                f"{n} machines, sigma {sigma:g}, kappa {kappa:g}", "theory", source, exact,
                float(halves.mean()), 4.0 * exact / math.sqrt(RUNS * REQUESTS), ".3f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from amdahl()
    yield from published()
    yield from simulations()


TOPIC = Topic(
    "What the next machine adds",
    "The laws of Amdahl and of universal scalability, and a simulation of machines that pass "
    "through something shared: 800,000 requests for each row. In rounds, only the times at what is "
    "shared are random, so the standard error is one part in 900 at most. When each comes at its "
    "own time, both parts are random, and it is about that. Allowed are four standard errors.",
    rows,
)
