"""The lab's table: what a log is counted as, what is said of it, and that nothing breaks it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.workload import burstiness_reference as reference

from scalelab.kernels.access_log import FIELDS, TIME_S
from scalelab.kernels.workload import burstiness as kernel
from scalelab.kernels.workload.dispersion import WINDOWS
from scalelab.kernels.workload.streams import CROWDS, DAY, POISSON, SESSIONS, TAILS

NONE = np.empty(0)


def log_of(times: list[float] | np.ndarray) -> np.ndarray:
    rows = np.zeros((len(times), FIELDS))
    rows[:, TIME_S] = times
    return rows.ravel()


def table(kind: int = CROWDS, log: np.ndarray = NONE, **changed: float) -> np.ndarray:
    usual = {
        "workload": kind, "mean_rate": 20.0, "shops": 1, "hours": 4.0, "height": 10.0,
        "crowd_min": 2.0, "calm_min": 20.0, "per_session": 10.0, "spread_s": 5.0, "tail": 1.4,
        "swing": 3.0, "seed": 1,
    }  # fmt: skip
    return kernel.burstiness(*{**usual, **changed}.values(), log)


def state(found: np.ndarray) -> int:
    return int(found[-1, kernel.STATE])


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=60), st.integers(0, 2_000_000_000))
def test_a_log_is_counted_second_by_second(times: list[int], since: int) -> None:
    """In any order, many in one second, none in others; a part of a second does not count."""
    shifted = [since + t + 0.25 * (t % 3) for t in times]
    counts, left_out = kernel.counts_of(log_of(shifted))
    wanted, _ = reference.counts_of(shifted, kernel.MOST_S)
    assert counts.tolist() == wanted
    assert (left_out, counts.sum()) == (0, len(times))


def test_what_comes_after_two_weeks_is_left_out_and_said() -> None:
    found = table(log=log_of([5.0, 7.0, 5.0 + kernel.MOST_S, 9e9, 6.0]))
    assert found[-1, kernel.LEFT_OUT] == 2
    assert found[-1, kernel.REQUESTS] == 3
    assert found[-1, kernel.SECONDS] == kernel.MOST_S


def test_the_table_says_of_a_log_what_it_says_of_the_same_counts() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(2.0, 3000)
    counts[0] = counts[-1] = 1
    times = np.repeat(np.arange(3000), counts) + 1_000_000
    found = table(log=log_of(rng.permutation(times)))
    for k, window in enumerate(WINDOWS):
        values = reference.windows_of(counts.tolist(), window)
        if len(values) >= 4:
            row = found[kernel.BINS + k]
            assert row[kernel.IDC] == pytest.approx(reference.index(values))
            assert row[kernel.FREE] == pytest.approx(reference.trend_removed(values))
            assert row[kernel.BUSIEST] == pytest.approx(max(values) / window)
    for k, lag in enumerate(kernel.LAGS):
        values = reference.windows_of(counts.tolist(), 10)
        row = found[kernel.BINS + kernel.N_WINDOWS + k]
        wanted = reference.autocorrelation(values, lag) if len(values) > lag + 1 else 0.0
        assert row[kernel.CORRELATION] == pytest.approx(wanted)
    assert found[-1, kernel.NEEDED] == np.sort(counts)[int(np.ceil(0.99 * 3000)) - 1]
    assert found[-1, kernel.MEAN] == pytest.approx(counts.mean())
    assert not found[:, kernel.HAS_TRUE].any()


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (POISSON, kernel.LIKE_POISSON),
        (SESSIONS, kernel.BURSTS),
        (CROWDS, kernel.BURSTS),
        (DAY, kernel.TREND),
        (TAILS, kernel.BURSTS),
    ],
)
def test_each_stream_is_told_for_what_it_is(kind: int, wanted: int) -> None:
    """A window that is four standard errors off is an accident in a hundred streams or more."""
    states = [state(table(kind, seed=seed)) for seed in range(40)]
    assert states.count(wanted) >= 38


def test_what_is_evener_than_poisson() -> None:
    """A load generator with a fixed pace; one request goes missing now and then."""
    times = np.delete(np.arange(0, 2000, 0.25), [100, 900, 4000])
    assert state(table(log=log_of(times))) == kernel.EVEN


@pytest.mark.parametrize(
    "times",
    [[7.0], [7.0] * 500, [0.0, 59.0], [0.0, 1e12], list(range(59)), [-5.0, 3.0], [0.0] * 3 + [1.0]],
)
def test_too_short_is_said(times: list[float]) -> None:
    found = table(log=log_of(times))
    assert np.isfinite(found).all()
    assert state(found) == kernel.TOO_SHORT
    assert not found[:, kernel.HAS_FIT].any()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(0, 20_000), min_size=1, max_size=400),
    st.sampled_from([1.0, 0.01, 50.0]),
)
def test_any_log_gives_finite_numbers(times: list[float], scale: float) -> None:
    found = table(log=log_of([t * scale for t in times]))
    assert found.shape == (kernel.ROWS, kernel.COLUMNS)
    assert np.isfinite(found).all()
    counted = found[-1, kernel.REQUESTS] + found[-1, kernel.LEFT_OUT]
    assert counted == len(times)


def test_a_million_requests() -> None:
    rng = np.random.default_rng(1)
    found = table(log=log_of(np.sort(rng.uniform(0.0, 50_000.0, 1_000_000))))
    assert state(found) == kernel.LIKE_POISSON
    assert found[-1, kernel.REQUESTS] == 1_000_000


def test_the_day_s_index_is_what_its_own_curve_varies_by() -> None:
    """By the formula of the sine's variance: A^2 / 2, over a day and windows that are short."""
    found = table(DAY, hours=24.0)
    height = 0.5
    for k, window in enumerate(WINDOWS[:11]):
        wanted = 1.0 + 20.0 * window * height**2 / 2.0
        row = found[kernel.BINS + k]
        assert row[kernel.TRUE] == pytest.approx(wanted, rel=0.02)
        assert row[kernel.FREE] == pytest.approx(1.0, abs=1.0)


def test_shops_share_the_day_but_not_the_crowds() -> None:
    of_one, of_all = (table(DAY, hours=24.0, shops=shops) for shops in (1, 10))
    k = kernel.BINS + WINDOWS.index(60)
    more = (of_all[k, kernel.TRUE] - 1.0) / (of_one[k, kernel.TRUE] - 1.0)
    assert more == pytest.approx(10.0)
    of_one, of_all = (table(CROWDS, shops=shops) for shops in (1, 10))
    assert of_all[k, kernel.TRUE] == of_one[k, kernel.TRUE]


def test_the_traffic_adds_up() -> None:
    found = table(hours=1.0)
    traffic = found[: kernel.BINS]
    assert traffic[:, kernel.MEAN].mean() * 3600 == pytest.approx(found[-1, kernel.REQUESTS])
    assert traffic[:, kernel.BUSIEST].max() == found[kernel.BINS, kernel.BUSIEST]
    assert (traffic[:, kernel.BUSIEST] >= traffic[:, kernel.MEAN]).all()


def test_a_busier_log_of_the_same_shape_is_the_same_stream() -> None:
    """One seed gives one table; another seed another."""
    np.testing.assert_array_equal(table(), table())
    assert not np.array_equal(table(), table(seed=2))
