"""Infrastructure that each team runs, that a platform bears, or that is rented as a service.

    >>> from scalelab.models.trade_offs.developer_experience import compare
    >>> found = compare(40, 4)
    >>> for way, borne in found.ways.items():
    ...     print(f"{way}: {borne.usd_of_a_change:,.0f} USD, {borne.share:.0%}")
    Each team its own: 1,276 USD, 65%
    Platform: 1,294 USD, 64%
    Managed: 1,181 USD, 70%
    >>> f"{found.platform_over_own.low:.1f} developers, {found.red:.0%} of the runs red"
    '45.5 developers, 45% of the runs red'

Other ways to the same numbers are in `scalelab.theory.trade_offs.developer_experience`.
"""

from dataclasses import dataclass

from scalelab.facts.developer_experience import (
    MEDIAN_WAGE,
    RESUME,
    SQS_REQUESTS,
    SQS_REQUESTS_OF_A_MESSAGE,
    WAGES,
    WRIGHT,
)
from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.kernels import shop
from scalelab.kernels.trade_offs import developer_experience as kernels
from scalelab.models.check import within

WAYS = ("Each team its own", "Platform", "Managed")
PARTS = (
    "Learning",
    "Waiting for tests",
    "Red by chance",
    "Debugging",
    "Running it",
    "Platform team",
    "The work itself",
)
TOOLS = ("Local tests", "Failed ones again", "Traces")
(MACHINE,) = (each for each in FAMILY if each.vcpus == shop.VCPUS)
MACHINE_USD = MACHINE.price.value * HOURS_PER_MONTH
USD_PER_MONTH = MEDIAN_WAGE.value / WAGES.value / 12.0
# A request of the lab is a message that is sent, received and deleted.
REQUEST_USD = SQS_REQUESTS_OF_A_MESSAGE * SQS_REQUESTS.value / 1e6
LEARNING = WRIGHT.value
RESUME_MIN = RESUME.value
# Assumptions.
FIRST_H, TURNOVER, FLAKY = 8.0, 0.2, 0.02
PEOPLE_EACH, ADOPTION, LOAD_PER_S = 1.0, 0.8, 500.0


@dataclass(frozen=True)
class Borne:
    """What one way delivers and costs.

    ``usd_of_a_change`` is None if nobody is left to make changes. ``share``: of everybody's time,
    that goes into the work itself. ``people`` are in the platform's team. ``hours`` has a
    developer's week, on average over all of them, by `PARTS`.
    """

    usd_of_a_change: float | None
    changes_per_week: float
    share: float
    usd_per_month: float
    people: float
    hours: dict[str, float]


@dataclass(frozen=True)
class Cheaper:
    """One way is cheaper from ``low`` developers to ``high``, which is None if it stays so."""

    low: float
    high: float | None


@dataclass(frozen=True)
class Compared:
    """Three ways to bear some components.

    Of the runs of a right change, each of ``suites``, a part ``red`` is red by chance,
    ``red_after_rerun`` if what failed is run once more. Until one is green it takes ``runs`` and
    ``green_min``. What is nowhere cheaper is None. ``own_cheaper_from_per_s``: requests to each
    component from which running it is cheaper than renting it.
    """

    ways: dict[str, Borne]
    suites: int
    red: float
    red_after_rerun: float
    runs: float
    green_min: float
    platform_over_own: Cheaper | None
    platform_over_managed: Cheaper | None
    managed_over_own: Cheaper | None
    own_cheaper_from_per_s: float | None


def _cheaper(row: list[float]) -> Cheaper | None:
    if row[kernels.FOUND] == 0.0:
        return None
    return Cheaper(row[kernels.FROM], row[kernels.TO] if row[kernels.ENDS] == 1.0 else None)


def tooling_of(local_tests: bool, rerun_failed: bool, traces: bool) -> int:
    """The kernel's bits.

    >>> tooling_of(True, False, True)
    5
    """
    return kernels.LOCAL * local_tests + kernels.RERUN * rerun_failed + kernels.TRACES * traces


