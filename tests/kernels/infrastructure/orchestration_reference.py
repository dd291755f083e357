"""An update second by second, replica by replica, in plain Python; all times are whole seconds.

The controller is run after every second until it does nothing more. Its three steps are those that
Kubernetes' source describes: reconcile the new set, then the old ones (first what is unhealthy,
of which there is nothing here), each from the counts of the replicas that are there.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Pod:
    new: bool
    placed: int | None = None  # the second in which it got its room
    deleted: int | None = None


@dataclass
class Moment:
    """What is there in one second, after the controller has acted."""

    old: int
    new: int
    ready_old: int
    ready_new: int
    available: int
    held: int


@dataclass
class Cluster:
    replicas: int
    surge: int
    unavailable: int
    recreate: bool
    room: int
    start: int
    min_ready: int
    grace: int
    works: bool
    pods: list[Pod] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pods = [Pod(False, placed=-(10**9)) for _ in range(self.replicas)]

    def ready(self, pod: Pod, now: int) -> bool:
        if pod.placed is None or pod.deleted is not None:
            return False
        return not pod.new or (self.works and now - pod.placed >= self.start)

    def available(self, pod: Pod, now: int) -> bool:
        if not self.ready(pod, now):
            return False
        assert pod.placed is not None
        return not pod.new or now - pod.placed >= self.start + self.min_ready

    def ended(self, pod: Pod, now: int) -> bool:
        return pod.deleted is not None and now - pod.deleted >= self.grace

    def alive(self, new: bool) -> list[Pod]:
        return [pod for pod in self.pods if pod.new == new and pod.deleted is None]

    def act(self, now: int) -> bool:
        """One pass of the controller; whether it did anything."""
        old, new = self.alive(False), self.alive(True)
        if self.recreate:
            for pod in old:
                pod.deleted = now
            if old:
                return True
            if any(not pod.new and not self.ended(pod, now) for pod in self.pods):
                return False
            self.pods += [Pod(True) for _ in range(self.replicas - len(new))]
            return len(new) < self.replicas
        total, most = len(old) + len(new), self.replicas + self.surge
        if len(new) < self.replicas and total < most:
            self.pods += [Pod(True) for _ in range(min(most - total, self.replicas - len(new)))]
            return True
        least = self.replicas - self.unavailable
        not_yet = sum(not self.available(pod, now) for pod in new)
        if not old or total - least - not_yet <= 0:
            return False
        available = sum(self.available(pod, now) for pod in old + new)
        for pod in old[: max(available - least, 0)]:
            pod.deleted = now
        return available > least

    def seconds(self, until: int) -> Iterator[Moment]:
        for now in range(until + 1):
            while self.act(now):
                pass
            held = sum(p.placed is not None and not self.ended(p, now) for p in self.pods)
            for pod in self.alive(True):
                if pod.placed is None and held < self.replicas + self.room:
                    pod.placed = now
                    held += 1
            yield Moment(
                len(self.alive(False)),
                len(self.alive(True)),
                sum(self.ready(pod, now) for pod in self.alive(False)),
                sum(self.ready(pod, now) for pod in self.alive(True)),
                sum(self.available(pod, now) for pod in self.pods),
                held,
            )


def rounded(replicas: int, surge_percent: int, unavailable_percent: int) -> tuple[int, int]:
    up = math.ceil(replicas * surge_percent / 100)
    down = math.floor(replicas * unavailable_percent / 100)
    return (0, 1) if up == down == 0 else (up, down)


def after_node_loss(
    lost: int, room: int, known: int, toleration: int, start: int, node: int
) -> list[int]:
    """When each replica of a node that has died is ready again, one by one."""
    back = []
    for second in range(known + toleration + node + start + 1):
        if second < known + toleration:
            continue
        free = room + (lost if second >= known + node else 0)
        while len(back) < min(lost, free):
            back.append(second + start)
    return back


def after_drain(lost: int, room: int, start: int, node: int) -> int:
    """When the last replica of a drained node is ready again; one is away at a time."""
    second, moved, away_since = 0, 0, None
    while moved < lost:
        free = room - moved + (lost if second >= node else 0)
        if away_since is None and free > 0:
            away_since = second
        second += 1
        if away_since is not None and second - away_since >= start:
            moved, away_since = moved + 1, None
    return second


def after_crashes(away: int, first: int, longest: int) -> int:
    """The second of the try that stays."""
    due, delay = 0, first
    for second in range(10**6):
        if second != due:
            continue
        if second >= away:
            return second
        due, delay = second + delay, min(delay * 2, longest)
    raise AssertionError
