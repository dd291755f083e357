"""Sagas against fractions, a line of time and events; the order's rule; what always holds."""

from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.patterns.saga_reference import day, held_in_turn, paid, reserved

from scalelab.kernels.jit import Table
from scalelab.kernels.patterns import saga as kernels
from scalelab.theory.patterns import saga as theory

STORY: dict[str, Any] = {
    "payment_fails": 0.05, "refund_usd": 1.0, "up": 0.999, "tries_s": 86_400.0, "pieces": 100,
    "customers": 300, "come_per_s": 20.0, "pay_s": 3.0, "hold_s": 600.0, "stock_fails": 0.005,
    "account_fails": 0.01, "undo_usd": 0.05, "crossing": 0.1, "outage_s": 2592.0, "per_s": 20.0,
    "commit_s": 0.0065, "patience_s": 10.0, "runs": 100, "seed": 1,
}  # fmt: skip
LAST = kernels.ORDERS - 1


def table_of(**changed: Any) -> Table:
    return kernels.saga(*{**STORY, **changed}.values())


def day_of(table: Table) -> Table:
    """Of a million orders: a row for each way, a column for each outcome."""
    found: Table = table[table[:, kernels.KIND] == kernels.DAY][:, kernels.VALUE]
    return found.reshape(kernels.WAYS, kernels.OUTCOMES)


def orders_of(table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kernels.ORDER]
    return found


def sale_of(column: int, table: Table) -> Table:
    """A row for each way to sell: bought, lost, refunded."""
    found: Table = table[table[:, kernels.KIND] == kernels.SALE][:, column]
    return found.reshape(kernels.SALES, kernels.SALES)


def within_errors(value: float, found: list[float]) -> None:
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < 4.5 * error
    assert error < 0.1 * mean


