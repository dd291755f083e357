"""What a partition costs with each way to go on: what the workbook's fifth task checks."""

from collections.abc import Callable
from itertools import pairwise
from math import exp, isclose
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect, number, several

WAYS = ("refuse", "merge", "last writer")
DAY_MIN = 1440.0


class Business(NamedTuple):
    """Customers write ``keys``, all alike, on two sides; prices are of one key or one write."""

    keys: int
    larger_per_min: float
    smaller_per_min: float
    comes_back: float
    refused_usd: float
    conflict_usd: float
    forgotten_usd: float


BUSINESSES: tuple[tuple[float, Business], ...] = (
    (10.0, Business(10_000, 84.0, 36.0, 0.6, 10.0, 25.0, 25.0)),
    (60.0, Business(200, 500.0, 300.0, 0.6, 0.01, 0.0, 0.02)),
    (2.0, Business(5000, 400.0, 150.0, 0.5, 2.0, 2.0, 60.0)),
    (30.0, Business(1000, 60.0, 40.0, 0.0, 2.0, 500.0, 500.0)),
    (10.0, Business(400, 8.0, 2.0, 0.8, 30.0, 1000.0, 12.0)),
    (1.0, Business(1000, 60.0, 60.0, 0.9, 10.0, 30.0, 200.0)),
    (600.0, Business(20, 900.0, 90.0, 0.7, 1.0, 400.0, 0.5)),
    (5.0, Business(3000, 100.0, 1.0, 0.25, 4.0, 20.0, 7.0)),
    (45.0, Business(60_000, 900.0, 500.0, 0.5, 1.0, 3.0, 2.0)),
    (45.0, Business(60_000, 900.0, 500.0, 0.5, 1.0, 9.0, 0.7)),
)
FROM = (
    Business(10_000, 84.0, 36.0, 0.6, 10.0, 50.0, 25.0),
    Business(5000, 400.0, 150.0, 0.5, 2.0, 9.0, 60.0),
    Business(1000, 60.0, 40.0, 0.0, 2.0, 500.0, 500.0),
    Business(200, 5.0, 1.0, 0.9, 20.0, 10.0, 20.0),
    Business(100, 400.0, 300.0, 0.5, 1.0, 3.0, 1.0),
    Business(100, 40.0, 30.0, 0.5, 1.0, 14.0, 1.0),
    Business(10_000, 30.0, 10.0, 0.5, 3.0, 500.0, 9.0),
    Business(100_000, 10.0, 1.0, 0.5, 3.0, 10.0, 9.0),
    Business(50, 900.0, 500.0, 0.2, 1.0, 2.0, 9.0),
    Business(100, 4.0, 0.1, 0.5, 6.0, 12.0, 9.0),
)


def writes(of: Business, minutes: float) -> tuple[float, float]:
    """Of a key, on average: on the larger and on the smaller side."""
    return of.larger_per_min * minutes / of.keys, of.smaller_per_min * minutes / of.keys


def conflicts(of: Business, minutes: float) -> float:
    """Keys that both sides have written."""
    a, b = writes(of, minutes)
    return of.keys * (1.0 - exp(-a)) * (1.0 - exp(-b))


def forgotten(of: Business, minutes: float) -> float:
    """Writes of the side that does not write last, of all keys."""
    a, b = writes(of, minutes)
    return of.keys * 2.0 * a * b / (a + b) ** 2 * (a + b - 1.0 + exp(-a - b))


def usd_of(of: Business, minutes: float) -> dict[str, float]:
    return {
        "refuse": of.smaller_per_min * minutes * (1.0 - of.comes_back) * of.refused_usd,
        "merge": conflicts(of, minutes) * of.conflict_usd,
        "last writer": forgotten(of, minutes) * of.forgotten_usd,
    }


def is_dearer(of: Business, minutes: float) -> bool:
    """To merge, than to refuse."""
    usd = usd_of(of, minutes)
    return usd["merge"] >= usd["refuse"]


def from_min(of: Business) -> float | None:
    """By looking, and then by halving. It may well be cheaper again, later."""
    steps = [DAY_MIN * 1.02 ** (k - 700) for k in range(701)]
    for low, high in pairwise(steps):
        if is_dearer(of, high):
            for _ in range(60):
                middle = (low + high) / 2.0
                low, high = (low, middle) if is_dearer(of, middle) else (middle, high)
            return high
    return None


def _of_business(of: Business) -> str:
    return (
        f"{of.keys:,} keys, {of.larger_per_min:g} and {of.smaller_per_min:g} writes a minute, "
        f"{of.comes_back:.0%} come back, {of.refused_usd:g} USD refused, {of.conflict_usd:g} in "
        f"conflict, {of.forgotten_usd:g} forgotten"
    )


