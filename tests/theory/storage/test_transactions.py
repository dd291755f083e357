import itertools
import math

import numpy as np
import pytest

from scalelab.models.storage.transactions import Transactions, simulate
from scalelab.theory.storage import transactions as theory

HOLD = theory.hold_ms(1.0, 1.0, 80.55, 0.5, 2)


def runs(**settings: float) -> list[Transactions]:
    given = {"request_rate": 200.0, "cross_share": 0.1, "round_trip_ms": 80.55, **settings}
    return [
        simulate(**given, n_transactions=20_000, n_runs=1, seed=10 * i)  # type: ignore[arg-type]
        for i in range(20)
    ]


def agrees(measured: list[float], expected: float) -> None:
    """Within four standard errors of the mean of independent runs."""
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert error < 0.02 * expected, "too noisy to say anything"
    assert abs(np.mean(measured) - expected) < 4.0 * error


@pytest.mark.parametrize(("share", "rows"), [(0.0, 1), (0.1, 1), (0.1, 10), (1.0, 10), (0.02, 3)])
def test_one_row_each_is_erlang_s_loss_system(share: float, rows: int) -> None:
    hold = theory.mixed(share, 2.0, HOLD)
    found = runs(cross_share=share, rows=rows)
    expected = theory.abort_probability(0.2 * hold / rows)
    agrees([r.aborted for r in found], expected)
    agrees([r.committed_rate for r in found], 200.0 * (1.0 - expected))
    # Whoever stays in one shard is refused as often.
    if share < 1.0:
        agrees([r.bystanders_aborted for r in found], expected)
    assert found[0].hold_ms == pytest.approx(hold)
    assert found[0].ceiling == pytest.approx(theory.ceiling(rows, 1, hold))


def test_only_the_mean_of_the_locks_counts() -> None:
    """One in ten for 167 ms, and all for a tenth of that: refused as often."""
    mean = theory.mixed(0.1, 2.0, HOLD)
    found = runs(cross_share=0.0, execution_ms=mean - 1.0)
    assert found[0].hold_ms == pytest.approx(mean)
    agrees([r.aborted for r in found], theory.abort_probability(0.2 * mean))


def test_a_coordinator_that_crashes_makes_locks_longer() -> None:
    found = runs(cross_share=1.0, round_trip_ms=0.5, crash_share=0.01, recovery_s=0.5)
    hold = theory.hold_ms(1.0, 1.0, 0.5, 0.5, 2)
    until_decision = 1.0 + theory.round_ms(0.5, 0.5, 1.0, 2)
    mean = 0.99 * hold + 0.01 * (until_decision + 500.0)
    assert found[0].hold_ms == pytest.approx(mean)
    # Those left in doubt got their lock, and do not commit.
    agrees([r.committed_rate for r in found], 200.0 * 0.99 / (1.0 + 0.2 * mean))


@pytest.mark.parametrize(("rows", "touched"), [(2, 2), (5, 2), (10, 2), (10, 5), (100, 5)])
def test_of_several_rows_the_product_form_is_exact(rows: int, touched: int) -> None:
    load = 0.2 * theory.mixed(0.1, 2.0, HOLD)
    exact = theory.abort_probability_of_sets(load, rows, touched)
    agrees([r.aborted for r in runs(rows=rows, touched=touched)], exact)
    # The fixed point is on the safe side and six points off at most.
    assert 0.0 < theory.reduced_load(load, rows, touched) - exact < 0.06


def test_product_form_from_all_states() -> None:
    """Every set of disjoint pairs of five rows, counted one by one."""
    load, pairs = 3.0, list(itertools.combinations(range(5), 2))
    total = accepted = 0.0
    for m in range(3):
        for busy in itertools.combinations(pairs, m):
            taken = set(itertools.chain(*busy))
            if len(taken) == 2 * m:
                weight = (load / len(pairs)) ** m
                total += weight
                accepted += weight * sum(taken.isdisjoint(p) for p in pairs) / len(pairs)
    assert theory.abort_probability_of_sets(load, 5, 2) == pytest.approx(1.0 - accepted / total)


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_with_one_row_each_all_forms_are_the_same(rows: int) -> None:
    exact = theory.abort_probability(3.0 / rows)
    assert theory.abort_probability_of_sets(3.0, rows, 1) == pytest.approx(exact)
    assert theory.reduced_load(3.0, rows, 1) == pytest.approx(exact)
    never, attempts = theory.with_retries(3.0, rows, 0)
    assert (never, attempts) == pytest.approx((exact, 1.0))


def test_retries_if_clients_pause_for_long() -> None:
    """Locks of 2 ms and pauses of 500."""
    found = runs(cross_share=0.0, retries=2, backoff_ms=500.0)
    never, attempts = theory.with_retries(0.4, 1, 2)
    assert np.mean([r.aborted for r in found]) == pytest.approx(never, rel=0.03)
    assert np.mean([r.attempts for r in found]) == pytest.approx(attempts, rel=0.01)


def test_a_pause_shorter_than_the_lock_finds_it_again() -> None:
    short = np.mean([r.aborted for r in runs(rows=10, retries=3, backoff_ms=10.0)])
    long = np.mean([r.aborted for r in runs(rows=10, retries=3, backoff_ms=1000.0)])
    never, _ = theory.with_retries(0.2 * theory.mixed(0.1, 2.0, HOLD), 10, 3)
    assert short > 5.0 * long
    assert long > never


def test_one_row_across_the_atlantic() -> None:
    """Two round trips of 80.55 ms leave six commits a second, whatever comes."""
    assert theory.ceiling(1, 1, HOLD) == pytest.approx(6.0, abs=0.05)
    assert theory.ceiling(1, 1, 2.0) == 500.0
    for rate in (100.0, 1000.0):
        found = simulate(rate, 1.0, 80.55, n_transactions=int(rate * 200))
        assert 5.0 < found.committed_rate < theory.ceiling(1, 1, HOLD)


@pytest.mark.parametrize(("jitter", "participants"), [(0.0, 10), (5.0, 1), (5.0, 10)])
def test_latency_waits_for_the_slowest(jitter: float, participants: int) -> None:
    found = simulate(0.01, 1.0, 80.55, participants, jitter, n_transactions=20_000, backoff_ms=0.0)
    # Nobody is in the way: one round, its slowest answer, and the decision's log.
    fixed = 1.0 + 80.55 + 1.0 + 1.0
    for probability, measured in ((0.5, found.p50), (0.99, found.p99)):
        slowest = -jitter * math.log(-math.expm1(math.log(probability) / participants))
        assert measured == pytest.approx(fixed + slowest, rel=0.02)
    assert found.hold_ms == pytest.approx(theory.hold_ms(1.0, 1.0, 80.55, jitter, participants))
