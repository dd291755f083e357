"""A load that changes with the hour, against the theory of such processes and measured series."""

import math
from collections.abc import Iterator

import numpy as np

from scalelab.facts.week import TAXI_WEEK
from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.kernels.workload import temporal as kernel
from scalelab.models.workload.temporal import SYSTEMS, WIDTHS, arrivals, simulate, week
from scalelab.theory.workload.temporal import (
    busiest,
    expected,
    first_minute_over_hour,
    load_factor,
    rescaled,
    two_regions,
    with_a_special_day,
)
from scalelab.validation.row import Row, Topic

CHANGE_OF_TIME = "change of time, see the theory module *temporal*"
EXTREMES = "independent Poisson numbers: probabilities of the windows multiplied"
NAB = (
    "half hours of *nyc_taxi* of the Numenta Anomaly Benchmark, averaged by another program "
    "(all days alike; ours: the mean over weekdays)"
)
ARMBRUST = "{cite:t}`v-armbrust2010`: 500 servers at noon, 100 at midnight, 300 on average"
REQUESTS, FIRST = 20_000.0, 0.02
HOUR_S = 3600.0
YEARS = 400


def process() -> Iterator[Row]:
    for system in SYSTEMS:
        rates = week(system, REQUESTS)
        times = arrivals(rates, seed=5 + SYSTEMS.index(system))
        mean = expected(rates, HOUR_S)
        yield Row(
            f"{system}: requests of a week", f"{REQUESTS:,.0f} a day", "theory", CHANGE_OF_TIME,
            mean, float(times.size), 4.0 * math.sqrt(mean), ",.0f",
        )  # fmt: skip
        gaps = np.diff(rescaled(times, rates, HOUR_S))
        n = gaps.size
        yield Row(
            f"{system}: rescaled gaps, mean", f"{n:,} gaps", "theory", CHANGE_OF_TIME,
            1.0, float(gaps.mean()), 4.0 / math.sqrt(n), ".4f",
        )  # fmt: skip
        # 1.95 over the root of n is exceeded once in a thousand.
        yield Row(
            f"{system}: rescaled gaps, furthest from exponential",
            "Kolmogorov and Smirnov's distance", "theory", CHANGE_OF_TIME,
            0.0, furthest(gaps), 1.95 / math.sqrt(n), ".4f",
        )  # fmt: skip
    share = FIRST + (1.0 - FIRST) / 60.0
    times = arrivals(week("Shop", REQUESTS), FIRST, 6)
    yield Row(
        "Shop: first minute over the hour", f"{FIRST:.0%} come in it on top", "theory",
        "its share times 60", first_minute_over_hour(FIRST),
        60.0 * float(np.mean(times % HOUR_S < 60.0)),
        240.0 * math.sqrt(share * (1.0 - share) / times.size), ".3f",
    )  # fmt: skip


def furthest(gaps: Floats) -> float:
    """Distance of Kolmogorov and Smirnov between gaps and the exponential law with mean 1."""
    law = 1.0 - np.exp(-np.sort(gaps))
    n = gaps.size
    return float(max(np.max(np.arange(1, n + 1) / n - law), np.max(law - np.arange(n) / n)))


def median_peak(rates: Floats, weeks: int, width: int) -> float:
    """What the busiest window of so many weeks does not exceed in half of the cases."""
    minute = FIRST + (1.0 - FIRST) / 60.0
    n = 60 // width
    in_first, later = HOUR_S * rates * minute / n, HOUR_S * rates * (1.0 - minute) / (59 * n)
    numbers = np.repeat([weeks * n, weeks * 59 * n], rates.size)
    return busiest(np.concatenate([in_first, later]), numbers, 0.5)


