"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.trade_offs.developer_experience import CROSS, CURVE, PART, RED, SET
from scalelab.labs.trade_offs.developer_experience import (
    FIRST_RED,
    MANAGED,
    OWN,
    PAIRS,
    PLATFORM,
    RERUN_RED,
    lab,
)
from scalelab.models.trade_offs.developer_experience import PARTS

LEARNING, WAITING, CHANCE, DEBUGGING, RUNNING, TEAM, WORK = PARTS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["series"]: row for row in rows(SET, **changed)}


def crossings(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["pair"]: row for row in rows(CROSS, **changed)}


def hours(way: str, **changed: float) -> dict[str, float]:
    return {row["what"]: row["hours"] for row in rows(PART, **changed) if row["series"] == way}


def test_at_first_sight_a_platform_does_not_quite_pay() -> None:
    usd = {way: row["cost"] for way, row in ways().items()}
    assert usd[MANAGED] < usd[OWN] < usd[PLATFORM] < 1.02 * usd[OWN]
    found = crossings()[PAIRS[0]]
    assert 40.0 < found["from"] < 50.0
    assert found["shown"] == 1
    # Debugging and waiting are more than learning and running.
    week = hours(OWN)
    assert week[DEBUGGING] + week[WAITING] > 1.5 * (week[LEARNING] + week[RUNNING])


def test_nearly_half_of_all_runs_are_red() -> None:
    reds = {row["series"]: row["red"] for row in rows(RED) if row["components"] == 4}
    assert reds[FIRST_RED] == pytest.approx(0.4545, abs=5e-5)
    assert reds[RERUN_RED] == pytest.approx(0.0119, abs=5e-5)


def test_tools_give_back_more_than_a_platform_of_this_size() -> None:
    settings = clicked("All three tools")
    before, after = ways(), ways(**settings)
    for way in (OWN, PLATFORM, MANAGED):
        assert after[way]["changes"] > 1.12 * before[way]["changes"]
    assert hours(OWN, **settings)[CHANCE] < 0.05
    assert after[OWN]["green"] < 0.6 * before[OWN]["green"]
    # A platform has the tools built in, the others pay for them in each team.
    assert crossings(**settings)[PAIRS[0]]["from"] < crossings()[PAIRS[0]]["from"] - 4.0


def test_documentation_puts_a_platform_off() -> None:
    settings = clicked("Good documentation")
    assert crossings(**settings)[PAIRS[0]]["from"] > 1.5 * crossings()[PAIRS[0]]["from"]
    assert hours(OWN, **settings)[LEARNING] == pytest.approx(hours(OWN)[LEARNING] / 4.0)


def test_half_of_the_users_are_less_than_half_of_the_use() -> None:
    settings = clicked("200 developers")
    assert crossings(**settings)[PAIRS[0]]["from"] > 65.0
    assert crossings(**settings)[PAIRS[1]]["found"] == 0
    alone = ways(developers=200)[PLATFORM]["changes"]
    assert ways(**settings)[PLATFORM]["changes"] < alone


def test_eight_components_take_half_of_the_week() -> None:
    settings = clicked("Eight components")
    assert ways(**settings)[OWN]["share"] < 0.5
    assert ways(**settings)[OWN]["green"] > 2.5 * ways()[OWN]["green"]
    # The size from which a platform pays hardly depends on them.
    few, many = (crossings(components=k)[PAIRS[0]]["from"] for k in (1, 8))
    assert few == pytest.approx(many, rel=0.06)


def test_at_high_load_the_platform_is_the_cheapest() -> None:
    usd = {way: row["cost"] for way, row in ways(**clicked("10,000 requests")).items()}
    assert usd[PLATFORM] < usd[MANAGED] < usd[OWN]
    small = {way: row["cost"] for way, row in ways(load_per_s=10_000.0).items()}
    assert small[OWN] < small[PLATFORM] < small[MANAGED]


def test_what_four_components_cost() -> None:
    none = ways(**clicked("No components"))
    assert none[OWN]["changes"] > 1.3 * ways()[OWN]["changes"]
    assert none[OWN]["rent"] == none[PLATFORM]["rent"] == none[MANAGED]["rent"] == 0.0


def test_what_is_far_too_dear_is_not_drawn() -> None:
    shown = [row for row in rows(CURVE) if row["series"] == PLATFORM and row["shown"] == 1]
    assert min(row["developers"] for row in shown) > 8.0
    assert max(row["cost"] for row in shown) < 1.6 * ways()[OWN]["cost"]
