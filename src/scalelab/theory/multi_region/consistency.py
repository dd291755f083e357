"""How many versions, and for how long, a read may be behind, in closed form.

P. Bailis, S. Venkataraman, M. J. Franklin, J. M. Hellerstein and I. Stoica, "Probabilistically
bounded staleness for practical partial quorums", PVLDB 5(8) 2012. Times in milliseconds.
"""

import math

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]


def missed_by_all(n: int, k_r: int, k_w: int) -> float:
    """Probability that ``k_r`` of ``n`` replicas have no member in common with ``k_w`` of them.

    Both chosen blindly, and the write never goes further (section 2.1, equation 1).
    """
    return math.comb(n - k_w, k_r) / math.comb(n, k_r)


def within_versions(n: int, k_r: int, k_w: int, versions: int) -> float:
    """Probability that a read gets one of the newest ``versions`` (section 3.1, equation 2).

    Each write has its own ``k_w`` replicas, chosen blindly; the read has to miss all of them.
    """
    return 1.0 - missed_by_all(n, k_r, k_w) ** versions


def seen_by(
    time: float, n: int, write: float, acknowledgement: float, request: float, response: float,
    steps: int = 300,
) -> float:  # fmt: skip
    """Probability that a read sees a write acknowledged ``time`` before, if one answer is enough.

    ``n`` replicas, one acknowledgement, one answer, four exponential messages with the given
    means. All replicas are alike, so let the first to answer be the one whose request takes r:
    that has the density n f(r) E[P(request + response > r + S)^(n-1)]. It has the write if its
    own acknowledgement is the first, or if the write is there by r + ``time`` after the first of
    the n - 1 others, the minimum of n - 1 sums. Both integrals by the midpoint rule over
    quantiles of the exponential law, good to 0.001; the last per mille is beyond their end.
    """
    middles = (np.arange(steps) + 0.5) / steps
    units = -np.log1p(-middles)
    requests = request * units
    answered = requests[:, None] + response * units[None, :]
    weights = n * np.mean(_sum_above(answered, request, response) ** (n - 1), axis=1)
    late = (write * units)[None, :] - time - requests[:, None]
    seen = 1.0 - np.mean(1.0 - _sum_above(late, write, acknowledgement) ** (n - 1), axis=1)
    return float(np.sum(weights * seen) / np.sum(weights))


def _sum_above(time: Times, first: float, second: float) -> Times:
    """Probability that the sum of two exponential times exceeds ``time``."""
    time = np.maximum(time, 0.0)
    if first == second:
        return np.asarray((1.0 + time / first) * np.exp(-time / first))
    both = first * np.exp(-time / first) - second * np.exp(-time / second)
    return np.asarray(both / (first - second))


def missed_at_random(rate: float, hidden: float) -> float:
    """Share of reads, at random moments, that miss the newest of ``rate`` writes a ms.

    Each is hidden for a fixed time: the age of the newest of a Poisson stream is exponential.
    """
    return -math.expm1(-rate * hidden)


def missed_two_at_random(rate: float, hidden: float) -> float:
    """Share that misses the newest two: two or more of a Poisson stream within ``hidden``."""
    mean = rate * hidden
    return -math.expm1(-mean) - mean * math.exp(-mean)
