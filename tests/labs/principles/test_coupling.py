"""What the prompts below the lab ask the reader to see is there to be seen."""

from typing import Any

import pytest

from scalelab.facts import coupling as facts
from scalelab.kernels.principles.coupling import WAY
from scalelab.labs.principles.coupling import lab
from scalelab.models.principles.coupling import WAYS
from scalelab.web.lab import Slider

NONE, LIMIT, BREAKER, BULKHEAD, BROKER = WAYS


def clicked(beginning: str) -> dict[str, float]:
    (settings,) = [t.settings for t in lab.tries if t.prompt.startswith(beginning)]
    return dict(settings)


def ways(**changed: float) -> dict[str, dict[str, Any]]:
    found = lab.rows(lab.table(**lab.settled(changed)))
    return {str(row["way"]): row for row in found if row["kind"] == WAY}


def test_what_tools_have_by_default_can_be_set() -> None:
    values = {c.name: c.values for c in lab.controls if isinstance(c, Slider)}
    limits = facts.BOTOCORE_TIME_OUT, facts.ENVOY_TIME_OUT, facts.HYSTRIX_TIME_OUT
    assert {each.value for each in (*limits, facts.HIKARI_TIME_OUT)} <= set(values["limit_s"])
    assert facts.TOMCAT_THREADS.value in values["workers"]
    assert facts.BULKHEAD_CALLS.value in values["own_calls"]


def test_at_first_sight_5_percent_take_most_with_them() -> None:
    found = ways()
    shares = [found[way]["share_ok"] for way in WAYS]
    assert shares[0] < 0.2
    assert shares == sorted(shares)
    assert shares[3] == pytest.approx(0.95, abs=0.001)
    assert found[BULKHEAD]["innocent"] == 0.0


def test_the_guess_is_held_against_a_point_of_the_picture() -> None:
    assert lab.prediction.reading == "none_ok"
    shown = lab.texts(lab.table(**lab.defaults), lab.defaults)["none_ok"]
    assert shown == f"{ways()[NONE]['share_ok']:.1%}"


def test_a_second_leaves_little_for_the_others() -> None:
    found = ways(**clicked("A time-out of a second"))
    assert found[LIMIT]["innocent"] < 1.0
    assert found[BREAKER]["lost"] > found[LIMIT]["lost"]


def test_with_a_fallback_nobody_loses() -> None:
    found = ways(**clicked("And the page is shown"))
    for way in (LIMIT, BREAKER, BULKHEAD, BROKER):
        assert found[way]["share_ok"] > 0.999


def test_a_breaker_behind_a_minute() -> None:
    found = ways(**clicked("60 s"))
    assert found[BREAKER]["open"] == pytest.approx(65.0, abs=0.5)
    assert found[LIMIT]["share_ok"] < 0.35


def test_a_time_out_can_be_too_short() -> None:
    found = ways(**clicked("It is 100 times slower"))
    assert found[LIMIT]["lost"] > 4.0 * found[NONE]["lost"]
    assert found[BREAKER]["lost"] > found[LIMIT]["lost"]


def test_what_fails_at_once() -> None:
    found = ways(**clicked("It fails at once"))
    assert found[NONE]["most"] < 11.0
    assert max(found, key=lambda way: float(found[way]["lost"])) == BREAKER


def test_more_workers_buy_a_minute() -> None:
    found = ways(**clicked("800 workers"))
    assert found[LIMIT]["innocent"] < 1.0
    assert found[NONE]["full"] == pytest.approx(79.0, abs=1.0)
    assert found[NONE]["share_ok"] < 0.3
