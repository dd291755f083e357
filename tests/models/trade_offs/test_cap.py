import doctest
from typing import Any

import pytest

from scalelab.models.trade_offs import cap
from scalelab.models.trade_offs.cap import LOSSES, WAYS, cut, majority_up, waiting

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("minutes", (0.0, 2e5, NAN)), ("minority", (-0.1, 0.6)), ("requests_per_s", (0.0, 2e6)),
        ("skew", (-0.1, 3.1)), ("comes_back", (-0.1, 1.1)), ("left", (0, 501)),
        ("limit", (-1, 501)), ("conflict_factor", (0.0, 2e6, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"workload": "Cart", name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            cut(**given)


def test_other_functions_refuse_too() -> None:
    with pytest.raises(ValueError, match=r"^workload is 'Basket', allowed are Social feed, Cart"):
        cut("Basket")
    for n, up in ((0, 0.9), (100, 0.9), (3, 1.1), (3, NAN)):
        with pytest.raises(ValueError, match="allowed is"):
            majority_up(n, up)
    for margin, delay, share in ((-1.0, 1.0, 1.0), (1.0, 1001.0, 1.0), (1.0, 1.0, 1.5)):
        with pytest.raises(ValueError, match="allowed is"):
            waiting(margin, delay, share)


def test_the_story() -> None:
    found = cut("Stock, orders")
    assert tuple(found.usd) == WAYS
    assert all(tuple(each) == LOSSES for each in found.counts.values())
    assert found.cheapest == "Limit"
    for way in WAYS:
        assert sum(found.usd_by_loss[way].values()) == pytest.approx(found.usd[way])
    # 40 % of those refused stay away, at 10 USD an order.
    refused = found.counts["Refuse"]["Writes refused"]
    assert found.usd_by_loss["Refuse"]["Writes refused"] == pytest.approx(4.0 * refused)
    assert found.worth_usd["Refuse"] is None
    assert found.worth_usd["Limit"] is None
    assert found.crossing_min["Refuse"] is None
    assert found.crossing_min["Merge"] is not None


def test_nobody_cut_off_loses_nothing() -> None:
    for workload in cap.WORKLOADS:
        found = cut(workload, minority=0.0)
        for way in WAYS[:3]:
            assert found.usd[way] == pytest.approx(0.0, abs=1e-6)
    # What is set aside for nobody is not sold.
    aside = cut("Stock, orders", minority=0.0)
    assert aside.usd["Limit"] > 0.0
    assert cut("Stock, orders", minority=0.0, limit=0).usd["Limit"] == 0.0


def test_waiting_is_in_proportion() -> None:
    assert waiting(1e6, 50.0, 0.5) == pytest.approx(waiting(1e6, 100.0) / 4.0)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(cap).failed == 0
