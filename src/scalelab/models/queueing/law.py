"""Laws of times: between two arrivals, of service, of patience.

    >>> two_moments(mean_s=0.010, cv2=4.0)
    Law(name='two moments', mean_s=0.01, cv2=4.0)
    >>> round(pareto(mean_s=0.010, shape=1.5, most_s=10.0).cv2)
    17

``cv2`` is the squared coefficient of variation: the variance over the square of the mean. It is 0
for times that are all the same and 1 for exponential ones.
"""

from dataclasses import dataclass, field

from scalelab.kernels.queueing import law as kernels
from scalelab.models.check import within

LEAST_S, MOST_S = 1e-9, 1e9
MOST_CV2 = 10_000.0


@dataclass(frozen=True)
class Law:
    """A law of times. ``kernel`` is what kernels draw from (`scalelab.kernels.queueing.law`)."""

    name: str
    mean_s: float
    cv2: float
    kernel: kernels.Law = field(repr=False)


def constant(mean_s: float) -> Law:
    """Always the same time, 1e-9 to 1e9 s."""
    _mean(mean_s)
    return Law("constant", float(mean_s), 0.0, kernels.law(float(mean_s), 0.0))


def exponential(mean_s: float) -> Law:
    """Exponential times, of a mean of 1e-9 to 1e9 s. Between arrivals: a Poisson stream."""
    _mean(mean_s)
    return Law("exponential", float(mean_s), 1.0, kernels.law(float(mean_s), 1.0))


def two_moments(mean_s: float, cv2: float) -> Law:
    """The usual law with a mean of 1e-9 to 1e9 s and a ``cv2`` of 0, or 0.001 to 10,000.

    Between 0 and 1 it is a mixture of two Erlang laws of neighbouring orders, above 1
    hyperexponential with balanced means (Tijms 2003, appendix B). 0 is `constant`, 1 `exponential`.
    """
    _mean(mean_s)
    if cv2 == 0.0:
        return constant(mean_s)
    if cv2 == 1.0:
        return exponential(mean_s)
    within("cv2", cv2, kernels.LEAST_CV2, MOST_CV2, advice="0 is constant")
    return Law("two moments", float(mean_s), float(cv2), kernels.law(float(mean_s), float(cv2)))


def lognormal(mean_s: float, cv2: float) -> Law:
    """Log-normal times, of a mean of 1e-9 to 1e9 s and a ``cv2`` of 0.001 to 10,000."""
    _mean(mean_s)
    within("cv2", cv2, kernels.LEAST_CV2, MOST_CV2)
    made = kernels.lognormal(float(mean_s), float(cv2))
    return Law("log-normal", float(mean_s), float(cv2), made)


def pareto(mean_s: float, shape: float, most_s: float) -> Law:
    """Heavy-tailed times: the share above x falls as x to the power -shape, up to ``most_s``.

    Parameters
    ----------
    mean_s : 1e-9 to 1e9 s.
    shape : 0.1 to 100; below 2, the variance is what the cut at ``most_s`` leaves of an infinite
        one, below 1 the mean, too.
    most_s : the longest, 1.01 times the mean to a million times it.
    """
    _mean(mean_s)
    within("shape", shape, 0.1, 100.0)
    within("most_s", most_s, 1.01 * mean_s, 1e6 * mean_s, "s")
    made = kernels.pareto(float(mean_s), float(shape), float(most_s))
    square = kernels.bounded_moment(made.first, float(most_s), float(shape), 2.0)
    return Law("Pareto", float(mean_s), float(square / mean_s**2 - 1.0), made)


def _mean(mean_s: float) -> None:
    within("mean_s", mean_s, LEAST_S, MOST_S, "s")
