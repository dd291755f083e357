"""Closed forms against counting and against drawing with a generator of another make."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.multi_region.consistency import (
    missed_at_random,
    missed_by_all,
    missed_two_at_random,
    seen_by,
    within_versions,
)


@pytest.mark.parametrize(
    ("n", "k_r", "k_w"), [(3, 1, 1), (3, 1, 2), (5, 2, 2), (5, 1, 3), (4, 3, 2)]
)
def test_sets_that_miss_each_other_are_counted(n: int, k_r: int, k_w: int) -> None:
    pairs = [
        set(a).isdisjoint(b)
        for a in combinations(range(n), k_r)
        for b in combinations(range(n), k_w)
    ]
    assert missed_by_all(n, k_r, k_w) == pytest.approx(np.mean(pairs))


def test_the_paper_s_numbers_of_versions() -> None:
    """N = 3: with R = W = 1 a read is within 2, 3, 5 and 10 versions with these probabilities."""
    found = [round(within_versions(3, 1, 1, k), 4) for k in (1, 2, 3, 5, 10)]
    assert found == [0.3333, 0.5556, 0.7037, 0.8683, 0.9827]
    assert round(within_versions(3, 1, 2, 2), 4) == round(within_versions(3, 2, 1, 2), 4) == 0.8889


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.integers(1, 5))
def test_more_answers_are_no_older(n: int, k_r: int, k_w: int, k: int) -> None:
    k_r, k_w = min(k_r, n), min(k_w, n)
    now = within_versions(n, k_r, k_w, k)
    assert 0.0 <= now <= within_versions(n, k_r, k_w, k + 1) <= 1.0
    assert now <= within_versions(n, min(k_r + 1, n), k_w, k) + 1e-12
    if k_r + k_w > n:
        assert now == 1.0


@pytest.mark.parametrize(
    "means", [(1.0, 1.0, 1.0, 1.0), (10.0, 1.0, 1.0, 1.0), (2.0, 0.5, 3.0, 1.5)]
)
@pytest.mark.parametrize("n", [2, 3, 5])
def test_exponential_messages(means: tuple[float, float, float, float], n: int) -> None:
    trials = 200_000
    chance = np.random.default_rng(7)
    w, a, r, s = (chance.exponential(mean, (trials, n)) for mean in means)
    first = np.argmin(r + s, axis=1)[:, None]
    late = np.take_along_axis(w, first, 1) - np.take_along_axis(r, first, 1)
    hidden = late[:, 0] - (w + a).min(axis=1)
    for time in (0.0, 1.0, 3.0):
        exact = seen_by(time, n, *means)
        error = math.sqrt(exact * (1.0 - exact) / trials)
        assert np.mean(hidden <= time) == pytest.approx(exact, abs=4.0 * error + 0.001)


def test_one_copy_is_always_current() -> None:
    assert seen_by(0.0, 1, 10.0, 1.0, 1.0, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("mean", [0.05, 1.0, 3.0])
def test_versions_missed_are_a_poisson_number(mean: float) -> None:
    number = np.random.default_rng(3).poisson(mean, 400_000)
    for share, exact in (
        (np.mean(number >= 1), missed_at_random(mean / 100.0, 100.0)),
        (np.mean(number >= 2), missed_two_at_random(mean / 100.0, 100.0)),
    ):
        error = math.sqrt(exact * (1.0 - exact) / number.size)
        assert share == pytest.approx(exact, abs=4.0 * error)
