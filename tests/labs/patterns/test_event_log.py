"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.event_log import DEPLOY, HERE, POINT, ROWS
from scalelab.labs.patterns.event_log import lab
from scalelab.models.patterns.event_log import WAYS

EAGER, COOPERATIVE, STATIC = WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows_of(kind: int, **changed: float) -> list[dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return [dict(row) for row in rows if row["kind"] == float(kind)]


def last(**changed: float) -> dict[str, Any]:
    (row,) = rows_of(HERE, **changed)
    return row


def deploys(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in rows_of(DEPLOY, **changed)}


def test_at_first_sight() -> None:
    found = last()
    assert found["catch_up"] == pytest.approx(3.59, abs=0.01)
    assert found["catch_up"] > 2.0 * found["free"]
    assert found["lost"] == found["idle"] == 0.0
    assert len(lab.table()) == ROWS <= 150


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    behind = [row["hour"] for row in rows_of(POINT) if row["slowest"] > 0.0]
    assert max(behind) < last()["catch_up"] < max(behind) + 0.2


def test_two_consumers_fewer_change_nothing() -> None:
    assert last(**clicked("Take two"))["catch_up"] == last()["catch_up"]


def test_four_more_than_partitions_change_nothing_but_the_deploy() -> None:
    sixteen = clicked("Twelve consumers")
    twelve = {"consumers": 12}
    assert last(**sixteen)["catch_up"] == last(**twelve)["catch_up"] < last()["catch_up"]
    assert last(**sixteen)["idle"] == 4.0
    longer = deploys(**sixteen)[EAGER]["stopped"] - deploys(**twelve)[EAGER]["stopped"]
    assert longer == pytest.approx(40.0)


def test_the_mean_gets_better_while_the_hottest_gets_worse() -> None:
    points = rows_of(POINT, **clicked("One partition"))
    some = [row for row in points if 0.0 < row["hour"] < 3.0]
    assert all(row["slowest"] > 1.0 for row in some)
    assert all(row["mean"] < 0.95 for row in some)


def test_thirty_days_take_longer_than_thirty_days() -> None:
    settings = clicked("A new read model")
    found = last(**settings)
    assert found["catch_up"] > settings["hours"]
    assert found["lost"] == 0.0
    assert found["usd"] > 4.0 * last()["usd"]


def test_two_of_three_days_are_lost() -> None:
    found = last(**clicked("Consumers were down"))
    assert found["lost"] == pytest.approx(2.0 / 3.0 * found["behind"])


def test_static_members_that_are_too_slow_wait_and_then_move() -> None:
    found = deploys(**clicked("A restart"))
    assert found[STATIC]["stopped"] > deploys()[STATIC]["stopped"]
    assert found[COOPERATIVE]["stopped"] == deploys()[COOPERATIVE]["stopped"]


def test_who_never_catches_up_is_said_so() -> None:
    settings = lab.settled({"consumers": 2})
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "does not catch up within 100 days. 0 events are lost" in sentence
