"""The shop on one machine, and with its database on a second one, for each number of customers.

So many customers are there at once. Each thinks, asks for a page, waits for it, thinks again: a
closed network, solved exactly (`scalelab.kernels.queueing.closed_network`). All that runs on a
machine shares its vCPUs, so that each component's part of the time there is in proportion to its
work; the disk has one queue. Apart, the database has vCPUs of its own, the disk goes with it, and
each query is a trip through the network.
"""

import numpy as np

from scalelab.kernels.jit import Table, kernel
from scalelab.kernels.queueing import closed_network as network
from scalelab.kernels.queueing.closed_network import ceiling, closed_network

ONE, APART = range(2)
# Stations, and what can be full first.
CPU, DATABASE_CPU, DISK_HEAD, TRIPS = range(4)
STATIONS = 4
POINTS = 59  # of the curve; one more row is that of the customers asked for

ARRANGEMENT, CUSTOMERS, THROUGHPUT, RESPONSE, OF_THE_DAY = range(5)
WEB, APPLICATION, JOBS, DATABASE, DISK, NETWORK = range(5, 11)
CPU_QUEUE, DATABASE_QUEUE, DISK_QUEUE = range(11, 14)
CPU_BUSY, DATABASE_BUSY, DISK_BUSY = range(14, 17)
MOST, LEAST, LIGHT, CEILING, KNEE, BOTTLENECK, HERE = range(17, 24)
WIDTH = 24


@kernel
def put(table: Table, row: int, n: int, think_s: float, solved: Table) -> None:
    """What the solved network has to say of ``n`` customers, and its bounds."""
    found = solved[n - 1]
    at = network.FIRST
    each = network.OF_A_STATION
    table[row, CUSTOMERS] = n
    table[row, THROUGHPUT] = found[network.THROUGHPUT]
    table[row, RESPONSE] = 1000.0 * found[network.RESPONSE]
    table[row, DISK] = 1000.0 * found[at + each * DISK_HEAD + network.RESIDENCE]
    table[row, NETWORK] = 1000.0 * found[at + each * TRIPS + network.RESIDENCE]
    for station in range(TRIPS):
        table[row, CPU_QUEUE + station] = found[at + each * station + network.QUEUE]
        table[row, CPU_BUSY + station] = found[at + each * station + network.UTILISATION]
    limit = table[row, CEILING]
    light_s = table[row, LIGHT] / 1000.0
    table[row, MOST] = min(n / (light_s + think_s), limit)
    table[row, LEAST] = max(table[row, LIGHT], 1000.0 * (n / limit - think_s))


@kernel
def resources(
    customers: int, vcpus: int, database_vcpus: int, web_ms: float, application_ms: float,
    jobs_ms: float, database_ms: float, disk_ms: float, queries: float, trip_ms: float,
    think_s: float, most: int, customer_rate: float,
) -> Table:  # fmt: skip
    """`POINTS` rows from one customer to ``most``, then one for ``customers``; twice.

    Columns: 0 for one machine, 1 for the database apart; customers at once; requests/s; response
    (ms); customers of the day in whose busiest hour as many requests come. The response by what
    takes it (ms): web, application, jobs, database, disk, network. Requests at the (application's)
    vCPUs, at the database's own, at the disk, and how busy each of the three is. Bounds at this
    number: most requests/s, least response (ms). Of the arrangement: response when nobody else is
    there (ms), requests/s that it can do, customers at whom these two bounds meet, which is full
    first. 1 for the row of ``customers``.

    ``disk_ms`` and ``application_ms`` are above 0. The curve goes as far as ``customers`` do.
    """
    last = max(most, customers)
    table = np.zeros((2 * (POINTS + 1), WIDTH))
    demands = np.zeros(STATIONS)
    servers = np.array([float(vcpus), 0.0, 1.0, 0.0])
    background = np.zeros(STATIONS)
    own = web_ms + application_ms + jobs_ms
    for arrangement in range(2):
        together = database_ms if arrangement == ONE else 0.0
        demands[CPU] = (own + together) / 1000.0
        demands[DATABASE_CPU] = (database_ms - together) / 1000.0
        demands[DISK_HEAD] = disk_ms / 1000.0
        demands[TRIPS] = queries * trip_ms / 1000.0 if arrangement == APART else 0.0
        # A station without work is quickest as one where nobody waits.
        servers[DATABASE_CPU] = float(database_vcpus) if demands[DATABASE_CPU] > 0.0 else 0.0
        limit, where = ceiling(demands, servers, background)
        light = 1000.0 * demands.sum()
        solved = closed_network(last, think_s, demands, servers, background)
        for i in range(POINTS + 1):
            row = arrangement * (POINTS + 1) + i
            n = customers
            if i < POINTS:
                n = 1 + (i * (last - 1) + (POINTS - 1) // 2) // (POINTS - 1)
            table[row, ARRANGEMENT] = arrangement
            table[row, LIGHT] = light
            table[row, CEILING] = limit
            table[row, KNEE] = (light / 1000.0 + think_s) * limit
            table[row, BOTTLENECK] = where
            table[row, HERE] = 1.0 if i == POINTS else 0.0
            put(table, row, n, think_s, solved)
            table[row, OF_THE_DAY] = table[row, THROUGHPUT] / customer_rate
            shared = 1000.0 * solved[n - 1, network.FIRST + network.RESIDENCE]
            table[row, WEB] = shared * web_ms / (own + together)
            table[row, APPLICATION] = shared * application_ms / (own + together)
            table[row, JOBS] = shared * jobs_ms / (own + together)
            table[row, DATABASE] = shared * together / (own + together)
            if arrangement == APART:
                first = network.FIRST + network.OF_A_STATION * DATABASE_CPU
                table[row, DATABASE] = 1000.0 * solved[n - 1, first + network.RESIDENCE]
    return table
