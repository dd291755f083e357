import doctest
from typing import Any

import pytest

from scalelab.models.patterns import saga
from scalelab.models.patterns.saga import (
    ORDERS,
    PAYMENT_FIRST,
    STOCK_FIRST,
    TWO_PHASE,
    WAYS,
    compare,
    run,
    sell,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("payment_fails", (-0.1, 1.1, NAN)), ("stock_fails", (-0.1, 1.1)),
        ("account_fails", (-0.1, 1.1)), ("crossing", (-0.1, 1.1, NAN)), ("up", (0.4, 1.1, NAN)),
        ("outage_s", (0.0, 2e7)), ("tries_s", (-1.0, 2e9)), ("pay_s", (0.0, 3601.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pieces", (0, 100_001)), ("customers", (0, 100_001)), ("come_per_s", (0.0, 2e6, NAN)),
        ("payment_fails", (-0.1, 1.1)), ("pay_s", (0.0, 3601.0)), ("hold_s", (-1.0, 2e6)),
        ("commit_s", (-1.0, 3601.0)), ("patience_s", (-1.0, 2e6)), ("runs", (1, 10_001)),
        ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_so_it_is_of_a_sale(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            sell(**given)


def test_so_it_is_of_a_saga() -> None:
    with pytest.raises(ValueError, match=r"^len\(fail_shares\) is 0 steps"):
        run([])
    with pytest.raises(ValueError, match=r"^len\(undo_usd\) is 1 prices, allowed is 2 to 2"):
        run([0.1, 0.1], [1.0])
    with pytest.raises(ValueError, match=r"^fail_shares\[1\] is 5\.0.*not a percentage"):
        run([0.1, 5.0])
    with pytest.raises(ValueError, match=r"^undo_usd\[0\] is -1\.0 USD"):
        run([0.1], [-1.0])
    with pytest.raises(ValueError, match=r"^len\(takes_s\) is 1 times, allowed is 2 to 2"):
        run([0.1, 0.1], takes_s=[1.0])
    with pytest.raises(ValueError, match=r"^takes_s\[0\] is nan"):
        run([0.1], takes_s=[NAN])
    for name, value in (("up", 0.1), ("outage_s", 0.0), ("tries_s", -1.0)):
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}"):
            run([0.1], **given)


def test_the_story() -> None:
    found = compare()
    assert tuple(found) == WAYS
    assert found[TWO_PHASE].undone_steps == 0.0
    assert found[TWO_PHASE].turned_away == pytest.approx(3994.0, abs=0.1)
    assert found[STOCK_FIRST].undone_steps > 4.5 * found[PAYMENT_FIRST].undone_steps
    assert found[STOCK_FIRST].half_done == 0.0
    hasty = compare(tries_s=7.0)
    # The payment of one in twenty fails, and takes 3 s, in which two parts may go down.
    assert hasty[STOCK_FIRST].half_done == pytest.approx(0.12, abs=0.005)
    assert hasty[STOCK_FIRST].half_done < 0.2 * hasty[TWO_PHASE].half_done
    assert hasty[STOCK_FIRST].turned_away > 3.9 * found[STOCK_FIRST].turned_away


def test_a_saga_step_by_step() -> None:
    found = run([0.5, 0.5], [2.0, 1.0])
    assert found.ends == pytest.approx(0.75)
    assert found.undone_steps == pytest.approx(0.25)
    assert found.undo_usd == pytest.approx(0.5)
    assert found.gives_up == found.delayed == found.half_done == 0.0
    away = run([0.0, 0.0], up=0.9, tries_s=0.0)
    assert away.ends == pytest.approx(0.19)
    assert away.gives_up == pytest.approx(0.19)
    assert away.half_done == 0.0  # what is undone at once is undone while its part is up
    slow = run([0.0, 1.0], takes_s=[0.0, 3.0], up=0.999, outage_s=1000.0, tries_s=0.0)
    assert slow.half_done == pytest.approx(0.999**2 * 3.0 * 0.001 / 0.999 / 1000.0)
    late = run([0.0, 0.0], up=0.9)
    assert late.delayed == pytest.approx(0.19)
    assert late.ends == 0.0


def test_a_sale() -> None:
    found = sell()
    assert tuple(found) == WAYS[:3]
    assert found[PAYMENT_FIRST].bought.mean == 100.0
    assert found[PAYMENT_FIRST].refunded.mean == pytest.approx(57.0, abs=2.5)
    assert found[STOCK_FIRST].lost.mean == pytest.approx(5.0, abs=1.0)
    assert found[TWO_PHASE].bought.mean < 10.0


def test_orders_are_all_there() -> None:
    assert len(set(ORDERS)) == 6
    assert ORDERS[0] == "stock, account, payment"


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(saga).failed == 0
