"""Several primaries that all take writes and send them to each other: how many orders collide?

Orders come at random (Poisson), each to one of the primaries, and update some rows at once. The
others have the update after a delay. An order *conflicts* if one of its rows has an update by
another primary that has not arrived yet: neither of the two has seen the other.

*Last writer wins*: both are kept, and the later one wipes out the earlier one unseen.
*Certification*: all primaries see the orders in one sequence, and the later one aborts. What it
would have written is then in nobody's way.
"""

import numpy as np

from scalelab.kernels.hashing import mix
from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import below, exponential, generator, uniform

EACH_ITS_OWN, SAME_TOTAL = 0, 1
TO_ALL_AT_ONCE, ONE_AFTER_THE_OTHER = 0, 1
LAST_WRITER_WINS, CERTIFICATION = 0, 1
PRIMARIES = (1, 2, 3, 4, 6, 8, 12, 16)
NONE = -1


@kernel
def ceiling(primaries: int, apply_share: float) -> float:
    """Writes that n primaries can take, in units of one server.

    Each executes its own and applies those of the n - 1 others at ``apply_share`` of the work.
    """
    return primaries / (1.0 + apply_share * (primaries - 1.0))


@step
def drawn_row(
    state: Words,
    node: int,
    at_home: bool,
    primaries: int,
    rows: int,
    hot_rows: int,
    hot_share: float,
) -> int:
    """Hot rows are 0 .. hot_rows-1 and belong to nobody. The home of a row is its number modulo n.

    An order at home takes rows whose home is its own primary.
    """
    if uniform(state) < hot_share:
        return below(state, hot_rows)
    n_cold = rows - hot_rows
    row = below(state, n_cold)
    if at_home and n_cold >= primaries:
        row += node - row % primaries
        if row >= n_cold:
            row -= primaries
    return hot_rows + row


@step
def arrives_after(origin: int, node: int, primaries: int, spread: int, delay: float) -> float:
    """Time from an update at ``origin`` until ``node`` has it.

    One after the other: the next in the ring first, then the one after it.
    """
    if spread == ONE_AFTER_THE_OTHER:
        return delay * ((node - origin + primaries) % primaries)
    return delay


@kernel
def longest_delay(primaries: int, spread: int, delay: float) -> float:
    return delay * (primaries - 1.0) if spread == ONE_AFTER_THE_OTHER else delay


@kernel
def buckets_for(updates: int) -> int:
    """A power of two that is no less than ``updates``."""
    size = 1024
    while size < updates:
        size *= 2
    return size


@kernel
def run(
    state: Words,
    primaries: int,
    total_rate: float,
    actions: int,
    rows: int,
    hot_rows: int,
    hot_share: float,
    at_home: float,
    delay: float,
    spread: int,
    handling: int,
    uncounted: int,
    counted: int,
) -> int:
    """Conflicts among ``counted`` orders, after ``uncounted`` that fill the network.

    Updates are kept in chains, by the hash of their row, newest first. Of a primary's updates of
    a row only the last is kept: it is on its way for longest.
    """
    longest = longest_delay(primaries, spread, delay)
    alive = int(longest * total_rate * actions)
    head = np.full(buckets_for(min(alive, (uncounted + counted) * actions)), NONE, np.int64)
    mask = head.size - 1
    room = (uncounted + counted) * actions
    row_of = np.empty(room, np.int64)
    node_of = np.empty(room, np.int64)
    before = np.empty(room, np.int64)
    time_of = np.empty(room)
    wanted = np.empty(actions, np.int64)
    places = np.empty(actions, np.int64)
    n_kept = 0
    conflicts = 0
    now = 0.0
    for order in range(uncounted + counted):
        now += exponential(state, 1.0 / total_rate)
        node = below(state, primaries)
        home = uniform(state) < at_home
        conflict = False
        for i in range(actions):
            row = drawn_row(state, node, home, primaries, rows, hot_rows, hot_share)
            wanted[i] = row
            places[i] = int(mix(np.uint64(row)) & np.uint64(mask))
            if order < uncounted and handling == LAST_WRITER_WINS:
                continue  # it is kept whatever it meets
            each = head[places[i]]
            while each != NONE and not conflict and now - time_of[each] < longest:
                if row_of[each] == row and node_of[each] != node:
                    arrives = arrives_after(node_of[each], node, primaries, spread, delay)
                    conflict = now - time_of[each] < arrives
                each = before[each]
        if conflict and order >= uncounted:
            conflicts += 1
        if conflict and handling == CERTIFICATION:
            continue
        for i in range(actions):
            forget(
                head, before, row_of, node_of, time_of, places[i], wanted[i], node, now - longest
            )
            row_of[n_kept] = wanted[i]
            node_of[n_kept] = node
            time_of[n_kept] = now
            before[n_kept] = head[places[i]]
            head[places[i]] = n_kept
            n_kept += 1
    return conflicts


