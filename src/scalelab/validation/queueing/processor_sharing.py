"""Shared processors, simulated, against the closed forms; and the approximation in between."""

from collections.abc import Iterator
from itertools import islice

from scalelab.models.queueing.law import (
    Law,
    constant,
    exponential,
    lognormal,
    pareto,
    two_moments,
)
from scalelab.models.queueing.processor_sharing import NO_LIMIT, Simulated, poisson, simulate
from scalelab.theory.queueing.processor_sharing import (
    first_come_wait,
    limited,
    numbers,
    stretch,
)
from scalelab.validation.row import Row, Topic

JOBS = 3_000_000
SAKATA = "{cite:t}`v-sakata1971`"
KELLY = "symmetric queues, {cite:t}`v-kelly1979`"
KLEINROCK = "Pollaczek and Khinchine, {cite:t}`v-kleinrock1975`"
HALFIN = "{cite:t}`v-avi-itzhak1988`"
BETWEEN = (
    "The approximation, not the simulation: how many are there depends on the sizes as soon as "
    "there is a limit. It is exact for exponential sizes, in the rows above."
)
LAWS = (
    ("constant", constant(1.0)),
    ("Erlang, cv² 0.25", two_moments(1.0, 0.25)),
    ("exponential", exponential(1.0)),
    ("hyperexponential, cv² 4", two_moments(1.0, 4.0)),
    ("log-normal, cv² 10", lognormal(1.0, 10.0)),
    ("Pareto, shape 1.5, up to 100", pareto(1.0, 1.5, 100.0)),
)


def shared(rho: float, service: Law, processors: int, seed: int = 1) -> Simulated:
    return simulate(
        exponential(1.0 / (rho * processors)), service, processors, edges_s=(0.5, 2.0),
        n_customers=JOBS, seed=seed,
    )  # fmt: skip


def insensitive() -> Iterator[Row]:
    for name, service in LAWS:
        found = shared(0.8, service, 1)
        where = f"1 processor, 80 % busy, {name}"
        yield Row(
            "Mean response time (mean size 1 s)", where, "theory", SAKATA, stretch(0.8),
            found.response_s.mean, 4.0 * found.response_s.se,
        )  # fmt: skip
        empty = next(numbers(0.8))
        yield Row(
            "Share of the time with nobody there", where, "theory", SAKATA, empty,
            found.numbers[0].mean, 4.0 * found.numbers[0].se,
        )  # fmt: skip


def by_size() -> Iterator[Row]:
    found = shared(0.8, two_moments(1.0, 4.0), 1, seed=2)
    for name, one in zip(("below 0.5 s", "0.5 to 2 s", "2 s and more"), found.by_size, strict=True):
        yield Row(
            f"Mean response time of sizes {name} (s)",
            "1 processor, 80 % busy, hyperexponential, cv² 4", "theory", SAKATA,
            stretch(0.8) * one.size_s.mean, one.response_s.mean,
            4.0 * (one.response_s.se + stretch(0.8) * one.size_s.se),
        )  # fmt: skip


def geometric() -> Iterator[Row]:
    found = shared(0.8, lognormal(1.0, 10.0), 1, seed=3)
    for n, reference in enumerate(islice(numbers(0.8), 1, 6), 1):
        yield Row(
            f"Share of the time with {n} there", "1 processor, 80 % busy, log-normal, cv² 10",
            "theory", SAKATA, reference, found.numbers[n].mean, 4.0 * found.numbers[n].se,
        )  # fmt: skip


def several() -> Iterator[Row]:
    for processors, rho in ((4, 0.8), (10, 0.9)):
        for name, service in (LAWS[0], LAWS[3]):
            found = shared(rho, service, processors)
            yield Row(
                "Mean number there", f"{processors} processors, {rho:.0%} busy, {name}", "theory",
                KELLY, rho * processors * stretch(rho, processors), found.there.mean,
                4.0 * found.there.se,
            )  # fmt: skip


def unshared() -> Iterator[Row]:
    for name, service in (LAWS[2], LAWS[3]):
        found = simulate(exponential(1.25), service, limit=1, n_customers=JOBS)
        yield Row(
            "Mean wait (s)", f"1 processor, 80 % busy, limit 1, {name}", "theory", KLEINROCK,
            first_come_wait(0.8, 1.0, service.cv2), found.wait_s.mean, 4.0 * found.wait_s.se,
        )  # fmt: skip


def between() -> Iterator[Row]:
    for limit in (2, 4, 8):
        for name, service in (LAWS[2], LAWS[0], LAWS[4]):
            found = simulate(exponential(1.25), service, limit=limit, n_customers=JOBS)
            reference = limited(0.8, 1.0, service.cv2, limit, 1.0)
            tolerance = 4.0 * found.response_s.se
            off = abs(found.response_s.mean - reference) > tolerance
            yield Row(
                "Mean response time (mean size 1 s)",
                f"1 processor, 80 % busy, limit {limit}, {name}", "theory", HALFIN, reference,
                found.response_s.mean, tolerance, explanation=BETWEEN if off else "",
            )  # fmt: skip


def model() -> Iterator[Row]:
    """What the model says without simulating, beside the textbook's figure."""
    yield Row(
        "Mean response time (mean size 1 s)", "1 processor, 80 % busy, no limit", "theory", SAKATA,
        stretch(0.8), poisson(0.8, lognormal(1.0, 10.0), limit=NO_LIMIT).response_s, 1e-9,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from insensitive()
    yield from by_size()
    yield from geometric()
    yield from several()
    yield from unshared()
    yield from between()
    yield from model()


TOPIC = Topic(
    "Shared processors",
    f"{JOBS:,} jobs a row, simulated job by job; the tolerance is four standard errors.",
    rows,
)
