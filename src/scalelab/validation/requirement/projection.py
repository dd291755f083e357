"""The projection, against other arithmetic, closed forms, a known truth, and its own promise."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np

from scalelab.facts import history
from scalelab.kernels.jit import Floats
from scalelab.kernels.requirement import projection as kernel
from scalelab.models.requirement.projection import backtest, project
from scalelab.theory.requirement.projection import doubling, memory_inflation, trend_variance
from scalelab.validation.row import Row, Topic

LSTSQ = "least squares with numpy's *lstsq* on the same days, whitened by the whole matrix"
LINE = "{cite:t}`v-draper1998`, section 1.4, and {cite:t}`v-grenander1954`"
PROMISE = "95% of days in a 95% band"
RUNS = 1000
SHOP_FROM = date(2022, 1, 1)
VIEWS = np.array(history.PAGE_VIEWS, float)
RIDES = np.array(history.TAXI_RIDES, float)
SEASON = (
    "a year of history says nothing about what the season does next, and its slope passes for a "
    "trend that goes on. The shop without its yearly season keeps the promise: 94 to 95%"
)
SPIKES = (
    "some of the days outside are spikes, more than twice as far off as the band reaches; the "
    "others seem to come with changes of the level, of which the model knows nothing"
)
HOLIDAYS = (
    "nine in ten of the days outside are around Thanksgiving, Christmas and New Year, or the snow "
    "storm of January 2015; what was learned from had no such days"
)
CAMPAIGNS = (
    "one day in 60 is a campaign, which is set aside in the fit and counted here; the same shop "
    "without campaigns: 94%"
)


def same_coefficients() -> Iterator[Row]:
    """Ours by normal equations day by day; numpy's by an orthogonal decomposition of the matrix."""
    cases = (
        ("views of an article, last two years", VIEWS, history.PAGE_VIEWS_FROM, 730),
        ("taxi rides, last 112 days", RIDES, history.TAXI_RIDES_FROM, 112),
    )
    for name, loads, first, days in cases:
        ours = project(loads, first, 7, days)
        start = loads.size - days
        kept = [
            i for i in range(start, loads.size) if loads[i] > 0.0 and i not in set(ours.set_aside)
        ]
        design = []
        for i in kept:
            weekday = (first + timedelta(i)).weekday()
            effects = [-1.0] * 6 if weekday == 6 else [float(weekday == k) for k in range(6)]
            angle = 2.0 * np.pi * i / 365.25
            waves = [np.cos(angle), np.sin(angle), np.cos(2.0 * angle), np.sin(2.0 * angle)]
            season = waves if days >= 730 else []
            design.append([1.0, (i - loads.size) / 365.25, *effects, *season])
        apart = np.abs(np.subtract.outer(np.array(kept), np.array(kept)))
        root = np.linalg.cholesky(ours.memory**apart)
        theirs = np.linalg.lstsq(
            np.linalg.solve(root, np.array(design)),
            np.linalg.solve(root, np.log(loads[kept])),
            rcond=None,
        )[0]
        for k, quantity in ((0, "Level"), (1, "Trend a year"), (2, "Monday")):
            yield Row(
                f"{quantity} (of the logarithm)", name, "peer", LSTSQ, float(theirs[k]),
                float(ours.coefficients[k]), 1e-9, ".9f",
            )  # fmt: skip


def slope() -> Iterator[Row]:
    """The spread of estimated trends, for loads that are a line and noise with memory."""
    n, sigma = 420, 0.1
    days = np.arange(n)
    for phi in (0.0, 0.5, 0.8):
        rng = np.random.default_rng(3)
        trends = []
        for _ in range(RUNS):
            noise = rng.normal(0.0, sigma, n)
            for i in range(1, n):
                noise[i] = phi * noise[i - 1] + np.sqrt(1.0 - phi * phi) * noise[i]
            found = project(1000.0 * np.exp(0.001 * days + noise), SHOP_FROM, 1)
            trends.append(found.coefficients[1] / 365.25)
        wanted = np.sqrt(trend_variance(n, sigma) * memory_inflation(phi))
        yield Row(
            "Standard deviation of the trend, % a month",
            f"{n} days, noise 10%, autocorrelation {phi}", "theory", LINE,
            3043.75 * float(wanted), 3043.75 * float(np.std(trends)),
            3043.75 * 4.0 * float(wanted) / np.sqrt(2.0 * RUNS), ".4f",
        )  # fmt: skip


