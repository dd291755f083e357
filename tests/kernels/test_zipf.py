"""Zipf popularity, the alias table behind it, and the requests drawn from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scalelab.kernels.zipf import alias_table, popularity
from scalelab.models.zipf import requests


@pytest.mark.parametrize("skew", [0.0, 0.5, 1.0, 2.5])
@pytest.mark.parametrize("n_objects", [1, 2, 1_000])
def test_popularity(n_objects: int, skew: float) -> None:
    expected = np.arange(1, n_objects + 1, dtype=float) ** -skew
    np.testing.assert_allclose(popularity(n_objects, skew), expected / expected.sum(), rtol=1e-13)


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=50).filter(any))
def test_alias_table_holds_the_probabilities(weights: list[int]) -> None:
    probability = np.array(weights) / sum(weights)
    threshold, alias = alias_table(probability)
    implied = threshold.copy()
    for i in range(alias.size):
        implied[alias[i]] += 1.0 - threshold[i]
    np.testing.assert_allclose(implied / alias.size, probability, atol=1e-13)


def test_drawn_frequencies() -> None:
    keys = requests(200_000, 200, 0.9, seed=3)
    counts = np.bincount(keys, minlength=200)
    assert counts.size == 200
    assert stats.chisquare(counts, popularity(200, 0.9) * keys.size).pvalue > 1e-4


def test_seeds() -> None:
    assert (requests(1_000, 50, 0.8) == requests(1_000, 50, 0.8, seed=1)).all()
    assert (requests(1_000, 50, 0.8) != requests(1_000, 50, 0.8, seed=2)).any()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((-1, 5, 1.0), "n_requests is -1"),
        ((5, 0, 1.0), "n_objects is 0"),
        ((5, 5, -0.1), "skew is -0.1"),
        ((5, 5, float("nan")), "skew is nan"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[int, int, float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        requests(*arguments)
