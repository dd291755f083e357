"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.separate_database.replicas import FIRST, LARGE, ONE, SECOND, lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def here(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["arrangement"]): row for row in rows if row["here"] == 1}


def test_at_first_sight() -> None:
    found = here()
    assert found[FIRST]["carried"] == pytest.approx(942, abs=1)
    assert found[ONE]["carried"] == pytest.approx(889, abs=1)


def test_balanced_they_carry_nearly_twice_and_fail_together() -> None:
    found = here(**clicked("All machines answer"))
    assert found[FIRST]["carried"] > 1.9 * found[ONE]["carried"]
    assert found[FIRST]["carried"] > 1400
    assert found[FIRST]["survives"] == "no"
    assert found[SECOND]["survives"] == "yes"


def test_a_minute_balances_by_chance() -> None:
    found = here(**clicked("Replicas only"))
    assert found[FIRST]["carried"] > 1.25 * here()[FIRST]["carried"]
    assert found[FIRST]["read"] < here()[FIRST]["read"]


def test_ten_minutes_leave_nothing_for_the_second() -> None:
    found = here(**clicked("For ten minutes"))
    assert found[SECOND]["carried"] == found[FIRST]["carried"]
    assert found[FIRST]["carried"] < here(window_s=60.0)[FIRST]["carried"]


def test_writes_are_everywhere() -> None:
    found, few = here(**clicked("30% of")), here(balanced=1)
    assert found[SECOND]["carried"] / found[ONE]["carried"] < 2.2
    assert few[SECOND]["carried"] / few[ONE]["carried"] > 2.7


def test_larger_is_quicker_and_has_nothing_left() -> None:
    found = here(**clicked("1,600 requests"))
    assert found[LARGE]["read"] < found[FIRST]["read"]
    assert found[LARGE]["carried_down"] == 0
    assert found[FIRST]["survives"] == "no"
