"""A log of partitions and the consumers of a group: lag, a backlog to catch up on, and a deploy.

As a fluid: events come and are read at their rates, without chance. The rate is constant within
each hour of the clock and follows a sine over the day. Steps end where a rate changes: at the hour,
or when a partition has nothing unread, so that nothing is lost by stepping.

Each partition is read by one consumer; partition p by consumer p mod C. The first one is the
hottest, the others are alike. A consumer gives those of its partitions that have something unread
equal parts of its time, and what one does not need goes to the others.

`catch_up` looks at the first consumer alone: no other has more partitions, or more to read.
"""

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.sphere import PI, sine

EAGER, COOPERATIVE, STATIC = range(3)  # stop all, stop what moves, wait for whoever went
WAYS = 3
PEAK_HOUR = 20
LONGEST_H = 2400.0  # that are gone through
QUIET_H = 48.0  # that are shown if nothing is behind
POINTS = 49
MOST_CONSUMERS = 24  # of those that are compared
MOST_HOT = 0.9  # share of all events in the hottest partition
UNLIMITED = 1e300
ROWS = POINTS + MOST_CONSUMERS + WAYS + 1

POINT, COUNT, DEPLOY, HERE = range(4)  # kinds of rows
KIND, HOUR, SLOWEST_H, MEAN_H, QUICKEST_H, UNREAD = range(6)
CONSUMERS, CATCH_UP_H, ENDS, FREE_H, FREE_ENDS = range(6, 11)
WAY, STOPPED_S, OLDEST_S, TAKES_MIN = range(11, 15)
LOST, BUSIEST, GROUP, IDLE, MOST, STORED_TB, USD, CRASH_S, AGAIN = range(15, 24)
BEHIND, CAME, READ = range(24, 27)
WIDTH = 27

# Of a run: events read and lost, and the most that a partition had unread over its share.
SUM_READ, SUM_LOST, SUM_OLDEST, SUM_STOPPED = range(4)


@kernel
def rates(peak: float, swing: float) -> Floats:
    """Events an hour, by hour of the clock."""
    day = np.empty(24)
    for hour in range(24):
        off = abs((hour - PEAK_HOUR + 36) % 24 - 12)
        day[hour] = 3600.0 * peak / (1.0 + swing) * (1.0 + swing * sine(PI * (0.5 - off / 12.0)))
    return day


@kernel
def arrived(t: float, day: Floats) -> float:
    """Events from a midnight to ``t`` hours later; negative before it."""
    days = np.floor(t / 24.0)
    left = t - 24.0 * days
    total = 0.0
    for hour in range(24):
        total += day[hour] * (days + min(max(left - hour, 0.0), 1.0))
    return total


@kernel
def age(events: float, t: float, day: Floats) -> float:
    """How many hours before ``t`` the oldest of the last ``events`` came."""
    whole = 0.0
    for hour in range(24):
        whole += day[hour]
    days = np.floor(events / whole)
    left = float(events - days * whole)
    hour = int(np.floor(t))
    part = t - hour
    hours: float = 24.0 * days
    for _ in range(26):
        rate = float(day[hour % 24])
        if left <= rate * part:
            return hours + left / rate
        left -= rate * part
        hours += part
        hour -= 1
        part = 1.0
    return hours


@kernel
def level(lag: Floats, share: Floats, mine: Ints, count: int, speed: float, total: float) -> float:
    """The most that one of a consumer's partitions gets; all get what they need if that is less."""
    fair = speed / count
    for _ in range(count):
        left, wanting = speed, count
        for k in range(count):
            need = share[mine[k]] * total
            if lag[mine[k]] == 0.0 and need <= fair:
                left -= need
                wanting -= 1
        if wanting == 0:
            return UNLIMITED
        # What is settled once stays so, as this only grows.
        grown = max(fair, left / wanting)
        if grown == fair:
            break
        fair = grown
    return fair