shares = st.integers(0, 20).map(lambda k: Fraction(k, 20))
chains = st.lists(st.tuples(shares, st.integers(0, 40).map(Fraction)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(chains)
def test_a_chain_is_what_was_done_less_what_stays(steps: list[tuple[Fraction, Fraction]]) -> None:
    fails, usd = [list(each) for each in zip(*steps, strict=True)]
    found = kernels.chain(
        np.array(fails, float), np.array(usd, float), np.ones(len(fails)), 1.0, 0.0, 60.0
    )
    expected = theory.undone(fails, usd)
    assert found[0] == pytest.approx(float(expected[0]), rel=1e-12, abs=1e-12)
    assert found[1] == pytest.approx(float(expected[1]), rel=1e-12, abs=1e-12)
    assert found[2:] == (0.0, 0.0, 0.0)


@settings(max_examples=100, deadline=None)
@given(chains)
def test_the_rule_finds_the_cheapest_order(steps: list[tuple[Fraction, Fraction]]) -> None:
    fails, usd = [list(each) for each in zip(*steps[:5], strict=True)]
    order = theory.best_order([float(p) for p in fails], [float(c) for c in usd])
    cost = theory.undone([fails[i] for i in order], [usd[i] for i in order])[1]
    assert float(cost) == pytest.approx(float(theory.cheapest(fails, usd)), rel=1e-9, abs=1e-12)


def test_orders_are_numbered_as_in_a_dictionary() -> None:
    found = [tuple(kernels.permuted(i)) for i in range(kernels.ORDERS)]
    assert found == list(permutations(range(kernels.STEPS)))


@pytest.mark.parametrize("refund", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("payment", [0.01, 0.2])
def test_the_table_has_all_orders_and_marks_the_cheapest(refund: float, payment: float) -> None:
    rows = orders_of(table_of(refund_usd=refund, payment_fails=payment))
    fails = [Fraction(1, 200), Fraction(1, 100), Fraction(payment)]
    usd = [Fraction(1, 20), Fraction(1, 20), Fraction(refund)]
    for row, order in zip(rows, permutations(range(3)), strict=True):
        steps, cost = theory.undone([fails[i] for i in order], [usd[i] for i in order])
        assert row[kernels.VALUE] == pytest.approx(1000.0 * float(steps), rel=1e-12)
        assert row[kernels.USD] == pytest.approx(1000.0 * float(cost), rel=1e-12)
    (best,) = rows[rows[:, kernels.BEST] == 1.0]
    assert best[kernels.USD] == rows[:, kernels.USD].min()
    rule = theory.best_order([float(p) for p in fails], [float(c) for c in usd])
    assert list(permutations(range(3)))[int(best[kernels.STEPS_AS])] == tuple(rule)


@pytest.mark.parametrize("tries", [0.0, 0.4, 5.0])
def test_orders_on_a_line_of_time(tries: float) -> None:
    """Parts are up for 9 on average and down for 1; stock, account, payment in that order."""
    fails = (0.1, 0.2, 0.3)
    takes = (0.0, 0.0, 0.0)
    runs = [day(fails, takes, 9.0, 1.0, tries, 0.3, 3.0, 6000.0, seed) for seed in range(10)]
    table = table_of(
        stock_fails=0.1, account_fails=0.2, payment_fails=0.3, up=0.9, outage_s=1.0, tries_s=tries,
        pay_s=0.2, commit_s=0.1,
    )  # fmt: skip
    of = day_of(table) / 1e6
    mine = of[kernels.STOCK_FIRST]
    within_errors(mine[kernels.UNDONE], [run["undone"] for run in runs])
    within_errors(mine[kernels.TURNED_AWAY], [run["away"] for run in runs])
    if tries > 0.0:
        within_errors(mine[kernels.DELAYED], [run["delayed"] for run in runs])
    else:
        assert mine[kernels.DELAYED] == 0.0
    within_errors(of[kernels.LOCKED, kernels.TURNED_AWAY], [run["locked away"] for run in runs])


def test_in_doubt_is_what_is_under_way_when_the_coordinator_goes_down() -> None:
    """A short lock, as two crashes of one coordinator do not meet the same order."""
    fails, takes = (0.1,) * 3, (0.0,) * 3
    runs = [day(fails, takes, 90.0, 10.0, 0.0, 0.5, 20.0, 5000.0, seed) for seed in range(10)]
    doubt = day_of(table_of(up=0.9, outage_s=10.0, pay_s=0.4, commit_s=0.1))
    within_errors(doubt[kernels.LOCKED, kernels.HALF_DONE] / 1e6, [r["in doubt"] for r in runs])


@pytest.mark.parametrize(("tries", "pays"), [(0.0, 0.2), (0.2, 0.1), (0.1, 3.0)])
def test_steps_stay_whose_part_goes_down_before_they_are_undone(tries: float, pays: float) -> None:
    """Parts are up for 24 on average and down for 1; stock, account, payment in that order."""
    fails, takes = (0.1, 0.2, 0.5), (0.0, 0.0, pays)
    runs = [day(fails, takes, 24.0, 1.0, tries, 0.3, 4.0, 5000.0, seed) for seed in range(10)]
    table = table_of(
        stock_fails=0.1, account_fails=0.2, payment_fails=0.5, up=0.96, outage_s=1.0, tries_s=tries,
        pay_s=pays,
    )  # fmt: skip
    mine = day_of(table)[kernels.STOCK_FIRST] / 1e6
    within_errors(mine[kernels.UNDONE], [run["undone"] for run in runs])
    within_errors(mine[kernels.HALF_DONE], [run["half"] for run in runs])


def test_what_is_undone_at_once_or_tried_for_long_is_never_half_done() -> None:
    for changed in ({"tries_s": 2592.0}, {"up": 1.0, "tries_s": 0.0}):
        assert (day_of(table_of(**changed))[1:, kernels.HALF_DONE] == 0.0).all()
    first = day_of(table_of(tries_s=0.0))[kernels.PAID_FIRST, kernels.HALF_DONE]
    assert first == 0.0  # nothing is done before the payment, and the others take no time


def test_giving_up_is_for_what_is_left_of_an_outage() -> None:
    assert kernels.outlasts(0.001, 7.0, 2592.0) == pytest.approx(0.001 * (1.0 - 7.0 / 2592.0))
    assert kernels.outlasts(0.001, 3000.0, 2592.0) == 0.0


def test_two_phase_commit_needs_all_four() -> None:
    away = day_of(table_of())[kernels.LOCKED, kernels.TURNED_AWAY]
    assert away == pytest.approx(1e6 * float(1 - theory.all_up(Fraction(999, 1000), 4)), rel=1e-9)


customers = st.lists(
    st.tuples(st.integers(0, 12).map(lambda k: k / 4), st.booleans()), min_size=1, max_size=25
)


@settings(max_examples=300, deadline=None)
@given(
    customers, st.integers(1, 8), st.sampled_from([0.0, 0.25, 1.0, 3.5, 100.0]),
    st.sampled_from([0.0, 1.0, 2.5, 100.0]),
)  # fmt: skip
def test_a_sale_event_by_event(
    come: list[tuple[float, bool]], pieces: int, lasts: float, patience: float
) -> None:
    """Times on a grid of quarters, so that many things happen at once."""
    at = np.cumsum([gap for gap, _ in come])
    pays = np.array([float(each) for _, each in come])
    assert kernels.locked(at, pays, pieces, lasts, patience) == held_in_turn(
        at, pays, pieces, lasts, patience
    )
    assert kernels.stock_first(at, pays, pieces, lasts) == reserved(at, pays, pieces, lasts)
    assert kernels.paid_first(at, pays, pieces, lasts) == paid(at, pays, pieces, lasts)
    possible = min(float(pieces), pays.sum())
    assert kernels.paid_first(at, pays, pieces, lasts)[0] == possible
    assert kernels.stock_first(at, pays, pieces, lasts) <= possible
    assert kernels.stock_first(at, pays, pieces, 0.0) == possible


def sales(**changed: Any) -> Table:
    world = {
        "pieces": 100, "customers": 300, "come_per_s": 20.0, "pay_s": 3.0, "hold_s": 600.0,
        "payment_fails": 0.05, "commit_s": 0.0065, "patience_s": 10.0, "runs": 2000, "seed": 1,
        **changed,
    }  # fmt: skip
    return kernels.sales(*world.values())


@pytest.mark.parametrize(
    "world",
    [
        {}, {"pay_s": 10.0}, {"payment_fails": 0.2}, {"customers": 120}, {"payment_fails": 0.0},
        {"pieces": 10, "customers": 50, "come_per_s": 2.0},
    ],
)  # fmt: skip
def test_refunds_and_sales_against_exact_sums(world: dict[str, Any]) -> None:
    given = {"pieces": 100, "customers": 300, "come_per_s": 20.0, "pay_s": 3.0}
    given |= {"payment_fails": 0.05, **world}
    found = sales(**world)
    fails = given["payment_fails"]
    expected = theory.refunds(
        given["pieces"], given["customers"], given["come_per_s"], given["pay_s"], fails
    )
    within_errors(expected, found[8].tolist())
    best = theory.sold_at_best(given["pieces"], given["customers"], fails)
    kept = theory.sold_if_kept(given["pieces"], given["customers"], fails)
    error = 4.5 / np.sqrt(2000.0)
    assert abs(found[6].mean() - best) <= error * found[6].std() + 1e-5
    assert abs(found[3].mean() - kept) <= error * found[3].std() + 1e-5


def test_with_customers_without_end_little_gives_the_refunds() -> None:
    """The payers who come while one pays: 19 a second for three seconds."""
    assert theory.refunds(100, 10_000, 20.0, 3.0, 0.05) == pytest.approx(57.0, rel=1e-9)


worlds = st.fixed_dictionaries({
    "payment_fails": st.sampled_from([0.0, 0.05, 1.0]), "refund_usd": st.sampled_from([0.0, 1.0]),
    "up": st.sampled_from([0.5, 0.9, 0.999, 1.0]),
    "tries_s": st.sampled_from([0.0, 7.0, 2592.0, 1e9]), "pieces": st.sampled_from([1, 100]),
    "customers": st.sampled_from([1, 50, 300]), "come_per_s": st.sampled_from([0.01, 20.0, 1e6]),
    "pay_s": st.sampled_from([0.001, 3.0, 3600.0]), "hold_s": st.sampled_from([0.0, 3.0, 1e6]),
    "stock_fails": st.sampled_from([0.0, 0.005, 1.0]), "account_fails": st.sampled_from([0.0, 0.5]),
    "crossing": st.sampled_from([0.0, 0.1, 1.0]), "runs": st.sampled_from([1, 9, 20]),
    "seed": st.integers(0, 2**31 - 1),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    of = day_of(table)
    assert (of[:, kernels.TURNED_AWAY] <= 1e6 * (1.0 + 1e-12)).all()
    assert (of[:, kernels.TURNED_AWAY] + of[:, kernels.DELAYED] <= 2e6).all()
    assert (of[1:, kernels.UNDONE] <= 2e6).all()
    assert (of[1:, kernels.HALF_DONE] <= of[1:, kernels.UNDONE] * (1.0 + 1e-9)).all()
    # A saga asks less of its parts than two-phase commit.
    away = of[:, kernels.TURNED_AWAY]
    assert (away[1:] <= away[0] * (1.0 + 1e-9) + 1e-6).all()
    if world["crossing"] == 1.0:
        assert of[kernels.ONE_SHARD] == pytest.approx(of[kernels.STOCK_FIRST])
    assert (table[:, kernels.KIND] == kernels.SET).sum() == 1
    mean = sale_of(kernels.VALUE, table)
    assert (sale_of(kernels.LOW, table) <= sale_of(kernels.HIGH, table)).all()
    # What is bought and what is lost is the same in all.
    assert mean[:, 0] + mean[:, 1] == pytest.approx(mean[0, 0] + mean[0, 1])
    assert mean[kernels.PAID_FIRST, 1] == 0.0
    assert (mean[:2, 2] == 0.0).all()
    assert orders_of(table)[:, kernels.BEST].sum() == 1.0
