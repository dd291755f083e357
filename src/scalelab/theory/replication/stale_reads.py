"""How often a session misses its own write, in closed form.

A session writes at time 0 and reads at the times t_1 < t_2 < ...; a replica has the write from its
lag on. The *tail* of a lag is the probability 1 - F(t) that it is longer than t. So that is the
probability that one read at time t misses the write, whatever the law (for quorums of replicas see
P. Bailis et al., "Probabilistically bounded staleness for practical partial quorums", PVLDB 5(8),
2012, who call it t-visibility). The guarantees that are broken are *read your writes* and
*monotonic reads* (D. B. Terry et al., "Session guarantees for weakly consistent replicated data",
PDIS 1994).

For a whole session, let K_i of the n replicas have the write at t_i. Given the lags, reads at
random replicas are independent, and each sees the write with probability K_i / n. If the lags are
independent and equally distributed, K is a pure birth process in steps: each replica that does not
have the write yet gets it between t_i and t_i+1 with probability
(F(t_i+1) - F(t_i)) / (1 - F(t_i)). All sums over sessions below are exact.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Tail = Callable[[float], float]
State = NDArray[np.float64]


def constant_tail(lag: float) -> Tail:
    """Every lag is ``lag``."""
    return lambda time: 1.0 if time < lag else 0.0


def exponential_tail(mean: float) -> Tail:
    """Also that of an apply queue, see `apply_queue_mean`."""
    return lambda time: math.exp(-time / mean)


def apply_queue_mean(write_rate: float, apply_rate: float, burst: float = 1.0) -> float:
    """Mean lag if one worker applies transactions that come in Poisson bursts.

    ``burst`` transactions on average, geometric; each takes an exponential time. The lag is the
    time in the system of M/M/1, which is exponential: 1 / (μ - λ). A geometric sum of exponential
    times is exponential again, and a transaction's place in its burst is geometric as well, so
    with bursts the same holds for b / μ in place of 1 / μ: b / (μ - λ).
    """
    return burst / (apply_rate - write_rate)


@dataclass(frozen=True)
class KnownTails:
    """A law through known tails, ``{time: tail}``, with a constant hazard rate between them.

    The tail is then linear on a logarithmic scale from knot to knot; beyond the last it goes on
    as between the last two.
    """

    known: dict[float, float]

    @property
    def _pieces(self) -> list[tuple[float, float, float]]:
        """From when, tail then, hazard rate from there on."""
        knots = [(0.0, 1.0), *sorted(self.known.items())]
        return [
            (begin, tail, math.log(tail / next_tail) / (end - begin))
            for (begin, tail), (end, next_tail) in pairwise(knots)
        ]

    def __call__(self, time: float) -> float:
        begin, tail, rate = [piece for piece in self._pieces if piece[0] <= time][-1]
        return tail * math.exp(-rate * (time - begin))

    @property
    def mean(self) -> float:
        """The integral of the tail."""
        pieces = self._pieces
        ends = [tail for _, tail, _ in pieces[1:]] + [0.0]
        return sum((tail - end) / rate for (_, tail, rate), end in zip(pieces, ends, strict=True))

    def stretched(self, mean: float) -> Tail:
        """The same shape with another mean."""
        factor = self.mean / mean
        return lambda time: self(time * factor)


def overshoot(tail: Tail, time: float, at_most: float, steps: int = 4000) -> float:
    """Mean of what is left of a lag at ``time``, min((lag - t)+, ``at_most``).

    The integral of the tail from t to t + ``at_most``, by the midpoint rule. For exponential lags
    of mean m it is m e^(-t/m) (1 - e^(-at_most/m)).
    """
    middles = time + (np.arange(steps) + 0.5) / steps * at_most
    return at_most * float(np.mean([tail(t) for t in middles.tolist()]))


@dataclass(frozen=True)
class Replicas:
    """``n`` replicas whose lags have one ``tail``, the first's is ``straggler`` times as long.

    With probability ``together`` all lags of a write are one draw; otherwise they are independent.
    """

    n: int
    tail: Tail
    straggler: float = 1.0
    together: float = 0.0

    def stale(self, time: float) -> float:
        """Probability that one read at a random replica misses the write."""
        slow = self.tail(time / self.straggler)
        return ((self.n - 1) * self.tail(time) + slow) / self.n

    def misses(self, times: Sequence[float]) -> float:
        """Probability that one read or more of a session, at random replicas, misses the write."""
        return 1.0 - self._mixed(times)[0]

    def goes_back(self, times: Sequence[float]) -> float:
        """Probability that a session sees the write and misses it in a later read."""
        return 1.0 - self._mixed(times)[1]

    def wait(self, times: Sequence[float], timeout: float) -> float:
        """Mean wait of a read, if the replica waits for the write until ``timeout``."""
        waits = [
            ((self.n - 1) * overshoot(self.tail, t, timeout)
             + overshoot(lambda u: self.tail(u / self.straggler), t, timeout)) / self.n
            for t in times
        ]  # fmt: skip
        return sum(waits) / len(times)

    def _mixed(self, times: Sequence[float]) -> tuple[float, float]:
        """Probabilities of no miss at all and of no miss after the first read that sees."""
        apart, at_once = self._independent(times), self._together(times)
        return tuple(
            self.together * b + (1.0 - self.together) * a
            for a, b in zip(apart, at_once, strict=True)
        )  # type: ignore[return-value]

    def _independent(self, times: Sequence[float]) -> tuple[float, float]:
        """By the chain of how many replicas have the write; the first replica beside the others."""
        have = (np.arange(self.n)[:, None] + np.arange(2)) / self.n  # K / n
        missed = np.zeros((self.n, 2))
        missed[0, 0] = 1.0  # before any read: nobody has it
        seen = np.zeros((self.n, 2))
        always = missed.copy()
        before = 0.0
        for time in times:
            missed, seen, always = (
                self._later(state, before, time) for state in (missed, seen, always)
            )
            missed, seen, always = missed * (1.0 - have), (missed + seen) * have, always * have
            before = time
        return float(always.sum()), float(missed.sum() + seen.sum())

    def _later(self, state: State, before: float, time: float) -> State:
        """The chain's step from ``before`` to ``time``."""
        slow = self._caught_up(before / self.straggler, time / self.straggler)
        p = self._caught_up(before, time)
        others = np.zeros((self.n, self.n))
        for k in range(self.n):
            left = self.n - 1 - k
            for j in range(left + 1):
                others[k + j, k] = math.comb(left, j) * p**j * (1.0 - p) ** (left - j)
        moved = others @ state
        return np.stack((moved[:, 0] * (1.0 - slow), moved[:, 1] + moved[:, 0] * slow), axis=1)

    def _caught_up(self, before: float, time: float) -> float:
        """Probability to have the write at ``time``, if not yet at ``before``."""
        # Before time 0 nobody can have it, at 0 a lag of 0 would.
        left = self.tail(before) if before > 0.0 else 1.0
        return 1.0 - self.tail(time) / left if left > 0.0 else 1.0

    def _together(self, times: Sequence[float]) -> tuple[float, float]:
        """Sum over the intervals of the one lag within which no replica changes its answer."""
        edges = sorted({0.0, *times, *(t / self.straggler for t in times)})
        always, ordered = 0.0, 0.0
        for begin, end in zip(edges, [*edges[1:], math.inf], strict=True):
            weight = (self.tail(begin) if begin > 0.0 else 1.0) - (
                self.tail(end) if end < math.inf else 0.0
            )
            lag = 0.5 * (begin + end) if end < math.inf else 2.0 * begin + 1.0
            have = [
                ((self.n - 1) * (lag <= t) + (lag * self.straggler <= t)) / self.n for t in times
            ]
            always += weight * math.prod(have)
            ordered += weight * in_order(have)
        return always, ordered


