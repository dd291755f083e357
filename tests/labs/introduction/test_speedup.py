"""What the lab's question and prompts promise is there."""

import pytest

from scalelab.labs.introduction.speedup import lab
from scalelab.web.lab import Setting


def shown(**settings: Setting) -> dict[str, float]:
    at = lab.settled(settings)
    table = lab.table(**at)
    found = {each.name: lab.read(each, table, at) for each in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def test_the_question_tells_what_the_lab_shows() -> None:
    at_first = shown()
    assert round(at_first["now"]) == 646
    assert round(at_first["twice"]) == 1019
    # More machines than the best number do less, and fewer than thirty-two do.
    assert at_first["largest"] < shown(machines=32)["now"] < at_first["best_does"]
    assert lab.prediction.low < at_first["largest"] < lab.prediction.high / 4


def test_without_talking_the_curve_never_turns() -> None:
    settings = lab.tries[0].settings
    assert shown(**settings)["best"] == settings["most"] == 256
    assert shown(**settings)["largest"] < 100 / 0.03


def test_less_talking_is_the_better_buy_at_64_machines() -> None:
    usual, waiting, talking = (
        shown(**x) for x in ({}, lab.tries[1].settings, lab.tries[2].settings)
    )
    assert usual["largest"] < waiting["largest"] < talking["largest"]
    # At the eight machines that there are, it is the other way round.
    assert usual["now"] < talking["now"] < waiting["now"]


def test_prompts_say_by_how_much_they_change() -> None:
    half, fifth = lab.tries[1], lab.tries[2]
    assert "Half" in half.prompt
    assert half.settings == {"contention": lab.defaults["contention"] / 2}
    assert "A fifth" in fifth.prompt
    assert fifth.settings["coherency"] == pytest.approx(lab.defaults["coherency"] / 5)


def test_at_own_times_the_law_is_too_pessimistic() -> None:
    usual, own = shown(), shown(**lab.tries[3].settings)
    assert own["largest"] == usual["largest"] == pytest.approx(usual["simulated"], rel=0.1)
    assert own["simulated"] > 1.15 * own["largest"]
