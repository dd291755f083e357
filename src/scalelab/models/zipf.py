"""Requests whose popularity falls off as a power of the rank, as in most measured web traffic.

Breslau et al., "Web caching and Zipf-like distributions", INFOCOM 1999, found exponents of 0.64
to 0.83 in traces of web proxies.
"""

import numpy as np

from scalelab.kernels.jit import Ints, kernel
from scalelab.kernels.random import generator
from scalelab.kernels.zipf import alias_table, draw, popularity


@kernel
def drawn(n_requests: int, n_objects: int, skew: float, seed: int) -> Ints:
    state = generator(seed)
    threshold, alias = alias_table(popularity(n_objects, skew))
    keys = np.empty(n_requests, np.int64)
    for i in range(n_requests):
        keys[i] = draw(state, threshold, alias)
    return keys


def requests(n_requests: int, n_objects: int, skew: float, seed: int = 1) -> Ints:
    """Independent requests; key ``k`` comes up in proportion to ``(k + 1)**-skew``.

    Parameters
    ----------
    n_requests : how many requests, 0 or more
    n_objects : how many objects there are, 1 or more
    skew : 0 for equal popularity; 0.6 to 1.2 is usual for web traffic
    seed : the same seed gives the same requests

    Returns
    -------
    int64 array of shape (n_requests,), keys ``0 .. n_objects - 1``, 0 the most popular.

    Raises
    ------
    ValueError
        for a number out of range.

    Examples
    --------
    >>> keys = requests(n_requests=100_000, n_objects=1_000, skew=1.0)
    >>> bool(0.12 < (keys == 0).mean() < 0.15)
    True
    """
    if n_requests < 0:
        raise ValueError(f"n_requests is {n_requests}; it must be 0 or more")
    if n_objects < 1:
        raise ValueError(f"n_objects is {n_objects}; it must be 1 or more")
    if not 0.0 <= skew < np.inf:
        raise ValueError(f"skew is {skew}; it must be 0 or more (web traffic: 0.6 to 1.2)")
    return drawn(int(n_requests), int(n_objects), float(skew), int(seed))
