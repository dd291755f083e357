"""How far a replica lags, in closed form.

Transactions commit at random, λ a second (Poisson), and one of c workers applies each in 1/μ on
average: a utilisation of rho = λ/μ for one worker. The lag t is the time in the queue and with a
worker, the *sojourn*; the network's delay d comes on top of it. Times in seconds, rates a second.

With one worker all of this is exact. With several, the sojourn of a queue with c servers is a lower
bound only: a transaction that is applied early waits for the commits before it, and its worker with
it. What that costs is known exactly at both ends: with as many workers as are wanted
(`in_order_by`), and when there is always more to apply (`in_order_ceiling`). Work that is always
the same costs nothing: then nobody is early.
"""

import math

import numpy as np

from scalelab.theory.queueing import erlang

# --- One worker ---


def mm1_mean(rate: float, mu: float) -> float:
    """Mean lag, 1 / (μ - λ) (L. Kleinrock, "Queueing Systems", vol. 1, Wiley 1975, section 3.2)."""
    return 1.0 / (mu - rate)


def mm1_beyond(lag: float, rate: float, mu: float) -> float:
    """Share of the transactions that lag by more: e^-(μ - λ)t (the same, section 5.7)."""
    return math.exp(-(mu - rate) * lag)


def mm1_quantile(share: float, rate: float, mu: float) -> float:
    """The lag that a ``share`` of the transactions does not exceed."""
    return -math.log1p(-share) / (mu - rate)


def mg1_mean(rate: float, work: float, variation: float) -> float:
    """Mean lag if the work has any law, of coefficient of variation c_v (Pollaczek-Khinchine).

    The same as a wait of rho (1 + c_v²) / (2 (1 - rho)) times the mean work, and the work itself
    (Kleinrock, section 5.5).
    """
    used = rate * work
    return work * (1.0 + used * (1.0 + variation**2) / (2.0 * (1.0 - used)))


def bursts_mean(rate: float, mu: float, mean: float, mean_square: float) -> float:
    """Mean lag if transactions commit in bursts of a random number, at the same moment.

    ``rate`` counts transactions; the number in a burst has mean b and mean square ``mean_square``:
    an M^[X]/M/1 queue (D. Gross, J. F. Shortle, J. M. Thompson and C. M. Harris, "Fundamentals of
    Queueing Theory", 4th edition, Wiley 2008, section 3.1). On average rho (1 + E[X²]/b) /
    (2 (1 - rho)) are in it; the rest is Little's law.
    """
    used = rate / mu
    return used * (1.0 + mean_square / mean) / (2.0 * (1.0 - used)) / rate


# --- Several workers ---


def waits(rate: float, mu: float, c: int) -> float:
    """Erlang's C: share of the transactions that find all ``c`` workers busy, in any order."""
    return erlang.waits(rate / mu, c)


def any_order_mean(rate: float, mu: float, c: int) -> float:
    """Mean sojourn of an M/M/c queue: what the lag would be if any order of commits would do.

    In order the lag is never less, transaction by transaction: nothing is begun earlier.
    """
    return waits(rate, mu, c) / (c * mu - rate) + 1.0 / mu


def in_order_by(lag: float, rate: float, mu: float) -> float:
    """Share of the transactions visible within ``lag`` if there is always a worker free.

    A transaction is visible when it and all before it are applied. Those before it that are not,
    a time ``lag`` after it has come, are the customers of an M/M/∞ queue that is no longer fed:
    Poisson, with mean (λ/μ) e^-μt. Neither they nor it may be left over (F. Baccelli, E. Gelenbe
    and B. Plateau, "An end-to-end approach to the resequencing problem", Journal of the ACM 31(3),
    1984, treat any law of the delay).

    A stream that keeps its order over a network with exponential jitter is the same: μ is then one
    over the mean jitter.
    """
    left = math.exp(-mu * lag)
    return (1.0 - left) * math.exp(-rate / mu * left)


def in_order_mean(rate: float, mu: float) -> float:
    """Mean lag with as many workers as are wanted, the integral of 1 - `in_order_by`.

    In terms of u = e^-μt and a = λ/μ: the integral of (1 - (1 - u) e^-au) / u from 0 to 1.
    """
    a = rate / mu
    if a == 0.0:
        return 1.0 / mu
    # The first part, (1 - e^-au) / u, as a sum of positive terms: e^-a Σ a^k/k! (1 + ... + 1/k).
    harmonic, total = 0.0, 0.0
    for k in range(1, int(a + 12.0 * math.sqrt(a)) + 40):
        harmonic += 1.0 / k
        total += harmonic * math.exp(k * math.log(a) - a - math.lgamma(k + 1))
    return (total - math.expm1(-a) / a) / mu


