"""What the prompts below the lab ask the reader to see is there to be seen."""

import pytest

from scalelab.facts import latency as facts
from scalelab.labs.storage.consistency import lab
from scalelab.models.storage.consistency import AWS


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
    """A majority waits for the third nearest of five, whoever is further away."""
    before = readings()
    assert before["any_write"] < 1.0
    assert 87 < before["majority_write"] < 105
    assert before["all_write"] > 230
    assert before["mixed_leader"] < before["mixed_majority"] < before["mixed_all"]
    # Late replies are one in 200: that is the p99 of five at once, not of one.
    assert before["any_p99"] < 1.0
    assert before["all_p99"] > before["all_write"] + 100


def test_far_from_the_leader() -> None:
    sydney = after("The client is in Sydney")
    assert sydney["leader_write"] > 230
    assert sydney["majority_write"] > sydney["leader_write"] + 80
    assert sydney["quorum"] < 0.8 * sydney["leader_write"]
    assert sydney["quorum"] < 0.55 * sydney["majority_write"]


def test_late_replies() -> None:
    late = after("One reply in fifty")
    assert late["any_p99"] > 200 > late["quorum_p99"]
    assert readings(slow_share=0.0)["any_p99"] < 1.0


def test_an_even_number_of_replicas() -> None:
    """Four need three, one more than three do, and stand no more failures."""
    four, three = after("Four replicas instead"), readings(n_replicas=3)
    assert four["majority_write"] > three["majority_write"] + 5
    assert readings()["majority_write"] == pytest.approx(four["majority_write"], abs=1.0)


def test_a_catalogue_for_sydney() -> None:
    """Strict writes to all make every read a local one."""
    rare = after("A catalogue for Sydney")
    assert rare["mixed_all"] < 10
    assert min(rare["mixed_leader"], rare["mixed_majority"], rare["mixed_quorum"]) > 100


def test_one_replica_is_one_latency() -> None:
    alone = readings(n_replicas=1)
    assert len({alone[name] for name in alone if name.startswith("mixed")}) == 1


def test_round_trips_are_the_facts() -> None:
    constants = lab.constants
    given = [value for name, value in constants.items() if name.startswith("round_trip")]
    assert tuple(given) == AWS.pairs
    assert constants["local_ms"] == facts.DATA_CENTRE_ROUND_TRIP.value
    # The question names them.
    for fact in (
        facts.VIRGINIA_IRELAND_ROUND_TRIP, facts.VIRGINIA_OREGON_ROUND_TRIP,
        facts.VIRGINIA_TOKYO_ROUND_TRIP, facts.VIRGINIA_SYDNEY_ROUND_TRIP,
    ):  # fmt: skip
        assert f"({fact.value:.0f}" in lab.prediction.question
