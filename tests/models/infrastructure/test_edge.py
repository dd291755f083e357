import doctest
from typing import Any

import pytest

from scalelab.facts import edge as facts
from scalelab.facts.places import CONTINENTS
from scalelab.models.infrastructure import edge
from scalelab.models.infrastructure.edge import BARS, SHIELDS, WAYS, by_users, simulate

NAN = float("nan")
ALONE, SHIELD, CODE = WAYS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pops", (-1, 301)), ("ttl_s", (0.0, 2e7, NAN)), ("rate_per_s", (0.0, 2e7, NAN)),
        ("setup", (-1, 11)), ("edge_share", (-0.1, 1.0)), ("trips", (0, 101)),
        ("crowd", (0.5, 20_000.0, NAN)), ("hot_ttl_s", (0.0, 2e7)), ("n_objects", (0, 2_000_000)),
        ("skew", (-0.1, 3.1)), ("dynamic", (-0.1, 1.0)), ("server_ms", (-1.0, 60_001.0)),
        ("answer_kb", (-1.0, 2e6)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"pops": 10, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(**given)


@pytest.mark.parametrize("name", ["shield", "customers"])
def test_unknown_names(name: str) -> None:
    given: dict[str, Any] = {"pops": 10, name: "Nobody"}
    with pytest.raises(ValueError, match=rf"^{name} is 'Nobody', allowed are "):
        simulate(**given)


def test_the_story() -> None:
    found = simulate(100)
    assert tuple(found.ways) == WAYS
    assert tuple(found.crowd_per_s) == BARS
    alone, shield, code = found.ways.values()
    assert alone.shield_hit_ratio == 0.0
    assert shield.edge_hit_ratio < alone.edge_hit_ratio
    assert shield.origin_per_s < 0.5 * alone.origin_per_s
    assert code.origin_per_s == pytest.approx(shield.origin_per_s - 200.0)
    assert code.mean_ms > shield.mean_ms
    assert found.break_even_trips < 3.0
    for way in (alone, shield, code):
        assert way.usd == way.egress_usd + way.requests_usd + way.rent_usd
        assert way.p95_ms > way.mean_ms
    assert found.unused_copies == pytest.approx(facts.ONE_HIT_WONDERS.value, abs=0.15)


def test_numbers_between_those_of_the_curves() -> None:
    waits = [simulate(pops).ways[ALONE].mean_ms for pops in (5, 7, 10)]
    hits = [simulate(pops).ways[ALONE].edge_hit_ratio for pops in (5, 7, 10)]
    assert min(waits) < 1.05 * waits[1]
    assert hits == sorted(hits, reverse=True)


def test_no_points_of_presence() -> None:
    found = simulate(0)
    for way in found.ways.values():
        assert way.origin_per_s == 2000.0
        assert way.requests_usd == 0.0
        assert way.edge_hit_ratio == 0.0
    assert len(set(found.crowd_per_s.values())) == 1


def test_a_shield_in_each_region_is_nearer_and_lets_more_through() -> None:
    one, each = (simulate(100, shield=name).ways[SHIELD] for name in SHIELDS)
    assert each.mean_ms < one.mean_ms
    assert each.origin_per_s > one.origin_per_s


def test_prices_are_means_over_the_users() -> None:
    assert tuple(facts.USD_PER_GB) == CONTINENTS
    assert tuple(facts.USD_PER_10000_REQUESTS) == CONTINENTS
    prices = [fact.value for fact in facts.USD_PER_GB.values()]
    for customers in range(3):
        assert min(prices) < by_users(facts.USD_PER_GB, customers) < max(prices)
    west = by_users(facts.USD_PER_GB, 1)
    expected = (0.45 + 0.40) * 0.085 + (0.05 + 0.02) * 0.110 + 0.06 * 0.120 + 0.02 * 0.114
    assert west == pytest.approx(expected)


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(edge).failed == 0
