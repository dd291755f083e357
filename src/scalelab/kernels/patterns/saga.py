"""An order across shards: two-phase commit, a saga, or one shard; and a sale of few pieces.

A saga is a chain of steps, each committed by itself. If one says no, those before it are undone
(H. Garcia-Molina and K. Salem, "Sagas", 1987). A part that is down delays it, or ends it if it
does not try for long enough. Two-phase commit needs all parts at once, and what has promised when
its coordinator goes down stays locked (J. Gray, "Notes on data base operating systems", 1978).

In the sale customers come one by one at random. Each either pays or does not.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.random import exponential, generator, uniform
from scalelab.kernels.select import kth_smallest

STEPS = 3  # stock, account, payment
ORDERS = 6
LOCKED, STOCK_FIRST, PAID_FIRST, ONE_SHARD = range(4)
WAYS = 4
UNDONE, TURNED_AWAY, DELAYED, HALF_DONE, BOUGHT, LOST, REFUNDED = range(7)
OUTCOMES = 4  # of all orders; the other three are those of the sale
SALES = 3  # ways to sell
MILLION = 1e6

DAY, ORDER, SALE, SET = range(4)
ROWS = WAYS * OUTCOMES + ORDERS + SALES * SALES + 1
KIND, WAY, WHAT, VALUE, LOW, HIGH, STEPS_AS, USD, BEST, DOUBT = range(10)
WIDTH = 10


@kernel
def outlasts(down: float, tries_s: float, outage_s: float) -> float:
    """Chance that a part is down, and for longer than somebody keeps trying.

    Outages are all as long, so that what is left of one is even from 0 to all of it.
    """
    return down * max(1.0 - tries_s / outage_s, 0.0)


@kernel
def stays(age_s: float, up: float, tries_s: float, outage_s: float) -> float:
    """Chance that undoing a step gives up, ``age_s`` after the step was done.

    Its part was up then. So it has gone down since, and not so long ago that it comes back while
    undoing is tried. Outages are rare enough for one at most.
    """
    outages_per_s = (1.0 - up) / (up * outage_s)
    return outages_per_s * min(age_s, max(outage_s - tries_s, 0.0))


@kernel
def chain(
    fails: Floats, usd: Floats, takes_s: Floats, up: float, tries_s: float, outage_s: float
) -> tuple[float, float, float, float, float]:
    """Of a saga: mean of steps undone, of what that costs, and of steps that should be and stay.

    Then the chances of a delay and of giving up. Step i takes ``takes_s[i]``, says no with chance
    ``fails[i]``, and costs ``usd[i]`` to undo. Its part is up for ``up`` of the time.
    """
    down = 1.0 - up
    gives_up = outlasts(down, tries_s, outage_s)
    reached = 1.0
    at_once = 1.0  # reached without a delay
    undone, cost, half, delayed, given_up, before = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    now = 0.0
    done_at = np.empty(fails.size)
    for i in range(fails.size):
        says_no = (1.0 - gives_up) * fails[i]
        for j in range(i):
            age_s = now - done_at[j]
            half += reached * gives_up * stays(age_s + tries_s, up, tries_s, outage_s)
            half += reached * says_no * stays(age_s + takes_s[i], up, tries_s, outage_s)
        now += takes_s[i]
        done_at[i] = now
        ends = gives_up + says_no
        undone += reached * ends * i
        cost += reached * ends * before
        given_up += reached * gives_up
        delayed += at_once * (down - gives_up)
        at_once *= (1.0 - down) * (1.0 - fails[i])
        reached *= 1.0 - ends
        before += usd[i]
    return undone, cost, half, delayed, given_up


@kernel
def permuted(order: int) -> Ints:
    """The steps' numbers in one of their six orders, which are numbered as in a dictionary."""
    steps = np.empty(STEPS, np.int64)
    steps[0] = order // 2
    low = 1 if steps[0] == 0 else 0
    high = 1 if steps[0] == 2 else 2
    steps[1] = low if order % 2 == 0 else high
    steps[2] = high if order % 2 == 0 else low
    return steps


@kernel
def in_order(values: Floats, order: int) -> Floats:
    steps = permuted(order)
    found = np.empty(STEPS)
    for i in range(STEPS):
        found[i] = values[steps[i]]
    return found


