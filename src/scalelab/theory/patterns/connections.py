"""Clients that stay, by other ways than the kernel's: whole numbers, a fluid, geometric series.

Balls in urns: N. L. Johnson and S. Kotz, "Urn models and their application", 1977. Waits before
another attempt: M. Brooker, "Exponential Backoff And Jitter", 2015.
"""

import math
from fractions import Fraction
from functools import cache

# --- heavy clients on machines ---


@cache
def deals(machines: int, heavy: int, most: int) -> int:
    """Of the ``machines ** heavy`` deals, those with at most so many on each machine.

    One machine after the other: it gets j of those that are left.

    >>> deals(2, 3, 2), 2**3
    (6, 8)
    """
    if machines == 0:
        return int(heavy == 0)
    return sum(
        math.comb(heavy, j) * deals(machines - 1, heavy - j, most)
        for j in range(min(heavy, most) + 1)
    )


def fullest(machines: int, heavy: int) -> Fraction:
    """Mean of the most on one machine.

    >>> fullest(2, 2), fullest(1, 7)
    (Fraction(3, 2), Fraction(7, 1))
    """
    return sum(
        (1 - Fraction(deals(machines, heavy, m), machines**heavy) for m in range(heavy)),
        Fraction(0),
    )


def busiest(machines: int, heavy: int, share: Fraction, work: Fraction, vcpus: int) -> Fraction:
    """How busy the fullest machine is on average.

    >>> round(float(busiest(6, 10, Fraction(1, 2), Fraction(14), 4)), 3)
    0.894
    """
    heavies = share * fullest(machines, heavy) / heavy
    return work / vcpus * ((1 - share) / machines + heavies)


def single_p99_ms(busy: float, work_ms: float) -> float:
    """Response that 1% exceed, of a machine with one vCPU: exponential (M/M/1).

    >>> round(single_p99_ms(0.5, 7.0), 2)
    64.47
    """
    return math.log(100.0) * work_ms / (1.0 - busy)


# --- all back at once ---


def back_s(
    clients: float, cut: float, can: float, work: float, cost_s: float, share: float = 0.99
) -> float:
    """Time in which machines take that share of those cut, if no work is done in vain.

    ``can`` and ``work`` in vCPUs. Who is back asks for the others' time, so that the rest takes
    longer: an exponential approach.

    >>> round(back_s(20_000.0, 20_000 / 6, 20.0, 14.0, 0.05), 2)
    23.19
    """
    rate = (can - work * (1.0 - cut / clients)) / cost_s
    loses = work / clients / cost_s
    return -math.log(1.0 - share * loses * cut / rate) / loses


def mean_wait_s(attempt: int, base_s: float, cap_s: float, jitter: bool) -> float:
    """Before the attempt after that one, of which 0 is the first.

    >>> [mean_wait_s(k, 1.0, 30.0, True) for k in (0, 3, 9)]
    [0.5, 4.0, 15.0]
    """
    wait = min(cap_s, base_s * 2.0**attempt)
    return wait / 2 if jitter else wait


def attempts_per_s(away: float, timeout_s: float, wait_s: float) -> float:
    """Of so many clients that are away, all of whose attempts time out.

    More than the machines can do, and it stays so: each attempt finds the line longer.

    >>> attempts_per_s(20_000.0, 5.0, 15.0)
    1000.0
    """
    return away / (timeout_s + wait_s)


def least_cap_s(away: float, per_s: float, timeout_s: float, jitter: bool) -> float:
    """Longest wait with which attempts are not more than the machines can do.

    >>> least_cap_s(20_000.0, 200.0, 5.0, jitter=True)
    190.0
    """
    return max(away / per_s - timeout_s, 0.0) * (2.0 if jitter else 1.0)


# --- a rolling deploy ---


def has_when_restarted(order: int, machines: int, new_first: bool = False) -> Fraction:
    """Clients over their mean, dealt to any other: each restart before has added to them.

    >>> has_when_restarted(6, 6)
    Fraction(7776, 3125)
    """
    others = machines if new_first else machines - 1
    return (1 + Fraction(1, others)) ** (order - 1)


def moves(machines: int, new_first: bool = False) -> Fraction:
    """Of a client in a deploy, on average: a geometric series, near e - 1 for many machines.

    >>> [round(float(moves(n)), 3) for n in (2, 6, 1000)], round(math.e - 1, 3)
    ([1.5, 1.655, 1.718], 1.718)
    """
    others = machines if new_first else machines - 1
    return Fraction(others, machines) * ((1 + Fraction(1, others)) ** machines - 1)


def moves_to_emptiest(machines: int) -> Fraction:
    """The first machine's part, and of each other its own and what it got of the first.

    >>> moves_to_emptiest(6)
    Fraction(7, 6)
    """
    return 1 + Fraction(1, machines)


def has_afterwards(order: int, machines: int, new_first: bool = False) -> Fraction:
    """Clients over their mean, when all are restarted: a part of all that were moved since.

    >>> has_afterwards(6, 6), round(float(has_afterwards(1, 6)), 3)
    (Fraction(0, 1), 1.786)
    """
    others = machines if new_first else machines - 1
    begin = order if new_first else order + 1
    return sum(
        (has_when_restarted(k, machines, new_first) / others for k in range(begin, machines + 1)),
        Fraction(0),
    )


# --- a limit on the age of a connection ---


def renewals_per_s(clients: float, age_s: float) -> float:
    """Connections that are made anew, if each lives for exactly that.

    >>> round(renewals_per_s(20_000.0, 1800.0), 2)
    11.11
    """
    return clients / age_s


def new_machine_has(after_s: float, age_s: float) -> float:
    """Part of its fair share that an added machine has, if ages are spread evenly at first.

    >>> new_machine_has(600.0, 1800.0)
    0.3333333333333333
    """
    return min(after_s / age_s, 1.0)


def echo_per_s(cut: float, age_s: float, jitter: float) -> float:
    """Renewals when those who came back at once are as old as may be, spread by jitter either way.

    >>> round(echo_per_s(20_000.0, 1800.0, 0.1), 1)
    55.6
    """
    return cut / (2.0 * jitter * age_s)
