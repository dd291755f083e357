"""Waits by priority, simulated, against Cobham, Conway et al., Buzen and Bondi, and Kleinrock."""

from collections.abc import Iterator

from scalelab.models.queueing.law import constant, exponential, two_moments
from scalelab.models.queueing.priority import Simulated, Stream, poisson, simulate
from scalelab.theory.queueing.priority import conserved
from scalelab.validation.row import Row, Topic

CUSTOMERS = 4_000_000
COBHAM = "{cite:t}`v-cobham1954`"
CONWAY = "{cite:t}`v-conway1967`"
BONDI = "{cite:t}`v-buzen1983`"
KLEINROCK = "the conservation law of {cite:t}`v-kleinrock1965`"
CLASSES = ("first", "second", "third")


def one_server() -> Iterator[tuple[str, tuple[Stream, ...]]]:
    """Three laws of the service time; loads of 20 %, 30 % and 30 %."""
    yield (
        "1 server, all exponential",
        tuple(Stream(load / mean, exponential(mean)) for load, mean in LOADS),
    )
    yield (
        "1 server, constant, exponential, and of cv² 4",
        (
            Stream(0.4, constant(0.5)),
            Stream(0.3, exponential(1.0)),
            Stream(0.1, two_moments(3.0, 4.0)),
        ),
    )


LOADS = ((0.2, 0.5), (0.3, 1.0), (0.3, 3.0))


def by_class(
    where: str, streams: tuple[Stream, ...], servers: int, interrupt: bool, source: str
) -> Iterator[Row]:
    found = simulate(streams, servers, interrupt, CUSTOMERS)
    way = "interrupting" if interrupt else "not interrupting"
    for name, expected, one in zip(
        CLASSES, poisson(streams, servers, interrupt), found, strict=True
    ):
        yield Row(
            f"Mean wait, {name} class (s)", f"{where}, {way}", "theory", source, expected.wait_s,
            one.wait_s.mean, 4.0 * one.wait_s.se,
        )  # fmt: skip
    if not interrupt and servers == 1:
        yield weighted(where, streams, found)


def weighted(where: str, streams: tuple[Stream, ...], found: tuple[Simulated, ...]) -> Row:
    rates = [one.arrival_rate_per_s for one in streams]
    means = [one.service.mean_s for one in streams]
    terms = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    error = sum(term * one.wait_s.se for term, one in zip(terms, found, strict=True))
    return Row(
        "Waits weighted by load, added up (s)", where, "theory", KLEINROCK,
        conserved(rates, means, [one.service.cv2 for one in streams]),
        sum(term * one.wait_s.mean for term, one in zip(terms, found, strict=True)), 4.0 * error,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    for where, streams in one_server():
        yield from by_class(where, streams, 1, False, COBHAM)
        yield from by_class(where, streams, 1, True, CONWAY)
    for servers in (2, 8):
        streams = tuple(Stream(load * servers, exponential(1.0)) for load in (0.5, 0.2, 0.15))
        where = f"{servers} servers, all exponential"
        yield from by_class(where, streams, servers, False, COBHAM)
        yield from by_class(where, streams, servers, True, BONDI)


TOPIC = Topic(
    "Queues with priorities",
    f"Three classes on the same servers, {CUSTOMERS:,} customers to a run; the wait is all the "
    "time without a server. Allowed are four standard errors, from the means of 32 batches.",
    rows,
)
