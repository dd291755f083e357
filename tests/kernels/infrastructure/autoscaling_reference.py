"""The published rules in plain Python, pod by pod and with a clock, from their documentation."""

import math
from dataclasses import dataclass, field
from typing import Any

SYNC = 15


@dataclass
class Rules:
    """The ``behavior`` of a HorizontalPodAutoscaler; policies as in a manifest."""

    up_window: float = 0
    down_window: float = 300
    up: list[tuple[str, int, int]] = field(
        default_factory=lambda: [("Percent", 100, 15), ("Pods", 4, 15)]
    )
    down: list[tuple[str, int, int]] = field(default_factory=lambda: [("Percent", 100, 15)])
    up_select: str = "Max"
    down_select: str = "Max"
    up_tolerance: float = 0.1
    down_tolerance: float = 0.1


@dataclass
class Autoscaler:
    """It remembers what it recommended, and by how much it scaled, each with its time."""

    rules: Rules
    target: float
    begun_with: int
    percent: bool = True
    recommended: list[tuple[float, int]] = field(default_factory=list)
    scaled: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recommended.append((0.0, self.begun_with))

    def near(self, ratio: float) -> bool:
        return 1 - self.rules.down_tolerance <= ratio <= 1 + self.rules.up_tolerance

    def of_metrics(self, values: list[float], unready: int) -> int:
        """Values of the pods that count; others are set aside."""
        everyone = len(values) + unready
        ratio = self.mean(values) / self.target
        if unready and ratio > 1:
            again = self.mean(values + [0.0] * unready) / self.target
            if self.near(again) or again < 1:
                return everyone
            return max(math.ceil(again * everyone), everyone)
        return everyone if self.near(ratio) else math.ceil(ratio * len(values))

    def mean(self, values: list[float]) -> float:
        mean = sum(values) / len(values)
        return math.floor(mean + 1e-9) if self.percent else mean

    def sync(self, now: float, values: list[float], unready: int, least: int, most: int) -> int:
        current = len(values) + unready
        if current > most:
            return self.note(now, current, most)
        if current < least:
            return self.note(now, current, least)
        desired = self.of_metrics(values, unready)
        ups = [n for at, n in self.recommended if now - at < self.rules.up_window]
        downs = [n for at, n in self.recommended if now - at < self.rules.down_window]
        self.recommended.append((now, desired))
        steady = current
        steady = max(steady, min([*ups, desired]))
        steady = min(steady, max([*downs, desired]))
        if steady > current:
            ceiling = max(self.allowed(now, current, 1), current)
            return self.note(now, current, min(steady, ceiling, most))
        if steady < current:
            ground = min(self.allowed(now, current, -1), current)
            return self.note(now, current, max(steady, ground, least))
        return self.note(now, current, current)

    def allowed(self, now: float, current: int, way: int) -> int:
        policies = self.rules.up if way == 1 else self.rules.down
        select = self.rules.up_select if way == 1 else self.rules.down_select
        if select == "Disabled":
            return current
        ends = []
        for kind, value, period in policies:
            begin = current - sum(by for at, by in self.scaled if now - at < period)
            if kind == "Pods":
                ends.append(begin + way * value)
            elif way == 1:
                ends.append(math.ceil(begin * (1 + value / 100)))
            else:
                ends.append(math.floor(begin * (1 - value / 100)))
        # The most change: the highest end on the way up, the lowest on the way down.
        by_change = sorted(ends, key=lambda end: way * end)
        return by_change[-1] if select == "Max" else by_change[0]

    def note(self, now: float, current: int, to: int) -> int:
        if to != current:
            self.scaled.append((now, to - current))
        return to


def recorded(
    values: list[float], ready: list[int] | None, target: float, start: int, least: int, most: int,
    rules: Rules, percent: bool, sync: float,
) -> list[int]:  # fmt: skip
    """Replicas for a record of the metric's mean."""
    scaler = Autoscaler(rules, target, start, percent)
    current, found = start, []
    for i, value in enumerate(values):
        counted = current if ready is None else min(ready[i], current)
        current = scaler.sync(i * sync, [value] * counted, current - counted, least, most)
        found.append(current)
    return found


@dataclass
class Pod:
    ordered: float
    ready: float


def tracked(rates: list[float], start: int, **w: Any) -> tuple[list[int], list[int], float]:
    """Pods ordered, pods that serve, and seconds of slow answers; the youngest go first.

    Requests that wait are followed in steps of a tenth of a second.
    """
    scaler = Autoscaler(Rules(down_window=w["window"]), 100 * w["target"], start)
    pods = [Pod(-1e9, -1e9) for _ in range(start)]
    history: list[tuple[float, int]] = []  # busy or load of a step, and who served
    waiting, slow = 0.0, 0.0
    ordered, serving = [], []
    for i, rate in enumerate(rates):
        now = i * SYNC
        if i > 0:
            value, served = history[max(i - 1 - w["delay"] // SYNC, 0)]
            counted = min(served, len(pods))
            to = scaler.sync(
                now, [value] * counted, len(pods) - counted, w["least"], w["most"]
            )  # fmt: skip
            pods += [Pod(now, now + w["boot"]) for _ in range(to - len(pods))]
            pods = sorted(pods, key=lambda pod: pod.ordered)[:to]
        there = sum(pod.ready <= now for pod in pods)
        can = there * w["per_s"]
        busy = 0.0
        for _ in range(10 * SYNC):
            work = waiting + rate / 10
            done = min(work, can / 10)
            behind = waiting > 1e-9 or rate > can
            waiting = work - done
            if waiting < 1e-9:
                waiting = 0.0
            slow += 0.1 if behind or rate > w["most_busy"] * can else 0.0
            busy += done / can * 10 / (10 * SYNC)
        value = 100 * busy if w["metric"] == 0 else 100 * rate / can
        history.append((value, there))
        ordered.append(len(pods))
        serving.append(there)
    return ordered, serving, slow


def stepped(rates: list[float], start: int, **w: Any) -> list[int]:
    """Machines under Amazon's example of step scaling, with an alarm a minute, all as one fluid."""
    machines = [Pod(-1e9, -1e9) for _ in range(start)]
    seen: list[float] = []
    waiting, counts = 0.0, []
    for i, rate in enumerate(rates):
        now = i * SYNC
        if i >= 4 and i % 4 == 0:
            last = i - 1 - w["delay"] // SYNC
            metric = sum(seen[max(last - k, 0)] for k in range(4)) / 4
            over = metric - 100 * w["target"]
            # A step is sure of its machines from the end of the one in which they were counted.
            warm = sum(m.ready + w["window"] <= now - SYNC for m in machines)
            share = 0.3 if abs(over) >= 20 - 1e-9 else 0.1
            by = max(int(share * warm + 1e-9), 1) if abs(over) >= 10 - 1e-9 else 0
            if over > 0 and by and warm + by > len(machines):
                more = min(warm + by, w["most"]) - len(machines)
                machines += [Pod(now, now + w["boot"]) for _ in range(more)]
            elif over < 0 and by and warm == len(machines):
                machines = machines[: max(len(machines) - by, w["least"])]
        can = sum(m.ready <= now for m in machines) * w["per_s"]
        work = waiting + rate * SYNC
        done = min(work, can * SYNC)
        waiting = work - done
        seen.append(100 * (done / can / SYNC if w["metric"] == 0 else rate / can))
        counts.append(len(machines))
    return counts
