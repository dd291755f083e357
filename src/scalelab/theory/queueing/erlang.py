"""M/M/c and Erlang's formulas. Times in mean service times, or in any unit where a rate is given.

``load`` is in Erlangs: arrival rate times mean service time, the mean number of busy servers where
nobody is lost. A. K. Erlang, "Solution of some problems in the theory of probabilities of
significance in automatic telephone exchanges", 1917; L. Kleinrock, "Queueing Systems, Volume 1",
Wiley, 1975, sections 3.5 and 3.6; D. Gross, J. F. Shortle, J. M. Thompson and C. M. Harris,
"Fundamentals of Queueing Theory", 4th edition, Wiley, 2008, sections 2.3 and 2.6.

>>> print(f"{lost(8.0, 10):.6f} {waits(8.0, 10):.6f} {mean_wait(8.0, 10):.6f}")
0.121661 0.409180 0.204590
"""

import math

from scalelab.theory.bisection import last


def lost(load: float, servers: int) -> float:
    """Erlang B: share refused by M/G/c/c, where nobody can wait; all without servers.

    By the recursion of its inverse, a sum of positive terms.
    """
    inverse = 1.0
    for k in range(1, servers + 1):
        inverse = 1.0 + inverse * k / load if load > 0.0 else math.inf
    return 1.0 / inverse


def waits(load: float, servers: int) -> float:
    """Erlang C: share that has to wait in M/M/c; ``load`` is below ``servers``."""
    loss = lost(load, servers)
    return servers * loss / (servers - load * (1.0 - loss))


def mean_wait(load: float, servers: int) -> float:
    """Mean wait over all of M/M/c, in mean service times."""
    return waits(load, servers) / (servers - load)


def waits_longer(waiting: float, ends: float, time: float) -> float:
    """Share of all of M/M/c that wait longer than ``time``.

    Parameters
    ----------
    waiting : float
        Share that waits at all (`waits`).
    ends : float
        How much faster all servers together end services than customers come: c mu - lambda.
    time : float
    """
    return waiting * math.exp(-ends * time)


def wait_quantile(waiting: float, ends: float, q: float) -> float:
    """The wait that a share ``q`` of all does not exceed; parameters as for `waits_longer`.

    >>> print(f"{wait_quantile(0.8, 0.2, 0.95):.4f}")
    13.8629
    """
    if waiting <= 1.0 - q:
        return 0.0
    return math.log(waiting / (1.0 - q)) / ends


def load_for(loss: float, servers: int) -> float:
    """Erlangs of which so many servers refuse the share ``loss``, above 0 and below 1.

    >>> [round(load_for(0.01, servers), 4) for servers in (1, 5, 10, 20, 50, 100)]
    [0.0101, 1.3608, 4.4612, 12.0306, 37.9014, 84.0642]
    """
    # All that goes through is at most what the servers can do.
    return last(lambda load: lost(load, servers) < loss, 0.0, servers / (1.0 - loss))


def servers_for(load: float, waiting: float) -> int:
    """The fewest servers of M/M/c with which a share of at most ``waiting``, above 0, waits.

    >>> servers_for(90.0, 0.2)
    101
    """
    servers = math.floor(load) + 1
    while waits(load, servers) > waiting:
        servers += 1
    return servers
