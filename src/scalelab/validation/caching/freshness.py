"""Hits and old answers of one cached entry, against the closed forms."""

from collections.abc import Iterator

from scalelab.models.caching.freshness import STRATEGIES, Freshness, simulate
from scalelab.theory.caching.freshness import (
    cache_aside,
    cache_aside_lease,
    hit_ratio,
    ttl_only,
    write_behind_stores,
    write_through,
    writes_at_risk,
)
from scalelab.validation.row import Row, Topic

TTL_ONLY, ASIDE, LEASE, WRITE_THROUGH, WRITE_BEHIND = STRATEGIES
DERIVED = "renewal argument over one cycle of the entry, see the theory module *freshness*"
FLUSH = 7.0
# Reads a second, writes a second, time to live, fetch and delay in seconds.
Case = tuple[float, float, float, float, float]
CASES: tuple[Case, ...] = (
    (2.0, 0.1, 10.0, 0.5, 0.2),
    (2.0, 0.1, 10.0, 0.5, 2.0),
    (5.0, 1.0, 3.0, 0.1, 0.5),
)


def run(strategy: str, r: float, w: float, ttl: float, fetch: float, delay: float) -> Freshness:
    return simulate(strategy, ttl, r, w, fetch * 1e3, delay * 1e3, FLUSH, 2_000_000)


def hits_and_old(
    strategy: str, case: Case, expected: tuple[float, float], settings: str
) -> Iterator[Row]:
    ours = run(strategy, *case)
    for name, theirs, measured in (
        ("hit ratio", expected[0], ours.hit_ratio), ("old answers", expected[1], ours.old),
    ):  # fmt: skip
        yield Row(
            f"{strategy}, {name}", settings, "theory", DERIVED, theirs, measured, 0.002, ".2%"
        )


def rows() -> Iterator[Row]:
    for asked in (0.1, 1.5, 9.0):
        ours = run(TTL_ONLY, asked, 0.0, 1.0, 0.0, 0.0)
        yield Row(
            "TTL cache, hit ratio", f"{asked:g} reads per time to live", "theory",
            "{cite:t}`v-jung2003`", hit_ratio(asked, 1.0), ours.hit_ratio, 0.002, ".2%",
        )  # fmt: skip
    for case in CASES:
        r, w, ttl, fetch, delay = case
        settings = f"{r:g} reads/s, {w:g} write{'s' * (w != 1)}/s, TTL {ttl:g} s"
        fetched, heard = f", fetch {fetch:g} s", f", heard of after {delay:g} s"
        if case != CASES[1]:  # a delay is all that differs there, and it never hears of a write
            yield from hits_and_old(TTL_ONLY, case, ttl_only(r, w, ttl, fetch), settings + fetched)
        for strategy, theory in ((ASIDE, cache_aside), (LEASE, cache_aside_lease)):
            yield from hits_and_old(strategy, case, theory(*case), settings + fetched + heard)
        at_once = (r, w, ttl, 0.0, delay)
        expected = write_through(r, w, ttl, delay)
        yield from hits_and_old(WRITE_THROUGH, at_once, expected, settings + heard)
    behind = run(WRITE_BEHIND, *CASES[0])
    settings = f"{CASES[0][1]:g} writes/s, flushed every {FLUSH:g} s"
    stores, risk = write_behind_stores(CASES[0][1], FLUSH), writes_at_risk(CASES[0][1], FLUSH)
    yield Row(
        "Write-behind, database writes/s", settings, "theory", DERIVED, stores,
        behind.database_writes, 0.005 * stores,
    )  # fmt: skip
    yield Row(
        "Write-behind, writes at risk", settings, "theory", DERIVED, risk, behind.at_risk,
        0.005 * risk,
    )  # fmt: skip
    yield Row("Write-behind, old answers", settings, "theory", DERIVED, 0.0, behind.old, 0.0, ".2%")


TOPIC = Topic(
    "Freshness",
    "One entry, read and written at random, through two million changes of state in each run; 0.2 "
    "percentage points or 0.5% of the value are allowed.",
    rows,
)
