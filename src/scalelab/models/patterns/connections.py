"""Clients that stay with their machine: how uneven, how soon back, and where a deploy leaves them.

    >>> from scalelab.models.patterns.connections import deploy, place, storm
    >>> found = place(6, heavy=10)
    >>> f"{found.mean:.0%} busy, the busiest {found.busiest:.0%}"
    '58% busy, the busiest 89%'
    >>> back = storm(6)
    >>> [back[way].back_s for way in ("At once", "Doubled", "Refused")]
    [None, 234.2, 34.7]
    >>> round(deploy(6)["Any machine"].moves, 3)
    1.655

Other ways to the same numbers are in `scalelab.theory.patterns.connections`.
"""

from dataclasses import dataclass

from scalelab.facts.connections import GRPC_AGE_RANDOM, GRPC_DELAY
from scalelab.kernels import shop
from scalelab.kernels.jit import Table
from scalelab.kernels.patterns import connections as kernels
from scalelab.models.check import one_of, within
from scalelab.theory.patterns import connections as theory

WAYS = ("At once", "Doubled", "Jitter", "Refused")
PLACEMENTS = ("Any machine", "Emptiest", "New ones first")
EVENTS = ("A machine dies", "Last of a deploy", "Balancer restarts")
DIES = EVENTS[0]
RATE_PER_S = 2000.0
MACHINES = 6
TARGET = 0.6
# Assumptions: ten partners send half of the requests; what a client that comes back asks for (the
# handshake, log-in, and the page with all that is on it) is as much as seven requests.
HEAVY = 10
SHARE = 0.5
CLIENTS = RATE_PER_S * shop.THINK_S
COST_MS = 50.0
TIMEOUT_S = 5.0
CAP_S = 30.0
BASE_S = GRPC_DELAY.value


@dataclass(frozen=True)
class Placed:
    """How busy machines are: on average, the busiest on average, and in the tenth and ninetieth
    of 100 deals; ``by_load``: the busiest if connections are dealt by load.

    ``enough``: least machines whose busiest is at the target, None if that is more than 30.
    ``p99_ms`` and ``busiest_p99_ms``: None where requests are more than it can do.
    """

    mean: float
    busiest: float
    low: float
    high: float
    by_load: float
    enough: int | None
    p99_ms: float
    busiest_p99_ms: float | None


@dataclass(frozen=True)
class Storm:
    """``cut`` clients; 99% of them back (None: not in ten minutes); until then ``attempts`` of each
    and the part of the work that was in vain."""

    cut: float
    back_s: float | None
    attempts: float
    wasted: float


@dataclass(frozen=True)
class Deploy:
    """Moves of a client, and clients of each machine over their mean, in order of restart."""

    moves: float
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class Renewal:
    """Connections made anew in a second, vCPUs for that, the part of its share that a new machine
    has, and connections in a second when those who came back together come to their age."""

    per_s: float
    vcpus: float
    new_machine: float
    echo_per_s: float


def _table(
    machines: int = MACHINES, heavy: int = HEAVY, share: float = SHARE, event: str = DIES,
    clients: float = CLIENTS, cost_ms: float = COST_MS, timeout_s: float = TIMEOUT_S,
    cap_s: float = CAP_S, base_s: float = BASE_S, target: float = TARGET,
    rate_per_s: float = RATE_PER_S, work_ms: float = shop.MACHINE_MS, vcpus: int = shop.VCPUS,
) -> Table:  # fmt: skip
    within(
        "machines", machines, kernels.FEWEST, kernels.MOST_MACHINES,
        advice="what is here is a group of several machines",
    )  # fmt: skip
    within("heavy", heavy, 1, 100, "clients", "with more of them machines are nearly even")
    within("share", share, 0.0, 1.0, advice="a share, not a percentage")
    one_of("event", event, EVENTS)
    within("clients", clients, 1.0, 1e7)
    within("cost_ms", cost_ms, 0.1, 10_000.0, "ms")
    within("timeout_s", timeout_s, kernels.STEP_S, 300.0, "s")
    within("cap_s", cap_s, kernels.STEP_S, 600.0, "s")
    within("base_s", base_s, kernels.STEP_S, 600.0, "s")
    within("target", target, 0.01, 1.0, advice="a share, not a percentage")
    within("work_ms", work_ms, 0.01, 10_000.0, "ms")
    within("vcpus", vcpus, 1, 128)
    most = 999.0 * machines * vcpus / work_ms
    within(
        "rate_per_s", rate_per_s, 0.001, most, "requests/s",
        f"more is too much for {machines} machines with {vcpus} vCPUs; take more of them",
    )  # fmt: skip
    return kernels.connections(
        int(machines), int(heavy), float(share), EVENTS.index(event), float(clients),
        float(cost_ms), float(timeout_s), float(cap_s), float(base_s), float(target),
        float(rate_per_s), float(work_ms), int(vcpus),
    )  # fmt: skip


