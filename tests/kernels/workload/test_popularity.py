"""The ranks against dictionaries, the fit against scipy and a known truth, what always holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from tests.kernels.workload import popularity_reference as plain

from scalelab.kernels.access_log import ENDPOINT, FIELDS, TARGET, WRITE
from scalelab.kernels.jit import Floats, Ints, Table
from scalelab.kernels.workload import popularity as kernel
from scalelab.theory.workload.popularity import fisher_error, probabilities

NOTHING = np.empty(0)
Asked = list[tuple[int, int, int]]


def log_of(requests: Asked) -> Floats:
    rows = np.zeros((len(requests), FIELDS))
    rows[:, [TARGET, ENDPOINT, WRITE]] = requests
    return rows.ravel()


def of(log: Floats, counted: int = 0) -> Table:
    return kernel.popularity(log, 1, 1, 1.0, 0.0, 0.0, counted, 1)


def counts_of(n: int, objects: int, skew: float, seed: int, hot: float = 0.0) -> Ints:
    shares = probabilities(objects, skew) * (1.0 - hot)
    shares[objects // 2] += hot
    counts = np.sort(np.random.default_rng(seed).multinomial(n, shares))[::-1]
    return np.ascontiguousarray(counts[counts > 0])


def check(table: Table, requests: Asked, which: int) -> None:
    wanted = plain.shares(requests, which)
    result = table[0]
    ranks = table[table[:, kernel.KIND] == kernel.RANK]
    places = table[table[:, kernel.KIND] == kernel.PLACE]
    ranking = wanted["ranking"]
    assert result[kernel.REQUESTS] == len(requests)
    assert result[kernel.COUNTED] == sum(ranking)
    assert result[kernel.SEEN] == len(ranking)
    for column, name in (
        (kernel.WRITE_SHARE, "write_share"), (kernel.TOP_SHARE, "top_share"),
        (kernel.TOP_FEW, "top_few"), (kernel.AHEAD, "ahead"), (kernel.NEW, "new"),
    ):  # fmt: skip
        assert result[column] == pytest.approx(wanted[name]), name
    if ranking:
        assert result[kernel.ONCE_TARGETS] == pytest.approx(wanted["once"] / len(ranking))
        assert result[kernel.ONCE_REQUESTS] == pytest.approx(wanted["once"] / sum(ranking))
    order = plain.by_count(requests, which)
    endpoint_of = {target: endpoint for target, endpoint, _ in requests}
    for row in ranks:
        rank = int(row[kernel.AT_RANK])
        assert row[kernel.OF_TARGET] == order[rank - 1]
        assert row[kernel.OF_ENDPOINT] == endpoint_of[order[rank - 1]]
        assert row[kernel.ASKED] == ranking[rank - 1]
        assert row[kernel.TOGETHER] == pytest.approx(sum(ranking[:rank]) / sum(ranking))
    found = places[:, [kernel.OF_ENDPOINT, kernel.ENDPOINT_SHARE, kernel.ITS_HOTTEST,
                       kernel.ITS_WRITES]]  # fmt: skip
    np.testing.assert_allclose(found, plain.endpoints(requests))


@pytest.mark.parametrize(
    "case",
    [(3000, 500, 0.9, 0.2, 0.1, 3), (500, 100, 1.4, 0.0, 0.0, 1), (800, 100, 0.4, 0.95, 0.5, 2)],
)
@pytest.mark.parametrize("which", [kernel.READS, kernel.WRITES, kernel.ALL])
def test_the_shop_as_one_by_one(
    case: tuple[int, int, float, float, float, int], which: int
) -> None:
    requests = plain.shop(*case)
    asked = kernel.shop(*case)
    assert list(zip(*(column.tolist() for column in asked), strict=True)) == requests
    n, objects, skew, writes, trend, seed = case
    check(kernel.popularity(NOTHING, n, objects, skew, writes, trend, which, seed), requests, which)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1)), min_size=1, max_size=200),
    st.sampled_from([kernel.READS, kernel.WRITES, kernel.ALL]),
)
def test_any_log(pairs: list[tuple[int, int]], which: int) -> None:
    requests = [(target, target % 11, write) for target, write in pairs]
    table = of(log_of(requests), which)
    assert np.isfinite(table).all()
    check(table, requests, which)
    ranks = table[table[:, kernel.KIND] == kernel.RANK]
    assert (np.diff(ranks[:, kernel.ASKED]) <= 0).all()
    assert (np.diff(ranks[:, kernel.AT_RANK]) > 0).all()
    if len(ranks):
        assert ranks[-1, kernel.TOGETHER] == pytest.approx(1.0)
        assert ranks[:, kernel.IS_TOP].sum() == 1


@pytest.mark.parametrize(
    "requests",
    [[(0, 0, 0)], [(0, 0, 1)], [(0, 0, 0)] * 50, [(i, i, 0) for i in range(50)]],
    ids=["one read", "one write", "one target", "each once"],
)
def test_logs_that_tell_little_have_no_law(requests: Asked) -> None:
    table = of(log_of(requests))
    assert np.isfinite(table).all()
    assert table[0, kernel.STATE] == kernel.TOO_FEW
    assert not table[:, kernel.IN_LAW].any()


@pytest.mark.parametrize(("skew", "n"), [(0.3, 30), (0.9, 400), (1.4, 100), (2.6, 50)])
def test_the_maximum_is_scipy_s(skew: float, n: int) -> None:
    counts = np.zeros(n)
    found = counts_of(20_000, n, skew, 5)
    counts[: found.size] = found
    logs = np.log(np.arange(1, n + 1))
    observed = (counts * logs).sum() / counts.sum()

    def score(a: float) -> float:
        weights = np.exp(-a * logs)
        return float((weights * logs).sum() / weights.sum() - observed)

    ours, variance, _ = kernel.most_likely(counts, logs)
    assert ours == pytest.approx(optimize.brentq(score, 0.0, 5.0), abs=1e-7)
    weights = np.exp(-ours * logs) / np.exp(-ours * logs).sum()
    assert variance == pytest.approx((weights * logs**2).sum() - (weights * logs).sum() ** 2)


@pytest.mark.parametrize("counts", [[7, 7, 7, 7], [1000, 0, 0, 0]], ids=["flat", "all at one"])
def test_the_maximum_at_the_ends_of_the_range(counts: list[int]) -> None:
    skew, variance, likelihood = kernel.most_likely(
        np.array(counts, float), np.log([1.0, 2.0, 3.0, 4.0])
    )
    assert 0.0 <= skew <= kernel.STEEPEST
    assert np.isfinite([variance, likelihood]).all()
    assert skew == pytest.approx(0.0 if counts[1] else kernel.STEEPEST, abs=1e-6)


@pytest.mark.parametrize(("n", "objects", "skew"), [(20_000, 20_000, 0.9), (20_000, 4_000, 1.2)])
def test_finds_the_truth_again_and_says_how_well(n: int, objects: int, skew: float) -> None:
    laws = [kernel.fitted(counts_of(n, objects, skew, seed)) for seed in range(200)]
    found = np.array([law.skew for law in laws])
    assert abs(found.mean() - skew) < 4 * found.std() / np.sqrt(200)
    error = np.mean([law.error for law in laws])
    assert error == pytest.approx(found.std(), rel=4 / np.sqrt(400))
    held = np.mean([abs(law.skew - skew) <= kernel.Z_95 * law.error for law in laws])
    assert held == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 200))


def test_no_log_tells_more_than_the_bound_allows() -> None:
    """The head alone is fitted: its error is above that of all requests with known ranks."""
    law = kernel.fitted(counts_of(20_000, 20_000, 0.9, 1))
    assert law.error > fisher_error(probabilities(20_000, 0.9), 20_000)


def test_the_correction_for_luck_is_what_makes_it_right() -> None:
    """Without it, the same head says too little; with it, ten times less is left."""
    with_it, without = [], []
    for seed in range(100):
        counts = counts_of(20_000, 20_000, 0.9, seed)
        head = kernel.head_size(counts)
        logs = np.log(np.arange(1, head + 1))
        without.append(kernel.most_likely(counts[:head].astype(float), logs)[0])
        with_it.append(kernel.fitted(counts).skew)
    assert np.mean(without) < 0.9 - 4 * np.std(without) / 10
    assert abs(np.mean(with_it) - 0.9) < 4 * np.std(with_it) / 10


@pytest.mark.parametrize("skew", [0.9, 1.2])
def test_one_out_of_line_is_found_wherever_it_ranks(skew: float) -> None:
    """With skew 1.2 the first of the law gets more than the hot one, which is no reason to miss."""
    for seed in range(20):
        counts = counts_of(20_000, 4_000, skew, seed, hot=0.1)
        law = kernel.fitted(counts)
        (rank,) = np.flatnonzero(law.is_hot)
        assert counts[rank] == pytest.approx(2_000, rel=0.1)
        assert abs(law.skew - skew) < 5 * law.error


def test_hot_ones_are_always_in_the_table() -> None:
    for seed in range(1, 6):
        table = kernel.popularity(NOTHING, 20_000, 5_000, 1.3, 0.0, 0.1, 0, seed)
        assert table[:, kernel.IS_HOT].sum() == table[0, kernel.HOT_ITEMS] > 0


def test_the_catalogue_behind_a_long_log() -> None:
    """Ten requests for each object: the law's catalogue is the real one, within its interval."""
    held = 0
    for seed in range(50):
        table = kernel.popularity(NOTHING, 100_000, 10_000, 0.9, 0.0, 0.0, 0, seed + 1)
        result = table[0]
        assert result[kernel.CATALOGUE_LOW] <= result[kernel.CATALOGUE]
        assert result[kernel.CATALOGUE] <= result[kernel.CATALOGUE_HIGH]
        assert result[kernel.CATALOGUE] == pytest.approx(10_000, rel=0.1)
        held += result[kernel.CATALOGUE_LOW] <= 10_000 <= result[kernel.CATALOGUE_HIGH]
    assert held >= 40


def test_things_seen_once_beyond_the_law() -> None:
    """A fifth of the requests are for something that never comes again."""
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(80_000, probabilities(5_000, 0.9))
        ranking = kernel.ranked(np.concatenate([counts, np.ones(20_000, np.int64)]))
        result = np.zeros(kernel.COLUMNS)
        kernel.put_law(result, ranking, kernel.fitted(ranking), 100_000)
        assert result[kernel.CATALOGUE] == pytest.approx(5_000, rel=0.1)
        found.append(result[kernel.ONE_HIT])
    assert np.mean(found) == pytest.approx(0.2, abs=0.01)


def test_the_line_in_the_table_is_numpy_s() -> None:
    counts = counts_of(20_000, 20_000, 0.9, 3)
    slope, level = np.polyfit(np.log(np.arange(1, counts.size + 1)), np.log(counts), 1)
    assert kernel.straight_line(counts) == pytest.approx((level, slope))
