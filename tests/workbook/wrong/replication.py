"""Wrong answers to the replication workbook's tasks, and the hint that each has to get."""

import heapq
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.models.replication import durability
from scalelab.workbook import replication as check


def never_full(used: float, factor: float, sale: float) -> float:
    """Right where a sale overloads the replica, and nowhere else."""
    return used * (factor - 1) * sale / (1 - used) if used < 1 else math.inf


def always_ends(used: float, factor: float, sale: float) -> float:
    if used * factor <= 1:
        return 0.0
    return used * (factor - 1) * sale / (1 - used) if used < 1 else 1e9


def alone(arrived: Any, work: Any, workers: int) -> Any:
    return arrived + work


def any_order(arrived: Any, work: Any, workers: int) -> Any:
    """Whoever is done is visible, and the worker takes the next one."""
    free = [0.0] * workers
    done = []
    for here, needs in zip(arrived, work, strict=True):
        end = max(here, heapq.heappop(free)) + needs
        heapq.heappush(free, end)
        done.append(end)
    return np.array(done)


def free_early(arrived: Any, work: Any, workers: int) -> Any:
    """In order, but who is done early takes the next one."""
    return np.maximum.accumulate(any_order(arrived, work, workers))


def one_only(arrived: Any, work: Any, workers: int) -> Any:
    return any_order(arrived, work, 1)


def enough(applied: Any, needed: int) -> list[int]:
    return [replica for replica in range(3) if applied[replica] >= needed]


def spread(able: list[int], now: float) -> int:
    return able[int(now * 1000) % len(able)] if able else -1


def anyone(session: Any, applied: Any, now: float) -> int:
    return spread([0, 1, 2], now)


def able(session: Any, applied: Any, now: float) -> int:
    return spread(enough(applied, session.get("needed", 0)), now)


def newest(session: Any, applied: Any, now: float) -> int:
    best = int(np.argmax(applied))
    return best if applied[best] >= session.get("needed", 0) else -1


def after_writes(session: Any, writes: bool, position: int, now: float) -> None:
    if writes:
        session["needed"] = position


def after_all(session: Any, writes: bool, position: int, now: float) -> None:
    session["needed"] = max(position, session.get("needed", 0))


def pinned(session: Any, applied: Any, now: float) -> int:
    return -1 if now < session.get("until", 0) else anyone(session, applied, now)


def pin(session: Any, writes: bool, position: int, now: float) -> None:
    if writes:
        session["until"] = now + 2


def aftermath(
    heir: Callable[[Any], Any], lost: Callable[[Any, Any], bool]
) -> Callable[[Any, Any], Any]:
    """Who comes first by ``heir`` takes over; orders for which ``lost`` says so are lost."""

    def answer(replicas: Any, orders: Any) -> Any:
        chosen = max(replicas, key=heir)
        return chosen.name, [one.number for one in orders if lost(one, chosen)]

    return answer


def right_heir(one: Any) -> Any:
    return one.alive, one.epoch, one.received


def is_lost(order: Any, heir: Any) -> bool:
    return bool(order.told and order.position > heir.received)


def fewest(waits_for: Callable[[int, int], int], share: str = "p99") -> Callable[..., Any]:
    """The first number of replicas that is fast enough, with k as ``waits_for`` says."""

    def answer(died: int, placement: str, stall_share: float, slo_ms: float) -> Any:
        for n in range(died + 1, 6):
            k = waits_for(died, n)
            seen = durability.simulate(
                "Any k", n_replicas=n, k=k, placement=placement, stall_share=stall_share
            )
            if getattr(seen, share) <= slo_ms:
                return n, k
        return 0, 0

    return answer


