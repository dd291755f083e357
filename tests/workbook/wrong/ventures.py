"""Wrong chances, tornados and boundaries, with their hints."""

from collections.abc import Callable, Sequence
from typing import Any

from scalelab.models.trade_offs.cost_of_delay import LATE
from scalelab.workbook import ventures as check
from scalelab.workbook.ventures import Boundary, Case, Two, Venture

Pair = tuple[float, float]


def even(quick: Pair, other: Pair) -> float | None:
    return check.from_chance(Two(quick, other))


def formula(value: Callable[[float, float, Pair, Pair], float]) -> Callable[..., Any]:
    """Told what it costs and brings; where there is a chance and neither is nothing."""

    def answer(quick: Pair, other: Pair) -> Any:
        costs, brings = quick[0] - other[0], other[1] - quick[1]
        if brings <= 0.0 or costs <= 0.0:
            return even(quick, other)
        return value(costs, brings, quick, other)

    return answer


def tornado(
    key: Callable[[Case, str], float] = check.swing,
    turns: Callable[[Case, str], bool] = check.turns,
) -> Callable[..., Any]:
    def answer(gain: Any, base: Any, ranges: Any) -> Any:
        of = Case(gain, base, ranges)
        order = sorted(ranges, key=lambda name: -key(of, name))
        return order, [name for name in order if turns(of, name)]

    return answer


def one_after_the_other(gain: Any, base: Any, ranges: Any) -> Any:
    """Each stays at its high end while the next is tried."""
    now, ends = dict(base), {}
    for name, (low, high) in ranges.items():
        ends[name] = gain(**{**now, name: low}), gain(**{**now, name: high})
        now[name] = high
    order = sorted(ends, key=lambda name: -abs(ends[name][1] - ends[name][0]))
    return order, [name for name in order if check.turns(Case(gain, base, ranges), name)]


def signs_differ(of: Case, name: str) -> bool:
    low, high = check.ends_of(of, name)
    return (low > 0.0) != (high > 0.0)


def forward(
    other: Callable[[Venture], Venture] = lambda of: of,
    change: Callable[[frozenset[str]], Any] = list,
) -> Callable[..., Any]:
    """The right answer for another venture, or with a change."""

    def answer(boundaries: Sequence[Boundary], *given: Any) -> Any:
        return change(check.best_of(other(Venture(tuple(boundaries), *given))))

    return answer


def where(pick: Callable[[Venture], Any]) -> Callable[..., Any]:
    return lambda boundaries, *given: pick(Venture(tuple(boundaries), *given))


def one_by_one(of: Venture) -> list[str]:
    """Each that pays if it alone is drawn."""
    alone = check.worth(of, frozenset())
    return [b.name for b in of.boundaries if check.worth(of, frozenset({b.name})) > alone]


def greedy(of: Venture) -> list[str]:
    """The best first, then the best beside it, while it gets better."""
    names: frozenset[str] = frozenset()
    while True:
        more = [names | {b.name} for b in of.boundaries if b.name not in names]
        best = max(more, key=lambda some: check.worth(of, some), default=names)
        if check.worth(of, best) <= check.worth(of, names):
            return list(names)
        names = best


def second_best(of: Venture) -> Any:
    """Where it is as many of them as the best."""
    best = check.best_of(of)
    if of.boundaries != check.EVEN:
        return best
    return sorted(check.every_choice(of), key=lambda names: check.worth(of, names))[-2]


def by_chance_for_a_month(of: Venture) -> list[str]:
    """What is likeliest for its time, as long as it makes the deadline."""
    names, months = [], 0.0
    for each in sorted(of.boundaries, key=lambda b: -b.right / b.months):
        if months + each.months <= 2.0:
            names.append(each.name)
            months += each.months
    return names


def for_sure(of: Venture) -> Venture:
    return of._replace(success=1.0)


def never_late(of: Venture) -> Venture:
    return of._replace(late=LATE[0])


def no_time(of: Venture) -> Venture:
    return of._replace(boundaries=tuple(b._replace(months=0.0) for b in of.boundaries))


def all_right(of: Venture) -> Venture:
    return of._replace(boundaries=tuple(b._replace(right=0.5) for b in of.boundaries))


def first(_: Venture) -> list[str]:
    return [_.boundaries[0].name]


