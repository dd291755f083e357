"""A page that asks many leaves at once, and what is done about the slowest of them.

A call of a leaf goes to one of its servers at random, which serves one at a time in the order in
which they come: M/G/1. Serving is exponential; some calls meet something slow, whose time is
exponential as well and longer. So the wait and the whole time are sums of two exponentials (F.
Pollaczek, A. Y. Khinchine). Some of what is slow is slow at every server, as it is the call's own.

*Hedged*: a call that has no answer after a delay is sent to another server too, and the first
answer counts (J. Dean and L. A. Barroso, "The tail at scale", CACM 56(2), 2013). Of many servers no
two queues know of each other, so the second copy is one more arrival, at a queue like the first's.
How many are sent depends on how busy servers are, and that on how many are sent: a fixed point.
Exact, but for second copies of what is slow everywhere. Calls that are late are longer than others;
in the queue they are exponential, with the right mean.

Copies that are cancelled are simulated, event by event.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.random import below, exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

ALL, HEDGED, ENOUGH, CANCELLED, TIED = range(5)
FAN, DELAY, LOAD, SET = range(4)
(
    KIND, MEANS, LEAVES, P50, P99, P999, LEAF_P50, LEAF_P99, LOW, HIGH, AFTER, EXTRA, BUSY, WORK,
    POSSIBLE, STAYS, ANY_SLOW, MISSING,
) = range(18)  # fmt: skip
WIDTH = 18

FANS = 11
DELAYS = 22
LOADS = 19
SIMULATED = 2  # loads; busier ones need far more calls than there is time for
CLOSED = 3 * FANS + 3 + DELAYS + 2 * LOADS
ROWS = CLOSED + 2 * SIMULATED
LEAST = 1e-12  # less than that is nothing
MOST_BUSY = 0.999  # closer to 1 nothing settles
ROUNDS = 200  # of the fixed point, at most
HALVINGS = 48
STEPS = 80
BATCHES = 3
BURST = 10.0  # hedges that a budget saves up


class Wait(NamedTuple):
    """P(wait > t) is a exp(-p t) + b exp(-q t)."""

    a: float
    p: float
    b: float
    q: float


class Leaf(NamedTuple):
    """Calls of a leaf. Rates are per ms.

    A call is ``heavy``, slow wherever it is sent, with that chance; of the others ``pauses`` meet
    something slow at a server. ``sent`` of the calls that are late after ``delay`` are hedged.
    """

    wait: Wait
    fast: float
    slow: float
    heavy: float
    pauses: float
    delay: float
    sent: float


@kernel
def waiting(rate: float, slow_share: float, fast: float, slow: float) -> Wait:
    """Law of the wait in M/H2/1; ``fast`` and ``slow`` are rates, the first the larger."""
    rho = rate * ((1.0 - slow_share) / fast + slow_share / slow)
    if slow_share <= LEAST or rate <= 0.0:
        return Wait(rho, fast * (1.0 - rho), 0.0, fast)
    half = 0.5 * (fast + slow - rate)
    product = fast * slow * (1.0 - rho)
    root = np.sqrt(max(half * half - product, 0.0))
    q = half + root
    p = product / q
    part = (1.0 - rho) / (q - p)
    # Between the roots lies the slower rate, so both parts are positive.
    return Wait(
        part * (fast - p) * (slow - p) / p, p, part * (fast - q) * (q - slow) / q, q
    )  # fmt: skip


@kernel
def between(a: float, b: float, t: float) -> float:
    """Integral of exp(-a x) exp(-b (t - x)) from 0 to t."""
    if t <= 0.0:
        return 0.0
    low = min(a, b)
    x = (max(a, b) - low) * t
    part = 1.0 - 0.5 * x + x * x / 6.0 if x < 1e-4 else (1.0 - exp(-x)) / x
    return t * exp(-low * t) * part


@kernel
def moment(a: float, b: float, t: float) -> float:
    """Integral of x exp(-a x) exp(-b (t - x)) from 0 to t."""
    if t <= 0.0:
        return 0.0
    x = abs(a - b) * t
    part = 0.5 - x / 3.0 + x * x / 8.0 if x < 1e-3 else (1.0 - (1.0 + x) * exp(-x)) / (x * x)
    nearer = t * t * exp(-min(a, b) * t) * part
    return nearer if a >= b else t * between(a, b, t) - nearer


@kernel
def later(w: Wait, rate: float, t: float) -> float:
    """P(wait + work > t), with exponential work of that rate."""
    found = exp(-rate * t)
    if w.a > 0.0:
        found += w.a * rate * between(w.p, rate, t)
    if w.b > 0.0:
        found += w.b * rate * between(w.q, rate, t)
    return found


@kernel
def ordinary(leaf: Leaf, t: float) -> float:
    """P(time > t) of one copy of a call that is not heavy; 1 before it is sent."""
    if t <= 0.0:
        return 1.0
    found = 0.0
    if leaf.pauses < 1.0:
        found = (1.0 - leaf.pauses) * later(leaf.wait, leaf.fast, t)
    if leaf.pauses > 0.0:
        found += leaf.pauses * later(leaf.wait, leaf.slow, t)
    return found


@kernel
def heavy_twice(leaf: Leaf, t: float) -> float:
    """P(time > t) of a heavy call that is sent twice: the shorter wait, and work that is the same.

    The first wait alone until the second copy is sent, then both.
    """
    w, work, d = leaf.wait, leaf.slow, leaf.delay
    until = min(t, d)
    fades = exp(-work * (t - until))
    found = exp(-work * t)
    found += work * fades * (w.a * between(w.p, work, until) + w.b * between(w.q, work, until))
    if t > d:
        first_p, first_q = w.a * exp(-w.p * d), w.b * exp(-w.q * d)
        after = t - d
        found += work * (
            first_p * w.a * between(2.0 * w.p, work, after)
            + (first_p * w.b + first_q * w.a) * between(w.p + w.q, work, after)
            + first_q * w.b * between(2.0 * w.q, work, after)
        )
    return found


@kernel
def work_twice(leaf: Leaf) -> float:
    """Work of a heavy call if it is late, and 0 if not: what is late is longer than others are."""
    w, work, d = leaf.wait, leaf.slow, leaf.delay
    found = exp(-work * d) * (d + 1.0 / work)
    return found + work * (w.a * moment(work, w.p, d) + w.b * moment(work, w.q, d))


@kernel
def slower(leaf: Leaf, t: float) -> float:
    """P(a call of the leaf takes longer than t)."""
    one = ordinary(leaf, t)
    own = later(leaf.wait, leaf.slow, t) if leaf.heavy > 0.0 else 0.0
    if t > leaf.delay and leaf.sent > 0.0:
        one *= 1.0 - leaf.sent + leaf.sent * ordinary(leaf, t - leaf.delay)
        if leaf.heavy > 0.0:
            own += leaf.sent * (heavy_twice(leaf, t) - own)
    return (1.0 - leaf.heavy) * one + leaf.heavy * own


@kernel
def settled(
    busy: float, fast_ms: float, slow_share: float, slow_ms: float, shared: float, delay: float,
    budget: float,
) -> tuple[Leaf, float, float]:  # fmt: skip
    """A leaf with its hedges, the share of calls that are hedged, and how busy its servers are.

    The least fixed point, to which a quiet service comes. ``busy`` is without hedges; where they
    make it too much the last number is 1, and every call is late. ``budget`` 0: none are sent.
    """
    fast, slow = 1.0 / fast_ms, 1.0 / slow_ms
    heavy = slow_share * shared
    pauses = (slow_share - heavy) / (1.0 - heavy)
    mean = fast_ms + slow_share * (slow_ms - fast_ms)
    rate = busy / mean
    leaf = Leaf(waiting(rate, slow_share, fast, slow), fast, slow, heavy, pauses, delay, 0.0)
    if budget <= 0.0:
        return leaf, 0.0, busy
    wanted = 0.0
    for _ in range(ROUNDS):
        late = (1.0 - heavy) * ordinary(leaf, delay)
        late_heavy = heavy * later(leaf.wait, slow, delay)
        share = late + late_heavy
        sent = min(1.0, budget / max(share, 1e-300))
        copies, slow_copies = 1.0 + sent * share, slow_share + sent * (late * pauses + late_heavy)
        slow_work = slow_share * slow_ms + sent * late * pauses * slow_ms
        if heavy > 0.0:
            slow_work += sent * heavy * work_twice(leaf)
        load = rate * ((copies - slow_copies) * fast_ms + slow_work)
        if load >= MOST_BUSY:
            return leaf, min(budget, 1.0), 1.0
        queued = slow_copies / slow_work if slow_work > 0.0 else slow
        leaf = Leaf(
            waiting(rate * copies, slow_copies / copies, fast, queued), fast, slow, heavy, pauses,
            delay, sent,
        )  # fmt: skip
        busy = load
        if abs(share - wanted) <= 1e-12:
            break
        wanted = share
    return leaf, sent * share, busy


@kernel
def page_in_time(s: float, leaves: int, missing: int) -> float:
    """Chance that no more than ``missing`` leaves are late, each with chance ``s``."""
    if s >= 1.0:
        return 1.0 if missing >= leaves else 0.0
    term = exp(leaves * log(1.0 - s))
    found = term
    for k in range(missing):
        term *= (leaves - k) / (k + 1.0) * s / (1.0 - s)
        found += term
    return min(found, 1.0)


@kernel
def late_leaves(quantile: float, leaves: int, missing: int) -> float:
    """Share of a leaf's calls that may be late, for that quantile of the page to be in time."""
    if missing <= 0:
        return 1.0 - exp(log(quantile) / leaves)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        s = 0.5 * (low + high)
        if page_in_time(s, leaves, missing) >= quantile:
            low = s
        else:
            high = s
    return 0.5 * (low + high)


