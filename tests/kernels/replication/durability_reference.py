"""One failover after another: who has what at the moment of death, with lists that are sorted."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class World:
    """How the servers are set up; times in ms."""

    per_ms: float
    round_trips: Sequence[float]  # one for each replica
    k: int
    flush: float
    jitter: float
    stall_share: float
    stall: float
    timeout: float
    slow: float  # what the first replica takes in addition
    down: float  # for how long it has been down; 0 if it is up
    dead: int
    most_advanced: bool


@dataclass(frozen=True)
class Outcome:
    """Of one mode: how long a commit takes, from when on commits are lost, how many are kept."""

    latency: float
    expected: float
    kept: float


@dataclass(frozen=True)
class Replica:
    number: int
    has: float  # everything that was flushed up to this moment, the present being 0
    heard: float  # and of this the primary knows
    reply: float  # when a record that is flushed now is acknowledged


def replicas_of(world: World, uniform: Callable[[], float]) -> list[Replica]:
    def drawn(time: float) -> float:
        return time * (1.0 - world.jitter * math.log(uniform()))

    found = []
    for number, trip in enumerate(world.round_trips):
        there, flushed, back = drawn(trip / 2), drawn(world.flush), drawn(trip / 2)
        standstill = 0.0
        if uniform() < world.stall_share:
            standstill = -world.stall * math.log(uniform())
        if number == 0:
            there += world.slow
            standstill = world.down or standstill
        has = -(there + flushed) - standstill
        # An acknowledgement has arrived if it was sent early enough, and of what was had then.
        sent_by = -back
        had_then = min(has, sent_by - there - flushed)
        found.append(Replica(number, has, had_then, there + flushed + back + standstill))
    return found


def failover(world: World, uniform: Callable[[], float]) -> tuple[float, dict[str, Outcome]]:
    """The draw that all modes share, and what becomes of each."""
    own = world.flush * (1.0 - world.jitter * math.log(uniform()))
    shared = uniform()
    replicas = replicas_of(world, uniform)
    up = [r for r in replicas if not (r.number == 0 and world.down)] or replicas
    survivors = replicas[world.dead :]
    if world.most_advanced:
        heir = max(survivors, key=lambda r: r.has)
    else:
        heir = next((r for r in survivors if r in up), survivors[0])

    heard = sorted((r.heard for r in replicas), reverse=True)
    replies = sorted(r.reply for r in replicas)
    k = world.k
    acknowledged = {
        "asynchronous": (0.0, 0.0),
        "semi": (heard[k - 1], min(replies[k - 1], world.timeout)),
        "one": (up[0].heard, up[0].reply),
        "any": (heard[k - 1], replies[k - 1]),
        "all": (heard[-1], replies[-1]),
    }
    if -heard[k - 1] >= world.timeout:  # somebody has waited for so long: it waits no more
        acknowledged["semi"] = (0.0, 0.0)
    return shared, {
        mode: Outcome(
            own + wait, world.per_ms * max(0.0, up_to - heir.has),
            world.per_ms * max(0.0, heir.has - up_to),
        )
        for mode, (up_to, wait) in acknowledged.items()
    }  # fmt: skip
