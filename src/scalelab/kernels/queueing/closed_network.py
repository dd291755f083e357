"""Closed queueing networks with a product form: N customers go round between several stations.

A customer thinks, then visits stations. What a station does for one round is its *demand*: visits
times service time. A station has one server or several with one queue, or is a pure delay (0
servers). Beside the customers it can have *background* work from outside, in Erlangs, that shares
it with them. Times in s, or in any one unit.

The steady state is a product of one factor for each station (F. Baskett, K. M. Chandy, R. R. Muntz
and F. G. Palacios, Journal of the ACM 22(2) 1975); the constants that make it a probability come
from J. P. Buzen's convolution (Communications of the ACM 16(9) 1973). All that is added is
positive, so no digits are lost.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel, step

# A wide number m 2^(512 e): constants of thousands of customers leave a double's range.
TALL, SMALL = 2.0**256, 2.0**-256
BLOCK, UNBLOCK = 2.0**512, 2.0**-512
NOTHING = -(2**40)  # the exponent of zero: below all others
NEGLIGIBLE = 1e-18  # against the likeliest state, or against a sum

# Columns of `closed_network`; three for each station follow.
CUSTOMERS, THROUGHPUT, RESPONSE, FIRST = range(4)
RESIDENCE, QUEUE, UTILISATION = range(3)  # of a station
OF_A_STATION = 3


class Wide(NamedTuple):
    """One wide number for each number of customers, 0 first."""

    digits: Floats
    exponents: Ints


@step
def normal(m: float, e: int) -> tuple[float, int]:
    if m == 0.0:
        return 0.0, NOTHING
    while m >= TALL:
        m *= UNBLOCK
        e += 1
    while m < SMALL:
        m *= BLOCK
        e -= 1
    return m, e


@step
def plus(m: float, e: int, n: float, f: int) -> tuple[float, int]:
    """Sum of two wide numbers. Two blocks apart, the smaller one has no digit to add."""
    if e == f:
        return normal(m + n, e)
    if e == f + 1:
        return normal(m + n * UNBLOCK, e)
    if f == e + 1:
        return normal(n + m * UNBLOCK, f)
    return (m, e) if e > f else (n, f)


@step
def ratio(m: float, e: int, n: float, f: int) -> float:
    """One wide number over another, as a plain one; 0 over 0 is 0."""
    if n == 0.0 or e < f - 2:
        return 0.0
    quotient = m / n
    for _ in range(e, f):
        quotient *= UNBLOCK
    for _ in range(f, e):
        quotient *= BLOCK
    return quotient


@kernel
def empty(most: int) -> Wide:
    """Of a network without stations: one way to be with 0 customers, none with more."""
    wide = Wide(np.zeros(most + 1), np.full(most + 1, NOTHING, np.int64))
    wide.digits[0] = 1.0
    wide.exponents[0] = 0
    return wide


@kernel
def delay(time: float, most: int) -> Wide:
    """Of a pure delay: time^n / n!."""
    wide = empty(most)
    for n in range(1, most + 1):
        m, e = normal(wide.digits[n - 1] * time / n, wide.exponents[n - 1])
        wide.digits[n] = m
        wide.exponents[n] = e
    return wide


@kernel
def beside(k: int, servers: int, background: float) -> float:
    """Sum over the jobs of the background that can be there with ``k`` customers.

    In a station that all share, m jobs and k customers have (k + m)!/(k! m!) orders; the servers
    work on min(k + m, servers) of them. Relative to a station of ``k`` customers alone, none of
    whom waits.
    """
    total, weight, m = 0.0, 1.0, 0
    while True:
        total += weight
        m += 1
        growth = background / m
        if k + m > servers:
            growth *= (k + m) / servers
        weight *= growth
        if weight <= NEGLIGIBLE * total and growth < 1.0:
            return total


@kernel
def factors(demand: float, servers: int, background: float, most: int) -> Wide:
    """A station's factor for 0, 1, ... customers there, as far as a server is free for each.

    Beyond ``servers`` customers, each further one multiplies it by demand/(servers - background).
    """
    count = min(servers, most)
    wide = empty(count)
    alone = beside(0, servers, background)
    m, e = 1.0, 0
    for k in range(1, count + 1):
        m, e = normal(m * demand / k, e)
        n, f = normal(m * (beside(k, servers, background) / alone), e)
        wide.digits[k] = n
        wide.exponents[k] = f
    return wide


@kernel
def include(others: Wide, demand: float, servers: int, background: float) -> tuple[Wide, Wide]:
    """(constants with one more station, the same with each state times the customers there)."""
    most = others.digits.size - 1
    with_it, there = empty(most), empty(most)
    there.digits[0] = 0.0
    there.exponents[0] = NOTHING
    own = factors(demand, servers, background, most)
    further = demand / (servers - background)
    tail_m, tail_e = 0.0, NOTHING  # states in which all servers are busy
    many_m, many_e = 0.0, NOTHING  # the same, times the customers there
    for n in range(most + 1):
        sum_m, sum_e = 0.0, NOTHING
        sum_there_m, sum_there_e = 0.0, NOTHING
        for k in range(min(servers, n + 1)):
            m, e = normal(
                own.digits[k] * others.digits[n - k], own.exponents[k] + others.exponents[n - k]
            )
            sum_m, sum_e = plus(sum_m, sum_e, m, e)
            sum_there_m, sum_there_e = plus(sum_there_m, sum_there_e, k * m, e)
        if n >= servers:
            many_m, many_e = plus(many_m, many_e, tail_m, tail_e)
            many_m, many_e = normal(many_m * further, many_e)
            tail_m, tail_e = normal(tail_m * further, tail_e)
            m, e = normal(
                own.digits[servers] * others.digits[n - servers],
                own.exponents[servers] + others.exponents[n - servers],
            )
            tail_m, tail_e = plus(tail_m, tail_e, m, e)
            many_m, many_e = plus(many_m, many_e, servers * m, e)
        m, e = plus(sum_m, sum_e, tail_m, tail_e)
        with_it.digits[n] = m
        with_it.exponents[n] = e
        m, e = plus(sum_there_m, sum_there_e, many_m, many_e)
        there.digits[n] = m
        there.exponents[n] = e
    return with_it, there


@kernel
def constants(
    think: float, demands: Floats, servers: Floats, background: Floats, most: int, without: int
) -> Wide:
    """The network's constant for 0, 1, ... ``most`` customers; ``without`` one station, or -1."""
    delays = think
    for i in range(demands.size):
        if servers[i] <= 0.0:
            delays += demands[i]
    found = delay(delays, most)
    for i in range(demands.size):
        if servers[i] > 0.0 and i != without:
            found, _ = include(found, demands[i], int(servers[i]), background[i])
    return found


