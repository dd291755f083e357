"""Containers on machines: how many it takes, what they cost, what is idle, and who is killed.

A container asks for vCPUs and memory, and is put where both are left. Machines are alike, and
another is started only when no other has room, as an autoscaler does. Four ways choose the machine:
the first with room, in the order in which containers come or from the largest to the smallest
(D. S. Johnson, "Near-optimal bin packing algorithms", 1973), and the highest score of Kubernetes'
"MostAllocated" and "LeastAllocated", in its whole numbers.

Memory that a container uses is normal around its mean and drawn afresh from time to time. Then the
sum on a machine is normal, too.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.normal import normal_tail
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

FIRST, DECREASING, MOST, LEAST, BOUND, CAPPED, UNCAPPED = range(7)
WAYS = 4
# vCPUs of a machine, and for how many containers it reserves memory (`scalelab.facts.packing`).
SIZES = (2, 4, 8, 16, 32, 48, 64, 96, 128)
PODS = (59, 118, 118, 394, 492, 590, 1010, 1010, 1514)
# Memory asked for over its mean use, for which the third view has a point.
MARGINS = (1.0, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.5, 3.0)

# The shop's containers, all assumptions: what one uses on average, and its part of the containers.
# Web, application, jobs, cache, search, small helpers.
USE_M = (100.0, 500.0, 800.0, 150.0, 600.0, 50.0)  # thousandths of a vCPU
USE_MIB = (128.0, 1024.0, 512.0, 4096.0, 3072.0, 96.0)
PART = (0.2, 0.3, 0.15, 0.08, 0.07, 0.2)
APPLICATION_VCPUS = 0.5

CURVE, PARTS, RISK, SET = range(4)
KIND, SERIES, SIZE, NODES, RENT, RENT_LOW, RENT_HIGH, POSSIBLE = range(8)
PENDING, HELD, SPARE, RESOURCE, WHAT, SHARE, MARGIN, KILLS = range(8, 16)
ASKED_VCPUS, ASKED_GIB, USED_VCPUS, USED_GIB, BINDS, THROTTLED = range(16, 22)
LIMITED_MS, FREE_MS, CHEAPEST, CHEAPEST_RENT, CHOSEN, START = range(22, 28)
WIDTH = 28
ROWS = len(SIZES) * (WAYS + 1) + 8 + 2 * (len(MARGINS) + 1) + 1

LN2 = 0.6931471805599453
REQUESTS = 2000  # of each run under a limit
WARM_UP = 200


class Node(NamedTuple):
    """A machine: what containers can have of it, what it has, and USD a month."""

    cpu: int
    mib: int
    whole_cpu: float
    whole_mib: float
    usd: float


class World(NamedTuple):
    """What does not change while machines of all sizes are tried."""

    gib: int
    usd_per_vcpu: float
    overhead: float
    pod_mib: float
    base_mib: float
    eviction_mib: float
    agents_m: float
    agents_mib: float


@kernel
def allocatable_m(vcpus: int) -> int:
    """Thousandths of a vCPU that are left: 6, 1, 0.5, 0.5 and 0.25 % of each vCPU are reserved."""
    kept = 60.0 * min(vcpus, 1) + 10.0 * min(max(vcpus - 1, 0), 1)
    kept += 5.0 * min(max(vcpus - 2, 0), 2) + 2.5 * max(vcpus - 4, 0)
    return int(1000.0 * vcpus - kept)


@kernel
def allocatable_mib(mib: int, pods: int, w: World) -> int:
    """MiB left by the hypervisor, the system, each container's overhead and the last reserve."""
    there = mib - np.ceil(mib * w.overhead)
    return int(there - w.base_mib - w.pod_mib * pods - w.eviction_mib)


@kernel
def node_of(index: int, w: World) -> Node:
    vcpus = SIZES[index]
    mib = vcpus * w.gib * 1024
    return Node(
        int(allocatable_m(vcpus) - w.agents_m),
        int(allocatable_mib(mib, PODS[index], w) - w.agents_mib),
        1000.0 * vcpus, float(mib), vcpus * w.usd_per_vcpu,
    )  # fmt: skip


