"""Waits as in SimPy and Ciw: the same within what chance allows, of both."""

import math

import numpy as np
import pytest

from scalelab.models.queueing.fcfs import simulate
from scalelab.models.queueing.law import (
    Law,
    constant,
    exponential,
    lognormal,
    two_moments,
)
from scalelab.peers.queueing import ciw_waits, mean_wait, simpy_waits
from scalelab.theory.queueing import mg1

N, WARM_UP = 50_000, 1000


@pytest.mark.parametrize("peer", [simpy_waits, ciw_waits])
@pytest.mark.parametrize(
    ("load", "service", "servers"),
    [(0.5, exponential(2.0), 1), (0.7, exponential(2.0), 4), (0.6, two_moments(2.0, 3.0), 1)],
)
def test_the_same_waits(peer, load: float, service: Law, servers: int) -> None:  # type: ignore[no-untyped-def]
    rate = load * servers / 2.0
    waits = peer(rate, service, servers, N, seed=1)
    assert waits.size == N
    theirs = mean_wait(waits, WARM_UP)
    found = simulate(exponential(1.0 / rate), service, servers)
    error = math.hypot(theirs.se, found.wait_s.se)
    assert theirs.mean == pytest.approx(found.wait_s.mean, abs=4.0 * error)
    assert error < 0.06 * found.wait_s.mean
    batches = (waits[WARM_UP:] > 0.0).reshape(20, -1).mean(axis=1)
    error = float(batches.std(ddof=1)) / math.sqrt(20)
    assert batches.mean() == pytest.approx(
        found.waits.mean, abs=4.0 * math.hypot(error, found.waits.se)
    )
    assert found.wait_quantile_s(0.9) == pytest.approx(np.quantile(waits[WARM_UP:], 0.9), rel=0.25)


@pytest.mark.parametrize("service", [constant(0.5), lognormal(0.5, 0.5)])
def test_times_are_those_of_the_law(service: Law) -> None:
    """By the mean wait, which is that of M/G/1."""
    for peer in (simpy_waits, ciw_waits):
        waits = peer(0.2, service, 1, 20_000, seed=2)
        expected = mg1.mean_wait(0.1, 0.5, service.cv2)
        assert mean_wait(waits, 0).mean == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("peer", [simpy_waits, ciw_waits])
def test_no_such_law(peer) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="service is two moments"):
        peer(1.0, two_moments(0.5, 0.5), 1, 10, 1)
    assert (peer(1.0, exponential(0.5), 1, 100, 1) == peer(1.0, exponential(0.5), 1, 100, 1)).all()


def test_batch_means() -> None:
    found = mean_wait(np.array([9.0, 1.0, 3.0, 5.0, 7.0, 100.0]), 1, 2)
    assert found.mean == 4.0
    assert found.se == 2.0
