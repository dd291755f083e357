"""A service that hangs, against Little, Erlang, published examples and rules; and series."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.coupling import NETFLIX_30_SERVICES, SRE_BOOK_HANDLED
from scalelab.models.principles.coupling import (
    PROBES,
    THRESHOLD,
    WAIT_S,
    WINDOW,
    fault,
    minutes_down,
)
from scalelab.theory.principles import coupling as theory
from scalelab.validation.row import Row, Topic, exact

LITTLE = "Little's law"
ERLANG = "Erlang B in the long run; the first seconds are in ours, too"
FIXED = "Erlang's fixed point, {cite:t}`v-kelly1991`"
RULES = "Resilience4j's rules, evenly spaced calls"
YEAR = 365 * 24 * 60


def _pool() -> Iterator[Row]:
    for share, workers in ((0.05, 200), (0.05, 800), (0.2, 200)):
        found = fault("No time-out", minutes=5.0, share=share, workers=workers)
        reference = theory.full_after(workers, 10.0, 200.0 * share)
        assert found.full_after_s is not None
        yield Row(
            "Pool is full after (s)", f"{share:.0%} hang, {workers} workers", "theory",
            f"{LITTLE}, without chance", reference, found.full_after_s,
            0.06 * reference, ".1f",
        )  # fmt: skip
    for share, workers, limit in ((0.05, 200, 30.0), (0.05, 200, 10.0), (0.2, 100, 5.0)):
        settings = f"30 min, {share:.0%} hang, {workers} workers, {limit:.0f} s"
        found = fault(
            "Time-out", minutes=30.0, share=share, workers=workers, time_out_s=limit
        )  # fmt: skip
        served, _ = theory.served(200.0, 0.05, share, limit, workers)
        yield exact(
            "Time-out: answered", settings, ERLANG, (1.0 - share) * served, found.answered,
            ".4f", 0.02,
        )  # fmt: skip
    for share, workers, own in ((0.05, 200, 25), (0.2, 100, 95)):
        found = fault(
            "Bulkhead", minutes=30.0, share=share, workers=workers, own_calls=own, time_out_s=5.0
        )
        served, _ = theory.bulkhead(200.0, 0.05, share, 5.0, workers, own)
        yield exact(
            "Bulkhead: answered", f"30 min, {share:.0%} hang, {own} of {workers} workers, 5 s",
            FIXED, (1.0 - share) * served, found.answered, ".4f", 0.005,
        )  # fmt: skip
    # Ten times as fast as in the book, which changes none of its shares.
    found = fault(
        "Time-out", minutes=30.0, requests_per_s=10_000.0, workers=1000, time_out_s=10.0,
        work_ms=10.0,
    )  # fmt: skip
    yield Row(
        "Requests that are handled", "1,000 threads, 5% hang for 1,000 times as long as others",
        "published", "{cite:t}`v-ulrich2016`", SRE_BOOK_HANDLED.value, found.answered / 0.95,
        0.002, ".1%",
    )  # fmt: skip


def _breaker() -> Iterator[Row]:
    for rate, limit in ((200.0, 1.0), (200.0, 30.0), (1000.0, 5.0)):
        workers = 1000
        found = fault(
            "Breaker", minutes=3.0, requests_per_s=rate, time_out_s=limit, workers=workers
        )  # fmt: skip
        reference = theory.opens_after(THRESHOLD, WINDOW, 0.05 * rate, limit)
        assert found.opens_after_s is not None
        yield Row(
            "Breaker opens after (s)", f"{rate:.0f} requests/s, 5% hang, {limit:.0f} s", "theory",
            RULES, reference, found.opens_after_s, 0.21, ".1f",
        )  # fmt: skip
    # The last of the periods that begin within the fault ends after it.
    for limit in (1.0, 5.0):
        found = fault("Breaker", minutes=3.0, time_out_s=limit)
        opens = theory.opens_after(THRESHOLD, WINDOW, 10.0, limit)
        period = theory.cycle(WAIT_S, PROBES, 10.0, limit)
        tries = next(
            opens + k * period + WAIT_S for k in range(9) if opens + k * period + WAIT_S > 180.0
        )
        assert found.back_after_s is not None
        yield Row(
            "All is as before after (s)", f"3 min, 5% hang, {limit:.0f} s", "theory", RULES,
            tries - 180.0, found.back_after_s, 0.5, ".1f",
        )  # fmt: skip


def _series() -> Iterator[Row]:
    for n in (3, 5, 10, 30):
        up = theory.series(Fraction(999, 1000), n)
        yield exact(
            "Minutes down a year", f"{n} services, each up 99.9%", "product, in fractions",
            theory.minutes_down(up), minutes_down(0.999, n), ",.1f", 1e-9,
        )  # fmt: skip
    yield Row(
        "Up with 30 services", "each up 99.99%", "published", "{cite:t}`v-christensen2012`",
        NETFLIX_30_SERVICES.value, 1.0 - minutes_down(0.9999, 30) / YEAR, 0.0005, ".1%",
    )  # fmt: skip
    yield Row(
        "Each of ten has to be up", "for 99.9% of all ten", "published",
        "one more nine, {cite:t}`v-treynor2017`", 0.9999, theory.needed(0.999, 10), 1e-6, ".6f",
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _pool()
    yield from _breaker()
    yield from _series()


TOPIC = Topic(
    "Decouple components",
    "200 requests/s of 50 ms, of which some call a service that hangs. Means without chance: a "
    "pool refuses some just before it is full, which closed forms without chance leave out, hence "
    "6%. Tests also hold the model against a simulation of single requests.",
    _rows,
)
