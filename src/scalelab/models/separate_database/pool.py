"""How many connections to the database: too few wait in line, too many are in each other's way.

    >>> from scalelab.models.separate_database.pool import sizes
    >>> for connections, found in sizes(1150.0, 24).items():
    ...     if connections in (6, 8, 12, 24, 48):
    ...         print(f"{connections}: {found.most_per_s:,.0f} a second at most,", end=" ")
    ...         print(f"{found.response_ms:.1f} ms" if found.keeps_up else "too few or too many")
    6: 1,043 a second at most, too few or too many
    8: 1,225 a second at most, 15.3 ms
    12: 1,270 a second at most, 12.0 ms
    24: 1,138 a second at most, too few or too many
    48: 941 a second at most, too few or too many

Other ways to the same numbers are in `scalelab.theory.separate_database.pool`.
"""

from dataclasses import dataclass
from typing import Any

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels import shop
from scalelab.kernels.separate_database import pool as kernels
from scalelab.models.check import within
from scalelab.models.single_server.resources import QUERIES

MOST = kernels.MOST
PATIENCE_S = kernels.PATIENCE_S
# The disk, and the trips of a request's queries.
HOLD_MS = shop.DISK_MS + QUERIES * DATA_CENTRE_ROUND_TRIP.value
# An assumption: what each request at the vCPUs beyond their number adds to the work of all, by
# switching, by locks and by caches that are shared among more.
SWITCHING = 0.01
STALL_S = 1.0


@dataclass(frozen=True)
class Pool:
    """With so many ``connections``.

    The database does ``most_per_s`` requests with all of them in use; ``keeps_up`` if that is more
    than come, and if not all that follows but ``cpu_busy`` is 0. ``response_ms`` is a mean: that of
    the ``wait_ms`` for a connection and that of the time ``in_database_ms``, with it. A share
    ``must_wait`` of the requests waits for a connection. ``in_use`` connections on average, of
    which ``at_cpu`` work or wait at the vCPUs, and the others are held only. ``cpu_busy`` is the
    share of the vCPUs that the requests' own work takes, without what they add to each other.
    ``recovery_s`` after a stall the line is gone; None if not within ten minutes.
    """

    connections: int
    most_per_s: float
    keeps_up: bool
    response_ms: float
    wait_ms: float
    in_database_ms: float
    must_wait: float
    in_use: float
    at_cpu: float
    cpu_busy: float
    recovery_s: float | None


def sizes(
    rate_per_s: float,
    connections: int = 10,
    vcpus: int = shop.VCPUS,
    cpu_ms: float = shop.DATABASE_MS,
    hold_ms: float = HOLD_MS,
    switching: float = SWITCHING,
    stall_s: float = STALL_S,
) -> dict[int, Pool]:
    """Pools of many sizes, and of the one that is asked for, at the same rate of requests.

    Parameters
    ----------
    rate_per_s : requests that come at random (Poisson), 0.01 to 1e5.
    connections : 1 to 64.
    vcpus : of the database's machine, 1 to 64.
    cpu_ms : what a request takes of them on average, 0.01 to 1000 ms; exponential.
    hold_ms : for how long it keeps the connection without them, 0.01 to 1000 ms; exponential.
    switching : share of a request's work that each at the vCPUs beyond their number adds, 0 to 1.
        An assumption.
    stall_s : for so long nothing is done, 0 to 60 s, before ``recovery_s`` begins.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact but for ``recovery_s``, which takes the line to shrink without chance: a quasi-birth-death
    process, solved by logarithmic reduction (G. Latouche and V. Ramaswami, "A logarithmic reduction
    algorithm for quasi-birth-death processes", Journal of Applied Probability 30(3), 1993).

    Leaves out: a line that has an end, and requests that give up; a disk with a queue of its own;
    locks that some requests hold for long; what it costs to open a connection, and the memory of
    each; several application machines with a pool each, which cannot lend each other connections.
    """
    within("rate_per_s", rate_per_s, 0.01, 1e5, "requests/s")
    within("connections", connections, 1, MOST)
    within("vcpus", vcpus, 1, 64)
    within("cpu_ms", cpu_ms, 0.01, 1000.0, "ms")
    within("hold_ms", hold_ms, 0.01, 1000.0, "ms")
    within("switching", switching, 0.0, 1.0, advice="a share, not a percentage")
    within("stall_s", stall_s, 0.0, 60.0, "s")
    table = kernels.pool(
        float(rate_per_s), int(vcpus), float(cpu_ms), float(hold_ms), float(switching),
        float(stall_s), int(connections),
    )  # fmt: skip
    found = {int(row[kernels.SIZE]): _pool(row) for row in table.tolist()}
    return dict(sorted(found.items()))


def size(rate_per_s: float, connections: int, **given: Any) -> Pool:
    """One pool; further arguments, their ranges, Raises: as for `sizes`."""
    return sizes(rate_per_s, connections, **given)[int(connections)]


def _pool(row: list[float]) -> Pool:
    return Pool(
        connections=int(row[kernels.SIZE]),
        most_per_s=row[kernels.MOST_PER_S],
        keeps_up=row[kernels.KEEPS_UP] == 1.0,
        response_ms=row[kernels.RESPONSE],
        wait_ms=row[kernels.WAIT],
        in_database_ms=row[kernels.IN_DATABASE],
        must_wait=row[kernels.MUST_WAIT],
        in_use=row[kernels.IN_USE],
        at_cpu=row[kernels.CPU_QUEUE],
        cpu_busy=row[kernels.CPU_BUSY],
        recovery_s=row[kernels.RECOVERY_S] if row[kernels.RECOVERS] == 1.0 else None,
    )
