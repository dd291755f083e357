import doctest
from typing import Any

import pytest

from scalelab.facts.state import LIFECYCLE_HEARTBEAT
from scalelab.models.principles import state
from scalelab.models.principles.state import DRAIN_MIN, RULES, WAYS, course, keep, race

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ratio", (0.5, 101.0, NAN)), ("ripple", (-0.1, 1.0, NAN)), ("window_min", (-1, 721)),
        ("long_min", (0.0, 1441.0, NAN)), ("drain_min", (-1, 1441)), ("ttl_s", (-1.0, 4e3, NAN)),
        ("peak_per_s", (0.0, 2e5, NAN)), ("machine_per_s", (1.0, 2e6, NAN)),
        ("long_share", (0.0, 1.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            keep(**given)
        if name != "ttl_s":
            with pytest.raises(ValueError, match=rf"^{name} is {value}"):
                course(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("at_once", (0, 65)), ("request_ms", (0.0, 1e6, NAN)), ("writes", (0.0, 1.0, NAN)),
        ("fields", (0, 1001)), ("think_s", (0.0, 1e6, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_in_a_race_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            race(**given)


def test_names_that_are_not_known() -> None:
    for call in (keep, course):
        with pytest.raises(ValueError, match=r"^goes is 'other', allowed are The newest"):
            call(goes="other")


def test_scaling_in_hits_hundreds_of_times_more_than_failures() -> None:
    found = keep()
    assert tuple(found) == WAYS
    memory = found["In memory"]
    assert memory.by_scaling > 400 * memory.by_failures
    assert found["Store"].by_scaling == found["Token"].by_scaling == 0.0
    assert found["Store"].by_failures > memory.by_failures


def test_draining_for_as_long_as_a_hook_may_wait() -> None:
    """AWS's default heartbeat, an hour, is long for short sessions and short for long ones."""
    assert LIFECYCLE_HEARTBEAT.value == 60.0 * DRAIN_MIN
    short, long = (keep(long_min=m) for m in (10.0, 240.0))
    assert short["Drained"].lost < 0.01 * short["In memory"].lost
    assert long["Drained"].lost_long > 0.7 * long["In memory"].lost_long


def test_the_course_ends_where_the_day_does() -> None:
    moments = course()
    assert (moments[0].hour, moments[-1].hour) == (0.0, 24.0)
    assert moments[-1].lost == pytest.approx(keep()["In memory"].lost)


def test_more_at_once_lose_more() -> None:
    found = [race(n) for n in (1, 2, 6, 64)]
    assert tuple(found[0]) == RULES
    for rule in RULES[:3]:
        lost = [each[rule].overwritten for each in found]
        assert lost == sorted(lost)
    assert found[-1]["Save each time"].overwritten > 0.98


def test_the_examples_hold() -> None:
    assert doctest.testmod(state).failed == 0
