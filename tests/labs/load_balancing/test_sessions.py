"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.load_balancing.sessions import OVER_TIME, STICKY, STORE, TOKEN, lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def ways(**changed: float) -> dict[str, list[dict[str, Any]]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {
        way: [row for row in rows if row["way"] == way and row["kind"] == OVER_TIME]
        for way in (STICKY, STORE, TOKEN)
    }


def test_at_first_sight_a_machine_is_too_full_and_nobody_is_spared() -> None:
    found = ways()
    assert found[STICKY][0]["busiest"] == pytest.approx(0.583, abs=1e-3)
    assert found[STICKY][0]["worst"] == pytest.approx(1.336, abs=1e-3)
    assert found[STICKY][0]["lost_all"] > 1.5
    assert found[STORE][0]["worst"] < 0.72
    assert found[STORE][0]["lost_all"] == found[TOKEN][0]["lost_all"] == 0


def test_the_emptiest_takes_the_heap_away_and_not_the_losses() -> None:
    row = ways(**clicked("New customers go"))[STICKY][0]
    assert row["worst"] == pytest.approx(0.7, abs=1e-3)
    assert row["lost_all"] > 1.1


def test_draining_takes_an_hour_and_loses_most() -> None:
    row = ways(**clicked("Drain each machine"))[STICKY][0]
    assert row["takes"] == 66
    assert 0.6 < row["lost_all"] < 0.8
    exponential = ways(drain_min=10.0)[STICKY][0]
    assert exponential["lost_all"] < 0.5


def test_the_new_machine_is_empty_for_minutes() -> None:
    found = ways(**clicked("Four machines"))
    assert found[STICKY][0]["busiest"] == pytest.approx(0.875)
    early = [row for row in found[STICKY] if 0 < row["minute"] <= 6]
    assert all(row["emptiest"] < 0.35 and row["busiest"] > 0.79 for row in early)
    late = [row for row in found[STICKY] if row["minute"] == 24]
    assert 0.9 < late[0]["emptiest"] / 0.7 < 0.92
    assert found[STORE][1]["busiest"] < 0.72
    # Half of its share after seven minutes, the half-life of the old visits.
    half = [row["minute"] for row in found[STICKY][1:] if row["emptiest"] >= 0.35]
    assert 6 < half[0] <= 9


def test_addresses_are_uneven_and_cookies_are_not() -> None:
    found = ways(**clicked("Nothing happens"))
    assert found[STICKY][0]["worst"] > 0.7
    assert found[STICKY][0]["emptiest"] < 0.5
    cookies = ways(event=4)[STICKY][0]
    assert cookies["worst"] < 0.6
    assert found[STORE][0]["worst"] < 0.6


def test_without_the_store_nobody_goes_on_and_short_tokens_ask_more() -> None:
    found = ways(**clicked("The store fails"))
    assert found[STORE][0]["lost_all"] == 1
    assert found[STORE][1]["busiest"] == 0
    assert found[STORE][0]["takes"] == 5
    assert found[STICKY][0]["lost_all"] == found[TOKEN][0]["lost_all"] == 0
    assert found[TOKEN][0]["look_ups"] == pytest.approx(286, abs=1)
    assert found[TOKEN][0]["fits"] == "no"


def test_nothing_else_is_asked() -> None:
    assert len(lab.tries) == 5
    assert len(lab.controls) <= 9
