import math

import numpy as np
import pytest

from scalelab.models.storage.scatter_gather import ScatterGather, simulate
from scalelab.theory.harmonic import harmonic
from scalelab.theory.storage import scatter_gather as theory

MU = 200.0  # a service of 5 ms
PATIENT = 600_000.0


def runs(kind: str, rate: float, shards: int, share: float, **more: float) -> list[ScatterGather]:
    return [
        simulate(
            kind, rate, shards, share, timeout_ms=PATIENT, n_runs=1, seed=2 * i,
            n_queries=int(more.get("n_queries", 12_000)), slow_share=more.get("slow_share", 0.0),
        )
        for i in range(20)
    ]  # fmt: skip


def agrees(measured: list[float], expected: float) -> None:
    """Within four standard errors of the mean of independent runs."""
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert error < 0.03 * expected, "too noisy to say anything"
    assert abs(np.mean(measured) - expected) < 4.0 * error


@pytest.mark.parametrize(
    ("rate", "shards", "share"), [(120.0, 1, 1.0), (400.0, 8, 0.1), (300.0, 4, 0.3)]
)
def test_by_key_it_is_mm1(rate: float, shards: int, share: float) -> None:
    """Also where others scatter: each shard alone sees a Poisson stream."""
    at = theory.shard_rate(rate, share, shards)
    found = runs("Shard key" if share < 1.0 else "Scatter-gather", rate, shards, share)
    agrees([r.mean for r in found], 1e3 / (MU - at))
    agrees([r.p50 for r in found], 1e3 * theory.sojourn_quantile(0.5, at, MU))
    agrees([r.p99 for r in found], 1e3 * theory.sojourn_quantile(0.99, at, MU))


def test_slow_answers_are_those_of_pollaczek_and_khinchine() -> None:
    mean, square = theory.work_moments(5e-3, 0.02)
    found = runs("Shard key", 200.0, 4, 0.1, slow_share=0.02, n_queries=30_000)
    at = theory.shard_rate(200.0, 0.1, 4)
    agrees([r.mean for r in found], 1e3 * theory.mean_sojourn(at, mean, square))
    assert found[0].utilisation == pytest.approx(at * mean)
    # Without slow answers it is the M/M/1 queue.
    assert theory.mean_sojourn(100.0, *theory.work_moments(5e-3, 0.0)) == pytest.approx(0.01)


@pytest.mark.parametrize("load", [0.2, 0.5, 0.8])
def test_of_two_that_always_scatter_it_is_exact(load: float) -> None:
    found = runs("Scatter-gather", load * MU, 2, 1.0, n_queries=40_000)
    agrees([r.mean for r in found], 1e3 * theory.mean_of_two(load * MU, MU))


@pytest.mark.parametrize(("shards", "load"), [(4, 0.5), (8, 0.8), (32, 0.5), (32, 0.8)])
def test_of_more_the_approximation_keeps_its_promise(shards: int, load: float) -> None:
    found = runs("Scatter-gather", load * MU, shards, 1.0, n_queries=6_000)
    mean = float(np.mean([r.mean for r in found]))
    assert mean == pytest.approx(1e3 * theory.mean_of_slowest(shards, load * MU, MU), rel=0.05)
    assert mean < 1e3 * theory.highest_mean_of_slowest(shards, load * MU, MU)


@pytest.mark.parametrize("shards", [2, 10, 64])
def test_without_load_the_slowest_is_that_of_independent_times(shards: int) -> None:
    found = runs("Scatter-gather", 0.001, shards, 1.0, n_queries=4_000)
    agrees([r.mean for r in found], 1e3 * harmonic(shards) / MU)
    agrees([r.p50 for r in found], 1e3 * theory.slowest_quantile(0.5, shards, 0.0, MU))
    agrees([r.p99 for r in found], 1e3 * theory.slowest_quantile(0.99, shards, 0.0, MU))