@kernel
def read(
    lag: Floats, share: Floats, mine: Ints, count: int, speed: float, total: float, held: float,
    grows: float, lasts: float, sums: Floats,
) -> float:  # fmt: skip
    """One consumer for a time in which rates do not change; after which nothing is unread, or -1.

    ``total``: events that come; ``held``: events that are retained at first, which ``grows``.
    """
    left, empty = lasts, -1.0
    for _ in range(2 * count + 2):
        gets = level(lag, share, mine, count, speed, total)
        step = left
        for k in range(count):
            p = mine[k]
            if lag[p] > 0.0 and gets > share[p] * total:
                step = min(step, lag[p] / (gets - share[p] * total))
        held += grows * step
        unread = 0.0
        for k in range(count):
            p = mine[k]
            before, net = lag[p], share[p] * total - gets
            if before > 0.0 and net < 0.0 and before / -net <= step:
                lag[p] = 0.0
            elif before > 0.0 or net > 0.0:
                lag[p] = max(before + net * step, 0.0)
            sums[SUM_READ] += before + share[p] * total * step - lag[p]
            if lag[p] > share[p] * held:
                sums[SUM_LOST] += lag[p] - share[p] * held
                lag[p] = share[p] * held
            sums[SUM_OLDEST] = max(sums[SUM_OLDEST], lag[p] / share[p])
            unread += lag[p]
        left -= step
        if unread == 0.0 and empty < 0.0:
            empty = lasts - left
        if left <= 0.0:
            break
    return empty


@kernel
def shares(partitions: int, hot: float) -> Floats:
    """Of all events, in each partition; ``hot`` times the mean in the first."""
    found = np.empty(partitions)
    first = min(hot / partitions, MOST_HOT) if partitions > 1 else 1.0
    found[0] = first
    for p in range(1, partitions):
        found[p] = (1.0 - first) / (partitions - 1)
    return found


@kernel
def dealt(consumer: int, consumers: int, partitions: int, mine: Ints) -> int:
    """Partitions of a consumer; how many they are."""
    count = 0
    for p in range(consumer, partitions, consumers):
        mine[count] = p
        count += 1
    return count


@kernel
def retained(t: float, retention: float, day: Floats) -> float:
    """Events that came in the last ``retention`` hours."""
    return arrived(t, day) - arrived(t - retention, day)


@kernel
def hour_of(
    lag: Floats, share: Floats, mine: Ints, count: int, speed: float, t: float, end: float,
    retention: float, day: Floats, sums: Floats,
) -> float:  # fmt: skip
    """One consumer from ``t`` to ``end``, which are in one hour of the clock."""
    hour = int(np.floor(t))
    now = day[hour % 24]
    grows = now - day[(hour - int(retention)) % 24]
    held = retained(t, retention, day)
    empty: float = read(
        lag, share, mine, count, 3600.0 * speed, now, held, grows, end - t, sums
    )  # fmt: skip
    return empty


@kernel
def catch_up(
    consumers: int, share: Floats, speed: float, begins: int, hours: int, retention: int,
    day: Floats,
) -> float:  # fmt: skip
    """Hours until the first consumer has nothing unread; -1 where that takes too long."""
    partitions = share.size
    mine = np.empty(partitions, np.int64)
    count = dealt(0, consumers, partitions, mine)
    unread = retained(begins, min(hours, retention), day)
    lag = share * unread
    if unread == 0.0:
        return 0.0
    sums = np.zeros(4)
    yesterday = np.inf
    for step in range(int(LONGEST_H)):
        t = float(begins + step)
        if step % 24 == 0:
            today = 0.0
            for k in range(count):
                today += lag[mine[k]]
            if today >= yesterday * (1.0 - 1e-12):
                return -1.0
            yesterday = today
        empty = hour_of(lag, share, mine, count, speed, t, t + 1.0, retention, day, sums)
        if empty >= 0.0:
            return step + empty
    return -1.0


@kernel
def moved(gone: int, consumers: int, owner: Ints) -> Ints:
    """Owners while one consumer is away: each of its partitions goes to who has the fewest."""
    found = owner.copy()
    counts = np.zeros(consumers)
    for p in range(owner.size):
        counts[owner[p]] += 1.0
    for p in range(owner.size):
        if owner[p] != gone:
            continue
        best = -1
        for c in range(consumers):
            if c != gone and (best < 0 or counts[c] < counts[best]):
                best = c
        found[p] = best
        if best >= 0:
            counts[best] += 1.0
    return found


