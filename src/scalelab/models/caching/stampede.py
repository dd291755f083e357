"""What does the expiry of one popular entry cost, and what do protections save?

    >>> from scalelab.models.caching.stampede import simulate
    >>> simulate("One for all (lease)", request_rate=200, recompute_ms=200).recomputations
    1.0
    >>> simulate("No protection", request_rate=200, recompute_ms=200).recomputations > 50
    True

The closed forms of the same model are in `scalelab.theory.caching.stampede`.
"""

from dataclasses import dataclass

from scalelab.kernels.caching.stampede import stampede
from scalelab.models.check import one_of, within

PROTECTIONS = (
    "No protection",
    "One per server",
    "One for all (lease)",
    "Early recomputation",
    "Serve stale, refresh",
)


@dataclass(frozen=True)
class Stampede:
    """Result of `simulate`.

    ``recomputations`` per expiry on average; ``fewest`` and ``most`` of one expiry; ``peak``, the
    most under way at a time in any. ``waiting`` requests per expiry get no answer at once, on
    average; ``wait_ms`` is the mean time that these wait and ``longest_ms`` the longest.
    """

    recomputations: float
    fewest: int
    most: int
    peak: int
    waiting: float
    wait_ms: float
    longest_ms: float


def simulate(
    protection: str,
    request_rate: float,
    recompute_ms: float,
    parallel: int = 20,
    servers: int = 8,
    beta: float = 1.0,
    ttl: float = 50.0,
    n_expiries: int = 1000,
    seed: int = 1,
) -> Stampede:
    """One entry expires again and again while requests for it keep coming.

    Parameters
    ----------
    protection : one of `PROTECTIONS`. "One per server": the requests at one application server
        wait for its one recomputation. "One for all (lease)": all requests wait for one.
        "Early recomputation": XFetch (A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal
        probabilistic cache stampede prevention", PVLDB 8(8), 2015). "Serve stale, refresh":
        requests get the old value while one recomputes, as ``stale-while-revalidate`` of RFC 5861.
    request_rate : requests a second for this entry, 0.1 to 10,000; at random (Poisson).
    recompute_ms : time of a recomputation that the database is not too busy for, 0.1 to
        10,000 ms.
    parallel : recomputations that the database runs at full speed, 1 to 1,000,000; it shares
        itself out equally among more.
    servers : application servers, 1 to 100,000; a request comes to any of them.
    beta : eagerness of early recomputation, 0.01 to 100; larger is earlier.
    ttl : time to live, 0.001 to 1e7 s.
    n_expiries : 1 to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown protection or an argument outside the ranges above.

    Notes
    -----
    Leaves out: other work on the database, timeouts and retries, recomputations that vary in
    length, leases that run out, and expiries of several entries at once. Watching ends 30 s after
    the expiry; who has no answer by then counts with the time until then.
    """
    one_of("protection", protection, PROTECTIONS)
    within("request_rate", request_rate, 0.1, 10_000.0, "requests/s")
    within("recompute_ms", recompute_ms, 0.1, 10_000.0, "ms")
    within("parallel", parallel, 1, 1_000_000)
    within("servers", servers, 1, 100_000)
    within("beta", beta, 0.01, 100.0)
    within("ttl", ttl, 0.001, 1e7, "s")
    within("n_expiries", n_expiries, 1, 1_000_000)
    table = stampede(
        1 << PROTECTIONS.index(protection), float(request_rate), float(recompute_ms),
        int(parallel), int(servers), float(beta), float(ttl), int(n_expiries), 2, int(seed),
    )  # fmt: skip
    recomputations, fewest, most, peak, waiting, wait_ms, longest_ms = (
        float(x) for x in table[0, 5:12]
    )
    return Stampede(recomputations, int(fewest), int(most), int(peak), waiting, wait_ms, longest_ms)
