"""Classes of customers with priorities on the same servers: M/G/c, simulated event by event.

Class 0 is the most urgent. A server that becomes free takes the first of the most urgent class that
waits. Where urgent ones interrupt, who comes and finds all servers busy takes one away from the
least urgent that is served, of those the one that came last, if it is less urgent; that one waits
at the head of its class and goes on later from where it was (preemptive-resume).

Kept are only those who are there, so that the memory does not grow with the length of the run.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Floats, Table, Words, kernel
from scalelab.kernels.queueing.law import Law, draw
from scalelab.kernels.random import exponential, generator

NOBODY = -1
# What a batch of one class is summed up in; ELAPSED is the same for all its classes.
SERVED, DELAYED, INTERRUPTED, WAIT, RESPONSE, WORK, ELAPSED = range(7)
SUMS = 7
# Places for customers to begin with, doubled whenever they do not suffice.
PLACES = 64


@kernel
def with_room(values: NDArray[Any]) -> NDArray[Any]:
    """The same values, and as many places more."""
    longer = np.zeros(2 * values.size, values.dtype)
    for i in range(values.size):
        longer[i] = values[i]
    return longer


@kernel
def earliest(times: Floats, n: int) -> int:
    """Where the least of the first ``n`` is; the first of several, 0 of none."""
    first = 0
    for i in range(1, n):
        if times[i] < times[first]:
            first = i
    return first


@kernel
def streams(seed: int, classes: int) -> Words:
    """A generator for each class: what comes of one does not depend on the others."""
    states = np.empty((classes, 4), np.uint64)
    for k in range(classes):
        state = generator(seed * 1000 + k)
        for i in range(4):
            states[k, i] = state[i]
    return states


@kernel
def simulate(
    rates: Floats, services: tuple[Law, ...], servers: int, interrupt: bool, warm_up: int,
    batches: int, batch_size: int, seed: int,
) -> Table:  # fmt: skip
    """Row b K + k: sums of batch b over those of class k, of K, who left in it.

    A batch is ``batch_size`` departures of any class, after ``warm_up`` of them. ``WAIT`` is all
    the time without a server, ``DELAYED`` counts those who had any of it, ``INTERRUPTED`` how often
    they were.
    """
    classes = rates.size
    sums = np.zeros((batches * classes, SUMS))
    states = streams(seed, classes)
    comes = np.empty(classes)
    for k in range(classes):
        comes[k] = exponential(states[k], 1.0 / rates[k])

    # Of each customer who is there: class, arrival, service time and what is left of it, whether it
    # has ever waited, and who is next in its class's queue (or, of a free place, the next free).
    kind = np.zeros(PLACES, np.int64)
    came = np.zeros(PLACES)
    takes = np.zeros(PLACES)
    left = np.zeros(PLACES)
    delayed = np.zeros(PLACES, np.int64)
    after = np.zeros(PLACES, np.int64)
    used = 0
    spare = NOBODY
    head = np.full(classes, NOBODY)
    tail = np.full(classes, NOBODY)
    # Of each busy server: whom it serves, and until when. The busy ones are the first.
    serves = np.zeros(servers, np.int64)
    until = np.zeros(servers)
    busy = 0

    now = since = 0.0
    gone = 0
    while gone < warm_up + batches * batch_size:
        arriving = earliest(comes, classes)
        leaving = earliest(until, busy)
        row = max(gone - warm_up, 0) // batch_size * classes
        begins = NOBODY
        if busy > 0 and until[leaving] <= comes[arriving]:
            now = until[leaving]
            who = serves[leaving]
            busy -= 1
            serves[leaving] = serves[busy]
            until[leaving] = until[busy]
            if gone >= warm_up:
                here = sums[row + kind[who]]
                here[SERVED] += 1.0
                here[DELAYED] += delayed[who]
                here[WAIT] += delayed[who] * max(now - came[who] - takes[who], 0.0)
                here[RESPONSE] += now - came[who]
                here[WORK] += takes[who]
            gone += 1
            if gone >= warm_up and (gone - warm_up) % batch_size == 0:
                if gone > warm_up:
                    for k in range(classes):
                        sums[row + k, ELAPSED] = now - since
                since = now
            after[who] = spare
            spare = who
            for k in range(classes):
                if head[k] != NOBODY:
                    begins = head[k]
                    head[k] = after[begins]
                    break
        else:
            now = comes[arriving]
            comes[arriving] = now + exponential(states[arriving], 1.0 / rates[arriving])
            if spare != NOBODY:
                who = spare
                spare = after[who]
            else:
                if used == kind.size:
                    kind = with_room(kind)
                    came = with_room(came)
                    takes = with_room(takes)
                    left = with_room(left)
                    delayed = with_room(delayed)
                    after = with_room(after)
                who = used
                used += 1
            kind[who] = arriving
            came[who] = now
            takes[who] = draw(services[arriving], states[arriving])
            left[who] = takes[who]
            delayed[who] = 0
            victim = NOBODY
            if busy == servers and interrupt:
                for i in range(busy):
                    one = serves[i]
                    if kind[one] > arriving and (
                        victim == NOBODY
                        or kind[one] > kind[serves[victim]]
                        or (kind[one] == kind[serves[victim]] and came[one] > came[serves[victim]])
                    ):
                        victim = i
            if victim != NOBODY:
                one = serves[victim]
                k = kind[one]
                if gone >= warm_up:
                    sums[row + k, INTERRUPTED] += 1.0
                left[one] = until[victim] - now
                delayed[one] = 1
                after[one] = head[k]
                if head[k] == NOBODY:
                    tail[k] = one
                head[k] = one
                busy -= 1
                serves[victim] = serves[busy]
                until[victim] = until[busy]
            if busy < servers:
                begins = who
            else:
                delayed[who] = 1
                after[who] = NOBODY
                if head[arriving] == NOBODY:
                    head[arriving] = who
                else:
                    after[tail[arriving]] = who
                tail[arriving] = who
        if begins != NOBODY:
            serves[busy] = begins
            until[busy] = now + left[begins]
            busy += 1
    return sums
