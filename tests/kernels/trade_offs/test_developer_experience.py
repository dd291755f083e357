"""A developer's week against a year added up, careers and runs drawn, fractions, bounds."""

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.trade_offs.developer_experience_reference import (
    Company,
    career_h,
    change_h,
    off_h,
    one_green,
    year,
)

from scalelab.kernels.elementary import log
from scalelab.kernels.jit import Floats, Table
from scalelab.kernels.trade_offs import developer_experience as kernels
from scalelab.theory.trade_offs import developer_experience as theory

STORY: dict[str, Any] = {
    "developers": 40, "components": 4, "first_h": 8.0, "turnover": 0.2, "flaky": 0.02, "tooling": 0,
    "people_each": 1.0, "adoption": 0.8, "load_per_s": 500.0, "learning": 0.8, "resume_min": 15.0,
    "usd_per_month": 15_000.0, "machine_usd": 150.0, "request_usd": 1.2e-6,
}  # fmt: skip
NAMES = ("own", "platform", "managed")
PRACTICE = -log(0.8) / log(2.0)


def table_of(**changed: Any) -> Table:
    return kernels.developer_experience(*{**STORY, **changed}.values())


def of(kind: int, table: Table) -> Table:
    found: Table = table[table[:, kernels.KIND] == kind]
    return found


def ways(**changed: Any) -> list[Floats]:
    return list(of(kernels.SET, table_of(**changed)))


def crossings(**changed: Any) -> list[Floats]:
    return list(of(kernels.CROSS, table_of(**changed)))


def company(**changed: Any) -> Company:
    world = {**STORY, **changed}
    world["practice"] = -log(world.pop("learning")) / log(2.0)
    return Company(**world)