def in_order_ceiling(c: int) -> float:
    """How many times as much ``c`` workers apply as one, if there is always more to apply.

    For exponential work. The c oldest transactions are with a worker each; the state is which of
    them are applied and wait, never the oldest. When the oldest is applied, all that wait right
    behind it commit too, and as many new ones begin. The stationary distribution of this chain of
    2^(c-1) states, by iteration; the answer is the mean number that are not applied yet.
    """
    states = np.arange(1 << (c - 1))
    # Bit b: the transaction b + 2 in line is applied.
    after_oldest = states.copy()
    while (after_oldest & 1).any():
        after_oldest = np.where(after_oldest & 1, after_oldest >> 1, after_oldest)
    after_oldest >>= 1
    waiting = sum(((states >> bit) & 1 for bit in range(c - 1)), np.zeros_like(states))
    share = np.full(states.size, 1.0 / states.size)
    for _ in range(10_000):
        # One of c clocks rings; those of transactions that are applied already change nothing.
        ahead = np.bincount(after_oldest, share, states.size) + waiting * share
        for bit in range(c - 1):
            busy = states[(states >> bit) & 1 == 0]
            ahead[busy | 1 << bit] += share[busy]
        ahead /= c
        if np.abs(ahead - share).sum() < 1e-13:
            break
        share = ahead
    return float(share @ (c - waiting))


# --- Something happens: as a fluid, without chance ---


def sale_peak(used: float, factor: float, sale: float) -> float:
    """Largest lag if for ``sale`` seconds ``factor`` times as much comes: (factor rho - 1) sale."""
    return max(factor * used - 1.0, 0.0) * sale


def sale_behind(used: float, factor: float, sale: float) -> float:
    """How long there is a lag, from the sale's begin: rho (factor - 1) sale / (1 - rho).

    The sale brings rho (factor - 1) seconds of additional work each second, and 1 - rho of each
    second are left for it. 0 for a sale that the replica keeps up with.
    """
    if factor * used <= 1.0:
        return 0.0
    return used * (factor - 1.0) * sale / (1.0 - used)


def stop_behind(used: float, stop: float) -> float:
    """The same after a batch job with ``stop`` seconds of work, or a query that blocks so long.

    The largest lag is ``stop``, whatever the number of workers.
    """
    return stop / (1.0 - used)


# --- The same with chance: means for one worker and exponential work ---


def sale_mean_behind(rate: float, mu: float, factor: float, sale: float) -> float:
    """Mean time from the sale's begin until a transaction finds nothing to wait for.

    For a sale that is more than can be applied, and long. At its end there are, on average: those
    of before, rho/(1 - rho); what came more than could be applied; and what would have been applied
    in the moments when there was nothing to do, μ times their sum. That sum: from n transactions
    the queue, which grows, is ever empty with probability (μ/λ')^n, and each of 1/(1 - μ/λ') empty
    times lasts 1/λ', with λ' the rate in the sale. Each transaction then takes 1/(μ - λ) off the
    way to empty (a busy period: Kleinrock, section 5.8), and the next one comes after 1/λ.
    """
    used, fast = rate / mu, rate * factor
    idle = (1.0 - used) / (1.0 - 1.0 / factor) / (fast - mu)
    left = used / (1.0 - used) + (fast - mu) * sale + mu * idle
    return sale + left / (mu - rate) + 1.0 / rate


def batch_mean_behind(rate: float, mu: float, batch: float) -> float:
    """Mean time from a batch job's commit until a transaction finds nothing to wait for.

    Work w takes w / (1 - rho) with all that comes meanwhile; there is that of before, too.
    """
    used = rate / mu
    return (used / (1.0 - used) / mu + batch) / (1.0 - used) + 1.0 / rate


def blocked_mean_behind(rate: float, mu: float, blocked: float) -> float:
    """Mean time from a long query's begin until a transaction finds nothing to wait for.

    For a query much longer than 1/μ. What has begun is finished; rho²/(1 - rho) are in line.
    """
    used = rate / mu
    left = used * used / (1.0 - used) + rate * blocked
    return blocked + left / (mu - rate) + 1.0 / rate
