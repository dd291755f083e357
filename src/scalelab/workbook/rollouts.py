"""Updates by hand and by a promise: how many get a bad version, how long it takes, what is left."""

from collections.abc import Callable
from functools import cache
from itertools import product
from math import ceil, floor, isclose
from typing import Any, NamedTuple

from scalelab.models.infrastructure.orchestration import VERSIONS, Update, orchestrate
from scalelab.workbook.hint import NotYet, answered, expect, number, several, share

# --- by hand ---


class Rolling(NamedTuple):
    """Replicas, percentages, seconds."""

    replicas: int
    surge_percent: int
    unavailable_percent: int
    start_s: float
    min_ready_s: float


ROLLINGS = (
    Rolling(10, 25, 25, 60.0, 0.0),
    Rolling(10, 25, 25, 60.0, 30.0),
    Rolling(10, 10, 0, 45.0, 300.0),
    Rolling(7, 25, 25, 30.0, 0.0),
    Rolling(3, 0, 25, 60.0, 0.0),
    Rolling(20, 0, 30, 90.0, 60.0),
    Rolling(6, 100, 0, 40.0, 0.0),
    Rolling(12, 34, 17, 20.0, 10.0),
    Rolling(50, 1, 1, 60.0, 0.0),
    Rolling(8, 100, 50, 25.0, 5.0),
)


def fenceposts(of: Rolling) -> tuple[int, int]:
    """How many more and how many fewer there may be."""
    surge = ceil(of.surge_percent * of.replicas / 100.0 - 1e-9)
    unavailable = floor(of.unavailable_percent * of.replicas / 100.0 + 1e-9)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def first_share(of: Rolling, surge: int, unavailable: int, waits: bool) -> float:
    wave = min(surge + unavailable, of.replicas)
    old = of.replicas - unavailable
    old = old if waits else max(old - wave, 0)
    return wave / (wave + old)


def waves(of: Rolling, surge: int, unavailable: int) -> int:
    return ceil(of.replicas / max(surge + unavailable, 1))


def _of_rolling(of: Rolling) -> str:
    return (
        f"{of.replicas} replicas, surge {of.surge_percent} %, unavailable "
        f"{of.unavailable_percent} %, start {of.start_s:g} s, ready for {of.min_ready_s:g} s"
    )


def _counted(rollout: Callable[..., Any], of: Rolling) -> None:
    case = _of_rolling(of)
    try:
        said = answered(rollout, *of)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    names = ("the share of the first new ones", "minutes", "the fewest that are ready")
    first, minutes, least = several("rollout", said, *names)
    _is_least(of, number("the third", least), case)
    _is_takes(of, number("the second", minutes), case)
    _is_first(of, share("the first", first), case)


def _hint(seen: str, said: float, wrong: tuple[tuple[float, str], ...], otherwise: str) -> None:
    for value, hint in wrong:
        expect(not isclose(said, value, rel_tol=1e-9), f"{seen}: {hint}")
    raise NotYet(f"{seen}: {otherwise}")


def _is_least(of: Rolling, said: float, case: str) -> None:
    surge, unavailable = fenceposts(of)
    if said == of.replicas - unavailable:
        return
    exact = of.unavailable_percent * of.replicas / 100.0
    _hint(
        f"{case}: {said:g} are ready at the worst moment", said,
        (
            (of.replicas - exact, "there is no part of a replica."),
            (of.replicas - ceil(exact), "which way is this percentage rounded?"),
            (of.replicas, "how many may be missing? And if nothing could move at all?"),
            (unavailable, "those are missing. How many are left?"),
            (of.replicas - unavailable - surge, "new ones that start are no replica less."),
        ),
        "how many may be missing?",
    )  # fmt: skip