@cache
def shops(days: int, horizon: int) -> dict[str, Floats]:
    """What each of `RUNS` shops without campaigns says, whose truth is known."""
    found: dict[str, list[float]] = {}
    for seed in range(RUNS):
        loads = kernel.shop(seed, days + horizon, 0.0)
        ahead = project(loads[:days], SHOP_FROM, horizon)
        to_come = loads[days:]
        low, high = ahead.growth_interval
        held = (ahead.band_95[0] <= to_come) & (to_come <= ahead.band_95[1])
        narrow = (ahead.band_80[0] <= to_come) & (to_come <= ahead.band_80[1])
        for name, value in (
            ("growth", ahead.growth_a_month),
            ("doubling", ahead.doubling_months),
            ("95% interval of growth holds 3%", float(low <= 0.03 <= high)),
            *((f"95% band holds day {day}", float(held[day - 1])) for day in (1, 28, horizon)),
            *((f"80% band holds day {day}", float(narrow[day - 1])) for day in (1, 28, horizon)),
        ):
            found.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in found.items()}


def known_truth() -> Iterator[Row]:
    for days, horizon in ((730, 91), (1095, 182)):
        where = f"{RUNS:,} shops, {days} days"
        for name, values in shops(days, horizon).items():
            error = 4.0 * float(np.std(values)) / np.sqrt(RUNS)
            if name == "growth":
                yield Row(
                    "Growth a month", where, "theory", "the truth", 0.03, float(values.mean()),
                    error, ".5f",
                )  # fmt: skip
            elif name == "doubling":
                yield Row(
                    "Months to double", where, "theory", "ln 2 / ln 1.03", doubling(0.03),
                    float(np.median(values)), 1.2533 * error, ".3f",
                )  # fmt: skip
            else:
                share = 0.8 if name.startswith("80%") else 0.95
                yield Row(
                    name, where, "theory", "the band's promise", share, float(values.mean()),
                    4.0 * float(np.sqrt(share * (1.0 - share) / RUNS)), ".3f",
                )  # fmt: skip


def promise_kept() -> Iterator[Row]:
    """The same band, where nobody knows the truth."""
    made_up = kernel.shop(kernel.SHOP_SEED, kernel.SHOP_DAYS, kernel.SHOP_BETWEEN)
    cases = (
        ("views of an article", VIEWS, history.PAGE_VIEWS_FROM, 364, 91, SEASON),
        ("views of an article", VIEWS, history.PAGE_VIEWS_FROM, 730, 91, SPIKES),
        ("taxi rides", RIDES, history.TAXI_RIDES_FROM, 107, 28, HOLIDAYS),
        ("the shop, with campaigns", made_up, SHOP_FROM, 364, 91, SEASON),
        ("the shop, with campaigns", made_up, SHOP_FROM, 730, 91, CAMPAIGNS),
    )
    for name, loads, first, days, horizon, explanation in cases:
        found = backtest(loads, first, days, horizon)
        where = f"{name}, {days} days, {horizon} ahead"
        yield Row(
            "Days in the 95% band", where, "theory", PROMISE, 0.95, found.in_95, 0.02, ".3f",
            explanation,
        )  # fmt: skip
        assert found.in_widened is not None
        yield Row(
            "Days in the widened band", where, "theory",
            "{cite:t}`v-lei2018`, for days that are exchangeable", 0.95, found.in_widened, 0.03,
            ".3f", "days to come are not like those of the backtest, so nothing is promised"
            if abs(found.in_widened - 0.95) > 0.03 else "",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from same_coefficients()
    yield from slope()
    yield from known_truth()
    yield from promise_kept()


TOPIC = Topic(
    "Projection of the load",
    f"Least squares in another arithmetic; {RUNS:,} made-up histories, of which the truth is "
    "known; and histories of which it is not, each forecast from 20 of its days. Four standard "
    "errors where there is chance.",
    rows,
)
