"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.trade_offs.services import COST, SET, TEAM
from scalelab.labs.trade_offs.services import MANY, MODULES, ONE, SERIES, lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["series"]: row for row in rows(SET, **changed)}


def test_at_first_sight_one_program_wins_and_later_modules_and_services() -> None:
    best = {}
    for row in rows(TEAM):
        before = best.get(row["developers"])
        if before is None or row["each"] > before["each"]:
            best[row["developers"]] = row
    order = [best[n]["series"] for n in sorted(best)]
    assert order == sorted(order, key=[ONE, MODULES, MANY].index)
    assert set(order) == {ONE, MODULES, MANY}
    found = as_set()
    assert found[ONE]["changes"] == pytest.approx(46.6, abs=0.1)
    assert found[MANY]["changes"] == pytest.approx(35.4, abs=0.1)


def test_the_answer_is_far_from_the_team_that_there_is() -> None:
    assert lab.read(
        next(r for r in lab.readings if r.name == "turning"), lab.table(), lab.defaults
    ) == pytest.approx(251)


def test_a_hundred_developers_fill_one_pipeline() -> None:
    found = as_set(**clicked("100 developers"))
    assert found[ONE]["busy"] == pytest.approx(0.84, abs=0.005)
    assert found[ONE]["lead"] > 6.0 * as_set()[ONE]["lead"]
    assert found[MODULES]["changes"] > found[ONE]["changes"] > found[MANY]["changes"]


def test_slow_tests_stop_the_monolith() -> None:
    found = as_set(**clicked("200 developers"))
    assert found[ONE]["changes"] == found[ONE]["full"] == pytest.approx(116.3, abs=0.1)
    assert found[ONE]["known"] == found[MODULES]["known"] == 0.0
    assert found[MANY]["changes"] > 4.0 * found[ONE]["changes"]


def test_forty_services_take_ten_of_fifteen() -> None:
    found = as_set(**clicked("40 services"))
    assert found[MANY]["changes"] < 0.3 * found[ONE]["changes"]
    assert found[MANY]["found"] == 0.0


def test_bad_boundaries_move_the_crossing() -> None:
    found, before = as_set(**clicked("Bad boundaries")), as_set()
    assert found[MANY]["overtakes"] > 1.2 * before[MANY]["overtakes"]
    assert found[MANY]["lead"] > 3.0 * before[MANY]["lead"]


def test_memory_that_all_processes_hold() -> None:
    found = as_set(**clicked("One part needs"))
    assert found[ONE]["rent"] == 3.0 * found[MANY]["rent"]


def test_idle_services_cost_twice() -> None:
    found = as_set(**clicked("100 requests"))
    assert found[MANY]["rent"] == 2.0 * found[ONE]["rent"]
    costs = rows(COST)
    assert all(
        one["rent"] < many["rent"]
        for one in costs
        for many in costs
        if one["series"] == ONE and many["series"] == MANY and one["rate"] == many["rate"]
    )


def test_ways_are_in_order() -> None:
    assert SERIES[:3] == (ONE, MODULES, MANY)
