import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest

from scalelab.kernels.zipf import popularity
from scalelab.models.storage.partition import SYSTEMS, Partition, simulate
from scalelab.theory.storage.partition import (
    catching_up,
    conflict_probability,
    differs_probability,
    expected,
    lost_writes,
    majority_availability,
    refused_share,
    stale_in_break,
    stale_probability,
)

CP, AP, SINGLE = SYSTEMS


def close(measured: Sequence[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error


def runs(n: int = 40, **settings: float) -> list[Partition]:
    """Sites that talk at once, except during the break."""
    at_once = {"delay_ms": 0.0, "replay_rate": 1e9}
    return [
        simulate(AP, n_runs=1, seed=seed, **{**at_once, **settings})  # type: ignore[arg-type]
        for seed in range(n)
    ]


@pytest.mark.parametrize("minority", [0.1, 0.3, 0.8])
def test_the_quorum_refuses_whoever_is_cut_off(minority: float) -> None:
    found = simulate(CP, minority=minority, n_runs=40)
    share = refused_share(minority, 60.0, 120.0)
    n = 40 * found.requests
    assert abs(found.refused - share) < 4.0 * math.sqrt(share * (1.0 - share) / n)


@pytest.mark.parametrize("skew", [0.0, 0.8, 1.4])
@pytest.mark.parametrize("minority", [0.1, 0.5])
def test_conflicts_and_losses_of_a_cut(skew: float, minority: float) -> None:
    found = runs(skew=skew, minority=minority)
    differ, conflict, lost = expected(popularity(1000, skew).tolist(), 20.0, minority, 60.0)
    assert close([run.differing for run in found], differ)
    assert close([run.conflicts for run in found], conflict)
    assert close([run.writes_lost for run in found], lost)


def test_stale_reads_of_a_cut() -> None:
    """Each side misses what the other writes, the larger side less."""
    p = popularity(1000, 0.8)
    found = runs(minority=0.3)
    stale = sum(
        share * float(sum(q * stale_in_break(20.0 * q * (1.0 - share), 0.0, 60.0) for q in p))
        for share in (0.3, 0.7)
    )
    assert close([run.stale for run in found], 0.8 * 0.5 * stale)


def test_stale_reads_of_a_delay() -> None:
    """Nothing is broken; the first reads of a run, which miss less, are under 2 % of it."""
    p = popularity(100, 0.8)
    found = runs(minority=0.3, break_s=0.0, delay_ms=500.0, n_keys=100, before_s=0.0)
    stale = sum(
        share * float(sum(q * stale_probability(20.0 * q * (1.0 - share), 0.5) for q in p))
        for share in (0.3, 0.7)
    )
    assert np.mean([run.stale for run in found]) == pytest.approx(0.8 * stale, rel=0.02)


def test_a_random_delay_is_as_bad_as_a_fixed_one() -> None:
    """Writes at rate 3, each known after an exponential time of mean 0.4: dice, no model."""
    dice, n, window = np.random.default_rng(1), 20_000, 20.0
    stale = sum(
        bool((dice.uniform(0.0, window, k) < dice.exponential(0.4, k)).any())
        for k in dice.poisson(3.0 * window, n)
    ) / n  # fmt: skip
    wanted = stale_probability(3.0, 0.4)
    assert abs(stale - wanted) < 4.0 * math.sqrt(wanted * (1.0 - wanted) / n)


def test_lost_writes_by_counting_every_case() -> None:
    """Sum over the numbers of writes on both sides and over which side wrote last."""
    a, b = 1.3, 0.4
    total = 0.0
    for i, j in itertools.product(range(30), range(30)):
        if i + j == 0:
            continue
        chance = math.exp(-a - b) * a**i * b**j / math.factorial(i) / math.factorial(j)
        # All orders of i + j writes are equally likely: the last is the first side's in i of them.
        total += chance * (i * j + j * i) / (i + j)
    assert lost_writes(a, b) == pytest.approx(total, rel=1e-12)
    assert lost_writes(0.0, 0.0) == lost_writes(5.0, 0.0) == 0.0
    # One write on each side, and then one of the two is lost.
    assert lost_writes(1e-6, 1e-6) == pytest.approx(1e-12, rel=1e-5)
    assert lost_writes(1e-4, 1e-4) == pytest.approx(1e-8, rel=1e-3)
    # Very many: the losing side's, whichever that is.
    assert lost_writes(700.0, 300.0) == pytest.approx(2 * 0.7 * 0.3 * 999.0)


def test_probabilities() -> None:
    assert conflict_probability(1.0, 1.0) == pytest.approx((1.0 - 1.0 / math.e) ** 2)
    assert conflict_probability(3.0, 0.0) == 0.0
    assert differs_probability(0.3, 0.7) == pytest.approx(1.0 - 1.0 / math.e)
    assert stale_in_break(0.0, 1.0, 60.0) == 0.0
    times = (np.arange(100_000) + 0.5) / 100_000 * 60.0
    average = float(np.mean(1.0 - np.exp(-0.05 * (times + 2.0))))
    assert stale_in_break(0.05, 2.0, 60.0) == pytest.approx(average, rel=1e-9)


def test_catching_up_takes_as_long_as_a_fluid() -> None:
    """14 writes a second on the larger side; the backlog is a minute of them."""
    found = runs(20, delay_ms=100.0, replay_rate=100.0)
    wanted = catching_up(14.0 * 60.0, 100.0, 14.0)
    assert np.mean([run.agreed_s for run in found]) == pytest.approx(wanted, rel=0.05)
    assert catching_up(10.0, 5.0, 5.0) == math.inf


@pytest.mark.parametrize("n", [1, 3, 5, 7])
@pytest.mark.parametrize("up", [0.0, 0.5, 0.9, 0.999, 1.0])
def test_majorities_by_counting_every_state(n: int, up: float) -> None:
    total = sum(
        math.prod(up if alive else 1.0 - up for alive in state)
        for state in itertools.product((True, False), repeat=n)
        if sum(state) > n / 2
    )
    assert majority_availability(n, up) == pytest.approx(total, abs=1e-13)


def test_an_even_replica_adds_nothing() -> None:
    assert majority_availability(4, 0.99) < majority_availability(3, 0.99)
    assert majority_availability(2, 0.99) < 0.99
