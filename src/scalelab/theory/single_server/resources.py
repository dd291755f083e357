"""One machine, or two, as closed networks of stations (demand, servers), by ways of their own.

A closed network is an open one of which we know that N customers are there: the same product,
conditioned on its sum. So convolving ordinary probabilities gives it for thousands of customers,
without the large numbers of Buzen's constants. F. Baskett, K. M. Chandy, R. R. Muntz and F. G.
Palacios, "Open, closed, and mixed networks of queues with different classes of customers", Journal
of the ACM 22(2), 1975. Bounds: P. J. Denning and J. P. Buzen, "The operational analysis of queueing
network models", ACM Computing Surveys 10(3), 1978; `scalelab.theory.queueing.closed_network` has
them.

>>> machine = one_machine(4, 0.007, 0.003, 0.001)
>>> found = conditioned(4000, 10.0, machine)
>>> print(f"{found.throughput:.1f} {1000.0 * found.response:.0f}")
394.8 131
"""

import math
from collections.abc import Sequence

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.theory.queueing.closed_network import Closed, Station, ceiling


def one_machine(vcpus: int, own: float, database: float, disk: float) -> list[Station]:
    """Its vCPUs, which all share, and the disk."""
    return [(own + database, vcpus), (disk, 1)]


def apart(
    vcpus: int, own: float, database_vcpus: int, database: float, disk: float, trips: float
) -> list[Station]:
    """Each machine's vCPUs, the disk, and the time in the network, which nobody waits for."""
    return [(own, vcpus), (database, database_vcpus), (disk, 1), (trips, 0)]


def conditioned(customers: int, think: float, stations: Sequence[Station]) -> Closed:
    """The closed network from the open one with the same stations; exact."""
    light = think + sum(time for time, _ in stations)
    # Any rate at which the open network is stable gives the same; near the true one it is likely
    # that as many are there, so that no probability is too small.
    rate = min(customers / light, ceiling(stations) * (1.0 - 1.0 / (customers + 2)))
    delays = think + sum(time for time, servers in stations if not servers)
    waits = [each for each in stations if each[1]]
    shapes = [_shape(rate * time, servers, customers) for time, servers in waits]
    away = _shape(rate * delays, 0, customers)
    total = _together([away, *shapes], customers)
    found = rate * total[customers - 1] / total[customers]
    numbers = np.arange(customers + 1)
    queues = {}
    for i in range(len(waits)):
        others = _together([away, *shapes[:i], *shapes[i + 1 :]], customers)
        queues[i] = float(np.sum(numbers * shapes[i] * others[::-1]) / total[customers])
    at = iter(range(len(waits)))
    there = tuple(queues[next(at)] if servers else found * time for time, servers in stations)
    times = tuple(queue / found for queue in there)
    return Closed(float(found), customers / found - think, times, there)


def _shape(load: float, servers: int, most: int) -> Floats:
    """Probabilities of 0, 1, ... ``most`` at a station alone, but for a factor; 0: all served."""
    shape = np.zeros(most + 1)
    if load == 0.0:
        shape[0] = 1.0
        return shape
    for n in range(1, most + 1):
        shape[n] = shape[n - 1] + math.log(load / (min(n, servers) if servers else n))
    shape -= shape.max()
    return np.exp(shape, out=shape)


def _together(shapes: Sequence[Floats], most: int) -> Floats:
    total = shapes[0]
    for shape in shapes[1:]:
        total = np.convolve(total, shape)[: most + 1]
    return total


def part(time: float, work: float, of: float) -> float:
    """Of the time at a station that is shared, what goes to this part of its work.

    Where all share, customers of each kind are there in proportion to the work they bring (Baskett
    and others 1975), and by Little's law the times are as well.
    """
    return time * work / of


def customers_of_the_day(requests: float, customer_rate: float) -> float:
    """In whose busiest hour so many requests a second come, each asking at ``customer_rate``."""
    return requests / customer_rate


def pays_from(think: float, one: Sequence[Station], other: Sequence[Station]) -> float:
    """Customers at whom the one's bound of the response reaches the other's with nobody there.

    N = (D_other + Z) / D_max,one. Where the other is slower for one customer and can do more, it
    is the faster one from here on at the latest, if it has no queue by then; queues at the one make
    it so far earlier.
    """
    return (sum(time for time, _ in other) + think) * ceiling(one)
