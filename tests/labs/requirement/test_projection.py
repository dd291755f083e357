"""What the prompts below the lab ask the reader to see is there to be seen."""

from datetime import timedelta

import numpy as np
import pytest

from scalelab.facts.history import PAGE_VIEWS, PAGE_VIEWS_FROM
from scalelab.kernels.requirement.projection import COLUMNS
from scalelab.labs.requirement.projection import EXAMPLE, KINDS, lab
from scalelab.models.requirement.history import EPOCH, read
from scalelab.models.requirement.projection import SERIES, STATES, backtest


def readings(own: np.ndarray | None = None, **changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def own_data(text: str) -> np.ndarray:
    history = read(text.encode())
    first = (history.first - EPOCH).days
    return np.stack([first + np.arange(len(history)), history.loads], axis=1)


def test_at_first_sight() -> None:
    """A band that is wrong on one day in three, and a forecast that is worse than none."""
    first = readings()
    assert STATES[int(first["state"])] == STATES[2]
    assert first["origins"] == 20
    assert 0.65 < first["in_95"] < 0.72
    assert first["in_80"] < 0.5
    assert first["factor"] > 1.5
    assert first["in_wide"] > 0.85
    assert first["error"] > 1.5 * first["error_last_week"]
    assert first["peak"] > 5.0
    rows = [row for row in lab.rows(lab.table()) if row["kind"] == "Ahead"]
    above = [row["load"] > row["high_95"] for row in rows if row["has_load"]]
    assert sum(above) > 0.7 * len(above)
    weeks = [row["in_95"] for row in lab.rows(lab.table()) if row["kind"] == "Backtest"]
    assert weeks[0] > 0.85
    assert weeks[-1] < 0.6


def test_the_readings_are_the_model_s() -> None:
    found = backtest(np.array(PAGE_VIEWS, float), PAGE_VIEWS_FROM, 364, 91)
    first = readings()
    assert first["in_95"] == found.in_95
    assert first["in_80"] == found.in_80
    assert first["in_wide"] == found.in_widened
    assert first["error"] == found.error
    assert first["error_last_week"] == found.error_last_week
    assert first["error_drift"] == found.error_drift
    assert first["peak"] == found.peak


def test_two_years_teach_the_season() -> None:
    two, one = after("Learn from two years"), readings()
    assert two["days"] == 730
    assert two["in_95"] > 0.9
    assert two["error"] < 0.5 * one["error"]
    assert two["error"] < two["error_last_week"]


def test_a_year_of_the_shop_is_too_little() -> None:
    year = after("The shop, made up with")
    assert year["in_95"] < 0.7
    assert year["error"] > year["error_last_week"]
    # The truth is outside of what it says of the growth.
    assert year["growth_high"] < 0.03


def test_two_years_of_the_shop_find_the_truth() -> None:
    two = after("The shop with two years")
    assert two["growth_low"] < 0.03 < two["growth_high"]
    assert two["growth"] == pytest.approx(0.03, abs=0.002)
    assert two["in_95"] > 0.9
    assert two["error"] < 0.6 * two["error_last_week"]


def test_a_campaign_meets_the_capacity() -> None:
    campaign = after("The shop today")
    assert campaign["held_back"] == 0
    assert campaign["reached"] == 28
    assert campaign["reached_95"] == 28
    settings = next(t.settings for t in lab.tries if t.prompt.startswith("The shop today"))
    without = readings(**{**settings, "campaign": 1.0})
    assert "reached" not in without
    assert "reached_95" not in without


def test_a_reader_s_own_history() -> None:
    own = own_data(EXAMPLE)
    assert len(own) == 112
    mine = readings(own, which=2, history=56, horizon=14, back=0)
    assert mine["days"] == 56
    # 2 % a week.
    assert mine["growth"] == pytest.approx(1.02 ** (365.25 / 12 / 7) - 1, abs=0.01)
    assert "in_95" in mine


def test_too_little_history_is_told_so() -> None:
    own = own_data("2026-01-01,5\n2026-01-02,6\n2026-01-03,7\n")
    sentence = lab.sentence(lab.table(own), lab.defaults)
    assert sentence.startswith("Too little history for a forecast")
    assert "a month" not in sentence
    assert "were in the 95% band" not in sentence
    assert "–" not in sentence
    lines = [f"{EPOCH + timedelta(20_000 + i)},{100 + i * i % 7}\n" for i in range(59)]
    own = own_data("".join(lines))
    sentence = lab.sentence(lab.table(own), lab.defaults)
    assert sentence.startswith(STATES[1])


def test_the_table_is_small_and_as_wide_as_declared() -> None:
    assert len(lab.columns) == COLUMNS
    longest = [lab.table(which=which, history=730, horizon=182) for which in range(len(SERIES))]
    assert max(len(table) for table in longest) <= 130
    assert {row["kind"] for row in lab.rows(lab.table())} == set(KINDS)
