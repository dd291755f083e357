"""The miss ratio of LRU at every cache size, from one pass over a trace."""

import numpy as np
from numpy.typing import ArrayLike

from scalelab.kernels.caching.miss_ratio_curve import distances
from scalelab.kernels.jit import Floats, Ints
from scalelab.models.caching.hit_ratio import dense


def lru_curve(keys: ArrayLike) -> tuple[Ints, Floats]:
    """(sizes, miss ratios): entry ``i`` is an LRU cache of ``i + 1`` objects, empty at first.

    Parameters
    ----------
    keys : one-dimensional array of integers, one for each request, at least one

    Raises
    ------
    ValueError
        if ``keys`` is empty or not such an array.

    Examples
    --------
    >>> sizes, miss_ratio = lru_curve([1, 2, 1, 3, 1, 2])
    >>> sizes.tolist(), miss_ratio.round(3).tolist()
    ([1, 2, 3], [1.0, 0.667, 0.5])
    """
    numbered, n_keys = dense(keys)
    if n_keys == 0:
        raise ValueError("keys is empty; a miss ratio needs one request or more")
    hits = np.cumsum(distances(numbered, n_keys)[:-1])
    return np.arange(1, n_keys + 1), 1.0 - hits / numbered.size
