"""Carts that every region changes on its own: what each way to settle conflicts keeps.

Each region has a copy of a cart and answers its customers from it. A customer adds a piece of a
product, or removes a product with all the pieces that are shown. The change goes to all other
regions and is there after a delay; while the regions are cut off from each other, it waits for the
end of the cut. All five strategies are given the same changes:

*Last writer, cart*: the whole cart and a time; the later time stays.
*Last writer, item*: all pieces of one product and a time; the later time stays.
*Siblings, united*: the whole cart and a version vector. Of two carts that do not know each other
both are kept (DeCandia et al., SOSP 2007); the customer is shown their union, and writes that.
*PN-counters*: pieces added and taken away, counted for each product and region.
*OR-set*: each piece has a name of its own; a removal names the pieces that were shown.

A cart should hold the pieces that nobody who saw them has removed. That is what the OR-set does,
and what the others are measured by. Delays are alike for all, so that a change is nowhere before
those that it was made upon.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Bytes, Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator, uniform

CART, ITEM, UNION, PN, OR_SET = 0, 1, 2, 3, 4
STRATEGIES = 5
ADD, REMOVE = 0, 1
WALL, HYBRID = 0, 1
KEPT, LOST, UNDONE = 0, 1, 2
WHOLE, CHANGE = 0, 1
UNKNOWN, THERE, REMOVED = 0, 1, 2
NOTHING = -1
# A hybrid clock is set this far (s) past a time from the future that it has seen.
TICK = 1e-6


class World(NamedTuple):
    """Times in s. ``ahead``: what the clock of the home region, 0, is ahead of the others."""

    n_regions: int
    products: int
    elsewhere: float
    mean_gap: float
    removes: float
    delay: float
    begins: float
    ends: float
    ahead: float
    clock: int


class Log(NamedTuple):
    """The changes of one cart in their order. An addition is also the name of its piece."""

    time: Floats
    region: Ints
    kind: Ints
    product: Ints


class Registers(NamedTuple):
    """Last writer wins. ``top``: the change that wrote what a region has, by region and key.

    By change: the pieces that it ``holds``, its ``stamp``, and whether it was ``sent`` at all.
    """

    top: Ints
    holds: Bytes
    stamp: Floats
    sent: Bytes


class Versions(NamedTuple):
    """``sibling``: by region, the newest version that each region wrote, or `NOTHING`."""

    sibling: Ints
    holds: Bytes
    vector: Ints


class Counters(NamedTuple):
    """``pieces`` by region and product; ``change``: what each change added or took away."""

    pieces: Ints
    change: Ints


class ObservedRemove(NamedTuple):
    """``state`` of each piece by region; ``taken``: by change, the pieces that it removed."""

    state: Bytes
    taken: Bytes


class Carts(NamedTuple):
    cart: Registers
    item: Registers
    union: Versions
    pn: Counters
    or_set: ObservedRemove


@kernel
def registers(n: int, keys: int, m: int) -> Registers:
    return Registers(
        np.zeros((n, keys), np.int64), np.zeros((m, m), np.uint8), np.zeros(m),
        np.zeros(m, np.uint8),
    )  # fmt: skip


@kernel
def empty_carts(n: int, products: int, m: int) -> Carts:
    return Carts(
        registers(n, 1, m),
        registers(n, products, m),
        Versions(
            np.zeros((n, n), np.int64), np.zeros((m, m), np.uint8), np.zeros((m, n), np.int64)
        ),
        Counters(np.zeros((n, products), np.int64), np.zeros(m, np.int64)),
        ObservedRemove(np.zeros((n, m), np.uint8), np.zeros((m, m), np.uint8)),
    )  # fmt: skip


@kernel
def clear(carts: Carts) -> None:
    """A new cart. What changes carry is written before it is read."""
    carts.cart.top[:] = NOTHING
    carts.item.top[:] = NOTHING
    carts.union.sibling[:] = NOTHING
    carts.pn.pieces[:] = 0
    carts.or_set.state[:] = UNKNOWN


@step
def contains(holds: Bytes, version: int, piece: int) -> bool:
    return bool(version != NOTHING and piece <= version and holds[version, piece] == 1)


@step
def stays(log: Log, j: int, piece: int) -> bool:
    """Whether change ``j`` leaves a piece where it is."""
    return bool(log.kind[j] == ADD or log.product[piece] != log.product[j])


@step
def is_later(has: Registers, log: Log, a: int, b: int) -> bool:
    """The later time wins; of equal ones that of the region with the greater number."""
    if b == NOTHING or has.stamp[a] > has.stamp[b]:
        return True
    return bool(has.stamp[a] == has.stamp[b] and log.region[a] > log.region[b])


@step
def write_register(has: Registers, world: World, log: Log, key: int, j: int) -> None:
    """A change that is older than what its region has is acknowledged, and forgotten."""
    r = log.region[j]
    base = has.top[r, key]
    has.sent[j] = 0
    has.stamp[j] = log.time[j] + (world.ahead if r == 0 else 0.0)
    if base != NOTHING and world.clock == HYBRID:
        has.stamp[j] = max(has.stamp[j], has.stamp[base] + TICK)
    if not is_later(has, log, j, base):
        return
    for piece in range(j):
        has.holds[j, piece] = contains(has.holds, base, piece) and stays(log, j, piece)
    has.holds[j, j] = log.kind[j] == ADD
    has.sent[j] = 1
    has.top[r, key] = j


@step
def receive_register(has: Registers, log: Log, key: int, r: int, j: int) -> None:
    if has.sent[j] == 1 and is_later(has, log, j, has.top[r, key]):
        has.top[r, key] = j


@step
def in_siblings(has: Versions, r: int, piece: int) -> bool:
    for q in range(has.sibling.shape[1]):
        if contains(has.holds, has.sibling[r, q], piece):
            return True
    return False


@step
def write_version(has: Versions, log: Log, j: int) -> int:
    """The customer sees the union, changes that and writes it. How many siblings there were."""
    r, n = log.region[j], has.sibling.shape[1]
    for piece in range(j):
        has.holds[j, piece] = in_siblings(has, r, piece) and stays(log, j, piece)
    has.holds[j, j] = log.kind[j] == ADD
    siblings = 0
    for k in range(n):
        has.vector[j, k] = 0
    for q in range(n):
        version = has.sibling[r, q]
        if version != NOTHING:
            siblings += 1
            for k in range(n):
                has.vector[j, k] = max(has.vector[j, k], has.vector[version, k])
        has.sibling[r, q] = NOTHING
    has.vector[j, r] += 1
    has.sibling[r, r] = j
    return siblings


@step
def receive_version(has: Versions, log: Log, r: int, j: int) -> None:
    """What the new version knows of goes; those that do not know each other stay.

    Nothing here knows the new one: it would have had to come before it.
    """
    for q in range(has.sibling.shape[1]):
        version = has.sibling[r, q]
        if version != NOTHING and has.vector[j, q] >= has.vector[version, q]:
            has.sibling[r, q] = NOTHING
    has.sibling[r, log.region[j]] = j


@step
def write_counter(has: Counters, log: Log, j: int) -> None:
    r, i = log.region[j], log.product[j]
    has.change[j] = 1 if log.kind[j] == ADD else -max(0, has.pieces[r, i])
    has.pieces[r, i] += has.change[j]


@step
def write_or_set(has: ObservedRemove, log: Log, j: int) -> None:
    r = log.region[j]
    for piece in range(j):
        removes = has.state[r, piece] == THERE and not stays(log, j, piece)
        has.taken[j, piece] = removes
        if removes:
            has.state[r, piece] = REMOVED
    if log.kind[j] == ADD:
        has.state[r, j] = THERE


@step
def receive_or_set(has: ObservedRemove, log: Log, r: int, j: int) -> None:
    if log.kind[j] == ADD:
        has.state[r, j] = THERE
        return
    for piece in range(j):
        if has.taken[j, piece] == 1:
            has.state[r, piece] = REMOVED


@kernel
def catch_up(world: World, carts: Carts, log: Log, r: int, first: int, end: int, now: float) -> int:
    """Region ``r`` gets the changes from ``first`` on that are there ``now``. The next one then."""
    while first < end:
        leaves = log.time[first]
        if world.begins <= leaves < world.ends:
            leaves = world.ends
        if leaves + world.delay > now:
            break
        if log.region[first] != r:
            i = log.product[first]
            receive_register(carts.cart, log, 0, r, first)
            receive_register(carts.item, log, i, r, first)
            receive_version(carts.union, log, r, first)
            carts.pn.pieces[r, i] += carts.pn.change[first]
            receive_or_set(carts.or_set, log, r, first)
        first += 1
    return first


@kernel
def choose(state: Words, world: World, has: ObservedRemove, log: Log, j: int) -> None:
    """A piece of any product is added, or a product removed that the region's cart should hold."""
    removes, any_product = uniform(state) < world.removes, uniform(state)
    log.kind[j] = ADD
    log.product[j] = int(any_product * world.products)
    if not removes:
        return
    pieces = 0
    for piece in range(j):
        pieces += has.state[log.region[j], piece] == THERE
    left = int(any_product * pieces)
    for piece in range(j):
        if has.state[log.region[j], piece] == THERE:
            if left == 0:
                log.kind[j] = REMOVE
                log.product[j] = log.product[piece]
                return
            left -= 1


