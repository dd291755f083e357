"""The closed forms against each other, and at their limits."""

import doctest
import itertools
import math
from fractions import Fraction

import pytest

from scalelab.theory.principles import state as theory


def test_short_sessions_follow_at_once_and_long_ones_not_at_all() -> None:
    for t in (0.0, 300.0, 1100.0):
        rate = 2.0 * (1.0 + 0.5 * math.cos(2.0 * math.pi * (t - 1200.0) / 1440.0))
        assert theory.present(t, 2.0, 0.5, 1200.0, 1440.0, 1e-3) == pytest.approx(
            rate * 1e-3, rel=1e-5
        )
        assert theory.present(t, 2.0, 0.5, 1200.0, 1440.0, 1e7) == pytest.approx(2e7, rel=1e-4)


def test_present_solves_its_equation() -> None:
    def there(t: float) -> float:
        return theory.present(t, 2.0, 0.5, 1200.0, 1440.0, 30.0)

    for t in (10.0, 700.0):
        slope = (there(t + 1e-3) - there(t - 1e-3)) / 2e-3
        rate = 2.0 * (1.0 + 0.5 * math.cos(2.0 * math.pi * (t - 1200.0) / 1440.0))
        assert slope == pytest.approx(rate - there(t) / 30.0, abs=1e-6)


@pytest.mark.parametrize("size", [10, 1000])
def test_small_steps_lose_the_descent(size: int) -> None:
    """Sessions in proportion to the machines, from 4 parts to one."""
    machines = list(range(4 * size, size, -1))
    lost = theory.lost_in_steps([Fraction(n, size) for n in machines], machines)
    assert lost == theory.lost_in_descent(4, 1)


def test_no_limit_waits_for_the_largest_of_a_poisson_number() -> None:
    """The largest of n exponentials has the mean of 1 + 1/2 + ... + 1/n."""
    chance, total, harmonic = math.exp(-3.0), 0.0, 0.0
    for n in range(1, 60):
        chance *= 3.0 / n
        harmonic += 1.0 / n
        total += chance * harmonic
    assert theory.draining(3.0, 10.0, 1e6) == pytest.approx(10.0 * total, rel=1e-4)


def test_draining_stops_at_the_limit() -> None:
    assert theory.draining(1e6, 10.0, 5.0, 1000) == pytest.approx(5.0)


@pytest.mark.parametrize("at_once", [1, 3, 7])
@pytest.mark.parametrize("share", [Fraction(1), Fraction(1, 3)])
def test_all_sets_have_a_closed_form(at_once: int, share: Fraction) -> None:
    kept = (1 - (1 - share) ** at_once) / (at_once * share)
    assert theory.overwritten_in_burst(at_once, share) == 1 - kept


def test_failures_grow_faster_than_writers() -> None:
    found = [theory.failures(n) for n in range(1, 8)]
    steps = [b - a for a, b in itertools.pairwise(found)]
    assert all(b > a for a, b in itertools.pairwise(steps))
    # Never more than if all others failed each time that one succeeds.
    assert all(f <= n * (n - 1) for n, f in enumerate(found, 1))


def test_old_copies_are_stale_and_never_looked_up() -> None:
    looked, stale = theory.stale(0.1, 0.005, 6, 1e9)
    assert looked < 1e-6
    assert stale == pytest.approx(1.0, abs=1e-5)


def test_the_examples_hold() -> None:
    assert doctest.testmod(theory).failed == 0
