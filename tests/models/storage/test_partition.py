import doctest
from typing import Any

import pytest

from scalelab.models.storage import partition
from scalelab.models.storage.partition import BROKEN, MERGES, SYSTEMS, simulate

CP, AP, SINGLE = SYSTEMS
NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("minority", (-0.1, 1.1, 30, NAN)),
        ("break_s", (-1.0, 91.0, NAN)),
        ("request_rate", (0.0, 20_000.0, NAN)),
        ("write_share", (-0.1, 1.1)),
        ("n_keys", (0, 1_000_001)),
        ("skew", (-0.1, 3.1)),
        ("delay_ms", (-1.0, 60_001.0)),
        ("replay_rate", (0.0, 2e9)),
        ("before_s", (-1.0, 3601.0)),
        ("duration_s", (0.5, 3601.0)),
        ("n_runs", (0, 10_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(AP, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "known"), [("system", "Single node"), ("broken", "The link"), ("merge", "Keep both")]
)
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, known: str) -> None:
    given: dict[str, Any] = {"system": AP, name: "CA"}
    with pytest.raises(ValueError, match=rf"^{name} is 'CA', allowed are .*{known}"):
        simulate(**given)


def test_a_break_that_would_outlast_the_run_says_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"break_s is 60.0 s, .* to 10.0 s;.*duration_s"):
        simulate(AP, duration_s=40.0)
    assert simulate(CP, duration_s=90.0).refused == pytest.approx(0.2, abs=0.01)


def test_examples() -> None:
    assert doctest.testmod(partition).failed == 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_range_s_ends_are_allowed(system: str) -> None:
    quiet = simulate(
        system, minority=0, break_s=0, request_rate=0.01, write_share=0, n_keys=1, skew=0,
        delay_ms=0, replay_rate=0.1, before_s=0, duration_s=1, n_runs=1,
    )  # fmt: skip
    assert quiet.requests <= 5
    busy = simulate(
        system, minority=1, break_s=10, request_rate=1000, write_share=1, n_keys=1_000_000, skew=3,
        delay_ms=60_000, replay_rate=1e9, before_s=0, duration_s=10, n_runs=1,
    )  # fmt: skip
    assert busy.fresh == busy.stale == 0.0
    assert busy.kept + busy.lost + busy.refused == pytest.approx(1.0)


def test_each_system_answers_for_itself() -> None:
    """The same requests: whoever is refused by the quorum is answered by every replica."""
    cp, ap, single = (simulate(system) for system in SYSTEMS)
    assert cp == single
    assert ap.requests == cp.requests
    assert ap.refused == 0.0 < cp.refused
    assert ap.writes > cp.writes
    server = [simulate(system, BROKEN[1]).refused for system in SYSTEMS]
    assert server == [0.0, 0.0, pytest.approx(0.5, abs=0.02)]
    site = [simulate(system, BROKEN[2]).refused for system in SYSTEMS]
    assert site == [pytest.approx(0.5, abs=0.02), 0.0, pytest.approx(0.5, abs=0.02)]


def test_merging_changes_what_is_lost_and_nothing_else() -> None:
    last, both = (simulate(AP, merge=merge) for merge in MERGES)
    assert last.writes_lost > 100.0 > both.writes_lost == 0.0
    assert (last.stale, last.conflicts, last.writes) == (both.stale, both.conflicts, both.writes)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(AP, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
