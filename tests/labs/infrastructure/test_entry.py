"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.labs.infrastructure.entry import CHOICES, lab
from scalelab.models.infrastructure.entry import PARTS, WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def readings(**changed: float) -> dict[str, float]:
    settings = lab.settled(changed)
    table = lab.table(**settings)
    found = {}
    for reading in lab.readings:
        value = lab.read(reading, table, settings)
        assert value is not None
        found[reading.name] = value
    return found


def test_at_first_sight_a_machine_is_overrun_though_none_has_failed() -> None:
    found = readings()
    assert found["all"] == pytest.approx(0.7)
    assert found["dns_busy"] > 0.95
    assert found["dns_high"] > 1.15
    assert found["l7_busy"] == pytest.approx(0.7)
    assert found["dns_failed"] > 5.0 * found["l4_failed"] > 25.0 * found["l7_failed"]
    assert found["l4_reached"] > 20.0 * 60.0


def test_a_short_time_to_live_mends_little() -> None:
    before, found = readings(), readings(**clicked("A time to live"))
    assert 0.6 * before["dns_failed"] < found["dns_failed"] < before["dns_failed"]
    assert found["dns_busy"] == before["dns_busy"]
    assert found["dns_reached"] > 0.95 * before["dns_reached"]


def test_programs_that_try_the_next_address_beat_layer_4() -> None:
    found = readings(**clicked("All addresses"))
    assert found["dns_failed"] < found["l4_failed"]


def test_long_connections_are_good_for_a_death_and_bad_for_an_addition() -> None:
    before, found = readings(), readings(**clicked("Connections of an hour"))
    assert found["l4_failed"] < before["l4_failed"]
    assert found["l4_reached"] > 5.0 * before["l4_reached"]


def test_many_short_connections_are_even_and_cost_handshakes() -> None:
    before, found = readings(), readings(**clicked("Browsers"))
    assert found["turn_busy"] < 0.76
    assert found["l4_reached"] < 30.0
    assert found["l4_failed"] > 1.5 * before["l4_failed"]
    assert found["shake_vcpus"] == pytest.approx(0.1)


def test_without_repeating_layer_7_loses_more_than_layer_4() -> None:
    found = readings(**clicked("At layer 7 nothing"))
    assert found["l7_failed"] == pytest.approx(12_000.0)
    assert found["l7_failed"] > 2.0 * found["l4_failed"]


def test_more_machines_are_less_even() -> None:
    before, found = readings(), readings(**clicked("Twenty machines"))
    for name in ("dns", "turn", "hash"):
        assert found[f"{name}_variation"] > 1.8 * before[f"{name}_variation"]


def test_names_agree_with_the_model() -> None:
    assert WAYS == ("DNS", "Layer 4", "Layer 7")
    assert len(CHOICES) == len(PARTS) == 4
