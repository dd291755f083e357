"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.fan_out import DELAY, FAN, LOAD, SET
from scalelab.labs.patterns.fan_out import lab
from scalelab.models.patterns.fan_out import ALL, CANCELLED, ENOUGH, HEDGED, TIED


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, means: str, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind and row["means"] == means]


def as_set(means: str, **changed: float) -> dict[str, Any]:
    (row,) = rows(SET, means, **changed)
    return row


def test_at_first_sight_half_of_the_pages_meet_a_slow_leaf() -> None:
    plain, hedged = as_set(ALL), as_set(HEDGED)
    assert plain["p50"] == pytest.approx(212, abs=0.5)
    assert plain["leaf_p99"] == pytest.approx(174, abs=0.5)
    assert hedged["extra"] == pytest.approx(0.05, abs=0.003)
    assert hedged["p99"] < 0.3 * plain["p99"]


def test_with_ten_leaves_it_is_one_page_in_ten() -> None:
    plain = as_set(ALL, **clicked("Ten leaves"))
    assert plain["any_slow"] == pytest.approx(0.096, abs=0.001)
    assert plain["p50"] < 25.0
    rare = as_set(ALL, leaves=2000, slow_share=0.0001)
    assert rare["p99"] > 5.0 * rare["leaf_p99"]


def test_most_of_what_is_slow_has_waited() -> None:
    idle = as_set(ALL, **clicked("Servers that are never"))
    assert idle["leaf_p99"] < 0.2 * as_set(ALL)["leaf_p99"]
    assert as_set(HEDGED, **clicked("Servers that are never"))["p99"] < 60.0


def test_early_hedges_cost_ten_times_as_much_and_help_less() -> None:
    early, late = as_set(HEDGED, **clicked("Hedge after 5 ms")), as_set(HEDGED)
    assert early["extra"] > 10.0 * late["extra"]
    assert early["p99"] > late["p99"]
    assert early["p50"] < late["p50"]
    path = [row["p99"] for row in rows(DELAY, HEDGED)]
    assert min(path) < 0.8 * path[0]
    assert min(path) < 0.4 * path[-1]


def test_a_second_copy_of_a_heavy_call_only_waits_less() -> None:
    heavy = clicked("What is slow is slow everywhere")
    assert as_set(HEDGED, **heavy)["p99"] > 2.0 * as_set(HEDGED)["p99"]
    idle = {**heavy, "busy": 0.0}
    assert as_set(HEDGED, **idle)["p99"] > 0.98 * as_set(ALL, **idle)["p99"]


def test_hedges_overload_servers_unless_they_are_cancelled() -> None:
    settings = clicked("Servers that are busy")
    hedged = as_set(HEDGED, **settings)
    assert hedged["possible"] == "no"
    assert hedged["stays"] == "yes"
    plain = {row["busy"]: row["leaf_p99"] for row in rows(LOAD, ALL)}
    for means in (CANCELLED, TIED):
        for row in rows(LOAD, means):
            assert row["leaf_p99"] < 0.5 * plain[row["busy"]]
            assert row["low"] <= row["leaf_p99"] <= row["high"]


def test_later_hedges_are_better_than_few() -> None:
    later = clicked("The same, hedged after")
    few = {"busy": 0.6, "budget": 0.05}
    plain = as_set(ALL, **later)
    assert as_set(HEDGED, **later)["p99"] < 0.6 * plain["p99"]
    assert as_set(HEDGED, **later)["extra"] < 0.06
    assert as_set(HEDGED, **few)["p99"] > plain["p99"]
    assert as_set(HEDGED, **few)["stays"] == "no"


def test_good_enough_needs_more_leaves_than_it_leaves_out() -> None:
    plain = {row["leaves"]: row["p99"] for row in rows(FAN, ALL)}
    for row in rows(FAN, ENOUGH):
        if row["leaves"] < 100:
            assert row["p99"] == plain[row["leaves"]]
        else:
            assert row["p99"] < 0.6 * plain[row["leaves"]]


def test_what_cannot_be_said_is_left_out() -> None:
    settings = lab.settled({"busy": 0.6})
    said = lab.sentence(lab.table(**settings), settings)
    assert "At 60% busy hedges overload the servers." in said
    assert "Hedges after" not in said
    assert "overload" not in lab.sentence(lab.table(), lab.defaults)
