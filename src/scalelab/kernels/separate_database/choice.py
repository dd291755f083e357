"""Which database to begin with: what each of five can carry and costs for five years.

Reads, writes and data grow by the same factor. Month by month each option gets the cheapest
machines that carry the month's end with one of them lost, or is stopped by the first thing that it
cannot do. Whoever begins with an option stays until it stops, and then moves once, to whichever
costs least for the rest. The least total wins; of equal ones the simpler, in the order below.

Nobody has measured the constants that are called assumed; the rest are the shop's or published, as
`scalelab.facts.choice` and `scalelab.facts.machines` have them.
"""

import numpy as np

from scalelab.kernels import shop
from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Ints, Table, kernel

ONE_PRIMARY, REPLICAS, SHARDS, DISTRIBUTED_SQL, KEY_VALUE, NONE = range(6)
OPTIONS = 5
CAN, LOG, TABLE, MACHINE, REGIONS, CUT_OFF, TRANSACTIONS = range(7)
MONTHS = 60
SHOWN_EVERY = 6

# What is asked, and the values that each answer is tried at. A cut is 1 if both halves must write.
DATA, READS, WRITES, GROWTH, SEVERAL, IN_REGIONS, CUT, DAY_RATE, EXTRA = range(9)
INPUTS = 9
GRID = (
    (10.0, 100.0, 500.0, 1000.0, 3000.0, 10_000.0),  # GB
    (40.0, 400.0, 1000.0, 4000.0, 10_000.0, 40_000.0),  # /s
    (2.0, 20.0, 50.0, 200.0, 1000.0, 5000.0),  # /s
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0),  # times a year
    (0.0, 0.05, 0.2, 0.5, 0.8, 1.0),  # of the requests
    (1.0, 2.0, 3.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0),  # USD
    (0.0, 0.25, 0.5, 1.0, 2.0, 4.0),  # times
)
VALUES = (6, 6, 6, 6, 6, 3, 2, 6, 6)
CELLS = 47

# Machines that can be rented, and what they cost.
SIZES = (2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 384)  # vCPUs
VCPU_MONTH = 0.05292 * 730.0  # USD
GIB = 1.073741824  # GB
MEMORY = 4.0 * GIB  # GB for each vCPU
GB_MONTH = 0.08  # USD
BUSY = 0.6  # of a machine at most, with one of the others lost; assumed
HOT = 0.04  # of the data is kept in memory; assumed

# One relational primary: one log, flushed to one disk; replicas repeat it.
GROUP = 10  # writes for each flush; assumed
LOG_WRITES = BUSY * GROUP * 1000.0 / shop.DISK_MS  # /s
TABLE_GB = 8192 * (2.0**32 - 1) / 1e9
REPLAY = 0.3  # of a write's work, on each replica; assumed
MOST_REPLICAS = 15

# Several of them.
SKEW = 1.2  # load of the fullest shard over the average; assumed
CROSSING = 0.2  # of the requests on several records; each costs twice as much; assumed
AGREEMENT = 22_500.0 / 3500.0  # work of a write to three replicas that agree, over that of a read
KEY_WRITE = 3000.0 / 1000.0  # the same without agreement between transactions
JOIN_READS = 5.0  # by key, in place of one that joins; assumed
COPIES = 3
LEAST_NODE, END_NODE = 1, 5  # of SIZES: 4 to 32 vCPUs
NODE_GB = 320.0 * GIB  # for each vCPU

# Work, in engineer's days: a month, and for the move to it. Assumed.
BASE_DAYS = 2.0
EXTRA_DAYS = (0.0, 1.0, 8.0, 4.0, 6.0)
MOVE_DAYS = (0.0, 5.0, 200.0, 120.0, 200.0)

