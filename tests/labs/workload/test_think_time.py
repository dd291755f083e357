"""What the lab tells at first sight, and what each prompt promises."""

from typing import Any

import numpy as np
import pytest

from scalelab.labs.requirement import sizing
from scalelab.labs.workload.think_time import lab
from scalelab.models.workload.think_time import generate
from scalelab.theory.workload.think_time import response_bound

SEEDS = pytest.mark.parametrize("seed", range(1, 11))
TEXTS = ("state", "law")


def readings(own: Any = None, **changed: Any) -> dict[str, float]:
    """Those that there are."""
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {one.name: lab.read(one, table, settings) for one in lab.readings}
    return {name: float(value) for name, value in found.items() if value is not None}


def after(prompt: str, seed: int = 1) -> dict[str, float]:
    (one,) = [one for one in lab.tries if one.prompt.startswith(prompt)]
    return readings(**{**one.settings, "seed": seed})


@SEEDS
def test_the_story(seed: int) -> None:
    """Of those that a dashboard counts, two in five are there."""
    found = readings(seed=seed)
    assert 70 < found["open_most"] < 110
    assert 0.3 < found["there_most"] / found["open_most"] < 0.5
    assert 0.25 < found["there"] / found["open"] < 0.45
    # Not full, though the dashboard counts more than the knee.
    assert found["open_most"] > found["knee"] > 1.4 * found["there_most"]
    assert 0.4 < found["busy"] < 0.7
    assert found["think"] > 1.8 * found["median"]
    assert found["think_low"] < found["think"] < found["think_high"]
    assert found["response"] < 1.6


def test_the_question() -> None:
    found, question = readings(), lab.prediction
    assert f"it says {found['open_most']:.0f}." in question.question
    assert question.low < found["there_most"] < question.high
    assert abs(found["there_most"] - 0.5 * (question.low + question.high)) > 20


@SEEDS
def test_twice_as_many(seed: int) -> None:
    found, story = after("Twice as many", seed), readings(seed=seed)
    assert found["response"] > 2.5 * story["response"]
    assert found["busy"] > 0.8
    assert found["knee"] == story["knee"]
    # From outside there is no answer, or one that takes much longer.
    assert found.get("outside", np.inf) > 1.3 * found["response"]


@SEEDS
def test_half_the_think_time(seed: int) -> None:
    """The load of twice the users, near enough; the wait is less."""
    found, twice = after("As many users", seed), after("Twice", seed)
    assert found["users"] * 2 == pytest.approx(twice["users"], abs=1)
    assert found["throughput"] == pytest.approx(twice["throughput"], rel=0.06)
    assert found["knee"] == pytest.approx(0.5 * twice["knee"], rel=0.02)
    assert found["response"] < 0.85 * twice["response"]


@SEEDS
def test_four_times_as_many(seed: int) -> None:
    found, story = after("Four times", seed), readings(seed=seed)
    assert found["busy"] > 0.999
    assert "outside" not in found
    expected = response_bound(found["users"], found["think"], 0.6)
    assert found["response"] == pytest.approx(expected, rel=0.01)
    # Each of them clicks much less often than at the busiest moment of the log.
    each, calm = found["users"] / found["throughput"], story["users"] / story["throughput"]
    assert each > 1.6 * calm
    assert found["throughput"] < 0.65 * 4 * story["throughput"]


@SEEDS
def test_five_minutes(seed: int) -> None:
    found, story = after("A timeout of 5", seed), readings(seed=seed)
    assert found["sessions"] > 1.15 * story["sessions"]
    assert found["open_most"] < 0.6 * story["open_most"]
    assert found["there"] == pytest.approx(story["there"], rel=0.2)
    assert found["median"] == pytest.approx(story["median"], rel=0.03)
    assert found["think"] < 0.92 * story["think"]


def test_a_log_of_the_reader_s_own() -> None:
    found = readings(generate(seed=3), click_s=1.0)
    same = readings(seed=3)
    assert found["clicks"] == same["clicks"]
    assert found["there_most"] == same["there_most"]
    assert found["think"] == pytest.approx(same["think"])


def test_a_log_without_pauses() -> None:
    one = np.array([[1.7e9, 0.0, 0.0, 0.0, 0.0, 512.0]])
    table = lab.table(one)
    sentence = lab.sentence(table, lab.defaults)
    assert sentence.startswith("Nobody clicks twice")
    assert "they think" not in sentence
    assert "such users" not in sentence
    assert "–" not in sentence


def test_what_goes_on_to_sizing() -> None:
    """A visit as long as it is in the log, with the requests that it has there."""
    handed, found = lab.hand_over("requirement/sizing"), readings()
    assert handed["session_min"] == pytest.approx(found["visit_min"])
    assert handed["requests"] == pytest.approx(found["visit_requests"], abs=0.5)
    # Visits in an hour times how long they last: as many at once as here.
    assert found["there"] == pytest.approx(
        found["sessions"] / found["hours"] * found["visit_min"] / 60.0
    )
    settings = sizing.lab.settled(handed)
    assert np.isfinite(sizing.lab.table(**settings)).all()


def test_size() -> None:
    table = lab.table()
    assert table.shape[1] == len(lab.columns)
    assert len(table) <= 150
    named = {one.name for one in lab.readings} | {one.name for one in lab.controls}
    assert all(f"{{{name}}}" in lab.summary for name in TEXTS)
    assert {"visit_min", "visit_requests"} <= named
