"""Capacity that follows demand, against closed forms, a published example and another program."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from scalelab.facts.elasticity import EXAMPLE_FOLLOWING, EXAMPLE_FOR_THE_PEAK
from scalelab.models.introduction.elasticity import STRATEGIES, Elasticity, simulate
from scalelab.theory.introduction.elasticity import (
    held,
    largest_gap_of_sale,
    peak_over_mean,
    ramp_shortfall,
    refused_by_fixed,
    refused_by_sale,
    swing,
    target_that_follows,
)
from scalelab.validation.row import Row, Topic

MEAN, PEAK, ELASTIC, TOLD = STRATEGIES
GEOMETRY = "area under a sine, see the theory module *elasticity*"
FOLLOWS = "demand a lag ago over the target, see the theory module *elasticity*"
METRICS = (
    "the same two areas as metrics: {cite:t}`v-herbst2013`, precision of scaling down and up, with "
    "demand and machines of the day's closed form"
)
EXAMPLE = "{cite:t}`v-armbrust2010`, the example of figure 2a"
WINDOWS = "largest and smallest of NumPy's sliding windows over the same demand"
# So many machines that rounding up to whole ones does not show.
LARGE, MACHINE = 1_000_000.0, 100.0


def of(strategy: str, **settings: float) -> Elasticity:
    """A day without chance, and without a sale or delays unless there are some in ``settings``."""
    given = {
        "sale": 1.0, "boot_s": 0.0, "hold_min": 0.0, "measure_s": 0.0, "target": 1.0,
        "mean_rate": LARGE, "per_machine": MACHINE, **settings,
    }  # fmt: skip
    return simulate(strategy, burst=0.0, most=10_000_000, n_runs=1, **given)  # type: ignore[arg-type]


def costs() -> Iterator[Row]:
    for ratio in (1.5, 2.0, 4.0, 10.0):
        ours = of(PEAK, peak_to_trough=ratio).machine_hours
        ours /= of(ELASTIC, peak_to_trough=ratio).machine_hours
        reference = peak_over_mean(ratio)
        yield Row(
            "Cost for the peak over cost of following", f"evening {ratio:g} times the night",
            "theory", GEOMETRY, reference, ours, 1e-3, ".4f",
        )  # fmt: skip
    for hold in (10.0, 60.0):
        ours = of(ELASTIC, hold_min=hold, target=0.7).machine_hours * MACHINE * 0.7 / LARGE / 24.0
        yield Row(
            "Paid for over what is needed", f"given back after {hold:g} min", "theory", GEOMETRY,
            held(swing(4.0), hold / 60.0), ours, 2e-3, ".4f",
        )  # fmt: skip
    shop = of(ELASTIC, mean_rate=1000.0).machine_hours / 24.0
    yield Row(
        "Mean machines of the shop", "ten on average, whole ones", "theory",
        "rounding up costs half a machine on average", 10.5, shop, 0.1, ".2f",
    )  # fmt: skip
    for name, strategy, fact in (
        ("server-hours for the peak", PEAK, EXAMPLE_FOR_THE_PEAK),
        ("server-hours that follow", ELASTIC, EXAMPLE_FOLLOWING),
    ):
        ours = of(strategy, peak_to_trough=5.0, mean_rate=300.0, per_machine=1.0).machine_hours
        yield Row(
            f"A day's {name}", "500 servers by day, 100 at night", "published", EXAMPLE,
            fact.value, ours, 0.003 * fact.value, ",.0f",
        )  # fmt: skip


def refusals() -> Iterator[Row]:
    for ratio in (2.0, 4.0, 10.0):
        for target in (1.0, 0.8):
            reference = refused_by_fixed(1.0 / target, swing(ratio))
            ours = of(MEAN, peak_to_trough=ratio, target=target).refused_share
            yield Row(
                "Refused by machines for the mean",
                f"evening {ratio:g} times the night, busy to {target:.0%}", "theory", GEOMETRY,
                reference, ours, 2e-4, ".4f",
            )  # fmt: skip


def day_that_is_followed() -> Iterator[Row]:
    """By bisection, the highest target at which elastic refuses nothing."""
    for lag_s in (300.0, 900.0, 3600.0):
        low, high = 0.05, 1.0
        while high - low > 1e-4:
            middle = 0.5 * (low + high)
            refused = of(ELASTIC, target=middle, boot_s=lag_s).refused
            low, high = (low, middle) if refused > 0.0 else (middle, high)
        yield Row(
            "Highest target that refuses none", f"evening 4 times the night, {lag_s:g} s late",
            "theory", FOLLOWS, target_that_follows(swing(4.0), lag_s / 3600.0), low, 1e-3, ".4f",
        )  # fmt: skip


def sales() -> Iterator[Row]:
    for rise, boot, target in (
        (0.0, 300.0, 0.7), (60.0, 300.0, 0.7), (60.0, 300.0, 0.5), (600.0, 300.0, 0.7),
        (1800.0, 300.0, 0.9), (300.0, 900.0, 1.0),
    ):  # fmt: skip
        ours = of(
            ELASTIC, peak_to_trough=1.0, sale=3.0, rise_s=rise, boot_s=boot, measure_s=60.0,
            target=target,
        )  # fmt: skip
        about = f"rises threefold in {rise:g} s, {60 + boot:g} s late, busy to {target:.0%}"
        case = (LARGE, 3.0 * LARGE, rise, 60.0 + boot, target)
        reference = refused_by_sale(*case) / LARGE
        yield Row(
            "Refused in a sale, s of the usual demand", about, "theory", FOLLOWS, reference,
            ours.refused / LARGE, 0.01 * reference + 2.0, ".1f",
        )  # fmt: skip
        gap = largest_gap_of_sale(*case) / LARGE
        yield Row(
            "Most that is missing, times the usual demand", about, "theory", FOLLOWS, gap,
            ours.worst_machines * MACHINE / LARGE, 0.02, ".3f",
        )  # fmt: skip
    slope = 2.0 / 1800.0
    ours = of(ELASTIC, peak_to_trough=1.0, sale=3.0, rise_s=1800.0, boot_s=600.0, target=0.8)
    yield Row(
        "Most that is missing, times the usual demand", "slope times lag less head-room", "theory",
        "$a D - H$", ramp_shortfall(slope, 600.0, 0.25), ours.worst_machines * MACHINE / LARGE,
        0.02, ".3f",
    )  # fmt: skip


def metrics() -> Iterator[Row]:
    """Of machines for the mean on a sine: too few and too many on average, and for how long."""
    a = swing(4.0)
    ours = of(MEAN, target=0.9)
    machines = LARGE / MACHINE
    capacity = 1.0 / 0.9
    missing = refused_by_fixed(capacity, a)
    about = "machines for the mean, busy to 90%"
    yield Row(
        "Too few machines, on average", about, "theory", METRICS, missing * machines, ours.missing,
        2.0, ",.1f",
    )  # fmt: skip
    yield Row(
        "Too many machines, on average", about, "theory", METRICS,
        (capacity - 1.0 + missing) * machines, ours.spare, 2.0, ",.1f",
    )  # fmt: skip
    yield Row(
        "Time with too few (min)", about, "theory", METRICS,
        1440.0 / math.pi * math.acos((capacity - 1.0) / a), ours.short_min, 0.6, ".1f",
    )  # fmt: skip


def other_program() -> Iterator[Row]:
    """The whole day of the shop with its sale, all of it as arrays."""
    step, before = 15.0, 3 * 3600.0
    seconds = np.arange(-before, 86_400.0, step)
    day = 1000.0 * (1.0 - 0.6 * np.cos(2.0 * np.pi * (seconds / 86_400.0 - 0.25)))
    ramp = np.interp(seconds, [36_000.0, 36_060.0, 39_600.0, 39_660.0], [0.0, 1.0, 1.0, 0.0])
    demand = day * (1.0 + 2.0 * ramp)

    def window(values: np.ndarray, seconds_back: float) -> np.ndarray:
        back = int(seconds_back / step)
        padded = np.concatenate((np.full(back, values[0]), values))
        return sliding_window_view(padded, back + 1)

    for boot, hold in ((300.0, 600.0), (30.0, 0.0), (600.0, 3600.0)):
        late = window(demand, 60.0)[:, 0]
        # At ten it is ten machines' worth, but for the last bit of the cosine.
        paid = window(np.ceil(late / 70.0 - 1e-9), hold).max(axis=1)
        ready = window(paid, boot).min(axis=1)
        today = seconds >= 0.0
        refused = np.maximum(demand - 100.0 * ready, 0.0)[today].sum() * step
        ours = simulate(ELASTIC, burst=0.0, boot_s=boot, hold_min=hold / 60.0, n_runs=1)
        about = f"the lab's day without bursts, boot {boot:g} s, hold {hold:g} s"
        yield Row(
            "Machine-hours", about, "peer", WINDOWS, float(paid[today].sum() * step / 3600.0),
            ours.machine_hours, 1e-6, ",.2f",
        )  # fmt: skip
        yield Row(
            "Requests refused", about, "peer", WINDOWS, float(refused), ours.refused, 1.0, ",.0f"
        )


def rows() -> Iterator[Row]:
    yield from costs()
    yield from refusals()
    yield from day_that_is_followed()
    yield from sales()
    yield from metrics()
    yield from other_program()


TOPIC = Topic(
    "Elasticity",
    "A day in steps of 15 s without chance; for the closed forms a million requests a second and "
    "machines for a hundred, so that whole machines do not show. Tolerances are what steps of 15 s "
    "and whole machines make.",
    rows,
)
