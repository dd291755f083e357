import doctest
from typing import Any

import pytest

from scalelab.models.trade_offs import pareto
from scalelab.models.trade_offs.pareto import LEVERS, NAMED, compare

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (9.0, 10_001.0, NAN)), ("reads", (0.84, 1.01, NAN)), ("skew", (-0.1, 1.6)),
        ("slo_ms", (0.5, 10_001.0)), ("most_down_min", (0.0, 525_961.0)),
        ("budget_usd", (0.0, 1.1e7)), ("hour_usd", (-1.0, 1.1e6, NAN)), ("slow", (-0.01, 0.11)),
        ("changes_min", (-1.0, 100_001.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_more_writes_than_any_copy_carries_are_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^rate_per_s is 10000.0 .*fewer requests"):
        compare(rate_per_s=10_000.0, reads=0.85)


def test_the_story() -> None:
    found = compare()
    assert tuple(found.named) == NAMED
    assert set(found.next_ms[0].bought) <= set(LEVERS)
    assert found.next_ms[0].bought == {"Jobs later": 1}
    assert found.greedy[0].bought == {"Cache": 8, "Copies": -2}
    assert found.greedy[0].each is None
    best = found.named["Least in all"]
    assert found.named["Cheapest"].rent_usd < best.rent_usd < found.named["Fastest"].rent_usd
    assert best.total_usd == pytest.approx(best.rent_usd + best.lost_usd)
    assert found.near_rents_usd[0] < best.rent_usd < found.near_rents_usd[1]
    a_month = 2000.0 / 2.4 * 730.0 * 3.6e-3  # million requests
    assert best.usd_per_million == pytest.approx(best.rent_usd / a_month)


def test_what_nothing_meets_is_not_there() -> None:
    found = compare(slo_ms=50.0, budget_usd=10.0)
    assert "Meets the objective" not in found.named
    assert "Within the budget" not in found.named
    none = compare(most_down_min=0.5)
    assert none.front == ()
    assert "Fastest" not in none.named
    assert "Least in all" in none.named


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(pareto).failed == 0
