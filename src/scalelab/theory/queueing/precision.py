"""How long a run has to be: the standard error of a mean wait, of M/M/1.

Customers who come one after the other wait for the same work, so that n of them tell less than n
that are independent. D. J. Daley, "The serial correlation coefficients of waiting times in a
stationary single server queue", Journal of the Australian Mathematical Society 8(4), 1968; for any
law of the service time N. Blomqvist, "The covariance function of the M/G/1 queuing system",
Skandinavisk Aktuarietidskrift 50, 1967.
"""

import math


def relative_error(rho: float, customers: float) -> float:
    """Standard error of the mean wait of so many customers in a row, over that mean.

    >>> [round(relative_error(rho, 1.0), 1) for rho in (0.5, 0.8, 0.9, 0.95)]
    [5.4, 11.1, 21.1, 41.0]
    """
    variance = (2.0 + rho * (5.0 + rho * (-4.0 + rho))) / rho
    return math.sqrt(variance / customers) / (1.0 - rho)


def customers_for(rho: float, error: float) -> float:
    """How many customers bring the standard error down to a share ``error`` of the mean.

    >>> f"{customers_for(0.9, 0.01):,.0f}"
    '4,432,222'
    """
    return (relative_error(rho, 1.0) / error) ** 2
