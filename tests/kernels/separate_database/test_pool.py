"""The pool request by request, against M/M/c, M/G/1 and a closed network, and what always holds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.separate_database.pool_reference import response

from scalelab.kernels.jit import Floats
from scalelab.kernels.separate_database import pool as kernels
from scalelab.theory.separate_database import pool as theory

STORY: dict[str, Any] = {
    "rate_per_s": 900.0, "vcpus": 4, "cpu_ms": 3.0, "hold_ms": 2.5, "switching": 0.0,
    "stall_s": 1.0, "connections": 10,
}  # fmt: skip


def chosen(**changed: Any) -> Floats:
    row: Floats = kernels.pool(*{**STORY, **changed}.values())[-1]
    assert row[kernels.HERE] == 1.0
    return row


@pytest.mark.parametrize(
    ("rate", "connections", "switching"),
    [(600.0, 5, 0.0), (900.0, 6, 0.02), (1000.0, 8, 0.01), (1000.0, 24, 0.01)],
)
def test_request_by_request(rate: float, connections: int, switching: float) -> None:
    found = [
        response(rate / 1000.0, 4, 3.0, 2.5, switching, connections, 40_000, seed)
        for seed in range(8)
    ]
    mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
    row = chosen(rate_per_s=rate, connections=connections, switching=switching)
    assert abs(row[kernels.RESPONSE] - mean) < 4.0 * error
    assert error < 0.02 * mean


@pytest.mark.parametrize("size", [1, 2, 5, 17, 48])
@pytest.mark.parametrize("vcpus", [1, 4, 16])
def test_what_it_can_do_is_a_closed_networks(size: int, vcpus: int) -> None:
    most = theory.most(size, vcpus, 3.0, 2.5)
    row = chosen(connections=size, vcpus=vcpus)
    assert row[kernels.MOST_PER_S] == pytest.approx(1000.0 * most, rel=1e-11)


@pytest.mark.parametrize("rate", [10.0, 100.0, 170.0])
def test_one_connection_is_one_server(rate: float) -> None:
    expected = theory.one_connection(rate / 1000.0, 3.0, 2.5)
    row = chosen(rate_per_s=rate, connections=1)
    assert row[kernels.RESPONSE] == pytest.approx(expected, rel=1e-11)
    assert row[kernels.MUST_WAIT] == pytest.approx(rate * 0.0055, rel=1e-11)


@pytest.mark.parametrize("rate", [100.0, 700.0, 1000.0])
def test_with_enough_connections_there_is_no_pool(rate: float) -> None:
    expected = theory.without_a_pool(rate / 1000.0, 4, 3.0, 2.5)
    row = chosen(rate_per_s=rate, connections=64)
    assert row[kernels.RESPONSE] == pytest.approx(expected, rel=1e-4 if rate == 1000.0 else 1e-9)
    # Bursts do not get through the pool whole: with it as good as full, not one is faster.
    assert chosen(rate_per_s=rate, connections=9)[kernels.RESPONSE] > expected


def test_hardly_holding_on_is_m_m_c() -> None:
    row = chosen(hold_ms=1e-4, connections=4, rate_per_s=1100.0)
    assert row[kernels.RESPONSE] == pytest.approx(
        theory.without_a_pool(1.1, 4, 3.0, 1e-4), rel=3e-4
    )


worlds = st.fixed_dictionaries({
    "rate_per_s": st.sampled_from([0.01, 100.0, 900.0, 1e5]),
    "vcpus": st.sampled_from([1, 4, 64]), "cpu_ms": st.sampled_from([0.01, 3.0, 1000.0]),
    "hold_ms": st.sampled_from([0.01, 2.5, 1000.0]), "switching": st.sampled_from([0.0, 0.01, 1.0]),
    "stall_s": st.sampled_from([0.0, 1.0, 60.0]), "connections": st.integers(1, kernels.MOST),
})  # fmt: skip


HARDLY_EVER_FULL = {
    "rate_per_s": 0.01, "vcpus": 64, "cpu_ms": 0.01, "hold_ms": 1000.0, "switching": 0.0,
    "stall_s": 0.0, "connections": 64,
}  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(worlds)
@example(HARDLY_EVER_FULL)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = kernels.pool(*{**STORY, **world}.values())
    assert table.shape == (len(kernels.SIZES) + 1, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= -1e-9).all()
    assert table[-1, kernels.SIZE] == world["connections"]
    keeps = table[table[:, kernels.KEEPS_UP] == 1.0]
    rate = world["rate_per_s"]
    assert (keeps[:, kernels.MOST_PER_S] > rate).all()
    assert (keeps[:, kernels.MUST_WAIT] <= 1.0 + 1e-9).all()
    # Little's law for who holds on, and for the vCPUs' own work.
    holding = keeps[:, kernels.IN_USE] - keeps[:, kernels.CPU_QUEUE]
    assert holding == pytest.approx(rate * world["hold_ms"] / 1000.0, rel=1e-6)
    work = rate * world["cpu_ms"] / 1000.0
    assert keeps[:, kernels.CPU_BUSY] == pytest.approx(work / world["vcpus"], rel=1e-9)
    assert (keeps[:, kernels.IN_USE] <= keeps[:, kernels.SIZE] * (1.0 + 1e-9)).all()
    least = (world["cpu_ms"] + world["hold_ms"]) * (1.0 - 1e-6)
    assert (keeps[:, kernels.RESPONSE] >= least).all()
    if world["switching"] == 0.0:
        most = table[:-1, kernels.MOST_PER_S]
        assert (np.diff(most) >= -1e-9 * most[1:]).all()
        assert (np.diff(keeps[:-1, kernels.RESPONSE]) <= 1e-6 * keeps[:-2, kernels.RESPONSE]).all()
        for row in table:
            bound = theory.bound(row[0], world["vcpus"], world["cpu_ms"], world["hold_ms"])
            assert row[kernels.MOST_PER_S] <= 1000.0 * bound * (1.0 + 1e-9)


def test_the_line_of_a_stall() -> None:
    row = chosen(switching=0.01)
    backlog = 900.0 - row[kernels.IN_USE] - 0.9 * row[kernels.WAIT]
    expected = theory.drained(backlog, 900.0, row[kernels.MOST_PER_S])
    assert row[kernels.RECOVERY_S] == pytest.approx(expected, rel=1e-12)
    assert chosen(stall_s=0.0)[kernels.RECOVERY_S] == 0.0
    assert chosen(stall_s=0.0)[kernels.RECOVERS] == 1.0
    # 1,043 can be done by six: it takes longer than anybody waits.
    late = chosen(rate_per_s=1040.0, connections=6, switching=0.01, stall_s=10.0)
    assert late[kernels.KEEPS_UP] == 1.0
    assert late[kernels.RECOVERS] == 0.0