@kernel
def phase(
    lag: Floats, share: Floats, owner: Ints, consumers: int, speed: float, rate: float,
    lasts: float, sums: Floats,
) -> None:  # fmt: skip
    """All consumers for a time; a partition without an owner, -1, is not read."""
    if lasts <= 0.0:
        return
    mine = np.empty(owner.size, np.int64)
    for c in range(-1, consumers):
        count = 0
        for p in range(owner.size):
            if owner[p] == c:
                mine[count] = p
                count += 1
        if c < 0:
            for k in range(count):
                lag[mine[k]] += share[mine[k]] * rate * lasts
                sums[SUM_OLDEST] = max(sums[SUM_OLDEST], lag[mine[k]] / share[mine[k]])
                sums[SUM_STOPPED] += lasts
        elif count > 0:
            read(lag, share, mine, count, speed, rate, UNLIMITED, 0.0, lasts, sums)


@kernel
def without(owner: Ints, after: Ints, way: int) -> Ints:
    """Owners in a rebalance: nobody has what moves; if it is eager, nobody has anything."""
    found = owner.copy()
    for p in range(owner.size):
        if way == EAGER or owner[p] != after[p]:
            found[p] = -1
    return found


@kernel
def deploy(
    way: int, row: Floats, share: Floats, consumers: int, speed: float, rate: float,
    restart: float, rebalance: float, session: float,
) -> None:  # fmt: skip
    """Restarts one consumer after the other at a constant rate (1/s)."""
    partitions = share.size
    usual = np.empty(partitions, np.int64)
    for p in range(partitions):
        usual[p] = p % consumers
    lag, sums, takes = np.zeros(partitions), np.zeros(4), 0.0
    for gone in range(consumers):
        away = moved(gone, consumers, usual)
        alone = without(usual, away, COOPERATIVE)
        silent = min(restart, session) if way == STATIC else 0.0
        phase(lag, share, alone, consumers, speed, rate, silent, sums)
        takes += silent
        if way == STATIC and restart <= session:
            continue
        rest = max(restart - silent - rebalance, 0.0)
        leaving, coming = without(usual, away, way), without(away, usual, way)
        phase(lag, share, leaving, consumers, speed, rate, rebalance, sums)
        phase(lag, share, away, consumers, speed, rate, rest, sums)
        phase(lag, share, coming, consumers, speed, rate, rebalance, sums)
        takes += 2.0 * rebalance + rest
    row[KIND] = DEPLOY
    row[WAY] = way
    row[STOPPED_S] = sums[SUM_STOPPED] / partitions
    row[OLDEST_S] = sums[SUM_OLDEST] / rate
    row[TAKES_MIN] = takes / 60.0


@kernel
def note(row: Floats, t: float, begins: int, lag: Floats, share: Floats, day: Floats) -> None:
    """Fills a row over time."""
    row[KIND] = POINT
    row[HOUR] = t - begins
    row[QUICKEST_H] = UNLIMITED
    for p in range(lag.size):
        old = age(lag[p] / share[p], t, day)
        row[SLOWEST_H] = max(row[SLOWEST_H], old)
        row[QUICKEST_H] = min(row[QUICKEST_H], old)
        row[MEAN_H] += old / lag.size
        row[UNREAD] += lag[p]


@kernel
def over_time(
    table: Table, here: Floats, window: float, consumers: int, share: Floats, speed: float,
    begins: int, hours: int, retention: int, day: Floats,
) -> None:  # fmt: skip
    """Fills the rows over time, and what was read and lost until their end."""
    partitions = share.size
    mine = np.empty(partitions, np.int64)
    sums = np.zeros(4)
    here[BEHIND] = retained(begins, hours, day)
    lag = share * retained(begins, min(hours, retention), day)
    note(table[0], begins, begins, lag, share, day)
    t = float(begins)
    for point in range(1, POINTS):
        end = begins + window * point / (POINTS - 1.0)
        while t < end:
            until = min(np.floor(t) + 1.0, end)
            for c in range(min(consumers, partitions)):
                count = dealt(c, consumers, partitions, mine)
                hour_of(lag, share, mine, count, speed, t, until, retention, day, sums)
            t = until
        note(table[point], end, begins, lag, share, day)
        if point == POINTS // 2:
            for column in (HOUR, SLOWEST_H, MEAN_H, QUICKEST_H, UNREAD):
                here[column] = table[point, column]
    here[CAME] = arrived(t, day) - arrived(begins, day)
    here[READ] = sums[SUM_READ]
    here[LOST] = sums[SUM_LOST] + here[BEHIND] - retained(begins, min(hours, retention), day)