# Columns. Three kinds of rows: a month of an option, its five years, and one answer changed.
KIND, OPTION, MONTH, COST, NODES, VCPUS, REASON, FATE, STOPS, THEN, TOTAL, BEST = range(12)
INPUT, SETTING, PLACE, CHOSEN, WINNER, NEXT, MORE, FLIPS, OTHERS = range(12, 21)
WIDTH = 21
OF_MONTH, FIVE_YEARS, CHANGED = range(3)
NOT_AT_ALL, UNTIL, TO_THE_END = range(3)
DATES = MONTHS // SHOWN_EVERY + 1
ROWS = DATES * OPTIONS + OPTIONS + CELLS
BLANK = NONE + 1  # in place of an option in rows that are about none


@kernel
def ceiling(x: float) -> int:
    return int(np.ceil(x))


@kernel
def carries(vcpus: int) -> float:
    """Requests/s of a machine."""
    return vcpus * BUSY * 1000.0 / shop.DATABASE_MS


@kernel
def relational(
    data: float, reads: float, writes: float, fewest: int, most: int
) -> tuple[int, int, int]:
    """What stops one primary with ``fewest`` to ``most`` others, or machines and vCPUs of each.

    All of them but one, whichever, carry the load: the primary the writes, and each the reads that
    its writes leave room for.
    """
    if data > TABLE_GB:
        return TABLE, 0, 0
    if writes > LOG_WRITES:
        return LOG, 0, 0
    nodes, vcpus, least = 0, 0, np.inf
    for size in SIZES:
        room = carries(size)
        if size * MEMORY < HOT * data or writes > room or REPLAY * writes >= room:
            continue
        left = reads + writes - room
        others = fewest
        if left > 0.0:
            others = max(fewest, 1 + ceiling(left / (room - REPLAY * writes)))
        cost = (others + 1) * (size * VCPU_MONTH + data * GB_MONTH)
        if others <= most and cost < least:
            nodes, vcpus, least = others + 1, size, cost
    return (MACHINE if nodes == 0 else CAN), nodes, vcpus


@kernel
def sharded(
    data: float, reads: float, writes: float, several: float, regions: int
) -> tuple[int, int, int]:
    """Shards of a primary and a standby each, as many as the fullest one needs."""
    work = SKEW * (reads + writes) * (1.0 + CROSSING * several)
    fewest = max(2, regions, ceiling(SKEW * data / TABLE_GB), ceiling(SKEW * writes / LOG_WRITES))
    nodes, vcpus, least = 0, 0, np.inf
    for i in range(LEAST_NODE, len(SIZES)):
        size = SIZES[i]
        in_memory = ceiling(SKEW * HOT * data / (size * MEMORY))
        shards = max(fewest, in_memory, ceiling(work / carries(size)))
        if shards * size < least:
            nodes, vcpus, least = 2 * shards, size, float(shards * size)
    return CAN, nodes, vcpus


@kernel
def cluster(
    data: float, work: float, logged: float, copies: int, regions: int
) -> tuple[int, int, int]:
    """Nodes that share ``work`` (in reads/s), ``logged`` writes/s of all copies, and the copies."""
    nodes, vcpus, least = 0, 0, np.inf
    for i in range(LEAST_NODE, END_NODE):
        size = SIZES[i]
        count = max(
            COPIES * regions, 1 + ceiling(work / carries(size)), 1 + ceiling(logged / LOG_WRITES),
            ceiling(copies * data / (size * NODE_GB)), ceiling(HOT * data / (size * MEMORY)),
        )  # fmt: skip
        if count * size < least:
            nodes, vcpus, least = count, size, float(count * size)
    return CAN, nodes, vcpus


@kernel
def cannot(option: int, several: float, regions: int, cut: bool) -> int:
    """What an option cannot do whatever its size, or `CAN`."""
    if cut and option != KEY_VALUE:
        return CUT_OFF
    if option in (ONE_PRIMARY, REPLICAS) and regions > 1:
        return REGIONS
    if option == KEY_VALUE and several > 0.0 and (cut or regions > 1):
        return TRANSACTIONS
    return CAN


