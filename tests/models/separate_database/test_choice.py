import doctest
from typing import Any

import pytest

from scalelab.kernels.separate_database import choice as kernel
from scalelab.models.separate_database import choice
from scalelab.models.separate_database.choice import (
    NONE_FITS,
    OPTIONS,
    QUESTIONS,
    Choice,
    choose,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("data_gb", (0.9, 100_001.0, NAN)), ("reads_per_s", (0.0, 100_001.0)),
        ("writes_per_s", (0.0, 100_001.0)), ("growth", (0.99, 5.1)), ("several", (-0.1, 1.1)),
        ("regions", (0, 4)), ("day_usd", (0.5, 10_001.0)), ("extra_work", (-0.1, 10.1)),
        ("agreement", (0.9, 20.1, NAN)),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_named(name: str, values: tuple[float, ...]) -> None:
    for value in values:
        given: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match=rf"^{name} is {value}.*allowed is .* to "):
            choose(**given)


def cheapest(found: Choice) -> str:
    totals = {o.name: o.total_usd for o in found.options.values() if o.total_usd is not None}
    return min(totals, key=lambda name: totals[name]) if totals else NONE_FITS


@pytest.mark.parametrize(
    "settings",
    [{}, {"growth": 4.0}, {"writes_per_s": 1000.0}, {"regions": 2}, {"both_halves": True}],
)
def test_flips_flip_and_nothing_nearer_does(settings: dict[str, Any]) -> None:
    found = choose(**settings)
    assert found.winner == cheapest(found)
    given = {"data_gb": 100.0, "reads_per_s": 400.0, "writes_per_s": 20.0, "growth": 2.0,
             "several": 0.2, "regions": 1, "both_halves": False, "day_usd": 800.0,
             "extra_work": 1.0, **settings}  # fmt: skip
    flips = {(flip.question, flip.value): flip for flip in found.flips}
    winners: dict[tuple[str, float], str] = {}
    for i, question in enumerate(QUESTIONS):
        for value in kernel.GRID[i][: kernel.VALUES[i]]:
            whole = question in ("regions", "both_halves")
            other = choose(**{**given, question: int(value) if whole else value})
            winners[question, value] = other.winner
            assert other.winner == cheapest(other)
    assert {key: flip.winner for key, flip in flips.items()} == {
        key: winner for key, winner in winners.items() if winner != found.winner
    }
    for flip in found.nearest():
        i = QUESTIONS.index(flip.question)
        grid = kernel.GRID[i][: kernel.VALUES[i]]
        place = grid.index(flip.given)
        assert abs(grid.index(flip.value) - place) == flip.steps
        for near, value in enumerate(grid):
            if abs(near - place) < flip.steps:
                assert winners[flip.question, value] == found.winner
    assert {flip.question for flip in found.nearest()} == {flip.question for flip in found.flips}


def test_who_stops_has_no_months_after_it() -> None:
    found = choose(writes_per_s=1000.0)
    for option in found.options.values():
        end = 60 if option.stops is None else option.stops - 1
        assert [month.month for month in option.months] == list(range(0, end + 1, 6))
        assert (option.stops is None) == (option.reason == "nothing") == (option.then is None)
    one = found.options["One primary"]
    assert all(month.machines == 2 for month in one.months)
    assert set(found.options) == set(OPTIONS)


def test_both_halves_and_transactions_leave_nothing() -> None:
    found = choose(both_halves=True)
    assert found.winner == NONE_FITS
    assert all(option.total_usd is None for option in found.options.values())
    assert choose(both_halves=True, several=0.0).winner == "Key-value"


def test_where_agreement_costs_no_more_than_a_write() -> None:
    """What is assumed of it matters where writes are many."""
    costs = [
        choose(writes_per_s=1000.0, agreement=agreement).options["Distributed SQL"].total_usd or 0.0
        for agreement in (2.0, 6.4, 10.0)
    ]
    assert costs == sorted(costs)
    assert costs[2] > 1.5 * costs[0]


def test_examples_of_the_docstring() -> None:
    assert doctest.testmod(choice).failed == 0
