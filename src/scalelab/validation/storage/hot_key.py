"""Hot keys: parts that collide against exact probabilities, remedies against closed forms."""

from collections.abc import Iterator

import numpy as np

from scalelab.kernels.storage.hot_key import BY_HASH, crowding
from scalelab.models.storage.hot_key import PLACEMENTS, REMEDIES, simulate
from scalelab.theory.storage.hot_key import (
    cached_limit,
    expected_most,
    linear_limit,
    probability_of_at_most,
    split,
    untreated,
    weighted,
)
from scalelab.validation.row import Row, Topic

NOTHING, WEIGH, SPLIT, COPY, CACHE = REMEDIES
BALLS = "balls into bins, {cite:t}`v-flajolet2009`, chapter II, summed exactly"
COUNTED = "counting argument, see the theory module *hot_key*"
JUNG = "cycles of a cache with a time to live, {cite:t}`v-jung2003`"
PLACED = 200_000

# (copies, shards)
THROWN = ((5, 10), (10, 10), (100, 10), (5, 100), (100, 100))


def rows() -> Iterator[Row]:
    for copies, shards in THROWN:
        most = crowding(copies, shards, BY_HASH, PLACED, 1)
        expected = expected_most(copies, shards)
        # Four standard errors of a mean over independent placements.
        error = 4.0 * float(np.std(most)) / PLACED**0.5
        yield Row(
            "most copies on one shard, mean", f"{copies} copies, {shards} shards", "theory", BALLS,
            expected, float(np.mean(most)), error, ".4f",
        )  # fmt: skip
        apart = probability_of_at_most(1, copies, shards)
        if apart > 0.01:
            error = 4.0 * (apart * (1.0 - apart) / PLACED) ** 0.5
            yield Row(
                "no two copies on one shard", f"{copies} copies, {shards} shards", "theory", BALLS,
                apart, float(np.mean(most == 1.0)), error, ".2%",
            )  # fmt: skip
    shop = "10 shards, 60% busy, a key with 10% of the requests, 90% of them reads"
    collided = expected_most(10, 10)
    for remedy, more, expected, tolerance in (
        (NOTHING, "", untreated(0.1, 10), 1e-9),
        (WEIGH, "", weighted(0.1, 10), 1e-9),
        (SPLIT, ", 10 parts by hash", split(0.1, 10, 0.9, 10, collided), 0.01),
        (COPY, ", 10 parts by hash", split(0.1, 10, 0.1, 10, collided), 0.01),
    ):
        ours = simulate(remedy, n_runs=PLACED)
        yield Row(
            f"{remedy}: busiest shard", shop + more, "theory", COUNTED, 0.6 * expected,
            ours.utilisation, tolerance, ".2%",
        )  # fmt: skip
    # Caches that keep a value for 10 ms only, so that they do not hide everything.
    for reads, cache_s in ((0.9, 0.01), (0.7, 0.01), (0.9, 0.001)):
        ours = simulate(CACHE, read_share=reads, cache_s=cache_s)
        limit = cached_limit(10, reads, 10_000.0 * cache_s / 20, 0.6)
        yield Row(
            f"{CACHE}: share that it can carry", f"{reads:.0%} reads, kept {cache_s * 1e3:g} ms",
            "theory", JUNG, limit, ours.carries, 1e-9, ".2%",
        )  # fmt: skip
    # None but one copy on a shard: the load is 1 - x + 10 x (reads / 10 + writes).
    limit = linear_limit(10 * (0.9 / 10 + 0.1) - 1.0, 0.6)
    yield Row(
        f"{COPY}: share that it can carry", "10 copies on 10 different shards", "theory", COUNTED,
        limit, simulate(COPY, placement=PLACEMENTS[1]).carries, 1e-9, ".2%",
    )  # fmt: skip


TOPIC = Topic(
    "Hot keys",
    f"The parts of a key go where their hash says: {PLACED:,} hash functions are tried, and four "
    "standard errors are allowed. Loads without chance in them have to agree to the last digit.",
    rows,
)
