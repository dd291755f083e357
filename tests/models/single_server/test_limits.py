"""The model's arguments, and what it says of the limits."""

import doctest
from typing import Any

import pytest

from scalelab.models.single_server import limits
from scalelab.models.single_server.limits import (
    CONNECTIONS,
    LIMITS,
    SIZES,
    VCPUS,
    WORKERS,
    simulate,
    sizes,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate_per_s", (0.0, 100_001.0, NAN)), ("vcpus", (0, 257)), ("workers", (0, 10_001)),
        ("connections", (0, 10_001)), ("timeout_ms", (0.0, 1.1e6)), ("backlog", (-1, 100_001)),
        ("application_ms", (-0.1, 10_001.0)), ("away_ms", (-0.1, 60_001.0, NAN)),
        ("database_ms", (-0.1, 10_001.0)), ("io_ms", (-0.1, 60_001.0)), ("switching", (-0.1, 1.1)),
        ("worker_mb", (-1.0, 1.1e6)), ("memory_mb", (0.0, 1.1e9)), ("n_requests", (999, 200_001)),
        ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"rate_per_s": 100.0, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**given)


def test_an_unknown_limit() -> None:
    with pytest.raises(ValueError, match=r"^limit is 'Threads', allowed are Workers, Connections"):
        sizes("Threads", 100.0)


def test_each_limit_has_its_sizes_and_the_given_one() -> None:
    for limit, name in zip(LIMITS, ("workers", "connections", "vcpus"), strict=True):
        found = sizes(limit, 300.0, n_requests=1000, **{name: 5})
        assert tuple(found) == tuple(sorted({*SIZES, 5}))
        for size, outcome in found.items():
            assert getattr(outcome, name) == min(size, 160 if limit == WORKERS else size)
        assert found[5] == simulate(300.0, n_requests=1000, **{name: 5})


def test_more_vcpus_with_the_same_limits() -> None:
    found = sizes(VCPUS, 2000.0)
    assert found[16].done_per_s / found[4].done_per_s == pytest.approx(1.3, abs=0.05)
    assert found[16].full_first == "the workers"
    assert found[4].full_first == "the vCPUs"
    assert found[16].idle_while_waited > 0.6 > found[4].idle_while_waited
    grown = simulate(2000.0, vcpus=16, workers=64, connections=32)
    assert grown.done_per_s > 3.5 * found[4].done_per_s


def test_a_connection_that_is_held_whole_needs_a_larger_pool() -> None:
    during, whole = sizes(CONNECTIONS, 300.0), sizes(CONNECTIONS, 300.0, held_whole=True)
    assert during[4].refused == 0.0
    assert whole[4].refused > 0.5
    assert whole[4].full_first == "the connections"
    assert whole[4].idle_while_waited > 0.5
    assert whole[32].refused == 0.0


def test_patience_and_memory() -> None:
    patient, other = simulate(380.0, connections=2), simulate(380.0, connections=2, timeout_ms=5.0)
    assert patient.timed_out == 0.0 < other.timed_out
    assert other.for_connection_ms < 5.0 < patient.for_connection_ms
    assert simulate(300.0, memory_mb=850.0).workers == 8


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(limits).failed == 0
