"""Wrong fronts and wrong choices, with their hints."""

from collections.abc import Callable, Sequence
from typing import Any

from scalelab.workbook import designs as check
from scalelab.workbook.designs import Design

Designs = Sequence[Design]


def beaten_by(beats: Callable[[Design, Design], bool]) -> Callable[[Designs], list[int]]:
    """Whoever is beaten by nobody, each compared with each."""

    def front(designs: Designs) -> list[int]:
        return [
            place
            for place, one in enumerate(designs)
            if not any(
                beats(other, one) for where, other in enumerate(designs) if where != place
            )
        ]  # fmt: skip

    return front


def in_everything(one: Design, other: Design) -> bool:
    return all(a < b for a, b in zip(one, other, strict=True))


def as_good(one: Design, other: Design) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def two_of(*which: int) -> Callable[[Design, Design], bool]:
    def beats(one: Design, other: Design) -> bool:
        some, others = [one[k] for k in which], [other[k] for k in which]
        return some != others and all(a <= b for a, b in zip(some, others, strict=True))

    return beats


def cheaper_first(designs: Designs) -> list[int]:
    """The first of each price that is faster than all before."""
    kept, least = [], float("inf")
    for place in sorted(range(len(designs)), key=lambda place: designs[place]):
        if designs[place].ms < least:
            least = designs[place].ms
            kept.append(place)
    return kept


def best_of_each(designs: Designs) -> list[int]:
    if not designs:
        return []
    return sorted({min(range(len(designs)), key=lambda p: designs[p][k]) for k in range(3)})


def without_twins(designs: Designs) -> list[int]:
    return [place for place in check.front_of(designs) if designs[place] not in designs[:place]]


def hull(designs: Designs) -> list[int]:
    """Those that are best for some weights of a few."""
    weights = [(a, b, 10 - a - b) for a in range(1, 9) for b in range(1, 10 - a)]
    found = set()
    for each in weights:
        prices = [sum(w * x for w, x in zip(each, of, strict=True)) for of in designs]
        found |= {place for place, price in enumerate(prices) if price == min(prices)}
    return sorted(found)


def of_front(change: Callable[[list[int]], Any]) -> Callable[[Designs], Any]:
    return lambda designs: change(check.front_of(designs))


def chosen(
    keeps: Callable[[Design, float, float], bool] = lambda d, ms, minutes: (
        d.ms <= ms and d.minutes <= minutes
    ),
    key: Callable[[Design], Any] = lambda design: design,
    default: Any = None,
    change: Callable[[int], Any] = lambda place: place,
) -> Callable[..., Any]:
    def choose(designs: Designs, ms: float, minutes: float) -> Any:
        good = [place for place, each in enumerate(designs) if keeps(each, ms, minutes)]
        best = min(good, key=lambda place: key(designs[place]), default=None)
        return default if best is None else change(best)

    return choose


good, right = check.front_of, chosen()

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no front", check.task_3, (lambda _: None, right), "returns nothing"),
    ("a number", check.task_3, (len, right), "should return a list"),
    ("designs", check.task_3, (of_front(lambda f: [(0, 0, 0) for _ in f]), right),
     "Places are whole numbers"),
    ("marks", check.task_3, (lambda designs: [True for _ in designs], right),
     "Places are whole numbers"),
    ("from one on", check.task_3, (of_front(lambda f: [p + 1 for p in f]), right),
     "and there are 1 designs"),
    ("twice", check.task_3, (of_front(lambda f: f + f), right), "a place twice"),
    ("all", check.task_3, (lambda designs: list(range(len(designs))), right), "beats it"),
    ("none", check.task_3, (lambda designs: [], right), "is missing on your front"),
    ("the first", check.task_3, (of_front(lambda f: f[:1]), right), "is missing on your front"),
    ("one too few", check.task_3, (of_front(lambda f: f[:-1]), right), "is missing on your front"),
    ("better in everything", check.task_3, (beaten_by(in_everything), right),
     "equal in something, worse in nothing"),
    ("twins beat each other", check.task_3, (beaten_by(as_good), right), "There are two of it"),
    ("one of two twins", check.task_3, (without_twins, right), "There are two of it"),
    ("price and p99", check.task_3, (beaten_by(two_of(0, 1)), right), "down for longer"),
    ("price and minutes", check.task_3, (beaten_by(two_of(0, 2)), right),
     "equal in something|Which design would beat it"),
    ("p99 and minutes", check.task_3, (beaten_by(two_of(1, 2)), right),
     "equal in something|Which design would beat it"),
    ("stairs of two", check.task_3, (cheaper_first, right), "There are two of it|down for longer"),
    ("the best of each", check.task_3, (best_of_each, right), "is missing on your front|beats it"),
    ("weighted sums", check.task_3, (hull, right), "is missing on your front|beats it"),
    ("each with each", check.task_3, (beaten_by(check.beats), right), "too much"),

    ("no choice", check.task_3, (good, lambda *_: None), "takes none"),
    ("the first place", check.task_3, (good, lambda *_: 0), "is not the cheapest|too slow"),
    ("the last place", check.task_3, (good, lambda some, *_: len(some) - 1), "is not the|too"),
    ("a design", check.task_3, (good, lambda designs, *_: designs[0]), "Places are whole numbers"),
    ("a place too far", check.task_3, (good, chosen(change=lambda p: p + 100)), "and there are"),
    ("zero is none", check.task_3, (good, chosen(change=lambda p: p or None)), "takes none"),
    ("none is -1", check.task_3, (good, chosen(default=-1)), "none of them is as good"),
    ("the cheapest of all", check.task_3, (good, chosen(lambda *_: True)), "too slow|too long"),
    ("p99 forgotten", check.task_3, (good, chosen(lambda d, ms, m: d.minutes <= m)),
     "none of them is as good"),
    ("minutes forgotten", check.task_3, (good, chosen(lambda d, ms, m: d.ms <= ms)), "too long"),
    ("either", check.task_3, (good, chosen(lambda d, ms, m: d.ms <= ms or d.minutes <= m)),
     "none of them is as good"),
    ("less than", check.task_3, (good, chosen(lambda d, ms, m: d.ms < ms and d.minutes <= m)),
     "takes none|not the cheapest"),
    ("fewer minutes than", check.task_3,
     (good, chosen(lambda d, ms, m: d.ms <= ms and d.minutes < m)), "takes none|not the cheapest"),
    ("the fastest", check.task_3, (good, chosen(key=lambda d: d.ms)), "not the cheapest"),
    ("down least", check.task_3, (good, chosen(key=lambda d: d.minutes)), "not the cheapest"),
    ("the dearest", check.task_3, (good, chosen(key=lambda d: -d.usd)), "not the cheapest"),
    ("any of that price", check.task_3, (good, chosen(key=lambda d: d.usd)), "and is faster"),
    ("then the minutes", check.task_3, (good, chosen(key=lambda d: (d.usd, d.minutes))),
     "and is faster"),
    ("then any", check.task_3, (good, chosen(key=lambda d: (d.usd, d.ms))), "down for less"),
]  # fmt: skip
