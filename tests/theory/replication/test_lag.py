"""Closed forms against the kernel: four standard errors, or what must hold exactly."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from scalelab.kernels.jit import Floats
from scalelab.kernels.random import generator
from scalelab.kernels.replication.apply import arrivals, visible_times
from scalelab.kernels.replication.lag import IN_ORDER
from scalelab.models.replication.lag import LAWS, Lag, simulate
from scalelab.theory.harmonic import harmonic
from scalelab.theory.replication import lag as theory


def agrees(measured: Sequence[float], expected: float, most: float = 0.02) -> None:
    """Within four standard errors of the mean of independent runs."""
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert error < most * expected, "too noisy to say anything"
    assert abs(np.mean(measured) - expected) < 4.0 * error


def steady(used: float, **changed: Any) -> list[Lag]:
    """Runs without a network, in which one worker needs a second for a transaction."""
    given: dict[str, Any] = {
        "write_rate": used, "size": 1, "apply_ms": 1000.0, "round_trip_ms": 0.0, "jitter_ms": 0.0,
        "before_s": 1.0, "after_s": 100_000.0 / used, "n_runs": 1, **changed,
    }  # fmt: skip
    return [simulate(**given, seed=10 * i) for i in range(20)]


@pytest.mark.parametrize("used", [0.2, 0.5, 0.8])
def test_one_worker(used: float) -> None:
    found = steady(used)
    agrees([r.mean for r in found], theory.mm1_mean(used, 1.0))
    agrees([r.p50 for r in found], theory.mm1_quantile(0.5, used, 1.0))
    agrees([r.p99 for r in found], theory.mm1_quantile(0.99, used, 1.0))
    assert found[0].utilisation == pytest.approx(used)


@pytest.mark.parametrize("used", [0.2, 0.5, 0.8])
def test_work_that_is_all_alike(used: float) -> None:
    agrees([r.mean for r in steady(used, law=LAWS[1])], theory.mg1_mean(used, 1.0, 0.0))


def test_pollaczek_khinchine_s_table() -> None:
    """Waits in units of the work, computed by others (M/D/1, M/M/1, c_v² = 4)."""
    for used, waits in ((0.5, (0.5, 1.0, 2.5)), (0.8, (2.0, 4.0, 10.0)), (0.9, (4.5, 9.0, 22.5))):
        for variation, wait in zip((0.0, 1.0, 2.0), waits, strict=True):
            assert theory.mg1_mean(used, 1.0, variation) == pytest.approx(1.0 + wait)
        assert theory.mg1_mean(used, 1.0, 1.0) == pytest.approx(theory.mm1_mean(used, 1.0))


@pytest.mark.parametrize(
    ("c", "offered", "probability", "wait"),
    [(1, 0.8, 0.8, 4.0), (2, 1.6, 0.711111, 1.777778), (8, 6.4, 0.457645, 0.286028),
     (10, 9.0, 0.668732, 0.668732), (100, 95.0, 0.506457, 0.101291)],
)  # fmt: skip
def test_erlang_s_table(c: int, offered: float, probability: float, wait: float) -> None:
    assert theory.waits(offered, 1.0, c) == pytest.approx(probability, abs=1e-6)
    assert theory.any_order_mean(offered, 1.0, c) == pytest.approx(1.0 + wait, abs=1e-6)


def mean_lag_of_bursts(rate: float, sizes: Floats, seed: int) -> float:
    """One worker that needs 1 on average, ``sizes`` of transactions at the same moment."""
    draw = np.random.default_rng(seed)
    moments = np.cumsum(draw.exponential(sizes.mean() / rate, sizes.size))
    commits = np.repeat(moments, sizes.astype(int))
    work = draw.exponential(1.0, commits.size)
    return float(np.mean(visible_times(commits, work, 1, 0.0, 0.0) - commits))


@pytest.mark.parametrize("used", [0.3, 0.7])
def test_bursts(used: float) -> None:
    """Of always ten, and geometric with a mean of ten: nearly twice the lag for the same rate."""
    draw = np.random.default_rng(7)
    tens = [mean_lag_of_bursts(used, np.full(20_000, 10.0), seed) for seed in range(20)]
    agrees(tens, theory.bursts_mean(used, 1.0, 10.0, 100.0))
    geometric = [
        mean_lag_of_bursts(used, draw.geometric(0.1, 20_000).astype(float), seed)
        for seed in range(20)
    ]
    agrees(geometric, theory.bursts_mean(used, 1.0, 10.0, 190.0), 0.04)
    assert theory.bursts_mean(used, 1.0, 10.0, 190.0) == pytest.approx(10.0 / (1.0 - used))
    assert theory.bursts_mean(used, 1.0, 1.0, 1.0) == pytest.approx(theory.mm1_mean(used, 1.0))


@pytest.mark.parametrize("offered", [0.25, 1.0])
def test_a_worker_is_always_free(offered: float) -> None:
    """16 workers, one of which is busy on average: as if there were no end of them."""
    found = steady(offered, n_workers=16)
    agrees([r.mean for r in found], theory.in_order_mean(offered, 1.0))
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        shares = [theory.in_order_by(getattr(r, name), offered, 1.0) for r in found]
        agrees(shares, share)


@pytest.mark.parametrize("crowd", [0.1, 1.0, 20.0])
def test_a_stream_in_order(crowd: float) -> None:
    """``crowd`` transactions are sent in one mean jitter."""
    means = []
    for seed in range(20):
        commits = np.cumsum(np.random.default_rng(seed).exponential(1.0 / crowd, 50_000))
        means.append(float(np.mean(arrivals(generator(seed), commits, 0.5, 1.0) - commits)))
    agrees(means, 0.5 + theory.in_order_mean(crowd, 1.0))


def test_the_mean_in_order_is_the_integral() -> None:
    for rate in (0.01, 1.0, 30.0, 1000.0):
        times = np.linspace(0.0, 60.0, 600_001)
        beyond = np.array([1.0 - theory.in_order_by(t, rate, 1.0) for t in times[::10]])
        integral = float(np.sum(0.5 * (beyond[1:] + beyond[:-1])) * (times[10] - times[0]))
        assert theory.in_order_mean(rate, 1.0) == pytest.approx(integral, rel=1e-5)
    assert theory.in_order_mean(0.0, 2.0) == pytest.approx(0.5)


@pytest.mark.parametrize(("c", "offered"), [(2, 0.5), (2, 1.2), (4, 2.0), (16, 4.0)])
def test_in_order_is_between_its_bounds(c: int, offered: float) -> None:
    """Later than in any order and than with a worker always free, earlier than with fewer."""
    measured = float(np.mean([r.mean for r in steady(offered, n_workers=c)]))
    assert measured > theory.any_order_mean(offered, 1.0, c)
    assert measured > 0.999 * theory.in_order_mean(offered, 1.0)
    if offered < 1.0:
        assert measured < theory.mm1_mean(offered, 1.0)


@pytest.mark.parametrize("c", [1, 2, 3, 4, 8, 16])
def test_ceiling_in_order(c: int) -> None:
    applied = []
    for seed in range(20):
        work = np.random.default_rng(seed).exponential(1.0, 50_000)
        applied.append(work.size / visible_times(np.zeros(work.size), work, c, 0.0, 0.0)[-1])
    agrees(applied, IN_ORDER[c - 1])


def test_the_kernel_s_ceilings_are_the_chain_s() -> None:
    assert [theory.in_order_ceiling(c) for c in range(1, 17)] == pytest.approx(IN_ORDER, rel=1e-11)
    assert theory.in_order_ceiling(2) == pytest.approx(1.5)
    assert theory.in_order_ceiling(3) == pytest.approx(27.0 / 14.0)
    # Less is lost than if all c had to be done before the next c begin.
    for c in range(2, 11):
        assert c / harmonic(c) < theory.in_order_ceiling(c) < c


SALE = {"factor": 3.0, "sale_s": 20.0, "after_s": 300.0}


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (SALE, lambda: theory.sale_mean_behind(100.0, 125.0, 3.0, 20.0)),
        ({"batch_s": 20.0}, lambda: theory.batch_mean_behind(100.0, 125.0, 20.0)),
        ({"blocked_s": 20.0}, lambda: theory.blocked_mean_behind(100.0, 125.0, 20.0)),
    ],
    ids=["sale", "batch", "query"],
)
def test_until_it_has_caught_up(happens: dict[str, float], expected: Callable[[], float]) -> None:
    given: dict[str, Any] = {
        "write_rate": 1000.0,
        "round_trip_ms": 0.0,
        "jitter_ms": 0.0,
        **happens,
    }
    found = [simulate(**given, n_runs=1, seed=10 * i) for i in range(60)]
    assert all(r.caught_up for r in found)
    agrees([r.behind for r in found], expected())
    # A fluid is not far off, and says the same whoever computes it.
    assert found[0].fluid_behind == pytest.approx(expected(), rel=0.01)
    if "sale_s" in happens:
        assert found[0].fluid_peak == pytest.approx(theory.sale_peak(0.8, 3.0, 20.0))
        assert found[0].fluid_behind == pytest.approx(theory.sale_behind(0.8, 3.0, 20.0))
        assert np.mean([r.largest for r in found]) == pytest.approx(28.0, rel=0.05)
    else:
        assert found[0].fluid_peak == 20.0
        assert found[0].fluid_behind == pytest.approx(theory.stop_behind(0.8, 20.0))
        assert np.mean([r.largest for r in found]) == pytest.approx(20.0, rel=0.02)


def test_a_sale_that_it_keeps_up_with_leaves_nothing() -> None:
    assert theory.sale_peak(0.3, 3.0, 20.0) == theory.sale_behind(0.3, 3.0, 20.0) == 0.0
    assert theory.sale_behind(0.5, 3.0, 20.0) > theory.sale_peak(0.5, 3.0, 20.0) > 0.0


def test_the_tail_is_the_quantile_s() -> None:
    for share in (0.5, 0.9, 0.999):
        lag = theory.mm1_quantile(share, 3.0, 5.0)
        assert theory.mm1_beyond(lag, 3.0, 5.0) == pytest.approx(1.0 - share)
