"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.labs.principles.task_queue import LIMITED, NEWEST, QUEUE, SCALED, SYNC, lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["way"]): row for row in rows if row["kind"] == 1.0}


def test_at_first_sight() -> None:
    found = ways()
    assert found[QUEUE]["drained"] == pytest.approx(133.3, abs=0.1)
    assert found[QUEUE]["late"] > 3.0 * found[NEWEST]["late"]
    assert found[LIMITED]["late"] == found[SCALED]["late"] == found[SCALED]["lost"] == 0.0
    assert found[SYNC]["lost"] > found[LIMITED]["lost"] > 0.0


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    rows = lab.rows(lab.table(**lab.defaults))
    waiting = [
        float(row["minute"]) for row in rows
        if row["kind"] == 0.0 and float(row["backlog_queue"]) > 0.0
    ]  # fmt: skip
    assert max(waiting) < ways()[QUEUE]["drained"] < max(waiting) + 5.0


def test_one_worker_fewer_takes_three_times_as_long() -> None:
    found = ways(**clicked("One worker"))
    assert found[QUEUE]["drained"] > 3.0 * ways()[QUEUE]["drained"]


def test_twice_the_workers_are_fifteen_times_as_fast() -> None:
    found = ways(**clicked("Twice"))
    assert found[QUEUE]["drained"] < ways()[QUEUE]["drained"] / 15.0
    # And newest first makes tasks late that otherwise are not.
    assert found[QUEUE]["late"] == 0.0 < found[NEWEST]["late"]


def test_nothing_is_left_of_a_spike_over_half_an_hour() -> None:
    settings = clicked("Send the same")
    assert settings["spike"] * settings["minutes"] == 150.0
    assert ways(**settings)[QUEUE]["most_waiting"] == 0.0


def test_a_generous_limit_protects_nothing() -> None:
    found = ways(**clicked("A limit that"))
    assert found[LIMITED]["late"] == found[QUEUE]["late"] > 0.0


def test_dropping_loses_as_many() -> None:
    found = ways(**clicked("When full"))
    assert found[LIMITED]["lost"] == pytest.approx(ways()[LIMITED]["lost"])
    assert found[LIMITED]["late"] == 0.0


def test_workers_that_boot_for_long_come_when_the_spike_is_over() -> None:
    found = ways(**clicked("Workers boot"))
    assert found[SCALED]["most_waiting"] == pytest.approx(6000.0)
    assert found[SCALED]["extra"] > ways()[SCALED]["extra"]


def test_a_queue_that_never_gets_empty_says_so() -> None:
    settings = lab.settled({"workers": 8})
    sentence = lab.sentence(lab.table(**settings), settings)
    assert "never gets empty;" in sentence
    assert "by chance" not in sentence
