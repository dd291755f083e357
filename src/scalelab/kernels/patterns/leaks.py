"""Two ways in which layers leak: a list that is loaded row by row, and changes that spread.

**Loading.** A page shows some parents, each with as many children in each of some collections. An
object-relational layer asks for the children of each parent when the page comes to it (*row by
row*), for those of many parents at once (*in batches*), or for all in one query (*join*), whose
result has each parent once for each combination of its children. Queries wait for each other.
While they run, a connection is held (J. D. C. Little, Operations Research 9(3) 1961).

**Changes.** Modules are in layers, and depend on modules of the layer below. Month by month Poisson
numbers of dependencies are added; a share of them are shortcuts that break the rule. Each
dependency passes a change on with the same chance, or never does, independently of the others. Who
is then touched by a change has a way of such dependencies to it: the *visibility matrix* (A.
MacCormack, J. Rusnak, C. Y. Baldwin, Management Science 52(7) 2006), whose mean is the propagation
cost. It is kept up to date with each dependency (G. F. Italiano, Theoretical Computer Science 48,
1986), two words of bits to a module.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.poisson import poisson
from scalelab.kernels.random import below, generator, uniform
from scalelab.kernels.select import kth_smallest

ROW_BY_ROW, BATCHES, JOIN = range(3)
WAYS = 3
UP, PAST, ANY = range(3)  # where shortcuts point: upwards, past the layer below, anywhere
FREE, CHECKED = range(3, 5)  # series of changes, numbered on from the ways of loading

ROWS_SHOWN = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
FLEETS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40)
LAYERS = 4
PER_LAYER = 25
MODULES = LAYERS * PER_LAYER
WORDS = 2  # of 64 modules each
MONTHS = 60
EVERY = 3
SEEDS = 40
LOW, HIGH = 4, 35  # of that many in order: a tenth of them are outside at each end

PAGE, WAY, FLEET, MONTH, HERE = range(5)
KIND, SERIES, SHOWN, PAGE_MS, QUERIES, RESULT_ROWS, KILOBYTES, HOLD_MS = range(8)
APP_MS, DATABASE_MS, CONNECTIONS, MACHINES, PER_S, LIMIT, TEST_MS, MOST_PER_S = range(8, 16)
AT, SHARE, LOWEST, HIGHEST, ALL_LAYERS, TANGLE, BROKEN, DEPENDENCIES = range(16, 24)
BUSY = 24
WIDTH = 25
SO_MANY = 1_000_000_000  # machines, that these are never what is missing
CPU, CONNECTION, DATABASE = range(3)  # of which there is not enough for more pages
POINTS = MONTHS // EVERY + 1
ROWS = WAYS * (len(ROWS_SHOWN) + 1 + len(FLEETS)) + 2 * (POINTS + 1)


class Costs(NamedTuple):
    """Times in ms: of a round trip, of a query and of a row on either side, of the page's own work.

    ``parent`` and ``child`` are bytes of a row, of which ``wire`` pass in a millisecond.
    """

    children: int
    collections: int
    batch: int
    query_database: float
    query_app: float
    row_database: float
    row_app: float
    parent: float
    child: float
    wire: float
    own: float


class Machines(NamedTuple):
    """vCPUs of an application machine and of the database; connections of either."""

    app_vcpus: int
    database_vcpus: int
    pool: int
    connections: int


@kernel
def put_page(row: Floats, way: int, shown: int, trip: float, costs: Costs) -> None:
    """What a page with so many rows takes if it is loaded in that way."""
    k, c = costs.collections, costs.children
    queries, rows = 1.0, 1.0 * shown
    if way == JOIN:
        for _ in range(k):
            rows *= c
        sent = rows * (costs.parent + k * costs.child)
    else:
        queries += k * (shown if way == ROW_BY_ROW else (shown + costs.batch - 1) // costs.batch)
        rows += 1.0 * shown * k * c
        sent = shown * (costs.parent + 1.0 * k * c * costs.child)
    row[SERIES] = way
    row[SHOWN] = shown
    row[QUERIES] = queries
    row[RESULT_ROWS] = rows
    row[KILOBYTES] = sent / 1000.0
    work = queries * costs.query_app + rows * costs.row_app
    row[APP_MS] = costs.own + work
    row[DATABASE_MS] = queries * costs.query_database + rows * costs.row_database
    row[HOLD_MS] = queries * trip + sent / costs.wire + work + row[DATABASE_MS]
    row[PAGE_MS] = costs.own + row[HOLD_MS]


@kernel
def put_fleet(row: Floats, machines: int, there: Machines) -> None:
    """Pages a second of so many application machines, and what keeps them from doing more."""
    connections = min(machines * there.pool, there.connections)
    cpu = machines * there.app_vcpus / row[APP_MS]
    held = connections / row[HOLD_MS]
    database = there.database_vcpus / row[DATABASE_MS]
    most = min(cpu, held, database)
    row[MACHINES] = machines
    row[CONNECTIONS] = connections
    row[PER_S] = 1000.0 * most
    row[BUSY] = min(most / database, 1.0)
    row[LIMIT] = CPU if most == cpu else (CONNECTION if most == held else DATABASE)


@kernel
def has(sees: Words, module: int) -> bool:
    bit: bool = (sees[module >> 6] >> np.uint64(module & 63)) & np.uint64(1) == np.uint64(1)
    return bit


@kernel
def count(word: np.uint64) -> int:
    """Bits that are set: of pairs, of fours, of bytes, and the bytes' sum by a product."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def nothing_seen() -> Words:
    """Each module sees itself."""
    sees = np.zeros((MODULES, WORDS), np.uint64)
    for module in range(MODULES):
        sees[module, module >> 6] = np.uint64(1) << np.uint64(module & 63)
    return sees


