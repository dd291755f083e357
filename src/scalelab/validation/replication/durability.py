"""Commits that wait for replicas, and what a failover loses, against closed forms and PBS."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scalelab.models.replication.durability import MODES, ZONE_MS, simulate
from scalelab.theory.replication.durability import (
    Acknowledgement,
    Times,
    commit_by,
    lag_of_the_best,
    lost_asynchronous,
    lost_at_most,
    lost_by_the_wrong_heir,
    nothing_lost,
)
from scalelab.theory.storage.consistency import at_least, quantile
from scalelab.validation.row import Row, Topic

ASYNCHRONOUS, SEMI, ONE, ANY, ALL = MODES
ORDER = "order statistics of acknowledgement times, see the theory module *durability*"
LITTLE = "{cite:t}`v-little1961`: lost are those on their way, rate times lag"
POISSON = "no commit within the lag, $e^{-\\lambda \\ell}$, averaged over the lag"
GEOMETRIC = "{cite:t}`v-greenwood1920`: a Poisson number with an exponential mean is geometric"
HEIR = "both stalls integrated, see the theory module *durability*"
PBS = "{cite:t}`v-bailis2012`, table of operation latencies, from their fits"
RATE, TRIALS = 1000.0, 500_000


def latencies() -> Iterator[Row]:
    stall_share = 0.05
    acknowledgement = Acknowledgement(ZONE_MS, 1.0, 0.2, stall_share, 100.0)
    for mode, n, k in ((ONE, 1, 1), (ANY, 2, 1), (ALL, 2, 2), (ANY, 3, 2)):
        ours = simulate(mode, n_replicas=n, k=k, stall_share=stall_share, n_trials=TRIALS, n_runs=1)

        def by(time: float, n: int = n, k: int = k) -> float:
            return commit_by(time, acknowledgement, n, k)

        for name, share, measured in (("p50", 0.5, ours.p50), ("p99", 0.99, ours.p99)):
            reference = quantile(by, share, 2000.0)
            yield Row(
                f"Commit, {name} (ms)", f"{k} of {n} in another zone, 5% of the time stalled",
                "theory", ORDER, reference, measured, 0.02 * reference, ".2f",
            )  # fmt: skip


def losses() -> Iterator[Row]:
    delay = 0.5 * ZONE_MS + 1.0
    for n in (1, 2, 3):
        ours = simulate(
            ASYNCHRONOUS, n_replicas=n, jitter=0.0, stall_share=0.1, n_trials=TRIALS, n_runs=1
        )
        about = f"asynchronous, most advanced of {n}, 10% of the time stalled"
        reference = lost_asynchronous(RATE, lag_of_the_best(delay, 0.1, 100.0, n))
        yield Row(
            "Lost, mean", about, "theory", LITTLE, reference, ours.lost, 0.02 * reference, ".3f"
        )
        yield Row(
            "Failovers that lose nothing", about, "theory", POISSON,
            nothing_lost(RATE, delay, 0.1, 100.0, n), ours.nothing, 0.002, ".4f",
        )  # fmt: skip
    for n in (1, 3):
        ours = simulate(
            ASYNCHRONOUS, n_replicas=n, flush_ms=0.0, zone_ms=0.0, stall_share=1.0,
            n_trials=TRIALS, n_runs=1,
        )  # fmt: skip
        for name, share, measured in (("p50", 0.5, ours.lost_p50), ("p99", 0.99, ours.lost_p99)):
            count = lost_at_most(RATE, 100.0 / n, share)
            yield Row(
                f"Lost, {name}", f"asynchronous, most advanced of {n}, always stalled", "theory",
                GEOMETRIC, count, measured, max(1.0, 0.01 * count), ".0f",
            )  # fmt: skip


def promised_losses() -> Iterator[Row]:
    for n in (2, 3):
        ours = simulate(
            ANY, n_replicas=n, jitter=0.0, stall_share=0.3, placement="another region",
            region_ms=80.0, promotion="The first", n_trials=TRIALS, n_runs=1,
        )  # fmt: skip
        reference = lost_by_the_wrong_heir(RATE, 40.0, 0.3, 100.0, n)
        yield Row(
            "Lost, mean", f"any 1 of {n}, the first takes over anyhow", "theory", HEIR, reference,
            ours.lost, 0.02 * reference, ".3f",
        )  # fmt: skip
    for dead in (0, 1):
        ours = simulate(ANY, n_replicas=3, k=2, die_with=dead, n_trials=TRIALS, n_runs=1)
        yield Row(
            "Lost, mean", f"any 2 of 3, most advanced, {dead} of them dies with the primary",
            "theory", "fewer die than have acknowledged, so one that has it is left", 0.0,
            ours.lost, 0.0, ".3f",
        )  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """A share of times is Pareto from ``least`` with exponent ``alpha``, the others exponential."""

    share: float
    least: float
    alpha: float
    rate: float

    def by(self, times: Times) -> float:
        """Probability that it is over by a time, averaged over ``times``."""
        pareto = 1.0 - (self.least / np.maximum(times, self.least)) ** self.alpha
        exponential = -np.expm1(-self.rate * np.maximum(times, 0.0))
        return float(np.mean(self.share * pareto + (1.0 - self.share) * exponential))


SSD = Fit(0.9122, 0.235, 10.0, 1.66)
DISK = Fit(0.38, 1.05, 1.51, 0.183)
MEASURED = {
    "LNKD-SSD": (SSD, (0.66, 1.63, 4.09)),
    "LNKD-DISK": (DISK, (10.99, 20.97, 112.65)),
}


def published() -> Iterator[Row]:
    """A write and its acknowledgement, by the fits that the paper makes to measured times."""
    middles = (np.arange(20_000) + 0.5) / 20_000
    back = SSD  # acknowledgements have the law of the fast disks in both
    quick = back.least * (1.0 - middles) ** (-1.0 / back.alpha)
    other = -np.log1p(-middles) / back.rate

    def by(time: float, write: Fit) -> float:
        return back.share * write.by(time - quick) + (1.0 - back.share) * write.by(time - other)

    for name, (write, published_ms) in MEASURED.items():
        for k, reference in enumerate(published_ms, 1):

            def kth_by(time: float, k: int = k, write: Fit = write) -> float:
                return at_least(k, [by(time, write)] * 3)

            yield Row(
                "Write, p99.9 (ms)", f"{name}, any {k} of 3", "published", PBS, reference,
                quantile(kth_by, 0.999, 1000.0), 0.03 * reference, ".2f",
            )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from latencies()
    yield from losses()
    yield from promised_losses()
    yield from published()


TOPIC = Topic(
    "Durability",
    "Commits that wait for none, one, any k or all of the replicas in another zone, and what is "
    f"lost when the primary dies; 1,000 commits a second, {TRIALS:,} moments each. The published "
    "figures check the order statistics, with the fits of their paper in place of our laws. "
    "GitHub's 954 writes that had not reached the other coast in 2018 are a scale, no check: rate "
    "and lag of that cluster are not published.",
    rows,
)