def compare(
    developers: int,
    components: int,
    first_h: float = FIRST_H,
    turnover: float = TURNOVER,
    flaky: float = FLAKY,
    local_tests: bool = False,
    rerun_failed: bool = False,
    traces: bool = False,
    people_each: float = PEOPLE_EACH,
    adoption: float = ADOPTION,
    load_per_s: float = LOAD_PER_S,
    learning: float = LEARNING,
    resume_min: float = RESUME_MIN,
    usd_per_month: float = USD_PER_MONTH,
    machine_usd: float = MACHINE_USD,
    request_usd: float = REQUEST_USD,
) -> Compared:
    """``developers`` with so many ``components`` besides their program.

    Parameters
    ----------
    developers : those of the platform among them, 1 to 10,000.
    components : a message queue, a service mesh, a distributed database..., 0 to 8.
    first_h : what the first task with one takes more than it would without, 0.1 to 40 h. Good
        documentation makes it short. A quarter of that with the platform, half of it managed.
    turnover : part of the developers that is replaced in a year, 0.02 to 1.
    flaky : probability that a suite fails by chance, 0 to 0.1.
    local_tests : seven of ten mistakes are seen on the developer's own machine.
    rerun_failed : suites that failed are run again before anybody is told.
    traces : halve what each component adds to debugging.
    people_each : developers that build and keep the platform, for each component, 0.1 to 10.
    adoption : part of the other developers that use it, 0.05 to 1.
    load_per_s : requests to each component, of all teams, 0.1 to 30,000 /s.
    learning : what is left of the extra work with twice the practice, 0.5 to 1.
    resume_min : until somebody who did something else is back in the work, 0 to 240 min.
    usd_per_month : what a developer costs, 100 to 1e6 USD.
    machine_usd : what a machine costs in a month, 1 to 1e6 USD.
    request_usd : what a managed request costs, 1e-9 to 0.001 USD.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if learning and running leave no time for
        changes.

    Notes
    -----
    A law of practice (T. P. Wright, "Factors affecting the cost of airplanes", 1936; A. Newell and
    P. S. Rosenbloom, "Mechanisms of skill acquisition and the law of practice", 1981) with people
    who leave, and suites that fail independently. The rest is bookkeeping, exact, and its numbers
    are assumptions: a team of seven, twelve tasks a year with each component, eight hours of work
    for a change and three wrong tries before it is right, six suites of a minute for each component
    and five minutes for an environment, debugging for 15 % of the changes, three hours a week to
    run a component in a team (one if managed), half an hour for each tool.

    Leaves out: that knowledge is passed on; that good people leave bad tools; outages; what a
    rerun hides; moving from one way to another, and away from a vendor; a platform that is bad, or
    in the way; the time until a platform is there.
    """
    within("developers", developers, 1, 10_000)
    within("components", components, 0, kernels.MOST_COMPONENTS)
    within("first_h", first_h, 0.1, 40.0, "h")
    within("turnover", turnover, 0.02, 1.0, advice="a share, not a percentage")
    within("flaky", flaky, 0.0, 0.1, advice="a share, not a percentage")
    within("people_each", people_each, 0.1, 10.0)
    within("adoption", adoption, 0.05, 1.0, advice="a share, not a percentage")
    within("load_per_s", load_per_s, 0.1, 30_000.0, "/s")
    within("learning", learning, 0.5, 1.0, advice="0.8 is that of Wright")
    within("resume_min", resume_min, 0.0, 240.0, "min")
    within("usd_per_month", usd_per_month, 100.0, 1e6, "USD")
    within("machine_usd", machine_usd, 1.0, 1e6, "USD")
    within("request_usd", request_usd, 1e-9, 0.001, "USD")
    tooling = tooling_of(local_tests, rerun_failed, traces)
    table = kernels.developer_experience(
        int(developers), int(components), float(first_h), float(turnover), float(flaky), tooling,
        float(people_each), float(adoption), float(load_per_s), float(learning), float(resume_min),
        float(usd_per_month), float(machine_usd), float(request_usd),
    )  # fmt: skip

    def rows(kind: int) -> list[list[float]]:
        found: list[list[float]] = table[table[:, kernels.KIND] == kind].tolist()
        return found

    parts = rows(kernels.PART)
    off = parts[kernels.LEARN][kernels.HOURS] + parts[kernels.RUN][kernels.HOURS]
    within("learning and running", off, 0.0, kernels.WEEK_H - 0.01, "h a week",
           "take fewer components, less turnover or better documentation")  # fmt: skip
    ways = {}
    for way, row in enumerate(rows(kernels.SET)):
        mine = [each[kernels.HOURS] for each in parts if each[kernels.SERIES] == way]
        ways[WAYS[way]] = Borne(
            usd_of_a_change=row[kernels.COST] if row[kernels.LEFT] == 1.0 else None,
            changes_per_week=row[kernels.CHANGES],
            share=row[kernels.SHARE],
            usd_per_month=row[kernels.RENT],
            people=row[kernels.PEOPLE],
            hours=dict(zip(PARTS, mine, strict=True)),
        )
    own = rows(kernels.SET)[kernels.OWN]
    red = [row[kernels.RED_SHARE] for row in rows(kernels.RED)
           if row[kernels.COMPONENTS] == components]  # fmt: skip
    over_own, over_managed, managed = (_cheaper(row) for row in rows(kernels.CROSS))
    return Compared(
        ways=ways,
        suites=int(own[kernels.SUITES]),
        red=red[0],
        red_after_rerun=red[1],
        runs=own[kernels.RUNS],
        green_min=own[kernels.GREEN_MIN],
        platform_over_own=over_own,
        platform_over_managed=over_managed,
        managed_over_own=managed,
        own_cheaper_from_per_s=own[kernels.LOAD_FROM] if own[kernels.LOAD_FOUND] == 1.0 else None,
    )
