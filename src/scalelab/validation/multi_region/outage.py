"""A region lost, cut off or slow, against the closed forms."""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from scalelab.kernels.zipf import popularity
from scalelab.models.multi_region.outage import (
    INCIDENTS,
    OLD_LEADERS,
    STRATEGIES,
    Outage,
    simulate,
)
from scalelab.models.storage.consistency import AWS, Network
from scalelab.theory.multi_region.outage import (
    cut_off_requests,
    failover_availability,
    keys_in_conflict,
    lost_tail,
    lost_with_a_random_region,
    majority_with_common_cause,
    refused_writes,
    thrown_away,
)
from scalelab.theory.storage.consistency import kth_round_trip
from scalelab.theory.storage.partition import (
    majority_availability,
    stale_in_break,
    stale_probability,
)
from scalelab.validation.row import Row, Topic

ASYNC, MAJORITY, LEADERLESS, LOCAL = STRATEGIES
LOST, CUT, SLOW = INCIDENTS
REGIONS = tuple("abcde")
AT_ONE_PLACE = Network(REGIONS, dict.fromkeys(itertools.combinations(REGIONS, 2), 0.0))
KEYS, SKEW, REQUESTS, WRITES, RUN, RUNS = 1000, 0.8, 50.0, 10.0, 180.0, 200
POISSON = "Poisson streams, see the theory module *outage*"
BINOMIAL = "binomial distribution"
COUNTED = "every state that the regions can be in, counted one by one"


def played(strategy: str, incident: str, **settings: object) -> tuple[Outage, ...]:
    return tuple(
        simulate(strategy, incident, n_runs=1, seed=seed, **settings)  # type: ignore[arg-type]
        for seed in range(RUNS)
    )


def compared(
    quantity: str, settings: str, reference: float, runs: tuple[Outage, ...], measured: str
) -> Row:
    """A mean of runs beside its expectation, four standard errors apart at most."""
    values = np.array([getattr(run, measured) for run in runs])
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    share = measured == "stale"
    return Row(
        quantity, settings, "theory", POISSON, reference, float(np.mean(values)), 4.0 * error,
        ".3%" if share else ".2f",
    )  # fmt: skip


def lost() -> Iterator[Row]:
    for lag in (0.1, 1.0, 5.0):
        where = f"the leader's region lost for good, a lag of {lag:g} s"
        for strategy, rate in ((ASYNC, WRITES), (LOCAL, WRITES / 5.0)):
            yield compared(
                f"{strategy}: writes lost", where, lost_tail(rate, lag),
                played(strategy, LOST, lag_ms=1e3 * lag), "writes_lost",
            )  # fmt: skip
    for strategy, reference in zip(
        (ASYNC, LOCAL), lost_with_a_random_region([WRITES / 5.0] * 5, 1.0), strict=True
    ):
        runs = tuple(run for hit in AWS.regions for run in played(strategy, LOST, hit=hit))
        yield compared(
            f"{strategy}: writes lost", "any region lost, each as likely", reference, runs,
            "writes_lost",
        )  # fmt: skip
    for old_leader, cut, goes_on in (
        (OLD_LEADERS[0], 42.0, 42.0), (OLD_LEADERS[0], 90.0, 90.0), (OLD_LEADERS[1], 42.0, 10.0),
    ):  # fmt: skip
        yield compared(
            f"{ASYNC}: writes lost", f"the leader cut off for {cut:g} s; {old_leader.lower()}",
            thrown_away(WRITES, 0.2, 1.0, goes_on),
            played(ASYNC, CUT, break_s=cut, old_leader=old_leader), "writes_lost",
        )  # fmt: skip
    yield compared(
        f"{ASYNC}: writes lost", "the leader cut off for 42 s, given up after 60 s", 0.0,
        played(ASYNC, CUT, detection_s=60.0), "writes_lost",
    )  # fmt: skip


def refused() -> Iterator[Row]:
    for incident, share, text in (
        (CUT, 0.8, "the leader cut off for 42 s"), (LOST, 1.0, "the leader's region lost"),
    ):  # fmt: skip
        yield compared(
            f"{ASYNC}: refused", f"writes only, {text}, promotion after 20 s",
            refused_writes(REQUESTS, share, 10.0, 10.0),
            played(ASYNC, incident, write_share=1.0), "requests_refused",
        )  # fmt: skip
    for strategy in (MAJORITY, LEADERLESS):
        yield compared(
            f"{strategy}: refused", "Sydney cut off for 42 s",
            cut_off_requests(REQUESTS, 0.2, 42.0), played(strategy, CUT, hit="Sydney"),
            "requests_refused",
        )  # fmt: skip
    yield compared(
        f"{MAJORITY}: refused", "the leader cut off for 42 s, an election of 3 s",
        cut_off_requests(REQUESTS, 0.2, 42.0) + cut_off_requests(REQUESTS, 0.8, 3.0),
        played(MAJORITY, CUT), "requests_refused",
    )  # fmt: skip
    yield compared(
        f"{MAJORITY}: refused", "reads only, the leader slow for 120 s, two regions too far away",
        cut_off_requests(REQUESTS, 0.4, 120.0),
        played(MAJORITY, SLOW, break_s=120.0, write_share=0.0), "requests_refused",
    )  # fmt: skip


