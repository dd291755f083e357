"""Laws of times, between arrivals or of service, that a kernel can be given and draws from.

By its mean and its squared coefficient of variation (variance over the mean's square): constant;
a mixture of two Erlang laws of neighbouring orders; exponential; hyperexponential with balanced
means (H. C. Tijms, "A First Course in Stochastic Models", Wiley, 2003, appendix B). Or by its
shape: log-normal, and Pareto cut off at the longest.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Words, kernel
from scalelab.kernels.random import exponential, uniform

CONSTANT, ERLANG, EXPONENTIAL, HYPEREXPONENTIAL, LOGNORMAL, PARETO = range(6)
# Below this an Erlang law would take so many stages that it is constant for all purposes.
LEAST_CV2 = 1e-3
HALVINGS = 200


class Law(NamedTuple):
    """Make one with `law`, `lognormal` or `pareto`; what the numbers mean depends on ``kind``.

    stages: Erlang stages; share: probability of the first of two laws, or of one stage fewer
    first, second: means of the two laws or of a stage; of a logarithm, mean and standard deviation;
        shortest time, and shape
    """

    kind: int
    stages: int
    share: float
    first: float
    second: float


@kernel
def law(mean: float, cv2: float) -> Law:
    """The usual law with these two moments; constant below a ``cv2`` of `LEAST_CV2`."""
    if cv2 < LEAST_CV2:
        return Law(CONSTANT, 0, 0.0, mean, 0.0)
    if cv2 == 1.0:
        return Law(EXPONENTIAL, 0, 0.0, mean, 0.0)
    if cv2 < 1.0:
        k = int(np.ceil(1.0 / cv2))
        p = (k * cv2 - np.sqrt(max(k * (1.0 + cv2) - k * k * cv2, 0.0))) / (1.0 + cv2)
        return Law(ERLANG, k, p, mean / (k - p), 0.0)
    p = 0.5 * (1.0 + np.sqrt((cv2 - 1.0) / (cv2 + 1.0)))
    return Law(HYPEREXPONENTIAL, 0, p, 0.5 * mean / p, 0.5 * mean / (1.0 - p))


@kernel
def lognormal(mean: float, cv2: float) -> Law:
    variance = log(1.0 + cv2)
    return Law(LOGNORMAL, 0, 0.0, log(mean) - 0.5 * variance, np.sqrt(variance))


@kernel
def bounded_moment(least: float, most: float, shape: float, order: float) -> float:
    """Mean of the ``order``-th power of a Pareto law between ``least`` and ``most``."""
    ratio = least / most
    within = 1.0 - power(ratio, shape)
    if abs(shape - order) < 1e-9:
        return float(shape * power(least, order) * -log(ratio) / within)
    rest = 1.0 - power(ratio, shape - order)
    return float(shape * power(least, order) * rest / ((shape - order) * within))


@kernel
def pareto(mean: float, shape: float, most: float) -> Law:
    """Times of which the share above x falls as x to the power -``shape``, up to ``most``.

    The shortest time is the one that gives the mean, which is below ``most``.
    """
    low, high = 0.0, mean
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        if bounded_moment(middle, most, shape, 1.0) < mean:
            low = middle
        else:
            high = middle
    return Law(PARETO, 0, 1.0 - power(high / most, shape), high, shape)


@kernel
def draw(law: Law, chance: Words) -> float:
    """One time; advances ``chance``."""
    if law.kind == CONSTANT:
        return law.first
    if law.kind == EXPONENTIAL:
        return exponential(chance, law.first)
    if law.kind == HYPEREXPONENTIAL:
        if uniform(chance) < law.share:
            return exponential(chance, law.first)
        return exponential(chance, law.second)
    if law.kind == ERLANG:
        stages = law.stages
        if uniform(chance) < law.share:
            stages -= 1
        total = 0.0
        for _ in range(stages):
            total += exponential(chance, law.first)
        return total
    if law.kind == PARETO:
        return law.first * power(1.0 - law.share * uniform(chance), -1.0 / law.second)
    # A normal number by Marsaglia's polar method, then its exponential.
    while True:
        u = 2.0 * uniform(chance) - 1.0
        v = 2.0 * uniform(chance) - 1.0
        s = u * u + v * v
        if 0.0 < s < 1.0:
            return exp(law.first + law.second * u * np.sqrt(-2.0 * log(s) / s))
