import doctest
import math
from typing import Any

import pytest

from scalelab.models.trade_offs import cost_of_delay
from scalelab.models.trade_offs.cost_of_delay import (
    ASSUMPTIONS,
    WAYS,
    best_of,
    compare,
    keys_last_days,
)
from scalelab.theory.trade_offs import cost_of_delay as theory

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("success", (-0.1, 1.1, NAN)), ("growth", (0.0, 2.1)), ("market", (999.0, 2e9)),
        ("extra", (-1.0, 61.0)), ("more", (-1.0, 61.0)), ("rewrite", (-1.0, 61.0, NAN)),
        ("change", (-0.1, 2.1)), ("right", (-0.1, 1.1)), ("spread", (-0.1, 3.1)),
        ("limit", (999.0, 2e9)), ("margin_usd", (-1.0, 1001.0)), ("lost", (-0.1, 1.1)),
        ("replace", (-1.0, 25.0)), ("discount", (-0.1, 2.1)), ("horizon", (11.0, 241.0, NAN)),
        ("care_kusd", (-1.0, 1001.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_an_unknown_way_to_be_late() -> None:
    with pytest.raises(ValueError, match=r"^late is 'never', allowed are Time alone, "):
        compare(late="never")


@pytest.mark.parametrize(("trials", "parts"), [(0, 1), (1001, 1), (1, 0), (1, 1001)])
def test_designs_out_of_range(trials: int, parts: int) -> None:
    with pytest.raises(ValueError, match=r"^(trials|parts) is .*allowed is 1 to 1000"):
        best_of(trials, parts)


@pytest.mark.parametrize(("rate", "largest"), [(0.0, 10.0), (1e10, 10.0), (1.0, 0.5), (1.0, NAN)])
def test_keys_out_of_range(rate: float, largest: float) -> None:
    with pytest.raises(ValueError, match=r"^(rows_per_s|largest) is .*allowed is "):
        keys_last_days(rate, largest)


def test_the_story() -> None:
    found = compare()
    assert tuple(found.ways) == WAYS
    assert set(found.tried) == set(ASSUMPTIONS)
    assert next(iter(found.tried)) == "Median market"
    assert max(found.ways, key=lambda way: found.ways[way].value_kusd) == "Bounded"
    assert max(found.ways, key=lambda way: found.ways[way].best) == "Quick"
    gain = found.ways["Bounded"].value_kusd - found.ways["Quick"].value_kusd
    assert found.option_kusd - found.price_kusd == pytest.approx(gain)
    # A month costs more than five times the team's pay for it.
    assert found.month_kusd > 5.0 * 36.0


def test_what_does_not_cross_is_none() -> None:
    never = compare(success=0.0)
    assert never.most_extra_months is None
    assert never.least_rewrite_months is None
    assert compare(market=30_000.0).bounded_from is None


def test_designs() -> None:
    assert best_of(1) == pytest.approx(1.0 / math.sqrt(2.0 * math.pi), abs=1e-9)
    assert best_of(2) == pytest.approx(theory.best_of_two(), abs=1e-9)
    assert best_of(5, parts=9) == pytest.approx(theory.splitting(9) * best_of(5))


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(cost_of_delay).failed == 0