@kernel
def depend(sees: Words, on_it: int, module: int) -> None:
    """From now on ``on_it`` depends on ``module``; so does whoever depends on ``on_it``."""
    if has(sees[on_it], module):
        return
    for other in range(MODULES):
        if has(sees[other], on_it):
            for w in range(WORDS):
                sees[other, w] |= sees[module, w]


@kernel
def visible(sees: Words) -> float:
    """Propagation cost: share of the modules that a change touches, the changed one included."""
    seen = 0
    for module in range(MODULES):
        for w in range(WORDS):
            seen += count(sees[module, w])
    return seen / (1.0 * MODULES * MODULES)


@kernel
def through_all_layers(sees: Words) -> float:
    """Share of the modules whose change touches modules of every layer."""
    changes = 0
    for w in range(WORDS):
        everywhere = ~np.uint64(0)
        for layer in range(LAYERS):
            touches = np.uint64(0)
            for i in range(PER_LAYER):
                touches |= sees[layer * PER_LAYER + i, w]
            everywhere &= touches
        changes += count(everywhere)
    return changes / (1.0 * MODULES)


@kernel
def tangle(sees: Words) -> int:
    """The most modules that all touch each other; 1 without a cycle."""
    most = 1
    for module in range(MODULES):
        together = 0
        for other in range(MODULES):
            if has(sees[module], other) and has(sees[other], module):
                together += 1
        most = max(most, together)
    return most


