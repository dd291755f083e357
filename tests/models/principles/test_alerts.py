import doctest
from typing import Any

import pytest

from scalelab.models.principles import alerts
from scalelab.models.principles.alerts import (
    BURN,
    CUSUM,
    FOR,
    MULTI,
    SHORT,
    TICKET,
    WAYS,
    compare,
    detection_min,
    exhausted_after_min,
    pages_a_month,
)

NAN = float("nan")
OF_ALL: list[tuple[str, tuple[float, ...]]] = [
    ("rate_per_h", (0.9, 1.1e8, NAN)), ("base", (-0.1, 0.11, NAN)),
    ("threshold", (0.0002, 0.51, NAN)), ("window_min", (0, 61)), ("for_min", (-1, 1441)),
    ("slo", (0.89, 1.0, NAN)),
]  # fmt: skip
OF_INCIDENTS: list[tuple[str, tuple[float, ...]]] = [("error_rate", (0.0002, 1.1, NAN))]
OF_MONTHS: list[tuple[str, tuple[float, ...]]] = [
    ("blips", (-1.0, 101.0, NAN)), ("peak_to_trough", (0.9, 101.0, NAN)), ("seed", (-1, 2**31)),
    ("months", (0, 1001)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"), [*OF_ALL, *OF_INCIDENTS, *OF_MONTHS, ("length_min", (0, 4321))]
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


@pytest.mark.parametrize(("name", "values"), [*OF_ALL, *OF_INCIDENTS])
def test_so_it_is_in_a_detection(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"error_rate": 0.5, "base": 0.0002, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            detection_min(SHORT, **given)


@pytest.mark.parametrize(("name", "values"), [*OF_ALL, *OF_MONTHS])
def test_so_it_is_in_quiet_months(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"rate_per_h": 600.0, "base": 0.0002, "months": 2, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            pages_a_month(SHORT, **given)


def test_what_is_no_way_is_named() -> None:
    with pytest.raises(ValueError, match="way is 'Loud', allowed are"):
        detection_min("Loud", 0.5)
    with pytest.raises(ValueError, match="way is 'Loud', allowed are"):
        pages_a_month("Loud", 600.0, 0.0002, 2)
    with pytest.raises(ValueError, match=r"factor is 3.0, allowed are \[0.125"):
        pages_a_month(SHORT, 600.0, 0.0002, 2, factor=3.0)
    for name, value in (("error_rate", 0.0), ("slo", 1.0)):
        given: dict[str, Any] = {"error_rate": 0.5, name: value}
        with pytest.raises(ValueError, match=f"^{name} is {value}"):
            exhausted_after_min(**given)


def test_the_story() -> None:
    found = compare()
    assert tuple(found) == WAYS
    short = found[SHORT]
    assert short.pages > 100.0
    low, high = short.pages_between
    assert low <= short.pages <= high
    assert found[MULTI].pages == found[FOR].pages == 0.0
    assert found[MULTI].spent == pytest.approx(0.02, abs=0.005)
    assert found[TICKET].clears_min is None
    assert found[TICKET].fires_min is None
    assert found[TICKET].caught < 0.5
    assert found[MULTI].caught == 1.0
    between = found[MULTI].between_min
    assert between is not None
    assert between[0] < between[1]


def test_where_nothing_is_seen() -> None:
    assert detection_min(BURN, 0.036) is None
    assert detection_min(MULTI, 0.006) is None
    assert detection_min(TICKET, 0.006) == pytest.approx(720.0)
    # The cumulative sum is blind below a rate between base and threshold.
    assert detection_min(CUSUM, 0.002, 0.0002) is None
    assert detection_min(CUSUM, 0.003, 0.0002) is not None
    # What the base does alone is seen at once.
    assert detection_min("Long window", 0.05, 0.002) == 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(alerts).failed == 0
