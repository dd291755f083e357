"""Hit ratio of a database's memory page by page, and what a disk allows with it.

The hit ratio is Che, Tung and Wang's (`scalelab.theory.caching.hit_ratio`), without any groups; the
disk is an M/M/1 queue.
"""

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.theory.caching.hit_ratio import che_characteristic_time, che_lru


def hit_ratio(pages: int, in_memory: int, skew: float) -> float:
    """Of Zipf popularity, one term for each page.

    >>> round(hit_ratio(100_000, 30_000, 0.8), 4), hit_ratio(100, 100, 0.8)
    (0.6783, 1.0)
    """
    if in_memory >= pages:
        return 1.0
    return che_lru(popularity(pages, skew), in_memory)


def popularity(pages: int, skew: float) -> Floats:
    weight: Floats = np.arange(1, pages + 1, dtype=float) ** -skew
    weight /= weight.sum()
    return weight


def cold_start(pages: int, in_memory: int, skew: float) -> float:
    """Hits that a memory which begins empty has not, beside one that was always full.

    A page is found at a time before the characteristic time T if it was asked for before at all,
    and later if it was within T. Summed up over all times and pages, the difference is the pages
    in memory, less the misses of a full one in T.

    >>> round(cold_start(100_000, 30_000, 0.8))
    9106
    """
    shares = popularity(pages, skew)
    time = che_characteristic_time(shares, in_memory)
    return in_memory - time * (1.0 - che_lru(shares, in_memory))


def disk_allows(iops: float, pages: float, hit_ratio: float) -> float:
    """Requests/s.

    >>> disk_allows(3000, 30, 0.75)
    400.0
    """
    return iops / (pages * (1.0 - hit_ratio))


def hit_ratio_needed(rate_per_s: float, pages: float, iops: float) -> float:
    """At which the disk is just full.

    >>> hit_ratio_needed(400, 30, 3000)
    0.75
    """
    return max(0.0, 1.0 - iops / (pages * rate_per_s))


def disk_wait_ms(rate_per_s: float, pages: float, hit_ratio: float, iops: float) -> float:
    """Of a request, all its reads together: M/M/1, each takes 1 / (iops - reads/s).

    >>> disk_wait_ms(200, 30, 0.75, 3000)
    5.0
    """
    reads = pages * (1.0 - hit_ratio)
    return 1000.0 * reads / (iops - rate_per_s * reads)
