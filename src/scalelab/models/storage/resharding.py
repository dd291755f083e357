"""Shards are added or lost: how much moves, and how much of that was needless?

    >>> from scalelab.models.storage.resharding import simulate
    >>> modulo = simulate("Modulo", "Add one shard", n_shards=10)
    >>> 0.88 < modulo.moved < 0.94
    True
    >>> round(modulo.least, 3)
    0.091
    >>> simulate("Jump", "Add one shard").wasted
    0.0

The closed forms are in `scalelab.theory.storage.resharding`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scalelab.kernels.storage.placement import maglev
from scalelab.kernels.storage.resharding import resharding
from scalelab.models.check import within
from scalelab.models.storage.sharding import METHODS, MOST_POINTS, checked_placement, known

CHANGES = ("Add one shard", "Lose one shard", "Double the shards")


@dataclass(frozen=True)
class Resharding:
    """Result of `simulate`; shares of all keys, means over the runs unless said otherwise.

    ``had_to`` went to a new shard or came off a lost one, ``wasted`` moved between two that stay;
    both make up ``moved``, in the runs between ``lowest`` and ``highest``. ``least`` has to move if
    all shards are to hold equally many. ``peak_to_mean``: keys of the fullest shard afterwards over
    the mean. ``copy_hours``: to copy what moves.
    """

    had_to: float
    wasted: float
    moved: float
    lowest: float
    highest: float
    least: float
    peak_to_mean: float
    copy_hours: float


@dataclass(frozen=True)
class Movement:
    """Result of `movement`: shares of all keys. ``moved`` is ``had_to`` and ``wasted`` together."""

    had_to: float
    wasted: float
    moved: float


def movement(before: ArrayLike, after: ArrayLike) -> Movement:
    """What moved, given the shard of each key before and after. A shard without keys is not there.

    A key that moves between two shards that have keys both before and after is wasted.
    Raises ValueError unless both are of the same length, one key or more.

    >>> movement([0, 0, 1, 1], [0, 2, 1, 0])
    Movement(had_to=0.25, wasted=0.25, moved=0.5)
    """
    old, new = np.asarray(before, np.int64), np.asarray(after, np.int64)
    if old.shape != new.shape or old.size == 0 or old.ndim != 1:
        raise ValueError(
            f"before has shape {old.shape}, after {new.shape}; both must hold the shard of each "
            "key, one key or more"
        )
    differ = old != new
    stay = np.isin(old, new) & np.isin(new, old)
    moved, wasted = float(differ.mean()), float((differ & stay).mean())
    return Movement(float((differ & ~stay).mean()), wasted, moved)


def simulate(
    method: str,
    change: str = CHANGES[0],
    n_shards: int = 10,
    virtual_nodes: int = 100,
    n_keys: int = 10_000,
    balance: float = 1.25,
    data_gb: float = 1000.0,
    copy_mb_s: float = 100.0,
    maglev_size: int = maglev.SIZE,
    n_runs: int = 20,
    seed: int = 1,
) -> Resharding:
    """The number of shards changes, for several hash functions and sets of keys.

    Parameters
    ----------
    method, virtual_nodes, balance, maglev_size, seed : as in
        `scalelab.models.storage.sharding.shards_of`.
    change : one of `CHANGES`. The lost shard is the one in the middle, so that the lists of modulo
        and jump close up. A new shard halves the largest key range, and takes an even share of
        the slots from everybody; a lost shard's range goes to its smaller neighbour, its slots to
        whoever has the fewest. The keys of bounded loads are placed anew in the same order.
    n_shards : before the change, 2 to 10,000.
    n_keys : 1 to 1,000,000, with numbers in a row.
    data_gb, copy_mb_s : amount of data, 0 to 1e9 GB, spread evenly over the keys, and how fast the
        whole system copies, 0.001 to 1e9 MB/s.
    n_runs : 1 to 10,000.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: requests that are served, and caches that are cold, while data move; replicas; a
    single new shard that cannot take what all others send; keys of different size.
    """
    checked_placement(method, 1, virtual_nodes, balance, maglev_size, seed)
    chosen = known("change", change, CHANGES)
    within("n_shards", n_shards, 2, 10_000, advice="one has to be left, and one to be lost")
    most = 2 * n_shards  # shards after the largest change
    within(
        "virtual_nodes", virtual_nodes, 1, MOST_POINTS // most,
        advice=f"a ring has up to {MOST_POINTS:,} points: take fewer shards",
    )  # fmt: skip
    within("maglev_size", maglev_size, most, 10_000_000, advice="each shard needs an entry")
    within("n_keys", n_keys, 1, 1_000_000)
    within("data_gb", data_gb, 0.0, 1e9, "GB")
    within("copy_mb_s", copy_mb_s, 0.001, 1e9, "MB/s")
    within("n_runs", n_runs, 1, 10_000)
    table = resharding(
        1 << METHODS.index(method), chosen, int(n_shards), int(virtual_nodes), int(n_keys),
        float(balance), float(data_gb), float(copy_mb_s), int(maglev_size), int(n_runs), int(seed),
    )  # fmt: skip
    return Resharding(*(float(x) for x in table[0, 1:]))
