"""The judging kernel against numpy, scipy and exact counting."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.kernels.requirement import benchmark_reference as reference

from scalelab.kernels.requirement import benchmark as kernel
from scalelab.theory.requirement import benchmark as theory

NONE = np.empty(0)
DEFAULTS = (0.99, 600.0, 0.01, 60.0, 10, 0.0, 1)
shares = st.sampled_from([0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999])


def own(start, ms, ok) -> np.ndarray:
    return np.stack([start, ms, ok], axis=1).astype(float).ravel()


def slow_together(rng: np.random.Generator, n: int) -> np.ndarray:
    """Latencies in spells."""
    return np.exp(np.convolve(rng.normal(0.0, 1.0, n + 49), np.ones(50) / 7.0, "valid"))


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 40_000), shares | st.floats(0.01, 0.9999))
def test_ranks_are_scipy_s(n: int, p: float) -> None:
    assert kernel.ranks(n, p) == reference.ranks(n, p)


def test_ranks_of_a_million() -> None:
    for p in (0.001, 0.5, 0.99, 0.9999):
        assert kernel.ranks(1_000_000, p) == reference.ranks(1_000_000, p)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_an_upper_end_exists_from_the_fewest_on(p: float) -> None:
    n = int(kernel.fewest(p))
    assert n == theory.fewest(p, 0.975)
    assert kernel.ranks(n, p)[1] == n
    assert kernel.ranks(n - 1, p)[1] == n  # of n - 1: none


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.integers(1, 10**6))
def test_wilson_is_the_closed_form(share: float, n: int) -> None:
    np.testing.assert_allclose(kernel.wilson(share, float(n)), theory.wilson(share, n), atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 5000), shares)
def test_same_as_the_reference(seed: int, n: int, p: float) -> None:
    values = slow_together(np.random.default_rng(seed), n)
    ordered = np.sort(values)
    found = kernel.estimated(values, ordered, p)
    value, naive, interval, m = reference.interval(values, p)
    assert found.value == value
    assert found.independent == pytest.approx(m, abs=1)  # t and z to sixteen digits
    if found.independent == m:
        ends = [(found.naive_low, naive[0]), (found.naive_high, naive[1])]
        ends += [(found.low, interval[0]), (found.high, interval[1])]
        for rank, wanted in ends:
            assert (ordered[rank - 1] if 1 <= rank <= n else None) == wanted


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 3000), shares)
def test_intervals_hold_each_other(seed: int, n: int, p: float) -> None:
    values = slow_together(np.random.default_rng(seed), n)
    found = kernel.estimated(values, np.sort(values), p)
    middle = kernel.rank_of(n, p)
    assert found.low <= found.naive_low <= middle <= found.naive_high <= found.high
    assert 1 <= found.independent <= n


def test_successive_requests_count_for_less_and_shuffled_ones_do_not() -> None:
    rng = np.random.default_rng(3)
    values = slow_together(rng, 20_000)
    shuffled = rng.permutation(values)
    median = np.median(values)
    # The price of 20 batches alone is (2.093 / 1.96)².
    assert kernel.independent(values, median) < 1500
    assert kernel.independent(shuffled, median) > 7000


def test_what_is_counted() -> None:
    test = kernel.given(own([5.0, 1.0, 3.0, 9.0], [50.0, 10.0, 30.0, 90.0], [1, 1, 0, 1]))
    assert test.start.tolist() == [1.0, 3.0, 5.0, 9.0]
    values, failed = kernel.counted(test, 3.0)
    assert values.tolist() == [50.0, 90.0]
    assert failed.tolist() == [1.0, 0.0, 0.0]


def test_the_built_in_queue_is_lindley_s() -> None:
    """Without the warm-up, a time is what the queue left, and what the request itself takes."""
    test = kernel.built_in(20, 0.0, 4)
    late = np.flatnonzero(test.start > 300.0)[0]
    answered = test.start + test.ms / 1e3
    free = np.maximum(answered[late - 1 : -1], test.start[late:])
    service = answered[late:] - free
    assert service.mean() == pytest.approx(0.035, rel=4.0 / math.sqrt(service.size))
    assert stats.kstest(service, stats.expon(scale=0.035).cdf).pvalue > 1e-4
    gaps = np.diff(test.start)
    assert stats.kstest(gaps, stats.expon(scale=0.05).cdf).pvalue > 1e-4
    again = reference.lindley(test.start[late:], service)
    assert again[-1] * 1e3 == pytest.approx(test.ms[-1])
    errors = (test.ok == 0.0).mean()
    assert errors == pytest.approx(0.003, abs=4 * math.sqrt(0.003 / test.ok.size))


def test_a_stall_holds_everybody_up() -> None:
    for seed in range(5):
        calm, stalled = kernel.built_in(10, 0.0, seed), kernel.built_in(10, 2.0, seed)
        extra = stalled.ms - calm.ms
        assert (calm.start == stalled.start).all()
        # What was in the server's hands at 360 s is done later, and so is all that waits behind it.
        in_the_stall = (calm.start > 360.0) & (calm.start < 362.0)
        assert (extra[in_the_stall] > 0.0).all()
        assert (extra >= -1e-9).all()
        assert extra.max() == pytest.approx(2000.0, abs=120.0)
        answered = calm.start + calm.ms / 1e3
        assert (extra[answered < 360.0] == 0.0).all()
        # Who is at the server when it stops is there for two seconds longer.
        caught = (calm.start < 360.0) & (answered > 360.0)
        assert extra[caught] == pytest.approx(2000.0)


def test_the_table() -> None:
    table = kernel.benchmark(*DEFAULTS, NONE)
    kinds = table[:, 0].astype(int).tolist()
    assert kinds == [0] + [1] * 48 + [2] * kernel.CURVE + [3] * 4
    assert table.shape[1] == kernel.COLUMNS
    head = table[0]
    test = kernel.built_in(10, 0.0, 1)
    late = test.start >= 60.0
    values = test.ms[late & (test.ok == 1.0)]
    value, naive, interval, m = reference.interval(values, 0.99)
    assert (head[8], head[9], head[10], head[26]) == (value, *naive, m)
    assert (head[12], head[13]) == interval
    assert head[17] == (values <= 600.0).mean()
    assert head[18] == (test.ok[late] == 0.0).sum()
    assert head[32] == values.size
    assert head[27] == pytest.approx(late.sum() / (test.start[-1] - 60.0))
    at_99 = table[(table[:, 0] == 2) & (np.abs(table[:, 7] - 0.01) < 1e-12)][0]
    assert at_99[8:17].tolist() == head[8:17].tolist()
    days = table[table[:, 0] == 3, 8]
    another = kernel.built_in(10, 0.0, 1001)
    good = another.ms[(another.start >= 60.0) & (another.ok == 1.0)]
    assert days[0] == np.sort(good)[math.ceil(0.99 * good.size - 1e-6) - 1]


def test_over_time_is_numpy_s() -> None:
    test = kernel.built_in(5, 0.0, 2)
    table = kernel.benchmark(0.99, 600.0, 0.01, 60.0, 5, 0.0, 2, NONE)
    width = test.start[-1] / 48
    for row in table[table[:, 0] == 1]:
        i = round(row[1] / width - 0.5)
        last = i == 47
        inside = (test.start >= i * width) & ((test.start < (i + 1) * width) | last)
        good = np.sort(test.ms[inside & (test.ok == 1.0)])
        for place, p in ((2, 0.5), (3, 0.95), (4, 0.99)):
            assert row[place] == good[max(math.ceil(p * good.size - 1e-6) - 1, 0)]
        assert row[5] == (row[1] < 60.0)


def test_requests_needed_are_enough() -> None:
    """A test of that length, with the same share within and the same clusters, does tell."""
    head = kernel.benchmark(*DEFAULTS, NONE)[0]
    assert head[23] == kernel.CANNOT_TELL
    assert head[29] == 1.0
    wanted = theory.needed(0.99, head[17], head[26], head[32])
    assert head[28] == pytest.approx(wanted, abs=1.0)
    assert head[30] == pytest.approx(wanted / (head[32] / (600.0 - 60.0)) / 60.0, rel=0.01)
    m = int(head[28] * head[26] / head[32])
    low, _ = theory.wilson(head[17], m)
    assert low > 0.989


@pytest.mark.parametrize(
    ("ms", "threshold", "verdict"),
    [(np.full(4000, 100.0), 100.0, 0), (np.full(4000, 100.0), 99.0, 1),
     (np.linspace(0, 1000, 4000), 990.0, 2)],
)  # fmt: skip
def test_verdicts(ms: np.ndarray, threshold: float, verdict: int) -> None:
    rng = np.random.default_rng(1)
    data = own(np.arange(4000.0), rng.permutation(ms), np.ones(4000))
    head = kernel.benchmark(0.99, threshold, 0.01, 0.0, 10, 0.0, 1, data)[0]
    assert head[22] == head[23] == verdict
    assert head[24] == kernel.MET
    assert head[25] == verdict


def test_what_is_at_the_limit() -> None:
    assert kernel.verdict(90.0, True, 100.0, True, 100.0) == kernel.MET
    assert kernel.verdict(100.0, True, 110.0, True, 100.0) == kernel.CANNOT_TELL
    assert kernel.verdict(90.0, True, 0.0, False, 100.0) == kernel.CANNOT_TELL
    assert kernel.verdict(110.0, True, 0.0, False, 100.0) == kernel.NOT_MET
    assert kernel.verdict(0.0, False, 100.0, True, 100.0) == kernel.MET


def test_errors_decide_too() -> None:
    data = own(np.arange(4000.0), np.full(4000, 1.0), np.arange(4000) % 20 > 0)
    head = kernel.benchmark(0.99, 5.0, 0.01, 0.0, 10, 0.0, 1, data)[0]
    assert (head[23], head[24], head[25]) == (0, 1, 1)
    assert head[19] == 0.05
    none = own(np.arange(50.0), np.full(50, 1.0), np.ones(50))
    head = kernel.benchmark(0.5, 5.0, 0.01, 0.0, 10, 0.0, 1, none)[0]
    assert head[24] == kernel.CANNOT_TELL  # none of 50 failed: up to 7 % may


@pytest.mark.parametrize(
    "data",
    [own([0.0], [5.0], [1]), own([0.0], [5.0], [0]), own([0.0] * 9, [5.0] * 9, [1] * 9),
     own([0.0, 1e9], [0.0, 1e9], [1, 1]), own(np.arange(30), np.zeros(30), np.zeros(30)),
     own(np.arange(3000)[::-1], np.zeros(3000), np.ones(3000)), np.array([1.0, 2.0])],
)  # fmt: skip
@pytest.mark.parametrize("skip", [0.0, 60.0])
def test_odd_data_gives_finite_numbers(data: np.ndarray, skip: float) -> None:
    for p in (0.5, 0.999):
        table = kernel.benchmark(p, 600.0, 0.0, skip, 2, 5.0, 1, data)
        assert np.isfinite(table).all()


def test_one_test_is_one_test() -> None:
    first, again = kernel.built_in(3, 1.0, 9), kernel.built_in(3, 1.0, 9)
    assert (first.ms == again.ms).all()
    assert first.ms.size != kernel.built_in(3, 1.0, 10).ms.size
