"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts import delivery, ordering
from scalelab.kernels.patterns.ordering import ATTEMPTS, WAY
from scalelab.labs.patterns.ordering import ANY, ASIDE, GROUPS, IN_PLACE, VERSIONS, lab
from scalelab.models.patterns.ordering import WAYS
from scalelab.web.lab import Slider


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    found = lab.rows(lab.table(**changed))
    return {str(row["way"]): row for row in found if row["kind"] == WAY}


def test_what_tools_have_by_default_can_be_set() -> None:
    values = {c.name: c.values for c in lab.controls if isinstance(c, Slider)}
    assert delivery.SQS_LEASE.value in values["backoff_s"]
    assert ordering.KAFKA_SHARE_LOCK.value in values["backoff_s"]
    assert 60.0 * delivery.SQS_DEDUPLICATION.value in values["kept_s"]
    assert ordering.KAFKA_SHARE_LIMIT.value == ordering.PUBSUB_ATTEMPTS.value == ATTEMPTS


def test_at_first_sight() -> None:
    found = ways()
    assert tuple(found) == WAYS
    assert found[ASIDE]["wrong"] == pytest.approx(1099.0, abs=1.0)
    assert found[ANY]["wrong"] == pytest.approx(found[ASIDE]["wrong"])
    assert found[IN_PLACE]["wrong"] == found[GROUPS]["wrong"] == pytest.approx(100.0, abs=0.1)
    assert found[VERSIONS]["wrong"] == 0.0
    assert 200_000.0 < found[IN_PLACE]["late"] < 600_000.0
    assert found[GROUPS]["late"] < 2 * found[ANY]["late"]


def test_soon_after_each_other_any_worker_overtakes_by_chance() -> None:
    found = ways(**clicked("The second event"))
    assert found[ANY]["wrong"] > 60.0 * found[ASIDE]["wrong"]
    assert found[ASIDE]["wrong"] == pytest.approx(ways()[ASIDE]["wrong"])


def test_a_retry_that_is_sooner_than_the_second_event_is_not_overtaken() -> None:
    found = ways(**clicked("Try again after five"))
    assert found[ANY]["wrong"] == pytest.approx(101.0, abs=1.0)


def test_what_is_applied_twice_overwrites() -> None:
    found = ways(**clicked("No keys"))
    assert found[ANY]["twice"] == pytest.approx(2000.0, abs=5.0)
    assert found[VERSIONS]["twice"] == 0.0
    assert found[ANY]["wrong"] == pytest.approx(ways()[ANY]["wrong"] + 1000.0, abs=5.0)
    assert found[IN_PLACE]["wrong"] == pytest.approx(100.0, abs=0.1)


def test_retries_in_place_cannot_keep_up() -> None:
    found = ways(**clicked("One attempt in 100"))
    assert found[IN_PLACE]["keeps"] == "no"
    assert found[IN_PLACE]["capacity"] < 60.0
    assert found[GROUPS]["keeps"] == "yes"


def test_poison_alone_holds_up_its_partition() -> None:
    found = ways(**clicked("Poison alone"))
    assert 150.0 < found[IN_PLACE]["blocked_s"] < 200.0
    assert found[IN_PLACE]["blocked"] == pytest.approx(5.0 * found[IN_PLACE]["blocked_s"])
    assert found[ANY]["wrong"] == pytest.approx(found[GROUPS]["wrong"])


def test_order_is_cheap_by_groups_and_dear_by_partitions() -> None:
    found = ways(**clicked("No poison"))
    assert found[IN_PLACE]["wrong"] == found[GROUPS]["wrong"] == pytest.approx(0.0, abs=1e-6)
    assert found[IN_PLACE]["late"] > 200.0 * found[GROUPS]["late"]
