"""The lock's queue again, request by request, in plain Python."""

import heapq
import math
from dataclasses import dataclass, field
from itertools import count


@dataclass
class Lock:
    """A table's lock as PostgreSQL grants it: in order, unless nobody who conflicts is before."""

    holders: list[str] = field(default_factory=list)
    queue: list[tuple[str, bool]] = field(default_factory=list)  # who, and whether exclusive

    def ask(self, who: str, exclusive: bool) -> None:
        self.queue.append((who, exclusive))

    def granted(self) -> list[str]:
        """Those at the head of the queue who can go on now."""
        found = []
        while self.queue:
            who, exclusive = self.queue[0]
            if self.holders and (exclusive or "change" in self.holders):
                break
            self.queue.pop(0)
            self.holders.append(who)
            found.append(who)
        return found


@dataclass
class Outcome:
    tries: int
    blocks: list[float]  # from each try until the table is free again
    waits: list[float]  # of the requests
    through: bool
    done: float


def one_change(
    rests: list[float], reports: list[tuple[float, float]], requests: list[float],
    time_out: float, pause: float, most: int, hold: float,
) -> Outcome:  # fmt: skip
    """``rests`` of the reports that run at 0; when others come and how long they take; requests.

    A request takes no time once it has its lock.
    """
    lock, found, order = Lock(), Outcome(0, [], [], False, math.inf), count()
    events: list[tuple[float, int, str, str]] = []

    def at(time: float, what: str, who: str) -> None:
        heapq.heappush(events, (time, next(order), what, who))

    length: dict[str, float] = {}
    came: dict[str, float] = {}
    for i, left in enumerate(rests):
        lock.holders.append(f"old {i}")
        at(left, "ends", f"old {i}")
    at(0.0, "try", "change")
    for i, (time, takes) in enumerate(reports):
        length[f"report {i}"] = takes
        at(time, "asks", f"report {i}")
    for i, time in enumerate(requests):
        at(time, "asks", f"request {i}")
    began, waits = 0.0, False
    while events:
        now, _, what, who = heapq.heappop(events)
        if what == "try":
            found.tries += 1
            began, waits = now, True
            lock.ask("change", True)
            if time_out:
                at(now + time_out, "gives up", str(found.tries))
        elif what == "asks":
            came[who] = now
            lock.ask(who, False)
        elif what == "gives up" and waits and who == str(found.tries):
            waits = False
            lock.queue.remove(("change", True))
            found.blocks.append(now - began)
            if found.tries < most:
                at(now + pause, "try", "change")
            else:
                found.done = now
        elif what == "ends":
            lock.holders.remove(who)
            if who == "change":
                found.blocks.append(now - began)
                found.through, found.done = True, now
        for one in lock.granted():
            if one == "change":
                waits = False
                at(now + hold, "ends", one)
            elif one.startswith("report"):
                at(now + length[one], "ends", one)
            else:
                found.waits.append(now - came[one])
                lock.holders.remove(one)
        if found.done < math.inf and not lock.queue:
            break
    return found