@kernel
def event_log(
    partitions: int, consumers: int, speed: float, hot: float, hours: int, begins: int,
    retention: int, restart_s: float, rebalance_s: float, peak: float, swing: float,
    session_s: float, commit_s: float, kilobytes: float, copies: int, usd: float,
) -> Table:  # fmt: skip
    """`POINTS` rows over time, one for each number of consumers, for each way to deploy, and one.

    Parameters: partitions; consumers of the group; events that each does in a second; the hottest
    partition's events, over the mean; for how many hours nothing was read (or what is to be read
    again), and the hour of the clock at which reading begins; hours that events are retained;
    seconds that a consumer takes to restart, and a rebalance takes; events a second in the hour of
    the peak, and their swing over the day; seconds until a silent consumer is taken for dead, and
    between two commits; size of an event, copies of it, and USD for a GB and month.

    Columns: `KIND` of the row. In `POINT` rows: `HOUR` since reading began; age in hours of the
    oldest unread event in the `SLOWEST_H` and the `QUICKEST_H` partition, and the `MEAN_H` of all;
    events `UNREAD`. In `COUNT` rows: `CONSUMERS`; `CATCH_UP_H`, hours until nothing is unread,
    where that `ENDS` within `LONGEST_H`; `FREE_H` and `FREE_ENDS`, the same if any consumer could
    read any event. In `DEPLOY` rows: `WAY`; `STOPPED_S`, for how long a partition is not read, mean
    of all; `OLDEST_S`, the highest age of an unread event; `TAKES_MIN` for the whole deploy. In the
    `HERE` row: `CONSUMERS`, `CATCH_UP_H`, `ENDS`, `FREE_H` and `FREE_ENDS` as set; events `LOST`,
    as they are older than the retention, before or in the time shown; how busy the `BUSIEST`
    consumer is in the hour of the peak, over 1 if it cannot keep up, and the `GROUP`; consumers
    that are `IDLE`; the `MOST` partitions that one has; `STORED_TB` in all copies, and `USD` a
    month for it; `CRASH_S`, until others read what a consumer that died had; events of it that are
    read `AGAIN` at most; events `BEHIND` at first, and those that `CAME` and were `READ` since.
    `HOUR`, ages and events `UNREAD` there are those in the middle of the time shown.
    """
    day = rates(peak, swing)
    share = shares(partitions, hot)
    everything = np.ones(1)
    table = np.zeros((ROWS, WIDTH))
    here = table[ROWS - 1]
    here[KIND] = HERE
    for row in range(POINTS, POINTS + MOST_CONSUMERS + 1):
        out = table[row] if row < POINTS + MOST_CONSUMERS else here
        count = row - POINTS + 1 if row < POINTS + MOST_CONSUMERS else consumers
        slow = catch_up(count, share, speed, begins, hours, retention, day)
        free = catch_up(1, everything, speed * count, begins, hours, retention, day)
        if row < POINTS + MOST_CONSUMERS:
            out[KIND] = COUNT
        out[CONSUMERS] = count
        out[CATCH_UP_H], out[ENDS] = max(slow, 0.0), 1.0 if slow >= 0.0 else 0.0
        out[FREE_H], out[FREE_ENDS] = max(free, 0.0), 1.0 if free >= 0.0 else 0.0
    window = 1.25 * here[CATCH_UP_H] if here[ENDS] == 1.0 else QUIET_H + 2.0 * hours
    if window == 0.0:
        window = QUIET_H
    over_time(
        table, here, min(window, LONGEST_H), consumers, share, speed, begins, hours, retention, day
    )  # fmt: skip
    for way in range(WAYS):
        deploy(
            way, table[POINTS + MOST_CONSUMERS + way], share, consumers, speed, peak, restart_s,
            rebalance_s, session_s,
        )  # fmt: skip
    here[MOST] = (partitions + consumers - 1) // consumers
    here[IDLE] = max(consumers - partitions, 0)
    load = peak * (share[0] + (here[MOST] - 1.0) * share[partitions - 1])
    here[BUSIEST] = load / speed
    here[GROUP] = peak / (consumers * speed)
    a_day = arrived(24.0, day)
    here[STORED_TB] = a_day * retention / 24.0 * kilobytes * copies / 1e9
    here[USD] = here[STORED_TB] * 1000.0 * usd
    here[CRASH_S] = session_s + rebalance_s
    here[AGAIN] = min(load, speed) * commit_s
    return table
