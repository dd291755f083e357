"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.storage.hot_key import lab
from scalelab.theory.storage.hot_key import copied, expected_most, linear_limit, split, untreated


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {r.name: lab.read(r, table, settings) for r in lab.readings}
    return {name: value for name, value in found.items() if value is not None}


def after(beginning: str) -> dict[str, float]:
    """The readings when the prompt that begins so has been clicked."""
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return readings(**settings)


def test_at_first_sight() -> None:
    """The hot shard is overloaded; splitting makes it worse, the others help."""
    before = readings()
    assert before["nothing"] == pytest.approx(0.6 * untreated(0.1, 10))
    assert before["nothing"] == pytest.approx(1.14)
    assert before["split"] > 1.5 * before["nothing"]
    assert before["copy"] < 1.0
    assert before["weigh"] == pytest.approx(0.6)
    assert before["cache"] == pytest.approx(0.6, abs=0.02)
    assert before["carries_nothing"] == pytest.approx(linear_limit(9.0, 0.6))
    # The question speaks of these.
    defaults = lab.defaults
    assert (defaults["shards"], defaults["utilisation"], defaults["share"]) == (10, 0.6, 0.1)


def test_a_thousand_placements_are_enough() -> None:
    most = expected_most(10, 10)
    before = readings()
    assert before["split"] == pytest.approx(0.6 * split(0.1, 10, 0.9, 10, most), rel=0.02)
    assert before["copy"] == pytest.approx(0.6 * copied(0.1, 10, 0.9, 10, most), rel=0.02)


def test_twice_the_shards() -> None:
    found = after("Twice the shards")
    # All others lost half of their load, the hot one a quarter.
    assert found["nothing"] == pytest.approx(0.87)
    assert found["nothing"] / readings()["nothing"] > 0.75
    assert found["times"] == pytest.approx(2.9)


def test_a_counter() -> None:
    before, counter = readings(), after("A counter")
    assert before["copy"] < before["nothing"] < before["split"]
    assert counter["split"] < counter["nothing"] < counter["copy"]
    assert counter["cache"] == counter["nothing"]
    assert counter["work_split"] == 1.0


def test_a_hundred_copies() -> None:
    before, hundred = readings(), after("A hundred copies")
    assert hundred["copy"] > hundred["nothing"] == before["nothing"]
    assert hundred["copy"] > 1.6 * before["copy"]
    assert hundred["work_copy"] == pytest.approx(1.0 + 0.1 * 0.1 * 99)


def test_on_shards_of_their_own() -> None:
    apart = after("Nobody can look away")
    assert apart["copy"] == pytest.approx(0.6 * copied(0.2, 10, 0.9, 10, 1.0))
    assert apart["copy"] < 0.75
    assert readings(share=0.2)["copy"] > 1.0
    assert apart["weigh"] == pytest.approx(1.2)
    # Chance has gone: the band has no width.
    table = lab.table(share=0.2, placement=1)
    assert (table[:, 3] == table[:, 4]).all()
