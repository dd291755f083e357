"""One partition in money: what is refused, forgotten, put right or read stale, in expectation.

Two sites cannot reach each other for a while. A share of the customers is on the smaller side.
Each key (a post, a cart, a product, an account) is written at random (Poisson), so its writes on
the two sides are two independent Poisson numbers. Four ways to go on: *refuse* on the smaller side
(CP); take all on both sides and let the *last writer* win, which forgets what the other side took;
take all and *merge*; or take on the smaller side up to a *limit* for each key and refuse beyond it
(P. E. O'Neil, "The escrow transactional method", ACM TODS 11(4), 1986).

No chance is drawn here: all numbers are expectations. Keys beyond the most popular ones are taken
in groups of nearly equal popularity, so that a million of them cost no more than a hundred.
"""

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Floats, Table, kernel

FEED, CART, STOCK, PAYMENT = range(4)
WORKLOADS = 4
REFUSE, LAST_WRITER, MERGE, LIMIT = range(4)
WAYS = 4
READS_REFUSED, WRITES_REFUSED, FORGOTTEN, PUT_RIGHT, STALE = range(5)
LOSSES = 5

# What a workload is; see `PRESETS`.
READS, WRITES, KEYS, KEYS_PER_RATE, POPULAR, ROAMS, BOUND = range(7)
READ_USD, WRITE_USD, FORGOTTEN_USD, RIGHT_USD, STALE_USD, AUDIT_USD, THIEVES = range(7, 14)
UNBOUNDED, SET_ASIDE, EXPOSED = range(3)
# All of it assumptions. Shares of all requests that read and write it; keys, and keys for each
# request a second; 1 if some keys are more popular than others; share of a key's writes that is
# made by anybody, the others on the side of its owner; whether a key can run out, and if it does,
# whether a limit is set aside for the smaller side or is on top. Then USD: of a read and a write
# that are refused to somebody who does not come back, of a write that is forgotten, of a key or a
# piece that has to be put right, of a stale read, of checking all books if anything was forgotten.
# Last, the share of payments by people who know of the partition and spend the balance twice.
PRESETS = (
    (0.20, 0.0230, 100_000.0, 0.0, 1.0, 1.0, 0.0, 0.0005, 0.01, 0.02, 0.0, 0.00001, 0.0, 0.0),
    (0.05, 0.0250, 0.0, 10.0, 0.0, 0.02, 0.0, 0.02, 0.30, 0.50, 0.05, 0.02, 0.0, 0.0),
    (0.20, 0.0010, 10_000.0, 0.0, 1.0, 1.0, 1.0, 0.001, 10.0, 25.0, 25.0, 0.0005, 0.0, 0.0),
    (0.002, 0.0010, 1e6, 0.0, 0.0, 0.1, 2.0, 0.01, 2.0, 200.0, 200.0, 0.01, 2000.0, 0.001),
)

EXACT = 32  # keys that are taken one by one
GROWTH = 1.2  # from each group of keys to the next
NODES = (-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831, 0.9061798459386640)
WEIGHTS = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665,
           0.2369268850561891)  # fmt: skip

LENGTHS = 24
SHORTEST_MIN, LONGEST_MIN = 0.1, 1440.0
ROWS = WAYS * LENGTHS + WAYS + WAYS * LOSSES + WORKLOADS * WAYS
CURVE, SET, LOSS, COMPONENT = range(4)
KIND, WORKLOAD, WAY, MINUTES, USD, WHAT, COUNT, BEST, WORTH, HAS_WORTH, CROSS, HAS_CROSS = range(12)
WIDTH = 12


