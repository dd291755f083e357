import doctest
from typing import Any

import pytest

from scalelab.models.principles import retries
from scalelab.models.principles.retries import (
    BACKOFFS,
    BUDGETS,
    QUEUES,
    WAYS,
    against_failures,
    outage,
)

NAN = float("nan")
NONE, PLAIN, BUDGET, BREAKER, SHED = WAYS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("load_per_s", (0.9, 2e6, NAN)), ("outage_s", (-0.1, 121.0)), ("timeout_s", (0.09, 31.0)),
        ("retries", (-1, 11)), ("budget_share", (-0.1, 1.1, NAN)), ("open_s", (0.9, 301.0)),
        ("capacity_per_s", (9.0, 2e6)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            outage(**given)


@pytest.mark.parametrize("name", ["backoff", "budget_of", "queue"])
def test_what_is_unknown_is_named(name: str) -> None:
    given: dict[str, Any] = {name: "luck"}
    with pytest.raises(ValueError, match=rf"^{name} is 'luck', allowed are "):
        outage(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("failing", (-0.1, 1.0, NAN)), ("retries", (-1, 11)), ("budget_share", (-0.1, 1.1)),
        ("bucket", (0.9, 1001.0)), ("most_failing", (-0.1, 1.1)), ("clients", (0, 10_001)),
        ("rate_per_s", (0.0, 1001.0)), ("seconds", (0.9, 1001.0)), ("runs", (1, 1001)),
        ("seed", (-1, 2**31)),
    ],
)  # fmt: skip
def test_by_chance_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {"failing": 0.5, name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            against_failures(**given)


def test_load_shedding_has_no_place_where_load_has_no_part() -> None:
    with pytest.raises(ValueError, match=r"^way is 'Shedding', allowed are "):
        against_failures(0.5, way=SHED)


def test_states_of_the_published_case() -> None:
    states = {load: outage(load, retries=1)[PLAIN].state for load in (140.0, 160.0, 290.0, 310.0)}
    assert list(states.values()) == ["stable", "vulnerable", "vulnerable", "overloaded"]
    assert {each.state for each in outage(310.0).values()} == {"overloaded"}


def test_what_does_not_come_back_has_no_time() -> None:
    found = outage()
    assert found[PLAIN].down_s is None
    assert found[BUDGET].down_s is None
    assert found[PLAIN].factor == pytest.approx(4.0)
    assert found[BREAKER].factor == pytest.approx(1.0)


def test_names_reach_the_kernel() -> None:
    usual = outage()
    for name, values, way in (
        ("backoff", BACKOFFS, PLAIN), ("budget_of", BUDGETS, BUDGET), ("queue", QUEUES, SHED),
    ):  # fmt: skip
        for value in values[1:]:
            given: dict[str, Any] = {name: value}
            assert outage(**given)[way].lost != usual[way].lost
            assert outage(**given)[NONE] == usual[NONE]


def test_seeds_are_runs() -> None:
    first, again, other = (against_failures(0.5, runs=3, seed=seed) for seed in (1, 1, 100))
    assert first == again
    assert first != other


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(retries).failed == 0
