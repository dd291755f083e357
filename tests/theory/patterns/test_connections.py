"""Limits, small cases, and the examples."""

import doctest
import itertools
import math
import random
from fractions import Fraction

import pytest

from scalelab.theory.patterns import connections
from scalelab.theory.patterns.connections import (
    attempts_per_s,
    back_s,
    busiest,
    deals,
    echo_per_s,
    fullest,
    has_afterwards,
    has_when_restarted,
    least_cap_s,
    mean_wait_s,
    moves,
    moves_to_emptiest,
    new_machine_has,
    renewals_per_s,
    single_p99_ms,
)


@pytest.mark.parametrize(("machines", "heavy"), [(1, 4), (2, 5), (3, 4), (4, 3)])
def test_every_deal_written_down(machines: int, heavy: int) -> None:
    most = [
        max(deal.count(m) for m in range(machines))
        for deal in itertools.product(range(machines), repeat=heavy)
    ]
    for m in range(heavy + 1):
        assert deals(machines, heavy, m) == sum(each <= m for each in most)
    assert fullest(machines, heavy) == Fraction(sum(most), len(most))


def test_the_busiest() -> None:
    half = Fraction(1, 2)
    assert busiest(4, 10, Fraction(0), Fraction(8), 4) == half
    assert busiest(1, 10, half, Fraction(2), 4) == half
    # More heavy clients are more even.
    found = [busiest(4, h, half, Fraction(8), 4) for h in (1, 5, 20, 50)]
    assert found == sorted(found, reverse=True)


def test_one_vcpu() -> None:
    assert math.exp(-single_p99_ms(0.75, 7.0) * 0.25 / 7.0) == pytest.approx(0.01)


def test_without_requests_all_are_back_at_an_even_pace() -> None:
    assert back_s(1000.0, 1000.0, 2.0, 1e-9, 0.1) == pytest.approx(0.99 * 50.0, rel=1e-6)
    assert back_s(1000.0, 500.0, 2.0, 1.0, 0.1) > back_s(1000.0, 500.0, 2.0, 0.5, 0.1)


def test_the_mean_of_full_jitter() -> None:
    rng = random.Random(0)
    for attempt in (0, 3, 9):
        found = [rng.uniform(0.0, min(30.0, 2.0**attempt)) for _ in range(20_000)]
        mean = sum(found) / len(found)
        assert mean_wait_s(attempt, 1.0, 30.0, jitter=True) == pytest.approx(mean, rel=0.02)
    assert mean_wait_s(9, 1.0, 30.0, jitter=False) == 30.0


def test_the_least_cap_is_where_attempts_are_what_machines_can_do() -> None:
    for jitter in (False, True):
        cap = least_cap_s(5000.0, 100.0, 5.0, jitter)
        wait = mean_wait_s(50, 1.0, cap, jitter)
        assert attempts_per_s(5000.0, 5.0, wait) == pytest.approx(100.0)
    assert least_cap_s(100.0, 100.0, 5.0, jitter=True) == 0.0


def test_deploys() -> None:
    assert has_when_restarted(1, 7) == has_when_restarted(1, 7, new_first=True) == 1
    for n in (2, 3, 10):
        for new_first in (False, True):
            mean = sum(has_when_restarted(k, n, new_first) for k in range(1, n + 1)) / n
            assert moves(n, new_first) == mean
            assert sum(has_afterwards(k, n, new_first) for k in range(1, n + 1)) == n
        assert moves_to_emptiest(n) <= moves(n)
    assert moves(2) == moves_to_emptiest(2) == Fraction(3, 2)
    assert float(moves(2000)) == pytest.approx(math.e - 1.0, rel=1e-3)
    assert float(has_when_restarted(2000, 2000)) == pytest.approx(math.e, rel=1e-3)
    assert float(has_afterwards(1, 2000)) == pytest.approx(math.e - 1.0, rel=1e-3)
    # One more machine at a time is hardly better.
    assert moves(20, new_first=True) > Fraction(19, 20) * moves(20)


def test_ages_followed_one_by_one() -> None:
    """Each connection is as old as chance will; at its age it is dealt again, to 6 or the new."""
    rng = random.Random(1)
    clients, age, after = 60_000, 1800.0, 600.0
    found = sum(
        rng.uniform(0.0, age) + after >= age and rng.randrange(7) == 6 for _ in range(clients)
    )
    expected = new_machine_has(after, age) * clients / 7
    assert found == pytest.approx(expected, rel=0.06)
    assert new_machine_has(2 * age, age) == 1.0
    assert renewals_per_s(clients, age) == pytest.approx(clients / age)
    assert echo_per_s(clients, age, 0.5) == pytest.approx(renewals_per_s(clients, age))


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(connections).failed == 0
