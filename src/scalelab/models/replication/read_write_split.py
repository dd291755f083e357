"""Read replicas: what do they carry, what if one fails, and when do they no longer help?

    >>> from scalelab.models.replication.read_write_split import simulate
    >>> one, two = simulate(10_000, 0.1, 0), simulate(10_000, 0.1, 2)
    >>> round(one.ceiling), round(two.ceiling)
    (5091, 10182)
    >>> [round(simulate(10_000, 0.1, n).gain, 2) for n in (1, 4, 8, 16, 100)]
    [1.1, 3.38, 5.18, 5.5, 5.5]
    >>> round(simulate(10_000, 0.1, 2, failed=1).replica_utilisation, 2)
    1.25
    >>> round(two.months, 1)
    30.5

The closed forms of the same model are in `scalelab.theory.replication.read_write_split`.
"""

import math
from dataclasses import dataclass

from scalelab.kernels.replication.read_write_split import (
    AFTER_FAILURE,
    read_write_split,
)
from scalelab.models.check import within

STATES = ("All up", "After a failure")
# Assumptions, of the size of short queries by key. A write twice as dear as a read is the example
# of the MySQL manual, chapter "FAQ: Replication".
READ_MS, WRITE_MS = 1.0, 2.0


@dataclass(frozen=True)
class ReadWriteSplit:
    """Result of `simulate`.

    ``serving`` is the number of replicas that are up. ``ceiling`` is the rate of requests/s at
    which the first server reaches the target, ``added`` what the last of the replicas contributed
    to it, ``gain`` how many times the ceiling of one server it is; ``write_ceiling`` is what the
    primary's writes alone allow. Utilisations are what is asked for, so more than 1 is overload;
    that of a replica is 0 if there is none. ``reads_at_primary`` is a share. ``mean_ms`` and
    ``p99_ms`` are the time of a read in its server, ``p99_low`` and ``p99_high`` of the lowest and
    highest run; NaN if a server that reads is busier than 97 %, where no run is long enough to say.
    ``months`` pass until the primary's writes alone reach the target (infinity: never); ``shards``
    are the primaries needed after five years.
    """

    serving: int
    ceiling: float
    added: float
    gain: float
    primary_utilisation: float
    replica_utilisation: float
    reads_at_primary: float
    mean_ms: float
    p99_ms: float
    p99_low: float
    p99_high: float
    write_ceiling: float
    months: float
    shards: int


def simulate(
    request_rate: float,
    write_share: float,
    replicas: int,
    failed: int = 0,
    primary_reads: bool = False,
    read_ms: float = READ_MS,
    write_ms: float = WRITE_MS,
    apply_share: float = 0.5,
    cores: int = 8,
    target: float = 0.7,
    growth: float = 0.5,
    n_requests: int = 20_000,
    n_runs: int = 5,
    seed: int = 1,
) -> ReadWriteSplit:
    """A primary and ``replicas`` equal servers, of which ``failed`` are down.

    Parameters
    ----------
    request_rate : requests a second, 0.001 to 10,000,000; at random (Poisson).
    write_share : share of them that write, 0.001 to 0.99.
    replicas : copies besides the primary, 0 to 1000.
    failed : how many of them are down, 0 to ``replicas``. With none left the primary answers all.
    primary_reads : whether the primary takes reads too, so that all servers are equally busy if
        its writes allow that. Otherwise reads go to replicas only, each as likely.
    read_ms, write_ms : mean work of a read and of a write, 0.001 to 10,000 ms of one core;
        exponential.
    apply_share : work of applying a write at a replica as a share of executing it, 0 to 1.
    cores : of each server, 1 to 256.
    target : utilisation that no server shall exceed, 0.05 to 1.
    growth : of the requests in a year, 0 to 10 (0.5: half more).
    n_requests, n_runs : requests of a run on one server (10 to 10,000,000), of which the first
        fifth does not count, and runs (1 to 1000). At high utilisation a run should be long: it
        begins without a line.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: that more replicas are more memory, so that a read costs less when each of them
    caches a part of the data that the others do not; the age of what a replica answers, and reads
    that have to go to the primary because of it; the work of sending the log to each replica;
    locks, so that writes cost the same at any rate, and replicas that apply with fewer workers than
    they have cores (they fall behind before the server is full); a router that knows which replica
    is idle, which shortens the lines; connections; what clients do when reads fail; and that reads
    of very different length and hot rows make servers less equal. Shards are counted as if writes
    divided evenly. After a failure the figures are those of the settled system, not of the first
    seconds. The ceilings are the utilisation law for each server (P. J. Denning and J. P. Buzen,
    "The operational analysis of queueing network models", ACM Computing Surveys 10(3), 1978).
    """
    within("request_rate", request_rate, 0.001, 1e7, "requests/s")
    within("write_share", write_share, 0.001, 0.99, advice="a share, not a percentage")
    within("replicas", replicas, 0, 1000)
    within("failed", failed, 0, replicas, advice="no more than there are replicas")
    within("read_ms", read_ms, 0.001, 10_000.0, "ms")
    within("write_ms", write_ms, 0.001, 10_000.0, "ms")
    within("apply_share", apply_share, 0.0, 1.0, advice="a share of the work of executing it")
    within("cores", cores, 1, 256)
    within("target", target, 0.05, 1.0, advice="a share, not a percentage")
    within("growth", growth, 0.0, 10.0, advice="0.5 is half more in a year")
    within("n_requests", n_requests, 10, 10_000_000)
    within("n_runs", n_runs, 1, 1000)
    table = read_write_split(
        float(request_rate), float(write_share), int(replicas), int(failed), int(primary_reads),
        float(read_ms), float(write_ms), float(apply_share), int(cores), float(target),
        float(growth), int(replicas), int(replicas), int(n_requests), int(n_runs), int(seed),
    )  # fmt: skip
    row = [float(x) for x in table[AFTER_FAILURE]]
    mean, p99, lowest, highest = row[9:13] if row[15] else [math.nan] * 4
    return ReadWriteSplit(
        int(row[2]), row[3], row[4], row[5], row[6], row[7], row[8], mean, p99, lowest, highest,
        row[16], row[17] if row[18] else math.inf, int(row[19]),
    )  # fmt: skip
