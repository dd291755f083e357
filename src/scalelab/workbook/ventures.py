"""Ventures whose success nobody knows: what the workbook's eighth task checks."""

from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise
from math import isclose
from typing import Any, NamedTuple

from scalelab.models.trade_offs.cost_of_delay import LATE, compare
from scalelab.workbook.hint import NotYet, answered, expect, number, several

# --- from which chance on ---


class Two(NamedTuple):
    """What two ways are worth if it fails, and if it succeeds."""

    quick: tuple[float, float]
    other: tuple[float, float]


TWOS = (
    Two((-472.0, 8318.0), (-502.0, 9097.0)),
    Two((-100.0, 1000.0), (-600.0, 1500.0)),
    Two((-100.0, 1000.0), (-400.0, 900.0)),
    Two((-100.0, 1000.0), (-100.0, 1200.0)),
    Two((-300.0, 200.0), (-900.0, 5000.0)),
    Two((0.0, 10.0), (-90.0, 20.0)),
    Two((-50.0, 700.0), (-80.0, 700.0)),
)


def from_chance(of: Two) -> float | None:
    costs, brings = of.quick[0] - of.other[0], of.other[1] - of.quick[1]
    return costs / (costs + brings) if brings >= 0.0 else None


def _is_even(even: Callable[..., Any], of: Two) -> None:
    expect(callable(even), f"expected a function, got {even!r}.")
    try:
        said = even(*of)
    except NotImplementedError:
        raise NotYet("break_even is not written yet.") from None
    right, case = from_chance(of), f"{of.quick} and {of.other}"
    if right is None:
        expect(said is None, f"{case}: the other way is never worth as much, not even at 1. "
                             f"break_even says {said!r}.")  # fmt: skip
        return
    expect(said is not None, f"{case}: there is such a chance.")
    chance = number("what break_even returned", said)
    if isclose(chance, right, rel_tol=1e-9, abs_tol=1e-12):
        return
    costs, brings = of.quick[0] - of.other[0], of.other[1] - of.quick[1]
    seen = f"{case}: from {chance:.4g} on"
    for value, hint in (
        (100.0 * right, "a chance is from 0 to 1."),
        (1.0 - right, "that is the chance that it fails."),
        (costs / brings if brings else -1.0,
         "what it costs is lost only if it fails, and not if it succeeds."),
        (costs / of.other[1], "what does it bring more than the quick way?"),
        (costs / (costs + of.other[1]), "what does it bring more than the quick way?"),
        (-of.other[0] / (of.other[1] - of.other[0]),
         "there the other way is worth nothing. It is to be worth as much as the quick one."),
        (-of.quick[0] / (of.quick[1] - of.quick[0]), "there the quick way is worth nothing."),
        (brings / costs if costs else -1.0, "the other way round."),
    ):  # fmt: skip
        expect(not isclose(chance, value, rel_tol=1e-9), f"{seen}: {hint}")
    worth = [(1.0 - chance) * way[0] + chance * way[1] for way in of]
    raise NotYet(f"{seen}: there one is worth {worth[0]:,.5g} and the other {worth[1]:,.5g}.")


# --- what decides ---

Gain = Callable[..., float]


class Case(NamedTuple):
    gain: Gain
    base: dict[str, float]
    ranges: dict[str, tuple[float, float]]


def _venture(success: float, market: float, rewrite: float, extra: float) -> float:
    found = compare(success=success, market=market, rewrite=rewrite, extra=extra).ways
    return found["Bounded"].value_kusd - found["Quick"].value_kusd


