"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.infrastructure.autoscaling import FLASH_POINT, ROWS, WAY
from scalelab.labs.infrastructure.autoscaling import (
    FIXED,
    NAMES,
    PREDICTIVE,
    SCHEDULED,
    STEPPED,
    TRACKING,
    lab,
)
from scalelab.models.infrastructure.autoscaling import WAYS, day


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(**changed: float) -> list[dict[str, Any]]:
    return lab.rows(lab.table(**lab.settled(changed)))


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in rows(**changed) if row["kind"] == WAY}


def test_at_first_sight_machines_that_follow_are_cheaper_and_better() -> None:
    found = ways()
    assert found[TRACKING]["usd"] < 0.75 * found[FIXED]["usd"]
    assert found[TRACKING]["slow"] == pytest.approx(10.9, abs=0.05)
    assert found[FIXED]["slow"] == pytest.approx(32.5, abs=0.05)
    assert found[PREDICTIVE]["slow"] < found[TRACKING]["slow"]
    # Far more than the two minutes of a boot, and more machines than the nine that are wanted.
    assert found[TRACKING]["most"] == 13


def test_the_question_tells_the_truth() -> None:
    before = next(r for r in rows() if r["kind"] == FLASH_POINT and r["minute"] == -1)
    assert before["tracking"] == 3
    wanted = 3250.0 / (0.7 * 4000.0 / 7.0)
    assert 8.0 < wanted < 9.0


def test_what_comes_tells_more_than_how_busy_machines_are() -> None:
    found, before = ways(**clicked("Measure what comes")), ways()
    assert found[TRACKING]["slow"] < 0.5 * before[TRACKING]["slow"]
    assert found[TRACKING]["most"] == 9
    assert found[STEPPED]["slow"] > before[STEPPED]["slow"]


def test_late_metrics_without_a_window_take_machines_in_the_middle_of_the_crowd() -> None:
    settings = clicked("Metrics are a minute late")
    found = ways(**settings)
    assert found[TRACKING]["turns"] == 8
    assert found[TRACKING]["slow"] == pytest.approx(30.6, abs=0.05)
    there = [
        r["tracking"]
        for r in rows(**settings)
        if r["kind"] == FLASH_POINT and 5 <= r["minute"] < 20
    ]  # fmt: skip
    assert max(there) == 13
    assert min(there[there.index(13) :]) == 2
    longer = ways(**{**settings, "window_s": 120.0})
    assert longer[TRACKING]["turns"] == 4


def test_a_target_near_100_never_scales_up() -> None:
    found = ways(**clicked("To save money"))
    assert found[TRACKING]["most"] <= 3
    assert found[TRACKING]["slow"] > 12 * 60
    assert ways(target=0.9)[TRACKING]["most"] == 10


def test_at_four_a_schedule_has_least_and_a_fixed_fleet_no_line() -> None:
    found = ways(**clicked("The same crowd at four"))
    assert found[SCHEDULED]["slow"] == max(each["slow"] for each in found.values())
    assert found[FIXED]["wait"] == 0.0
    assert found[FIXED]["slow"] == pytest.approx(20.0, abs=0.1)
    assert found[TRACKING]["wait"] == pytest.approx(205, abs=1)


def test_slow_machines_come_when_the_crowd_has_gone() -> None:
    found = ways(**clicked("It takes ten minutes"))
    assert found[TRACKING]["slow"] > found[FIXED]["slow"]


def test_large_machines_follow_in_large_steps() -> None:
    settings = clicked("Machines four times as large")
    found, small = ways(**settings), ways()
    assert found[FIXED]["most"] == 2
    assert found[FIXED]["left_busy"] == pytest.approx(0.875)
    assert found[TRACKING]["usd"] > 1.4 * small[TRACKING]["usd"]
    assert found[TRACKING]["slow"] < small[TRACKING]["slow"]
    alone = ways(**{**settings, "vcpus": 32})
    assert {each["usd"] for each in alone.values()} == {found[FIXED]["usd"]}
    assert alone[FIXED]["others"] == 0.0
    assert alone[FIXED]["slow"] == 0.0


def test_the_lab_is_the_model() -> None:
    found = ways()
    for way in WAYS:
        mine = day(way)
        assert mine.usd == found[way]["usd"]
        assert mine.slow_min == found[way]["slow"]


def test_rows_and_names() -> None:
    assert len(rows()) == ROWS <= 150
    assert len(NAMES) == len(WAYS)
