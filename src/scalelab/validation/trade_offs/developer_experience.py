"""Developer experience against an integral, exact fractions, bisection and published numbers."""

from collections.abc import Iterator
from fractions import Fraction

from scalelab.facts.developer_experience import GOOGLE_FLAKY_RUNS
from scalelab.facts.services import GOOGLE_CHANGES, GOOGLE_DEVELOPERS
from scalelab.kernels.elementary import log
from scalelab.kernels.trade_offs import developer_experience as kernels
from scalelab.models.trade_offs.developer_experience import (
    FIRST_H,
    LEARNING,
    PARTS,
    TURNOVER,
    USD_PER_MONTH,
    WAYS,
    compare,
)
from scalelab.theory.trade_offs import developer_experience as theory
from scalelab.validation.row import Row, Topic, exact

LERCH = "integral, {cite:t}`v-erdelyi1953`, section 1.11"
FELLER = "inclusion and exclusion in fractions, {cite:t}`v-feller1968`"
FRACTIONS = "in fractions"
POTVIN = "{cite:t}`v-potvin2016`"
BISECTION = "bisection of money over changes"
OWN, PLATFORM, MANAGED = WAYS
MONTHS = 12.0 / kernels.WEEKS  # in a week of work


def _each(way: str, developers: float, components: int, load: float) -> tuple[float, float]:
    """Changes of each who makes any, and rent, as the model has them for 1,000 developers.

    The former does not depend on the number of developers. The rent does, by the clusters of teams.
    """
    borne = compare(1000, components, load_per_s=load).ways[way]
    more = compare(2000, components, load_per_s=load).ways[way]
    slope = (more.usd_per_month - borne.usd_per_month) / 1000.0
    rent = borne.usd_per_month + slope * (developers - 1000.0)
    return borne.changes_per_week / (1000.0 - borne.people) / MONTHS, rent


def _usd(way: str, developers: float, components: int, load: float) -> float:
    each, rent = _each(way, developers, components, load)
    people = float(components) if way == PLATFORM else 0.0
    return theory.usd_of_a_change(developers, people, each, USD_PER_MONTH, rent)


def _crossing(way: str, other: str, low: float, components: int, load: float) -> float:
    return theory.crossing(
        lambda n: _usd(way, n, components, load) - _usd(other, n, components, load), low, 1e5
    )


def _rows() -> Iterator[Row]:
    practice = -log(LEARNING) / log(2.0)
    for turnover in (0.05, TURNOVER, 0.4):
        first_tasks = theory.career(practice, turnover / kernels.TASKS_A_YEAR)
        yield exact(
            "Learning (hours a week)", f"4 components, turnover {turnover:.0%}", LERCH,
            4 * FIRST_H * turnover / kernels.WEEKS * first_tasks,
            compare(40, 4, turnover=turnover).ways[OWN].hours[PARTS[kernels.LEARN]],
        )  # fmt: skip
    google = Fraction(str(GOOGLE_FLAKY_RUNS.value))
    for components, flaky in ((4, Fraction(1, 50)), (8, Fraction(1, 20)), (2, google)):
        suites = kernels.FIRST_SUITES + kernels.SUITES_EACH * components
        where = f"{suites} suites, {float(flaky):.1%} flaky"
        by_hand = compare(40, components, flaky=float(flaky))
        again = compare(40, components, flaky=float(flaky), rerun_failed=True)
        red = theory.red(suites, flaky)
        yield exact("Red runs", where, FRACTIONS, float(red), by_hand.red)
        yield exact(
            "Red after a rerun", where, FRACTIONS, float(theory.red(suites, flaky**2)),
            by_hand.red_after_rerun,
        )  # fmt: skip
        yield exact("Runs until green", where, FRACTIONS, float(1 / (1 - red)), by_hand.runs)
        rounds = theory.rounds(suites, flaky)
        yield exact("Runs, of what failed", where, FELLER, float(rounds), again.runs)
        minutes = kernels.START_MIN * rounds + theory.executions(suites, flaky)
        yield exact(
            "Minutes until green, of what failed", where, FELLER, float(minutes), again.green_min
        )
    for components, load in ((4, 500.0), (8, 500.0), (4, 10_000.0)):
        found = compare(40, components, load_per_s=load)
        where = f"{components} components, {load:,.0f} requests/s"
        low = components + 0.01
        for name, way, other, ours, start in (
            ("A platform over one's own", PLATFORM, OWN, found.platform_over_own, low),
            ("A platform over managed", PLATFORM, MANAGED, found.platform_over_managed, low),
            ("Managed over one's own", MANAGED, OWN, found.managed_over_own, 0.01),
        ):
            assert ours is not None
            yield exact(
                f"{name} (developers)", where, BISECTION,
                _crossing(way, other, start, components, load), ours.low, digits=1e-6,
            )  # fmt: skip
    found = compare(40, 4)
    assert found.own_cheaper_from_per_s is not None
    yield exact(
        "One's own over managed (requests/s)", "40 developers, 4 components", BISECTION,
        theory.crossing(
            lambda load: _usd(OWN, 40.0, 4, load) - _usd(MANAGED, 40.0, 4, load), 1.0, 20_000.0
        ),
        found.own_cheaper_from_per_s, ",.1f", 1e-6,
    )  # fmt: skip
    yield exact(
        "First tasks of a career", "half leaves after each", LERCH, theory.career(practice, 0.5),
        kernels.tasks_of_a_career(practice, 0.5),
    )  # fmt: skip
    own = found.ways[OWN]
    yield Row(
        "Changes a week of a developer", "own, 4 components; 8 h of work chosen so", "published",
        POTVIN, 5.0 * GOOGLE_CHANGES.value / GOOGLE_DEVELOPERS.value, own.changes_per_week / 40.0,
        0.1, ".2f",
    )  # fmt: skip


TOPIC = Topic(
    "Developer experience",
    "Forty developers in teams of seven, whose components each bring six suites of tests. A fifth "
    "of them leaves in a year. The platform has a developer for each component, and four of five "
    "others use it.",
    _rows,
)
