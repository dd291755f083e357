"""The streams against their own definition, and their counts' variance against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.workload.burstiness_reference import on_within

from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import exponential, generator
from scalelab.kernels.workload import streams
from scalelab.kernels.workload.dispersion import index, sums
from scalelab.kernels.workload.mmpp import CROWD, KEPT, begin, draw_arrivals
from scalelab.theory.workload import burstiness as theory
from scalelab.theory.workload import mmpp as of_mmpp

KINDS = range(5)


def stream(kind: int, **changed: float) -> streams.Stream:
    usual = streams.Stream(kind, 5.0, 1, 8.0, 10.0, 60.0, 6.0, 4.0, 1.6, 3.0)
    return usual._replace(**changed)


def counted(s: streams.Stream, seed: int, seconds: int) -> tuple[np.ndarray, np.ndarray]:
    counts, means = np.empty(seconds), np.empty(seconds)
    streams.count(s, generator(seed), counts, means)
    return counts, means


@settings(deadline=None)  # the first call compiles
@given(
    spans=st.lists(st.tuples(st.floats(0, 25), st.floats(0, 30)), max_size=12),
    seconds=st.integers(1, 20),
)
def test_time_that_is_on_is_shared_out_over_the_seconds(
    spans: list[tuple[float, float]], seconds: int
) -> None:
    parts, turns = np.zeros(seconds), np.zeros(seconds + 1)
    wanted = np.zeros(seconds)
    for begins, lasts in spans:
        streams.turn_on(begins, begins + lasts, parts, turns)
        wanted += on_within(begins, begins + lasts, seconds)
    streams.seconds_on(parts, turns)
    np.testing.assert_allclose(parts, wanted, atol=1e-9)


def test_flash_crowds_are_the_draws_of_the_process() -> None:
    """The same chance, second by second in plain Python."""
    s = stream(streams.CROWDS, shops=2)
    law = streams.mmpp(s)
    chance = generator(7)
    crowded = np.zeros(500)
    for _ in range(2):
        kept = np.empty(KEPT)
        begin(law, chance, kept)
        state, t, ends = kept[0] == CROWD, 0.0, kept[1]
        while t < 500:
            if state:
                crowded += on_within(t, ends, 500)
            t, state = ends, not state
            ends = t + exponential(chance, law.crowd_s if state else law.calm_s)
    wanted = 2 * law.calm + (law.crowd - law.calm) * crowded
    counts, means = counted(s, 7, 500)
    np.testing.assert_allclose(means, wanted, atol=1e-9)
    assert counts.tolist() == [poisson(chance, max(mean, 0.0)) for mean in means]


def test_sessions_are_what_is_left_of_those_who_came() -> None:
    s = stream(streams.SESSIONS)
    chance = generator(3)
    q = np.exp(-1.0 / s.spread_s)
    came = [poisson(chance, s.rate / s.per_session) for _ in range(80 + 300)]
    _, means = counted(s, 3, 300)
    for i in (0, 1, 17, 299):
        shares = (1 - q) * q ** np.arange(80 + i, -1, -1)
        assert means[i] == pytest.approx(s.per_session * np.dot(shares, came[: 81 + i]), rel=1e-9)


def test_the_day_is_a_sine_lowest_at_six() -> None:
    _, means = counted(stream(streams.DAY, shops=3), 1, 2 * 86_400)
    assert means.mean() == pytest.approx(15.0, rel=1e-9)
    assert means.max() / means.min() == pytest.approx(3.0, rel=1e-4)
    assert abs(int(np.argmin(means[:86_400])) - 6 * 3600) <= 60
    np.testing.assert_array_equal(means[:86_400], means[86_400:])


def test_the_mean_is_the_mean() -> None:
    """Within four standard errors, from independent runs; a day of the day."""
    for kind in KINDS:
        seconds = 86_400 if kind == streams.DAY else 3600
        runs = [counted(stream(kind, shops=2), seed, seconds)[0].mean() for seed in range(60)]
        error = np.std(runs, ddof=1) / np.sqrt(len(runs))
        assert abs(np.mean(runs) - 10.0) < 4.0 * error, kind


CASES = [
    stream(streams.POISSON),
    stream(streams.SESSIONS),
    stream(streams.SESSIONS, spread_s=0.0),
    stream(streams.SESSIONS, rate=1.0, per_session=2.0, spread_s=30.0),
    stream(streams.CROWDS),
    stream(streams.CROWDS, shops=20),
    stream(streams.CROWDS, crowd_s=0.7, calm_s=3.0),
    stream(streams.TAILS),
    stream(streams.TAILS, tail=1.2, shops=5),
    stream(streams.TAILS, tail=2.5),
]


@pytest.mark.parametrize("s", CASES)
def test_the_dispersion_is_that_of_the_formula(s: streams.Stream) -> None:
    """Mean over runs, which each have a mean of their own, within four standard errors.

    The mean of quotients is not the quotient of means, so variances and means are compared.
    """
    seconds, runs = 3600, 150
    for window in (1, 5, 60, 300):
        n = seconds // window
        variances, means = [], []
        for seed in range(runs):
            total = counted(s, seed, seconds)[0].reshape(n, window).sum(axis=1)
            variances.append(total.var(ddof=1))
            means.append(total.mean())
        mean = s.rate * s.shops * window

        def dispersion(t: float) -> float:
            return streams.dispersion(s, t)

        wanted = mean * theory.expected(dispersion, float(window), n)
        error = np.std(variances, ddof=1) / np.sqrt(runs)
        assert abs(np.mean(variances) - wanted) < 4.0 * error, window


@pytest.mark.parametrize("t", [1.0, 2.0, 20.0, 600.0, 3600.0])
def test_the_formulas_are_the_theory_s(t: float) -> None:
    assert streams.dispersion(stream(streams.POISSON), t) == 1.0
    for per_session, spread in ((6.0, 4.0), (1.0, 0.0), (50.0, 300.0)):
        s = stream(streams.SESSIONS, per_session=per_session, spread_s=spread)
        wanted = theory.sessions(t, per_session, spread)
        assert streams.dispersion(s, t) == pytest.approx(wanted, rel=1e-8)
    for tail in (1.1, 1.4, 1.9, 2.2, 2.5):
        s = stream(streams.TAILS, tail=tail)
        wanted = theory.long_tails(t, s.rate / streams.SOURCES_ON, streams.ON_S, tail)
        assert streams.dispersion(s, t) == pytest.approx(wanted, rel=1e-8)
    for crowd_s, calm_s in ((10.0, 60.0), (1200.0, 7200.0)):
        s = stream(streams.CROWDS, crowd_s=crowd_s, calm_s=calm_s)
        law = of_mmpp.Mmpp(*streams.mmpp(s))
        assert law.mean == pytest.approx(s.rate)
        assert streams.dispersion(s, t) == pytest.approx(of_mmpp.dispersion(law, t), rel=1e-6)


def test_a_tail_of_two_lies_between_its_neighbours() -> None:
    below, at, above = (
        streams.dispersion(stream(streams.TAILS, tail=tail), 600.0) for tail in (1.99, 2.0, 2.01)
    )
    assert above < at < below
    assert at == pytest.approx((below + above) / 2, rel=1e-3)


def test_crowds_counted_by_the_second_are_those_drawn_one_by_one() -> None:
    """Two ways to draw the same process: state by state here, request by request there."""
    s = stream(streams.CROWDS)
    times = np.empty(200_000)
    runs = 60
    ours, theirs = np.empty(runs), np.empty(runs)
    for seed in range(runs):
        n = draw_arrivals(streams.mmpp(s), 7200.0, generator(1000 + seed), np.empty(KEPT), times)
        each = np.bincount(times[:n].astype(int), minlength=7200)
        theirs[seed] = index(sums(each.astype(float)), 10, False).value
        ours[seed] = index(sums(counted(s, seed, 7200)[0]), 10, False).value
    error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / runs)
    assert abs(ours.mean() - theirs.mean()) < 4.0 * error


def test_the_ends_of_the_range() -> None:
    for s in (
        stream(streams.TAILS, tail=1.05),
        stream(streams.CROWDS, times=1.0),
        stream(streams.SESSIONS, per_session=0.1, spread_s=1000.0),
        stream(streams.DAY, swing=1.0),
    ):
        counts, means = counted(s, 1, 1)
        assert np.isfinite(counts).all()
        assert np.isfinite(means).all()
        assert (counts >= 0.0).all()
