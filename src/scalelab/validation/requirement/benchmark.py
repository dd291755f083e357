"""Intervals for a percentile: exact for independent requests, and tried on a queue."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.kernels.requirement import benchmark as kernel
from scalelab.models.requirement.benchmark import Judgement, judge
from scalelab.theory.requirement import benchmark as theory
from scalelab.theory.requirement.load_test import mm1_quantile
from scalelab.validation.row import Row, Topic

BINOMIAL = "binomial probabilities, {cite:t}`v-meeker2017`"
WILKS = "{cite:t}`v-wilks1941`"
NEWCOMBE = "{cite:t}`v-newcombe1998`, table I, method 3"
MM1 = "M/M/1, {cite:t}`v-kleinrock1975`"
TESTS, REQUESTS, SERVICE = 1000, 12_000, 35.0
CLUSTERED = (
    "requests that meet the same queue are slow together; the interval counts each of them as news"
)
SHORT = (
    "the promise is not kept in full: a tail of few, long slow spells varies more than 20 batches "
    "of one test can show, and the test that misses the spells underrates them. The busier the "
    "server, or the higher the percentile, the longer the test has to be"
)


def counting() -> Iterator[Row]:
    for n, p in ((100, 0.5), (100, 0.9), (500, 0.99), (1000, 0.95), (12_000, 0.99), (5000, 0.999)):
        where = f"{n:,} requests, {100 * p:g}%"
        low, high = kernel.ranks(n, p)
        wanted = theory.ranks(n, p)
        yield Row("Lower rank", where, "theory", BINOMIAL, wanted[0], low, 0.0, ",.0f")
        yield Row("Upper rank", where, "theory", BINOMIAL, wanted[1], high, 0.0, ",.0f")
    for p, confidence, published in ((0.95, 0.95, 59), (0.99, 0.95, 299)):
        yield Row(
            "Fewest requests", f"{100 * p:g}%, one-sided {confidence:.0%}", "theory",
            f"p^n <= {1 - confidence:.2f}, {WILKS}", published, theory.fewest(p, confidence), 0.0,
            ",.0f",
        )  # fmt: skip
    for p in (0.95, 0.99, 0.999):
        yield Row(
            "Fewest requests with an upper end", f"{100 * p:g}%", "theory", WILKS,
            theory.fewest(p, 0.975), kernel.fewest(p), 0.0, ",.0f",
        )  # fmt: skip
    for failed, tried, least, most in (
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):  # fmt: skip
        ours = kernel.wilson(failed / tried, float(tried))
        where = f"{failed} of {tried}"
        yield Row("Share, from", where, "published", NEWCOMBE, least, ours[0], 5e-5, ".4f")
        yield Row("Share, to", where, "published", NEWCOMBE, most, ours[1], 5e-5, ".4f")


def queue(rng: np.random.Generator, busy: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(arrivals in s, times in ms) of an M/M/1 queue that has been running for ever."""
    gaps = rng.exponential(SERVICE / busy, n)
    service = rng.exponential(SERVICE, n)
    steps = np.concatenate([[0.0], np.cumsum(service[:-1] - gaps[1:])])
    first = rng.exponential(SERVICE / (1.0 - busy)) if rng.random() < busy else 0.0
    waits = np.maximum(steps + first, steps - np.minimum.accumulate(steps))
    return np.cumsum(gaps) / 1e3, waits + service


def alone(rng: np.random.Generator, busy: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The same law of the times, without the queue that they would share."""
    return np.arange(n) / 20.0, rng.exponential(SERVICE / (1.0 - busy), n)


def holds(interval: tuple[float | None, float | None], truth: float) -> bool:
    low, high = interval
    return (low is None or low <= truth) and (high is None or truth <= high)


def judged(busy: float, p: float, n: int, clustered: bool, seed: int) -> list[Judgement]:
    rng = np.random.default_rng(seed)
    made = queue if clustered else alone
    found = []
    for _ in range(TESTS):
        start, ms = made(rng, busy, n)
        found.append(judge(start, ms, np.ones(n, bool), percentile=p))
    return found


def promises() -> Iterator[Row]:
    error = 4.0 * math.sqrt(0.95 * 0.05 / TESTS)
    promised = "95% of 95% intervals, 4 standard errors"
    for p in (0.5, 0.99):
        exact = theory.coverage(REQUESTS, p, *theory.ranks(REQUESTS, p))
        where = f"independent requests, p{100 * p:g}"
        found = judged(0.7, p, REQUESTS, False, 5)
        truth = mm1_quantile(p, 0.7 / SERVICE, SERVICE)
        naive = float(np.mean([holds(each.naive_ms, truth) for each in found]))
        yield Row(
            "As if independent: holds the truth", where, "theory", BINOMIAL, exact, naive, error,
            ".3f",
        )  # fmt: skip
        batched = float(np.mean([holds(each.interval_ms, truth) for each in found]))
        yield Row(
            "By batches: holds the truth", where, "theory", promised, 0.95, batched, error, ".3f"
        )  # fmt: skip
    for busy, p in ((0.5, 0.99), (0.7, 0.5), (0.7, 0.99), (0.9, 0.99)):
        found = judged(busy, p, REQUESTS, True, 6)
        truth = mm1_quantile(p, busy / SERVICE, SERVICE)
        where = f"a queue, {busy:.0%} busy, p{100 * p:g}"
        values = [each.value_ms for each in found]
        yield Row(
            "Percentile (ms), mean of the tests", where, "theory", MM1, truth,
            float(np.mean(values)), 0.02 * truth, ",.1f",
            "a percentile of so few slow spells is drawn to the side where most of them are missed"
            if abs(float(np.mean(values)) - truth) > 0.02 * truth else "",
        )  # fmt: skip
        for name, interval, why in (
            ("As if independent", [each.naive_ms for each in found], CLUSTERED),
            ("By batches", [each.interval_ms for each in found], SHORT),
        ):
            share = float(np.mean([holds(each, truth) for each in interval]))
            yield Row(
                f"{name}: holds the truth", where, "theory", promised, 0.95, share, error, ".3f",
                why if share < 0.95 - error else "",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from counting()
    yield from promises()


TOPIC = Topic(
    "Judging a load test",
    f"Intervals for percentiles and shares, and what they hold: {TESTS:,} tests of {REQUESTS:,} "
    f"requests each, by a server that takes {SERVICE:g} ms a request on average.",
    rows,
)