CASES = (
    Case(
        _venture,
        {"success": 0.3, "market": 100_000.0, "rewrite": 6.0, "extra": 1.0},
        {"extra": (0.5, 3.0), "success": (0.1, 0.6), "rewrite": (3.0, 12.0),
         "market": (30_000.0, 300_000.0)},
    ),
    Case(
        lambda rate, price, rent: rate * price - rent,
        {"rate": 100.0, "price": 2.0, "rent": 150.0},
        {"rate": (90.0, 130.0), "price": (1.4, 2.1), "rent": (100.0, 160.0)},
    ),
    Case(
        # The best is in between: both ends are worse.
        lambda size, luck: 10.0 - (size - 5.0) ** 2 + luck,
        {"size": 5.0, "luck": 0.0},
        {"size": (1.0, 9.5), "luck": (-4.0, 4.0)},
    ),
    Case(
        lambda share, months, team: 900.0 * share / months - team,
        {"share": 0.2, "months": 6.0, "team": 40.0},
        {"share": (0.15, 0.22), "months": (3.0, 9.0), "team": (38.0, 44.0)},
    ),
    Case(
        lambda a, b, c: a * b - 3.0 * c,
        {"a": 3.0, "b": -2.0, "c": 4.0},
        {"a": (0.0, 20.0), "b": (-9.0, 9.0), "c": (-1.5, 5.0)},
    ),
)  # fmt: skip


def ends_of(of: Case, name: str) -> tuple[float, float]:
    low, high = (of.gain(**{**of.base, name: value}) for value in of.ranges[name])
    return low, high


def swing(of: Case, name: str) -> float:
    low, high = ends_of(of, name)
    return abs(high - low)


def turns(of: Case, name: str) -> bool:
    """Whether the other choice is right at an end."""
    usual = of.gain(**of.base) > 0.0
    return any((end > 0.0) != usual for end in ends_of(of, name))


def ranked(of: Case) -> list[str]:
    return sorted(of.ranges, key=lambda name: -swing(of, name))


def _is_tornado(tornado: Callable[..., Any], of: Case) -> None:
    said = answered(tornado, of.gain, dict(of.base), dict(of.ranges))
    order, decisive = several("tornado", said, "the names in order", "the names that decide")
    for what, names in (("order", order), ("the second", decisive)):
        if not isinstance(names, list | tuple | set | frozenset):
            raise NotYet(f"tornado: {what} should be a list of names, not {names!r}.")
        for name in names:
            expect(isinstance(name, str) and name in of.ranges,
                   f"tornado: {name!r} is no assumption of {list(of.ranges)}.")  # fmt: skip
    order = list(order)
    expect(
        sorted(order) == sorted(of.ranges),
        f"tornado: the first should have each of {sorted(of.ranges)} once, and is {order}.",
    )
    for one, other in pairwise(order):
        expect(
            swing(of, one) >= swing(of, other),
            f"tornado: {one} moves the gain by {swing(of, one):,.4g} from end to end, and "
            f"{other}, which is after it, by {swing(of, other):,.4g}, if all else is as usual.",
        )
    usual = of.gain(**of.base)
    for name in sorted(of.ranges):
        low, high = ends_of(of, name)
        seen = (
            f"tornado: as usual the gain is {usual:,.4g}; with {name} at its ends it is "
            f"{low:,.4g} and {high:,.4g}"
        )
        if turns(of, name):
            expect(name in decisive, f"{seen}. Is the choice the same at both of them?")
        else:
            expect(name not in decisive, f"{seen}. The choice is the same.")


# --- what to bring forward ---


class Boundary(NamedTuple):
    """A boundary that could be drawn now: months, and the chance that it is what has to grow."""

    name: str
    months: float
    right: float


class Venture(NamedTuple):
    boundaries: tuple[Boundary, ...]
    success: float
    market: float
    late: str
    rewrite: float


