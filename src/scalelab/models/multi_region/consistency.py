"""What does it cost to keep regions in step, and what does it cost not to?

    >>> from scalelab.models.multi_region.consistency import simulate
    >>> local = simulate("Local quorum", writer="Virginia", reader="Sydney")
    >>> round(local.write_p50, 1), round(local.seen(10.0), 2), local.seen(1000.0)
    (0.5, 0.0, 1.0)
    >>> simulate("Leaderless", k_w=3, k_r=3, reader="Sydney").seen(0.0)
    1.0

The closed forms are in `scalelab.theory.multi_region.consistency`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.kernels.multi_region.consistency import published_laws, trials
from scalelab.models.check import one_of, within
from scalelab.models.storage.consistency import AWS, Network

MODES = ("One leader", "Leaderless", "Local quorum")
LAWS = ("Steady", "LNKD-SSD", "LNKD-DISK", "YMMR")
PLACES = ("Several regions", "One data centre")
TRIALS_AT_MOST = 20_000_000


@dataclass(frozen=True)
class Message:
    """Law of what a message takes beyond the network.

    A share ``pareto_share`` is Pareto with least value ``least_ms`` and exponent ``shape``, the
    rest exponential with mean ``mean_ms``.
    """

    pareto_share: float
    least_ms: float
    shape: float
    mean_ms: float

    def __post_init__(self) -> None:
        within("pareto_share", self.pareto_share, 0.0, 1.0, advice="a share, not a percentage")
        within("least_ms", self.least_ms, 0.0, 1e5, "ms")
        within("shape", self.shape, 0.5, 1e9, advice="below 0.5 the numbers know no bounds")
        within("mean_ms", self.mean_ms, 0.0, 1e5, "ms")

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        return (self.pareto_share, self.least_ms, 1.0 / self.shape, self.mean_ms)


@dataclass(frozen=True)
class Consistency:
    """Result of `simulate`: a number for each trial, in ms.

    ``write_ms`` until the acknowledgement, ``read_ms`` until the answer, ``hidden_ms`` how long
    after the acknowledgement a read may start at the latest and not see the write; 0 for none.
    """

    write_ms: NDArray[np.float64]
    read_ms: NDArray[np.float64]
    hidden_ms: NDArray[np.float64]

    def seen(self, time_ms: float) -> float:
        """Share of reads, started so long after the acknowledgement, that see the write."""
        return float(np.mean(self.hidden_ms <= time_ms))

    def seen_after(self, share: float) -> float:
        """The time after which a ``share`` of reads sees the write, in ms."""
        within("share", share, 0.0, 1.0, advice="a share, not a percentage")
        return float(np.quantile(self.hidden_ms, share))

    @property
    def write_p50(self) -> float:
        return float(np.median(self.write_ms))

    @property
    def read_p50(self) -> float:
        return float(np.median(self.read_ms))


def simulate(
    mode: str = "Leaderless",
    k_w: int = 2,
    k_r: int = 2,
    n_replicas: int | None = None,
    writer: str | None = None,
    reader: str | None = None,
    leader: str | None = None,
    network: Network = AWS,
    place: str = "Several regions",
    law: str | Sequence[Message] = "Steady",
    jitter: float = 0.1,
    local_ms: float = DATA_CENTRE_ROUND_TRIP.value,
    n_trials: int = 10_000,
    seed: int = 1,
) -> Consistency:
    """A write and a read after it, many times.

    Parameters
    ----------
    mode : one of `MODES`. "One leader": clients write to the leader, which acknowledges when
        ``k_w`` replicas have the write, itself among them (1: asynchronous replication).
        "Leaderless": clients send a write to all replicas and wait for ``k_w``. "Local quorum":
        there are three copies in each region; clients wait for ``k_w`` of those in their own (or
        in the nearest with any), the other regions get the write at the same time and are not
        waited for. In all three, a read asks all replicas (local quorum: those of the own
        region) and waits for ``k_r``.
    k_w, k_r : answers waited for, the literature's W and R: 1 to 5; at most as many as are asked.
    n_replicas : 1 to the number of regions (all if not given), the leader's and the nearest to
        it; with local quorums, the number of regions that have copies.
    writer, reader, leader : regions of ``network``; its first if not given.
    network : round trips between regions.
    place : one of `PLACES`; in one data centre there is no way between the "regions".
    law : one of `LAWS` or two `Message`: of writes on their way, of all other messages.
        "Steady" takes half of ``local_ms``; the others are the fits that Bailis et al. (PVLDB
        5(8) 2012, table 3) made for two systems of LinkedIn and for one of Yammer.
    jitter : what a message takes on average beyond half of the round trip between two regions,
        as a share of it, 0 to 10; exponential.
    local_ms : 0 to 1000 ms.
    n_trials : 100 to 20,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: failures, lost messages and the ways by which replicas catch up (read repair, hinted
    handoff, anti-entropy), queues, correlation between messages, writes at the same time as
    others, and elections. A reader knows nothing of the write but what replicas tell.
    """
    regions = network.regions
    writer = regions[0] if writer is None else writer
    reader = regions[0] if reader is None else reader
    leader = regions[0] if leader is None else leader
    n_replicas = len(regions) if n_replicas is None else n_replicas
    for name, value, allowed in (
        ("mode", mode, MODES), ("place", place, PLACES), ("writer", writer, regions),
        ("reader", reader, regions), ("leader", leader, regions),
    ):  # fmt: skip
        one_of(name, value, allowed)
    within("n_replicas", n_replicas, 1, len(regions))
    within("k_w", k_w, 1, 5)
    within("k_r", k_r, 1, 5)
    within("jitter", jitter, 0.0, 10.0, advice="a share of the way")
    within("local_ms", local_ms, 0.0, 1000.0, "ms")
    within("n_trials", n_trials, 100, TRIALS_AT_MOST)
    table = trials(
        MODES.index(mode), PLACES.index(place), regions.index(leader), int(n_replicas), int(k_w),
        int(k_r), regions.index(writer), regions.index(reader), float(jitter),
        _parameters(law, float(local_ms)), *network.pairs, int(n_trials), int(seed),
    )  # fmt: skip
    return Consistency(table[:, 0], table[:, 1], table[:, 2])


def _parameters(law: str | Sequence[Message], local_ms: float) -> NDArray[np.float64]:
    if isinstance(law, str):
        if law not in LAWS:
            raise ValueError(f"law is {law!r}, allowed are {', '.join(LAWS)}, or two of Message")
        return published_laws(LAWS.index(law), local_ms)
    if len(law) != 2:
        raise ValueError(f"law has {len(law)} parts, give two: of writes, of other messages")
    return np.array([number for message in law for number in message.parameters])
