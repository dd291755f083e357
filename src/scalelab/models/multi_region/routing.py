"""A region dies: how soon are its users led to another, to which, and is there room?

    >>> from scalelab.models.multi_region.routing import simulate, spare_needed
    >>> regions = ("Virginia", "Frankfurt", "Mumbai", "Singapore", "Tokyo")
    >>> tokyo = simulate(regions, "Tokyo")
    >>> round(tokyo.before["Singapore"], 2), round(tokyo.after["Singapore"], 2)
    (0.09, 0.33)
    >>> round(tokyo.refused, 2)
    0.21
    >>> need = spare_needed(regions)
    >>> round(need.equal, 2), round(need.nearest, 2)
    (0.25, 0.71)

The closed forms are in `scalelab.theory.multi_region.routing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scalelab.facts.places import CONTINENTS
from scalelab.facts.routing import ANYCAST_NOT_TO_THE_BEST, CHECK_INTERVAL, CHECKS_FAILED
from scalelab.kernels.multi_region import latency as places
from scalelab.kernels.multi_region import routing as kernels
from scalelab.models.check import one_of, within
from scalelab.models.multi_region.latency import REGION_NAMES, mask_of

WAYS = ("DNS", "Anycast", "App")
REROUTES = ("To the next nearest region", "Spread over all, by their size")
CACHES = ("Near the users", "In the regions")
EVERYBODY = "All users"


class Waits(NamedTuple):
    """Time for a page of the users who are served, in ms, before the death and after it."""

    p50_before: float
    p99_before: float
    p50_after: float
    p99_after: float


@dataclass(frozen=True)
class Routing:
    """Result of `simulate`.

    ``before`` and ``after``: share of all users that each region has, before the death and when
    all have been led on. ``refused``: of all requests, those that find no room then, with warm
    caches. ``declared_s``: when each of the runs declares the region dead. ``led_s``: when the
    users behind each resolver (a row for each run) are led to another region; inf if there is
    none. ``waits``: by continent, and for `EVERYBODY`.
    """

    before: dict[str, float]
    after: dict[str, float]
    refused: float
    declared_s: NDArray[np.float64]
    led_s: NDArray[np.float64]
    waits: dict[str, Waits]

    def stuck(self, time_s: float) -> float:
        """Share of the dead region's users still led to it, so long after its death."""
        return float(np.mean(self.led_s > time_s))

    def led_within(self, share: float) -> float:
        """Seconds after which a ``share`` of the dead region's users is led to another."""
        within("share", share, 0.0, 1.0, advice="a share, not a percentage")
        return float(np.quantile(self.led_s, share, method="inverted_cdf"))

    @property
    def failed_s(self) -> float:
        """Mean time that a user of the dead region is without another."""
        return float(np.mean(self.led_s))


@dataclass(frozen=True)
class Spare:
    """Spare capacity, over what all users need, with which any one region may die.

    ``equal``: regions of one size, users spread. ``spread``: the sizes that there are, users
    spread. ``nearest``: users go to the next nearest region, and each region has what it needs.
    ``same``: the same, with an equal share of spare in each region.
    """

    equal: float
    spread: float
    nearest: float
    same: float