def conflicting() -> Iterator[Row]:
    p = popularity(KEYS, SKEW).tolist()
    together = {"network": AT_ONE_PLACE, "local_ms": 0.0}
    for cut in (12.0, 42.0):
        yield compared(
            f"{LOCAL}: keys in conflict", f"one of five cut off for {cut:g} s, no delay",
            keys_in_conflict(p, WRITES, 0.2, cut),
            played(LOCAL, CUT, break_s=cut, lag_ms=0.0, **together), "keys_in_conflict",
        )  # fmt: skip
    lag = 2.0
    missed = 0.0
    for q in p:
        there = WRITES * q * 0.8
        start = stale_in_break(there, 0.0, lag)
        missed += q * (stale_probability(there, lag) * (1.0 - lag / RUN) + start * lag / RUN)
    runs = played(LOCAL, CUT, break_s=0.0, lag_ms=1e3 * lag, **together)
    where = f"nothing broken, a lag of {lag:g} s"
    yield compared(
        f"{LOCAL}: writes in conflict", where, WRITES * RUN * missed, runs, "conflicts"
    )  # fmt: skip
    yield compared(f"{LOCAL}: stale reads", where, 0.8 * missed, runs, "stale")


def latency() -> Iterator[Row]:
    """As many customers in each region, so the mean over regions."""
    away = {r: [v for pair, v in AWS.round_trips.items() if r in pair] for r in AWS.regions}
    for strategy, leader in ((MAJORITY, "Virginia"), (MAJORITY, "Oregon"), (LEADERLESS, "")):
        if leader:
            reference = 0.5 + sum(away[leader]) / 5.0 + kth_round_trip(away[leader], 2)
        else:
            reference = 0.5 + sum(kth_round_trip(each, 2) for each in away.values()) / 5.0
        runs = played(
            strategy, CUT, break_s=0.0, write_share=1.0, leader=leader or AWS.regions[0]
        )  # fmt: skip
        yield compared(
            f"{strategy}: write (ms)", leader or "three of five", reference, runs, "before_ms"
        )


def availability() -> Iterator[Row]:
    dice = np.random.default_rng(1)
    trials = 2_000_000
    for n, up in ((3, 0.9), (3, 0.99), (5, 0.9), (5, 0.99), (7, 0.9)):
        reference = majority_availability(n, up)
        alive = dice.binomial(n, up, trials)
        yield Row(
            f"A majority of {n} regions is there", f"each {up:.0%} of the time, drawn", "theory",
            BINOMIAL, reference, float(np.mean(2 * alive > n)),
            4.0 * math.sqrt(reference * (1.0 - reference) / trials), ".6f",
        )  # fmt: skip
    for n, common in ((3, 0.1), (5, 0.01), (5, 0.1)):
        up = 0.999
        all_down, alone = common * (1.0 - up), (1.0 - common) * (1.0 - up)
        counted = sum(
            (1.0 - all_down) * math.prod(1.0 - alone if alive else alone for alive in state)
            for state in itertools.product((True, False), repeat=n)
            if sum(state) > n / 2
        )
        yield Row(
            f"A majority of {n} regions is there",
            f"each {up:.1%} of the time, {common:.0%} of what is missing is common", "theory",
            COUNTED, counted, majority_with_common_cause(n, up, common), 1e-12, ".9f",
        )  # fmt: skip
    year, failures, outage = 365.0 * 86_400.0, 50.0, 600.0
    up_times = dice.exponential(year / failures, trials)
    yield Row(
        "A leader can be written to", f"{failures:g} failures a year, {outage:g} s each", "theory",
        "times between failures, drawn", float(up_times.sum() / (up_times.sum() + outage * trials)),
        failover_availability(failures, outage, 0.0), 4e-6, ".6f",
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from lost()
    yield from refused()
    yield from conflicting()
    yield from latency()
    yield from availability()


TOPIC = Topic(
    "Outage",
    f"Five regions at the round trips of AWS, {REQUESTS / 5:g} requests a second each, one in five "
    f"writes, {KEYS:,} keys, skew {SKEW:g}; runs of {RUN:g} s in which something happens after "
    f"30 s. Means of {RUNS} runs, four standard errors apart at most. The scale is that of "
    "GitHub's incident of 2018 ({cite:t}`v-github2018`: a cut of 43 s), which no row checks.",
    rows,
)
