"""Queues whose customers lose patience, in closed form. First come, first served; any unit of time.

Erlang A, M/M/c+M: everyone who waits leaves at the rate 1 / ``patience``, so that the number there
goes up and down in steps of one (C. Palm, "Research on telephone traffic carried by full
availability groups", Tele 1, 1957; O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call
center with impatient customers", Manufacturing & Service Operations Management 4(3), 2002).

Patience of any law, M/M/c+G: F. Baccelli and G. Hebuterne, "On queues with impatient customers",
Performance '81, North-Holland, 1981. Who would wait for x finds the servers' work growing by those
only who are more patient: the density of that time is proportional to exp(rate H(x) - c x /
service), with H(x) the integral of the share that is still there after x.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.queueing.erlang import erlang_b

NEGLIGIBLE = 1e-18
POINTS = 20_001


class Abandonment(NamedTuple):
    """Means of a queue with patience.

    blocked, abandoned: shares of all who arrive
    delayed: share of those admitted that cannot begin at once
    wait: mean time in the queue of those admitted, until they begin or leave
    served_wait: the same of those only who are served
    waiting: mean number in the queue
    utilisation: share of the servers' time that is busy
    """

    blocked: float
    abandoned: float
    delayed: float
    wait: float
    served_wait: float
    waiting: float
    utilisation: float


def weights(
    rate: float, service: float, servers: int, patience: float, places: float
) -> tuple[int, list[float]]:
    """The least number there that counts, and the probabilities of it and of those above.

    Summed outwards from the likeliest number until nothing is added: no number is too large.
    """

    def leaves(k: int) -> float:
        return min(k, servers) / service + max(k - servers, 0) / patience

    offered = rate * service
    likeliest = int(offered)
    if offered >= servers:
        likeliest = servers + int((rate - servers / service) * min(patience, 1e15))
    likeliest = int(min(likeliest, places))
    up = [1.0]
    while likeliest + len(up) <= places and up[-1] > NEGLIGIBLE:
        up.append(up[-1] * rate / leaves(likeliest + len(up)))
    down = [1.0]
    while len(down) <= likeliest and down[-1] > NEGLIGIBLE:
        down.append(down[-1] * leaves(likeliest - len(down) + 1) / rate)
    found = down[:0:-1] + up
    total = math.fsum(found)
    return likeliest - len(down) + 1, [one / total for one in found]


def erlang_a(
    rate: float, service: float, servers: int, patience: float, places: float = math.inf
) -> Abandonment:
    """M/M/c+M, with room for ``places`` in all (those who are served, and those who wait).

    Parameters
    ----------
    rate, service : float
        Arrival rate and mean service time.
    servers : int
    patience : float
        Mean patience; infinite if nobody leaves (then load or ``places`` keep the queue short).
    places : float
        At least ``servers``; infinite if all are admitted. As many as servers is Erlang B.

    >>> found = erlang_a(48.0, 1.0, 50, 2.0)  # calls a minute, minutes, agents
    >>> f"{found.abandoned:.1%} leave, after {60 * found.wait:.1f} s; {found.utilisation:.0%} busy"
    '3.1% leave, after 3.7 s; 93% busy'
    """
    least, p = weights(rate, service, servers, patience, places)
    last = least + len(p) - 1
    blocked = p[-1] if last == places else 0.0
    admitted = 1.0 - blocked
    waiting = busy = delayed = served_wait = served = 0.0
    # Who finds k ahead in the queue and stays is as if k + 1 had to go, each at its rate; that one
    # stays has made the wait shorter.
    steps = reached = 0.0
    to_go = servers / service
    for k, one in enumerate(p, least):
        waiting += max(k - servers, 0) * one
        busy += min(k, servers) * one
        if k < servers:
            served += one
        elif k < places:
            delayed += one
            while reached <= k - servers:
                reached += 1.0
                steps += 1.0 / (to_go + reached / patience)
            stays = to_go / (to_go + reached / patience)
            served += one * stays
            served_wait += one * stays * steps
    return Abandonment(
        blocked,
        waiting / patience / rate,
        delayed / admitted,
        waiting / (rate * admitted),
        served_wait / served,
        waiting,
        busy / servers,
    )


def general(
    rate: float, service: float, servers: int, remaining: Callable[[Floats], Floats]
) -> Abandonment:
    """M/M/c+G, by one integration over the time that one would have to wait.

    Parameters
    ----------
    rate, service, servers
        As for `erlang_a`.
    remaining : callable
        H(x), the integral of the share that is more patient than u, for u from 0 to x; it grows so
        slowly in the end that the queue is stable.

    >>> mean = 2.0
    >>> found = general(48.0, 1.0, 50, lambda x: -mean * np.expm1(-x / mean))
    >>> print(f"{found.abandoned:.4f} {erlang_a(48.0, 1.0, 50, mean).abandoned:.4f}")
    0.0309 0.0309
    """
    drain = servers / service

    def exponent(x: Floats) -> Floats:
        return rate * remaining(x) - drain * x

    # Concave, so that what is far below the top on its right side stays there.
    end, top = 1.0 / drain, 0.0
    while True:
        values = exponent(np.linspace(0.0, end, 101))
        top = float(values.max())
        if values[-1] < top - 60.0:
            break
        end *= 2.0
    # Simpson's rule over the root of the time: the impatient leave early.
    u = np.linspace(0.0, 1.0, POINTS)
    x = end * u * u
    weight = 2.0 * end * u * np.exp(exponent(x) - top)
    weight[1:-1:2] *= 4.0
    weight[2:-1:2] *= 2.0
    weight /= 3.0 * (POINTS - 1)
    return offered(
        rate, service, servers, math.exp(-top), float(weight.sum()), float((weight * x).sum()),
        float((weight * remaining(x)).sum()),
    )  # fmt: skip


def offered(
    rate: float, service: float, servers: int, unit: float, mass: float, moment: float,
    spent: float,
) -> Abandonment:  # fmt: skip
    """The means from integrals over the weight of the wait that is offered.

    ``unit``: weight of the state in which all servers but one are busy; ``mass``, ``moment``,
    ``spent``: integrals of the weight, of it times the wait, and of it times H.
    """
    drain = servers / service
    loss = erlang_b(rate * service, servers - 1)
    at_once = unit / loss if loss > 0.0 else math.inf
    total = at_once + rate * mass
    # Whoever is not served abandons: what is left of the arrivals after what the servers do.
    abandoned = (unit + (rate - drain) * mass) / total
    wait = rate * spent / total
    # By parts: the weight's derivative is itself times rate (1 - G) - c / service.
    served_wait = (drain * moment - mass) / (total * (1.0 - abandoned))
    return Abandonment(
        0.0, abandoned, rate * mass / total, wait, served_wait, rate * wait,
        rate * (1.0 - abandoned) / drain,
    )  # fmt: skip


def constant_patience(rate: float, service: float, servers: int, patience: float) -> Abandonment:
    """M/M/c+D: everyone leaves after the same time; elementary.

    For one server, with load r and h = exp(-(1/service - rate) patience), the share that abandons
    is r (1 - r) h / (1 - r² h) (D. Y. Barrer, "Queuing with impatient customers and ordered
    service", Operations Research 5(5), 1957, has this law of patience first).

    >>> print(f"{constant_patience(0.8, 1.0, 1, 2.0).abandoned:.4f}")
    0.1878
    """
    drain = servers / service
    growth = rate - drain
    # Integrals over u of exp(growth u), without and with the factor u, up to the patience; scaled.
    top = max(growth * patience, 0.0)
    unit, ends = math.exp(-top), math.exp(growth * patience - top)
    if abs(growth * patience) < 1e-5:
        mass = unit * patience * (1.0 + 0.5 * growth * patience)
        moment = unit * 0.5 * patience**2 * (1.0 + 2.0 * growth * patience / 3.0)
    else:
        mass = (ends - unit) / growth
        moment = (patience * ends - mass) / growth
    # Whoever would wait for longer leaves: from there on, the work only drains.
    beyond = ends / drain
    return offered(
        rate, service, servers, unit, mass + beyond, moment + beyond * (patience + 1.0 / drain),
        moment + beyond * patience,
    )  # fmt: skip
