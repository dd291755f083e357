import doctest
from typing import Any

import pytest

from scalelab.models.replication import failover
from scalelab.models.replication.failover import FENCINGS, VOTINGS, simulate

NAN = float("nan")
CALM: dict[str, Any] = {"loss": 0.0, "pauses": 0.0, "crashes": 0.0}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("timeout_s", (0.0, 3601.0, NAN)),
        ("heartbeat_s", (0.0, 61.0, NAN)),
        ("loss", (-0.1, 0.91, 1)),
        ("pauses", (-1.0, 10_001.0)),
        ("pause_s", (0.0, 601.0, NAN)),
        ("crashes", (-1.0, 101.0)),
        ("promotion_s", (-1.0, 3601.0)),
        ("replay_s", (-1.0, 3601.0)),
        ("write_rate", (-1.0, 1_000_001.0)),
        ("lease_s", (-1.0, 3601.0)),
        ("clock_error_s", (-0.1, 61.0)),
        ("reconnect_s", (-0.1, 601.0)),
        ("tail", (1.0, 5.1)),
        ("wait_s", (0.0, 61.0)),
        ("broadcast_s", (-0.1, 0.1)),
        ("years", (0.0, 1001.0)),
        ("n_runs", (0, 1001)),
        ("most_runs", (9, 100_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**given)


def test_too_many_pauses_in_all() -> None:
    with pytest.raises(ValueError, match=r"^pauses \* years \* n_runs is 20000000.*fewer years"):
        simulate(pauses=1000.0, years=1000.0, n_runs=20)


@pytest.mark.parametrize(
    ("name", "known"), [("voting", "one manager"), ("fencing", "Lease")]
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {name: "Whatever"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Whatever', allowed are .*{known}"):
        simulate(**given)


def test_examples() -> None:
    assert doctest.testmod(failover).failed == 0


@pytest.mark.parametrize("voting", VOTINGS)
@pytest.mark.parametrize("fencing", FENCINGS)
def test_the_range_s_ends_are_allowed(voting: str, fencing: str) -> None:
    nothing = simulate(
        0.1, heartbeat_s=0.05, pause_s=0.001, promotion_s=0, replay_s=0, voting=voting,
        write_rate=0, fencing=fencing, lease_s=0, clock_error_s=0, reconnect_s=0, tail=1.1,
        wait_s=0.001, broadcast_s=0, years=0.1, n_runs=1, most_runs=10, **CALM,
    )  # fmt: skip
    assert (nothing.minutes, nothing.rto, nothing.availability) == (0.0, 0.0, 1.0)
    much = simulate(
        3600, heartbeat_s=60, loss=0.9, pauses=10_000, pause_s=600, crashes=100,
        promotion_s=3600, replay_s=3600, voting=voting, write_rate=1e6, fencing=fencing,
        lease_s=3600, clock_error_s=60, reconnect_s=600, tail=5, wait_s=60, broadcast_s=30,
        years=0.1, n_runs=1, most_runs=10,
    )  # fmt: skip
    assert much.minutes > 10_000.0
    assert 0.0 <= much.availability < 1.0


def test_a_crash_by_hand() -> None:
    """Half a heartbeat has passed on average: 29.5 s of 30, and 10 for the promotion."""
    found = simulate(
        30.0, loss=0.0, pauses=0.0, crashes=100.0, promotion_s=10.0, replay_s=0.0, reconnect_s=0.0
    )
    assert found.detection == pytest.approx(29.5, abs=0.05)
    assert found.rto == pytest.approx(found.detection + 10.0)
    assert found.election == found.false_failovers == found.wrong_writes == 0.0


def test_a_time_out_shorter_than_a_heartbeat_is_one_heartbeat() -> None:
    assert simulate(1.0, heartbeat_s=5.0) == simulate(5.0, heartbeat_s=5.0)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(seed=seed) for seed in (5, 5, 6))
    assert first == again != other