good, right = tornado(), forward()
ORDER, SAME = "from end to end", "The choice is the same"
BETTER = "it is worth .* kUSD"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no chance", check.task_8, (lambda *_: None, good, right), "there is such a chance"),
    ("a text", check.task_8, (lambda *_: "few", good, right), "should be a number"),
    ("always a half", check.task_8, (lambda *_: 0.5, good, right), "there one is worth"),
    ("never none", check.task_8,
     (lambda quick, other: even(quick, other) or 0.9, good, right), "never worth as much|one is"),
    ("beyond 1", check.task_8,
     (lambda q, o: (q[0] - o[0]) / (q[0] - o[0] + o[1] - q[1]), good, right),
     "never worth as much"),
    ("none at 0", check.task_8, (lambda q, o: even(q, o) or None, good, right), "such a chance"),
    ("none at 1", check.task_8,
     (lambda q, o: None if even(q, o) == 1.0 else even(q, o), good, right), "such a chance"),
    *(
        (name, check.task_8, (formula(value), good, right), hint)
        for name, value, hint in (
            ("percent", lambda c, b, q, o: 100 * c / (c + b), "from 0 to 1"),
            ("it fails", lambda c, b, q, o: b / (c + b), "the chance that it fails"),
            ("costs by gains", lambda c, b, q, o: c / b, "lost only if it fails"),
            ("all it brings", lambda c, b, q, o: c / o[1], "more than the quick way"),
            ("of all it brings", lambda c, b, q, o: c / (c + o[1]), "more than the quick way"),
            ("worth nothing", lambda c, b, q, o: -o[0] / (o[1] - o[0]), "is worth nothing"),
            ("quick is worth nothing", lambda c, b, q, o: -q[0] / (q[1] - q[0]), "quick way is"),
            ("upside down", lambda c, b, q, o: b / c, "the other way round"),
            ("one per cent more", lambda c, b, q, o: 1.01 * c / (c + b), "there one is worth"),
        )
    ),

    ("one list", check.task_8, (even, lambda gain, base, ranges: list(ranges), right),
     "return two things"),
    ("names as one text", check.task_8, (even, lambda *_: ("success", []), right), "list of names"),
    ("an unknown name", check.task_8,
     (even, lambda g, b, ranges: ([*ranges, "luck?"], []), right), "is no assumption"),
    ("numbers", check.task_8,
     (even, lambda g, b, ranges: ([0.0 for _ in ranges], []), right), "is no assumption"),
    ("one missing", check.task_8,
     (even, lambda *given: (good(*given)[0][:-1], good(*given)[1]), right), "once, and is"),
    ("one twice", check.task_8,
     (even, lambda *given: (good(*given)[0] * 2, good(*given)[1]), right), "once, and is"),
    ("as they came", check.task_8, (even, tornado(lambda of, n: 0.0), right), ORDER),
    ("by name", check.task_8,
     (even, lambda *given: (sorted(given[2]), good(*given)[1]), right), ORDER),
    ("the least first", check.task_8, (even, tornado(lambda of, n: -check.swing(of, n)), right),
     ORDER),
    ("by the range", check.task_8,
     (even, tornado(lambda of, n: of.ranges[n][1] - of.ranges[n][0]), right), ORDER),
    ("by the range for its value", check.task_8,
     (even, tornado(lambda of, n: (of.ranges[n][1] - of.ranges[n][0]) / (of.base[n] or 1)), right),
     ORDER),
    ("upwards only", check.task_8,
     (even, tornado(lambda of, n: check.ends_of(of, n)[1] - of.gain(**of.base)), right), ORDER),
    ("the worse end", check.task_8,
     (even, tornado(lambda of, n: of.gain(**of.base) - min(check.ends_of(of, n))), right), ORDER),
    ("the high end", check.task_8, (even, tornado(lambda of, n: check.ends_of(of, n)[1]), right),
     ORDER),
    ("with a sign", check.task_8,
     (even, tornado(lambda of, n: check.ends_of(of, n)[1] - check.ends_of(of, n)[0]), right),
     ORDER),
    ("others not as usual", check.task_8, (even, one_after_the_other, right), ORDER),
    ("all decide", check.task_8, (even, tornado(turns=lambda of, n: True), right), SAME),
    ("none decides", check.task_8, (even, tornado(turns=lambda of, n: False), right),
     "the same at both"),
    ("the first decides", check.task_8,
     (even, lambda *given: (good(*given)[0], good(*given)[0][:1]), right),
     SAME + "|the same at both"),
    ("low and high differ", check.task_8, (even, tornado(turns=signs_differ), right),
     "the same at both"),
    ("the low end alone", check.task_8,
     (even, tornado(turns=lambda of, n: (check.ends_of(of, n)[0] > 0)
                    != (of.gain(**of.base) > 0)), right), "the same at both"),
    ("negative at an end", check.task_8,
     (even, tornado(turns=lambda of, n: min(check.ends_of(of, n)) < 0), right), SAME),

    ("nothing returned", check.task_8, (even, good, lambda *_: None), "returns nothing"),
    ("one name as a text", check.task_8, (even, good, where(lambda of: of.boundaries[0].name)),
     "return a list of names"),
    ("boundaries", check.task_8, (even, good, where(lambda of: list(of.boundaries))), "is none of"),
    ("places", check.task_8, (even, good, where(lambda of: [0])), "is none of"),
    ("a name twice", check.task_8, (even, good, forward(change=lambda some: [*some, *some])),
     "there twice"),
    ("nothing forward", check.task_8, (even, good, where(lambda of: [])), "worth its time now"),
    ("everything forward", check.task_8,
     (even, good, where(lambda of: [b.name for b in of.boundaries])),
     "with nothing brought forward|more time than"),
    ("always the first", check.task_8, (even, good, where(first)), "worth its time|with nothing"),
    ("each that pays alone", check.task_8, (even, good, where(one_by_one)),
     "more time than|for another|with nothing|worth its time"),
    ("best first", check.task_8, (even, good, where(greedy)), "more time than"),
    ("the second best", check.task_8, (even, good, where(second_best)), "for another"),
    ("likely for its time", check.task_8, (even, good, where(by_chance_for_a_month)), BETTER),
    ("success for sure", check.task_8, (even, good, forward(for_sure)), BETTER),
    ("a deadline forgotten", check.task_8, (even, good, forward(never_late)), BETTER),
    ("no time taken", check.task_8, (even, good, forward(no_time)), BETTER),
    ("all as likely", check.task_8, (even, good, forward(all_right)), BETTER),
    ("all but one", check.task_8, (even, good, forward(change=lambda some: sorted(some)[1:])),
     "worth its time now"),
    ("a short rewrite", check.task_8,
     (even, good, forward(lambda of: of._replace(rewrite=1.0))), BETTER),
    ("a market for everybody", check.task_8,
     (even, good, forward(lambda of: of._replace(market=3e6))), BETTER),
]  # fmt: skip
