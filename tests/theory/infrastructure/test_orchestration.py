"""Counting, sums and the examples."""

import doctest
from fractions import Fraction
from itertools import pairwise

import pytest

from scalelab.theory.infrastructure import orchestration
from scalelab.theory.infrastructure.orchestration import (
    enough_room,
    fenceposts,
    first_share,
    in_vain,
    moved,
    of_two,
    recreated,
    stands_at,
    takes,
    tries,
    waves,
)
from scalelab.theory.queueing.processor_sharing import stretch


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10, 11])
def test_shares_are_rounded_to_the_safe_side(n: int) -> None:
    up, down = fenceposts(n, Fraction(1, 4), Fraction(1, 4))
    assert up >= n / 4 > up - 1
    assert down <= n / 4 < down + 1
    assert fenceposts(n, Fraction(0), Fraction(1, 1000)) == (0, 1)


def test_waves_are_counted_one_by_one() -> None:
    for n in range(1, 15):
        for surge in range(4):
            for unavailable in range(min(n, 4)):
                if surge + unavailable == 0:
                    continue
                new = count = 0
                while new < n:
                    new, count = new + surge + unavailable, count + 1
                assert waves(n, surge, unavailable) == count
                assert takes(n, surge, unavailable, 30.0, 5.0) == 35.0 * count


def test_the_first_share_follows_from_the_numbers_that_are_ready() -> None:
    assert first_share(10, 1, 0, True) == Fraction(1, 11)
    assert first_share(10, 1, 0, False) == Fraction(1, 10)
    assert first_share(10, 0, 2, False) == Fraction(2, 8)
    assert first_share(10, 10, 0, False) == 1
    assert first_share(10, 10, 0, True) == Fraction(1, 2)
    assert enough_room(3, 2) == 8
    assert stands_at(10, 2) == 8


def test_times_add_up() -> None:
    assert recreated(30.0, 60.0, 5.0) == 95.0
    assert moved(50.0, 300.0, 60.0) == 410.0
    assert in_vain(2000.0, Fraction(1, 5), 50.0) == 20_000.0


def test_delays_double_to_the_longest() -> None:
    found = tries(12)
    delays = [b - a for a, b in pairwise(found)]
    assert delays == [10.0, 20.0, 40.0, 80.0, 160.0] + [300.0] * 6
    assert tries(4, 3.0, 5.0) == [0.0, 3.0, 8.0, 13.0]


@pytest.mark.parametrize("busy", [0.1, 0.7, 0.875])
def test_two_vcpus_as_erlang_has_them(busy: float) -> None:
    assert of_two(7.0, busy) == pytest.approx(7.0 * stretch(busy, 2))


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(orchestration).failed == 0
