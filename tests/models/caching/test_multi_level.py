import doctest
from typing import Any

import pytest

from scalelab.facts.latency import EDGE_ROUND_TRIP
from scalelab.models.caching import multi_level
from scalelab.models.caching.multi_level import LEVELS, simulate

NAN = float("nan")
GOOD: dict[str, Any] = {
    "browser_size": 4, "cdn_size": 16, "application_size": 32, "buffer_size": 64,
    "n_objects": 100, "users": 5, "n_requests": 1000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("browser_size", (-1, 10_001)),
        ("cdn_size", (-1, 100_000_001)),
        ("application_size", (-1, 100_000_001)),
        ("buffer_size", (-1, 100_000_001)),
        ("skew", (-0.1, 5.1, NAN)),
        ("personal", (-0.1, 1.1, 20, NAN)),
        ("n_objects", (0, 10_000_001)),
        ("users", (0, 10_000_001)),
        ("edges", (0, 10_001)),
        ("request_rate", (-1.0, 2e9)),
        ("edge_ms", (-1.0, 60_001.0)),
        ("origin_ms", (-1.0, 60_001.0)),
        ("network_ms", (-1.0, 60_001.0)),
        ("disk_ms", (-1.0, 60_001.0)),
        ("n_requests", (99, 1_000_000_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**GOOD, name: value})


@pytest.mark.parametrize(
    ("product", "changed"),
    [
        (r"users \* browser_size", {"users": 1_000_000, "browser_size": 1000}),
        (r"\(edges \+ 2\) \* n_objects", {"edges": 1000, "n_objects": 1_000_000}),
    ],
)
def test_what_does_not_fit_in_memory_is_refused(product: str, changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=product + ".*simulate fewer"):
        simulate(**{**GOOD, **changed})


def test_examples() -> None:
    assert doctest.testmod(multi_level).failed == 0


def test_every_request_is_answered_by_one_level() -> None:
    stack = simulate(**GOOD)
    assert len(stack.shares) == len(stack.hit_ratios) == len(LEVELS)
    assert sum(stack.shares) == pytest.approx(1.0)
    assert stack.hit_ratios[-1] == 1.0  # the disk has everything


def test_the_range_s_ends_are_allowed() -> None:
    nothing = simulate(0, 0, 0, 0, n_objects=1, users=1, edges=1, n_requests=100)
    assert nothing.shares == (0.0, 0.0, 0.0, 0.0, 1.0)
    everything = simulate(10_000, 0, 0, 0, personal=0.0, n_objects=50, users=2, n_requests=100)
    assert everything.shares == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert everything.hit_ratios == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert everything.mean_ms == 0.0
    edge = simulate(0, 10**8, 0, 0, personal=0.0, n_objects=50, users=2, n_requests=100)
    assert edge.mean_ms == EDGE_ROUND_TRIP.value
    assert edge.application_rate == 0.0


def test_the_shares_hardly_depend_on_the_number_of_users() -> None:
    few, many = (simulate(16, 128, 256, 512, users=users) for users in (50, 200))
    assert few.shares == pytest.approx(many.shares, abs=0.01)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate(**GOOD, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
