"""Checks of the workbook on load balancing: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right. Tasks 2 to 7
have modules of their own.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from math import ceil, floor, isclose
from typing import Any, NamedTuple

from scalelab.models.load_balancing import health_checks, rollout, zones
from scalelab.workbook.balancers import task_2, task_3
from scalelab.workbook.hint import NotYet, answered, expect, number, several
from scalelab.workbook.instances import task_5
from scalelab.workbook.probes import task_6
from scalelab.workbook.shutdown import task_7
from scalelab.workbook.tokens import task_4

__all__ = ["task_1", "task_2", "task_3", "task_4", "task_5", "task_6", "task_7", "task_8"]

# --- 1 ---


class Load(NamedTuple):
    """Requests/s, work of one, vCPUs of a machine, how busy it may be; zones."""

    rate_per_s: float
    work_ms: float
    vcpus: int
    most_busy: float
    zones: int


LOADS = (
    Load(19_700.0, 5.0, 8, 0.5, 4),
    Load(1500.0, 8.0, 4, 0.75, 3),
    Load(900.0, 11.0, 8, 0.5, 2),
    Load(12_000.0, 5.0, 16, 0.625, 4),
    Load(5000.0, 9.0, 4, 0.875, 4),
    Load(400.0, 3.0, 2, 0.75, 2),
    Load(20_000.0, 6.5, 8, 0.625, 3),
)


def task_1(fleet: Callable[..., Any]) -> None:
    """Machines that are enough, those to rent so that a zone may be lost, and how busy it gets."""
    for of in LOADS:
        said = answered(fleet, *of)
        names = ("machines that are enough", "machines to rent", "how busy those left are")
        enough, rented, left = several("fleet", said, *names)
        _is_enough(of, number("the first", enough))
        _is_rented(of, number("the second", rented))
        _is_left(of, number("the third", left))
    print(f"Right, for {len(LOADS)} loads.")


def _of_load(of: Load) -> str:
    return (
        f"{of.rate_per_s:g} requests/s of {of.work_ms:g} ms, {of.vcpus} vCPUs, {of.most_busy:g} "
        f"busy, {of.zones} zones"
    )


def _is_none_of(
    seen: str, said: float, right: float, wrong: Sequence[tuple[float, str]], otherwise: str
) -> None:
    """Nothing if ``said`` is ``right``; or the hint of the wrong way that leads to it."""
    if isclose(said, right, rel_tol=1e-9):
        return
    for value, hint in wrong:
        expect(not isclose(said, value, rel_tol=1e-9), f"{seen}: {hint}")
    raise NotYet(f"{seen}: {otherwise}")


def exactly(of: Load) -> float:
    """Machines, with parts of them."""
    return of.rate_per_s * of.work_ms / (1000.0 * of.vcpus * of.most_busy)


def enough_of(of: Load) -> int:
    return ceil(exactly(of) - 1e-9)


def each_zone(of: Load) -> int:
    """Machines of a zone."""
    return ceil(enough_of(of) / (of.zones - 1))


def _is_enough(of: Load, said: float) -> None:
    exact = exactly(of)
    _is_none_of(
        f"{_of_load(of)}: {said:.5g} machines are enough", said, enough_of(of),
        (
            (exact, "there is no part of a machine."),
            (floor(exact), "then they are busier than they may be. Round the other way."),
            (round(exact), "then they are busier than they may be. Round the other way."),
            (floor(exact) + 1, "one fewer is exactly enough."),
            (ceil(exact * of.most_busy), "then each is busy all the time."),
            (ceil(exact * of.most_busy**2), "who is to be left some room does less, not more."),
            (ceil(exact * of.vcpus), "a machine works on several requests at once."),
            (ceil(exact * 1000.0), "a second has 1,000 ms."),
            (ceil(exact * of.most_busy / (1.0 - of.most_busy)),
             "the share is that of the time in which it works, not that in which it rests."),
            (of.zones * each_zone(of), "that is with a reserve. First those that are enough."),
        ),
        "how many ms of work come in a second, and how many can one machine do?",
    )  # fmt: skip


def _is_rented(of: Load, said: float) -> None:
    k, z = enough_of(of), of.zones
    right = z * each_zone(of)
    seen = f"{_of_load(of)}: {said:.5g} rented"
    if said == right:
        return
    expect(said.is_integer(), f"{seen}: there is no part of a machine.")
    wrong = (
        (each_zone(of), "those are of one zone. How many in all?"),
        ((z - 1) * each_zone(of), "those are what is left when a zone is lost."),
        (k, "without a zone they are too few."),
        (k + 1, "one to spare is for a machine that fails alone. A zone takes all of its own."),
        (z * ceil(k / z), "spread over all zones they are enough, and without one they are not."),
        (z * (ceil(k / z) + 1), "one more in each zone is a guess. What has to be enough when one "
                                "is lost?"),
        (z * k, "as if each zone had to be enough alone. All but one are left."),
        (2 * k, "that is a second one of each. All zones but one are left."),
        (ceil(k * z / (z - 1)), "zones are to have the same number each, and whole machines."),
        (ceil(1.5 * k), "half as much again is for three zones."),
        (z * ceil(exactly(of) / (z - 1)) if exactly(of) != k else -1, "see how many are enough."),
    )  # fmt: skip
    for value, hint in wrong:
        expect(said != value, f"{seen}: {hint}")
    expect(said % z == 0, f"{seen}: zones are to have the same number each.")
    left = said * (z - 1) / z
    expect(left >= k, f"{seen}: without a zone {left:g} are left, and {k} are enough.")
    raise NotYet(f"{seen}: fewer do, too. Without a zone {left:g} are left, and {k} are enough.")


def _is_left(of: Load, said: float) -> None:
    k, z, each = enough_of(of), of.zones, each_zone(of)
    work = of.rate_per_s * of.work_ms / (1000.0 * of.vcpus)  # machines that are busy
    right = work / (each * (z - 1))
    _is_none_of(
        f"{_of_load(of)}: without a zone each is busy for {said:.5g} of the time", said, right,
        (
            (100.0 * right, "a share, not a percentage."),
            (work / (each * z), "that is with all zones."),
            (work / (each * z - 1), "that is with one machine less. A zone is lost."),
            (work / each, "that is with one zone. One is lost, not all but one."),
            (work / k, "some more than are enough may be left, as they come whole."),
            (right / of.most_busy, "that is in parts of what is allowed. How busy are they?"),
            (of.most_busy, "that is what is allowed. How busy are they really?"),
            (of.most_busy * z / (z - 1), "with all zones they may be less busy than allowed."),
            (right * of.vcpus, "that is how many of its vCPUs are busy. Which share of them?"),
            (1.0 - right, "that is how idle they are."),
            (1.0 / right, "the other way round."),
        ),
        "who is left, and what have they to do?",
    )  # fmt: skip


# --- 8 ---

YEAR_S = 365.25 * 86_400.0
ZONES, PER_ZONE = (1, 2, 3, 4), tuple(range(1, 13))
INTERVALS_S, FAILURES, TIMEOUT_S = (1.0, 2.0, 5.0, 10.0, 30.0), (1, 2, 3, 5), 1.0
DRAINS_S = (0.0, 10.0, 30.0, 60.0, 300.0)
REMOVAL_S = 2.0


class Goal(NamedTuple):
    """What is promised, of how much, with so many changes; and the limits beside it."""

    rate_per_s: float
    promised: float
    changes_per_year: float
    deploys_per_year: float
    most_deploy_min: float
    least_alarm_h: float


class Design(NamedTuple):
    """Zones and machines in each; from check to check, failures in a row; how long it drains."""

    zones: int
    per_zone: int
    interval_s: float
    failures: int
    drain_s: float


GOALS = (
    Goal(2000.0, 0.999, 2.0, 250.0, 20.0, 24.0),
    Goal(2000.0, 0.9998, 0.5, 250.0, 20.0, 24.0),
    Goal(2000.0, 0.9999, 0.1, 1560.0, 19.0, 100.0),
    Goal(2000.0, 0.9999, 2.0, 50.0, 60.0, 24.0),
    Goal(5000.0, 0.99999, 0.01, 110.0, 60.0, 10_000.0),
    Goal(1500.0, 0.9997, 0.2, 800.0, 9.0, 500.0),
    Goal(1000.0, 0.99999, 0.0, 40.0, 30.0, 1000.0),
)


class Lost(NamedTuple):
    """Seconds of a year in which all requests would fail for as many to fail; and its price."""

    machines_s: float
    checks_s: float
    deploys_s: float
    deploy_min: float
    alarm_h: float
    usd: float

    @property
    def total_s(self) -> float:
        return self.machines_s + self.checks_s + self.deploys_s


@cache
def arranged(of: Goal, n_zones: int, per_zone: int) -> zones.Arranged:
    return zones.arrange(n_zones, per_zone, of.rate_per_s, changes_per_year=of.changes_per_year)


@cache
def watched(interval_s: float, failures: int) -> tuple[float, float]:
    """Until a dead machine is out, and hours between false alarms."""
    page = health_checks.watch(
        "Dead", interval_s=interval_s, timeout_s=TIMEOUT_S, unhealthy=failures
    )["Real page"]
    assert page.out_s is not None
    assert page.false_alarm_h is not None
    return page.out_s, page.false_alarm_h


@cache
def deployed(busy: float, machines: int, drain_s: float) -> tuple[float, float]:
    """Requests that fail, and the minutes that it takes."""
    found = rollout.deploy(busy, machines=machines, drain_s=drain_s, removal_s=REMOVAL_S)
    one = found["Slow start"]
    return one.cut + one.refused, one.takes_min


def is_too_busy(of: Goal, design: Design) -> bool:
    return arranged(of, design.zones, design.per_zone).busy >= 0.99


def lost(of: Goal, design: Design) -> Lost:
    """What a design loses, by the chapter's models. It must not be too busy."""
    found = arranged(of, design.zones, design.per_zone)
    out_s, alarm_h = watched(design.interval_s, design.failures)
    failed, deploy_min = deployed(found.busy, found.machines, design.drain_s)
    return Lost(
        60.0 * found.minutes, out_s, of.deploys_per_year * failed / of.rate_per_s, deploy_min,
        alarm_h, found.usd_per_month,
    )  # fmt: skip


