"""Shops whose rent and lost income are to be least together, and what the workbook's task checks.

A request passes one of the machines. Pages that are not in the cache, and all that is written, then
go to the database, where each copy does its part of the reads and all of the writes.
"""

from collections.abc import Callable
from math import inf, isclose
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, expect, number, several


class Cache(NamedTuple):
    """USD a month, and which share of the reads it answers."""

    usd: float
    hits: float


class Design(NamedTuple):
    """How many machines and copies, and which of the caches, by its place."""

    machines: int
    copies: int
    cache: int


class Shop(NamedTuple):
    """``writes`` is a share of the requests; a ms of their mean loses ``usd_per_ms`` a month."""

    rate_per_s: float
    writes: float
    machine_ms: float
    machine_usd: float
    copy_ms: float
    copy_usd: float
    caches: tuple[Cache, ...]
    usd_per_ms: float

    def machine_busy(self, machines: int) -> float:
        return self.rate_per_s * self.machine_ms / 1000.0 / machines

    def copy_busy(self, copies: int, cache: int) -> float:
        reads = (1.0 - self.writes) * (1.0 - self.caches[cache].hits) / copies
        return self.rate_per_s * (self.writes + reads) * self.copy_ms / 1000.0

    def mean_ms(self, machines: int, copies: int, cache: int) -> float:
        """Infinite if something has more to do than it can."""
        busy, copy_busy = self.machine_busy(machines), self.copy_busy(copies, cache)
        if busy >= 1.0 or copy_busy >= 1.0:
            return inf
        go_on = self.writes + (1.0 - self.writes) * (1.0 - self.caches[cache].hits)
        return self.machine_ms / (1.0 - busy) + go_on * self.copy_ms / (1.0 - copy_busy)

    def rent_usd(self, machines: int, copies: int, cache: int) -> float:
        return machines * self.machine_usd + copies * self.copy_usd + self.caches[cache].usd

    def total_usd(self, machines: int, copies: int, cache: int) -> float:
        """Rent and lost income of a month."""
        design = machines, copies, cache
        return self.rent_usd(*design) + self.usd_per_ms * self.mean_ms(*design)


SIZES = (Cache(0.0, 0.0), Cache(40.0, 0.45), Cache(90.0, 0.6), Cache(180.0, 0.72),
         Cache(400.0, 0.85), Cache(900.0, 0.93))  # fmt: skip
COLD = (Cache(0.0, 0.0), Cache(150.0, 0.04), Cache(600.0, 0.09))
ONE_LARGE = (Cache(0.0, 0.0), Cache(700.0, 0.9))
SHOPS = (
    Shop(2000.0, 0.05, 6.0, 154.5, 1.8, 158.0, SIZES, 20.0),
    Shop(2000.0, 0.05, 6.0, 154.5, 1.8, 158.0, COLD, 20.0),
    Shop(2000.0, 0.05, 6.0, 154.5, 1.8, 158.0, ONE_LARGE, 20.0),
    Shop(2000.0, 0.05, 6.0, 154.5, 1.8, 158.0, SIZES, 900.0),
    Shop(60_000.0, 0.001, 3.0, 20.0, 1.0, 90.0, SIZES, 3000.0),
    Shop(50.0, 0.2, 12.0, 80.0, 5.0, 200.0, SIZES, 0.5),
    Shop(900.0, 0.5, 5.0, 100.0, 2.0, 100.0, ONE_LARGE, 60.0),
    Shop(2000.0, 0.3, 5.0, 100.0, 2.0, 100.0, SIZES, 50.0),
    Shop(700.0, 0.02, 10.0, 60.0, 40.0, 500.0, ONE_LARGE, 5.0),
    Shop(300.0, 0.1, 4.0, 500.0, 2.0, 500.0, SIZES, 2.0),
)  # the eighth writes more than any number of copies can


def _least(first: int, usd: Callable[[int], float]) -> int:
    """The number from which on one more costs more: each brings less than the one before."""
    n = first
    while usd(n) == inf or usd(n + 1) < usd(n):
        n += 1
    return n


def is_possible(of: Shop) -> bool:
    """No number of copies takes a copy's writes away from it."""
    return of.rate_per_s * of.writes * of.copy_ms < 1000.0


def best_of(of: Shop, cache: int) -> Design:
    """The machines do not know how many copies there are, nor the other way round."""
    many = 1_000_000
    machines = _least(1, lambda n: of.total_usd(n, many, cache))
    copies = _least(1, lambda n: of.total_usd(many, n, cache))
    return Design(machines, copies, cache)


