"""Ways to the market against a simulation step by step, closed forms, and what always holds."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.trade_offs.cost_of_delay_reference import failure, success

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.trade_offs import cost_of_delay as kernels
from scalelab.theory.trade_offs import cost_of_delay as theory

STORY: dict[str, Any] = {
    "success": 0.3, "growth": 0.15, "market": 100_000.0, "late": 2, "extra": 1.0, "more": 8.0,
    "rewrite": 6.0, "change": 0.25, "right": 0.8, "spread": 1.0, "limit": 120_000.0,
    "margin": 0.005, "lost": 0.25, "replace": 2.0, "discount": 0.15, "horizon": 60.0,
    "first": 1000.0, "build": 4.0, "deadline": 6.0, "judged": 12.0, "team": 36.0, "care": 6.0,
}  # fmt: skip
# One certain market, reached in time by all; money is worth the same at any time.
PLAIN = {
    "success": 1.0, "market": 500_000.0, "late": 0, "change": 0.0, "right": 1.0, "spread": 0.0,
    "discount": 0.0, "horizon": 120.0, "care": 0.0,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.cost_of_delay(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def as_set(**changed: Any) -> Table:
    return of(kernels.SET, table_of(**changed))


def values(**changed: Any) -> Floats:
    found: Floats = as_set(**changed)[:, kernels.VALUE]
    return found


def crossing(which: int, **changed: Any) -> float | None:
    row = of(kernels.CROSSING, table_of(**changed))[which]
    return float(row[kernels.ANSWER]) if row[kernels.FOUND] == 1.0 else None


def world(**changed: Any) -> kernels.World:
    given = {**STORY, **changed}
    given["rate"] = np.log1p(given.pop("discount")) / 12.0
    return kernels.World(**given)


worlds = st.fixed_dictionaries({
    "success": st.sampled_from([0.0, 0.05, 0.3, 1.0]),
    "growth": st.sampled_from([0.01, 0.08, 0.15, 0.5, 2.0]),
    "market": st.sampled_from([1000.0, 3e4, 1e5, 1e6, 1e8]), "late": st.integers(0, 2),
    "extra": st.sampled_from([0.0, 1.0, 2.5, 59.0]), "more": st.sampled_from([0.0, 2.0, 18.0]),
    "rewrite": st.sampled_from([0.0, 1.0, 6.0, 60.0]), "change": st.sampled_from([0.0, 0.25, 2.0]),
    "right": st.sampled_from([0.0, 0.5, 0.8, 1.0]), "spread": st.sampled_from([0.0, 1.0, 3.0]),
    "limit": st.sampled_from([500.0, 1000.0, 1.2e5, 1e9]),
    "margin": st.sampled_from([0.0, 0.005, 1.0]), "lost": st.sampled_from([0.0, 0.25, 1.0]),
    "replace": st.sampled_from([0.0, 2.0, 24.0]), "discount": st.sampled_from([0.0, 0.15, 2.0]),
    "horizon": st.sampled_from([12.0, 60.0, 120.0]), "care": st.sampled_from([0.0, 6.0]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds, st.integers(0, 2), st.sampled_from([500.0, 1e5, 3e5, 2e6]), st.booleans())
def test_step_by_step(given: dict[str, Any], way: int, market: float, right: bool) -> None:
    w = {**STORY, **given}
    here = world(**given)
    scale = w["margin"] * max(market, 1.0) * w["horizon"] + w["team"] * w["horizon"]
    ours = kernels.succeeded(way, market, right, here)
    assert ours == pytest.approx(success(way, market, right, w), abs=2e-3 * scale)
    assert kernels.failed(way, here) == pytest.approx(failure(way, w), abs=1e-6 * scale)


@pytest.mark.parametrize("way", [0, 1, 2])
@pytest.mark.parametrize("right", [False, True])
def test_the_story_step_by_step(way: int, right: bool) -> None:
    for market in (50_000.0, 130_000.0, 400_000.0, 2e6):
        ours = kernels.succeeded(way, market, right, world())
        assert ours == pytest.approx(success(way, market, right, STORY), rel=2e-3)


def test_means_of_futures_drawn_by_chance() -> None:
    chance = random.Random(11)
    found = kernels.outcomes(world())
    assert found[:, 0].sum() == pytest.approx(1.0)
    picked = chance.choices(range(len(found)), weights=found[:, 0].tolist(), k=40_000)
    drawn = found[picked, 1:]
    error = drawn.std(axis=0) / 200.0
    rows = as_set()
    assert (abs(drawn.mean(axis=0) - rows[:, kernels.VALUE]) < 4.0 * error).all()
    best = drawn.argmax(axis=1)
    for way in range(3):
        share = (best == way).mean()
        assert rows[way, kernels.BEST] == pytest.approx(share, abs=0.01)
        missed = drawn.max(axis=1) - drawn[:, way]
        assert rows[way, kernels.REGRET] == pytest.approx(missed.mean(), abs=0.1 * missed.mean())
        assert rows[way, kernels.WORST] >= missed.max() - 1e-9
        # A tenth lies below the low end or on it, a tenth above the high one or on it.
        assert (drawn[:, way] <= rows[way, kernels.LOW] + 1e-9).mean() > 0.09
        assert (drawn[:, way] >= rows[way, kernels.HIGH] - 1e-9).mean() > 0.09
        assert (drawn[:, way] < rows[way, kernels.LOW] - 1e-9).mean() < 0.11
        assert (drawn[:, way] > rows[way, kernels.HIGH] + 1e-9).mean() < 0.11


def test_delay_rewrite_and_replacing_in_closed_form() -> None:
    quick, bounded, scalable = values(**PLAIN)
    margin, limit, market = 0.005, 120_000.0, 500_000.0
    rewrite = theory.rewrite_costs(6.0, market, limit, margin)
    replacing = theory.replacing_costs(2.0, market, limit, 0.15, margin)
    best = quick + rewrite
    assert bounded == pytest.approx(
        best - theory.delay_costs(1.0, market, margin) - replacing, rel=1e-12
    )
    assert scalable == pytest.approx(best - theory.delay_costs(8.0, market, margin), rel=1e-12)
    assert crossing(kernels.LEAST_REWRITE, **PLAIN) == pytest.approx(
        theory.least_rewrite(1.0, 2.0, market, limit, 0.15), abs=1e-9
    )
    # Everything at once is as good as boundaries if the wait is what replacing would cost.
    assert crossing(kernels.MOST_MORE, **PLAIN) == pytest.approx(
        1.0 + replacing / (market * margin), abs=1e-9
    )


def test_a_product_that_never_grows_is_an_annuity() -> None:
    quick = values(success=0.0)[0]
    team = theory.annuity(36.0, 16.0, 0.15)
    sales = theory.annuity(5.0, 16.0, 0.15) - theory.annuity(5.0, 4.0, 0.15)
    assert quick == pytest.approx(sales - team, rel=1e-12)


def test_growth_without_limits_is_a_geometric_series() -> None:
    changed = {"success": 1.0, "spread": 0.0, "market": 1e9, "limit": 1e9, "build": 0.0}
    months = theory.growing(1000.0, float(np.exp(0.15)), 60, 0.15)
    team = theory.annuity(36.0, 60.0, 0.15)
    assert values(**changed)[0] == pytest.approx(0.005 * months - team, rel=1e-11)


@pytest.mark.parametrize(
    ("which", "name"),
    [(kernels.MOST_EXTRA, "extra"), (kernels.LEAST_REWRITE, "rewrite"),
     (kernels.LEAST_CHANGE, "change"), (kernels.OF_QUICK, "success")],
)  # fmt: skip
def test_where_ways_cross_they_are_worth_the_same(which: int, name: str) -> None:
    there = crossing(which)
    assert there is not None
    quick, bounded, _ = values(**{name: there})
    assert bounded == pytest.approx(quick, abs=1e-4)
    on = 1.0 if which == kernels.MOST_EXTRA else -1.0  # the side on which quick is better
    quick, bounded, _ = values(**{name: there + 0.01 * on})
    assert bounded < quick


def test_a_missed_deadline_is_where_boundaries_stop_to_pay() -> None:
    assert crossing(kernels.MOST_EXTRA, late=1) == pytest.approx(2.0, abs=1e-9)


def test_bars_are_what_one_gets_by_changing_that_alone() -> None:
    names = (
        "success", "growth", "market", "spread", "limit", "margin", "extra", "rewrite", "change",
        "right", "lost", "replace", "discount", "horizon",
    )  # fmt: skip
    rows = of(kernels.TORNADO, table_of())
    tried = {
        (int(row[kernels.WHAT]), int(row[kernels.END])): row[kernels.GAIN] for row in rows
    }  # fmt: skip
    for what, name in enumerate(names):
        for end in range(2):
            to = kernels.tried(what, end)
            if name == "discount":
                to = (0.05, 0.4)[end]
            quick, bounded, _ = values(**{name: to})
            assert tried[what, end] == pytest.approx(bounded - quick, abs=1e-6)
    widths = abs(rows[::2, kernels.GAIN] - rows[1::2, kernels.GAIN])
    assert (np.diff(widths) <= 0.0).all()


def test_the_option_and_its_price() -> None:
    rows = as_set()
    assert rows[kernels.BOUNDED, kernels.GAIN] == pytest.approx(
        rows[kernels.BOUNDED, kernels.OPTION] - rows[kernels.BOUNDED, kernels.PRICE]
    )
    # The wait for it is what a month costs a product without boundaries.
    assert rows[kernels.BOUNDED, kernels.PRICE] == pytest.approx(rows[kernels.QUICK, kernels.PRICE])
    later = {"build": 5.0, "success": 0.3, "lost": 0.0}
    month = values(lost=0.0)[0] - values(**later)[0]
    assert as_set(lost=0.0)[kernels.QUICK, kernels.PRICE] == pytest.approx(month)


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(given: dict[str, Any]) -> None:
    table = table_of(**given)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    rows = of(kernels.SET, table)
    assert rows[:, kernels.BEST].sum() == pytest.approx(1.0)
    assert (rows[:, kernels.REGRET] >= -1e-9).all()
    assert (rows[:, kernels.WORST] >= rows[:, kernels.REGRET] * (1.0 - 1e-9) - 1e-9).all()
    assert (rows[:, kernels.LOW] <= rows[:, kernels.HIGH] + 1e-9).all()
    # With what it misses, every way is worth what the best choice after the fact is.
    hindsight = rows[:, kernels.VALUE] + rows[:, kernels.REGRET]
    scale = 1e-8 * (1.0 + abs(hindsight).max() + abs(rows[:, kernels.VALUE]).max())
    assert np.ptp(hindsight) <= scale
    # Later is never better, nor is a longer rewrite; but what is not there needs no care.
    free = {**given, "care": 0.0}
    now = values(**free)
    later = values(**{**free, "more": free["more"] + 1.0, "rewrite": free["rewrite"] + 1.0})
    assert (later <= now + scale).all()
    # A better guess never hurts who bounds or builds, if replacing is no longer than rewriting.
    free = {**free, "replace": 0.0}
    assert (values(**{**free, "right": 1.0}) >= values(**{**free, "right": 0.0}) - scale).all()
