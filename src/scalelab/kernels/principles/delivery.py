"""A message from an order's producer over a broker to a worker: how often its work takes effect.

An order is committed to the database and then sent to the broker, which hands it to a worker under
a lease (visibility time-out). Sends, acknowledgements, producers and workers may be lost:

- `AT_MOST`: sent once; the worker acknowledges before the work. Nothing is tried again.
- `AT_LEAST`: sent until the broker confirms; the worker acknowledges after the work. What is not
  acknowledged within its lease is received again, until it has been ``receives`` times: then it
  goes to the dead-letter queue. An acknowledgement after the lease does not count.
- `HEARTBEATS`: the same, with a lease that the worker extends for as long as it lives.
- `KEY`: as `AT_LEAST`. The effect is stored together with a key, in one transaction, and left out
  where the key is there already; keys are kept for a while.
- `OUTBOX`: as `KEY`. The message is stored with the order, in one transaction, and sent from there.

A lost confirmation leaves a second copy in the queue, with a lease and a count of its own.

Expectations are exact without keys: copies are geometric, receives a chain of few states. With keys
the times matter, and orders are simulated one by one, in several runs. All ways meet the same luck.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log
from scalelab.kernels.jit import Floats, Table, Words, kernel, step
from scalelab.kernels.random import generator, uniform

AT_MOST, AT_LEAST, HEARTBEATS, KEY, OUTBOX = range(5)
WAYS = 5
LOST, DEAD, ONCE, MORE, DEAD_DONE = range(5)
FATES = 5  # the last one is of orders that are among the others as well
ALWAYS, EXPONENTIAL, LONG = range(3)  # laws of the work: the last one is Weibull, of shape 1/2

ORDERS = 10_000
RUNS = 7
MOST_COPIES = 50  # with a fifth of the confirmations lost there are more once in 10**35 orders
LEASES_S = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0)
TRIED = len(LEASES_S)
TIMES_S = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 1800.0,
           3600.0, 7200.0, 14_400.0, 43_200.0, 86_400.0)  # fmt: skip
TIMES = len(TIMES_S)

FATE, LEASE, HERE, TIME = range(4)  # kinds of rows
KIND, WAY, WHICH, COUNT, LOW, HIGH, LEASE_S, TWICE, AT_S, OPEN, RECEIVED = range(11)
WIDTH = 11
ROWS = WAYS * FATES + 2 * TRIED + 2 + WAYS * TIMES

# Of one order as the broker saw it: when its work first and last took effect, and how often; copies
# in the dead-letter queue; receives.
FIRST, LAST, EFFECTS, BURIED, TAKEN = range(5)


class World(NamedTuple):
    """Chances are those of one send, acknowledgement, order or task; times in s."""

    send_lost: float
    ack_lost: float
    crash: float
    dies: float
    poison: float
    law: int
    work: float
    lease: float
    receives: int
    window: float
    retry: float


@kernel
def overruns(law: int, work: float, lease: float) -> float:
    """Chance that work of this mean takes longer than the lease."""
    if law == ALWAYS:
        return 1.0 if work > lease else 0.0
    if law == EXPONENTIAL:
        return exp(-lease / work)
    return exp(-np.sqrt(2.0 * lease / work))


@step
def duration(drawn: float, law: int, work: float) -> float:
    """How long a task takes that overruns every lease of which the chance is above ``drawn``."""
    if law == ALWAYS:
        return work
    scaled = -log(drawn)
    if law == EXPONENTIAL:
        return work * scaled
    return 0.5 * work * scaled * scaled


@kernel
def expect(fates: Floats, way: int, w: World) -> None:
    """Sets the chance of each of the `FATES`, and then the mean receives; of a way without keys."""
    if way == AT_MOST:
        sent = (1.0 - w.crash) * (1.0 - w.send_lost)
        fates[ONCE] = sent * (1.0 - w.dies) * (1.0 - w.poison)
        fates[LOST] = 1.0 - fates[ONCE]
        fates[DEAD] = fates[MORE] = fates[DEAD_DONE] = 0.0
        fates[FATES] = sent
        return
    over = 0.0 if way == HEARTBEATS else overruns(w.law, w.work, w.lease)
    in_time = (1.0 - w.dies) * (1.0 - over)
    acked = in_time * (1.0 - w.ack_lost)
    again = (1.0 - w.dies) * over + in_time * w.ack_lost
    # Of one copy: still received, after no effect, one, more; then acknowledged after one, more.
    none, one, more = 1.0, 0.0, 0.0
    done, done_more, taken = 0.0, 0.0, 0.0
    for _ in range(w.receives):
        taken += none + one + more
        done += none * acked
        done_more += (one + more) * acked
        more = (w.dies + again) * more + again * one
        one = w.dies * one + again * none
        none *= w.dies
    # A copy is followed by another one if its confirmation is lost.
    last = 1.0 - w.ack_lost
    left = 1.0 - w.ack_lost * none
    healthy = (1.0 - w.crash) * (1.0 - w.poison)
    undone = last * none / left
    unburied = last * (done + done_more) / (1.0 - w.ack_lost * (done + done_more))
    fates[LOST] = w.crash
    fates[DEAD] = (1.0 - w.crash) * w.poison + healthy * undone
    fates[ONCE] = healthy * last * (done + one) / (left * left)
    fates[MORE] = max(healthy * (1.0 - undone) - fates[ONCE], 0.0)
    fates[DEAD_DONE] = max(healthy * (1.0 - undone - unburied), 0.0)
    mean = (1.0 - w.poison) * taken + w.poison * w.receives
    fates[FATES] = (1.0 - w.crash) * mean / last


@step
def note_effect(seen: Floats, at: float) -> None:
    seen[FIRST] = min(seen[FIRST], at)
    seen[LAST] = max(seen[LAST], at)
    seen[EFFECTS] += 1.0


@step
def follow_copy(
    sent: float, poison: bool, chance: float, drawn: float, leased: Floats, beating: Floats,
    state: Words, w: World,
) -> None:  # fmt: skip
    """One copy in the queue: what it does under a fixed lease, and with heartbeats.

    ``chance`` and ``drawn`` decide its first receive.
    """
    at, beat_at = sent, sent
    leasing, living = True, True
    for _ in range(w.receives):
        takes = duration(drawn, w.law, w.work)
        died = chance < w.dies
        acked = not poison and chance >= w.dies + (1.0 - w.dies) * w.ack_lost
        if living:
            beating[TAKEN] += 1.0
            if not died and not poison:
                note_effect(beating, beat_at + takes)
            if acked:
                living = False
            elif died:
                beat_at += takes * uniform(state) + w.lease
            else:
                beat_at += takes + w.lease
        leased[TAKEN] += 1.0
        if not died and not poison:
            note_effect(leased, at + takes)
        if acked and takes <= w.lease:
            leasing = False
            break
        at += w.lease
        chance, drawn = uniform(state), uniform(state)
    leased[BURIED] += 1.0 if leasing else 0.0
    beating[BURIED] += 1.0 if living else 0.0


@step
def count_order(counts: Floats, opened: Floats, way: int, times: int, seen: Floats) -> None:
    """Adds one order that was sent to a way's fates; ``times``: effects that count."""
    counts[way, FATES] += seen[TAKEN]
    if times == 0:
        counts[way, DEAD if seen[BURIED] > 0.0 else LOST] += 1.0
        return
    counts[way, ONCE if times == 1 else MORE] += 1.0
    counts[way, DEAD_DONE] += 1.0 if seen[BURIED] > 0.0 else 0.0
    for k in range(TIMES):
        if seen[FIRST] <= TIMES_S[k]:
            opened[way, k] += 1.0
            break