@kernel
def time_at(leaf: Leaf, s: float) -> float:
    """The time that the share ``s`` of the leaf's calls exceeds.

    The chance's logarithm is bent, but nearly straight far out, so a chord is a good guess. The
    Illinois rule (M. Dowell and P. Jarratt, BIT 11, 1971) keeps one end from standing still.
    """
    aim = log(s)
    low, above = 0.0, -aim
    high, below_it = 1.0 / leaf.slow, 0.0
    for _ in range(60):
        below_it = log(max(slower(leaf, high), 1e-300)) - aim
        if below_it <= 0.0:
            break
        low, above = high, below_it
        high *= 2.0
    side = 0
    for _ in range(STEPS):
        if high - low <= 1e-10 * high or below_it >= 0.0:
            break
        t = low + (high - low) * above / (above - below_it)
        found = log(max(slower(leaf, t), 1e-300)) - aim
        if abs(found) <= 1e-12:
            return t
        if found > 0.0:
            low, above = t, found
            below_it *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            high, below_it = t, found
            above *= 0.5 if side == -1 else 1.0
            side = -1
    return high if above > -below_it else low


@kernel
def lost(leaves: int, enough: float) -> int:
    """Leaves that a page does not wait for."""
    return leaves - int(np.ceil(enough * leaves - 1e-9))


