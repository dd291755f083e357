"""A region is lost, cut off or slow: what do four ways to replicate answer, refuse and lose?

    >>> from scalelab.models.multi_region.outage import simulate
    >>> cut_off = simulate("One leader, asynchronous", "Cut off", break_s=42.0)
    >>> 60 < cut_off.writes_lost < 130
    True
    >>> patient = simulate("One leader, asynchronous", "Cut off", break_s=42.0, detection_s=60.0)
    >>> patient.writes_lost
    0.0

The closed forms of the same model are in `scalelab.theory.multi_region.outage`.
"""

from dataclasses import dataclass, field

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.multi_region.outage import REGION, WHOLE, outage
from scalelab.models.check import one_of, within
from scalelab.models.storage.consistency import AWS, Network

STRATEGIES = ("One leader, asynchronous", "One leader, majority", "Leaderless", "Local writes")
INCIDENTS = ("Lost for good", "Cut off", "Slow")
OLD_LEADERS = ("Goes on", "Stops when it hears nobody")
OUTCOMES = ("Served", "Stale read", "Written, then lost", "Refused")


@dataclass(frozen=True)
class Outage:
    """Result of `simulate`.

    ``served``, ``stale`` (reads), ``lost`` (writes) and ``refused`` are shares of all requests;
    they sum to 1. The next are numbers per run: ``requests`` came; of the acknowledged writes
    ``writes_lost`` are gone for good, in the runs between ``fewest_lost`` and ``most_lost``;
    ``requests_refused``; ``stale_reads``; ``conflicts`` writes were made without knowledge of
    another region's write to the same key, on ``keys_in_conflict`` keys. Then how long an answer
    took on average before, during and after the incident, 0 where there was none. ``answered_in``
    gives by region the share of its customers' requests during the incident that got an answer.
    """

    served: float
    stale: float
    lost: float
    refused: float
    requests: float
    writes_lost: float
    fewest_lost: float
    most_lost: float
    requests_refused: float
    stale_reads: float
    conflicts: float
    keys_in_conflict: float
    before_ms: float
    during_ms: float
    after_ms: float
    answered_in: dict[str, float] = field(kw_only=True)


