import itertools
import math

import numpy as np
import pytest

from scalelab.kernels.replication.multi_primary import measured
from scalelab.theory.replication import multi_primary as theory

DELAY = 0.04


def shares(
    primaries: int,
    order_rate: float,
    actions: int,
    rows: int,
    spread: int = 0,
    handling: int = 0,
    at_home: float = 0.0,
    hot_rows: int = 1,
    hot_share: float = 0.0,
    delay: float = DELAY,
) -> list[float]:
    """Of independent runs: the share of orders that conflict."""
    return [
        float(
            measured(
                primaries, order_rate, 0, actions, rows, hot_rows, hot_share, at_home,
                delay * 1e3, spread, handling, 20_000, 1, 1000 * i,
            )[4]
        )
        for i in range(20)
    ]  # fmt: skip


def agrees(found: list[float], expected: float) -> None:
    """Within four standard errors of the mean of independent runs."""
    error = np.std(found, ddof=1) / math.sqrt(len(found))
    assert error < 0.03 * expected, "too noisy to say anything"
    assert abs(np.mean(found) - expected) < 4.0 * error


@pytest.mark.parametrize("primaries", [2, 4, 16])
def test_orders_of_one_row(primaries: int) -> None:
    expected = theory.conflict_share_of_one(primaries, 2000.0, 10_000, DELAY)
    agrees(shares(primaries, 2000.0, 1, 10_000), expected)
    assert expected == pytest.approx(-math.expm1(-(primaries - 1) * 0.2 * DELAY))


@pytest.mark.parametrize("spread", [0, 1])
@pytest.mark.parametrize("at_home", [0.5, 0.9])
def test_some_at_home_and_some_hot(spread: int, at_home: float) -> None:
    expected = theory.conflict_share_of_one(
        4, 2000.0, 10_004, DELAY, bool(spread), at_home, 4, 0.05
    )
    agrees(shares(4, 2000.0, 1, 10_004, spread, 0, at_home, 4, 0.05), expected)


@pytest.mark.parametrize(("primaries", "spread"), [(2, 0), (4, 0), (16, 0), (6, 1)])
def test_orders_of_several_rows(primaries: int, spread: int) -> None:
    expected = theory.conflict_share_of_several(primaries, 500.0, 4, 10_000, DELAY, bool(spread))
    agrees(shares(primaries, 500.0, 4, 10_000, spread), expected)


@pytest.mark.parametrize(("rows", "delay"), [(10_000, 0.04), (20, 0.0005)])
def test_several_rows_some_of_them_hot(rows: int, delay: float) -> None:
    expected = theory.conflict_share_of_several(4, 500.0, 4, rows, delay, False, 2, 0.1)
    agrees(shares(4, 500.0, 4, rows, hot_rows=2, hot_share=0.1, delay=delay), expected)


@pytest.mark.parametrize(("primaries", "rows"), [(2, 1000), (4, 100), (16, 100)])
def test_certification(primaries: int, rows: int) -> None:
    expected = theory.certified_abort_share(primaries, 1000.0, rows, DELAY)
    agrees(shares(primaries, 1000.0, 1, rows, handling=1), expected)
    # What has aborted is in nobody's way.
    assert expected < theory.conflict_share_of_one(primaries, 1000.0, rows, DELAY)


def test_one_row_each_is_a_case_of_several() -> None:
    for hot in (0.0, 0.2):
        one = theory.conflict_share_of_one(5, 800.0, 300, DELAY, True, 0.0, 3, hot)
        several = theory.conflict_share_of_several(5, 800.0, 1, 300, DELAY, True, 3, hot)
        assert one == pytest.approx(several)


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_distinct_rows_counted_one_by_one(rows: int) -> None:
    found = theory.distinct(4, rows)
    every = list(itertools.product(range(rows), repeat=4))
    for m in range(5):
        count = sum(len(set(one)) == m for one in every)
        assert found[m] == pytest.approx(count / len(every))


def test_the_pair_law_is_the_limit_of_rare_conflicts() -> None:
    for home in (0.0, 0.9):
        for other in (False, True):
            rate, rows = 3.0, 40_000
            exact = theory.conflict_share_of_one(4, rate, rows, DELAY, other, home)
            pairs = theory.pair_rate(4, rate, 1, rows, DELAY, other, home)
            assert exact * 4 * rate == pytest.approx(pairs, rel=1e-3)
    # Hot rows are as many rows fewer.
    exact = theory.conflict_share_of_several(3, 1.0, 4, 40_000, DELAY, False, 500, 0.3)
    few = theory.effective_rows(40_000, 500, 0.3)
    assert few < 6000
    assert 3.0 * exact == pytest.approx(theory.pair_rate(3, 1.0, 4, few, DELAY), rel=0.01)


def test_pairs_counted_one_by_one() -> None:
    """Every pair of two primaries, each of them the earlier one."""
    each = (500.0 * 4) ** 2 * DELAY / 10_000
    for n in (1, 2, 5):
        waits = [1.0 for a in range(n) for b in range(n) if a != b]
        assert theory.pair_rate(n, 500.0, 4, 10_000, DELAY) == pytest.approx(each * sum(waits))
        ring = [(b - a) % n for a in range(n) for b in range(n) if a != b]
        assert theory.pair_rate(n, 500.0, 4, 10_000, DELAY, True) == pytest.approx(each * sum(ring))


def test_ten_times_the_nodes_a_thousand_times_the_conflicts() -> None:
    """The result of the paper's abstract; all at once it is a hundred."""
    for n in (1, 10):
        ratio = theory.cube_law(10 * n, 1.0, 4, 10**6, DELAY) / theory.cube_law(
            n, 1.0, 4, 10**6, DELAY
        )
        assert ratio == pytest.approx(1000.0)
    many = theory.pair_rate(1000, 1.0, 4, 10**9, DELAY, True)
    assert many == pytest.approx(theory.cube_law(1000, 1.0, 4, 10**9, DELAY), rel=0.002)
    squared = theory.pair_rate(1000, 1.0, 4, 10**9, DELAY) / theory.pair_rate(
        100, 1.0, 4, 10**9, DELAY
    )
    assert squared == pytest.approx(100.0, rel=0.01)


@pytest.mark.parametrize("apply_share", [0.1, 0.5, 1.0])
def test_the_ceiling_has_a_ceiling(apply_share: float) -> None:
    limit = theory.ceiling(10**9, apply_share)
    assert limit == pytest.approx(1.0 / apply_share, rel=1e-6)
    assert theory.ceiling(1, apply_share) == 1.0
    assert theory.ceiling(7, 0.0) == 7.0