@kernel
def locked(at: Floats, pays: Floats, pieces: int, lock_s: float, patience_s: float) -> float:
    """Pieces sold, if each customer has the item's row to himself; the others wait in turn."""
    free_at = 0.0
    bought = 0.0
    for i in range(at.size):
        start = max(at[i], free_at)
        if bought < pieces and start - at[i] <= patience_s:
            free_at = start + lock_s
            bought += pays[i]
    return bought


@kernel
def stock_first(at: Floats, pays: Floats, pieces: int, hold_s: float) -> float:
    """Pieces sold, if each customer reserves one; without payment it returns after ``hold_s``."""
    back = np.empty(at.size)
    first, last = 0, 0
    free = pieces
    bought = 0.0
    for i in range(at.size):
        while first < last and back[first] <= at[i]:
            first += 1
            free += 1
        if free > 0:
            free -= 1
            if pays[i] > 0.0:
                bought += 1.0
            else:
                back[last] = at[i] + hold_s
                last += 1
    return bought


@kernel
def paid_first(at: Floats, pays: Floats, pieces: int, pay_s: float) -> tuple[float, float]:
    """Pieces sold and payments to return, if each pays who sees one, and takes it after that."""
    paid_at = np.empty(at.size)
    taken, paid = 0, 0
    for i in range(at.size):
        while taken < paid and paid_at[taken] <= at[i]:
            taken += 1
        if taken < pieces and pays[i] > 0.0:
            paid_at[paid] = at[i] + pay_s
            paid += 1
    return float(min(paid, pieces)), float(max(paid - pieces, 0))


@kernel
def sales(
    pieces: int, customers: int, come_per_s: float, pay_s: float, hold_s: float,
    payment_fails: float, commit_s: float, patience_s: float, runs: int, seed: int,
) -> Table:  # fmt: skip
    """Of each run: bought, sales lost and refunded, for each of the three ways to sell."""
    found = np.zeros((SALES * SALES, runs))
    random = generator(seed)
    at = np.empty(customers)
    pays = np.empty(customers)
    for run in range(runs):
        now = 0.0
        payers = 0.0
        for i in range(customers):
            now += exponential(random, 1.0 / come_per_s)
            at[i] = now
            pays[i] = 1.0 if uniform(random) >= payment_fails else 0.0
            payers += pays[i]
        possible = min(float(pieces), payers)
        for way in range(SALES):
            back = 0.0
            if way == LOCKED:
                bought = locked(at, pays, pieces, pay_s + commit_s, patience_s)
            elif way == STOCK_FIRST:
                # No reservation ends while its customer may still pay.
                bought = stock_first(at, pays, pieces, max(hold_s, pay_s))
            else:
                bought, back = paid_first(at, pays, pieces, pay_s)
            found[SALES * way, run] = bought
            found[SALES * way + 1, run] = possible - bought
            found[SALES * way + 2, run] = back
    return found


@kernel
def put_day(
    rows: Table, fails: Floats, usd: Floats, takes_s: Floats, up: float, tries_s: float,
    outage_s: float, crossing: float, doubt: float,
) -> None:  # fmt: skip
    """Outcomes of a million orders, for each way."""
    local, local_usd, local_s = np.empty(2), np.empty(2), np.empty(2)
    local[0] = 1.0 - (1.0 - fails[0]) * (1.0 - fails[1])
    local[1] = fails[2]
    local_usd[0], local_usd[1] = usd[0], usd[2]
    local_s[0], local_s[1] = takes_s[0], takes_s[2]
    down = 1.0 - up
    in_one = chain(local, local_usd, local_s, up, tries_s, outage_s)
    stock = chain(fails, usd, takes_s, up, tries_s, outage_s)
    first = ORDERS - 2  # payment, stock, account
    payment = chain(
        in_order(fails, first), in_order(usd, first), in_order(takes_s, first), up, tries_s,
        outage_s,
    )  # fmt: skip
    for way in range(WAYS):
        if way == STOCK_FIRST:
            undone, _, half, delayed, given_up = stock
        elif way == PAID_FIRST:
            undone, _, half, delayed, given_up = payment
        else:
            undone = (1.0 - crossing) * in_one[0] + crossing * stock[0]
            half = (1.0 - crossing) * in_one[2] + crossing * stock[2]
            delayed = (1.0 - crossing) * in_one[3] + crossing * stock[3]
            given_up = (1.0 - crossing) * in_one[4] + crossing * stock[4]
        away = down + up * given_up
        half *= up
        if way == LOCKED:
            undone, delayed, half = 0.0, 0.0, doubt
            away = down * (1.0 + up * (1.0 + up * (1.0 + up)))  # one of four is down
        for what in range(OUTCOMES):
            row = rows[OUTCOMES * way + what]
            row[KIND] = DAY
            row[WAY] = way
            row[WHAT] = what
            if what == UNDONE:
                row[VALUE] = MILLION * up * undone
            elif what == TURNED_AWAY:
                row[VALUE] = MILLION * away
            elif what == DELAYED:
                row[VALUE] = MILLION * up * delayed
            else:
                row[VALUE] = MILLION * half


