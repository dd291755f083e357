"""What the prompts below the lab ask the reader to see is there to be seen."""

import math

import pytest

from scalelab.kernels.requirement.sizing import COLUMNS, LINKS, SHOWN
from scalelab.labs.requirement.sizing import CHAIN, NAMES, SHOWN_LINKS, lab


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    assert None not in found.values()
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """One in a thousand is there, one in ten thousand asks; a message is not three times that."""
    found = readings()
    assert found["busiest_n"] == pytest.approx(12_000)
    assert 1.0 < found["at_once"] / 2000 < 1.01
    assert found["rate"] == pytest.approx(200, abs=1)
    assert found["in_work"] == pytest.approx(20, abs=0.1)
    assert found["servers"] == 4
    assert found["rate"] / found["mean_rate"] == pytest.approx(2.4, abs=0.02)
    assert 14 < found["campaign_at_once"] / found["at_once"] < 16
    assert found["campaign_servers"] == 50


def test_the_question_is_about_these_settings() -> None:
    settings, question = lab.settled({}), lab.prediction
    assert "two million customers, one in twenty" in question.question
    assert "ten minutes and comes again in one case in five" in " ".join(question.question.split())
    assert settings["customers"] == 2_000_000
    assert settings["active"] == 1 / 20
    assert settings["session_min"] == 10
    assert lab.constants["visits_per_active"] == 1.2
    middle = 0.5 * (question.low + question.high)
    assert readings()["at_once"] < 0.05 * middle


def test_over_the_day() -> None:
    """As many visits: five times fewer at once, and servers."""
    story, found = readings(), after("The campaign's visits spread")
    assert found["campaign_at_once"] == pytest.approx(3 * found["at_once"])
    assert story["campaign_at_once"] / found["campaign_at_once"] == pytest.approx(5, abs=0.1)
    assert found["campaign_servers"] == 11


def test_all_visits_alike() -> None:
    """The ordinary day does not care for the law, the minutes after a message do."""
    story, same, few = readings(), after("All visits last ten"), readings(law=2)
    assert same["mean_at_once"] == pytest.approx(story["mean_at_once"], rel=1e-6)
    assert same["at_once"] == pytest.approx(story["at_once"], rel=0.005)
    assert few["at_once"] == pytest.approx(story["at_once"], rel=0.005)
    assert 1.25 < same["campaign_at_once"] / story["campaign_at_once"] < 1.35
    assert few["campaign_at_once"] < 0.87 * story["campaign_at_once"]


def test_twice_as_long() -> None:
    """Twice as many are there and ask half as often each; after a message they ask for less."""
    story, found = readings(), after("Customers stay for 20")
    assert found["at_once"] == pytest.approx(2 * story["at_once"], rel=0.01)
    assert found["rate"] == pytest.approx(story["rate"], rel=0.01)
    assert 1.6 < found["campaign_at_once"] / story["campaign_at_once"] < 1.75
    assert found["campaign_rate"] < 0.85 * story["campaign_rate"]


def test_ten_thousand() -> None:
    """Chance is a few per cent of two thousand, and half of ten."""
    story, found = readings(), after("Ten thousand")
    assert story["at_once_high"] < 1.1 * story["at_once"]
    assert found["at_once"] == pytest.approx(10, abs=0.1)
    assert found["at_once_high"] > 1.4 * found["at_once"]
    assert math.isclose(found["at_once"] * 200, story["at_once"])


def test_names() -> None:
    table = lab.table()
    assert len(NAMES) == len(set(NAMES)) == len(table) == SHOWN + LINKS
    assert table.shape[1] == len(lab.columns) == COLUMNS
    assert set(SHOWN_LINKS) < set(CHAIN)
    assert NAMES[:4] == ("00:00", "00:20", "00:40", "01:00")
    assert NAMES[SHOWN - 1] == "23:40"
