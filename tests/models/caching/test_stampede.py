import doctest
from typing import Any

import pytest

from scalelab.models.caching import stampede
from scalelab.models.caching.stampede import PROTECTIONS, simulate

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("request_rate", (0.0, 10_001.0, NAN)),
        ("recompute_ms", (0.0, 10_001.0, NAN)),
        ("parallel", (0, 1_000_001)),
        ("servers", (0, 100_001)),
        ("beta", (0.0, 101.0)),
        ("ttl", (0.0, 2e7)),
        ("n_expiries", (0, 1_000_001)),
    ],
)
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    good: dict[str, Any] = {
        "protection": "No protection", "request_rate": 1, "recompute_ms": 1, "n_expiries": 1,
    }  # fmt: skip
    for value in values:
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**{**good, name: value})


def test_an_unknown_protection_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'prayer', allowed are No protection, .*Serve stale"):
        simulate("prayer", 1, 1)


def test_examples() -> None:
    assert doctest.testmod(stampede).failed == 0


@pytest.mark.parametrize("protection", PROTECTIONS)
def test_the_range_s_ends_are_allowed(protection: str) -> None:
    rare = simulate(protection, 0.1, 0.1, 1, 1, 0.01, 0.001, n_expiries=3)
    assert rare.recomputations <= 1.0
    crowd = simulate(protection, 10_000, 10_000, 1, 100_000, 100, 1e7, n_expiries=1)
    assert 1 <= crowd.fewest <= crowd.most
    assert crowd.longest_ms <= 30_000 + 10_000


def test_a_lease_lets_all_wait_and_the_old_value_nobody() -> None:
    lease, stale = (simulate(name, 200, 200) for name in (PROTECTIONS[2], PROTECTIONS[4]))
    assert lease.recomputations == stale.recomputations == 1.0
    assert lease.waiting == pytest.approx(41, rel=0.05)
    assert lease.longest_ms == pytest.approx(200)
    assert (stale.waiting, stale.wait_ms, stale.longest_ms) == (0.0, 0.0, 0.0)


def test_one_seed_gives_one_result() -> None:
    first, again, other = (simulate("No protection", 200, 200, seed=seed) for seed in (5, 5, 6))
    assert first == again != other
