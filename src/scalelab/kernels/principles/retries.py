"""Retries after time-outs: what a short outage of a service leaves behind, for five ways to retry.

Requests come at an even rate; whoever has no answer after the time-out gives up that attempt and
may try again. The service works on attempts in the order in which they came, those included that
nobody waits for any more. Time goes in steps; what is sent in one step is a parcel, of which a
part may be served. Nothing is left to chance, so that all thresholds are sharp.

The second kernel is another world, in which attempts fail by chance and whatever their number.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.random import exponential, generator, uniform

NONE, PLAIN, BUDGET, BREAKER, SHED = range(5)
WAYS = 5
NO_WAIT, FIXED, JITTER = range(3)  # before a retry
OF_REQUESTS, OF_ANSWERS = range(2)  # what a retry budget is a share of
SHORT, LONG, NEWEST, DROP = range(4)  # queues of the way that sheds load

STEP_S = 0.02
BASE_S = 1.0  # of the back-off; doubled with each retry if it has jitter
MOST_BACKOFF_S = 20.0
BUDGET_S = 10.0  # for so long a budget is saved
SHORT_QUEUE, LONG_QUEUE = 0.5, 2.0  # in time-outs
OPENS_AT = 0.5  # share of failures in the window of the breaker
WINDOW = 100.0  # attempts
PROBES = 10.0  # attempts that a half-open breaker lets through
DOWN = 0.5  # of the requests get no answer: the service counts as down

LEAD_S = 6.0  # that are shown before the outage
FINE_S, FINE = 2.0, 15  # bins
COARSE_S, COARSE = 10.0, 14
BINS = FINE + COARSE
SHOWN_S = FINE * FINE_S + COARSE * COARSE_S
STEADY_S = 30.0  # without falling below that: it is back
MOST_S = 336.0  # that are computed, the lead included
OVERLOAD = 1.2  # of the capacity
HALVINGS = 11
SETTLE_S, MEASURE_S = 2.0, 6.0

TIME, STATE = range(2)  # kinds of rows
WAY, KIND, AT_S, GOODPUT, SENT, WAIT_S, FACTOR = range(7)
RECOVERS, TIPS, OVERLOADED, BACK, DOWN_S, LOST = range(7, 13)
WIDTH = 13

CLOSED, OPEN, HALF_OPEN = range(3)
# Of a run, in each step: requests answered in time, attempts sent, those in the queue at the end
# of the step, requests that are given up.
ANSWERED, ATTEMPTS, QUEUED, GIVEN_UP = range(4)


class Plan(NamedTuple):
    """Requests and attempts in a step, times in steps. ``limit``: of the queue; inf if none."""

    way: int
    load: float
    capacity: float
    timeout: int
    retries: int
    backoff: int
    share: float
    counts: int
    open: int
    newest: bool
    drop: bool
    limit: float
    down_from: int
    down_to: int


@kernel
def steps_of(seconds: float) -> int:
    return int(np.floor(seconds / STEP_S + 0.5))


@kernel
def backoff_of(retry: int, backoff: int) -> tuple[int, int]:
    """The least wait before a retry (they count from 1), and over how many steps it varies."""
    if backoff == NO_WAIT:
        return 0, 1
    if backoff == FIXED:
        return steps_of(BASE_S), 1
    longest = BASE_S
    for _ in range(retry - 1):
        longest = min(2.0 * longest, MOST_BACKOFF_S)
    return 0, steps_of(longest)


@kernel
def longest_backoff(p: Plan) -> int:
    least, width = backoff_of(p.retries, p.backoff)
    return least + width


@kernel
def fail(
    tries: int, amount: float, step: int, tokens: float, comes: Floats, log: Floats, p: Plan
) -> float:
    """Attempts that fail: some are retried, the others given up. The tokens that are left."""
    again = amount if tries < p.retries else 0.0
    if p.way == BUDGET:
        again = min(again, tokens)
        tokens -= again
    log[GIVEN_UP] += amount - again
    if again > 0.0:
        least, width = backoff_of(tries + 1, p.backoff)
        # Differences: what comes back in a step is their running sum.
        room = comes.shape[1]
        comes[tries + 1, (step + least) % room] += again / width
        comes[tries + 1, (step + least + width) % room] -= again / width
    return tokens


@kernel
def play(steps: int, enough: int, stale: float, tokens: float, log: Floats, p: Plan) -> int:
    """One run; fills ``log`` and returns the steps that were played.

    ``stale``: attempts in the queue at the beginning that nobody waits for. ``enough``: after so
    many steps the run ends as soon as requests have been answered again for a while.
    """
    # Two rings: what was sent in the last steps, and what comes back in the next.
    ring, room = p.timeout + 1, longest_backoff(p) + 3
    sent = np.zeros((p.retries + 1, ring))
    total = np.zeros(steps)
    left = np.zeros(steps)
    below = np.empty(steps, np.int64)  # the parcel under each on the stack of `newest`
    comes = np.zeros((p.retries + 1, room))
    back = np.zeros(p.retries + 1)
    outcomes = np.zeros((2, steps))  # successes, failures: of attempts
    most_tokens = p.share * p.load * steps_of(BUDGET_S)
    tokens = min(tokens, most_tokens)
    queue, head, top = stale, 0, -1
    mode, until, probes, since = CLOSED, 0, 0.0, 0
    seen, bad = 0.0, 0.0
    steady = 0
    for t in range(steps):
        row = log[t]
        for k in range(4):
            row[k] = 0.0
        # Time-outs.
        i, now, soon = t - p.timeout, t % ring, t % room
        if i >= 0 and left[i] > 0.0:
            part = left[i] / total[i]
            for j in range(p.retries + 1):
                amount = sent[j, i % ring] * part
                if amount > 0.0:
                    outcomes[1, t] += amount
                    tokens = fail(j, amount, t, tokens, comes, row, p)
        # What is to be sent.
        if p.counts == OF_REQUESTS:
            tokens = min(tokens + p.share * p.load, most_tokens)
        sent[0, now] = p.load
        wanted = p.load
        for j in range(1, p.retries + 1):
            back[j] = max(back[j] + comes[j, soon], 0.0)
            comes[j, soon] = 0.0
            # The rest of a difference of sums, not an attempt.
            sent[j, now] = back[j] if back[j] > 1e-9 * p.load else 0.0
            wanted += sent[j, now]
        if p.way == BREAKER:
            if mode == OPEN and t >= until:
                mode, probes, since, seen, bad = HALF_OPEN, PROBES, t, 0.0, 0.0
            part = 1.0
            if mode == OPEN:
                part = 0.0
            elif mode == HALF_OPEN:
                part = min(1.0, probes / wanted)
                probes -= part * wanted
            row[GIVEN_UP] += (1.0 - part) * wanted
            for j in range(p.retries + 1):
                sent[j, now] *= part
            wanted *= part
        row[ATTEMPTS] = wanted
        # What the queue takes; who is refused knows at once.
        if wanted > p.limit - queue:
            part = max(p.limit - queue, 0.0) / wanted
            for j in range(p.retries + 1):
                refused = (1.0 - part) * sent[j, now]
                if refused > 0.0:
                    outcomes[1, t] += refused
                    tokens = fail(j, refused, t + 1, tokens, comes, row, p)
                sent[j, now] *= part
            wanted *= part
        total[t] = left[t] = wanted
        queue += wanted
        below[t] = top
        top = t
        # Service.
        can = 0.0 if p.down_from <= t < p.down_to else p.capacity
        if p.drop:
            queue -= stale
            stale = 0.0
            while head < t - p.timeout + 1:
                queue -= left[head]
                left[head] = 0.0
                head += 1
        if not p.newest:
            work = min(can, stale)
            stale -= work
            queue -= work
            can -= work
        while can > 0.0:
            i = top if p.newest else head
            if i < 0 or i > t:
                break
            work = min(can, left[i])
            left[i] -= work
            queue -= work
            can -= work
            if t - i < p.timeout:
                row[ANSWERED] += work
            if left[i] > 0.0:
                break
            if p.newest:
                top = below[i]
            else:
                head += 1
        if p.newest:
            work = min(can, stale)
            stale -= work
            queue -= work
        queue = max(queue, 0.0)
        row[QUEUED] = queue
        outcomes[0, t] = row[ANSWERED]
        if p.counts == OF_ANSWERS:
            tokens = min(tokens + p.share * row[ANSWERED], most_tokens)
        if p.way == BREAKER and mode != OPEN:
            seen += outcomes[0, t] + outcomes[1, t]
            bad += outcomes[1, t]
            if mode == CLOSED:
                # The last attempts only, and of the oldest step a part.
                while since < t and seen - outcomes[0, since] - outcomes[1, since] >= WINDOW:
                    seen -= outcomes[0, since] + outcomes[1, since]
                    bad -= outcomes[1, since]
                    since += 1
                if seen >= WINDOW:
                    oldest = outcomes[0, since] + outcomes[1, since]
                    share = bad / seen
                    if oldest > 0.0:
                        over = min((seen - WINDOW) / oldest, 1.0)
                        share = (bad - over * outcomes[1, since]) / (seen - over * oldest)
                    if share >= OPENS_AT - 1e-9:
                        mode, until = OPEN, t + 1 + p.open
            elif seen >= PROBES - 1e-6:
                if bad >= OPENS_AT * seen - 1e-9:
                    mode, until = OPEN, t + 1 + p.open
                else:
                    mode, since, seen, bad = CLOSED, t + 1, 0.0, 0.0
        steady = steady + 1 if row[ANSWERED] >= DOWN * p.load else 0
        if t >= enough and steady >= steps_of(STEADY_S):
            return t + 1
    return steps


@kernel
def plan_of(
    way: int, load: float, capacity: float, timeout_s: float, retries: int, backoff: int,
    share: float, counts: int, open_s: float, shed: int, down_from: int, down_to: int,
) -> Plan:  # fmt: skip
    timeout = max(steps_of(timeout_s), 1)
    limit = np.inf
    if way == SHED and shed <= LONG:
        limit = (SHORT_QUEUE if shed == SHORT else LONG_QUEUE) * timeout * STEP_S * capacity
    return Plan(
        way, load * STEP_S, capacity * STEP_S, timeout, 0 if way == NONE else retries, backoff,
        share, counts, steps_of(open_s), way == SHED and shed == NEWEST,
        way == SHED and shed == DROP, limit, down_from, down_to,
    )  # fmt: skip


@kernel
def with_load(load: float, down_to: int, p: Plan) -> Plan:
    return Plan(
        p.way, load * STEP_S, p.capacity, p.timeout, p.retries, p.backoff, p.share, p.counts,
        p.open, p.newest, p.drop, p.limit, 0, down_to,
    )  # fmt: skip


@kernel
def settling(p: Plan) -> tuple[int, int]:
    """Steps until a service that only fails gets as many attempts as it will, and to measure."""
    settle = p.timeout + steps_of(SETTLE_S)
    for retry in range(1, p.retries + 1):
        least, width = backoff_of(retry, p.backoff)
        settle += p.timeout + least + width
    measure = steps_of(MEASURE_S)
    if p.way == BREAKER:
        measure += 2 * (p.open + p.timeout + 2)
    return settle, measure


@kernel
def stale_queue(p: Plan) -> float:
    """A full queue, or, if it has no limit, one that is longer than a run here works off."""
    settle, measure = settling(p)
    return min(p.capacity * (settle + measure + p.timeout), p.limit)


@kernel
def recovers(load: float, log: Floats, p: Plan) -> bool:
    """Whether a service in failure gets better by itself at this load.

    It was down for so long that as many attempts come as ever will, and its queue is full.
    """
    settle, measure = settling(p)
    played = play(
        settle + measure, settle + measure, stale_queue(p), 0.0, log, with_load(load, settle, p)
    )
    answered = 0.0
    for t in range(settle, played):
        answered += log[t, ANSWERED]
    shrinks = log[played - 1, QUEUED] < log[settle, QUEUED] - 1e-9 * p.capacity
    answers = answered >= 0.8 * load * STEP_S * measure
    return bool(shrinks or answers)


@kernel
def answered_at(load: float, log: Floats, p: Plan) -> float:
    """Requests that are answered in a second at this load, with a full queue at first."""
    settle, measure = settling(p)
    play(settle + measure, settle + measure, stale_queue(p), 0.0, log, with_load(load, 0, p))
    answered = 0.0
    for t in range(settle, settle + measure):
        answered += log[t, ANSWERED]
    return answered / (measure * STEP_S)


@kernel
def recovers_below(log: Floats, p: Plan) -> float:
    """The highest load at which a service in failure gets better by itself, by bisection."""
    capacity = p.capacity / STEP_S
    if recovers(0.999 * capacity, log, p):
        return capacity
    low, high = 0.0, 0.999 * capacity
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if recovers(middle, log, p):
            low = middle
        else:
            high = middle
    return low


@kernel
def retries(
    load: float, outage_s: float, timeout_s: float, tries: int, backoff: int, share: float,
    counts: int, open_s: float, shed: int, capacity: float,
) -> Table:  # fmt: skip
    """Five ways: `NONE` never retries; the others do, ``tries`` times at most (10 at most).

    `BUDGET` retries only as long as it has tokens: each request (or each answer, ``counts``) is
    worth ``share`` of one. `BREAKER` sends nothing for ``open_s`` when half of the last 100
    attempts have failed. `SHED` has another queue, ``shed``: one of half a time-out, of two
    time-outs, the newest first, or one that drops what nobody waits for. From second 0 on the
    service does nothing for ``outage_s``. Rates are per second.

    Of each way one row for every moment, `TIME`: seconds, requests answered in time, attempts
    sent, what is in the queue in seconds of work, attempts for each request. Then `STATE`: the load
    below which it recovers by itself, and at which it tips; what is answered at 1.2 times the
    capacity; whether it is back, if so how long after the beginning of the outage, and how many
    requests get no answer in the time that is shown; and attempts for each request at its end.
    """
    table = np.zeros((WAYS * (BINS + 1), WIDTH))
    lead = steps_of(LEAD_S)
    shown = steps_of(SHOWN_S)
    longest = steps_of(MOST_S)
    for way in range(WAYS):
        p = plan_of(
            way, load, capacity, timeout_s, tries, backoff, share, counts, open_s, shed, 0, 0
        )  # fmt: skip
        settle, measure = settling(p)
        longest = max(longest, settle + measure)
    log = np.zeros((longest, 4))
    outage = min(steps_of(outage_s), steps_of(MOST_S - LEAD_S - STEADY_S))
    for way in range(WAYS):
        p = plan_of(
            way, load, capacity, timeout_s, tries, backoff, share, counts, open_s, shed, lead,
            lead + outage,
        )  # fmt: skip
        state = table[way * (BINS + 1) + BINS]
        state[RECOVERS] = recovers_below(log, p)
        state[OVERLOADED] = answered_at(OVERLOAD * capacity, log, p)
        enough = max(shown, lead + outage + steps_of(STEADY_S))
        # At such a load no time is long enough.
        most = enough if load >= state[RECOVERS] else steps_of(MOST_S)
        played = play(most, enough, 0.0, np.inf, log, p)
        t, down = 0, 0
        for b in range(BINS):
            row = table[way * (BINS + 1) + b]
            size = steps_of(FINE_S if b < FINE else COARSE_S)
            row[WAY], row[KIND] = way, TIME
            row[AT_S] = (t + 0.5 * size - lead) * STEP_S
            for _ in range(size):
                row[GOODPUT] += log[t, ANSWERED] / (size * STEP_S)
                row[SENT] += log[t, ATTEMPTS] / (size * STEP_S)
                row[WAIT_S] += log[t, QUEUED] / (size * p.capacity) * STEP_S
                state[LOST] += log[t, GIVEN_UP]
                t += 1
            row[FACTOR] = row[SENT] / load
        for t in range(lead, played):
            if log[t, ANSWERED] < DOWN * p.load:
                down = t + 1
        state[WAY], state[KIND] = way, STATE
        state[FACTOR] = table[way * (BINS + 1) + BINS - 1, FACTOR]
        state[BACK] = 1.0 if played - down >= steps_of(STEADY_S) else 0.0
        state[DOWN_S] = max(down - lead, 0) * STEP_S
        state[TIPS] = capacity
    return table


CALLS, SENDS, GOOD = range(3)


@kernel
def by_chance(
    failing: float, tries: int, way: int, share: float, bucket: float, most_failing: float,
    clients: int, rate: float, seconds: float, seed: int,
) -> Table:  # fmt: skip
    """Attempts fail with the probability ``failing``. A row: requests, attempts, requests answered.

    Each client has its own bucket (`BUDGET`; full at first, ``share`` of a token for each request,
    retries while it holds more than one token, however many) or counts its own failures
    (`BREAKER`: no retry while more than ``most_failing`` of its requests have failed).
    """
    table = np.zeros((1, 3))
    state = generator(seed)
    for _ in range(clients):
        tokens, calls, failures = bucket, 0.0, 0.0
        now = exponential(state, 1.0 / rate)
        while now < seconds:
            now += exponential(state, 1.0 / rate)
            calls += 1.0
            tokens = min(tokens + share, bucket)
            table[0, CALLS] += 1.0
            table[0, SENDS] += 1.0
            done = 0
            while uniform(state) < failing:
                failures += 1.0
                if way == BUDGET:
                    again = tokens > 1.0
                    tokens -= 1.0 if again else 0.0
                else:
                    again = done < tries and (way != BREAKER or failures <= most_failing * calls)
                done += 1
                if not again:
                    done = -1
                    break
                table[0, SENDS] += 1.0
            if done >= 0:
                table[0, GOOD] += 1.0
    return table
