"""Names, connections and requests by other ways: integrals, chains and the laws of random parts.

If each of many sources goes to one of n machines by itself, the parts are multinomial in the
sources' weights. If connections with exponential numbers of requests are dealt, they are
Dirichlet's, and with one connection for each machine the gaps between points that fall at random
on a line: W. A. Whitworth, "Choice and chance", 1897; L. Holst, "On the lengths of the pieces of a
stick broken at random", Journal of Applied Probability 17(3), 1980.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction


def hashed_cv(weights: Sequence[float], machines: int) -> float:
    """Coefficient of variation of a machine's part, if each source goes anywhere by itself.

    The variance of the part is (1/n)(1 - 1/n) times the sum of the squares of the weights.

    >>> round(hashed_cv([0.25] * 4, 5), 3)
    1.0
    """
    total = math.fsum(weights)
    return math.sqrt((machines - 1) * math.fsum((w / total) ** 2 for w in weights))


def zipf_weights(sources: int, skew: float) -> list[float]:
    """Of each source, the largest first; they add up to 1.

    >>> [round(w, 3) for w in zipf_weights(3, 1.0)]
    [0.545, 0.273, 0.182]
    """
    weights = [k**-skew for k in range(1, sources + 1)]
    total = math.fsum(weights)
    return [w / total for w in weights]


def dealt_cv(machines: int, connections: int) -> float:
    """The same for connections with exponential numbers of requests, dealt in turn.

    A machine with m of C connections has a part of Beta(m, C - m). The mean square over machines
    is taken, which have one connection more or less if it does not come out even.

    >>> round(dealt_cv(5, 50), 4) == round(math.sqrt(4 / 51), 4)
    True
    """
    square = Fraction(0)
    for j in range(machines):
        m = connections // machines + (1 if j < connections % machines else 0)
        mean = Fraction(m, connections)
        variance = Fraction(m * (connections - m), connections**2 * (connections + 1))
        square += variance + (mean - Fraction(1, machines)) ** 2
    return math.sqrt(machines * square)


def hashed_connections_cv(machines: int, connections: int) -> float:
    """The same for connections with exponential numbers of requests that go anywhere.

    The squares of Dirichlet's parts add up to 2/(C + 1) on average.

    >>> round(hashed_connections_cv(5, 49), 3)
    0.4
    """
    return math.sqrt(2.0 * (machines - 1) / (connections + 1))


def busiest_below(over_mean: float, machines: int) -> float:
    """Chance that no machine has more than so many times the mean, with a connection for each.

    >>> [round(busiest_below(x, 2), 3) for x in (1.0, 1.5, 2.0)]
    [0.0, 0.5, 1.0]
    """
    x = over_mean / machines
    return math.fsum(
        (-1) ** j * math.comb(machines, j) * max(1.0 - j * x, 0.0) ** (machines - 1)
        for j in range(machines + 1)
    )


def one_large_source(share: float, machines: int) -> float:
    """Load of the machine that a large source is hashed to, over the mean, if the rest is even.

    >>> round(one_large_source(0.2, 5), 3)
    1.8
    """
    return machines * (share + (1.0 - share) / machines)


def integral(of: Callable[[float], float], low: float, high: float, steps: int = 2000) -> float:
    """Simpson's rule.

    >>> round(integral(lambda t: t * t, 0.0, 3.0), 9)
    9.0
    """
    h = (high - low) / (2 * steps)
    values = [of(low + i * h) for i in range(2 * steps + 1)]
    return h / 3.0 * (values[0] + values[-1] + 4 * sum(values[1:-1:2]) + 2 * sum(values[2:-1:2]))


def kept(t: float, ttl: float, ignoring: float, hold: float) -> float:
    """Part of the customers who have the old answer still ``t`` after a record has changed.

    >>> kept(30.0, 60.0, 0.0, 1.0)
    0.5
    """
    return (1.0 - ignoring) * max(0.0, 1.0 - t / ttl) + ignoring * math.exp(-t / hold)


def moved_by_name(t: float, ttl: float, ignoring: float, hold: float, life: float) -> float:
    """What a machine whose address was added has of its fair part: the convolution, by numbers.

    Until its answer is gone nobody moves; afterwards each does at the end of a connection.

    >>> round(moved_by_name(60.0, 60.0, 0.0, 1.0, 0.01), 2)
    1.0
    """
    until = min(t, ttl)
    obeying = integral(lambda u: (1.0 - math.exp(-(t - u) / life)) / ttl, 0.0, until)
    holding = integral(
        lambda u: math.exp(-u / hold) / hold * (1.0 - math.exp(-(t - u) / life)), 0.0, t
    )
    return (1.0 - ignoring) * obeying + ignoring * holding


def on_the_dead(t: float, machines: int, life: float, patience: float, steps: int = 4000) -> float:
    """Part of the customers on a connection to a machine that is dead and not noticed: Runge-Kutta.

    Connections end and begin anew at random; a broken one is left after a while as well.

    >>> round(on_the_dead(1000.0, 5, 1e9, 10.0), 6)
    0.0
    """
    n = machines

    def change(q: float) -> float:
        return (1.0 / n - q) / life - (1.0 - 1.0 / n) * q / patience

    q, h = 1.0 / n, t / steps
    for _ in range(steps):
        a = change(q)
        b = change(q + h / 2 * a)
        c = change(q + h / 2 * b)
        d = change(q + h * c)
        q += h / 6 * (a + 2 * b + 2 * c + d)
    return q


def kept_longer(at: float, share: float, later: float, later_share: float) -> tuple[float, float]:
    """How many ignore the time to live, and for how long on average, from two measurements.

    After ``at`` and ``later``, when all others have moved, such parts are left; exponential.

    >>> [round(x, 3) for x in kept_longer(0.0, 0.5, math.log(2.0), 0.25)]
    [0.5, 1.0]
    """
    hold = (later - at) / math.log(share / later_share)
    return share * math.exp(at / hold), hold
