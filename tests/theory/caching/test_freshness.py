import math

import numpy as np
import pytest

from scalelab.models.caching.freshness import Freshness, simulate
from scalelab.theory.caching.freshness import (
    cache_aside,
    cache_aside_lease,
    hit_ratio,
    hit_ratio_renewed,
    ttl_only,
    write_behind_stores,
    write_through,
    writes_at_risk,
)

CASES = [(2, 0.1, 10, 0.5, 0.2), (2, 0.1, 10, 0.5, 2.0), (5, 1, 3, 0.1, 0.5), (1, 0.01, 100, 0, 0)]


def runs(strategy: str, r: float, w: float, t: float, d: float, p: float) -> list[Freshness]:
    return [
        simulate(strategy, t, r, w, 1e3 * d, 1e3 * p, 7.0, 20_000, 2 * seed) for seed in range(20)
    ]


def agree(measured: list[float], expected: float) -> None:
    error = np.std(measured, ddof=1) / math.sqrt(len(measured))
    assert abs(np.mean(measured) - expected) <= 4 * error + 1e-12


@pytest.mark.parametrize("case", CASES)
def test_ttl_alone(case: tuple[float, float, float, float, float]) -> None:
    done = runs("TTL only", *case)
    hits, old = ttl_only(*case[:4])
    agree([x.hit_ratio for x in done], hits)
    agree([x.old for x in done], old)


@pytest.mark.parametrize("case", CASES)
def test_cache_aside(case: tuple[float, float, float, float, float]) -> None:
    done = runs("Cache-aside", *case)
    hits, old = cache_aside(*case)
    agree([x.hit_ratio for x in done], hits)
    agree([x.old for x in done], old)


@pytest.mark.parametrize("case", CASES)
def test_cache_aside_with_a_lease(case: tuple[float, float, float, float, float]) -> None:
    done = runs("Cache-aside + lease", *case)
    hits, old = cache_aside_lease(*case)
    agree([x.hit_ratio for x in done], hits)
    agree([x.old for x in done], old)


@pytest.mark.parametrize("case", [(2, 0.1, 10, 0.2), (0.5, 0.5, 4, 3.0), (3, 0.02, 20, 0)])
def test_write_through(case: tuple[float, float, float, float]) -> None:
    read_rate, write_rate, ttl, delay = case
    done = runs("Write-through", read_rate, write_rate, ttl, 0.0, delay)
    hits, old = write_through(*case)
    agree([x.hit_ratio for x in done], hits)
    agree([x.old for x in done], old)


def test_write_behind_is_as_often_there_as_write_through() -> None:
    done = runs("Write-behind", 2, 0.1, 10, 0.0, 0.0)
    agree([x.hit_ratio for x in done], write_through(2, 0.1, 10, 0.0)[0])


def test_the_strategies_meet_where_they_must() -> None:
    assert cache_aside_lease(2, 0.1, 10, 0, 0.2) == pytest.approx(cache_aside(2, 0.1, 10, 0, 0.2))
    assert cache_aside_lease(2, 0.0, 10, 1, 0) == pytest.approx(ttl_only(2, 0.0, 10, 1))
    assert write_through(2, 0.0, 10, 1) == pytest.approx(ttl_only(2, 0.0, 10, 0))
    # Deletes for writes of long ago know nothing of this entry, but end its life sooner.
    assert cache_aside(2, 0.1, 10, 0, 1e9)[1] < ttl_only(2, 0.1, 10, 0)[1]


def test_write_behind() -> None:
    done = runs("Write-behind", 2, 0.1, 10, 0.5, 0)
    agree([x.database_writes for x in done], write_behind_stores(0.1, 7.0))
    agree([x.at_risk for x in done], writes_at_risk(0.1, 7.0))
    assert all(x.old == 0 for x in done)


def test_known_values() -> None:
    assert hit_ratio(1.5, 1.0) == pytest.approx(0.6)
    assert hit_ratio_renewed(1.5, 1.0) == pytest.approx(0.7769, abs=1e-4)
    assert ttl_only(1.5, 0.0, 1.0, 0.0) == pytest.approx((0.6, 0.0))


@pytest.mark.parametrize("wrong", [{"ttl": 0}, {"read_rate": float("nan")}, {"strategy": "magic"}])
def test_bad_input_is_named(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"strategy": "TTL only", "ttl": 1, "read_rate": 1, "write_rate": 1}
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        simulate(**{**good, **wrong})  # type: ignore[arg-type]
