"""Priorities as simulated, against the closed forms."""

import math
from typing import Any

import pytest

from scalelab.models.queueing import priority
from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import constant, exponential, lognormal, two_moments
from scalelab.models.queueing.priority import Stream, poisson, simulate

THREE = (
    Stream(0.4, exponential(0.5)), Stream(0.2, constant(1.0)), Stream(0.1, two_moments(2.0, 4.0)),
)  # fmt: skip
EQUAL = tuple(Stream(rate, exponential(1.0)) for rate in (1.0, 1.5, 1.5))


def agrees(found: Estimate, expected: float) -> None:
    assert found.mean == pytest.approx(expected, abs=4.0 * found.se + 1e-12)
    assert found.se <= 0.1 * expected


@pytest.mark.parametrize(("streams", "servers"), [(THREE, 1), (EQUAL, 5)])
@pytest.mark.parametrize("interrupt", [False, True])
def test_simulated_as_exact(streams: tuple[Stream, ...], servers: int, interrupt: bool) -> None:
    found = simulate(streams, servers, interrupt, n_customers=2_000_000)
    for one, expected in zip(found, poisson(streams, servers, interrupt), strict=True):
        agrees(one.wait_s, expected.wait_s)
        agrees(one.response_s, expected.response_s)
        agrees(one.utilisation, expected.utilisation)
        assert expected.response_s > expected.wait_s
    assert (found[1].interruptions.mean > 0.0) is interrupt


def test_interruptions_of_the_last_class() -> None:
    """Each of two classes finds the other in service for its load of the time (one server)."""
    streams = (Stream(0.5, exponential(0.6)), Stream(0.2, lognormal(2.0, 2.0)))
    found = simulate(streams, 1, True, n_customers=2_000_000)
    # While one of the last class is served, urgent ones come at their rate, and each interrupts.
    agrees(found[1].interruptions, 0.5 * 2.0)
    # An urgent one waits if another is there; the last if any is.
    agrees(found[0].waits, 0.3)


def test_who_waits_without_interruptions() -> None:
    found = simulate(THREE, n_customers=2_000_000)
    for one in found:
        agrees(one.waits, 0.6)


def test_the_conservation_law_of_several_servers_of_equal_times() -> None:
    """In a run of any order, all together wait as long: the estimates, within their errors."""
    waits = []
    for interrupt in (False, True):
        found = simulate(EQUAL, 5, interrupt, n_customers=2_000_000)
        total = sum(s.arrival_rate_per_s * o.wait_s.mean for s, o in zip(EQUAL, found, strict=True))
        waits.append(total)
    assert waits[0] == pytest.approx(waits[1], rel=0.02)


def test_the_same_again() -> None:
    assert simulate(THREE, n_customers=3200) == simulate(THREE, n_customers=3200)
    assert simulate(THREE, n_customers=3200) != simulate(THREE, n_customers=3200, seed=2)


def test_errors_are_as_large_as_they_say() -> None:
    """Runs of other seeds are spread by what one run says of itself."""
    found = [simulate(THREE, n_customers=100_000, seed=seed)[1].wait_s for seed in range(30)]
    mean = sum(one.mean for one in found) / 30
    spread = math.sqrt(sum((one.mean - mean) ** 2 for one in found) / 29)
    said = math.sqrt(sum(one.se**2 for one in found) / 30)
    assert 0.5 < spread / said < 1.8


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"streams": []}, "number of streams is 0, allowed is 1 to 100"),
     ({"streams": [Stream(0.0, exponential(1.0))]}, "arrival_rate_per_s is 0.0 1/s"),
     ({"streams": [Stream(math.nan, exponential(1.0))]}, "arrival_rate_per_s is nan"),
     ({"streams": [Stream(2.0, exponential(1.0))], "servers": 2}, "utilisation is 1.000"),
     ({"servers": 0}, "servers is 0")],
)  # fmt: skip
def test_what_is_refused(changed: dict[str, Any], told: str) -> None:
    for ask in (poisson, simulate):
        with pytest.raises(ValueError, match=told):
            ask(**{"streams": THREE, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"n_customers": 100}, "n_customers is 100"), ({"warm_up": -1}, "warm_up is -1"),
     ({"seed": -1}, "seed is -1")],
)  # fmt: skip
def test_what_a_run_refuses(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        simulate(THREE, **changed)


@pytest.mark.parametrize("streams", [
    THREE, [Stream(0.5, exponential(1.0)), Stream(0.5, exponential(2.0))],
    [Stream(0.5, constant(1.0))],
])  # fmt: skip
def test_no_closed_form(streams: Any) -> None:
    with pytest.raises(ValueError, match=r"servers is 2 .* use simulate"):
        poisson(streams, 2)
    assert priority.simulate(streams, 2, n_customers=3200)
