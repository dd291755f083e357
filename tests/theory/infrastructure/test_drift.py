"""Limits, numerical integrals, and the examples."""

import doctest
import math
from fractions import Fraction

import numpy as np
import pytest

from scalelab.theory.infrastructure import drift
from scalelab.theory.infrastructure.drift import (
    as_made,
    configurations,
    delay,
    hours,
    mean_right,
    wrong_after,
    wrong_between,
)


def test_steps_in_a_row() -> None:
    assert as_made(Fraction(0), 1000) == 1
    assert as_made(Fraction(1), 1) == 0
    assert as_made(Fraction(1, 2), 3) == Fraction(1, 8)


def test_a_short_time_is_its_rate_and_a_long_one_is_certain() -> None:
    assert wrong_after(0.5, 1e-9) == pytest.approx(0.5e-9)
    assert wrong_after(0.5, 1e3) == 1.0
    # Half of what comes in a short interval has come at its middle.
    assert wrong_between(0.5, 1e-3) == pytest.approx(0.25e-3, rel=1e-3)
    assert wrong_between(0.5, 1e6) == pytest.approx(1.0, abs=1e-5)


def test_a_whole_number_of_intervals_is_as_one() -> None:
    for every in (0.25, 1.0, 3.0):
        assert 1.0 - mean_right(0.0, 12.0, 0.0, 0.7, every) == pytest.approx(
            wrong_between(0.7, every)
        )


@pytest.mark.parametrize("every", [0.03, 0.23, 1.0, 7.5, 100.0])
@pytest.mark.parametrize(("stays", "goes"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.1, 2.0)])
@pytest.mark.parametrize(("start", "end"), [(0.0, 12.0), (3.5, 4.0), (11.0, 12.0)])
def test_it_is_an_integral(
    every: float, stays: float, goes: float, start: float, end: float
) -> None:
    t = start + (np.arange(200_000) + 0.5) / 200_000 * (end - start)
    chance = np.exp(-stays * t - goes * (t % every))
    assert mean_right(start, end, stays, goes, every) == pytest.approx(chance.mean(), rel=1e-4)


def test_kinds_of_few_machines() -> None:
    r = 0.7
    # None, one, two or three are right.
    wanted = sum(
        math.comb(3, k) * r**k * (1 - r) ** (3 - k) * ((3 - k) + (k > 0)) for k in range(4)
    )
    assert configurations(3, [1.0, r, r**2, r**3]) == pytest.approx(wanted)
    assert configurations(3, [1.0] * 4) == 1.0
    assert configurations(3, [1.0, 0.0, 0.0, 0.0]) == 3.0


def test_hours_and_delay() -> None:
    assert hours(1, 60, 3, 5) == 3
    assert hours(11, 60, 3, 10) == 6
    assert hours(10, 0, 3, 2) == 0
    assert delay(1.0) == 0.5


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(drift).failed == 0
