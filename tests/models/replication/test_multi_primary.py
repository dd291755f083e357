import doctest
from typing import Any

import pytest

from scalelab.facts.latency import VIRGINIA_IRELAND_ROUND_TRIP
from scalelab.models.replication import multi_primary
from scalelab.models.replication.multi_primary import FAR_MS, HANDLINGS, LOADS, ceiling, simulate
from scalelab.theory.replication import multi_primary as theory

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("primaries", (0, 1001)),
        ("order_rate", (0.0, 2e5, NAN)),
        ("actions", (0, 101)),
        ("rows", (1, 10**10)),
        ("delay_ms", (-1.0, 600_001.0, NAN)),
        ("at_home", (-0.1, 90, NAN)),
        ("hot_share", (-0.1, 1.1, NAN)),
        ("hot_rows", (0, 10_000)),
        ("n_orders", (0, 10_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"primaries": 4}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


@pytest.mark.parametrize("name", ["load", "spread", "handling"])
def test_names_that_are_not_known(name: str) -> None:
    unknown: dict[str, Any] = {name: "Both"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Both', allowed are "):
        simulate(4, **unknown)


def test_advice() -> None:
    with pytest.raises(ValueError, match="a share, not a percentage"):
        simulate(4, at_home=90)
    with pytest.raises(ValueError, match="updates on their way; choose a shorter delay"):
        simulate(1000, 100_000, delay_ms=600_000)
    with pytest.raises(ValueError, match=r"apply_share is 50.*a share, not a percentage"):
        ceiling(4, 50)
    with pytest.raises(ValueError, match=r"primaries is 0"):
        ceiling(0, 0.5)


def test_examples() -> None:
    assert doctest.testmod(multi_primary).failed == 0


def test_the_range_s_ends_are_allowed() -> None:
    all_of_them = simulate(
        1000, 100.0, actions=100, rows=2, delay_ms=10.0, hot_share=1.0, n_orders=50, n_runs=1
    )
    assert all_of_them.conflict_share == 1.0
    nobody = simulate(1, 0.001, rows=10**9, delay_ms=600_000.0, n_orders=1, n_runs=1)
    assert nobody.conflict_rate == 0.0
    assert simulate(1000, 0.001, delay_ms=0.0, n_orders=100, n_runs=1).conflict_rate == 0.0


def test_the_ceiling_is_the_theory_s() -> None:
    for n in (1, 2, 16, 1000):
        for apply_share in (0.0, 0.3, 1.0):
            assert ceiling(n, apply_share) == pytest.approx(theory.ceiling(n, apply_share))


def test_loads_and_delays() -> None:
    assert VIRGINIA_IRELAND_ROUND_TRIP.value == 2.0 * FAR_MS
    each, total = (simulate(4, load=load, n_orders=20_000) for load in LOADS)
    assert (each.order_rate, total.order_rate) == (2000.0, 500.0)
    # A quarter of the orders: a sixteenth of the pairs.
    assert total.conflict_rate == pytest.approx(each.conflict_rate / 16.0, rel=0.15)


def test_who_aborts_is_in_nobody_s_way() -> None:
    kept, aborted = (
        simulate(8, rows=1000, handling=handling, n_orders=20_000) for handling in HANDLINGS
    )
    assert aborted.conflict_share < 0.8 * kept.conflict_share


def test_one_seed_gives_one_result() -> None:
    again = [simulate(4, seed=seed) for seed in (5, 5, 60)]
    assert again[0] == again[1] != again[2]
