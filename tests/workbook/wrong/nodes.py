"""Wrong ways to place containers, and the hint each of them has to get."""

from collections.abc import Callable, Sequence
from typing import Any

from scalelab.workbook import nodes as check

Asked = tuple[int, int]


def fitted(
    key: Callable[[float, float], float],
    pick: Callable[[list[int], list[list[int]]], int] = lambda fits, room: fits[0],
    spare: int = 1,
    shares: bool = True,
    look: Sequence[int] = (0, 1),
) -> Callable[..., Any]:
    """One after the other by a size, on one of those with room; then some empty machines.

    ``look``: which of the two numbers it looks at when it asks for room.
    """

    def place(containers: list[Asked], node: Asked) -> list[list[int]]:
        placed: list[list[int]] = []
        room: list[list[int]] = []
        of = node if shares else (1, 1)
        order = sorted(
            range(len(containers)),
            key=lambda i: -key(containers[i][0] / of[0], containers[i][1] / of[1]),
        )
        for i in order:
            fits = [
                j for j in range(len(room)) if all(containers[i][k] <= room[j][k] for k in look)
            ]
            if fits:
                j = pick(fits, room)
            else:
                j = len(room)
                placed.append([])
                room.append(list(node))
            placed[j].append(i)
            for k in (0, 1):
                room[j][k] -= containers[i][k]
        return placed + [[] for _ in range(spare)]

    return place


def larger(cpu: float, mib: float) -> float:
    return max(cpu, mib)


def fullest(fits: list[int], room: list[list[int]]) -> int:
    return min(fits, key=lambda j: sum(room[j]))


def emptiest(fits: list[int], room: list[list[int]]) -> int:
    return max(fits, key=lambda j: sum(room[j]))


def last(fits: list[int], room: list[list[int]]) -> int:
    return fits[-1]


usual = fitted(larger)


def changed(change: Callable[[list[list[int]]], Any]) -> Callable[..., Any]:
    """First fit decreasing, and something with it."""
    return lambda containers, node: change(usual(containers, node))


def only_last(containers: list[Asked], node: Asked) -> list[list[int]]:
    """Looks at the machine that it is filling, and at no other."""
    placed: list[list[int]] = [[]]
    cpu, mib = node
    for i, (c, m) in enumerate(containers):
        if c > cpu or m > mib:
            placed.append([])
            cpu, mib = node
        placed[-1].append(i)
        cpu, mib = cpu - c, mib - m
    return [*placed, []]


def in_turn(n: int) -> Callable[..., Any]:
    return lambda containers, node: [list(range(j, len(containers), n)) for j in range(n)]


def empties(containers: list[Asked], node: Asked) -> list[list[int]]:
    containers.clear()
    return [[]]


def sorts(containers: list[Asked], node: Asked) -> list[list[int]]:
    containers.sort()
    return usual(containers, node)


FULL, NO_ROOM = "is asked for", "find no room on the others"
MORE, FEWER = "machines, and first fit decreasing takes", "fewer are asked for"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_6, (lambda *_: None,), "returns nothing"),
    ("no function", check.task_6, (3,), "expected a function"),
    ("a number", check.task_6, (lambda *_: 7,), "a list with a list for each"),
    ("a flat list", check.task_6, (lambda containers, node: [0] * len(containers),),
     "a list with a list for each"),
    ("a dict", check.task_6, (lambda *_: {0: [0]},), "a list with a list for each"),
    ("from one", check.task_6,
     (changed(lambda p: [[i + 1 for i in some] for some in p]),), "is no place in the list"),
    ("from the end", check.task_6,
     (changed(lambda p: [[i - 5 for i in some] for some in p]),), "is no place in the list"),
    ("the containers", check.task_6,
     (lambda containers, node: [[each] for each in containers],), "is no place in the list"),
    ("parts", check.task_6, (changed(lambda p: [[i + 0.5 for i in some] for some in p]),),
     "is no place in the list"),
    ("true", check.task_6, (lambda *_: [[True]],), "is no place in the list"),
    ("none placed", check.task_6, (lambda *_: [],), "are on no machine"),
    ("the first forgotten", check.task_6, (changed(lambda p: p[1:]),), "are on no machine"),
    ("the last forgotten", check.task_6, (changed(lambda p: [s[:-1] for s in p]),),
     "are on no machine"),
    ("everything twice", check.task_6, (changed(lambda p: p + p),), "more than once"),
    ("the first twice", check.task_6, (changed(lambda p: [*p[:-1], p[0][:1]]),), "more than once"),
    ("all on one", check.task_6, (lambda containers, node: [list(range(len(containers)))],), FULL),
    ("all on one, one spare", check.task_6,
     (lambda containers, node: [list(range(len(containers))), []],), FULL),
    *((f"in turn on {n}", check.task_6, (in_turn(n),), f"{FULL}|{NO_ROOM}") for n in (2, 5, 9, 10)),
    ("CPU alone", check.task_6, (fitted(larger, look=(0,)),), "of memory and has"),
    ("memory alone", check.task_6, (fitted(larger, look=(1,)),), "of CPU and has"),
    ("no spare one", check.task_6, (fitted(larger, spare=0),), NO_ROOM),
    ("no spare one, emptiest", check.task_6, (fitted(larger, emptiest, 0),), NO_ROOM),
    ("no spare one, fullest", check.task_6, (fitted(larger, fullest, 0),), NO_ROOM),
    ("no spare one, as they come", check.task_6, (fitted(lambda *_: 0, spare=0),), NO_ROOM),
    *((f"{n} spare", check.task_6, (fitted(larger, spare=n),), MORE) for n in (2, 3, 5, 20)),
    ("one each", check.task_6,
     (lambda containers, node: [[i] for i in range(len(containers))] + [[]],),
     "What becomes of the room"),
    ("two each", check.task_6, (in_turn(60),), "What becomes of the room|is asked for"),
    ("only the last machine", check.task_6, (only_last,), MORE),
    ("first fit decreasing", check.task_6, (usual,), FEWER),
    ("first fit", check.task_6, (fitted(lambda *_: 0),), f"{MORE}|{FEWER}"),
    ("by CPU", check.task_6, (fitted(lambda cpu, mib: cpu),), "by both numbers"),
    ("by memory", check.task_6, (fitted(lambda cpu, mib: mib),), "by both numbers"),
    ("the smallest first", check.task_6, (fitted(lambda cpu, mib: -max(cpu, mib)),), MORE),
    ("as written, not as shares", check.task_6, (fitted(larger, shares=False),), MORE),
    ("the fullest", check.task_6, (fitted(larger, fullest),), f"{MORE}|{FEWER}"),
    ("the emptiest", check.task_6, (fitted(larger, emptiest),), f"{MORE}|{FEWER}"),
    ("the last that fits", check.task_6, (fitted(larger, last),), f"{MORE}|{FEWER}"),
    ("by the sum", check.task_6, (fitted(lambda cpu, mib: cpu + mib),), f"{MORE}|{FEWER}"),
    ("by the product", check.task_6, (fitted(lambda cpu, mib: cpu * mib),), f"{MORE}|{FEWER}"),
    ("by the smaller", check.task_6, (fitted(lambda cpu, mib: min(cpu, mib)),), MORE),
    ("by the difference", check.task_6, (fitted(lambda cpu, mib: abs(cpu - mib)),),
     f"{MORE}|{FEWER}"),
    ("changes the list", check.task_6, (empties,), "is changed afterwards"),
    ("sorts the list", check.task_6, (sorts,), "is changed afterwards"),
    ("raises", check.task_6, (lambda containers, node: containers[999],), "IndexError"),
]  # fmt: skip
