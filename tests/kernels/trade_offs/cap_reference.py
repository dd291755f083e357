"""The same partition played through, write by write and read by read, in plain Python."""

import math
import random

REFUSE, LAST_WRITER, MERGE, LIMIT = range(4)
UNBOUNDED, SET_ASIDE, EXPOSED = range(3)


def times(mean: float, rng: random.Random) -> list[float]:
    """Times of a Poisson stream within a partition of length 1, in order."""
    found = []
    now = rng.expovariate(mean) if mean > 0.0 else math.inf
    while now < 1.0:
        found.append(now)
        now += rng.expovariate(mean)
    return found


def one_key(
    a: float, b: float, bound: int, left: int, limit: int, rng: random.Random
) -> list[list[float]]:
    """Refused writes, forgotten and to be put right for each way; then reads stale on both sides.

    One customer after the other; what a connected shop would have sold is the measure of refusals.
    """
    here, there = times(a, rng), times(b, rng)
    both = sorted([(t, 0) for t in here] + [(t, 1) for t in there])
    stock = left if bound != UNBOUNDED else 10**9
    connected = min(len(both), stock)

    def play(most_here: int, most_there: int) -> list[int]:
        taken = [0, 0]
        for _, side in both:
            if taken[side] < (most_here, most_there)[side]:
                taken[side] += 1
        return taken

    rows: list[list[float]] = []
    cp = play(stock, 0)
    rows.append([connected - sum(cp), 0, 0])
    last = play(stock, stock)
    loser = 0
    if here and there:
        loser = last[1 - both[-1][1]]
    rows.append([0, loser, 0])
    if bound == UNBOUNDED:
        rows.append([0, 0, float(bool(here and there))])
    else:
        rows.append([0, 0, max(sum(last) - stock, 0)])
    small = min(limit, stock)
    some = play(stock - small if bound == SET_ASIDE else stock, small)
    over = max(sum(some) - stock, 0)
    refused = connected - (sum(some) - over)
    if bound == UNBOUNDED:
        over = int(bool(here and there and limit > 0))
        refused = len(there) - some[1]
    rows.append([refused, 0, over])
    # A read at a random time on each side misses what the other has written before.
    now = rng.random()
    stale = [float(bool(there) and there[0] < now), float(bool(here) and here[0] < now)]
    rows.append([*stale, 0.0])
    return rows


def means(
    a: float, b: float, bound: int, left: int, limit: int, runs: int, seed: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Means and standard errors over many keys."""
    rng = random.Random(seed)
    first = [[0.0] * 3 for _ in range(5)]
    second = [[0.0] * 3 for _ in range(5)]
    for _ in range(runs):
        for i, row in enumerate(one_key(a, b, bound, left, limit, rng)):
            for j, x in enumerate(row):
                first[i][j] += x / runs
                second[i][j] += x * x / runs
    errors = [
        [math.sqrt(max(s - m * m, 0.0) / runs) for m, s in zip(ms, ss, strict=True)]
        for ms, ss in zip(first, second, strict=True)
    ]
    return first, errors
