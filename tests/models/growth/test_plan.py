"""What the arguments do, and what is refused."""

from typing import Any

import pytest

from scalelab.kernels.growth import plan as kernels
from scalelab.models.growth.plan import FIXED, PLANS, simulate

STEP, BREAKS, ONCE = PLANS


def test_parts_make_up_the_whole() -> None:
    for plan in PLANS:
        found = simulate(plan, waits=0.5)
        parts = (found.building_kusd, found.care_kusd, found.rent_kusd, found.turned_away_kusd,
                 found.late_kusd)  # fmt: skip
        assert sum(parts) == pytest.approx(found.total_kusd)
        assert found.low_kusd <= found.total_kusd


def test_it_is_the_kernels_row() -> None:
    table = kernels.plan(2e5, 1.0, 0.2, 0.5, 4, 2, 3, 0.5, 2.0, **FIXED)
    for i, plan in enumerate(PLANS):
        found = simulate(plan, 200_000, 1.0, 0.2, 0.5, 4, 2, "Replication", 0.5, 2.0)
        assert found.total_kusd == table[i, kernels.TOTAL]
        assert found.customers == table[i, kernels.CUSTOMERS]
        assert found.short_share == table[i, kernels.SHORT]


def test_growth_times_time_to_build_decides() -> None:
    slow = [simulate(plan).total_kusd for plan in PLANS]
    assert slow[0] < slow[1] < slow[2]
    fast = [simulate(plan, growth=0.3, build_months=6).total_kusd for plan in PLANS]
    assert fast[2] < fast[0] < fast[1]


def test_margin_scales_what_customers_bring() -> None:
    one, ten = (simulate(BREAKS, margin=margin) for margin in (1.0, 10.0))
    assert ten.turned_away_kusd == pytest.approx(10.0 * one.turned_away_kusd)
    assert ten.building_kusd == one.building_kusd


def test_only_who_waits_opens_late() -> None:
    assert simulate(ONCE, waits=0.0).late_kusd == 0.0
    assert simulate(ONCE, waits=1.0).late_kusd > 5000.0
    assert simulate(STEP, waits=1.0) == simulate(STEP, waits=0.0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"plan": "Later"}, r"plan is 'Later', allowed are Step by step"),
        ({"at_once": "Cache"}, r"at_once is 'Cache', allowed are Single server"),
        ({"market": 999.0}, r"market is 999.0 customers, allowed is 1000.0 to"),
        ({"market": float("nan")}, "market is nan"),
        ({"spread": -0.1}, r"spread is -0.1, allowed is 0.0 to 4.0"),
        ({"growth": 0.0}, r"growth is 0.0 a month, allowed is 0.001 to 2.0"),
        ({"trigger": 1.1}, r"trigger is 1.1, allowed is 0.05 to 1.0"),
        ({"build_months": 0}, r"build_months is 0 months, allowed is 1 to 36"),
        ({"stride": 7}, r"stride is 7 stages, allowed is 1 to 6"),
        ({"waits": 1.5}, r"waits is 1.5, allowed is 0.0 to 1.0"),
        ({"margin": -1.0}, r"margin is -1.0 USD a month, allowed is 0.0 to 1000.0"),
    ],
)
def test_what_is_not_allowed_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(**{"plan": STEP, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"market": 1000.0, "spread": 0.0}, {"market": 1e9, "spread": 4.0, "growth": 2.0},
        {"growth": 0.001}, {"build_months": 36, "stride": 6}, {"trigger": 0.05, "stride": 6},
        {"at_once": "Sharding as well", "waits": 1.0, "build_months": 36}, {"margin": 0.0},
    ],
)  # fmt: skip
def test_the_ends_of_what_is_allowed(changed: dict[str, Any]) -> None:
    for plan in PLANS:
        assert simulate(plan, **changed).total_kusd >= 0.0