def place(
    machines: int = MACHINES, heavy: int = HEAVY, share: float = SHARE,
    rate_per_s: float = RATE_PER_S, target: float = TARGET, work_ms: float = shop.MACHINE_MS,
    vcpus: int = shop.VCPUS,
) -> Placed:  # fmt: skip
    """How busy machines are whose clients stay, when a few clients send much of all requests.

    Parameters
    ----------
    machines: 4 to 30, alike.
    heavy: clients that send ``share`` of the requests, all as much, with one connection each.
    target: how busy the busiest machine is to be.

    Raises
    ------
    ValueError: for a value out of range, or requests that are more than all machines can do.

    Notes
    -----
    N. L. Johnson and S. Kotz, "Urn models and their application", 1977: balls in the fullest of
    some urns, exact. Light clients are so many that each machine has the same of them. Left out:
    heavy clients that are unlike or that open several connections, and days when they are quiet.
    """
    table = _table(machines, heavy, share, rate_per_s=rate_per_s, target=target, work_ms=work_ms,
                   vcpus=vcpus)  # fmt: skip
    here = table[kernels.GROUPS]
    return Placed(
        mean=float(here[kernels.MEAN]), busiest=float(here[kernels.HOTTEST]),
        low=float(here[kernels.LOW]), high=float(here[kernels.HIGH]),
        by_load=float(here[kernels.BY_LOAD]),
        enough=int(here[kernels.ENOUGH]) if here[kernels.FOUND] == 1.0 else None,
        p99_ms=float(here[kernels.MEAN_P99]),
        busiest_p99_ms=float(here[kernels.HOT_P99]) if here[kernels.KEEPS_UP] == 1.0 else None,
    )  # fmt: skip


def storm(
    machines: int = MACHINES, event: str = DIES, clients: float = CLIENTS,
    cost_ms: float = COST_MS, timeout_s: float = TIMEOUT_S, cap_s: float = CAP_S,
    base_s: float = BASE_S, rate_per_s: float = RATE_PER_S, work_ms: float = shop.MACHINE_MS,
    vcpus: int = shop.VCPUS,
) -> dict[str, Storm]:  # fmt: skip
    """How soon clients are back that have all been cut off in the same moment, by `WAYS`.

    Parameters
    ----------
    event: one of `EVENTS`: one machine dies, the last of a rolling deploy restarts and has what
        all others left it, or the balancer restarts and cuts off everybody.
    cost_ms: work of a vCPU when a client comes back.
    timeout_s: after it a client gives up its attempt; the machine does not know.
    base_s, cap_s: a client waits that long after its first failure, twice as long after each
        other, and at most ``cap_s``; "Jitter" and "Refused": at random between nothing and that.

    Raises
    ------
    ValueError: for a value out of range, or requests that are more than all machines can do.

    Notes
    -----
    A fluid, first come, first served, in steps of 0.1 s. Waits: M. Brooker, "Exponential Backoff
    And Jitter", 2015. "Refused": the machines take no more than they can do in half a time-out,
    and refusing costs nothing. Requests of those who are there go first. Left out: clients that
    notice late, and people who reload or leave.
    """
    table = _table(machines, event=event, clients=clients, cost_ms=cost_ms, timeout_s=timeout_s,
                   cap_s=cap_s, base_s=base_s, rate_per_s=rate_per_s, work_ms=work_ms,
                   vcpus=vcpus)  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.WAY_KIND]
    return {
        name: Storm(
            float(row[kernels.CUT]),
            round(float(row[kernels.BACK_S]), 1) if row[kernels.IN_TIME] == 1.0 else None,
            float(row[kernels.ATTEMPTS]), float(row[kernels.WASTED]),
        )
        for name, row in zip(WAYS, rows, strict=True)
    }  # fmt: skip


def deploy(machines: int = MACHINES) -> dict[str, Deploy]:
    """Where a rolling deploy leaves clients that stay, by `PLACEMENTS`.

    Parameters
    ----------
    machines: 4 to 30, replaced one after the other.

    Raises
    ------
    ValueError: for a number of machines out of range.

    Notes
    -----
    Each machine's clients go evenly to all others, or to the emptiest, restarted or not. With "New
    ones first" a new machine is there before an old one goes, and they go to any. A fluid; nobody
    comes or leaves, and nobody is renewed meanwhile.
    """
    table = _table(machines, rate_per_s=1.0)
    rows = table[table[:, kernels.KIND] == kernels.TURN]
    return {
        name: Deploy(
            float(rows[:, column].sum() / machines), tuple(rows[:, column].tolist()),
            tuple(rows[:, column + 1].tolist()),
        )
        for name, column in zip(
            PLACEMENTS, (kernels.ANY_BEFORE, kernels.EMPTIEST_BEFORE, kernels.NEW_BEFORE),
            strict=True,
        )
    }  # fmt: skip


def renew(
    age_min: float, clients: float = CLIENTS, cost_ms: float = COST_MS, after_min: float = 10.0,
    cut: float = CLIENTS, jitter: float = GRPC_AGE_RANDOM.value,
) -> Renewal:  # fmt: skip
    """What a limit on the age of connections costs, and what a new machine has of it.

    Parameters
    ----------
    age_min: connections are closed then, and their clients come back to any machine.
    after_min: so long after a machine was added.
    cut: clients that all came back together; ``jitter``: by so much of it each age is longer or
        shorter.

    Raises
    ------
    ValueError: for a value out of range.

    Notes
    -----
    Ages are spread evenly when the machine is added. gRPC proposal A9 tells of the echo.

    >>> found = renew(30.0)
    >>> f"{found.per_s:.1f}/s, {found.vcpus:.2f} vCPUs, {found.new_machine:.0%} after ten minutes"
    '11.1/s, 0.56 vCPUs, 33% after ten minutes'
    """
    within("age_min", age_min, 0.01, 100_000.0, "min", "without a limit nobody is renewed")
    within("clients", clients, 1.0, 1e7)
    within("cost_ms", cost_ms, 0.1, 10_000.0, "ms")
    within("after_min", after_min, 0.0, 100_000.0, "min")
    within("cut", cut, 1.0, 1e7, "clients")
    within("jitter", jitter, 0.001, 1.0, advice="a share, not a percentage")
    age_s = 60.0 * age_min
    per_s = theory.renewals_per_s(clients, age_s)
    return Renewal(
        per_s, per_s * cost_ms / 1000.0, theory.new_machine_has(60.0 * after_min, age_s),
        theory.echo_per_s(cut, age_s, jitter),
    )  # fmt: skip
