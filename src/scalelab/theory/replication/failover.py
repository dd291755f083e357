"""Failure detection by time-out and what it costs in a year, in closed form.

Runs of lost heartbeats are success runs (W. Feller, "An Introduction to Probability Theory and Its
Applications", volume I, section XIII.7: the mean number of trials until the first run). What a
trouble costs is a renewal argument: how often, times how long. The election is that of D. Ongaro
and J. Ousterhout, "In search of an understandable consensus algorithm", USENIX ATC 2014, section
5.2: randomised time-outs, so that one voter is nearly always alone.

Times in s, rates a year.
"""

import math
from dataclasses import dataclass

import numpy as np

from scalelab.theory.storage.consistency import at_least

YEAR_S = 365.25 * 86_400.0
MIDDLES = (np.arange(2000) + 0.5) / 2000


def until_run(lost: float, run: int) -> float:
    """Mean number of heartbeats until ``run`` in a row are lost (Feller, XIII.7)."""
    return (1.0 - lost**run) / ((1.0 - lost) * lost**run)


def lost_for_most(voters: int, loss: float) -> float:
    """Probability that most of ``voters`` do not hear a heartbeat (binomial)."""
    return at_least(voters // 2 + 1, [loss] * voters)


def detection(timeout: float, heartbeat: float, lost: float) -> float:
    """Mean time from a crash to its declaration, if losses just before it are few.

    The last heartbeat that arrived is half an interval old, and e / (1 - e) intervals more.
    """
    return timeout - 0.5 * heartbeat - heartbeat * lost / (1.0 - lost)


def split_vote(voters: int, wait: float, broadcast: float) -> float:
    """Probability that the second of ``voters`` wakes before it has been asked for its vote.

    Of n uniform times on an interval of length ``wait`` the two smallest are at least ``broadcast``
    apart with probability (1 - broadcast / wait)^n (spacings; Feller, volume II, section I.7).
    An upper bound for more than three voters: the first one may have a majority even so.
    """
    return 1.0 - (1.0 - broadcast / wait) ** voters


def election(voters: int, wait: float, broadcast: float) -> float:
    """Mean time: rounds until no vote is split, each the least of n time-outs and a broadcast.

    By Wald's identity; whether a round fails is known at its end only.
    """
    if voters == 1:
        return 0.0
    round_ = wait + wait / (voters + 1) + broadcast
    return round_ / (1.0 - split_vote(voters, wait, broadcast))


def availability(mtbf: float, rto: float) -> float:
    """Share of the time that is up: up for ``mtbf`` on average, then down for ``rto``."""
    return mtbf / (mtbf + rto)


@dataclass(frozen=True)
class Pause:
    """Pareto with a median and a tail exponent above 1."""

    median: float
    tail: float

    @property
    def least(self) -> float:
        return float(self.median * 0.5 ** (1.0 / self.tail))

    def longer(self, time: float) -> float:
        return float(min(1.0, (self.least / max(time, self.least)) ** self.tail))

    def up_to(self, time: float) -> float:
        """Mean of the shorter of the pause and ``time``: the integral of `longer`."""
        if time <= self.least:
            return time
        rest = time * self.longer(time)
        return (self.least * self.tail - rest) / (self.tail - 1.0)


@dataclass(frozen=True)
class Year:
    """What may happen; ``switch`` is the mean time from a declaration until clients write again."""

    heartbeat: float
    lost: float
    pauses: float
    pause: Pause
    crashes: float
    switch: float

    def declared_after(self, timeout: float) -> list[float]:
        """Time from the start of a silence, by phases as likely, no loss just before it."""
        limit = max(timeout, self.heartbeat)
        return [limit - self.heartbeat * float(phase) for phase in MIDDLES]

    def false_by_pauses(self, timeout: float) -> float:
        """Pauses a year that outlast the time-out, less the phase."""
        longer = [self.pause.longer(d) for d in self.declared_after(timeout)]
        return self.pauses * float(np.mean(longer))

    def false_by_losses(self, timeout: float) -> float:
        """Runs of lost heartbeats a year, each followed by a switch."""
        if self.lost == 0.0:
            return 0.0
        limit = max(timeout, self.heartbeat)
        run = math.floor(limit / self.heartbeat + 1e-9)
        wait = until_run(self.lost, run) * self.heartbeat + limit - run * self.heartbeat
        return YEAR_S / (wait + self.switch)

    def crash_minutes(self, timeout: float) -> float:
        limit = max(timeout, self.heartbeat)
        return self.crashes * (detection(limit, self.heartbeat, self.lost) + self.switch) / 60.0

    def pause_minutes(self, timeout: float) -> float:
        """Each pause up to the declaration, and a switch if it gets that far."""
        waited = [self.pause.up_to(d) for d in self.declared_after(timeout)]
        seconds = self.pauses * float(np.mean(waited))
        return (seconds + self.false_by_pauses(timeout) * self.switch) / 60.0

    def minutes(self, timeout: float) -> float:
        lost = self.false_by_losses(timeout) * self.switch / 60.0
        return self.crash_minutes(timeout) + self.pause_minutes(timeout) + lost

    def best_timeout(self, timeouts: list[float]) -> float:
        return min(timeouts, key=self.minutes)