@kernel
def machines(option: int, asked: Floats, load: float, agreement: float) -> tuple[int, int, int]:
    """What stops the option at ``load`` times today's, or its machines and the vCPUs of each."""
    data, reads, writes = load * asked[DATA], load * asked[READS], load * asked[WRITES]
    several, regions = asked[SEVERAL], int(asked[IN_REGIONS])
    reason = cannot(option, several, regions, asked[CUT] == 1.0)
    if reason != CAN:
        return reason, 0, 0
    if option == ONE_PRIMARY:
        return relational(data, reads, writes, 1, 1)
    if option == REPLICAS:
        return relational(data, reads, writes, 2, MOST_REPLICAS)
    if option == SHARDS:
        return sharded(data, reads, writes, several, regions)
    if option == DISTRIBUTED_SQL:
        work = (reads + agreement * writes) * (1.0 + CROSSING * several)
        return cluster(data, work, COPIES * writes, COPIES, regions)
    work = reads * (1.0 + (JOIN_READS - 1.0) * several)
    # Every region has all of the data, and so every write.
    everywhere = regions * writes * (1.0 + several)
    copies = COPIES * regions
    return cluster(data, work + KEY_WRITE * everywhere, COPIES * everywhere, copies, regions)


@kernel
def monthly(option: int, asked: Floats, load: float, nodes: int, vcpus: int) -> float:
    """USD: machines, disks, work."""
    copies = COPIES
    if option in (ONE_PRIMARY, REPLICAS):
        copies = nodes
    elif option == SHARDS:
        copies = 2
    elif option == KEY_VALUE:
        copies = COPIES * int(asked[IN_REGIONS])
    days = BASE_DAYS + asked[EXTRA] * EXTRA_DAYS[option]
    disks = copies * load * asked[DATA] * GB_MONTH
    return float(nodes * vcpus * VCPU_MONTH + disks + days * asked[DAY_RATE])


@kernel
def followed(asked: Floats, agreement: float, costs: Table, stops: Ints, reasons: Ints) -> None:
    """Each option's cost in months 0 to 60, and the first month in which it cannot, and why.

    A month that none stops is the one after the last.
    """
    for option in range(OPTIONS):
        stops[option] = MONTHS + 1
        reasons[option] = CAN
        for month in range(MONTHS + 1):
            load = power(asked[GROWTH], month / 12.0)
            reason, nodes, vcpus = machines(option, asked, load, agreement)
            if reason != CAN:
                stops[option] = month
                reasons[option] = reason
                break
            costs[option, month] = monthly(option, asked, load, nodes, vcpus)


@kernel
def spent(costs: Table, option: int, first: int, end: int) -> float:
    total = 0.0
    for month in range(first, end):
        total += costs[option, month]
    return total


@kernel
def decided(asked: Floats, costs: Table, stops: Ints, totals: Floats, thens: Ints) -> int:
    """Whom to begin with. Totals of all (0 if it is out), and where one moves when it stops.

    A month is paid for the load at its end: month 0 is today, and nobody pays for it.
    """
    winner = NONE
    for option in range(OPTIONS):
        stop = stops[option]
        totals[option] = 0.0
        thens[option] = NONE
        if stop == 0:
            continue
        rest = 0.0
        for other in range(OPTIONS):
            if stop <= MONTHS and stops[other] > MONTHS:
                moved = MOVE_DAYS[other] * asked[DAY_RATE]
                moved += spent(costs, other, stop, MONTHS + 1)
                if thens[option] == NONE or moved < rest:
                    thens[option] = other
                    rest = moved
        if stop > MONTHS or thens[option] != NONE:
            totals[option] = spent(costs, option, 1, stop) + rest
            if winner == NONE or totals[option] < totals[winner]:
                winner = option
    return winner


