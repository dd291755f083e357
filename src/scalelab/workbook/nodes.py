"""Containers that somebody's policy places on machines, one of which may be lost."""

from collections.abc import Callable, Sequence
from functools import cache
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from scalelab.kernels.infrastructure import packing as kernels
from scalelab.models.infrastructure.packing import (
    AGENTS_M,
    AGENTS_MIB,
    CPU_FACTOR,
    MEMORY_FACTOR,
    allocatable,
)
from scalelab.workbook.hint import NotYet, answered, expect

Asked = tuple[int, int]  # thousandths of a vCPU, MiB
Placed = list[list[int]]  # of each machine the containers' places in the list


class Draw(NamedTuple):
    """The shop's containers as they are drawn; machines; what is asked for over what is used."""

    seed: int
    containers: int
    vcpus: int
    family: str = "m8i"
    cpu_factor: float = CPU_FACTOR
    memory_factor: float = MEMORY_FACTOR


DRAWS = (
    Draw(101, 120, 8),
    Draw(102, 120, 8, "c8i", memory_factor=1.2),
    Draw(103, 120, 8, "r8i"),
    Draw(104, 60, 4),
    Draw(105, 200, 16),
    Draw(106, 40, 16, cpu_factor=1.3),
    Draw(107, 250, 8, memory_factor=2.0),
    Draw(111, 250, 8, memory_factor=2.0),
    Draw(113, 250, 8, memory_factor=2.0),
    Draw(111, 200, 8, "c8i", 1.3, 1.1),
    Draw(108, 90, 32),
    Draw(109, 12, 32),
    Draw(110, 1, 8),
)
FEWER = 8  # machines, all draws together


@cache
def drawn(of: Draw) -> tuple[Asked, ...]:
    """What each container asks for; the last decimals do not agree by chance."""
    use_m, use_mib = np.empty(of.containers), np.empty(of.containers)
    kernels.draw(of.seed, use_m, use_mib)
    asked_m, asked_mib = (np.empty(of.containers, np.int64) for _ in range(2))
    kernels.ask(use_m, of.cpu_factor, asked_m)
    kernels.ask(use_mib, of.memory_factor, asked_mib)
    return tuple(zip(asked_m.tolist(), asked_mib.tolist(), strict=True))


def machine(of: Draw) -> Asked:
    """What a machine has for containers."""
    cpu, mib = allocatable(of.vcpus, of.family)
    return int(cpu - AGENTS_M), int(mib - AGENTS_MIB)


def left(placed: Sequence[Sequence[int]], asked: Sequence[Asked], node: Asked) -> list[Asked]:
    """Room on each machine; less than 0 if it has too much."""
    return [
        (node[0] - sum(asked[i][0] for i in some), node[1] - sum(asked[i][1] for i in some))
        for some in placed
    ]


def by_size(some: Sequence[int], asked: Sequence[Asked], node: Asked) -> list[int]:
    """The largest first, by the larger of its two shares of a machine."""
    return sorted(some, key=lambda i: -max(asked[i][0] * node[1], asked[i][1] * node[0]))


def put(
    some: Sequence[int], room: list[Asked], asked: Sequence[Asked], tightest: bool = False
) -> list[int]:
    """A machine for each of them, -1 without one: the first that has room, or the fullest."""
    room, found = list(room), list[int]()
    for i in some:
        fits = [j for j, (cpu, mib) in enumerate(room) if asked[i][0] <= cpu and asked[i][1] <= mib]
        j = (min(fits, key=lambda j: sum(room[j])) if tightest else fits[0]) if fits else -1
        if j >= 0:
            room[j] = room[j][0] - asked[i][0], room[j][1] - asked[i][1]
        found.append(j)
    return found


def pending(placed: Placed, asked: Sequence[Asked], node: Asked, lost: int) -> list[int]:
    """Of a lost machine's containers those that find no room elsewhere, in the better of two ways.

    One after the other, the largest first.
    """
    some = by_size(placed[lost], asked, node)
    room = left([each for j, each in enumerate(placed) if j != lost], asked, node)
    ways = (put(some, room, asked, tightest) for tightest in (False, True))
    return min(([i for i, j in zip(some, way, strict=True) if j < 0] for way in ways), key=len)


