"""Partitions, the consumers who read them, and how long they take to catch up."""

from collections.abc import Callable
from math import ceil, isclose, isfinite
from typing import Any, NamedTuple

from scalelab.workbook.calls import called_for_any
from scalelab.workbook.hint import NotYet, expect, number


class Log(NamedTuple):
    """Events/s in each partition; consumers; events/s that each does; hours without any."""

    rates_per_s: tuple[float, ...]
    consumers: int
    speed_per_s: float
    stopped_h: float


class Promise(NamedTuple):
    """The same, and in how many hours all is to be caught up."""

    rates_per_s: tuple[float, ...]
    speed_per_s: float
    stopped_h: float
    within_h: float


EVEN = (100.0,) * 12
HOT = (150.0, *(100.0,) * 11)
UNEVEN = (10.0, 200.0, 30.0, 120.0, 60.0, 90.0, 240.0)
SKEWED = (200.0, 10.0, 10.0, 200.0, 10.0, 10.0)
LOGS = (
    Log(EVEN, 12, 400.0, 1.0), Log(EVEN, 8, 400.0, 1.0), Log(EVEN, 6, 400.0, 1.0),
    Log(EVEN, 5, 400.0, 2.0), Log(EVEN, 3, 400.0, 1.0), Log(EVEN, 2, 400.0, 1.0),
    Log(EVEN, 20, 400.0, 1.0), Log(HOT, 6, 310.0, 1.0), Log(HOT, 6, 240.0, 1.0),
    Log(UNEVEN, 3, 500.0, 0.5), Log(UNEVEN, 4, 350.0, 3.0), Log(UNEVEN, 7, 250.0, 3.0),
    Log(UNEVEN, 1, 900.0, 1.0), Log((50.0,), 3, 60.0, 4.0), Log(EVEN, 4, 300.0, 1.0),
)  # fmt: skip
PROMISES = (
    Promise(EVEN, 400.0, 1.0, 0.4), Promise(EVEN, 400.0, 1.0, 1.1), Promise(EVEN, 400.0, 1.0, 3.5),
    Promise(EVEN, 400.0, 1.0, 0.3), Promise(EVEN, 90.0, 1.0, 100.0), Promise(HOT, 400.0, 1.0, 2.0),
    Promise(HOT, 160.0, 1.0, 20.0), Promise(UNEVEN, 500.0, 1.0, 5.0),
    Promise(UNEVEN, 300.0, 2.0, 9.0), Promise(UNEVEN, 240.0, 2.0, 100.0),
    Promise(EVEN, 2000.0, 24.0, 40.0), Promise(UNEVEN, 450.0, 1.0, 1.3),
    Promise(SKEWED, 390.0, 1.0, 2.0),
)  # fmt: skip


def shares_of(rates_per_s: tuple[float, ...], consumers: int) -> list[float]:
    """Events/s for each consumer that has a partition."""
    return [sum(rates_per_s[i::consumers]) for i in range(min(consumers, len(rates_per_s)))]


def hours_of(of: Log) -> float | None:
    busiest = max(shares_of(of.rates_per_s, of.consumers))
    if busiest >= of.speed_per_s:
        return None
    return of.stopped_h * busiest / (of.speed_per_s - busiest)


def fewest_of(of: Promise) -> int | None:
    for consumers in range(1, len(of.rates_per_s) + 1):
        hours = hours_of(Log(of.rates_per_s, consumers, of.speed_per_s, of.stopped_h))
        if hours is not None and hours <= of.within_h:
            return consumers
    return None


def _rates(rates: tuple[float, ...]) -> str:
    if len(set(rates)) == 1:
        return f"{len(rates)} partitions of {rates[0]:g}/s"
    return f"partitions of {', '.join(f'{one:g}' for one in rates)}/s"


