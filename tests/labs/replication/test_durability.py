"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts import durability as facts
from scalelab.facts import latency
from scalelab.labs.replication.durability import lab


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
    """Waiting costs two milliseconds and saves an order or two; who is waited for is the tail."""
    first = readings()
    assert first["async_p50"] < 1.3
    assert 1.0 < first["async_lost"] < 2.5
    assert first["async_nothing"] < 0.3
    assert 2.5 < first["any_p50"] < 4.0
    assert first["semi_lost"] == first["one_lost"] == first["any_lost"] == first["all_lost"] == 0.0
    assert first["any_p99"] < 6.0
    assert first["one_p99"] > 10 * first["any_p99"]
    assert first["all_p99"] > 1.3 * first["one_p99"]


def test_the_question_says_what_one_standby_does() -> None:
    first = readings()
    assert "3.3 ms" in lab.prediction.question
    assert first["one_p50"] == pytest.approx(3.3, abs=0.1)
    assert "about 70 ms" in lab.prediction.question
    assert first["one_p99"] == pytest.approx(70.0, abs=7.0)
    defaults = lab.defaults
    assert defaults["stall_share"] == 0.02
    assert defaults["stall_ms"] == 100


def test_the_rack_takes_the_near_replica_with_it() -> None:
    before = readings(placement=3)
    rack = after("The first replica is next to the primary")
    assert before["any_lost"] == 0.0
    assert rack["any_p50"] < 4.0
    assert rack["any_lost"] > 40.0
    # Little better than not to wait at all.
    assert rack["any_lost"] > 0.9 * rack["async_lost"]
    assert rack["all_lost"] == 0.0
    assert rack["all_p50"] > 85.0
    assert readings(placement=3, die_with=1, k=2)["any_lost"] == 0.0


def test_the_first_takes_over_whatever_it_has() -> None:
    first = after("The first replica takes over")
    assert first["any_lost"] > 1.0
    assert first["any_lost_p99"] > 30
    assert first["one_lost"] == first["all_lost"] == 0.0


def test_one_replica_that_is_down() -> None:
    """Semi-synchronous has gone on without, and nobody has been told."""
    down = after("One replica only")
    assert down["semi_lost"] == pytest.approx(60_000, rel=0.02)
    assert down["semi_p50"] == pytest.approx(readings()["async_p50"], rel=0.05)
    assert min(down["one_p50"], down["any_p50"], down["all_p50"]) >= 60_000
    assert down["one_lost"] == down["any_lost"] == 0.0
    # With a time-out of more than a minute it waits, and stops as they do.
    assert readings(n_replicas=1, trouble=2, timeout_s=100.0)["semi_lost"] == 0.0


def test_two_of_three() -> None:
    safe = after("Three replicas, any two")
    assert safe["any_lost"] == 0.0
    assert readings(die_with=1)["any_lost"] > 0.5  # any one of two
    assert safe["any_p99"] < 1.1 * readings(n_replicas=3)["any_p99"]
    assert safe["all_p99"] > 20 * safe["any_p99"]


def test_constants_are_the_facts() -> None:
    constants = lab.constants
    assert constants["near_ms"] == latency.DATA_CENTRE_ROUND_TRIP.value
    assert constants["zone_ms"] == facts.CROSS_ZONE_ROUND_TRIP.value
    assert constants["region_ms"] == latency.VIRGINIA_OREGON_ROUND_TRIP.value
    assert lab.defaults["timeout_s"] == facts.MYSQL_SEMI_SYNC_TIMEOUT.value
    assert lab.defaults["k"] == facts.MYSQL_SEMI_SYNC_REPLICAS.value
    (help_text,) = [c.help for c in lab.controls if c.name == "timeout_s"]
    assert f"{facts.MYSQL_SEMI_SYNC_TIMEOUT.value:.0f} s is the default of MySQL" in help_text


def test_the_table_is_small() -> None:
    assert len(lab.table()) == 5
