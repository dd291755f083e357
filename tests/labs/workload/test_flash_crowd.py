"""What the lab tells at first sight, and what each prompt promises."""

from typing import Any

import pytest

from scalelab.labs.workload.flash_crowd import STREAMS, lab
from scalelab.models.workload.flash_crowd import MEAN_RATE, Crowds
from scalelab.theory.workload.flash_crowd import drain_time, left_behind

SEEDS = range(1, 11)


def readings(**changed: Any) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {one.name: lab.read(one, table, settings) for one in lab.readings}
    assert None not in found.values()
    return {name: float(value) for name, value in found.items() if value is not None}


def after(prompt: str, **more: Any) -> dict[str, float]:
    (one,) = [one for one in lab.tries if one.prompt.startswith(prompt)]
    return readings(**{**one.settings, **more})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_story(seed: int) -> None:
    """The same mean, hundreds of times the wait; and no two afternoons are alike."""
    found = readings(seed=seed)
    assert found["load"] == MEAN_RATE
    assert found["capacity"] == 2.0 * MEAN_RATE
    assert found["random_wait"] == pytest.approx(0.25, abs=0.03)
    assert found["mean_wait"] > 200.0 * found["random_wait"]
    assert found["high"] > 1.5 * found["low"]
    assert found["in_time"] < 0.75
    assert found["longest"] > 300.0
    assert found["refused"] == 0.0
    assert found["crowds"] >= 1


def test_one_crowd_as_a_fluid() -> None:
    found, shop = readings(), Crowds.with_mean(MEAN_RATE, 6.0, 300.0, 2400.0)
    left = left_behind(shop.crowd, 4.0, 300.0)
    assert found["backlog"] == pytest.approx(left)
    assert found["fluid_wait"] == pytest.approx(left / 4.0)
    assert found["drain"] == pytest.approx(drain_time(left, shop.calm, 4.0) / 60.0)


def test_the_question() -> None:
    found, question = readings(), lab.prediction
    assert question.low + 50.0 < found["mean_wait"] < question.high - 50.0
    assert abs(found["mean_wait"] - 0.5 * (question.low + question.high)) > 50.0


@pytest.mark.parametrize("seed", SEEDS)
def test_crowds_that_fit(seed: int) -> None:
    found = after("Crowds of twice as many", seed=seed)
    assert found["backlog"] == 0.0
    assert found["mean_wait"] < 2.0
    assert found["in_time"] > 0.98


@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_queue_serves_more_in_time(seed: int) -> None:
    story, found = readings(seed=seed), after("A queue that holds five seconds", seed=seed)
    assert 0.05 < found["refused"] < 0.3
    assert found["in_time"] > story["in_time"] + 0.1
    assert found["late"] < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_more_capacity_comes_too_late_for_some(seed: int) -> None:
    story, found = readings(seed=seed), after("Three times the capacity", seed=seed)
    assert found["mean_wait"] < 0.25 * story["mean_wait"]
    assert found["late"] > 0.05
    assert found["longest"] > 40.0
    at_once = after("Three times the capacity", seed=seed, start_s=10)
    assert at_once["late"] < 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_head_room_holds_a_crowd(seed: int) -> None:
    found = after("Head-room instead", seed=seed)
    assert found["in_time"] > 0.93
    assert found["mean_wait"] < 5.0
    assert found["backlog"] == 0.0


def test_a_limit_as_long_as_the_patience_is_too_long() -> None:
    """Half of those who find it nearly full wait a little longer than they would."""
    assert readings(limit_s=10.0)["late"] > 0.03 > readings(limit_s=5.0)["late"]


def test_the_time_line_shows_the_crowds() -> None:
    table = lab.table()
    rows = lab.rows(table)
    line = [row for row in rows if row["stream"] == STREAMS[2]]
    crowded = [row for row in line if float(row["crowded"]) > 0.9]
    calm = [row for row in line if row["crowded"] == 0.0]
    assert crowded
    assert calm
    assert min(float(row["load"]) for row in crowded) > 4.0
    assert max(float(row["load"]) for row in calm) < 2.5
    assert max(float(row["random_load"]) for row in line) < 3.0
    assert len(rows) < 150