def peaks() -> Iterator[Row]:
    """Days all alike, so that the exact distribution is a product."""
    weeks = 4
    for system, requests in (("Shop", 2e4), ("Shop", 2e6), ("HR system", 2e5)):
        rates = week(system, requests)
        for width, seconds in ((kernel.SECOND, 1), (kernel.MINUTE, 60)):
            state = generator(7)
            factors = np.ones(7 * weeks)
            drawn = [
                kernel.peak(state, rates, factors, FIRST, width) * seconds for _ in range(YEARS)
            ]
            reference = median_peak(rates, weeks, seconds)
            # The middle of so many is itself off by about 1.25 standard errors; and it is a whole
            # number, so one request more or less.
            error = 4.0 * 1.25 * float(np.std(drawn)) / math.sqrt(YEARS) + 1.0
            yield Row(
                f"{system}: busiest {WIDTHS[width]} of four weeks, median",
                f"{requests:,.0f} requests a day", "theory", EXTREMES,
                reference, float(np.median(drawn)), error, ",.0f",
            )  # fmt: skip


def measures() -> Iterator[Row]:
    taxis = np.array(TAXI_WEEK, float)
    by_hour = taxis.mean(axis=0)
    yield Row(
        "Taxis in New York: busiest over quietest hour of the day", "July 2014 to January 2015",
        "published", NAB, 6.39, float(by_hour.max() / by_hour.min()), 0.02, ".2f",
    )  # fmt: skip
    day = 300.0 + 200.0 * np.sin(2.0 * np.pi * np.arange(24) / 24.0)
    yield Row(
        "Server-hours used of those for the peak", "a sine over the day", "published", ARMBRUST,
        7200.0 / 12_000.0, load_factor(day), 1e-12, ".4f",
    )  # fmt: skip
    for hours in (3, 9, 12):
        home = 1.0 + 0.8 * np.sin(2.0 * np.pi * np.arange(168) / 24.0)
        both = kernel.with_second(home, 1.0, hours)
        # The highest of whole hours: up to half an hour beside the sine's own.
        yield Row(
            "Two equal regions: peak over mean", f"a swing of 80%, {hours} h apart", "theory",
            "the sum of two sines is one", two_regions(0.8, hours),
            float(both.max() / both.mean()), 0.8 * (1.0 - math.cos(math.pi / 24.0)) + 1e-12, ".4f",
        )  # fmt: skip
    for special in (3.0, 10.0):
        rates = week("Shop", 1e6)
        reference = with_a_special_day(
            float(rates.mean()), float(rates[96:120].mean()), special, 364
        )  # fmt: skip
        yield Row(
            "Shop: mean of the year (requests/s)", f"one Friday brings {special:g} times its load",
            "theory", "one day of 364", reference, simulate(special=special, n_runs=1).mean, 1e-9,
            ".4f",
        )  # fmt: skip


def recovered() -> Iterator[Row]:
    """Two weeks each of which the truth is known; how often the 95 % intervals hold it."""
    runs, days, spread = 200, 14, 0.15
    truth = week("Shop", 4000.0).reshape(7, 24)
    held = np.zeros(4)
    for seed in range(runs):
        normals = np.random.default_rng(seed).normal(size=days)
        variance = math.log1p(spread**2)
        factors = np.exp(math.sqrt(variance) * normals - variance / 2.0)
        rates = np.tile(truth.ravel(), 2) * np.repeat(factors, 24)
        found = kernel.fit(4.0 * 86_400.0 + np.floor(arrivals(rates, FIRST, seed)), 0.1)
        mean = truth.mean(axis=0)
        weekday = truth.mean(axis=1) / truth.mean()
        held += [
            np.mean((found.low <= mean) & (mean <= found.high)),
            np.mean((found.weekday_low <= weekday) & (weekday <= found.weekday_high)),
            found.spread.low <= spread <= found.spread.high,
            found.first.low <= FIRST <= found.first.high,
        ]
    error = 4.0 * math.sqrt(0.95 * 0.05 / runs)
    names = ("rates by hour", "weekdays", "spread of days", "first minute")
    for name, value in zip(names, held / runs, strict=True):
        yield Row(
            f"95% intervals that hold the truth: {name}", f"{runs} logs of two weeks", "theory",
            "a 95 % interval holds 95 of 100", 0.95, float(value), error, ".1%",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from process()
    yield from peaks()
    yield from measures()
    yield from recovered()


TOPIC = Topic(
    "Week",
    "Requests that come at random at a rate that changes from hour to hour: their number, their "
    f"gaps, the busiest windows (medians of {YEARS} runs), and what a fit says of logs whose "
    "truth is known. Four standard errors apart at most.",
    rows,
)
