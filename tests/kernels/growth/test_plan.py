"""The table against plans told as stories, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.kernels.growth.plan_reference import costs, markets, months_for

from scalelab.kernels import shop as figures
from scalelab.kernels.growth import plan as kernels
from scalelab.kernels.growth.path import STAGES, Shop, most
from scalelab.kernels.jit import Table
from scalelab.models.growth.plan import FIXED

WORLD: dict[str, Any] = {
    "market": 1e5, "spread": 1.5, "growth": 0.15, "trigger": 0.7, "build_months": 3, "stride": 1,
    "at_once": 4, "waits": 0.0, "margin": 5.0,
}  # fmt: skip
SHOP = Shop(4, 0.6, 7.0, 3.0, 1.0, 0.05, 0.9, 0.1)
LIMITS = [most(stage, SHOP) / figures.CUSTOMER_RATE for stage in range(STAGES)]
NAMES = {
    "build": kernels.BUILD, "care": kernels.CARE, "rent": kernels.RENT, "turned": kernels.TURNED,
    "late": kernels.LATE, "overloaded": kernels.OVERLOADED, "stage": kernels.STAGE,
    "over_built": kernels.OVER_BUILT,
}  # fmt: skip


def table(**changed: Any) -> Table:
    return kernels.plan(*{**WORLD, **changed}.values(), *FIXED.values())


worlds = st.fixed_dictionaries({
    "market": st.sampled_from([2e3, 1e5, 7e5, 1e7]), "spread": st.sampled_from([0.0, 0.7, 2.5]),
    "growth": st.sampled_from([0.05, 0.17, 0.5]), "trigger": st.sampled_from([0.3, 0.73, 1.0]),
    "build_months": st.sampled_from([1, 3, 7, 12]), "stride": st.sampled_from([1, 2, 3]),
    "at_once": st.integers(0, 6), "waits": st.sampled_from([0.0, 0.25, 0.75, 1.0]),
    "margin": st.sampled_from([0.1, 5.0, 50.0]),
})  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(worlds)
@example(WORLD)
def test_each_market_is_as_the_reference_tells_it(world: dict[str, Any]) -> None:
    rows = table(**world)
    by_market = rows[rows[:, 0] == kernels.BY_MARKET]
    assert len(by_market) == kernels.PLANS * kernels.MARKETS
    for row in by_market:
        plan, market = int(row[kernels.PLAN]), float(row[kernels.MARKET])
        told = costs(plan, market, LIMITS, world, FIXED, SHOP)
        for name, column in NAMES.items():
            assert row[column] == pytest.approx(told[name], rel=1e-9, abs=1e-7), name
    of_one = by_market[: kernels.MARKETS, kernels.MARKET]
    np.testing.assert_allclose(of_one, np.geomspace(1e4, 1e7, kernels.MARKETS))


@settings(max_examples=5, deadline=None)
@given(worlds)
@example(WORLD)
def test_the_means_are_those_of_the_reference(world: dict[str, Any]) -> None:
    """Its markets come from scipy's quantiles; ours are right to 0.00045 standard deviations."""
    rows = table(**world)
    shops = markets(world["market"], world["spread"], kernels.FUTURES)
    for plan in range(kernels.PLANS):
        told = [costs(plan, market, LIMITS, world, FIXED, SHOP) for market in shops]
        totals = sorted(sum(t[n] for n in ("build", "care", "rent", "turned", "late"))
                        for t in told)  # fmt: skip
        # A market next to a limit may fall to the other side of it.
        wanted = sum(totals) / len(totals)
        assert rows[plan, kernels.TOTAL] == pytest.approx(wanted, rel=0.02)
        for column, at in ((kernels.LOW, 10), (kernels.HIGH, 90)):
            assert totals[at - 1] * 0.99 <= rows[plan, column] <= totals[at + 1] * 1.01


