"""What memory is left for a database's pages, and how many requests its disk allows with that.

The k-th most popular page is asked for in proportion to k**-skew, and those last used stay in
memory. The hit ratio is by the approximation of H. Che, Y. Tung and Z. Wang (IEEE JSAC 20(7) 2002):
a page leaves when a characteristic time has passed without a request for it. Of millions of pages
those of nearly the same popularity are taken together.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels import shop
from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Table, kernel

PAGES_PER_GIB = 131_072.0  # of 8 kB
SYSTEM_GIB = 1.0  # an assumption: the system, and the database's own processes
LEAST_GIB = 0.1  # an assumption: what the system leaves for pages when there is no room at all
GROWTH = 1.05  # from the first rank of a group to the first of the next one
PRECISION = 1e-12

SMALLEST_GIB, PER_DOUBLING, DOUBLINGS = 4.0, 8, 5
SIZES = PER_DOUBLING * DOUBLINGS + 1

ONE_MACHINE, APART = range(2)
DISK, VCPUS = range(2)
ARRANGEMENT, HERE, MEMORY, CACHE, HIT, READS, READS_DISK, DISK_MOST, CPU_MOST = range(9)
POSSIBLE, FULL_FIRST, KEEPS_UP, DISK_BUSY, WAIT, COME = range(9, 15)
WIDTH = 15


class Pages(NamedTuple):
    """Groups of pages: how many are in each, and how likely a request is for any one of them."""

    number: Floats
    popularity: Floats


class Load(NamedTuple):
    """Requests/s; pages that each looks up; reads/s that the disk does; vCPUs of a machine."""

    rate_per_s: float
    pages: float
    iops: float
    vcpus: int


@kernel
def next_group(rank: float) -> float:
    return float(max(rank + 1.0, np.floor(GROWTH * rank)))


@kernel
def grouped(n_pages: float, skew: float) -> Pages:
    """The first ranks one by one, and from the fortieth on in groups that grow."""
    groups = 0
    rank = 1.0
    while rank <= n_pages:
        groups += 1
        rank = next_group(rank)
    number = np.empty(groups)
    weight = np.empty(groups)
    total = 0.0
    rank = 1.0
    for i in range(groups):
        end = min(next_group(rank), n_pages + 1.0)
        number[i] = end - rank
        middle = power(0.5 * (rank + end - 1.0), -skew)
        if number[i] > 1.0:
            # The sum as an integral, by Simpson's rule.
            edges = power(rank - 0.5, -skew) + power(end - 0.5, -skew)
            middle = (edges + 4.0 * middle) / 6.0
        weight[i] = middle
        total += number[i] * middle
        rank = end
    for i in range(groups):
        weight[i] /= total
    return Pages(number, weight)


@kernel
def hit_ratio(cache_pages: float, data: Pages) -> float:
    """Of a cache for fewer pages than there are.

    Pages that are asked for within a time are a concave function of it, and fewer than requests.
    So Newton's method climbs from there to the characteristic time and never beyond.
    """
    time = cache_pages
    hit = 0.0
    for _ in range(100):
        there, slope, hit = 0.0, 0.0, 0.0
        for i in range(data.number.size):
            gone = exp(-data.popularity[i] * time)
            asked = data.number[i] * data.popularity[i]
            there += data.number[i] * (1.0 - gone)
            slope += asked * gone
            hit += asked * (1.0 - gone)
        step = (cache_pages - there) / slope
        time += step
        if step < PRECISION * time:
            break
    return hit


@kernel
def cpu_most(arrangement: int, vcpus: int) -> float:
    """Requests/s that the vCPUs of one machine allow, or those of the busier one of two."""
    if arrangement == ONE_MACHINE:
        return 1000.0 * vcpus / shop.CPU_MS
    return 1000.0 * vcpus / max(shop.CPU_MS - shop.DATABASE_MS, shop.DATABASE_MS)


@kernel
def put(
    row: Floats, arrangement: int, memory_gib: float, application_gib: float, n_pages: float,
    data: Pages, load: Load,
) -> None:  # fmt: skip
    taken = SYSTEM_GIB + (application_gib if arrangement == ONE_MACHINE else 0.0)
    row[ARRANGEMENT] = arrangement
    row[MEMORY] = memory_gib
    row[CACHE] = max(memory_gib - taken, LEAST_GIB)
    row[COME] = load.rate_per_s
    row[HIT] = 1.0
    row[CPU_MOST] = row[POSSIBLE] = cpu_most(arrangement, load.vcpus)
    row[FULL_FIRST] = VCPUS
    cache_pages = np.floor(row[CACHE] * PAGES_PER_GIB)
    if cache_pages < n_pages:
        row[HIT] = hit_ratio(cache_pages, data)
        row[READS] = load.pages * (1.0 - row[HIT])
        row[READS_DISK] = 1.0
        row[DISK_MOST] = load.iops / row[READS]
        if row[DISK_MOST] < row[CPU_MOST]:
            row[POSSIBLE] = row[DISK_MOST]
            row[FULL_FIRST] = DISK
    # What does not fit through the vCPUs does not come to the disk.
    row[DISK_BUSY] = min(load.rate_per_s, row[POSSIBLE]) * row[READS] / load.iops
    if load.rate_per_s < row[POSSIBLE]:
        row[KEEPS_UP] = 1.0
        row[WAIT] = row[READS] * 1000.0 / load.iops / (1.0 - row[DISK_BUSY])


@kernel
def memory(
    memory_gib: float, application_gib: float, data_gib: float, skew: float, pages: float,
    iops: float, rate_per_s: float, vcpus: int,
) -> Table:  # fmt: skip
    """For one machine and for the database apart: a row for each size of a machine, and one for
    ``memory_gib``.

    Columns: arrangement; 1 for the row that was asked for; memory of a machine, of it for pages
    (GiB); hit ratio; reads from the disk for a request; 1 if there are any; requests/s that the
    disk allows, if so; those that the vCPUs allow; the lesser of the two, and which that is; 1 if
    it is more than come; how busy the disk is; if it keeps up, how long a request waits for the
    disk (ms); requests/s that come.
    """
    n_pages = np.floor(data_gib * PAGES_PER_GIB)
    data = grouped(n_pages, skew)
    load = Load(rate_per_s, pages, iops, vcpus)
    table = np.zeros((2 * (SIZES + 1), WIDTH))
    for arrangement in range(2):
        for i in range(SIZES + 1):
            row = table[arrangement * (SIZES + 1) + i]
            size = memory_gib
            if i < SIZES:
                size = SMALLEST_GIB * power(2.0, i / PER_DOUBLING)
            put(row, arrangement, size, application_gib, n_pages, data, load)
            row[HERE] = 1.0 if i == SIZES else 0.0
    return table
