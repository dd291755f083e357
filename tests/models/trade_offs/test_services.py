import doctest
from typing import Any

import pytest

from scalelab.facts.services import (
    DATACENTER_TAX,
    SHOPIFY_DEPLOYS,
    SHOPIFY_DEVELOPERS,
    SHOPIFY_MERGES,
    UBER_BATCH,
    UBER_CONFLICT,
)
from scalelab.kernels.trade_offs.services import MOST_BATCH
from scalelab.models.trade_offs import services
from scalelab.models.trade_offs.services import BAD, CONSTANTS, EACH, WAYS, compare
from scalelab.theory.trade_offs.services import bad_for

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("developers", (0, 401)), ("services", (0, 101)), ("tests_min", (0.0, 1001.0, NAN)),
        ("bad", (-0.1, 0.6, NAN)), ("pairs", (-0.1, 1.1)), ("operation", (-1.0, 6.0)),
        ("calls", (-1, 201)), ("rate_per_s", (0.0, 1.1e6)), ("heavy_gib", (-1.0, 16.0, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"developers": 15, "services": 8, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            compare(**given)


def test_a_share_is_not_a_percentage() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        compare(15, 8, bad=3.0)


def test_the_story() -> None:
    found = compare(15, 8)
    assert tuple(found.ways) == WAYS
    one, modular, many = found.ways.values()
    assert one.changes_per_week > modular.changes_per_week > many.changes_per_week
    assert one.usd_per_month == modular.usd_per_month < many.usd_per_month
    assert one.added_ms == modular.half_done == 0.0
    assert many.added_ms == pytest.approx(8.75 * 0.75)
    assert many.crossing == pytest.approx(0.175)
    assert (found.modules_from, found.over_monolith_from, found.services_from) == (66, 132, 251)
    assert pytest.approx(3.2) == EACH


def test_figures_that_others_published() -> None:
    """Calls are less than all that Google counts with them; Google's people change most."""
    assert 0.2 < compare(15, 8).ways["Services"].call_share < DATACENTER_TAX.value
    assert 5.0 * SHOPIFY_MERGES.value / SHOPIFY_DEVELOPERS.value < EACH
    # Uber's batches, in the round number that is the default.
    assert round(bad_for(UBER_CONFLICT.value, UBER_BATCH), 2) == BAD
    assert SHOPIFY_MERGES.value / SHOPIFY_DEPLOYS.value == MOST_BATCH


def test_what_is_not_there_is_none() -> None:
    found = compare(300, 8)
    assert found.ways["Monolith"].hours_to_merge is None
    assert found.ways["Services"].hours_to_merge is not None
    assert compare(15, 40).services_from is None
    assert compare(15, 1).over_monolith_from is None
    idle = compare(5, 40, operation=1.0).ways["Services"]
    assert idle.changes_per_week == 0.0
    assert idle.hours_to_merge is None


def test_constants_are_in_the_order_of_the_kernel() -> None:
    code = services.kernels.services.py_func.__code__
    assert code.co_varnames[9 : code.co_argcount] == tuple(CONSTANTS)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(services).failed == 0
