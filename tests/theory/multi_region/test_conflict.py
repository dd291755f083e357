import math
from collections.abc import Sequence

import numpy as np
import pytest

from scalelab.models.multi_region.conflict import CLOCKS, STRATEGIES, Conflict, simulate
from scalelab.theory.multi_region.conflict import (
    lost_in_a_cut,
    lost_to_last_writer,
    unaware_probability,
    undone_by_union,
    vector_entries,
)

CART, ITEM, UNION, PN, OR_SET = STRATEGIES
GAP = 5.0


def runs(strategy: str, n: int = 12, **settings: object) -> list[Conflict]:
    """Two regions and long carts, so that begin and end do not matter."""
    given = {"n_regions": 2, "removes": 0.0, "gap_s": GAP, "n_changes": 500, "run_changes": 5000}
    return [
        simulate(strategy, n_runs=1, seed=seed, **{**given, **settings})  # type: ignore[arg-type]
        for seed in range(n)
    ]


def close(measured: Sequence[float], wanted: float) -> bool:
    """Within four standard errors of the runs' mean."""
    error = float(np.std(measured, ddof=1)) / math.sqrt(len(measured))
    return abs(float(np.mean(measured)) - wanted) < 4.0 * error


@pytest.mark.parametrize("elsewhere", [0.2, 0.5])
@pytest.mark.parametrize("delay", [0.1, 2.0])
def test_unaware(elsewhere: float, delay: float) -> None:
    home, away = (1.0 - elsewhere) / GAP, elsewhere / GAP
    wanted = (1.0 - elsewhere) * unaware_probability(away, delay)
    wanted += elsewhere * unaware_probability(home, delay)
    found = runs(CART, elsewhere=elsewhere, delay_ms=1e3 * delay)
    assert close([run.unaware / 1e3 for run in found], wanted)


@pytest.mark.parametrize(
    ("delay", "ahead", "elsewhere"),
    [(0.1, 1.0, 0.5), (2.0, 0.0, 0.5), (2.0, 1.0, 0.3), (1.0, 5.0, 0.7), (20.0, 0.0, 0.4)],
)
def test_the_last_writer(delay: float, ahead: float, elsewhere: float) -> None:
    home, away = (1.0 - elsewhere) / GAP, elsewhere / GAP
    by_ahead, by_behind = lost_to_last_writer(home, away, delay, ahead)
    wanted = (1.0 - elsewhere) * by_ahead + elsewhere * by_behind
    found = runs(CART, 16, delay_ms=1e3 * delay, skew_ms=1e3 * ahead, elsewhere=elsewhere)
    assert close([run.lost / 1e3 for run in found], wanted)


def test_a_clock_behind_by_more_than_the_delay() -> None:
    """The region ahead loses nothing; the other one whatever it writes within both times."""
    by_ahead, by_behind = lost_to_last_writer(0.1, 0.1, 0.1, 1.0)
    assert by_ahead == 0.0
    assert by_behind == pytest.approx(1.0 - math.exp(-0.1 * 1.1))
    # With right clocks the two are alike.
    same = lost_to_last_writer(0.1, 0.1, 0.1, 0.0)
    assert same[0] == same[1] < 0.01
    # They never hear of each other: one of the two is thrown away.
    assert lost_to_last_writer(1.0, 1.0, 1e9, 0.0) == (0.5, 0.5)
    assert lost_to_last_writer(1.0, 1.0, 0.0, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("elsewhere", [0.5, 0.2])
def test_a_cut(elsewhere: float) -> None:
    """Long before and long after the cut, and nothing but the cut that delays."""
    setting = {"gap_s": 1.0, "n_changes": 100, "delay_ms": 0.0, "skew_ms": 0.0, "cut_s": 20.0}
    found = runs(CART, elsewhere=elsewhere, **setting)
    assert close([run.lost / 10.0 for run in found], lost_in_a_cut(1.0, elsewhere, 20.0))
    assert lost_in_a_cut(1.0, elsewhere, 0.0) == 0.0


def test_the_union_brings_back() -> None:
    """Each piece another product, so that nobody removes what has come back."""
    setting = {"removes": 0.2, "products": 1000, "n_changes": 200, "skew_ms": 0.0}
    found = runs(UNION, 24, **setting)
    additions_first = 1.0 - 1.0 / 200  # hardly ever is there nothing to remove
    wanted = undone_by_union(0.5 / GAP, 0.1) * 0.2 * additions_first
    assert close([run.undone / 1e3 for run in found], wanted)


def test_vector_entries_by_hand_and_measured() -> None:
    assert vector_entries((0.5, 0.5), 1) == pytest.approx(1.0)
    assert vector_entries((0.5, 0.5), 2) == pytest.approx(1.5)
    assert vector_entries((0.5, 0.3, 0.2), 1000) == pytest.approx(3.0)
    shares = (0.7, 0.15, 0.15)
    found = runs(
        UNION, n_regions=3, elsewhere=0.3, n_changes=4, delay_ms=0.0, skew_ms=0.0, gap_s=GAP
    )
    assert close([run.entries for run in found], vector_entries(shares, 4))


@pytest.mark.parametrize(("delay", "ahead"), [(0.1, 5.0), (2.0, 5.0), (3.0, 1.0)])
def test_a_hybrid_clock_is_ahead_by_the_delay_at_most(delay: float, ahead: float) -> None:
    wanted = sum(lost_to_last_writer(0.5 / GAP, 0.5 / GAP, delay, min(ahead, delay))) / 2.0
    found = runs(CART, 16, delay_ms=1e3 * delay, skew_ms=1e3 * ahead, clock=CLOCKS[1])
    assert close([run.lost / 1e3 for run in found], wanted)
