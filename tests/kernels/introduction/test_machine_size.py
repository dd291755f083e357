"""The table against machines that are counted one by one, and against what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.introduction import machine_size_reference as plain

from scalelab.facts import machines as facts
from scalelab.kernels.introduction import machine_size as kernels
from scalelab.kernels.introduction.machine_size import (
    BETWEEN,
    BILL,
    CHEAPEST,
    FAMILY,
    FOR_THE_TIME,
    IDLE,
    IN_FAMILY,
    INSIDE,
    LEFT,
    LOAD,
    MACHINES,
    MOST,
    ONE,
    OWN,
    POSSIBLE,
    REFUSED,
    SHORT,
    SIZES,
    SPARE,
    SPARE_SHARE,
    SPARES,
    VCPUS,
    WIDTH,
    WORK,
    WORKING,
    machine_size,
)
from scalelab.kernels.jit import Table

STORY: dict[str, Any] = {
    "request_rate": 20_000.0, "vcpu_rate": 100.0, "sigma_inside": 0.002, "kappa_inside": 1e-6,
    "sigma_between": 0.002, "kappa_between": 2e-6, "agents_vcpus": 0.5, "charge_usd": 20.0,
    "spare_rule": 1, "allowed_hours": 1.0, "availability": 0.995, "family_price": 0.05,
    "first_price": 60.0, "second_price": 130.0,
}  # fmt: skip
worlds = st.fixed_dictionaries({
    "request_rate": st.sampled_from([1.0, 100.0, 3000.0, 20_000.0, 150_000.0, 1e6]),
    "vcpu_rate": st.sampled_from([10.0, 100.0, 1000.0]),
    "sigma_inside": st.sampled_from([0.0, 0.002, 0.05]),
    "kappa_inside": st.sampled_from([0.0, 1e-6, 1e-4]),
    "sigma_between": st.sampled_from([0.0, 0.002, 0.05, 0.5]),
    "kappa_between": st.sampled_from([0.0, 2e-6, 1e-4, 0.01]),
    "agents_vcpus": st.sampled_from([0.0, 0.5, 1.5]),
    "charge_usd": st.sampled_from([0.0, 20.0, 1000.0]),
    "spare_rule": st.integers(0, FOR_THE_TIME),
    "allowed_hours": st.sampled_from([0.01, 1.0, 100.0]),
    "availability": st.sampled_from([0.9, 0.995, 0.9999]),
})  # fmt: skip


def table(**changed: Any) -> Table:
    return machine_size(*{**STORY, **changed}.values())


def test_the_sizes_are_those_that_have_a_price() -> None:
    assert tuple(machine.vcpus for machine in facts.MACHINES) == SIZES
    assert len(facts.FAMILY) == IN_FAMILY
    assert facts.HOURS_PER_MONTH == kernels.HOURS_PER_MONTH


@settings(max_examples=25, deadline=None)
@given(world=worlds)
@example(world={"request_rate": 31_000.0})  # as many of the smallest as help just carry it
@example(world={"sigma_between": 0.0, "kappa_between": 0.0, "request_rate": 1_500_000.0})
def test_the_fewest_machines_are_the_first_that_carry_the_load(world: dict[str, Any]) -> None:
    given_ = {**STORY, **world}
    inside = plain.Law(given_["sigma_inside"], given_["kappa_inside"])
    between = plain.Law(given_["sigma_between"], given_["kappa_between"])
    load = given_["request_rate"]
    for row in table(**world):
        v = row[VCPUS]
        one = given_["vcpu_rate"] * inside.of(1.0, v) * (v - given_["agents_vcpus"]) / v
        assert row[ONE] == pytest.approx(one, rel=1e-12)
        first = plain.first_that_carries(load, row[ONE], between)
        assert row[POSSIBLE] == (first is not None)
        assert row[WORKING] == (first or 0)
        if row[VCPUS] in (2.0, 96.0):
            assert row[MOST] == pytest.approx(plain.best_of_all(row[ONE], between), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(world=worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    found = table(**world)
    assert found.shape == (len(SIZES), WIDTH)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    assert found[:, LOAD].tolist() == [world["request_rate"]] * len(SIZES)
    carries = found[found[:, POSSIBLE] == 1.0]
    parts = carries[:, [WORK, INSIDE, OWN, BETWEEN, IDLE, SPARE]]
    np.testing.assert_allclose(parts.sum(axis=1), carries[:, BILL], rtol=1e-9)
    assert (carries[:, MACHINES] == carries[:, WORKING] + carries[:, SPARES]).all()
    assert (carries[:, LEFT] < 1.0).all()
    assert (carries[:, SPARE_SHARE] * carries[:, MACHINES]).tolist() == pytest.approx(
        carries[:, SPARES].tolist()
    )
    assert (carries[:, REFUSED] <= carries[:, SHORT] / kernels.HOURS_PER_YEAR * (1 + 1e-12)).all()
    if world["spare_rule"] == FOR_THE_TIME:
        assert (carries[:, SHORT] <= world["allowed_hours"]).all()
    else:
        assert (carries[:, SPARES] == world["spare_rule"]).all()
    # What one machine does, and what as many as help do, need not grow with its size, but either
    # both are enough or neither's number is.
    assert ((found[:, MOST] >= found[:, LOAD]) == (found[:, POSSIBLE] == 1.0)).all()
    cannot = found[found[:, POSSIBLE] == 0.0]
    assert not cannot[:, WORKING : LEFT + 1].any()
    assert (cannot[:, SHORT] == kernels.HOURS_PER_YEAR).all()
    assert (cannot[:, REFUSED] == 1.0).all()
    if len(carries):
        assert found[:, CHEAPEST].sum() == 1.0
        assert found[found[:, CHEAPEST] == 1.0][0, BILL] == carries[:, BILL].min()
    else:
        assert not found[:, CHEAPEST].any()


@pytest.mark.parametrize("availability", ["0.9", "0.995", "0.9999"])
@pytest.mark.parametrize("rule", [0, 1, 3, FOR_THE_TIME])
@pytest.mark.parametrize("load", [500.0, 20_000.0])
def test_states_counted_one_by_one(availability: str, rule: int, load: float) -> None:
    """Exact fractions against a sum from the middle: the tails are many decades apart."""
    up = Fraction(availability)
    between = plain.Law(STORY["sigma_between"], STORY["kappa_between"])
    found = table(request_rate=load, availability=float(up), spare_rule=rule)
    for row in found:
        working, spares = int(row[WORKING]), int(row[SPARES])
        if rule == FOR_THE_TIME:
            assert spares == plain.spares_for(working, up, 1.0 / kernels.HOURS_PER_YEAR)
        short = plain.too_few(working, spares, up)
        assert row[SHORT] / kernels.HOURS_PER_YEAR == pytest.approx(short, rel=1e-9, abs=1e-300)
        lost = plain.refused(load, row[ONE], between, working, spares, up)
        assert row[REFUSED] == pytest.approx(lost, rel=1e-6, abs=1e-14)


def test_a_load_that_is_just_carried_takes_no_machine_more() -> None:
    """The root is off by a last digit to either side; the number of machines is not."""
    one = table()[0, ONE]
    between = plain.Law(STORY["sigma_between"], STORY["kappa_between"])
    for m in range(1, 300):
        load = between.of(one, m)
        assert table(request_rate=load)[0, WORKING] == m
        assert table(request_rate=np.nextafter(load, np.inf))[0, WORKING] == m + 1


def test_one_large_machine_and_its_spare() -> None:
    """Half of the bill is for the spare; both are down for the square of one's down time."""
    row = table()[SIZES.index(384)]
    assert (row[WORKING], row[SPARES], row[SPARE_SHARE], row[LEFT]) == (1.0, 1.0, 0.5, 0.0)
    assert row[SHORT] == pytest.approx(8760.0 * 0.005**2, rel=1e-9)
    assert row[REFUSED] == pytest.approx(0.005**2, rel=1e-9)
    assert row[BILL] == pytest.approx(2 * (384 * 0.05 * 730.0 + 20.0))


