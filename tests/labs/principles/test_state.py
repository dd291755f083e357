"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.principles.state import HIT, POINT, RACE
from scalelab.labs.principles.state import (
    ALWAYS,
    CACHED,
    CHANGED,
    DRAINED,
    LOCKED,
    MACHINE,
    MEMORY,
    SCALING,
    STORE,
    STORE_FAILS,
    lab,
)


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def hits(cause: str = SCALING, **changed: float) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in rows(HIT, **changed) if row["cause"] == cause}


def races(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["rule"]: row for row in rows(RACE, **changed)}


def test_at_first_sight_the_autoscaler_is_worse_than_failures() -> None:
    planned, failed = hits()[MEMORY], hits(MACHINE)[MEMORY]
    assert planned["hit"] == pytest.approx(27_653, abs=1)
    assert failed["hit"] == pytest.approx(63, abs=0.5)
    assert hits(STORE_FAILS)[STORE]["hit"] == pytest.approx(117, abs=0.5)
    assert hits()[STORE]["hit"] == 0


def test_the_question_tells_the_fleet() -> None:
    machines = [row["serving"] for row in rows(POINT)]
    assert (max(machines), min(machines)) == (6, 2)
    assert lab.prediction.low < hits()[MEMORY]["hit"] < lab.prediction.high


def test_short_sessions_are_drained_within_an_hour() -> None:
    found = hits(**clicked("All sessions are short"))
    assert found[MEMORY]["hit"] > 10_000
    assert found[DRAINED]["hit"] < 100
    assert 9 < found[DRAINED]["hours"] - found[MEMORY]["hours"] < 11


def test_the_oldest_has_the_long_ones() -> None:
    found = hits(**clicked("The oldest"))
    assert found[MEMORY]["lost_long"] > 2 * hits()[MEMORY]["lost_long"]


def test_eight_hours_cost_more_than_half_a_fleet() -> None:
    found = hits(**clicked("Drain for eight"))
    assert found[DRAINED]["lost_long"] < 0.03
    assert found[DRAINED]["hours"] > 1.7 * found[MEMORY]["hours"]
    assert max(row["machines"] for row in rows(POINT, **clicked("Drain for eight"))) > 9


def test_a_patient_autoscaler_spares_the_short_ones() -> None:
    found = hits(**clicked("Scale in only"))
    assert found[MEMORY]["hit"] < 0.75 * hits()[MEMORY]["hit"]
    assert found[MEMORY]["hours"] > hits()[MEMORY]["hours"] + 4


def test_copies_do_not_keep_the_shop_up() -> None:
    found = hits(**clicked("Keep copies"))
    assert 0.5 < found[CACHED]["fails"] < 0.8
    assert found[CACHED]["stale"] > 0.2
    assert found[CACHED]["look_ups"] < found[STORE]["look_ups"] / 2


def test_slow_requests_overlap_though_they_come_one_by_one() -> None:
    found = races(**clicked("One request"))
    assert found[ALWAYS]["overwritten"] == pytest.approx(0.181, abs=1e-3)
    assert found[CHANGED]["overwritten"] < 0.01
    assert found[LOCKED]["longer"] == 0
    assert races()[LOCKED]["longer"] == 250


def test_nothing_else_is_asked() -> None:
    assert len(lab.tries) == 6
    assert len(lab.controls) <= 9
