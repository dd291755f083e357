"""Queues with patience: Erlang A, B and C, constant patience, and any law by integration."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing.erlang import erlang_b, erlang_c, mean_wait
from scalelab.models.queueing.abandonment import Simulated, poisson, simulate
from scalelab.models.queueing.law import Law, constant, exponential, two_moments
from scalelab.theory.queueing import abandonment as theory
from scalelab.validation.row import Row, Topic, simulated

ARRIVALS = 4_000_000
PALM = "Erlang A by birth and death, {cite:t}`v-garnett2002`"
BACCELLI = "M/M/c+G by one integral, {cite:t}`v-baccelli1981`"
BARRER = "M/M/1+D, {cite:t}`v-barrer1957`"
B = "Erlang B, {cite:t}`v-kleinrock1975`"
C = "Erlang C, {cite:t}`v-kleinrock1975`"
M = exponential(1.0)


compared = partial(simulated, format=".5f")


def run(rate: float, servers: int, patience: Law | None, places: int | None = None) -> Simulated:
    return simulate(exponential(1.0 / rate), M, servers, patience, places, ARRIVALS)


def closed() -> Iterator[Row]:
    """The exact model, by birth and death, beside other ways to the same numbers."""
    for rate, servers, patience in ((0.9, 1, 2.0), (48.0, 50, 2.0), (120.0, 100, 0.5)):
        where = f"{servers} servers, load {rate:g}, mean patience {patience:g} services"
        found = poisson(rate, 1.0, servers, patience)

        def remaining(x: Floats, mean: float = patience) -> Floats:
            return np.asarray(-mean * np.expm1(-x / mean))

        expected = theory.general(rate, 1.0, servers, remaining)
        for quantity, reference, ours in (
            ("Share that abandons", expected.abandoned, found.abandoned),
            ("Mean wait of all", expected.wait, found.wait_s),
            ("Mean wait of the served", expected.served_wait, found.served_wait_s),
        ):
            yield Row(quantity, where, "theory", BACCELLI, reference, ours, 1e-6, ".6f")
    yield Row(
        "Mean wait", "8 servers, load 6.4, patience without end", "theory", C,
        mean_wait(6.4, 1.0, 8), poisson(6.4, 1.0, 8, None).wait_s, 1e-9, ".6f",
    )  # fmt: skip
    yield Row(
        "Share that waits", "100 servers, load 95, patience without end", "theory", C,
        erlang_c(95.0, 100), poisson(95.0, 1.0, 100, None).waits, 1e-9, ".6f",
    )  # fmt: skip
    yield Row(
        "Share refused", "10 servers, load 8, as many places as servers", "theory", B,
        erlang_b(8.0, 10), poisson(8.0, 1.0, 10, 1.0, 10).blocked, 1e-9, ".6f",
    )  # fmt: skip


def simulations() -> Iterator[Row]:
    for rate, servers, patience, places in (
        (0.9, 1, 2.0, None), (3.5, 3, 2.0, None), (48.0, 50, 2.0, None), (3.0, 2, 2.0, 5),
    ):  # fmt: skip
        where = f"simulated: {servers} servers, load {rate:g}, mean patience {patience:g}"
        where += f", {places} places" if places else ""
        expected = poisson(rate, 1.0, servers, patience, places)
        found = run(rate, servers, exponential(patience), places)
        yield compared("Share that abandons", where, PALM, expected.abandoned, found.abandoned)
        yield compared("Mean wait of all", where, PALM, expected.wait_s, found.wait_s)
        yield compared(
            "Mean wait of the served", where, PALM, expected.served_wait_s, found.served_wait_s
        )
        if places:
            yield compared("Share refused", where, PALM, expected.blocked, found.blocked)
    for rate, patience in ((0.8, 0.5), (1.2, 3.0)):
        where = f"simulated: 1 server, load {rate:g}, constant patience {patience:g}"
        h = math.exp((rate - 1.0) * patience)
        yield compared(
            "Share that abandons", where, BARRER, rate * (1.0 - rate) * h / (1.0 - rate**2 * h),
            run(rate, 1, constant(patience)).abandoned,
        )  # fmt: skip
    where = "simulated: 3 servers, load 3.5, constant patience 2"
    found = run(3.5, 3, constant(2.0))
    integrated = theory.general(3.5, 1.0, 3, lambda x: np.minimum(x, 2.0))
    yield compared("Share that abandons", where, BACCELLI, integrated.abandoned, found.abandoned)
    yield compared("Mean wait of all", where, BACCELLI, integrated.wait, found.wait_s)
    for law, name in ((constant(1.0), "constant"), (two_moments(1.0, 4.0), "of cv² 4")):
        where = f"simulated: 5 servers, load 4, service {name}, no patience"
        hasty = simulate(exponential(0.25), law, 5, constant(1e-9), None, ARRIVALS)
        yield compared("Share that abandons", where, B, erlang_b(4.0, 5), hasty.abandoned)


def rows() -> Iterator[Row]:
    yield from closed()
    yield from simulations()


TOPIC = Topic(
    "Queues with patience",
    "Times are in mean services. Of simulations of "
    f"{ARRIVALS:,} arrivals, four standard errors are allowed, from the means of 32 batches.",
    rows,
)
