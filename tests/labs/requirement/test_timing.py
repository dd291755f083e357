"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.requirement.timing import HORIZON, MONTHS, lab
from scalelab.models.requirement.timing import NAMES, simulate
from scalelab.theory.requirement.timing import trigger_by_newsvendor, trigger_just_in_time


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
    """Half empty is the time to start; day one costs three times as much, and more than to wait."""
    first = readings()
    assert 0.4 <= first["best_at"] <= 0.6
    assert first["day_one"] > 2.5 * first["best_cost"]
    assert first["broke"] > 1.8 * first["best_cost"]
    assert first["day_one"] > 1.2 * first["broke"]
    assert first["never"] > first["day_one"]
    assert 0.45 < first["never_needed"] < 0.55
    # Half of what day one costs is for nothing, and most of what waiting costs is the overload.
    assert 0.4 < first["day_one_nothing"] / first["day_one"] < 0.6
    assert first["broke_failing"] > 0.6 * first["broke"]


def test_the_minimum_is_flat() -> None:
    """A step beside the best costs a few per cent more."""
    totals = {NAMES[int(row[0])]: row[7] for row in lab.table()[: len(NAMES)]}
    best = min(totals.values())
    for name in ("at 45% of capacity", "at 55% of capacity"):
        assert totals[name] < 1.06 * best
    assert totals["at 40% of capacity"] < 1.1 * best
    assert totals["at 75% of capacity"] > 1.3 * best


def test_the_question_says_what_the_controls_say() -> None:
    defaults = lab.defaults
    assert "a tenth" in lab.prediction.question
    assert defaults["capacity"] == 10
    assert "8% a month" in lab.prediction.question
    assert defaults["growth"] == 0.08
    assert "six months" in lab.prediction.question
    assert defaults["lead_months"] == 6
    assert "Half of such shops stay small" in lab.prediction.question
    assert lab.constants["takes_off"] == 0.5
    assert "in four years" in lab.summary
    assert lab.constants["horizon_months"] == HORIZON == 48


def test_a_year_to_build_moves_the_trigger_down() -> None:
    first, year = readings(), after("Building takes a year")
    assert year["best_at"] <= first["best_at"] - 0.15
    assert year["best_at"] < trigger_just_in_time(0.08, 12)
    assert 1.0 < year["best_cost"] / first["best_cost"] < 1.25
    # Who waits until it breaks now pays more than who built on day one.
    assert year["broke"] > 1.15 * year["day_one"]


def test_what_can_be_had_in_a_month_can_wait() -> None:
    month = after("It can be had in one month")
    assert month["best_at"] >= 0.8
    # To wait until it broke costs a fifth more, where it cost twice as much; day one, far more.
    assert 1.05 < month["broke"] / month["best_cost"] < 1.35
    assert month["day_one"] > 3.0 * month["best_cost"]


def test_chance_makes_one_start_earlier() -> None:
    first, chance = readings(), after("Chance moves the load")
    assert chance["best_at"] < first["best_at"]
    assert chance["best_cost"] > 1.5 * first["best_cost"]
    assert chance["broke"] / chance["best_cost"] < first["broke"] / first["best_cost"]


def test_a_cheap_overload_is_lived_with() -> None:
    cheap = after("An overload costs little")
    settings = lab.settled({"loss": 20})
    table = lab.table(**settings)
    assert lab.texts(table, settings)["best_policy"] == "never"
    assert cheap["best_cost"] == cheap["never"] < 0.2 * cheap["day_one"]


def test_the_best_trigger_is_near_the_newsvendor_s() -> None:
    first = readings()
    ours = trigger_by_newsvendor(0.08, 0.1, 6, 20.0, 200.0)
    assert first["best_at"] == pytest.approx(ours, abs=0.06)


def test_what_hardly_moves_the_trigger() -> None:
    """Neither how many take off nor what building costs; both decide what day one is worth."""
    by_cost = [readings(build=build)["best_at"] for build in (0, 300, 2000)]
    assert max(by_cost) - min(by_cost) < 0.11
    by_share = [simulate(takes_off=share) for share in (0.1, 0.5, 1.0)]
    assert all(0.45 <= found.best.trigger <= 0.55 for found in by_share)
    wasted = [found.day_one.nothing for found in by_share]
    assert wasted[0] > 1.5 * wasted[1] > 10.0 * wasted[2]
    # Even if all of them take off, day one is not the day.
    assert by_share[2].day_one.total > 1.4 * by_share[2].best.total


def test_rows_have_names_and_are_few() -> None:
    table = lab.table()
    assert len(table) == len(NAMES) + len(MONTHS) < 150
    rows = lab.rows(table)
    assert rows[0]["policy"] == "on day one"
    assert rows[len(NAMES) - 1]["policy"] == "never"
    assert rows[len(NAMES)]["policy"] == "month 0"
    assert rows[-1]["policy"] == "month 46"
