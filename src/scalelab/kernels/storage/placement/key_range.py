"""Key ranges: each shard holds the keys from one number to the next, in order.

As in Bigtable (F. Chang et al., OSDI 2006): neighbours stay together, so that a range can be read
in one go. A new shard takes half of the largest range; a lost one's goes to a neighbour.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Ints, kernel, step
from scalelab.kernels.storage.placement.fill import fill


class State(NamedTuple):
    """Range i has the keys from ``start[i]`` to before ``start[i + 1]``."""

    start: Ints  # in order; the last is the end of all
    owner: Ints


@kernel
def new(shards: Ints, low: int, high: int) -> State:
    """Equal ranges of the keys from ``low`` to before ``high``, in the order of ``shards``."""
    n = shards.size
    start = np.empty(n + 1, np.int64)
    for i in range(n + 1):
        start[i] = low + (high - low) // n * i + (high - low) % n * i // n
    return State(start, shards.copy())


@kernel
def added(state: State, shard: int) -> State:
    """The largest range is cut in two, and ``shard`` takes the upper half."""
    n = state.owner.size
    largest = 0
    for i in range(n):
        if state.start[i + 1] - state.start[i] > state.start[largest + 1] - state.start[largest]:
            largest = i
    start = np.empty(n + 2, np.int64)
    owner = np.empty(n + 1, np.int64)
    for i in range(n + 1):
        start[i if i <= largest else i + 1] = state.start[i]
    for i in range(n):
        owner[i if i <= largest else i + 1] = state.owner[i]
    start[largest + 1] = (state.start[largest] + state.start[largest + 1]) // 2
    owner[largest + 1] = shard
    return State(start, owner)


@kernel
def without(state: State, shard: int) -> State:
    """The range of ``shard`` goes to its smaller neighbour; a shard that is alone stays."""
    n = state.owner.size
    lost = 0
    for i in range(n):
        if state.owner[i] == shard:
            lost = i
    if n == 1:
        return state
    goes_down = lost == n - 1
    if 0 < lost < n - 1:
        below = state.start[lost] - state.start[lost - 1]
        above = state.start[lost + 2] - state.start[lost + 1]
        goes_down = below <= above
    # The border to the neighbour that takes over goes.
    border = lost if goes_down else lost + 1
    start = np.empty(n, np.int64)
    owner = np.empty(n - 1, np.int64)
    for i in range(n):
        start[i] = state.start[i if i < border else i + 1]
    for i in range(n - 1):
        owner[i] = state.owner[i if i < lost else i + 1]
    return State(start, owner)


@step
def place(state: State, key: int) -> int:
    """Keys outside of all ranges belong to the first or the last."""
    below = 0
    above = state.owner.size
    while above - below > 1:
        middle = (below + above) // 2
        if state.start[middle] <= key:
            below = middle
        else:
            above = middle
    return int(state.owner[below])


@kernel
def run(state: State, keys: Ints, out: Ints) -> None:
    """The shard of each of ``keys``, into ``out``."""
    fill(place, state, keys, out)
