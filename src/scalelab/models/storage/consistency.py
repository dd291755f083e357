"""What does consistency cost while nothing is broken?

    >>> from scalelab.models.storage.consistency import simulate
    >>> simulate("Any replica", "Read", client="Sydney").p50 < 1.0
    True
    >>> round(simulate("Leader + majority", "Write", jitter=0.0, slow_share=0.0).p50, 2)
    87.48

The closed forms of the same model are in `scalelab.theory.storage.consistency`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import cast

from scalelab.facts import latency as facts
from scalelab.kernels.storage.consistency import REGIONS, consistency
from scalelab.models.check import one_of, within

LEVELS = ("Any replica", "Leader", "Leader + majority", "Quorum", "All replicas")
OPERATIONS = ("Read", "Write")
Pairs = tuple[float, float, float, float, float, float, float, float, float, float]
FAR_AWAY_MS = 1e6  # where a network has fewer regions than the kernel


@dataclass(frozen=True)
class Network:
    """Two to five ``regions`` and the round trip between each two of them, in ms."""

    regions: tuple[str, ...]
    round_trips: Mapping[tuple[str, str], float]

    def __post_init__(self) -> None:
        within("number of regions", len(self.regions), 2, REGIONS)
        missing = [pair for pair in combinations(self.regions, 2) if pair not in self.round_trips]
        if missing:
            raise ValueError(f"there is no round trip for {missing[0]}; give one for each pair")
        for pair, value in self.round_trips.items():
            within(f"round trip {' to '.join(pair)}", value, 0.0, 60_000.0, "ms")

    @property
    def pairs(self) -> Pairs:
        """Round trips of all pairs of five regions, in the kernel's order."""
        padded = (*self.regions, *("" for _ in range(REGIONS - len(self.regions))))
        found = tuple(
            float(self.round_trips.get(pair, FAR_AWAY_MS)) for pair in combinations(padded, 2)
        )
        return cast("Pairs", found)


AWS = Network(
    ("Virginia", "Oregon", "Ireland", "Tokyo", "Sydney"),
    {
        ("Virginia", "Oregon"): facts.VIRGINIA_OREGON_ROUND_TRIP.value,
        ("Virginia", "Ireland"): facts.VIRGINIA_IRELAND_ROUND_TRIP.value,
        ("Virginia", "Tokyo"): facts.VIRGINIA_TOKYO_ROUND_TRIP.value,
        ("Virginia", "Sydney"): facts.VIRGINIA_SYDNEY_ROUND_TRIP.value,
        ("Oregon", "Ireland"): facts.OREGON_IRELAND_ROUND_TRIP.value,
        ("Oregon", "Tokyo"): facts.OREGON_TOKYO_ROUND_TRIP.value,
        ("Oregon", "Sydney"): facts.OREGON_SYDNEY_ROUND_TRIP.value,
        ("Ireland", "Tokyo"): facts.IRELAND_TOKYO_ROUND_TRIP.value,
        ("Ireland", "Sydney"): facts.IRELAND_SYDNEY_ROUND_TRIP.value,
        ("Tokyo", "Sydney"): facts.TOKYO_SYDNEY_ROUND_TRIP.value,
    },
)
COCKROACH_DEMO = Network(
    ("us-east1", "us-west1", "europe-west1"),
    {
        ("us-east1", "us-west1"): facts.US_EAST_US_WEST_ROUND_TRIP.value,
        ("us-east1", "europe-west1"): facts.US_EAST_EUROPE_WEST_ROUND_TRIP.value,
        ("us-west1", "europe-west1"): facts.US_WEST_EUROPE_WEST_ROUND_TRIP.value,
    },
)


@dataclass(frozen=True)
class Consistency:
    """Result of `simulate`, in ms; ``p99_low`` and ``p99_high`` of the lowest and highest run."""

    mean: float
    p50: float
    p99: float
    p99_low: float
    p99_high: float


def simulate(
    level: str,
    operation: str,
    client: str | None = None,
    leader: str | None = None,
    n_replicas: int | None = None,
    network: Network = AWS,
    jitter: float = 0.1,
    slow_share: float = 0.005,
    local_ms: float = facts.DATA_CENTRE_ROUND_TRIP.value,
    pause_ms: float = 200.0,
    n_trials: int = 10_000,
    n_runs: int = 5,
    seed: int = 1,
) -> Consistency:
    """Latency of reads or writes at one level of consistency.

    Parameters
    ----------
    level : one of `LEVELS`. "Any replica": the nearest one answers, the others hear later
        (eventual consistency). "Leader": it alone reads and writes, the others hear later.
        "Leader + majority": it acknowledges a write when most replicas have it, as in Raft; reads
        are the leader's. "Quorum": without a leader, most replicas are asked for a read and for a
        write (D. K. Gifford, "Weighted voting for replicated data", SOSP 1979). "All replicas":
        the leader acknowledges a write when all have it, so a read can be the nearest replica's.
    operation : "Read" or "Write".
    client, leader : regions of ``network``; its first if not given.
    n_replicas : 1 to the number of regions (all if not given): the leader's and the nearest to it.
    network : `AWS`, `COCKROACH_DEMO`, or your own.
    jitter : what a reply takes on average beyond the round trip, as a share of it, 0 to 10;
        exponential.
    slow_share : share of replies that are late, 0 to 1. An assumption, as is the next.
    local_ms : round trip within a region, 0 to 1000 ms.
    pause_ms : by how much a late reply is late, 0 to 60,000 ms.
    n_trials, n_runs : 100 to 1,000,000 in a run, 1 to 1000 runs; together up to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: work that a replica has to do and queues for it, replicas that are slow for all
    at once, failures and elections, clocks and leases (without which a leader has to ask a
    majority before it reads), and the second round of a quorum read that finds two versions.
    Quorums and reads from any of all replicas return the last completed write; while a write is
    on its way, two readers may see new and old in the wrong order.
    """
    client = network.regions[0] if client is None else client
    leader = network.regions[0] if leader is None else leader
    n_replicas = len(network.regions) if n_replicas is None else n_replicas
    for name, value, allowed in (
        ("level", level, LEVELS), ("operation", operation, OPERATIONS),
        ("client", client, network.regions), ("leader", leader, network.regions),
    ):  # fmt: skip
        one_of(name, value, allowed)
    within("n_replicas", n_replicas, 1, len(network.regions))
    within("jitter", jitter, 0.0, 10.0, advice="a share of the round trip")
    within("slow_share", slow_share, 0.0, 1.0, advice="a share, not a percentage")
    within("local_ms", local_ms, 0.0, 1000.0, "ms")
    within("pause_ms", pause_ms, 0.0, 60_000.0, "ms")
    within("n_trials", n_trials, 100, 1_000_000)
    within("n_runs", n_runs, 1, 1000)
    within("n_trials * n_runs", n_trials * n_runs, 100, 1_000_000)
    region = network.regions.index(client)
    table = consistency(
        region, network.regions.index(leader), int(n_replicas), float(jitter), float(slow_share),
        0.0, float(local_ms), float(pause_ms), *network.pairs, int(n_trials), int(n_runs),
        int(seed),
    )  # fmt: skip
    row = (2 * LEVELS.index(level) + OPERATIONS.index(operation)) * REGIONS + region
    return Consistency(*(float(x) for x in table[row, 3:8]))
