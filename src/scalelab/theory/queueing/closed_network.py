"""Closed and open queueing networks by other ways than the kernel's: means, sums over states, laws.

A station is (demand, servers): visits times service time of one round; 0 servers is a pure delay.
Times and rates in any one unit.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scalelab.theory.queueing import erlang

Station = tuple[float, int]


@dataclass(frozen=True)
class Closed:
    """Rounds a second, response time, and of each station the time there and the number there."""

    throughput: float
    response: float
    residences: tuple[float, ...]
    queues: tuple[float, ...]


def _closed(customers: int, think: float, residences: Sequence[float]) -> Closed:
    response = sum(residences)
    rate = customers / (think + response)
    return Closed(rate, response, tuple(residences), tuple(rate * time for time in residences))


def mean_values(customers: int, think: float, stations: Sequence[Station]) -> Closed:
    """Mean value analysis (Reiser and Lavenberg 1980, section 3): single servers and delays.

    Who comes to a station finds what is there on average with one customer less.
    """
    if any(servers > 1 for _, servers in stations):
        raise ValueError("a station has several servers; take marginal_values")
    queues = [0.0] * len(stations)
    found = _closed(0, 1.0, queues)
    for n in range(1, customers + 1):
        found = _closed(
            n, think,
            [time * (1.0 + queue) if servers else time
             for (time, servers), queue in zip(stations, queues, strict=True)],
        )  # fmt: skip
        queues = list(found.queues)
    return found


def marginal_values(customers: int, think: float, stations: Sequence[Station]) -> Closed:
    """The same with several servers (section 4): by the probabilities of 0, 1, ... at each station.

    That of 0 is what the others leave, so that digits are lost where it is small: several servers
    that are all but full.
    """
    there = [[1.0] for _ in stations]
    found = _closed(0, 1.0, [0.0] * len(stations))
    for n in range(1, customers + 1):
        found = _closed(
            n, think,
            [time * sum((k + 1) / (min(k + 1, servers) if servers else k + 1) * p[k]
                        for k in range(n))
             for (time, servers), p in zip(stations, there, strict=True)],
        )  # fmt: skip
        for i, (time, servers) in enumerate(stations):
            more = [
                found.throughput * time / (min(k + 1, servers) if servers else k + 1) * there[i][k]
                for k in range(n)
            ]
            there[i] = [max(0.0, 1.0 - sum(more)), *more]
    return found


def by_states(
    customers: int, think: float, stations: Sequence[Station], background: Sequence[float] = ()
) -> Closed:
    """Sum of the product form over all states (Baskett, Chandy, Muntz and Palacios 1975); small N.

    Beside customers a station can have ``background`` jobs, in Erlangs, that share its servers.
    """
    loads = background or [0.0] * len(stations)
    places = [(think, 0), *stations]
    factors = [
        [_factor(k, time, servers, load) for k in range(customers + 1)]
        for (time, servers), load in zip(places, [0.0, *loads], strict=True)
    ]
    total, less, there = 0.0, 0.0, [0.0] * len(places)
    for state in _states(customers, len(places)):
        weight = math.prod(factors[i][k] for i, k in enumerate(state))
        total += weight
        there = [sum_ + weight * k for sum_, k in zip(there, state, strict=True)]
    for state in _states(customers - 1, len(places)):
        less += math.prod(factors[i][k] for i, k in enumerate(state))
    rate = less / total
    queues = tuple(sum_ / total for sum_ in there[1:])
    return Closed(
        rate, customers / rate - think, tuple(queue / rate for queue in queues), queues
    )  # fmt: skip


def _states(customers: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (customers,)
        return
    for k in range(customers + 1):
        for rest in _states(customers - k, places - 1):
            yield (k, *rest)


def _factor(k: int, time: float, servers: int, load: float) -> float:
    """(k + m)!/(k! m!) time^k load^m / (1 2 ... with at most ``servers`` at work), over all m."""
    total, m = 0.0, 0
    while True:
        busy = math.lgamma(k + m + 1)
        if servers and k + m > servers:
            busy = math.lgamma(servers + 1) + (k + m - servers) * math.log(servers)
        orders = math.lgamma(k + m + 1) - math.lgamma(k + 1) - math.lgamma(m + 1)
        logs = orders - busy + (k * math.log(time) if k else 0.0)
        term = math.exp(logs + (m * math.log(load) if m else 0.0))
        total += term
        m += 1
        if load == 0.0 or (m > 4 * (servers + k) and term < 1e-17 * total):
            return total


def throughput_bound(
    customers: float, think: float, stations: Sequence[Station]
) -> float:  # fmt: skip
    """X <= min(N/(D + Z), 1/D_max) (Denning and Buzen 1978), with c servers c/D of each."""
    demand = sum(time for time, _ in stations)
    return min(customers / (demand + think), ceiling(stations))


def response_bound(customers: float, think: float, stations: Sequence[Station]) -> float:
    """R >= max(D, N D_max - Z)."""
    demand = sum(time for time, _ in stations)
    return max(demand, customers / ceiling(stations) - think)


def ceiling(stations: Sequence[Station]) -> float:
    """1/D_max: rounds a second that the bottleneck can do; infinite if nothing is shared."""
    return min((servers / time for time, servers in stations if servers and time), default=math.inf)


def knee(think: float, stations: Sequence[Station]) -> float:
    """N* = (D + Z)/D_max, where the two bounds meet."""
    return (sum(time for time, _ in stations) + think) * ceiling(stations)


def balanced_bounds(
    customers: int, think: float, stations: Sequence[Station]
) -> tuple[float, float]:
    """(least, most) throughput of single servers with the same total and largest demand.

    Balanced job bounds (Zahorjan, Sevcik, Eager and Galler 1982), with think time: queues are
    shortest where all demands are equal.
    """
    total = sum(time for time, _ in stations)
    largest = max(time for time, _ in stations)
    mean = total / len(stations)
    others = customers - 1
    least = customers / (think + total + others * largest / (1.0 + think / (customers * total)))
    most = customers / (think + total + others * mean / (1.0 + think / total))
    return least, min(1.0 / largest, most)


def jackson(rate: float, stations: Sequence[Station]) -> tuple[float, ...]:
    """Times at the stations of an open network (Jackson 1957): each is M/M/c by itself."""
    times = []
    for time, servers in stations:
        load = rate * time
        if not servers:
            times.append(time)
            continue
        if load >= servers:
            raise ValueError(f"{load:g} Erlangs come to {servers} servers: no steady state")
        times.append(time * (1.0 + erlang.mean_wait(load, servers)))
    return tuple(times)