def mistakes(of: Business, minutes: float) -> dict[str, tuple[tuple[float, str], ...]]:
    """USD that are wrong, of each way, with what is wrong about them."""
    a, b = writes(of, minutes)
    small, large = of.smaller_per_min * minutes, of.larger_per_min * minutes
    lost, per_key = 1.0 - of.comes_back, of.keys * of.conflict_usd
    usd = usd_of(of, minutes)
    return {
        "refuse": (
            (small * of.refused_usd, "some of them come back."),
            (small * of.comes_back * of.refused_usd, "those who come back lose nothing."),
            ((small + large) * lost * of.refused_usd, "who is refused? The larger side goes on."),
            (large * lost * of.refused_usd, "who is refused? The larger side goes on."),
            (usd["refuse"] / minutes, "that is one minute."),
            (usd["refuse"] * 60.0, "writes are given for a minute."),
            (small * lost, "those are writes. What are they worth?"),
        ),
        "merge": (
            (a * b * per_key, "a key that both wrote twice is one key. What is the chance of one?"),
            (min(a, b) * per_key, "not each write of the smaller side meets one of the other."),
            ((1.0 - exp(-b)) * per_key, "a key is in conflict if the other side wrote it, too."),
            ((1.0 - exp(-a)) * per_key, "a key is in conflict if the other side wrote it, too."),
            ((1.0 - exp(-a - b)) * per_key, "those are written at all. Which by both?"),
            ((1.0 - exp(-a * b)) * per_key, "the chances of two sides: one and the other."),
            (exp(-a - b) * per_key, "those are written by neither."),
            (usd["merge"] / of.keys, "that is one key."),
            (conflicts(of, minutes), "those are keys. What does one cost?"),
            (conflicts(of, minutes) * of.forgotten_usd, "a merge forgets nothing."),
        ),
        "last writer": (
            (small * of.forgotten_usd, "not always does the smaller side lose, nor where it alone "
                                       "wrote."),
            (conflicts(of, minutes) * of.forgotten_usd, "of a key, many writes may be forgotten."),
            (forgotten(of, minutes) * of.conflict_usd, "nobody looks at a conflict here."),
            (usd["last writer"] / of.keys, "that is one key."),
            (usd["last writer"] / 2.0, "either side may lose: there is a two in it."),
            (forgotten(of, minutes), "those are writes. What are they worth?"),
        ),
    }  # fmt: skip


def _is_cheapest(of: Business, minutes: float, way: Any, usd: float) -> None:
    right = usd_of(of, minutes)
    case = f"{minutes:g} minutes, {_of_business(of)}"
    if not (isinstance(way, str) and way in right):
        raise NotYet(f"{case}: {way!r} is none of {WAYS}.")
    seen = f"{case}: {way} for {usd:,.6g} USD"
    if not isclose(usd, right[way], rel_tol=1e-6, abs_tol=1e-9):
        for value, hint in mistakes(of, minutes)[way]:
            expect(not isclose(usd, value, rel_tol=1e-6), f"{seen}: {hint}")
        raise NotYet(f"{seen}: that is not what it costs. How many of what, and what is one?")
    best = min(right, key=lambda each: right[each])
    expect(way == best, f"{seen}: right, but another way costs less. How much do the others cost?")


def _is_from(of: Business, said: Any) -> None:
    right, case = from_min(of), _of_business(of)
    if right is None:
        expect(said is None, f"{case}: within a day it does not come to that.")
        return
    if said is None:
        again = not is_dearer(of, DAY_MIN)
        expect(not again, f"{case}: there is such a length, and after a day it is over again.")
        raise NotYet(f"{case}: there is such a length.")
    minutes = number("what dearer_from returned", said)
    seen = f"{case}: {minutes:.6g} minutes"
    if isclose(minutes, right, rel_tol=1e-3):
        return
    expect(minutes > 0.0, f"{seen}: for no time at all neither costs anything.")
    expect(minutes <= DAY_MIN, f"{seen}: that is more than a day.")
    usd = usd_of(of, minutes)
    expect(
        not isclose(usd["merge"], usd["refuse"], rel_tol=1e-3),
        f"{seen}: there they cost the same, and before that as well.",
    )
    a, b = writes(of, 1.0)
    lost = of.smaller_per_min * (1.0 - of.comes_back) * of.refused_usd
    expect(
        not isclose(minutes, lost / (a * b * of.keys * of.conflict_usd), rel_tol=1e-3),
        f"{seen}: as if each pair of writes were one more key. They fall on the same ones.",
    )
    expect(not isclose(minutes, 60.0 * right, rel_tol=1e-3), f"{seen}: those are seconds.")
    expect(not isclose(minutes, right / 60.0, rel_tol=1e-3), f"{seen}: those are hours.")
    raise NotYet(f"{seen}: there merging costs {usd['merge']:,.5g}, refusing {usd['refuse']:,.5g}.")


def task_5(cheapest: Callable[..., Any], dearer_from: Callable[..., Any]) -> None:
    """The way that costs least, and from which length on merging costs more than refusing."""
    for minutes, of in BUSINESSES:
        said = answered(cheapest, minutes, *of)
        way, usd = several("cheapest", said, "the way", "what it costs")
        _is_cheapest(of, minutes, way, number("the second", usd))
    expect(callable(dearer_from), f"expected a function, got {dearer_from!r}.")
    for of in FROM:
        try:
            found = dearer_from(*of[:-1])
        except NotImplementedError:
            raise NotYet("dearer_from is not written yet.") from None
        _is_from(of, found)
    print(f"Right, for {len(BUSINESSES)} partitions and {len(FROM)} lengths.")
