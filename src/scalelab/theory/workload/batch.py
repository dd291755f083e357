"""Two classes of work on the same machines, in closed form: Poisson streams, any unit of time.

One machine. The work that is there, V, grows with what comes and falls by one while there is any,
whoever goes first: so its mean is the same under every rule that never idles (L. Kleinrock,
"Queueing Systems, Volume 2", Wiley, 1976, section 3.4, the conservation law), and is that of one
first-come queue (Pollaczek and Khinchine). Waits by priority are A. Cobham's ("Priority assignment
in waiting line problems", J. Operations Research Society of America 2(1), 1954). A job that is
released as equal pieces is to the requests one piece at a time, and in V it is the whole job.

Several machines have closed forms if all work follows one exponential law: Erlang's for one class,
Cobham's for two.
"""

import math

from scalelab.kernels.queueing import erlang
from scalelab.theory.queueing import priority

residual = priority.residual


def first_come_wait(residuals: float, load: float) -> float:
    """Mean V, and so the mean wait of all: Pollaczek and Khinchine. ``load`` of all classes."""
    return residuals / (1.0 - load)


def priority_wait(residuals: float, urgent_load: float) -> float:
    """Mean wait of those who go first, but interrupt nobody (Cobham, equation 3).

    ``residuals`` is the sum over both classes; for a job cut into pieces, by the piece.
    """
    return priority.wait(residuals, 0.0, urgent_load)


def last_wait(residuals: float, urgent_load: float, load: float) -> float:
    """Mean wait of those who go last; the others interrupt nobody (Cobham)."""
    return priority.wait(residuals, urgent_load, load)


def job_first_come(work: float, job: float) -> float:
    """Mean time from a job's release until it is done, where nobody overtakes. ``work``: mean V."""
    return work + job


def job_going_last(work: float, job: float, piece: float, urgent_load: float) -> float:
    """The same where urgent work goes first, but interrupts no piece; equal pieces.

    All but the last piece is stretched by what comes on the way and goes first, each second to
    1 / (1 - ``urgent_load``): the delay cycle of Kleinrock's section 3.3. So is what was found.
    """
    return (work + job - piece) / (1.0 - urgent_load) + piece


def job_interrupted(work: float, job: float, urgent_load: float) -> float:
    """The same where urgent work interrupts pieces: all is stretched."""
    return (work + job) / (1.0 - urgent_load)


def erlang_c(machines: int, offered: float) -> float:
    """Probability that all ``machines`` are busy, if ``offered`` of them would be (below all)."""
    return erlang.erlang_c(offered, machines)


def pooled_wait(machines: int, rate: float, service: float) -> float:
    """Mean wait of M/M/c."""
    return erlang.mean_wait(rate, service, machines)


def pooled_quantile(machines: int, rate: float, service: float, q: float) -> float:
    """What a share ``q`` does not wait longer than in M/M/c."""
    offered = rate * service
    waits = erlang_c(machines, offered)
    if waits <= 1.0 - q:
        return 0.0
    return math.log(waits / (1.0 - q)) * service / (machines - offered)


def pooled_answered(machines: int, rate: float, service: float, t: float) -> float:
    """Share of M/M/c that is answered within ``t``, the wait and its own service together."""
    offered = rate * service
    waits = erlang_c(machines, offered)
    drain = (machines - offered) / service
    own = 1.0 / service
    alone = 1.0 - math.exp(-own * t)
    if math.isclose(drain, own):
        late = 1.0 - math.exp(-own * t) * (1.0 + own * t)
    else:
        late = 1.0 - (drain * math.exp(-own * t) - own * math.exp(-drain * t)) / (drain - own)
    return (1.0 - waits) * alone + waits * late


def pooled_priority_waits(
    machines: int, urgent: float, other: float, service: float
) -> tuple[float, float]:
    """Mean waits of M/M/c whose first class goes first and interrupts nobody (Cobham, part 2).

    Both classes take exponential times of the same mean; ``urgent`` and ``other`` are their rates.
    """
    first, last = priority.pooled_waits((urgent, other), service, machines)
    return first, last
