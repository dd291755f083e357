"""Transactions that lock rows and do not wait, in closed form.

A row that is locked by Poisson transactions, and refuses those that find it locked, is Erlang's
loss system with one server; if each transaction needs several rows they are a loss network (F. P.
Kelly, "Loss networks", Annals of Applied Probability 1(3), 1991). How often it refuses depends on
the locks' mean duration only, whatever their distribution.

``load`` is the number of transactions that come while one lock lasts, on average: their rate, to
all rows together, times the mean duration.
"""

import math

from scalelab.theory.harmonic import harmonic


def round_ms(round_trip_ms: float, jitter_ms: float, log_ms: float, participants: int) -> float:
    """Mean of one round of two-phase commit: the slowest participant's answer."""
    return round_trip_ms + jitter_ms * harmonic(participants) + log_ms


def hold_ms(
    execution_ms: float, log_ms: float, round_trip_ms: float, jitter_ms: float, participants: int
) -> float:
    """Mean time of a lock across shards: execution, prepare, the decision's log, commit.

    The protocol is that of J. Gray, "Notes on data base operating systems", in "Operating Systems:
    An Advanced Course", Springer 1978.
    """
    return execution_ms + log_ms + 2.0 * round_ms(round_trip_ms, jitter_ms, log_ms, participants)


def mixed(cross_share: float, within: float, across: float) -> float:
    return (1.0 - cross_share) * within + cross_share * across


def abort_probability(load: float) -> float:
    """Of one row, or of rows of which each transaction needs one (``load`` per row): exact."""
    return load / (1.0 + load)


def ceiling(n_rows: int, touched: int, hold_ms: float) -> float:
    """Commits a second that no rate exceeds: as many locks side by side as there is room for."""
    return (n_rows // touched) * 1e3 / hold_ms


def abort_probability_of_sets(load: float, n_rows: int, touched: int) -> float:
    """If each transaction needs a set of ``touched`` rows, all sets equally likely: exact.

    Kelly's product form for this network: m transactions that hold disjoint sets have a weight of
    load**m / m! times the probability that m sets drawn at random are disjoint.
    """
    weight = total = 1.0
    accepted = 1.0
    for m in range(1, n_rows // touched + 1):
        left = n_rows - (m - 1) * touched
        weight *= load / m * math.comb(left, touched) / math.comb(n_rows, touched)
        total += weight
        accepted += weight * math.comb(left - touched, touched) / math.comb(n_rows, touched)
    return 1.0 - accepted / total


def reduced_load(load: float, n_rows: int, touched: int) -> float:
    """The same by Kelly's Erlang fixed point: rows as if they were independent.

    Each row is offered what the other rows of the same transactions let through. Right for one row
    to a transaction, close for many rows, and a few points too high for few rows in demand.
    """
    low, high = 0.0, 1.0
    for _ in range(100):
        blocked = 0.5 * (low + high)
        offered = load * touched / n_rows * (1.0 - blocked) ** (touched - 1)
        if abort_probability(offered) > blocked:
            low = blocked
        else:
            high = blocked
    return 1.0 - (1.0 - high) ** touched


def with_retries(load: float, n_rows: int, retries: int) -> tuple[float, float]:
    """Probability that a transaction of one row never commits, and its mean number of attempts.

    An approximation: attempts as if they were Poisson, which they are nearly if clients pause for
    much longer than the longest locks last. A client that tries again sooner mostly finds the same
    lock.
    """
    low, high = 0.0, 1.0
    for _ in range(100):
        blocked = 0.5 * (low + high)
        attempts = math.fsum(blocked**i for i in range(retries + 1))
        if abort_probability(load / n_rows * attempts) > blocked:
            low = blocked
        else:
            high = blocked
    return high ** (retries + 1), math.fsum(high**i for i in range(retries + 1))
