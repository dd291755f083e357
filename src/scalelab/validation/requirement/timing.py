"""When to build what scales, against closed forms and a grid on which the load is carried on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import numpy as np

from scalelab.models.requirement.timing import Timing, simulate
from scalelab.theory.requirement.timing import (
    above,
    mean_months_until,
    months_until,
    normal,
    overloaded_months,
    reached,
    steady_costs,
    system_cost,
    trigger_by_newsvendor,
    trigger_just_in_time,
)
from scalelab.validation.row import Row, Topic

PATHS, RUNS, HORIZON = 10_000, 10, 48
LEAD, BUILD, CARRYING, LOSS, CAPACITY = 6, 300.0, 20.0, 200.0, 10.0
FULL = math.log(CAPACITY)
STEADY = "compound growth, month by month"
REFLECTION = (
    "reflection principle, {cite:t}`v-chhikara1989`, level corrected by {cite:t}`v-broadie1997`"
)
WALD = "Wald's identity, level corrected by {cite:t}`v-broadie1997`"
NEWSVENDOR = "critical ratio of {cite:t}`v-arrow1951`, one month against the next"
GRID = "numpy: the law of the load carried forward on a grid, no draws"
DRIFT = (
    "The correction is for a drift that is small beside the chance in a month; here it is three "
    "quarters of it. The grid below needs no correction."
)
BETWEEN_TRIGGERS = (
    "Triggers are 5 % of the capacity apart, and no one falls into the right month: a month early."
)


@dataclass(frozen=True)
class Carried:
    """By month: probability that the trigger has been met, and that it is overloaded unready."""

    met: list[float]
    late: list[float]

    def costs(self) -> tuple[float, float]:
        """Of building and carrying, and of failing."""
        carried = sum(self.met[: HORIZON - LEAD])
        return BUILD * self.met[-1] + CARRYING * carried, LOSS * sum(self.late)


def carried_forward(level: float, drift: float, sigma: float) -> Carried:
    """The density of the load that has not met the trigger, one month after the other."""
    width = sigma / 40.0
    lowest = min(0.0, drift * HORIZON) - 8.0 * sigma * math.sqrt(HORIZON)
    n = math.ceil((level - lowest) / width)
    y = level - width * (n - 0.5 - np.arange(n))
    taps = np.arange(-400, 401) * width
    move = np.exp(-0.5 * ((taps - drift) / sigma) ** 2)
    move /= move.sum()
    onwards = np.array([normal(x) for x in (y + drift * LEAD - FULL) / (sigma * math.sqrt(LEAD))])
    share = np.exp(-0.5 * ((y - drift) / sigma) ** 2) * width / (sigma * math.sqrt(2.0 * math.pi))
    met = [0.0]
    late = [0.0, *(above(FULL, drift, sigma, t) for t in range(1, LEAD + 1))]
    for month in range(1, HORIZON):
        met.append(1.0 - float(share.sum()))
        if month + LEAD < HORIZON:
            late.append(float(share @ onwards))
        share = np.convolve(share, move)[400 : 400 + n]
    return Carried(met, late)


def played(**settings: Any) -> Timing:
    return simulate(**{"takes_off": 1.0, "n_paths": PATHS, "n_runs": RUNS, **settings})


def four_errors_of(runs: list[float]) -> float:
    return 4.0 * stdev(runs) / math.sqrt(len(runs))


def four_errors(share: float) -> float:
    """Four standard errors of a share of all futures."""
    return 4.0 * math.sqrt(max(share * (1.0 - share), 1e-6) / (PATHS * RUNS))


def steady() -> Iterator[Row]:
    ours = simulate(takes_off=1.0, uncertainty=0.0, n_paths=10, n_runs=1)
    for trigger in (0.0, 0.3, 0.6, 0.65, 1.0, 1.5):
        needed, early, failing = steady_costs(
            trigger, 0.08, LEAD, BUILD, CARRYING, LOSS, CAPACITY, HORIZON
        )
        found = ours.at(trigger)
        yield Row(
            "Cost, no chance (k€)", f"start {found.name}", "theory", STEADY,
            needed + early + failing, found.total, 1e-9, ".1f",
        )  # fmt: skip
    for growth, lead in ((0.08, 6), (0.08, 12), (0.15, 6), (0.04, 3)):
        settings = f"growth {growth:.0%}, {lead} months to build, 5 times today's load"
        least = simulate(
            takes_off=1.0, growth=growth, uncertainty=0.0, lead_months=lead, n_paths=10, n_runs=1,
            capacity=5.0,
        ).best  # fmt: skip
        just_in_time = trigger_just_in_time(growth, lead)
        # A trigger is met at a month's end, and there is one every 5 % of the capacity.
        yield Row(
            "Best trigger, no chance", settings, "theory",
            "load over capacity when it is just in time, $(1 + \\gamma)^{-\\ell}$",
            just_in_time, least.trigger, 0.05 + growth * just_in_time, ".3f",
        )  # fmt: skip
        full = math.ceil(months_until(5.0, growth))
        yield Row(
            "Its cost, no chance (k€)", settings, "theory",
            "ready in the month in which it is needed", BUILD + CARRYING * (HORIZON - full),
            least.total, 1e-9, ".1f", BETWEEN_TRIGGERS if (growth, lead) == (0.08, 12) else "",
        )  # fmt: skip


def chance() -> Iterator[Row]:
    for growth, sigma in ((0.08, 0.1), (0.0, 0.2), (0.02, 0.2), (0.08, 0.2), (0.08, 0.3)):
        ours = played(growth=growth, uncertainty=sigma)
        drift = math.log1p(growth)
        never = 1.0 - reached(FULL, drift, sigma, HORIZON - 1)
        yield Row(
            "Never needed", f"growth {growth:.0%}, chance {sigma:.0%}", "theory", REFLECTION,
            never, ours.never_needed, four_errors(never) + 0.001, ".4f",
            DRIFT if drift > 0.5 * sigma else "",
        )  # fmt: skip
        on_grid = 1.0 - carried_forward(FULL, drift, sigma).met[-1]
        yield Row(
            "Never needed", f"growth {growth:.0%}, chance {sigma:.0%}", "peer", GRID,
            on_grid, ours.never_needed, four_errors(on_grid), ".4f",
        )  # fmt: skip
    for growth, sigma in ((0.04, 0.2), (0.08, 0.1)):
        # Carrying at 1 from the month of the trigger on, and nothing else, counts the months left.
        ours = played(
            growth=growth, uncertainty=sigma, lead_months=0, build=0.0, carrying=1.0, loss=0.0,
            capacity=3.0, horizon_months=240,
        )  # fmt: skip
        mean = mean_months_until(math.log(3.0), math.log1p(growth), sigma)
        yield Row(
            "Mean months until it is full", f"growth {growth:.0%}, chance {sigma:.0%}, 3 times",
            "theory", WALD, mean, 240.0 - ours.broke.total, 0.01 * mean, ".2f",
            DRIFT if math.log1p(growth) > 0.5 * sigma else "",
        )  # fmt: skip


def costs() -> Iterator[Row]:
    for growth, sigma in ((0.03, 0.3), (0.08, 0.1)):
        drift = math.log1p(growth)
        runs = [
            played(growth=growth, uncertainty=sigma, n_runs=1, seed=seed) for seed in range(RUNS)
        ]
        for trigger in (0.3, 0.5, 1.0):
            policies = [run.at(trigger) for run in runs]
            failing = [policy.failing for policy in policies]
            system = [policy.total - policy.failing for policy in policies]
            level = math.log(trigger * CAPACITY)
            about = f"start {policies[0].name}, growth {growth:.0%}, chance {sigma:.0%}"
            for name, on_grid, measured in zip(
                ("Cost of building and carrying (k€)", "Cost of failing (k€)"),
                carried_forward(level, drift, sigma).costs(), (system, failing), strict=True,
            ):  # fmt: skip
                yield Row(
                    name, about, "peer", GRID, on_grid, fmean(measured), four_errors_of(measured),
                    ".2f",
                )  # fmt: skip
            if drift < 0.5 * sigma:
                reference = system_cost(level, drift, sigma, LEAD, BUILD, CARRYING, HORIZON)
                yield Row(
                    "Cost of building and carrying (k€)", about, "theory", REFLECTION, reference,
                    fmean(system), four_errors_of(system) + 0.01 * reference, ".2f",
                )  # fmt: skip
        never = [run.never.failing for run in runs]
        overloaded = overloaded_months(FULL, drift, sigma, HORIZON)
        yield Row(
            "Cost of failing (k€)", f"never, growth {growth:.0%}, chance {sigma:.0%}", "theory",
            "normal law of each month's load", LOSS * overloaded, fmean(never),
            four_errors_of(never), ".2f",
        )  # fmt: skip


def best() -> Iterator[Row]:
    for lead, loss in ((2, 200.0), (6, 50.0), (6, 200.0), (6, 1000.0), (12, 200.0)):
        found = played(build=0.0, lead_months=lead, loss=loss).best
        yield Row(
            "Best trigger, building for free", f"{lead} months to build, loss {loss:g} k€",
            "theory", NEWSVENDOR, trigger_by_newsvendor(0.08, 0.1, lead, CARRYING, loss),
            found.trigger, 0.05, ".3f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from steady()
    yield from chance()
    yield from costs()
    yield from best()


TOPIC = Topic(
    "Timing",
    f"Growth of 8% a month, {CAPACITY:g} times today's load, {LEAD} months to build for "
    f"{BUILD:g} k€, {CARRYING:g} k€ a month to have it, {LOSS:g} k€ a month of overload, "
    f"{HORIZON} months, if nothing else is said; all products take off; {PATHS * RUNS:,} futures. "
    "All money is assumed, so no figure here is anybody's experience.",
    rows,
)
