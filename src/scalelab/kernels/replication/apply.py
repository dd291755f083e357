"""How a replica applies the primary's transactions: a stream in order, workers, commits in order.

The primary sends each transaction as it commits. The stream keeps its order, as TCP does: one that
is late holds up all that follow. At the replica ``n_workers`` workers take the transactions in that
order. A transaction becomes visible only after all before it are (MySQL:
``replica_preserve_commit_order``), and a worker that is done early waits for that with its
transaction in hand. So workers become free in the order of the stream too, and the one for
transaction i is that of transaction i - ``n_workers``.

All times are in one unit, counted from one moment.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Words, kernel, step
from scalelab.kernels.random import exponential


@step
def next_arrival(state: Words, previous: float, sent: float, delay: float, jitter: float) -> float:
    """When the replica has what was sent at ``sent``, and all before it at ``previous``.

    The network takes ``delay``, and an exponential time of mean ``jitter`` in addition.
    """
    return max(previous, sent + delay + exponential(state, jitter))


@kernel
def arrivals(state: Words, commits: Floats, delay: float, jitter: float) -> Floats:
    """When each transaction is at the replica; ``commits`` never decrease."""
    arrived = np.empty(commits.size)
    previous = -np.inf
    for i in range(commits.size):
        previous = next_arrival(state, previous, commits[i], delay, jitter)
        arrived[i] = previous
    return arrived


@kernel
def visible_times(
    arrived: Floats, work: Floats, n_workers: int, blocked_from: float, blocked_to: float
) -> Floats:
    """When each transaction is visible at the replica; never decreases.

    ``work`` is how long one worker needs for each. None is begun from ``blocked_from`` until
    ``blocked_to``; what is begun before is finished. The lag of a transaction is this time less
    that of its commit.
    """
    visible = np.empty(arrived.size)
    latest = -np.inf
    for i in range(arrived.size):
        begun = arrived[i]
        if i >= n_workers:
            begun = max(begun, visible[i - n_workers])
        if blocked_from <= begun < blocked_to:
            begun = blocked_to
        latest = max(latest, begun + work[i])
        visible[i] = latest
    return visible
