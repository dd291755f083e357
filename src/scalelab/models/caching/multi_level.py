"""What do browser, CDN, application cache and database buffer each absorb, one behind the other?

    >>> from scalelab.models.caching.multi_level import simulate
    >>> shop = simulate(browser_size=16, cdn_size=128, application_size=256, buffer_size=512)
    >>> [f"{share:.0%}" for share in shop.shares]
    ['22%', '27%', '25%', '12%', '14%']
    >>> round(sum(shop.shares), 9)
    1.0

Closed forms of caches in series are in `scalelab.theory.caching.multi_level`.
"""

from dataclasses import dataclass

from scalelab.facts.latency import (
    DATA_CENTRE_ROUND_TRIP,
    DISK_SEEK,
    EDGE_ROUND_TRIP,
    VIRGINIA_IRELAND_ROUND_TRIP,
)
from scalelab.kernels.caching.multi_level import multi_level
from scalelab.models.check import within

LEVELS = ("Browser", "CDN edge", "Application cache", "Database buffer", "Disk")
MOST_PLACES = 100_000_000


@dataclass(frozen=True)
class Stack:
    """Result of `simulate`; tuples have one entry for each of `LEVELS`.

    ``shares`` of all requests that a level answers (they sum to 1) and its ``hit_ratios`` among
    the requests that come to it (0 where none comes). ``mean_ms`` is over all requests.
    ``application_rate`` and ``database_rate`` are requests a second that get so far.
    """

    shares: tuple[float, ...]
    hit_ratios: tuple[float, ...]
    mean_ms: float
    application_rate: float
    database_rate: float


def simulate(
    browser_size: int,
    cdn_size: int,
    application_size: int,
    buffer_size: int,
    skew: float = 1.0,
    personal: float = 0.2,
    n_objects: int = 1024,
    users: int = 50,
    edges: int = 4,
    request_rate: float = 2000.0,
    edge_ms: float = EDGE_ROUND_TRIP.value,
    origin_ms: float = VIRGINIA_IRELAND_ROUND_TRIP.value,
    network_ms: float = DATA_CENTRE_ROUND_TRIP.value,
    disk_ms: float = DISK_SEEK.value,
    n_requests: int = 100_000,
    seed: int = 1,
) -> Stack:
    """Four levels of LRU caches in front of a disk.

    Parameters
    ----------
    browser_size : objects that each user's browser keeps, 0 to 10,000.
    cdn_size : objects that each edge keeps, 0 to ``n_objects`` or more.
    application_size, buffer_size : objects in the one application cache and the one database
        buffer, 0 to ``n_objects`` or more.
    skew : of the popularity (Zipf), 0 to 5.
    personal : share of requests that neither browser nor CDN may keep, 0 to 1.
    n_objects : 1 to 10,000,000 objects, all of one size.
    users : 1 to 10,000,000, equally active, each at one edge.
    edges : 1 to 10,000.
    request_rate : requests a second of all users, 0 to 1e9; only scales the rates of the result.
    edge_ms : round trip from the user to the edge, 0 to 60,000 ms; every miss of a browser pays.
    origin_ms : round trip from the edge to the application, 0 to 60,000 ms.
    network_ms : round trip in the data centre, 0 to 60,000 ms; to the application cache, and
        again to the database.
    disk_ms : reading what the buffer has not, 0 to 60,000 ms.
    n_requests : 100 to 1,000,000,000 requests that count; as many run before.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or for more than 100,000,000 places in all the
        browsers or all the edges.

    Notes
    -----
    Leaves out: time to live and invalidation, objects of different sizes, tastes that differ
    between users or change, and queues. The defaults of the times are measured ones, from
    `scalelab.facts.latency`.
    """
    for name, size in (("cdn_size", cdn_size), ("application_size", application_size),
                       ("buffer_size", buffer_size)):  # fmt: skip
        within(name, size, 0, MOST_PLACES, "objects")
    within("browser_size", browser_size, 0, 10_000, "objects")
    within("skew", skew, 0.0, 5.0)
    within("personal", personal, 0.0, 1.0, advice="a share, not a percentage")
    within("n_objects", n_objects, 1, 10_000_000)
    within("users", users, 1, 10_000_000)
    within("edges", edges, 1, 10_000)
    within("request_rate", request_rate, 0.0, 1e9, "requests/s")
    for name, time in (("edge_ms", edge_ms), ("origin_ms", origin_ms),
                       ("network_ms", network_ms), ("disk_ms", disk_ms)):  # fmt: skip
        within(name, time, 0.0, 60_000.0, "ms")
    within("n_requests", n_requests, 100, 1_000_000_000)
    advice = "simulate fewer, the shares hardly depend on their number"
    within("users * browser_size", users * browser_size, 0, MOST_PLACES, advice=advice)
    within("(edges + 2) * n_objects", (edges + 2) * n_objects, 0, MOST_PLACES, advice=advice)
    table = multi_level(
        0, int(browser_size), int(cdn_size), int(application_size), float(skew), float(personal),
        float(request_rate), float(edge_ms), float(origin_ms), float(network_ms), float(disk_ms),
        int(buffer_size), int(n_objects), int(users), int(edges), int(n_requests), 0, int(seed),
    )  # fmt: skip
    mean_ms, application_rate, database_rate = (float(x) for x in table[0, 6:9])
    shares = tuple(float(x) for x in table[:, 3])
    hit_ratios = tuple(float(x) for x in table[:, 5])
    return Stack(shares, hit_ratios, mean_ms, application_rate, database_rate)
