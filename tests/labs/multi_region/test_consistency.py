"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts import latency as facts
from scalelab.kernels.multi_region.consistency import N_TIMES, TIMES
from scalelab.labs.multi_region.consistency import lab
from scalelab.models.storage.consistency import AWS


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """Fast at home, and Sydney hears of it half a round trip later."""
    found = readings()
    assert found["write"] < 1.0
    assert found["read"] < 1.0
    assert found["at_once"] == found["at_10"] == found["at_100"] == 0.0
    assert 115 < found["visible"] < 160
    assert 0.1 < found["stale"] < 0.13
    assert readings(reader=0)["at_once"] == 1.0
    question = lab.prediction
    assert question.low < found["visible"] < 0.4 * question.high


def test_a_quorum_over_all_regions() -> None:
    found = after("A quorum over all regions")
    assert found["at_once"] == 1.0
    assert found["stale"] == 0.0
    assert 87 < found["write"] < 110
    assert 162 < found["read"] < 200


def test_one_leader() -> None:
    found = after("One leader in Virginia")
    assert found["write"] < 1.0
    assert found["sydney_write"] > 230
    assert found["read"] < 1.0
    assert 115 < found["visible"] < 230
    # A write that waits for all is never missed, and pays for it.
    strict = readings(mode=0, k_w=5, k_r=1)
    assert strict["at_once"] == 1.0
    assert strict["write"] > 230


def test_one_data_centre_with_disks() -> None:
    """The published 43.9 % at once and 92.5 % after 10 ms."""
    found = after("One data centre")
    assert 0.37 < found["at_once"] < 0.5
    assert 0.89 < found["at_10"] < 0.96
    assert found["write"] < 2.0
    # On flash, with no slower way for writes, the same is nearly always current.
    assert readings(place=1, mode=1, n_replicas=3, k_w=1, k_r=1, law=1)["at_once"] > 0.95


def test_fifty_changes_a_second() -> None:
    found = after("Fifty changes a second")
    assert found["stale"] > 0.99
    assert found["staler"] > 0.95


def test_constants_and_names_are_the_facts() -> None:
    given = [value for name, value in lab.constants.items() if name.startswith("round_trip")]
    assert tuple(given) == AWS.pairs
    assert lab.constants["local_ms"] == facts.DATA_CENTRE_ROUND_TRIP.value
    assert f"{facts.VIRGINIA_SYDNEY_ROUND_TRIP.value:.0f} ms" in lab.prediction.question
    assert len(TIMES) == N_TIMES
    assert {0.0, 10.0, 100.0} <= set(TIMES)


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_one_copy_is_current_for_everybody(mode: int) -> None:
    if mode == 2:
        # Three copies in one region, read by quorum: the whole world goes there.
        assert readings(n_replicas=1, mode=2)["at_once"] == 1.0
    assert readings(n_replicas=1, mode=mode, k_w=1 + (mode == 2))["stale"] == 0.0
