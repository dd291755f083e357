"""A shard that is copied while it serves, against the closed forms of its queue."""

from collections.abc import Iterator

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.models.storage.rebalancing import ORDERS, simulate
from scalelab.theory.storage.rebalancing import Shard, hours_to_move
from scalelab.validation.row import Row, Topic

SHOP_FIRST, IN_TURN = ORDERS
ERLANG = "M/M/1 queue"
COBHAM = "non-preemptive priority, {cite:t}`v-cobham1954`, equation 3"
KLEINROCK = (
    "transform of the wait, {cite:t}`v-kleinrock1976`, chapter 3: that of M/M/1 and an "
    "independent delay"
)
KHINCHINE = "M/G/1 queue, Pollaczek and Khinchine"
INVERTED = "its transform, inverted numerically as in {cite:t}`v-abate1995`"
LAMBERT = "integral of the spare time, solved with Lambert's function"
SERVICE_MS = 5.0
N_RUNS, N_REQUESTS = 20, 250_000

# (utilisation, share of the spare time, chunk in ms, order, source of the mean, of the p99)
CASES = (
    (0.6, 0.0, 100.0, SHOP_FIRST, ERLANG, ERLANG),
    (0.6, 0.5, 100.0, SHOP_FIRST, COBHAM, KLEINROCK),
    (0.6, 0.5, 10.0, SHOP_FIRST, COBHAM, KLEINROCK),
    (0.6, 0.05, 100.0, SHOP_FIRST, COBHAM, KLEINROCK),
    (0.6, 0.9, 100.0, SHOP_FIRST, COBHAM, KLEINROCK),
    (0.9, 0.5, 100.0, SHOP_FIRST, COBHAM, KLEINROCK),
    (0.6, 0.5, 100.0, IN_TURN, KHINCHINE, INVERTED),
    (0.6, 0.5, 10.0, IN_TURN, KHINCHINE, INVERTED),
    (0.6, 0.05, 100.0, IN_TURN, KHINCHINE, INVERTED),
)


def measured(order: str, spare: float, chunk: float, utilisation: float) -> tuple[Floats, Floats]:
    """Mean and p99 over independent runs, and their standard errors."""
    runs = [
        simulate(
            order, spare, chunk, utilisation, SERVICE_MS,
            n_requests=N_REQUESTS, n_runs=1, seed=10 * run,
        )
        for run in range(N_RUNS)
    ]  # fmt: skip
    figures = np.array([(run.mean, run.p99) for run in runs])
    return figures.mean(axis=0), figures.std(axis=0, ddof=1) / N_RUNS**0.5


def rows() -> Iterator[Row]:
    for utilisation, spare, chunk, order, mean_source, p99_source in CASES:
        (mean, p99), errors = measured(order, spare, chunk, utilisation)
        shard = Shard(utilisation, spare * (1.0 - utilisation), SERVICE_MS, chunk)
        first = order == SHOP_FIRST
        settings = f"shop {utilisation:.0%}, copy {spare:.0%} of the rest, {chunk:g} ms chunks"
        name = "without copy" if spare == 0.0 else order[0].lower() + order[1:]
        yield Row(
            f"mean latency, ms, {name}", settings, "theory", mean_source,
            shard.mean_shop_first if first else shard.mean_in_turn, float(mean),
            4.0 * float(errors[0]), ".2f",
        )  # fmt: skip
        yield Row(
            f"99th percentile, ms, {name}", settings, "theory", p99_source,
            shard.quantile(0.99, shop_first=first), float(p99), 4.0 * float(errors[1]), ".1f",
        )  # fmt: skip
    for utilisation, spare, growth in ((0.6, 0.5, 0.0), (0.6, 0.5, 0.1), (0.9, 0.9, 0.1)):
        ours = simulate(
            SHOP_FIRST, spare, utilisation=utilisation, data_tb=5.0, growth=growth, n_requests=100
        )
        expected = hours_to_move(5e6 / 200.0 / 3600.0, utilisation, growth, spare)
        yield Row(
            "hours until 5 TB are moved",
            f"shop {utilisation:.0%}, growing {growth:.0%} a week, copy {spare:.0%} of the rest",
            "theory", LAMBERT, expected, ours.hours, 1e-6 * expected, ".3f",
        )  # fmt: skip


TOPIC = Topic(
    "Moving data while the shard serves",
    f"A request takes the shard {SERVICE_MS:g} ms on average. {N_RUNS} runs of {N_REQUESTS:,} "
    "requests each. Queues are noisy, the more so the longer a chunk and the busier the shard: "
    "four standard errors, as the runs show them, are allowed.",
    rows,
)
