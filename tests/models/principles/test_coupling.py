import doctest
from typing import Any

import pytest

from scalelab.models.principles import coupling
from scalelab.models.principles.coupling import (
    FALLBACKS,
    FAULTS,
    WAYS,
    fault,
    machines,
    minutes_down,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("minutes", (0.0, 31.0, NAN)), ("share", (0.0, 1.1)), ("requests_per_s", (0.5, 10_001.0)),
        ("workers", (0, 2001)), ("time_out_s", (0.1, 61.0)), ("own_calls", (0, 2001)),
        ("work_ms", (0.5, 10_001.0)), ("call_ms", (0.5, 10_001.0)),
        ("hand_over_ms", (0.0, 1001.0)), ("patience_s", (0.5, 61.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            fault("Time-out", **given)


def test_names_that_are_not_known() -> None:
    for given in ({"way": "Retry"}, {"way": WAYS[0], "kind": "Burns"},
                  {"way": WAYS[0], "fallback": "perhaps"}):  # fmt: skip
        with pytest.raises(ValueError, match="allowed are"):
            fault(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("front_per_s", (-1.0, 2e6)), ("back_per_s", (-1.0, NAN)), ("front_ms", (-1.0, 2e5)),
        ("back_ms", (-1.0, 2e5)), ("front_usd", (-1.0, 2e6)), ("back_usd", (-1.0, 2e6)),
        ("utilisation", (0.0, 1.1)), ("vcpus", (0, 1001)),
    ],
)  # fmt: skip
def test_machines_refuse_too(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"front_per_s": 1.0, "back_per_s": 1.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            machines(**given)


def test_minutes_refuse_too() -> None:
    for each, needed, broker in ((1.1, 1, 1.0), (0.9, -1, 1.0), (0.9, 1, NAN), (0.9, 1001, 1.0)):
        with pytest.raises(ValueError, match="allowed is"):
            minutes_down(each, needed, broker)


def test_the_story() -> None:
    found = {way: fault(way) for way in WAYS}
    answered = [each.answered for each in found.values()]
    assert answered == sorted(answered)
    assert found["No time-out"].full_after_s == pytest.approx(19.0, rel=0.05)
    assert found["Bulkhead"].full_after_s is None
    assert found["Bulkhead"].opens_after_s is None
    assert found["Breaker"].opens_after_s == pytest.approx(35.0, abs=0.2)
    assert found["Breaker"].back_after_s == pytest.approx(60.0, abs=0.3)
    assert found["Broker"].backlog == 1200.0
    assert found["Time-out"].needs_workers == 310.0
    assert found["Time-out"].bears_s == 19.0
    assert fault("Time-out", workers=20, requests_per_s=1000.0).back_after_s is None


def test_a_fallback_helps_who_asks_soon_enough() -> None:
    assert fault("Time-out", time_out_s=1.0, fallback=FALLBACKS[1]).answered > 0.999
    late = fault("Time-out", time_out_s=15.0, fallback=FALLBACKS[1])
    assert late.answered == pytest.approx(0.95, abs=0.01)


def test_what_fails_at_once_harms_nobody_else() -> None:
    for way in WAYS:
        assert fault(way, FAULTS[3]).innocent < 1.0


def test_apart_is_not_fewer_machines() -> None:
    found = machines(8000.0, 100.0)
    assert found.front + found.back >= found.together
    assert found.apart_usd < found.together_usd
    assert machines(0.0, 0.0).together == 0
    # 2.8 vCPUs of work are one machine, not two.
    assert machines(400.0, 0.0).front == 1


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(coupling).failed == 0
