"""What one load costs with machines of each size, and what is left when some of them die.

A machine of v vCPUs, some of which its own system takes, and m such machines together both follow
the Universal Scalability Law, each with its own contention and coherency. As few machines work as
carry the load; the spares stand by. Every machine is up for the same share of the time,
independently of the others.
"""

import numpy as np

from scalelab.kernels.introduction.usl import slowed
from scalelab.kernels.jit import Table, kernel, step

# vCPUs of the machines on offer; `scalelab.facts.machines` has them with their prices.
SIZES = (2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 384, 448, 896)
IN_FAMILY = 11  # as many of them have the same price per vCPU
MOST_MACHINES = 10_000
HOURS_PER_MONTH = 730.0
HOURS_PER_YEAR = 12.0 * HOURS_PER_MONTH

# Rules for the spares: so many, or as many as the allowed time needs.
FOR_THE_TIME = 4

VCPUS, FAMILY, POSSIBLE, WORKING, SPARES, MACHINES, BILL = range(7)
WORK, INSIDE, OWN, BETWEEN, IDLE, SPARE, SPARE_SHARE = range(7, 14)
LEFT, SHORT, REFUSED, ONE, MOST, CHEAPEST, LOAD = range(14, 21)
WIDTH = 21


@step
def together(m: int, one: float, sigma: float, kappa: float) -> float:
    """Throughput of m machines that do ``one`` each when alone."""
    return one * m / slowed(float(m), sigma, kappa)


@step
def best_number(sigma: float, kappa: float) -> int:
    """Number of machines with the highest throughput, of those that are allowed."""
    if kappa <= 0.0:
        return MOST_MACHINES
    peak = np.sqrt((1.0 - sigma) / kappa)
    if peak >= MOST_MACHINES:
        return MOST_MACHINES
    below = max(int(peak), 1)
    if together(below + 1, 1.0, sigma, kappa) > together(below, 1.0, sigma, kappa):
        return below + 1
    return below


@step
def crossing(load: float, one: float, sigma: float, kappa: float) -> float:
    """Number of machines, a real number, that just carry a load which some number does carry.

    The smaller root of load (1 + sigma (m - 1) + kappa m (m - 1)) = one m; a part of one machine,
    if one does it.
    """
    if one >= load:
        return load / one
    linear = one - load * (sigma - kappa)
    constant = load * (1.0 - sigma)
    inside = max(linear * linear - 4.0 * load * kappa * constant, 0.0)
    return float(2.0 * constant / (linear + np.sqrt(inside)))


@step
def fewest(load: float, one: float, sigma: float, kappa: float, best: int) -> int:
    """Smallest number of machines that carries the load; 0 if none up to ``best`` does."""
    if together(best, one, sigma, kappa) < load:
        return 0
    m = min(max(int(np.ceil(crossing(load, one, sigma, kappa))), 1), best)
    # The root may be one last digit to either side.
    while m > 1 and together(m - 1, one, sigma, kappa) >= load:
        m -= 1
    while together(m, one, sigma, kappa) < load:
        m += 1
    return m


@step
def too_few(working: int, spares: int, down: float) -> float:
    """Probability that more than ``spares`` of all machines are down.

    Binomial, summed outwards from the most likely number, so that nothing underflows.
    """
    n = working + spares
    odds = down / (1.0 - down)
    middle = min(int((n + 1) * down), n)
    weight = 1.0
    total = 1.0
    found = 1.0 if middle > spares else 0.0
    for j in range(middle, n):
        weight *= (n - j) * odds / (j + 1)
        total += weight
        if j + 1 > spares:
            found += weight
        if weight < 1e-60:
            break
    weight = 1.0
    for j in range(middle, 0, -1):
        weight *= j / ((n - j + 1) * odds)
        total += weight
        if j - 1 > spares:
            found += weight
        if weight < 1e-60:
            break
    return found / total


@step
def refused(
    load: float, one: float, sigma: float, kappa: float, working: int, spares: int, down: float
) -> float:
    """Share of the requests, over time, for which there is no machine."""
    n = working + spares
    odds = down / (1.0 - down)
    middle = min(int((n + 1) * down), n)
    weight = 1.0
    total = 1.0
    missing = 0.0
    if middle > spares:
        missing = 1.0 - together(n - middle, one, sigma, kappa) / load
    for j in range(middle, n):
        weight *= (n - j) * odds / (j + 1)
        total += weight
        if j + 1 > spares:
            missing += weight * (1.0 - together(n - j - 1, one, sigma, kappa) / load)
        if weight < 1e-60:
            break
    weight = 1.0
    for j in range(middle, 0, -1):
        weight *= j / ((n - j + 1) * odds)
        total += weight
        if j - 1 > spares:
            missing += weight * (1.0 - together(n - j + 1, one, sigma, kappa) / load)
        if weight < 1e-60:
            break
    return missing / total


