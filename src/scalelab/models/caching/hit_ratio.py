"""What share of requests does a cache answer? Any eviction policy, any trace, yours included.

    >>> from scalelab.models.caching.hit_ratio import hit_ratio, misses
    >>> from scalelab.models.zipf import requests
    >>> keys = requests(n_requests=100_000, n_objects=10_000, skew=0.9)
    >>> hit_ratio(keys, "LRU", cache_size=500) < hit_ratio(keys, "SIEVE", cache_size=500)
    True

**A policy of your own** is two functions, `Policy(new, access)`:

- ``new(cache_size, n_keys)`` returns the empty cache: a tuple of arrays;
- ``access(state, key)`` serves one request, changes the arrays, and returns ``True`` for a hit.

Keys are numbered ``0 .. n_keys - 1``, so that an array of ``n_keys`` entries takes the place of
a dictionary. Numbers that change (a counter, a hand) live in an array of one element. For
instance, a cache that throws out the object that came in first::

    import numpy as np
    from scalelab.models.caching.hit_ratio import Policy, hit_ratio

    def new(cache_size, n_keys):
        held = np.zeros(n_keys, np.bool_)           # is the object in the cache?
        ring = np.zeros(cache_size, np.int64)       # the objects in order of arrival
        count = np.zeros(1, np.int64)               # insertions so far
        return held, ring, count

    def access(state, key):
        held, ring, count = state
        if held[key]:
            return True
        place = count[0] % ring.size
        if count[0] >= ring.size:                   # full: the oldest leaves
            held[ring[place]] = False
        ring[place] = key
        held[key] = True
        count[0] += 1
        return False

    hit_ratio(keys, Policy(new, access), cache_size=500)

Both are compiled by numba when they are used, with array bounds checked (functions that already
carry ``@njit`` are taken as they are). A policy that claims more hits than any cache of its size
can have is refused.
"""