def simulate(
    strategy: str,
    incident: str = INCIDENTS[1],
    break_s: float = 42.0,
    hit: str | None = None,
    leader: str | None = None,
    network: Network = AWS,
    request_rate: float = 10.0,
    write_share: float = 0.2,
    n_keys: int = 1000,
    skew: float = 0.8,
    lag_ms: float = 1000.0,
    detection_s: float = 10.0,
    promotion_s: float = 10.0,
    old_leader: str = OLD_LEADERS[0],
    k_w: int | None = None,
    k_r: int | None = None,
    election_s: float = 3.0,
    slower: float = 10.0,
    timeout_ms: float = 1000.0,
    local_ms: float = DATA_CENTRE_ROUND_TRIP.value,
    before_s: float = 30.0,
    duration_s: float = 180.0,
    n_runs: int = 5,
    seed: int = 1,
) -> Outage:
    """Customers of several regions read and write while something happens to one of them.

    Parameters
    ----------
    strategy : one of `STRATEGIES`. "One leader, asynchronous": it acknowledges a write at once
        and sends it on later; reads are the own region's. "One leader, majority": it acknowledges
        when most copies have the write, and answers all reads, as in Raft (D. Ongaro and
        J. Ousterhout, "In search of an understandable consensus algorithm", USENIX ATC 2014).
        "Leaderless": the own region asks all copies (D. K. Gifford, "Weighted voting for
        replicated data", SOSP 1979). "Local writes": each region acknowledges its own
        customers' writes and sends them on later.
    incident : one of `INCIDENTS`. "Lost for good": the region with its data; its customers are
        sent to the nearest other region once that is noticed. "Cut off": the region and its
        customers are, together. "Slow": all round trips to and within the region are longer.
    break_s : how long a region is cut off or slow, 0 to 3600 s.
    hit, leader : regions of ``network``; its first if not given. The region nearest to the leader
        takes over.
    network : `AWS`, `COCKROACH_DEMO`, or your own, of at least two regions.
    request_rate : requests a second of each region, 0.01 to 10,000; at random (Poisson).
    write_share : share of requests that write, 0 to 1.
    n_keys, skew : 1 to 100,000 keys; the k-th most popular is asked for in proportion to
        ``k**-skew``, skew 0 to 3.
    lag_ms : how long an asynchronous write waits before it leaves its region, 0 to 600,000 ms.
    detection_s, promotion_s : until an asynchronous leader is given up, and from then until the
        heir leads, each 0 to 3600 s. ``detection_s`` is also how long it takes to send the
        customers of a lost region elsewhere.
    old_leader : one of `OLD_LEADERS`: what an asynchronous leader does for its own region when
        it is cut off; it stops, if at all, after ``detection_s``.
    k_w, k_r : copies that a leaderless write and read wait for, 1 to the number of regions; most
        of them if not given.
    election_s : until a majority has elected another leader, 0 to 3600 s. An assumption.
    slower : how many times as long the round trips of a slow region are, 1 to 1000.
    timeout_ms : an answer that would take longer is as good as none, 1 to 600,000 ms.
    local_ms : round trip within a region, 0 to 1000 ms.
    before_s, duration_s : when the incident begins (0 to 3600 s), and length of a run (1 to
        3600 s).
    n_runs : 1 to 10,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: work and queues, so that nobody is slow because of the load that moved to it; false
    alarms and elections that fail; leases and clocks; customers who retry or go elsewhere while
    their region is cut off; the time for sending what waited, and hand work to get back what was
    lost. What has left a region arrives. A write that is refused or too late changes nothing. A
    read is stale if it misses the newest write that some region has acknowledged. A conflict is
    counted, whatever rule then says which version stays.
    """
    regions = network.regions
    n = len(regions)
    hit = regions[0] if hit is None else hit
    leader = regions[0] if leader is None else leader
    k_w = n // 2 + 1 if k_w is None else k_w
    k_r = n // 2 + 1 if k_r is None else k_r
    for name, value, allowed in (
        ("strategy", strategy, STRATEGIES), ("incident", incident, INCIDENTS),
        ("hit", hit, regions), ("leader", leader, regions),
        ("old_leader", old_leader, OLD_LEADERS),
    ):  # fmt: skip
        one_of(name, value, allowed)
    for name, time in (
        ("break_s", break_s), ("detection_s", detection_s), ("promotion_s", promotion_s),
        ("election_s", election_s), ("before_s", before_s),
    ):  # fmt: skip
        within(name, time, 0.0, 3600.0, "s")
    within("request_rate", request_rate, 0.01, 10_000.0, "requests/s")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("n_keys", n_keys, 1, 100_000)
    within("skew", skew, 0.0, 3.0)
    within("lag_ms", lag_ms, 0.0, 600_000.0, "ms")
    within("k_w", k_w, 1, n, advice="there is one copy in each region")
    within("k_r", k_r, 1, n, advice="there is one copy in each region")
    within("slower", slower, 1.0, 1000.0)
    within("timeout_ms", timeout_ms, 1.0, 600_000.0, "ms")
    within("local_ms", local_ms, 0.0, 1000.0, "ms")
    within("duration_s", duration_s, 1.0, 3600.0, "s")
    within("n_runs", n_runs, 1, 10_000)
    table = outage(
        INCIDENTS.index(incident), float(break_s), regions.index(hit), regions.index(leader), n,
        float(request_rate), float(write_share), int(n_keys), float(lag_ms), float(detection_s),
        float(promotion_s), OLD_LEADERS.index(old_leader), int(k_w), int(k_r), float(election_s),
        float(slower), float(timeout_ms), float(skew), float(local_ms), *network.pairs,
        float(before_s), float(duration_s), int(n_runs), 1, int(seed),
    )  # fmt: skip
    mine = table[table[:, 0] == STRATEGIES.index(strategy)]
    (whole,) = mine[mine[:, 1] == WHOLE]
    answered = {
        regions[int(row[4])]: float(row[5] + row[6] + row[7]) for row in mine[mine[:, 1] == REGION]
    }
    numbers = (float(x) for x in (*whole[5:9], *whole[10:21]))
    return Outage(*numbers, answered_in=answered)
