"""How far a replica lags, against queueing theory and what was measured in production."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from scalelab.facts.lag import TAO_BELOW_1_S, TAO_BELOW_3_S, TAO_BELOW_10_S
from scalelab.kernels.replication.apply import visible_times
from scalelab.models.replication.lag import LAWS, Lag, simulate
from scalelab.theory.replication import lag as theory
from scalelab.validation.row import Row, Topic

KLEINROCK = "{cite:t}`v-kleinrock1975`"
QUEUE = f"{KLEINROCK}, section 3.2: the M/M/1 queue"
ANY_WORK = f"{KLEINROCK}, section 5.5: Pollaczek-Khinchine"
BUSY = f"{KLEINROCK}, section 5.8: busy periods, see the theory module *lag*"
BURSTS = "{cite:t}`v-gross2008`, section 3.1: the queue with bulk arrivals"
IN_ORDER = "{cite:t}`v-baccelli1984`: resequencing, see the theory module *lag*"
CHAIN = "a Markov chain of $2^{c-1}$ states, see the theory module *lag*"
ERLANG = "Erlang's C for M/M/c, where any order of commits would do"
TAO = "{cite:t}`v-bronson2013`"
TRANSACTIONS, RUNS = 6e6, 300
WORK_MS = 1.0


@functools.cache
def steady(utilisation: float, law: str = LAWS[0], n_workers: int = 1) -> Lag:
    """Nothing happens for so long that there are ``TRANSACTIONS``, and there is no network."""
    rate = 1e3 * utilisation * n_workers
    return simulate(
        rate, 1, WORK_MS, law, n_workers, round_trip_ms=0.0, jitter_ms=0.0, before_s=1.0,
        after_s=TRANSACTIONS / rate, n_runs=1,
    )  # fmt: skip


def one_worker() -> Iterator[Row]:
    for used, allowed in ((0.5, 0.01), (0.8, 0.015), (0.9, 0.03)):
        found = steady(used)
        settings = f"one worker, {used:.0%} busy"
        for name, reference, ours in (
            ("mean", theory.mm1_mean(used, 1.0), found.mean),
            ("median", theory.mm1_quantile(0.5, used, 1.0), found.p50),
            ("99th percentile", theory.mm1_quantile(0.99, used, 1.0), found.p99),
        ):
            yield Row(
                f"Lag: {name}, ms", settings, "theory", QUEUE, reference, 1e3 * ours,
                allowed * reference, ".3f",
            )  # fmt: skip
        reference = theory.mg1_mean(used, 1.0, 0.0)
        yield Row(
            "Lag: mean, ms", f"{settings}, work all alike", "theory", ANY_WORK, reference,
            1e3 * steady(used, LAWS[1]).mean, allowed * reference, ".3f",
        )  # fmt: skip


def bursts() -> Iterator[Row]:
    """Straight from the apply process: the lab has no bursts."""
    used, mean, n = 0.5, 10, 400_000
    draw = np.random.default_rng(1)
    always = np.full(n, mean)
    for name, sizes, square in (
        ("all of", always, 100.0), ("geometric, on average", draw.geometric(1.0 / mean, n), 190.0),
    ):  # fmt: skip
        commits = np.repeat(np.cumsum(draw.exponential(mean / used, n)), sizes)
        work = draw.exponential(1.0, commits.size)
        ours = float(np.mean(visible_times(commits, work, 1, 0.0, 0.0) - commits))
        reference = theory.bursts_mean(used, 1.0, mean, square)
        yield Row(
            "Lag: mean, ms", f"one worker, {used:.0%} busy; bursts, {name} {mean}", "theory",
            BURSTS, reference, ours, 0.04 * reference, ".2f",
        )  # fmt: skip


def in_order() -> Iterator[Row]:
    offered = 1.0
    found = steady(offered / 16, n_workers=16)
    reference = theory.in_order_mean(offered, 1.0)
    settings = "16 workers, of which 1 is busy on average"
    yield Row(
        "Lag: mean, ms", settings, "theory", IN_ORDER, reference, 1e3 * found.mean,
        0.01 * reference, ".3f",
    )  # fmt: skip
    for share, name, lag in ((0.5, "median", found.p50), (0.99, "99th percentile", found.p99)):
        yield Row(
            f"Visible by our {name}", settings, "theory", IN_ORDER, share,
            theory.in_order_by(1e3 * lag, offered, 1.0), 0.004, ".2%",
        )  # fmt: skip
    # A network that keeps its order; next to no work.
    jitter_ms, rate = 5.0, 1000.0
    reference = theory.in_order_mean(rate, 1e3 / jitter_ms) * 1e3
    ours = simulate(
        rate, 1, 0.0001, round_trip_ms=0.0, jitter_ms=jitter_ms, after_s=2000.0, n_runs=1
    ).mean
    yield Row(
        "On the way: mean, ms", f"{rate:,.0f} transactions/s, {jitter_ms:g} ms of jitter", "theory",
        IN_ORDER, reference, 1e3 * ours, 0.01 * reference, ".3f",
    )  # fmt: skip


def several_workers() -> Iterator[Row]:
    for c, used in ((2, 0.5), (4, 0.5)):
        reference = theory.any_order_mean(c * used, 1.0, c)
        yield Row(
            "Lag: mean, ms", f"{c} workers, {used:.0%} busy", "theory", ERLANG, reference,
            1e3 * steady(used, n_workers=c).mean, 0.02 * reference, ".3f",
            "A replica commits in order. A transaction that is applied early waits for those "
            "before it, and keeps its worker; what is known for any order is a lower bound.",
        )  # fmt: skip
    for c in (2, 4, 8, 16):
        work = np.random.default_rng(c).exponential(1.0, 300_000)
        ours = work.size / visible_times(np.zeros(work.size), work, c, 0.0, 0.0)[-1]
        reference = theory.in_order_ceiling(c)
        yield Row(
            f"{c} workers apply as much as", "always more to apply", "theory", CHAIN, reference,
            float(ours), 0.01 * reference, ".3f",
        )  # fmt: skip


def something_happens() -> Iterator[Row]:
    rate, mu = 100.0, 125.0
    cases: tuple[tuple[str, float, dict[str, Any]], ...] = (
        (
            "a sale, 3 times the writes for 20 s", theory.sale_mean_behind(rate, mu, 3.0, 20.0),
            {"factor": 3.0, "sale_s": 20.0},
        ),
        ("a batch job of 20 s", theory.batch_mean_behind(rate, mu, 20.0), {"batch_s": 20.0}),
        (
            "a query that holds up apply for 20 s", theory.blocked_mean_behind(rate, mu, 20.0),
            {"blocked_s": 20.0},
        ),
    )  # fmt: skip
    for settings, reference, happens in cases:
        found = simulate(
            10 * rate, round_trip_ms=0.0, jitter_ms=0.0, after_s=260.0, n_runs=RUNS, **happens
        )
        yield Row(
            "Caught up after, s", f"one worker, 80% busy; {settings}", "theory", BUSY, reference,
            found.behind, 0.015 * reference, ".2f",
        )  # fmt: skip


def production() -> Iterator[Row]:
    """One worker's exponential tail through the first of three published points."""
    below = TAO_BELOW_1_S.value
    spare = theory.mm1_quantile(below, 0.0, 1.0)  # μ - λ, a second
    for seconds, published in ((3.0, TAO_BELOW_3_S.value), (10.0, TAO_BELOW_10_S.value)):
        yield Row(
            f"Lag of less than {seconds:g} s", f"if {below:.0%} are below 1 s", "published", TAO,
            published, 1.0 - theory.mm1_beyond(seconds, 0.0, spare), 0.0005, ".2%",
            "One worker's queue in equilibrium has an exponential tail. What was measured has a "
            "longer one: real load has its peaks, its batch jobs and its long queries, too.",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from one_worker()
    yield from bursts()
    yield from in_order()
    yield from several_workers()
    yield from something_happens()
    yield from production()


TOPIC = Topic(
    "Replication lag",
    f"A transaction takes one worker {WORK_MS:g} ms on average, without a network, and "
    f"{TRANSACTIONS:,.0f} commit; where something happens, 8 ms, 100 commit in a second, and the "
    f"figure is the mean of {RUNS} runs. What is allowed is some two to four standard errors.",
    rows,
)
