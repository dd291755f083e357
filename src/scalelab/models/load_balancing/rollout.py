"""A rolling deploy: what new machines that are cold do to the response, and old ones leave undone.

    >>> from scalelab.models.load_balancing.rollout import BALANCERS, deploy
    >>> for name, each in deploy(removal_s=2.0).items():
    ...     print(f"{name}: {each.worst_ms:,.0f} ms at worst, {each.slow:,.0f} slow,", end=" ")
    ...     print(f"{each.cut:.0f} cut, {each.refused:,.0f} refused, {each.takes_min:.1f} min")
    Round robin: 1,544 ms at worst, 112,398 slow, 221 cut, 3,333 refused, 7.5 min
    Least connections: 89 ms at worst, 60,966 slow, 218 cut, 17,515 refused, 7.5 min
    Slow start: 10 ms at worst, 0 slow, 199 cut, 3,333 refused, 12.5 min

Other ways to the same numbers are in `scalelab.theory.load_balancing.rollout`.
"""

from dataclasses import dataclass

from scalelab.facts.deploys import HOTSPOT_LAST_TIER, KUBERNETES_GRACE
from scalelab.kernels import shop
from scalelab.kernels.load_balancing import rollout as kernels
from scalelab.models.check import within

BALANCERS = ("Round robin", "Least connections", "Slow start")
MACHINES = 5
SERVICE_MS = shop.MACHINE_MS
# Assumptions. Of the requests one in a hundred is an upload, an export or a socket that stays open
# for half a minute. A new machine has three times the work at first. It boots for a minute.
LONG_SHARE, LONG_S = 0.01, 30.0
COLD = 3.0
BOOT_S = 60.0
SLOW_MS = 100.0  # a mean response that is called slow


@dataclass(frozen=True)
class Deploy:
    """One balancer's deploy.

    ``at_s`` are moments around the first batch, 0 when it begins to come or to go; there
    ``response_ms`` is the mean response of all requests, None while there is no answer, and
    ``capacity_per_s`` what the machines in rotation can do. ``worst_ms`` is the largest of these
    responses, ``new_worst_ms`` that of a new machine, and ``mean_ms`` the mean of the whole deploy.
    ``slow`` requests are answered by a machine whose mean is above `SLOW_MS` just then. ``cut`` are
    in work when their machine's time is up, ``refused`` come to one that has stopped or when there
    is none. ``least_capacity`` is a share of the usual one. A batch is drained after ``drained_s``,
    and the deploy takes ``takes_min``.
    """

    at_s: tuple[float, ...]
    response_ms: tuple[float | None, ...]
    capacity_per_s: tuple[float, ...]
    worst_ms: float
    new_worst_ms: float
    mean_ms: float
    slow: float
    cut: float
    refused: float
    least_capacity: float
    drained_s: float
    takes_min: float