@kernel
def session(state: Words, world: World, carts: Carts, log: Log, seen: Ints) -> tuple[int, int]:
    """One cart from its first change until all regions know all.

    How many changes were made to siblings, and how many without knowledge of an earlier change.
    """
    clear(carts)
    seen[:] = 0
    to_siblings, unaware = 0, 0
    now = 0.0
    m = log.time.size
    for j in range(m):
        now += exponential(state, world.mean_gap)
        place = uniform(state)
        r = 0
        if place < world.elsewhere:
            r = 1 + int(place / world.elsewhere * (world.n_regions - 1))
        log.time[j], log.region[j] = now, r
        seen[r] = catch_up(world, carts, log, r, seen[r], j, now)
        for earlier in range(seen[r], j):
            if log.region[earlier] != r:
                unaware += 1
                break
        choose(state, world, carts.or_set, log, j)
        write_register(carts.cart, world, log, 0, j)
        write_register(carts.item, world, log, log.product[j], j)
        to_siblings += write_version(carts.union, log, j) > 1
        write_counter(carts.pn, log, j)
        write_or_set(carts.or_set, log, j)
    for r in range(world.n_regions):
        catch_up(world, carts, log, r, seen[r], m, np.inf)
    return to_siblings, unaware


@step
def shown(strategy: int, carts: Carts, log: Log, piece: int) -> bool:
    """Whether the cart holds a piece in the end, in region 0 as in all. Not for counters."""
    if strategy == CART:
        return contains(carts.cart.holds, carts.cart.top[0, 0], piece)
    if strategy == ITEM:
        return contains(carts.item.holds, carts.item.top[0, log.product[piece]], piece)
    if strategy == UNION:
        return in_siblings(carts.union, 0, piece)
    return bool(carts.or_set.state[0, piece] == THERE)


