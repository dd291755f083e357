"""Whoever joins the shortest of some lines waits as long in SimPy and in Ciw."""

import math

import pytest

from scalelab.models.queueing.dispatching import simulate
from scalelab.models.queueing.law import Law, exponential, two_moments
from scalelab.peers.queueing import ciw_shortest, mean_wait, simpy_shortest

N, WARM_UP = 60_000, 1000


@pytest.mark.parametrize("peer", [simpy_shortest, ciw_shortest])
@pytest.mark.parametrize(
    ("load", "service", "servers"), [(0.7, exponential(2.0), 2), (0.6, two_moments(2.0, 2.0), 3)]
)
def test_the_same_waits(peer, load: float, service: Law, servers: int) -> None:  # type: ignore[no-untyped-def]
    rate = load * servers / 2.0
    waits = peer(rate, service, servers, N, seed=1)
    theirs = mean_wait(waits, WARM_UP)
    found = simulate(exponential(1.0 / rate), service, servers, "least connections")
    error = math.hypot(theirs.se, found.wait_s.se)
    assert theirs.mean == pytest.approx(found.wait_s.mean, abs=4.0 * error)
    assert error < 0.06 * found.wait_s.mean
