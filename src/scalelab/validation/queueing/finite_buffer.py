"""Queues with limited room, exact and simulated, against closed forms."""

import math
from collections.abc import Iterator

from scalelab.models.queueing.finite_buffer import poisson, simulate
from scalelab.models.queueing.law import constant, exponential, lognormal, pareto, two_moments
from scalelab.theory.queueing import finite_buffer as theory
from scalelab.validation.row import Row, Topic, simulated

N = 4_000_000
TEXTBOOK = "{cite:t}`v-gross2008`, section 2.5"
ERLANG = "Erlang's loss formula, {cite:t}`v-gross2008`, section 2.6"
LEFT = "embedded Markov chain, {cite:t}`v-gross2008`, section 5.1"
TAKACS = "{cite:t}`v-takacs1962`"


def exact() -> Iterator[Row]:
    for rho, places in ((0.5, 5), (0.8, 10), (0.9, 20), (1.0, 10), (1.2, 10)):
        found = poisson(rho, 1.0, 1, places)
        where = f"M/M/1/{places}, load {rho:g}"
        yield Row(
            "Refused", where, "theory", TEXTBOOK, theory.one_server_blocked(rho, places),
            found.blocked, 1e-9, ".6f",
        )  # fmt: skip
        yield Row(
            "Mean number there", where, "theory", TEXTBOOK, theory.one_server_number(rho, places),
            found.there, 1e-9, ".6f",
        )  # fmt: skip
    # The classical table: so many Erlangs on so many lines refuse 1 %.
    for lines, load in ((1, 0.0101), (5, 1.3608), (20, 12.0306), (100, 84.0642)):
        yield Row(
            "Refused", f"{load:g} Erlang on {lines} lines", "published", ERLANG, 0.01,
            poisson(load, 1.0, lines, lines).blocked, 2e-6, ".5f",
        )  # fmt: skip
    for servers, places, load, time in ((1, 10, 0.9, 3.0), (4, 12, 3.6, 1.0), (4, 30, 6.0, 5.0)):
        found = poisson(load, 1.0, servers, places)
        yield Row(
            f"Waits longer than {time:g} s", f"M/M/{servers}/{places}, load {load:g}", "theory",
            TEXTBOOK, theory.waits_longer(load, servers, places, time), found.waits_longer(time),
            1e-9, ".6f",
        )  # fmt: skip


def random_arrivals() -> Iterator[Row]:
    for rate, servers, places in ((0.9, 1, 10), (3.6, 4, 12), (6.0, 4, 10)):
        form = poisson(rate, 1.0, servers, places)
        found = simulate(exponential(1.0 / rate), exponential(1.0), servers, places, N)
        where = f"M/M/{servers}/{places}, load {rate:g}, simulated"
        for name, reference, ours in (
            ("Refused", form.blocked, found.blocked),
            ("Answered (1/s)", form.throughput_per_s, found.throughput_per_s),
            ("Mean wait (s)", form.wait_s, found.wait_s),
            ("Waits longer than 1 s", form.waits_longer(1.0), found.late),
        ):
            yield simulated(name, where, TEXTBOOK, reference, ours, ".5f")


def any_law() -> Iterator[Row]:
    """No room to wait: the law of the service has no effect."""
    for law in (
        constant(1.0), two_moments(1.0, 0.4), two_moments(1.0, 8.0), lognormal(1.0, 3.0),
        pareto(1.0, 2.5, 1000.0),
    ):  # fmt: skip
        found = simulate(exponential(0.25), law, 5, 5, N)
        yield simulated(
            "Refused", f"M/G/5/5, load 4, service {law.name}, cv² {law.cv2:.2g}, simulated", ERLANG,
            poisson(4.0, 1.0, 5, 5).blocked, found.blocked, ".5f",
        )  # fmt: skip
    for places in (2, 10):
        rho = 0.9
        arrivals = [math.exp(-rho) * rho**i / math.factorial(i) for i in range(places + 1)]
        found = simulate(exponential(1.0 / rho), constant(1.0), 1, places, N)
        yield simulated(
            "Refused", f"M/D/1/{places}, load 0.9, simulated", LEFT,
            theory.one_server_any_service(arrivals, rho, places), found.blocked, ".5f",
        )  # fmt: skip
    for servers in (1, 3, 10):
        gap = 0.9 / servers
        found = simulate(constant(gap), exponential(1.0), servers, servers, N)

        def transform(s: float, gap: float = gap) -> float:
            return math.exp(-gap * s)

        yield simulated(
            "Refused", f"D/M/{servers}/{servers}, load {1 / 0.9:.2f} a server, simulated", TAKACS,
            theory.loss_any_arrivals(transform, 1.0, servers), found.blocked, ".5f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from exact()
    yield from random_arrivals()
    yield from any_law()


TOPIC = Topic(
    "Queues with limited room",
    f"Services of 1 s on average. Simulations of {N:,} arrivals are four standard errors apart "
    "from what is exact at most.",
    rows,
)