@kernel
def fates_of_pieces(strategy: int, carts: Carts, log: Log, fate: Ints) -> None:
    """What became of each change: an addition is lost, a removal undone, or all is as it should."""
    for j in range(log.time.size):
        fate[j] = KEPT
        if log.kind[j] == ADD:
            if carts.or_set.state[0, j] == THERE and not shown(strategy, carts, log, j):
                fate[j] = LOST
        else:
            for piece in range(j):
                if carts.or_set.taken[j, piece] == 1 and shown(strategy, carts, log, piece):
                    fate[j] = UNDONE


@kernel
def fates_of_counts(carts: Carts, log: Log, fate: Ints) -> None:
    """Counts do not say which piece is missing or too many: the newest change is to blame."""
    m = log.time.size
    for j in range(m):
        fate[j] = KEPT
    for i in range(carts.pn.pieces.shape[1]):
        surplus = max(0, carts.pn.pieces[0, i])
        for j in range(m):
            surplus -= log.product[j] == i and carts.or_set.state[0, j] == THERE
        for j in range(m - 1, -1, -1):
            if log.product[j] != i:
                continue
            if surplus < 0 and carts.or_set.state[0, j] == THERE:
                fate[j] = LOST
                surplus += 1
            elif surplus > 0 and log.kind[j] == REMOVE:
                fate[j] = UNDONE
                surplus -= 1


@step
def counted_before(has: Counters, log: Log, j: int) -> bool:
    """Whether an earlier change went into the same counter."""
    for k in range(j):
        same = log.kind[k] == log.kind[j] and log.region[k] == log.region[j]
        if same and log.product[k] == log.product[j] and has.change[k] != 0:
            return True
    return False