@kernel
def run(counts: Floats, opened: Floats, seed: int, w: World) -> None:
    """One run of `ORDERS`; ``opened`` gets those done since the time before, by way and time.

    Most orders go as they should: they are counted without a logarithm.
    """
    state = generator(seed)
    leased, beating, hasty = np.empty(5), np.empty(5), np.empty(5)
    later = np.empty(TIMES)
    for k in range(TIMES):
        later[k] = overruns(w.law, w.work, TIMES_S[k])
    overrun = overruns(w.law, w.work, w.lease)
    trouble = w.dies + (1.0 - w.dies) * w.ack_lost
    for _ in range(ORDERS):
        there = uniform(state) >= w.crash
        poison = uniform(state) < w.poison
        arrives = uniform(state) >= w.send_lost
        confirmed = uniform(state) >= w.ack_lost
        chance, drawn = uniform(state), uniform(state)
        if confirmed and not poison and chance >= trouble and drawn >= overrun:
            done_by = 0
            while done_by < TIMES and drawn < later[done_by]:
                done_by += 1
            for way in range(WAYS):
                if way == OUTBOX or (there and (way != AT_MOST or arrives)):
                    counts[way, ONCE] += 1.0
                    counts[way, FATES] += 1.0
                    if done_by < TIMES:
                        opened[way, done_by] += 1.0
                else:
                    counts[way, LOST] += 1.0
            continue
        for seen in (leased, beating, hasty):
            seen[FIRST], seen[LAST] = np.inf, -np.inf
            seen[EFFECTS] = seen[BURIED] = seen[TAKEN] = 0.0
        hasty[FIRST], hasty[TAKEN] = duration(drawn, w.law, w.work), 1.0
        hasty[EFFECTS] = 0.0 if poison or chance < w.dies else 1.0
        follow_copy(0.0, poison, chance, drawn, leased, beating, state, w)
        for copy in range(1, MOST_COPIES):
            if confirmed:
                break
            follow_copy(
                copy * w.retry, poison, uniform(state), uniform(state), leased, beating, state, w
            )
            confirmed = uniform(state) >= w.ack_lost
        kept = int(leased[EFFECTS])
        if kept > 1 and leased[LAST] - leased[FIRST] < w.window:
            kept = 1
        if there and arrives:
            count_order(counts, opened, AT_MOST, int(hasty[EFFECTS]), hasty)
        else:
            counts[AT_MOST, LOST] += 1.0
        if there:
            count_order(counts, opened, AT_LEAST, int(leased[EFFECTS]), leased)
            count_order(counts, opened, HEARTBEATS, int(beating[EFFECTS]), beating)
            count_order(counts, opened, KEY, kept, leased)
        else:
            for way in (AT_LEAST, HEARTBEATS, KEY):
                counts[way, LOST] += 1.0
        count_order(counts, opened, OUTBOX, kept, leased)


