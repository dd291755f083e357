"""Suites that fail by chance, reruns and quarantine: what the workbook's seventh task checks."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product
from math import isclose, prod
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect, number, several, share

RERUNS = (0, 1, 2, 3)


class Suite(NamedTuple):
    """Minutes; chance to fail by chance; faults a year that it alone can see; and how surely.

    A run of it shows a fault that is there with the chance ``shows``.
    """

    minutes: float
    flaky: float
    faults: float
    shows: float


class Promise(NamedTuple):
    """Of runs of right changes so many are red at most, and take so long on average."""

    suites: tuple[Suite, ...]
    most_red: float
    most_min: float


CHANCES = (
    ((0.02,) * 30, 0),
    ((0.02,) * 30, 1),
    ((0.02,) * 30, 2),
    ((0.5,), 0),
    ((0.5,), 3),
    ((0.01, 0.2, 0.001, 0.05), 1),
    ((0.01, 0.2, 0.001, 0.05), 2),
    ((0.0, 0.0), 1),
    ((), 1),
    ((0.3, 0.4), 0),
)
SHOP = (
    Suite(5.0, 0.001, 12.0, 1.0),
    Suite(3.0, 0.02, 6.0, 1.0),
    Suite(8.0, 0.05, 5.0, 0.9),
    Suite(4.0, 0.01, 8.0, 1.0),
    Suite(15.0, 0.15, 4.0, 0.6),
    Suite(2.0, 0.03, 1.0, 1.0),
    Suite(6.0, 0.08, 3.0, 1.0),
    Suite(9.0, 0.004, 2.0, 0.8),
)
RACES = (
    Suite(6.0, 0.02, 9.0, 0.3),
    Suite(4.0, 0.03, 7.0, 0.4),
    Suite(5.0, 0.01, 1.0, 1.0),
    Suite(3.0, 0.06, 0.5, 1.0),
    Suite(8.0, 0.04, 6.0, 0.25),
)
SURE = (
    Suite(2.0, 0.1, 3.0, 1.0),
    Suite(2.0, 0.2, 3.5, 1.0),
    Suite(3.0, 0.05, 2.0, 1.0),
    Suite(4.0, 0.3, 6.0, 1.0),
    Suite(1.0, 0.02, 1.5, 1.0),
    Suite(6.0, 0.15, 7.0, 1.0),
)
PROMISES = (
    Promise(SHOP, 0.06, 60.5),
    Promise(SHOP, 0.012, 60.5),
    Promise(SHOP, 0.22, 30.5),
    Promise(SHOP, 0.0012, 100.5),
    Promise(RACES, 0.11, 30.5),
    Promise(RACES, 0.21, 30.5),
    Promise(RACES, 0.012, 30.5),
    Promise(SURE, 0.012, 100.5),
    Promise(SURE, 0.012, 12.5),
    Promise(SURE, 0.31, 14.45),
    Promise(SURE, 0.0, 100.5),
    Promise(SHOP, 0.55, 100.5),
)


class Policy(NamedTuple):
    """So often is a suite that failed run again; places of those whose result is not looked at."""

    reruns: int
    away: frozenset[int]


def stays_red(flaky: Iterable[float], reruns: int) -> float:
    return 1.0 - prod(1.0 - each ** (reruns + 1) for each in flaky)


def runs_of(flaky: float, reruns: int) -> float:
    """Of one suite, on average, if nothing is wrong."""
    return sum(float(flaky**again) for again in range(reruns + 1))


def kept(of: Promise, policy: Policy) -> list[Suite]:
    return [suite for place, suite in enumerate(of.suites) if place not in policy.away]


def minutes_of(of: Promise, policy: Policy) -> float:
    return sum(each.minutes * runs_of(each.flaky, policy.reruns) for each in kept(of, policy))


def red_of(of: Promise, policy: Policy) -> float:
    return stays_red((each.flaky for each in kept(of, policy)), policy.reruns)


def missed(of: Promise, policy: Policy) -> float:
    """Faults of a year that get through."""
    caught = (each.faults * each.shows ** (policy.reruns + 1) for each in kept(of, policy))
    return sum(each.faults for each in of.suites) - sum(caught)


def keeps(of: Promise, policy: Policy) -> bool:
    return (
        red_of(of, policy) <= of.most_red + 1e-12
        and minutes_of(of, policy) <= of.most_min + 1e-9
    )  # fmt: skip


def every_policy(of: Promise) -> list[Policy]:
    return [
        Policy(reruns, frozenset(place for place, is_away in enumerate(away) if is_away))
        for reruns, away in product(RERUNS, product((False, True), repeat=len(of.suites)))
    ]


@cache
def policy_of(of: Promise) -> Policy:
    """One that lets the fewest faults through."""
    good = [policy for policy in every_policy(of) if keeps(of, policy)]
    return min(good, key=lambda policy: missed(of, policy))


def _hint(seen: str, said: float, wrong: tuple[tuple[float, str], ...], otherwise: str) -> None:
    for value, hint in wrong:
        expect(not isclose(said, value, rel_tol=1e-9, abs_tol=1e-15), f"{seen}: {hint}")
    raise NotYet(f"{seen}: {otherwise}")


def _is_red(flaky: Sequence[float], reruns: int, said: float) -> None:
    right = stays_red(flaky, reruns)
    if isclose(said, right, rel_tol=1e-9, abs_tol=1e-12):
        return
    n = len(flaky)
    mean = sum(flaky) / n if n else 0.0
    _hint(
        f"{n} suites, {reruns} reruns: {said:.4%} red", said,
        (
            (1.0 - right, "that is green."),
            (stays_red(flaky, 0), "some that failed are green when they run again."),
            (stays_red(flaky, reruns - 1) if reruns else -1.0, "how often does one run in all?"),
            (stays_red(flaky, reruns + 1), "how often does one run in all?"),
            (1.0 - prod(1.0 - each / (reruns + 1) for each in flaky),
             "to fail twice in a row is not half as likely as once."),
            (stays_red(flaky, 0) ** (reruns + 1), "only what failed is run again, not all."),
            (sum(each ** (reruns + 1) for each in flaky), "chances do not simply add up."),
            (prod(each ** (reruns + 1) for each in flaky), "one that is red is enough."),
            (max((each ** (reruns + 1) for each in flaky), default=0.0),
             "that is the worst one alone."),
            (1.0 - (1.0 - mean ** (reruns + 1)) ** n, "as if all had the same chance."),
        ),
        "when is all of it green?",
    )  # fmt: skip


def _is_runs(flaky: Sequence[float], reruns: int, said: float) -> None:
    right = sum(runs_of(each, reruns) for each in flaky)
    if isclose(said, right, rel_tol=1e-9, abs_tol=1e-12):
        return
    n, red = len(flaky), stays_red(flaky, 0)
    _hint(
        f"{n} suites, {reruns} reruns: {said:.5g} suites run", said,
        (
            (n, "what failed is run again, and counts."),
            (n * (reruns + 1), "only what failed is run again."),
            (n * sum(red**again for again in range(reruns + 1)),
             "only what failed is run again, not all of it."),
            (sum(1.0 / (1.0 - each) for each in flaky), "at some point it is given up."),
            (sum(runs_of(each, max(reruns - 1, 0)) for each in flaky), "there is one rerun more."),
            (sum(runs_of(each, reruns + 1) for each in flaky), "there is one rerun less."),
            (sum(1.0 + reruns * each for each in flaky),
             "a second rerun is only for what failed twice."),
            (right - n, "those are the reruns. The first run counts, too."),
            (right / n if n else -1.0, "that is one suite."),
        ),
        "with which chance is one run a second time, and a third?",
    )  # fmt: skip


def _is_kept(promise: Callable[..., Any], of: Promise) -> None:
    said = answered(promise, list(of.suites), of.most_red, of.most_min)
    reruns, away = several("promise", said, "reruns", "the places of the suites that are left out")
    number("reruns", reruns)
    case = (
        f"{len(of.suites)} suites, {of.most_red:.1%} red and {of.most_min:g} minutes at most: "
        f"{reruns} reruns"
    )
    expect(reruns in RERUNS, f"{case} is none of {RERUNS}.")
    if not isinstance(away, list | tuple | set | frozenset):
        raise NotYet(f"{case}, and {away!r} is no list of places.")
    places = range(len(of.suites))
    for each in away:
        expect(each in places, f"{case}, and {each!r} is no place of a suite.")
    policy, best = Policy(int(reruns), frozenset(away)), policy_of(of)
    seen = f"{case}, {sorted(policy.away)} left out"
    red, minutes = red_of(of, policy), minutes_of(of, policy)
    expect(red <= of.most_red + 1e-9, f"{seen}: {red:.2%} are red by chance.")
    expect(minutes <= of.most_min + 1e-6, f"{seen}: a run takes {minutes:.1f} minutes.")
    if isclose(missed(of, policy), missed(of, best), rel_tol=1e-9, abs_tol=1e-9):
        return
    seen += f" lets {missed(of, policy):.2f} faults a year through"
    for place in policy.away:
        more = policy._replace(away=policy.away - {place})
        expect(not keeps(of, more) or missed(of, more) >= missed(of, policy),
               f"{seen}. One of those left out could be kept.")  # fmt: skip
    fewer = [Policy(each, policy.away) for each in range(policy.reruns)]
    expect(
        not any(keeps(of, each) and missed(of, each) < missed(of, policy) for each in fewer),
        f"{seen}. A fault that shows itself now and then is hidden by what is run again.",
    )
    if policy.reruns == best.reruns:
        raise NotYet(f"{seen}. With as many reruns, others left out would let fewer through.")
    what = "fewer" if best.reruns < policy.reruns else "more"
    raise NotYet(f"{seen}. With {what} reruns it can be less, and others may be left out then.")


def task_7(red: Callable[..., Any], promise: Callable[..., Any]) -> None:
    """What reruns do, and which policy keeps a promise and misses the fewest faults."""
    for flaky, reruns in CHANCES:
        said = answered(red, list(flaky), reruns)
        names = ("the share that is red", "suites that run")
        chance, runs = several("red", said, *names)
        _is_red(flaky, reruns, share("the first", chance))
        _is_runs(flaky, reruns, number("the second", runs))
    for of in PROMISES:
        _is_kept(promise, of)
    print(f"Right, for {len(CHANCES)} pipelines and {len(PROMISES)} promises.")
