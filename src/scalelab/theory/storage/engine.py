"""What a B-tree and an LSM tree write, read and store, in closed form.

The LSM tree is that of P. O'Neil, E. Cheng, D. Gawlick & E. O'Neil, "The log-structured merge-tree
(LSM-tree)", Acta Informatica 33(4), 1996. Per level a record is written (T - 1) / 2 times by
levelled merging and (T - 1) / T times by tiered merging, as in the cost model of N. Dayan,
M. Athanassoulis & S. Idreos, "Monkey: optimal navigable key-value store", SIGMOD 2017, where T is
the size ratio. `levelled` and `tiered` carry the same reasoning through for keys that are updated
at random, all equally often: there two runs share keys, so that merging makes them smaller.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

ROUNDING = 1.0 + 1e-9  # what just fits, fits
LEAF_FILL = math.log(2.0)  # A. C. Yao, "On random 2-3 trees", Acta Informatica 9(2), 1978


@dataclass(frozen=True)
class Cost:
    """Records written for one update, records stored for one, and sorted runs, on average."""

    written: float
    stored: float
    runs: float


def levelled_writes(size_ratio: float) -> float:
    """How often a record is written on its way through a level that is one run.

    Of T arrivals the first is written as it is, the second merged with it, ..., and the last goes
    on with all of them: 1 + 2 + ... + (T - 1) arrivals are written, for T that came.
    """
    return (size_ratio - 1.0) / 2.0


def tiered_writes(size_ratio: float) -> float:
    """How often a record is written in a level of T - 1 runs: all but the T-th arrival are."""
    return (size_ratio - 1.0) / size_ratio


def levels(data: float, size_ratio: float) -> float:
    """Levels of a tree of ``data`` memtables, if the last of them is full: log_T."""
    return math.log(data) / math.log(size_ratio)


def updates_per_memtable(n_keys: int, memtable: int) -> float:
    """Updates of random keys until ``memtable`` different ones came: the coupon collector."""
    return sum(n_keys / (n_keys - held) for held in range(memtable))


def different(n_keys: int, memtable: int, flushes: int) -> float:
    """Different keys in so many memtables, each of which has ``memtable`` random ones."""
    missing: float = (1.0 - memtable / n_keys) ** flushes
    return n_keys * (1.0 - missing)


def capacities(n_keys: int, memtable: int, size_ratio: int) -> list[float]:
    """Records that fit into the levels above the last one, the smallest level first."""
    found: list[float] = []
    size = n_keys / size_ratio
    while size >= 2.0 * memtable:
        found.insert(0, size)
        size /= size_ratio
    return found


def levelled(n_keys: int, memtable: int, size_ratio: int) -> Cost:
    """Every arrival is merged with its level at once; the last level is written in every merge."""

    def kept(size: float, stretch: int) -> Iterator[float]:
        """Records in the level after each arrival of ``stretch`` memtables, until it is full."""
        arriving = different(n_keys, memtable, stretch)
        for n in count(1):
            merged = different(n_keys, memtable, n * stretch)
            if merged + arriving > size * ROUNDING:
                return
            yield merged

    written, stored, runs, stretch = 0.0, float(n_keys), 1.0, 1
    for size in capacities(n_keys, memtable, size_ratio):
        sizes = list(kept(size, stretch))
        arrivals = len(sizes) + 1
        stretch *= arrivals
        written += sum(sizes) / stretch
        stored += sum(sizes) / arrivals
        runs += len(sizes) / arrivals
    written += n_keys / stretch
    return Cost(written / updates_per_memtable(n_keys, memtable), stored / n_keys, runs)


def tiered(n_keys: int, memtable: int, size_ratio: int) -> Cost:
    """Arrivals are kept as runs; the T-th is merged with them, or the one that would not fit."""
    written, stored, runs, stretch = 0.0, float(n_keys), 1.0, 1
    for size in capacities(n_keys, memtable, size_ratio):
        arriving = different(n_keys, memtable, stretch)
        room = size * ROUNDING
        arrivals = next(n for n in count(1) if n >= size_ratio or (n + 1) * arriving > room)
        written += (arrivals - 1) * arriving / (arrivals * stretch)
        stored += (arrivals - 1) / 2.0 * arriving
        runs += (arrivals - 1) / 2.0
        stretch *= arrivals
    arriving = different(n_keys, memtable, stretch)
    beside = size_ratio - 2  # runs that the last level can take before all is merged
    written += (beside * arriving + n_keys) / ((beside + 1) * stretch)
    stored += beside / 2.0 * arriving
    runs += beside / 2.0
    return Cost(written / updates_per_memtable(n_keys, memtable), stored / n_keys, runs)


def btree_writes(page_bytes: float, record_bytes: float, miss_ratio: float) -> float:
    """Bytes written for one byte updated: a page for every update whose page had left the pool."""
    return page_bytes / record_bytes * miss_ratio


def false_positives(bits: float, hashes: float) -> float:
    """Keys that are not there and that a Bloom filter lets through: (1 - e^(-k/b))^k.

    ``bits`` b for each key, ``hashes`` k functions (B. H. Bloom, "Space/time trade-offs in hash
    coding with allowable errors", Communications of the ACM 13(7), 1970).
    """
    return math.pow(1.0 - math.exp(-hashes / bits), hashes)


def least_false_positives(bits: float) -> float:
    """The same with the best number of functions, b ln 2: 0.6185^b."""
    return math.exp(-bits * math.log(2.0) ** 2)
