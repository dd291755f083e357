"""Shared processors as simulated, against the closed forms; what is refused."""

from itertools import islice
from typing import Any

import pytest

from scalelab.models.queueing.estimate import Estimate
from scalelab.models.queueing.law import Law, constant, exponential, lognormal, two_moments
from scalelab.models.queueing.processor_sharing import NO_LIMIT, poisson, simulate
from scalelab.theory.queueing.processor_sharing import limited, numbers, stretch

LAWS = (constant(1.0), two_moments(1.0, 0.3), exponential(1.0), lognormal(1.0, 4.0))


def agrees(found: Estimate, reference: float) -> None:
    """Within four standard errors, which are short enough to tell."""
    assert found.mean == pytest.approx(reference, abs=4.0 * found.se + 1e-12)
    assert found.se <= 0.04 * reference


@pytest.mark.parametrize("service", LAWS)
@pytest.mark.parametrize(("processors", "rho"), [(1, 0.7), (4, 0.85)])
def test_sharing_does_not_depend_on_the_law(service: Law, processors: int, rho: float) -> None:
    found = simulate(
        exponential(1.0 / (rho * processors)), service, processors, n_customers=2_000_000
    )
    agrees(found.response_s, stretch(rho, processors))
    agrees(found.slowdown, stretch(rho, processors))
    agrees(found.there, rho * processors * stretch(rho, processors))
    agrees(found.utilisation, rho)
    assert found.wait_s == Estimate(0.0, 0.0)
    assert found.blocked == Estimate(0.0, 0.0)
    for one, reference in zip(found.numbers[:5], islice(numbers(rho, processors), 5), strict=True):
        agrees(one, reference)


@pytest.mark.parametrize("processors", [1, 3])
def test_each_size_takes_so_many_times_itself(processors: int) -> None:
    found = simulate(
        exponential(1.0 / (0.8 * processors)), two_moments(1.0, 4.0), processors,
        edges_s=(0.2, 1.0, 5.0), n_customers=4_000_000,
    )  # fmt: skip
    assert sum(one.share for one in found.by_size) == pytest.approx(1.0)
    for one in found.by_size:
        reference = stretch(0.8, processors) * one.size_s.mean
        assert one.response_s.mean == pytest.approx(
            reference, abs=4.0 * (one.response_s.se + stretch(0.8, processors) * one.size_s.se)
        )
        assert one.response_s.se < 0.03 * reference


@pytest.mark.parametrize("cv2", [0.0, 1.0, 3.0])
def test_limit_of_one_is_first_come_first_served(cv2: float) -> None:
    service = two_moments(1.0, cv2)
    found = simulate(
        exponential(1.0 / 0.7), service, limit=1, edges_s=(1.5,), n_customers=2_000_000
    )
    reference = poisson(0.7, service, limit=1)
    agrees(found.wait_s, reference.wait_s)
    agrees(found.response_s, reference.response_s)
    assert reference.response_of(2.0) == pytest.approx(limited(0.7, 1.0, cv2, 1, 2.0))
    # Who is large has waited as long as who is small.
    for one in found.by_size:
        if one.share > 0.0:
            agrees(one.wait_s, reference.wait_s)


@pytest.mark.parametrize(("processors", "limit"), [(1, 3), (4, 4), (4, 10)])
def test_exponential_sizes_with_a_limit(processors: int, limit: int) -> None:
    found = simulate(
        exponential(1.0 / (0.8 * processors)), exponential(1.0), processors, limit,
        n_customers=2_000_000,
    )  # fmt: skip
    reference = poisson(0.8 * processors, exponential(1.0), processors, limit)
    agrees(found.response_s, reference.response_s)
    agrees(found.wait_s, reference.wait_s)
    agrees(found.there, reference.there)


def test_even_arrivals_wait_less() -> None:
    even, chance = (
        simulate(arrivals, exponential(1.0), limit=2)
        for arrivals in (constant(1.25), exponential(1.25))
    )
    assert even.response_s.mean < 0.7 * chance.response_s.mean
    # Exponential sizes on one processor: D/M/1 (utilisation 0.8) in any order.
    agrees(even.response_s, 2.69273)


def test_overload_has_an_end() -> None:
    found = simulate(exponential(0.5), exponential(1.0), places=10, numbers=12)
    agrees(found.blocked, (2**10) / (2**11 - 1))
    agrees(found.utilisation, 1.0 - 1.0 / (2**11 - 1))
    agrees(found.numbers[10], (2**10) / (2**11 - 1))
    assert found.numbers[11] == Estimate(0.0, 0.0)


def test_seeds_differ_and_repeat() -> None:
    first, again, other = (
        simulate(exponential(1.25), exponential(1.0), n_customers=10_000, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrival_rate_per_s": 0.0}, "arrival_rate_per_s is 0.0"),
        ({"arrival_rate_per_s": 1.0}, "utilisation is 1.000, allowed is below 1"),
        ({"servers": 0}, "servers is 0"),
        ({"servers": 4, "limit": 3}, "limit is 3, allowed is 4 to"),
        ({"limit": NO_LIMIT + 1}, "limit is"),
    ],
)
def test_expected_refuses(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        poisson(**{"arrival_rate_per_s": 0.5, "service": exponential(1.0), **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"servers": 0}, "servers is 0"),
        ({"limit": 0}, "limit is 0"),
        ({"places": 0}, "places is 0"),
        ({"edges_s": (1.0, 1.0)}, "allowed are rising numbers"),
        ({"edges_s": tuple(range(101))}, "number of edges is 101"),
        ({"numbers": 0}, "numbers is 0"),
        ({"n_customers": 100}, "n_customers is 100"),
        ({"warm_up": -1}, "warm_up is -1"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_simulate_refuses(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(exponential(2.0), exponential(1.0), **change)
