"""The link between two sites is cut: what do three systems answer, refuse and lose?

    >>> from scalelab.models.storage.partition import simulate
    >>> simulate("Majority quorum (CP)").refused > 0.1
    True
    >>> every = simulate("Every replica answers (AP)")
    >>> every.refused
    0.0
    >>> every.writes_lost > 100
    True

The closed forms of the same model are in `scalelab.theory.storage.partition`.
"""

from dataclasses import dataclass

from scalelab.kernels.storage.partition import partition
from scalelab.models.check import one_of, within

SYSTEMS = ("Majority quorum (CP)", "Every replica answers (AP)", "Single node")
BROKEN = ("The link between the sites", "One server in the East", "All servers in the East")
MERGES = ("Last writer wins", "Keep both and merge")
OUTCOMES = ("Read, fresh", "Read, stale", "Written", "Written, lost later", "Refused")


@dataclass(frozen=True)
class Partition:
    """Result of `simulate`.

    ``fresh``, ``stale`` (reads), ``kept``, ``lost`` (writes) and ``refused`` are shares of all
    requests; they sum to 1. The rest are numbers per run. ``requests`` came, ``writes`` were
    acknowledged, ``writes_lost`` of them were lost, in the runs between ``fewest_lost`` and
    ``most_lost``. Two versions met of ``conflicts`` keys. When the break ended the sites differed
    on ``differing`` keys, and ``agreed_s`` seconds later the last write made before, or that had to
    wait, was known everywhere. The last five are 0 for systems that keep one version.
    """

    fresh: float
    stale: float
    kept: float
    lost: float
    refused: float
    requests: float
    writes: float
    writes_lost: float
    fewest_lost: float
    most_lost: float
    conflicts: float
    differing: float
    agreed_s: float


def simulate(
    system: str,
    broken: str = BROKEN[0],
    minority: float = 0.3,
    break_s: float = 60.0,
    request_rate: float = 100.0,
    write_share: float = 0.2,
    n_keys: int = 1000,
    skew: float = 0.8,
    delay_ms: float = 100.0,
    replay_rate: float = 200.0,
    merge: str = MERGES[0],
    before_s: float = 30.0,
    duration_s: float = 120.0,
    n_runs: int = 5,
    seed: int = 1,
) -> Partition:
    """Clients at two sites read and write while something is broken for a time.

    Parameters
    ----------
    system : one of `SYSTEMS`. "Majority quorum": three replicas, two in the East and one in the
        West; a request needs two of them (R. H. Thomas, "A majority consensus approach to
        concurrency control for multiple copy databases", ACM TODS 4(2), 1979). "Every replica
        answers": each site serves from its own copy and tells the other. "Single node": one
        server, in the East.
    broken : one of `BROKEN`. While all servers in the East are down, its clients are sent to the
        West.
    minority : share of clients in the West, 0 to 1.
    break_s : how long something is broken, 0 to 3600 s, and at most ``duration_s - before_s``.
    request_rate : requests a second, 0.01 to 10,000; at random (Poisson).
    write_share : share of requests that write, 0 to 1.
    n_keys, skew : 1 to 1,000,000 keys; the k-th most popular is asked for in proportion to
        ``k**-skew``, skew 0 to 3.
    delay_ms : time until a write is known at the other site, 0 to 60,000 ms.
    replay_rate : writes a second that are sent to the other site while it catches up, 0.1 to 1e9.
    merge : one of `MERGES`. "Last writer wins": of two versions the one written later stays.
        "Keep both and merge": the application puts them together and loses nothing.
    before_s, duration_s : when the break begins (0 to 3600 s), and length of a run (1 to 3600 s).
    n_runs : 1 to 10,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: time that an answer takes, the pause in which a majority elects a new leader,
    clients that retry or move to the other site when only the link is cut, clocks that disagree
    (which makes "later" wrong), deletions that come back when versions are merged, and differences
    between replicas of one site. A read is stale if it misses a write that was acknowledged at the
    other site before. A write is lost if the version that stays was not made on top of it.
    """
    for name, value, allowed in (
        ("system", system, SYSTEMS), ("broken", broken, BROKEN), ("merge", merge, MERGES),
    ):  # fmt: skip
        one_of(name, value, allowed)
    within("minority", minority, 0.0, 1.0, advice="a share, not a percentage")
    within("request_rate", request_rate, 0.01, 10_000.0, "requests/s")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("n_keys", n_keys, 1, 1_000_000)
    within("skew", skew, 0.0, 3.0)
    within("delay_ms", delay_ms, 0.0, 60_000.0, "ms")
    within("replay_rate", replay_rate, 0.1, 1e9, "writes/s")
    within("before_s", before_s, 0.0, 3600.0, "s")
    within("duration_s", duration_s, 1.0, 3600.0, "s")
    within(
        "break_s", break_s, 0.0, max(duration_s - before_s, 0.0), "s",
        "it has to end within the run: lengthen duration_s",
    )  # fmt: skip
    within("n_runs", n_runs, 1, 10_000)
    table = partition(
        BROKEN.index(broken), float(minority), float(break_s), float(request_rate),
        float(write_share), int(n_keys), float(skew), float(delay_ms), float(replay_rate),
        MERGES.index(merge), float(before_s), float(duration_s), int(n_runs), 1, int(seed),
    )  # fmt: skip
    whole = table[2 * SYSTEMS.index(system)]
    return Partition(*(float(x) for x in (*whole[4:14], *whole[15:18])))
