"""Wrong sums of hedged calls, and the hint each of them has to get."""

from collections.abc import Callable
from math import inf
from typing import Any

from scalelab.workbook import hedges as check
from scalelab.workbook.hedges import Delay, Late, Page, above, times_ms

BY_TIMES = {times_ms(of): of for of in check.LEAVES}


def leaf(times: list[float]) -> check.Leaf:
    return BY_TIMES[tuple(times)]


def right_late(times: list[float], t: float, delay: float) -> float:
    return check.late_of(Late(leaf(times), t, delay))


def right_delay(times: list[float], budget: float) -> float:
    return check.delay_of(Delay(leaf(times), budget))


def right_page(times: list[float], leaves: int, q: float, delay: float) -> float:
    return check.page_of(Page(leaf(times), leaves, q, delay))


def at_least(times: list[float], t: float) -> float:
    return sum(each >= t for each in times) / len(times)


def rest(t: float, delay: float) -> float:
    return t - delay if delay < inf else -inf


def page_if(of: Callable[..., float]) -> Callable[..., float]:
    return lambda times, leaves, q, delay: of(Page(leaf(times), leaves, q, delay))


def at_rank(rank: Callable[[list[float], float], float]) -> Callable[..., float]:
    """A time by its place among all, in order."""

    def delay(times: list[float], budget: float) -> float:
        i = int(rank(times, budget))
        return sorted(times)[min(max(i, 0), len(times) - 1)]

    return delay


