"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.load_balancing.zones import CAUSE, CURVE, SET
from scalelab.labs.load_balancing.zones import PLACES, lab
from scalelab.models.load_balancing.zones import CAUSES

ALONE, ONE_OUT, MORE_OUT, CHANGES, PAIR, SINGLE = CAUSES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, Any]:
    (row,) = rows(SET, **changed)
    return row


def causes(**changed: float) -> dict[str, float]:
    return {row["why"]: row["why_minutes"] for row in rows(CAUSE, **changed)}


def test_at_first_sight_only_bad_changes_are_left() -> None:
    found = as_set()
    assert found["minutes"] == pytest.approx(120.1, abs=0.05)
    assert found["survives"] == "yes"
    assert causes()[CHANGES] > 0.99 * found["minutes"]
    # It is the cheapest that may lose a zone, and more machines change nothing.
    safe = [row for row in rows(CURVE) if row["survives"] == "yes"]
    assert min(row["rent"] for row in safe) == found["rent"]
    assert min(row["minutes"] for row in safe) > 0.99 * found["minutes"]


def test_two_zones_of_three_are_worse_than_one_of_six() -> None:
    found = as_set(**clicked("The same six machines"))
    one = as_set(zones=1, per_zone=6)
    assert found["rent"] == one["rent"]
    assert found["minutes"] == pytest.approx(264, abs=0.5)
    assert one["minutes"] == pytest.approx(192, abs=0.5)
    assert found["worst"] == pytest.approx(51, abs=0.5)


def test_without_reserve_each_zone_is_one_more_that_can_fail() -> None:
    four, one = as_set(**clicked("Four machines in four")), as_set(zones=1, per_zone=4)
    assert four["machines"] == one["machines"]
    assert four["minutes"] > 1.9 * one["minutes"]
    zone = causes(**clicked("Four machines in four"))[ONE_OUT]
    assert zone == pytest.approx(4 * 72, rel=0.01)


def test_without_bad_changes_the_pair_is_most_of_what_is_left() -> None:
    settings = clicked("No bad changes")
    found = as_set(**settings)
    assert found["minutes"] == pytest.approx(0.106, abs=0.001)
    assert causes(**settings)[PAIR] > 0.5 * found["minutes"]
    assert causes(**settings)[SINGLE] > 90.0 * found["minutes"]


def test_a_fast_repair_is_worth_more_than_a_machine() -> None:
    settings = clicked("One zone, five machines")
    by_hand = causes(**settings)[ALONE]
    sixth = causes(**{**settings, "per_zone": 6})[ALONE]
    by_itself = causes(**{**settings, "repair_min": 10.0})[ALONE]
    assert by_hand > 50.0 * sixth > 250.0 * by_itself
    assert causes(**settings)[SINGLE] > 2000.0


def test_machines_that_come_too_late() -> None:
    settings = clicked("Four machines in two")
    found = as_set(**settings)
    assert causes(**settings)[ONE_OUT] == pytest.approx(4.0, abs=0.01)
    assert found["gone"] == pytest.approx(40.0)
    assert found["worst"] == pytest.approx(4.3, abs=0.05)


def test_places_are_in_order() -> None:
    assert PLACES == ("1 zone", "2 zones", "3 zones", "4 zones")
