"""Waits of G/G/c, and how many servers it takes, where there is no closed form.

Times in mean service times; ``rho`` is below 1, and ``cv2`` are squared coefficients of variation.
"""

import math

from scalelab.theory.bisection import last
from scalelab.theory.queueing import erlang


def kingman(rho: float, arrival_cv2: float, service_cv2: float) -> float:
    """Mean wait of G/G/1 in heavy traffic; exact for M/G/1.

    J. F. C. Kingman, "The single server queue in heavy traffic", Mathematical Proceedings of the
    Cambridge Philosophical Society 57(4), 1961, in the usual form, which is right for M/G/1 at
    every load.

    >>> round(kingman(0.8, 1.0, 4.0), 6)
    10.0
    """
    return rho / (1.0 - rho) * (arrival_cv2 + service_cv2) / 2.0


def allen_cunneen(load: float, servers: int, arrival_cv2: float, service_cv2: float) -> float:
    """Mean wait of G/G/c: Erlang's, times the mean variation; exact for M/M/c and for M/G/1.

    A. O. Allen, "Probability, Statistics, and Queueing Theory", 2nd edition, Academic Press, 1990.
    Elsewhere it can be off by a fifth, and more where much varies.
    """
    return erlang.mean_wait(load, servers) * (arrival_cv2 + service_cv2) / 2.0


def halfin_whitt(spare: float) -> float:
    """Share that waits with a + ``spare`` times the root of a servers for a large load a.

    S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many exponential servers",
    Operations Research 29(3), 1981, proposition 1.

    >>> [round(halfin_whitt(spare), 5) for spare in (0.25, 0.5, 1.0, 2.0)]
    [0.72093, 0.50454, 0.22336, 0.02688]
    """
    below = 0.5 * math.erfc(-spare / math.sqrt(2.0))
    density = math.exp(-0.5 * spare**2) / math.sqrt(2.0 * math.pi)
    return 1.0 / (1.0 + spare * below / density)


def spare_for(waiting: float) -> float:
    """The ``spare`` with which a share ``waiting``, above 0 and below 1, waits: `halfin_whitt`."""
    high = 1.0
    while halfin_whitt(high) > waiting:
        high *= 2.0
    return last(lambda spare: halfin_whitt(spare) > waiting, 0.0, high)


def square_root_staffing(load: float, waiting: float) -> int:
    """Servers with which about a share ``waiting`` waits: a + spare times the root of a, up.

    >>> [square_root_staffing(load, 0.2) for load in (10.0, 100.0, 1000.0)]
    [14, 111, 1034]
    """
    return math.ceil(load + spare_for(waiting) * math.sqrt(load))
