import doctest
from typing import Any

import pytest

from scalelab.models.infrastructure import autoscaling
from scalelab.models.infrastructure.autoscaling import DOWN, UP, WAYS, day, replicas

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("flash_per_s", (-1.0, 2e6, NAN)), ("flash_at_h", (0, 23)), ("boot_s", (-1.0, 3601.0, NAN)),
        ("delay_s", (-1.0, 3601.0)), ("window_s", (-1.0, 3601.0)), ("target", (0.0, 70.0, NAN)),
        ("vcpus", (0, 129)), ("least", (0, 1001)), ("peak_per_s", (0.0, 2e6)),
        ("peak_to_trough", (0.9, 101.0)), ("yesterday", (0.0, 11.0)), ("work_ms", (0.0, 10_001.0)),
        ("limit_ms", (7.0, 2e6, NAN)), ("most_vcpus", (3, 10_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            day("Fixed", **given)


def test_names_are_checked() -> None:
    with pytest.raises(ValueError, match=r"^way is 'Elastic', allowed are Fixed, "):
        day("Elastic")
    with pytest.raises(ValueError, match=r"^metric is 'Memory', allowed are CPU, Requests"):
        day("Fixed", metric="Memory")


RECORD: dict[str, Any] = {"metrics": [90.0, 90.0], "target": 75.0, "start": 50, "maximum": 100}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("target", (0.0, 2e12, NAN)), ("start", (0, 1_000_001)), ("maximum", (0, 1_000_001)),
        ("minimum", (0, 101)), ("up_window_s", (-1.0, 3601.0)), ("down_window_s", (-1.0, 3601.0)),
        ("up_tolerance", (-0.1, 10.0)), ("down_tolerance", (-0.1, 10.0)), ("sync_s", (0.0, 3601.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_of_a_record_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            replicas(**{**RECORD, name: value})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"metrics": []}, r"^len\(metrics\) is 0"), ({"metrics": [-1.0]}, r"^metrics is -1.0"),
        ({"metrics": [NAN]}, r"^metrics is nan"),
        ({"ready": [1]}, r"^len\(ready\) is 1.*one for each"),
        ({"ready": [0, 1]}, r"^ready is 0"),
        ({"up_policies": []}, r"^len\(up_policies\) is 0.*Disabled"),
        ({"down_policies": [("Nodes", 1, 15)]}, r"^down_policies is 'Nodes', allowed are Pods, "),
        ({"up_policies": [("Pods", 0, 15)]}, r"^up_policies is 0"),
        ({"up_policies": [("Pods", 1, 1801)]}, r"^up_policies is 1801 s"),
        ({"up_select": "max"}, r"^up_select is 'max'"),
        ({"down_select": None}, r"^down_select is None"),
    ],
)  # fmt: skip
def test_lists_and_names_of_a_record(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replicas(**{**RECORD, **changed})


def test_the_story() -> None:
    fixed, tracking, _, scheduled, predictive = (day(way) for way in WAYS)
    assert fixed.machine_hours == 120.0
    assert fixed.scalings == 0
    assert fixed.at_peak == fixed.most == 5
    assert fixed.left_busy == pytest.approx(0.875)
    assert predictive.slow_min < tracking.slow_min < fixed.slow_min
    assert tracking.usd < scheduled.usd < fixed.usd
    assert fixed.late == pytest.approx(scheduled.late)


def test_alone_is_none() -> None:
    assert day("Fixed", vcpus=32, least=1).left_busy is None


def test_a_record_by_the_defaults() -> None:
    assert replicas([200.0], 100.0, 5, 100) == [10]
    assert replicas([1e6] * 5, 100.0, 1, 100) == [5, 10, 20, 40, 80]
    assert replicas([90.0] * 2, 75.0, 50, 100, up_select="Disabled") == [50, 50]
    assert replicas([75.9], 69.0, 10, 100, whole_percent=True) == [10]
    assert replicas([75.95], 69.0, 10, 100) == [12]
    assert replicas([100.0] * 2, 50.0, 10, 100, ready=[10, 5]) == [20, 20]


def test_limits_come_before_any_metric() -> None:
    assert replicas([75.0], 75.0, 50, 20) == [20]
    assert replicas([75.0], 75.0, 5, 20, minimum=9) == [9]


def test_the_defaults_are_those_of_the_documentation() -> None:
    assert list(UP) == [("Percent", 100, 15), ("Pods", 4, 15)]
    assert list(DOWN) == [("Percent", 100, 15)]


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(autoscaling).failed == 0
