"""A page that calls services which call others: up, late, and at work for nobody.

The page calls branches, each of them a chain of services: a service works, then calls the next. It
takes a fast or a slow time for its work, each exponential, so that a chain is a phase-type law. Its
tail is exact by uniformisation (A. Jensen, "Markoff chains as an aid in the study of Markoff
processes", 1953): steps come at the fast rate, a fast phase ends with the next of them and a slow
one with a chance. So many steps as a chain needs are counted by a convolution; how many have come
by a time is a Poisson number.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import power
from scalelab.kernels.jit import Floats, Table, kernel

MOST = 60  # services
SLOWER = 10.0  # times the fast phase's mean
MINUTES_A_MONTH = 365.25 * 24.0 * 60.0 / 12.0
REMEDIES = 5  # all needed; as set; last answers kept; two copies; a nine more
PER_LIMIT = 32
STEPS = 49  # of a wait before the first services, up to half more than the time-out
PANELS = 200  # of Simpson's rule
COUNTS = (1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 50, 60)
ROWS = REMEDIES + len(COUNTS) + STEPS + 1

TURN, ONCE = range(2)
FALLBACK, QUEUE = range(2)
REMEDY, CURVE, STUCK, SET = range(4)
KIND, WHICH, UP, MINUTES, SERVICES, P99_TURN, P99_ONCE, P99_ADDED = range(8)
MEAN_TURN, MEAN_ONCE, WAIT, FIXED, PASSED, CANCELLED, LATE, NEEDED = range(8, 16)
MEAN, P50, P99, ADDED, P99_ONE, P99_WITHOUT, HAS_WITHOUT, NETWORK = range(16, 24)
PROXIES, MUST, STEP = range(24, 27)
WIDTH = 27


class Sums(NamedTuple):
    """Of 0 to so many services: chance of more than k steps, and the mean number beyond k."""

    beyond: Table
    rest: Table
    fast_ms: float
    mean_ms: float  # of one service


class Graph(NamedTuple):
    """``width`` branches of ``depth`` services are waited for; ``call_ms`` for each call."""

    width: int
    depth: int
    order: int
    call_ms: float


@kernel
def sums_of(most: int, slow: float, fast_ms: float) -> Sums:
    """Steps of up to ``most`` services, of which each is slow with a chance."""
    mean = 1.0 - slow + slow * SLOWER
    variance = 1.0 - slow + slow * (2.0 * SLOWER * SLOWER - SLOWER) - mean * mean
    steps = int(most * mean + 10.0 * np.sqrt(most * variance) + 40.0 * SLOWER)
    # So many more that a Poisson number of a mean from there on is not below ``steps``.
    size = steps + int(12.0 * np.sqrt(float(steps))) + 80
    beyond = np.zeros((most + 1, size))
    rest = np.zeros((most + 1, size))
    before = np.zeros(steps)
    now = np.zeros(steps)
    before[0] = 1.0
    for i in range(1, most + 1):
        in_slow = 0.0
        now[0] = 0.0
        for k in range(1, steps):
            in_slow = in_slow * (1.0 - 1.0 / SLOWER) + slow / SLOWER * before[k - 1]
            now[k] = (1.0 - slow) * before[k - 1] + in_slow
        tail = 0.0
        left = 0.0
        for k in range(steps - 1, -1, -1):
            beyond[i, k] = tail
            left += tail
            rest[i, k] = left
            tail += now[k]
        before, now = now, before
    return Sums(beyond, rest, fast_ms, fast_ms * mean)


@kernel
def at_poisson(values: Floats, mean: float) -> float:
    """Mean of ``values[N]`` for a Poisson number N; 0 beyond their end."""
    last = len(values) - 1
    middle = int(mean)
    if middle > last:
        return 0.0
    found = values[middle]
    total = 1.0
    weight = 1.0
    k = middle
    while weight > 1e-17:
        k += 1
        weight *= mean / k
        total += weight
        if k <= last:
            found += weight * values[k]
    weight = 1.0
    k = middle
    while k > 0 and weight > 1e-17:
        weight *= k / mean
        k -= 1
        total += weight
        found += weight * values[k]
    return float(found / total)


@kernel
def later(s: Sums, services: int, ms: float) -> float:
    """Chance that the work of so many services takes longer than that."""
    if ms < 0.0:
        return 1.0
    return at_poisson(s.beyond[services], ms / s.fast_ms)


@kernel
def excess(s: Sums, services: int, ms: float) -> float:
    """Mean of what is left of the work of so many services after that time (ms)."""
    if ms <= 0.0:
        return services * s.mean_ms - ms
    return s.fast_ms * at_poisson(s.rest[services], ms / s.fast_ms)


@kernel
def any_of(chance: float, times: int) -> float:
    """Chance of at least one of so many independent things, without loss of digits."""
    found = 0.0
    for _ in range(times):
        found += chance - found * chance
    return found


@kernel
def shape(g: Graph) -> tuple[int, int]:
    """Services of a line, and how many such lines run at once."""
    if g.order == ONCE:
        return g.depth, g.width
    return g.depth * g.width, 1


@kernel
def page_later(s: Sums, g: Graph, ms: float) -> float:
    """Chance that the page has not all answers after that time."""
    services, lines = shape(g)
    return any_of(later(s, services, ms - services * g.call_ms), lines)


@kernel
def quantile(s: Sums, g: Graph, share: float) -> float:
    """The time (ms) within which so many of the pages have all answers."""
    services, _ = shape(g)
    low = services * g.call_ms
    step = s.mean_ms * services
    for _ in range(60):
        if page_later(s, g, low + step) <= 1.0 - share:
            break
        step *= 2.0
    high = low + step
    for _ in range(46):
        middle = 0.5 * (low + high)
        if page_later(s, g, middle) > 1.0 - share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def mean_page(s: Sums, g: Graph) -> float:
    """Mean time (ms): the sum of means, or of the latest by Simpson's rule over its tail.

    The panels are those of a cube root, narrow where fast calls end.
    """
    services, lines = shape(g)
    calls = services * g.call_ms
    if lines == 1:
        return calls + services * s.mean_ms
    end = quantile(s, g, 1.0 - 1e-9) - calls
    total = page_later(s, g, calls + end)
    for i in range(1, PANELS):
        u = i / PANELS
        total += (4.0 if i % 2 else 2.0) * u * u * page_later(s, g, calls + end * u * u * u)
    return calls + total * end / PANELS


@kernel
def put_stuck(row: Floats, s: Sums, g: Graph, limit_ms: float, wait_ms: float) -> None:
    """Work for nobody, if the first service of each branch has a queue that takes ``wait_ms``.

    The page is given up after ``limit_ms`` and calls no more branches. Without a deadline a branch
    that was called goes on to its end. With one, a service that would begin after it does not; if
    calls are cancelled as well, it stops in the middle.
    """
    services, lines = shape(g)
    fixed = 0.0
    passed = 0.0
    cancelled = 0.0
    left = limit_ms
    for i in range(services):
        if i % g.depth == 0:
            called = 1.0 - later(s, i, left)
            left -= wait_ms
        left -= g.call_ms
        fixed += s.mean_ms * called
        passed += s.mean_ms * (1.0 - later(s, i, left))
        if left > 0.0:
            cancelled += s.mean_ms - (excess(s, i + 1, left) - excess(s, i, left))
    late = later(s, services, left)
    useful = services * s.mean_ms - excess(s, services, left) - left * late
    for _ in range(lines - 1):
        useful *= 1.0 - late
    row[WAIT] = wait_ms
    row[LATE] = any_of(late, lines)
    whole = services * s.mean_ms
    row[FIXED] = max(fixed - useful, 0.0) / whole
    row[PASSED] = max(passed - useful, 0.0) / whole
    row[CANCELLED] = max(cancelled - useful, 0.0) / whole


@kernel
def put_remedies(
    table: Table, services: int, needed: int, depth: int, up: float, broker: float, kept: float,
    common: float,
) -> None:  # fmt: skip
    """For how long a page is down: branches of which ``needed`` have to answer.

    ``broker``: up for this part of the time; ``kept``: branch answers that an older one can stand
    in for; ``common``: failures of a service that take its other copy with it.
    """
    down = 1.0 - up
    single = (1.0 - common) * down
    for i in range(REMEDIES):
        each = down
        number = depth
        branches = needed
        if i == 0:
            number = services
            branches = 1
        elif i == 3:
            each = either(common * down, single * single)
        elif i == 4:
            each = 0.1 * down
        branch = any_of(each, number)
        if i == 2:
            branch *= 1.0 - kept
        found = any_of(branch, branches)
        if i > 0:
            found = either(found, 1.0 - broker)
        table[i, KIND] = REMEDY
        table[i, WHICH] = i
        table[i, UP] = 1.0 - found
        table[i, MINUTES] = MINUTES_A_MONTH * found


@kernel
def either(a: float, b: float) -> float:
    """Chance of one of two independent things or both."""
    return a + b - a * b


@kernel
def put_set(row: Floats, s: Sums, g: Graph, hop_ms: float) -> None:
    """The page's times, and where they go."""
    services, _ = shape(g)
    row[MEAN] = mean_page(s, g)
    row[P50] = quantile(s, g, 0.5)
    row[P99] = quantile(s, g, 0.99)
    row[P99_ONE] = quantile(s, Graph(1, 1, TURN, g.call_ms), 0.99)
    row[ADDED] = services * row[P99_ONE]
    if g.width > 1:
        row[HAS_WITHOUT] = 1.0
        row[P99_WITHOUT] = quantile(s, Graph(g.width - 1, g.depth, g.order, g.call_ms), 0.99)
    row[NETWORK] = services * hop_ms
    row[PROXIES] = services * (g.call_ms - hop_ms)


