"""Waits by priority in closed form. Classes in order, the most urgent first; any unit of time.

One server, Poisson streams, any service times (M/G/1):

- who is urgent goes first, but interrupts nobody: A. Cobham, "Priority assignment in waiting line
  problems", J. Operations Research Society of America 2(1), 1954, equation 3;
- who is urgent interrupts, and the other goes on from where it was (preemptive-resume): R. W.
  Conway, W. L. Maxwell and L. W. Miller, "Theory of Scheduling", Addison-Wesley, 1967, chapter 8;
  L. Kleinrock, "Queueing Systems, Volume 2", Wiley, 1976, section 3.4.

Several servers have closed forms where all classes take exponential times of one mean (M/M/c):
Cobham's second part; with interruptions J. P. Buzen and A. B. Bondi, "The response times of
priority classes under preemptive resume in M/M/m queues", Operations Research 31(3), 1983.

What no order of service changes is the work that is there: the conservation law (L. Kleinrock, "A
conservation law for a wide class of queueing disciplines", Naval Research Logistics Quarterly
12(2), 1965).
"""

from collections.abc import Sequence

from scalelab.kernels.queueing.erlang import mean_wait


def residual(rate: float, squared: float) -> float:
    """Mean work left of what is in service: ``squared`` is the mean square of a service time."""
    return 0.5 * rate * squared


def residuals(rates: Sequence[float], services: Sequence[float], cv2s: Sequence[float]) -> float:
    """The same over several classes, of mean service times and their squared variations."""
    return sum(
        residual(rate, service**2 * (1.0 + cv2))
        for rate, service, cv2 in zip(rates, services, cv2s, strict=True)
    )


def wait(left: float, above: float, to_here: float) -> float:
    """Mean wait of one class: Cobham, equation 3.

    Parameters
    ----------
    left : float
        Mean work left of what is in service (`residual`).
    above, to_here : float
        Load of the classes that go before this one, and of those together with this one; below 1.
    """
    return left / ((1.0 - above) * (1.0 - to_here))


def waits(
    rates: Sequence[float], services: Sequence[float], cv2s: Sequence[float]
) -> tuple[float, ...]:
    """Mean waits of M/G/1, by class; nobody is interrupted.

    The load of all together is below 1: what is in service can be of any class.

    >>> [round(one, 4) for one in waits((0.3, 0.3), (1.0, 1.0), (1.0, 1.0))]
    [0.8571, 2.1429]
    """
    left = residuals(rates, services, cv2s)
    found = []
    above = 0.0
    for rate, service in zip(rates, services, strict=True):
        to_here = above + rate * service
        found.append(wait(left, above, to_here))
        above = to_here
    return tuple(found)


def interrupting_waits(
    rates: Sequence[float], services: Sequence[float], cv2s: Sequence[float]
) -> tuple[float, ...]:
    """Mean time that a class is not served while it is there: M/G/1, preemptive-resume.

    A class does not notice those below it. So its wait begins as one behind the classes above and
    its own only, and then its own service is stretched to 1 / (1 - load above).

    >>> [round(one, 4) for one in interrupting_waits((0.3, 0.3), (1.0, 1.0), (1.0, 1.0))]
    [0.4286, 2.5714]
    """
    found = []
    above = left = 0.0
    for rate, service, cv2 in zip(rates, services, cv2s, strict=True):
        to_here = above + rate * service
        left += residual(rate, service**2 * (1.0 + cv2))
        found.append(wait(left, above, to_here) + service * above / (1.0 - above))
        above = to_here
    return tuple(found)


def pooled_waits(rates: Sequence[float], service: float, servers: int) -> tuple[float, ...]:
    """Mean waits of M/M/c by class; nobody is interrupted (Cobham, part 2).

    All classes take exponential times of the same mean; their load is below ``servers``.
    """
    load = sum(rates) * service / servers
    # Of Erlang's wait, what does not depend on the order: the mean work left, if one waits.
    left = mean_wait(sum(rates), service, servers) * (1.0 - load)
    found = []
    above = 0.0
    for rate in rates:
        to_here = above + rate * service / servers
        found.append(wait(left, above, to_here))
        above = to_here
    return tuple(found)


def pooled_interrupting_waits(
    rates: Sequence[float], service: float, servers: int
) -> tuple[float, ...]:
    """Mean time that a class is not served while it is there: M/M/c, preemptive-resume.

    To a class and all above it the others do not exist, and who of them goes first changes nothing
    for their number (Buzen and Bondi): the wait of one class is a difference of two of Erlang's.
    """
    found = []
    above = together = 0.0
    for rate in rates:
        total = above + rate
        before, together = together, total * mean_wait(total, service, servers)
        found.append((together - before) / rate)
        above = total
    return tuple(found)


def conserved(rates: Sequence[float], services: Sequence[float], cv2s: Sequence[float]) -> float:
    """Waits of M/G/1 weighted by load and added up: the same for every order that interrupts nobody
    and never idles (Kleinrock's conservation law)."""
    load = sum(rate * service for rate, service in zip(rates, services, strict=True))
    return load * residuals(rates, services, cv2s) / (1.0 - load)
