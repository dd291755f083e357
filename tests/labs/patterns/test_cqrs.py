"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.cqrs import HERE, REMEDY
from scalelab.labs.patterns.cqrs import SERIES, lab
from scalelab.models.patterns.cqrs import REMEDIES


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, Any]:
    (row,) = rows(HERE, **changed)
    return row


def remedies(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in rows(REMEDY, **changed)}


def test_at_first_sight_half_the_work_is_three_times_the_machines() -> None:
    found = as_set()
    assert found["cqrs_work"] == pytest.approx(3.1)
    assert found["one_work"] == pytest.approx(6.1)
    assert found["stores"] > 3.0 * found["shards"]
    assert found["ticked"] == pytest.approx(0.744, abs=0.0005)
    assert found["polled"] > 0.999
    assert found["streamed"] < 0.001


def test_a_short_tick_is_what_helps() -> None:
    found = as_set(**clicked("A tick of 200"))
    assert found["ticked"] < 0.02
    assert found["queued"] == as_set()["queued"]


def test_without_a_tick_queues_are_left_and_a_little_more_load_doubles_them() -> None:
    calm, busy = as_set(**clicked("No tick")), as_set(**clicked("An eighth"))
    assert calm["ticked"] == calm["streamed"] == calm["polled"]
    assert busy["projecting"] == pytest.approx(2.0 * calm["projecting"])
    assert busy["projecting"] == pytest.approx(10.0 * 8.0)  # of work
    assert busy["ticked"] > 10.0 * calm["ticked"]


def test_two_projectors_help_who_polls() -> None:
    one, two = as_set(), as_set(**clicked("Two projectors"))
    assert two["projecting"] == pytest.approx(40.0 / 3.0)
    assert one["ticked"] - two["ticked"] < 0.03
    assert one["poll_lag"] - two["poll_lag"] > 150.0


def test_shards_alone_end() -> None:
    found = as_set(**clicked("50,000"))
    assert found["shards_do"] == 0.0
    assert found["copied"] > 2.0 * found["stores"]


def test_writes_make_it_dear_and_queries_without_a_key_save_it() -> None:
    settings = clicked("Half of the requests")
    found = as_set(**settings)
    assert found["cqrs_work"] > 1.8 * found["one_work"]
    assert found["crosses"] == 1.0
    assert as_set(**{**settings, "no_key": 0.0})["crosses"] == 0.0


def test_remedies_and_what_they_cost() -> None:
    found = remedies()
    assert tuple(found) == REMEDIES
    assert found["300 ms pause"]["missed"] == pytest.approx(found["None"]["missed"] - 0.3, abs=1e-3)
    assert found["Wait for version"]["extra"] == pytest.approx(0.10, abs=0.005)
    assert found["Write model, 5 s"]["extra"] == pytest.approx(0.095, abs=0.005)
    assert as_set()["pinned_load"] == pytest.approx(2.1, abs=0.01)


def test_sentences_are_whole_where_readings_have_nothing() -> None:
    for changed in ({"rate_per_s": 3000.0}, {"rate_per_s": 200_000.0, "projectors": 100}):
        settings = lab.settled(changed)
        sentence = lab.sentence(lab.table(**settings), settings)
        assert "–" not in sentence
        assert "[" not in sentence


def test_each_line_has_a_colour_of_its_own() -> None:
    assert len(set(SERIES)) == len(SERIES) == 7
