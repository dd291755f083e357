"""Sessions while a fleet follows the day, while something fails, and when requests overlap.

    >>> from scalelab.models.principles.state import keep, race
    >>> for name, way in keep().items():
    ...     print(f"{name}: {way.machine_hours:.1f} h, {way.lost:.1%} lost, {way.by_scaling:,.0f} "
    ...           f"and {way.by_failures:,.0f} of a million")
    In memory: 87.7 h, 2.8% lost, 27,653 and 63 of a million
    Drained: 96.7 h, 1.2% lost, 11,916 and 63 of a million
    Store: 87.7 h, 0.0% lost, 0 and 117 of a million
    Store, cached: 87.7 h, 0.0% lost, 0 and 117 of a million
    Token: 87.7 h, 0.0% lost, 0 and 0 of a million
    >>> for rule, written in race(at_once=6).items():
    ...     print(f"{rule}: {written.overwritten:.1%} overwritten, {written.longer_ms:.1f} ms")
    Save each time: 83.7% overwritten, 0.0 ms
    Save changes: 11.9% overwritten, 0.0 ms
    Field by field: 2.5% overwritten, 0.0 ms
    Compare, set: 0.0% overwritten, 0.6 ms
    One at a time: 0.0% overwritten, 250.0 ms
    Atomic: 0.0% overwritten, 0.0 ms

Other ways to the same numbers are in `scalelab.theory.principles.state`.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.facts.autoscaling import HPA_DOWN_WINDOW
from scalelab.facts.state import LIFECYCLE_HEARTBEAT
from scalelab.kernels import shop
from scalelab.kernels.jit import Table
from scalelab.kernels.principles import state as kernels
from scalelab.models.check import one_of, within

WAYS = ("In memory", "Drained", "Store", "Store, cached", "Token")
CAUSES = ("Scaling in", "A machine fails", "The store fails")
RULES = (
    "Save each time", "Save changes", "Field by field", "Compare, set", "One at a time", "Atomic",
)  # fmt: skip
GOES = ("The newest", "The oldest")

# Assumptions. The peak, the day and the target are those of the lab on autoscaling.
PEAK_PER_S, RATIO = 2000.0, 4.0
RIPPLE = 0.1
TARGET, LEAST = 0.7, 2
WINDOW_MIN = int(HPA_DOWN_WINDOW.value / 60.0)
DRAIN_MIN = int(LIFECYCLE_HEARTBEAT.value / 60.0)
MACHINE_PER_S = 1000.0 * shop.VCPUS / shop.MACHINE_MS
SHORT_MIN, LONG_MIN, LONG_SHARE, REQUESTS = 10.0, 240.0, 0.1, 60.0
TTL_S = 10.0
MACHINE_YEARS = 1.0
STORE_PER_YEAR, STORE_MIN = 2.0, 5.0
AT_ONCE, REQUEST_MS, FIELDS = 6, 100.0, 5
MOST_MACHINES = 100  # a day of more takes long


@dataclass(frozen=True)
class Kept:
    """One way to keep sessions, over a day and a year.

    ``machine_hours`` are of a day. Scaling in loses a share ``lost`` of the sessions, and
    ``lost_long`` of the long ones; some lose theirs more than once, so there are ``losses`` for
    each session. The busiest machine has up to ``worst`` times the mean.

    Of a million sessions of a year, ``by_scaling`` are hit by scaling in, ``by_failures`` by
    machines or a store that fail. While the store is down a share ``fails`` of the requests fails.
    At the peak there are ``look_ups_per_s``; a share ``stale`` of the reads sees something old.
    """

    machine_hours: float
    lost: float
    lost_long: float
    losses: float
    worst: float
    by_scaling: float
    by_failures: float
    fails: float
    look_ups_per_s: float
    stale: float


@dataclass(frozen=True)
class Moment:
    """Machines that ``serve``, ``machines`` with those that drain, and the ``lost`` so far."""

    hour: float
    serve: float
    machines: float
    lost: float
    imbalance: float


@dataclass(frozen=True)
class Written:
    """Share of the changes that are ``overwritten``, attempts that fail for each change, delay."""

    overwritten: float
    retries: float
    longer_ms: float


def keep(
    ratio: float = RATIO,
    ripple: float = RIPPLE,
    window_min: int = WINDOW_MIN,
    goes: str = "The newest",
    long_min: float = LONG_MIN,
    drain_min: int = DRAIN_MIN,
    ttl_s: float = TTL_S,
    peak_per_s: float = PEAK_PER_S,
    machine_per_s: float = MACHINE_PER_S,
    long_share: float = LONG_SHARE,
) -> dict[str, Kept]:
    """Each of `WAYS` on a day that an autoscaler follows, and in a year with failures.

    Parameters
    ----------
    ratio : of sessions begun at the peak of the day over its trough, 1 to 100.
    ripple : by which they go up and down every hour, 0 to 0.9.
    window_min : 0 to 720 min. A machine goes when none was wanted more in so long.
    goes : which machine.
    long_min : mean of long sessions, 1 to 1,440 min; the others last ten. Each has 60 requests.
    drain_min : 0 to 1,440 min. A machine that goes waits so long at most for its sessions.
    ttl_s : 0 to 3,600 s, for which a machine keeps a copy of a session; 0: no copy.
    peak_per_s : requests at the peak, 0.1 to 100,000.
    machine_per_s : requests that one machine can do; at most 100 machines are wanted.
    long_share : of the sessions, 0.001 to 0.999.

    Raises
    ------
    ValueError
        For an argument outside the ranges above, or a name that is not one of those allowed.

    Notes
    -----
    Means are exact, minute by minute, for sessions that begin at random and are a mixture of two
    exponential laws (S. G. Eick, W. A. Massey, W. Whitt, "The physics of the Mt/G/infinity queue",
    1993); a draining machine is taken in the middle of each minute.

    Leaves out: chance in the load that the autoscaler sees; how long machines boot
    (`scalelab.models.infrastructure.autoscaling`); what machines do when they are too busy; deploys
    and the cost of a look-up (`scalelab.models.load_balancing.sessions`); requests in work when a
    machine or the store fails; a store that forgets.
    """
    table = _table(
        ratio, ripple, window_min, goes, long_min, drain_min, ttl_s, peak_per_s, machine_per_s,
        long_share,
    )  # fmt: skip
    hits = table[table[:, kernels.KIND] == kernels.HIT]
    return {
        name: _kept(hits[way * kernels.CAUSES : (way + 1) * kernels.CAUSES])
        for way, name in enumerate(WAYS)
    }


def course(
    ratio: float = RATIO,
    ripple: float = RIPPLE,
    window_min: int = WINDOW_MIN,
    goes: str = "The newest",
    long_min: float = LONG_MIN,
    drain_min: int = DRAIN_MIN,
    peak_per_s: float = PEAK_PER_S,
    machine_per_s: float = MACHINE_PER_S,
    long_share: float = LONG_SHARE,
) -> list[Moment]:
    """The day of `keep`, every twenty minutes; what is lost is without draining.

    Parameters, errors and notes as there.

    >>> [round(each.serve) for each in course()][::12]
    [5, 3, 2, 3, 5, 6, 5]
    """
    table = _table(
        ratio, ripple, window_min, goes, long_min, drain_min, 0.0, peak_per_s, machine_per_s,
        long_share,
    )  # fmt: skip
    rows = table[table[:, kernels.KIND] == kernels.POINT]
    return [Moment(*row) for row in rows[:, kernels.HOUR : kernels.IMBALANCE + 1].tolist()]


def race(
    at_once: int = AT_ONCE,
    request_ms: float = REQUEST_MS,
    writes: float = shop.WRITE_SHARE,
    fields: int = FIELDS,
    think_s: float = shop.THINK_S,
) -> dict[str, Written]:
    """What becomes of changes to a session, for each of `RULES`.

    Parameters
    ----------
    at_once : requests of a session that begin together, 1 to 64.
    request_ms : mean time of a request, 0.01 to 60,000 ms.
    writes : share of the requests that change the session, 0.0001 to 0.9999.
    fields : of the session, 1 to 1,000; a change is of one of them.
    think_s : from one burst to the next, on average, 0.1 to 86,400 s.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact for bursts that begin at random and times that are exponential. Within a burst the law
    does not matter; of single requests only its mean does. Compared and set, and one at a time: of
    the requests of one burst.
    """
    within("at_once", at_once, 1, 64)
    within("request_ms", request_ms, 0.01, 60_000.0, "ms")
    within("writes", writes, 0.0001, 0.9999)
    within("fields", fields, 1, 1000)
    within("think_s", think_s, 0.1, 86_400.0, "s")
    table = np.zeros((kernels.RULES, kernels.WIDTH))
    kernels.fill_races(
        table, int(at_once), float(request_ms), float(writes), int(fields), float(think_s)
    )
    columns = [kernels.OVERWRITTEN, kernels.RETRIES, kernels.LONGER_MS]
    return {
        rule: Written(*row) for rule, row in zip(RULES, table[:, columns].tolist(), strict=True)
    }


def _table(
    ratio: float, ripple: float, window_min: int, goes: str, long_min: float, drain_min: int,
    ttl_s: float, peak_per_s: float, machine_per_s: float, long_share: float,
) -> Table:  # fmt: skip
    within("ratio", ratio, 1.0, 100.0)
    within("ripple", ripple, 0.0, 0.9)
    within("window_min", window_min, 0, 720, "min")
    one_of("goes", goes, GOES)
    within("long_min", long_min, 1.0, 1440.0, "min")
    within("drain_min", drain_min, 0, 1440, "min")
    within("ttl_s", ttl_s, 0.0, 3600.0, "s")
    within("peak_per_s", peak_per_s, 0.1, 100_000.0, "1/s")
    within(
        "machine_per_s", machine_per_s, peak_per_s / (MOST_MACHINES * TARGET), 1e6, "1/s",
        f"for {MOST_MACHINES} machines at most",
    )  # fmt: skip
    within("long_share", long_share, 0.001, 0.999)
    return kernels.state(
        float(ratio), float(ripple), int(window_min), GOES.index(goes), float(long_min),
        int(drain_min), float(ttl_s), AT_ONCE, REQUEST_MS, float(peak_per_s), float(machine_per_s),
        TARGET, LEAST, SHORT_MIN, float(long_share), REQUESTS, MACHINE_YEARS, STORE_PER_YEAR,
        STORE_MIN, shop.THINK_S, shop.WRITE_SHARE, FIELDS,
    )  # fmt: skip


def _kept(rows: Table) -> Kept:
    hit = rows[:, kernels.HIT_OF_MILLION].tolist()
    first = rows[0].tolist()
    return Kept(
        machine_hours=first[kernels.HOURS],
        lost=first[kernels.LOST],
        lost_long=first[kernels.LOST_LONG],
        losses=first[kernels.LOSSES],
        worst=first[kernels.WORST],
        by_scaling=hit[kernels.SCALING],
        by_failures=hit[kernels.MACHINE] + hit[kernels.STORE_DOWN],
        fails=first[kernels.FAILS],
        look_ups_per_s=first[kernels.LOOK_UPS],
        stale=first[kernels.STALE],
    )