def in_order(seen: Sequence[float]) -> float:
    """Probability that no read misses after one that sees; read i sees with ``seen[i]``."""
    missing, fine = 1.0, 0.0
    for p in seen:
        missing, fine = missing * (1.0 - p), (missing + fine) * p
    return missing + fine


def pair_goes_back(tail: Tail, n: int, first: float, second: float) -> float:
    """Two reads: the first sees the write, the second does not. (1 - 1/n) F(t_1) (1 - F(t_2)).

    They have to be at different replicas, which are independent.
    """
    return (1.0 - 1.0 / n) * (1.0 - tail(first)) * tail(second)


def fresh_lags(tail: Tail, times: Sequence[float]) -> tuple[float, float]:
    """What `Replicas.misses` and `goes_back` become if each read draws a lag of its own. Wrong.

    A write would then be visible at a replica and later no longer. It is the limit of infinitely
    many independent replicas.
    """
    seen = [1.0 - tail(t) for t in times]
    return 1.0 - math.prod(seen), 1.0 - in_order(seen)


def unseen_again(tail: Tail, n: int, think: float, write_rate: float, most: float) -> float:
    """Changes by others that one read sees and the next, ``think`` later, does not; mean number.

    For somebody who only reads, at random independent replicas, what is written at ``write_rate``:
    `pair_goes_back` integrated over the time since the change, up to ``most``. For exponential
    lags of mean m it is write_rate (1 - 1/n) m/2 e^(-think/m).
    """
    steps = 20_000
    ages = (np.arange(steps) + 0.5) / steps * most
    return (
        write_rate * most
        * float(np.mean([pair_goes_back(tail, n, age, age + think) for age in ages.tolist()]))
    )  # fmt: skip
