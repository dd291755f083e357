"""Designs that do not cost least in all, with their hints."""

from collections.abc import Callable
from typing import Any

from scalelab.workbook import stations as check
from scalelab.workbook.stations import Design, Shop


def least(
    other: Callable[[Shop], Shop] = lambda of: of,
    change: Callable[[Design], Any] = lambda design: design,
    if_none: Any = None,
) -> Callable[[Shop], Any]:
    """The right answer for another shop, or with a change."""

    def answer(of: Shop) -> Any:
        if not check.is_possible(of):
            return if_none
        found = check.least_of(other(of))
        return change(found) if found else if_none

    return answer


def where(pick: Callable[[Shop], Any]) -> Callable[[Shop], Any]:
    return lambda of: pick(of) if check.is_possible(of) else None


def of_cache(which: Callable[[Shop], int]) -> Callable[[Shop], Any]:
    return where(lambda of: check.best_of(of, which(of)))


def descent(of: Shop) -> Design:
    """One step at a time, whatever is cheaper, until none is."""
    design = check.fewest(of)
    while True:
        best = min(check.neighbours(of, design), key=lambda one: of.total_usd(*one))
        if of.total_usd(*best) >= of.total_usd(*design):
            return design
        design = best


def fewest_with(cache: int) -> Callable[[Shop], Design]:
    def pick(of: Shop) -> Design:
        machines = check.fewest(of).machines
        copies = next(n for n in range(1, 1000) if of.copy_busy(n, cache) < 1.0)
        return Design(machines, copies, cache)

    return pick


def fastest(of: Shop) -> Design:
    return Design(3000, 3000, len(of.caches) - 1)


def at_seven_tenths(of: Shop) -> Design:
    """A rule of thumb for how busy things may be."""
    machines = next(n for n in range(1, 10_000) if of.machine_busy(n) <= 0.7)
    copies = next((n for n in range(1, 1000) if of.copy_busy(n, 1) <= 0.7), 1000)
    return Design(machines, copies, 1)


MACHINE = "One machine (more|fewer)"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("one number", check.task_4, (lambda _: 5,), "return three things"),
    ("a text", check.task_4, (lambda _: ("a", 2, 1),), "should be a number"),
    ("a part", check.task_4, (least(change=lambda d: (d.machines + 0.5, d.copies, d.cache)),),
     "no whole number"),
    ("no machine", check.task_4, (lambda _: (0, 2, 1),), "without a machine"),
    ("no copy", check.task_4, (lambda _: (20, 0, 1),), "without a copy"),
    ("no such cache", check.task_4, (least(change=lambda d: d._replace(cache=6)),),
     "no cache at place"),
    ("caches from the end", check.task_4, (least(change=lambda d: d._replace(cache=-1)),),
     "no cache at place"),
    ("caches from one on", check.task_4,
     (least(change=lambda d: d._replace(cache=d.cache + 1)),), "smaller cache costs less"),
    ("never", check.task_4, (lambda _: None,), "there are designs"),
    ("always", check.task_4, (least(if_none=(20, 20, 2)),), "each copy does all writes"),
    ("one constant", check.task_4, (lambda _: (15, 2, 2),), "cannot do|costs less"),
    ("another constant", check.task_4, (lambda _: (500, 10, 5),), "cache costs less|fewer"),
    ("too few machines", check.task_4, (lambda _: (2, 2, 2),), "the machines cannot"),
    ("too few copies", check.task_4, (least(change=lambda d: d._replace(copies=1, cache=0)),),
     "the copies cannot"),
    ("one machine more", check.task_4,
     (least(change=lambda d: d._replace(machines=d.machines + 1)),), "One machine fewer saves"),
    ("one machine fewer", check.task_4,
     (least(change=lambda d: d._replace(machines=max(d.machines - 1, 1))),),
     "One machine more costs"),
    ("one copy more", check.task_4, (least(change=lambda d: d._replace(copies=d.copies + 1)),),
     "One copy fewer saves"),
    ("one copy fewer", check.task_4,
     (least(change=lambda d: d._replace(copies=max(d.copies - 1, 1))),),
     "One copy more costs|copies cannot"),
    ("twice as many machines", check.task_4,
     (least(change=lambda d: d._replace(machines=2 * d.machines)),), "One machine fewer"),
    ("a zone to spare", check.task_4,
     (least(change=lambda d: d._replace(copies=d.copies + 2)),), "One copy fewer"),
    ("the cheapest rent", check.task_4, (where(fewest_with(0)),), "One machine more"),
    ("the cheapest rent with a cache", check.task_4, (where(fewest_with(1)),), "One machine more"),
    ("the fastest", check.task_4, (where(fastest),), "One machine fewer"),
    ("busy for seven tenths", check.task_4, (where(at_seven_tenths),), MACHINE),
    ("bottleneck first", check.task_4, (where(check.bottleneck_first),), "costs less|fewer saves"),
    ("step by step", check.task_4, (where(descent),), "several at once do"),
    ("never a cache", check.task_4, (of_cache(lambda of: 0),), "larger cache|several at once"),
    ("always the first cache", check.task_4, (of_cache(lambda of: 1),), "larger|several at once"),
    ("always the largest", check.task_4, (of_cache(lambda of: len(of.caches) - 1),),
     "smaller cache|several at once"),
    ("one in the middle", check.task_4, (of_cache(lambda of: len(of.caches) // 2),),
     "cache costs less|several at once"),
    *(
        (name, check.task_4, (least(change_of),), hint)
        for name, change_of, hint in (
            ("losses forgotten", lambda of: of._replace(usd_per_ms=0.001), "One machine more"),
            ("losses twice", lambda of: of._replace(usd_per_ms=2 * of.usd_per_ms), "fewer saves"),
            ("losses halved", lambda of: of._replace(usd_per_ms=of.usd_per_ms / 2), "more costs"),
            ("free machines", lambda of: of._replace(machine_usd=0.01), "One machine fewer"),
            ("dear machines", lambda of: of._replace(machine_usd=9 * of.machine_usd),
             "One machine more"),
            ("free copies", lambda of: of._replace(copy_usd=0.01), "One copy fewer|cache"),
            ("dear copies", lambda of: of._replace(copy_usd=9 * of.copy_usd),
             "One copy more|cache|several"),
            ("half the load", lambda of: of._replace(rate_per_s=of.rate_per_s / 2), "cannot do"),
            ("twice the load", lambda of: of._replace(rate_per_s=1.9 * of.rate_per_s),
             "fewer|cannot"),
            ("no writes", lambda of: of._replace(writes=0.0), "more|fewer|cache|cannot|several"),
            ("free caches", lambda of: of._replace(
                caches=tuple(c._replace(usd=0.0) for c in of.caches)), "smaller cache|several"),
        )
    ),
]  # fmt: skip
