"""Wrong chances and policies that break a promise or miss more faults, with their hints."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from scalelab.workbook import suites as check
from scalelab.workbook.suites import Policy, Promise, Suite


def red(
    chance: Callable[[Sequence[float], int], float] = check.stays_red,
    runs: Callable[[Sequence[float], int], float] = lambda flaky, reruns: sum(
        check.runs_of(each, reruns) for each in flaky
    ),
) -> Callable[..., Any]:
    return lambda flaky, reruns: (chance(flaky, reruns), runs(flaky, reruns))


def promise(
    other: Callable[[Promise], Promise] = lambda of: of,
    change: Callable[[Policy], Any] = lambda policy: policy,
) -> Callable[..., Any]:
    """The right policy for another promise, or with a change."""

    def answer(suites: Sequence[Suite], most_red: float, most_min: float) -> Any:
        of = Promise(tuple(suites), most_red, most_min)
        return change(check.policy_of(other(of)))

    return answer


def where(
    keeps: Callable[[Promise, Policy], bool] = check.keeps,
    loss: Callable[[Promise, Policy], Any] = check.missed,
) -> Callable[..., Any]:
    """The least loss of all that keep the promise."""

    def answer(suites: Sequence[Suite], most_red: float, most_min: float) -> Any:
        of = Promise(tuple(suites), most_red, most_min)
        good = [policy for policy in check.every_policy(of) if keeps(of, policy)]
        return min(good, key=lambda policy: loss(of, policy), default=Policy(0, frozenset()))

    return answer


def with_reruns(reruns: int) -> Callable[..., Any]:
    return where(lambda of, policy: policy.reruns == reruns and check.keeps(of, policy))


def by(worst: Callable[[Suite], float]) -> Callable[..., Any]:
    """One after the other is left out, the worst first, until it will do; two reruns at most."""

    def answer(suites: Sequence[Suite], most_red: float, most_min: float) -> Any:
        of = Promise(tuple(suites), most_red, most_min)
        order = sorted(range(len(suites)), key=lambda place: -worst(suites[place]))
        found = []
        for reruns in check.RERUNS:
            for n in range(len(suites) + 1):
                policy = Policy(reruns, frozenset(order[:n]))
                if check.keeps(of, policy):
                    found.append(policy)
                    break
        return min(found, key=lambda policy: check.missed(of, policy))

    return answer


def sure(of: Promise) -> Promise:
    """As if every run showed a fault."""
    return of._replace(suites=tuple(each._replace(shows=1.0) for each in of.suites))


good, right = red(), promise()
ONCE = lambda of: of._replace(suites=tuple(s._replace(faults=1.0) for s in of.suites))  # noqa: E731
MORE = "lets .* faults a year through"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("one number", check.task_7, (lambda *_: 0.5, right), "return two things"),
    ("nothing", check.task_7, (lambda *_: None, right), "returns nothing"),
    ("a text", check.task_7, (lambda *_: ("much", 3), right), "should be a number"),
    ("percent", check.task_7, (red(lambda f, r: 100 * check.stays_red(f, r)), right), "a share"),
    *(
        (f"red: {name}", check.task_7, (red(chance), right), hint)
        for name, chance, hint in (
            ("green", lambda f, r: 1 - check.stays_red(f, r), "that is green"),
            ("without reruns", lambda f, r: check.stays_red(f, 0), "green when they run again"),
            ("one fewer", lambda f, r: check.stays_red(f, max(r - 1, 0)), "green when they run|in "
                                                                         "all"),
            ("one more", lambda f, r: check.stays_red(f, r + 1), "in all"),
            ("half as likely", lambda f, r: 1 - prod(1 - p / (r + 1) for p in f), "not half as"),
            ("all again", lambda f, r: check.stays_red(f, 0) ** (r + 1), "is run again, not all"),
            ("added up", lambda f, r: min(sum(p ** (r + 1) for p in f), 1.0), "simply add up"),
            ("all red", lambda f, r: prod(p ** (r + 1) for p in f), "one that is red is enough"),
            ("the worst", lambda f, r: max((p ** (r + 1) for p in f), default=0), "worst one"),
            ("the mean", lambda f, r: 1 - (1 - (sum(f) / max(len(f), 1)) ** (r + 1)) ** len(f),
             "the same chance"),
            ("a half", lambda f, r: 0.5, "when is all of it green"),
            ("none", lambda f, r: 0.0, "one that is red is enough"),
        )
    ),
    *(
        (f"runs: {name}", check.task_7, (red(runs=runs), right), hint)
        for name, runs, hint in (
            ("each once", lambda f, r: len(f), "and counts"),
            ("all of them", lambda f, r: len(f) * (r + 1), "only what failed is run again"),
            ("all again if red", lambda f, r: len(f) * sum(
                check.stays_red(f, 0) ** k for k in range(r + 1)), "not all of it"),
            ("until green", lambda f, r: sum(1 / (1 - p) for p in f), "given up"),
            ("one fewer", lambda f, r: sum(check.runs_of(p, max(r - 1, 0)) for p in f),
             "one rerun more|and counts"),
            ("one more", lambda f, r: sum(check.runs_of(p, r + 1) for p in f), "one rerun less"),
            ("each rerun alike", lambda f, r: sum(1 + r * p for p in f), "failed twice"),
            ("reruns", lambda f, r: sum(check.runs_of(p, r) - 1 for p in f), "first run counts"),
            ("of one", lambda f, r: sum(check.runs_of(p, r) for p in f) / max(len(f), 1),
             "one suite"),
            ("ten", lambda f, r: 10.5, "a second time"),
        )
    ),

    ("no policy", check.task_7, (good, lambda *_: None), "returns nothing"),
    ("only reruns", check.task_7, (good, lambda *_: 1), "return two things"),
    ("four reruns", check.task_7, (good, lambda *_: (4, [])), "none of"),
    ("a number of suites", check.task_7, (good, lambda *_: (1, 2)), "no list of places"),
    ("places from one on", check.task_7,
     (good, promise(change=lambda p: (p.reruns, [each + 1 for each in p.away]))),
     "no place of a suite|red by chance|takes|through"),
    ("suites", check.task_7,
     (good, lambda suites, *_: (1, [suites[0]])), "no place of a suite"),
    ("nothing done", check.task_7, (good, lambda *_: (0, [])), "are red by chance"),
    ("all left out", check.task_7, (good, lambda suites, *_: (0, list(range(len(suites))))),
     "could be kept"),
    ("those kept", check.task_7,
     (good, lambda suites, *g: (promise()(suites, *g)[0], [
         k for k in range(len(suites)) if k not in promise()(suites, *g)[1]])),
     "could be kept"),
    *(
        (f"always {n} reruns", check.task_7, (good, with_reruns(n)), MORE) for n in check.RERUNS
    ),
    ("three, and nothing left out", check.task_7, (good, lambda *_: (3, [])), MORE),
    ("red forgotten", check.task_7, (good, promise(lambda of: of._replace(most_red=1.0))),
     "are red by chance"),
    ("minutes forgotten", check.task_7, (good, promise(lambda of: of._replace(most_min=1e9))),
     "a run takes"),
    ("minutes without reruns", check.task_7,
     (good, where(lambda of, p: check.red_of(of, p) <= of.most_red
                  and sum(each.minutes for each in check.kept(of, p)) <= of.most_min)),
     "a run takes"),
    ("red without reruns", check.task_7,
     (good, where(lambda of, p: check.red_of(of, p._replace(reruns=0)) <= of.most_red
                  and check.minutes_of(of, p) <= of.most_min)), MORE),
    ("half the promise", check.task_7,
     (good, promise(lambda of: of._replace(most_red=of.most_red / 2))), MORE),
    ("half the time", check.task_7,
     (good, promise(lambda of: of._replace(most_min=of.most_min / 2))), MORE),
    ("twice the promise", check.task_7,
     (good, promise(lambda of: of._replace(most_red=2 * of.most_red))), "are red by chance"),
    ("every run shows it", check.task_7, (good, promise(sure)), MORE),
    ("each fault alike", check.task_7, (good, promise(ONCE)), MORE),
    ("fewest left out", check.task_7,
     (good, where(loss=lambda of, p: (len(p.away), check.missed(of, p)))), MORE),
    ("fewest minutes", check.task_7, (good, where(loss=check.minutes_of)), "could be kept"),
    ("least red", check.task_7, (good, where(loss=check.red_of)), "could be kept"),
    ("the flakiest first", check.task_7, (good, by(lambda s: s.flaky)), MORE),
    ("the longest first", check.task_7, (good, by(lambda s: s.minutes)), MORE),
    ("those with few faults first", check.task_7, (good, by(lambda s: -s.faults)), MORE),
    ("by flakiness and faults", check.task_7, (good, by(lambda s: s.flaky / s.faults)), MORE),
    ("fewest reruns", check.task_7,
     (good, where(loss=lambda of, p: (p.reruns, check.missed(of, p)))), MORE),
]  # fmt: skip
