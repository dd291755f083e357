"""What the prompts below the lab ask the reader to see is there to be seen."""

import math
from typing import Any

import pytest

from scalelab.facts import delivery as facts
from scalelab.kernels.principles.delivery import FATE, HERE, LEASE, TIME
from scalelab.labs.principles.delivery import (
    BEATS,
    BURIED,
    DEAD,
    KEY,
    LEAST_ONCE,
    LOST,
    MORE,
    MOST_ONCE,
    ONCE,
    OUTBOX,
    lab,
)
from scalelab.models.principles.delivery import WAYS
from scalelab.web.lab import Slider


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def rows(kind: int, **changed: float) -> list[dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return [row for row in found if row["kind"] == kind]


def fates(**changed: float) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {way: {} for way in WAYS}
    for row in rows(FATE, **changed):
        found[row["way"]][row["fate"]] = row["count"]
    return found


def exactly(way: str = LEAST_ONCE, /, **changed: float) -> float:
    (found,) = [row["twice"] for row in rows(HERE, **changed) if row["way"] == way]
    return float(found)


def undone(at: float, **changed: float) -> dict[str, float]:
    return {row["way"]: row["open"] for row in rows(TIME, **changed) if row["at"] == at}


def test_what_tools_have_by_default_can_be_set() -> None:
    values = {c.name: c.values for c in lab.controls if isinstance(c, Slider)}
    assert {facts.SQS_LEASE.value, facts.CELERY_REDIS_LEASE.value} <= set(values["lease_s"])
    assert 3600.0 * facts.SQS_LONGEST_LEASE.value == max(values["lease_s"])
    assert 60.0 * facts.RABBITMQ_TIMEOUT.value in values["lease_s"]
    assert {facts.SQS_DEDUPLICATION.value, 60.0 * facts.STRIPE_KEY.value} <= set(
        values["window_min"]
    )
    assert facts.RABBITMQ_LIMIT.value == max(values["receives"])
    assert facts.LAMBDA_LEASE.value * 10.0 in values["lease_s"]


def test_at_first_sight() -> None:
    assert exactly() == pytest.approx(591.5, abs=0.1)
    found = fates()
    assert found[MOST_ONCE][LOST] > 10.0 * found[LEAST_ONCE][LOST] > 0.0
    assert found[LEAST_ONCE][MORE] > 5.0 * found[BEATS][MORE] > 400.0
    assert found[KEY][MORE] == found[OUTBOX][MORE] == found[OUTBOX][LOST] == 0.0
    assert found[OUTBOX][DEAD] > 5.0


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    curve = {row["lease"]: row["twice"] for row in rows(LEASE) if row["way"] == LEAST_ONCE}
    assert curve[30.0] == exactly()


def test_a_longer_lease_leaves_what_acknowledgements_lose() -> None:
    settings = clicked("A lease of two")
    assert exactly(**settings) == pytest.approx(exactly(BEATS), rel=0.01)
    # And more are waiting after a minute.
    assert undone(60.0, **settings)[LEAST_ONCE] > 2.5 * undone(60.0)[LEAST_ONCE]


def test_a_long_tail_needs_a_much_longer_lease() -> None:
    settings = clicked("The same mean")
    assert exactly(**settings) > 1.7 * exactly(lease_s=120.0)
    assert exactly(law=2, lease_s=30.0) == pytest.approx(
        1e4 * math.exp(-math.sqrt(6.0)) + 100.0, rel=0.03
    )
    assert exactly(law=2, lease_s=600.0) == pytest.approx(exactly(BEATS), rel=0.01)


def test_those_who_were_served_three_times_are_in_the_dead_letter_queue() -> None:
    found = fates(**clicked("A lease of 10"))
    assert found[LEAST_ONCE][BURIED] > 30.0 * found[LEAST_ONCE][DEAD]
    assert found[LEAST_ONCE][MORE] > 3500.0
    assert found[OUTBOX][BURIED] > 400.0
    assert found[BEATS][BURIED] == 0.0


def test_a_key_that_is_forgotten_before_the_lease_ends_catches_half() -> None:
    found = fates(**clicked("Keys are kept"))
    assert 0.35 < found[KEY][MORE] / found[LEAST_ONCE][MORE] < 0.65


def test_duplicates_need_no_loss() -> None:
    settings = clicked("Nothing is lost")
    assert exactly(**settings) == pytest.approx(0.999 * 1e4 * math.exp(-3.0), rel=1e-6)
    found = fates(**settings)
    assert found[BEATS][MORE] == 0.0
    assert found[LEAST_ONCE][LOST] == 0.0


def test_only_the_outbox_sends_what_the_producer_did_not() -> None:
    found = fates(**clicked("Producers"))
    for way in (MOST_ONCE, LEAST_ONCE, BEATS, KEY):
        assert found[way][LOST] > 80.0
    assert found[OUTBOX][LOST] == 0.0
    assert found[OUTBOX][ONCE] > 9970.0
