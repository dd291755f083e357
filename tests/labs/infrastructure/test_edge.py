"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.infrastructure.edge import CROWD, LINE, SET
from scalelab.labs.infrastructure.edge import lab
from scalelab.models.infrastructure.edge import BARS, WAYS

ALONE, SHIELD, CODE = WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(way: str, **changed: float) -> dict[str, Any]:
    (row,) = [row for row in rows(SET, **changed) if row["way"] == way]
    return row


def best(way: str, **changed: float) -> float:
    (row,) = [row for row in rows(LINE, **changed) if row["way"] == way and row["best"] == 1]
    found: float = row["pops"]
    return found


def crowd(**changed: float) -> dict[str, float]:
    return {row["bar"]: row["bar_rate"] for row in rows(CROWD, **changed)}


def test_at_first_sight_ten_are_best_and_a_hundred_leave_the_origin_more_than_one() -> None:
    assert best(ALONE) == 10
    assert as_set(ALONE, pops=1)["origin"] == pytest.approx(432, abs=0.5)
    assert as_set(ALONE)["origin"] > 2.5 * as_set(ALONE, pops=1)["origin"]
    assert as_set(SHIELD)["origin"] == pytest.approx(as_set(ALONE, pops=1)["origin"])


def test_the_prediction_is_not_what_is_known() -> None:
    settings = lab.settled({})
    (reading,) = [one for one in lab.readings if one.name == lab.prediction.reading]
    answer = lab.read(reading, lab.table(), settings)
    assert answer is not None
    assert lab.prediction.low < answer < lab.prediction.high
    assert abs(answer - 0.5 * (lab.prediction.low + lab.prediction.high)) > lab.prediction.step


def test_three_hundred_are_worse_than_ten() -> None:
    most = clicked("300")
    assert as_set(ALONE, **most)["mean"] > 1.5 * as_set(ALONE, pops=10)["mean"]
    assert as_set(ALONE, **most)["km"] < 0.1 * as_set(ALONE, pops=10)["km"]


def test_with_longer_lives_more_are_better() -> None:
    assert best(ALONE, **clicked("A copy lives")) > best(ALONE)


def test_near_shields_serve_users_and_a_far_one_the_origin() -> None:
    regional = as_set(SHIELD, **clicked("A shield in each region"))
    one = as_set(SHIELD)
    assert regional["mean"] < 0.8 * one["mean"]
    assert regional["origin"] > 1.4 * one["origin"]


def test_set_up_is_worth_more_than_hits() -> None:
    first = clicked("The first request")
    straight = as_set(ALONE, **{**first, "pops": 0})["mean"]
    nothing_cached = as_set(ALONE, **first, ttl_s=1.0, rate_per_s=20.0)
    assert nothing_cached["edge_hits"] < 0.02
    assert nothing_cached["mean"] < 0.6 * straight


def test_code_that_asks_twice_is_about_as_quick_as_at_the_origin() -> None:
    once = clicked("Code at the edge")
    assert as_set(CODE, **once)["mean"] < as_set(SHIELD)["mean"]
    assert as_set(CODE, trips=2)["mean"] < as_set(SHIELD)["mean"] < as_set(CODE, trips=3)["mean"]


def test_a_longer_life_and_collapsing_against_a_crowd() -> None:
    none, pops, collapsed, shield, both = BARS
    found = crowd()
    assert found[none] > 4000
    assert found[pops] > 80 * found[collapsed]
    assert found[shield] > 0.9 * found[pops]  # a shield that does not collapse is of no use
    assert found[both] < 1.0
    minute = crowd(**clicked("The new page"))
    assert minute[pops] < 0.03 * found[pops]
    assert minute[pops] > 50 * minute[collapsed]


def test_no_clause_is_left_open_without_points_of_presence() -> None:
    settings = lab.settled({"pops": 0})
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "–" not in sentence
    assert "trips" not in sentence