def plan(
    capacity: float = 5600.0,
    applies: float | None = None,
    spare: int = 0,
    all_up: bool = False,
    years: bool = False,
    linear: bool = False,
    full: bool = False,
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(rate: float, write: float, apply_share: float, failed: int, growth: float) -> Any:
        work, reads = rate * write * 2.0, rate * (1 - write)
        if work >= 5600.0:
            return 0, 0.0
        left = capacity - (apply_share if applies is None else applies) * work
        room = (8000.0 if full else 5600.0) / work
        months = 12 * math.log(room) / math.log1p(growth)
        if linear:
            months = 12 * (room - 1) / growth
        replicas = math.ceil(reads / left) + (0 if all_up else failed) + spare
        return replicas, months / 12 if years else months

    return answer


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("largest lag", check.task_1, (40, 29.5, 21, 46), "is the largest lag"),
    ("forecast", check.task_1, (40, 160, 21, 46), "forgets chance"),
    ("highest run", check.task_1, (40, 172, 21, 46), "highest run"),
    ("one worker", check.task_1, (40, 165, 165, 46), "Which control"),
    ("sale as well", check.task_1, (40, 165, 21, 60), "Batch job. set to 30"),
    ("from the end", check.task_2, (lambda u, x, t: (u * x - 1) * t / (1 - u),), "sale's end"),
    ("largest lag", check.task_2, (lambda u, x, t: (u * x - 1) * t,), "largest lag"),
    ("nothing comes", check.task_2, (lambda u, x, t: u * (x - 1) * t,), "nothing came"),
    ("never full", check.task_2, (never_full,), "no backlog"),
    ("always ends", check.task_2, (always_ends,), "np.inf"),
    ("constant", check.task_2, (lambda u, x, t: 100.0,), "one second of the sale"),
    ("alone", check.task_3, (alone,), "before the one that committed before"),
    ("nothing to do", check.task_3, (lambda a, w, c: a,), "has come and been worked on"),
    ("any order", check.task_3, (any_order,), "before the one that committed before"),
    ("free early", check.task_3, (free_early,), "before a worker was free"),
    ("one worker", check.task_3, (one_only,), "and could be at"),
    ("one number", check.task_3, (lambda a, w, c: 1.0,), "one number for each"),
    ("at random", check.task_4, (anyone, after_all), "customer had written"),
    ("pinned", check.task_4, (pinned, pin), "customer had written"),
    ("writes only", check.task_4, (able, after_writes), "older state"),
    ("primary only", check.task_4, (lambda s, a, t: -1, after_all), "at the primary; at most"),
    ("newest", check.task_4, (newest, after_all), "one replica answers"),
    ("no such replica", check.task_4, (lambda s, a, t: 3, after_all), "number of a replica"),
    ("dead", check.task_5, (aftermath(lambda one: (one.epoch, one.received), is_lost),),
     "died with the primary"),
    ("old epoch", check.task_5, (aftermath(lambda one: (one.alive, one.received), is_lost),),
     "is void"),
    ("applied", check.task_5,
     (aftermath(lambda one: (one.alive, one.epoch, one.applied), is_lost),), "applied or received"),
    ("all orders", check.task_5, (aftermath(right_heir, lambda o, h: o.position > h.received),),
     "nobody has said"),
    ("not applied", check.task_5,
     (aftermath(right_heir, lambda o, h: o.told and o.position > h.applied),), "applies all"),
    ("the last one too", check.task_5,
     (aftermath(right_heir, lambda o, h: o.told and o.position >= h.received),), "one too many"),
    ("none", check.task_5, (aftermath(right_heir, lambda o, h: False),), "heir's log ends"),
    ("name alone", check.task_5, (lambda r, o: "amber",), "two things"),
    ("any one", check.task_6, (fewest(lambda died, n: 1),), "is luck"),
    ("as many as die", check.task_6, (fewest(lambda died, n: max(died, 1)),), "is luck"),
    ("all", check.task_6, (fewest(lambda died, n: n),), "There is a number"),
    ("median", check.task_6, (fewest(lambda died, n: died + 1, "p50"),), "1 commit in 100"),
    ("most replicas", check.task_6, (lambda died, p, s, t: (5, died + 1),), "fewer replicas"),
    ("more than needed", check.task_6, (lambda died, p, s, t: (5, died + 2),), "fewer to wait"),
    ("more than there are", check.task_6, (lambda died, p, s, t: (2, 3),), "than are there"),
    ("no end", check.task_6, (lambda died, p, s, t: (math.inf, math.inf),), "Whole numbers"),
    ("half a replica", check.task_6, (lambda died, p, s, t: (2.5, 1),), "Whole numbers"),
    ("one number", check.task_6, (lambda died, p, s, t: 3,), "two numbers"),
    ("longest", check.task_7, (lambda r, f, s: r.max(),), "longest silence worth"),
    ("one in a thousand", check.task_7, (lambda r, f, s: np.quantile(r, 0.999),),
     "worth being waited for"),
    ("three deviations", check.task_7, (lambda r, f, s: r.mean() + 3 * r.std(),), "false alarms"),
    ("three heartbeats", check.task_7, (lambda r, f, s: 3.0,), "false alarms"),
    ("at once", check.task_7, (lambda r, f, s: 1.0,), "One late heartbeat"),
    ("all up", check.task_8, (plan(all_up=True),), "enough while all are up"),
    ("no applying", check.task_8, (plan(applies=0.0),), "no work for a replica"),
    ("executed again", check.task_8, (plan(applies=1.0),), "as much work as executing"),
    ("one more", check.task_8, (plan(spare=2),), "so are fewer"),
    ("one for all", check.task_8, (lambda *_: (1, 10.0),), "even while all are up"),
    ("no end", check.task_8, (lambda *_: (math.inf, 10.0),), "whole number"),
    ("name", check.task_8, (lambda *_: "four",), "two numbers"),
    ("linear", check.task_8, (plan(linear=True),), "with interest"),
    ("years", check.task_8, (plan(years=True),), "are years"),
    ("full", check.task_8, (plan(full=True),), "100% busy"),
]  # fmt: skip