def deploy(
    utilisation: float = 0.7,
    at_once: int = 1,
    new_first: bool = True,
    cold: float = COLD,
    warm_up: float = HOTSPOT_LAST_TIER.value,
    slow_start_s: float = 60.0,
    long_s: float = LONG_S,
    drain_s: float = KUBERNETES_GRACE.value,
    removal_s: float = 0.0,
    machines: int = MACHINES,
    vcpus: int = shop.VCPUS,
    service_ms: float = SERVICE_MS,
    long_share: float = LONG_SHARE,
    boot_s: float = BOOT_S,
) -> dict[str, Deploy]:
    """All machines of a fleet replaced, a batch at a time, behind each of `BALANCERS`.

    Parameters
    ----------
    utilisation : of the machines before the deploy, 0.01 to 0.99.
    at_once : machines of a batch, 1 to 1,000; no more than there are.
    new_first : whether a batch comes before as many old machines go; if not, it comes after them.
    cold : work of a new machine's first request, in requests of a warm one, 1 to 100.
    warm_up : requests in which what it is more falls by 1/e, 1 to 1e7.
    slow_start_s : with slow start a new machine's weight grows from a tenth to 1 in this time, in
        proportion to it, 0 to 3,600 s; only then the next batch begins.
    long_s : mean time for which some requests stay open, without work, 0.01 to 36,000 s.
    drain_s : a machine that has stopped goes after this time at the latest, 0 to 36,000 s.
    removal_s : for so long the balancer sends to it, 0 to 600 s.
    machines : of the fleet, 1 to 100.
    vcpus : of each, 1 to 128.
    service_ms : what a request takes of a vCPU on a warm machine, 0.1 to 10,000 ms, of any law.
    long_share : of the requests, those that stay open, 0 to 1.
    boot_s : from when a machine is wanted until it is in rotation, 0 to 3,600 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    The mean number of requests in work follows W.-P. Wang, D. Tipper and S. Banerjee, "A simple
    approximation for modeling nonstationary queues" (1996): exact in calm and as a fluid, close to
    simulations between them. Requests come at random and share the vCPUs of their machine. A long
    deploy is computed in longer steps, 2 s if it takes 80 minutes, which blurs its short moments.

    Leaves out: time-outs, so that none gives up, and repetitions of what failed; that round robin
    and least connections spread requests more evenly than at random, which makes both somewhat
    faster in calm; that the numbers that stay open differ by chance, so that with least connections
    about a quarter of those refused goes elsewhere; laws of the open requests other than the
    exponential, of which more is left the longer their tail is
    (`scalelab.theory.load_balancing.rollout.unfinished`); several balancers that know nothing of
    each other; health checks (`scalelab.models.load_balancing.health_checks`); and that cold
    machines also ask more of the database.
    """
    within("utilisation", utilisation, 0.01, 0.99, advice="a share, not a percentage")
    within("at_once", at_once, 1, 1000, "machines")
    within("cold", cold, 1.0, 100.0)
    within("warm_up", warm_up, 1.0, 1e7, "requests")
    within("slow_start_s", slow_start_s, 0.0, 3600.0, "s")
    within("long_s", long_s, 0.01, 36_000.0, "s")
    within("drain_s", drain_s, 0.0, 36_000.0, "s")
    within("removal_s", removal_s, 0.0, 600.0, "s")
    within("machines", machines, 1, 100)
    within("vcpus", vcpus, 1, 128)
    within("service_ms", service_ms, 0.1, 10_000.0, "ms")
    within("long_share", long_share, 0.0, 1.0, advice="a share, not a percentage")
    within("boot_s", boot_s, 0.0, 3600.0, "s")
    table = kernels.rollout(
        float(utilisation), int(at_once), int(new_first), float(cold), float(warm_up),
        float(slow_start_s), float(long_s), float(drain_s), float(removal_s), int(machines),
        int(vcpus), float(service_ms), float(long_share), float(boot_s), SLOW_MS,
    )  # fmt: skip
    rows = table.reshape(kernels.BALANCERS, kernels.ROWS, kernels.WIDTH).tolist()
    return {name: _deploy(each) for name, each in zip(BALANCERS, rows, strict=True)}


def _deploy(rows: list[list[float]]) -> Deploy:
    here, batch = rows[-1], rows[: kernels.BINS]
    return Deploy(
        at_s=tuple(row[kernels.AT_S] for row in batch),
        response_ms=tuple(
            row[kernels.RESPONSE_MS] if row[kernels.ANSWERS] == 1.0 else None for row in batch
        ),
        capacity_per_s=tuple(row[kernels.CAPACITY] for row in batch),
        worst_ms=here[kernels.WORST_MS],
        new_worst_ms=here[kernels.NEW_WORST_MS],
        mean_ms=here[kernels.MEAN_MS],
        slow=here[kernels.SLOW],
        cut=here[kernels.CUT],
        refused=here[kernels.REFUSED],
        least_capacity=here[kernels.LEAST],
        drained_s=here[kernels.EMPTY_S],
        takes_min=here[kernels.TAKES_MIN],
    )