@step
def spares_for(working: int, down: float, allowed: float) -> int:
    """Fewest spares with which too few machines are up at most a share ``allowed`` of the time."""
    low, high = 0, working + 64
    while low < high:
        middle = (low + high) // 2
        if too_few(working, middle, down) <= allowed:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def machine_size(
    request_rate: float,
    vcpu_rate: float,
    sigma_inside: float,
    kappa_inside: float,
    sigma_between: float,
    kappa_between: float,
    agents_vcpus: float,
    charge_usd: float,
    spare_rule: int,
    allowed_hours: float,
    availability: float,
    family_price: float,
    first_price: float,
    second_price: float,
) -> Table:
    """One row for each of `SIZES`, in the columns named above.

    vCPUs; 1 for a machine of the family for general use, 0 for one made for memory; 1 if some
    number of these machines carries the load, else 0, and then none is rented.
    Machines that work, spares, both; the bill (USD a month) and its parts: vCPUs that the load
    would take if nothing were lost, what is lost inside of machines, what each machine takes for
    itself, what is lost between machines, what is idle because machines come whole, spares; share
    of the last. Share of the load that is carried when the spares are used up and one more machine
    dies. Hours a year with too few machines, and share of the requests refused. Throughput of one
    machine, and of the best number of them. 1 for the lowest bill. The load.

    ``family_price`` is in USD an hour and vCPU, the other two in USD an hour and machine.
    """
    table = np.zeros((len(SIZES), WIDTH))
    best = best_number(sigma_between, kappa_between)
    down = 1.0 - availability
    cheapest = -1
    for i in range(len(SIZES)):
        v = float(SIZES[i])
        if i < IN_FAMILY:
            hourly = family_price * v
        else:
            hourly = first_price if i == IN_FAMILY else second_price
        monthly = hourly * HOURS_PER_MONTH
        drag = slowed(v, sigma_inside, kappa_inside)
        one = vcpu_rate * (v - agents_vcpus) / drag
        table[i, VCPUS] = v
        table[i, FAMILY] = 1.0 if i < IN_FAMILY else 0.0
        table[i, LOAD] = request_rate
        table[i, ONE] = one
        table[i, MOST] = together(best, one, sigma_between, kappa_between)
        working = fewest(request_rate, one, sigma_between, kappa_between, best)
        if working == 0:  # none is rented, then
            table[i, SHORT] = HOURS_PER_YEAR
            table[i, REFUSED] = 1.0
            continue
        spares = spare_rule
        if spare_rule == FOR_THE_TIME:
            spares = spares_for(working, down, allowed_hours / HOURS_PER_YEAR)
        ideal = request_rate / vcpu_rate / v
        without_agents = ideal * v / (v - agents_vcpus)
        alone = without_agents * drag
        busy = crossing(request_rate, one, sigma_between, kappa_between)
        table[i, POSSIBLE] = 1.0
        table[i, WORKING] = working
        table[i, SPARES] = spares
        table[i, MACHINES] = working + spares
        table[i, BILL] = (working + spares) * (monthly + charge_usd)
        table[i, WORK] = ideal * monthly
        table[i, INSIDE] = (alone - without_agents) * monthly
        table[i, OWN] = (without_agents - ideal) * monthly + working * charge_usd
        table[i, BETWEEN] = max(busy - alone, 0.0) * monthly
        table[i, IDLE] = max(working - busy, 0.0) * monthly
        table[i, SPARE] = spares * (monthly + charge_usd)
        table[i, SPARE_SHARE] = spares / (working + spares)
        table[i, LEFT] = together(working - 1, one, sigma_between, kappa_between) / request_rate
        table[i, SHORT] = HOURS_PER_YEAR * too_few(working, spares, down)
        table[i, REFUSED] = refused(
            request_rate, one, sigma_between, kappa_between, working, spares, down
        )
        if cheapest < 0 or table[i, BILL] < table[cheapest, BILL]:
            cheapest = i
    if cheapest >= 0:
        table[cheapest, CHEAPEST] = 1.0
    return table
