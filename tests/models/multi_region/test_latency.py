import doctest
import math
from typing import Any

import numpy as np
import pytest

from scalelab.facts.places import AREAS, CONTINENTS
from scalelab.kernels.multi_region.latency import latency as kernel
from scalelab.models.multi_region import latency
from scalelab.models.multi_region.latency import (
    AIMS,
    CUSTOMERS,
    REGION_NAMES,
    best_regions,
    great_circle_km,
    mask_of,
    simulate,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("round_trips", (0, 101)), ("stretch", (0.9, 10.1, NAN)), ("last_mile_ms", (-1.0, 1001.0)),
        ("server_ms", (-1.0, 60_001.0)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            simulate(["Virginia"], **given)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^region is 'Atlantis', allowed are Virginia, .*Cape"):
        simulate(["Virginia", "Atlantis"])
    with pytest.raises(ValueError, match=r"^regions is empty; give at least one"):
        simulate([])
    with pytest.raises(ValueError, match=r"^customers is 'Nobody', allowed are By population"):
        simulate(["Virginia"], customers="Nobody")
    with pytest.raises(ValueError, match=r"^customers is 'Nobody', allowed are By population"):
        best_regions(2, customers="Nobody")
    with pytest.raises(ValueError, match=r"^aim is 'High', allowed are Mean distance, Farthest"):
        best_regions(2, aim="High")
    with pytest.raises(ValueError, match=r"^continent is 'Atlantis', allowed are None, North"):
        simulate(["Virginia"]).quantile(0.5, "Atlantis")


def test_other_ranges() -> None:
    with pytest.raises(ValueError, match=r"^q is 50, allowed is 0.0 to 0.9999; a share, not"):
        simulate(["Virginia"]).quantile(50)
    for n in (0, 13):
        with pytest.raises(ValueError, match=rf"^n is {n}, allowed is 1 to 12"):
            best_regions(n)
    for name, value in (
        ("latitude", 91.0), ("longitude", -181.0), ("other_latitude", NAN),
        ("other_longitude", 360.0),
    ):  # fmt: skip
        given = {
            "latitude": 0.0,
            "longitude": 0.0,
            "other_latitude": 0.0,
            "other_longitude": 0.0,
            name: value,
        }
        with pytest.raises(ValueError, match=rf"^{name} is {value} degrees"):
            great_circle_km(**given)


def test_examples() -> None:
    assert doctest.testmod(latency).failed == 0


@pytest.mark.parametrize("customers", CUSTOMERS)
def test_ends_of_the_ranges(customers: str) -> None:
    for trips, stretch, last, server in ((1, 1.0, 0.0, 0.0), (100, 10.0, 1000.0, 60_000.0)):
        found = simulate(REGION_NAMES, customers, trips, stretch, last, server)
        assert sum(found.share.values()) == pytest.approx(1.0)
        assert 0.0 <= found.quantile(0.5) <= found.quantile(0.9999) < math.inf
        assert found.mean >= server


@pytest.mark.parametrize("customers", CUSTOMERS)
def test_users_who_are_drawn_wait_as_long(customers: str) -> None:
    """Each user from an area at random, with a last mile at random."""
    n = 200_000
    found = simulate(["Virginia", "Frankfurt", "Singapore"], customers)
    names = list(found.share)
    chance = np.random.default_rng(3)
    drawn = chance.choice(len(names), n, p=[found.share[name] for name in names])
    trips = np.array([found.round_trip_ms[name] for name in names])[drawn]
    waits = 4 * (trips + chance.exponential(15.0, n)) + 50.0
    assert np.mean(waits) == pytest.approx(found.mean, abs=4.0 * np.std(waits) / math.sqrt(n))
    for q in (0.5, 0.95, 0.99):
        error = math.sqrt(q * (1.0 - q) / n)
        assert np.mean(waits <= found.quantile(q)) == pytest.approx(q, abs=4.0 * error)
        assert found.slower_than(found.quantile(q)) == pytest.approx(1.0 - q, abs=1e-4)


def test_the_lab_s_table_shows_the_same_world() -> None:
    regions = ("Ireland", "Mumbai", "Oregon")
    rows = kernel(mask_of(regions), 1, 3, 1.5, 10.0, 20.0, 0)
    found = simulate(regions, CUSTOMERS[1], 3, 1.5, 10.0, 20.0)
    for row, area in zip(rows, AREAS, strict=False):
        assert row[4] == found.share[area.name]
        assert REGION_NAMES[int(row[5])] == found.region[area.name]
        assert row[6] == found.distance_km[area.name]
    for i, continent in enumerate((*CONTINENTS, None)):
        for column, q in ((8, 0.5), (9, 0.95), (10, 0.99)):
            row = rows[len(AREAS) + 24 + i]
            assert row[column] == pytest.approx(found.quantile(q, continent), abs=0.003)


@pytest.mark.parametrize("aim", AIMS)
def test_best_regions(aim: str) -> None:
    assert best_regions(12, aim=aim) == REGION_NAMES
    assert best_regions(12, aim=aim, greedy=True) == REGION_NAMES
    assert best_regions(1, aim=aim) == best_regions(1, aim=aim, greedy=True)
    farthest = [max(simulate(best_regions(n, aim=AIMS[1])).distance_km.values()) for n in (1, 4, 8)]
    assert farthest == sorted(farthest, reverse=True)
