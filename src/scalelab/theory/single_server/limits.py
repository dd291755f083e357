"""What pools of workers and connections let through, where there are closed forms.

Bounds are Little's law for each pool: as many as there are, over how long each is taken (J. D. C.
Little, Operations Research 9(3), 1961; P. J. Denning and J. P. Buzen, ACM Computing Surveys 10(3),
1978). All workers always taken, they are the customers of a closed network of the shared vCPUs and
a delay, and the number with work for a vCPU is a birth and death process for any law of both
(F. Baskett, K. M. Chandy, R. R. Muntz and F. G. Palacios, Journal of the ACM 22(2), 1975). With
nothing but work for the vCPUs and exponential sizes, so is the number there: M/M/c/K, here with a
speed that may fall when more than the vCPUs share them (L. Kleinrock, "Queueing Systems, Volume 1",
Wiley, 1975, section 3.2).

Rates and times in any one unit of time.

>>> round(saturated(16, 4, 0.010, 0.021), 1), round(saturated(16, 16, 0.010, 0.021), 1)
(391.0, 516.1)
"""

import math
from collections.abc import Callable
from typing import NamedTuple


class Shared(NamedTuple):
    """Means of vCPUs that are shared: refused share of all, number there, response time."""

    refused: float
    number: float
    response: float


def all_done(running: int, vcpus: int, switching: float = 0.0) -> float:
    """Work that so many get done together in a unit of time.

    Each one more than there are vCPUs adds the share ``switching`` to all work.
    """
    return min(running, vcpus) / (1.0 + switching * max(running - vcpus, 0))


def bounds(
    vcpus: int, workers: int, connections: int, work: float, worker: float, connection: float
) -> tuple[float, float, float]:
    """Rates that vCPUs, workers and connections allow, where a request takes so long of each."""
    return vcpus / work, workers / worker, connections / connection


def _probabilities(
    up: Callable[[int], float], down: Callable[[int], float], most: int
) -> list[float]:
    """Of 0, 1, ... ``most`` in a birth and death process, by logarithms of its terms."""
    logs = [0.0]
    for n in range(1, most + 1):
        logs.append(logs[-1] + math.log(up(n - 1)) - math.log(down(n)))
    largest = max(logs)
    terms = [math.exp(each - largest) for each in logs]
    total = math.fsum(terms)
    return [each / total for each in terms]


def saturated(
    workers: int, vcpus: int, work: float, elsewhere: float, switching: float = 0.0
) -> float:
    """Requests done in a unit of time while there always is one for each worker.

    ``work`` of a vCPU each, and ``elsewhere`` a worker waits for other things. Exact.
    """
    if elsewhere == 0.0:
        return all_done(workers, vcpus, switching) / work
    p = _probabilities(
        lambda n: (workers - n) / elsewhere,
        lambda n: all_done(n, vcpus, switching) / work,
        workers,
    )
    return math.fsum(p[n] * all_done(n, vcpus, switching) / work for n in range(workers + 1))


def shared(rate: float, vcpus: int, work: float, places: int, switching: float = 0.0) -> Shared:
    """At most ``places`` at once on the vCPUs, with nothing else to do; others are refused."""
    p = _probabilities(lambda n: rate, lambda n: all_done(n, vcpus, switching) / work, places)
    number = math.fsum(n * p[n] for n in range(places + 1))
    return Shared(p[places], number, number / (rate * (1.0 - p[places])))


def workers_used(rate: float, response: float) -> float:
    """Mean number of workers that are taken, each for the response time but the wait for one."""
    return rate * response


def gain(before: float, after: float, times: float) -> tuple[float, float]:
    """(how many times as much is done, share of what ``times`` the vCPUs should bring)."""
    return after / before, after / before / times
