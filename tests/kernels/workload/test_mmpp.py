"""The drawn stream against its moments, and against one drawn by competing exponentials."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.workload.mmpp import CROWD, ENDS, KEPT, STATE, Mmpp, begin, draw_arrivals
from scalelab.theory.workload import mmpp as theory

FAST = Mmpp(10.0, 100.0, 10.0, 1.0)


def drawn(stream: Mmpp, until: float, seed: int = 1) -> np.ndarray:
    times = np.empty(int(20.0 * (max(stream.calm, stream.crowd) * until + 10.0)))
    n = draw_arrivals(stream, until, generator(seed), np.empty(KEPT), times)
    return times[:n]


def reference(stream: Mmpp, until: float, seed: int) -> list[float]:
    """The states first, as a list of episodes, then a Poisson stream through each; same draws."""
    chance = generator(seed)
    crowded = uniform(chance) < stream.crowd_s / (stream.calm_s + stream.crowd_s)
    starts, found = 0.0, []
    while starts < until:
        length, rate = (stream.crowd_s, stream.crowd) if crowded else (stream.calm_s, stream.calm)
        ends = starts + exponential(chance, length)
        t = starts
        while rate > 0.0:
            t += exponential(chance, 1.0 / rate)
            if t >= ends:
                break
            found.append(t)
        starts, crowded = ends, not crowded
    return [t for t in found if t < until]


@settings(deadline=None)
@given(
    st.floats(0.0, 50.0), st.floats(0.0, 50.0), st.floats(0.01, 20.0), st.floats(0.01, 20.0),
    st.floats(0.1, 20.0), st.integers(0, 10_000),
)  # fmt: skip
def test_the_same_stream_as_by_episodes(
    calm: float, crowd: float, calm_s: float, crowd_s: float, until: float, seed: int
) -> None:
    stream = Mmpp(calm, crowd, calm_s, crowd_s)
    assert drawn(stream, until, seed).tolist() == reference(stream, until, seed)


def counts(stream: Mmpp, window: float, n_windows: int, seed: int) -> np.ndarray:
    times = drawn(stream, window * n_windows, seed)
    return np.histogram(times, n_windows, (0.0, window * n_windows))[0].astype(float)


@pytest.mark.parametrize("window", [0.1, 1.0, 10.0])
def test_mean_variance_and_covariance_of_counts(window: float) -> None:
    truth = theory.Mmpp(*FAST)
    means, variances, covariances = [], [], []
    for seed in range(40):
        x = counts(FAST, window, int(2000.0 / window), seed) - truth.mean * window
        means.append(x.mean())
        variances.append((x * x).mean())
        covariances.append((x[1:] * x[:-1]).mean())
    for values, wanted in (
        (means, 0.0),
        (variances, theory.count_variance(truth, window)),
        (covariances, theory.count_covariance(truth, window, 1)),
    ):
        error = np.std(values, ddof=1) / math.sqrt(len(values))
        assert abs(np.mean(values) - wanted) < 4.0 * error


def test_it_begins_in_equilibrium() -> None:
    kept = np.empty(KEPT)
    crowded, ends = [], []
    chance = generator(5)
    for _ in range(20_000):
        begin(FAST, chance, kept)
        crowded.append(kept[STATE] == CROWD)
        ends.append(kept[ENDS])
    share = theory.Mmpp(*FAST).crowded
    assert abs(np.mean(crowded) - share) < 4.0 * math.sqrt(share * (1 - share) / 20_000)
    for state, length in ((True, FAST.crowd_s), (False, FAST.calm_s)):
        left = np.array(ends)[np.array(crowded) == state]
        assert abs(left.mean() - length) < 4.0 * length / math.sqrt(left.size)
    # Nothing is different in the first second from any later one.
    first = [drawn(FAST, 1.0, seed).size for seed in range(4000)]
    error = np.std(first) / math.sqrt(4000)
    assert abs(np.mean(first) - theory.Mmpp(*FAST).mean) < 4.0 * error


def test_gaps_within_a_state_are_exponential() -> None:
    """A state that does not end within the stream: a Poisson stream of one of the two rates."""
    stream = Mmpp(20.0, 20.0, 3.0, 1.0)
    gaps = np.diff(drawn(stream, 5000.0))
    assert abs(gaps.std() / gaps.mean() - 1.0) < 4.0 / math.sqrt(gaps.size)
    lagged = np.corrcoef(gaps[1:], gaps[:-1])[0, 1]
    assert abs(lagged) < 4.0 / math.sqrt(gaps.size)


def test_no_request_ever_comes_at_rates_of_zero_and_it_ends() -> None:
    assert drawn(Mmpp(0.0, 0.0, 0.1, 0.1), 100.0).size == 0


def test_a_full_array_is_all_that_is_drawn() -> None:
    times = np.empty(3)
    assert draw_arrivals(FAST, 1e9, generator(1), np.empty(KEPT), times) == 3
    assert times.tolist() == drawn(FAST, 100.0)[:3].tolist()


def test_theory_and_kernel_name_the_same_things() -> None:
    assert Mmpp(*astuple(theory.Mmpp(1.0, 2.0, 3.0, 4.0))) == Mmpp(1.0, 2.0, 3.0, 4.0)
