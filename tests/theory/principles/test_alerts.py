"""Limits, and the examples."""

import doctest
import math
from fractions import Fraction

import pytest
from scipy import stats

from scalelab.theory.principles import alerts
from scalelab.theory.principles.alerts import (
    burn_rate,
    cusum_cycle,
    detection,
    exhausted_after,
    information,
    least_delay,
    most_allowed,
    poisson_tail,
    reset,
    spent,
    starts,
    starts_a_month,
)

HOUR = Fraction(60)
TENTH = Fraction(1, 1000)


def test_the_tables_of_the_workbook() -> None:
    pairs = ((2, 1), (5, 6), (10, 72), (5, 1))
    rates = [burn_rate(Fraction(share, 100), hours * HOUR) for share, hours in pairs]
    assert rates == [Fraction(72, 5), 6, 1, 36]
    assert [spent(b, h * HOUR) for b, h in ((Fraction(72, 5), 1), (Fraction(6), 6))] == [
        Fraction(1, 50), Fraction(1, 20),
    ]  # fmt: skip
    assert exhausted_after(Fraction(1000)) == Fraction(216, 5)  # 43 minutes
    found = detection(HOUR, Fraction(72, 5) * TENTH, Fraction(15, 100))
    assert found == Fraction(576, 100)


def test_what_is_spent_at_detection_does_not_depend_on_the_error_rate() -> None:
    for error_rate in (Fraction(1, 20), Fraction(1, 2), Fraction(1)):
        found = detection(HOUR, 36 * TENTH, error_rate)
        assert found is not None
        assert found / exhausted_after(error_rate / TENTH) == Fraction(1, 20)


def test_an_incident_at_the_limit_is_never_seen() -> None:
    assert detection(HOUR, TENTH, TENTH) is None
    assert detection(HOUR, TENTH, Fraction(1), Fraction(2, 1000)) == 0  # the base alone does it
    assert reset(HOUR, 36 * TENTH, Fraction(1)) == HOUR - Fraction(216, 100)


@pytest.mark.parametrize("mean", [0.001, 0.6, 21.6, 300.0])
def test_tails_to_the_last_digits(mean: float) -> None:
    for most in (-1, 0, 1, 5, int(mean), int(mean + 10.0 * math.sqrt(mean))):
        expected = float(stats.poisson.sf(most, mean)) if most >= 0 else 1.0
        assert poisson_tail(mean, most) == pytest.approx(expected, rel=1e-9)


def test_sliding_windows() -> None:
    # All in common: it never goes beyond. Nothing in common: few, then too many.
    assert starts(3.0, 0.0, 0.0, 2, 2) == pytest.approx(0.0, abs=1e-12)
    few = 1.0 - poisson_tail(2.0, 1)
    assert starts(0.0, 2.0, 2.0, 1, 1) == pytest.approx(few * (1.0 - few))
    # Rare failures, none of which is allowed: each begins an alert of its own.
    rare = starts_a_month([10] * 1440, 1e-7, 5, 0.01)
    assert rare == pytest.approx(43_200 * 10 * 1e-7, rel=1e-4)
    assert most_allowed(100, 0.01) == 1
    assert most_allowed(99, 0.01) == 0


def test_a_walk_that_is_known() -> None:
    """A failure fires at once: the time to the first of them, and then down again."""
    fires, ends = cusum_cycle(5, 4.0, 1.0, 0.01)
    assert fires == pytest.approx(1.0 / (1.0 - math.exp(-0.01)), rel=1e-9)
    assert ends >= 4.0
    assert cusum_cycle(5, 4.0, 1.0, 1e-9)[1] == pytest.approx(4.0)


def test_false_alarms_are_as_rare_as_lorden_says() -> None:
    # Good 0.1, bad such that a failure adds three of what a minute takes off.
    low, high = 0.11, 2.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if math.log(middle / 0.1) > 3.0 * (middle - 0.1) else (low, middle)
        )
    step = low - 0.1
    for bound in (1.0, 2.0, 4.0):
        assert cusum_cycle(3, bound, step, 0.1)[0] >= math.exp(bound)


def test_information() -> None:
    p, q = 0.02, 0.001
    exact = p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))
    assert information(p, math.log(p / q), p - q) == pytest.approx(exact, rel=0.01)
    assert information(q, math.log(p / q), p - q) < 0.0
    assert least_delay(2.0, 10.0, 0.1) == pytest.approx(2.0)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(alerts).failed == 0
