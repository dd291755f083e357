"""The day and the chain against dictionaries, numerical integrals and what always holds."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from tests.kernels.requirement import sizing_reference as plain

from scalelab.kernels.jit import Table
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import generator
from scalelab.kernels.requirement.sizing import (
    ACTIVE,
    ALL_DAY,
    BANDWIDTH,
    BINS,
    BUSIEST_HOUR,
    COLUMNS,
    CONSTANT,
    EXPONENTIAL,
    FEW_STAY,
    GLANCE,
    GLANCE_SHARE,
    IN_WORK,
    LINKS,
    MEAN_AT_ONCE,
    MEAN_RATE,
    MESSAGE,
    PEAK_AT_ONCE,
    PEAK_RATE,
    REGISTERED,
    SERVERS,
    SHOWN,
    STAY,
    STEP,
    STORED,
    VISITS,
    WIDTH,
    campaign_day,
    cosine,
    expected,
    ordinary_day,
    record,
    simulated,
    sizing,
    still_there,
)

ORDINARY, CAMPAIGN = 3, 6
STORY: dict[str, Any] = {
    "customers": 2_000_000, "active": 0.05, "visits_per_active": 1.2, "session_min": 10.0,
    "law": EXPONENTIAL, "requests": 60.0, "busiest": 0.1, "campaign": 3.0, "way": 1,
    "fade_min": 60.0, "response_ms": 100.0, "server_rate": 100.0, "utilisation": 0.6,
    "response_kb": 25.0, "write_share": 0.05, "write_kb": 2.0, "copies": 3, "n_runs": 3,
}  # fmt: skip

worlds = st.fixed_dictionaries({
    **{name: st.just(value) for name, value in STORY.items()},
    "customers": st.sampled_from([100, 10_000, 2_000_000, 50_000_000]),
    "active": st.sampled_from([0.005, 0.05, 0.5]),
    "session_min": st.sampled_from([1.0, 5.0, 10.0, 17.0, 60.0]), "law": st.integers(0, 2),
    "requests": st.sampled_from([5.0, 60.0, 500.0]),
    "busiest": st.sampled_from([1 / 24, 0.05, 0.1, 0.25]),
    "campaign": st.sampled_from([1.0, 1.5, 10.0]), "way": st.integers(0, 1),
})  # fmt: skip


def table(seed: int = 1, **changed: Any) -> Table:
    return sizing(*{**STORY, **changed}.values(), seed)


@settings(max_examples=12, deadline=None)
@given(worlds, st.integers(0, 2**40))
@example(STORY, 1)
def test_the_table_is_that_of_the_reference(world: dict[str, Any], seed: int) -> None:
    ours = table(seed, **world)
    hours, length = ours[:SHOWN], world["session_min"] / 60.0
    came = world["customers"] * world["active"] * 1.2
    ordinary = plain.day(came, world["busiest"])
    campaign = plain.with_campaign(ordinary, world["campaign"], world["way"], 1.0)
    for i, (visits, left) in enumerate(((ordinary, ORDINARY), (campaign, CAMPAIGN))):
        state = generator(seed + i)

        def draw(mean: float, state: Any = state) -> int:
            return int(poisson(state, mean))

        mean = plain.expected(visits, length, world["law"])
        np.testing.assert_allclose(hours[:, left], mean[::STEP], rtol=1e-7, atol=1e-9)
        runs = plain.simulated(visits, length, world["law"], world["n_runs"], draw)
        for row in range(SHOWN):
            assert hours[row, left + 1] == min(run[row] for run in runs)
            assert hours[row, left + 2] == max(run[row] for run in runs)
        peaks = [max(run.values()) for run in runs]
        chain = ours[SHOWN:, left]
        assert ours[SHOWN + PEAK_AT_ONCE, left + 1] == min(peaks)
        assert ours[SHOWN + PEAK_AT_ONCE, left + 2] == max(peaks)
        circle = visits + visits[:11]
        rate = max(mean) * world["requests"] / (60.0 * world["session_min"])
        reference = {
            REGISTERED: world["customers"], ACTIVE: sum(visits) / 1.2, VISITS: sum(visits),
            BUSIEST_HOUR: max(sum(circle[j : j + 12]) for j in range(BINS)),
            MEAN_AT_ONCE: sum(mean) / BINS, PEAK_AT_ONCE: max(mean),
            MEAN_RATE: sum(visits) * world["requests"] / 86_400, PEAK_RATE: rate,
            IN_WORK: rate * 0.1, BANDWIDTH: rate * 25.0 * 8 / 1000,
            STORED: sum(visits) * world["requests"] * 0.05 * 2e3 * 3 / 1e9,
        }  # fmt: skip
        for link, figure in reference.items():
            assert chain[link] == pytest.approx(figure, rel=1e-7), link
        assert chain[SERVERS] in {math.ceil(rate / 60 - 1e-6), math.ceil(rate / 60 + 1e-6)}


@settings(max_examples=30, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    ours = table(**world)
    assert ours.shape == (SHOWN + LINKS, COLUMNS)
    assert np.isfinite(ours).all()
    assert (ours >= 0.0).all()
    assert ours[:, 0].tolist() == list(range(SHOWN + LINKS))
    chain = ours[SHOWN:]
    for left in (ORDINARY, CAMPAIGN):
        assert (ours[:SHOWN, left + 1] <= ours[:SHOWN, left + 2]).all()
        # Little's law, whatever the law of the visits and the hour at which they come; who stays
        # for longer than a day is let go.
        reference = chain[VISITS, left] * world["session_min"] / 1440
        assert chain[MEAN_AT_ONCE, left] == pytest.approx(reference, rel=2e-4)
        assert chain[MEAN_AT_ONCE, left] <= chain[PEAK_AT_ONCE, left] * (1 + 1e-12)
        assert chain[VISITS, left] / 24 <= chain[BUSIEST_HOUR, left] * (1 + 1e-9)
        assert chain[SERVERS, left] >= 1
    assert chain[VISITS, CAMPAIGN] == pytest.approx(world["campaign"] * chain[VISITS, ORDINARY])
    times = chain[PEAK_AT_ONCE, CAMPAIGN] / chain[PEAK_AT_ONCE, ORDINARY]
    if world["way"] == 0:
        assert times == pytest.approx(world["campaign"])
    else:
        assert times >= 1 - 1e-12


@settings(max_examples=20, deadline=None)
@given(worlds, st.sampled_from(["active", "session_min", "campaign", "busiest"]))
def test_more_of_anything_is_never_fewer_at_once(world: dict[str, Any], name: str) -> None:
    before = table(**world)[SHOWN + PEAK_AT_ONCE]
    after = table(**{**world, name: world[name] * 1.5})[SHOWN + PEAK_AT_ONCE]
    assert after[CAMPAIGN] >= before[CAMPAIGN] * (1 - 1e-9)


def test_twice_the_customers_are_twice_of_everything() -> None:
    one, two = (table(customers=n)[SHOWN:, [ORDINARY, CAMPAIGN]] for n in (10**6, 2 * 10**6))
    for link in range(LINKS):
        if link != SERVERS:
            np.testing.assert_allclose(two[link], 2.0 * one[link], rtol=1e-12)


@pytest.mark.parametrize("busiest", [0.05, 0.1, 0.25, 0.5])
def test_the_day(busiest: float) -> None:
    visits = ordinary_day(1000.0, busiest)
    assert visits.sum() == pytest.approx(1000.0)
    assert visits[234:246].sum() == pytest.approx(1000.0 * busiest, rel=1e-8)
    # Symmetrical around 20:00, and lowest twelve hours from it.
    np.testing.assert_allclose(visits[240:288], visits[239:191:-1], rtol=1e-9)
    assert np.argmin(visits) in {95, 96}


@pytest.mark.parametrize("fade", [0.1, 1.0, 10.0])
def test_the_message(fade: float) -> None:
    """All that are meant to come do, after exponential times."""
    ordinary = ordinary_day(1000.0, 0.1)
    extra = campaign_day(ordinary, 4.0, MESSAGE, fade) - ordinary
    assert extra.sum() == pytest.approx(3000.0)
    since = np.roll(extra, -19 * 12)
    assert (np.diff(since) < 1e-9).all()
    for hours in (1, 5, 23):
        share = math.expm1(-hours / fade) / math.expm1(-24.0 / fade)
        assert since[: 12 * hours].sum() == pytest.approx(3000.0 * share)
    np.testing.assert_array_equal(campaign_day(ordinary, 4.0, ALL_DAY, fade), 4.0 * ordinary)


def test_all_hours_are_alike() -> None:
    np.testing.assert_allclose(ordinary_day(288.0, 1 / 24), 1.0, rtol=1e-8)


def test_cosine() -> None:
    for angle in np.linspace(-2 * math.pi, 2 * math.pi, 1001):
        assert cosine(angle) == pytest.approx(math.cos(angle), abs=3e-15)


@pytest.mark.parametrize("law", [CONSTANT, EXPONENTIAL, FEW_STAY])
@pytest.mark.parametrize("minutes", [0.1, 3.0, 10.0, 60.0])
def test_who_is_still_there(minutes: float, law: int) -> None:
    """The integral of P(S > u), and a mean stay that is what it is said to be."""
    length = minutes / 60.0
    stays = {
        CONSTANT: lambda u: float(u < length),
        EXPONENTIAL: lambda u: math.exp(-u / length),
        FEW_STAY: lambda u: (
            GLANCE_SHARE * math.exp(-u / (GLANCE * length))
            + (1 - GLANCE_SHARE) * math.exp(-u / (STAY * length))
        ),
    }
    there = still_there(length, law)
    for age in (0, 1, 2, 5, 30):
        inside = [length] if age * WIDTH < length < (age + 1) * WIDTH else None
        share, _ = integrate.quad(stays[law], age * WIDTH, (age + 1) * WIDTH, points=inside)
        assert there[age] == pytest.approx(share / WIDTH, rel=1e-6, abs=1e-12)
    assert there.sum() * WIDTH == pytest.approx(length, rel=2e-4)
    assert (np.diff(there) <= 0.0).all()


@pytest.mark.parametrize("law", [CONSTANT, EXPONENTIAL, FEW_STAY])
@pytest.mark.parametrize("came", [300.0, 60_000.0])
def test_days_that_are_drawn_are_poisson_around_the_mean(came: float, law: int) -> None:
    n_runs = 2000
    visits, there = ordinary_day(came, 0.1), still_there(0.4, law)
    mean = expected(visits, there)[::STEP]
    drawn = simulated(visits, there, n_runs, 5)
    off = (drawn.mean(axis=0) - mean) / np.sqrt(mean / n_runs)
    assert np.abs(off).max() < 4.0
    for moment in (0, 24, 60):
        spread = drawn[:, moment].var() / mean[moment]
        error = math.sqrt((2.0 + 1.0 / mean[moment]) / n_runs)
        assert spread == pytest.approx(1.0, abs=4.0 * error)


def test_one_moment_remembers_the_one_before() -> None:
    """Covariance of the number at two moments: the mean number who are there at both."""
    n_runs, length = 4000, 0.5
    there = still_there(length, EXPONENTIAL)
    drawn = simulated(ordinary_day(2880.0, 1 / 24), there, n_runs, 2)
    mean, both = 60.0, 60.0 * math.exp(-STEP * WIDTH / length)
    covariance = float(np.cov(drawn[:, 30], drawn[:, 31])[0, 1])
    assert covariance == pytest.approx(both, abs=4.0 * math.sqrt((both**2 + mean**2) / n_runs))


@pytest.mark.parametrize("law", [CONSTANT, EXPONENTIAL, FEW_STAY])
def test_visits_one_by_one(law: int) -> None:
    """Who is counted there, visit by visit, is who is expected; and visits last as they should."""
    visits, length = ordinary_day(200_000.0, 0.1), 1 / 6
    visits_seen = record(visits, length, law, 4)
    begins, ends = visits_seen.T
    assert len(visits_seen) == pytest.approx(200_000, abs=4 * math.sqrt(200_000))
    assert begins.min() >= 0.0
    assert begins.max() < 24.0
    mean = expected(visits, still_there(length, law))
    for moment in (72, 150, 240, 287):
        there = np.count_nonzero((begins <= moment * WIDTH) & (ends > moment * WIDTH))
        assert there == pytest.approx(mean[moment], abs=4.0 * math.sqrt(mean[moment]))
    stays = ends - begins
    if law == CONSTANT:
        np.testing.assert_allclose(stays, length, rtol=1e-9)
        return
    assert stays.mean() == pytest.approx(length, abs=4 * stays.std() / math.sqrt(stays.size))
    if law == EXPONENTIAL:
        assert stats.kstest(stays, stats.expon(scale=length).cdf).pvalue > 1e-4
    # Within a part, visits are as likely to begin at any time.
    assert stats.kstest((begins / WIDTH) % 1.0, "uniform").pvalue > 1e-4
