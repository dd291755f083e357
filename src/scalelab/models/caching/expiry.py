"""Requests with times, to an LRU cache whose entries have a time to live.

    >>> import numpy as np
    >>> from scalelab.models.zipf import requests
    >>> keys = requests(n_requests=200_000, n_objects=10_000, skew=0.9)
    >>> times = np.arange(keys.size) / 500  # one request every 2 ms
    >>> for ttl in (10, 60, 300):
    ...     looked_up = simulate(keys, times, ttl=ttl, cache_size=2_000)
    ...     print(f"{ttl:3} s: {looked_up.hit_ratio:.1%} hits, {looked_up.expired:.1%} expired")
     10 s: 61.0% hits, 5.9% expired
     60 s: 66.4% hits, 0.5% expired
    300 s: 66.9% hits, 0.0% expired

The closed forms of the same model are in `scalelab.theory.caching.expiry`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scalelab.kernels.caching.expiry import lookups
from scalelab.models.caching.hit_ratio import checked, dense
from scalelab.models.check import within


@dataclass(frozen=True)
class Lookups:
    """What requests find, as shares of all: valid entry, entry too old, no entry. They add to 1."""

    hit_ratio: float
    expired: float
    absent: float


def simulate(
    keys: ArrayLike,
    times: ArrayLike,
    ttl: float,
    cache_size: int | None = None,
    renewed: bool = False,
) -> Lookups:
    """What each request finds in an LRU cache, empty at first, whose entries expire.

    Parameters
    ----------
    keys : one-dimensional array of integers, one for each request, at least one
    times : when each request comes, in seconds; as long as ``keys``, in order
    ttl : time to live in seconds, more than 0; ``float("inf")`` for no expiry
    cache_size : objects that fit, 1 or more; without it there is room for all
    renewed : count the time to live from the last request, not from the fetch

    Raises
    ------
    ValueError
        for arrays of other shapes or types, times that go back, an argument out of range.

    Notes
    -----
    An expired entry keeps its place until it is fetched again or evicted, as in memcached; Redis
    and CDNs also remove some in the background. Leaves out: sizes of objects, fetches that take
    time, entries that are told that they are out of date.
    """
    numbered, n_keys = dense(keys)
    if n_keys == 0:
        raise ValueError("keys is empty; a hit ratio needs one request or more")
    moments = np.ascontiguousarray(times, np.float64)
    if moments.shape != numbered.shape:
        raise ValueError(
            f"times has shape {moments.shape}; it must be that of keys, {numbered.shape}"
        )
    if not np.isfinite(moments).all() or (np.diff(moments) < 0.0).any():
        raise ValueError(
            "times holds a value that is not finite or goes back; sort requests by time"
        )
    within("ttl", ttl, np.nextafter(0.0, 1.0), np.inf, "s")
    if cache_size is not None:
        checked("LRU", cache_size)
    size = n_keys if cache_size is None else min(int(cache_size), n_keys)
    absent, expired = lookups(numbered, moments, n_keys, size, float(ttl), renewed)
    hits = numbered.size - absent - expired
    return Lookups(hits / numbered.size, expired / numbered.size, absent / numbered.size)
