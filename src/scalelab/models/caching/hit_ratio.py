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

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from scalelab.kernels.caching import hit_ratio as kernels
from scalelab.kernels.caching.eviction import (
    arc,
    belady,
    clock,
    fifo,
    lfu,
    lru,
    random,
    s3_fifo,
    sieve,
    two_q,
    w_tinylfu,
)
from scalelab.kernels.jit import Ints

POLICIES = kernels.POLICIES
MODULES = (fifo, lru, lfu, clock, two_q, sieve, s3_fifo, arc, w_tinylfu, random, belady)
BELADY = POLICIES.index("Belady")


class Policy(NamedTuple):
    """A policy of your own: see the top of this module."""

    new: Callable[[int, int], Any]
    access: Callable[[Any, int], bool]


@njit
def replayed(access: Any, state: Any, keys: Ints, seen: Any) -> tuple[int, int]:
    """(misses, position of the first hit on a key never asked for before or -1)."""
    misses = 0
    for i in range(keys.size):
        hit = access(state, keys[i])
        if not hit:
            misses += 1
        elif not seen[keys[i]]:
            return misses, i
        seen[keys[i]] = True
    return misses, -1


def dense(keys: ArrayLike) -> tuple[Ints, int]:
    """``keys`` renumbered 0, 1, ... in order of first appearance, and how many there are.

    Raises ValueError unless ``keys`` is a one-dimensional array of integers.
    """
    array = np.asarray(keys)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(
            f"keys is an array of {array.dtype} with {array.ndim} dimensions; it must have one "
            "dimension and hold integers (scalelab.models.traces.read makes them from a file)"
        )
    _, first, inverse = np.unique(array, return_index=True, return_inverse=True)
    number = np.empty(first.size, np.int64)
    number[np.argsort(first)] = np.arange(first.size)
    return number[inverse], first.size


def checked(policy: str | Policy, cache_size: int) -> int:
    """The number of ``policy``, -1 for a reader's own; raises ValueError if anything is wrong."""
    if cache_size < 1:
        raise ValueError(f"cache_size is {cache_size}; it must be 1 object or more")
    if isinstance(policy, Policy):
        return -1
    if policy not in POLICIES:
        raise ValueError(
            f"policy is {policy!r}; it must be one of {', '.join(POLICIES)}, "
            "or Policy(new, access) for your own"
        )
    return POLICIES.index(policy)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A plain function compiled with bounds checks; a compiled one as it is."""
    if hasattr(function, "py_func"):
        return function
    return njit(boundscheck=True)(function)


def own_misses(keys: Ints, n_keys: int, policy: Policy, cache_size: int) -> int:
    state = compiled(policy.new)(cache_size, n_keys)
    seen = np.zeros(n_keys, np.bool_)
    missed, impossible = replayed(compiled(policy.access), state, keys, seen)
    if impossible >= 0:
        raise ValueError(
            f"access returned True for request {impossible}, the first one for that object: it "
            "cannot have been in the cache. Return True only for an object put there before"
        )
    # A policy that may refuse an object does at best as well as the optimum with one more place.
    least = kernels.misses(BELADY, keys, cache_size + 1, n_keys)
    if missed < least:
        raise ValueError(
            f"the policy counts {missed} misses, but no cache of {cache_size} objects can have "
            f"fewer than {least} on this trace: it holds more than cache_size objects. Check "
            "that a full cache gives an object up whenever it takes one in"
        )
    return int(missed)


def misses(keys: ArrayLike, policy: str | Policy, cache_size: int) -> int:
    """How many requests find their object missing from an initially empty cache.

    Parameters
    ----------
    keys : one-dimensional array of integers, one for each request
    policy : one of `POLICIES`, or a `Policy` of your own
    cache_size : objects that fit; all objects count as equally large

    Raises
    ------
    ValueError
        for an argument out of range, or a policy whose hits are impossible.

    Examples
    --------
    >>> misses([1, 2, 1, 3, 1, 2], "LRU", cache_size=2)
    4
    >>> misses([1, 2, 1, 3, 1, 2], "Belady", cache_size=2)
    4
    """
    number = checked(policy, cache_size)
    numbered, n_keys = dense(keys)
    if n_keys == 0:
        return 0
    size = min(int(cache_size), n_keys)
    if isinstance(policy, Policy):
        return own_misses(numbered, n_keys, policy, int(cache_size))
    return int(kernels.misses(number, numbered, size, n_keys))


def hit_ratio(keys: ArrayLike, policy: str | Policy, cache_size: int) -> float:
    """Share of requests that find their object in the cache; arguments as for `misses`.

    Raises ValueError if ``keys`` is empty.

    Examples
    --------
    >>> round(hit_ratio([1, 2, 1, 3, 1, 2], "LRU", cache_size=2), 3)
    0.333
    """
    n_requests = np.asarray(keys).size
    if n_requests == 0:
        raise ValueError("keys is empty; a hit ratio needs one request or more")
    return 1.0 - misses(keys, policy, cache_size) / n_requests


class Simulation:
    """A cache that is fed its requests in blocks: memory does not grow with their number.

    Parameters
    ----------
    policy : one of `POLICIES`
    cache_size : objects that fit
    n_keys : keys are integers from 0 to ``n_keys - 1``

    Attributes
    ----------
    requests, misses : counts so far

    Examples
    --------
    >>> cache = Simulation("SIEVE", cache_size=100, n_keys=1_000)
    >>> for block in range(10):
    ...     new_misses = cache.feed(np.arange(1_000))
    >>> cache.requests, cache.misses
    (10000, 10000)
    """

    def __init__(self, policy: str, cache_size: int, n_keys: int) -> None:
        number = checked(policy, cache_size)
        if n_keys < 1:
            raise ValueError(f"n_keys is {n_keys}; it must be 1 or more")
        self.n_keys = n_keys
        self.requests = 0
        self.misses = 0
        self._module: Any = MODULES[number]
        self._state = self._module.new(min(cache_size, n_keys), n_keys)

    def feed(self, keys: Ints) -> int:
        """Put a block of requests through the cache; returns how many missed.

        Raises ValueError for a key outside ``0 .. n_keys - 1``.
        """
        block = np.ascontiguousarray(keys, np.int64)
        if block.size and (block.min() < 0 or block.max() >= self.n_keys):
            raise ValueError(
                f"keys run from {block.min()} to {block.max()}; "
                f"they must be 0 to n_keys - 1 = {self.n_keys - 1}"
            )
        missed = int(self._module.run(self._state, block))
        self.requests += block.size
        self.misses += missed
        return missed
