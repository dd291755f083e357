"""Load balancing by a name (DNS), by connection (layer 4) or by request (layer 7).

    >>> from scalelab.models.infrastructure.entry import WAYS, divide
    >>> found = divide()
    >>> for name, way in found.ways.items():
    ...     print(f"{name}: {way.failed:,.0f} fail, {way.reached_s:,.0f} s, {way.vcpus:.3f} vCPUs")
    DNS: 36,673 fail, 1,519 s, 0.000 vCPUs
    Layer 4: 4,629 fail, 1,382 s, 0.006 vCPUs
    Layer 7: 600 fail, 0 s, 0.112 vCPUs
    >>> for name, parts in found.parts.items():
    ...     print(f"{name}: {parts.busiest:.0%}, mean {parts.mean:.0%}")
    Name: 107%, mean 70%
    Dealt: 95%, mean 70%
    Hashed: 106%, mean 70%
    Each: 70%, mean 70%

Other ways to the same numbers are in `scalelab.theory.infrastructure.entry`.
"""

from dataclasses import dataclass

from scalelab.facts import entry as facts
from scalelab.facts.routing import (
    FLAVEL_TTL,
    STALE_AFTER_15_MINUTES,
    SWITCHED_WITHIN_A_MINUTE,
)
from scalelab.kernels import shop
from scalelab.kernels.infrastructure import entry as kernels
from scalelab.models.check import within
from scalelab.theory.infrastructure.entry import kept_longer

WAYS = ("DNS", "Layer 4", "Layer 7")
PARTS = ("Name", "Dealt", "Hashed", "Each")
RATE_PER_S = 2000.0
MACHINES = 5
MACHINE_MS = shop.MACHINE_MS
# How long they keep it who ignore the time to live: what fits both figures of Flavel et al.
FITTED_IGNORING, HOLD_S = kept_longer(
    60.0, 1.0 - SWITCHED_WITHIN_A_MINUTE.value, 900.0, STALE_AFTER_15_MINUTES.value
)
MEASURED_TTL_S = FLAVEL_TTL.value
# Assumptions: how soon a customer leaves a connection that is silent, how many resolvers there are
# and how unequal, how many packets come in for a request and the acknowledgements of its answer.
PATIENCE_S = 10.0
RESOLVERS = 1000
PACKETS = 5.0
# Of a vCPU: to parse and forward a request, and to encrypt an answer of 10 kB.
FORWARD_MS = 1000.0 * facts.HAPROXY_VCPUS.value / facts.HAPROXY_REQUESTS.value
ENCRYPT_MS = 1000.0 / facts.NGINX_HTTPS.value - 1000.0 / facts.NGINX_HTTP.value
REQUEST_MS = FORWARD_MS + ENCRYPT_MS
HANDSHAKE_MS = 1000.0 / facts.ECDSA_HANDSHAKES.value
RSA_HANDSHAKE_MS = 1000.0 / facts.RSA_HANDSHAKES.value
PACKETS_MS = PACKETS * 1000.0 * facts.MAGLEV_THREADS.value / facts.MAGLEV_PACKETS.value
RUNS, SEED = 200, 1


@dataclass(frozen=True)
class Way:
    """What becomes of requests with one way to divide them.

    ``dead_s`` are moments after a machine has died, and ``fails`` is the part of all requests that
    fails then. ``added_s`` are moments after one was added, and ``part`` is what it has of its fair
    part. ``failed`` requests fail within ten minutes after the death. The machine that was added
    has nine tenths of its fair part after ``reached_s``. The balancer needs ``vcpus``, of which
    ``handshake_vcpus`` are for handshakes; DNS has none.
    """

    dead_s: tuple[float, ...]
    fails: tuple[float, ...]
    added_s: tuple[float, ...]
    part: tuple[float, ...]
    failed: float
    reached_s: float
    vcpus: float
    handshake_vcpus: float


@dataclass(frozen=True)
class Parts:
    """How busy machines are: the mean, and the busiest, which differs from run to run.

    In one run of ten it is below ``low``, in half of them below ``busiest``, in nine of ten below
    ``high``; more than 1 is more than there is. ``variation``: the coefficient of variation of the
    machines' parts.
    """

    mean: float
    low: float
    busiest: float
    high: float
    variation: float


@dataclass(frozen=True)
class Divided:
    """A way for each of `WAYS`, parts for each of `PARTS`.

    "Name": an address for each resolver; "Dealt": connections one after the other; "Hashed":
    connections, or the sources of some, each by itself; "Each": requests one after the other.
    """

    ways: dict[str, Way]
    parts: dict[str, Parts]


