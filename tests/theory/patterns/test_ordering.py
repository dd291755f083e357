"""Limits, and the examples."""

import doctest
import math

import pytest

from scalelab.theory.patterns import ordering
from scalelab.theory.patterns.ordering import (
    chains,
    erlang_density,
    histories,
    integral,
    later_than,
    longer,
    mean_attempts,
    mean_wait_in_place,
    overtakes,
    overtakes_at_random,
    wrong_at_any_worker,
)


def test_races() -> None:
    assert overtakes(0.0, 5.0) == 0.5
    assert overtakes_at_random(1e9, 1.0) == pytest.approx(0.5)
    assert longer(3, 0.0, 3) == pytest.approx(0.5, abs=1e-8)
    assert longer(1, 0.0, 2) == pytest.approx(0.25, abs=1e-8)
    assert longer(2, -1000.0, 3) == pytest.approx(1.0, abs=1e-8)
    assert longer(0, 1.0, 2) == longer(0, 1.0, 0) == 0.0
    assert longer(0, -1.0, 0) == longer(1, 0.0, 0) == 1.0
    assert longer(2, -1.5, 1) == pytest.approx(1.0 - longer(1, 1.5, 2), abs=1e-8)


def test_gaps_at_random_are_the_mean_over_gaps() -> None:
    mean = integral(lambda t: 5.0 * math.exp(-5.0 * t) * overtakes(t, 20.0), 8.0)
    assert mean == pytest.approx(overtakes_at_random(5.0, 20.0), abs=1e-8)


def test_densities() -> None:
    assert integral(lambda x: erlang_density(4, x), 60.0) == pytest.approx(1.0, abs=1e-8)
    assert later_than(2, 3.0) == pytest.approx(4.0 * math.exp(-3.0), abs=1e-8)
    assert later_than(0, 1.0) == later_than(0, 0.0) == 0.0
    assert later_than(0, -1.0) == later_than(3, 0.0) == 1.0


@pytest.mark.parametrize("kept", [0.0, 2.0, 100.0])
def test_histories_are_all_there_is(kept: float) -> None:
    courses = list(histories(0.3, 0.2, 4, 1.0, kept))
    assert sum(h.chance for h in courses) == pytest.approx(1.0)
    mean = sum(h.chance * h.attempts for h in courses)
    assert mean == pytest.approx(mean_attempts(0.5, 0.0, 4))
    dead = sum(h.chance for h in courses if h.dead)
    assert dead == pytest.approx(0.5**4)
    for h in courses:
        assert h.first <= h.last <= h.attempts
        if kept == 100.0 and not h.dead:
            assert not h.twice


def test_longer_keys_leave_less() -> None:
    doubled = [
        sum(h.chance for h in histories(0.1, 0.2, 5, 1.0, kept) if h.twice)
        for kept in (0.0, 1.5, 2.5, 3.5, 9.0)
    ]
    assert doubled == sorted(doubled, reverse=True)
    assert doubled[0] > 20.0 * doubled[-1]


def test_dead_letters_that_are_sent_again_are_last() -> None:
    found = wrong_at_any_worker(1e6, 0.05, 0.0, 0.0, 0.2, 5, 1.0, 0.0)
    assert found == pytest.approx(0.2 * 0.8)


def test_attempts() -> None:
    assert mean_attempts(0.0, 0.0, 5) == 1.0
    assert mean_attempts(1.0, 0.0, 5) == 5.0


def test_a_partition_without_faults_is_a_plain_queue() -> None:
    assert mean_wait_in_place(10.0, 0.05, 0.0, 0.0, 5, 1e4) == pytest.approx(0.05)
    # One event in 1,000 that stops it for half a minute.
    assert mean_wait_in_place(5.0, 0.05, 0.001, 0.0, 5, 30.0) > 3.0


def test_chains() -> None:
    assert [chains(n) for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 4, 8]


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(ordering).failed == 0