def allowed_s(of: Goal) -> float:
    return (1.0 - of.promised) * YEAR_S


def is_met(of: Goal, design: Design) -> bool:
    if is_too_busy(of, design):
        return False
    found = lost(of, design)
    return (
        found.alarm_h >= of.least_alarm_h
        and found.deploy_min <= of.most_deploy_min
        and found.total_s <= allowed_s(of)
    )


@cache
def least_usd(of: Goal) -> float | None:
    """Rent of the cheapest design that meets the goal; None if none does."""
    quick = [
        (watched(*each)[0], each)
        for each in product(INTERVALS_S, FAILURES)
        if watched(*each)[1] >= of.least_alarm_h
    ]
    if not quick:
        return None
    check = min(quick)[1]
    fleets = [
        (arranged(of, *each).usd_per_month, each)
        for each in product(ZONES, PER_ZONE)
        if 60.0 * arranged(of, *each).minutes <= allowed_s(of)
    ]
    for usd, fleet in sorted(fleets):
        if any(is_met(of, Design(*fleet, *check, drain_s)) for drain_s in DRAINS_S):
            return usd
    return None


def task_8(cheapest: Callable[..., Any]) -> None:
    """The least rent with which a promise is kept, and nothing else is broken."""
    for of in GOALS:
        _is_cheapest(of, _answer(cheapest, of))
    print(f"Right, for {len(GOALS)} goals.")


