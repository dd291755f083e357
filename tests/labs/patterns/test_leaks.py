"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts import leaks as facts
from scalelab.kernels.patterns.leaks import HERE, WAY
from scalelab.labs.patterns.leaks import lab
from scalelab.models.patterns.leaks import SERIES

LAZY, BATCHED, JOINED, FREE, CHECKED = SERIES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def found(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["series"]): row for row in rows if row["kind"] in (WAY, HERE)}


def test_connections_are_those_of_the_defaults() -> None:
    free = facts.MAX_CONNECTIONS.value - facts.RESERVED.value
    assert lab.constants["connections"] == free == 97
    assert lab.constants["pool"] == facts.HIKARI_POOL.value


def test_at_first_sight_the_test_has_hidden_it() -> None:
    shown = found()
    assert shown[LAZY]["test"] < 10.0
    assert shown[LAZY]["page"] > 170.0
    assert shown[BATCHED]["page"] < 40.0
    assert shown[LAZY]["limit"] == "connections"
    assert shown[LAZY]["most"] < 0.2 * shown[BATCHED]["most"]


def test_at_first_sight_nine_dependencies_double_what_is_touched() -> None:
    shown = found()
    assert shown[FREE]["broken"] == pytest.approx(9.0, abs=1.5)
    assert shown[FREE]["share"] > 2.0 * shown[CHECKED]["share"]
    assert shown[FREE]["all_layers"] > 2.0 * shown[CHECKED]["all_layers"]


def test_the_question_tells_what_the_check_would_leave() -> None:
    assert "may touch 15%" in lab.prediction.question
    assert f"{found()[CHECKED]['share']:.0%}" == "15%"


def test_in_another_region() -> None:
    shown = found(**clicked("The database is in another region"))
    assert shown[LAZY]["page"] > 16_000.0
    assert shown[LAZY]["most"] < 10.0
    assert shown[JOINED]["page"] < shown[BATCHED]["page"]


def test_three_collections_are_too_many_for_a_join() -> None:
    shown = found(**clicked("Lines, payments and parcels"))
    assert shown[BATCHED]["page"] < shown[LAZY]["page"] < shown[JOINED]["page"]


def test_skipping_a_layer_spreads_nothing() -> None:
    shown = found(**clicked("Shortcuts only skip"))
    assert shown[FREE]["share"] == pytest.approx(shown[CHECKED]["share"], abs=0.01)
    assert shown[FREE]["tangle"] == 1.0


def test_a_late_check_saves_a_part() -> None:
    early, late = found()[CHECKED], found(**clicked("The check comes after"))
    assert early["share"] < late[CHECKED]["share"] < late[FREE]["share"]


def test_with_three_of_ten_hardly_anybody_sees_it() -> None:
    shown = found(**clicked("A dependency passes on"))
    assert shown[FREE]["share"] - shown[CHECKED]["share"] < 0.01


def test_one_percent_is_seen() -> None:
    shown = found(**clicked("1% of shortcuts"))
    assert shown[FREE]["broken"] < 2.5
    assert shown[FREE]["share"] > shown[CHECKED]["share"] + 0.015
    assert found(shortcuts=0.2)[FREE]["share"] > 0.6
