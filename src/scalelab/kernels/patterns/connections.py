"""Clients that stay with the machine they came to: uneven, all back at once, and piled up.

Half of the work may come from a few heavy clients with one connection each. Connections are dealt
to machines at random (in turn comes to the same, if turns know nothing of weight), so the number
of heavy ones on the fullest is that of balls in the fullest of some urns: exact, by powers of a
truncated exponential series (N. L. Johnson and S. Kotz, "Urn models and their application", 1977).

When a machine dies its clients come back at once. Each costs work, and gives up after a time-out;
the machines do not know that, and do its work all the same, first come, first served. A fluid in
steps of 0.1 s. How long a client waits before its next attempt is that of M. Brooker,
"Exponential Backoff And Jitter", 2015.

In a rolling deploy the clients of each machine are dealt to others, restarted or not: a fluid.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.queueing.erlang import erlang_c

FEWEST, MOST_MACHINES = 4, 30
GROUPS = MOST_MACHINES - FEWEST + 1
DIES, LAST_OF_DEPLOY, BALANCER = range(3)  # what happens
AT_ONCE, DOUBLED, JITTER, REFUSED = range(4)  # how clients come back
WAYS = 4
STEP_S = 0.1
STEPS = 6000
CLASSES = 11  # attempts, then all alike
POINTS = 60
BACK = 0.99  # of those cut: as good as all
SHOWN_S = (30.0, 60.0, 120.0, 300.0, 600.0)
HAIR = 1e-9

GROUP, SET, MOMENT, WAY_KIND, TURN = range(5)  # kinds of rows
KIND, MACHINES, MEAN, HOTTEST, LOW, HIGH, BY_LOAD, AT_S, WAY = range(9)
BACK_ONCE, BACK_DOUBLED, BACK_JITTER, BACK_REFUSED = range(9, 13)
BACK_S, IN_TIME, ATTEMPTS, WASTED, CUT = range(13, 18)
ORDER, ANY_BEFORE, ANY_AFTER, EMPTIEST_BEFORE, EMPTIEST_AFTER, NEW_BEFORE, NEW_AFTER = range(18, 25)
ENOUGH, FOUND, ANY_MOVES, EMPTIEST_MOVES, NEW_MOVES, MEAN_P99, HOT_P99, KEEPS_UP = range(25, 33)
WIDTH = 33


# --- heavy clients on machines ---


@kernel
def fullest(heavy: int) -> Table:
    """For 4, 5, ... machines: the mean of the most heavy clients on one, its tenth and ninetieth.

    ``m`` balls at most are in each of n urns with the chance h! [x^h] e(x)^n / n^h, where e is the
    series of exp up to x^m. Weights of a Poisson number keep the terms within a float.
    """
    table = np.zeros((GROUPS, 3))
    table[:, 1] = -1.0
    table[:, 2] = -1.0
    scale = heavy / 12.0
    ways = np.zeros(heavy + 1)
    longer = np.zeros(heavy + 1)
    terms = np.zeros(heavy + 1)
    of_all = np.ones(MOST_MACHINES + 1)  # chance that so many Poisson numbers sum up to `heavy`
    for n in range(1, MOST_MACHINES + 1):
        of_all[n] = exp(-scale * n)
        for k in range(1, heavy + 1):
            of_all[n] *= scale * n / k
    terms[0] = exp(-scale)
    for k in range(1, heavy + 1):
        terms[k] = terms[k - 1] * scale / k
    for m in range(heavy + 1):
        for k in range(heavy + 1):
            ways[k] = 1.0 if k == 0 else 0.0
        least = 1.0
        for n in range(1, MOST_MACHINES + 1):
            for k in range(heavy + 1):
                total = 0.0
                for j in range(min(m, k) + 1):
                    total += terms[j] * ways[k - j]
                longer[k] = total
            ways, longer = longer, ways
            if n >= FEWEST:
                chance = min(ways[heavy] / of_all[n], 1.0)
                least = min(least, chance)
                row = table[n - FEWEST]
                row[0] += 1.0 - chance
                if row[1] < 0.0 and chance >= 0.1:
                    row[1] = m
                if row[2] < 0.0 and chance >= 0.9:
                    row[2] = m
        if least > 1.0 - 1e-12:
            break
    return table


@kernel
def p99_ms(busy: float, work_ms: float, vcpus: int) -> float:
    """Response that 1% exceed, M/M/c first come, first served; bisection. ``busy`` is below 1."""
    ends = 1.0 / work_ms
    clears = vcpus * ends * (1.0 - busy)
    wait = erlang_c(busy * vcpus, vcpus)
    low, high = 0.0, 5.0 * (1.0 / ends + 1.0 / clears)
    if abs(clears - ends) < 1e-6 * ends:
        clears = ends * (1.0 + 1e-6)
    for _ in range(60):
        middle = 0.5 * (low + high)
        alone, after = exp(-ends * middle), exp(-clears * middle)
        over = (1.0 - wait) * alone + wait * (clears * alone - ends * after) / (clears - ends)
        if over > 0.01:
            low = middle
        else:
            high = middle
    return high


@kernel
def place(heavy: int, share: float, work: float, vcpus: int) -> Table:
    """For 4, 5, ... machines: busy on average, the fullest (mean, tenth, ninetieth), by load."""
    table = fullest(heavy)
    placed = np.zeros((GROUPS, 5))
    for i in range(GROUPS):
        mean = work / ((FEWEST + i) * vcpus)
        one = share * work / heavy / vcpus
        even = (1.0 - share) * mean
        placed[i, 0] = mean
        for k in range(3):
            placed[i, 1 + k] = even + table[i, k] * one
        # The light ones come to where there is room, as far as that goes.
        placed[i, 4] = max(mean, (heavy + FEWEST + i - 1) // (FEWEST + i) * one)
    return placed


# --- all back at once ---


class Storm(NamedTuple):
    """``cut`` of ``clients`` come back to machines that ``can`` do so much (vCPUs).

    ``work``: what those who are connected ask of them. Times in s.
    """

    clients: float
    cut: float
    can: float
    work: float
    cost: float
    timeout: float
    base: float
    cap: float


@kernel
def per_s(back: float, s: Storm) -> float:
    """Clients that the machines can take in a second, beside the requests of those there."""
    share = (s.clients - s.cut + back) / s.clients
    return max(s.can - s.work * share, 0.0) / s.cost


@kernel
def again(ahead: Floats, now: int, attempt: int, number: float, way: int, s: Storm) -> None:
    """Puts down when those who failed in their attempt (0 is the first) come next."""
    then = min(attempt + 1, CLASSES - 1)
    delay = s.base
    for _ in range(attempt):
        delay = min(2.0 * delay, s.cap)
    delay = min(delay, s.cap)
    begin, lasts = now + 1, 1
    if way == DOUBLED:
        begin += int(delay / STEP_S + 0.5)
    elif way != AT_ONCE:
        lasts = max(int(delay / STEP_S + 0.5), 1)
    if begin < STEPS:
        ahead[then, begin] += number / lasts
        if begin + lasts < STEPS:
            ahead[then, begin + lasts] -= number / lasts


@kernel
def storm(way: int, s: Storm) -> Table:
    """Of each step: clients back, attempts so far, those of them that the machines have done.

    A client whose attempt is refused or timed out comes again. What has timed out is done all the
    same when its turn comes. Refused: no more wait than are done in half a time-out.
    """
    table = np.zeros((STEPS, 3))
    ahead = np.zeros((CLASSES, STEPS + 1))  # changes in attempts, by how many went before
    came = np.zeros((CLASSES, STEPS))
    line = np.zeros(STEPS + 1)  # all who have queued before a step
    rate = np.zeros(CLASSES)
    patience = max(int(s.timeout / STEP_S + 0.5), 1)
    ahead[0, 0] = s.cut
    ahead[0, 1] = -s.cut
    done = back = attempts = 0.0
    for i in range(STEPS):
        speed = per_s(back, s)
        total = 0.0
        for k in range(CLASSES):
            rate[k] = max(rate[k] + ahead[k, i], 0.0)
            if rate[k] < 1e-12 * s.cut:  # what additions have left
                rate[k] = 0.0
            came[k, i] = rate[k]
            total += rate[k]
        attempts += total
        if way == REFUSED and total > 0.0:
            room = speed * max(0.5 * s.timeout, STEP_S) - (line[i] - done)
            taken = min(max(room / total, 0.0), 1.0)
            for k in range(CLASSES):
                again(ahead, i, k, came[k, i] * (1.0 - taken), way, s)
                came[k, i] *= taken
            total *= taken
        line[i + 1] = line[i] + total
        before = done
        done = min(done + speed * STEP_S, line[i + 1])
        first = i - patience + 1  # who came then gives up at the end of this step
        late = line[max(first, 0)]
        back += max(done - max(before, late), 0.0)
        if first >= 0:
            queued = line[first + 1] - line[first]
            left = min(max(line[first + 1] - done, 0.0), queued)
            if left > 0.0:
                for k in range(CLASSES):
                    if came[k, first] > 0.0:
                        again(ahead, i, k, came[k, first] * left / queued, way, s)
        table[i, 0] = back
        table[i, 1] = attempts
        table[i, 2] = done
    return table


# --- a rolling deploy ---


@kernel
def roll(machines: int) -> Table:
    """For each machine in order of restart, before its own and after the last: clients over 1.

    Columns: dealt to any other; to the emptiest; to any, and each new one comes before an old goes.
    """
    n = machines
    table = np.zeros((n, 6))
    for way in range(3):
        others = float(n if way == 2 else n - 1)
        has = np.ones(n)  # as they are named: old until they restart, then new
        for i in range(n):
            moved = has[i]
            table[i, 2 * way] = moved
            has[i] = 0.0
            if way == 1:
                # The one that has just come back is empty: it takes all of the next, but at first
                # there is none.
                if i == 0:
                    for j in range(1, n):
                        has[j] += moved / others
                else:
                    has[i - 1] += moved
            else:
                for j in range(n):
                    if way == 2 or j != i:
                        has[j] += moved / others
        for i in range(n):
            table[i, 2 * way + 1] = has[i]
    return table


@kernel
def cut_off(event: int, machines: int, clients: float, turns: Table) -> float:
    """Clients that lose their connection."""
    if event == BALANCER:
        return clients
    if event == LAST_OF_DEPLOY:
        part: float = min(turns[machines - 1, 0] / machines, 1.0)
        return part * clients
    return clients / machines


@kernel
def connections(
    machines: int, heavy: int, share: float, event: int, clients: float, cost_ms: float,
    timeout_s: float, cap_s: float, base_s: float, target: float, rate_per_s: float,
    work_ms: float, vcpus: int,
) -> Table:  # fmt: skip
    """Groups of 4 to 30 machines, those as set, a storm over time and by way, and a deploy.

    ``heavy`` clients send ``share`` of the requests, one connection each. ``event``: a machine
    dies, the last one of a deploy restarts, or the balancer. Each of ``clients`` that comes back
    costs ``cost_ms``, gives up after ``timeout_s``, and waits for up to ``cap_s``, at first
    ``base_s``.

    Columns: kind of row; machines; busy on average, the fullest on average, in the tenth and in
    the ninetieth of 100 deals, and with connections dealt by load. Seconds since the event; way;
    share back of those cut, by four ways. Of a way: 99% back after (s), 1 if within 10 minutes,
    attempts and wasted work for each client cut, clients cut. Order of restart; clients over their
    mean, before and after, by three ways. As set: least machines whose fullest is at the target on
    average, 1 if there are; moves of a client in a deploy by three ways; p99 (ms) of the mean and
    of the fullest machine, 1 if that keeps up.
    """
    work = rate_per_s * work_ms / 1000.0
    placed = place(heavy, share, work, vcpus)
    turns = roll(machines)
    table = np.zeros((GROUPS + 1 + POINTS + 1 + WAYS + machines, WIDTH))
    here = table[GROUPS]
    here[KIND] = SET
    for i in range(GROUPS):
        row = table[i]
        row[KIND] = GROUP
        row[MACHINES] = FEWEST + i
        for k in range(5):
            row[MEAN + k] = placed[i, k]
        if here[FOUND] == 0.0 and row[HOTTEST] <= target + HAIR:
            here[FOUND] = 1.0
            here[ENOUGH] = row[MACHINES]
    for k in range(MACHINES, BY_LOAD + 1):
        here[k] = table[machines - FEWEST, k]
    here[MEAN_P99] = p99_ms(here[MEAN], work_ms, vcpus)
    if here[HOTTEST] < 0.999:
        here[KEEPS_UP] = 1.0
        here[HOT_P99] = p99_ms(here[HOTTEST], work_ms, vcpus)
    first = GROUPS + 1 + POINTS + 1 + WAYS
    for i in range(machines):
        row = table[first + i]
        row[KIND] = TURN
        row[ORDER] = i + 1
        for k in range(6):
            row[ANY_BEFORE + k] = turns[i, k]
        here[ANY_MOVES] += turns[i, 0] / machines
        here[EMPTIEST_MOVES] += turns[i, 2] / machines
        here[NEW_MOVES] += turns[i, 4] / machines
    cut = cut_off(event, machines, clients, turns)
    left = machines if event == BALANCER else machines - 1
    s = Storm(clients, cut, float(left * vcpus), work, cost_ms / 1000.0, timeout_s, base_s, cap_s)
    curves = np.zeros((WAYS, STEPS))
    slowest = SHOWN_S[0]
    for way in range(WAYS):
        run = storm(way, s)
        row = table[GROUPS + 1 + POINTS + 1 + way]
        row[KIND] = WAY_KIND
        row[WAY] = way
        row[CUT] = cut
        end = STEPS
        for i in range(STEPS):
            curves[way, i] = run[i, 0] / cut
            if end == STEPS and run[i, 0] >= BACK * cut:
                end = i + 1
                row[IN_TIME] = 1.0
        row[BACK_S] = end * STEP_S
        row[ATTEMPTS] = run[end - 1, 1] / cut
        row[WASTED] = max(1.0 - run[end - 1, 0] / max(run[end - 1, 2], HAIR), 0.0)
        if way != AT_ONCE:
            slowest = max(slowest, row[BACK_S])
    shown = SHOWN_S[4]
    for k in range(4):
        if SHOWN_S[3 - k] >= slowest:
            shown = SHOWN_S[3 - k]
    for i in range(POINTS + 1):
        row = table[GROUPS + 1 + i]
        row[KIND] = MOMENT
        row[AT_S] = shown * i / POINTS
        for way in range(WAYS):
            if i > 0:
                row[BACK_ONCE + way] = curves[way, int(row[AT_S] / STEP_S + 0.5) - 1]
    return table
