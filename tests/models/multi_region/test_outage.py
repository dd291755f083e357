import doctest
from typing import Any

import pytest

from scalelab.models.multi_region import outage
from scalelab.models.multi_region.outage import INCIDENTS, OLD_LEADERS, STRATEGIES, simulate
from scalelab.models.storage.consistency import AWS, COCKROACH_DEMO

ASYNC, MAJORITY, LEADERLESS, LOCAL = STRATEGIES
LOST, CUT, SLOW = INCIDENTS
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("break_s", (-1.0, 3601.0, NAN)),
        ("request_rate", (0.0, 20_000.0, NAN)),
        ("write_share", (-0.1, 1.1)),
        ("n_keys", (0, 100_001)),
        ("skew", (-0.1, 3.1)),
        ("lag_ms", (-1.0, 600_001.0)),
        ("detection_s", (-1.0, 3601.0)),
        ("promotion_s", (-1.0, 3601.0)),
        ("election_s", (-1.0, 3601.0)),
        ("k_w", (0, 6)),
        ("k_r", (0, 6)),
        ("slower", (0.9, 1001.0)),
        ("timeout_ms", (0.5, 600_001.0)),
        ("local_ms", (-1.0, 1001.0)),
        ("before_s", (-1.0, 3601.0)),
        ("duration_s", (0.5, 3601.0)),
        ("n_runs", (0, 10_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(ASYNC, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("strategy", "Leaderless"), ("incident", "Cut off"), ("hit", "Tokyo"),
        ("leader", "Virginia"), ("old_leader", "Goes on"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {"strategy": ASYNC, name: "Atlantis"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Atlantis', allowed are .*{known}"):
        simulate(**given)


def test_more_copies_than_regions_says_why() -> None:
    with pytest.raises(ValueError, match=r"k_w is 4, allowed is 1 to 3; .*one copy in each"):
        simulate(LEADERLESS, network=COCKROACH_DEMO, k_w=4)


def test_examples() -> None:
    assert doctest.testmod(outage).failed == 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_range_s_ends_are_allowed(strategy: str) -> None:
    quiet = simulate(
        strategy, break_s=0, request_rate=0.01, write_share=0, n_keys=1, skew=0, lag_ms=0,
        detection_s=0, promotion_s=0, k_w=1, k_r=1, election_s=0, slower=1, timeout_ms=1,
        local_ms=0, before_s=0, duration_s=1, n_runs=1,
    )  # fmt: skip
    assert quiet.requests <= 5
    busy = simulate(
        strategy, LOST, break_s=3600, request_rate=300, write_share=1, n_keys=100_000, skew=3,
        lag_ms=600_000, detection_s=3600, promotion_s=3600, k_w=5, k_r=5, election_s=3600,
        slower=1000, timeout_ms=600_000, local_ms=1000, before_s=0, duration_s=5, n_runs=1,
    )  # fmt: skip
    assert busy.stale == 0.0
    assert busy.served + busy.lost + busy.refused == pytest.approx(1.0)


def test_each_region_answers_for_itself() -> None:
    """Tokyo is cut off: its customers alone are refused, and writes alone where reads are local."""
    found = {s: simulate(s, hit="Tokyo", write_share=0.25) for s in STRATEGIES}
    for strategy, there in ((MAJORITY, 0.0), (LEADERLESS, 0.0), (LOCAL, 1.0)):
        answered = found[strategy].answered_in
        assert answered == {r: there if r == "Tokyo" else 1.0 for r in AWS.regions}
    reads = found[ASYNC].answered_in.pop("Tokyo")
    assert reads == pytest.approx(0.75, abs=0.04)
    assert set(found[ASYNC].answered_in.values()) == {1.0}


def test_latency_of_a_majority_by_hand() -> None:
    """Reads 0.5 ms and the way to Virginia; writes the second nearest copy on top."""
    away = [0.0, 86.98, 80.55, 145.3, 230.0]
    read = 0.5 + sum(away) / 5
    for share, wanted in ((0.0, read), (1.0, read + 86.98)):
        found = simulate(MAJORITY, break_s=0.0, write_share=share, n_runs=20)
        assert found.before_ms == pytest.approx(wanted, rel=0.02)
    # Ireland is next to Virginia, and its round trips to the others, and to the second of them.
    led = simulate(MAJORITY, write_share=1.0, n_runs=20)
    heard = [80.55, 137.0, 0.0, 212.4, 309.6]
    assert led.after_ms == pytest.approx(0.5 + sum(heard) / 5 + 137.0, rel=0.02)


def test_who_gives_up_waiting_is_refused() -> None:
    """Sydney is 230 ms from the leader; ten times that is too long, and nobody is replaced."""
    slow = simulate(MAJORITY, SLOW, write_share=0.0)
    assert slow.answered_in["Sydney"] == slow.answered_in["Tokyo"] == 0.0
    assert slow.answered_in["Ireland"] == 1.0
    patient = simulate(MAJORITY, SLOW, write_share=0.0, timeout_ms=3000.0)
    assert patient.refused == 0.0
    assert patient.during_ms > 5 * patient.before_ms


def test_an_old_leader_that_stops_loses_less_and_refuses_more() -> None:
    goes_on, stops = (simulate(ASYNC, old_leader=name) for name in OLD_LEADERS)
    assert stops.writes_lost < 0.5 * goes_on.writes_lost
    assert stops.requests_refused > goes_on.requests_refused
    assert simulate(ASYNC, LOST, old_leader=OLD_LEADERS[0]) == simulate(
        ASYNC, LOST, old_leader=OLD_LEADERS[1]
    )


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(LOCAL, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