def _is_takes(of: Rolling, said: float, case: str) -> None:
    surge, unavailable = fenceposts(of)
    n, each_s = waves(of, surge, unavailable), of.start_s + of.min_ready_s
    right = n * each_s / 60.0
    if isclose(said, right, rel_tol=1e-9):
        return
    up, down = fenceposts(of)
    _hint(
        f"{case}: {said:.4g} minutes", said,
        (
            (60.0 * right, "those are seconds."),
            (n * of.start_s / 60.0, "a new one has to be ready for a while before it counts."),
            (each_s / 60.0, "that is the first of them."),
            (of.replicas / (surge + unavailable) * each_s / 60.0, "there is no part of a wave."),
            (of.replicas // (surge + unavailable) * each_s / 60.0, "some are left for a last one."),
            (waves(of, up, 0) * each_s / 60.0, "old ones may be missing, too: room to start more."),
            (waves(of, 0, down) * each_s / 60.0, "there may be more than usual, too."),
            (of.replicas * each_s / 60.0, "how many are replaced at a time?"),
        ),
        "how many start at a time, and how often?",
    )  # fmt: skip


def _is_first(of: Rolling, said: float, case: str) -> None:
    surge, unavailable = fenceposts(of)
    right = first_share(of, surge, unavailable, of.min_ready_s > 0)
    if isclose(said, right, rel_tol=1e-9):
        return
    wave = min(surge + unavailable, of.replicas)
    _hint(
        f"{case}: {said:.1%} of the requests", said,
        (
            (1.0 - right, "that is what the old ones answer."),
            (first_share(of, surge, unavailable, of.min_ready_s <= 0),
             "when do old ones go, as soon as new ones are ready, or some time later?"),
            (wave / of.replicas, "of how many are they? Not of the usual number."),
            (wave / (of.replicas + surge), "of all that are ready. Which are not there any more?"),
            (surge / (surge + of.replicas), "more start than those that are beyond the usual."),
        ),
        "how many are new, and how many old ones are left at that moment?",
    )  # fmt: skip


# --- by a promise ---

SURGES, UNAVAILABLES = (0, 10, 25, 50, 100), (0, 10, 25, 50)
READIES_S = (0.0, 30.0, 120.0, 300.0, 600.0)
NOTICE_S, ROOM = 300.0, 400


class Limits(NamedTuple):
    """Replicas, on one node; requests/s; s to start; requests that meet a bad version; minutes."""

    replicas: int
    per_node: int
    rate_per_s: float
    start_s: float
    most_met: float
    most_min: float


LIMITS = (
    Limits(10, 2, 2000.0, 60.0, 0.5, 10.0),
    Limits(10, 3, 2000.0, 60.0, 0.1, 60.0),
    Limits(10, 1, 2000.0, 60.0, 0.2, 30.0),
    Limits(10, 4, 2000.0, 60.0, 0.3, 30.0),
    Limits(20, 2, 2000.0, 60.0, 0.08, 60.0),
    Limits(20, 4, 3500.0, 30.0, 0.6, 6.0),
    Limits(4, 1, 500.0, 120.0, 0.7, 5.0),
    Limits(30, 3, 4000.0, 20.0, 0.95, 1.0),
    Limits(10, 2, 2000.0, 60.0, 0.05, 120.0),
)


class Chosen(NamedTuple):
    surge_percent: int
    unavailable_percent: int
    min_ready_s: float


@cache
def updated(of: Limits, chosen: Chosen, version: str) -> tuple[Update, int]:
    """As set, and the replicas that can do the work."""
    found = orchestrate(
        of.replicas, of.per_node, ROOM, chosen.surge_percent, chosen.unavailable_percent,
        of.start_s, chosen.min_ready_s, version, rate_per_s=of.rate_per_s, notice_s=NOTICE_S,
    )  # fmt: skip
    return found.updates["As set"], found.needed


def met(of: Limits, chosen: Chosen) -> float:
    """Of the requests that come until a bad version is noticed."""
    return updated(of, chosen, VERSIONS[2])[0].met / (of.rate_per_s * NOTICE_S)


def every_choice() -> list[Chosen]:
    return [Chosen(*one) for one in product(SURGES, UNAVAILABLES, READIES_S) if one[0] or one[1]]


def keeps(of: Limits, chosen: Chosen) -> bool:
    good, needed = updated(of, chosen, VERSIONS[0])
    assert good.takes_min is not None
    return (
        good.takes_min <= of.most_min
        and good.least - of.per_node >= needed
        and met(of, chosen) <= of.most_met
    )


@cache
def is_possible(of: Limits) -> bool:
    return any(keeps(of, chosen) for chosen in every_choice())


def _of_limits(of: Limits) -> str:
    return (
        f"{of.replicas} replicas, {of.per_node} on a node, {of.rate_per_s:g} requests/s, start "
        f"{of.start_s:g} s, {of.most_met:.0%} and {of.most_min:g} minutes at most"
    )


def _promised(settings: Callable[..., Any], of: Limits) -> None:
    case = _of_limits(of)
    expect(callable(settings), f"expected a function, got {settings!r}.")
    try:
        said = settings(*of)
    except NotImplementedError:
        raise NotYet("settings is not written yet.") from None
    if said is None:
        expect(not is_possible(of), f"{case}: there are settings that do all of it.")
        return
    three = several("settings", said, "surge", "unavailable", "seconds to be ready")
    for value, some in zip(three, (SURGES, UNAVAILABLES, READIES_S), strict=True):
        number("what settings returned", value)
        expect(value in some, f"{case}: {value!r} is none of {some}.")
    chosen = Chosen(*three)
    expect(
        bool(chosen.surge_percent or chosen.unavailable_percent),
        f"{case}: with neither more nor fewer no replica can be replaced.",
    )
    good, needed = updated(of, chosen, VERSIONS[0])
    assert good.takes_min is not None
    seen = (
        f"{case}: with {chosen.surge_percent} %, {chosen.unavailable_percent} % and "
        f"{chosen.min_ready_s:g} s"
    )
    expect(
        good.least - of.per_node >= needed,
        f"{seen} an update has {good.least} replicas, {good.least - of.per_node} if a node dies "
        f"meanwhile, and {needed} are needed.",
    )
    expect(
        good.takes_min <= of.most_min,
        f"{seen} an update takes {good.takes_min:.1f} minutes.",
    )
    expect(
        met(of, chosen) <= of.most_met,
        f"{seen} a bad version answers {met(of, chosen):.0%} of the requests until it is noticed.",
    )


def task_7(rollout: Callable[..., Any], settings: Callable[..., Any]) -> None:
    """Updates computed by hand, and settings that keep a promise."""
    for rolling in ROLLINGS:
        _counted(rollout, rolling)
    for limits in LIMITS:
        _promised(settings, limits)
    print(f"Right, for {len(ROLLINGS)} updates and {len(LIMITS)} promises.")