def _are_hours(hours: Callable[..., Any], of: Log) -> None:
    case = (
        f"{_rates(of.rates_per_s)}, {of.consumers} consumers of {of.speed_per_s:g}/s, "
        f"{of.stopped_h:g} h"
    )
    said = called_for_any(case, hours, list(of.rates_per_s), *of[1:])
    right = hours_of(of)
    if said is None:
        if right is not None:
            raise NotYet(
                f"{case}: it does catch up. Is there a return?"
                + (" Who has no partition has nothing to do." if of.consumers > len(of[0]) else "")
            )
        return
    value = number("what catch_up_h returned", said)
    seen = f"{case}: {value:g} h"
    shares = shares_of(of.rates_per_s, of.consumers)
    together, all_do = sum(of.rates_per_s), of.consumers * of.speed_per_s
    if right is None:
        expect(
            min(shares) >= of.speed_per_s or together >= all_do,
            f"{seen}. One of them gets {max(shares):g} a second. Who helps?",
        )
        raise NotYet(f"{seen}. What is to spare for what waits?")
    if isclose(value, right, rel_tol=1e-6):
        return
    busiest, least, idle = max(shares), min(shares), of.speed_per_s
    one = max(of.rates_per_s)
    blocks = _blocks(of)

    def at(rate: float, speed: float, before: float = of.stopped_h) -> float:
        return before * rate / (speed - rate) if speed > rate else -1.0

    most = ceil(len(of.rates_per_s) / of.consumers)
    wrong = (
        (at(together, all_do), "that is as if any consumer could read any event."),
        (of.stopped_h + right, "count from when they read again."),
        (of.stopped_h * busiest / idle, "meanwhile more events come."),
        (of.stopped_h * together / all_do, "meanwhile more events come."),
        (of.stopped_h, "that is how long they were stopped."),
        (at(least, idle), "that is the first that has caught up. When has the last?"),
        (sum(at(each, idle) for each in shares) / len(shares), "that is a mean over consumers."),
        (at(blocks, idle), "partitions go to the consumers in turn, not in blocks."),
        (at(one, idle), "that consumer has other partitions as well."),
        (at(together / len(of.rates_per_s) * most, idle), "partitions are not all alike."),
        (at(together / of.consumers, idle), "that is a mean share. Who has most?"),
        (of.stopped_h * together / (idle - busiest), "the events that wait are not all for one."),
        (right * 3600.0, "that is in seconds."),
        (right * 60.0, "that is in minutes."),
    )
    for other, hint in wrong:
        expect(not isclose(value, other, rel_tol=1e-6), f"{seen}: {hint}")
    raise NotYet(
        f"{seen}: which consumer is the last, how much waits for it, and what is to spare?"
    )


def _blocks(of: Log) -> float:
    """The most for one if each has partitions that are neighbours."""
    n, count, found, begin = of.consumers, len(of.rates_per_s), 0.0, 0
    for i in range(n):
        end = begin + count // n + (i < count % n)
        found = max(found, sum(of.rates_per_s[begin:end]))
        begin = end
    return found


def _is_fewest(fewest: Callable[..., Any], of: Promise) -> None:
    case = (
        f"{_rates(of.rates_per_s)}, consumers of {of.speed_per_s:g}/s, {of.stopped_h:g} h to be "
        f"caught up in {of.within_h:g}"
    )
    said = called_for_any(case, fewest, list(of.rates_per_s), *of[1:])
    right = fewest_of(of)
    if said is None:
        expect(right is None, f"{case}: some number of consumers does it. Is there a return?")
        return
    value = number("what fewest returned", said)
    seen = f"{case}: {value:g} consumers"
    expect(
        isfinite(value) and value == int(value) and value >= 1,
        f"{seen}. That is no number of consumers.",
    )
    takes = hours_of(Log(of.rates_per_s, int(value), of.speed_per_s, of.stopped_h))
    if right is None:
        expect(
            takes is None or value <= len(of.rates_per_s),
            f"{seen}, and {len(of.rates_per_s)} partitions. What do the others read?",
        )
        raise NotYet(f"{seen}. What does the one with the hottest partition do about it?")
    if takes is None:
        raise NotYet(f"{seen}: one of them never catches up.")
    expect(takes <= of.within_h, f"{seen}: they take {takes:.2f} h.")
    expect(value == right, f"{seen}: fewer do it, too.")


def task_6(catch_up_h: Callable[..., Any], fewest: Callable[..., Any]) -> None:
    """When the last one has caught up, and how many it takes."""
    for one in (catch_up_h, fewest):
        expect(callable(one), f"expected a function, got {one!r}.")
    for of in LOGS:
        _are_hours(catch_up_h, of)
    for promise in PROMISES:
        _is_fewest(fewest, promise)
    print(f"Right, for {len(LOGS)} logs and {len(PROMISES)} promises.")
