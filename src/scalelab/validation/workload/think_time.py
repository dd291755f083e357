"""Users who think, click and wait, and sessions out of a log, against closed forms and truth."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scalelab.models.workload.think_time import (
    ALWAYS,
    EXPONENTIAL,
    LOGNORMAL,
    THINK_LAWS,
    fit,
    generate,
    serve,
    simulate,
)
from scalelab.theory.requirement.load_test import mean_values as one_server
from scalelab.theory.workload.think_time import (
    Cut,
    exponential_below,
    lognormal_below,
    lognormal_median,
    machine_repair,
    mean_values,
    response_bound,
)
from scalelab.validation.row import Row, Topic

RUNS, CLICKS = 20, 20_000
THINK, SPREAD, CLICKS_A_VISIT, RETURNS, ABSENCE = 38.0, 1.133, 20.0, 0.25, 7200.0
REPAIR = "M/M/c//N, {cite:t}`v-kleinrock1975`"
VALUES = "mean value analysis, {cite:t}`v-reiser1980`"
BOUND = "bound, {cite:t}`v-denning1978`"
BCMP = REPAIR + "; insensitive to the law of the think time, {cite:t}`v-baskett1975`"
PARTS = "partial means of both laws, see the theory module *think_time*"


def compared(
    quantity: str, settings: str, source: str, reference: float, values: list[float],
    form: str = ".3f",
) -> Row:  # fmt: skip
    """A mean of runs beside its expectation, four standard errors apart at most."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return Row(
        quantity, settings, "theory", source, reference, float(np.mean(values)), 4.0 * error, form
    )


def closed() -> Iterator[Row]:
    """The sum that the lab uses, beside two other ways to the same number."""
    for users, think, service, servers in (
        (35, 40.0, 0.6, 1), (68, 40.0, 0.6, 1), (140, 40.0, 0.6, 1), (60, 10.0, 0.5, 4),
        (2000, 38.0, 0.1, 5),
    ):  # fmt: skip
        where = f"{users:,} users, Z = {think:g} s, S = {service:g} s, {servers} servers"
        found = serve(users, think, 1e3 * service, servers)
        exact = machine_repair(users, think, service, servers)
        yield Row(
            "Answer after (s)", where, "theory", REPAIR, exact.response, found.response_s, 1e-6,
            ".6f",
        )  # fmt: skip
        yield Row(
            "Clicks a second", where, "theory", REPAIR, exact.throughput, found.throughput, 1e-6,
            ".6f",
        )  # fmt: skip
        if servers == 1:
            yield Row(
                "Answer after (s)", where, "theory", VALUES,
                one_server(users, think, service).response, found.response_s, 1e-6, ".6f",
            )  # fmt: skip
        elif users < 100:
            yield Row(
                "Answer after (s)", where, "theory", VALUES,
                mean_values(users, think, service, servers).response, found.response_s, 1e-6,
                ".6f",
            )  # fmt: skip
    far = serve(140, 40.0, 600.0)
    yield Row(
        "Answer after (s), at the bound", "140 users, Z = 40 s, S = 0.6 s", "theory", BOUND,
        response_bound(140, 40.0, 0.6), far.response_s, 1e-3, ".3f",
    )  # fmt: skip


def thinks_of(law: str) -> np.ndarray:
    """Think times as they are, drawn once."""
    chance = np.random.default_rng(1)
    if law == ALWAYS:
        return np.array([THINK])
    if law == EXPONENTIAL:
        return chance.exponential(THINK, 200_000)
    return chance.lognormal(math.log(lognormal_median(THINK, SPREAD)), SPREAD, 200_000)


def simulated() -> Iterator[Row]:
    """Whether users think log-normally, exponentially or evenly: only the mean matters."""
    for law in THINK_LAWS:
        thinks = thinks_of(law)
        for users, servers in ((40, 1), (77, 1), (120, 1), (77, 4)):
            found = [
                simulate(users, thinks, 500.0 * servers, servers, CLICKS, seed).response_s
                for seed in range(RUNS)
            ]
            exact = serve(users, float(thinks.mean()), 500.0 * servers, servers)
            yield compared(
                "Answer after (s), simulated",
                f"{users} users, {servers} servers of {2 / servers:g} clicks/s, think time "
                f"{law.lower()}",
                BCMP, exact.response_s, found,
            )  # fmt: skip


