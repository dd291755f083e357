"""The order of events by other ways: densities, all histories one by one, and Pollaczek-Khinchine.

Exponential handling times without retries are the textbook race (W. Feller, "An introduction to
probability theory and its applications", volume 2, 2nd edition, 1971, chapter I).
"""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple


def overtakes(gap: float, rate: float) -> float:
    """Chance that an event is done before one that began ``gap`` earlier, one attempt each.

    >>> f"{overtakes(0.0, 20.0)} {overtakes(0.1, 20.0):.4f}"
    '0.5 0.0677'
    """
    return 0.5 * math.exp(-rate * gap)


def overtakes_at_random(rate: float, handled: float) -> float:
    """The same, if the gap is exponential with ``rate``.

    >>> f"{overtakes_at_random(2.0, 3.0):.4f}"
    '0.2000'
    """
    return 0.5 * rate / (rate + handled)


def erlang_density(phases: int, x: float) -> float:
    """Of the sum of so many exponential times of mean 1.

    >>> f"{erlang_density(1, 0.0)} {erlang_density(3, 2.0):.4f}"
    '1.0 0.2707'
    """
    return x ** (phases - 1) * math.exp(-x) / math.factorial(phases - 1)


def integral(of: Callable[[float], float], end: float, n: int = 4000) -> float:
    """From 0 to ``end``, by Simpson's rule with ``n`` steps.

    >>> f"{integral(lambda x: x * x, 3.0):.6f}"
    '9.000000'
    """
    inner = sum((4.0 if i % 2 else 2.0) * of(end * i / n) for i in range(1, n))
    return (of(0.0) + inner + of(end)) * end / (3.0 * n)


def later_than(phases: int, x: float) -> float:
    """Chance that the sum of so many exponential times of mean 1 is more than ``x``.

    >>> f"{later_than(1, 1.0):.6f} {later_than(2, -1.0)}"
    '0.367879 1.0'
    """
    if x <= 0.0:
        return 1.0 if phases > 0 or x < 0.0 else 0.0
    if phases == 0:
        return 0.0
    return 1.0 - integral(lambda y: erlang_density(phases, y), x)


def longer(mine: int, lead: float, others: int) -> float:
    """Chance that ``mine`` exponential times are longer than ``others`` and the ``lead``; mean 1.

    >>> f"{longer(1, 2.0, 1):.6f} {overtakes(2.0, 1.0):.6f}"
    '0.067668 0.067668'
    """

    def tail(x: float) -> float:
        if x <= 0.0:
            return 1.0 if mine > 0 or x < 0.0 else 0.0
        return math.exp(-x) * sum(x**k / math.factorial(k) for k in range(mine))

    if others == 0:
        return tail(lead)
    end = 60.0
    kink = min(max(-lead, 0.0), end)  # up to here the others and the lead are less than nothing
    before = integral(lambda y: erlang_density(others, y), kink) if kink > 0.0 else 0.0
    after = integral(lambda y: erlang_density(others, kink + y) * tail(lead + kink + y), end - kink)
    return before + after


class History(NamedTuple):
    """One course of an event: its chance, attempts, which of them changed the state, and its end.

    ``first``: the first attempt with an effect; ``last``: the last one that counts; 0 is none.
    """

    chance: float
    attempts: int
    first: int
    last: int
    dead: bool
    twice: bool


def histories(
    fails: float, repeated: float, attempts: int, backoff: float, kept: float
) -> Iterator[History]:
    """All courses of an event that is no poison, one by one.

    >>> [f"{h.chance:.2f}" for h in histories(0.1, 0.2, 1, 30.0, 300.0)]
    ['0.70', '0.10', '0.20']
    """
    chances = {"f": fails, "r": repeated, "d": 1.0 - fails - repeated}
    for n in range(1, attempts + 1):
        for course in itertools.product("fr", repeat=n - 1):
            for end in "d" if n < attempts else "dfr":
                effects = [k for k, what in enumerate((*course, end), 1) if what in "rd"]
                counted = effects[:1] + [
                    k for k in effects[1:] if (k - effects[0]) * backoff >= kept
                ]
                dead = end != "d"
                yield History(
                    math.prod(chances[what] for what in (*course, end)), n,
                    counted[0] if counted else 0, counted[-1] if counted else 0, dead,
                    len(counted) + dead > 1,
                )  # fmt: skip


def wrong_at_any_worker(
    gap: float, service: float, fails: float, repeated: float, poison: float, attempts: int,
    backoff: float, kept: float,
) -> float:  # fmt: skip
    """Chance that the first of an order's two events takes effect last, all courses of both.

    >>> f"{wrong_at_any_worker(0.1, 0.05, 0.0, 0.0, 0.0, 1, 0.0, 0.0):.6f}"
    '0.067668'
    """
    known: dict[tuple[int, int], float] = {}
    total = 0.0
    courses = [
        (h._replace(chance=(1.0 - poison) * h.chance))
        for h in histories(fails, repeated, attempts, backoff, kept)
    ]
    courses.append(History(poison, attempts, 0, 0, True, False))
    for one, two in itertools.product(courses, repeat=2):
        if one.dead or two.dead:
            chance = 1.0 if one.dead and not two.dead else 0.0
        else:
            if (one.last, two.last) not in known:
                lead = (gap + (two.last - one.last) * backoff) / service
                known[one.last, two.last] = longer(one.last, lead, two.last)
            chance = known[one.last, two.last]
        total += one.chance * two.chance * chance
    return total


def mean_attempts(fails: float, poison: float, attempts: int) -> float:
    """Of an event that is tried again with the chance ``fails``: a geometric sum.

    >>> f"{mean_attempts(0.5, 0.0, 3)} {mean_attempts(0.0, 1.0, 5)}"
    '1.75 5.0'
    """
    tried = float(attempts) if fails == 1.0 else (1.0 - fails**attempts) / (1.0 - fails)
    return (1.0 - poison) * tried + poison * attempts


def mean_wait_in_place(
    rate: float, service: float, fails: float, poison: float, attempts: int, backoff: float
) -> float:
    """Mean wait in a partition that each retry blocks, by Pollaczek and Khinchine's formula.

    >>> f"{mean_wait_in_place(10.0, 0.05, 0.0, 0.0, 5, 30.0):.3f}"
    '0.050'
    """
    mean = square = 0.0
    for n in range(1, attempts + 1):
        chance = (1.0 - poison) * fails ** (n - 1) * (1.0 if n == attempts else 1.0 - fails)
        chance += poison if n == attempts else 0.0
        blocked = n * service + (n - 1) * backoff
        mean += chance * blocked
        square += chance * (blocked**2 + n * service**2)
    return rate * square / (2.0 * (1.0 - rate * mean))


def chains(handlers: int) -> int:
    """Ways from the first of so many handlers to the last, if each may trigger any later one.

    >>> chains(10)
    256
    """
    return 1 if handlers < 2 else int(2 ** (handlers - 2))
