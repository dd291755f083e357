"""Wrong sums of histograms, quantiles and bounds, and the hint each of them has to get."""

from collections.abc import Callable
from math import inf
from typing import Any

from scalelab.workbook import histograms as check
from scalelab.workbook.histograms import Buckets


def right_merge(machines: list[Buckets]) -> Buckets:
    return [(same[0][0], sum(count for _, count in same)) for same in zip(*machines, strict=True)]


def right_bounds(goal_ms: float, off: float) -> list[float]:
    n = check.least_of(check.Near(goal_ms, off)) // 2
    return [goal_ms * 2.0 ** (i / n) for i in range(-n, n + 1)]


def merges(change: Callable[[list[Buckets], Buckets], Any]) -> tuple[Any, ...]:
    return (
        lambda machines: change(machines, right_merge(machines)),
        check.quantile_of,
        right_bounds,
    )


def quantiles(change: Callable[[Buckets, float, Any], Any]) -> tuple[Any, ...]:
    return (
        right_merge,
        lambda buckets, q: change(buckets, q, check.quantile_of(buckets, q)),
        right_bounds,
    )


def found(
    change: Callable[[float, float, float, float, float], Any],
) -> Callable[[Buckets, float, Any], Any]:
    """Told the bucket's ends, the counts at them, and the rank; right at the last and for none."""

    def answer(buckets: Buckets, q: float, right: Any) -> Any:
        rank = q * buckets[-1][1]
        i = next(i for i, (_, count) in enumerate(buckets) if count >= rank)
        if right is None or i == len(buckets) - 1:
            return right
        low, before = buckets[i - 1] if i else (0.0, 0)
        return change(low, buckets[i][0], before, buckets[i][1], rank)

    return answer


def at_last(change: Callable[[Buckets], Any]) -> Callable[[Buckets, float, Any], Any]:
    """Where it is above the last bound."""

    def answer(buckets: Buckets, q: float, right: Any) -> Any:
        beyond = right is not None and buckets[-2][1] < q * buckets[-1][1]
        return change(buckets) if beyond else right

    return answer


def bounded(change: Callable[[float, float, list[float]], Any]) -> tuple[Any, ...]:
    return (
        right_merge,
        check.quantile_of,
        lambda goal_ms, off: change(goal_ms, off, right_bounds(goal_ms, off)),
    )


def evenly(goal: float, off: float, right: list[float]) -> list[float]:
    """So many, of the same width."""
    n = len(right) - 1
    some = [goal / 2 + i * 1.5 * goal / n for i in range(n + 1)]
    return sorted({*some, goal})


def from_below(goal: float, off: float, right: list[float]) -> list[float]:
    """Each by the share above the last, the goal wherever it comes."""
    some = [goal / 2]
    while some[-1] < 2 * goal:
        some.append(some[-1] * (1 + off))
    return some


def by_half(goal: float, off: float, right: list[float]) -> list[float]:
    """Twice as near as it has to be."""
    return right_bounds(goal, off / 2)


def doubles(goal: float, off: float, right: list[float]) -> list[float]:
    return [goal / 2, goal, 2 * goal]


def empties(machines: list[Buckets]) -> Any:
    machines.clear()
    return []


