import doctest
from typing import Any

import pytest

from scalelab.models.load_balancing import zones
from scalelab.models.load_balancing.zones import CAUSES, arrange, needed

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("zones", (0, 5)), ("per_zone", (0, 101)), ("rate_per_s", (0.0, 1.1e6, NAN)),
        ("most_busy", (0.0, 1.1)), ("mtbf_days", (0.0, 2e5)), ("repair_min", (0.0, 525_601.0)),
        ("zone_years", (0.0, 2e4)), ("zone_min", (0.0, 2e5)), ("changes_per_year", (-1.0, 1001.0)),
        ("change_min", (0.0, 2e5)), ("switch_s", (0.0, 3601.0, NAN)), ("work_ms", (0.0, 10_001.0)),
        ("vcpus", (0, 129)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"zones": 3, "per_zone": 2, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            arrange(**given)


def test_too_much_load_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^needed is 389 machines, .*larger machines"):
        needed(200_000.0)
    assert needed(200_000.0, vcpus=16) == 98


def test_the_story() -> None:
    found = arrange(3, 2)
    assert found.needed == 4
    assert found.survives_zone
    assert found.usd_per_month == pytest.approx(927.1584)
    assert found.left_busy == pytest.approx(0.875)
    assert tuple(found.minutes_by_cause) == CAUSES
    assert found.availability == pytest.approx(1.0 - found.minutes / 525_960.0, abs=1e-12)
    assert found.longest_wait_min == 0.0
    assert found.response_ms is not None
    assert found.left_response_ms is not None
    assert found.left_response_ms > 2.0 * found.response_ms


def test_what_is_not_there_is_none() -> None:
    alone = arrange(1, 5)
    assert alone.left_busy is None
    assert alone.left_response_ms is None
    assert alone.longest_wait_min == 360.0
    few = arrange(3, 1)
    assert few.response_ms is None
    assert few.longest_wait_min is None
    assert few.line_gone_min is None
    assert few.availability == 0.0


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(zones).failed == 0