@kernel
def draw(seed: int, use_m: Floats, use_mib: Floats) -> None:
    """What each container uses: that of its kind, and half to twice as much."""
    chance = generator(seed)
    for i in range(use_m.size):
        at = uniform(chance)
        kind = 0
        while kind < len(PART) - 1 and at >= PART[kind]:
            at -= PART[kind]
            kind += 1
        use_m[i] = USE_M[kind] * exp((2.0 * uniform(chance) - 1.0) * LN2)
        use_mib[i] = USE_MIB[kind] * exp((2.0 * uniform(chance) - 1.0) * LN2)


@kernel
def ask(use: Floats, factor: float, asked: Ints) -> int:
    """Whole units, rounded up; all together."""
    total = 0
    for i in range(use.size):
        asked[i] = int(np.ceil(use[i] * factor))
        total += asked[i]
    return total


@kernel
def line_up(way: int, cpu: Ints, mib: Ints, node: Node, order: Ints) -> None:
    """As they come, or by the larger of its two shares of a machine, the largest first."""
    for i in range(order.size):
        order[i] = i
        if way != DECREASING:
            continue
        # The larger of cpu / node.cpu and mib / node.mib, times both.
        key = max(cpu[i] * node.mib, mib[i] * node.cpu)
        j = i
        while j > 0:
            before = order[j - 1]
            if max(cpu[before] * node.mib, mib[before] * node.cpu) >= key:
                break
            order[j] = before
            j -= 1
        order[j] = i