@kernel
def throughputs(
    think: float, demands: Floats, servers: Floats, background: Floats, most: int
) -> Floats:
    """Rounds a second with 1, 2, ... ``most`` customers."""
    found = constants(think, demands, servers, background, most, -1)
    rates = np.zeros(most)
    for n in range(1, most + 1):
        rates[n - 1] = ratio(
            found.digits[n - 1], found.exponents[n - 1], found.digits[n], found.exponents[n]
        )
    return rates


@kernel
def closed_network(
    customers: int, think: float, demands: Floats, servers: Floats, background: Floats
) -> Table:
    """A row for each number of customers from 1 on.

    Columns: customers, rounds a second, response time (think time not included); then for each
    station: time there of a round, mean number of customers there, utilisation (background
    included; of a pure delay the mean number there). ``servers`` 0 is a pure delay. The background
    is below the servers, 0 at delays. Exact.
    """
    stations = demands.size
    table = np.zeros((customers, FIRST + OF_A_STATION * stations))
    all_in = constants(think, demands, servers, background, customers, -1)
    for n in range(1, customers + 1):
        table[n - 1, CUSTOMERS] = n
        table[n - 1, THROUGHPUT] = ratio(
            all_in.digits[n - 1], all_in.exponents[n - 1], all_in.digits[n], all_in.exponents[n]
        )
    for i in range(stations):
        column = FIRST + OF_A_STATION * i
        c = int(servers[i])
        there = all_in
        if c > 1:
            rest = constants(think, demands, servers, background, customers, i)
            _, there = include(rest, demands[i], c, background[i])
        before = 0.0
        for n in range(1, customers + 1):
            rate = table[n - 1, THROUGHPUT]
            if c <= 0:
                queue = rate * demands[i]
            elif c == 1:
                # Who comes finds what there is with one customer less.
                queue = rate * demands[i] / (1.0 - background[i]) * (1.0 + before)
            else:
                queue = ratio(
                    there.digits[n], there.exponents[n], all_in.digits[n], all_in.exponents[n]
                )
            before = queue
            residence = queue / rate if rate > 0.0 else 0.0
            busy = (rate * demands[i] + background[i]) / max(c, 1)
            table[n - 1, RESPONSE] += residence
            table[n - 1, column + RESIDENCE] = residence
            table[n - 1, column + QUEUE] = queue
            table[n - 1, column + UTILISATION] = busy
    return table


@kernel
def ceiling(demands: Floats, servers: Floats, background: Floats) -> tuple[float, int]:
    """(most rounds a second that the stations can do, the station that sets it).

    Denning and Buzen, "The Operational Analysis of Queueing Network Models", ACM Computing Surveys
    10(3) 1978; -1 and 0 if no station has a limit.
    """
    most, where = 0.0, -1
    for i in range(demands.size):
        if servers[i] > 0.0 and demands[i] > 0.0:
            rate = (servers[i] - background[i]) / demands[i]
            if where < 0 or rate < most:
                most, where = rate, i
    return most, where


@step
def rate_of(rates: Floats, k: int) -> float:
    """With ``k`` customers at the stations; as many as there are rates, or more, do as much."""
    return float(rates[min(k, rates.size) - 1])


@kernel
def interactive(customers: int, think: float, rates: Floats) -> tuple[float, float]:
    """(rounds a second, response time) of customers who think before each round.

    ``rates``: `throughputs` of the stations alone, without think time. To those who think, the
    stations are one server that works faster the more customers it has (K. M. Chandy, U. Herzog
    and L. Woo, IBM Journal of Research and Development 19(1) 1975). As exact as `closed_network`
    where there are as many rates as customers, and as good where the last ones hardly differ; it
    takes time and memory for many fewer states. The sum runs from the likeliest to both sides.
    """
    if think <= 0.0:
        rate = rate_of(rates, customers)
        return rate, customers / rate
    low, high = 0, customers
    while low < high:
        middle = (low + high) // 2
        if customers - middle > think * rate_of(rates, middle + 1):
            low = middle + 1
        else:
            high = middle
    mode = low
    total, there = 1.0, float(mode)
    done = rate_of(rates, mode) if mode > 0 else 0.0
    weight = 1.0
    for k in range(mode + 1, customers + 1):
        rate = rate_of(rates, k)
        weight *= (customers - k + 1) / (think * rate)
        if weight < NEGLIGIBLE:
            break
        total += weight
        there += weight * k
        done += weight * rate
    weight = 1.0
    for k in range(mode, 0, -1):
        weight *= think * rate_of(rates, k) / (customers - k + 1)
        if weight < NEGLIGIBLE:
            break
        total += weight
        there += weight * (k - 1)
        if k > 1:
            done += weight * rate_of(rates, k - 1)
    return done / total, there / done
