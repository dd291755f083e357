"""The service against one told by events, and the table against what always holds."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.workload import flash_crowd_reference as reference

from scalelab.kernels.access_log import FIELDS
from scalelab.kernels.jit import Table
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.workload.flash_crowd import (
    ACCEPTED,
    BACKLOG,
    BASE_CAPACITY,
    CAPACITY,
    COLUMNS,
    CROWD_RATE,
    CROWDED,
    CROWDS,
    FROM_MIN,
    IN_TIME,
    IN_TIME_HIGH,
    IN_TIME_LOW,
    LATE,
    LOAD,
    LONGEST,
    MEAN_LOAD,
    MEAN_WAIT,
    MEAN_WAIT_HIGH,
    MEAN_WAIT_LOW,
    N_BINS,
    N_CROWDS,
    RANDOM,
    STREAMS,
    TO_MIN,
    TURNED_AWAY,
    WAIT,
    Service,
    flash_crowd,
    moments_of,
    serve,
    spread,
    with_mean,
)
from scalelab.theory.workload.mmpp import Mmpp

STORY: dict[str, Any] = {
    "utilisation": 0.5, "height": 6.0, "crowd_min": 5.0, "calm_min": 40.0, "patience_s": 10.0,
    "limit_s": 0.0, "extra": 0.0, "start_s": 120.0, "mean_rate": 2.0, "hours": 3.0, "n_runs": 2,
    "seed": 1, "log": np.empty(0),
}  # fmt: skip


def table(**changed: Any) -> Table:
    return flash_crowd(*{**STORY, **changed}.values())


def log_of(times: list[float]) -> np.ndarray:
    rows = np.zeros((len(times), FIELDS))
    rows[:, 0] = times
    return rows.ravel()


def served(times: list[float], service: Service, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    n = len(times)
    waits, speeds = np.empty(n), np.empty(n)
    serve(np.array(times), service, generator(seed), np.empty(n), waits, speeds)
    return waits, speeds


def works(capacity: float, seed: int) -> Iterator[float]:
    chance = generator(seed)
    while True:
        yield exponential(chance, 1.0 / capacity)


@settings(deadline=None)
@given(
    st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=150).map(sorted),
    st.floats(0.02, 3.0), st.integers(0, 8), st.sampled_from([0.0, 0.5, 3.0]),
    st.floats(10.0, 200.0), st.integers(0, 100),
)  # fmt: skip
def test_the_same_waits_as_by_events(
    times: list[float], capacity: float, most: int, extra: float, start: float, seed: int
) -> None:
    waits, _ = served(times, Service(capacity, most, extra, start), seed)
    events = reference.Service(capacity, most, extra, start, works(capacity, seed))
    np.testing.assert_allclose(waits, reference.serve(times, events), atol=1e-6)


def test_more_capacity_comes_when_it_is_due_and_goes_when_the_load_fits() -> None:
    """A crowd of 10 a second for 100 s at a service that does 1 a second, then 1 in 10 s."""
    times = [0.1 * i for i in range(1000)] + [110.0 + 10.0 * i for i in range(300)]
    waits, speeds = served(times, Service(1.0, 0, 19.0, 60.0))
    on = np.flatnonzero(speeds > 1.0)
    # Ordered within some seconds, as each brings work of a second.
    assert 60.0 < times[on[0]] < 65.0
    assert (np.diff(on) == 1).all()
    # 300 s after t there have come 10 a second until 100 s, then 0.1 a second: 300 at t = 73 s.
    assert times[on[-1]] == 370.0
    assert waits[times.index(150.0)] < 1.0
    assert waits.max() == pytest.approx(60.0, abs=10.0)


def test_the_limit_is_a_number_of_requests() -> None:
    waits, _ = served([0.0] * 50, Service(1.0, 7, 0.0, 60.0))
    assert (waits >= 0.0).tolist() == [True] * 7 + [False] * 43


@settings(deadline=None, max_examples=30)
@given(
    st.floats(0.1, 0.95), st.floats(1.0, 20.0), st.floats(0.5, 20.0), st.floats(5.0, 120.0),
    st.floats(1.0, 60.0), st.sampled_from([0.0, 1.0, 10.0, 600.0]),
    st.sampled_from([0.0, 1.0, 5.0]), st.sampled_from([10.0, 600.0]), st.integers(1, 100),
)  # fmt: skip
def test_what_always_holds(
    utilisation: float, height: float, crowd_min: float, calm_min: float, patience_s: float,
    limit_s: float, extra: float, start_s: float, seed: int,
) -> None:  # fmt: skip
    found = table(
        utilisation=utilisation, height=height, crowd_min=crowd_min, calm_min=calm_min,
        patience_s=patience_s, limit_s=limit_s, extra=extra, start_s=start_s, seed=seed, hours=0.5,
    )  # fmt: skip
    assert found.shape == (STREAMS + N_BINS, COLUMNS)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()
    for row in found[:STREAMS]:
        assert row[IN_TIME] + row[LATE] + row[TURNED_AWAY] == pytest.approx(1.0)
        assert row[IN_TIME_LOW] - 1e-9 <= row[IN_TIME] <= row[IN_TIME_HIGH] + 1e-9
        assert row[MEAN_WAIT_LOW] - 1e-9 <= row[MEAN_WAIT] <= row[MEAN_WAIT_HIGH] + 1e-9
        assert row[MEAN_WAIT_HIGH] <= row[LONGEST] + 1e-9
    line = found[STREAMS:]
    assert (line[:, ACCEPTED] <= line[:, LOAD] + 1e-9).all()
    assert (line[:, CROWDED] <= 1.0 + 1e-9).all()
    assert line[1:, FROM_MIN] == pytest.approx(line[:-1, TO_MIN])
    assert line[-1, TO_MIN] == pytest.approx(30.0)


def test_no_limit_refuses_nobody_and_no_extra_leaves_capacity_as_it_is() -> None:
    found = table()
    assert (found[:STREAMS, TURNED_AWAY] == 0.0).all()
    assert (found[STREAMS:, CAPACITY] == 4.0).all()
    np.testing.assert_array_equal(found[STREAMS:, ACCEPTED], found[STREAMS:, LOAD])


def test_mean_load_is_kept_whatever_the_crowds() -> None:
    for height, calm_s, crowd_s in ((1.0, 60.0, 30.0), (6.0, 2400.0, 300.0), (20.0, 300.0, 1200.0)):
        assert Mmpp(*with_mean(2.0, height, calm_s, crowd_s)).mean == pytest.approx(2.0)


def test_crowds_of_height_one_are_a_poisson_stream() -> None:
    found = table(height=1.0, n_runs=20)
    # M/M/1: rho / (mu - lambda) = 0.25 s.
    assert found[CROWDS, MEAN_WAIT] == pytest.approx(0.25, abs=0.02)
    assert found[RANDOM, MEAN_WAIT] == pytest.approx(0.25, abs=0.05)
    assert found[CROWDS, BACKLOG] == 0.0
    assert found[CROWDS, N_CROWDS] == 0.0


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=60).map(sorted), st.integers(0, 99))
def test_whole_seconds_are_spread_within_themselves(seconds: list[int], seed: int) -> None:
    times = np.array(seconds, float)
    assert spread(times, generator(seed))
    assert (np.diff(times) >= 0.0).all()
    assert (np.floor(times) == seconds).all()


def test_spread_moments_are_uniform() -> None:
    times = np.zeros(20_000)
    spread(times, generator(3))
    expected = (np.arange(20_000) + 0.5) / 20_000
    # Kolmogorov and Smirnov's distance, beyond which one in 100,000 lies.
    assert np.abs(times - expected).max() < 2.5 / math.sqrt(20_000)


def test_parts_of_seconds_stay_as_they_are() -> None:
    log = log_of([5.25, 7.0, 6.5])
    assert moments_of(log, generator(1)).tolist() == [0.0, 1.25, 1.75, pytest.approx(1.75 * 1.5)]


def test_a_log_is_what_arrives() -> None:
    """A thousand calm seconds with a request each, then 30 a second for 20 s, then calm again."""
    times = [float(i) for i in range(1000)]
    times += [1000.0 + i // 30 for i in range(600)] + [float(i) for i in range(1020, 2000)]
    found = table(log=log_of(times))
    row = found[CROWDS]
    assert row[MEAN_LOAD] == pytest.approx(len(times) / 2000.0)
    assert row[BASE_CAPACITY] == pytest.approx(2.0 * len(times) / 2000.0)
    assert row[N_CROWDS] == 1.0
    assert row[CROWD_RATE] == pytest.approx(30.0)
    line = found[STREAMS:]
    assert (line[:, LOAD] * 2000.0 / N_BINS).sum() == pytest.approx(len(times))
    # 600 requests less what the service does in 20 s wait at its end.
    left = 600.0 - 20.0 * row[BASE_CAPACITY]
    assert line[:, WAIT].max() == pytest.approx(left / row[BASE_CAPACITY], rel=0.2)
    shuffled = log_of(times[::-1])
    np.testing.assert_array_equal(table(log=shuffled), found)


@pytest.mark.parametrize(
    "times", [[0.0], [7.5], [3.0] * 40, [0.5, 0.5], [0.0, 86_400.0 * 400.0], [1.5, 1.25, 0.75]]
)
def test_small_and_odd_logs(times: list[float]) -> None:
    for limit in (0.0, 5.0):
        found = table(log=log_of(times), limit_s=limit, extra=2.0)
        assert np.isfinite(found).all()
        assert found[CROWDS, N_CROWDS] == 0.0


def test_a_long_log_is_shown_around_its_longest_wait() -> None:
    day = 86_400
    times = [10.0 * i for i in range(day // 10)] + [70_000.0 + i // 50 for i in range(3000)]
    line = table(log=log_of(sorted(times)))[STREAMS:]
    assert line[-1, TO_MIN] - line[0, FROM_MIN] == pytest.approx(360.0)
    assert line[0, FROM_MIN] < 70_000.0 / 60.0 < line[-1, TO_MIN]
    assert line[:, WAIT].max() > 1000.0
