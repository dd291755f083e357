"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest

from scalelab.theory.principles import percentiles as theory

ONE = [(1.0, 10.0, 0.3)]


def test_a_mixture_of_one_is_lognormal() -> None:
    assert theory.quantile(0.5, ONE) == pytest.approx(10.0)
    assert theory.slower(theory.quantile(0.999, ONE), ONE) == pytest.approx(0.001, rel=1e-9)
    assert theory.mean(ONE) == pytest.approx(10.0 * math.exp(0.045))


def test_weights_of_the_parts() -> None:
    mix = theory.parts(0.05, 20.0, 0.02, 10.0, 40.0, 0.3)
    assert sum(weight for weight, _, _ in mix) == pytest.approx(1.0)
    assert [median for _, median, _ in mix] == [10.0, 40.0, 200.0, 800.0]


def test_the_truth_is_between_the_machines() -> None:
    quick, slow = (theory.parts(one, 20.0, 0.02, 10.0, 40.0, 0.3) for one in (0.0, 1.0))
    for share in (0.001, 0.05, 0.5):
        mixed = theory.quantile(0.99, theory.parts(share, 20.0, 0.02, 10.0, 40.0, 0.3))
        assert theory.quantile(0.99, quick) <= mixed <= theory.quantile(0.99, slow)


def test_the_least_and_the_largest_of_two() -> None:
    """Together they are the two, so that their means add up to twice the mean."""
    least, largest = (theory.mean_of_kth(k, 2, ONE) for k in (1, 2))
    assert least + largest == pytest.approx(2.0 * theory.mean(ONE), rel=1e-5)


def test_rules_of_fixed_buckets() -> None:
    bounds = [Fraction(1), Fraction(2), Fraction(4)]
    assert theory.interpolated(Fraction(1), bounds, [1, 2, 4, 9]) == 4  # has no upper bound
    assert theory.interpolated(Fraction(1, 4), bounds, [8, 8, 8, 8]) == Fraction(1, 4)  # from 0
    assert theory.interpolated(Fraction(0), bounds, [0, 2, 4, 4]) == 0


def test_a_sketch_is_as_far_from_both_ends() -> None:
    for accuracy in (Fraction(1, 100), Fraction(1, 20)):
        growth = theory.gamma(accuracy)
        middle = 2 * growth / (growth + 1)
        assert middle - 1 == accuracy * 1
        assert growth - middle == accuracy * growth
        assert theory.worst_of_middle(growth) == accuracy


def test_a_finer_scale_takes_twice_the_buckets() -> None:
    for scale in range(-2, 8):
        assert theory.buckets(1e4, theory.base(scale + 1)) == pytest.approx(
            2.0 * theory.buckets(1e4, theory.base(scale))
        )


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(theory).failed == 0