worlds = st.fixed_dictionaries({
    "developers": st.sampled_from([5, 20, 40, 100, 300]), "components": st.integers(0, 8),
    "first_h": st.sampled_from([1.0, 8.0, 24.0]), "turnover": st.sampled_from([0.05, 0.2, 0.4]),
    "flaky": st.sampled_from([0.0, 0.001, 0.02, 0.05]), "tooling": st.integers(0, 7),
    "people_each": st.sampled_from([0.25, 1.0, 2.0]), "adoption": st.sampled_from([0.2, 0.8, 1.0]),
    "load_per_s": st.sampled_from([10.0, 500.0, 10_000.0]),
    "resume_min": st.sampled_from([0.0, 15.0, 240.0]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_a_year_added_up(world: dict[str, Any]) -> None:
    table = table_of(**world)
    here = company(**world)
    parts = of(kernels.PART, table)
    for way, row in enumerate(of(kernels.SET, table)):
        changes, money = year(here, NAMES[way])
        if changes <= 0.0:
            assert row[kernels.LEFT] == 0.0
            assert row[kernels.CHANGES] == 0.0
            continue
        assert 46.0 * row[kernels.CHANGES] == pytest.approx(changes, rel=1e-9)
        assert row[kernels.COST] == pytest.approx(money / changes, rel=1e-9)
        rent = money / 12.0 - world["developers"] * STORY["usd_per_month"]
        assert row[kernels.RENT] == pytest.approx(rent, rel=1e-6, abs=1e-6)
        hours = parts[parts[:, kernels.SERIES] == way][:, kernels.HOURS]
        each = changes / world["developers"] / 46.0
        of_change = change_h(here)
        for what, name in (
            (kernels.WAIT, "wait"), (kernels.FLAKY, "chance"), (kernels.DEBUG, "debug"),
            (kernels.WORK, "work"),
        ):  # fmt: skip
            assert hours[what] == pytest.approx(each * of_change[name], rel=1e-9, abs=1e-12)
        if NAMES[way] != "platform":
            learn, run = off_h(here, NAMES[way])
            assert 46.0 * hours[kernels.LEARN] == pytest.approx(learn, rel=1e-9)
            assert 46.0 * hours[kernels.RUN] == pytest.approx(run, rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_what_always_holds(world: dict[str, Any]) -> None:
    table = table_of(**world)
    assert table.shape == (kernels.ROWS, kernels.WIDTH)
    assert np.isfinite(table).all()
    assert (table >= 0.0).all()
    parts = of(kernels.PART, table)
    for way in range(3):
        hours = parts[parts[:, kernels.SERIES] == way][:, kernels.HOURS]
        assert hours.sum() == pytest.approx(kernels.WEEK_H, rel=1e-12)
    reds = of(kernels.RED, table)
    at_first, again = reds[: kernels.MOST_COMPONENTS + 1], reds[kernels.MOST_COMPONENTS + 1 :]
    assert (again[:, kernels.RED_SHARE] <= at_first[:, kernels.RED_SHARE] + 1e-15).all()
    assert (np.diff(at_first[:, kernels.RED_SHARE]) >= 0.0).all()
    row = of(kernels.SET, table)[kernels.OWN]
    # Less time for learning, for the same number of developers.
    if world["first_h"] == 8.0:
        short = ways(**{**world, "first_h": 1.0})[kernels.OWN]
        assert short[kernels.CHANGES] >= row[kernels.CHANGES]
    fewer_flaky = ways(**{**world, "flaky": 0.0})[kernels.OWN]
    assert fewer_flaky[kernels.COST] <= row[kernels.COST] * (1.0 + 1e-12)
    assert fewer_flaky[kernels.RUNS] == 1.0


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_on_either_side_of_a_crossing(world: dict[str, Any]) -> None:
    pairs = ((1, 0), (1, 2), (2, 0))
    for row, (way, other) in zip(crossings(**world), pairs, strict=True):

        def less(n: float, way: int = way, other: int = other) -> bool:
            mine = year(company(**{**world, "developers": n}), NAMES[way])
            theirs = year(company(**{**world, "developers": n}), NAMES[other])
            return mine[0] > 0.0 and mine[1] / mine[0] < theirs[1] / theirs[0]

        least = world["people_each"] * world["components"] if way == 1 else 0.0
        sizes = [least + 1e-3 * 1.3**i for i in range(64)]
        if row[kernels.FOUND] == 0.0:
            assert not any(less(n) for n in sizes[:50])
            continue
        low = row[kernels.FROM]
        high = row[kernels.TO] if row[kernels.ENDS] == 1.0 else float("inf")
        for n in sizes:
            # What is nearly equal is left out.
            if min(abs(n / low - 1.0) if low else 1.0, abs(n / high - 1.0)) > 1e-5 and n < 1e4:
                assert less(n) == (low < n < high)


@pytest.mark.parametrize(("turnover", "runs"), [(0.2, 20_000), (0.9, 60_000)])
def test_careers_one_by_one(turnover: float, runs: int) -> None:
    chance = random.Random(7)
    found = [career_h(8.0, PRACTICE, turnover / 12.0, chance) for _ in range(runs)]
    exact = 8.0 * kernels.tasks_of_a_career(PRACTICE, turnover / 12.0)
    assert abs(np.mean(found) - exact) < 4.0 * np.std(found) / np.sqrt(runs)
    assert np.std(found) / np.sqrt(runs) < 0.01 * exact


@pytest.mark.parametrize("rerun", [False, True])
@pytest.mark.parametrize(("suites", "flaky"), [(30, 0.02), (12, 0.1)])
def test_runs_one_by_one(suites: int, flaky: float, rerun: bool) -> None:
    chance, runs = random.Random(3), 8000
    found = np.array([one_green(suites, flaky, rerun, chance) for _ in range(runs)], float)
    expected = (
        kernels.runs_until_green(suites, flaky, rerun),
        kernels.green_min(suites, flaky, rerun), kernels.red(suites, flaky),
    )  # fmt: skip
    errors = found.std(axis=0) / np.sqrt(runs)
    assert (np.abs(found.mean(axis=0) - expected) < 4.0 * errors).all()
    assert (errors < 0.02 * np.array(expected)).all()


def test_newcomers_are_an_integral() -> None:
    for practice, leaves in ((0.322, 0.2 / 12), (0.05, 0.01), (1.0, 0.02), (0.322, 0.5)):
        integral = theory.career(practice, leaves)
        assert kernels.tasks_of_a_career(practice, leaves) == pytest.approx(integral, rel=1e-9)


def test_rounds_are_fractions() -> None:
    for suites, flaky in ((6, Fraction(1, 10)), (30, Fraction(1, 50)), (54, Fraction(1, 20))):
        rounds = float(theory.rounds(suites, flaky))
        assert kernels.runs_until_green(suites, float(flaky), True) == pytest.approx(rounds)


def test_thirty_suites() -> None:
    (own, _, _) = ways()
    assert own[kernels.SUITES] == 30
    assert kernels.red(30, 0.02) == pytest.approx(0.4545, abs=5e-5)
    assert kernels.red(30, 0.0004) == pytest.approx(0.0119, abs=5e-5)


def test_a_run_of_half_an_hour_costs_as_much_as_one_of_an_hour() -> None:
    """Whoever comes back needs a quarter of an hour either way."""
    assert kernels.waited(30.0, 15.0) == kernels.waited(60.0, 15.0) == 15.0
    assert kernels.waited(4.0, 15.0) == 4.0


def test_an_automatic_rerun_is_part_of_a_long_wait() -> None:
    """Then only what fails twice disturbs anybody."""
    twice = kernels.red(30, 0.02**2)
    rest = kernels.flaky_min(30, 0.02, True, 15.0)
    assert rest == pytest.approx(twice * (10.0 + kernels.run_min(30 * 0.02**2 / twice)), rel=0.03)


def test_without_components_all_ways_are_one() -> None:
    rows = ways(components=0)
    assert rows[0][kernels.COST] == rows[1][kernels.COST] == rows[2][kernels.COST]
    assert [row[kernels.FOUND] for row in crossings(components=0)] == [0.0, 0.0, 0.0]


def test_tests_and_tools_do_not_move_the_size_from_which_a_platform_delivers_more() -> None:
    """What a change takes is the same for both."""

    def from_(**changed: Any) -> float:
        own, platform, _ = (row[kernels.CHANGES] for row in ways(developers=100, **changed))
        return float(theory.pays_from(Fraction(4), Fraction(own / 100), Fraction(platform / 96)))

    assert from_(flaky=0.05) == pytest.approx(from_(flaky=0.0), rel=1e-9)
    assert from_(tooling=kernels.RERUN) == pytest.approx(from_(), rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ((1.0, 30.0, 2.0, 1.5, 8.0), 4.0, None),  # dearer for each, so no longer from somewhere on
        ((1.0, 30.0, 2.0, 2.0, 5.0), None, None),
        ((2.0, 0.0, 2.0, 2.0, 1.0), None, None),
    ],
)  # fmt: skip
def test_other_kinds_of_crossings(
    rows: tuple[float, ...], low: float | None, high: float | None
) -> None:
    a, b, people, c, d = rows
    row = np.zeros(kernels.WIDTH)
    kernels.platform_from(a, b, people, c, d, row)
    sizes = [people + 0.01 * 1.02**i for i in range(800)]
    cheaper = [n for n in sizes if (a * n + b) / (n - people) < c + d / n]
    assert (row[kernels.FOUND] == 1.0) == bool(cheaper)
    if cheaper:
        assert row[kernels.FROM] == pytest.approx(cheaper[0], rel=0.03)
    assert (low is None) or row[kernels.FOUND] == 1.0
    assert high is None


def test_a_platform_that_pays_only_in_between() -> None:
    row = np.zeros(kernels.WIDTH)
    kernels.platform_from(3.0, 0.0, 1.0, 2.0, 40.0, row)
    assert row[kernels.FOUND] == row[kernels.ENDS] == 1.0
    for n in (row[kernels.FROM], row[kernels.TO]):
        assert 3.0 * n / (n - 1.0) == pytest.approx(2.0 + 40.0 / n)
    middle = 0.5 * (row[kernels.FROM] + row[kernels.TO])
    assert 3.0 * middle / (middle - 1.0) < 2.0 + 40.0 / middle


def test_as_many_as_in_the_platform_deliver_nothing() -> None:
    rows = ways(developers=5, components=8, people_each=2.0)
    assert rows[kernels.PLATFORM][kernels.CHANGES] == 0.0
    assert rows[kernels.PLATFORM][kernels.LEFT] == 0.0
    assert rows[kernels.PLATFORM][kernels.PEOPLE] == 5.0
