"""Crowds found in records of known truth, and the likeliest course against all courses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.workload.episodes import (
    MOST_INTERVALS,
    find_episodes,
    interval_width,
    length_of,
    likely_states,
    rate_of,
)
from scalelab.kernels.workload.flash_crowd import crowds_in
from scalelab.kernels.workload.mmpp import CALM, CROWD


def likelihood(counts: list[float], rates: list[float], leave: list[float], states: tuple[int, ...]
               ) -> float:  # fmt: skip
    total = 0.0
    for i, state in enumerate(states):
        total += counts[i] * math.log(rates[state]) - rates[state]
        if i > 0:
            before = states[i - 1]
            total += math.log(1.0 - leave[before] if before == state else leave[before])
    return total


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 30).map(float), min_size=1, max_size=9),
    st.lists(st.floats(0.1, 30.0), min_size=2, max_size=2),
    st.lists(st.floats(0.01, 0.9), min_size=2, max_size=2),
)
def test_no_course_of_states_is_likelier(
    counts: list[float], rates: list[float], leave: list[float]
) -> None:
    n = len(counts)
    states = np.zeros(n, np.int64)
    found = likely_states(
        np.array(counts), np.array(rates), np.array(leave), np.empty((n, 2), np.int64), states
    )
    best = max(
        likelihood(counts, rates, leave, course) for course in itertools.product((0, 1), repeat=n)
    )
    assert found == pytest.approx(best)
    assert likelihood(counts, rates, leave, tuple(states.tolist())) == pytest.approx(best)


def stretches(*parts: tuple[float, float]) -> tuple[np.ndarray, float]:
    """A record of stretches, each (requests a second, seconds), at random."""
    chance = np.random.default_rng(2)
    times, at = [], 0.0
    for rate, length in parts:
        times.append(np.sort(chance.uniform(at, at + length, chance.poisson(rate * length))))
        at += length
    return np.concatenate(times), at


def test_the_crowds_that_there_are() -> None:
    parts = [(2.0, 1000.0), (12.0, 200.0), (2.0, 1500.0), (12.0, 300.0), (2.0, 1000.0)]
    times, span = stretches(*parts)
    found = find_episodes(times, 0.0, span)
    assert crowds_in(found) == 2
    crowded = np.repeat([False, True, False, True, False], [int(length) for _, length in parts])
    seen = np.repeat(found.states == CROWD, int(found.width))[: crowded.size]
    # One interval at each of the four changes may be wrong.
    assert np.sum(seen != crowded) <= 4 * found.width
    for state, rate, seconds in ((CALM, 2.0, 3500.0), (CROWD, 12.0, 500.0)):
        assert abs(rate_of(found, state) - rate) < 4.0 * math.sqrt(rate / seconds)
        assert found.total_s[state] == pytest.approx(seconds, abs=2.0 * found.width)
    # 500 s of crowds that ended twice; 3500 s of calm that did too.
    assert length_of(found, CROWD) == pytest.approx(250.0, abs=found.width)
    assert length_of(found, CALM) == pytest.approx(1750.0, abs=found.width)


def test_a_poisson_stream_has_none() -> None:
    seen = 0
    for seed in range(50):
        chance = np.random.default_rng(seed)
        times = np.sort(chance.uniform(0.0, 5000.0, chance.poisson(10_000)))
        seen += crowds_in(find_episodes(times, 0.0, 5000.0))
    assert seen == 0


@settings(deadline=None)
@given(
    st.lists(st.floats(0.0, 999.0), min_size=1, max_size=300).map(sorted),
    st.floats(1000.0, 1e6),
)
def test_nothing_is_lost_and_nothing_added(times: list[float], span: float) -> None:
    found = find_episodes(np.array(times), 0.0, span)
    assert found.total_s.sum() == pytest.approx(found.states.size * found.width)
    assert span - 1e-6 <= found.states.size * found.width < span + found.width + 1e-6
    assert (found.inside_s <= found.total_s).all()
    assert found.requests.sum() <= len(times)
    assert abs(found.ended[CALM] - found.ended[CROWD]) <= 1
    assert np.isfinite([rate_of(found, s) for s in (CALM, CROWD)]).all()


@pytest.mark.parametrize(("n", "span"), [(1, 1.0), (1000, 60.0), (10**6, 604_800.0)])
def test_intervals(n: int, span: float) -> None:
    width = interval_width(n, span)
    assert span / width <= MOST_INTERVALS
    assert width <= 1.0 or width == math.floor(width)


def test_an_idle_first_half_is_calm() -> None:
    """No request at all while calm: a rate of nothing has a logarithm all the same."""
    times, _ = stretches((0.0, 1000.0), (5.0, 1000.0))
    found = find_episodes(times, 0.0, 2000.0)
    assert crowds_in(found) == 1
    assert rate_of(found, CALM) == 0.0