def simulate(
    regions: Sequence[str],
    dead: str,
    way: str = "DNS",
    ttl_s: float = 60.0,
    check_s: float = CHECK_INTERVAL.value,
    holders: float = 0.1,
    reroute: str = "To the next nearest region",
    spare: float = 0.25,
    hit_ratio: float = 0.0,
    cache: str = "Near the users",
    far_resolvers: float = 0.1,
    detours: float = ANYCAST_NOT_TO_THE_BEST.value,
    checks: int = int(CHECKS_FAILED.value),
    lookups: float = 1.0,
    hold_s: float = 600.0,
    convergence_s: float = 15.0,
    timeout_s: float = 2.0,
    round_trips: int = 4,
    stretch: float = 1.8,
    last_mile_ms: float = 15.0,
    server_ms: float = 50.0,
    n_runs: int = 20,
    n_resolvers: int = 100,
    seed: int = 1,
) -> Routing:
    """One region dies at time 0; users are where people are (`scalelab.facts.places`).

    Parameters
    ----------
    regions : one or more of `REGION_NAMES`; ``dead`` is one of them.
    way : one of `WAYS`. DNS: the region nearest to the user's resolver. Anycast: where the network
        takes the packets. App: measures, and tries the next nearest after a time-out.
    ttl_s : time to live of a DNS answer, 0 to 86,400 s.
    check_s : time between two health checks, 0.1 to 3600 s; ``checks`` of them, 1 to 100, fail
        before the region counts as dead and its answer or its route is withdrawn.
    holders : share of resolvers and clients that keep a DNS answer longer, 0 to 1; an exponential
        time with mean ``hold_s`` (1 to 1e6 s) from the change on. 10 % and 10 min come near to
        what Flavel et al. (2014) measured.
    reroute : one of `REROUTES`.
    spare : capacity of each region over what its own users need, 0 to 100. Each has at least room
        for a thousandth of all users.
    hit_ratio : share of requests that a cache answers, 0 to 0.99; ``cache`` is one of `CACHES`.
        Those near the users live on. Those in the regions die with them, and the others do not
        know at first what those who come ask for.
    far_resolvers : share of users whose resolver is elsewhere, at a place drawn in proportion to
        the users there, 0 to 1. An assumption.
    detours : share of users whom anycast takes to the second nearest region, 0 to 1.
    lookups : questions for the shop's name that a resolver gets, 1e-6 to 1e6 a second.
    convergence_s : mean time until a network has learnt that a route is gone, exponential, 0 to
        3600 s. An assumption, as is ``timeout_s``, 0 to 3600 s.
    round_trips, stretch, last_mile_ms, server_ms : of a page, as in the model of the latency;
        1 to 100, 1 to 10, 0 to 1000 ms, 0 to 60,000 ms.
    n_runs, n_resolvers : 1 to 100,000 deaths, with as many resolvers (networks, apps) each; not
        more than 20,000,000 in all.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name, or an argument outside the ranges above.

    Notes
    -----
    Leaves out: queues (a region serves up to its capacity and refuses the rest; those who are
    refused neither retry nor go elsewhere, and a full region does not break down), caches of
    browsers, connections that are open, the time of the day, users who are nearest by distance but
    not by the network, what the data of the dead region would need, and the way back.
    """
    mask = mask_of(regions)
    one_of("dead", dead, regions)
    one_of("way", way, WAYS)
    one_of("reroute", reroute, REROUTES)
    one_of("cache", cache, CACHES)
    for name, share in (
        ("holders", holders), ("far_resolvers", far_resolvers), ("detours", detours),
    ):  # fmt: skip
        within(name, share, 0.0, 1.0, advice="a share, not a percentage")
    within("hit_ratio", hit_ratio, 0.0, 0.99, advice="a share, not a percentage")
    within("ttl_s", ttl_s, 0.0, 86_400.0, "s")
    within("check_s", check_s, 0.1, 3600.0, "s")
    within("checks", checks, 1, 100)
    within("spare", spare, 0.0, 100.0)
    within("lookups", lookups, 1e-6, 1e6, "per second")
    within("hold_s", hold_s, 1.0, 1e6, "s")
    within("convergence_s", convergence_s, 0.0, 3600.0, "s")
    within("timeout_s", timeout_s, 0.0, 3600.0, "s")
    within("round_trips", round_trips, 1, 100)
    within("stretch", stretch, 1.0, 10.0)
    within("last_mile_ms", last_mile_ms, 0.0, 1000.0, "ms")
    within("server_ms", server_ms, 0.0, 60_000.0, "ms")
    within("n_runs", n_runs, 1, 100_000)
    within("n_resolvers", n_resolvers, 1, 100_000)
    within("n_runs * n_resolvers", n_runs * n_resolvers, 1, 20_000_000)
    number, gone = WAYS.index(way), REGION_NAMES.index(dead)
    far, shares = places.distances(), places.user_shares(0)
    flows = kernels.routed(number, mask, far, shares, float(far_resolvers), float(detours))
    later = kernels.rerouted(
        flows, number, REROUTES.index(reroute), gone, mask, far, shares, float(far_resolvers)
    )
    declared, led = kernels.ends(
        number, mask != 1 << gone, int(n_runs), int(n_resolvers), int(seed), float(check_s),
        int(checks), float(ttl_s), float(lookups), float(holders), float(hold_s),
        float(convergence_s), float(timeout_s),
    )  # fmt: skip
    if mask == 1 << gone:
        led[:] = np.inf
    before, after = kernels.loads(flows), kernels.loads(later)
    own = before.copy()
    own[gone] = 0.0
    miss = 1.0 - float(hit_ratio)
    page = (
        float(hit_ratio), CACHES.index(cache), float(round_trips), float(stretch),
        float(last_mile_ms), float(server_ms),
    )  # fmt: skip
    waits = {}
    for i, continent in enumerate((*CONTINENTS, EVERYBODY)):
        row = np.zeros(4)
        kernels.put_waits(row, 0, flows, far, i, *page)
        kernels.put_waits(row, 2, later, far, i, *page)
        waits[continent] = Waits(*row.tolist())
    return Routing(
        _named(before, mask),
        _named(after, mask & ~(1 << gone)),
        float(kernels.refused(own, after - own, miss, miss, float(spare))),
        declared,
        led,
        waits,
    )


def spare_needed(
    regions: Sequence[str],
    way: str = "DNS",
    far_resolvers: float = 0.1,
    detours: float = ANYCAST_NOT_TO_THE_BEST.value,
) -> Spare:
    """Spare capacity for any one of two or more ``regions`` to die; arguments as in `simulate`."""
    mask = mask_of(regions)
    one_of("way", way, WAYS)
    within("number of regions", len(set(regions)), 2, len(REGION_NAMES))
    for name, share in (("far_resolvers", far_resolvers), ("detours", detours)):
        within(name, share, 0.0, 1.0, advice="a share, not a percentage")
    far, shares = places.distances(), places.user_shares(0)
    number = WAYS.index(way)
    flows = kernels.routed(number, mask, far, shares, float(far_resolvers), float(detours))
    rows = np.zeros((kernels.N_PLANS, kernels.COLUMNS))
    kernels.put_plans(rows, flows, number, mask, far, shares, float(far_resolvers))
    return Spare(*rows[:, -1].tolist())


def _named(values: NDArray[np.float64], mask: int) -> dict[str, float]:
    return {name: float(values[bit]) for bit, name in enumerate(REGION_NAMES) if mask >> bit & 1}