@kernel
def majority_up(n: int, availability: float) -> float:
    """Chance that more than half of ``n`` servers are up, each by itself."""
    chances = np.zeros(n + 1)
    chances[0] = 1.0
    for server in range(n):
        for up in range(server + 1, 0, -1):
            chances[up] = chances[up] * (1.0 - availability) + chances[up - 1] * availability
        chances[0] *= 1.0 - availability
    total = 0.0
    for up in range(n // 2 + 1, n + 1):
        total += chances[up]
    return total


@kernel
def some(mean: float) -> float:
    """Chance that a Poisson number is not 0; keeps its digits where the mean is small."""
    if mean < 1e-5:
        return mean * (1.0 - 0.5 * mean)
    return 1.0 - exp(-mean)


@kernel
def taken(mean: float, most: int) -> float:
    """Mean of a Poisson number that is cut off at ``most``: the sum of P(N >= k) up to it.

    ``most`` is 500 at most: where exp(-mean) is too small for a float, all of them are reached.
    """
    total = 0.0
    term = exp(-mean)
    above = some(mean)
    for k in range(1, most + 1):
        total += above
        term *= mean / k
        above -= term
        if above < 1e-16:
            break
    return total


@kernel
def more(whole: float, part: float) -> float:
    """What the whole has more than a part; nothing where that is only rounding."""
    found = whole - part
    return found if found > 1e-12 * whole else 0.0


@kernel
def served_with_limit(a: float, b: float, left: int, limit: int) -> float:
    """Mean of what both sides take, at most ``left`` in truth and ``limit`` on the second side."""
    total = 0.0
    chance = exp(-b)
    rest = 1.0
    for y in range(limit + 1):
        if y == limit:
            chance = max(rest, 0.0)
        total += chance * (y + taken(a, left - y))
        rest -= chance
        chance *= b / (y + 1.0)
    return total


@kernel
def stale(other: float) -> float:
    """Share of the reads that miss a write of the other side, which expects so many in all."""
    if other < 1e-4:
        return other * (0.5 - other / 6.0)
    return 1.0 - (1.0 - exp(-other)) / other


@kernel
def forgotten(a: float, b: float, most: int) -> float:
    """Writes that the side which did not write last has taken, at most ``most``; 0: any number.

    Backwards from the end, the first write is v = exp(-(a + b) t) old, and v is even between
    exp(-a - b) and 1. Before it, the other side has written for the rest of the time.
    """
    total = a + b
    if total <= 0.0:
        return 0.0
    share = a / total
    if most == 0 or total + 9.0 * np.sqrt(total) + 9.0 < most:
        beyond_first = total - some(total)
        if total < 1e-3:  # the difference of nearly equal numbers
            beyond_first = total * total * (0.5 - total / 6.0)
        return 2.0 * share * (1.0 - share) * beyond_first
    least = exp(-total)
    mean = 0.0
    for i in range(len(NODES)):
        v = least + (1.0 - least) * 0.5 * (1.0 + NODES[i])
        before = max(1.0 + log(v) / total, 0.0)
        lost = share * taken(b * before, most) + (1.0 - share) * taken(a * before, most)
        mean += 0.5 * WEIGHTS[i] * (1.0 - least) * lost
    return mean


@kernel
def mass(start: float, end: float, skew: float) -> float:
    """Weight of the ranks between, as an integral."""
    if abs(skew - 1.0) < 1e-9:
        return log(end / start)
    return (power(end, 1.0 - skew) - power(start, 1.0 - skew)) / (1.0 - skew)


@kernel
def groups(keys: int, skew: float) -> Table:
    """Numbers of keys that are alike, and the share of the writes that each of them has."""
    table = np.zeros((160, 2))
    i = 0
    first = 1
    total = 0.0
    while first <= keys and i < 160:
        size = 1 if first <= EXACT else max(int(first * (GROWTH - 1.0)), 1)
        size = min(size, keys - first + 1)
        table[i, 0] = size
        if size == 1:
            table[i, 1] = power(float(first), -skew)
        else:
            table[i, 1] = mass(first - 0.5, first + size - 0.5, skew) / size
        total += size * table[i, 1]
        first += size
        i += 1
    for j in range(i):
        table[j, 1] /= total
    return table[:i]


@kernel
def add(
    out: Table, keys: float, mean: float, reads: float, side: float, bound: int, left: int,
    limit: int,
) -> float:  # fmt: skip
    """Adds what ``keys`` keys lose, each with so many writes and reads, a share on one side.

    Returns the logarithm of the chance that both sides wrote none of them.
    """
    b = mean * side
    a = mean - b
    conflict = some(a) * some(b)
    out[REFUSE, READS_REFUSED] += keys * reads * side
    old = keys * reads * (side * stale(a) + (1.0 - side) * stale(b))
    out[LAST_WRITER, STALE] += old
    out[MERGE, STALE] += old
    out[LIMIT, STALE] += old if limit > 0 else keys * reads * side * stale(a)
    if bound == UNBOUNDED:
        out[REFUSE, WRITES_REFUSED] += keys * b
        out[LAST_WRITER, FORGOTTEN] += keys * forgotten(a, b, 0)
        out[MERGE, PUT_RIGHT] += keys * conflict
        out[LIMIT, WRITES_REFUSED] += keys * more(b, taken(b, limit))
        out[LIMIT, PUT_RIGHT] += keys * conflict if limit > 0 else 0.0
    else:
        limit = min(limit, left)
        served = taken(mean, left)
        here = taken(a, left)
        out[REFUSE, WRITES_REFUSED] += keys * more(served, here)
        out[LAST_WRITER, FORGOTTEN] += keys * forgotten(a, b, left)
        out[MERGE, PUT_RIGHT] += keys * more(here + taken(b, left), served)
        if bound == SET_ASIDE:
            sold = taken(a, left - limit) + taken(b, limit)
            out[LIMIT, WRITES_REFUSED] += keys * more(served, sold)
        else:
            both = served_with_limit(a, b, left, limit)
            out[LIMIT, WRITES_REFUSED] += keys * more(served, both)
            out[LIMIT, PUT_RIGHT] += keys * more(here + taken(b, limit), both)
    if conflict > 0.5:
        return keys * log(max(1.0 - conflict, 1e-300))
    return -keys * conflict * (1.0 + conflict * (0.5 + conflict / 3.0))


@kernel
def lose(
    workload: int, minutes: float, minority: float, rate: float, alike: Table, left: int,
    limit: int,
) -> tuple[Table, float]:  # fmt: skip
    """What each way loses of each kind, in number, and the chance that anything is forgotten."""
    preset = PRESETS[workload]
    bound = int(preset[BOUND])
    roams = preset[ROAMS]
    writes = 60.0 * minutes * rate * preset[WRITES]
    reads = 60.0 * minutes * rate * preset[READS]
    out = np.zeros((WAYS, LOSSES))
    none = 0.0
    for i in range(alike.shape[0]):
        keys = alike[i, 0]
        mean = writes * alike[i, 1]
        seen = reads * alike[i, 1]
        if roams == 1.0:
            none += add(out, keys, mean, seen, minority, bound, left, limit)
        else:
            away = roams * minority
            own = 1.0 - roams * (1.0 - minority)
            none += add(out, keys * minority, mean, seen, own, bound, left, limit)
            none += add(out, keys * (1.0 - minority), mean, seen, away, bound, left, limit)
    twice = preset[THIEVES] * writes * minority
    out[LAST_WRITER, PUT_RIGHT] += twice * left
    out[MERGE, PUT_RIGHT] += twice * left
    out[LIMIT, PUT_RIGHT] += twice * min(limit, left)
    return out, 1.0 - exp(none)


@kernel
def price(
    workload: int, what: int, count: float, way: int, any_lost: float, stays_away: float,
    factor: float,
) -> float:  # fmt: skip
    """USD that so many losses of a kind cost."""
    preset = PRESETS[workload]
    if what == READS_REFUSED:
        return count * preset[READ_USD] * stays_away
    if what == WRITES_REFUSED:
        return count * preset[WRITE_USD] * stays_away
    if what == FORGOTTEN:
        return count * preset[FORGOTTEN_USD] * factor
    if what == STALE:
        return count * preset[STALE_USD]
    audit = preset[AUDIT_USD] * any_lost if way == LAST_WRITER else 0.0
    return (count * preset[RIGHT_USD] + audit) * factor


@kernel
def bill(workload: int, counts: Table, any_lost: float, stays_away: float, factor: float) -> Floats:
    """USD of each way in all."""
    usd = np.zeros(WAYS)
    for way in range(WAYS):
        for what in range(LOSSES):
            usd[way] += price(workload, what, counts[way, what], way, any_lost, stays_away, factor)
    return usd


@kernel
def cheapest(usd: Floats) -> int:
    best = 0
    for way in range(1, WAYS):
        if usd[way] < usd[best] * (1.0 - 1e-9):
            best = way
    return best


@kernel
def put_crossing(row: Floats, curve: Table, way: int) -> None:
    """The first length at which a way costs what refusing does; between two points in logarithms.

    Below a cent nobody compares.
    """
    for i in range(1, LENGTHS):
        before = curve[(i - 1) * WAYS + way, USD]
        after = curve[i * WAYS + way, USD]
        refused_before = curve[(i - 1) * WAYS + REFUSE, USD]
        refused_after = curve[i * WAYS + REFUSE, USD]
        if min(before, after, refused_before, refused_after) < 0.01:
            continue
        start = log(before / refused_before)
        end = log(after / refused_after)
        if start * end < 0.0:
            at = start / (start - end)
            first = curve[(i - 1) * WAYS, MINUTES]
            row[CROSS] = first * power(curve[i * WAYS, MINUTES] / first, at)
            row[HAS_CROSS] = 1.0
            return


@kernel
def put_set(rows: Table, workload: int, counts: Table, usd: Floats, stays_away: float) -> None:
    """Each way as set, and what one divergence might cost before refusing is cheaper."""
    best = cheapest(usd)
    for way in range(WAYS):
        rows[way, BEST] = 1.0 if way == best else 0.0
        number = counts[way, FORGOTTEN] + counts[way, PUT_RIGHT]
        rows[way, COUNT] = number
        if way != REFUSE and number > 1e-6:
            other = 0.0
            for what in (READS_REFUSED, WRITES_REFUSED, STALE):
                other += price(workload, what, counts[way, what], way, 0.0, stays_away, 1.0)
            rows[way, WORTH] = max(usd[REFUSE] - other, 0.0) / number
            rows[way, HAS_WORTH] = 1.0


@kernel
def alike_keys(workload: int, rate: float, skew: float) -> Table:
    """Groups of the keys of a workload."""
    preset = PRESETS[workload]
    keys = max(int(preset[KEYS] + preset[KEYS_PER_RATE] * rate), 1)
    if preset[POPULAR] == 1.0:
        return groups(keys, skew)
    table = np.empty((1, 2))
    table[0, 0] = keys
    table[0, 1] = 1.0 / keys
    return table


@kernel
def cap(
    workload: int, minutes: float, minority: float, rate: float, skew: float, comes_back: float,
    left: int, limit: int, factor: float,
) -> Table:  # fmt: skip
    """`LENGTHS` lengths for each way, the ways as set, what they lose, and all workloads as set.

    ``minority`` of the customers are on the smaller side for ``minutes``; ``rate`` requests/s come
    in all. Of those who are refused a share ``comes_back``. A product or a balance has ``left``
    pieces or payments; the smaller side may take ``limit`` of each key. Prices of what diverges
    are multiplied by ``factor``.

    Columns: kind of row; workload; way; minutes; USD. Of a loss: which, and how many (as set: how
    many writes diverge). 1 if it is the cheapest way as set. Then of a way as set: what one write
    that diverges might cost on average before refusing is cheaper, and 1 if any does; the length
    from which on the other of it and refusing is cheaper, and 1 if there is one.
    """
    table = np.zeros((ROWS, WIDTH))
    stays_away = 1.0 - comes_back
    alike = alike_keys(workload, rate, skew)
    step = power(LONGEST_MIN / SHORTEST_MIN, 1.0 / (LENGTHS - 1))
    length = SHORTEST_MIN
    row = 0
    for _ in range(LENGTHS):
        counts, any_lost = lose(workload, length, minority, rate, alike, left, limit)
        usd = bill(workload, counts, any_lost, stays_away, factor)
        for way in range(WAYS):
            table[row, KIND] = CURVE
            table[row, WORKLOAD] = workload
            table[row, WAY] = way
            table[row, MINUTES] = length
            table[row, USD] = usd[way]
            row += 1
        length *= step
    for each in range(WORKLOADS):
        mine = alike_keys(each, rate, skew)
        counts, any_lost = lose(each, minutes, minority, rate, mine, left, limit)
        usd = bill(each, counts, any_lost, stays_away, factor)
        best = cheapest(usd)
        for way in range(WAYS):
            table[row, KIND] = COMPONENT
            table[row, WORKLOAD] = each
            table[row, WAY] = way
            table[row, MINUTES] = minutes
            table[row, USD] = usd[way]
            table[row, BEST] = 1.0 if way == best else 0.0
            row += 1
        if each != workload:
            continue
        for way in range(WAYS):
            table[row + way, KIND] = SET
            table[row + way, WORKLOAD] = each
            table[row + way, WAY] = way
            table[row + way, MINUTES] = minutes
            table[row + way, USD] = usd[way]
            if way != REFUSE:
                put_crossing(table[row + way], table, way)
        put_set(table[row:], each, counts, usd, stays_away)
        row += WAYS
        for way in range(WAYS):
            for what in range(LOSSES):
                table[row, KIND] = LOSS
                table[row, WORKLOAD] = each
                table[row, WAY] = way
                table[row, MINUTES] = minutes
                table[row, WHAT] = what
                table[row, COUNT] = counts[way, what]
                table[row, USD] = price(
                    each, what, counts[way, what], way, any_lost, stays_away, factor
                )
                row += 1
    return table
