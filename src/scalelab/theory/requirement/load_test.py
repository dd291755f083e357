"""Closed forms of open and closed queues, and of a server that stands still now and then.

Times and rates in any one unit. Open queues: L. Kleinrock, "Queueing Systems", volume 1, 1975.
Closed ones: P. J. Denning and J. P. Buzen, "The operational analysis of queueing network models",
ACM Computing Surveys 10(3) 1978; M. Reiser and S. S. Lavenberg, "Mean-value analysis of closed
multichain queuing networks", Journal of the ACM 27(2) 1980.

Pauses: a *fluid* in place of single requests, on a server that is idle when it pauses. Exact as
service times become short against the pause.
"""

import math
from dataclasses import dataclass


def mm1_mean(rate: float, service: float) -> float:
    """Mean time in an M/M/1 queue (Kleinrock 1975, section 3.2)."""
    return service / (1.0 - rate * service)


def mm1_quantile(q: float, rate: float, service: float) -> float:
    """Time in an M/M/1 queue that a share ``q`` of the requests does not exceed: exponential."""
    return -math.log(1.0 - q) * mm1_mean(rate, service)


def mg1_mean(rate: float, service: float, squared: float) -> float:
    """Mean time in an M/G/1 queue (Pollaczek and Khinchine; Kleinrock 1975, section 5.6).

    ``squared``: mean of the square of the service time.
    """
    return service + 0.5 * rate * squared / (1.0 - rate * service)


def mixed_square(service: float, share: float, slower: float) -> float:
    """Mean square of a service time that is ``slower`` times as long for a ``share`` of requests.

    ``service`` is its mean.
    """
    fast = service / (1.0 - share + share * slower)
    return fast * fast * (1.0 - share + share * slower * slower)


def dm1_root(rate: float, service: float) -> float:
    """The root below 1 of x = exp(-(1 - x)/rho), for requests that come evenly.

    (Kleinrock 1975, section 6.2: x is what a request finds in place of the utilisation.)
    """
    rho = rate * service
    low, high = 0.0, 1.0 - 1e-12
    for _ in range(200):
        middle = 0.5 * (low + high)
        if math.exp(-(1.0 - middle) / rho) > middle:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def dm1_mean(rate: float, service: float) -> float:
    """Mean time in a D/M/1 queue: requests come evenly, service is exponential."""
    return service / (1.0 - dm1_root(rate, service))


def dm1_quantile(q: float, rate: float, service: float) -> float:
    """Time in a D/M/1 queue that a share ``q`` does not exceed: exponential as well."""
    return -math.log(1.0 - q) * dm1_mean(rate, service)


@dataclass(frozen=True)
class Closed:
    """``throughput`` and mean ``response`` time of users who wait for their answers."""

    throughput: float
    response: float


def mean_values(users: int, think: float, service: float) -> Closed:
    """Users who think and then queue for one server, both exponential: M/M/1//N.

    Mean value analysis (Reiser and Lavenberg 1980): who comes finds what there is with one user
    less.
    """
    waiting, found = 0.0, Closed(0.0, service)
    for n in range(1, users + 1):
        response = service * (1.0 + waiting)
        throughput = n / (response + think)
        waiting = throughput * response
        found = Closed(throughput, response)
    return found


def repairman(users: int, think: float, service: float) -> Closed:
    """The same, from the probability of each number of requests at the server."""
    weights = [1.0]
    for n in range(users):
        weights.append(weights[-1] * (users - n) * service / think)
    throughput = (1.0 - weights[0] / sum(weights)) / service
    return Closed(throughput, interactive_response(users, throughput, think))


def interactive_response(users: float, throughput: float, think: float) -> float:
    """Response time law: R = N/X - Z (Denning and Buzen 1978)."""
    return users / throughput - think


def throughput_bound(users: float, think: float, service: float) -> float:
    """No closed test gets more: neither N/(Z + S) nor what the server can do."""
    return min(users / (think + service), 1.0 / service)


def response_bound(users: float, think: float, service: float) -> float:
    """No closed test is faster on average."""
    return max(service, users * service - think)


def saturating_users(think: float, service: float) -> float:
    """N* where the two bounds meet: with more users some must wait."""
    return (think + service) / service


# A pause of length P once in each period T.
def customers_caught(rate: float, service: float, pause: float, period: float) -> float:
    """Share of customers who wait because of pauses: P / ((1 - rho) T), with what is left over."""
    return pause / ((1.0 - rate * service) * period)


def customers_quantile(q: float, rate: float, service: float, pause: float, period: float) -> float:
    """Wait that a share ``q`` does not exceed: it falls evenly from P to nothing."""
    caught = customers_caught(rate, service, pause, period)
    return max(0.0, pause * (1.0 - (1.0 - q) / caught))


def customers_mean(rate: float, service: float, pause: float, period: float) -> float:
    """Mean wait because of pauses, over all customers."""
    return 0.5 * pause * customers_caught(rate, service, pause, period)


def corrected_caught(pause: float, period: float) -> float:
    """Share of a corrected result that a pause makes up: P/T, and nothing of what it left over."""
    return pause / period


def corrected_quantile(q: float, pause: float, period: float) -> float:
    """The time that a share ``q`` of a corrected result does not exceed, from a quick server."""
    return max(0.0, pause * (1.0 - (1.0 - q) / corrected_caught(pause, period)))


def users_caught(users: float, think: float, pause: float) -> float:
    """Requests that ``users`` who think send into one pause: N (1 - exp(-P/Z)), at most N."""
    return users * -math.expm1(-pause / think)


def pace_kept(rate: float, service: float, pause: float, period: float) -> float:
    """Requests that one connection sends over those intended, if service is exponential.

    It sends after 1/rate or after the answer, what is later: 1/rate + S exp(-1/rho) on average.
    """
    rho = rate * service
    return (1.0 - pause / period) / (1.0 + rho * math.exp(-1.0 / rho))
