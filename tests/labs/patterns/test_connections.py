"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.kernels.patterns.connections import SET, TURN, WAY_KIND
from scalelab.labs.patterns.connections import AT_ONCE, DOUBLED, JITTER, REFUSED, lab


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def as_set(**changed: float) -> dict[str, Any]:
    (row,) = rows(SET, **changed)
    return row


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in rows(WAY_KIND, **changed)}


def test_at_first_sight_the_mean_is_well_and_the_busiest_is_not() -> None:
    found = as_set()
    assert found["mean"] == pytest.approx(0.583, abs=0.001)
    assert found["busiest"] == pytest.approx(0.894, abs=0.001)
    assert found["hot_p99"] > 2.0 * found["mean_p99"]
    assert found["by_load"] == pytest.approx(found["mean"])
    # Spare time is enough for half a minute's work.
    back = ways()
    assert back[AT_ONCE]["in_time"] == "no"
    assert back[REFUSED]["takes"] < 40.0
    assert back[JITTER]["takes"] > back[DOUBLED]["takes"] > 6.0 * back[REFUSED]["takes"]


def test_an_autoscaler_would_take_back_what_the_busiest_needs() -> None:
    found = as_set(**clicked("The group doubles"))
    assert found["mean"] < 0.3
    assert 0.58 < found["busiest"] < 0.6
    assert found["enough"] == 12


def test_five_partners_need_twenty_machines() -> None:
    found = as_set(**clicked("Five partners"))
    assert found["busiest"] > 1.0
    assert found["keeps_up"] == 0
    assert found["enough"] == 20


def test_the_last_machine_of_a_deploy_is_two_and_a_half_deaths() -> None:
    settings = clicked("A deploy has come")
    back = ways(**settings)
    assert back[AT_ONCE]["cut"] == pytest.approx(2.488 * ways()[AT_ONCE]["cut"], rel=1e-3)
    assert [back[w]["in_time"] for w in (AT_ONCE, DOUBLED, JITTER, REFUSED)] == [
        "no", "no", "no", "yes",
    ]  # fmt: skip
    after = [row["any_after"] for row in rows(TURN, **settings)]
    assert after[0] == pytest.approx(1.786, abs=0.001)
    assert after[-1] == 0.0


def test_a_short_cap_is_as_bad_as_none_and_a_long_one_is_not() -> None:
    short, long = ways(**clicked("The balancer restarts")), ways(**clicked("The same with waits"))
    for way in (DOUBLED, JITTER):
        assert short[way]["in_time"] == "no"
        assert long[way]["in_time"] == "yes"
    assert long[JITTER]["takes"] < long[DOUBLED]["takes"]
    for back in (short, long):
        assert back[AT_ONCE]["in_time"] == "no"
        assert back[REFUSED]["takes"] < 90.0


def test_a_cheap_return_needs_no_back_off() -> None:
    back = ways(**clicked("To come back costs 20 ms"))
    assert max(back[way]["takes"] for way in back) < 20.0


@pytest.mark.parametrize("machines", [4, 30])
def test_small_and_large_groups(machines: int) -> None:
    settings = lab.settled({"machines": machines, "heavy": 1, "share": 0.8, "clients": 200_000.0,
                            "cost_ms": 200.0})  # fmt: skip
    texts = lab.texts(lab.table(**settings), settings)
    assert texts["least"] == "–"
    assert float(texts["last_before"]) > 2.3


def test_sentences_are_whole_where_readings_have_nothing() -> None:
    for settings in ({}, *(one.settings for one in lab.tries), {"heavy": 1, "share": 0.8}):
        changed = lab.settled(settings)
        sentence = lab.sentence(lab.table(**changed), changed)
        assert not {"–", "[", "]"} & set(sentence)
        assert "  " not in sentence
        assert " ;" not in sentence
