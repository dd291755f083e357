"""The counts of a log by dictionaries, and the shop's requests one by one, in plain Python."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from scalelab.kernels.random import generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity


def shop(
    n_requests: int, n_objects: int, skew: float, write_share: float, trend_share: float, seed: int
) -> list[tuple[int, int, int]]:
    """(target, endpoint, write) of each request."""
    chance = generator(seed)
    table = alias_table(popularity(n_objects, skew))
    there_and_back = [0, 1, 2, 3, 4, 4, 3, 2, 1, 0]
    found = []
    for _ in range(n_requests):
        write = uniform(chance) < write_share
        trending = uniform(chance) < trend_share
        product = n_objects // 2 + 4 if trending else draw(chance, *table)
        if write:
            found.append((product + n_objects, 5, 1))
        else:
            found.append((product, there_and_back[product % 10], 0))
    return found


def counted(requests: Sequence[tuple[int, int, int]], which: int) -> list[int]:
    """The targets that are ranked: of reads (0), writes (1) or all (2)."""
    return [target for target, _, write in requests if which in (2, write)]


def by_count(requests: Sequence[tuple[int, int, int]], which: int) -> list[int]:
    """The targets, the most asked for first, ties by number."""
    counts = Counter(counted(requests, which))
    return sorted(counts, key=lambda target: (-counts[target], target))


def shares(requests: Sequence[tuple[int, int, int]], which: int) -> dict[str, Any]:
    targets = counted(requests, which)
    half = len(targets) // 2
    before, after = targets[:half], targets[half:]
    ranking = sorted(Counter(targets).values(), reverse=True)
    top = max(int(0.01 * len(ranking) + 0.5), 1)
    first = Counter(before)
    # The most asked for, ties by number.
    held = sorted(first, key=lambda target: (-first[target], target))
    held = held[: max(int(0.01 * len(held) + 0.5), 1)]
    n = len(targets)
    return {
        "ranking": ranking,
        "write_share": sum(write for _, _, write in requests) / len(requests),
        "top_share": sum(ranking[:top]) / n if n else 0.0,
        "top_few": sum(ranking[:10]) / n if n else 0.0,
        "once": ranking.count(1),
        "ahead": sum(target in held for target in after) / len(after) if half else 0.0,
        "new": sum(target not in first for target in after) / len(after) if half else 0.0,
    }


def endpoints(requests: Sequence[tuple[int, int, int]]) -> list[tuple[int, float, float, float]]:
    """(endpoint, share, share of its most popular target, its writes), the busiest first."""
    n = len(requests)
    found = []
    for endpoint, count in Counter(e for _, e, _ in requests).items():
        own = [(target, write) for target, e, write in requests if e == endpoint]
        hottest = max(Counter(target for target, _ in own).values())
        writes = sum(write for _, write in own)
        found.append((endpoint, count / n, hottest / n, writes / count))
    return sorted(found, key=lambda row: (-row[1], row[0]))[:8]
