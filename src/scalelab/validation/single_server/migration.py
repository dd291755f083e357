"""Changes of a table in use against what is known of the longest of many rests, and batches."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.single_server.migration import (
    Change,
    Filling,
    LockQueue,
    backfill,
    lock_queue,
)
from scalelab.theory.single_server.migration import (
    largest_batch,
    mean_longest,
    stalled_by_batches,
    stalled_by_rewrite,
    tries,
    waits_at_most,
)
from scalelab.validation.row import Row, Topic

RUNS = 32
CHANGES = 1000
RUNNING, REPORT_S, PAUSE_S, TRIES, HOLD_S = 2.0, 60.0, 30.0, 20, 2.0
RECURSION = "recursion over the tries, of Poisson numbers by {cite:t}`v-takacs1962`, chapter 3"
RESTS = "Poisson number of rests, {cite:t}`v-takacs1962`, chapter 3"
RENYI = "longest of n exponential times, {cite:t}`v-renyi1953`"
EVENLY = "requests that come evenly"
COUNTED = "rows added up one by one"
BY_HAND = "closed form"


def over(found: list[Change], what: Callable[[Change], float]) -> Estimate:
    return ratio(np.array([what(each) for each in found]), np.ones(len(found)))


def simulated(
    quantity: str, where: str, source: str, reference: float, found: Estimate, format: str = ".4f"
) -> Row:
    """Four standard errors apart at most."""
    return Row(quantity, where, "theory", source, reference, found.mean, 4.0 * found.se, format)


def exact(quantity: str, where: str, source: str, reference: float, ours: float,
          format: str = ".4f") -> Row:  # fmt: skip
    return Row(quantity, where, "theory", source, reference, ours, 1e-9 * reference, format)


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
        "Mean wait of the requests that wait (s)", where, f"{RENYI}, and {EVENLY}",
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


def stalls() -> Iterator[Row]:
    """Who waits for a lock, of the rewrite and of batches."""
    number, wait = stalled_by_rewrite(10e6, 200_000.0, 200.0)
    found = backfill()
    where = "10 million rows rewritten, 200,000 a second"
    yield exact("Requests that wait", where, EVENLY, number, found.rewrite.delayed, ",.1f")
    yield exact("Their mean wait (s)", where, EVENLY, wait, found.rewrite.wait_s)
    number, wait = stalled_by_batches(10e6, 5000.0, 50_000.0, 20.0)
    filling = backfill(batch=5000.0, commit_s=0.0).chosen
    where = "batches of 5,000, committed at once"
    yield exact("Requests that wait", where, BY_HAND, number, filling.delayed)
    yield exact("Their mean wait (s)", where, BY_HAND, wait, filling.wait_s)
    # Each row from the middle of its time to the end of its batch; 100,000 of them.
    held = (np.arange(100_000) + 0.5) / 50_000.0 + 0.5
    filling = backfill(batch=100_000.0, commit_s=0.5).chosen
    where = "batches of 100,000, half a second to commit"
    yield exact(
        "Requests that wait", where, COUNTED, 20.0 / 10e6 * 100.0 * float(held.sum()),
        filling.delayed,
    )  # fmt: skip
    yield exact(
        "Their mean wait (s)", where, COUNTED, 0.5 * float((held**2).sum() / held.sum()),
        filling.wait_s,
    )  # fmt: skip


def fillings() -> Iterator[Row]:
    found = backfill().chosen
    where = "batches of 5,000, 10 ms to commit, 0.2 s between them"
    yield exact(
        "Duration (s)", where, BY_HAND, 2000 * (0.1 + 0.01) + 1999 * 0.2, found.duration_s, ".2f"
    )  # fmt: skip
    # A write at a moment of the only batch meets its row locked as likely as that is far in it.
    whole: Filling = backfill(batch=10e6, commit_s=0.0, write_share=1.0).chosen
    yield exact(
        "Wait that one request in a hundred exceeds (s)", "all rows in one batch, only writes",
        BY_HAND, 200.0 * (1.0 - math.sqrt(0.02)), whole.wait_p99_s,
    )  # fmt: skip
    busy = backfill(pause_s=0.0).chosen
    yield exact(
        "Response that one request in a hundred exceeds (ms)", "batches without a pause",
        "M/M/1, {cite:t}`v-kleinrock1975`, section 3.2", math.log(100.0) * 10.0 / (1.0 - 0.75),
        busy.page_p99_ms,
    )  # fmt: skip


def largest() -> Iterator[Row]:
    """By halving: the largest batch of which nothing is left to repeat when the next begins."""
    rows, rest = 1e10, 0.21
    for replica_rate in (30_000.0, 45_000.0):
        low, high = 10.0, 1e6
        while high - low > 1e-3 * low * low / rows:
            middle = 0.5 * (low + high)
            found = backfill(rows=rows, batch=middle, replica_rate=replica_rate).chosen
            alone = (1.0 / replica_rate - 1.0 / 50_000.0) * rows / found.batches
            low, high = (middle, high) if found.lag_s <= alone * (1.0 + 1e-9) else (low, middle)
        size = largest_batch(50_000.0, replica_rate, rest)
        # Batches are of one size: one more or less of them, and it is another.
        yield Row(
            "Rows of the largest batch that a replica keeps up with",
            f"a replica repeats {replica_rate:,.0f} rows a second", "theory", BY_HAND, size, low,
            2.0 * size * size / rows, ",.2f",
        )  # fmt: skip
    # After the last row, before its batch is committed.
    found = backfill(batch=50_000.0).chosen
    yield exact(
        "Replica behind at the end (s)", "batches of 50,000, and it repeats 30,000 a second",
        "a replica that never is without work", 10e6 / 30_000.0 - (found.duration_s - 0.01),
        found.lag_s,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from time_outs()
    yield from no_time_out()
    yield from first_tries()
    yield from stalls()
    yield from fillings()
    yield from largest()


TOPIC = Topic(
    "A table that changes while it is in use",
    f"Two reports of a minute at any time, half a minute between tries, 2 s for the change itself, "
    f"and {RUNS} runs of {CHANGES:,} changes each; allowed are four standard errors, from the "
    "runs. What is computed has to agree to nine digits, and the largest batch to what one batch "
    "more or less makes of its size, with ten billion rows.",
    rows,
)
