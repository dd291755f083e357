import doctest
from typing import Any

import pytest

from scalelab.facts import leaks as facts
from scalelab.models.patterns import leaks
from scalelab.models.patterns.leaks import (
    CONNECTIONS,
    DIRECTIONS,
    LIMITS,
    WAYS,
    WORK,
    load,
    spread,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rows", (0, 100_001)), ("trip_ms", (-0.1, 1001.0, NAN)), ("children", (0, 1001)),
        ("collections", (-1, 5)), ("batch", (0, 100_001)), ("machines", (0, 1_000_001)),
        ("app_vcpus", (0, 1025)), ("database_vcpus", (0, 1025)), ("pool", (0, 100_001)),
        ("connections", (0, 100_001)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            load(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("query_database_ms", (-1.0, 1001.0, NAN)), ("query_app_ms", (-1.0, 1001.0)),
        ("row_database_ms", (-1.0, 1001.0)), ("row_app_ms", (-1.0, 1001.0)),
        ("parent_bytes", (-1.0, 2e7)), ("child_bytes", (-1.0, 2e7)),
        ("bytes_per_ms", (0.0, 2e9, NAN)), ("own_ms", (0.0, 60_001.0)),
    ],
)  # fmt: skip
def test_costs_out_of_range_are_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        changed: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is .*allowed is .* to "):
            load(work=WORK._replace(**changed))


def test_a_database_that_works_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no query is free"):
        load(work=WORK._replace(query_database_ms=0.0, row_database_ms=0.0))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("shortcuts", (-0.1, 1.1, NAN)), ("ripple", (-0.1, 1.1, NAN)), ("check_month", (-1, 61)),
        ("at_first", (-1.0, 1001.0)), ("per_month", (-1.0, 51.0)), ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_changes_out_of_range_are_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            spread(**given)


def test_a_direction_that_there_is_not() -> None:
    with pytest.raises(ValueError, match=r"^direction is 'sideways', allowed are upwards"):
        spread(direction="sideways")


def test_the_story() -> None:
    found = load()
    assert tuple(found) == WAYS
    lazy = found["row by row"]
    assert lazy.page_ms > 4.0 * found["in batches"].page_ms
    assert lazy.limit == LIMITS[1]
    assert lazy.most_per_s * lazy.hold_ms / 1000.0 == pytest.approx(CONNECTIONS)
    assert lazy.database_busy < 0.9
    assert load(machines=1)["row by row"].limit == LIMITS[1]
    assert load(machines=1)["in batches"].limit == LIMITS[0]
    assert load(database_vcpus=1)["row by row"].limit == LIMITS[2]
    assert load(collections=0)["row by row"].queries == 1


def test_changes_are_kept_within_layers() -> None:
    none, check = spread()
    assert len(none.over_years) == len(check.over_years) == 21
    assert none.over_years[-1] == none.share
    assert none.over_years[0] == check.over_years[0]
    assert none.low < none.share < none.high
    assert none.share > 2.0 * check.share
    assert none.tangle > 10.0
    assert check.tangle == 1.0
    assert check.shortcuts == 0.0
    assert none.dependencies == check.dependencies
    assert [spread(direction=d)[0].tangle > 1.0 for d in DIRECTIONS] == [True, False, True]


def test_with_three_of_ten_a_change_is_as_large_as_those_that_were_counted() -> None:
    """At the beginning, where all layers are kept: 1.6 modules."""
    first = 100.0 * spread(ripple=0.3)[1].over_years[0]
    counted = facts.EVOLUTION_CHANGE.value, facts.MYLYN_CHANGE.value
    assert min(counted) < first < max(counted) + 0.1


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(leaks).failed == 0
