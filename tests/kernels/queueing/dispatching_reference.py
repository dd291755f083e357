"""Servers with people who really stand there, and every policy as its rule is told.

A calendar of arrivals, departures and updates, in plain Python. Only the random numbers are those
of the kernel, and the order in which a policy uses its own.
"""

import heapq
import itertools
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import below, generator, uniform

DEPARTURE, UPDATE, ARRIVAL = range(3)  # what comes first if all come at once


@dataclass
class Server:
    speed: float
    ends: float = 0.0  # of the service that goes on
    here: deque[int] = field(default_factory=deque)  # customers, the one in service first


@dataclass
class Customer:
    came: float
    found: list[int]
    server: int
    takes: float
    wait: float = 0.0


class Balancer:
    def __init__(self, policy: str, choices: int, speeds: list[float], seed: int) -> None:
        self.policy, self.choices = policy, choices
        self.servers = [Server(speed) for speed in speeds]
        self.chance = generator(3 * seed + 2)
        self.cards = list(range(len(speeds)))
        self.credit = [Fraction(0)] * len(speeds)
        self.turn = itertools.cycle(range(len(speeds)))

    def one_of(self, scores: list[float]) -> int:
        best = [i for i, score in enumerate(scores) if score == min(scores)]
        return best[below(self.chance, len(best))]

    def done(self, server: Server, takes: list[float], now: float) -> float:
        """When a server is through with all who are there."""
        end = server.ends if server.here else now
        for who in list(server.here)[1:]:
            end += takes[who]
        return end

    def choose(self, seen: list[int], takes: list[float], now: float) -> int:
        n = len(self.servers)
        speeds = [server.speed for server in self.servers]
        match self.policy:
            case "random":
                return below(self.chance, n)
            case "round robin":
                return next(self.turn)
            case "weighted random":
                up_to = list(itertools.accumulate(speeds))
                return bisect_right(up_to, uniform(self.chance) * up_to[-1])
            case "weighted round robin":
                weights = [Fraction(speed) for speed in speeds]
                gained = [a + b for a, b in zip(self.credit, weights, strict=True)]
                i = gained.index(max(gained))
                gained[i] -= sum(weights)
                self.credit = gained
                return i
            case "least connections":
                return self.one_of([float(length) for length in seen])
            case "least work":
                return self.one_of([self.done(server, takes, now) for server in self.servers])
            case "least response time":
                return self.one_of([(m + 1.0) / s for m, s in zip(seen, speeds, strict=True)])
            case "join idle queue":
                empty = [i for i, length in enumerate(seen) if length == 0] or list(range(n))
                return empty[below(self.chance, len(empty))]
        # The first cards of a pack that is shuffled as far as they go.
        for i in range(self.choices):
            j = i + below(self.chance, n - i)
            self.cards[i], self.cards[j] = self.cards[j], self.cards[i]
        return min(self.cards[: self.choices], key=lambda card: seen[card])


def customers(
    arrival: Law, service: Law, speeds: list[float], policy: str, choices: int, age: float,
    n: int, seed: int,
) -> list[Customer]:  # fmt: skip
    arriving, serving = generator(3 * seed), generator(3 * seed + 1)
    balancer = Balancer(policy, choices, speeds, seed)
    servers = balancer.servers
    everyone: list[Customer] = []
    takes: list[float] = []
    seen = [0] * len(servers)
    # When, what, and which server or which update.
    calendar = [(draw(arrival, arriving), ARRIVAL, 0)]
    if age > 0.0:
        calendar.append((age, UPDATE, 1))
    heapq.heapify(calendar)
    while len(everyone) < n:
        now, kind, which = heapq.heappop(calendar)
        if kind == UPDATE:
            seen = [len(server.here) for server in servers]
            heapq.heappush(calendar, ((which + 1) * age, UPDATE, which + 1))
            continue
        if kind == DEPARTURE:
            server = servers[which]
            server.here.popleft()
            if server.here:
                following = server.here[0]
                everyone[following].wait = now - everyone[following].came
        else:
            lengths = [len(server.here) for server in servers]
            need = draw(service, serving)
            which = balancer.choose(seen if age > 0.0 else lengths, takes, now)
            server = servers[which]
            takes.append(need / server.speed)
            everyone.append(Customer(now, lengths, which, takes[-1]))
            server.here.append(len(everyone) - 1)
            heapq.heappush(calendar, (now + draw(arrival, arriving), ARRIVAL, 0))
            if len(server.here) > 1:
                continue
        if server.here:
            server.ends = now + takes[server.here[0]]
            heapq.heappush(calendar, (server.ends, DEPARTURE, which))
    # Those who still wait begin when all before them are done.
    for server in servers:
        end = server.ends
        for who in list(server.here)[1:]:
            everyone[who].wait = end - everyone[who].came
            end += takes[who]
    return everyone