@kernel
def put_runs(rows: Floats, seed: int, w: World) -> None:
    """What became of the orders, as the mean, least and most of all runs; and when."""
    counts, opened = np.zeros((WAYS, FATES + 1)), np.zeros((WAYS, TIMES))
    for way in range(WAYS):
        for fate in range(FATES):
            rows[way * FATES + fate, LOW] = ORDERS
    for r in range(RUNS):
        of_run = np.zeros((WAYS, FATES + 1))
        run(of_run, opened, seed + r, w)
        for way in range(WAYS):
            counts[way, FATES] += of_run[way, FATES]
            for fate in range(FATES):
                row = rows[way * FATES + fate]
                found = of_run[way, fate]
                row[COUNT] += found
                row[LOW] = min(row[LOW], found)
                row[HIGH] = max(row[HIGH], found)
    for way in range(WAYS):
        for fate in range(FATES):
            row = rows[way * FATES + fate]
            row[KIND], row[WAY], row[WHICH] = FATE, way, fate
            row[COUNT] /= RUNS
            row[RECEIVED] = counts[way, FATES] / (RUNS * ORDERS)
        left = 1.0 * RUNS * ORDERS
        for k in range(TIMES):
            row = rows[WAYS * FATES + way * TIMES + k]
            left -= opened[way, k]
            row[KIND], row[WAY], row[AT_S] = TIME, way, TIMES_S[k]
            row[OPEN] = left / RUNS


@kernel
def delivery(
    send_lost: float, ack_lost: float, crash: float, dies: float, poison: float, law: int,
    lease_s: float, receives: int, window_min: float, work_s: float, retry_s: float, seed: int,
) -> Table:  # fmt: skip
    """What becomes of 10,000 orders, by way.

    A send is lost with the chance ``send_lost``, an acknowledgement, the broker's or the worker's,
    with ``ack_lost``. The producer dies between its commit and the send with ``crash``, a worker
    before its task takes effect with ``dies``; ``poison`` is the share of the orders whose work
    always fails. Work takes ``work_s`` on average, by one of the laws, and whoever has sent without
    a confirmation sends again after ``retry_s``.

    Columns: kind of row; way. Of a fate: which, and orders with it, in the mean, the luckiest and
    the unluckiest run, by way. Of a lease: that lease (s) and, exactly, orders done twice or more
    with it, at least once and with heartbeats; 10,000 times the chance. Of a time: that time (s)
    after the order, and orders not done by then. With each fate, receives for an order, on average.
    """
    w = World(
        send_lost, ack_lost, crash, dies, poison, law, work_s, lease_s, receives,
        60.0 * window_min, retry_s,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    put_runs(table, seed, w)
    fates = np.empty(FATES + 1)
    row = WAYS * FATES + WAYS * TIMES
    for way in (AT_LEAST, HEARTBEATS):
        for i in range(TRIED + 1):
            lease = lease_s if i == TRIED else LEASES_S[i]
            tried = World(
                send_lost, ack_lost, crash, dies, poison, law, work_s, lease, receives,
                w.window, retry_s,
            )  # fmt: skip
            expect(fates, way, tried)
            table[row, KIND] = HERE if i == TRIED else LEASE
            table[row, WAY] = way
            table[row, LEASE_S] = lease
            table[row, TWICE] = ORDERS * fates[MORE]
            table[row, RECEIVED] = fates[FATES]
            row += 1
    return table
