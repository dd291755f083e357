"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

from scalelab.facts import orchestration as facts
from scalelab.facts.redundancy import KUBERNETES_TOLERATION
from scalelab.labs.infrastructure.orchestration import (
    AS_SET,
    CRASHES,
    DIES,
    DRAINED,
    RECREATE,
    RESULT,
    SURGE_ONLY,
    UNAVAILABLE_ONLY,
    lab,
)


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def results(**changed: float) -> dict[str, dict[str, Any]]:
    rows = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["series"]): row for row in rows if row["kind"] == RESULT}


def sentence(**changed: float) -> str:
    settings = lab.settled(changed)
    return lab.sentence(lab.table(**settings), settings)


def test_defaults_are_those_of_kubernetes() -> None:
    assert lab.defaults["surge"] == 100 * facts.KUBERNETES_MAX_SURGE.value
    assert lab.defaults["unavailable"] == 100 * facts.KUBERNETES_MAX_UNAVAILABLE.value
    assert lab.defaults["toleration_s"] == KUBERNETES_TOLERATION.value
    assert lab.defaults["min_ready_s"] == facts.KUBERNETES_MIN_READY.value


def test_at_first_sight() -> None:
    found = results()
    assert found[AS_SET]["first_share"] == 0.625
    assert found[AS_SET]["takes"] < found[SURGE_ONLY]["takes"] < found[UNAVAILABLE_ONLY]["takes"]
    assert found[SURGE_ONLY]["least"] == 10.0
    assert found[AS_SET]["worst"] > 2.0 * found[SURGE_ONLY]["worst"]
    assert found[RECREATE]["failed"] == 180_000.0
    assert found[DIES]["failed"] == 20_000.0
    assert "mean response" in sentence()
    assert "bad version" not in sentence()


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    rows = lab.rows(lab.table(**lab.defaults))
    shown = [r["new_share"] for r in rows if r["series"] == AS_SET and r["kind"] == "update"]
    assert results()[AS_SET]["first_share"] in shown


def test_one_at_a_time_few_get_a_bad_version() -> None:
    settings = clicked("One at a time")
    few = results(**settings)[AS_SET]
    many = results(version=2)[AS_SET]
    assert few["first_share"] < 0.1
    assert few["takes"] == 60.0
    assert many["met"] > 8.0 * few["met"]
    assert "get the bad version" in sentence(**settings)


def test_what_is_never_ready_is_reported_and_costs_two_replicas() -> None:
    found = results(**clicked("A version that never"))
    assert found[AS_SET]["least"] == 8.0
    assert found[AS_SET]["failed"] == 0.0
    assert found[AS_SET]["report"] == 10.0
    assert found[RECREATE]["least"] == 0.0
    assert found[RECREATE]["done"] == "no"


def test_full_nodes_and_nothing_missing_stand_still() -> None:
    settings = clicked("Nothing may be")
    assert results(**settings)[AS_SET]["done"] == "no"
    assert "As set it stands" in sentence(**settings)


def test_eight_are_enough_but_not_for_an_update() -> None:
    found = results(**clicked("Eight replicas"))[AS_SET]
    assert found["needed"] == 7.0
    assert found["failed"] > 30_000.0
    assert results()[AS_SET]["failed"] == 0.0


def test_packed_a_node_costs_many_times_as_much() -> None:
    packed = results(**clicked("Five of the ten"))
    assert packed[DIES]["failed"] > 10.0 * results()[DIES]["failed"]
    assert packed[DIES]["over"] == 6.0
    assert packed[DRAINED]["failed"] == 0.0


def test_without_toleration_the_new_node_is_what_it_waits_for() -> None:
    settings = clicked("The same, but")
    found = results(**settings)[DIES]
    room = results(**{**settings, "room": 5})[DIES]
    assert room["takes"] < found["takes"] < results(per_node=5)[DIES]["takes"]


def test_a_process_is_back_long_after_what_it_needs() -> None:
    assert results()[CRASHES]["takes"] > 5.0


def test_what_is_refused_is_said() -> None:
    assert "makes no update" in sentence(surge=0, unavailable=0)
