"""Several primaries: conflicts against exact shares, the laws of growth, published figures."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.models.replication.multi_primary import (
    FAR_MS,
    HANDLINGS,
    SPREADS,
    ceiling,
    simulate,
)
from scalelab.theory.replication import multi_primary as theory
from scalelab.validation.row import Row, Topic

KEPT, ABORTS = HANDLINGS
AT_ONCE, IN_TURN = SPREADS
POISSON = "marked Poisson streams, see the theory module *multi_primary*"
BUSY = "busy periods of an infinite server, see the theory module *multi_primary*"
PAIRS = "pairs of updates, n (n - 1) (λA)² d / M"
GRAY = "ten times the nodes and the traffic, {cite:t}`v-gray1996`, abstract"
ODBMS = "half of the requests write, {cite:t}`v-leanxcale2021`"
DELAY = FAR_MS / 1e3
RUNS = 40

RARE = (
    "The law counts pairs of updates. An order that meets two others is one order in conflict and "
    "two pairs: the law holds while conflicts are rare."
)
SMALL = (
    "The cube takes n primaries for the others of each, which are n - 1: from 10 to 100 the pairs "
    "grow by 1100. It is the limit of many primaries and rare conflicts."
)
SQUARE = (
    "A cube needs updates that are on their way for longer the more primaries there are, as one "
    "after the other. All at once, it is the square (110 by pairs)."
)


def measured(
    primaries: int, order_rate: float, actions: int, rows: int, **more: Any
) -> tuple[float, float]:
    """Share of orders in conflict, mean of independent runs, and four standard errors of it."""
    shares = [
        simulate(
            primaries, order_rate, actions=actions, rows=rows, n_orders=20_000, n_runs=1,
            seed=1000 * i, **more,
        ).conflict_share
        for i in range(RUNS)
    ]  # fmt: skip
    return float(np.mean(shares)), 4.0 * float(np.std(shares, ddof=1)) / math.sqrt(RUNS)


def compared(
    quantity: str,
    settings: str,
    source: str,
    reference: float,
    found: tuple[float, float],
    explanation: str = "",
) -> Row:
    ours, tolerance = found
    return Row(
        quantity, settings, "theory", source, reference, ours, tolerance, ".3%", explanation
    )  # fmt: skip


def last_writer_wins() -> Iterator[Row]:
    for n in (2, 4, 16):
        found = measured(n, 500.0, 4, 10_000)
        settings = f"{n} primaries, {n * 500:,} orders/s of 4 rows"
        exact = theory.conflict_share_of_several(n, 500.0, 4, 10_000, DELAY)
        yield compared("Orders in conflict", settings, POISSON, exact, found)
        pairs = theory.pair_rate(n, 500.0, 4, 10_000, DELAY) / (n * 500.0)
        explanation = RARE if n > 2 else ""
        yield compared("Orders in conflict", settings, PAIRS, pairs, found, explanation)
    found = measured(6, 500.0, 4, 10_000, spread=IN_TURN)
    exact = theory.conflict_share_of_several(6, 500.0, 4, 10_000, DELAY, True)
    settings = "6 primaries, 3,000 orders/s of 4 rows, one primary after the other"
    yield compared("Orders in conflict", settings, POISSON, exact, found)
    found = measured(4, 500.0, 4, 10_000, hot_share=0.1, hot_rows=2)
    exact = theory.conflict_share_of_several(4, 500.0, 4, 10_000, DELAY, False, 2, 0.1)
    settings = "4 primaries, 2,000 orders/s of 4 rows, 10% of the updates of 2 rows"
    yield compared("Orders in conflict", settings, POISSON, exact, found)
    for at_home in (0.5, 0.9, 0.99):
        found = measured(4, 2000.0, 1, 10_000, at_home=at_home)
        exact = theory.conflict_share_of_one(4, 2000.0, 10_000, DELAY, False, at_home)
        settings = f"4 primaries, 8,000 orders/s of 1 row, {at_home:.0%} at home"
        yield compared("Orders in conflict", settings, POISSON, exact, found)


def certification() -> Iterator[Row]:
    for n, rows in ((2, 1000), (4, 100), (16, 100)):
        found = measured(n, 1000.0, 1, rows, handling=ABORTS)
        exact = theory.certified_abort_share(n, 1000.0, rows, DELAY)
        settings = f"{n} primaries, {n * 1000:,} orders/s of 1 of {rows:,} rows"
        yield compared("Orders that abort in certification", settings, BUSY, exact, found)


def growth() -> Iterator[Row]:
    """Rare conflicts, so that nothing but the number of primaries matters."""
    for spread, delay_ms, explanation in ((IN_TURN, 10.0, SMALL), (AT_ONCE, 200.0, SQUARE)):
        few, many = (
            simulate(n, 10.0, actions=1, rows=20_000, delay_ms=delay_ms, spread=spread,
                     n_orders=orders, n_runs=5)
            for n, orders in ((10, 2_000_000), (100, 100_000))
        )  # fmt: skip
        yield Row(
            "Conflicts a second: 100 primaries against 10", spread.lower(), "published", GRAY,
            1000.0, many.conflict_rate / few.conflict_rate, 50.0, ".0f", explanation,
        )  # fmt: skip


def ceilings() -> Iterator[Row]:
    # The share of requests that write stands for f: a remote write costs as much as a local one.
    for n, published in ((2, 4.0 / 3.0), (3, 1.5)):
        yield Row(
            "Requests that they can take, one server = 1", f"{n} primaries", "published", ODBMS,
            published, ceiling(n, 0.5), 1e-9, ".2f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from last_writer_wins()
    yield from certification()
    yield from growth()
    yield from ceilings()


TOPIC = Topic(
    "Several primaries",
    f"Each primary takes its own orders, and the others have them {FAR_MS:.2f} ms later (one way "
    f"from Virginia to Ireland); 10,000 rows unless said otherwise. {RUNS} runs of 20,000 orders, "
    "and four standard errors are allowed. Of the growth by ten times the primaries, 5% are.",
    rows,
)
