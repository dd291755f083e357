"""The regions and the incident told by lists of messages and who has got what, when."""

import math
from dataclasses import dataclass, field

Request = tuple[float, int, bool, int]  # time, customers' region, writes, key
NEVER = math.inf


@dataclass(frozen=True)
class Case:
    n: int
    incident: str  # "lost", "cut" or "slow"
    hit: int
    leader: int
    begins: float
    ends: float
    detection: float
    promotion: float
    election: float
    fenced: bool
    k_w: int
    k_r: int
    lag: float
    slower: float
    timeout: float
    local: float
    round_trips: dict[tuple[int, int], float]

    def now(self, t: float) -> bool:
        return self.begins <= t and (self.incident == "lost" or t < self.ends)

    def round_trip(self, a: int, b: int, t: float) -> float:
        time = self.local if a == b else self.round_trips[min(a, b), max(a, b)]
        return time * self.slower if self.slow(a, b, t) else time

    def slow(self, a: int, b: int, t: float) -> bool:
        return self.incident == "slow" and self.now(t) and self.hit in (a, b)

    def talk(self, a: int, b: int, t: float) -> bool:
        if not self.now(t) or self.incident == "slow":
            return True
        if self.incident == "lost":
            return self.hit not in (a, b)
        return (a == self.hit) is (b == self.hit)

    def neighbours(self, region: int) -> list[int]:
        """The others, the nearest first."""
        others = [r for r in range(self.n) if r != region]
        return sorted(others, key=lambda r: self.round_trips[min(r, region), max(r, region)])

    def door(self, client: int, t: float) -> int | None:
        if self.incident == "lost" and self.now(t) and client == self.hit:
            return self.neighbours(client)[0] if t >= self.begins + self.detection else None
        return client

    def leaders(self, wait: float, stubborn: bool, t: float) -> tuple[int | None, int | None]:
        """The leader in the eyes of the region that is hit, and in those of the others."""
        heir = self.neighbours(self.leader)[0]
        promoted = self.begins + wait
        if self.incident == "slow" or t < self.begins:
            return self.leader, self.leader
        if self.leader != self.hit:
            return (None if self.now(t) else self.leader), self.leader
        if self.incident == "lost":
            return None, (heir if t >= promoted else None)
        if not self.now(t):
            final = heir if promoted < self.ends else self.leader
            return final, final
        alone = self.leader
        if not stubborn or (self.fenced and t >= self.begins + self.detection):
            return None, (heir if t >= promoted else None)
        return alone, (heir if t >= promoted else None)

    def answers(self, at: int, t: float) -> list[tuple[float, int]]:
        """Round trips from a region to all copies that it reaches, the fastest first."""
        return sorted(
            (0.0 if r == at else self.round_trip(at, r, t), r)
            for r in range(self.n) if self.talk(at, r, t)
        )  # fmt: skip


@dataclass
class Write:
    made: float
    acknowledged: float
    known: dict[int, float]  # by region, when
    doomed: bool
    origin: int


@dataclass
class Outcome:
    served: int = 0
    stale: int = 0
    lost: int = 0
    refused: int = 0
    waited: float = 0.0
    conflicts: int = 0
    keys: set[int] = field(default_factory=set)

    @property
    def counts(self) -> list[int]:
        return [self.served, self.stale, self.lost, self.refused]


def play(case: Case, strategy: str, requests: list[Request]) -> Outcome:
    """``strategy``: "async", "majority", "leaderless" or "local"."""
    outcome = Outcome()
    history: dict[int, list[Write]] = {}
    gone = case.begins if case.incident == "lost" else case.ends
    lag = 0.0 if strategy == "leaderless" else case.lag
    replaced = case.detection + case.promotion
    fails_over = case.begins + replaced < case.ends and case.incident == "cut"
    for t, client, writes, key in requests:
        door = case.door(client, t)
        if door is None:
            outcome.refused += 1
            continue
        time = case.round_trip(client, door, t)
        origin = door
        if strategy == "majority" or (strategy == "async" and writes):
            of_hit, of_others = case.leaders(
                replaced if strategy == "async" else case.election, strategy == "async", t
            )
            leader = of_hit if door == case.hit else of_others
            if leader is None:
                outcome.refused += 1
                continue
            origin = leader
            time += 0.0 if door == leader else case.round_trip(door, leader, t)
        answers = case.answers(origin, t)
        wanted = 1
        if strategy == "leaderless":
            wanted = case.k_w if writes else case.k_r
        if strategy == "majority" and writes:
            wanted = case.n // 2 + 1
        if len(answers) < wanted or time + answers[wanted - 1][0] > case.timeout:
            outcome.refused += 1
            continue
        time += answers[wanted - 1][0]
        outcome.waited += time
        if strategy == "majority":
            outcome.served += 1
            continue
        there = [w for w in history.get(key, []) if not (w.doomed and t >= gone)]
        # Of the writes that a region took: the newest, of those that stay and of those that go.
        newest = {(w.origin, w.doomed): w for w in there}.values()
        if not writes:
            asked = answers[: case.k_r] if strategy == "leaderless" else [(0.0, door)]
            old = any(
                w.acknowledged <= t
                and all(w.known.get(r, NEVER) > t + away / 2e3 for away, r in asked)
                for w in newest
            )
            outcome.stale += old
            outcome.served += not old
            continue
        if any(w.known.get(origin, NEVER) > t for w in newest):
            outcome.conflicts += 1
            outcome.keys.add(key)
        leaves = t + lag
        dies = case.incident == "lost" and origin == case.hit and leaves >= case.begins
        if strategy == "async" and origin == case.leader == case.hit and fails_over:
            dies = leaves >= case.begins and t < case.ends
        dies = dies and strategy != "leaderless"
        known = {origin: t}
        for r in range(case.n):
            if r != origin and not dies:
                start = leaves if case.talk(origin, r, leaves) else case.ends
                known[r] = start + case.round_trip(origin, r, start) / 2e3
        history.setdefault(key, []).append(Write(t, t + time / 1e3, known, dies, origin))
        outcome.lost += dies
        outcome.served += not dies
    return outcome
