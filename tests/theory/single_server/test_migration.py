"""The closed forms against integrals, drawing, and what is known at the ends."""

import doctest
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from scalelab.theory.single_server import migration
from scalelab.theory.single_server.migration import (
    mean_block,
    mean_longest,
    tries,
    tries_apart,
    waits_at_most,
)

means = st.floats(0.01, 20.0)


def stays_blocked(running: float, longer: Callable[[float], float]) -> Callable[[float], float]:
    return lambda t: 1.0 - waits_at_most(running, longer(t))


@settings(max_examples=30, deadline=None)
@given(means, st.floats(0.01, 30.0))
def test_the_series_against_the_integral(running: float, time_out: float) -> None:
    blocked = stays_blocked(running, lambda t: math.exp(-t))
    assert mean_block(running, 1.0, time_out) == pytest.approx(
        quad(blocked, 0.0, time_out)[0], rel=1e-6
    )
    assert mean_longest(running) == pytest.approx(quad(blocked, 0.0, 60.0)[0], rel=1e-6)
    # Time in any other unit.
    assert mean_block(running, 60.0, 60.0 * time_out) == pytest.approx(
        60.0 * mean_block(running, 1.0, time_out)
    )


def test_a_wait_against_drawing() -> None:
    """Lengths from 1 to 3: a report met has the square of the time in its tail."""
    chance = np.random.default_rng(1)
    trials, running, time = 40_000, 1.5, 0.8
    waits = np.zeros(trials)
    for i, n in enumerate(chance.poisson(running, trials)):
        if n:
            # Longer ones are met more often: drawn in proportion by taking and refusing.
            lengths = 1.0 + 2.0 * chance.random(20 * n)
            lengths = lengths[chance.random(20 * n) < lengths / 3.0][:n]
            waits[i] = (lengths * chance.random(n)).max()
    longer = quad(lambda t: min(1.0, (3.0 - t) / 2.0), time, 3.0)[0] / 2.0
    expected = waits_at_most(running, longer)
    assert abs(np.mean(waits <= time) - expected) < 4.0 * math.sqrt(0.25 / trials)


@given(means, st.floats(0.01, 10.0), st.floats(0.0, 10.0))
def test_one_try_is_the_first(running: float, time_out: float, pause: float) -> None:
    one = tries(running, 1.0, time_out, pause, 1)
    assert one.tries == 1.0
    assert one.through == pytest.approx(waits_at_most(running, math.exp(-time_out)), abs=1e-12)
    assert one.blocked == pytest.approx(mean_block(running, 1.0, time_out))


@given(st.floats(0.01, 5.0), st.floats(0.01, 5.0), st.integers(1, 30))
def test_a_long_pause_makes_each_try_the_first(running: float, time_out: float, most: int) -> None:
    found = tries(running, 1.0, time_out, 60.0, most)
    first = waits_at_most(running, math.exp(-time_out))
    through, number = tries_apart(first, most)
    assert found.through == pytest.approx(through, rel=1e-9)
    assert found.tries == pytest.approx(number, rel=1e-9)
    assert found.blocked == pytest.approx(number * mean_block(running, 1.0, time_out), rel=1e-9)


@given(st.floats(0.01, 5.0), st.floats(0.0, 5.0))
def test_a_very_long_time_out_is_none(running: float, pause: float) -> None:
    found = tries(running, 1.0, 60.0, pause, 10)
    assert found.through == pytest.approx(1.0)
    assert found.tries == pytest.approx(1.0)
    assert found.blocked == pytest.approx(mean_longest(running), rel=1e-9)


@given(st.floats(0.05, 4.0), st.floats(0.05, 4.0), st.floats(0.0, 4.0), st.integers(1, 20))
def test_more_tries_get_through_more_often(
    running: float, time_out: float, pause: float, most: int
) -> None:
    fewer, more = (tries(running, 1.0, time_out, pause, n) for n in (most, most + 1))
    assert fewer.through <= more.through + 1e-9
    assert fewer.tries <= more.tries + 1e-9
    assert fewer.blocked <= more.blocked + 1e-9
    assert fewer.blocked <= fewer.tries * time_out + 1e-9


def test_the_middle_is_worst() -> None:
    """Two reports of a minute: a second or none, but no time-out of a minute."""
    short, middle, endless = (
        tries(2.0, 60.0, time_out, 30.0, 20).blocked for time_out in (1.0, 60.0, 6000.0)
    )
    assert short < 0.2 * endless < endless < 0.7 * middle


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(migration).failed == 0
