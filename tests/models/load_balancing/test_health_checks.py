import doctest
from typing import Any

import pytest

from scalelab.models.load_balancing import health_checks
from scalelab.models.load_balancing.health_checks import CHECKS, WINDOW_S, watch

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 1.1e5, NAN)), ("interval_s", (0.1, 301.0)),
        ("timeout_s", (0.0, 121.0)), ("unhealthy", (0, 11)), ("healthy", (0, 11)),
        ("lost", (0.0, 0.6, NAN)), ("balancers", (0, 1001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            watch(**given)


@pytest.mark.parametrize("name", ["trouble", "fallback"])
def test_an_unknown_name_is_refused(name: str) -> None:
    given: dict[str, Any] = {name: "Fire"}
    with pytest.raises(ValueError, match=f"^{name} is 'Fire', allowed are "):
        watch(**given)


def test_three_checks_with_their_defaults() -> None:
    amazon = watch()["Real page"]
    assert (amazon.least_s, amazon.out_s, amazon.worst_s) == (35.0, 50.0, 65.0)
    haproxy = watch(interval_s=2.0, timeout_s=2.0, unhealthy=3, healthy=2)["Connection"]
    assert (haproxy.least_s, haproxy.out_s, haproxy.worst_s) == (6.0, 7.0, 8.0)
    kubernetes = watch(interval_s=10.0, timeout_s=1.0, unhealthy=3, healthy=1)["Empty page"]
    assert (kubernetes.least_s, kubernetes.out_s, kubernetes.worst_s) == (21.0, 26.0, 31.0)
    assert haproxy.rides_s == haproxy.least_s


def test_what_is_not_there_is_none() -> None:
    found = watch("Slow")
    assert tuple(found) == CHECKS
    assert all(each.out_s is None for each in found.values())
    passive = found["Passive"]
    assert passive.rides_s is passive.late is passive.false_alarm_h is passive.checks_per_s is None
    assert passive.failed == pytest.approx(400.0 * WINDOW_S)


def test_the_course_begins_with_what_broke_and_ends_without_it() -> None:
    course = watch()["Real page"].course
    assert course[0][1] == pytest.approx(0.2)
    assert course[-1][1] == 0.0
    assert 0.0 < course[0][0] < course[-1][0] < WINDOW_S


def test_a_timeout_beyond_the_interval_is_cut() -> None:
    assert watch(interval_s=2.0, timeout_s=10.0)["Real page"].worst_s == 6.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(health_checks).failed == 0