@kernel
def entries(strategy: int, carts: Carts, log: Log) -> int:
    """Times, counters and names that a region keeps beside the cart in the end."""
    n, products = carts.pn.pieces.shape
    m = log.time.size
    count = 0
    if strategy == CART:
        return 1
    if strategy == ITEM:
        for i in range(products):
            count += carts.item.top[0, i] != NOTHING
    elif strategy == UNION:
        for q in range(n):
            version = carts.union.sibling[0, q]
            for k in range(n):
                count += version != NOTHING and carts.union.vector[version, k] > 0
    elif strategy == PN:
        for j in range(m):
            count += carts.pn.change[j] != 0 and not counted_before(carts.pn, log, j)
    else:
        for j in range(m):
            count += log.kind[j] == ADD
    return count


@kernel
def describe(log: Log, strategy: int, fate: Ints, table: Table) -> None:
    """The cart that is shown as an example."""
    m = log.time.size
    for j in range(m):
        row = STRATEGIES + strategy * m + j
        table[row, 0], table[row, 1] = strategy, CHANGE
        table[row, 14], table[row, 15] = log.time[j], log.region[j]
        table[row, 16], table[row, 17], table[row, 18] = log.kind[j], log.product[j], fate[j]


@kernel
def conflict(
    n_regions: int, elsewhere: float, gap_s: float, n_changes: int, removes: float, products: int,
    delay_ms: float, cut_s: float, skew_ms: float, clock: int, run_changes: int, n_runs: int,
    seed: int,
) -> Table:  # fmt: skip
    """A row for each strategy, then for each a row for each change of one cart.

    A run is of ``run_changes`` changes, ``n_changes`` to each cart, ``gap_s`` apart on average. The
    cut of ``cut_s`` is in the middle of a cart's life. The cart that is shown is the one in which
    the last writer, cart, threw away most.

    Columns: strategy, kind of row; per 1,000 changes: kept, additions lost, removals undone, the
    sum of both, and that of the lowest and of the highest run; share of carts that are wrong in the
    end, entries kept beside a cart; per 1,000: changes made to siblings, and without knowledge of
    an earlier change; when the cut begins and ends (s). Of a change: time (s), region, kind,
    product, and what became of it.
    """
    m = n_changes
    begins = max(0.0, 0.5 * (gap_s * m - cut_s))
    world = World(
        n_regions, products, elsewhere, gap_s, removes, delay_ms / 1e3, begins, begins + cut_s,
        skew_ms / 1e3, clock,
    )  # fmt: skip
    log = Log(np.zeros(m), np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m, np.int64))
    carts = empty_carts(n_regions, products, m)
    n_carts = max(1, run_changes // m)
    per_thousand = 1000.0 / (m * n_carts)
    seen, fate = np.zeros(n_regions, np.int64), np.zeros(m, np.int64)
    table = np.zeros((STRATEGIES * (1 + m), 19))
    table[:STRATEGIES, 6] = np.inf
    worst = NOTHING
    state = generator(seed)
    for _ in range(n_runs):
        wrong = np.zeros(STRATEGIES)
        for _ in range(n_carts):
            to_siblings, unaware = session(state, world, carts, log, seen)
            table[UNION, 10] += to_siblings
            is_worst = False
            for strategy in range(STRATEGIES):
                if strategy == PN:
                    fates_of_counts(carts, log, fate)
                else:
                    fates_of_pieces(strategy, carts, log, fate)
                bad = 0
                for j in range(m):
                    table[strategy, 2 + fate[j]] += 1.0
                    bad += fate[j] != KEPT
                if strategy == CART and bad > worst:
                    worst = bad
                    is_worst = True
                if is_worst:
                    describe(log, strategy, fate, table)
                wrong[strategy] += bad
                table[strategy, 5] += bad
                table[strategy, 8] += bad > 0
                table[strategy, 9] += entries(strategy, carts, log)
                table[strategy, 11] += unaware
        for strategy in range(STRATEGIES):
            table[strategy, 6] = min(table[strategy, 6], wrong[strategy] * per_thousand)
            table[strategy, 7] = max(table[strategy, 7], wrong[strategy] * per_thousand)
    for strategy in range(STRATEGIES):
        table[strategy, 0], table[strategy, 1] = strategy, WHOLE
        for column in (2, 3, 4, 5, 10, 11):
            table[strategy, column] *= per_thousand / n_runs
        for column in (8, 9):
            table[strategy, column] /= n_carts * n_runs
        table[strategy, 12], table[strategy, 13] = world.begins, world.ends
    return table