@cache
def decreasing(of: Draw) -> tuple[tuple[int, ...], ...]:
    """First fit decreasing, and one more machine if a lost one's containers find no room."""
    asked, node, placed = drawn(of), machine(of), list[list[int]]()
    for i in by_size(range(len(asked)), asked, node):
        (j,) = put([i], left(placed, asked, node), asked)
        if j < 0:
            placed.append([])
        placed[j].append(i)
    if any(pending(placed, asked, node, lost) for lost in range(len(placed))):
        placed.append([])
    return tuple(tuple(some) for some in placed)


def task_6(place: Callable[..., Any]) -> None:
    """All placed, none too full, room for a lost machine's; never more than usual, mostly fewer."""
    total = 0
    for of in DRAWS:
        asked, node = drawn(of), machine(of)
        case = f"{of.containers} containers, machines of {of.vcpus} vCPUs ({of.family})"
        placed = _placed(place, of, case)
        _is_whole(placed, of.containers, case)
        for j, room in enumerate(left(placed, asked, node)):
            _is_not_too_full(room, node, f"{case}: machine {j}")
        _has_room(placed, of, case)
        usual = len(decreasing(of))
        expect(
            len(placed) <= usual,
            f"{case}: {len(placed)} machines, and first fit decreasing takes {usual}, one of them "
            "spare. "
            + (
                "What becomes of the room that is left on the first ones?"
                if len(placed) > 1.2 * usual + 1
                else "Which containers are hardest to place, by both numbers?"
            ),
        )
        total += len(placed)
    usual = sum(len(decreasing(of)) for of in DRAWS)
    expect(
        total <= usual - FEWER,
        f"All {len(DRAWS)} draws: {total} machines. First fit decreasing takes {usual}, and "
        f"{FEWER} fewer are asked for. A machine is full when the first of two things has run "
        "out, and what is left of the other is lost. Who should come next to a machine that has "
        "much of one?",
    )
    print(f"Right, for {len(DRAWS)} draws: {total} machines, first fit decreasing {usual}.")


def _placed(place: Callable[..., Any], of: Draw, case: str) -> Placed:
    asked, node = list(drawn(of)), machine(of)
    try:
        said = answered(place, asked, node)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    expect(asked == list(drawn(of)), f"{case}: the list of containers is changed afterwards.")
    lists = isinstance(said, list | tuple) and all(isinstance(some, list | tuple) for some in said)
    expect(
        lists,
        f"{case}: place returned {str(said)[:60]}; it should be a list with a list for each "
        "machine.",
    )
    for some in said:
        for i in some:
            expect(
                isinstance(i, Integral) and not isinstance(i, bool) and 0 <= int(i) < of.containers,
                f"{case}: {str(i)[:60]} is no place in the list of containers. The first is 0.",
            )
    return [[int(i) for i in some] for some in said]


def _is_whole(placed: Placed, containers: int, case: str) -> None:
    every = [i for some in placed for i in some]
    twice = next((i for i in every if every.count(i) > 1), None) if len(every) > len(set(every)) \
        else None  # fmt: skip
    expect(twice is None, f"{case}: container {twice} is placed more than once.")
    away = sorted(set(range(containers)) - set(every))
    expect(not away, f"{case}: {len(away)} containers are on no machine, such as {away[:1]}.")


def _is_not_too_full(room: Asked, node: Asked, seen: str) -> None:
    for what, rest, whole in zip(("CPU", "memory"), room, node, strict=True):
        expect(
            rest >= 0,
            f"{seen} is asked for {whole - rest} of {what} and has {whole}.",
        )


def _has_room(placed: Placed, of: Draw, case: str) -> None:
    asked, node = drawn(of), machine(of)
    expect(len(placed) > 1, f"{case}: all on one machine. When it is lost, nothing is left.")
    for lost in range(len(placed)):
        without = pending(placed, asked, node, lost)
        expect(
            not without,
            f"{case}: if machine {lost} of {len(placed)} is lost, {len(without)} of its "
            f"{len(placed[lost])} containers find no room on the others.",
        )
