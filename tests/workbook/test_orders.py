"""The days of orders: what is wrong with each column, and that the checks' days differ."""

import numpy as np
import pytest

from scalelab.workbook.orders import HOURS, ORDERS, day
from scalelab.workbook.storage import DAYS, UNEVEN, asks_all, busiest_hour

EXAMPLE = (6, 8)  # the one of the notebook


def right(seed: int, shards: int) -> str:
    log = day(seed)
    even = [name for name in log.orders if busiest_hour(log, name, shards) <= UNEVEN]
    return min(even, key=lambda name: asks_all(log, name))


@pytest.mark.parametrize(("seed", "shards"), [*DAYS, EXAMPLE])
def test_no_column_is_near_the_limit_or_near_another(seed: int, shards: int) -> None:
    log = day(seed)
    peaks = [busiest_hour(log, name, shards) for name in log.orders]
    assert all(peak < 0.95 * UNEVEN or peak > 1.2 * UNEVEN for peak in peaks)
    asked = sorted(asks_all(log, name) for name in log.orders)
    assert np.diff(asked).min() > 0.002


def test_the_days_have_different_right_answers() -> None:
    assert {right(*one) for one in DAYS} == {"customer", "product", "order"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_column_has_the_fault_that_it_is_there_for(seed: int) -> None:
    log = day(seed)
    assert busiest_hour(log, "order", 8) < UNEVEN
    assert asks_all(log, "order") > 0.7
    assert busiest_hour(log, "country", 8) > UNEVEN
    assert busiest_hour(log, "hour", 8) == pytest.approx(8.0)
    assert np.unique(log.orders["country"]).size == 12


def test_some_days_have_a_reseller_and_some_a_product_on_television() -> None:
    resellers, on_television = 0, 0
    for seed in range(1, 41):
        orders = day(seed).orders
        resellers += np.bincount(orders["customer"]).max() > 0.1 * ORDERS
        hour_of_best = orders["hour"][orders["product"] == np.bincount(orders["product"]).argmax()]
        on_television += np.bincount(hour_of_best).max() > 0.5 * hour_of_best.size
    # Fair coins: outside 8 to 32 of 40 once in 10,000.
    assert 8 <= resellers <= 32
    assert 8 <= on_television <= 32


def test_columns_are_in_order_of_time_and_a_seed_gives_one_day() -> None:
    log, again, other = day(5), day(5), day(6)
    assert all(values.shape == (ORDERS,) for values in log.orders.values())
    assert np.all(np.diff(log.orders["hour"]) >= 0)
    assert np.all(np.diff(log.orders["order"]) > 0)
    assert set(log.orders["hour"].tolist()) == set(range(HOURS))
    assert all(np.array_equal(log.orders[name], again.orders[name]) for name in log.orders)
    assert log.queries == again.queries
    assert log.queries != other.queries
