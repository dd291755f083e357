"""Sampling of traces by other ways: coins that are counted, fractions, and sums over all cases.

Weights are those of D. G. Horvitz and D. J. Thompson, "A Generalization of Sampling Without
Replacement From a Finite Universe", JASA 47(260) 1952; a sample of fixed size from a stream of
unknown length is Algorithm R in J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11(1)
1985; what waits in a collector is J. D. C. Little, "A Proof for the Queuing Formula: L = lambda W",
Operations Research 9(3) 1961.
"""

import itertools
import math
import random
from collections.abc import Iterable, Sequence
from fractions import Fraction


def seen(failed: int, kept: float, needed: int = 1) -> float:
    """Chance that of so many failed requests ``needed`` are kept: coins, binomial.

    >>> f"{seen(60, 0.01):.4f} {seen(300, 0.01):.4f}"
    '0.4528 0.9510'
    """
    missing = math.fsum(
        math.comb(failed, j) * kept**j * (1.0 - kept) ** (failed - j)
        for j in range(min(needed, failed + 1))
    )
    return 1.0 - missing


def seen_at_random(mean_failed: float, kept: float, needed: int = 1, most: int = 3000) -> float:
    """The same if the number of failed requests is itself a Poisson number: over all of them.

    >>> f"{seen_at_random(60.0, 0.01):.6f} {1.0 - math.exp(-0.6):.6f}"
    '0.451188 0.451188'
    """
    chances = (
        math.exp(n * math.log(mean_failed) - mean_failed - math.lgamma(n + 1.0))
        * seen(n, kept, needed)
        for n in range(most)
    )
    return math.fsum(chances)


def failed_until(kept: Fraction, needed: int = 1) -> Fraction:
    """Mean number of failed requests until so many are kept: negative binomial.

    >>> failed_until(Fraction(1, 100), 3)
    Fraction(300, 1)
    """
    return needed / kept


def failed_until_sure(kept: float, sure: float = 0.95) -> float:
    """Failed requests until one is kept with that chance. About 3 / kept for 95 %.

    >>> f"{failed_until_sure(0.01):.1f}"
    '298.1'
    """
    return math.log(1.0 - sure) / math.log1p(-kept)


def whole(coins: Sequence[Fraction]) -> Fraction:
    """Chance that every service keeps its part, of all results of their coins.

    >>> whole([Fraction(1, 10)] * 3)
    Fraction(1, 1000)
    """
    total = Fraction(0)
    for results in itertools.product((True, False), repeat=len(coins)):
        chance = math.prod(
            (p if kept else 1 - p for p, kept in zip(coins, results, strict=True)),
            start=Fraction(1),
        )
        total += chance if all(results) else 0
    return total


def first_of_second(mean: float, most: int, terms: int = 2000) -> float:
    """Part of the requests that are among the first so many of their second: over all numbers.

    >>> f"{first_of_second(2.0, 1):.4f} {(1.0 - math.exp(-2.0)) / 2.0:.4f}"
    '0.4323 0.4323'
    """
    chances = (
        min(n, most) * math.exp(n * math.log(mean) - mean - math.lgamma(n + 1.0))
        for n in range(1, terms)
    )
    return math.fsum(chances) / mean


def weighted(values: Iterable[Fraction], chances: Iterable[Fraction]) -> Fraction:
    """Horvitz and Thompson's sum: each that was kept counts as one over its chance.

    >>> weighted([Fraction(1), Fraction(1)], [Fraction(1), Fraction(1, 100)])
    Fraction(101, 1)
    """
    return sum((v / p for v, p in zip(values, chances, strict=True)), Fraction(0))


def moments_of_weighted(
    values: Sequence[Fraction], chances: Sequence[Fraction]
) -> tuple[Fraction, Fraction]:
    """Mean and variance of that sum over all samples, each kept by a coin of its own.

    >>> moments_of_weighted([Fraction(1), Fraction(1), Fraction(0)], [Fraction(1, 4)] * 3)
    (Fraction(2, 1), Fraction(6, 1))
    """
    mean, square = Fraction(0), Fraction(0)
    for results in itertools.product((True, False), repeat=len(values)):
        chance = math.prod(
            (p if kept else 1 - p for p, kept in zip(chances, results, strict=True)),
            start=Fraction(1),
        )
        kept_ones = [i for i, kept in enumerate(results) if kept]
        total = weighted((values[i] for i in kept_ones), (chances[i] for i in kept_ones))
        mean += chance * total
        square += chance * total**2
    return mean, square - mean**2


def error_of_rate(rate: float, kept: float, requests: float) -> float:
    """Standard error of an error rate from coins, where the number of requests is known.

    >>> f"{error_of_rate(0.01, 0.01, 1_000_000.0):.6f}"
    '0.000995'
    """
    return math.sqrt(rate * (1.0 - kept) / (kept * requests))


def reads(errors: Fraction, slow: Fraction, share: Fraction) -> tuple[Fraction, Fraction]:
    """Errors and slow ones among the traces that a tail sampler keeps, counted without weights.

    >>> [str(each) for each in reads(Fraction(1, 100), Fraction(1, 100), Fraction(1, 100))]
    ['50/149', '50/149']
    """
    kept = errors + slow + share * (1 - errors - slow)
    return errors / kept, slow / kept


def waiting(traces_per_s: Fraction, wait_s: Fraction) -> Fraction:
    """Traces that a collector holds: Little's law.

    >>> waiting(Fraction(2000), Fraction(30))
    Fraction(60000, 1)
    """
    return traces_per_s * wait_s


def longest_wait_s(traces_per_s: Fraction, room: int) -> Fraction:
    """For so long can a collector wait that drops the oldest of ``room`` traces for a new one.

    >>> longest_wait_s(Fraction(2000), 50_000)
    Fraction(25, 1)
    """
    return room / traces_per_s


def usd_by_spans(requests_per_s: float, spans: float, usd_per_million: float) -> float:
    """Bill of a month (730 hours) where spans are counted; with one span, where traces are.

    >>> f"{usd_by_spans(2000.0, 20.0, 0.20):,.0f} {usd_by_spans(2000.0, 1.0, 5.0):,.0f}"
    '21,024 26,280'
    """
    return requests_per_s * 730.0 * 3600.0 * spans / 1e6 * usd_per_million


def reservoir(stream: Iterable[int], size: int, chance: random.Random) -> list[int]:
    """So many of a stream, each as likely, without knowing how long it is (Algorithm R).

    >>> reservoir(range(3), 5, random.Random(1))
    [0, 1, 2]
    """
    kept: list[int] = []
    for n, each in enumerate(stream):
        if n < size:
            kept.append(each)
        else:
            place = chance.randrange(n + 1)
            if place < size:
                kept[place] = each
    return kept