@kernel
def allowed(state: Words) -> tuple[int, int]:
    """A module and one of the layer below it; layer 0 is at the bottom."""
    upper = PER_LAYER + below(state, MODULES - PER_LAYER)
    return upper, (upper // PER_LAYER - 1) * PER_LAYER + below(state, PER_LAYER)


@kernel
def shortcut(state: Words, direction: int) -> tuple[int, int]:
    """A module and another that it is not to depend on (or any other one)."""
    if direction == ANY:
        one, other = below(state, MODULES), below(state, MODULES - 1)
        return one, other + (1 if other >= one else 0)
    lower, upper = 0, 0
    left = below(state, 6 if direction == UP else 3)
    for a in range(LAYERS):
        for b in range(a + (1 if direction == UP else 2), LAYERS):
            if left == 0:
                lower, upper = a, b
            left -= 1
    low = lower * PER_LAYER + below(state, PER_LAYER)
    high = upper * PER_LAYER + below(state, PER_LAYER)
    return (low, high) if direction == UP else (high, low)


@kernel
def grown(
    shares: Table, ends: Table, run: int, shortcuts: float, direction: int, ripple: float,
    check_month: int, at_first: float, per_month: float, seed: int,
) -> None:  # fmt: skip
    """One history without a check and with one from a month on, from the same random numbers.

    ``shares`` gets the propagation costs, by series and point, ``ends`` what `HERE` rows have.
    """
    state = generator(seed)
    free, checked = nothing_seen(), nothing_seen()
    for month in range(MONTHS + 1):
        for _ in range(poisson(state, at_first if month == 0 else per_month)):
            on_it, module = allowed(state)
            other_on_it, other = shortcut(state, direction)
            breaks = uniform(state) < shortcuts and month > 0
            passes = uniform(state) < ripple
            ends[0, 3] += 1.0
            ends[1, 3] += 1.0
            if breaks:
                ends[0, 2] += 1.0
            if breaks and month <= check_month:
                ends[1, 2] += 1.0
            if passes:
                if breaks:
                    depend(free, other_on_it, other)
                else:
                    depend(free, on_it, module)
                if breaks and month <= check_month:
                    depend(checked, other_on_it, other)
                else:
                    depend(checked, on_it, module)
        if month % EVERY == 0:
            shares[month // EVERY, run] = visible(free)
            shares[POINTS + month // EVERY, run] = visible(checked)
    ends[0, 0] += through_all_layers(free)
    ends[1, 0] += through_all_layers(checked)
    ends[0, 1] += tangle(free)
    ends[1, 1] += tangle(checked)


@kernel
def changes(
    shortcuts: float, direction: int, ripple: float, check_month: int, at_first: float,
    per_month: float, seed: int,
) -> Table:  # fmt: skip
    """`POINTS` rows for each of no check and check, then one each for the end of the time."""
    shares = np.zeros((2 * POINTS, SEEDS))
    ends = np.zeros((2, 4))
    for run in range(SEEDS):
        grown(shares, ends, run, shortcuts, direction, ripple, check_month, at_first, per_month,
              seed * 1000 + run)  # fmt: skip
    table = np.zeros((2 * (POINTS + 1), WIDTH))
    for i in range(2 * POINTS):
        table[i, KIND] = MONTH
        table[i, SERIES] = FREE + i // POINTS
        table[i, AT] = i % POINTS * EVERY / 12.0
        for run in range(SEEDS):
            table[i, SHARE] += shares[i, run] / SEEDS
        table[i, LOWEST] = kth_smallest(shares[i], LOW)
        table[i, HIGHEST] = kth_smallest(shares[i], HIGH)
    for i in range(2):
        row = table[2 * POINTS + i]
        row[KIND] = HERE
        row[SERIES] = FREE + i
        row[AT] = MONTHS / 12.0
        for column in (SHARE, LOWEST, HIGHEST):
            row[column] = table[(i + 1) * POINTS - 1, column]
        row[ALL_LAYERS] = ends[i, 0] / SEEDS
        row[TANGLE] = ends[i, 1] / SEEDS
        row[BROKEN] = ends[i, 2] / SEEDS
        row[DEPENDENCIES] = ends[i, 3] / SEEDS
    return table


@kernel
def leaks(
    rows: int, trip_ms: float, children: int, collections: int, batch: int, shortcuts: float,
    direction: int, ripple: float, check_month: int, test_rows: int, test_trip_ms: float,
    query_database_ms: float, query_app_ms: float, row_database_ms: float, row_app_ms: float,
    parent_bytes: float, child_bytes: float, bytes_per_ms: float, own_ms: float, app_vcpus: int,
    database_vcpus: int, pool: int, connections: int, at_first: float, per_month: float, seed: int,
) -> Table:  # fmt: skip
    """By way of loading: pages of more and more rows, as set, and of more and more machines.

    Then changes, month by month and at the end, without a check and with one from ``check_month``
    on: a share ``shortcuts`` of the new dependencies, ``per_month`` of them, breaks the rule, and
    each dependency passes changes on with the chance ``ripple``. ``at_first`` of them are there.

    Columns: kind of row; series: way of loading, or no check, check; rows shown; the page's time
    (ms); its queries, rows of their results, and kilobytes; for how long it holds a connection;
    work of the application and of the database (ms); connections that are there; machines; pages a
    second; what there is not enough of for more; the page's time in the test (ms); pages a second
    however many machines there are. Then years; share of the modules that a change touches, and a
    tenth and nine tenths of the histories; share of the changes that go through all layers; the
    most modules that all touch each other; shortcuts and dependencies at the end. Then how busy
    the database's vCPUs are.
    """
    costs = Costs(
        children, collections, batch, query_database_ms, query_app_ms, row_database_ms, row_app_ms,
        parent_bytes, child_bytes, bytes_per_ms, own_ms,
    )  # fmt: skip
    there = Machines(app_vcpus, database_vcpus, pool, connections)
    table = np.zeros((ROWS, WIDTH))
    i = 0
    for way in range(WAYS):
        for shown in ROWS_SHOWN:
            put_page(table[i], way, shown, trip_ms, costs)
            i += 1
        put_page(table[i], way, test_rows, test_trip_ms, costs)
        test_ms = table[i, PAGE_MS]
        put_page(table[i], way, rows, trip_ms, costs)
        put_fleet(table[i], SO_MANY, there)
        table[i, MACHINES] = 0.0
        table[i, KIND] = WAY
        table[i, TEST_MS] = test_ms
        table[i, MOST_PER_S] = table[i, PER_S]
        i += 1
        for machines in FLEETS:
            put_page(table[i], way, rows, trip_ms, costs)
            put_fleet(table[i], machines, there)
            table[i, KIND] = FLEET
            i += 1
    found = changes(shortcuts, direction, ripple, check_month, at_first, per_month, seed)
    for k in range(len(found)):
        for column in range(WIDTH):
            table[i + k, column] = found[k, column]
    return table
