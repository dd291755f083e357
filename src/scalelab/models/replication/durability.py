"""What is lost when the primary dies, and what does it cost not to lose it?

    >>> from scalelab.models.replication.durability import simulate
    >>> asynchronous, one = simulate("Asynchronous"), simulate("One standby")
    >>> asynchronous.lost > 1.0, one.lost
    (True, 0.0)
    >>> simulate("Any k").p99 < 0.2 * one.p99
    True

The closed forms of the same model are in `scalelab.theory.replication.durability`.
"""

from dataclasses import dataclass

from scalelab.facts.durability import CROSS_ZONE_ROUND_TRIP, MYSQL_SEMI_SYNC_TIMEOUT
from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP, VIRGINIA_OREGON_ROUND_TRIP
from scalelab.kernels.replication.durability import MOST_REPLICAS, durability
from scalelab.models.check import one_of, within

MODES = ("Asynchronous", "Semi-synchronous", "One standby", "Any k", "All")
PLACEMENTS = (
    "the primary's zone", "other zones", "another region", "its zone the first, another region",
)  # fmt: skip
TROUBLES = ("Nothing", "It is slow", "It is down")
PROMOTIONS = ("The most advanced", "The first")
NEAR_MS = DATA_CENTRE_ROUND_TRIP.value
ZONE_MS = CROSS_ZONE_ROUND_TRIP.value
REGION_MS = VIRGINIA_OREGON_ROUND_TRIP.value
SLOW_MS, DOWN_S = 50.0, 60.0


@dataclass(frozen=True)
class Durability:
    """Result of `simulate`.

    ``p50`` and ``p99`` of a commit, ``p99_low`` and ``p99_high`` of the lowest and highest run, in
    ms. Commits lost in a failover: mean ``lost``, ``lost_p50``, ``lost_p99`` and this of the
    lowest and highest run; ``nothing`` is the share of failovers that lose none. ``kept`` commits
    are there after a failover although no client was told, on average. ``stopped``: commits wait
    until a replica is back.
    """

    p50: float
    p99: float
    p99_low: float
    p99_high: float
    lost: float
    lost_p50: float
    lost_p99: float
    lost_p99_low: float
    lost_p99_high: float
    nothing: float
    kept: float
    stopped: bool


def simulate(
    mode: str,
    commit_rate: float = 1000.0,
    n_replicas: int = 2,
    k: int = 1,
    placement: str = "other zones",
    flush_ms: float = 1.0,
    jitter: float = 0.2,
    stall_share: float = 0.02,
    stall_ms: float = 100.0,
    timeout_s: float = MYSQL_SEMI_SYNC_TIMEOUT.value,
    trouble: str = "Nothing",
    die_with: int = 0,
    promotion: str = "The most advanced",
    near_ms: float = NEAR_MS,
    zone_ms: float = ZONE_MS,
    region_ms: float = REGION_MS,
    slow_ms: float = SLOW_MS,
    down_s: float = DOWN_S,
    n_trials: int = 10_000,
    n_runs: int = 5,
    seed: int = 1,
) -> Durability:
    """Latency of a commit, and acknowledged commits that a failover loses, in one mode.

    Parameters
    ----------
    mode : one of `MODES`. "Asynchronous": the client is answered when the primary has flushed its
        log. The others wait for replicas, too, until they have flushed it: "Semi-synchronous" for
        any ``k``, and after ``timeout_s`` for none, as in MySQL; "One standby" for the first one
        that is up, as with PostgreSQL's ``FIRST 1``; "Any k" for any ``k`` of all, as with its
        ``ANY k``; "All" for each of them.
    commit_rate : 0 to 1,000,000 commits/s, at random moments (Poisson).
    n_replicas : 1 to 5, without the primary.
    k : 1 to 5; no more than there are replicas are waited for.
    placement : where the replicas are, one of `PLACEMENTS`.
    flush_ms : time to flush the log, 0 to 1000 ms, on the primary and on each replica.
    jitter : what each step takes beyond its time on average, as a share of it, 0 to 10;
        exponential.
    stall_share : share of time in which a replica does nothing, 0 to 1. An assumption, as is
        ``stall_ms``: mean length of such a stall, 0 to 600,000 ms; exponential.
    timeout_s : 0.001 to 1,000,000 s.
    trouble : what is wrong with the first replica, one of `TROUBLES`.
    die_with : replicas that die with the primary, 0 to 4, the first ones; one always survives.
    promotion : who takes over of those that survive, one of `PROMOTIONS`. The first one is
        passed over when it is down and another is left.
    near_ms, zone_ms, region_ms : round trips within a zone, between zones, between regions, 0 to
        60,000 ms.
    slow_ms, down_s : what a slow replica takes in addition, 0 to 60,000 ms; for how long one that
        is down has been so, 0 to 1,000,000 s.
    n_trials, n_runs : 100 to 1,000,000 in a run, 1 to 1000 runs; together up to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: bytes on the wire that still arrive after the primary died; stalls of the primary;
    queues (a replica that keeps up only just, a backlog after a stall); the time until somebody
    notices, and who decides; what a replica has received and not yet applied, so that reads from
    it are old although nothing is lost; clients that stop sending when they are not answered.
    With a replica down, who has to wait for it is taken to wait for as long as it has been down.
    """
    for name, value, allowed in (
        ("mode", mode, MODES), ("placement", placement, PLACEMENTS),
        ("trouble", trouble, TROUBLES), ("promotion", promotion, PROMOTIONS),
    ):  # fmt: skip
        one_of(name, value, allowed, separator="; ")
    within("commit_rate", commit_rate, 0.0, 1e6, "commits/s")
    within("n_replicas", n_replicas, 1, MOST_REPLICAS, advice="the primary is not counted")
    within("k", k, 1, MOST_REPLICAS)
    within("flush_ms", flush_ms, 0.0, 1000.0, "ms")
    within("jitter", jitter, 0.0, 10.0, advice="a share of each step's time")
    within("stall_share", stall_share, 0.0, 1.0, advice="a share, not a percentage")
    within("stall_ms", stall_ms, 0.0, 600_000.0, "ms")
    within("timeout_s", timeout_s, 0.001, 1e6, "s")
    within("die_with", die_with, 0, MOST_REPLICAS - 1)
    for name, trip in (("near_ms", near_ms), ("zone_ms", zone_ms), ("region_ms", region_ms)):
        within(name, trip, 0.0, 60_000.0, "ms")
    within("slow_ms", slow_ms, 0.0, 60_000.0, "ms")
    within("down_s", down_s, 0.0, 1e6, "s")
    within("n_trials", n_trials, 100, 1_000_000)
    within("n_runs", n_runs, 1, 1000)
    within("n_trials * n_runs", n_trials * n_runs, 100, 1_000_000)
    table = durability(
        float(commit_rate), int(n_replicas), int(k), PLACEMENTS.index(placement), float(flush_ms),
        float(jitter), float(stall_share), float(stall_ms), float(timeout_s),
        TROUBLES.index(trouble), int(die_with), PROMOTIONS.index(promotion), float(near_ms),
        float(zone_ms), float(region_ms), float(slow_ms), float(down_s), int(n_trials),
        int(n_runs), int(seed),
    )  # fmt: skip
    row = [float(x) for x in table[MODES.index(mode), 1:]]
    return Durability(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10],
        stopped=row[11] > 0.0,
    )  # fmt: skip
