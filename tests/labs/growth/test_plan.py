"""What the prompts below the lab ask the reader to see is there to be seen."""

import math

import pytest

from scalelab.labs.growth.plan import lab
from scalelab.theory.growth.plan import latest_trigger


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """Step by step is cheapest, and rent is the least of its costs; care is most of the last."""
    first = readings()
    assert first["breaks"] > 1.5 * first["step"]
    assert first["once"] > 4.0 * first["step"]
    assert first["step_rent"] < 0.1 * first["step"]
    assert first["once_care"] > 0.7 * first["once"]
    assert first["breaks_turned"] > 0.5 * first["breaks"]
    assert first["once_over"] > 0.95
    assert 0.3 < first["breaks_short"] < 0.5


def test_the_question_says_what_is_so() -> None:
    assert readings()["step"] == pytest.approx(314.0, abs=0.5)
    assert lab.defaults["trigger"] == 0.7


def test_to_open_late_costs_more_than_all_the_rest() -> None:
    late = after("The opening waits")
    assert late["once_late"] > 5.0 * readings()["once"]


def test_to_be_careful_costs_more_than_it_saves() -> None:
    careful, first = after("Be careful"), readings()
    assert careful["step"] > 1.3 * first["step"]
    assert careful["step_turned"] == 0.0
    assert first["step_turned"] < 10.0


def test_growth_that_is_faster_than_building() -> None:
    fast = after("A shop that doubles in ten weeks")
    assert fast["once"] < fast["step"] < fast["breaks"]
    assert fast["step"] > 4.0 * fast["once"]
    # It doubles in ten weeks indeed, and no trigger of the control leaves the time to build.
    assert math.log(2.0) / 0.3 * 52.18 / 12.0 == pytest.approx(10.0, abs=0.1)
    assert latest_trigger(0.3, 6.0) < 0.2


def test_three_stages_in_one_go() -> None:
    fast, leaps = after("A shop that doubles in ten weeks"), after("The same, with three")
    assert leaps["step"] < fast["step"]
    assert leaps["step"] > leaps["once"]


def test_a_known_market() -> None:
    known = after("The market is known")
    assert known["breaks"] < known["step"] < known["once"]
    assert known["breaks_over"] == 0.0
    assert known["step_over"] == known["once_over"] == pytest.approx(1.0)


def test_the_table_is_small() -> None:
    assert len(lab.table()) < 150
