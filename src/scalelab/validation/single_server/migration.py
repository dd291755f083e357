"""Changes of a table in use against what is known of the longest of many rests."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.single_server.migration import (
    Change,
    LockQueue,
    lock_queue,
)
from scalelab.theory.single_server.migration import (
    mean_longest,
    tries,
    waits_at_most,
)
from scalelab.validation.row import Row, Topic, exact, simulated

RUNS = 32
CHANGES = 1000
RUNNING, REPORT_S, PAUSE_S, TRIES, HOLD_S = 2.0, 60.0, 30.0, 20, 2.0
RECURSION = "recursion over the tries, of Poisson numbers by {cite:t}`v-takacs1962`, chapter 3"
RESTS = "Poisson number of rests, {cite:t}`v-takacs1962`, chapter 3"
RENYI = "longest of n exponential times, {cite:t}`v-renyi1953`"


def over(found: list[Change], what: Callable[[Change], float]) -> Estimate:
    return ratio(np.array([what(each) for each in found]), np.ones(len(found)))


def queues(cv2: float = 1.0, time_out_s: float = 5.0, connections: int = 100) -> list[LockQueue]:
    return [
        lock_queue(
            RUNNING, REPORT_S, cv2, time_out_s, PAUSE_S, TRIES, HOLD_S, connections=connections,
            n_changes=CHANGES, seed=seed,
        )
        for seed in range(1, RUNS + 1)
    ]  # fmt: skip


def time_outs() -> Iterator[Row]:
    found = queues()
    chosen = [each.chosen for each in found]
    # Of the model's list: about one second, and a minute and a half.
    several = [chosen, *([each.others[i] for each in found] for i in (5, 16))]
    for of_one in sorted(several, key=lambda changes: changes[0].time_out_s):
        out = of_one[0].time_out_s
        law = tries(RUNNING, REPORT_S, out, PAUSE_S, TRIES)
        where = f"time-out {out:.3g} s, up to {TRIES} tries"
        # With the longest all of them do but for some in a million.
        if law.through < 0.999:
            yield simulated(
                "Share that gets through", where, RECURSION, law.through,
                over(of_one, lambda change: change.through),
            )  # fmt: skip
        yield simulated(
            "Tries", where, RECURSION, law.tries, over(of_one, lambda change: change.tries)
        )  # fmt: skip
        yield simulated(
            "Blocked in all (s)", where, RECURSION, law.blocked + HOLD_S * law.through,
            over(of_one, lambda change: change.blocked_s), ".3f",
        )  # fmt: skip


def second_moment(running: float) -> float:
    """Mean square of the longest of a Poisson number of exponential times of mean 1.

    Of n of them the variance is 1 + 1/4 + ... + 1/n^2.
    """
    total, first, second, term = 0.0, 0.0, 0.0, math.exp(-running)
    for n in range(1, 100):
        first, second, term = first + 1.0 / n, second + 1.0 / n**2, term * running / n
        total += term * (first * first + second)
    return total


def no_time_out() -> Iterator[Row]:
    where = "no time-out, the change itself 2 s"
    endless = [each.endless for each in queues(connections=2000)]
    longest = REPORT_S * mean_longest(RUNNING)
    yield simulated(
        "Blocked in all (s)", where, RENYI, longest + HOLD_S,
        over(endless, lambda change: change.blocked_s), ".3f",
    )  # fmt: skip
    square = REPORT_S**2 * second_moment(RUNNING) + 2.0 * longest * HOLD_S + HOLD_S**2
    stalls = ratio(
        np.array([change.stall_s * change.blocked_s for change in endless]),
        np.array([change.blocked_s for change in endless]),
    )
    yield simulated(
        "Mean wait of the requests that wait (s)", where, f"{RENYI}, and requests that come evenly",
        0.5 * square / (longest + HOLD_S), stalls, ".3f",
    )  # fmt: skip
    # 50 requests a second: 2000 wait after 40 seconds.
    yield simulated(
        "Share of changes with 2,000 requests waiting", where, RESTS,
        1.0 - waits_at_most(RUNNING, math.exp(-(40.0 - HOLD_S) / REPORT_S)),
        over(endless, lambda change: change.full),
    )  # fmt: skip


def balanced(cv2: float) -> tuple[float, float]:
    """Means of two exponential laws that bring as much each and together have mean 1."""
    share = 0.5 * (1.0 + math.sqrt((cv2 - 1.0) / (cv2 + 1.0)))
    return 0.5 / share, 0.5 / (1.0 - share)


def first_tries() -> Iterator[Row]:
    out = 20.0
    x = out / REPORT_S
    laws = {
        0.0: ("all alike", 1.0 - x),
        0.5: ("Erlang, cv² 0.5", math.exp(-2.0 * x) * (1.0 + x)),
        1.0: ("exponential", math.exp(-x)),
        9.0: ("hyperexponential, cv² 9", sum(0.5 * math.exp(-x / m) for m in balanced(9.0))),
    }
    for cv2, (name, longer) in laws.items():
        found = [each.chosen for each in queues(cv2, out)]
        where = f"time-out 20 s, lengths {name}"
        law = waits_at_most(RUNNING, longer)
        yield simulated(
            "Share through at the first try", where, RESTS, law,
            over(found, lambda change: change.first),
        )  # fmt: skip
        if cv2 != 1.0:
            yield exact(
                "Share through at the first try, the model's formula", where, RESTS, law,
                found[0].first_expected, ".6f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from time_outs()
    yield from no_time_out()
    yield from first_tries()


TOPIC = Topic(
    "A table that changes while it is in use",
    f"Two reports of a minute at any time, half a minute between tries, 2 s for the change itself, "
    f"and {RUNS} runs of {CHANGES:,} changes each; allowed are four standard errors, from the "
    "runs. What is computed has to agree to nine digits.",
    rows,
)
