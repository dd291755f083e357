"""Queueing networks: customers who go round between stations, or come from outside and leave.

    >>> from scalelab.models.queueing.closed_network import Station, bounds, solve
    >>> machine = [Station("CPU", 0.010, servers=4), Station("disk", 0.001)]
    >>> crowd = solve(5000, machine, think_s=10.0)
    >>> print(f"{crowd.throughput_per_s[-1]:.1f} a second, after {crowd.response_s[-1]:.2f} s")
    400.0 a second, after 2.50 s
    >>> print(f"{crowd.bottleneck} is full, disk {crowd.utilisation['disk'][-1]:.0%}")
    CPU is full, disk 40%
    >>> limits = bounds(machine, think_s=10.0)
    >>> round(limits.ceiling_per_s), round(limits.knee)
    (400, 4004)

Other ways to the same numbers are in `scalelab.theory.queueing.closed_network`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing import closed_network as kernels
from scalelab.models.check import within
from scalelab.theory.queueing.closed_network import jackson

MOST_CUSTOMERS = 20_000
MOST_STATIONS = 50


@dataclass(frozen=True)
class Station:
    """One place that a customer visits in a round.

    service_time_s: mean time of a server for one visit, 0 to 1,000,000 s; exponential where
        customers are served first come first served, of any law where all share or where there is
        a server for each.
    servers: 1 to 1,000 with one queue; 0 is a pure delay, where nobody waits.
    visits: mean number of visits in a round, 0 to 1,000,000.
    background: servers that other work, from outside, keeps busy on average (Erlangs): 0 to 99 % of
        the servers, at most 500. The two kinds share the servers as processes share a CPU.
    """

    name: str
    service_time_s: float
    servers: int = 1
    visits: float = 1.0
    background: float = 0.0

    @property
    def demand_s(self) -> float:
        """What the station does for one round: visits times service time."""
        return self.visits * self.service_time_s


@dataclass(frozen=True)
class Network:
    """Result of `solve`, by number of customers: entry 0 is for one of them, the last for all.

    ``response_s`` is the time of a round without the think time. Of each station by its name:
    ``residence_s`` of a round there (all visits), ``queue``, the mean number of customers there,
    those in service included, and ``utilisation`` (of a pure delay: the number there).
    ``bottleneck`` is the station that is full first; None if all are delays.
    """

    customers: Floats
    throughput_per_s: Floats
    response_s: Floats
    residence_s: dict[str, Floats]
    queue: dict[str, Floats]
    utilisation: dict[str, Floats]
    bottleneck: str | None


@dataclass(frozen=True)
class Open:
    """Result of `solve_open`; by station as of `Network`."""

    response_s: float
    residence_s: dict[str, float]
    queue: dict[str, float]
    utilisation: dict[str, float]


@dataclass(frozen=True)
class Bounds:
    """What no order of service can beat: ``light_s`` for a round alone, ``ceiling_per_s`` rounds.

    ``knee``: customers at whom the two meet.
    """

    think_s: float
    light_s: float
    ceiling_per_s: float
    knee: float

    def throughput_per_s(self, customers: float) -> float:
        return min(customers / (self.light_s + self.think_s), self.ceiling_per_s)

    def response_s(self, customers: float) -> float:
        return max(self.light_s, customers / self.ceiling_per_s - self.think_s)


def solve(customers: int, stations: Sequence[Station], think_s: float = 0.0) -> Network:
    """Customers who think, go round all stations, and think again: exact for a product form.

    Parameters
    ----------
    customers : how many there are, 1 to 20,000; all smaller numbers come with it.
    stations : 1 to 50 of them, each with a name of its own.
    think_s : mean time between two rounds, 0 to 1,000,000 s. Its law does not matter.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if a round takes no time at all.

    Notes
    -----
    By convolution (J. P. Buzen 1973); the time grows with customers times servers.

    Leaves out: more than one kind of customer; limited room, priorities, and customers who hold two
    servers at once; first come first served with a law of service that is not exponential;
    quantiles of the response time.
    """
    within("customers", customers, 1, MOST_CUSTOMERS)
    within("think_s", think_s, 0.0, 1e6, "s")
    _check(stations)
    if think_s + sum(one.demand_s for one in stations) <= 0.0:
        raise ValueError("a round takes 0 s; give a think time or a station that takes some")
    arrays = _arrays(stations)
    table = kernels.closed_network(int(customers), float(think_s), *arrays)
    _, where = kernels.ceiling(*arrays)

    def by_name(which: int) -> dict[str, Floats]:
        first = kernels.FIRST + which
        return {
            one.name: table[:, first + kernels.OF_A_STATION * i] for i, one in enumerate(stations)
        }

    return Network(
        customers=table[:, kernels.CUSTOMERS],
        throughput_per_s=table[:, kernels.THROUGHPUT],
        response_s=table[:, kernels.RESPONSE],
        residence_s=by_name(kernels.RESIDENCE),
        queue=by_name(kernels.QUEUE),
        utilisation=by_name(kernels.UTILISATION),
        bottleneck=stations[where].name if where >= 0 else None,
    )


def solve_open(arrival_rate_per_s: float, stations: Sequence[Station]) -> Open:
    """Customers who come from outside, visit all stations and leave: each is M/M/c by itself.

    Parameters
    ----------
    arrival_rate_per_s : rounds a second that begin (Poisson), 0 to 1,000,000,000.
    stations : as of `solve`, without background.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or if a station gets as much as it can do, or
        more.

    Notes
    -----
    J. R. Jackson 1957. Leaves out what `solve` does.
    """
    within("arrival_rate_per_s", arrival_rate_per_s, 0.0, 1e9, "a second")
    _check(stations)
    for one in stations:
        within("background", one.background, 0.0, 0.0, advice="solve takes some")
        if one.servers and arrival_rate_per_s * one.demand_s >= one.servers:
            raise ValueError(
                f"{one.name} gets {arrival_rate_per_s * one.demand_s:g} Erlangs and has "
                f"{one.servers} servers; below {one.servers / one.demand_s:g} rounds a second it "
                "has a steady state"
            )
    times = dict(
        zip(
            (one.name for one in stations),
            jackson(arrival_rate_per_s, [(one.demand_s, one.servers) for one in stations]),
            strict=True,
        )
    )
    return Open(
        response_s=sum(times.values()),
        residence_s=times,
        queue={name: arrival_rate_per_s * time for name, time in times.items()},
        utilisation={
            one.name: arrival_rate_per_s * one.demand_s / max(one.servers, 1) for one in stations
        },
    )


def bounds(stations: Sequence[Station], think_s: float = 0.0) -> Bounds:
    """Asymptotic bounds and the knee (Denning and Buzen 1978).

    Ranges, Raises: as of `solve`, and ValueError if no station has a limit. Background takes its
    part of the servers, and is taken to slow down nobody who is alone.
    """
    within("think_s", think_s, 0.0, 1e6, "s")
    _check(stations)
    ceiling, where = kernels.ceiling(*_arrays(stations))
    if where < 0:
        raise ValueError("no station has a limit: all are delays or take no time")
    light = sum(one.demand_s for one in stations)
    return Bounds(think_s, light, ceiling, (light + think_s) * ceiling)


def _arrays(stations: Sequence[Station]) -> tuple[Floats, Floats, Floats]:
    return (
        np.array([one.demand_s for one in stations], float),
        np.array([one.servers for one in stations], float),
        np.array([one.background for one in stations], float),
    )


def _check(stations: Sequence[Station]) -> None:
    within("number of stations", len(stations), 1, MOST_STATIONS)
    names = [one.name for one in stations]
    if len(set(names)) < len(names):
        raise ValueError(f"stations are {names}; give each a name of its own")
    for one in stations:
        within(f"service_time_s of {one.name}", one.service_time_s, 0.0, 1e6, "s")
        within(f"servers of {one.name}", one.servers, 0, 1000)
        within(f"visits of {one.name}", one.visits, 0.0, 1e6)
        most = min(0.99 * one.servers, 500.0)
        within(f"background of {one.name}", one.background, 0.0, most, "servers")
