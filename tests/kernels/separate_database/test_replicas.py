"""Replicas against a simulation, exact fractions, and what always holds."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.separate_database.replicas_reference import first_replica, mean_read, pinned

from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.separate_database import replicas as kernels
from scalelab.kernels.separate_database.replicas import FIRST, LARGE, ONE, SECOND
from scalelab.theory.separate_database import replicas as theory

STORY: dict[str, Any] = {
    "rate_per_s": 800.0, "write_share": 0.05, "window_s": 2.0, "vcpus": 4, "read_ms": 3.0,
    "write_factor": 2.0, "apply_share": 0.5, "target": 0.7, "balanced": 0, "request_rate": 0.1,
    "customer_rate": 0.002, "most_rate": 3000.0,
}  # fmt: skip


def table_of(**changed: Any) -> Table:
    return kernels.replicas(*{**STORY, **changed}.values())


def here(arrangement: int, **changed: Any) -> Floats:
    table = table_of(**changed)
    (row,) = table[(table[:, 0] == arrangement) & (table[:, kernels.HERE] == 1.0)]
    found: Floats = row
    return found


def within_errors(value: float, found: list[float]) -> None:
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(value - mean) < 4.0 * error
    assert error < 0.02 * mean


@pytest.mark.parametrize("vcpus", [1, 4])
def test_a_read_takes_what_a_shared_machine_makes_it_take(vcpus: int) -> None:
    """Constant reads, and writes that vary much: only the mean work counts."""
    rate = 0.2 * vcpus
    found = [mean_read(0.8 * rate, 0.2 * rate, 3.0, 6.0, vcpus, 30_000, seed) for seed in range(8)]
    row = here(ONE, rate_per_s=1000.0 * rate, write_share=0.2, vcpus=vcpus)
    assert row[kernels.PRIMARY_BUSY] == pytest.approx(0.72)
    within_errors(row[kernels.READ_MS], found)


@pytest.mark.parametrize("window", [2.0, 60.0, 600.0])
def test_reads_after_a_write(window: float) -> None:
    found = [pinned(0.1, 0.05, window, 20_000, seed) for seed in range(8)]
    row = here(FIRST, window_s=window)
    assert row[kernels.PINNED] == pytest.approx(theory.pinned(0.1, 0.05, window), rel=1e-12)
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(row[kernels.PINNED] - mean) < 4.0 * error
    assert error < 0.1 * mean


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 20), Fraction(1, 5)])
def test_what_is_carried_is_all_work_divided_by_all_machines(
    replicas: int, share: Fraction
) -> None:
    work = theory.all_together(share, Fraction(3), Fraction(2), Fraction(1, 2), replicas)
    expected = 1000 * theory.carried(Fraction(4), work, Fraction(7, 10))
    row = here(LARGE + replicas, write_share=float(share), balanced=1)
    assert row[kernels.CARRIED] == pytest.approx(float(expected), rel=1e-12)
    assert row[kernels.PRIMARY_BUSY] == pytest.approx(row[kernels.REPLICA_BUSY], rel=1e-12)


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize("window", [0.0, 2.0, 60.0, 600.0])
def test_replicas_only_carry_what_the_busier_machine_does(replicas: int, window: float) -> None:
    primary, replica = theory.split(0.05, 3.0, 2.0, 0.5, theory.pinned(0.1, 0.05, window), replicas)
    row = here(LARGE + replicas, window_s=window)
    assert row[kernels.CARRIED] == pytest.approx(2800.0 / max(primary, replica), rel=1e-12)
    assert row[kernels.PRIMARY_BUSY] == pytest.approx(0.2 * primary, rel=1e-12)
    assert row[kernels.REPLICA_BUSY] == pytest.approx(0.2 * replica, rel=1e-12)


@pytest.mark.parametrize(("rate", "window"), [(900.0, 2.0), (1100.0, 60.0)])
def test_reads_that_their_customers_past_routes(rate: float, window: float) -> None:
    """Nothing is thinned at random here: thousands of customers come to the same."""
    found = [
        first_replica(rate / 1000.0, 1e-4, 0.05, 1000.0 * window, 3.0, 2.0, 0.5, 4, 150_000, seed)
        for seed in range(6)
    ]
    within_errors(here(FIRST, rate_per_s=rate, window_s=window)[kernels.READ_MS], found)


def test_the_larger_machine_is_quicker_than_two() -> None:
    one, two = theory.best_of_two(3.0, 1600.0 * 0.003, 4)
    everything = {"rate_per_s": 1600.0, "write_share": 0.0, "window_s": 0.0, "balanced": 1}
    assert here(LARGE, **everything)[kernels.READ_MS] == pytest.approx(one, rel=1e-12)
    assert here(FIRST, **everything)[kernels.READ_MS] == pytest.approx(two, rel=1e-12)
    assert one < two


def test_after_a_loss_it_is_the_next_smaller_arrangement() -> None:
    for balanced in (0, 1):
        one, first, second = (here(which, balanced=balanced) for which in (ONE, FIRST, SECOND))
        assert first[kernels.CARRIED_DOWN] == one[kernels.CARRIED]
        assert second[kernels.CARRIED_DOWN] == first[kernels.CARRIED]
        assert first[kernels.LEFT_BUSY] == pytest.approx(one[kernels.PRIMARY_BUSY], rel=1e-12)
        busiest = max(first[kernels.PRIMARY_BUSY], first[kernels.REPLICA_BUSY])
        assert second[kernels.LEFT_BUSY] == pytest.approx(busiest, rel=1e-12)


worlds = st.fixed_dictionaries({
    "rate_per_s": st.sampled_from([0.01, 800.0, 1e6]), "write_share": st.floats(0.0, 1.0),
    "window_s": st.sampled_from([0.0, 2.0, 600.0, 1e6]), "vcpus": st.sampled_from([1, 4, 128]),
    "read_ms": st.sampled_from([0.001, 3.0, 1e4]), "write_factor": st.floats(0.1, 100.0),
    "apply_share": st.floats(0.0, 1.0), "target": st.floats(0.05, 0.99),
    "balanced": st.integers(0, 1),
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ARRANGEMENTS * (kernels.POINTS + 1), kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    keeps = table[table[:, kernels.KEEPS_UP] == 1.0]
    assert (keeps[:, kernels.READ_MS] >= world["read_ms"] * (1.0 - 1e-12)).all()
    assert (table[:, kernels.AT_PRIMARY] >= table[:, kernels.PINNED] * (1.0 - 1e-12)).all()
    assert (table[:, kernels.AT_PRIMARY] <= 1.0).all()
    # All points of a curve keep up, and its reads take longer and longer.
    for arrangement in range(kernels.ARRANGEMENTS):
        curve = table[(table[:, 0] == arrangement) & (table[:, kernels.HERE] == 0.0)]
        assert (curve[:, kernels.KEEPS_UP] == 1.0).all()
        assert (np.diff(curve[:, kernels.READ_MS]) >= -1e-9 * curve[1:, kernels.READ_MS]).all()
    one, large, first, second = table[table[:, kernels.HERE] == 1.0]
    assert large[kernels.CARRIED] == pytest.approx(2.0 * one[kernels.CARRIED], rel=1e-12)
    # Nothing is gained by not using a machine.
    spread = table_of(**{**world, "balanced": 1})
    most = spread[spread[:, kernels.HERE] == 1.0][:, kernels.CARRIED]
    assert most[FIRST] >= first[kernels.CARRIED] * (1.0 - 1e-9)
    assert most[SECOND] >= second[kernels.CARRIED] * (1.0 - 1e-9)
    # A write is never done twice by the same machine.
    assert most[FIRST] >= one[kernels.CARRIED] * (1.0 - 1e-9)
