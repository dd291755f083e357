"""Leaks against exact sums, final sizes of epidemics, and counts of a manual."""

import math
from collections.abc import Iterator
from fractions import Fraction

from scalelab.models.patterns.leaks import WAYS, load, spread
from scalelab.theory.patterns import leaks as theory
from scalelab.validation.row import Row, Topic, exact

COUNTS = "statements, rows and bytes, added up in fractions"
LITTLE = "Little's law, {cite:t}`v-little1961`"
CHAIN = "binomials, one layer after the other, over all numbers that are touched"
REED_FROST = "Reed and Frost's chain over all final sizes, {cite:t}`v-vonbahr1980`"
GRAILS = (
    "[GORM's manual](https://grails.github.io/legacy-grails-doc/3.3.0/ref/Database%20Mapping/"
    "batchSize.html): 30 in batches of 10"
)
EF = (
    "[Microsoft's manual](https://learn.microsoft.com/ef/core/querying/single-split-queries): ten "
    "posts and ten contributors"
)
SEEDS = 10  # each of 40 histories


def _mean(**given: float | str) -> tuple[float, float]:
    """Propagation cost after five years without a check, and four standard errors."""
    shares = [spread(**given, seed=seed)[0].share for seed in range(1, SEEDS + 1)]  # type: ignore[arg-type]
    mean = sum(shares) / SEEDS
    spread_of = math.sqrt(sum((x - mean) ** 2 for x in shares) / (SEEDS - 1))
    return mean, 4.0 * spread_of / math.sqrt(SEEDS)


def _layers(below: float, past: float) -> list[list[float]]:
    return [
        [below if b == a + 1 else past if b > a + 1 else 0.0 for b in range(4)] for a in range(4)
    ]


def _rows() -> Iterator[Row]:
    for rows, collections, trip in ((200, 1, Fraction(1, 2)), (200, 3, Fraction(80))):
        found = load(rows, float(trip), 10, collections)
        for way in WAYS:
            statements = theory.queries(way, rows, collections, 100)
            results = theory.result_rows(way, rows, 10, collections)
            sent = (
                results * (500 + 100 * collections)
                if way == "join"
                else rows * (500 + 1000 * collections)
            )
            hold = theory.hold_ms(
                statements, results, Fraction(sent), trip, Fraction(1, 5), Fraction(22, 1000),
                Fraction(125_000),
            )  # fmt: skip
            where = f"{way}, {collections} of ten each, round trip {float(trip):g} ms"
            yield exact("Page (ms)", where, COUNTS, float(hold + 7), found[way].page_ms, ",.2f")
    lazy = load()["row by row"]
    yield exact(
        "Connections in use", "row by row, as many pages as there can be", LITTLE,
        float(theory.connections(Fraction(lazy.most_per_s), Fraction(lazy.hold_ms))), 97.0, ".2f",
    )  # fmt: skip
    batched = load(30, batch=10)["in batches"].queries
    yield Row("Queries", "30 rows, batches of ten", "published", GRAILS, 4, batched, 0, ".0f")
    joined = load(1, children=10, collections=2)["join"].rows
    yield Row("Rows of a join", "one blog", "published", EF, 100, joined, 0, ".0f")
    for ripple in (1.0, 0.3):
        chance = theory.passes(330.0, 3 * 625, ripple)
        mean, error = _mean(shortcuts=0.0, ripple=ripple)
        yield Row(
            "Touched by a change", f"layers are kept, {ripple:.0%} is passed on", "theory", CHAIN,
            theory.downward_share(25, _layers(chance, 0.0)), mean, error, ".3%",
        )  # fmt: skip
    below, past = (theory.passes(mean, 3 * 625, 1.0) for mean in (240.0, 90.0))
    mean, error = _mean(shortcuts=0.5, direction="past a layer")
    yield Row(
        "Touched by a change", "half of what is new skips a layer", "theory", CHAIN,
        theory.downward_share(25, _layers(below, past)), mean, error, ".3%",
    )  # fmt: skip
    for per_month in (2.0, 4.0):
        chance = theory.passes(60.0 * per_month, 9900, 1.0)
        mean, error = _mean(shortcuts=1.0, direction="anywhere", at_first=0.0, per_month=per_month)
        yield Row(
            "Touched by a change", f"no layers, {0.6 * per_month:.1f} dependencies each", "theory",
            REED_FROST, theory.mixed_share(100, chance), mean, error, ".3%",
        )  # fmt: skip


TOPIC = Topic(
    "Leaks between layers",
    "A list of parents, each with children in some collections, is loaded in three ways; a query "
    "costs 0.1 ms at either end and a row 22 µs. Then 100 modules in four layers: 150 dependencies "
    "and three more a month, for five years; means of 400 histories.",
    _rows,
)