@step
def forget(
    head: Ints,
    before: Ints,
    row_of: Ints,
    node_of: Ints,
    time_of: Floats,
    place: int,
    row: int,
    node: int,
    arrived: float,
) -> None:
    """Take ``node``'s update of ``row`` out of its chain, and cut off what has ``arrived``."""
    newer = NONE
    each = head[place]
    while each != NONE:
        gone = time_of[each] <= arrived
        if gone or (row_of[each] == row and node_of[each] == node):
            rest = NONE if gone else before[each]
            if newer == NONE:
                head[place] = rest
            else:
                before[newer] = rest
            return
        newer = each
        each = before[each]


@kernel
def measured(
    primaries: int,
    order_rate: float,
    load: int,
    actions: int,
    rows: int,
    hot_rows: int,
    hot_share: float,
    at_home: float,
    delay_ms: float,
    spread: int,
    handling: int,
    n_orders: int,
    n_runs: int,
    seed: int,
) -> Floats:
    """Orders a second, conflicts a second (mean, lowest and highest run), share that conflicts."""
    total = order_rate * primaries if load == EACH_ITS_OWN else order_rate
    result = np.zeros(5)
    result[0] = total
    if primaries == 1:
        return result
    # Without hot updates there are no hot rows.
    hot_rows = min(hot_rows, rows - 1) if hot_share > 0.0 else 0
    delay = delay_ms / 1e3
    # As many as come while an update is on its way, and four standard deviations more.
    meanwhile = longest_delay(primaries, spread, delay) * total
    uncounted = int(meanwhile + 4.0 * np.sqrt(meanwhile)) + 1
    result[2] = np.inf
    for i in range(n_runs):
        found = run(
            generator(seed + i), primaries, total, actions, rows, hot_rows, hot_share, at_home,
            delay, spread, handling, uncounted, n_orders,
        )  # fmt: skip
        rate = total * found / n_orders
        result[1] += rate / n_runs
        result[2] = min(result[2], rate)
        result[3] = max(result[3], rate)
        result[4] += found / (n_orders * float(n_runs))
    return result


@kernel
def pairs_in_conflict(
    primaries: int, total_rate: float, actions: int, rows: int, spread: int, delay: float
) -> float:
    """Pairs of updates a second that do not see each other, if all rows are alike.

    Of all pairs of updates, 1 in ``rows`` is of one row, and (n - 1) in n are by two primaries.
    One after the other: an update is on its way for n / 2 delays on average.
    """
    on_the_way = delay * (0.5 * primaries if spread == ONE_AFTER_THE_OTHER else 1.0)
    updates = total_rate * actions
    return updates * updates * (1.0 - 1.0 / primaries) * on_the_way / rows


@kernel
def multi_primary(
    order_rate: float,
    load: int,
    actions: int,
    rows: int,
    delay_ms: float,
    spread: int,
    handling: int,
    at_home: float,
    hot_share: float,
    hot_rows: int,
    apply_share: float,
    n_updates: int,
    n_runs: int,
    seed: int,
) -> Table:
    """One row for each number of `PRIMARIES`; ``n_updates`` in a run of two primaries.

    Columns: primaries; what one primary, all of them and as many shards can take, in units of one
    server; orders a second; conflicts a second (mean, lowest, highest run); what all pairs of
    updates give, and the cube of the primaries, if all rows are alike; share of the orders.
    """
    table = np.zeros((len(PRIMARIES), 11))
    for i in range(len(PRIMARIES)):
        n = PRIMARIES[i]
        # The fewer primaries, the rarer conflicts are, and the longer is a run.
        n_orders = max(6 * n_updates // ((n + 4) * actions), 1)
        found = measured(
            n, order_rate, load, actions, rows, hot_rows, hot_share, at_home, delay_ms, spread,
            handling, n_orders, n_runs, seed,
        )  # fmt: skip
        row = table[i]
        row[0] = n
        row[1] = 1.0
        row[2] = ceiling(n, apply_share)
        row[3] = n
        row[4] = found[0]
        row[5] = found[1]
        row[6] = found[2]
        row[7] = found[3]
        row[8] = pairs_in_conflict(n, found[0], actions, rows, spread, delay_ms / 1e3)
        updates = found[0] * actions
        row[9] = updates * updates * 0.5 * n * delay_ms / 1e3 / rows
        row[10] = found[4]
    return table
