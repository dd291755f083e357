import math
from typing import Any

import numpy as np
import pytest

from scalelab.models.replication.durability import MODES, Durability, simulate
from scalelab.theory.replication.durability import (
    Acknowledgement,
    commit_by,
    exponentials_by,
    lag_of_the_best,
    lost_asynchronous,
    lost_at_most,
    lost_by_the_wrong_heir,
    nothing_lost,
)
from scalelab.theory.storage.consistency import quantile

ASYNCHRONOUS, SEMI, ONE, ANY, ALL = MODES


def runs(mode: str, n_trials: int = 8000, **settings: Any) -> list[Durability]:
    return [
        simulate(mode, n_trials=n_trials, n_runs=1, seed=seed, **settings) for seed in range(20)
    ]


def close(measured: list[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error + 1e-9


@pytest.mark.parametrize(
    ("mode", "n", "k", "jitter"),
    [(ONE, 1, 1, 0.2), (ANY, 2, 1, 0.2), (ALL, 2, 2, 0.2), (ANY, 3, 2, 1.0)],
)
def test_commits_agree_within_four_standard_errors(
    mode: str, n: int, k: int, jitter: float
) -> None:
    settings: dict[str, Any] = {"jitter": jitter, "stall_share": 0.1}
    found = runs(mode, n_replicas=n, k=k, **settings)
    one = Acknowledgement(0.83, 1.0, jitter, 0.1, 100.0)
    for share, measured in ((0.5, [run.p50 for run in found]), (0.99, [run.p99 for run in found])):
        wanted = quantile(lambda t: commit_by(t, one, n, k), share, 2000.0)
        assert close(measured, wanted) or abs(np.mean(measured) / wanted - 1.0) < 1e-3


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("stall_share", [0.0, 0.2])
def test_losses_agree_within_four_standard_errors(n: int, stall_share: float) -> None:
    found = runs(ASYNCHRONOUS, n_replicas=n, jitter=0.0, stall_share=stall_share)
    delay = 0.5 * 0.83 + 1.0
    lag = lag_of_the_best(delay, stall_share, 100.0, n)
    assert close([run.lost for run in found], lost_asynchronous(1000.0, lag))
    nothing = nothing_lost(1000.0, delay, stall_share, 100.0, n)
    assert close([run.nothing for run in found], nothing)


@pytest.mark.parametrize(("rate", "n"), [(20.0, 1), (1000.0, 2)])
def test_an_exponential_lag_loses_a_geometric_number(rate: float, n: int) -> None:
    always: dict[str, Any] = {
        "commit_rate": rate, "n_replicas": n, "flush_ms": 0.0, "zone_ms": 0.0, "stall_share": 1.0,
    }  # fmt: skip
    found = runs(ASYNCHRONOUS, **always)
    for share, measured in ((0.5, "lost_p50"), (0.99, "lost_p99")):
        mean = float(np.mean([getattr(run, measured) for run in found]))
        wanted = lost_at_most(rate, 100.0 / n, share)
        assert abs(mean - wanted) <= 0.6 + 0.02 * wanted
    assert close([run.nothing for run in found], nothing_lost(rate, 0.0, 1.0, 100.0, n))


def test_geometric_by_counting() -> None:
    """Mean 2: a third lose nothing, two ninths one, four twenty-sevenths two."""
    assert nothing_lost(1000.0, 0.0, 1.0, 2.0, 1) == pytest.approx(1.0 / 3.0)
    assert [lost_at_most(1000.0, 2.0, share) for share in (0.3, 0.5, 0.6, 0.70)] == [0, 1, 2, 2]


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("stall_share", [0.1, 1.0])
def test_the_wrong_heir(n: int, stall_share: float) -> None:
    found = runs(
        ANY, n_replicas=n, jitter=0.0, stall_share=stall_share, placement="another region",
        region_ms=80.0, promotion="The first",
    )  # fmt: skip
    wanted = lost_by_the_wrong_heir(1000.0, 40.0, stall_share, 100.0, n)
    assert close([run.lost for run in found], wanted)


def test_a_single_replica_is_the_right_heir() -> None:
    assert lost_by_the_wrong_heir(1000.0, 40.0, 1.0, 100.0, 1) == pytest.approx(0.0)


def test_exponentials_one_after_the_other() -> None:
    times = np.array([-1.0, 0.0, 1.0, 3.0, 500.0])
    one = exponentials_by(times, [2.0])
    np.testing.assert_allclose(one[1:], -np.expm1(-times[1:] / 2.0))
    assert one[0] == 0.0
    np.testing.assert_array_equal(exponentials_by(times, []), [0.0, 1.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(exponentials_by(times, [0.0, 2.0]), one)
    # Two nearly alike are an Erlang time of two steps.
    two = exponentials_by(times, [1.0, 1.0 + 1e-6])
    erlang = 1.0 - (1.0 + times[1:]) * np.exp(-times[1:])
    np.testing.assert_allclose(two[1:], erlang, atol=1e-5)
    with pytest.raises(ValueError, match=r"means are \[1.0, 1.0\]; no two may be equal"):
        exponentials_by(times, [1.0, 1.0])


def test_without_chance_an_acknowledgement_is_its_three_steps() -> None:
    steady = Acknowledgement(0.8, 1.0, 0.0, 0.0, 100.0)
    assert (steady.by(1.79), steady.by(1.81)) == (0.0, 1.0)
    assert (commit_by(2.79, steady, 2, 2), commit_by(2.81, steady, 2, 2)) == (0.0, 1.0)