GONE, JUST, EARLIER = "still under way", "answers just then", "It can be earlier"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    *((f"late: {name}", check.task_3, (answer, right_delay, right_page), hint)
      for name, answer, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "returns nothing"),
        ("a word", lambda *_: "often", "should be a number"),
        ("a percentage", lambda *given: 100 * right_late(*given), "not a percentage"),
        ("negative", lambda *given: -right_late(*given), "not negative"),
        ("raises", lambda times, *_: times[10_000], "IndexError"),
        ("in time", lambda *given: 1 - right_late(*given), "in time"),
        ("no second copy", lambda times, t, delay: above(times, t), "without a second copy"),
        ("both at once", lambda times, t, delay: above(times, t) ** 2, "as if sent at once"),
        ("only the second", lambda times, t, delay: above(times, rest(t, delay)),
         "what of the first copy"),
        ("the share of hedges", lambda times, t, delay: above(times, delay), "are hedged"),
        ("the first is given up", lambda times, t, delay: right_late(times, t, delay)
         if t < delay else above(times, delay) * above(times, rest(t, delay)), "was given up"),
        ("three chances", lambda times, t, delay: right_late(times, t, delay)
         if t < delay else above(times, delay) * right_late(times, t, delay), "counted twice"),
        ("their mean", lambda times, t, delay:
         (above(times, t) + above(times, rest(t, delay))) / 2, "both of its copies"),
        ("the first is late just then", lambda times, t, delay: at_least(times, t)
         if t < delay else at_least(times, t) * above(times, rest(t, delay)), JUST),
        ("the second is late just then", lambda times, t, delay: above(times, t)
         * at_least(times, rest(t, delay)), JUST),
        ("both are late just then", lambda times, t, delay:
         at_least(times, t) * at_least(times, rest(t, delay)), JUST),
        ("a number of calls", lambda times, t, delay: right_late(times, t, delay) * len(times),
         "not a percentage|number of calls"),
        ("calls a thousand", lambda times, t, delay: right_late(times, t, delay) * 1000,
         "not a percentage|what has to be true"),
        ("never late", lambda *_: 0.0, "what has to be true"),
        ("a sum", lambda times, t, delay: min(above(times, t) + above(times, t - delay), 1.0),
         "what has to be true|first copy"),
        ("a constant", lambda *_: 0.05, "what has to be true"),
    )),
    *((f"delay: {name}", check.task_3, (right_late, answer, right_page), hint)
      for name, answer, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "returns nothing"),
        ("a word", lambda *_: "soon", "should be a number"),
        ("before", lambda *_: -1.0, "Before the call itself"),
        ("never", lambda *_: inf, EARLIER),
        ("at once", lambda *_: 0.0, GONE),
        ("the mean", lambda times, _: sum(times) / len(times), f"{GONE}|{EARLIER}"),
        ("the median", at_rank(lambda times, _: len(times) // 2), f"{GONE}|{EARLIER}"),
        ("the slowest", lambda times, _: max(times), EARLIER),
        ("30 ms", lambda *_: 30.0, EARLIER),
        ("unsorted", lambda times, b: times[min(int((1 - b) * len(times)), len(times) - 1)],
         f"{GONE}|{EARLIER}"),
        ("from the other end", at_rank(lambda times, b: b * len(times)), "From which end"),
        ("one earlier", at_rank(lambda times, b: (1 - b) * len(times) - 2), GONE),
        ("two earlier", at_rank(lambda times, b: (1 - b) * len(times) - 3), GONE),
        ("one later", at_rank(lambda times, b: (1 - b) * len(times) + 1), EARLIER),
        ("p99", at_rank(lambda times, b: 0.99 * len(times)), EARLIER),
        ("p95", at_rank(lambda times, b: 0.95 * len(times)), f"{EARLIER}|{GONE}"),
        ("half of the budget", lambda times, b: right_delay(times, b / 2), EARLIER),
        ("twice the budget", lambda times, b: right_delay(times, 2 * b), GONE),
        ("less than the budget", lambda times, b: right_delay(times, max(b - 1e-9, 0.0)),
         "How early can a second copy|It can be"),
        ("never at once", lambda times, b: max(right_delay(times, b), min(times)),
         "How early can a second"),
        ("a millisecond more", lambda times, b: right_delay(times, b) + 1.0,
         f"{EARLIER}|How early"),
        ("in seconds", lambda times, b: right_delay(times, b) / 1000.0, GONE),
    )),
    *((f"page: {name}", check.task_3, (right_late, right_delay, answer), hint)
      for name, answer, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "returns nothing"),
        ("a word", lambda *_: "soon", "should be a number"),
        ("without hedges", page_if(lambda of: check.page_of(of._replace(delay_ms=inf))),
         "without hedges"),
        ("one leaf", page_if(lambda of: check.page_of(of._replace(leaves=1))), "for one leaf"),
        ("one leaf, without hedges",
         page_if(lambda of: check.page_of(of._replace(leaves=1, delay_ms=inf))), "for one leaf"),
        ("both at once", page_if(lambda of: check.page_of(of._replace(delay_ms=0.0))),
         "both copies sent at once"),
        ("late ones", page_if(lambda of: check.page_of(of._replace(q=1 - of.q))),
         "the share that is late|are there by then"),
        ("the other power", page_if(lambda of: check.page_of(
            of._replace(leaves=1, q=of.q**of.leaves))), "more often than its page"),
        ("one leaf less", page_if(lambda of: check.page_of(
            of._replace(leaves=max(of.leaves - 1, 1)))), "by then"),
        ("the delay is added", page_if(lambda of: check.page_of(of) + (
            of.delay_ms if of.delay_ms < inf else 0.0)), "already counts from"),
        ("the slowest time", lambda times, *_: max(times), "earlier is enough|by then"),
        ("the mean", lambda times, *_: sum(times) / len(times), "by then"),
        ("never", lambda *_: inf, "earlier is enough"),
        ("at once", lambda *_: 0.0, "by then"),
        ("of the times alone", lambda times, leaves, q, delay: min(
            (t for t in times if (1 - right_late(times, t, delay)) ** leaves >= q),
            default=max(times)), "earlier is enough"),
        ("a share of the leaves", page_if(lambda of: check.page_of(
            of._replace(leaves=1, q=1 - (1 - of.q) / of.leaves))), "by then"),
        ("a millisecond more", page_if(lambda of: check.page_of(of) + 1.0), "earlier is enough"),
        ("in seconds", page_if(lambda of: check.page_of(of) / 1000.0), "by then"),
    )),
]  # fmt: skip
