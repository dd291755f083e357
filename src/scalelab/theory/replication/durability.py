"""Commits that wait for replicas, and what a failover loses, in closed form.

A commit that waits for any k of n replicas takes the k-th smallest of n acknowledgement times (an
order statistic, see `scalelab.theory.storage.consistency`). A commit that waits for none is on
its way while its client is told that it is done: their mean number is the rate times the lag
(J. D. C. Little, "A proof for the queuing formula L = λW", Operations Research 9(3), 1961), and
it is what a failover loses. Commits come at random moments (Poisson), and the log arrives in
order, so that given the lag the number lost is Poisson, with rate times lag for its mean.

Rates in 1/s, times in milliseconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.theory.storage.consistency import at_least

Times = NDArray[np.float64]
MIDDLES = (np.arange(200) + 0.5) / 200


def exponentials_by(times: Times, means: list[float]) -> Times:
    """Probability that independent exponential times are over, one after the other, by ``times``.

    The hypoexponential distribution, by partial fractions; the ``means`` differ (W. Feller, "An
    Introduction to Probability Theory and Its Applications", volume II, section I.13, problem 12).
    """
    means = [mean for mean in means if mean > 0.0]
    if len(set(means)) < len(means):
        raise ValueError(f"means are {means}; no two may be equal, add a little to one of them")
    left = np.zeros_like(times)
    for i, mean in enumerate(means):
        others = math.prod(mean / (mean - m) for j, m in enumerate(means) if j != i)
        left = left + others * np.exp(-np.maximum(times, 0.0) / mean)
    done: Times = np.where(times >= 0.0, 1.0 - left, 0.0)
    return done


@dataclass(frozen=True)
class Acknowledgement:
    """Of one replica, for a log record that the primary sends: there, flushed, and back.

    Each of the three steps takes its time and on average ``jitter`` of it more (exponential).
    With probability ``stall_share`` the replica stalls and has to be waited for (exponential with
    mean ``stall``).
    """

    round_trip: float
    flush: float
    jitter: float
    stall_share: float
    stall: float

    def by(self, time: float) -> float:
        """Probability that it is there by ``time``; the way back by the midpoint rule."""
        leg = self.jitter * 0.5 * self.round_trip
        left = time - self.round_trip - self.flush + leg * np.log1p(-MIDDLES)
        steps = [leg, self.jitter * self.flush]
        soon = float(np.mean(exponentials_by(left, steps)))
        late = float(np.mean(exponentials_by(left, [*steps, self.stall])))
        return (1.0 - self.stall_share) * soon + self.stall_share * late


def commit_by(time: float, acknowledgement: Acknowledgement, n: int, k: int) -> float:
    """Probability that the primary's flush, and then ``k`` of ``n`` replicas, are done by then.

    The integral over what is random in the primary's flush, by the midpoint rule.
    """
    flush = acknowledgement.flush
    left = time - flush + acknowledgement.jitter * flush * np.log1p(-MIDDLES)
    return float(np.mean([at_least(k, [acknowledgement.by(t)] * n) for t in left.tolist()]))


def lost_asynchronous(rate: float, lag: float) -> float:
    """Mean number of commits that a failover loses when nobody waits for the replica."""
    return rate * lag / 1000.0


def lag_of_the_best(delay: float, stall_share: float, stall: float, n: int) -> float:
    """Mean lag of the most advanced of ``n`` replicas, each ``delay`` behind and at times stalled.

    It stalls only if all do; the shortest of n exponential stalls lasts stall / n.
    """
    return delay + stall_share**n * stall / n


def nothing_lost(rate: float, delay: float, stall_share: float, stall: float, n: int) -> float:
    """Probability that an asynchronous failover to the most advanced of ``n`` loses nothing.

    No commit came within the lag: exp(-rate * lag), averaged over it.
    """
    all_stall = stall_share**n
    while_stalled = 1.0 / (1.0 + rate * stall / n / 1000.0)
    return math.exp(-rate * delay / 1000.0) * (1.0 - all_stall + all_stall * while_stalled)


def lost_at_most(rate: float, lag: float, share: float) -> int:
    """The number that a ``share`` of failovers does not exceed, for an exponential lag.

    A Poisson number whose mean is exponential is geometric (M. Greenwood and G. U. Yule, Journal
    of the Royal Statistical Society 83(2), 1920: the gamma mixture with shape 1).
    """
    mean = rate * lag / 1000.0
    return max(0, math.ceil(math.log1p(-share) / math.log(mean / (1.0 + mean))) - 1)


def lost_by_the_wrong_heir(
    rate: float, back: float, stall_share: float, stall: float, n: int
) -> float:
    """Mean loss when any one of ``n`` has to acknowledge, and the first one takes over anyhow.

    What one of the others acknowledged while the first one stalled is lost, but for what was not
    yet known of: the way ``back`` of the acknowledgement. No jitter.
    """
    x = back / stall
    others = stall_share ** (n - 1)
    during = math.exp(-x) * -math.expm1(-(n - 1) * x) + (n - 1) / n * math.exp(-n * x)
    gap = stall_share * stall * ((1.0 - others) * math.exp(-x) + others * during)
    return rate * gap / 1000.0
