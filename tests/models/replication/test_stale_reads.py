import doctest
from typing import Any

import numpy as np
import pytest

from scalelab.facts import lag, staleness
from scalelab.models.replication import stale_reads
from scalelab.models.replication.stale_reads import LAWS, PIN_MS, SYSTEMS, TAILS, one_read, simulate

NAN = float("nan")
RANDOM, STICKY, PINNED, WAITING, PRIMARY = SYSTEMS
SHARED = [
    ("n_replicas", (0, 101)),
    ("mean_lag_ms", (0.0, 1_000_001.0, NAN)),
    ("straggler", (0.9, 1001.0, NAN)),
    ("together", (-0.1, 1.1, 5)),
    ("n_sessions", (0, 1_000_001)),
    ("n_runs", (0, 1001)),
]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *SHARED,
        ("first_ms", (-1.0, 1_000_001.0, NAN)),
        ("think_ms", (-1.0, 1_000_001.0)),
        ("n_reads", (0, 1001)),
        ("pin_ms", (-1.0, 1_000_001.0)),
        ("timeout_ms", (-1.0, 1_000_001.0, NAN)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_sessions": 10, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(RANDOM, **given)


@pytest.mark.parametrize(("name", "values"), [*SHARED, ("n_points", (1, 1001))])
def test_the_curve_checks_the_same(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_sessions": 10, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            one_read(**given)


def test_too_many_sessions_in_all() -> None:
    with pytest.raises(ValueError, match=r"^n_sessions \* n_runs is 1000000000"):
        simulate(RANDOM, n_sessions=1_000_000, n_runs=1000)


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^system is 'Quorum', allowed are .*Sticky replica"):
        simulate("Quorum")
    with pytest.raises(ValueError, match=r"^law is 'Pareto', allowed are .*Exponential"):
        simulate(RANDOM, law="Pareto")
    with pytest.raises(ValueError, match=r"^law is 'Pareto'"):
        one_read(law="Pareto")


def test_examples() -> None:
    assert doctest.testmod(stale_reads).failed == 0


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_ranges_ends_are_allowed(system: str, law: str) -> None:
    quick = simulate(
        system, 1, law, mean_lag_ms=0.1, first_ms=1e6, think_ms=0, n_reads=1, pin_ms=0,
        timeout_ms=0, n_sessions=1, n_runs=1,
    )  # fmt: skip
    assert quick.missed == quick.wait_mean == 0.0
    slow = simulate(
        system, 100, law, mean_lag_ms=1e6, straggler=1000, together=1, first_ms=0, think_ms=1e6,
        n_reads=2, pin_ms=1e6, timeout_ms=1e6, n_sessions=100, n_runs=1,
    )  # fmt: skip
    assert np.isfinite(list(vars(slow).values())).all()


def test_each_system_s_promise() -> None:
    """In one world, what it costs and what it leaves."""
    found = {system: simulate(system, mean_lag_ms=600.0) for system in SYSTEMS}
    assert found[RANDOM].gone > 0.03
    assert found[STICKY].gone == 0.0
    assert found[STICKY].stale == pytest.approx(found[RANDOM].stale, rel=0.1)
    assert 0.0 < found[PINNED].missed < 0.1 * found[RANDOM].missed
    assert found[PINNED].at_primary == pytest.approx(0.2)
    assert found[WAITING].missed == 0.0
    assert found[WAITING].at_primary < 0.02
    assert found[WAITING].wait_mean > 10.0
    assert found[PRIMARY].at_primary == 1.0


def test_the_curve_is_one_read() -> None:
    for point in one_read(n_points=5, law=LAWS[1]):
        assert point.stale_low <= point.stale <= point.stale_high
        assert point.expected == pytest.approx(np.exp(-point.time_s / 0.2))
    times = [point.time_s for point in one_read(n_points=3, mean_lag_ms=1000.0)]
    assert times == pytest.approx([0.1, np.sqrt(0.1 * 50.0), 50.0])


def test_the_numbers_are_the_facts() -> None:
    assert pytest.approx((0.15, 0.01, 0.002)) == TAILS
    assert lag.TAO_BELOW_1_S.value == 0.85
    assert staleness.RAILS_PIN.value * 1000.0 == PIN_MS


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(RANDOM, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
