"""Histograms of several machines: their sum, a quantile of it, and bounds that are good enough."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import ceil, inf, isclose, isfinite, log
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called, called_for_any
from scalelab.workbook.hint import NotYet, expect, number

Buckets = list[tuple[float, int]]  # upper bounds, and how many took at most so long

DEFAULTS_MS = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0)


class Fleet(NamedTuple):
    """Machines with a median each, ms; requests of each; a seed; bounds."""

    medians_ms: tuple[float, ...]
    requests: tuple[int, ...]
    seed: int
    bounds_ms: tuple[float, ...] = DEFAULTS_MS

    def case(self) -> str:
        return f"{len(self.requests)} machines with {sum(self.requests):,} requests"


FLEETS = (
    Fleet((10.0,), (1000,), 1),
    Fleet((10.0,) * 9 + (200.0,), (300,) * 10, 2),
    Fleet((12.0, 15.0, 11.0, 900.0), (500, 20, 4000, 300), 3),
    Fleet((3.0, 2.0), (400, 600), 4),
    Fleet((30.0, 40_000.0), (700, 300), 5),
    Fleet((20.0, 25.0), (0, 800), 6, (10.0, 20.0, 40.0, 80.0, 160.0)),
    Fleet((50.0, 60.0, 70.0), (100, 200, 300), 7, (300.0,)),
)
QUANTILES = (0.5, 0.9, 0.99, 0.999)


@cache
def times_ms(of: Fleet) -> tuple[tuple[float, ...], ...]:
    """Of each request, by machine."""
    chance = Random(of.seed)
    return tuple(
        tuple(median * chance.lognormvariate(0.0, 0.4) for _ in range(n))
        for median, n in zip(of.medians_ms, of.requests, strict=True)
    )


def counted(times: tuple[float, ...], bounds: tuple[float, ...]) -> Buckets:
    return [(le, sum(t <= le for t in times)) for le in (*bounds, inf)]


@cache
def machines(of: Fleet) -> tuple[tuple[tuple[float, int], ...], ...]:
    return tuple(tuple(counted(times, of.bounds_ms)) for times in times_ms(of))


def merged(of: Fleet) -> Buckets:
    return counted(tuple(t for times in times_ms(of) for t in times), of.bounds_ms)


def quantile_of(buckets: Buckets, q: float) -> float | None:
    """As Prometheus has it."""
    total = buckets[-1][1]
    if total == 0:
        return None
    i = next(i for i, (_, count) in enumerate(buckets) if count >= q * total)
    if i == len(buckets) - 1:
        return buckets[-2][0]
    low, before = buckets[i - 1] if i else (0.0, 0)
    return low + (buckets[i][0] - low) * (q * total - before) / (buckets[i][1] - before)


def _is_merged(merge: Callable[..., Any], of: Fleet) -> Buckets:
    case = of.case()
    given = [list(each) for each in machines(of)]
    said, right = called(case, merge, given), merged(of)
    expect(
        given == [list(each) for each in machines(of)], f"{case}: the list is changed afterwards."
    )
    pairs = isinstance(said, list | tuple) and all(
        isinstance(each, list | tuple) and len(each) == 2 for each in said
    )
    expect(pairs, f"{case}: merge returned {str(said)[:60]}; it should be a list of pairs.")
    found = [(number("a bound", le), number("a count", count)) for le, count in said]
    seen = f"{case}: {[count for _, count in found]}"
    expect([le for le, _ in found] == [le for le, _ in right], f"{case}: the bounds are not those "
           "of the machines, in their order.")  # fmt: skip
    if found == right:
        return right
    n = len(machines(of))
    mean = [(le, count / n) for le, count in right]
    expect(
        not all(isclose(a[1], b[1]) for a, b in zip(found, mean, strict=True)),
        f"{seen}. Of how many requests?",
    )
    summed = [sum(count for _, count in right[: i + 1]) for i in range(len(right))]
    expect(
        [count for _, count in found] != summed,
        f"{seen}. The counts hold those of all lower bounds already.",
    )
    raise NotYet(f"{seen}: how many of all requests took at most so long?")


def _is_quantile(quantile: Callable[..., Any], buckets: Buckets, q: float, case: str) -> None:
    said, right = called_for_any(case, quantile, list(buckets), q), quantile_of(buckets, q)
    if said is None:
        expect(right is None, f"{case}: there are requests, and nothing came. Is there a return?")
        return
    value = number("what quantile returned", said)
    seen = f"{case}: {value:g} ms"
    if right is None:
        raise NotYet(f"{seen}. Of no requests at all?")
    if isclose(value, right, rel_tol=1e-6):
        return
    rank = q * buckets[-1][1]
    i = next(i for i, (_, count) in enumerate(buckets) if count >= rank)
    expect(not (value != value or value == inf), f"{seen}: that is no time.")
    expect(i < len(buckets) - 1, f"{seen}. What can be said of times above the last bound?")
    low, before = buckets[i - 1] if i else (0.0, 0)
    high, count = buckets[i]
    for other, hint in (
        (high, "that is the bound above it. Where in its bucket is it?"),
        (low, "that is the bound below it. Where in its bucket is it?"),
        ((low + high) / 2, "the middle, wherever it is in its bucket?"),
        (low + (high - low) * rank / count, "how many are in lower buckets already?"),
        (high - (high - low) * (rank - before) / (count - before), "from the other end."),
    ):
        expect(not isclose(value, other, rel_tol=1e-6), f"{seen}: {hint}")
    expect(low <= value <= high, f"{seen}. It is between {low:g} and {high:g}.")
    raise NotYet(f"{seen}: which part of its bucket's requests is below it?")


class Near(NamedTuple):
    """A goal, and by which share an answer may be off from half of it to twice of it."""

    goal_ms: float
    off: float


NEARS = (Near(300.0, 0.1), Near(300.0, 0.05), Near(100.0, 0.25), Near(2000.0, 0.5), Near(50.0, 0.9),
         Near(80.0, 0.02))  # fmt: skip


def least_of(of: Near) -> int:
    """From half the goal to the goal, the same from there, and the one to begin with."""
    return 2 * ceil(log(2.0) / log(1.0 + of.off)) + 1


def _are_bounds(bounds: Callable[..., Any], of: Near) -> None:
    case = f"A goal of {of.goal_ms:g} ms, {of.off:.0%} off"
    said = called(case, bounds, *of)
    expect(isinstance(said, list | tuple), f"{case}: bounds returned {str(said)[:60]}, not a list.")
    found = [number("a bound", each) for each in said]
    expect(len(found) > 0, f"{case}: there are no bounds.")
    expect(all(map(isfinite, found)), f"{case}: the one without a limit comes by itself.")
    expect(found == sorted(set(found)) and found[0] > 0.0, f"{case}: bounds grow, from above 0.")
    expect(
        any(isclose(each, of.goal_ms, rel_tol=1e-9) for each in found),
        f"{case}: the goal is none of the bounds, so who is slower is not counted exactly.",
    )
    low, high = of.goal_ms / 2, of.goal_ms * 2
    expect(
        found[0] <= low * (1 + 1e-9),
        f"{case}: below {found[0]:g} ms it begins at 0. It may be {low:g}.",
    )
    expect(
        found[-1] >= high * (1 - 1e-9),
        f"{case}: above {found[-1]:g} ms nothing is known. It may be {high:g}.",
    )
    for a, b in pairwise(found):
        near = b > low * (1 + 1e-9) and a < high * (1 - 1e-9)
        expect(
            not near or b <= a * (1.0 + of.off) * (1 + 1e-9),
            f"{case}: all that take a little more than {a:g} ms may be reported as {b:g}, which is "
            f"{b / a - 1:.1%} off.",
        )
    expect(
        len(found) <= least_of(of),
        f"{case}: {len(found)} bounds, and each costs on every machine. Fewer do it.",
    )


def task_6(
    merge: Callable[..., Any], quantile: Callable[..., Any], bounds: Callable[..., Any]
) -> None:
    """Adds machines up, has a quantile as Prometheus has it, and bounds that are good enough."""
    for of in FLEETS:
        buckets = _is_merged(merge, of)
        for q in QUANTILES:
            _is_quantile(quantile, buckets, q, f"{of.case()}, the {q:g} quantile")
    empty = [(le, 0) for le in (*DEFAULTS_MS, inf)]
    _is_quantile(quantile, empty, 0.99, "Nobody came")
    for near in NEARS:
        _are_bounds(bounds, near)
    print(f"Right, for {len(FLEETS)} fleets and {len(NEARS)} goals.")
