"""Two sites that answer everybody, with what each of them has heard written out as sets."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

Request = tuple[float, bool, bool, int]  # time, from the West, writes, key
Version = tuple[float, frozenset[int]]  # when it was written, the writes that are in it


@dataclass
class Site:
    held: dict[int, Version] = field(default_factory=dict)
    heard: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Outcome:
    """``reads`` and ``writes`` tell of each request by its number whether it was old, or lost."""

    reads: dict[int, bool]
    writes: dict[int, bool]
    conflicts: set[int]
    differing: set[int]
    agreed: float


def arrivals(
    times: Sequence[float], delay: float, begins: float, ends: float, gap: float
) -> tuple[list[float], float]:
    """When each of one site's writes is known at the other, and when the last that waited is."""
    found: list[float] = []
    last = float("-inf")
    for time in times:
        moment = time + delay
        if begins < ends and moment >= begins:
            following = last + gap if last > begins else ends + delay
            if moment < following:
                moment = last = following
        found.append(moment)
    return found, last


def every_replica(
    requests: Sequence[Request],
    begins: float,
    ends: float,
    silent: bool,
    east_down: bool,
    delay: float,
    gap: float,
) -> Outcome:
    """``silent``: the sites do not talk during the break. ``east_down``: the West serves all."""
    served = [
        1 if west or (east_down and begins <= time < ends) else 0 for time, west, _, _ in requests
    ]
    events: list[tuple[float, int, int, int]] = []  # time, is an arrival, number, from
    agreed = ends
    for site in (0, 1):
        mine = [i for i, r in enumerate(requests) if r[2] and served[i] == site]
        moments, last = arrivals(
            [requests[i][0] for i in mine], delay, begins if silent else ends, ends, gap
        )
        before = [m for i, m in zip(mine, moments, strict=True) if requests[i][0] < ends]
        agreed = max([agreed, last, *before])
        events += [(moment, 1, i, site) for moment, i in zip(moments, mine, strict=True)]
    events += [(request[0], 0, i, served[i]) for i, request in enumerate(requests)]
    heapq.heapify(events)

    sites = (Site(), Site())
    acknowledged: dict[int, dict[int, set[int]]] = defaultdict(lambda: {0: set(), 1: set()})
    made_on: dict[int, tuple[Version, set[int]]] = {}
    outcome = Outcome({}, {}, set(), set(), agreed - ends)
    compared = False
    while events or not compared:
        if not compared and (not events or events[0][0] > ends):
            compared = True
            outcome.differing = {
                key for key, by in acknowledged.items()
                if by[0] - sites[1].heard[key] or by[1] - sites[0].heard[key]
            }  # fmt: skip
            continue
        time, arrived, number, site = heapq.heappop(events)
        key = requests[number][3]
        if arrived:
            version, basis = made_on[number]
            there = sites[1 - site]
            if acknowledged[key][1 - site] - basis:
                outcome.conflicts.add(key)
            there.heard[key].add(number)
            there.held[key] = max(there.held.get(key, (-1.0, frozenset())), version)
            continue
        here = sites[site]
        if requests[number][2]:
            _, inside = here.held.get(key, (-1.0, frozenset()))
            version = (time, inside | {number})
            made_on[number] = (version, set(here.heard[key]))
            here.held[key] = version
            acknowledged[key][site].add(number)
        else:
            outcome.reads[number] = bool(acknowledged[key][1 - site] - here.heard[key])
    assert sites[0].held == sites[1].held
    for key, by in acknowledged.items():
        for number in by[0] | by[1]:
            outcome.writes[number] = number not in sites[0].held[key][1]
    return outcome
