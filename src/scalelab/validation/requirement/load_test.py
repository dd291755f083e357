"""Open and closed loops and a server that stands still, against closed forms and published runs."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.models.requirement.load_test import GENERATORS, LAWS, Measured, simulate
from scalelab.theory.requirement.load_test import (
    corrected_quantile,
    customers_caught,
    customers_mean,
    customers_quantile,
    dm1_mean,
    dm1_quantile,
    interactive_response,
    mean_values,
    mg1_mean,
    mixed_square,
    mm1_quantile,
    pace_kept,
    response_bound,
    throughput_bound,
    users_caught,
)
from scalelab.validation.row import Row, Topic

CUSTOMERS, USERS, CONNECTION, CORRECTED, SCHEDULE = GENERATORS
SAME, EXPONENTIAL, MIXED = LAWS
RUNS, S = 30, 5.0
KLEINROCK = "{cite:t}`v-kleinrock1975`"
CLOSED = "mean value analysis, {cite:t}`v-reiser1980`"
LAW = "{cite:t}`v-denning1978`"
FLUID = "a fluid in place of requests, see the theory module *load_test*"
HDR = "{cite:t}`v-hdrhistogram`"
WRK2 = "{cite:t}`v-wrk2`"
DRAINED = (
    "The correction fills in the requests that were not sent during the pause. Those after it, "
    "which wait until the backlog is worked off, it does not know."
)


def runs(generator: str, **settings: Any) -> list[Measured]:
    return [simulate(generator, seed=seed, **settings) for seed in range(RUNS)]


def compared(
    quantity: str, settings: str, source: str, reference: float, values: list[float]
) -> Row:
    """A mean of runs beside its expectation, four standard errors apart at most."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Row(
        quantity, settings, "theory", source, reference, float(np.mean(values)), 4.0 * error, ".3f"
    )


def opened() -> Iterator[Row]:
    """A server that never stops, and requests that come whatever it does."""
    steady: dict[str, Any] = {"pause_s": 0.0, "n_periods": 20}
    squares = {SAME: S * S, EXPONENTIAL: 2.0 * S * S, MIXED: mixed_square(S, 0.05, 10.0)}
    for rate in (100.0, 160.0):
        busy = f"{rate * S / 1e3:.0%} busy"
        for law, squared in squares.items():
            where = f"{law.lower()}, {busy}"
            found = runs(CUSTOMERS, service_law=law, rate=rate, **steady)
            yield compared(
                "Customers: mean (ms)", where, f"Pollaczek and Khinchine, {KLEINROCK}",
                mg1_mean(rate / 1e3, S, squared), [run.mean_ms for run in found],
            )  # fmt: skip
            for q in (0.5, 0.99) if law == EXPONENTIAL else ():
                yield compared(
                    f"Customers: p{100 * q:.0f} (ms)", where, KLEINROCK,
                    mm1_quantile(q, rate / 1e3, S), [run.quantile_ms(q) for run in found],
                )  # fmt: skip
        where = f"exponential, {busy}"
        even = runs(SCHEDULE, rate=rate, **steady)
        yield compared(
            "Schedule kept: mean (ms)", where, f"D/M/1, {KLEINROCK}", dm1_mean(rate / 1e3, S),
            [run.mean_ms for run in even],
        )  # fmt: skip
        yield compared(
            "Schedule kept: p99 (ms)", where, f"D/M/1, {KLEINROCK}",
            dm1_quantile(0.99, rate / 1e3, S), [run.quantile_ms(0.99) for run in even],
        )  # fmt: skip
        alone = runs(CONNECTION, rate=rate, **steady)
        yield compared(
            "One connection: p99 (ms)", where, "exponential law of the service alone",
            S * math.log(100.0), [run.quantile_ms(0.99) for run in alone],
        )  # fmt: skip


def closed() -> Iterator[Row]:
    """Users who wait for their answers, of a server that never stops."""
    for users, think in ((1, 10.0), (10, 100.0), (100, 1000.0), (100, 200.0)):
        where = f"{users} user{'s' * (users > 1)} who think{'s' * (users == 1)} {think:g} ms"
        found = runs(USERS, pause_s=0.0, n_users=users, think_s=think / 1e3, n_periods=20)
        rates, waits = [run.rate for run in found], [run.mean_ms for run in found]
        exact = mean_values(users, think, S)
        yield compared(
            "Virtual users: requests a second", where, CLOSED, 1e3 * exact.throughput, rates
        )
        yield compared("Virtual users: mean (ms)", where, CLOSED, exact.response, waits)
        if users * S > think:
            yield compared(
                "Virtual users: requests a second, at the bound", where, LAW,
                1e3 * throughput_bound(users, think, S), rates,
            )  # fmt: skip
            yield compared(
                "Virtual users: mean at the bound (ms)", where, LAW,
                response_bound(users, think, S), waits,
            )  # fmt: skip
            # By the rate as measured, run by run; think times are Z on average only.
            law = [interactive_response(users, rate / 1e3, think) for rate in rates]
            apart = [wait - by_law for wait, by_law in zip(waits, law, strict=True)]
            yield compared(
                "Virtual users: mean less N/X - Z, both measured (ms)", where, LAW, 0.0, apart
            )


