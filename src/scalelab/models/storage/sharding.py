"""Which shard holds a key, and which shard is the hottest?

    >>> import numpy as np
    >>> from scalelab.models.storage.sharding import load, shards_of
    >>> keys = np.arange(100_000)
    >>> load(shards_of(keys, "Rendezvous", 10), 10).peak_to_mean < 1.05
    True
    >>> one_point = shards_of(keys, "Consistent hashing", 10, virtual_nodes=1)
    >>> load(one_point, 10).peak_to_mean > 1.5
    True

The closed forms are in `scalelab.theory.storage.sharding`; what moves when the shards change, in
`scalelab.models.storage.resharding`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scalelab.kernels.jit import Floats, Ints
from scalelab.kernels.storage import sharding as kernels
from scalelab.kernels.storage.placement import maglev
from scalelab.kernels.storage.sharding import sharding
from scalelab.models.check import one_of, within

METHODS = kernels.METHODS
ORDERS = ("Spread over the key space", "The newest keys are the hottest")
MOST_POINTS = 20_000_000


@dataclass(frozen=True)
class Load:
    """Result of `load`: ``share`` of each shard (they sum to 1), largest over mean, CV."""

    share: Floats
    peak_to_mean: float
    variation: float


@dataclass(frozen=True)
class Hottest:
    """Result of `simulate`, means over the runs unless said otherwise.

    ``load`` of the hottest shard over the mean load, and the ``lowest`` and ``highest`` of the
    runs; its ``utilisation`` (above 1: more than it can do) and the p99 of the time that it takes
    to answer. Coefficients of variation of the numbers of keys and of the loads (root mean square).
    ``beyond``: share of all requests that are more than their shard can do.
    """

    load: float
    lowest: float
    highest: float
    utilisation: float
    p99_ms: float
    keys_cv: float
    load_cv: float
    beyond: float


def known(name: str, value: str, allowed: tuple[str, ...]) -> int:
    """Place of ``value`` among the ``allowed``; raises ValueError with their names."""
    one_of(name, value, allowed)
    return allowed.index(value)


def checked_placement(
    method: str, n_shards: int, virtual_nodes: int, balance: float, maglev_size: int, seed: int
) -> int:
    """Number of ``method``; raises ValueError for what no placement can be made of."""
    number = known("method", method, METHODS)
    within("n_shards", n_shards, 1, 100_000)
    within("virtual_nodes", virtual_nodes, 1, 100_000)
    within(
        "virtual_nodes", virtual_nodes, 1, MOST_POINTS // n_shards,
        advice=f"a ring has up to {MOST_POINTS:,} points: take fewer shards",
    )  # fmt: skip
    within("balance", balance, 1.0, 1000.0, advice="1 means equally many keys everywhere")
    within(
        "maglev_size", maglev_size, max(3, n_shards), 10_000_000,
        advice="each shard needs an entry, better 100",
    )  # fmt: skip
    if any(maglev_size % d == 0 for d in range(2, math.isqrt(maglev_size) + 1)):
        raise ValueError(
            f"maglev_size is {maglev_size}, which is no prime; the paper's are 65537 and 655373"
        )
    within("seed", seed, 0, 2**40)
    return number


def shards_of(
    keys: ArrayLike,
    method: str,
    n_shards: int,
    virtual_nodes: int = 100,
    balance: float = 1.25,
    maglev_size: int = maglev.SIZE,
    seed: int = 1,
) -> Ints:
    """The shard (0 .. n_shards - 1) that holds each key.

    Parameters
    ----------
    keys : one or more integers, 0 or more.
    method : one of `METHODS`. "Modulo": hash by number of shards. "Consistent hashing": the next
        point of a ring (Karger et al., STOC 1997). "Rendezvous": the shard whose hash together
        with the key is the highest (Thaler & Ravishankar 1998). "Jump": Lamping & Veach 2014.
        "Maglev": a table (Eisenbud et al., NSDI 2016). "Bounded loads": a ring on which a full
        shard passes keys on (Mirrokni, Thorup & Zadimoghaddam, SODA 2018). "Key range":
        equally long ranges between the smallest and the largest key. "Hash slots": CRC16 of the
        number in decimal digits, by 16,384, as in Redis Cluster.
    n_shards : 1 to 100,000; up to 16,384 slots can be shared out, more shards get nothing.
    virtual_nodes : points of each shard on a ring, 1 to 100,000, up to 20 million in all.
    balance : most keys on a shard over the mean, with bounded loads; 1 to 1000.
    maglev_size : entries of Maglev's table, a prime from ``n_shards`` to 10,000,000.
    seed : picks the hash functions, 0 to 2**40.

    Returns
    -------
    int64 array, shape (number of keys,).

    Raises
    ------
    ValueError
        For an unknown method, keys that are not integers, or what is outside the ranges above.

    Notes
    -----
    Leaves out: replicas of a key on further shards, shards of different size (the kernel
    `placement.ring.weighted` has them), ranges that are split because they grew or got hot, keys
    that are pinned by hand.
    """
    number = checked_placement(method, n_shards, virtual_nodes, balance, maglev_size, seed)
    array = np.asarray(keys)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ValueError(
            f"keys is an array of {array.dtype} of shape {array.shape}; it must have one dimension "
            "and hold one integer or more (number your keys, or hash them)"
        )
    within("the smallest key", int(array.min()), 0, 2**62)
    within("the largest key", int(array.max()), 0, 2**62)
    return kernels.placed(
        number, np.arange(n_shards), np.ascontiguousarray(array, np.int64), int(virtual_nodes),
        float(balance), int(maglev_size), int(seed),
    )  # fmt: skip


def load(shards: ArrayLike, n_shards: int, weight: ArrayLike | None = None) -> Load:
    """How the load spreads, given the shard of each key.

    ``weight`` is how much each key is asked for (any unit, 0 or more, not all 0); equal if None.
    Raises ValueError for a shard outside 0 .. n_shards - 1 or a weight that is none.

    >>> load([0, 0, 1], n_shards=2).share.round(3).tolist()
    [0.667, 0.333]
    >>> load([0, 0, 1], n_shards=2, weight=[1, 1, 2]).peak_to_mean
    1.0
    """
    home = np.asarray(shards, np.int64)
    within("n_shards", n_shards, 1, 1_000_000)
    if home.size == 0 or home.min() < 0 or home.max() >= n_shards:
        raise ValueError(f"shards must be one or more of 0 to n_shards - 1 = {n_shards - 1}")
    given = np.ones(home.size) if weight is None else np.asarray(weight, np.float64)
    if given.shape != home.shape or not (given >= 0.0).all() or not 0.0 < given.sum() < np.inf:
        raise ValueError("weight must hold a number for each key, 0 or more, not all 0")
    share = np.bincount(home, given, n_shards) / given.sum()
    relative = share * n_shards
    return Load(share, float(relative.max()), float(relative.std()))


def simulate(
    method: str,
    n_shards: int = 10,
    virtual_nodes: int = 100,
    n_keys: int = 10_000,
    skew: float = 0.0,
    order: str = ORDERS[0],
    balance: float = 1.25,
    replicas: int = 1,
    utilisation: float = 0.6,
    service_ms: float = 1.0,
    timeout_ms: float = 1000.0,
    maglev_size: int = maglev.SIZE,
    n_runs: int = 20,
    seed: int = 1,
) -> Hottest:
    """The hottest shard, over several hash functions, sets of keys and orders of popularity.

    Parameters
    ----------
    method, n_shards, virtual_nodes, balance, maglev_size, seed : as in `shards_of`.
    n_keys, skew : 1 to 1,000,000 keys with numbers in a row; the k-th most popular is asked for in
        proportion to ``k**-skew``, skew 0 to 3.
    order : one of `ORDERS`: which of the keys are popular. Matters for key ranges.
    replicas : shards that hold a key and share the requests for it evenly: its own and those that
        follow, round the list (chained declustering, Hsiao & DeWitt, ICDE 1990); 1 to ``n_shards``.
        Reads can be shared so; a write goes to every replica.
    utilisation : mean of the shards, 0.001 to 1.
    service_ms, timeout_ms : mean time that a request takes without waiting, 0.001 to 1000 ms, and
        the longest that anybody waits, 0.001 to 1,000,000 ms.
    n_runs : 1 to 10,000.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    The load of a shard is the sum of its keys' popularities; its p99 that of an M/M/1 queue, or
    the time-out. Leaves out: caches in front, which take the hottest keys; writes to
    the replicas; clients that back off; costs of a request that differ from key to key.
    """
    number = checked_placement(method, n_shards, virtual_nodes, balance, maglev_size, seed)
    within("n_keys", n_keys, 1, 1_000_000)
    within("skew", skew, 0.0, 3.0)
    newest = known("order", order, ORDERS)
    within("replicas", replicas, 1, n_shards, advice="a shard holds a key once")
    within("utilisation", utilisation, 0.001, 1.0, advice="a share, not a percentage")
    within("service_ms", service_ms, 0.001, 1000.0, "ms")
    within("timeout_ms", timeout_ms, 0.001, 1_000_000.0, "ms")
    within("n_runs", n_runs, 1, 10_000)
    table = sharding(
        1 << number, int(n_shards), int(virtual_nodes), int(n_keys), float(skew), newest,
        float(balance), int(replicas), float(utilisation), float(service_ms), float(timeout_ms),
        int(maglev_size), int(n_runs), int(seed),
    )  # fmt: skip
    return Hottest(*(float(x) for x in table[0, 2:]))