@pytest.mark.parametrize(
    ("changed", "least", "most"),
    [({}, -0.001, 0.03), ({"growth": 0.3, "build_months": 6}, 0.10, 0.20)],
)
def test_how_far_the_means_fall_short(changed: dict[str, Any], least: float, most: float) -> None:
    """Of a mean over 4,001 markets, which has more of the far end; the order stays as it is."""
    world = {**WORLD, **changed}
    shops = markets(world["market"], world["spread"], 4001)
    fine = []
    for plan in range(kernels.PLANS):
        told = [costs(plan, market, LIMITS, world, FIXED, SHOP) for market in shops]
        parts = ("build", "care", "rent", "turned", "late")
        fine.append(sum(t[n] for t in told for n in parts) / len(told))
    ours = table(**changed)[: kernels.PLANS, kernels.TOTAL]
    short = 1.0 - ours / np.array(fine)
    assert (short > least).all()
    assert (short < most).all()
    assert np.argsort(ours).tolist() == np.argsort(fine).tolist()


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    rows = table(**world)
    assert rows.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(rows).all()
    assert (rows >= 0.0).all()
    parts = rows[:, kernels.BUILD : kernels.LATE + 1]
    np.testing.assert_allclose(parts.sum(axis=1), rows[:, kernels.TOTAL], rtol=1e-12)
    assert (rows[:, kernels.OVERLOADED] <= 60.0).all()
    assert (rows[: kernels.PLANS, kernels.LOW] <= rows[: kernels.PLANS, kernels.HIGH]).all()
    one = rows[rows[:, 0] == kernels.FOLLOWED]
    for plan in range(kernels.PLANS):
        of = one[one[:, kernels.PLAN] == plan]
        assert of[:, kernels.MONTH].tolist() == list(range(2, 61, 2))
        for column in (kernels.LIMIT, kernels.STAGE, kernels.TOTAL, kernels.CUSTOMERS):
            assert (np.diff(of[:, column]) >= 0.0).all()
    # The first two open at once.
    assert (rows[rows[:, kernels.PLAN] < 2, kernels.LATE] == 0.0).all()


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_to_wait_for_the_limit_is_a_trigger_of_the_limit(world: dict[str, Any]) -> None:
    rows = table(**{**world, "trigger": 1.0})
    first, second = (rows[rows[:, kernels.PLAN] == plan] for plan in (0, 1))
    np.testing.assert_array_equal(first[:, kernels.MONTH :], second[:, kernels.MONTH :])


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_whoever_builds_nothing_ahead_goes_step_by_step(world: dict[str, Any]) -> None:
    rows = table(**{**world, "at_once": 0})
    first, third = (rows[rows[:, kernels.PLAN] == plan] for plan in (0, 2))
    np.testing.assert_array_equal(first[:, kernels.MONTH :], third[:, kernels.MONTH :])


@settings(max_examples=25, deadline=None)
@given(worlds, st.sampled_from([0.3, 0.5, 0.9]))
def test_an_early_trigger_turns_no_more_away(world: dict[str, Any], trigger: float) -> None:
    """In each market: of two triggers the lower has each stage no later, one stage at a time."""
    world = {**world, "stride": 1, "trigger": trigger}
    early = table(**world)
    late = table(**{**world, "trigger": 1.0})
    of = (early[:, 0] == kernels.BY_MARKET) & (early[:, kernels.PLAN] == 0)
    assert (early[of, kernels.TURNED] <= late[of, kernels.TURNED]).all()
    assert (early[of, kernels.STAGE] >= late[of, kernels.STAGE]).all()


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_a_trigger_that_leaves_the_time_to_build_is_early_enough(world: dict[str, Any]) -> None:
    """At e^(-g b) the first step is always ready. (Later ones may be needed too soon after it.)"""
    ahead = np.exp(-world["growth"] * world["build_months"])
    assume(ahead * LIMITS[0] >= kernels.FIRST_CUSTOMERS)  # nobody begins before the opening
    rows = table(**{**world, "stride": 1, "trigger": float(ahead)})
    one = rows[(rows[:, 0] == kernels.FOLLOWED) & (rows[:, kernels.PLAN] == 0)]
    on_first = one[one[:, kernels.STAGE] == 0]
    assert (on_first[:, kernels.CUSTOMERS] <= on_first[:, kernels.LIMIT] * (1 + 1e-9)).all()
    assert (on_first[:, kernels.OVERLOADED] == 0.0).all()


@pytest.mark.parametrize("stages", range(7))
@pytest.mark.parametrize("build_months", [1, 2, 3, 5, 12])
def test_months_to_build(stages: int, build_months: int) -> None:
    assert kernels.months_for(stages, build_months) == months_for(stages, build_months)


def test_a_known_market_is_the_same_in_every_future() -> None:
    rows = table(spread=0.0)[: kernels.PLANS]
    np.testing.assert_allclose(rows[:, kernels.LOW], rows[:, kernels.TOTAL], rtol=1e-12)
    np.testing.assert_allclose(rows[:, kernels.HIGH], rows[:, kernels.TOTAL], rtol=1e-12)
