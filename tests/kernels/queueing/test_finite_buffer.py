"""The exact part against closed forms, the simulated one against a list of those who are there."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.queueing import finite_buffer_reference as reference

from scalelab.kernels.queueing import finite_buffer as kernel
from scalelab.kernels.queueing.erlang import erlang_b, erlang_c
from scalelab.kernels.queueing.law import law
from scalelab.theory.queueing import finite_buffer as theory

queues = st.tuples(st.floats(0.01, 100.0), st.integers(1, 60), st.integers(0, 200))


@given(queues)
@settings(max_examples=100, deadline=None)
def test_distribution(case: Any) -> None:
    load, servers, room = case
    p = kernel.distribution(load, servers, servers + room)
    np.testing.assert_allclose(
        p, theory.probabilities(load, servers, servers + room), rtol=1e-8, atol=1e-300
    )


@given(queues)
@settings(max_examples=100, deadline=None)
def test_what_comes_in_goes_out(case: Any) -> None:
    """The rate of those admitted is that at which busy servers finish."""
    load, servers, room = case
    p = kernel.distribution(load, servers, servers + room)
    served, waiting = kernel.numbers(p, servers)
    assert served == pytest.approx(load * p[:-1].sum(), rel=1e-9)
    assert 0.0 <= waiting <= room


@given(queues)
@settings(max_examples=50, deadline=None)
def test_more_room_refuses_fewer_and_lets_them_wait(case: Any) -> None:
    load, servers, room = case
    small, large = (kernel.distribution(load, servers, servers + r) for r in (room, room + 1))
    assert large[-1] <= small[-1] * (1 + 1e-12)
    assert kernel.numbers(large, servers)[1] >= kernel.numbers(small, servers)[1] * (1 - 1e-12)


@pytest.mark.parametrize(("load", "servers"), [(0.8, 1), (3.2, 4), (8.0, 10), (90.0, 100)])
def test_both_ends_are_erlang_s(load: float, servers: int) -> None:
    """No room to wait, and room for all."""
    assert kernel.distribution(load, servers, servers)[-1] == pytest.approx(
        erlang_b(load, servers), rel=1e-12
    )
    p = kernel.distribution(load, servers, 4000)
    assert kernel.ahead(p, servers)[0] == pytest.approx(erlang_c(load, servers), rel=1e-9)


@pytest.mark.parametrize(("load", "servers", "places"), [(0.9, 1, 10), (3.6, 4, 12), (6.0, 4, 30)])
def test_wait_beyond(load: float, servers: int, places: int) -> None:
    shares = kernel.ahead(kernel.distribution(load, servers, places), servers)
    for services in (0.0, 0.1, 1.0, 3.0, 20.0):
        assert kernel.wait_beyond(shares, servers * services) == pytest.approx(
            theory.waits_longer(load, servers, places, services), rel=1e-9, abs=1e-15
        )
    for q in (0.5, 0.9, 0.99, 0.9999):
        at = kernel.wait_quantile(shares, q)
        assert kernel.wait_beyond(shares, at) <= (1.0 - q) * (1 + 1e-9)
        assert at == 0.0 or kernel.wait_beyond(shares, 0.999 * at) > 1.0 - q


def test_nobody_waits_where_there_is_no_room() -> None:
    shares = kernel.ahead(kernel.distribution(5.0, 4, 4), 4)
    assert shares.size == 0
    assert kernel.wait_beyond(shares, 1.0) == kernel.wait_quantile(shares, 0.99) == 0.0


@given(
    st.sampled_from([0.0, 0.5, 1.0, 4.0]), st.sampled_from([0.0, 0.3, 1.0, 9.0]),
    st.integers(1, 6), st.integers(0, 8), st.floats(0.3, 2.0), st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_path_is_that_of_the_list(
    of_arrivals: float, of_services: float, servers: int, room: int, rho: float, seed: int
) -> None:
    arrival, service = law(1.0, of_arrivals), law(rho * servers, of_services)
    found = kernel.record(arrival, service, servers, servers + room, 300, seed)
    wanted = np.array(
        reference.path(arrival, service, servers, servers + room, 300, seed), np.float64
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize(("servers", "places"), [(1, 1), (1, 10), (3, 7), (4, 4)])
def test_sums_are_those_of_the_path(servers: int, places: int) -> None:
    """Same draws: what the batches add up to is what is seen one by one."""
    arrival, service = law(1.0, 1.0), law(1.1 * servers, 2.0)
    warm_up, batches, size = 500, 8, 250
    n = warm_up + batches * size
    sums = kernel.simulate(arrival, service, servers, places, 0.7, warm_up, batches, size, 3)
    path = kernel.record(arrival, service, servers, places, n, 3)
    arrives, admitted, begins, leaves = path.T
    for i in range(batches):
        of = slice(warm_up + i * size, warm_up + (i + 1) * size)
        served = admitted[of] == 1.0
        waits = (begins - arrives)[of][served]
        assert sums[i, kernel.ARRIVED] == size
        assert sums[i, kernel.REFUSED] == size - served.sum()
        assert sums[i, kernel.WAITED] == (waits > 0.0).sum()
        assert sums[i, kernel.LONG] == (waits > 0.7).sum()
        assert sums[i, kernel.WAIT] == pytest.approx(waits.sum())
        assert sums[i, kernel.RESPONSE] == pytest.approx((leaves - arrives)[of][served].sum())
    # Areas: how long each was there between the first counted moment and the last arrival.
    first, last = arrives[warm_up - 1], arrives[-1]
    assert sums[:, kernel.ELAPSED].sum() == pytest.approx(last - first)
    there = np.clip(leaves, first, last) - np.clip(arrives, first, last)
    assert sums[:, kernel.IN_SYSTEM].sum() == pytest.approx(there[admitted == 1.0].sum())
    busy = np.clip(leaves, first, last) - np.clip(begins, first, last)
    assert sums[:, kernel.IN_SERVICE].sum() == pytest.approx(busy[admitted == 1.0].sum())


def test_little_s_law_on_a_recorded_path() -> None:
    """Number over time and time by request are one area, from an empty queue to an empty one."""
    path = kernel.record(law(1.0, 1.0), law(3.5, 1.0), 3, 9, 20_000, 7)
    arrives, admitted, _, leaves = path[path[:, kernel.ADMITTED] == 1.0].T
    moments = np.concatenate([arrives, leaves])
    steps = np.concatenate([np.ones(len(arrives)), -np.ones(len(leaves))])
    order = np.argsort(moments, kind="stable")
    there = np.cumsum(steps[order])
    span = moments.max()
    mean_number = np.sum(there[:-1] * np.diff(moments[order])) / span
    assert there.max() == 9
    assert there[-1] == 0
    rate, response = admitted.sum() / span, (leaves - arrives).mean()
    assert mean_number == pytest.approx(rate * response, rel=1e-9)


def test_nobody_overtakes_and_no_place_is_filled_twice() -> None:
    path = kernel.record(law(1.0, 4.0), law(3.0, 4.0), 3, 5, 5000, 2)
    arrives, admitted, begins, leaves = path.T
    ok = admitted == 1.0
    assert (np.diff(begins[ok]) >= 0.0).all()
    for t in arrives[::37]:
        assert ((arrives[ok] <= t) & (leaves[ok] > t)).sum() <= 5
        assert ((begins[ok] <= t) & (leaves[ok] > t)).sum() <= 3
    # The refused found it full.
    for t in arrives[~ok][:200]:
        assert ((arrives[ok] < t) & (leaves[ok] > t)).sum() == 5
