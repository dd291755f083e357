"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts import alerts as facts
from scalelab.kernels.principles import alerts as kernels
from scalelab.kernels.principles.alerts import CURVE, FRONT, SET
from scalelab.labs.principles.alerts import lab
from scalelab.models.principles.alerts import BURN, CUSUM, FOR, LONG, MULTI, SHORT, TICKET, WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, dict[str, Any]]:
    return {str(row["way"]): row for row in rows(SET, **changed)}


def test_the_rules_are_those_of_the_workbook() -> None:
    assert (
        facts.FAST_WINDOW.value, facts.FAST_SHORT_WINDOW.value, facts.FAST_BURN_RATE.value,
    ) == (kernels.FAST_MIN, kernels.FAST_SHORT_MIN, kernels.FAST_RATE)  # fmt: skip
    assert (
        facts.SLOW_WINDOW.value, facts.SLOW_SHORT_WINDOW.value, facts.SLOW_BURN_RATE.value,
    ) == (kernels.SLOW_MIN, kernels.SLOW_SHORT_MIN, kernels.SLOW_RATE)  # fmt: skip
    assert (
        facts.TICKET_WINDOW.value, facts.TICKET_SHORT_WINDOW.value, facts.TICKET_BURN_RATE.value,
    ) == (kernels.TICKET_MIN, kernels.TICKET_SHORT_MIN, kernels.TICKET_RATE)  # fmt: skip
    assert (
        facts.LONG_WINDOW.value, facts.SINGLE_BURN_RATE.value,
    ) == (kernels.LONG_MIN, kernels.BURN_RATE)  # fmt: skip


def test_at_first_sight_a_kept_promise_pages_four_times_a_day() -> None:
    found = as_set()
    assert found[SHORT]["used"] < 0.5
    assert 110.0 < found[SHORT]["pages"] < 165.0
    assert found[MULTI]["pages"] == found[FOR]["pages"] == found[BURN]["pages"] == 0.0
    assert found[SHORT]["fires"] < found[CUSUM]["fires"] < found[FOR]["fires"]
    assert found[FOR]["fires"] < found[MULTI]["fires"] < found[BURN]["fires"]
    assert len(rows(CURVE)) + len(rows(FRONT)) + len(found) < 150


def test_an_outage_costs_a_quarter_before_the_page() -> None:
    found = as_set(**clicked("Everything fails"))
    assert found[FOR]["spent"] == pytest.approx(11.0 / 43.2, abs=0.005)
    assert found[MULTI]["spent"] < 0.03
    assert found[LONG]["clears"] > 36 * 60


def test_much_traffic_takes_chance_away_but_not_blips() -> None:
    found = as_set(**clicked("The whole shop"))
    assert 45.0 < found[SHORT]["pages"] < 75.0
    assert as_set(**clicked("The whole shop"), blips=0.0)[SHORT]["pages"] == 0.0


def test_one_failure_is_an_incident_where_there_are_ten_requests() -> None:
    settings = clicked("Ten requests")
    found = as_set(**settings)
    assert found[MULTI]["pages"] == found[BURN]["pages"] == found[SHORT]["pages"] > 0.0
    assert found[SHORT]["found"] == found[MULTI]["found"] == "no"


def test_held_for_an_hour_the_budget_is_gone() -> None:
    found = as_set(**clicked("Hold it"))
    assert found[FOR]["spent"] > 1.4
    assert found[MULTI]["spent"] < 0.03


def test_a_slow_burn_pages_nobody_in_time() -> None:
    found = as_set(**clicked("A slow burn"))
    assert found[MULTI]["found"] == found[FOR]["found"] == found[BURN]["found"] == "no"
    assert found[SHORT]["costs"] < 0.05
    assert found[CUSUM]["fires"] < 30.0


def test_the_best_way_is_best_for_what_it_was_told() -> None:
    without, with_blips = as_set(**clicked("No blips")), as_set()
    assert without[CUSUM]["pages"] <= 0.5
    assert without[CUSUM]["fires"] < 0.5 * without[MULTI]["fires"]
    assert with_blips[CUSUM]["pages"] > 10.0


def test_each_way_is_in_each_view() -> None:
    assert {row["way"] for row in rows(CURVE)} == set(WAYS)
    assert {row["way"] for row in rows(FRONT) if row["found"] == "yes"} >= set(WAYS) - {TICKET}
