"""First come, first served, simulated, against closed forms, tables and two other simulators."""

import math
from collections.abc import Iterator
from functools import partial

from scalelab.models.queueing.fcfs import poisson, simulate
from scalelab.models.queueing.law import Law, constant, exponential, lognormal, two_moments
from scalelab.peers.queueing import CIW, SIMPY, ciw_waits, mean_wait, simpy_waits
from scalelab.theory.queueing import approximations, erlang, gim1, mg1
from scalelab.theory.queueing.precision import customers_for
from scalelab.validation.row import Row, Topic, simulated

N = 20_000_000
PEERS_N, PEERS_WARM_UP = 80_000, 2000
# Four standard errors are then 1 % of the mean wait of M/M/1.
ERROR = 0.0025
ERLANG_B = "Erlang's loss formula, {cite:t}`v-gross2008`, section 2.6"
ERLANG_C = "Erlang C, {cite:t}`v-gross2008`, section 2.3"
KHINCHINE = "Pollaczek and Khinchine, {cite:t}`v-kleinrock1975`, section 5.6"
ROOT = "GI/M/1, {cite:t}`v-kleinrock1975`, section 6.4"
HALFIN = "{cite:t}`v-halfin1981`"


compared = partial(simulated, format=".5f")


def one_server() -> Iterator[Row]:
    """M/M/1, as many customers as make four standard errors 1 %."""
    for rho in (0.5, 0.8, 0.9):
        n = math.ceil(customers_for(rho, ERROR))
        found = simulate(exponential(1.0 / rho), exponential(1.0), 1, n)
        form = poisson(rho, 1.0)
        where = f"M/M/1, load {rho:g}, {n / 1e6:.1f} million customers"
        yield Row(
            "Mean wait (s)", where, "theory", ERLANG_C, form.wait_s, found.wait_s.mean,
            0.01 * form.wait_s,
        )  # fmt: skip
        yield quantile(where, form.wait_quantile_s(0.99), found.wait_quantile_s(0.99))


def quantile(where: str, reference: float, ours: float) -> Row:
    """By the width of a bin, and nearly as much for chance."""
    return Row(
        "Wait that 1 % exceed (s)", where, "theory", ERLANG_C, reference, ours, 0.03 * reference
    )


def several_servers() -> Iterator[Row]:
    for servers, load in ((2, 1.6), (4, 3.2), (10, 8.0), (10, 9.0), (20, 18.0), (100, 90.0)):
        found = simulate(exponential(1.0 / load), exponential(1.0), servers, N)
        where = f"M/M/{servers}, load {load:g}"
        form = poisson(load, 1.0, servers)
        yield compared("Share that waits", where, ERLANG_C, form.waits, found.waits)
        yield compared("Mean wait (s)", where, ERLANG_C, form.wait_s, found.wait_s)
        yield compared("Mean number waiting", where, ERLANG_C, form.waiting, found.waiting)
        yield quantile(where, form.wait_quantile_s(0.99), found.wait_quantile_s(0.99))


def any_service() -> Iterator[Row]:
    laws: tuple[tuple[float, Law], ...] = (
        (0.5, constant(1.0)), (0.9, constant(1.0)), (0.8, two_moments(1.0, 0.5)),
        (0.5, two_moments(1.0, 4.0)), (0.8, two_moments(1.0, 4.0)), (0.8, two_moments(1.0, 25.0)),
        (0.8, lognormal(1.0, 2.0)),
    )  # fmt: skip
    for rho, service in laws:
        found = simulate(exponential(1.0 / rho), service, 1, N)
        yield compared(
            "Mean wait (s)", f"M/G/1, load {rho:g}, {service.name}, cv² {service.cv2:.3g}",
            KHINCHINE, mg1.mean_wait(rho, 1.0, service.cv2), found.wait_s,
        )  # fmt: skip


def any_arrivals() -> Iterator[Row]:
    for rho in (0.5, 0.8, 0.9):
        gap = 1.0 / rho
        for name, arrival, transform in (
            ("constant", constant(gap), gim1.constant(gap)),
            ("cv² 0.25", two_moments(gap, 0.25), gim1.erlang(gap, 4)),
            ("cv² 4", two_moments(gap, 4.0), gim1.hyperexponential(gap, 4.0)),
        ):
            found = simulate(arrival, exponential(1.0), 1, N // 2)
            where = f"GI/M/1, load {rho:g}, gaps {name}"
            waits, wait = gim1.sigma(transform), gim1.mean_wait(transform)
            yield compared("Share that waits", where, ROOT, waits, found.waits)
            yield compared("Mean wait (s)", where, ROOT, wait, found.wait_s)


def tables() -> Iterator[Row]:
    """Erlangs on so many lines that 1 % are refused, and the limit of many servers."""
    for lines, load in (
        (1, 0.0101), (5, 1.3608), (10, 4.4612), (20, 12.0306), (50, 37.9014), (100, 84.0642),
    ):  # fmt: skip
        yield Row(
            "Load of which 1 % is refused (Erlang)", f"{lines} lines", "published", ERLANG_B, load,
            erlang.load_for(0.01, lines), 5e-5,
        )  # fmt: skip
    for spare in (0.25, 0.5, 1.0, 2.0):
        servers = 1_000_000
        load = (math.sqrt(spare**2 + 4.0 * servers) / 2.0 - spare / 2.0) ** 2
        limit = approximations.halfin_whitt(spare)
        yield Row(
            "Share that waits", f"{servers:,} servers, {spare:g} √a of them to spare", "theory",
            HALFIN, limit, erlang.waits(load, servers), 0.01 * limit,
        )  # fmt: skip


def peers() -> Iterator[Row]:
    """Four standard errors, of both together."""
    for servers, load in ((1, 0.5), (4, 2.8)):
        ours = simulate(exponential(1.0 / load), exponential(1.0), servers).wait_s
        for name, waits in ((SIMPY, simpy_waits), (CIW, ciw_waits)):
            found = waits(load, exponential(1.0), servers, PEERS_N, 1)
            theirs = mean_wait(found, PEERS_WARM_UP)
            yield Row(
                "Mean wait (s)", f"M/M/{servers}, load {load:g}, simulated by both", "peer", name,
                theirs.mean, ours.mean, 4.0 * math.hypot(theirs.se, ours.se),
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from one_server()
    yield from several_servers()
    yield from any_service()
    yield from any_arrivals()
    yield from tables()
    yield from peers()


TOPIC = Topic(
    "First come, first served",
    f"Services of 1 s on average, {N:,} customers to a run if nothing else is said ({N // 2:,} for "
    f"GI/M/1, {PEERS_N:,} for the other simulators). Allowed are four standard errors, from the "
    "means of 32 batches; for M/M/1 1 %, which four standard errors are by theory; for quantiles "
    "3 %, as waits are counted in bins up to 1.6 % wide.",
    rows,
)
