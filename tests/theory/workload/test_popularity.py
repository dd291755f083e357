"""The closed forms against sums, enumeration and draws."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from scalelab.theory.workload.popularity import (
    expected_often,
    expected_once,
    expected_seen,
    fisher_error,
    generalised_harmonic,
    luck,
    new_share,
    probabilities,
    top_share,
)


@pytest.mark.parametrize("n", [1, 10, 1_000, 1_001, 5_000, 200_000])
@pytest.mark.parametrize("skew", [0.0, 0.6, 0.99, 1.0, 1.4, 2.5])
def test_the_sum_term_by_term(n: int, skew: float) -> None:
    whole = math.fsum(k**-skew for k in range(1, n + 1))
    assert generalised_harmonic(n, skew) == pytest.approx(whole, rel=1e-13)


def test_all_is_all() -> None:
    assert top_share(500, 0.9, 500) == 1.0
    assert probabilities(500, 0.9)[:50].sum() == pytest.approx(top_share(500, 0.9, 50))


def test_what_a_log_holds_by_enumeration() -> None:
    shares = probabilities(3, 1.0)
    seen = once = new = 0.0
    for log in itertools.product(range(3), repeat=4):
        chance = math.prod(float(shares[k]) for k in log)
        seen += chance * len(set(log))
        once += chance * sum(log.count(k) == 1 for k in set(log))
        new += chance * sum(float(shares[k]) for k in range(3) if k not in log)
    assert expected_seen(shares, 4) == pytest.approx(seen)
    assert expected_once(shares, 4) == pytest.approx(once)
    assert new_share(shares, 4) == pytest.approx(new)


def test_the_bound_is_reached_where_ranks_are_known() -> None:
    n, shares = 2_000, probabilities(50, 0.9)
    logs = np.log(np.arange(1, 51))
    # The estimate is close to linear in the mean logarithm, whose variance is what it divides by.
    variance = (shares * logs**2).sum() - (shares * logs).sum() ** 2
    means = np.random.default_rng(1).multinomial(n, shares, 4_000) @ logs / n
    assert np.std(means) / variance == pytest.approx(fisher_error(shares, n), rel=4 / np.sqrt(8e3))


@pytest.mark.parametrize(("skew", "least"), [(0.9, 5), (0.9, 10), (1.3, 10), (0.6, 20)])
def test_objects_above_a_count(skew: float, least: int) -> None:
    scale = 2_000.0
    means = scale * np.arange(1.0, 2e6) ** -skew
    whole = float(stats.poisson.sf(least - 1, means).sum())
    assert expected_often(scale, skew, least) == pytest.approx(whole, abs=0.01)


@pytest.mark.parametrize("skew", [0.6, 0.9, 1.3])
def test_luck_by_drawing(skew: float) -> None:
    """Far down the ranks, where the means are about thirty."""
    means = 30.0 * (np.arange(1.0, 60_000.0) / 400.0) ** -skew
    rng = np.random.default_rng(3)
    above = []
    for _ in range(60):
        counts = np.sort(rng.poisson(means))[::-1]
        above.append((counts[300:500] - means[300:500]).mean())
    assert np.mean(above) == pytest.approx(luck(skew), abs=4 * np.std(above) / np.sqrt(60) + 0.05)
