"""Queues with room for a limited number, in closed form.

D. Gross, J. F. Shortle, J. M. Thompson and C. M. Harris, "Fundamentals of Queueing Theory", 4th
edition, Wiley, 2008, sections 2.5 (M/M/c/K), 2.6 (Erlang's loss formula) and 5.1.8 (M/G/1/K);
L. Takács, "Introduction to the Theory of Queues", Oxford University Press, 1962, chapter 4 (loss
with any arrivals).
"""

import math
from collections.abc import Callable, Sequence


def one_server_blocked(rho: float, places: int) -> float:
    """Share refused of M/M/1/K: (1 - rho) rho^K / (1 - rho^(K+1)), and 1 / (K+1) at rho = 1."""
    if rho == 1.0:
        return 1.0 / (places + 1)
    if rho > 1.0:  # the same over rho^K, which may be too large
        return (1.0 - 1.0 / rho) / (1.0 - rho ** -(places + 1))
    return float((1.0 - rho) * rho**places / (1.0 - rho ** (places + 1)))


def one_server_number(rho: float, places: int) -> float:
    """Mean number in the system of M/M/1/K."""
    if rho == 1.0:
        return places / 2.0
    top = rho ** (places + 1)
    return rho / (1.0 - rho) - (places + 1) * top / (1.0 - top)


def probabilities(load: float, servers: int, places: int) -> list[float]:
    """Of 0, 1, ... K in the system of M/M/c/K, by logarithms of its terms.

    a^n / n! up to c, and a^n / (c! c^(n-c)) beyond.
    """
    logs = [
        n * math.log(load)
        - math.lgamma(min(n, servers) + 1)
        - max(n - servers, 0) * math.log(servers)
        for n in range(places + 1)
    ]
    largest = max(logs)
    terms = [math.exp(each - largest) for each in logs]
    total = math.fsum(terms)
    return [term / total for term in terms]


def waits_longer(load: float, servers: int, places: int, services: float) -> float:
    """Share of the admitted of M/M/c/K that wait longer than ``services`` mean services.

    Who finds n there waits for n - c + 1 ends of a service, which come at the rate c / S.
    """
    p = probabilities(load, servers, places)
    ends = servers * services
    late = 0.0
    for n in range(servers, places):
        poisson = [1.0]
        if ends > 0.0:
            poisson = [
                math.exp(i * math.log(ends) - ends - math.lgamma(i + 1))
                for i in range(n - servers + 1)
            ]
        late += p[n] * math.fsum(poisson)
    return late / (1.0 - p[places])


def loss_any_arrivals(transform: Callable[[float], float], service: float, servers: int) -> float:
    """Share refused of GI/M/c/c, by Takács.

    ``transform``: the Laplace transform of the time between two arrivals.
    """
    total = 0.0
    product = 1.0
    for j in range(servers + 1):
        total += math.comb(servers, j) * product
        at = transform((j + 1) / service)
        product *= (1.0 - at) / at
    return 1.0 / total


def one_server_any_service(arrivals: Sequence[float], load: float, places: int) -> float:
    """Share refused of M/G/1/K, from what departures leave behind (embedded Markov chain).

    ``arrivals``: probabilities of 0, 1, ... arrivals while one is served, at least K of them.
    """
    left = [1.0]
    for n in range(places - 1):
        # Balance of "n left": it is reached from 0 and 1 to n+1.
        following = left[n] - left[0] * arrivals[n]
        following -= math.fsum(left[i] * arrivals[n - i + 1] for i in range(1, n + 1))
        left.append(following / arrivals[0])
    empty = left[0] / math.fsum(left)
    return 1.0 - 1.0 / (empty + load)
