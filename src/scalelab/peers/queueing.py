"""Two simulators of discrete events in Python: SimPy and Ciw, on a queue first come, first served.

Both models are written the way their documentation teaches: SimPy's has a process for each
customer, Ciw's is a network of one node. Arrivals are at random.
"""

import random
from collections.abc import Callable, Generator, Iterable

import ciw
import numpy as np
import simpy

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing.law import CONSTANT, EXPONENTIAL, HYPEREXPONENTIAL, LOGNORMAL
from scalelab.models.queueing.estimate import Estimate, ratio
from scalelab.models.queueing.law import Law

Process = Generator[simpy.Event, None, None]
SIMPY, CIW = "SimPy 4.1.2", "Ciw 3.2.7"


def simpy_waits(
    arrival_rate_per_s: float, service: Law, servers: int, n_customers: int, seed: int
) -> Floats:
    """Waits (s) in the order of arrival, from an empty queue on."""
    random.seed(seed)
    draw = _simpy_service(service)
    waits: list[float] = []

    def customer(environment: simpy.Environment, desk: simpy.Resource) -> Process:
        arrived = environment.now
        with desk.request() as request:
            yield request
            waits.append(environment.now - arrived)
            yield environment.timeout(draw())

    environment = simpy.Environment()
    desk = simpy.Resource(environment, capacity=servers)
    come = (customer(environment, desk) for _ in range(n_customers))
    environment.process(_simpy_source(environment, arrival_rate_per_s, come))
    environment.run()
    return np.array(waits)


def _simpy_source(
    environment: simpy.Environment, arrival_rate_per_s: float, customers: Iterable[Process]
) -> Process:
    """Lets the customers come one after the other, at random."""
    for customer in customers:
        yield environment.timeout(random.expovariate(arrival_rate_per_s))
        environment.process(customer)


def _simpy_service(service: Law) -> Callable[[], float]:
    kind, _, share, first, second = service.kernel
    if kind == CONSTANT:
        return lambda: first
    if kind == EXPONENTIAL:
        return lambda: random.expovariate(1.0 / first)
    if kind == HYPEREXPONENTIAL:
        return lambda: random.expovariate(1.0 / (first if random.random() < share else second))
    if kind == LOGNORMAL:
        return lambda: random.lognormvariate(first, second)
    raise ValueError(f"service is {service.name}, which the peers are not given here")


def ciw_waits(
    arrival_rate_per_s: float, service: Law, servers: int, n_customers: int, seed: int
) -> Floats:
    """The same by Ciw."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=arrival_rate_per_s)],
        service_distributions=[_ciw_service(service)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(n_customers)
    records = sorted(simulation.get_all_records(), key=lambda record: record.arrival_date)
    return np.array([record.waiting_time for record in records])


def simpy_shortest(
    arrival_rate_per_s: float, service: Law, servers: int, n_customers: int, seed: int
) -> Floats:
    """Waits where each server has a line of its own, and customers join the shortest, by SimPy."""
    random.seed(seed)
    draw = _simpy_service(service)
    waits: list[float] = []

    def length(desk: simpy.Resource) -> int:
        return desk.count + len(desk.queue)

    def customer(environment: simpy.Environment, desks: list[simpy.Resource]) -> Process:
        arrived = environment.now
        least = min(length(desk) for desk in desks)
        desk = random.choice([desk for desk in desks if length(desk) == least])
        with desk.request() as request:
            yield request
            waits.append(environment.now - arrived)
            yield environment.timeout(draw())

    environment = simpy.Environment()
    desks = [simpy.Resource(environment) for _ in range(servers)]
    come = (customer(environment, desks) for _ in range(n_customers))
    environment.process(_simpy_source(environment, arrival_rate_per_s, come))
    environment.run()
    return np.array(waits)


def ciw_shortest(
    arrival_rate_per_s: float, service: Law, servers: int, n_customers: int, seed: int
) -> Floats:
    """The same by Ciw: a node where nobody stays sends each customer on to the least loaded."""
    ciw.seed(seed)
    desks = list(range(2, servers + 2))
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=arrival_rate_per_s)] + [None] * servers,
        service_distributions=[ciw.dists.Deterministic(value=0.0)]
        + [_ciw_service(service) for _ in desks],
        number_of_servers=[float("inf")] + [1] * servers,
        routing=ciw.routing.NetworkRouting(
            routers=[ciw.routing.LoadBalancing(destinations=desks)]
            + [ciw.routing.Leave() for _ in desks]
        ),
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(n_customers)
    records = [record for record in simulation.get_all_records() if record.node != 1]
    records.sort(key=lambda record: record.arrival_date)
    return np.array([record.waiting_time for record in records])


def _ciw_service(service: Law) -> ciw.dists.Distribution:
    kind, _, share, first, second = service.kernel
    if kind == CONSTANT:
        return ciw.dists.Deterministic(value=first)
    if kind == EXPONENTIAL:
        return ciw.dists.Exponential(rate=1.0 / first)
    if kind == HYPEREXPONENTIAL:
        return ciw.dists.HyperExponential([1.0 / first, 1.0 / second], [share, 1.0 - share])
    if kind == LOGNORMAL:
        return ciw.dists.Lognormal(first, second)
    raise ValueError(f"service is {service.name}, which the peers are not given here")


def mean_wait(waits: Floats, warm_up: int, batches: int = 20) -> Estimate:
    """Mean of those after the first ``warm_up``, with its standard error from batch means (s)."""
    rest = waits[warm_up:]
    size = rest.size // batches
    sums = rest[: size * batches].reshape(batches, size).sum(axis=1)
    return ratio(sums, np.full(batches, float(size)))
