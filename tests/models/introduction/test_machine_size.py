import doctest
from itertools import pairwise
from typing import Any

import pytest

from scalelab.facts.machines import MACHINES
from scalelab.models.introduction import machine_size
from scalelab.models.introduction.machine_size import PARTS, SIZES, SPARE_RULES, cheapest, offers

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("request_rate", (0.0, 1.1e7, NAN)), ("vcpu_rate", (0.0, 2e5)),
        ("contention_inside", (-0.1, 0.6)), ("coherency_inside", (-1e-9, 0.02)),
        ("contention_between", (-0.1, 0.6)), ("coherency_between", (-1e-9, 0.02)),
        ("agents_vcpus", (-0.1, 2.0)), ("charge_usd", (-1.0, 100_001.0)),
        ("allowed_hours", (0.0, 8761.0)), ("availability", (0.89, 1.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"request_rate": 1000.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            offers(**given)


def test_advice_and_unknown_rules() -> None:
    with pytest.raises(ValueError, match=r"^availability is 99.5, .*; a share, not a percentage"):
        offers(1000.0, availability=99.5)
    with pytest.raises(ValueError, match=r"^agents_vcpus is 2.0 vCPUs.*the smallest machine has 2"):
        offers(1000.0, agents_vcpus=2.0)
    with pytest.raises(ValueError, match=r"^spare_rule is 'Many', allowed are None, Enough when"):
        offers(1000.0, spare_rule="Many")


def test_a_load_that_nothing_carries_has_no_cheapest() -> None:
    found = offers(1e7)
    assert not any(offer.possible or offer.machines or offer.bill_usd for offer in found.values())
    with pytest.raises(ValueError, match=r"^no number of machines of any size carries this load"):
        cheapest(found)


def test_the_bill_is_the_machines_at_their_listed_price() -> None:
    found = offers(20_000.0, charge_usd=35.0)
    assert tuple(found) == SIZES == tuple(machine.vcpus for machine in MACHINES)
    for machine in MACHINES:
        offer = found[machine.vcpus]
        assert offer.bill_usd == pytest.approx(
            offer.machines * (730.0 * machine.price.value + 35.0), rel=1e-6
        )
        assert tuple(offer.parts_usd) == PARTS
        assert sum(offer.parts_usd.values()) == pytest.approx(offer.bill_usd)
    best = cheapest(found)
    assert best.bill_usd == min(offer.bill_usd for offer in found.values())


def test_a_rule_with_more_spares_is_dearer_and_safer() -> None:
    for size in SIZES:
        row = [offers(20_000.0, spare_rule=rule)[size] for rule in SPARE_RULES[:4]]
        assert [offer.spares for offer in row] == [0, 1, 2, 3]
        for fewer, more in pairwise(row):
            assert fewer.bill_usd < more.bill_usd
            assert fewer.short_hours > more.short_hours
            assert fewer.refused > more.refused
            assert fewer.left == more.left


def test_time_allowed_is_time_kept() -> None:
    for hours in (0.01, 1.0, 100.0):
        for offer in offers(
            20_000.0, spare_rule=SPARE_RULES[4], allowed_hours=hours
        ).values():  # fmt: skip
            assert offer.short_hours <= hours


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(machine_size).failed == 0
