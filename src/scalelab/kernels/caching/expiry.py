"""LRU whose entries expire: a request that finds an entry too old fetches it again."""

import numpy as np

from scalelab.kernels.caching.eviction import lru
from scalelab.kernels.jit import Floats, Ints, kernel


@kernel
def lookups(
    keys: Ints, times: Floats, n_keys: int, cache_size: int, ttl: float, renewed: bool
) -> tuple[int, int]:
    """(requests that find no entry, requests that find one too old).

    ``times`` in seconds, in order, as long as ``keys``, whose values are 0 .. n_keys-1. An entry
    is too old ``ttl`` seconds after it was fetched, or, if ``renewed``, after it was last asked
    for. It keeps its place until then and after, as long as LRU leaves it there.
    """
    state = lru.new(cache_size, n_keys)
    valid_until = np.zeros(n_keys)
    absent = 0
    expired = 0
    for i in range(keys.size):
        key = keys[i]
        found = lru.access(state, key)
        valid = found and times[i] < valid_until[key]
        absent += not found
        expired += found and not valid
        if renewed or not valid:
            valid_until[key] = times[i] + ttl
    return absent, expired
