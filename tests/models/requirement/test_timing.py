import doctest
import math
from typing import Any

import pytest

from scalelab.models.requirement import timing
from scalelab.models.requirement.timing import NAMES, TRIGGERS, simulate

NAN = float("nan")
STEADY: dict[str, Any] = {"takes_off": 1.0, "uncertainty": 0.0, "n_paths": 10, "n_runs": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("takes_off", (-0.1, 1.1, 50, NAN)),
        ("growth", (-0.1, 1.1, 8, NAN)),
        ("uncertainty", (-0.1, 1.1, NAN)),
        ("lead_months", (-1, 61)),
        ("build", (-1.0, 1e7, NAN)),
        ("carrying", (-1.0, 1e6, NAN)),
        ("loss", (-1.0, 1e7, NAN)),
        ("capacity", (1.0, 0.5, 20_000.0, NAN)),
        ("horizon_months", (1, 241)),
        ("n_paths", (9, 1_000_001)),
        ("n_runs", (0, 101)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_paths": 10, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**given)


def test_too_many_futures_in_all() -> None:
    with pytest.raises(ValueError, match=r"^n_paths \* n_runs is 100000000"):
        simulate(n_paths=1_000_000, n_runs=100)


def test_the_way_out_is_named() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(takes_off=50)
    with pytest.raises(ValueError, match=r"8 % is 0\.08"):
        simulate(growth=8)
    with pytest.raises(ValueError, match="today it is enough"):
        simulate(capacity=0.5)


def test_examples() -> None:
    assert doctest.testmod(timing).failed == 0


def test_policies_are_in_order_and_found_by_their_triggers() -> None:
    found = simulate(n_paths=50)
    triggers = [policy.trigger for policy in found.policies]
    assert triggers == [0.0, *TRIGGERS, math.inf]
    assert [policy.name for policy in found.policies] == list(NAMES)
    assert found.day_one.name == "on day one"
    assert found.broke.name == "at 100% of capacity"
    assert found.never.name == "never"
    assert found.at(0.52).trigger == 0.5
    assert found.at(7.0).trigger == 1.5
    assert found.best in found.policies
    assert found.best.total == min(policy.total for policy in found.policies)


def test_ends_of_the_ranges_are_allowed() -> None:
    small = simulate(0, 0, 0, 0, 0, 0, 0, 1.01, 2, 10, 1)
    assert small.never_needed == 1.0
    assert all(policy.total == 0.0 for policy in small.policies)
    assert small.best.name == "never"
    large = simulate(1, 1, 1, 60, 1e6, 1e5, 1e6, 1e4, 240, 10, 1)
    assert all(math.isfinite(policy.total) for policy in large.policies)
    assert all(math.isfinite(load) for load in large.p90)


def test_a_shop_by_hand() -> None:
    """It doubles each quarter or so: 26 % a month, 8 times today's load after nine months."""
    shop = {"growth": 2 ** (1 / 3) - 1, "capacity": 7.99, "lead_months": 3, "build": 100.0,
            "carrying": 10.0, "loss": 500.0, "horizon_months": 12}  # fmt: skip
    found = simulate(**{**STEADY, **shop})
    # Half of the capacity in month 6: ready in month 9, when it is full; three months are left.
    assert found.at(0.5).total == pytest.approx(100.0 + 3 * 10.0)
    assert found.at(0.5).failing == found.at(0.5).early == 0.0
    # Three months of overload in twelve, whether it is built when it broke or never.
    assert found.broke.total == pytest.approx(100.0 + 3 * 500.0)
    assert found.never.total == pytest.approx(3 * 500.0)
    assert found.day_one.early == pytest.approx(6 * 10.0)
    assert found.months == (0, 2, 4, 6, 8, 10)
    assert found.p10[3] == found.p90[3] == pytest.approx(4.0 / 7.99)


def test_what_stays_small_makes_all_of_it_for_nothing() -> None:
    found = simulate(takes_off=0.0, uncertainty=0.0, n_paths=10)
    assert found.never_needed == 1.0
    assert found.day_one.total == found.day_one.nothing == pytest.approx(300.0 + 42 * 20.0)
    assert found.best.total == 0.0


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(n_paths=20, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
