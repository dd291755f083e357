import doctest
from typing import Any

import pytest

from scalelab.models.replication import durability
from scalelab.models.replication.durability import (
    MODES,
    PLACEMENTS,
    PROMOTIONS,
    TROUBLES,
    simulate,
)

NAN = float("nan")
ASYNCHRONOUS, SEMI, ONE, ANY, ALL = MODES
STEADY: dict[str, Any] = {"jitter": 0.0, "stall_share": 0.0, "n_trials": 100, "n_runs": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("commit_rate", (-1.0, 1_000_001.0, NAN)),
        ("n_replicas", (0, 6)),
        ("k", (0, 6)),
        ("flush_ms", (-0.1, 1001.0, NAN)),
        ("jitter", (-0.1, 10.1, NAN)),
        ("stall_share", (-0.1, 1.1, 2)),
        ("stall_ms", (-0.1, 600_001.0)),
        ("timeout_s", (0.0, 1_000_001.0, NAN)),
        ("die_with", (-1, 5)),
        ("near_ms", (-0.1, 60_001.0)),
        ("zone_ms", (-0.1, 60_001.0)),
        ("region_ms", (-0.1, 60_001.0)),
        ("slow_ms", (-0.1, 60_001.0)),
        ("down_s", (-0.1, 1_000_001.0)),
        ("n_trials", (99, 1_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_trials": 100, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(ANY, **given)


def test_too_many_trials_in_all() -> None:
    with pytest.raises(ValueError, match=r"^n_trials \* n_runs is 1000000000"):
        simulate(ANY, n_trials=1_000_000, n_runs=1000)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("mode", "Any k"),
        ("placement", "other zones"),
        ("trouble", "It is down"),
        ("promotion", "The first"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {"mode": ANY, name: "Whatever"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Whatever', allowed are .*{known}"):
        simulate(**given)


def test_examples() -> None:
    assert doctest.testmod(durability).failed == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("promotion", PROMOTIONS)
def test_the_range_s_ends_are_allowed(mode: str, trouble: str, promotion: str) -> None:
    nothing = simulate(
        mode, commit_rate=0, n_replicas=1, flush_ms=0, jitter=0, stall_share=0, stall_ms=0,
        timeout_s=0.001, trouble=trouble, promotion=promotion, near_ms=0, zone_ms=0, region_ms=0,
        slow_ms=0, down_s=0, n_trials=100, n_runs=1,
    )  # fmt: skip
    assert (nothing.p99, nothing.lost, nothing.lost_p99, nothing.nothing) == (0.0, 0.0, 0.0, 1.0)
    much = simulate(
        mode, commit_rate=1e6, n_replicas=5, k=5, flush_ms=1000, jitter=10, stall_share=1,
        stall_ms=600_000, timeout_s=1e6, trouble=trouble, die_with=4, promotion=promotion,
        near_ms=60_000, zone_ms=60_000, region_ms=60_000, slow_ms=60_000, down_s=1e6, n_trials=100,
        n_runs=1,
    )  # fmt: skip
    assert much.p50 > 1000.0


@pytest.mark.parametrize(
    ("placement", "wait"),
    [
        (PLACEMENTS[0], 0.5 + 1.0), (PLACEMENTS[1], 2.0 + 1.0), (PLACEMENTS[2], 80.0 + 1.0),
        (PLACEMENTS[3], 80.0 + 1.0),
    ],
)  # fmt: skip
def test_without_chance_a_commit_takes_a_round_trip_and_two_flushes(
    placement: str, wait: float
) -> None:
    trips = {"near_ms": 0.5, "zone_ms": 2.0, "region_ms": 80.0}
    found = simulate(ALL, placement=placement, **trips, **STEADY)
    assert found.p50 == found.p99 == pytest.approx(1.0 + wait)
    if placement == PLACEMENTS[3]:
        assert simulate(ANY, placement=placement, **trips, **STEADY).p99 == pytest.approx(2.5)


def test_little_by_hand() -> None:
    """2,000 commits a second and a lag of 3 ms: six are on their way."""
    found = simulate(
        ASYNCHRONOUS, commit_rate=2000, n_replicas=1, flush_ms=2.0, zone_ms=2.0, **STEADY
    )
    assert found.lost == pytest.approx(6.0)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(ANY, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
