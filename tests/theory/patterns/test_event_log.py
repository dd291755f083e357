"""Limits, small steps, and counting."""

import doctest
import math

import pytest

from scalelab.theory.patterns import event_log
from scalelab.theory.patterns.event_log import (
    again,
    at_work,
    came,
    catch_up,
    catch_up_by_day,
    deploy_takes,
    keys_moved,
    mean_rate,
    most_partitions,
    stopped_cooperative,
    stopped_eager,
    stopped_static,
    stored,
)


def test_partitions_are_dealt_one_by_one() -> None:
    for partitions in range(1, 30):
        for consumers in range(1, 35):
            hands = [0] * consumers
            for p in range(partitions):
                hands[p % consumers] += 1
            assert most_partitions(partitions, consumers) == max(hands)
            assert at_work(partitions, consumers) <= min(partitions, consumers) + 1e-12


def test_catching_up_in_small_steps() -> None:
    unread, t = 3.0 * 0.7, 0.0
    while unread > 0.0:
        unread += (0.7 - 1.0) * 1e-4
        t += 1e-4
    assert catch_up(3.0, 0.7, 1.0) == pytest.approx(t, rel=1e-3)
    assert catch_up(0.0, 2.0, 1.0) == 0.0
    assert catch_up(1.0, 2.0, 1.0) == math.inf


def test_a_day_without_a_swing_is_constant() -> None:
    found = catch_up_by_day(2.0, 9.0, 70.0, 0.0, 100.0)
    assert found == pytest.approx(catch_up(2.0, 70.0, 100.0), rel=1e-6)
    assert catch_up_by_day(0.0, 9.0, 70.0, 0.6, 100.0) == 0.0
    assert catch_up_by_day(1.0, 9.0, 170.0, 0.0, 100.0) == math.inf


def test_a_day_is_the_sum_of_its_seconds() -> None:
    total = 0.0
    for second in range(0, 86_400, 10):
        hour = (second + 5) / 3600.0
        shape = 1.0 + 0.6 * math.cos(math.pi * (hour - 20.5) / 12.0)
        total += 10.0 * mean_rate(2000.0, 0.6) * shape
    assert came(0.0, 24.0, 2000.0, 0.6) == pytest.approx(total, rel=1e-9)
    assert came(20.0, 21.0, 2000.0, 0.6) == pytest.approx(3600.0 * 2000.0, rel=5e-3)


def test_what_a_deploy_stops() -> None:
    assert stopped_eager(16, 5.0) == 160.0
    assert stopped_cooperative(5.0) == 10.0
    assert stopped_static(45.0, 5.0, 45.0) == 45.0
    assert stopped_static(46.0, 5.0, 45.0) == 55.0
    assert deploy_takes(12, 30.0, 5.0) == 420.0
    assert deploy_takes(12, 2.0, 5.0) == 120.0


def test_what_is_read_again_and_what_is_stored() -> None:
    assert again(333.0, 400.0, 5.0) == 1665.0
    assert again(500.0, 400.0, 5.0) == 2000.0
    assert stored(108e6, 7.0, 1000.0, 3.0) == pytest.approx(2.268e12)


def test_keys_that_move_are_counted() -> None:
    for before in range(1, 20):
        for after in range(1, 20):
            every = math.lcm(before, after)
            moved = sum(key % before != key % after for key in range(every))
            assert keys_moved(before, after) == pytest.approx(moved / every)


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(event_log).failed == 0
