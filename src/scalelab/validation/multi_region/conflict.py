"""Carts that several regions change, against the closed forms."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.models.multi_region.conflict import CLOCKS, STRATEGIES, Conflict, simulate
from scalelab.theory.multi_region.conflict import (
    lost_in_a_cut,
    lost_to_last_writer,
    unaware_probability,
    undone_by_union,
    vector_entries,
)
from scalelab.validation.row import Row, Topic

CART, ITEM, UNION, PN, OR_SET = STRATEGIES
GAP, RUNS = 5.0, 16
POISSON = "Poisson streams, see the theory module *conflict*"
HAPPENED_BEFORE = "an OR-set, by what its removals have seen ({cite:t}`v-shapiro2011report`)"


def played(strategy: str, n_runs: int = RUNS, **settings: object) -> tuple[Conflict, ...]:
    """Two regions and long carts of additions, so that begin and end do not matter."""
    given = {"n_regions": 2, "removes": 0.0, "gap_s": GAP, "n_changes": 500, "run_changes": 5000}
    return tuple(
        simulate(strategy, n_runs=1, seed=seed, **{**given, **settings})  # type: ignore[arg-type]
        for seed in range(n_runs)
    )


def compared(
    quantity: str, settings: str, reference: float, runs: tuple[Conflict, ...], measured: str,
    source: str = POISSON,
) -> Row:  # fmt: skip
    """A mean of runs beside its expectation, four standard errors apart at most."""
    values = np.array([getattr(run, measured) for run in runs])
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Row(
        quantity, settings, "theory", source, reference, float(np.mean(values)), 4.0 * error, ".2f",
    )  # fmt: skip


def expected_loss(delay: float, ahead: float, elsewhere: float) -> float:
    by_ahead, by_behind = lost_to_last_writer(
        (1.0 - elsewhere) / GAP, elsewhere / GAP, delay, ahead
    )
    return 1e3 * ((1.0 - elsewhere) * by_ahead + elsewhere * by_behind)


def unaware() -> Iterator[Row]:
    for delay, elsewhere in ((0.1, 0.5), (0.1, 0.2), (2.0, 0.5)):
        reference = (1.0 - elsewhere) * unaware_probability(elsewhere / GAP, delay)
        reference += elsewhere * unaware_probability((1.0 - elsewhere) / GAP, delay)
        yield compared(
            "Changes made without knowledge of another, of 1,000",
            f"a delay of {delay:g} s, {elsewhere:.0%} elsewhere", 1e3 * reference,
            played(CART, delay_ms=1e3 * delay, elsewhere=elsewhere), "unaware",
        )  # fmt: skip


def last_writer() -> Iterator[Row]:
    for delay, ahead, elsewhere in (
        (0.1, 0.0, 0.5), (0.1, 1.0, 0.5), (0.1, 1.0, 0.2), (2.0, 0.0, 0.5), (2.0, 1.0, 0.3),
        (1.0, 5.0, 0.7), (20.0, 0.0, 0.4), (0.0, 2.0, 0.4),
    ):  # fmt: skip
        yield compared(
            f"{CART}: lost of 1,000",
            f"a delay of {delay:g} s, clock {ahead:g} s ahead, {elsewhere:.0%} elsewhere",
            expected_loss(delay, ahead, elsewhere),
            played(CART, delay_ms=1e3 * delay, skew_ms=1e3 * ahead, elsewhere=elsewhere), "lost",
        )  # fmt: skip
    for delay in (0.1, 2.0):
        yield compared(
            f"{CART}, {CLOCKS[1].lower()}: lost of 1,000",
            f"a delay of {delay:g} s, clock 5 s ahead", expected_loss(delay, min(5.0, delay), 0.5),
            played(CART, delay_ms=1e3 * delay, skew_ms=5000.0, clock=CLOCKS[1]), "lost",
        )  # fmt: skip


def cut() -> Iterator[Row]:
    for length, elsewhere in ((20.0, 0.5), (20.0, 0.2), (40.0, 0.5)):
        yield compared(
            f"{CART}: lost of 1,000",
            f"200 changes in about 200 s, {length:g} s cut off, {elsewhere:.0%} elsewhere",
            1e3 / 200 * lost_in_a_cut(1.0, elsewhere, length),
            played(
                CART, cut_s=length, elsewhere=elsewhere, gap_s=1.0, n_changes=200, delay_ms=0.0,
                skew_ms=0.0,
            ),
            "lost",
        )  # fmt: skip


def union() -> Iterator[Row]:
    for delay, elsewhere in ((0.1, 0.5), (0.5, 0.5)):
        yield compared(
            f"{UNION}: removals undone of 1,000 changes",
            f"a delay of {delay:g} s, one in five removes, each piece another product",
            1e3 * 0.2 * undone_by_union(0.5 / GAP, delay),
            played(
                UNION, delay_ms=1e3 * delay, elsewhere=elsewhere, removes=0.2, products=1000,
                n_changes=200, skew_ms=0.0,
            ),
            "undone",
        )  # fmt: skip


def entries() -> Iterator[Row]:
    for m in (2, 4, 20):
        yield compared(
            "Entries in a version vector", f"three regions (70, 15, 15 %), {m} changes",
            vector_entries((0.7, 0.15, 0.15), m),
            played(UNION, n_regions=3, elsewhere=0.3, n_changes=m, delay_ms=0.0, skew_ms=0.0),
            "entries",
        )  # fmt: skip


def nothing_lost() -> Iterator[Row]:
    for strategy, measured, text in (
        (UNION, "lost", "additions lost"), (OR_SET, "wrong", "lost or undone"),
    ):  # fmt: skip
        yield compared(
            f"{strategy}: {text} of 1,000", "a cut of 60 s, one in four removes", 0.0,
            played(strategy, n_regions=3, removes=0.25, n_changes=20, cut_s=60.0), measured,
            "never, by section 4.4 of {cite:t}`v-decandia2007`" if strategy == UNION
            else HAPPENED_BEFORE,
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from unaware()
    yield from last_writer()
    yield from cut()
    yield from union()
    yield from entries()
    yield from nothing_lost()


TOPIC = Topic(
    "Conflict",
    f"A cart that two regions change, every {GAP:g} s on average unless it says otherwise; means "
    f"of {RUNS} runs of 5,000 changes, four standard errors apart at most. That the data types "
    "merge in any order is proven by property tests. The same types in pycrdt, crdts and "
    "python3-crdt give the same values where these packages are installed. The share of requests "
    "to Amazon's carts that saw several versions ({cite:t}`v-decandia2007`, section 6.3) cannot be "
    "run again: how often a cart was changed is not published.",
    rows,
)
