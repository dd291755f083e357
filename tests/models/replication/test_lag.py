import doctest
from typing import Any

import pytest

from scalelab.facts import lag as facts
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.replication.lag import ALIKE, EXPONENTIAL, WHOLE
from scalelab.models.replication import lag
from scalelab.models.replication.lag import EVENTS, LAWS, NEAR_MS, VIEWS, simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("write_rate", (0.0, -1.0, 2e6, NAN)),
        ("size", (0, 100_001)),
        ("apply_ms", (0.0, 60_001.0, NAN)),
        ("n_workers", (0, 17)),
        ("round_trip_ms", (-1.0, 60_001.0, NAN)),
        ("jitter_ms", (-1.0, 60_001.0)),
        ("factor", (0.5, 101.0)),
        ("sale_s", (-1.0, 221.0)),
        ("batch_s", (-1.0, 3601.0)),
        ("blocked_s", (-1.0, 3601.0, NAN)),
        ("before_s", (0.0, 2e6)),
        ("after_s", (0.0, 2e6)),
        ("n_runs", (0, 1001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {"write_rate": 10}
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_advice() -> None:
    with pytest.raises(ValueError, match="a sale ends within the run"):
        simulate(10, sale_s=500.0)
    with pytest.raises(ValueError, match="3 for three times as many"):
        simulate(10, factor=300)
    with pytest.raises(ValueError, match=r"number of transactions .* take shorter or fewer runs"):
        simulate(1e6, size=1, n_runs=10)
    with pytest.raises(ValueError, match=r"law is 'normal', allowed is one of \('Random"):
        simulate(10, law="normal")


def test_examples() -> None:
    assert doctest.testmod(lag).failed == 0


def test_the_range_s_ends_are_allowed() -> None:
    idle = simulate(0.01, 100_000, 0.0001, round_trip_ms=0.0, jitter_ms=0.0, after_s=1.0)
    assert idle.largest < 1.0
    slow = simulate(
        0.1, 1, 60_000.0, LAWS[1], 16, 60_000.0, 60_000.0, 100.0, 1.0, 3600.0, 3600.0, 1.0, 1.0
    )
    assert slow.largest >= 7200.0
    assert not slow.caught_up


def test_names_are_the_kernel_s_indices() -> None:
    assert (LAWS.index("All alike"), LAWS.index("Random (exponential)")) == (ALIKE, EXPONENTIAL)
    assert VIEWS[WHOLE] == "Whole run"
    assert len(EVENTS) == 5


def test_every_run_counts() -> None:
    """The lab takes fewer runs of many transactions; the model does as it is told."""
    few, many = (simulate(1000, size=1, n_runs=n) for n in (1, 3))
    assert few.p50 != many.p50


def test_the_default_is_a_data_centre() -> None:
    assert DATA_CENTRE_ROUND_TRIP.value == NEAR_MS
    assert simulate(100) == simulate(100, round_trip_ms=NEAR_MS)


def test_one_seed_gives_one_result() -> None:
    again = [simulate(200, seed=seed) for seed in (5, 5, 6)]
    assert again[0] == again[1] != again[2]


def test_facts() -> None:
    below = [facts.TAO_BELOW_1_S, facts.TAO_BELOW_3_S, facts.TAO_BELOW_10_S]
    assert sorted(fact.value for fact in below) == [fact.value for fact in below]
    assert all(0.0 < fact.value < 1.0 for fact in below)