def test_nothing_lost_is_a_straight_line() -> None:
    """No losses, no charge, no spares: each size costs the same, up to the last machine."""
    found = table(
        sigma_inside=0.0, kappa_inside=0.0, sigma_between=0.0, kappa_between=0.0, agents_vcpus=0.0,
        charge_usd=0.0, spare_rule=0, request_rate=76_800.0,
    )[:IN_FAMILY]  # fmt: skip
    np.testing.assert_allclose(found[:, BILL], 768 * 0.05 * 730.0, rtol=1e-12)
    np.testing.assert_allclose(found[:, [INSIDE, OWN, BETWEEN, IDLE, SPARE]], 0.0, atol=1e-9)
    assert found[:, WORKING].tolist() == [768 / v for v in SIZES[:IN_FAMILY]]


def test_only_the_largest_two_have_prices_of_their_own() -> None:
    found = table()
    assert found[:, FAMILY].tolist() == [1.0] * IN_FAMILY + [0.0] * 2
    monthly = found[:, BILL] / found[:, MACHINES] - 20.0
    expected = [0.05 * v * 730.0 for v in SIZES[:IN_FAMILY]] + [60.0 * 730.0, 130.0 * 730.0]
    np.testing.assert_allclose(monthly, expected, rtol=1e-12)


def test_a_load_beyond_all_help() -> None:
    found = table(request_rate=1e7)
    assert not found[:, POSSIBLE].any()
    assert not found[:, CHEAPEST].any()
    assert not found[:, BILL].any()
    assert (found[:, ONE] > 0.0).all()


def test_more_of_anything_bad_costs_more() -> None:
    before = table()
    for change in (
        {"sigma_inside": 0.004}, {"kappa_inside": 1e-5}, {"sigma_between": 0.004},
        {"kappa_between": 1e-5}, {"agents_vcpus": 1.0}, {"charge_usd": 50.0}, {"spare_rule": 2},
        {"request_rate": 30_000.0}, {"family_price": 0.06, "first_price": 61.0},
    ):  # fmt: skip
        after = table(**change)
        both = (before[:, POSSIBLE] == 1.0) & (after[:, POSSIBLE] == 1.0)
        assert (after[both, BILL] >= before[both, BILL] - 1e-9).all(), change
        assert after[:, BILL].sum() > before[:, BILL].sum() or not both.all(), change
