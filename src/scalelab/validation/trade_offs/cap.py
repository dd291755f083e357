"""One partition against all numbers of writes, majorities in fractions, and a measured delay."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.cap import SEARCHES_LOST_400_MS
from scalelab.kernels.trade_offs.cap import PRESETS, STOCK, WRITES
from scalelab.models.trade_offs.cap import cut, majority_up, waiting
from scalelab.theory.storage.partition import conflict_probability, stale_in_break
from scalelab.theory.trade_offs import cap as theory
from scalelab.validation.row import Row, Topic, exact

POISSON = "all numbers of writes of the two sides, one by one"
FORMULA = "independent Poisson streams, see the theory module *partition*"
SPEED = "{cite:t}`v-brutlag2009`"
KEYS = 10_000
RATE = 2000.0


def _popularity(skew: float) -> list[float]:
    weights = [rank**-skew for rank in range(1, KEYS + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def _alike() -> Iterator[Row]:
    """Products that are all alike: nothing is grouped."""
    for minutes, minority, left, limit in ((600.0, 0.3, 5, 2), (600.0, 0.5, 10, 5)):
        writes = 60.0 * minutes * RATE * PRESETS[STOCK][WRITES] / KEYS
        b = writes * minority
        a = writes - b
        found = cut("Stock, orders", minutes, minority, RATE, 0.0, left=left, limit=limit).counts
        where = f"{minutes:.0f} min, {minority:.0%} cut off, {left} left"
        for name, reference, ours, digits in (
            ("Refuse: orders lost", theory.not_sold(a, b, left),
             found["Refuse"]["Writes refused"], 1e-9),
            ("Merge: pieces oversold", theory.oversold(a, b, left),
             found["Merge"]["Put right"], 1e-9),
            (f"Limit of {limit}: orders lost", theory.set_aside(a, b, left, limit),
             found["Limit"]["Writes refused"], 1e-9),
            ("Last writer: orders forgotten", theory.forgotten(a, b, left),
             found["Last writer"]["Forgotten"], 0.01),
        ):  # fmt: skip
            yield exact(name, where, POISSON, KEYS * reference, ours, ".2f", digits)
        stale = minority * stale_in_break(a, 0.0, 1.0)
        stale += (1.0 - minority) * stale_in_break(b, 0.0, 1.0)
        reads = 60.0 * minutes * RATE * PRESETS[STOCK][0]
        yield exact(
            "Stale reads (thousands)", where, FORMULA, reads * stale / 1000.0,
            found["Merge"]["Stale reads"] / 1000.0, ".1f",
        )  # fmt: skip


def _popular() -> Iterator[Row]:
    """Keys in conflict of a feed: grouped ones against each by itself."""
    for minutes in (1.0, 10.0, 60.0):
        writes = 60.0 * minutes * RATE * PRESETS[0][WRITES]
        keys = int(PRESETS[0][2])
        weights = [rank**-0.8 for rank in range(1, keys + 1)]
        total = sum(weights)
        reference = sum(
            conflict_probability(0.7 * writes * w / total, 0.3 * writes * w / total)
            for w in weights
        )
        yield exact(
            "Posts written on both sides", f"{minutes:.0f} min, popularity 0.8", FORMULA,
            reference, cut("Social feed", minutes).counts["Merge"]["Put right"], ".1f", 0.003,
        )  # fmt: skip
    p = _popularity(0.8)
    writes = 60.0 * 10.0 * RATE * PRESETS[STOCK][WRITES]
    # From the 300th on, no product is nearly sold out.
    reference = sum(theory.oversold(0.7 * writes * w, 0.3 * writes * w, 20) for w in p[:300])
    yield exact(
        "Merge: pieces oversold", "10 min, popularity 0.8, 20 left", POISSON, reference,
        cut("Stock, orders").counts["Merge"]["Put right"], ".2f", 0.003,
    )  # fmt: skip


def _rows() -> Iterator[Row]:
    yield from _alike()
    yield from _popular()
    for n, up in ((3, 0.9), (3, 0.99), (3, 0.999), (5, 0.9), (5, 0.99), (7, 0.9)):
        yield exact(
            "Majority is up", f"{n} servers, each {up:g} of the time", "binomial, in fractions",
            float(theory.majority_up(n, Fraction(str(up)))), majority_up(n, up), ".9f", 1e-12,
        )  # fmt: skip
    yield Row(
        "Searches lost to 400 ms", "in proportion from 100 ms", "published", SPEED,
        SEARCHES_LOST_400_MS.value, waiting(1.0, 400.0), 0.0005, ".3%",
        "What was measured grows more slowly than the delay, so a proportion from 100 ms is too "
        "much for longer ones. It is used for 81 ms.",
    )  # fmt: skip


TOPIC = Topic(
    "Consistency vs. availability",
    "Two sites that cannot reach each other, 2,000 requests/s in all, 0.1% of them orders. The "
    "last writer is integrated numerically where products sell out, and keys beyond the 32 most "
    "popular are taken in groups: hence 1% and 0.3%. Prices are assumptions and are not checked.",
    _rows,
)
