"""What the prompts below the lab ask the reader to see is there to be seen."""

import numpy as np
import pytest

from scalelab.kernels.access_log import FIELDS
from scalelab.kernels.workload.temporal import CAPACITY, COLUMNS
from scalelab.labs.workload.temporal import ALL, ORDER, TIMES_A_DAY_OF_NOVEMBER, YOURS, lab
from scalelab.models.workload.temporal import STATES, SYSTEMS, WIDTHS, arrivals, week


def readings(own: np.ndarray | None = None, **changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(own, **settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def a_log(days: int, begins_s: float = 4 * 86_400.0) -> np.ndarray:
    """A shop's log with 5,000 requests a day, as a rule from a Monday on."""
    rates = np.tile(week("Shop", 5000.0), days // 7 + 1)[: 24 * days]
    times = begins_s + np.floor(arrivals(rates, 0.05, 1))
    rows = np.zeros((len(times), FIELDS))
    rows[:, 0] = times
    return rows


def test_at_first_sight() -> None:
    """Three times the Friday wants fourteen times the mean, and nine tenths of it idle."""
    first = readings()
    assert 12.0 < first["times"] < 16.0
    assert first["idle"] > 0.91
    assert first["above_half"] == 0
    assert 5.5 < first["hour_times"] < 7.5
    assert first["mean"] == pytest.approx(11.63, abs=0.01)
    assert first["alone_mean"] == pytest.approx(1e6 / 86_400)
    assert first["quiet_load"] < 0.15
    table = lab.table()
    over = {(r["system"], r["width"]): r["over_mean"] for r in lab.rows(table)[24:]}
    # The same requests a day: another system, another capacity.
    assert over["HR system", "minute"] > 1.6 * over["Shop", "minute"]
    assert over["Taxis in New York", "minute"] < over["Shop", "minute"]


def test_the_story_is_not_one_of_lucky_years() -> None:
    """What the chapter reads off the lab, against 1,000 other years: a twentieth off at most."""
    for changed in ({}, {"system": 1}, {"system": 1, "second": 1.0}, {"second": 1.0},
                    {"first_minute": 0.0}, {"sized_for": 3}, {"special": 1.0}):  # fmt: skip
        settings = lab.settled(changed)
        shown = readings(**changed)["capacity"]
        given = {**settings, "n_runs": 1000, "seed": 99, "log_rows": np.empty(0)}
        long = lab.kernel(*(given[name] for name in lab.parameters))[0, CAPACITY]
        assert shown == pytest.approx(long, rel=0.05), changed


def test_the_question_is_about_these_settings() -> None:
    settings, question = lab.settled({}), lab.prediction.question
    assert "a million requests a day: 11.6 a second" in question
    assert settings["requests_a_day"] == 1_000_000
    assert "three times" in " ".join(question.split())
    assert settings["special"] == 3.0
    assert WIDTHS[int(settings["sized_for"])] == "minute"
    assert SYSTEMS[int(settings["system"])] == "Shop"
    middle = 0.5 * (lab.prediction.low + lab.prediction.high)
    assert abs(readings()["times"] - middle) > 0.2 * (lab.prediction.high - lab.prediction.low)


def test_the_hr_system() -> None:
    shop, hr = readings(), after("The internal HR system")
    assert hr["mean"] == pytest.approx(shop["mean"], rel=0.01)
    assert 1.6 < hr["capacity"] / shop["capacity"] < 2.2
    assert hr["idle"] > 0.95


def test_its_second_region() -> None:
    """The mean doubles; the busiest hour and the capacity hardly move: less than a tenth or so."""
    one, two = after("The internal HR system"), after("It gets as many users again")
    assert two["mean"] == pytest.approx(2 * one["mean"], rel=0.01)
    assert two["peak_hour"] < 1.1 * one["peak_hour"]
    assert 1.0 < two["capacity"] / one["capacity"] < 1.15
    assert two["times"] < 0.55 * one["times"]
    # The shop's evening overlaps with the other region's day: no such luck, but less than twice.
    shop = readings(second=1.0)
    assert 1.3 < shop["peak_hour"] / shop["alone_peak"] < 1.7
    assert shop["quiet_load"] > 4 * readings()["quiet_load"]


def test_bought_by_the_hour() -> None:
    """The hour's mean hides more than half of the minute's peak."""
    minute, hour = readings(), after("The shop buys for its busiest hour")
    assert hour["times"] == hour["hour_times"]
    assert hour["capacity"] < 0.55 * minute["capacity"]
    even = readings(first_minute=0.0)
    assert even["capacity"] < 1.2 * hour["capacity"]


def test_a_small_shop() -> None:
    small, large = after("A shop with 10,000"), readings(sized_for=0)
    assert small["times"] > 2.5 * large["times"]
    assert small["hour_times"] < 1.3 * large["hour_times"]
    assert small["idle"] > 0.97
    huge = readings(requests_a_day=50_000_000, sized_for=0)
    assert huge["times"] < large["times"]


def test_a_log_of_four_weeks() -> None:
    mine = readings(a_log(28), special=1.0)
    assert STATES[int(mine["state"])].startswith("The log has two of each weekday")
    assert mine["days"] == 28
    assert mine["alone_mean"] == pytest.approx(5000 / 86_400, rel=0.02)
    assert mine["first_low"] < 0.05 < mine["first_high"]
    assert mine["busiest_low"] < mine["busiest"] < mine["busiest_high"]
    # All of its days are alike.
    assert mine["differ_low"] < 0.02
    table = lab.table(a_log(28), special=1.0)
    rows = [row for row in lab.rows(table)[24:] if row["system"] == YOURS]
    assert len(rows) == len(WIDTHS)
    for row in rows:
        assert row["has_observed"] == 1
        assert row["observed"] <= 1.1 * row["over_high"]


def test_a_log_of_hours_says_so() -> None:
    rows = a_log(1)
    rows = rows[(rows[:, 0] % 86_400 > 36_000) & (rows[:, 0] % 86_400 < 50_000)]
    table = lab.table(rows)
    sentence = lab.sentence(table, lab.defaults)
    assert STATES[1] in sentence
    assert "busiest hour of a day" not in sentence
    assert "Days differ by" not in sentence
    assert "–" not in sentence
    assert sum(row["known"] for row in lab.rows(table)[:24]) == 4


def test_of_the_built_in_weeks_nothing_is_measured() -> None:
    sentence = lab.sentence(lab.table(), lab.defaults)
    assert "log" not in sentence
    assert "–" not in sentence


def test_names_and_size() -> None:
    assert len(lab.columns) == COLUMNS
    assert ALL[: len(SYSTEMS)] == SYSTEMS
    assert ORDER[0] == "day"
    assert len(lab.table()) <= 45
    assert f"{TIMES_A_DAY_OF_NOVEMBER:.1f}" == "2.8"


def test_what_is_handed_over_is_there() -> None:
    found = readings()
    assert found["trough"] > 5.0
    assert 0.08 < found["busiest"] < 0.11