def least_of(of: Shop) -> Design | None:
    if not is_possible(of):
        return None
    every = [best_of(of, cache) for cache in range(len(of.caches))]
    return min(every, key=lambda design: of.total_usd(*design))


def fewest(of: Shop) -> Design:
    """What has just enough for the load, without a cache."""
    machines = next(n for n in range(1, 10_000) if of.machine_busy(n) < 1.0)
    return Design(machines, next(n for n in range(1, 10_000) if of.copy_busy(n, 0) < 1.0), 0)


def neighbours(of: Shop, design: Design) -> list[Design]:
    """One step away."""
    machines, copies, cache = design
    every = [Design(machines + 1, copies, cache), Design(machines - 1, copies, cache),
             Design(machines, copies + 1, cache), Design(machines, copies - 1, cache),
             Design(machines, copies, cache + 1), Design(machines, copies, cache - 1)]  # fmt: skip
    return [
        one
        for one in every
        if one.machines >= 1 and one.copies >= 1 and 0 <= one.cache < len(of.caches)
    ]


def bottleneck_first(of: Shop) -> Design:
    """Buys, again and again, the one step that returns most for each USD, while any pays.

    Only more is bought: nothing is given back.
    """
    design = fewest(of)
    while True:
        best, best_return = None, 1.0
        for one in neighbours(of, design):
            rent = of.rent_usd(*one) - of.rent_usd(*design)
            if rent <= 0.0:
                continue
            returns = of.usd_per_ms * (of.mean_ms(*design) - of.mean_ms(*one)) / rent
            if returns > best_return:
                best, best_return = one, returns
        if best is None:
            return design
        design = best


def _of_shop(of: Shop) -> str:
    return f"{of.rate_per_s:,.0f} requests/s, {of.writes:.1%} write, {of.usd_per_ms:g} USD for a ms"


def _is_least(least: Callable[..., Any], of: Shop) -> None:
    expect(callable(least), f"expected a function, got {least!r}.")
    try:
        said = least(of)
    except NotImplementedError:
        raise NotYet("least is not written yet.") from None
    right, case = least_of(of), _of_shop(of)
    if said is None:
        expect(right is None, f"{case}: there are designs that carry this load.")
        return
    three = several("least", said, "machines", "copies", "the place of the cache")
    for value in three:
        amount = number("what least returned", value)
        expect(amount.is_integer(), f"{case}: {amount:g} is no whole number.")
    design = Design(*(int(value) for value in three))
    expect(design.machines >= 1, f"{case}: without a machine nobody is answered.")
    expect(design.copies >= 1, f"{case}: without a copy nothing is kept.")
    expect(
        0 <= design.cache < len(of.caches),
        f"{case}: there is no cache at place {design.cache}, of {len(of.caches)}.",
    )
    seen = f"{case}: {design.machines} machines, {design.copies} copies, cache {design.cache}"
    if right is None:
        raise NotYet(f"{seen}: each copy does all writes, and these are too many for one.")
    _has_room(of, design, seen)
    total, best = of.total_usd(*design), of.total_usd(*right)
    if isclose(total, best, rel_tol=1e-9):
        return
    seen += f" cost {total:,.0f} USD in all"
    for one in neighbours(of, design):
        if of.total_usd(*one) >= total:
            continue
        what = next(name for name in Design._fields if getattr(one, name) != getattr(design, name))
        more = sum(one) > sum(design)
        if what == "cache":
            raise NotYet(f"{seen}. The next {'larger' if more else 'smaller'} cache costs less.")
        what = what[:-1] if what == "machines" else "copy"
        end = "costs less than it returns" if more else "saves more than it loses"
        raise NotYet(f"{seen}. One {what} {'more' if more else 'fewer'} {end}.")
    raise NotYet(
        f"{seen}. No single step makes it cheaper, and several at once do: what else can be given "
        "back when one thing is bought?"
    )


def _has_room(of: Shop, design: Design, seen: str) -> None:
    expect(of.machine_busy(design.machines) < 1.0, f"{seen}: the machines cannot do the load.")
    expect(
        of.copy_busy(design.copies, design.cache) < 1.0,
        f"{seen}: the copies cannot do the load.",
    )


def task_4(least: Callable[..., Any]) -> None:
    """The design that costs least in all, for any shop."""
    for of in SHOPS:
        _is_least(least, of)
    print(f"Right, for {len(SHOPS)} shops.")
