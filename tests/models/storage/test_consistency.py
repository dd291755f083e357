import doctest
from typing import Any

import pytest

from scalelab.models.storage import consistency
from scalelab.models.storage.consistency import (
    AWS,
    COCKROACH_DEMO,
    LEVELS,
    OPERATIONS,
    Network,
    simulate,
)

NAN = float("nan")
ANY, LEADER, MAJORITY, QUORUM, ALL = LEVELS
READ, WRITE = OPERATIONS
STEADY: dict[str, Any] = {"jitter": 0.0, "slow_share": 0.0, "n_trials": 100, "n_runs": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n_replicas", (0, 6)),
        ("jitter", (-0.1, 10.1, NAN)),
        ("slow_share", (-0.1, 1.1, 5)),
        ("local_ms", (-0.1, 1001.0)),
        ("pause_ms", (-0.1, 60_001.0, NAN)),
        ("n_trials", (99, 1_000_001)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"n_trials": 100, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(ANY, READ, **given)


def test_too_many_trials_in_all() -> None:
    with pytest.raises(ValueError, match=r"^n_trials \* n_runs is 1000000000"):
        simulate(ANY, READ, n_trials=1_000_000, n_runs=1000)


@pytest.mark.parametrize(
    ("name", "known"),
    [("level", "Quorum"), ("operation", "Write"), ("client", "Tokyo"), ("leader", "Tokyo")],
)
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {"level": ANY, "operation": READ, name: "Atlantis"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Atlantis', allowed are .*{known}"):
        simulate(**given)


def test_a_network_has_a_round_trip_for_each_pair() -> None:
    with pytest.raises(ValueError, match=r"no round trip for \('a', 'c'\)"):
        Network(("a", "b", "c"), {("a", "b"): 1.0, ("b", "c"): 1.0})
    with pytest.raises(ValueError, match=r"^number of regions is 6, allowed is 2 to 5"):
        Network(tuple("abcdef"), {})
    with pytest.raises(ValueError, match=r"^round trip a to b is -1.0 ms"):
        Network(("a", "b"), {("a", "b"): -1.0})


def test_examples() -> None:
    assert doctest.testmod(consistency).failed == 0


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_range_s_ends_are_allowed(level: str, operation: str) -> None:
    nothing = simulate(
        level, operation, n_replicas=1, jitter=0, slow_share=0, local_ms=0, pause_ms=0,
        n_trials=100, n_runs=1,
    )  # fmt: skip
    assert nothing.p99 == 0.0
    late = simulate(
        level, operation, jitter=10, slow_share=1, local_ms=1000, pause_ms=60_000, n_trials=100,
        n_runs=1,
    )  # fmt: skip
    assert late.p50 > 60_000


def test_networks_of_fewer_regions() -> None:
    """The far-away regions that fill the table up are never asked."""
    east, west = (
        simulate(MAJORITY, WRITE, region, region, network=COCKROACH_DEMO, local_ms=0, **STEADY)
        for region in ("us-east1", "us-west1")
    )
    assert (east.p99, west.p99) == (64.0, 66.0)
    both = simulate(ALL, WRITE, "us-east1", "us-west1", network=COCKROACH_DEMO, **STEADY)
    assert both.p99 == 66.0 + 146.0
    with pytest.raises(ValueError, match="n_replicas is 4, allowed is 1 to 3"):
        simulate(ANY, READ, n_replicas=4, network=COCKROACH_DEMO)


def test_where_the_leader_is_decides_where_one_waits() -> None:
    home = simulate(LEADER, READ, "Sydney", "Sydney", **STEADY)
    abroad = simulate(LEADER, READ, "Sydney", "Virginia", **STEADY)
    assert (home.p50, abroad.p50) == (0.5, 230.0)
    assert simulate(ANY, READ, "Sydney", "Virginia", **STEADY).p50 == 0.5
    assert AWS.regions[0] == "Virginia"


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(QUORUM, READ, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