WHERE, NOT_FOUND = "Where in its bucket is it", "is below it"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no function", check.task_6, (1, check.quantile_of, right_bounds), "expected a function"),
    *((f"merge: {name}", check.task_6, given, hint) for name, given, hint in (
        ("nothing", merges(lambda m, r: None), "returns nothing"),
        ("a number", merges(lambda m, r: 7), "should be a list of pairs"),
        ("counts alone", merges(lambda m, r: [count for _, count in r]), "list of pairs"),
        ("texts", merges(lambda m, r: [(le, "many") for le, _ in r]), "should be a number"),
        ("a dict", merges(lambda m, r: dict(r)), "list of pairs"),
        ("the mean", merges(lambda m, r: [(le, c / len(m)) for le, c in r]), "many requests"),
        ("the first", merges(lambda m, r: m[0]), "how many of all requests|Of how many"),
        ("the last", merges(lambda m, r: m[-1]), "how many of all requests|Of how many"),
        ("the largest", merges(lambda m, r: [(s[0][0], max(c for _, c in s))
                                             for s in zip(*m, strict=True)]), "how many of all"),
        ("all in a row", merges(lambda m, r: [one for each in m for one in each]), "the bounds"),
        ("without the last", merges(lambda m, r: r[:-1]), "the bounds are not"),
        ("from above", merges(lambda m, r: r[::-1]), "the bounds are not"),
        ("bounds added too", merges(lambda m, r: [(len(m) * le, c) for le, c in r]), "the bounds"),
        ("added up again", merges(lambda m, r: [(le, sum(c for _, c in r[: i + 1]))
                                                for i, (le, _) in enumerate(r)]), "lower bounds"),
        ("each for itself", merges(lambda m, r: [(le, c - (r[i - 1][1] if i else 0))
                                                 for i, (le, c) in enumerate(r)]), "how many of"),
        ("changes the list", (empties, check.quantile_of, right_bounds), "is changed afterwards"),
        ("raises", merges(lambda m, r: m[99]), "IndexError"),
    )),
    *((f"quantile: {name}", check.task_6, quantiles(change), hint) for name, change, hint in (
        ("nothing", lambda b, q, r: None, "nothing came"),
        ("a text", lambda b, q, r: "slow", "should be a number"),
        ("the upper bound", found(lambda low, high, a, b, k: high), WHERE),
        ("the lower bound", found(lambda low, high, a, b, k: low), WHERE),
        ("the middle", found(lambda low, high, a, b, k: (low + high) / 2), "wherever it is"),
        ("of all up to it", found(lambda low, high, a, b, k: low + (high - low) * k / b),
         "in lower buckets already"),
        ("from the other end",
         found(lambda low, high, a, b, k: high - (high - low) * (k - a) / (b - a)), "other end"),
        ("from nought", found(lambda low, high, a, b, k: high * (k - a) / (b - a)),
         "It is between|is below it"),
        ("one rank more",
         found(lambda low, high, a, b, k: low + (high - low) * (k + 1 - a) / (b - a)),
         "is below it|It is between"),
        ("by factors",
         found(lambda low, high, a, b, k: (low or 1) * (high / (low or 1)) ** ((k - a) / (b - a))),
         NOT_FOUND),
        ("seconds", lambda b, q, r: r if r is None else r / 1000, "It is between|is below|above"),
        ("infinite at the last", at_last(lambda b: inf), "no time"),
        ("the last bound twice", at_last(lambda b: 2 * b[-2][0]), "above the last bound"),
        ("nought at the last", at_last(lambda b: 0.0), "above the last bound"),
        ("one bound too low", at_last(lambda b: b[-3][0]), "above the last bound|IndexError"),
        ("not a number at the last", at_last(lambda b: inf - inf), "should be a number"),
        ("nought for nobody", lambda b, q, r: r if r is not None else 0.0, "no requests at all"),
        ("raises for nobody", lambda b, q, r: r + 0 / b[-1][1], "ZeroDivisionError|TypeError"),
        ("always the median", lambda b, q, r: check.quantile_of(b, 0.5),
         "It is between|is below|last bound"),
        ("the other tail", lambda b, q, r: check.quantile_of(b, 1 - q),
         "It is between|is below|above the last bound"),
    )),
    *((f"bounds: {name}", check.task_6, bounded(change), hint) for name, change, hint in (
        ("nothing", lambda g, o, r: None, "returns nothing"),
        ("a number", lambda g, o, r: g, "not a list"),
        ("none", lambda g, o, r: [], "there are no bounds"),
        ("texts", lambda g, o, r: ["fast", "slow"], "should be a number"),
        ("with the last", lambda g, o, r: [*r, inf], "comes by itself"),
        ("from above", lambda g, o, r: r[::-1], "bounds grow"),
        ("twice each", lambda g, o, r: sorted(r + r), "bounds grow"),
        ("from nought", lambda g, o, r: [0.0, *r], "bounds grow, from above 0"),
        ("the goal left out", lambda g, o, r: [each for each in r if abs(each / g - 1) > 1e-6],
         "none of the bounds"),
        ("from below", from_below, "none of the bounds"),
        ("the goal alone", lambda g, o, r: [g], "below .* it begins at 0"),
        ("from the goal on", lambda g, o, r: [b for b in r if b >= g * 0.999], "begins at 0"),
        ("up to the goal", lambda g, o, r: [b for b in r if b <= g * 1.001], "nothing is known"),
        ("the first left out", lambda g, o, r: r[1:], "begins at 0"),
        ("the last left out", lambda g, o, r: r[:-1], "nothing is known"),
        ("doubling", doubles, "which is 100.0% off"),
        ("of the same width", evenly, "% off"),
        ("twice as wide", lambda g, o, r: right_bounds(g, 2 * o), "% off"),
        ("a little too wide", lambda g, o, r: right_bounds(g, 1.15 * o), "% off"),
        ("every second", lambda g, o, r: sorted({*r[::2], g, r[-1]}), "% off"),
        ("defaults", lambda g, o, r: sorted({*check.DEFAULTS_MS, g}), "% off"),
        ("twice as near", by_half, "Fewer do it"),
        ("one more", lambda g, o, r: sorted([*r, g * 1.01]), "Fewer do it"),
        ("one below", lambda g, o, r: [r[0] / 2, *r], "Fewer do it"),
        ("one far above", lambda g, o, r: [*r, 10 * r[-1]], "Fewer do it"),
        ("a thousand", lambda g, o, r: [g * 2 ** (i / 500) for i in range(-500, 501)], "Fewer do"),
        ("raises", lambda g, o, r: 1 / 0, "ZeroDivisionError"),
    )),
]  # fmt: skip
