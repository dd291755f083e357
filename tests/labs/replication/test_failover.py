"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts import failover as facts
from scalelab.labs.replication.failover import lab


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
    """A crash takes half as long, and the year three times as many minutes."""
    first = readings()
    assert first["rto"] < 0.55 * first["patient_rto"]
    assert first["minutes"] > 3.0 * first["patient"]
    assert first["heartbeat"] > first["pause"] > first["crash"]
    assert 25.0 < first["false_failovers"] < 60.0
    assert first["patient_false"] < 1.0
    assert first["wrong_writes"] > 300_000
    assert 4.0 <= first["best"] <= 20.0


def test_the_question_says_what_the_longer_time_out_does() -> None:
    first = readings()
    assert "for 50 s, twice a year" in lab.prediction.question
    assert first["patient_rto"] == pytest.approx(50.0, abs=1.5)
    assert lab.defaults["crashes"] == 2.0
    assert "about 5 minutes a year" in lab.prediction.question
    assert first["patient"] == pytest.approx(5.0, abs=0.5)
    assert lab.defaults["timeout_s"] == 3.0
    assert facts.PATRONI_TTL.value == 30.0


def test_a_majority_hears_the_heartbeats_but_not_through_a_pause() -> None:
    first, majority = readings(), after("Let a majority of three watch")
    assert majority["heartbeat"] == 0.0 < first["heartbeat"]
    assert majority["pause"] == pytest.approx(first["pause"], rel=0.2)
    assert majority["false_failovers"] > 5.0
    assert 0.15 < majority["election"] < 0.4


def test_patience() -> None:
    """Slower at each crash, and the year is better by far."""
    first, patient = readings(), after("Patience")
    assert patient["rto"] > first["rto"] + 6.0
    assert patient["minutes"] < 0.35 * first["minutes"]
    assert patient["heartbeat"] == 0.0


def test_a_lease_has_to_run_out_before_the_time_out() -> None:
    first, lease = readings(), after("A lease of 10 s")
    assert 0.2 * first["wrong_writes"] < lease["wrong_writes"] < 0.6 * first["wrong_writes"]
    assert readings(fencing=1, timeout_s=12.0)["wrong_writes"] == 0.0
    assert readings(fencing=1, timeout_s=10.0)["wrong_writes"] > 0.0  # the clock's error
    assert readings(fencing=2)["wrong_writes"] == 0.0
    assert readings(timeout_s=12.0)["wrong_writes"] > 0.0


def test_more_heartbeats_in_the_same_time() -> None:
    first, often = readings(), after("Five heartbeats a second")
    assert often["heartbeat"] == 0.0 < first["heartbeat"]
    assert often["detection"] == pytest.approx(first["detection"] + 0.4, abs=0.05)


def test_constants_are_the_facts() -> None:
    assert lab.constants["wait_s"] == facts.RAFT_SHORTEST_TIMEOUT.value
    assert 2.0 * facts.RAFT_SHORTEST_TIMEOUT.value == facts.RAFT_LONGEST_TIMEOUT.value
    (lease_help,) = [c.help for c in lab.controls if c.name == "lease_s"]
    assert f"{lab.constants['clock_error_s']} s late" in lease_help
    (pause_help,) = [c.help for c in lab.controls if c.name == "pause_s"]
    assert f"exponent {lab.constants['tail']}" in pause_help


def test_the_table_is_small() -> None:
    assert len(lab.table()) == 21
