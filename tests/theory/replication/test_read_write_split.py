import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scalelab.models.replication.read_write_split import ReadWriteSplit, simulate
from scalelab.theory.caching.latency import Database
from scalelab.theory.replication import read_write_split as theory
from scalelab.theory.replication.read_write_split import Split

SHOP = Split(0.1, 1.0, 2.0, 0.5, 0.7 * 8000.0)


def runs(*args: float, **settings: float) -> list[ReadWriteSplit]:
    return [
        simulate(*args, n_requests=100_000, n_runs=1, seed=10 * i, **settings)  # type: ignore[arg-type]
        for i in range(16)
    ]


def agrees(measured: list[float], expected: float) -> None:
    """Within four standard errors of the mean of independent runs."""
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert error < 0.02 * expected, "too noisy to say anything"
    assert abs(np.mean(measured) - expected) < 4.0 * error


splits = st.builds(
    Split, st.floats(0.001, 0.99), st.floats(0.01, 50.0), st.floats(0.01, 50.0),
    st.floats(0.0, 1.0), st.floats(10.0, 1e5), st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(splits, st.integers(1, 12))
def test_the_ceiling_is_the_optimum_of_a_linear_programme(split: Split, n: int) -> None:
    """Unknown: the rate, and the reads/s of each server. Each server's work is within capacity."""
    g, f = split.write_share, split.apply_share
    unit = split.write_ceiling  # rates in units of it, so that the solver's tolerances are right
    writes, applies = g * split.write_ms * unit, g * f * split.write_ms * unit
    servers = n + 1
    work = np.zeros((servers, 1 + servers))
    work[:, 0] = [writes, *[applies] * n]
    work[:, 1:] = np.eye(servers) * split.read_ms * unit
    divided = np.array([[1.0 - g, *[-1.0] * servers]])
    most_reads = None if split.primary_reads else 0.0
    found = linprog(
        [-1.0] + [0.0] * servers, work / split.capacity, np.ones(servers), divided, [0.0],
        [(0.0, None), (0.0, most_reads), *[(0.0, None)] * n],
    )  # fmt: skip
    assert found.success
    assert split.ceiling(n) == pytest.approx(-found.fun * unit, rel=1e-6)


@settings(max_examples=100, deadline=None)
@given(splits, st.integers(0, 30))
def test_kernel_and_theory_have_the_same_ceiling(split: Split, n: int) -> None:
    found = simulate(
        100.0, split.write_share, n, 0, split.primary_reads, split.read_ms, split.write_ms,
        split.apply_share, 4, min(split.capacity / 1e5 + 0.05, 1.0), n_requests=10, n_runs=1,
    )  # fmt: skip
    target = min(split.capacity / 1e5 + 0.05, 1.0)
    same = Split(
        split.write_share, split.read_ms, split.write_ms, split.apply_share, target * 4000.0,
        split.primary_reads,
    )  # fmt: skip
    assert found.ceiling == pytest.approx(same.ceiling(n))
    assert found.write_ceiling == pytest.approx(same.write_ceiling)
    assert found.gain <= same.most_gain * (1.0 + 1e-9)
    assert found.shards == same.shards(100.0 * 1.5**5)
    assert found.months == pytest.approx(same.months(100.0, 0.5))


@settings(max_examples=100, deadline=None)
@given(splits, st.floats(0.02, 0.999), st.integers(0, 3))
def test_replicas_needed_is_the_first_number_that_carries(
    split: Split, part: float, failed: int
) -> None:
    rate = part * split.write_ceiling
    needed = split.replicas_for(rate, failed)
    found = next((n for n in range(400) if split.ceiling(n) >= rate * (1.0 - 1e-9)), None)
    if needed is None:
        assert found is None
    elif found is not None:
        assert needed == (found + failed if found else 0)
    else:
        assert needed >= 400


def test_useful_replicas_are_where_both_limits_meet() -> None:
    for reads in (False, True):
        shop = Split(0.1, 1.0, 2.0, 0.5, 5600.0, reads)
        assert shop.useful_replicas == pytest.approx(9.0)
        assert shop.ceiling(8) < shop.write_ceiling
        assert shop.ceiling(9) == pytest.approx(shop.write_ceiling)
    assert Split(0.1, 1.0, 2.0, 1.0, 5600.0).useful_replicas == math.inf


@pytest.mark.parametrize("n", [0, 1, 4, 16])
def test_with_full_applies_and_a_primary_that_reads_it_is_amdahl_s_law(n: int) -> None:
    split = Split(0.1, 1.0, 2.0, 1.0, 5600.0, primary_reads=True)
    writes = 0.2 / 1.1  # of one server's work
    assert split.ceiling(n) / split.ceiling(0) == pytest.approx(theory.amdahl(writes, n + 1))
    assert split.most_gain == pytest.approx(1.0 / writes)


def test_the_example_of_the_mysql_manual() -> None:
    """1200 reads/s, a write costs two, nine reads to a write, all servers read."""
    split = Split(0.1, 1.0, 2.0, 1.0, 1200.0, primary_reads=True)
    printed = {0: 109, 1: 184, 8: 400, 17: 480}
    assert [int(0.1 * split.ceiling(n) + 1e-9) for n in printed] == list(printed.values())
    assert 0.1 * split.write_ceiling == pytest.approx(600.0)
    assert split.most_gain == pytest.approx(5.5)


def test_the_shop() -> None:
    assert SHOP.replicas_for(10_000) == 2
    assert SHOP.replicas_for(10_000, failed=1) == 3
    assert SHOP.replicas_for(5_000) == 0
    assert SHOP.replicas_for(28_001) is None
    assert SHOP.months(10_000, 0.5) == pytest.approx(30.5, abs=0.05)
    assert SHOP.months(30_000, 0.5) == 0.0
    assert SHOP.months(10_000, 0.0) == math.inf


def test_after_a_failure_the_reads_move_and_the_writes_were_there_already() -> None:
    for failed in (0, 1, 2):
        found = simulate(10_000, 0.1, 4, failed, n_requests=100)
        expected = theory.after_failure(9000 / 4 / 8000, 1000 / 8000, 4, failed)
        assert found.replica_utilisation == pytest.approx(expected)


@pytest.mark.parametrize(("reads", "writes"), [(0.5, 0.1), (0.3, 0.4), (0.75, 0.1)])
def test_mean_of_a_read_on_one_core_is_pollaczek_and_khinchine(reads: float, writes: float) -> None:
    """Utilisation of a replica by reads of 1 ms and applies of 2 ms."""
    read_rate, write_rate = reads * 1e3, writes * 500.0
    found = runs(
        read_rate + write_rate, write_rate / (read_rate + write_rate), 1, write_ms=4.0, cores=1
    )
    assert found[0].replica_utilisation == pytest.approx(reads + writes)
    agrees([r.mean_ms for r in found], theory.mean_read(read_rate, write_rate, 1.0, 2.0))


def test_no_mean_of_an_overload() -> None:
    with pytest.raises(ValueError, match="allowed is below 1"):
        theory.mean_read(900.0, 100.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("cores", "replicas", "failed"), [(1, 3, 0), (8, 2, 0), (8, 3, 1), (4, 6, 2)]
)
def test_reads_as_long_as_applies_are_erlang_s_queue(
    cores: int, replicas: int, failed: int
) -> None:
    rate = 0.8 * cores * 1e3 / (0.9 / (replicas - failed) + 0.1)
    found = runs(rate, 0.1, replicas, failed, cores=cores, target=1.0)
    queue = Database(rate * (0.9 / (replicas - failed) + 0.1), 1e-3, cores)
    assert found[0].replica_utilisation == pytest.approx(0.8)
    agrees([r.mean_ms for r in found], 1e3 * queue.mean)
    p99 = 1e3 * queue.quantile(0.99)
    assert np.mean([r.p99_ms for r in found]) == pytest.approx(p99, rel=0.04)


def test_reads_of_primary_and_replicas_come_together_by_their_shares() -> None:
    """Equally busy, and all requests alike: the same queue everywhere."""
    found = runs(2400.0, 0.1, 2, primary_reads=True, write_ms=1.0, apply_share=1.0, cores=1)
    assert found[0].reads_at_primary == pytest.approx(1.0 / 3.0)
    assert found[0].primary_utilisation == pytest.approx(0.96)
    found = runs(2000.0, 0.1, 2, primary_reads=True, write_ms=1.0, apply_share=1.0, cores=1)
    assert found[0].primary_utilisation == pytest.approx(0.8)
    agrees([r.mean_ms for r in found], 5.0)


def test_reads_of_a_primary_with_long_writes_are_slower() -> None:
    """Each server's mean by Pollaczek and Khinchine, weighed with its share of the reads."""
    found = runs(600.0, 0.2, 1, primary_reads=True, write_ms=3.0, apply_share=0.5, cores=1)
    part = found[0].reads_at_primary
    assert 0.05 < part < 0.5
    primary = theory.mean_read(480.0 * part, 120.0, 1.0, 3.0)
    replica = theory.mean_read(480.0 * (1.0 - part), 120.0, 1.0, 1.5)
    assert primary > 1.2 * replica
    agrees([r.mean_ms for r in found], part * primary + (1.0 - part) * replica)