@kernel
def put_orders(
    rows: Table, fails: Floats, usd: Floats, takes_s: Floats, up: float, tries_s: float,
    outage_s: float,
) -> None:  # fmt: skip
    """Of 1,000 orders, steps undone and what that costs, for each order of the steps."""
    best = 0
    for order in range(ORDERS):
        undone, cost, _, _, _ = chain(
            in_order(fails, order), in_order(usd, order), in_order(takes_s, order), up, tries_s,
            outage_s,
        )  # fmt: skip
        row = rows[order]
        row[KIND] = ORDER
        # Payment before stock: account-payment-stock, and the two that begin with it.
        row[WAY] = PAID_FIRST if order >= 3 else STOCK_FIRST
        row[WHAT] = UNDONE
        row[VALUE] = 1000.0 * undone
        row[STEPS_AS] = order
        row[USD] = 1000.0 * cost
        if row[USD] < rows[best, USD]:
            best = order
    rows[best, BEST] = 1.0


@kernel
def saga(
    payment_fails: float, refund_usd: float, up: float, tries_s: float, pieces: int,
    customers: int, come_per_s: float, pay_s: float, hold_s: float, stock_fails: float,
    account_fails: float, undo_usd: float, crossing: float, outage_s: float, per_s: float,
    commit_s: float, patience_s: float, runs: int, seed: int,
) -> Table:  # fmt: skip
    """Four ways for a million orders, six orders of the steps, three ways to sell a hot item.

    Stock, account and payment say no with chances ``..._fails``; each part, and the coordinator,
    is up for ``up`` of the time, and outages last for ``outage_s``. A saga keeps trying for
    ``tries_s``. To undo a payment costs ``refund_usd``, another step ``undo_usd``. With one shard
    for stock and account, ``crossing`` of the orders still need two. ``per_s`` orders come.
    Payment takes ``pay_s``, the promises and the commit ``commit_s`` more, other steps no time.

    Of the hot item there are ``pieces``, wanted by ``customers`` who come at ``come_per_s``.
    Without payment a reserved one is back after ``hold_s``, or ``pay_s`` if that is longer. At a
    locked row customers wait for ``patience_s`` at most. Runs of this are ``runs``.

    Columns: kind of row; way; outcome; its number (of a million, or in the sale the mean), and in
    the sale the lowest and highest tenth; order of the steps; its cost (USD for 1,000); 1 if it is
    the cheapest. Then how many orders are under way when an outage begins.
    """
    table = np.zeros((ROWS, WIDTH))
    fails, usd, takes_s = np.empty(STEPS), np.empty(STEPS), np.zeros(STEPS)
    fails[0], fails[1], fails[2] = stock_fails, account_fails, payment_fails
    usd[0], usd[1], usd[2] = undo_usd, undo_usd, refund_usd
    takes_s[STEPS - 1] = pay_s
    # In doubt is what has been promised when the coordinator goes down.
    doubt = up * up * up * (1.0 - up) / outage_s * (pay_s + commit_s)
    put_day(table, fails, usd, takes_s, up, tries_s, outage_s, crossing, doubt)
    put_orders(table[WAYS * OUTCOMES :], fails, usd, takes_s, up, tries_s, outage_s)
    found = sales(
        pieces, customers, come_per_s, pay_s, hold_s, payment_fails, commit_s, patience_s, runs,
        seed,
    )  # fmt: skip
    at = WAYS * OUTCOMES + ORDERS
    for i in range(SALES * SALES):
        row = table[at + i]
        row[KIND] = SALE
        row[WAY] = i // SALES
        row[WHAT] = BOUGHT + i % SALES
        row[VALUE] = found[i].mean()
        row[LOW] = kth_smallest(found[i].copy(), runs // 10)
        row[HIGH] = kth_smallest(found[i].copy(), runs - 1 - runs // 10)
    last = table[ROWS - 1]
    last[KIND] = SET
    last[DOUBT] = per_s * (pay_s + commit_s)
    return table
