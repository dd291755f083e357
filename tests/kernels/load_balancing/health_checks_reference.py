"""Balancers that check machines, event by event and without steps, in plain Python.

Lines are straight between two events, so that what is refused is summed up exactly.
"""

import heapq
import random
from dataclasses import dataclass, field

MACHINES, VCPUS, WORK = 5, 4, {"empty": 0.0005, "real": 0.007, "connection": 0.0}


@dataclass
class Machine:
    line: float = 0.0  # seconds that a request would wait


@dataclass
class View:
    """What one balancer thinks of the machines."""

    well: list[bool] = field(default_factory=lambda: [True] * MACHINES)
    against: list[int] = field(default_factory=lambda: [0] * MACHINES)

    def hear(self, machine: int, good: bool, fall: int, rise: int) -> None:
        if good == self.well[machine]:
            self.against[machine] = 0
            return
        self.against[machine] += 1
        if self.against[machine] == (fall if self.well[machine] else rise):
            self.well[machine] = good
            self.against[machine] = 0

    def sends(self, fallback: str) -> list[int]:
        ready = [i for i in range(MACHINES) if self.well[i]]
        panics = {
            "Never": False,
            "None is left": not ready,
            "Under half": len(ready) < MACHINES / 2,
        }
        return list(range(MACHINES)) if panics[fallback] else ready


@dataclass
class Shop:
    kind: str
    trouble: str
    rate: float
    interval: float
    timeout: float
    fall: int
    rise: int
    fallback: str
    balancers: int
    limit: float = 2.0
    slow: float = 3.0
    away: float = 60.0
    needs: float = 0.5

    def passes(self, machine: int, now: float, line: float) -> bool:
        broken = machine == 0 and self.trouble != "No database"
        if broken:
            return {
                "Dead": False,
                "Hangs": self.kind == "connection",
                "Slow": self.kind != "real" or self.slow <= self.timeout,
                "Errors": self.kind != "real",
            }[self.trouble]
        if self.kind == "connection":
            return True
        if self.kind == "real" and self.trouble == "No database" and now < self.away:
            return False
        return line + WORK[self.kind] <= self.timeout

    def run(self, phases: list[list[float]], until: float) -> float:
        """Requests that fail by then; phases of each balancer's checks of each machine."""
        machines = [Machine() for _ in range(MACHINES)]
        views = [View() for _ in phases]
        events: list[tuple[float, int, int, int]] = [(self.away, 2, 0, 0), (until, 2, 0, 0)]
        for b, row in enumerate(phases):
            events += [(phase * self.interval, 1, b, m) for m, phase in enumerate(row)]
        heapq.heapify(events)
        now, failed = 0.0, 0.0
        while True:
            when, what, b, m = heapq.heappop(events)
            failed += self.between(now, when, machines, views)
            now = when
            if what == 2 and when == until:
                return failed
            if what == 0:
                views[b].hear(m, False, self.fall, self.rise)
            if what == 1:
                heapq.heappush(events, (when + self.interval, 1, b, m))
                if self.passes(m, when, machines[m].line):
                    views[b].hear(m, True, self.fall, self.rise)
                else:
                    wait = 0.0 if self.trouble == "Errors" and m == 0 else self.timeout
                    heapq.heappush(events, (when + wait, 0, b, m))

    def between(
        self, start: float, end: float, machines: list[Machine], views: list[View]
    ) -> float:
        share, failed = [0.0] * MACHINES, 0.0
        for view in views:
            to = view.sends(self.fallback)
            for m in to:
                share[m] += 1.0 / len(to) / len(views)
            if not to:
                failed += self.rate * (end - start) / len(views)
        checks = self.balancers / self.interval * WORK[self.kind] / VCPUS
        for m, machine in enumerate(machines):
            mine = share[m] * self.rate
            if m == 0 and self.trouble != "No database":
                failed += mine * (end - start)
                continue
            lost = self.needs if self.trouble == "No database" and end <= self.away else 0.0
            grows = mine * 0.007 / VCPUS + checks - 1.0
            full = 0.0  # for so long
            if grows > 0.0:
                full = max(end - start - (self.limit - machine.line) / grows, 0.0)
            machine.line = min(max(machine.line + grows * (end - start), 0.0), self.limit)
            over = grows / (1.0 + grows) if grows > 0.0 else 0.0
            failed += mine * (full * over * (1.0 - lost) + (end - start) * lost)
        return failed


def dead_until_out(
    interval: float, timeout: float, fall: int, tries: int, seed: int
) -> tuple[float, float, float]:
    """Time until a machine that dies at any moment is out: the least, mean and most of many."""
    chance = random.Random(seed)
    times = []
    for _ in range(tries):
        dies = chance.uniform(0.0, 1000.0)
        check, failures, seen = 0.0, 0, 0.0
        while failures < fall:
            if check >= dies:
                failures += 1
                seen = check + timeout
            check += interval
        times.append(seen - dies)
    return min(times), sum(times) / tries, max(times)


def late_checks(
    busy: float, work: float, timeout: float, interval: float, run: int, checks: int, seed: int
) -> tuple[float, float]:
    """Of checks of a machine whose requests come at random, those that are late; runs of them.

    The line is made of its services, one by one, first come first served. A check looks at how long
    it would wait. The second number is how many checks have fewer late ones in a row, for each run
    that gets so long.
    """
    chance = random.Random(seed)
    free = [0.0] * VCPUS  # when each vCPU is
    now, late, streak, ended, fewer = 0.0, 0, 0, 0, 0
    arrives = chance.expovariate(busy * VCPUS / 0.007)
    for _ in range(checks):
        now += interval
        while arrives < now:
            heapq.heapreplace(free, max(free[0], arrives) + chance.expovariate(1.0 / 0.007))
            arrives += chance.expovariate(busy * VCPUS / 0.007)
        if max(free[0] - now, 0.0) + work > timeout:
            late += 1
            streak += 1
        else:
            streak = 0
        ended += streak == run
        fewer += streak < run
    return late / checks, fewer / ended


def passive_until_out(
    failing: float, errors: int, rate: float, balancers: int, tries: int, seed: int
) -> float:
    """Mean time until a balancer has seen so many errors in a row of one of five machines."""
    chance = random.Random(seed)
    total = 0.0
    for _ in range(tries):
        streak = 0
        while streak < errors:
            total += chance.expovariate(rate / balancers / MACHINES)
            streak = streak + 1 if chance.random() < failing else 0
    return total / tries
