"""Sizes of machines: what one does, how many a load takes, how often too few are up.

The scalability law is that of `scalelab.theory.introduction.usl`; solved for the number of machines
it is a quadratic equation. That machines which fail independently are up in binomial numbers is in
every textbook: the structure "k out of n" of R. E. Barlow and F. Proschan, "Statistical Theory of
Reliability and Life Testing: Probability Models", 1975.
"""

import math

from scalelab.theory.introduction.usl import throughput


def machine_throughput(
    vcpus: int, vcpu_rate: float, agents: float, sigma: float, kappa: float
) -> float:
    """Of one machine, of which its own programs take ``agents`` vCPUs."""
    return throughput(vcpus, sigma, kappa, vcpu_rate) * (vcpus - agents) / vcpus


def machines_needed(load: float, one: float, sigma: float, kappa: float) -> float:
    """Number of machines, a real number of at least 1, that just carry the load.

    The smaller root of kappa m^2 - (X_1 / load - sigma + kappa) m + 1 - sigma = 0; infinite if no
    number of machines carries it.
    """
    if one >= load:
        return 1.0
    middle = one / load - sigma + kappa
    if kappa == 0.0:
        return (1.0 - sigma) / middle if middle > 0.0 else math.inf
    inside = middle * middle - 4.0 * kappa * (1.0 - sigma)
    if middle <= 0.0 or inside < 0.0:
        return math.inf
    return (middle - math.sqrt(inside)) / (2.0 * kappa)


def most_throughput(one: float, sigma: float, kappa: float) -> float:
    """Of the best number of machines, as a real number.

    At m = sqrt((1 - sigma) / kappa): X_1 / (sigma - kappa + 2 sqrt(kappa (1 - sigma))).
    """
    return one / (sigma - kappa + 2.0 * math.sqrt(kappa * (1.0 - sigma)))


def too_few_up(machines: int, spares: int, availability: float) -> float:
    """Probability that more than ``spares`` of the machines are down, each independently."""
    down = 1.0 - availability
    return math.fsum(
        math.comb(machines, j) * down**j * availability ** (machines - j)
        for j in range(spares + 1, machines + 1)
    )


def bill(machines: int, price_per_hour: float, charge: float) -> float:
    """A month's, of 730 hours."""
    return machines * (730.0 * price_per_hour + charge)


def share_of_spares(working: int, spares: int) -> float:
    """Part of the bill that goes into spares: one in two for a single machine and its spare."""
    return spares / (working + spares)
