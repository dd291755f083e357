"""Limits, small steps, and sums of busy periods."""

import doctest
import math
import random

import pytest

from scalelab.theory.principles import task_queue
from scalelab.theory.principles.task_queue import (
    age_at_end,
    backlog,
    drain,
    highest_age,
    late_newest_first,
    late_oldest_first,
    lost,
    passage,
    passage_after,
)


def test_a_spike_below_capacity_leaves_nothing() -> None:
    assert backlog(4.9, 5.0, 600.0) == 0.0
    assert drain(0.0, 5.0, 5.0) == 0.0
    assert age_at_end(4.9, 5.0, 600.0) == 0.0
    assert late_oldest_first(4.0, 4.9, 5.0, 600.0, 0.0) == 0.0
    assert late_newest_first(4.0, 4.9, 5.0, 600.0, 0.0) == 0.0


def test_in_small_steps() -> None:
    """Late tasks by the wait of each that comes: backlog over capacity."""
    waiting, late, dt = 0.0, 0.0, 0.01
    for i in range(2_000_000):
        rate = 15.0 if i * dt < 600.0 else 4.25
        late += rate * dt * (waiting / 5.0 > 300.0)
        waiting = max(waiting + (rate - 5.0) * dt, 0.0)
        if i * dt > 600.0 and waiting == 0.0:
            break
    assert late == pytest.approx(late_oldest_first(4.25, 15.0, 5.0, 600.0, 300.0), rel=1e-4)
    assert drain(6000.0, 4.25, 5.0) == pytest.approx(i * dt - 600.0, rel=1e-4)


def test_without_patience_all_that_waits_is_late() -> None:
    # Newest first only what cannot be taken at once waits; oldest first all, till it is empty.
    assert late_newest_first(4.25, 15.0, 5.0, 600.0, 0.0) == pytest.approx(6000.0)
    everything = 15.0 * 600.0 + 4.25 * drain(6000.0, 4.25, 5.0)
    assert late_oldest_first(4.25, 15.0, 5.0, 600.0, 0.0) == pytest.approx(everything)


def test_with_patience_nothing_is() -> None:
    assert late_oldest_first(4.25, 15.0, 5.0, 600.0, highest_age(15.0, 5.0, 600.0)) == 0.0
    assert late_newest_first(4.25, 15.0, 5.0, 600.0, 8600.0) == 0.0
    assert late_newest_first(4.25, 15.0, 5.0, 600.0, 8599.0) > 0.0


def test_ages() -> None:
    # Who is next when the spike ends came after a third of it; the last of it waits longest.
    assert age_at_end(15.0, 5.0, 600.0) == pytest.approx(400.0)
    assert highest_age(15.0, 5.0, 600.0) == pytest.approx(1200.0)


def test_what_has_no_place_is_lost() -> None:
    assert lost(15.0, 5.0, 600.0, 2500.0) == 3500.0
    assert lost(15.0, 5.0, 600.0, math.inf) == 0.0


def test_a_walk_to_empty() -> None:
    chance = random.Random(1)
    found = []
    for _ in range(2000):
        waiting, now = 30, 0.0
        while waiting > 0:
            now += chance.expovariate(3.0)
            waiting += 1 if chance.random() < 1.0 / 3.0 else -1
        found.append(now)
    mean = sum(found) / len(found)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in found) / len(found))
    assert mean == pytest.approx(passage(30.0, 1.0, 2.0).mean, rel=0.03)
    assert deviation == pytest.approx(passage(30.0, 1.0, 2.0).deviation, rel=0.08)


def test_chance_before_the_end_adds_to_it() -> None:
    alone = passage(6000.0, 4.25, 5.0)
    both = passage_after(4.25, 15.0, 5.0, 600.0)
    assert both.mean == alone.mean
    assert both.deviation > alone.deviation


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(task_queue).failed == 0