def paused() -> Iterator[Row]:
    """2 s a minute at 100 requests a second of 5 ms each, always the same."""
    p, t, rate, s = 2.0, 60.0, 100.0, S / 1e3
    where = "2 s a minute, service always the same"
    late: dict[str, Any] = {"service_law": SAME, "n_periods": 20}
    schedule, corrected = simulate(SCHEDULE, **late), simulate(CORRECTED, **late)
    step = 1e3 / rate  # requests are that far apart (ms)
    yield Row(
        "Schedule kept: slowed down", where, "theory", FLUID, customers_caught(rate, s, p, t),
        schedule.slower_than(S + 0.5), 2.0 / (rate * t), ".5f",
    )  # fmt: skip
    for q in (0.99, 0.999):
        yield Row(
            f"Schedule kept: p{100 * q:g} (ms)", where, "theory", FLUID,
            S + 1e3 * customers_quantile(q, rate, s, p, t), schedule.quantile_ms(q), step, ",.1f",
        )  # fmt: skip
        yield Row(
            f"Corrected: p{100 * q:g} (ms)", where, "theory", FLUID,
            S + 1e3 * corrected_quantile(q, p, t), corrected.quantile_ms(q), step, ",.1f",
        )  # fmt: skip
    yield Row(
        "Schedule kept: mean (ms)", where, "theory", FLUID,
        S + 1e3 * customers_mean(rate, s, p, t), schedule.mean_ms, step * p / t, ".2f",
    )  # fmt: skip
    truth = S + 1e3 * customers_quantile(0.99, rate, s, p, t)
    yield Row(
        "Corrected, for the customers' p99 (ms)", where, "theory", FLUID, truth,
        corrected.quantile_ms(0.99), step, ",.1f", explanation=DRAINED,
    )  # fmt: skip
    customers = runs(CUSTOMERS, **late)
    yield compared(
        "Customers: slowed down by half a second", where, FLUID,
        0.75 * customers_caught(rate, s, p, t), [run.slower_than(500.0) for run in customers],
    )  # fmt: skip
    one = simulate(CONNECTION, **late)
    yield Row(
        "One connection: requests slowed down, of a pause", where, "theory", "it waits", 1.0,
        float(np.sum(one.latency_ms > S + 0.5)) / 20.0, 0.0, ".2f",
    )  # fmt: skip
    for users in (10, 100, 1000):
        found = runs(USERS, n_users=users, n_periods=20)
        into = [
            float(np.sum((run.sent_s % t > 0.25 * t) & (run.sent_s % t < 0.25 * t + p))) / 20.0
            for run in found
        ]
        # Those at the server when it stops are not thinking.
        before = mean_values(users, users / rate, s)
        thinking = users - before.throughput * before.response
        yield compared(
            "Virtual users: requests sent into a pause",
            f"{users} users, 2 s a minute, exponential", f"{CLOSED}, and those of them who think",
            users_caught(thinking, users / rate, p), into,
        )  # fmt: skip
    yield compared(
        "One connection: requests sent, of those intended", "2 s a minute, exponential",
        "mean of the longer of interval and service", pace_kept(rate, s, p, t),
        [run.sent_share for run in runs(CONNECTION)],
    )  # fmt: skip


def published() -> Iterator[Row]:
    """Two examples with figures."""
    where = "100 requests a second of 1 ms, then 100 s nothing, in 200 s"
    example: dict[str, Any] = {
        "service_ms": 1.0, "service_law": SAME, "pause_s": 100.0, "every_s": 200.0, "n_periods": 1,
    }  # fmt: skip
    for generator, share, tolerance in ((CONNECTION, 0.9999, 5e-5), (CORRECTED, 0.5, 0.005)):
        found = simulate(generator, **example)
        yield Row(
            f"{generator}: answered within 1 ms", where, "published", HDR, share,
            1.0 - found.slower_than(1.0 + 1e-6), tolerance, ".4f",
        )  # fmt: skip
    # 39,500 values of 2,000 a second; 8 % of them slow, so that the server was a tenth busy.
    found = simulate(
        SCHEDULE, 2000.0, 0.05, EXPONENTIAL, pause_s=1.42, every_s=19.75, n_periods=1
    )  # fmt: skip
    for q, seconds in ((0.95, 0.525), (0.99, 1.27)):
        yield Row(
            f"Schedule kept: p{100 * q:.0f} (s)",
            "2,000 a second, stopped for 1.42 s in 19.75 s, a tenth busy", "published", WRK2,
            seconds, found.quantile_ms(q) / 1e3, 0.05, ".2f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from opened()
    yield from closed()
    yield from paused()
    yield from published()


TOPIC = Topic(
    "Load tests",
    f"One server, {S:g} ms a request, first come first served, measured by customers who come at "
    "random, by virtual users, by one connection, by that corrected afterwards, and by a schedule "
    f"that is kept. Means of {RUNS} runs of 20 minutes are four standard errors apart at most; "
    "what has no chance in it is as near as two requests are to each other.",
    rows,
)
