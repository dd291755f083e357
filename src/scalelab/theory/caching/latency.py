"""Latency of a cache in front of a database that queues, in closed form.

The database is the M/M/c queue whose customers leave when they have waited as long as a timeout
(D. Y. Barrer, "Queuing with impatient customers and ordered service", Operations Research 5(5),
1957). With connections c, each serving at rate m, arrivals at rate r and timeout T, let v be the
wait that an arrival would need. While v is in (0, T] the stationary density of v is that of the
queue without timeouts, r p exp(-(c m - r) v) with p the probability of c - 1 busy connections;
beyond T nobody joins, and it falls as exp(-c m v). The probabilities of fewer busy connections
are Poisson's. Their sum being 1 fixes p. Nothing here needs r < c m: with a timeout every load
has a stationary state. Without one (T infinite) this is Erlang's formula C.
"""

import math
from dataclasses import dataclass


def required_hit_ratio(request_rate: float, database_rate: float) -> float:
    """Hit ratio below which more misses come than the database can serve.

    Misses come at ``request_rate * (1 - hit_ratio)``; both rates in requests a second.
    """
    return max(0.0, 1.0 - database_rate / request_rate)


def exponential_integral(a: float, low: float, high: float, log_factor: float) -> float:
    """Integral of exp(log_factor - a v) over v from ``low`` to ``high``, for either sign of a."""
    width = high - low
    if width <= 0.0:
        return 0.0
    start = low if a >= 0.0 else high  # where the integrand is largest
    largest = math.exp(log_factor - a * start)
    if width == math.inf:
        return largest / a
    x = abs(a) * width
    return largest * width * (-math.expm1(-x) / x if x > 0.0 else 1.0)


@dataclass(frozen=True)
class Database:
    """Time that a query spends at the database, waiting and being served.

    ``arrival_rate`` in queries a second, ``service`` (mean, exponential) and ``timeout`` in
    seconds. Raises ValueError for a database that has more to do than it can and no timeout.
    """

    arrival_rate: float
    service: float
    connections: int
    timeout: float = math.inf

    def __post_init__(self) -> None:
        if self.timeout == math.inf and self.utilisation >= 1.0:
            raise ValueError(
                f"utilisation {self.utilisation:.3g} is 1 or more and no query ever gives up: "
                "the line grows without end; lower the arrival rate or set a timeout"
            )

    @property
    def utilisation(self) -> float:
        return self.arrival_rate * self.service / self.connections

    @property
    def drain(self) -> float:
        """c m - r, the rate at which the line shortens; negative in overload."""
        return self.connections / self.service - self.arrival_rate

    @property
    def log_factor(self) -> float:
        """Keeps exp(-drain v) within the range of a float when drain is negative."""
        return min(0.0, self.drain * self.timeout) if self.timeout < math.inf else 0.0

    @property
    def weights(self) -> tuple[float, float, float]:
        """Of an arrival that finds a free connection, that waits, that times out; not normed."""
        if self.arrival_rate == 0.0:
            return 1.0, 0.0, 0.0
        load = self.arrival_rate * self.service
        term = total = math.exp(self.log_factor)
        for busy in range(self.connections - 1, 0, -1):
            term *= busy / load
            total += term
        waits = self.arrival_rate * exponential_integral(
            self.drain, 0.0, self.timeout, self.log_factor
        )
        if self.timeout == math.inf:
            return total, waits, 0.0
        gives_up = self.utilisation * math.exp(self.log_factor - self.drain * self.timeout)
        return total, waits, gives_up

    @property
    def probability_of_timeout(self) -> float:
        weights = self.weights
        return weights[2] / sum(weights)

    @property
    def probability_of_wait(self) -> float:
        """That no connection is free; includes those that time out."""
        weights = self.weights
        return (weights[1] + weights[2]) / sum(weights)

    @property
    def mean(self) -> float:
        """Seconds; a query that times out counts with the time it waited."""
        free, waits, gives_up = self.weights
        total = free + waits + gives_up
        waiting = self.mean_wait_weight() / total
        if gives_up > 0.0:
            waiting += self.timeout * gives_up / total
        return waiting + self.service * (1.0 - gives_up / total)

    def mean_wait_weight(self) -> float:
        """Integral of v times the density over those who wait and are served, not normed."""
        r, d, t, s = self.arrival_rate, self.drain, self.timeout, self.log_factor
        if r == 0.0:
            return 0.0
        if t == math.inf:
            return r / d**2
        if abs(d * t) < 1e-4:  # the next line would subtract nearly equal numbers
            return r * t**2 * (0.5 - d * t / 3.0)
        return r * (exponential_integral(d, 0.0, t, s) - t * math.exp(s - d * t)) / d

    def tail(self, time: float) -> float:
        """Probability that a query spends longer than ``time`` seconds."""
        if time < 0.0:
            return 1.0
        free, waits, gives_up = self.weights
        total = free + waits + gives_up
        done = min(time, self.timeout)
        m = 1.0 / self.service
        served_after_wait = exponential_integral(
            self.drain - m, 0.0, done, self.log_factor - m * time
        )
        still_waiting = exponential_integral(self.drain, done, self.timeout, self.log_factor)
        return (
            free * math.exp(-m * time)
            + self.arrival_rate * (served_after_wait + still_waiting)
            + (gives_up if time < self.timeout else 0.0)
        ) / total

    def quantile(self, probability: float) -> float:
        """Time in seconds that a query exceeds with probability ``1 - probability``."""
        beyond = 1.0 - probability
        if beyond >= 1.0:
            return 0.0
        low, high = 0.0, self.service
        while self.tail(high) > beyond:
            low, high = high, 2.0 * high
        for _ in range(200):
            middle = 0.5 * (low + high)
            if self.tail(middle) > beyond:
                low = middle
            else:
                high = middle
        return high


def mean_latency(hit_ratio: float, cache: float, database: Database) -> float:
    """Seconds: every request pays the cache, a miss pays the database too."""
    return cache + (1.0 - hit_ratio) * database.mean


def latency_quantile(
    probability: float, hit_ratio: float, cache: float, database: Database
) -> float:
    """Seconds. Up to the hit ratio a quantile is a hit; beyond, it is a quantile of the misses."""
    if probability <= hit_ratio:
        return cache
    return cache + database.quantile((probability - hit_ratio) / (1.0 - hit_ratio))
