"""Writes and reads over regions, trial by trial, with lists that are sorted."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Law = tuple[float, float, float, float]  # Pareto share, least value, 1/exponent, other mean


@dataclass
class World:
    uniform: Callable[[], float]
    ways: Sequence[Sequence[float]]
    leader: int
    n_replicas: int
    jitter: float
    write_law: Law
    other_law: Law
    mode: str  # "leader", "leaderless" or "local"
    k_w: int
    k_r: int
    where: list[int] = field(init=False)

    def __post_init__(self) -> None:
        others = [r for r in range(len(self.ways)) if r != self.leader]
        others.sort(key=lambda r: self.ways[self.leader][r])
        order = [self.leader, *others][: self.n_replicas]
        copies = 3 if self.mode == "local" else 1
        self.where = [region for region in order for _ in range(copies)]

    def message(self, a: int, b: int, law: Law) -> float:
        time = self.ways[a][b]
        if time > 0.0 and self.jitter > 0.0:
            time -= math.log(self.uniform()) * self.jitter * self.ways[a][b]
        share, least, inverse, mean = law
        if share < 1.0 and self.uniform() >= share:
            return time - math.log(self.uniform()) * mean
        return time + (least * self.uniform() ** -inverse if inverse > 0.0 else least)

    def asked(self, client: int) -> list[int]:
        everyone = list(range(len(self.where)))
        if self.mode != "local":
            return everyone
        if client in self.where:
            home = client
        else:
            home = min(self.where, key=lambda r: self.ways[client][r])
        return [i for i in everyone if self.where[i] == home]

    def write(self, client: int, followed: bool = True) -> tuple[float, dict[int, float]]:
        arrived: dict[int, float] = {}
        done: list[float] = []
        asked = self.asked(client)
        source, start = client, 0.0
        if self.mode == "leader":
            source = self.leader
            start = self.message(client, source, self.write_law)
        for i, region in enumerate(self.where):
            if self.mode == "leader" and i == 0:
                arrived[i] = start
                done.append(start)
                continue
            if followed or i in asked:
                arrived[i] = start + self.message(source, region, self.write_law)
            if i in asked:
                done.append(arrived[i] + self.message(region, source, self.other_law))
        written = sorted(done)[min(self.k_w, len(done)) - 1]
        if self.mode == "leader":
            written += self.message(source, client, self.other_law)
        return written, arrived

    def read(self, client: int) -> tuple[float, dict[int, float]]:
        """Time of the answer, and when the request was at each replica that is in it."""
        reached, answered = {}, {}
        for i in self.asked(client):
            reached[i] = self.message(client, self.where[i], self.other_law)
            answered[i] = reached[i] + self.message(self.where[i], client, self.other_law)
        until = sorted(answered.values())[min(self.k_r, len(answered)) - 1]
        return until, {i: reached[i] for i in reached if answered[i] <= until}


def hidden(written: float, arrived: dict[int, float], reached: dict[int, float]) -> float:
    return max(0.0, min(arrived[i] - reached[i] - written for i in reached))
