"""Load tests of one server that stands still now and then: what do they say, and what is true?

    >>> from scalelab.models.requirement.load_test import simulate
    >>> said = simulate("One connection")
    >>> true = simulate("Customers")
    >>> said.quantile_ms(0.99) < 30.0, true.quantile_ms(0.99) > 1400.0
    (True, True)
    >>> simulate("Virtual users", n_users=1000).quantile_ms(0.99) > 1200.0
    True

The closed forms are in `scalelab.theory.requirement.load_test`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.requirement import load_test as kernels
from scalelab.models.check import one_of, within

GENERATORS = (
    "Customers",
    "Virtual users",
    "One connection",
    "One connection, corrected",
    "Schedule kept",
)
LAWS = ("Always the same", "Exponential", "One in 20 takes ten times as long")
MOST_REQUESTS = 50_000_000


@dataclass(frozen=True)
class Measured:
    """Result of `simulate`: what one generator reports of a test of ``duration_s``.

    ``sent_s``: when each request was sent (for a schedule that is kept: when it was due).
    ``latency_ms``: the values reported, one for each of them; for a corrected result more.
    ``intended``: how many requests the customers would have made on average.
    """

    sent_s: NDArray[np.float64]
    latency_ms: NDArray[np.float64]
    duration_s: float
    intended: float

    @property
    def mean_ms(self) -> float:
        return float(self.latency_ms.mean()) if self.latency_ms.size else 0.0

    @property
    def sent_share(self) -> float:
        """Requests sent over those intended."""
        return self.sent_s.size / self.intended

    @property
    def rate(self) -> float:
        """Requests sent a second."""
        return self.sent_s.size / self.duration_s

    def quantile_ms(self, q: float) -> float:
        """The least value that a share ``q`` of those reported does not exceed."""
        within("q", q, 0.0, 1.0, advice="a share, not a percentage")
        if self.latency_ms.size == 0:
            return 0.0
        k = max(int(np.ceil(q * self.latency_ms.size - 1e-6)) - 1, 0)
        return float(np.partition(self.latency_ms, k)[k])

    def slower_than(self, latency_ms: float) -> float:
        """Share of the values reported that are longer."""
        return float(np.mean(self.latency_ms > latency_ms)) if self.latency_ms.size else 0.0


def simulate(
    generator: str,
    rate: float = 100.0,
    service_ms: float = 5.0,
    service_law: str = LAWS[1],
    pause_s: float = 2.0,
    every_s: float = 60.0,
    n_users: int = 10,
    think_s: float | None = None,
    n_periods: int = 5,
    seed: int = 1,
) -> Measured:
    """Measure one server, first come first served, with one of five generators of load.

    Parameters
    ----------
    generator : one of `GENERATORS`. "Customers": they come at random (Poisson) whatever the server
        does; an open loop. "Virtual users": each waits for the answer, thinks for an exponential
        time and asks again; a closed loop. "One connection": asks ``rate`` times a second, but
        never before it has its answer, makes up for nothing and measures from the moment it
        really sent. "One connection, corrected": the same, and for each value longer than the
        interval those that are shorter by one interval, two, and so on, as in HdrHistogram's
        ``recordValueWithExpectedInterval`` (G. Tene). "Schedule kept": requests are due evenly,
        and measured from then, as in wrk2.
    rate : of customers and of requests due, 0.01 to 100,000 a second.
    service_ms : mean time that a request takes of the server, 0.001 to 10,000 ms.
    service_law : one of `LAWS`.
    pause_s, every_s : the server stands still for ``pause_s`` (0 to half of ``every_s``) once in
        ``every_s`` (0.001 to 100,000 s), a quarter of it after the beginning.
    n_users : virtual users, 1 to 100,000.
    think_s : mean time that each of them thinks, 0.000001 to 100,000 s. If not given,
        ``n_users / rate``: all of them together would ask as often as the customers if answers
        took no time.
    n_periods : length of the test, in ``every_s``, 1 to 1,000,000, for at most 50 million
        requests.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: more than one worker; the way to the server; timeouts, retries and customers who
    give up; requests that are refused because too many wait; a generator that is itself too slow;
    pauses at random times and of random lengths; several connections. Requests sent before the
    end of the test are all answered and counted.
    """
    one_of("generator", generator, GENERATORS)
    one_of("service_law", service_law, LAWS)
    within("rate", rate, 0.01, 100_000.0, "/s")
    within("service_ms", service_ms, 0.001, 10_000.0, "ms")
    within("every_s", every_s, 0.001, 100_000.0, "s")
    within("pause_s", pause_s, 0.0, 0.5 * every_s, "s", "half of every_s")
    within("n_users", n_users, 1, 100_000)
    think = n_users / rate if think_s is None else think_s
    if think_s is not None:
        within("think_s", think_s, 1e-6, 100_000.0, "s")
    within("n_periods", n_periods, 1, 1_000_000)
    duration = n_periods * every_s
    # A closed loop sends neither more than its users can nor more than the server answers.
    sends = rate
    if generator == GENERATORS[1]:
        sends = min(n_users / think, 1e3 / service_ms)
    advice = "shorten the test: fewer n_periods"
    within("number of requests", sends * duration, 0.0, MOST_REQUESTS, advice=advice)
    server = kernels.Server(
        service_ms / 1e3, LAWS.index(service_law), float(pause_s), float(every_s)
    )
    which = GENERATORS.index(generator)
    of = kernels.CONNECTION if which == kernels.CORRECTED else which
    chance = kernels.stream(seed, 0, of)
    most = kernels.room(sends, duration) + n_users
    sent, took = np.empty(most), np.empty(most)
    if of == kernels.USERS:
        n = kernels.closed_loop(
            server, int(n_users), float(think), float(duration), chance, sent, took
        )
    elif of == kernels.CONNECTION:
        n = kernels.one_connection(server, float(rate), float(duration), chance, sent, took)
    else:
        even = of == kernels.SCHEDULE
        n = kernels.open_loop(server, float(rate), even, float(duration), chance, sent, took)
    values = took[:n]
    if which == kernels.CORRECTED:
        values = kernels.corrected(values, 1.0 / rate)
    return Measured(sent[:n], 1e3 * values, duration, rate * duration)