@kernel
def call_graph(
    width: int, depth: int, order: int, optional: int, how: int, up: float, proxy_ms: float,
    slow: float, limit_ms: float, hop_ms: float, fast_ms: float, kept: float, common: float,
) -> Table:  # fmt: skip
    """A page, its services, and what a call graph makes of them.

    ``width`` branches of ``depth`` services, at most `MOST`, are called one after the other or at
    once (``order``); ``optional`` of them, fewer than all, have a fallback, or are left in a queue
    and not waited for (``how``). Each service is ``up`` for this part of the time, the queue's
    broker with a nine more. Its work takes ``fast_ms`` on average, or `SLOWER` times that in a
    share ``slow`` of the calls. Each call takes ``hop_ms`` and, through its two proxies,
    ``proxy_ms``. The page gives up after ``limit_ms``. Of two copies a share ``common`` of the
    failures hits both; ``kept``: chance that an older answer is there.

    Columns: kind of row. Of a remedy: which, part of the time up, minutes a month down. Of a number
    of services: how many; p99 one after the other, p99 at once, p99 of one times their number,
    means of the first two (ms). Of a queue before each branch: its wait (ms); work for nobody, with
    fixed time-outs, with a deadline that is passed on, and if calls are cancelled as well, as
    shares of a page's work; share of pages that are late. As set (and without a queue): services
    that have to be up; mean, median, p99 of the page; p99 of one service times those of a line; p99
    of one service; p99 without a branch, and 1 if there is another; ms of a line in the network and
    in proxies; what each needed service has to be up for the page to be up as long as one is now.
    Last, the number of a wait.
    """
    optional = min(optional, width - 1)
    needed = width - optional
    waited = needed if how == QUEUE else width
    services = width * depth
    broker = 1.0 if how == FALLBACK or optional == 0 else 1.0 - 0.1 * (1.0 - up)
    s = sums_of(MOST, slow, fast_ms)
    g = Graph(waited, depth, order, hop_ms + proxy_ms)
    table = np.zeros((ROWS, WIDTH))
    put_remedies(table, services, needed, depth, up, broker, kept, common)
    row = REMEDIES
    one = quantile(s, Graph(1, 1, TURN, g.call_ms), 0.99)
    for count in COUNTS:
        turn = Graph(count, 1, TURN, g.call_ms)
        once = Graph(count, 1, ONCE, g.call_ms)
        table[row, KIND] = CURVE
        table[row, SERVICES] = count
        table[row, P99_TURN] = quantile(s, turn, 0.99)
        table[row, P99_ONCE] = quantile(s, once, 0.99)
        table[row, P99_ADDED] = count * one
        table[row, MEAN_TURN] = mean_page(s, turn)
        table[row, MEAN_ONCE] = mean_page(s, once)
        row += 1
    set_row = table[ROWS - 1]
    put_set(set_row, s, g, hop_ms)
    put_stuck(set_row, s, g, limit_ms, 0.0)
    set_row[KIND] = SET
    set_row[SERVICES] = services
    set_row[NEEDED] = needed * depth
    set_row[UP] = table[1, UP]
    set_row[MINUTES] = table[1, MINUTES]
    set_row[MUST] = power(up, 1.0 / (needed * depth))
    for i in range(STEPS):
        table[row, KIND] = STUCK
        table[row, STEP] = i
        put_stuck(table[row], s, g, limit_ms, limit_ms * i / PER_LIMIT)
        row += 1
    return table
