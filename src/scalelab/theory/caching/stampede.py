"""The stampede on one popular entry, in closed form.

r is the rate of requests, d the time to recompute, T the time to live; times in seconds.
"""

import math


def unprotected_recomputations(rate: float, recompute: float) -> float:
    """Mean recomputations per expiry: the first miss, and all that come before it is done.

    Those are Poisson with mean r d, if the database takes any number at full speed.
    """
    return 1.0 + rate * recompute


def lease_wait(rate: float, recompute: float) -> tuple[float, float]:
    """(requests per expiry that wait, their mean wait) when one recomputes for all.

    The first waits d; r d others come meanwhile, at any time of it, and wait d / 2.
    """
    waiting = 1.0 + rate * recompute
    return waiting, recompute * (1.0 + 0.5 * rate * recompute) / waiting


def crowded_peak(rate: float, recompute: float, parallel: int) -> float:
    """Recomputations under way when the first is done, on a database that slows down (fluid).

    With n = r t under way the first advances at speed min(1, k / n). It is done when
    k/r + (k/r) log(r t / k) = d, so at n = k exp(r d / k - 1): the herd feeds itself.
    """
    crowd = rate * recompute / parallel
    return parallel * math.exp(crowd - 1.0) if crowd > 1.0 else rate * recompute


def per_server_recomputations(rate: float, recompute: float, servers: int) -> float:
    """Mean with one recomputation allowed per application server.

    The first server, and each other that is asked while the first recomputes.
    """
    return 1.0 + (servers - 1) * -math.expm1(-rate * recompute / servers)


def early_nobody(rate: float, recompute: float, ttl: float, beta: float = 1.0) -> float:
    """Probability that nobody recomputes before the expiry under XFetch.

    A request at age s before the expiry volunteers with probability exp(-s / (beta d))
    (A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal probabilistic cache stampede
    prevention", PVLDB 8(8), 2015); volunteers are a thinned Poisson process.
    """
    scale = beta * recompute
    return math.exp(rate * scale * math.expm1(-ttl / scale))


def early_sooner_than(lead: float, rate: float, recompute: float, beta: float = 1.0) -> float:
    """Probability that the first volunteer comes more than ``lead`` before the expiry (T long)."""
    scale = beta * recompute
    return -math.expm1(-rate * scale * math.exp(-lead / scale))


def early_recomputations(beta: float = 1.0) -> float:
    """Mean recomputations per expiry under XFetch on a busy key: e**(1/beta), whatever r and d.

    Let L(s) = r beta d exp(-s / (beta d)) be the volunteers expected further than s from the
    expiry. At the first volunteer L is exponential with mean 1; while it recomputes L grows by
    the factor e**(1/beta), so e**(1/beta) - 1 others join on average. Holds when the first
    comes earlier than d before the expiry, almost surely for r beta d much larger than e**(1/beta).
    """
    return math.exp(1.0 / beta)