SHOP = (
    Boundary("jobs behind a queue", 0.5, 0.35),
    Boundary("keys of 64 bits", 0.1, 0.1),
    Boundary("sessions outside", 0.4, 0.2),
    Boundary("own database for stock", 1.5, 0.2),
    Boundary("payments apart", 1.0, 0.1),
)
MEDIA = (
    Boundary("uploads behind a queue", 0.8, 0.5),
    Boundary("search apart", 1.3, 0.3),
    Boundary("files outside", 0.3, 0.1),
    Boundary("teams apart", 2.5, 0.1),
)
LONG = (
    Boundary("one large", 1.2, 0.5),
    Boundary("half of it", 1.0, 0.35),
    Boundary("the other half", 0.95, 0.34),
)
EVEN = (
    Boundary("a", 1.0, 0.25),
    Boundary("b", 1.1, 0.26),
    Boundary("c", 0.9, 0.24),
    Boundary("d", 1.4, 0.25),
)
VENTURES = (
    Venture(SHOP, 0.3, 100_000.0, LATE[2], 6.0),
    Venture(SHOP, 0.3, 100_000.0, LATE[1], 12.0),
    Venture(SHOP, 0.02, 100_000.0, LATE[2], 6.0),
    Venture(SHOP, 0.6, 1_000_000.0, LATE[2], 12.0),
    Venture(MEDIA, 0.3, 300_000.0, LATE[1], 9.0),
    Venture(MEDIA, 0.8, 30_000.0, LATE[2], 6.0),
    Venture(MEDIA, 0.1, 300_000.0, LATE[0], 6.0),
    Venture(EVEN, 0.4, 300_000.0, LATE[1], 12.0),
    Venture(LONG, 0.5, 300_000.0, LATE[1], 12.0),
)


@cache
def worth(of: Venture, names: frozenset[str]) -> float:
    """kUSD of the venture with these boundaries, by the chapter's model."""
    some = [each for each in of.boundaries if each.name in names]
    found = compare(
        success=of.success, market=of.market, late=of.late, rewrite=of.rewrite,
        extra=sum(each.months for each in some), right=min(sum(each.right for each in some), 1.0),
    )  # fmt: skip
    return found.ways["Bounded" if some else "Quick"].value_kusd


def every_choice(of: Venture) -> list[frozenset[str]]:
    names = [each.name for each in of.boundaries]
    return [frozenset(some) for n in range(len(names) + 1) for some in combinations(names, n)]


@cache
def best_of(of: Venture) -> frozenset[str]:
    return max(every_choice(of), key=lambda names: worth(of, names))


def _is_forward(forward: Callable[..., Any], of: Venture) -> None:
    said = answered(forward, list(of.boundaries), *of[1:])
    case = f"success {of.success:.0%}, market {of.market:,.0f}, {of.late}, rewrite {of.rewrite:g}"
    if not isinstance(said, list | tuple | set | frozenset):
        raise NotYet(f"{case}: forward should return a list of names, not {said!r}.")
    known = {each.name for each in of.boundaries}
    for name in said:
        expect(isinstance(name, str) and name in known,
               f"{case}: {name!r} is none of {sorted(known)}.")  # fmt: skip
    names = frozenset(said)
    expect(len(names) == len(said), f"{case}: a name is there twice.")
    mine, best = worth(of, names), worth(of, best_of(of))
    if isclose(mine, best, rel_tol=1e-9):
        return
    seen = f"{case}: with {sorted(names)} it is worth {mine:,.0f} kUSD"
    expect(mine >= worth(of, frozenset()), f"{seen}, and with nothing brought forward more.")
    expect(
        not any(worth(of, names - {name}) > mine for name in names),
        f"{seen}. One of these costs more time than it is worth.",
    )
    expect(
        not any(worth(of, names | {name}) > mine for name in known - names),
        f"{seen}. One that you leave for later is worth its time now.",
    )
    raise NotYet(f"{seen}. To take one for another is better: do they add up one by one?")


def task_8(
    break_even: Callable[..., Any], tornado: Callable[..., Any], forward: Callable[..., Any]
) -> None:
    """When another way pays, which assumptions decide, and what to bring forward."""
    for two in TWOS:
        _is_even(break_even, two)
    for case in CASES:
        _is_tornado(tornado, case)
    for venture in VENTURES:
        _is_forward(forward, venture)
    print(f"Right, for {len(TWOS)} pairs, {len(CASES)} tornados and {len(VENTURES)} ventures.")