def divide(
    machines: int = MACHINES,
    detect_s: float = 30.0,
    ttl_s: float = 60.0,
    ignoring: float = 0.1,
    next_share: float = 0.0,
    life_s: float = 600.0,
    connections: int = 50,
    repeatable: float = 1.0 - shop.WRITE_SHARE,
    skew: float = 1.0,
    rate_per_s: float = RATE_PER_S,
    hold_s: float = HOLD_S,
    patience_s: float = PATIENCE_S,
    resolvers: int = RESOLVERS,
    work_ms: float = MACHINE_MS,
    vcpus: int = shop.VCPUS,
    request_ms: float = REQUEST_MS,
    handshake_ms: float = HANDSHAKE_MS,
    packets_ms: float = PACKETS_MS,
    runs: int = RUNS,
    seed: int = SEED,
) -> Divided:
    """Requests divided among machines, one of which dies; or to which one is added.

    Parameters
    ----------
    machines : 2 to 200.
    detect_s : from a death until nothing new is led to the machine, 0.1 to 3600 s.
    ttl_s : time to live of the name's addresses, 1 to 86,400 s.
    ignoring : share of the customers whose resolver or program keeps an address longer, 0 to 1.
    next_share : of the customers who try another address if one does not answer, 0 to 1.
    life_s : mean life of a connection, 0.1 to 86,400 s, exponential.
    connections : open at the same time, 1 to 20,000; each brings an exponential number of requests.
    repeatable : share of the requests that the balancer may send to another machine, 0 to 1.
    skew : of Zipf's law for the customers of resolvers, 0 to 2.
    rate_per_s : requests, 0.01 to 1e7.
    hold_s : mean time for which who ignores the time to live keeps an address, 1 to 1e6 s.
    patience_s : mean time until a customer leaves a connection that is silent, 0.01 to 3600 s.
    resolvers : 1 to 20,000.
    work_ms : of a vCPU, for a request, 0.001 to 10,000 ms.
    vcpus : of a machine, 1 to 128.
    request_ms : of a vCPU of the balancer at layer 7, for a request, 0 to 1000 ms.
    handshake_ms : the same for a handshake, 0 to 1000 ms.
    packets_ms : the same at layer 4, for the packets of a request, 0 to 1000 ms.
    runs : of what is drawn, 10 to 10,000.
    seed : 0 to 2**31 - 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Deaths and additions are exact for what is assumed: answers were fetched evenly over the time
    to live; lives of connections, patience and the longer holding are exponential. The holding is
    fitted to A. Flavel, P. Mani, D. A. Maltz, "Re-evaluating the responsiveness of DNS-based
    network control" (2014). Parts are drawn; their variation is known in closed form
    (`scalelab.theory.infrastructure.entry`).

    Leaves out: the work that four machines have with the load of five, and that those who gave up
    bring again; time that is lost in waiting for a connection before the next address, or the next
    machine, is tried; layer 4 balancers that leave broken connections alone; addresses that
    resolvers turn around or order for themselves; resolvers that are many machines with a cache
    each; machines for spare balancers; balancers that die (`scalelab.models.load_balancing.zones`).
    """
    within("machines", machines, 2, 200)
    within("detect_s", detect_s, 0.1, 3600.0, "s")
    within("ttl_s", ttl_s, 1.0, 86_400.0, "s")
    within("ignoring", ignoring, 0.0, 1.0, advice="a share, not a percentage")
    within("next_share", next_share, 0.0, 1.0, advice="a share, not a percentage")
    within("life_s", life_s, 0.1, 86_400.0, "s")
    within("connections", connections, 1, 20_000)
    within("repeatable", repeatable, 0.0, 1.0, advice="a share, not a percentage")
    within("skew", skew, 0.0, 2.0)
    within("rate_per_s", rate_per_s, 0.01, 1e7, "requests/s")
    within("hold_s", hold_s, 1.0, 1e6, "s")
    within("patience_s", patience_s, 0.01, 3600.0, "s")
    within("resolvers", resolvers, 1, 20_000)
    within("work_ms", work_ms, 0.001, 10_000.0, "ms")
    within("vcpus", vcpus, 1, 128)
    within("request_ms", request_ms, 0.0, 1000.0, "ms")
    within("handshake_ms", handshake_ms, 0.0, 1000.0, "ms")
    within("packets_ms", packets_ms, 0.0, 1000.0, "ms")
    within("runs", runs, 10, 10_000)
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.entry(
        int(machines), float(detect_s), float(ttl_s), float(ignoring), float(next_share),
        float(life_s), int(connections), float(repeatable), float(skew), float(rate_per_s),
        float(hold_s), float(patience_s), int(resolvers), float(work_ms), int(vcpus),
        float(request_ms), float(handshake_ms), float(packets_ms), int(runs), int(seed),
    )  # fmt: skip
    rows = table.tolist()
    moments = [row for row in rows if row[kernels.KIND] == kernels.MOMENT]
    ways = [row for row in rows if row[kernels.KIND] == kernels.WAY_KIND]
    parts = [row for row in rows if row[kernels.KIND] == kernels.PARTS]
    return Divided(
        ways={
            name: _way([row for row in moments if row[kernels.WAY] == way], ways[way])
            for way, name in enumerate(WAYS)
        },
        parts={
            name: Parts(
                mean=row[kernels.MEAN],
                low=row[kernels.LOW],
                busiest=row[kernels.MIDDLE],
                high=row[kernels.HIGH],
                variation=row[kernels.CV],
            )
            for name, row in zip(PARTS, parts, strict=True)
        },
    )


def _way(moments: list[list[float]], row: list[float]) -> Way:
    return Way(
        dead_s=tuple(each[kernels.DEAD_S] for each in moments),
        fails=tuple(each[kernels.FAILS] for each in moments),
        added_s=tuple(each[kernels.ADDED_S] for each in moments),
        part=tuple(each[kernels.PART] for each in moments),
        failed=row[kernels.FAILED],
        reached_s=row[kernels.REACHED_S],
        vcpus=row[kernels.VCPUS],
        handshake_vcpus=row[kernels.HANDSHAKES],
    )
