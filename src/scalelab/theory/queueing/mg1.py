"""M/G/1: one server, random arrivals, any law of the service time. Any unit of time.

The formula of F. Pollaczek (1930) and A. Y. Khinchine (1932), and that of the second moment: L.
Takács, "A single-server queue with Poisson input", Operations Research 10(3), 1962; L. Kleinrock,
"Queueing Systems, Volume 1", Wiley, 1975, sections 5.6 and 5.7.
"""


def mean_wait(rho: float, service: float, cv2: float) -> float:
    """Mean wait over all; ``rho`` is below 1, ``cv2`` the squared variation of service times.

    >>> [round(mean_wait(0.8, 1.0, cv2), 6) for cv2 in (0.0, 0.5, 1.0, 4.0, 25.0)]
    [2.0, 3.0, 4.0, 10.0, 52.0]
    """
    return rho * service * (1.0 + cv2) / (2.0 * (1.0 - rho))


def mean_square_wait(rate: float, moments: tuple[float, float, float]) -> float:
    """Mean of the squared wait, of the first three moments of the service time (Takács).

    M/M/1: rho times twice the square of the mean response.

    >>> round(mean_square_wait(0.8, (1.0, 2.0, 6.0)), 9)
    40.0
    """
    first, second, third = moments
    idle = 1.0 - rate * first
    mean = rate * second / (2.0 * idle)
    return 2.0 * mean**2 + rate * third / (3.0 * idle)
