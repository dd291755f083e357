"""The projection against full covariance matrices, and what holds for any history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from tests.kernels.requirement import projection_reference as reference

from scalelab.facts import history as facts
from scalelab.kernels.requirement import projection as kernel

Numbers = NDArray[np.float64]
NONE = np.empty(0)
VIEWS = np.array(facts.PAGE_VIEWS, float)
RIDES = np.array(facts.TAXI_RIDES, float)


def made_up(seed: int = 3, n: int = 800, between: float = 40.0) -> Numbers:
    return kernel.shop(seed, n, between)


def holed(loads: Numbers, seed: int) -> Numbers:
    holes = np.random.default_rng(seed).random(loads.size) < 0.1
    return np.where(holes, 0.0, loads)


CASES = {
    "views, a year": (VIEWS, kernel.ARTICLE_FROM, 600, 964),
    "views, two years": (VIEWS, kernel.ARTICLE_FROM, 300, 1030),
    "rides": (RIDES, kernel.TAXIS_FROM, 20, 132),
    "the shop": (made_up(), kernel.SHOP_FROM, 100, 212),
    "the shop, with holes, two years": (holed(made_up(), 1), kernel.SHOP_FROM, 5, 780),
    "the shop, with holes, six weeks": (holed(made_up(), 2), kernel.SHOP_FROM, 400, 442),
    "the last days missing": (np.r_[made_up(n=100), np.zeros(9)], kernel.SHOP_FROM, 0, 109),
}


@pytest.mark.parametrize("case", CASES)
def test_fit_and_forecast(case: str) -> None:
    loads, first, start, origin = CASES[case]
    waves = kernel.harmonics(origin + 400)
    fitted = kernel.fit(kernel.series_of(first, loads), waves, start, origin)
    wanted = reference.fit(loads, first, start, origin)
    assert fitted.possible
    assert np.flatnonzero(fitted.kept).tolist() == wanted.kept
    assert fitted.memory == pytest.approx(wanted.memory, abs=1e-9)
    np.testing.assert_allclose(fitted.beta, wanted.beta, rtol=1e-9, atol=1e-9)
    assert fitted.wide == pytest.approx(stats.t.ppf(0.975, wanted.degrees), rel=1e-4)
    for i in (origin, origin + 1, origin + 6, origin + 90, origin + 364):
        middle, error = kernel.forecast(fitted, first, waves, i)
        np.testing.assert_allclose((middle, error), wanted.forecast(i), rtol=1e-8)


@pytest.mark.parametrize(
    ("loads", "first", "days", "horizon"),
    [
        (RIDES, kernel.TAXIS_FROM, 107, 28),
        (VIEWS[1000:1300], kernel.ARTICLE_FROM + 1000, 84, 28),
        (holed(made_up(n=200), 4), kernel.SHOP_FROM, 60, 14),
        (made_up(n=75), kernel.SHOP_FROM, 60, 14),
    ],
    ids=["rides", "views", "holes", "few origins"],
)
def test_backtest(loads: Numbers, first: int, days: int, horizon: int) -> None:
    series = kernel.series_of(first, loads)
    scores = kernel.backtest(series, kernel.harmonics(loads.size), days, horizon)
    wanted = reference.backtest(loads, first, days, horizon)
    assert scores.origins.tolist() == [origin for origin, _, _ in wanted]
    np.testing.assert_allclose(scores.peak, [peak for _, _, peak in wanted], rtol=1e-8)
    for k, (origin, by_day, _) in enumerate(wanted):
        factor = kernel.widening(scores, origin)
        assert factor == pytest.approx(reference.widening(wanted, horizon, origin), rel=1e-4)
        for j in range(horizon):
            found = scores.found[:, k, j]
            if j not in by_day:
                assert (found == -1.0).all()
                continue
            score = by_day[j]
            assert scores.distance[k, j] == pytest.approx(score.distance, rel=2e-4)
            assert found[kernel.IN_80] == score.in_80
            assert found[kernel.IN_95] == score.in_95
            np.testing.assert_allclose(found[kernel.OF_MODEL :], score.errors, rtol=1e-7)
            inside = -1.0 if factor == 0.0 else float(scores.distance[k, j] <= factor)
            assert found[kernel.IN_WIDENED] == inside


def test_harmonics_stay_on_the_circle() -> None:
    angle = 2 * np.pi * np.arange(4000) / 365.25
    wanted = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    np.testing.assert_allclose(kernel.harmonics(4000).T, wanted, atol=1e-11)


def test_the_built_in_histories_begin_on_their_days() -> None:
    for which, loads, first in (
        (kernel.ARTICLE, VIEWS, kernel.ARTICLE_FROM),
        (kernel.TAXIS, RIDES, kernel.TAXIS_FROM),
    ):
        series = kernel.chosen(which, NONE)
        assert series.first == first
        assert reference.EPOCH.toordinal() + first in (
            facts.PAGE_VIEWS_FROM.toordinal(),
            facts.TAXI_RIDES_FROM.toordinal(),
        )
        np.testing.assert_allclose(np.exp(series.logs) * series.present, loads, rtol=1e-12)
    assert kernel.chosen(kernel.SHOP, NONE).logs.size == kernel.SHOP_DAYS


def test_the_shop_is_what_it_is_said_to_be() -> None:
    """Means over 40 shops: four standard errors of their noise."""
    n, runs = 1461, 40
    logs = np.array([np.log(kernel.shop(seed, n, 0.0)) for seed in range(runs)])
    i = np.arange(n)
    week = np.array(kernel.SHOP_WEEK)[(kernel.SHOP_FROM + 3 + i) % 7]
    truth = np.log(20_000) + 12 / 365.25 * np.log(1.03) * i + week
    truth += 0.15 * np.cos(2 * np.pi * i / 365.25)
    left = logs - truth
    # The sum of an AR(1) series' correlations is (1 + 0.5) / (1 - 0.5) = 3.
    assert abs(left.mean()) < 4 * 0.08 * np.sqrt(3 / (n * runs))
    assert left.std() == pytest.approx(0.08, rel=0.02)
    memory = np.mean(left[:, 1:] * left[:, :-1]) / np.mean(left**2)
    assert memory == pytest.approx(0.5, abs=0.02)
    more = np.array([kernel.shop(seed, n, 50.0) for seed in range(runs)]) / np.exp(logs)
    shares = (more > 1.001).mean()
    assert shares == pytest.approx(1 / 50, abs=4 * np.sqrt(0.02 / (n * runs)))
    np.testing.assert_allclose(more[more > 1.001], 2.5)


def table(which: int = kernel.SHOP, own: Numbers = NONE, **changed: float) -> Numbers:
    given = {
        "history": 182, "horizon": 56, "back": 10, "campaign": 1.0, "campaign_day": 28,
        "capacity": 2.0,
    } | changed  # fmt: skip
    return kernel.projection(which, *given.values(), own)


days = st.lists(st.tuples(st.integers(0, 90_000), st.floats(0.0, 1e15)), min_size=1, max_size=8)
stretch = st.builds(
    lambda first, loads: [(first + i, each) for i, each in enumerate(loads)],
    st.integers(0, 80_000),
    st.lists(st.floats(0.0, 1e15) | st.floats(50.0, 150.0), min_size=20, max_size=150),
)


@settings(max_examples=150, deadline=None)
@given(days | stretch, st.sampled_from([42, 84, 730]), st.sampled_from([7, 28, 182]),
       st.sampled_from([0, 4, 104]), st.sampled_from([1.0, 10.0]))  # fmt: skip
def test_the_table_is_finite_for_any_history(
    pairs: list[tuple[int, float]], history: int, horizon: int, back: int, campaign: float
) -> None:
    own = np.array(pairs, float).ravel()
    found = table(own=own, history=history, horizon=horizon, back=back, campaign=campaign)
    assert np.isfinite(found).all()
    assert found.shape[1] == kernel.COLUMNS
    ahead = found[found[:, 0] == kernel.AHEAD]
    bands = ahead[:, kernel.BANDS : kernel.BANDS + 4]
    middle = ahead[:, kernel.BY_MODEL]
    assert (bands[:, 2] <= bands[:, 0]).all()
    assert (bands[:, 0] <= middle).all()
    assert (middle <= bands[:, 1]).all()
    assert (bands[:, 1] <= bands[:, 3]).all()
    state = found[0, kernel.STATE]
    assert len(ahead) == (horizon // 7 if state != kernel.NOTHING else 0)
    shares = found[0, kernel.SHARES : kernel.SHARES + 6]
    assert ((shares >= 0.0) & (shares <= 1.0)).all()


def test_order_and_parts_of_days_do_not_matter() -> None:
    pairs = np.array([[19_000.0 + i, load] for i, load in enumerate(made_up(n=300))])
    halves = np.repeat(pairs, 2, axis=0) * [1.0, 0.5]
    mixed = np.random.default_rng(1).permutation(halves)
    np.testing.assert_allclose(table(own=mixed.ravel()), table(own=pairs.ravel()), rtol=1e-9)


def test_units_do_not_matter() -> None:
    pairs = np.array([[19_000.0 + i, load] for i, load in enumerate(made_up(n=300))])
    one, other = table(own=pairs.ravel()), table(own=(pairs * [1.0, 60.0]).ravel())
    loads = [*range(kernel.LOAD, kernel.LOAD + 1), kernel.BY_MODEL,
             *range(kernel.BANDS, kernel.BANDS + 6), kernel.NAIVE, kernel.NAIVE + 1,
             kernel.CAPACITY]  # fmt: skip
    one[:, loads] *= 60.0
    np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)


def test_only_the_last_ten_years_count() -> None:
    pairs = [[10_000.0, 7.0]] + [[30_000.0 + i, load] for i, load in enumerate(made_up(n=300))]
    first, loads = kernel.own(np.array(pairs).ravel())
    assert loads.size == kernel.LONGEST
    assert first + loads.size - 1 == 30_299
    assert np.count_nonzero(loads) == 300


def test_each_row_is_one_day_of_its_week() -> None:
    found = table()
    past = found[found[:, 0] == kernel.PAST]
    ahead = found[found[:, 0] == kernel.AHEAD]
    assert len(past) == 26
    assert len(ahead) == 8
    loads = kernel.shop(kernel.SHOP_SEED, kernel.SHOP_DAYS, kernel.SHOP_BETWEEN)
    origin = kernel.SHOP_DAYS - 70
    for week, row in enumerate(ahead):
        day = int(row[1])
        assert 7 * week < day <= 7 * week + 7
        assert row[2] == (kernel.SHOP_FROM + origin + day - 1) * 86_400_000
        assert row[kernel.LOAD] == pytest.approx(loads[origin + day - 1])
        wanted = reference.naive(loads, origin - 182, origin, origin + day - 1)
        np.testing.assert_allclose(row[kernel.NAIVE : kernel.NAIVE + 2], wanted, rtol=1e-9)
    # Saturday is the busiest.
    weekdays = {(int(row[2] / 86_400_000) + 3) % 7 for row in past}
    assert weekdays == {5}


def test_a_campaign_is_on_its_day_only() -> None:
    without, with_it = table(), table(campaign=4.0, campaign_day=30)
    ahead = with_it[with_it[:, 0] == kernel.AHEAD]
    assert ahead[4, 1] == 30
    columns = slice(kernel.BY_MODEL, kernel.BANDS + 7)
    others = np.arange(len(without)) != np.flatnonzero(with_it[:, 1] == 30)[0]
    np.testing.assert_array_equal(without[others, columns], with_it[others, columns])
    assert ahead[4, kernel.BY_MODEL] > 3.0 * ahead[3, kernel.BY_MODEL]
    assert with_it[0, kernel.REACHED] == 30
    np.testing.assert_array_equal(
        table(campaign=4.0, campaign_day=84)[:, columns], without[:, columns]
    )


def test_capacity_is_reached_by_the_wider_band_first() -> None:
    found = table(capacity=1.2, horizon=182)[0]
    days = found[[kernel.REACHED, kernel.REACHED + 2, kernel.REACHED + 4]]
    known = found[[kernel.REACHED + 1, kernel.REACHED + 3, kernel.REACHED + 5]]
    assert known.all()
    assert (np.diff(days) <= 0).all()
    loads = kernel.shop(kernel.SHOP_SEED, kernel.SHOP_DAYS, kernel.SHOP_BETWEEN)
    origin = kernel.SHOP_DAYS - 70
    wanted = reference.fit(loads, kernel.SHOP_FROM, origin - 182, origin)
    wide = stats.t.ppf(0.975, wanted.degrees)
    ahead = np.array([wanted.forecast(origin + j) for j in range(182)])
    for k, times in enumerate((0.0, wide)):
        above = ahead[:, 0] + times * ahead[:, 1] >= np.log(found[kernel.CAPACITY])
        assert days[k] == 1 + np.argmax(above)
    assert days[1] < days[0]
    assert found[kernel.CAPACITY] == pytest.approx(
        1.2 * kernel.shop(1, kernel.SHOP_DAYS, kernel.SHOP_BETWEEN)[-70 - 28 : -70].mean()
    )


def test_what_came_later_is_not_known() -> None:
    """The forecast, and the widening, of a day do not change with what comes after it."""
    pairs = np.array([[19_000.0 + i, load] for i, load in enumerate(made_up(n=400))])
    changed = pairs.copy()
    changed[330:, 1] *= 3.0
    one, other = (table(own=each.ravel(), history=84) for each in (pairs, changed))
    columns = slice(kernel.BY_MODEL, kernel.NAIVE + 2)
    rows = one[:, 0] == kernel.AHEAD
    np.testing.assert_array_equal(one[rows, columns], other[rows, columns])
    assert one[0, kernel.SHARES + 2] > other[0, kernel.SHARES + 2]
