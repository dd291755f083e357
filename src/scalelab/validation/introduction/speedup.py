"""The scalability laws against published figures, and the simulation against both exact laws."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.models.introduction.speedup import ORDERS, speedup
from scalelab.models.introduction.usl import DATA_SETS, fit
from scalelab.theory.introduction.speedup import on_their_own
from scalelab.theory.introduction.usl import limit, peak, throughput
from scalelab.validation.row import Row, Topic

TOGETHER, APART = ORDERS
AMDAHL = "{cite:t}`v-amdahl1967`: one over the serial share and the divided rest"
PACKAGE = "{cite:t}`v-moeding2022`, *peak.scalability* and *limit.scalability* in its tests"
LAW = "{cite:t}`v-gunther2008`: the law is exact when all come at once"
MVA = "{cite:t}`v-reiser1980`, mean value analysis"
RUNS, REQUESTS = 40, 20_000
SPEC = np.array(DATA_SETS["SPEC SDM91, up to 216 users"]).reshape(-1, 2)


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
    law = fit(SPEC[:, 0], SPEC[:, 1])
    for about, value, sigma, tolerance, form in (
        ("SPEC SDM91, fitted", 3245.589, law.sigma.value, 1e-2, ".3f"),
        ("SPEC SDM91, sigma 0.001", 89995.23, 0.001, 1e-2, ".2f"),
    ):
        yield Row(
            "Amdahl's limit", about, "published", PACKAGE, value,
            limit(sigma, law.one_machine.value), tolerance, form,
        )  # fmt: skip
    yield Row("Amdahl's limit", "5 % serial", "theory", AMDAHL, 20.0, limit(0.05, 1.0), 1e-9, ".1f")


def simulations() -> Iterator[Row]:
    cases = ((4, 0.03, 0.0005), (16, 0.03, 0.0005), (64, 0.03, 0.0005), (96, 0.1, 0.0),
             (48, 0.0, 0.002), (128, 0.01, 0.001))  # fmt: skip
    for order, source, reference in ((TOGETHER, LAW, throughput), (APART, MVA, on_their_own)):
        for n, sigma, kappa in cases:
            exact = reference(n, sigma, kappa, 1.0)
            # In rounds, the share of the time at which what is shared is busy; else all of it.
            random = exact * (sigma + kappa * (n - 1)) if order == TOGETHER else 1.0
            yield Row(
                f"Simulated, {order[0].lower()}{order[1:]}",
                f"{n} machines, sigma {sigma:g}, kappa {kappa:g}", "theory", source, exact,
                speedup(n, sigma, kappa, 1.0, order, REQUESTS, RUNS).simulated,
                4.0 * random * exact / math.sqrt(RUNS * REQUESTS), ".4f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from amdahl()
    yield from published()
    yield from simulations()


TOPIC = Topic(
    "What the next machine adds",
    "The laws of Amdahl and of universal scalability, and a simulation of machines that pass "
    "through something shared: 800,000 requests for each row. In rounds, only the times at what is "
    "shared are random, and the standard error is one part in 894 of what they take. When each "
    "comes at its own time, both parts are random, and it is about one part in 894 of everything. "
    "Allowed are four standard errors.",
    rows,
)
