import re

import pytest

from scalelab.models.multi_region.conflict import CLOCKS, FATES, OPERATIONS, STRATEGIES, simulate

CART, ITEM, UNION, PN, OR_SET = STRATEGIES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_regions", 1), ("n_regions", 6), ("elsewhere", 50.0), ("gap_s", 0.0),
        ("gap_s", float("nan")), ("n_changes", 0), ("n_changes", 1001), ("removes", -0.1),
        ("products", 0), ("delay_ms", -1.0), ("cut_s", -1.0), ("cut_s", 1e6), ("skew_ms", 1e6),
        ("run_changes", 0), ("n_runs", 0),
    ],
)  # fmt: skip
def test_refuses(name: str, value: float) -> None:
    with pytest.raises(
        ValueError, match=rf"{name} is {re.escape(str(value))}( s| ms)?, allowed is"
    ):
        simulate(CART, **{name: value})  # type: ignore[arg-type]


def test_refuses_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"strategy is 'LWW', allowed are Last writer, cart"):
        simulate("LWW")
    with pytest.raises(ValueError, match=r"clock is 'Atomic', allowed are Wall clock"):
        simulate(CART, clock="Atomic")


def test_names_are_in_the_kernel_s_order() -> None:
    assert len(STRATEGIES) == 5
    assert (len(CLOCKS), len(OPERATIONS), len(FATES)) == (2, 2, 3)


def test_what_a_result_says_fits_together() -> None:
    for strategy in STRATEGIES:
        found = simulate(strategy, cut_s=30.0)
        assert found.kept + found.lost + found.undone == pytest.approx(1000.0)
        assert found.wrong == pytest.approx(found.lost + found.undone)
        assert found.fewest <= found.wrong <= found.most
    assert simulate(UNION, cut_s=30.0).to_siblings > 0.0 == simulate(CART, cut_s=30.0).to_siblings


def test_the_order_of_the_strategies_in_a_cut() -> None:
    wrong = [simulate(strategy, cut_s=60.0).wrong for strategy in STRATEGIES]
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[-1] == 0.0


def test_a_skew_ahead_and_behind_are_each_other_s_mirror() -> None:
    """With two regions that write alike; not the same draws, so only nearly."""
    ahead, behind = (simulate(CART, n_regions=2, skew_ms=s, n_runs=60) for s in (1000.0, -1000.0))
    assert ahead.wrong == pytest.approx(behind.wrong, rel=0.1)


def test_a_hybrid_clock_is_as_good_as_right_clocks() -> None:
    hybrid = simulate(CART, clock=CLOCKS[1], n_runs=60)
    right = simulate(CART, skew_ms=0.0, n_runs=60)
    wrong = simulate(CART, n_runs=60)
    assert hybrid.wrong == pytest.approx(right.wrong, rel=0.15)
    assert wrong.wrong > 3 * hybrid.wrong


def test_tags_grow_with_the_changes_and_vectors_do_not() -> None:
    short, long = (
        {s: simulate(s, n_changes=m).entries for s in (UNION, OR_SET)} for m in (20, 200)
    )
    assert long[OR_SET] > 8 * short[OR_SET]
    assert long[UNION] < 1.2 * short[UNION]


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(CART, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
