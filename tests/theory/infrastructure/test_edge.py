"""Limits, published shares, and the examples."""

import doctest
import math

import pytest

from scalelab.facts import caching as published
from scalelab.theory.caching import freshness, multi_level
from scalelab.theory.infrastructure import edge
from scalelab.theory.infrastructure.edge import (
    break_even_trips,
    crowd,
    first_request_ms,
    hit_ratio_alone,
    hit_ratio_before_shield,
    poisson_tree,
    stack,
    to_origin_alone,
    to_origin_shielded,
)


def test_one_point_of_presence_needs_no_shield() -> None:
    for rate, ttl in ((0.01, 60.0), (3.0, 300.0)):
        alone = hit_ratio_alone(rate, ttl, 1)
        assert alone == pytest.approx(freshness.hit_ratio(rate, ttl), rel=1e-12)
        assert hit_ratio_before_shield(rate, ttl, 1) == pytest.approx(alone, rel=1e-12)
        assert to_origin_shielded(rate, ttl) == pytest.approx(to_origin_alone(rate, ttl, 1))


def test_without_end_many_pass_everything_on() -> None:
    assert hit_ratio_alone(1.0, 60.0, 10**9) == pytest.approx(0.0, abs=1e-6)
    assert hit_ratio_before_shield(1.0, 60.0, 10**9) == pytest.approx(0.0, abs=1e-6)
    assert to_origin_alone(1.0, 60.0, 10**9) == pytest.approx(1.0, abs=1e-6)
    # What comes to the shield is then as random as what the users send.
    assert poisson_tree(1.0, 60.0, 10**9) == pytest.approx(to_origin_shielded(1.0, 60.0), rel=1e-6)


def test_a_copy_with_an_age_is_hit_less_often() -> None:
    for x in (0.1, 1.0, 10.0):  # requests in a life, at one of very many PoPs
        alone = hit_ratio_alone(1000.0 * x, 1.0, 1000)
        before = hit_ratio_before_shield(1000.0 * x, 1.0, 1000)
        assert alone == pytest.approx(x / (1.0 + x))
        assert before == pytest.approx(1.0 + math.expm1(-x) / x, abs=2e-3)
        assert before < alone


def test_a_crowd_without_collapsing_is_a_share_of_the_time() -> None:
    """All that come while a copy is fetched."""
    assert crowd(1e6, 3.0, 1.0, 1, False) == pytest.approx(0.25e6, rel=1e-4)
    assert crowd(1e6, 3.0, 1.0, 8, True) == pytest.approx(2.0, rel=1e-4)
    assert crowd(1e6, 3.0, 0.0, 8, False) == pytest.approx(crowd(1e6, 3.0, 0.0, 8, True))


def test_break_even() -> None:
    for e, core, server in ((0.2, 100.0, 50.0), (0.7, 30.0, 0.0)):
        n = break_even_trips(e, core, server)
        assert (1.0 - e) * (n * core + server) == pytest.approx(core + server)
    assert break_even_trips(0.5, 100.0, 0.0) == 2.0


def test_set_up_ends_at_the_pop() -> None:
    straight, by_pop = first_request_ms(10.0, 200.0, 50.0, setup=2)
    assert straight - by_pop == 2 * 200.0 - 3 * 10.0
    # On an open connection a PoP on the way neither helps nor, if it is near, hurts.
    straight, by_pop = first_request_ms(0.0, 200.0, 50.0, setup=0)
    assert straight == by_pop


def test_the_photo_stack() -> None:
    shares = [
        published.PHOTO_BROWSER_SHARE.value, published.PHOTO_EDGE_SHARE.value,
        published.PHOTO_ORIGIN_SHARE.value, published.PHOTO_BACK_END_SHARE.value,
    ]  # fmt: skip
    assert sum(shares) == pytest.approx(1.0)
    ratios, left = stack(shares)
    assert ratios == pytest.approx([0.655, 0.580, 0.317], abs=5e-4)
    assert left == pytest.approx(0.099)
    assert left == pytest.approx(multi_level.passed_on(ratios))


def test_examples_of_the_docstrings() -> None:
    assert doctest.testmod(edge).failed == 0