def test_few_that_scatter_see_independent_shards() -> None:
    rate, share, shards = 400.0, 0.01, 4
    at = theory.shard_rate(rate, share, shards)
    found = runs("Scatter-gather", rate, shards, share, n_queries=80_000)
    expected = 1e3 * theory.highest_mean_of_slowest(shards, at, MU)
    assert np.mean([r.mean for r in found]) == pytest.approx(expected, rel=0.04)


@pytest.mark.parametrize(
    ("shards", "share", "low", "high"), [(64, 0.3, 0.98, 1.02), (16, 0.3, 1.0, 1.05),
                                         (2, 0.5, 1.05, 1.16)],
)  # fmt: skip
def test_the_global_index_is_two_steps(shards: int, share: float, low: float, high: float) -> None:
    """The mean is exact. The 99th percentile is as if the steps were independent, except where
    a query often asks the same shard twice."""
    rate = 0.6 * theory.ceiling_global_index(MU, share, shards)
    at = theory.shard_rate_global_index(rate, share, shards)
    found = runs("Global index", rate, shards, share, n_queries=40_000)
    agrees([r.mean for r in found], 1e3 * theory.mean_of_two_steps(at, MU))
    expected = 1e3 * theory.two_steps_quantile(0.99, at, MU)
    assert low * expected < np.mean([r.p99 for r in found]) < high * expected


def test_quantiles_of_two_steps() -> None:
    for probability in (0.5, 0.99):
        x = theory.two_steps_quantile(probability, 0.0, 1.0)
        assert (1.0 + x) * math.exp(-x) == pytest.approx(1.0 - probability, rel=1e-9)
    assert theory.two_steps_quantile(0.99, 0.0, 1.0) == pytest.approx(6.6384, abs=1e-4)


def test_the_approximation_begins_where_it_is_exact() -> None:
    assert theory.mean_of_slowest(1, 100.0, MU) == pytest.approx(0.01)
    assert theory.mean_of_slowest(2, 100.0, MU) == pytest.approx(theory.mean_of_two(100.0, MU))
    # Without load both are the mean of the largest of n exponential times.
    assert theory.mean_of_slowest(8, 0.0, MU) == pytest.approx(harmonic(8) / MU)
    assert theory.mean_of_two(0.0, MU) == pytest.approx(1.5 / MU)


def test_fan_out() -> None:
    """What Dean and Barroso print, and the numbers behind it."""
    assert theory.fan_out_probability(0.01, 100) == pytest.approx(0.63397, abs=1e-5)
    assert theory.fan_out_probability(0.0001, 2000) == pytest.approx(0.18128, abs=1e-5)
    assert theory.leaf_probability(0.99, 100) == pytest.approx(0.9998995, abs=1e-7)
    assert theory.leaf_probability(0.99, 1) == pytest.approx(0.99)
    assert harmonic(100) == pytest.approx(5.18738, abs=1e-5)


def test_the_ceiling_is_amdahl_s() -> None:
    for shards in (1, 2, 64, 10_000):
        speed_up = 1.0 / (0.1 + 0.9 / shards)
        assert theory.ceiling(MU, 0.1, shards) == pytest.approx(MU * speed_up)
    assert theory.ceiling(MU, 0.1, 64) == pytest.approx(1753.42, abs=0.01)
    assert theory.ceiling_global_index(MU, 0.1, 64) == pytest.approx(64 * MU / 1.1)
    # And it is where the simulation's utilisation is 1.
    for kind, able in (
        ("Scatter-gather", theory.ceiling(MU, 0.1, 8)),
        ("Global index", theory.ceiling_global_index(MU, 0.1, 8)),
    ):
        found = simulate(kind, able, 8, n_queries=100)
        assert found.ceiling == pytest.approx(able)
        assert found.utilisation == pytest.approx(1.0)


def test_shards_needed() -> None:
    assert theory.shards_needed(500.0, MU, 0.0) == 3
    needed = theory.shards_needed(500.0, MU, 0.1)
    assert theory.ceiling(MU, 0.1, int(needed)) > 500.0 >= theory.ceiling(MU, 0.1, int(needed) - 1)
    assert theory.shards_needed(500.0, MU, 0.4) == math.inf
