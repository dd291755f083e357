"""Two sites, one of which can be cut off: what three systems answer, refuse and lose.

Clients in the East and in the West read and write keys at random (Poisson). For a while something
is broken. Two of three replicas are in the East, one is in the West.

*Majority quorum*: whoever reaches two replicas is served, others are refused.
*Every replica answers*: each site serves its clients from its own copy. A write reaches the other
site after a delay, in order; while the sites cannot talk it waits, and afterwards the waiting
writes are sent at a limited rate. When two versions meet, the later one stays.
*Single node*: one server in the East; whoever does not reach it is refused.

A write is made on the version that its replica holds (a cart with one more item in it). So all
versions of a key form a tree, and the writes on the way from the root to the version that stays in
the end are those that survive. Everything else was acknowledged and is lost.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Floats, Ints, Table, Words, kernel, step
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.zipf import alias_table, draw, popularity

CP, AP, SINGLE = 0, 1, 2
SYSTEMS = 3
LINK, SERVER, SITE = 0, 1, 2  # what breaks; a server and a site of the East
EAST, WEST = 0, 1
FRESH, STALE, KEPT, LOST, REFUSED = 0, 1, 2, 3, 4
OUTCOMES = 5
LAST_WRITER, MERGED = 0, 1
# Of one run of the system in which every replica answers.
CONFLICTS, DIFFERING, AGREED = 0, 1, 2
Bits = NDArray[np.bool_]


@kernel
def refused(system: int, broken: int, side: int) -> bool:
    """Whether a system turns away the clients of ``side`` while something is broken."""
    if system == AP:
        return False
    if broken == LINK:
        return side == WEST
    return broken == SITE or system == SINGLE


class Copies(NamedTuple):
    """What the two sites hold and send each other where every replica answers.

    Of each write: its key, the part of the run and the time in which it was made, the version that
    it was made on, and how many writes of the other site that version stands upon. Of each site:
    its writes in order, their number, how many of them are known at the other site, and when the
    next of those that had to wait can be there; by key, how many writes were made and are known,
    and the version that is held. Of each key, whether two versions met. Last, when the other site
    learnt of what was written before the break ended or had to wait.
    """

    key: Ints
    part: Ints
    time: Floats
    parent: Ints
    knew: Ints
    sent: Ints
    made: Ints
    known: Ints
    catching_up: Floats
    made_of: Ints
    known_of: Ints
    held: Ints
    in_conflict: Bits
    settled: Floats


@kernel
def copies(n_writes: int, n_keys: int, from_then: float) -> Copies:
    """Empty copies with room for ``n_writes``; what waits is sent ``from_then`` on."""
    return Copies(
        np.empty(n_writes, np.int64),
        np.empty(n_writes, np.int64),
        np.empty(n_writes),
        np.empty(n_writes, np.int64),
        np.empty(n_writes, np.int64),
        np.empty((2, n_writes), np.int64),
        np.zeros(2, np.int64),
        np.zeros(2, np.int64),
        np.full(2, from_then),
        np.zeros((2, n_keys), np.int64),
        np.zeros((2, n_keys), np.int64),
        np.full((2, n_keys), -1),
        np.zeros(n_keys, np.bool_),
        np.zeros(1),
    )


@step
def deliver(
    c: Copies, until: float, silent_from: float, ends: float, delay: float, gap: float
) -> None:
    """Whatever can be known at the other site ``until`` then is; seconds.

    The sites do not talk from ``silent_from`` to ``ends``; what had to wait follows ``gap`` by
    ``gap``.
    """
    for origin in range(2):
        other = 1 - origin
        while c.known[origin] < c.made[origin]:
            write = c.sent[origin, c.known[origin]]
            moment = c.time[write] + delay
            waited = silent_from <= moment < c.catching_up[origin] and silent_from < ends
            if waited:
                moment = c.catching_up[origin]
            if moment > until:
                break
            if waited:
                c.catching_up[origin] += gap
            if waited or c.time[write] < ends:
                c.settled[0] = max(c.settled[0], moment)
            key = c.key[write]
            c.known[origin] += 1
            c.known_of[origin, key] += 1
            if c.knew[write] < c.made_of[other, key]:
                c.in_conflict[key] = True
            here = c.held[other, key]
            if here < 0 or c.time[here] < c.time[write]:
                c.held[other, key] = write


@step
def write(c: Copies, number: int, side: int, key: int, part: int, now: float) -> None:
    """Write ``number`` is made at ``side``, on the version that is held there."""
    c.key[number] = key
    c.part[number] = part
    c.time[number] = now
    c.parent[number] = c.held[side, key]
    c.knew[number] = c.known_of[1 - side, key]
    c.held[side, key] = number
    c.sent[side, c.made[side]] = number
    c.made[side] += 1
    c.made_of[side, key] += 1


@kernel
def differing(c: Copies) -> int:
    """Keys of which one site has a write that the other does not know."""
    n = 0
    for key in range(c.in_conflict.size):
        for side in range(2):
            if c.known_of[side, key] < c.made_of[side, key]:
                n += 1
                break
    return n


@kernel
def surviving(c: Copies, n_writes: int) -> Bits:
    """Of each write, whether the version stands upon it that stayed; all writes are known."""
    survives = np.zeros(n_writes, np.bool_)
    for key in range(c.in_conflict.size):
        number = c.held[EAST, key]
        while number >= 0:
            survives[number] = True
            number = c.parent[number]
    return survives


@kernel
def run(
    state: Words,
    broken: int,
    minority: float,
    begins: float,
    ends: float,
    duration: float,
    request_rate: float,
    write_share: float,
    delay: float,
    gap: float,
    merge: int,
    threshold: Floats,
    alias: Ints,
    counts: Ints,
    found: Floats,
) -> None:
    """One run. Adds to ``counts``, of shape (systems, parts, outcomes), and to ``found``.

    ``found``: keys of which two versions met, keys on which the sites differ when the break ends,
    seconds from then until the last write made before it, or that had to wait, is known everywhere.
    """
    parts = counts.shape[1]
    expected = request_rate * duration * write_share
    room = int(expected + 10.0 * np.sqrt(expected)) + 100
    c = copies(room, threshold.size, ends + delay)
    silent_from = ends if broken == SERVER else begins
    n_writes = 0
    mended = False
    now = 0.0
    while True:
        now += exponential(state, 1.0) / request_rate
        over = now >= duration or n_writes == room
        if not mended and (over or now >= ends):
            mended = True
            deliver(c, ends, silent_from, ends, delay, gap)
            found[DIFFERING] += differing(c)
        # When the run is over, whatever is on its way still arrives.
        deliver(c, np.inf if over else now, silent_from, ends, delay, gap)
        if over:
            break
        client = WEST if uniform(state) < minority else EAST
        writes = uniform(state) < write_share
        key = draw(state, threshold, alias)
        part = min(int(now / duration * parts), parts - 1)
        in_break = begins <= now < ends
        for system in (CP, SINGLE):
            outcome = KEPT if writes else FRESH
            if in_break and refused(system, broken, client):
                outcome = REFUSED
            counts[system, part, outcome] += 1
        side = WEST if in_break and broken == SITE else client
        if writes:
            write(c, n_writes, side, key, part, now)
            n_writes += 1
        else:
            old = c.known_of[1 - side, key] < c.made_of[1 - side, key]
            counts[AP, part, STALE if old else FRESH] += 1
    survives = surviving(c, n_writes)
    for number in range(n_writes):
        kept = survives[number] or merge == MERGED
        counts[AP, c.part[number], KEPT if kept else LOST] += 1
    found[CONFLICTS] += c.in_conflict.sum()
    found[AGREED] += max(c.settled[0] - ends, 0.0)


@kernel
def partition(
    broken: int,
    minority: float,
    break_s: float,
    request_rate: float,
    write_share: float,
    n_keys: int,
    skew: float,
    delay_ms: float,
    replay_rate: float,
    merge: int,
    before_s: float,
    duration_s: float,
    n_runs: int,
    n_parts: int,
    seed: int,
) -> Table:
    """For each system a row for the whole run, then one for each of ``n_parts`` parts of it.

    Columns: system, 1 for the whole run, from and to (s), shares of the requests of that time:
    fresh reads, stale reads, writes that are kept, writes that are lost, refused. Then in the row
    for the whole run, 0 in others, numbers per run: requests, writes acknowledged, writes lost
    (mean, lowest, highest), requests refused, keys of which two versions met, keys that differ
    when the break ends, seconds until all agree. Last, what the majority quorum refuses for each
    write that is lost where every replica answers, 1 if both numbers are above 0; and in the other
    rows 1 for the parts of the run in which something is broken.
    """
    begins = before_s
    ends = min(before_s + break_s, duration_s)
    threshold, alias = alias_table(popularity(n_keys, skew))
    counts = np.zeros((SYSTEMS, n_parts, OUTCOMES), np.int64)
    found = np.zeros(3)
    lost_before = 0
    lowest = np.inf
    highest = 0.0
    state = generator(seed)
    for _ in range(n_runs):
        run(
            state, broken, minority, begins, ends, duration_s, request_rate, write_share,
            delay_ms / 1e3, 1.0 / replay_rate, merge, threshold, alias, counts, found,
        )  # fmt: skip
        lost = 0
        for part in range(n_parts):
            lost += counts[AP, part, LOST]
        lowest = min(lowest, float(lost - lost_before))
        highest = max(highest, float(lost - lost_before))
        lost_before = lost
    table = np.zeros((SYSTEMS * (n_parts + 1), 21))
    for system in range(SYSTEMS):
        top = system * (n_parts + 1)
        whole = np.zeros(OUTCOMES)
        for part in range(n_parts):
            row = top + 1 + part
            for outcome in range(OUTCOMES):
                table[row, 4 + outcome] = counts[system, part, outcome]
                whole[outcome] += counts[system, part, outcome]
            table[row, 2] = part * duration_s / n_parts
            table[row, 3] = (part + 1) * duration_s / n_parts
            table[row, 20] = begins <= 0.5 * (table[row, 2] + table[row, 3]) < ends
        table[top, 1] = 1.0
        table[top, 3] = duration_s
        for outcome in range(OUTCOMES):
            table[top, 4 + outcome] = whole[outcome]
        for row in range(top, top + n_parts + 1):
            table[row, 0] = system
            total = 0.0
            for outcome in range(OUTCOMES):
                total += table[row, 4 + outcome]
            for outcome in range(OUTCOMES):
                table[row, 4 + outcome] /= max(total, 1.0)
        table[top, 9] = whole.sum() / n_runs
        table[top, 10] = (whole[KEPT] + whole[LOST]) / n_runs
        table[top, 11] = whole[LOST] / n_runs
        table[top, 14] = whole[REFUSED] / n_runs
    row = AP * (n_parts + 1)
    table[row, 12] = lowest
    table[row, 13] = highest
    for i in range(3):
        table[row, 15 + i] = found[i] / n_runs
    turned_away = table[CP * (n_parts + 1), 14]
    if table[row, 11] > 0.0 and turned_away > 0.0:
        table[row, 18] = turned_away / table[row, 11]
        table[row, 19] = 1.0
    return table
