"""Doubly linked lists threaded through one array: no node is ever allocated.

Node ``i`` has its older neighbour in ``link[2 * i]`` and its newer one in ``link[2 * i + 1]``.
Nodes below ``n_keys`` are keys; the nodes after them are the lists themselves, each closing a
ring: the newer neighbour of a list is its oldest key, the older neighbour its newest key.
"""

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import kernel, step

Links = NDArray[np.int32]


@kernel
def empty_lists(n_keys: int, n_lists: int) -> Links:
    """Lists ``n_keys .. n_keys + n_lists - 1``, all empty."""
    link = np.zeros(2 * (n_keys + n_lists), np.int32)
    for node in range(n_keys, n_keys + n_lists):
        link[2 * node] = node
        link[2 * node + 1] = node
    return link


@step
def oldest(link: Links, queue: int) -> int:
    """The oldest key of ``queue``; ``queue`` itself if it is empty."""
    return int(link[2 * queue + 1])


@step
def append(link: Links, queue: int, key: int) -> None:
    """Make ``key`` the newest of ``queue``."""
    newest = link[2 * queue]
    link[2 * key] = newest
    link[2 * key + 1] = queue
    link[2 * newest + 1] = key
    link[2 * queue] = key


@step
def unlink(link: Links, key: int) -> None:
    """Take ``key`` out of the list that it is in."""
    older = link[2 * key]
    newer = link[2 * key + 1]
    link[2 * older + 1] = newer
    link[2 * newer] = older
