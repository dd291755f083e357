"""CQRS against partial fractions, tandem queues, water, and machines by search."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.models.patterns.cqrs import DESIGNS, compare
from scalelab.theory.patterns import cqrs as theory
from scalelab.validation.row import Row, Topic, exact

BURKE = "sum of 1/(mu - lambda), {cite:t}`v-burke1956`"
FRACTIONS = "partial fractions in 60 digits"
AREA = "area below the chance, Simpson's rule"
WATER = "a batch that flows; ours has chance and two more queues"
SEARCH = "first number of machines with room"
WORK = [Fraction(1), Fraction(2), Fraction(8)]  # ms: relay, log, projector
CAPACITY = Fraction(2800)


def _lags() -> Iterator[Row]:
    for rate, projectors in ((2000.0, 1), (2250.0, 1), (2400.0, 1), (2000.0, 2)):
        found = compare(rate_per_s=rate, projectors=projectors)
        arrivals = Fraction(int(rate), 20 * 1000 * projectors)
        assert found.queued_ms is not None
        yield exact(
            "In queues (ms)", f"{rate / 20:,.0f} writes/s, projectors: {projectors}", BURKE,
            float(theory.mean_lag(WORK, arrivals)), found.queued_ms, ".3f",
        )  # fmt: skip
    rates = [1 / s - Fraction(1, 10) for s in WORK]
    for every, delay in ((0, 100), (0, 200), (200, 100), (200, 300), (1000, 300), (1000, 1000)):
        found = compare(every_ms=float(every), delay_ms=float(delay))
        where = f"read after {delay} ms, tick {every} ms"
        yield exact(
            "Own write not seen", where, FRACTIONS,
            theory.missing(rates, Fraction(every), Fraction(delay)), found.missed, ".6f", 1e-8,
        )  # fmt: skip
        wait = found.remedies["Wait for version"].wait_ms
        assert wait is not None
        yield exact(
            "Wait for the version (ms)", where, AREA,
            theory.waiting(rates, Fraction(every), Fraction(delay), 400), wait, ".3f", 1e-4,
        )  # fmt: skip
    last = compare().lag_99_ms
    assert last is not None
    yield exact(
        "Not visible after the p99", "tick 1,000 ms", FRACTIONS, 0.01,
        theory.missing(rates, Fraction(1000), Fraction(last)), ".6f", 1e-6,
    )  # fmt: skip
    for projectors, busy in ((1, 0.8), (2, 0.4), (4, 0.2)):
        found = compare(projectors=projectors, every_ms=5000.0, events=50_000)
        assert found.polled_ms is not None
        reference = theory.polled_mean(5000.0, busy)
        yield Row(
            "Mean lag, outbox polled (ms)", f"each 5 s, projector busy for {busy:.0%}", "theory",
            WATER, reference, found.polled_ms, 0.02 * reference, ",.0f",
        )  # fmt: skip


def _machines() -> Iterator[Row]:
    for rate in (2000, 10_000, 20_000):
        found = compare(rate_per_s=float(rate), projectors=10)
        reads, writes = Fraction(19 * rate, 20), Fraction(rate, 20)
        asked = reads / 10
        shards = theory.fewest(4 * writes + 3 * reads - asked, asked, CAPACITY)
        writing = theory.fewest(4 * writes, Fraction(0), CAPACITY)
        store = theory.fewest(reads / 4 + 2 * writes, Fraction(0), CAPACITY)
        assert shards is not None
        assert writing is not None
        assert store is not None
        for design, reference in (
            (DESIGNS[0], shards + 1),
            (DESIGNS[3], writing + 1 + 3 + 4 * (store + 1)),
        ):
            ours = found.machines[design]
            assert ours is not None
            yield exact(
                f"Machines: {design}", f"{rate:,} requests/s", SEARCH, float(reference),
                float(ours), ",.0f",
            )  # fmt: skip
    for tables, models in ((3, 4), (2, 4), (3, 5)):
        added = 1 + models * (Fraction(2) - Fraction(1, 4))
        yield exact(
            "Share of reads with equal work", f"{tables} tables, {models} read models",
            "work saved by reads is work added to writes",
            float(theory.break_even(Fraction(tables - 1), added)),
            compare(tables=tables, models=models).break_even,
        )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _lags()
    yield from _machines()


TOPIC = Topic(
    "CQRS",
    "A query looks into three tables of one model or into one row of a read model; of 2,000 "
    "requests/s 5% write, and an event goes through a relay (1 ms), a log (2 ms) and a projector "
    "(8 ms).",
    _rows,
)