class Calls(NamedTuple):
    """What chance decides: time to the next call, in means; both copies' work and servers."""

    gap: Floats
    work: Floats
    server: Ints


@kernel
def drawn(
    n: int, servers: int, fast_ms: float, slow_share: float, slow_ms: float, shared: float,
    seed: int,
) -> Calls:  # fmt: skip
    """Copies 2 i and 2 i + 1 are those of call i; two different servers."""
    state = generator(seed)
    gap, work, server = np.empty(n), np.empty(2 * n), np.empty(2 * n, np.int64)
    heavy = slow_share * shared
    pauses = (slow_share - heavy) / (1.0 - heavy)
    for i in range(n):
        gap[i] = exponential(state, 1.0)
        own = uniform(state) < heavy
        for copy in range(2):
            paused = uniform(state) < pauses
            work[2 * i + copy] = exponential(state, slow_ms if own or paused else fast_ms)
        if own:
            work[2 * i + 1] = work[2 * i]
        server[2 * i] = below(state, servers)
        server[2 * i + 1] = (server[2 * i] + 1 + below(state, servers - 1)) % servers
    return Calls(gap, work, server)


@kernel
def dropped(means: int, copy: int, now: float, message: float, began: Floats, done: Floats) -> bool:
    """Whether word has come that a copy whose turn it is need not be served."""
    if means == TIED:
        return bool(began[copy ^ 1] + message <= now)
    return means == CANCELLED and bool(done[copy // 2] + message <= now)


@kernel
def play(
    calls: Calls, gap_ms: float, servers: int, means: int, delay: float, budget: float,
    message: float, took: Floats,
) -> float:  # fmt: skip
    """Time of each call, into ``took``; the result is work that was begun, over that of first
    copies.

    A copy goes to the end of its server's queue; one that is begun is served to its end.
    `CANCELLED`: it is dropped when its turn comes and the answer is known, `TIED`: and the other
    one was begun; news take ``message``. `TIED` sends the second copy after two of these, whatever
    ``delay`` and ``budget`` are.
    """
    n = took.size
    arrives, done, began = np.empty(n), np.full(n, np.inf), np.full(2 * n, np.inf)
    behind = np.full(2 * n, -1, np.int64)
    first, last = np.full(servers, -1, np.int64), np.full(servers, -1, np.int64)
    serves, until = np.full(servers, -1, np.int64), np.full(servers, np.inf)
    now, tokens, begun, wanted = 0.0, BURST, 0.0, 0.0
    for i in range(n):
        now += gap_ms * calls.gap[i]
        arrives[i] = now
        wanted += calls.work[2 * i]
    wait = 2.0 * message if means == TIED else delay
    i, j = 0, (n if means == ALL else 0)
    soonest = 0  # of the servers, the one that is ready next
    while True:
        s = soonest
        coming = arrives[i] if i < n else np.inf
        second = arrives[j] + wait if j < n else np.inf
        copy = -1
        if until[s] <= min(coming, second):
            now = until[s]
            if now == np.inf:
                break
            call = serves[s] // 2
            done[call] = min(done[call], now)
            serves[s], until[s] = -1, np.inf
            for k in range(servers):
                if until[k] < until[soonest]:
                    soonest = k
        elif coming <= second:
            now, copy = coming, 2 * i
            i += 1
            tokens = min(tokens + budget, BURST)
        else:
            now = second
            if means == TIED:
                copy = 2 * j + 1
            elif done[j] > now and (budget >= 1.0 or tokens >= 1.0):
                tokens -= 1.0
                copy = 2 * j + 1
            j += 1
        if copy >= 0:
            s = calls.server[copy]
            if first[s] < 0:
                first[s] = copy
            else:
                behind[last[s]] = copy
            last[s] = copy
        while serves[s] < 0 and first[s] >= 0:
            copy = first[s]
            first[s] = behind[copy]
            if not dropped(means, copy, now, message, began, done):
                began[copy] = now
                serves[s], until[s] = copy, now + calls.work[copy]
                begun += calls.work[copy]
                if until[s] < until[soonest]:
                    soonest = s
    for i in range(n):
        took[i] = done[i] - arrives[i]
    return begun / wanted


class World(NamedTuple):
    """A service as it is set."""

    busy: float
    fast_ms: float
    slow_share: float
    slow_ms: float
    shared: float
    delay: float
    budget: float


@kernel
def put(row: Floats, kind: int, means: int, n: int, enough: float, w: World) -> None:
    """What a page of ``n`` leaves and one of them take, without a simulation."""
    row[KIND], row[MEANS], row[LEAVES], row[BUSY], row[AFTER] = kind, means, n, w.busy, w.delay
    missing = lost(n, enough) if means == ENOUGH else 0
    row[MISSING] = missing / n
    budget = w.budget if means == HEDGED else 0.0
    leaf, row[EXTRA], row[WORK] = settled(
        w.busy, w.fast_ms, w.slow_share, w.slow_ms, w.shared, w.delay, budget
    )
    if kind == SET:
        row[ANY_SLOW] = 1.0 - exp(n * log(0.99))
        row[STAYS] = 1.0 if w.busy * (1.0 + budget) >= 1.0 else 0.0
    if row[WORK] >= 1.0:
        return
    row[POSSIBLE] = 1.0
    for column in range(P50, LEAF_P99 + 1):
        of_leaf = column > P999
        if kind != SET and (kind == LOAD) != (column == LEAF_P99):
            continue
        p = 0.999 if column == P999 else (0.5 if column in (P50, LEAF_P50) else 0.99)
        row[column] = time_at(leaf, late_leaves(p, 1 if of_leaf else n, 0 if of_leaf else missing))


@kernel
def fan_out(
    leaves: int, slow_share: float, slow_ms: float, shared: float, busy: float, delay: float,
    budget: float, enough: float, fast_ms: float, message: float, servers: int, calls: int,
    seed: int,
) -> Table:  # fmt: skip
    """A page asks ``leaves``; ``slow_share`` of the calls take ``slow_ms`` on average, not
    ``fast_ms``, and ``shared`` of these do so at every server. Servers are ``busy`` without hedges.

    Hedges are sent after ``delay`` for ``budget`` of the calls at most; `ENOUGH` waits for that
    share of the leaves. `FAN`: for 1 to 2000 leaves, `ALL`, `HEDGED`, `ENOUGH`. `DELAY`: hedged
    after 1 to 2000 ms. `LOAD`: servers from 5% to 95% busy, and simulated `CANCELLED` and `TIED`
    at 40 and 60%, of ``calls`` calls each on ``servers``. `SET`: as `FAN`, as set.

    Columns: kind, means, leaves; p50, p99, p99.9 of a page and p50, p99 of a leaf (ms; 0 where
    `LOAD` has only the last, and `FAN` and `DELAY` have only a page's); the least and the most of
    a leaf's p99 in three parts of a simulation; delay; calls that are sent twice, or extra work if
    simulated; busy without and with hedges; 1 if that can be; 1 if overload,
    once there, stays, as every call is late and hedged; chance that one of the leaves is over a
    leaf's p99 without hedges; share of the leaves that is left out.
    """
    table = np.zeros((ROWS, WIDTH))
    for at in range(CLOSED):
        kind, means, n, load, after = SET, at % 3, leaves, busy, delay
        if at >= 3 * FANS + 3 + DELAYS:
            k = at - 3 * FANS - 3 - DELAYS
            kind, means, load = LOAD, k % 2, (k // 2 + 1) / 20.0
        elif at >= 3 * FANS + 3:
            kind, means = DELAY, HEDGED
            after = exp(log(2000.0) * (at - 3 * FANS - 3) / (DELAYS - 1.0))
        elif at >= 3:
            f = at // 3 - 1
            kind, n = FAN, (1, 2, 5)[f % 3] * 10 ** (f // 3)
        put(
            table[at], kind, means, n, enough,
            World(load, fast_ms, slow_share, slow_ms, shared, after, budget),
        )  # fmt: skip
    mean = fast_ms + slow_share * (slow_ms - fast_ms)
    chance = drawn(calls, servers, fast_ms, slow_share, slow_ms, shared, seed)
    took = np.empty(calls)
    size = (calls - calls // 10) // BATCHES
    counted = took[calls - BATCHES * size :]
    for k in range(2 * SIMULATED):
        row = table[CLOSED + k]
        means = TIED if k % 2 == 1 else CANCELLED
        row[KIND], row[MEANS], row[LEAVES], row[AFTER] = LOAD, means, leaves, delay
        row[BUSY] = (k // 2 + 2) / 5.0
        gap = mean / (servers * row[BUSY])
        row[EXTRA] = play(chance, gap, servers, means, delay, budget, message, took) - 1.0
        row[WORK], row[POSSIBLE] = row[BUSY] * (1.0 + row[EXTRA]), 1.0
        row[LOW] = np.inf
        for batch in range(BATCHES + 1):  # the last is all of them
            part = counted[batch * size : (batch + 1) * size] if batch < BATCHES else counted
            p99 = kth_smallest(part, int(0.99 * part.size))
            if batch < BATCHES:
                row[LOW], row[HIGH] = min(row[LOW], p99), max(row[HIGH], p99)
            row[LEAF_P99] = p99
    return table
