"""Dispersion and fits, against closed forms, numpy on a real load, and a truth that is known."""

from collections.abc import Iterator

import numpy as np

from scalelab.facts.load_balancer import LOAD_BALANCER
from scalelab.kernels.random import generator
from scalelab.kernels.workload.dispersion import WINDOWS, index, sums
from scalelab.kernels.workload.mmpp import KEPT, Mmpp, draw_arrivals
from scalelab.kernels.workload.streams import ON_S, SOURCES_ON
from scalelab.models.workload.burstiness import Burstiness, fit_counts, simulate
from scalelab.theory.workload import burstiness as theory
from scalelab.theory.workload import mmpp
from scalelab.validation.row import Row, Topic

LEWIS = "{cite:t}`v-cox1966`"
HEFFES = "{cite:t}`v-heffes1986`, IDC of the two-state process"
CLUSTERS = "{cite:t}`v-cox1980`, cluster process"
COX = "{cite:t}`v-cox1984`, covariance of M/G/∞"
FIT_RUNS = 200


def at(found: Burstiness, window: int) -> float:
    return float(found.dispersion[WINDOWS.index(window)])


def poisson() -> Iterator[Row]:
    found = fit_counts(simulate("Poisson", mean_rate=5.0, hours=48.0))
    for window in (1, 60, 600):
        band = theory.poisson_band(48 * 3600 // window)
        yield Row(
            "IDC, Poisson", f"windows of {window} s, 48 h", "theory",
            f"{LEWIS}; 1 ± 2 √(2/(n - 1))", 1.0, at(found, window), band, ".4f",
        )  # fmt: skip
        free = float(found.trend_removed[WINDOWS.index(window)])
        yield Row(
            "IDC without the trend, Poisson", f"windows of {window} s, 48 h", "theory", LEWIS,
            1.0, free, band * float(np.sqrt(35.0 / 18.0)), ".4f",
        )  # fmt: skip


def streams() -> Iterator[Row]:
    """Mean of 20 runs of 24 hours beside the formula; four standard errors."""
    law = mmpp.Mmpp(20.0 / 1.9, 200.0 / 1.9, 1080.0, 120.0)

    def crowds(t: float) -> float:
        return mmpp.dispersion(law, t)

    def sessions(t: float) -> float:
        return theory.sessions(t, 10.0, 5.0)

    def batches(_: float) -> float:
        return theory.batches(10.0, 110.0)

    def tails(t: float) -> float:
        return theory.long_tails(t, 20.0 / SOURCES_ON, ON_S, 1.4)

    cases: tuple[tuple[str, str, theory.Dispersion, str, dict[str, float]], ...] = (
        ("flash crowds", "Flash crowds", crowds, HEFFES, {}),
        ("sessions of ten requests", "Sessions", sessions, CLUSTERS, {}),
        ("ten requests at once", "Sessions", batches, CLUSTERS, {"spread_s": 0.0}),
        ("long tails", "Long tails", tails, COX, {}),
        ("100 shops with flash crowds", "Flash crowds", crowds,
         "that of one shop: variances add up, and so do means", {"shops": 100, "mean_rate": 20.0}),
    )  # fmt: skip
    for name, workload, formula, source, changed in cases:
        runs = [
            simulate(workload, hours=24.0, seed=seed, **changed)  # type: ignore[arg-type]
            for seed in range(20)
        ]
        for window in (1, 60, 600):
            n = 86_400 // window
            sizes = [run[: n * window].reshape(n, window).sum(axis=1) for run in runs]
            mean = float(np.mean([values.mean() for values in sizes]))
            each = [values.var(ddof=1) / mean for values in sizes]
            error = 4.0 * float(np.std(each, ddof=1)) / np.sqrt(len(each))
            yield Row(
                f"IDC, {name}", f"windows of {window} s, 20 times 24 h", "theory", source,
                theory.expected(formula, float(window), n), float(np.mean(each)), error, ".2f",
            )  # fmt: skip


def golden() -> Iterator[Row]:
    """Request by request, by the other kernel, with rates whose limit is known."""
    stream = Mmpp(10.0, 100.0, 10.0, 1.0)
    seconds = 400_000
    times = np.empty(9_000_000)
    n = draw_arrivals(stream, float(seconds), generator(1), np.empty(KEPT), times)
    counts = np.bincount(times[:n].astype(np.int64), minlength=seconds)[:seconds]
    limit = mmpp.dispersion_limit(mmpp.Mmpp(*stream))
    found = index(sums(counts.astype(np.float64)), 100, False)
    yield Row(
        "IDC in long windows", "rates 10 and 100/s that end 0.1 and 1 times a second", "theory",
        HEFFES, limit, found.value, 0.05 * limit, ".2f",
    )  # fmt: skip


def real_load() -> Iterator[Row]:
    values = np.array(LOAD_BALANCER, np.float64)
    total = sums(values)
    for window, name in ((1, "5 min"), (3, "15 min"), (12, "1 h")):
        n = values.size // window
        grouped = values[: n * window].reshape(n, window).sum(axis=1)
        yield Row(
            "Variance over mean, requests at a load balancer", f"windows of {name}", "peer",
            "numpy's *var* on the series of {cite:t}`v-lavin2015`",
            float(grouped.var(ddof=1) / grouped.mean()), index(total, window, False).value,
            1e-9, ".4f",
        )  # fmt: skip
        second = np.diff(grouped, 2) / 2.0
        wanted = float((second**2).sum() / 1.5 / grouped[1:-1].sum())
        yield Row(
            "The same without the trend", f"windows of {name}", "peer",
            "numpy's *diff*, twice", wanted, index(total, window, True).value, 1e-9, ".4f",
        )  # fmt: skip


def known_truth() -> Iterator[Row]:
    """Fits of 12 hours with about 36 crowds: on average, and how often the interval holds it."""
    truth = {
        "Calm (1/s)": 20.0 / 1.9, "Crowd (1/s)": 200.0 / 1.9, "Calm for (s)": 1080.0,
        "Crowd for (s)": 120.0,
    }  # fmt: skip
    values: dict[str, list[float]] = {name: [] for name in truth}
    held: dict[str, list[float]] = {name: [] for name in truth}
    for seed in range(FIT_RUNS):
        found = fit_counts(simulate("Flash crowds", hours=12.0, seed=1000 + seed)).mmpp
        assert found is not None
        for (name, true), value, interval in zip(
            truth.items(),
            (found.calm_rate, found.crowd_rate, found.calm_s, found.crowd_s),
            (found.calm_rate_interval, found.crowd_rate_interval, found.calm_s_interval,
             found.crowd_s_interval),
            strict=True,
        ):  # fmt: skip
            assert interval is not None
            values[name].append(value)
            held[name].append(float(interval[0] <= true <= interval[1]))
    for name, true in truth.items():
        error = 4.0 * float(np.std(values[name], ddof=1)) / float(np.sqrt(FIT_RUNS))
        yield Row(
            f"Fitted: {name}", f"mean of {FIT_RUNS} logs of 12 h", "theory", "the truth", true,
            float(np.mean(values[name])), error, ".2f",
        )  # fmt: skip
    few = (
        "a dozen hours hold some 36 crowds, whose lengths differ much; the spread between 13 parts "
        "of the log is itself uncertain"
    )
    for name, shares in held.items():
        share = float(np.mean(shares))
        tolerance = 4.0 * float(np.sqrt(0.95 * 0.05 / FIT_RUNS))
        yield Row(
            f"95% interval holds: {name}", f"{FIT_RUNS} logs of 12 h", "theory",
            "the interval's promise", 0.95, share, tolerance, ".3f",
            few if abs(share - 0.95) > tolerance else "",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from poisson()
    yield from streams()
    yield from golden()
    yield from real_load()
    yield from known_truth()


TOPIC = Topic(
    "Burstiness",
    "Index of dispersion for counts (IDC): streams whose variance is known exactly, a load that "
    "was measured, and flash crowds fitted to logs of which the truth is known.",
    rows,
)
