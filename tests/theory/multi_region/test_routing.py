"""Closed forms against each other, and against resolvers and caches that are drawn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalelab.kernels.zipf import popularity
from scalelab.models.caching.hit_ratio import hit_ratio
from scalelab.theory.caching.hit_ratio import che_lru
from scalelab.theory.multi_region.routing import (
    availability,
    cold_load,
    detection,
    dns_failed,
    dns_stuck,
    dns_stuck_after,
    equal_spare,
    mean_stale,
    nearest_spare,
    shared_hit_ratio,
    spread_spare,
    stale_area,
    stale_share,
    warming,
)

ttls = st.sampled_from([0.0, 5.0, 60.0, 600.0])
rates = st.sampled_from([0.001, 0.05, 1.0, 100.0])


def area(of: object, to: float, steps: int = 40_000) -> float:
    middle = (np.arange(steps) + 0.5) * to / steps
    return float(np.mean([of(t) for t in middle.tolist()]) * to)  # type: ignore[operator]


@pytest.mark.parametrize(("ttl", "lookups"), [(60.0, 1.0), (60.0, 0.01), (5.0, 0.2)])
def test_resolvers_that_are_asked_at_random(ttl: float, lookups: float) -> None:
    """Every question of every resolver, drawn; the answer changes at some moment long after."""
    chance, n, cycle = np.random.default_rng(5), 3000, ttl + 1.0 / lookups
    until = np.zeros(n)
    for i in range(n):
        change = (10.0 + chance.random()) * cycle
        questions = np.cumsum(chance.exponential(1.0 / lookups, int(2 * change * lookups) + 50))
        fetched = -math.inf
        for question in questions[questions <= change].tolist():
            if question >= fetched + ttl:
                fetched = question
        until[i] = max(0.0, fetched + ttl - change)
    for time in (0.0, 0.3 * ttl, 0.8 * ttl):
        exact = stale_share(time, ttl, lookups)
        error = math.sqrt(exact * (1.0 - exact) / n)
        assert np.mean(until > time) == pytest.approx(exact, abs=4.0 * error)
    error = np.std(until) / math.sqrt(n)
    assert np.mean(until) == pytest.approx(mean_stale(ttl, lookups), abs=4.0 * error)


@given(ttls, rates)
def test_stale_answers(ttl: float, lookups: float) -> None:
    # At the change a resolver has an answer with the hit ratio of a cache that fetches on demand.
    assert stale_share(0.0, ttl, lookups) == pytest.approx(lookups * ttl / (1.0 + lookups * ttl))
    assert stale_share(ttl, ttl, lookups) == 0.0
    assert stale_area(ttl, ttl, lookups) == pytest.approx(mean_stale(ttl, lookups))
    assert mean_stale(ttl, lookups) <= 0.5 * ttl
    assert mean_stale(60.0, 1e9) == pytest.approx(30.0)


def test_areas() -> None:
    assert stale_area(20.0, 60.0, 0.05) == pytest.approx(
        area(lambda t: stale_share(t, 60.0, 0.05), 20.0), rel=1e-6
    )
    after = (60.0, 1.0, 0.1, 600.0)
    assert area(lambda t: dns_stuck(t, 30.0, 3, *after), 9000.0) == pytest.approx(
        dns_failed(30.0, 3, *after), rel=1e-4
    )
    declared = 60.0 + (np.arange(3000) + 0.5) / 100.0
    averaged = np.mean([dns_stuck_after(140.0 - d, *after) for d in declared.tolist()])
    assert dns_stuck(140.0, 30.0, 3, *after) == pytest.approx(averaged, abs=1e-6)
    assert dns_stuck(59.0, 30.0, 3, *after) == 1.0


def test_detection_is_half_an_interval_short_of_all_checks() -> None:
    assert detection(30.0, 3) == 75.0
    assert detection(10.0, 1) == 5.0
    assert availability(2.0, 0.2, 158.0) == pytest.approx(1.0 - 2.0 * 0.2 * 158.0 / 31_536_000.0)


def test_spare_capacity() -> None:
    four = dict.fromkeys("abcd", 0.25)
    assert spread_spare(four) == pytest.approx(equal_spare(4)) == pytest.approx(1.0 / 3.0)
    assert spread_spare({"a": 0.5, "b": 0.3, "c": 0.2}) == pytest.approx(1.0)
    # Where each has a neighbour of its own, that one needs room for both.
    pairs = {"a": "b", "b": "a", "c": "d", "d": "c"}
    after = {x: {y: 0.0 if y == x else 0.5 if y == pairs[x] else 0.25 for y in four} for x in four}
    assert nearest_spare(four, after) == pytest.approx(1.0)


@given(st.floats(0.01, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.95))
def test_a_cold_cache_multiplies(own: float, moved: float, hit: float) -> None:
    warm = 1.0 + moved / own
    assert cold_load(own, moved, hit) >= warm
    assert cold_load(own, moved, 0.0) == pytest.approx(warm)
    assert cold_load(own, own, 0.9) == pytest.approx(11.0)


def test_two_groups_in_one_cache() -> None:
    of = popularity(1000, 0.9)
    assert shared_hit_ratio(of, 200, 0.0) == pytest.approx(che_lru(of, 200), abs=1e-6)
    assert shared_hit_ratio(of, 200, 0.5) < shared_hit_ratio(of, 200, 0.9) < che_lru(of, 200)
    # Two halves that are twice as large would do as well as one.
    assert shared_hit_ratio(of, 400, 0.5) == pytest.approx(che_lru(of, 200), abs=1e-6)


def test_an_empty_cache_fills() -> None:
    of, chance, tries, n = popularity(500, 1.0), np.random.default_rng(2), 400, 100
    for requests in (10, 100):
        keys = chance.choice(500, (tries * n // 100, requests + 1), p=of)
        hits = [row[-1] in row[:-1] for row in keys]
        exact = warming(of, requests)
        error = math.sqrt(exact * (1.0 - exact) / len(hits))
        assert np.mean(hits) == pytest.approx(exact, abs=4.0 * error)
    keys = chance.choice(500, 100_000, p=of)
    assert hit_ratio(keys, "LRU", 100) == pytest.approx(che_lru(of, 100), abs=0.01)
