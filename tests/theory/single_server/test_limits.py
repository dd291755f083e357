"""The closed forms against others for the same, and where the answer is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.theory.queueing import erlang
from scalelab.theory.queueing.closed_network import marginal_values
from scalelab.theory.queueing.finite_buffer import probabilities
from scalelab.theory.single_server.limits import (
    all_done,
    bounds,
    gain,
    saturated,
    shared,
    workers_used,
)
from scalelab.theory.workload.think_time import machine_repair


@given(st.integers(1, 40), st.integers(1, 16), st.sampled_from([0.1, 1.0, 5.0]))
def test_saturated_is_the_machine_repairman(workers: int, vcpus: int, elsewhere: float) -> None:
    found = saturated(workers, vcpus, 1.0, elsewhere)
    assert found == pytest.approx(
        machine_repair(workers, elsewhere, 1.0, vcpus).throughput, rel=1e-9
    )
    least = bounds(vcpus, workers, 1, 1.0, 1.0 + elsewhere, 1.0)
    assert found <= min(least[:2]) * (1.0 + 1e-12)


def test_saturated_against_mean_values() -> None:
    exact = marginal_values(16, 21.0, [(10.0, 4)])
    assert saturated(16, 4, 10.0, 21.0) == pytest.approx(exact.throughput, rel=1e-9)
    assert saturated(3, 4, 10.0, 0.0) == pytest.approx(0.3)
    assert saturated(9, 4, 10.0, 0.0) == pytest.approx(0.4)


def test_shared_against_the_finite_queue_and_erlang() -> None:
    found = shared(0.35, 4, 10.0, 12)
    assert found.refused == pytest.approx(probabilities(3.5, 4, 12)[12])
    without = shared(0.35, 4, 10.0, 2000)
    assert without.refused == pytest.approx(0.0, abs=1e-12)
    assert without.response == pytest.approx(10.0 * (1.0 + erlang.mean_wait(3.5, 4)))
    assert workers_used(0.35, without.response) == pytest.approx(without.number)


def test_switching() -> None:
    assert all_done(3, 4, 0.1) == 3.0
    assert all_done(4, 4, 0.1) == 4.0
    assert all_done(14, 4, 0.1) == pytest.approx(2.0)
    # By hand: one vCPU, two places, the second one halves what is done.
    half = shared(1.0, 1, 1.0, 2, 1.0)
    assert half.refused == pytest.approx(2.0 / 4.0)
    assert half.number == pytest.approx((1.0 + 2.0 * 2.0) / 4.0)
    many = [saturated(workers, 4, 10.0, 21.0, 0.01) for workers in (12, 24, 200)]
    assert many[0] < many[1] > many[2]


def test_the_bounds_and_the_gain() -> None:
    assert bounds(4, 16, 8, 0.010, 0.031, 0.004) == pytest.approx((400.0, 516.129, 2000.0))
    times, share = gain(saturated(16, 4, 10.0, 21.0), saturated(16, 16, 10.0, 21.0), 4.0)
    assert times == pytest.approx(1.3, abs=0.05)
    assert share == pytest.approx(times / 4.0)
