"""What the arguments do, and what is refused."""

from itertools import pairwise
from typing import Any

import pytest

from scalelab.models.growth.path import BOTTLENECKS, STAGES, first, path, stage


def test_every_stage_by_its_name() -> None:
    found = path(50_000)
    assert tuple(found) == STAGES
    for name, each in found.items():
        assert each == stage(name, 50_000)
        assert each.name == name
        assert each.full_first in BOTTLENECKS
        assert each.busiest in BOTTLENECKS
        assert each.carries
        assert each.customers == pytest.approx(50_000)
        assert each.request_rate == pytest.approx(100.0)


def test_a_stage_that_does_not_carry_them_is_at_its_limit() -> None:
    single = stage("Single server", 1_000_000)
    assert not single.carries
    assert single.customers == pytest.approx(single.limit) == pytest.approx(120_000)


def test_the_first_that_carries_them() -> None:
    assert first(path(120_000)).name == "Single server"
    assert first(path(121_000)).name == "Separate database"
    assert first(path(4_000_000)).name == "Caching"
    with pytest.raises(ValueError, match="no stage carries these customers"):
        first(path(1e9))


def test_a_step_costs_the_difference_at_the_limit() -> None:
    for here, there in pairwise(STAGES):
        at = stage(here, 1e9)
        after = stage(there, at.limit)
        assert at.step_usd == pytest.approx(after.rent_usd - at.rent_usd)
    assert stage(STAGES[-1], 1e6).step_usd == 0.0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"customers": 0.0}, r"customers is 0.0, allowed is 1.0 to"),
        ({"customers": float("nan")}, "customers is nan"),
        ({"vcpus": 0}, r"vcpus is 0, allowed is 1 to 1000"),
        ({"target": 60.0}, r"target is 60.0, allowed is 0.05 to 0.95; a share"),
        ({"application_ms": 0.0}, r"application_ms is 0.0 ms"),
        ({"database_ms": -1.0}, r"database_ms is -1.0 ms"),
        ({"disk_ms": 0.0}, r"disk_ms is 0.0 ms"),
        ({"write_share": 1.1}, r"write_share is 1.1"),
        ({"hit_ratio": 1.0}, r"hit_ratio is 1.0, allowed is 0.0 to 0.999"),
        ({"far_share": -0.1}, r"far_share is -0.1"),
    ],
)
def test_what_is_not_allowed_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        path(**{"customers": 1000.0, **changed})


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="name is 'Stage 9', allowed are Single server"):
        stage("Stage 9", 1000)


@pytest.mark.parametrize(
    "changed",
    [
        {"customers": 1.0}, {"customers": 1e9}, {"write_share": 1.0, "hit_ratio": 0.999},
        {"write_share": 0.0, "hit_ratio": 0.999}, {"target": 0.95, "vcpus": 1000},
        {"application_ms": 1000.0, "database_ms": 1000.0, "disk_ms": 1000.0, "target": 0.05},
        {"application_ms": 0.01, "database_ms": 0.01, "disk_ms": 0.001, "vcpus": 1000},
    ],
)  # fmt: skip
def test_the_ends_of_what_is_allowed(changed: dict[str, Any]) -> None:
    for each in path(**{"customers": 1e6, **changed}).values():
        assert 0.0 < each.rent_usd < 1e12
        assert each.response_ms < 1e6
