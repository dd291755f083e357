"""Two classes of jobs on one machine: what each policy gives them on average. Any unit of time.

First come, first served on one vCPU: the formula of Pollaczek and Khinchine, for the mixture of
both classes (`scalelab.theory.queueing.mg1`); on several it is multiplied as A. M. Lee and P. A.
Longton did ("Queueing processes associated with airline passenger check-in", Operational Research
Quarterly 10(1), 1959), which is an approximation. Processor sharing, exact for any law of the
sizes: `scalelab.theory.queueing.processor_sharing`.
"""

import math
from typing import NamedTuple

from scalelab.theory.queueing import erlang, mg1
from scalelab.theory.queueing.processor_sharing import stretch


class Class(NamedTuple):
    """Jobs of one kind: arrivals in a unit of time, mean size and its squared variation."""

    rate: float
    mean: float
    cv2: float

    @property
    def load(self) -> float:
        return self.rate * self.mean

    @property
    def second(self) -> float:
        """Mean of the squared size."""
        return self.mean**2 * (1.0 + self.cv2)


def classes(
    load: float, report_share: float, page: float, ratio: float, page_cv2: float, report_cv2: float
) -> tuple[Class, Class]:
    """Pages and reports that together keep ``load`` vCPUs busy, reports a share of these."""
    report = page * ratio
    return (
        Class(load * (1.0 - report_share) / page, page, page_cv2),
        Class(load * report_share / report, report, report_cv2),
    )


def mixture(first: Class, second: Class) -> Class:
    """Both together.

    >>> both = mixture(*classes(0.7, 0.3, 20.0, 50.0, 1.0, 1.0))
    >>> round(both.mean, 2), round(both.cv2, 1)
    (28.33, 21.2)
    """
    rate = first.rate + second.rate
    mean = (first.load + second.load) / rate
    square = (first.rate * first.second + second.rate * second.second) / rate
    return Class(rate, mean, square / mean**2 - 1.0)


def first_come_wait(jobs: Class, vcpus: int) -> float:
    """Mean wait, the same for every class; exact on one vCPU, and for exponential sizes.

    >>> both = mixture(*classes(0.7, 0.3, 20.0, 50.0, 1.0, 1.0))
    >>> round(first_come_wait(both, 1), 1)
    732.7
    """
    if vcpus == 1:
        return mg1.mean_wait(jobs.load, jobs.mean, jobs.cv2)
    return 0.5 * (1.0 + jobs.cv2) * jobs.mean * erlang.mean_wait(jobs.load, vcpus)


def shared_response(own: float, load: float, vcpus: int) -> float:
    """Mean response of a job of size ``own``: in proportion to it, whatever the other jobs are.

    >>> round(shared_response(20.0, 0.7, 1), 2)
    66.67
    """
    return own * stretch(load / vcpus, vcpus)


def indifferent_size(jobs: Class) -> float:
    """The size with the same mean response shared and first come, first served, on one vCPU.

    Smaller jobs gain by sharing, larger ones pay. From x / (1 - rho) = x + W with W by Pollaczek
    and Khinchine the load drops out: E[S^2] / (2 E[S]), the mean rest of a job met in service.

    >>> both = mixture(*classes(0.7, 0.3, 20.0, 50.0, 1.0, 1.0))
    >>> round(indifferent_size(both), 6)
    314.0
    """
    return jobs.second / (2.0 * jobs.mean)


def separate(page: Class, report: Class, vcpus: int) -> tuple[float, float]:
    """Mean response of both, with one vCPU for reports and the others for pages.

    Infinite where a side cannot keep up. Exact for reports, and for pages as `first_come_wait`.
    """
    found = []
    for jobs, own in ((page, vcpus - 1), (report, 1)):
        keeps_up = jobs.load < own
        found.append(jobs.mean + first_come_wait(jobs, own) if keeps_up else math.inf)
    return found[0], found[1]


def report_shares(load: float, vcpus: int) -> tuple[float, float]:
    """Between which shares of the work both sides of `separate` keep up; ``load`` in vCPUs.

    >>> [round(share, 3) for share in report_shares(3.2, 4)]
    [0.062, 0.312]
    """
    return max(0.0, 1.0 - (vcpus - 1) / load), min(1.0, 1.0 / load)