def sessions() -> Iterator[Row]:
    """What is in a log whose truth is known, and what a timeout makes of it."""
    for law, median in (
        (LOGNORMAL, lognormal_median(THINK, SPREAD)),
        (EXPONENTIAL, THINK * math.log(2.0)),
    ):
        logs = [
            fit(
                generate(1000, law, THINK, SPREAD, CLICKS_A_VISIT, 0.0, fetches=0.0,
                         whole_seconds=True, one_day=False, seed=seed),
                600.0, click_s=0.0,
            )
            for seed in range(RUNS)
        ]  # fmt: skip
        where = f"think time {law.lower()}, nobody comes back, whole seconds"
        means = [one.think_s or 0.0 for one in logs]
        if law == EXPONENTIAL:
            same = 1.0 - THINK * -math.expm1(-1.0 / THINK)
            lost = f"Of the pauses, {same:.1%} begin and end in one second of the log's clock: no "
            lost += "log in whole seconds has them, and those that are left are longer on average."
            yield compared(
                "Mean of the pauses that a log in whole seconds has (s)", where,
                "both clicks in one second: 1 - Z (1 - exp(-1/Z)) of an exponential law",
                THINK / (1.0 - same), means, ".2f",
            )  # fmt: skip
        else:
            lost = ""
        fitted = compared(
            "Mean think time, fitted (s)", where, "truth of the log", THINK, means, ".2f"
        )
        yield replace(fitted, explanation=lost)
        yield compared(
            "Clicks of a session, fitted", where, "truth of the log", CLICKS_A_VISIT,
            [one.clicks_a_session for one in logs], ".2f",
        )  # fmt: skip
        medians = [one.think_median_s or 0.0 for one in logs]
        # Whole seconds are even only on average: the density is not the same on both sides.
        yield Row(
            "Median think time, fitted (s)", where, "theory", "truth of the log", median,
            float(np.mean(medians)), 0.2, ".2f", explanation=lost,
        )  # fmt: skip
    for minutes in (1.0, 5.0, 30.0, 120.0):
        logs = [
            fit(
                generate(1000, LOGNORMAL, THINK, SPREAD, CLICKS_A_VISIT, RETURNS, ABSENCE / 60.0,
                         0.0, whole_seconds=False, one_day=False, seed=seed),
                minutes, click_s=0.0,
            )
            for seed in range(RUNS)
        ]  # fmt: skip
        cut = Cut(
            60.0 * minutes, lognormal_below(60.0 * minutes, THINK, SPREAD), CLICKS_A_VISIT,
            RETURNS, ABSENCE,
        )  # fmt: skip
        where = f"timeout of {minutes:g} min, one visit in four followed by another"
        yield compared(
            "Sessions of a client", where, PARTS, cut.sessions,
            [one.sessions / one.clients for one in logs],
        )  # fmt: skip
        yield compared(
            "Mean pause within sessions (s)", where, PARTS, cut.pause,
            [one.think_s or 0.0 for one in logs], ".2f",
        )  # fmt: skip
    # Of all pauses at 30 minutes, those that are absences.
    leaves = 1.0 / CLICKS_A_VISIT
    share, part = exponential_below(1800.0, ABSENCE)
    away = leaves * RETURNS * part / ((1.0 - leaves) + leaves * RETURNS * share)
    found = Cut(
        1800.0, lognormal_below(1800.0, THINK, SPREAD), CLICKS_A_VISIT, RETURNS, ABSENCE
    ).pause  # fmt: skip
    yield Row(
        "Mean pause within sessions, for the think time (s)", "timeout of 30 min", "theory",
        "truth of the log", THINK, found, 0.1, ".2f",
        explanation=f"Absences shorter than the timeout count as thought: {away:.2f} s of it. No "
        "timeout tells a long thought from a short absence.",
    )  # fmt: skip


def covered() -> Iterator[Row]:
    """How often 95 % intervals hold."""
    n = 200
    held = np.zeros(3)
    for seed in range(n):
        one = fit(
            generate(150, LOGNORMAL, THINK, SPREAD, CLICKS_A_VISIT, 0.0, fetches=0.0,
                     whole_seconds=False, one_day=False, seed=1000 + seed),
            600.0, click_s=0.0,
        )  # fmt: skip
        for i, (interval, truth) in enumerate((
            (one.think_interval_s, THINK),
            (one.think_median_interval_s, lognormal_median(THINK, SPREAD)),
            (one.clicks_a_session_interval, CLICKS_A_VISIT),
        )):  # fmt: skip
            assert interval is not None
            held[i] += interval[0] <= truth <= interval[1]
    for name, source, share in zip(
        ("mean think time", "median think time", "clicks of a session"),
        ("linearised ratio over clients", "{cite:t}`v-woodruff1952`",
         "linearised ratio over clients"),
        held / n, strict=True,
    ):  # fmt: skip
        yield Row(
            f"Intervals that hold: {name}", f"{n} logs of 150 clients", "theory", source, 0.95,
            float(share), 4.0 * math.sqrt(0.95 * 0.05 / n), ".3f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from closed()
    yield from simulated()
    yield from sessions()
    yield from covered()


TOPIC = Topic(
    "Users at once",
    f"Users who think, click and wait for the answer; means of {RUNS} runs of {CLICKS:,} clicks "
    "are four standard errors apart at most. Sessions are cut out of logs that were generated, so "
    f"that the truth is known: {THINK:g} s of thought on average, {CLICKS_A_VISIT:g} clicks.",
    rows,
)
