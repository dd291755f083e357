"""Wrong costs of a partition, and wrong lengths, with their hints."""

import re
from collections.abc import Callable
from math import exp
from typing import Any

from scalelab.workbook import partitions as check
from scalelab.workbook.partitions import DAY_MIN, Business


def right(minutes: float, *given: Any) -> tuple[str, float]:
    usd = check.usd_of(Business(*given), minutes)
    way = min(usd, key=lambda each: usd[each])
    return way, usd[way]


def mistaken(way: str, k: int) -> Callable[..., Any]:
    """All is right but how much one way costs, where that way is chosen."""

    def answer(minutes: float, *given: Any) -> tuple[str, float]:
        of = Business(*given)
        best, usd = right(minutes, *given)
        return best, check.mistakes(of, minutes)[way][k][0] if best == way else usd

    return answer


def where(pick: Callable[[dict[str, float]], str]) -> Callable[..., Any]:
    """A way, and what it really costs."""

    def answer(minutes: float, *given: Any) -> tuple[str, float]:
        usd = check.usd_of(Business(*given), minutes)
        way = pick(usd)
        return way, usd[way]

    return answer


def of_length(*given: Any) -> float | None:
    return check.from_min(Business(*given, 0.0))


def changed(change: Callable[[float], Any], if_none: Any = None) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        found = of_length(*given)
        return change(found) if found is not None else if_none

    return answer


def halved(*given: Any) -> float | None:
    """Between nothing and a day, as if there were one such length at most."""
    of = Business(*given, 0.0)
    if not check.is_dearer(of, DAY_MIN):
        return None
    low, high = 0.0, DAY_MIN
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if check.is_dearer(of, middle) else (middle, high)
    return high


def last(*given: Any) -> float | None:
    """From the other end."""
    of = Business(*given, 0.0)
    steps = [DAY_MIN * 1.02 ** (k - 700) for k in range(701)]
    dear = [one for one in steps if check.is_dearer(of, one)]
    if not dear:
        return None
    low, high = dear[-1], min(dear[-1] * 1.02, DAY_MIN)
    if check.is_dearer(of, high):
        return of_length(*given)
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if check.is_dearer(of, middle) else (low, middle)
    return low


def in_steps(first: float, step: float) -> Callable[..., Any]:
    def answer(*given: Any) -> float | None:
        of, minutes = Business(*given, 0.0), first
        while minutes <= DAY_MIN:
            if check.is_dearer(of, minutes):
                return minutes
            minutes += step
        return None

    return answer


def by_pairs(keys: int, larger: float, smaller: float, back: float, refused: float,
             conflict: float) -> float | None:  # fmt: skip
    found = smaller * (1 - back) * refused * keys / (larger * smaller * conflict)
    return found if found <= DAY_MIN else None


def by_sums(*given: Any) -> float | None:
    """With keys that were written at all."""
    of = Business(*given, 0.0)
    for k in range(701):
        minutes = DAY_MIN * 1.02 ** (k - 700)
        a, b = check.writes(of, minutes)
        if of.keys * (1 - exp(-a - b)) * of.conflict_usd >= check.usd_of(of, minutes)["refuse"]:
            return float(minutes)
    return None


COME, OTHER = "there merging costs", "another way costs less"
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("a name", check.task_5, (lambda *_: "merge", of_length), "return two things"),
    ("an amount", check.task_5, (lambda *_: 4.0, of_length), "return two things"),
    ("nothing", check.task_5, (lambda *_: None, of_length), "returns nothing"),
    ("no way", check.task_5, (lambda *_: ("stop", 1.0), of_length), "none of"),
    ("capitals", check.task_5,
     (lambda *g: (right(*g)[0].capitalize(), right(*g)[1]), of_length), "none of"),
    ("swapped", check.task_5, (lambda *g: right(*g)[::-1], of_length), "none of|be a number"),
    ("a text", check.task_5, (lambda *g: (right(*g)[0], "much"), of_length), "be a number"),
    ("always refuse", check.task_5, (where(lambda usd: "refuse"), of_length), OTHER),
    ("always merge", check.task_5, (where(lambda usd: "merge"), of_length), OTHER),
    ("always last writer", check.task_5, (where(lambda usd: "last writer"), of_length), OTHER),
    ("the dearest", check.task_5, (where(lambda usd: max(usd, key=lambda w: usd[w])), of_length),
     OTHER),
    ("never last writer", check.task_5,
     (where(lambda usd: min(("refuse", "merge"), key=lambda w: usd[w])), of_length), OTHER),
    ("never refuse", check.task_5,
     (where(lambda usd: min(("last writer", "merge"), key=lambda w: usd[w])), of_length), OTHER),
    ("a cent too much", check.task_5,
     (lambda *g: (right(*g)[0], right(*g)[1] * 1.001 + 0.01), of_length), "not what it costs"),
    *(
        (f"{way}: {hint}", check.task_5, (mistaken(way, k), of_length), re.escape(hint))
        for way, found in check.mistakes(*check.BUSINESSES[0][::-1]).items()
        for k, (_, hint) in enumerate(found)
    ),

    ("no length", check.task_5, (right, lambda *_: None), "there is such a length"),
    ("a text as length", check.task_5, (right, lambda *_: "long"), "should be a number"),
    ("nothing at all", check.task_5, (right, lambda *_: 0.0), "for no time at all"),
    ("ten minutes", check.task_5, (right, lambda *_: 10.0), COME),
    ("more than a day", check.task_5, (right, lambda *_: 5000.0), "more than a day"),
    ("infinite", check.task_5, (right, changed(lambda m: m, float("inf"))), "within a day"),
    ("a day if none", check.task_5, (right, changed(lambda m: m, DAY_MIN)), "within a day"),
    ("seconds", check.task_5, (right, changed(lambda m: 60.0 * m)), "those are seconds"),
    ("hours", check.task_5, (right, changed(lambda m: m / 60.0)), "those are hours"),
    ("whole minutes", check.task_5, (right, changed(round)), COME),
    ("halved from a day", check.task_5, (right, halved), "after a day it is over again"),
    ("the last one", check.task_5, (right, last), "before that as well"),
    ("minute by minute", check.task_5, (right, in_steps(1.0, 1.0)), COME),
    ("pairs of writes", check.task_5, (right, by_pairs), "each pair of writes"),
    ("keys written at all", check.task_5, (right, by_sums), "for no time|" + COME),
    ("those who come back", check.task_5,
     (right, lambda k, a, b, back, *u: of_length(k, a, b, 1 - back, *u)), COME),
    ("nobody comes back", check.task_5,
     (right, lambda k, a, b, back, *u: of_length(k, a, b, 0.0, *u)), "such a length|" + COME),
    ("sides swapped", check.task_5,
     (right, lambda k, a, b, *u: of_length(k, b, a, *u)), "such a length|" + COME),
    ("not within a tenth", check.task_5, (right, changed(lambda m: 1.05 * m)), COME),
]  # fmt: skip
