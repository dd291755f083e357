"""A short outage of a service, and what retries, budgets, breakers and queues make of it.

    >>> from scalelab.models.principles.retries import WAYS, outage
    >>> for name, each in outage().items():
    ...     down = "stays down" if each.down_s is None else f"is down for {each.down_s:.0f} s"
    ...     print(f"{name}: {down}, recovers by itself below {each.recovers_below_per_s:.0f}/s")
    No retries: is down for 136 s, recovers by itself below 300/s
    Retries: stays down, recovers by itself below 75/s
    Budget: stays down, recovers by itself below 273/s
    Breaker: is down for 61 s, recovers by itself below 300/s
    Shedding: is down for 10 s, recovers by itself below 300/s

`against_failures` is the other half: what the same ways of retrying do where attempts fail by
chance and load has no part in it. Closed forms are in `scalelab.theory.principles.retries`.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scalelab.facts.retries import GOOGLE_SHARE, RESILIENCE4J_OPEN
from scalelab.kernels.jit import Floats
from scalelab.kernels.principles import retries as kernels
from scalelab.models.check import one_of, within
from scalelab.models.queueing.estimate import Estimate

WAYS = ("No retries", "Retries", "Budget", "Breaker", "Shedding")
BACKOFFS = ("None", "1 s", "Exponential, jitter")
BUDGETS = ("Requests", "Answers")
QUEUES = ("Half a time-out", "Two time-outs", "Newest first", "Drops what is late")
# The published case (Bronson and others, 2021): a database that does 300 requests a second, and 280
# that come. One vCPU of the shop's database does 333 of 3 ms.
CAPACITY_PER_S, LOAD_PER_S = 300.0, 280.0
OUTAGE_S, TIMEOUT_S = 10.0, 1.0
RETRIES = 3  # an assumption; three attempts are more usual

State = Literal["stable", "vulnerable", "overloaded"]


@dataclass(frozen=True)
class Outcome:
    """One way to retry.

    ``at_s`` are moments, 0 when the outage begins; there ``goodput_per_s`` are answered in time,
    ``sent_per_s`` attempts are sent, and the queue holds ``wait_s`` of work. The service is down
    for ``down_s``, counted from the beginning of the outage until half of the requests are
    answered in time for good, None if it is longer than five minutes. In the 158 s from then on,
    and the 6 s before, ``lost`` requests get no answer. If it has failed it gets better by itself
    ``recovers_below_per_s``; from ``tips_at_per_s`` on it fails without any outage. With 1.2 times
    the capacity ``overloaded_per_s`` are answered.
    """

    at_s: tuple[float, ...]
    goodput_per_s: tuple[float, ...]
    sent_per_s: tuple[float, ...]
    wait_s: tuple[float, ...]
    down_s: float | None
    lost: float
    recovers_below_per_s: float
    tips_at_per_s: float
    overloaded_per_s: float
    load_per_s: float

    @property
    def state(self) -> State:
        """``vulnerable``: all is well until something happens."""
        if self.load_per_s >= self.tips_at_per_s:
            return "overloaded"
        return "stable" if self.load_per_s < self.recovers_below_per_s else "vulnerable"

    @property
    def factor(self) -> float:
        """Attempts for each request at the end."""
        return self.sent_per_s[-1] / self.load_per_s


def outage(
    load_per_s: float = LOAD_PER_S,
    outage_s: float = OUTAGE_S,
    timeout_s: float = TIMEOUT_S,
    retries: int = RETRIES,
    backoff: str = BACKOFFS[0],
    budget_share: float = GOOGLE_SHARE.value,
    budget_of: str = BUDGETS[0],
    open_s: float = RESILIENCE4J_OPEN.value,
    queue: str = QUEUES[0],
    capacity_per_s: float = CAPACITY_PER_S,
) -> dict[str, Outcome]:
    """What an outage leaves behind, for each of `WAYS`.

    Parameters
    ----------
    load_per_s : requests, without retries, 1 to 1e6/s.
    outage_s : for so long the service does nothing, though it takes requests, 0 to 120 s.
    timeout_s : after it an attempt is given up by who sent it, 0.1 to 30 s.
    retries : at most, 0 to 10, of all ways but the first.
    backoff : one of `BACKOFFS`, the wait before a retry. The exponential one is uniform between 0
        and 1, 2, 4 s and so on, 20 s at most.
    budget_share : of a token that a request (or an answer) is worth, 0 to 1; a retry takes one.
    budget_of : one of `BUDGETS`.
    open_s : for so long the breaker sends nothing, 1 to 300 s.
    queue : one of `QUEUES`, of the way that sheds load. The first two refuse when they are full.
    capacity_per_s : attempts that the service does, 10 to 1e6/s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A fluid in steps of 20 ms: an even rate of requests, a service that takes the same time for
    each, one queue without a limit (but for shedding), first come, first served. What has timed out
    is served all the same: the service does not know. The budget saves what 10 s bring in. The
    breaker opens when half of the last 100 attempts have failed and lets ten through after
    ``open_s``, the defaults of Resilience4j; all clients share it. The case with one retry is that
    of N. Bronson, A. Aghayev, A. Charapko and T. Zhu, "Metastable Failures in Distributed Systems"
    (HotOS 2021).

    Leaves out: chance, by which a service near its capacity may tip without an outage; that a
    refusal takes work, too; that the service is slower under load, or after it; customers who go
    away or press reload; clients that each have a budget and a breaker of their own; retries on
    more than one layer (`scalelab.theory.principles.retries.layers`); and scaling out meanwhile.
    """
    within("load_per_s", load_per_s, 1.0, 1e6, "1/s")
    within("outage_s", outage_s, 0.0, 120.0, "s")
    within("timeout_s", timeout_s, 0.1, 30.0, "s")
    within("retries", retries, 0, 10)
    one_of("backoff", backoff, BACKOFFS)
    within("budget_share", budget_share, 0.0, 1.0, advice="a share, not a percentage")
    one_of("budget_of", budget_of, BUDGETS)
    within("open_s", open_s, 1.0, 300.0, "s")
    one_of("queue", queue, QUEUES, "; ")
    within("capacity_per_s", capacity_per_s, 10.0, 1e6, "1/s")
    table = kernels.retries(
        float(load_per_s), float(outage_s), float(timeout_s), int(retries),
        BACKOFFS.index(backoff), float(budget_share), BUDGETS.index(budget_of), float(open_s),
        QUEUES.index(queue), float(capacity_per_s),
    )  # fmt: skip
    rows = table.reshape(kernels.WAYS, kernels.BINS + 1, kernels.WIDTH).tolist()
    return {name: _outcome(each, float(load_per_s)) for name, each in zip(WAYS, rows, strict=True)}


def _outcome(rows: list[list[float]], load_per_s: float) -> Outcome:
    state, moments = rows[-1], rows[:-1]
    return Outcome(
        at_s=tuple(row[kernels.AT_S] for row in moments),
        goodput_per_s=tuple(row[kernels.GOODPUT] for row in moments),
        sent_per_s=tuple(row[kernels.SENT] for row in moments),
        wait_s=tuple(row[kernels.WAIT_S] for row in moments),
        down_s=state[kernels.DOWN_S] if state[kernels.BACK] == 1.0 else None,
        lost=state[kernels.LOST],
        recovers_below_per_s=state[kernels.RECOVERS],
        tips_at_per_s=state[kernels.TIPS],
        overloaded_per_s=state[kernels.OVERLOADED],
        load_per_s=load_per_s,
    )


@dataclass(frozen=True)
class Tries:
    """``attempts`` for each request, and the share of the requests that is ``answered``."""

    attempts: Estimate
    answered: Estimate


def against_failures(
    failing: float,
    retries: int = 3,
    way: str = WAYS[1],
    budget_share: float = 0.1,
    bucket: float = 5.0,
    most_failing: float = 0.1,
    clients: int = 100,
    rate_per_s: float = 10.0,
    seconds: float = 10.0,
    runs: int = 50,
    seed: int = 1,
) -> Tries:
    """Retries where attempts fail by chance, however many there are.

    Parameters
    ----------
    failing : probability that an attempt fails, 0 to 0.99.
    retries : of a request at most, 0 to 10; a budget has no other limit than its tokens.
    way : one of the first four of `WAYS`.
    budget_share : of a token that each request puts into its client's bucket, 0 to 1.
    bucket : tokens that it holds, and that are in it at first, 1 to 1,000.
    most_failing : a breaker allows no retry while a client has seen more failures for each of its
        requests than this, 0 to 1. It does not keep back first attempts.
    clients : 1 to 10,000.
    rate_per_s : requests of each, at random, 0.01 to 1,000/s.
    seconds : length of a run, 1 to 1,000 s.
    runs : whose mean is taken, 2 to 1,000.
    seed : of the first run.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    The rules and the default settings are those of M. Brooker's `retry_sim` (2022). In it a request
    begins while the last one of the same client may still be retried; here one follows the other.

    >>> found = against_failures(0.5, way="Budget")
    >>> round(found.attempts.mean, 2), round(found.answered.mean, 2)
    (1.14, 0.57)
    """
    within("failing", failing, 0.0, 0.99, advice="with 1 nothing is ever answered")
    within("retries", retries, 0, 10)
    one_of("way", way, WAYS[:4])
    within("budget_share", budget_share, 0.0, 1.0, advice="a share, not a percentage")
    within("bucket", bucket, 1.0, 1000.0, "tokens")
    within("most_failing", most_failing, 0.0, 1.0, advice="a share, not a percentage")
    within("clients", clients, 1, 10_000)
    within("rate_per_s", rate_per_s, 0.01, 1000.0, "1/s")
    within("seconds", seconds, 1.0, 1000.0, "s")
    within("runs", runs, 2, 1000)
    within("seed", seed, 0, 2**31 - 1)
    number = WAYS.index(way)
    found = np.array(
        [
            kernels.by_chance(
                float(failing), 0 if number == kernels.NONE else int(retries), number,
                float(budget_share), float(bucket), float(most_failing), int(clients),
                float(rate_per_s), float(seconds), int(seed) + run,
            )[0]
            for run in range(runs)
        ]
    )  # fmt: skip
    requests = np.maximum(found[:, kernels.CALLS], 1.0)
    return Tries(
        _estimate(found[:, kernels.SENDS] / requests), _estimate(found[:, kernels.GOOD] / requests)
    )


def _estimate(values: Floats) -> Estimate:
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(values.size))
