"""Lists of machines, a search for the best packing, and a worker period by period: plain Python."""

from collections.abc import Sequence
from fractions import Fraction

from scalelab.theory.infrastructure import packing as theory

Ask = tuple[int, int]
FIRST, DECREASING, MOST, LEAST = range(4)


def fewest(asks: Sequence[Ask], room: Ask) -> int:
    """Machines that are needed at least: every way to place each container, cut where no better."""
    asks = sorted(
        asks, key=lambda ask: -max(Fraction(a, r) for a, r in zip(ask, room, strict=True))
    )
    best = len(asks)

    def place(i: int, machines: list[Ask]) -> None:
        nonlocal best
        if len(machines) >= best:
            return
        if i == len(asks):
            best = len(machines)
            return
        tried = set()
        for j, used in enumerate(machines):
            more = (used[0] + asks[i][0], used[1] + asks[i][1])
            if used in tried or more[0] > room[0] or more[1] > room[1]:
                continue
            tried.add(used)  # another with as much in it is the same
            place(i + 1, [*machines[:j], more, *machines[j + 1 :]])
        place(i + 1, [*machines, asks[i]])

    place(0, [])
    return best


def in_turn(way: int, asks: Sequence[Ask], room: Ask) -> list[int]:
    """In which order they are placed."""
    turns = list(range(len(asks)))
    if way == DECREASING:
        turns.sort(key=lambda i: -max(Fraction(a, r) for a, r in zip(asks[i], room, strict=True)))
    return turns


def chosen(
    way: int, ask: Ask, machines: dict[int, list[Ask]], room: Ask
) -> int | None:  # fmt: skip
    """The machine for a container, by what is on each: first, or highest score."""
    scores = {}
    for j, there in machines.items():
        sums = [sum(each[k] for each in there) + ask[k] for k in range(2)]
        if any(total > most for total, most in zip(sums, room, strict=True)):
            continue
        shares = [Fraction(total, most) for total, most in zip(sums, room, strict=True)]
        scores[j] = {
            FIRST: lambda _: 0, DECREASING: lambda _: 0,
            MOST: theory.most_allocated, LEAST: theory.least_allocated,
        }[way](shares)  # fmt: skip
    return max(scores, key=lambda j: (scores[j], -j)) if scores else None


def packed(way: int, asks: Sequence[Ask], room: Ask) -> list[list[int]]:
    """Which containers are on which machine."""
    machines: list[list[int]] = []
    for i in in_turn(way, asks, room):
        found = {j: [asks[each] for each in there] for j, there in enumerate(machines)}
        j = chosen(way, asks[i], found, room)
        if j is None:
            machines.append([i])
        else:
            machines[j].append(i)
    return machines


def left_out(way: int, asks: Sequence[Ask], room: Ask, machines: list[list[int]]) -> int:
    """Containers without room, over the loss of each machine in turn."""
    pending = 0
    turns = in_turn(way, asks, room)
    for lost, gone in enumerate(machines):
        found = {j: [asks[each] for each in there] for j, there in enumerate(machines) if j != lost}
        for i in sorted(gone, key=turns.index):
            j = chosen(way, asks[i], found, room)
            if j is None:
                pending += 1
            else:
                found[j].append(asks[i])
    return pending


def period_by_period(
    requests: Sequence[tuple[float, float]], quota: float, period: float
) -> tuple[list[float], int]:
    """When each of the requests (arrival, work) is done, and in how many periods it was stopped."""
    done: list[float] = []
    stopped, k, first = 0, 0, 0
    left = [work for _, work in requests]
    while first < len(requests):
        now, ends, budget = k * period, (k + 1) * period, quota
        while first < len(requests) and now < ends:
            now = max(now, requests[first][0])
            if now >= ends:
                break
            if budget <= 1e-9:
                stopped += 1
                break
            run = min(left[first], budget, ends - now)
            left[first] -= run
            budget -= run
            now += run
            if left[first] <= 1e-9:
                done.append(now)
                first += 1
        k += 1
    return done, stopped