@kernel
def choice(
    data_gb: float, reads: float, writes: float, growth: float, several: float, regions: int,
    cut: int, day_rate: float, extra: float, agreement: float,
) -> Table:  # fmt: skip
    """Rows of three kinds: half-years of each option, its five years, and each answer changed.

    ``reads`` and ``writes`` in requests/s, ``growth`` of all of them in a year;
    ``several`` is the share of the requests that are about several records at once, ``regions``
    those in which writes must be fast, ``cut`` is 1 if both halves of a cut network must write.
    ``extra``: times the days of work that each option takes beyond those of one primary.
    ``agreement``: work of a write that a majority agrees on, over that of a read.

    Columns: kind; option, month, its cost (USD a month), machines, vCPUs of each, what stops it (0:
    nothing); whether it can begin and go on to the end, the month in which it stops, the option
    after that, its total (USD), 1 for the winner; which answer is changed, to what, the place of
    that, 1 for the one given, who would win. In rows of five years the month is the last that the
    option can carry, and there are the winner, the next, how much more that costs (a share), how
    many changes of one answer flip the verdict, and 1 if there is a next.
    """
    asked = np.array(
        [data_gb, reads, writes, growth, several, float(regions), float(cut), day_rate, extra]
    )
    costs = np.zeros((OPTIONS, MONTHS + 1))
    stops = np.empty(OPTIONS, np.int64)
    reasons = np.empty(OPTIONS, np.int64)
    totals = np.empty(OPTIONS)
    thens = np.empty(OPTIONS, np.int64)
    followed(asked, agreement, costs, stops, reasons)
    winner = decided(asked, costs, stops, totals, thens)
    following = NONE
    for option in range(OPTIONS):
        if option == winner or totals[option] == 0.0:
            continue
        if following == NONE or totals[option] < totals[following]:
            following = option

    table = np.zeros((ROWS, WIDTH))
    table[:, OPTION] = BLANK
    table[:, THEN] = NONE
    table[:, INPUT] = INPUTS
    table[:, WINNER] = BLANK
    row = 0
    for option in range(OPTIONS):
        for i in range(DATES):
            month = i * SHOWN_EVERY
            load = power(growth, month / 12.0)
            reason, nodes, vcpus = machines(option, asked, load, agreement)
            table[row, MONTH] = month
            table[row, REASON] = reason
            table[row, NODES] = nodes
            table[row, VCPUS] = vcpus
            if reason == CAN:
                table[row, COST] = costs[option, month]
            table[row, OPTION] = option
            row += 1
    five_years = row
    for option in range(OPTIONS):
        out = table[row]
        out[KIND] = FIVE_YEARS
        out[OPTION] = option
        if stops[option] > 0:
            last = stops[option] - 1
            load = power(growth, last / 12.0)
            _, nodes, vcpus = machines(option, asked, load, agreement)
            out[MONTH] = last
            out[COST] = costs[option, last]
            out[NODES] = nodes
            out[VCPUS] = vcpus
        out[REASON] = reasons[option]
        out[STOPS] = stops[option]
        out[FATE] = TO_THE_END
        if totals[option] == 0.0:
            out[FATE] = NOT_AT_ALL
        elif stops[option] <= MONTHS:
            out[FATE] = UNTIL
        out[THEN] = thens[option]
        out[TOTAL] = totals[option]
        out[BEST] = 1.0 if option == winner else 0.0
        out[WINNER] = winner
        out[NEXT] = following
        if following != NONE:
            out[MORE] = totals[following] / totals[winner] - 1.0
            out[OTHERS] = 1.0
        row += 1
    flips = 0
    for i in range(INPUTS):
        given = asked[i]
        for place in range(VALUES[i]):
            asked[i] = GRID[i][place]
            followed(asked, agreement, costs, stops, reasons)
            wins = decided(asked, costs, stops, totals, thens)
            if wins != winner:
                flips += 1
            out = table[row]
            out[KIND] = CHANGED
            out[INPUT] = i
            out[SETTING] = asked[i]
            out[PLACE] = place
            out[CHOSEN] = 1.0 if asked[i] == given else 0.0
            out[WINNER] = wins
            row += 1
        asked[i] = given
    for option in range(OPTIONS):
        table[five_years + option, FLIPS] = flips
    return table