def _answer(cheapest: Callable[..., Any], of: Goal) -> Design | None:
    expect(callable(cheapest), f"expected a function, got {cheapest!r}.")
    try:
        said = cheapest(*of)
    except NotImplementedError:
        raise NotYet("cheapest is not written yet.") from None
    if said is None:
        return None
    expect(
        isinstance(said, tuple | list) and len(said) == len(Design._fields),
        f"cheapest returned {said!r}; it should be five things: zones, machines in each, interval, "
        "failures, drain. Or None.",
    )
    design = Design(*said)
    choices = (ZONES, PER_ZONE, INTERVALS_S, FAILURES, DRAINS_S)
    for name, value, some in zip(Design._fields, design, choices, strict=True):
        number(name, value)
        expect(value in some, f"{name} is {value!r}, which is none of {some}.")
    return design


def _of_goal(of: Goal) -> str:
    return (
        f"{of.rate_per_s:g} requests/s, {of.promised:.3%} promised, {of.changes_per_year:g} bad "
        f"changes and {of.deploys_per_year:g} deploys a year"
    )


def _is_cheapest(of: Goal, said: Design | None) -> None:
    right, case = least_usd(of), _of_goal(of)
    if said is None:
        expect(right is None, f"{case}: there is a design that does all of it.")
        return
    seen = (
        f"{case}: {said.zones} x {said.per_zone} machines, a check every {said.interval_s:g} s, "
        f"{said.failures} in a row, drained for {said.drain_s:g} s"
    )
    expect(
        not is_too_busy(of, said),
        f"{seen}: they cannot do the load, even with all of them up.",
    )
    found = lost(of, said)
    expect(
        found.alarm_h >= of.least_alarm_h,
        f"{seen}: a false alarm every {found.alarm_h:,.3g} hours, and it should be no more than "
        f"one in {of.least_alarm_h:,g}.",
    )
    expect(
        found.deploy_min <= of.most_deploy_min,
        f"{seen}: a deploy takes {found.deploy_min:.1f} minutes, and {of.most_deploy_min:g} are "
        "allowed.",
    )
    if found.total_s > allowed_s(of):
        raise NotYet(f"{seen}: {_too_much(of, said, found)}")
    assert right is not None
    expect(
        isclose(found.usd, right, rel_tol=1e-9),
        f"{seen}: all is kept, for {found.usd:,.0f} USD a month. There is a cheaper one.",
    )


def _too_much(of: Goal, said: Design, found: Lost) -> str:
    """Which part of what fails is to blame."""
    parts = (
        f"{found.total_s:,.0f} s fail in a year and {allowed_s(of):,.0f} are allowed: machines "
        f"{found.machines_s:,.0f}, checks {found.checks_s:,.0f}, deploys {found.deploys_s:,.0f}."
    )
    if found.machines_s > allowed_s(of):
        return f"{parts} Too few are up for too long."
    if found.machines_s + found.deploys_s <= allowed_s(of):
        return f"{parts} A dead machine gets requests for too long."
    if any(is_met(of, said._replace(drain_s=drain_s)) for drain_s in DRAINS_S):
        return f"{parts} Without what is cut it would do."
    return f"{parts} Deploys fail requests, too."