@kernel
def score(way: int, cpu: int, mib: int, node: Node) -> int:
    """Kubernetes' score, 0 to 100, of a machine with so much asked of it."""
    if way == MOST:
        return int((100 * cpu // node.cpu + 100 * mib // node.mib) // 2)
    return int((100 * (node.cpu - cpu) // node.cpu + 100 * (node.mib - mib) // node.mib) // 2)


@kernel
def choose(
    way: int, c: int, m: int, node: Node, cpu: Ints, mib: Ints, nodes: int, lost: int
) -> int:
    """The machine for a container that asks for ``c`` and ``m``; -1 if none has room."""
    best = -1
    highest = -1
    for j in range(nodes):
        if j == lost or cpu[j] + c > node.cpu or mib[j] + m > node.mib:
            continue
        if way in (FIRST, DECREASING):
            return j
        found = score(way, cpu[j] + c, mib[j] + m, node)
        if found > highest:
            best = j
            highest = found
    return best


@kernel
def pack(
    way: int, asked_m: Ints, asked_mib: Ints, node: Node, order: Ints, where: Ints,
    cpu: Ints, mib: Ints,
) -> int:  # fmt: skip
    """How many machines it takes; 0 if a container is larger than one. Fills the last four."""
    line_up(way, asked_m, asked_mib, node, order)
    nodes = 0
    for i in order:
        c = asked_m[i]
        m = asked_mib[i]
        if c > node.cpu or m > node.mib:
            return 0
        j = choose(way, c, m, node, cpu, mib, nodes, -1)
        if j < 0:
            j = nodes
            cpu[j] = 0
            mib[j] = 0
            nodes += 1
        cpu[j] += c
        mib[j] += m
        where[i] = j
    return nodes


@kernel
def left_out(
    way: int, asked_m: Ints, asked_mib: Ints, node: Node, order: Ints, where: Ints,
    cpu: Ints, mib: Ints, nodes: int,
) -> int:  # fmt: skip
    """Each machine is lost once: containers that find no room on the others, in all."""
    pending = 0
    cpu_then = np.empty(nodes, np.int64)
    mib_then = np.empty(nodes, np.int64)
    for lost in range(nodes):
        for j in range(nodes):
            cpu_then[j] = cpu[j]
            mib_then[j] = mib[j]
        for i in order:
            if where[i] != lost:
                continue
            j = choose(
                way, asked_m[i], asked_mib[i], node, cpu_then, mib_then, nodes, lost
            )  # fmt: skip
            if j < 0:
                pending += 1
            else:
                cpu_then[j] += asked_m[i]
                mib_then[j] += asked_mib[i]
    return pending


@kernel
def least_nodes(cpu: int, mib: int, node: Node) -> int:
    """No way needs fewer: all that is asked for, over what a machine has."""
    return int(max((cpu + node.cpu - 1) // node.cpu, (mib + node.mib - 1) // node.mib))


@kernel
def runs_out(
    use_mib: Floats, where: Ints, nodes: int, mib: float, swing: float, together: float
) -> float:
    """Machines that have too little memory at one time, on average."""
    mean = np.zeros(nodes)
    squares = np.zeros(nodes)
    for i in range(use_mib.size):
        mean[where[i]] += use_mib[i]
        squares[where[i]] += use_mib[i] * use_mib[i]
    found = 0.0
    for j in range(nodes):
        spread = (1.0 - together) * squares[j] + together * mean[j] * mean[j]
        found += normal_tail((mib - mean[j]) / (swing * np.sqrt(spread)))
    return found


@kernel
def under_limit(
    seed: int, load: float, limit: float, service_ms: float, period_ms: float, times: Floats
) -> float:
    """Responses of a container with one worker and a CPU limit; the part of periods it is stopped.

    Requests come at random with exponential work. It runs at full speed until its quota of the
    period is used, and then stands still until the next one.
    """
    chance = generator(seed)
    quota = limit * period_ms
    came = 0.0
    now = 0.0
    period = 0
    left = quota
    stopped = 0
    for i in range(times.size + WARM_UP):
        came += exponential(chance, service_ms / load)
        work = exponential(chance, service_ms)
        now = max(now, came)
        if int(now / period_ms) > period:
            period = int(now / period_ms)
            left = quota
        for _ in range(100_000):
            run = max(min(work, min(left, (period + 1) * period_ms - now)), 0.0)
            work -= run
            left -= run
            now += run
            if work <= 0.0:
                break
            if left <= 0.0:
                stopped += 1
            period += 1
            now = period * period_ms
            left = quota
        if i >= WARM_UP:
            times[i - WARM_UP] = now - came
    return stopped / (period + 1.0)


@kernel
def packing(
    way: int, size: int, family: int, containers: int, cpu_factor: float, memory_factor: float,
    spare: int, swing: float, together: float, usd_compute: float, usd_general: float,
    usd_memory: float, overhead: float, pod_mib: float, base_mib: float, eviction_mib: float,
    agents_m: float, agents_mib: float, draws_per_month: float, service_ms: float,
    period_ms: float, seeds: int,
) -> Table:  # fmt: skip
    """For each size of machine a row by way and a bound; where money goes, kills, one as set.

    Machines have ``size`` vCPUs with 2, 4 or 8 GiB each, by ``family``, at so much a vCPU.
    Containers ask for so many times what they use. With ``spare`` there is one more machine where
    the containers of a lost one would not find room. Memory has a standard deviation of ``swing``
    of its mean, a part ``together`` of the variance common to all; it is drawn anew
    ``draws_per_month``. Means over ``seeds`` draws of the containers.

    Columns: kind of row; which way, bound or limit; vCPUs of a machine; machines; USD a month, and
    its least and most over the draws; 1 if every container fits a machine; the part of a lost
    machine's containers that finds no room without a spare one; containers of a machine; spare
    machines. Of a part of what is paid: resource (CPU, memory), what (used, asked for and idle,
    free, system), and its share. Memory asked for over its mean use, and containers killed a month.
    As set: vCPUs and GiB asked for and used, on average; which is scarce; the part of periods in
    which an application container is stopped if its limit is what it asks for; its p99 response
    (ms) then, and without a limit; the size that costs least this way, and what it costs. 1 if
    it is the way that is set; where a share begins if they are laid end to end.
    """
    gib = (2, 4, 8)[family]
    usd_per_vcpu = (usd_compute, usd_general, usd_memory)[family]
    w = World(
        gib, usd_per_vcpu, overhead, pod_mib, base_mib, eviction_mib, agents_m, agents_mib
    )  # fmt: skip
    n = containers
    table = np.zeros((ROWS, WIDTH))
    for i in range(ROWS):
        table[i, POSSIBLE] = 1.0
    set_row = table[ROWS - 1]
    set_row[KIND] = SET
    set_row[SERIES] = way
    set_row[SIZE] = size
    parts = len(SIZES) * (WAYS + 1)
    risks = parts + 8
    lay_out(table, way, size, parts, risks, memory_factor)
    use_m = np.empty(n)
    use_mib = np.empty(n)
    asked_m = np.empty(n, np.int64)
    asked_mib = np.empty(n, np.int64)
    order = np.empty(n, np.int64)
    where = np.empty(n, np.int64)
    cpu = np.empty(n, np.int64)
    mib = np.empty(n, np.int64)
    weight = 1.0 / seeds
    for seed in range(seeds):
        draw(seed, use_m, use_mib)
        all_m = ask(use_m, cpu_factor, asked_m)
        all_mib = ask(use_mib, memory_factor, asked_mib)
        used_m = 0.0
        used_mib = 0.0
        for i in range(n):
            used_m += use_m[i]
            used_mib += use_mib[i]
        set_row[ASKED_VCPUS] += weight * all_m / 1000.0
        set_row[ASKED_GIB] += weight * all_mib / 1024.0
        set_row[USED_VCPUS] += weight * used_m / 1000.0
        set_row[USED_GIB] += weight * used_mib / 1024.0
        for index in range(len(SIZES)):
            node = node_of(index, w)
            most = least_nodes(all_m, all_mib, node)
            put(table[index * (WAYS + 1) + BOUND], most, 0, 0, n, node, seed, weight)
            for each in range(WAYS):
                row = table[index * (WAYS + 1) + each]
                nodes = pack(each, asked_m, asked_mib, node, order, where, cpu, mib)
                if nodes == 0:
                    row[POSSIBLE] = 0.0
                    continue
                pending = left_out(
                    each, asked_m, asked_mib, node, order, where, cpu, mib, nodes
                )  # fmt: skip
                more = 1 if spare == 1 and pending > 0 else 0
                put(row, nodes, more, pending, n, node, seed, weight)
                if each == way and SIZES[index] == size:
                    total = float(nodes + more)
                    put_parts(table[parts:], used_m, all_m, node.cpu * total,
                              node.whole_cpu * total, weight)  # fmt: skip
                    put_parts(table[parts + 4:], used_mib, all_mib, node.mib * total,
                              node.whole_mib * total, weight)  # fmt: skip
            if SIZES[index] != size:
                continue
            for k in range(len(MARGINS) + 1):
                capped = table[risks + 2 * k]
                uncapped = table[risks + 2 * k + 1]
                factor = capped[MARGIN]
                beyond = normal_tail((factor - 1.0) / swing)
                capped[KILLS] += weight * draws_per_month * n * beyond
                ask(use_mib, factor, asked_mib)
                nodes = pack(way, asked_m, asked_mib, node, order, where, cpu, mib)
                if nodes == 0:
                    uncapped[POSSIBLE] = 0.0
                    continue
                uncapped[KILLS] += (
                    weight
                    * draws_per_month
                    * runs_out(use_mib, where, nodes, float(node.mib), swing, together)
                )
            ask(use_mib, memory_factor, asked_mib)
    copy_as_set(table, set_row, way, size, parts)
    for index in range(len(SIZES)):
        if SIZES[index] == size:
            node = node_of(index, w)
            by_cpu = set_row[ASKED_VCPUS] * 1000.0 / node.cpu
            set_row[BINDS] = 0.0 if by_cpu >= set_row[ASKED_GIB] * 1024.0 / node.mib else 1.0
    put_limit(set_row, cpu_factor, service_ms, period_ms, seeds)
    return table


@kernel
def lay_out(table: Table, way: int, size: int, parts: int, risks: int, factor: float) -> None:
    """What each row is about."""
    for index in range(len(SIZES)):
        for each in range(WAYS + 1):
            row = table[index * (WAYS + 1) + each]
            row[KIND] = CURVE
            row[SERIES] = each
            row[SIZE] = SIZES[index]
    for i in range(8):
        row = table[parts + i]
        row[KIND] = PARTS
        row[SERIES] = way
        row[SIZE] = size
        row[RESOURCE] = i // 4
        row[WHAT] = i % 4
    for k in range(len(MARGINS) + 1):
        for i in range(2):
            row = table[risks + 2 * k + i]
            row[KIND] = RISK
            row[SERIES] = CAPPED + i
            row[SIZE] = size
            row[MARGIN] = factor if k == len(MARGINS) else MARGINS[min(k, len(MARGINS) - 1)]
    # The point as set stands apart from the curve.
    table[risks + 2 * len(MARGINS), KIND] = SET
    table[risks + 2 * len(MARGINS) + 1, KIND] = SET


@kernel
def put(
    row: Floats, nodes: int, spare: int, pending: int, n: int, node: Node, seed: int, weight: float
) -> None:
    """One draw of the containers, added to the means."""
    usd = node.usd * (nodes + spare)
    row[NODES] += weight * (nodes + spare)
    row[SPARE] += weight * spare
    row[RENT] += weight * usd
    row[RENT_LOW] = usd if seed == 0 else min(row[RENT_LOW], usd)
    row[RENT_HIGH] = max(row[RENT_HIGH], usd)
    row[PENDING] += weight * pending / n
    row[HELD] += weight * n / nodes


@kernel
def put_parts(
    rows: Table, used: float, asked: float, left: float, whole: float, weight: float
) -> None:
    """Shares of what is paid: used, asked for and idle, free, the system's."""
    rows[0, SHARE] += weight * used / whole
    rows[1, SHARE] += weight * (asked - used) / whole
    rows[2, SHARE] += weight * (left - asked) / whole
    rows[3, SHARE] += weight * (whole - left) / whole
    for i in range(1, 4):
        rows[i, START] = rows[i - 1, START] + rows[i - 1, SHARE]


@kernel
def copy_as_set(table: Table, set_row: Floats, way: int, size: int, parts: int) -> None:
    """The curve's point that is set, once more; its parts are there only if it is possible."""
    for i in range(parts):
        row = table[i]
        if row[SERIES] == way and row[SIZE] == size:
            for column in range(NODES, SPARE + 1):
                set_row[column] = row[column]
            for k in range(8):
                table[parts + k, POSSIBLE] = row[POSSIBLE]
        if row[SERIES] != way:
            continue
        row[CHOSEN] = 1.0
        less = set_row[CHEAPEST] == 0.0 or row[RENT] < set_row[CHEAPEST_RENT]
        if row[POSSIBLE] == 1.0 and less:
            set_row[CHEAPEST] = row[SIZE]
            set_row[CHEAPEST_RENT] = row[RENT]


@kernel
def put_limit(row: Floats, factor: float, service_ms: float, period_ms: float, seeds: int) -> None:
    """An application container whose limit is what it asks for, and one without a limit."""
    times = np.empty(REQUESTS * seeds)
    free = np.empty(REQUESTS * seeds)
    limit = APPLICATION_VCPUS * factor
    for seed in range(seeds):
        first = seed * REQUESTS
        row[THROTTLED] += under_limit(
            seed, APPLICATION_VCPUS, limit, service_ms, period_ms, times[first : first + REQUESTS]
        ) / seeds  # fmt: skip
        under_limit(
            seed, APPLICATION_VCPUS, 1.0, service_ms, period_ms, free[first : first + REQUESTS]
        )  # fmt: skip
    last = int(0.99 * times.size)
    row[LIMITED_MS] = kth_smallest(times, last)
    row[FREE_MS] = kth_smallest(free, last)
