"""Crowds at a queue against its exact solutions, and against a fluid."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.models.workload.flash_crowd import Crowds, Served, fit, simulate
from scalelab.theory.workload.flash_crowd import Fluid, limited, mean_wait
from scalelab.theory.workload.mmpp import Mmpp, dispersion
from scalelab.validation.row import Row, Topic

RUNS = 40
SHORT = Crowds(1.0, 8.0, 20.0, 5.0)
SHOP = Crowds.with_mean(2.0, height=6.0, crowd_s=300.0, calm_s=2400.0)
CAPACITY = 4.0
EXACT = "MMPP/M/1 by matrix-geometric solution, {cite:t}`v-neuts1981`"
LIMITED = "MMPP/M/1/K by its balance equations"
FLUID = "a fluid in place of requests, {cite:t}`v-anick1982`"
COUNTS = "{cite:t}`v-heffes1986`"


def exact(stream: Crowds) -> Mmpp:
    return Mmpp(stream.calm, stream.crowd, stream.calm_s, stream.crowd_s)


def runs(stream: Crowds, duration_s: float, **settings: Any) -> list[Served]:
    return [
        simulate(stream, CAPACITY, duration_s=duration_s, seed=seed, **settings)
        for seed in range(RUNS)
    ]


def compared(
    quantity: str, settings: str, source: str, reference: float, values: list[float],
    form: str = ".4f",
) -> Row:  # fmt: skip
    """A mean of runs beside its expectation, four standard errors apart at most."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Row(
        quantity, settings, "theory", source, reference, float(np.mean(values)), 4.0 * error, form
    )


def waits() -> Iterator[Row]:
    for name, stream, duration_s in (
        ("2 /s at random", Crowds(2.0, 2.0), 50_000.0),
        ("1 /s for 20 s, 8 /s for 5 s", SHORT, 50_000.0),
        ("the shop: 1.29 /s for 40 min, 7.71 /s for 5 min", SHOP, 400_000.0),
    ):
        found = runs(stream, duration_s)
        yield compared(
            "Mean wait (s), capacity 4 /s", name, EXACT, mean_wait(exact(stream), CAPACITY),
            [run.mean_wait_s for run in found], ".3f",
        )  # fmt: skip
        if stream is SHOP:
            yield compared(
                "Share of requests that wait longer than a minute", name, FLUID,
                Fluid(exact(stream), CAPACITY).waits_longer(60.0),
                [1.0 - run.in_time(60.0) for run in found],
            )  # fmt: skip


def limits() -> Iterator[Row]:
    for most in (5, 40):
        found = runs(SHORT, 50_000.0, limit=most)
        reference = limited(exact(SHORT), CAPACITY, most)
        name = f"at most {most} requests; 1 /s for 20 s, 8 /s for 5 s"
        yield compared(
            "Refused", name, LIMITED, reference.refused, [run.refused_share for run in found]
        )
        yield compared(
            "Mean wait of the others (s)", name, LIMITED, reference.wait,
            [run.mean_wait_s for run in found],
        )  # fmt: skip


def streams() -> Iterator[Row]:
    stream = Crowds(10.0, 100.0, 10.0, 1.0)
    truth = exact(stream)
    window, windows = 2.0, 2000
    variances = []
    for seed in range(RUNS):
        times = simulate(stream, 1000.0, duration_s=window * windows, seed=seed).time_s
        counts = np.histogram(times, windows, (0.0, window * windows))[0]
        variances.append(float(np.mean((counts - truth.mean * window) ** 2)))
    yield compared(
        "Variance over mean of the requests in 2 s", "10 /s for 10 s, 100 /s for 1 s", COUNTS,
        dispersion(truth, window), [v / (truth.mean * window) for v in variances], ".3f",
    )  # fmt: skip
    record = simulate(SHOP, CAPACITY, duration_s=43_200.0, seed=1)
    found = fit(record.time_s, record.duration_s)
    assert found.crowd_interval is not None
    for name, wanted, got, interval in (
        ("calm", SHOP.calm, found.calm, found.calm_interval),
        ("in a crowd", SHOP.crowd, found.crowd, found.crowd_interval),
    ):
        # Twice the half of a 95 % interval: about four standard errors.
        yield Row(
            f"Rate found in a record: {name} (/s)", "the shop, 12 hours", "theory",
            "the rate that it was drawn with", wanted, got, interval[1] - interval[0], ".4f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from waits()
    yield from limits()
    yield from streams()


TOPIC = Topic(
    "Flash crowds",
    "Requests that come in crowds at one queue: how long they wait, how many are refused when the "
    "queue is limited, how uneven the stream is, and whether crowds are found again in a record. "
    "Means of 40 runs each, four standard errors.",
    rows,
)
