"""How often do customers miss what they have just written, and what does it cost to prevent it?

    >>> random, sticky = simulate("Random replica"), simulate("Sticky replica")
    >>> 0.07 < sticky.missed < random.missed < 0.10
    True
    >>> sticky.gone, random.gone > 0.005
    (0.0, True)
    >>> simulate("Primary at first").at_primary
    0.2

The closed forms of the same model are in `scalelab.theory.replication.stale_reads`.
"""

from dataclasses import dataclass

from scalelab.facts import lag, staleness
from scalelab.kernels.jit import Table
from scalelab.kernels.replication.stale_reads import SYSTEMS as N_SYSTEMS
from scalelab.kernels.replication.stale_reads import stale_reads
from scalelab.models.check import one_of, within

SYSTEMS = (
    "Random replica", "Sticky replica", "Primary at first", "Wait for the write", "Primary only",
)  # fmt: skip
LAWS = ("Always the same", "Exponential, as an apply queue", "Heavy tail, as at Facebook")
TAILS = (
    1.0 - lag.TAO_BELOW_1_S.value, 1.0 - lag.TAO_BELOW_3_S.value, 1.0 - lag.TAO_BELOW_10_S.value,
)  # fmt: skip
PIN_MS = 1000.0 * staleness.RAILS_PIN.value


@dataclass(frozen=True)
class Sessions:
    """Result of `simulate`: shares of sessions, of reads, and waits in ms.

    missed: sessions that miss their own write at least once; ``missed_low`` and ``missed_high``
        in the lowest and the highest run. gone: sessions that see it and in a later read do not.
    never: sessions that miss it in all their reads. stale: reads that miss it. at_primary: reads
        that the primary answers. wait_mean: of all reads. wait_p99: of the first read.
    """

    missed: float
    missed_low: float
    missed_high: float
    gone: float
    gone_low: float
    gone_high: float
    never: float
    stale: float
    at_primary: float
    wait_mean: float
    wait_p99: float


@dataclass(frozen=True)
class OneRead:
    """Share of reads, ``time_s`` after the write, that miss it; ``expected`` in closed form."""

    time_s: float
    stale: float
    stale_low: float
    stale_high: float
    expected: float


def simulate(
    system: str,
    n_replicas: int = 3,
    law: str = LAWS[2],
    mean_lag_ms: float = 200.0,
    straggler: float = 1.0,
    together: float = 0.0,
    first_ms: float = 500.0,
    think_ms: float = 1000.0,
    n_reads: int = 10,
    pin_ms: float = PIN_MS,
    timeout_ms: float = 1000.0,
    n_sessions: int = 10_000,
    n_runs: int = 4,
    seed: int = 1,
) -> Sessions:
    """Sessions that write once and then read it again and again.

    Parameters
    ----------
    system : one of `SYSTEMS`. "Random replica": for each read. "Sticky replica": a random one for
        all reads of a session. "Primary at first": at the primary until ``pin_ms`` after the
        write, then a random replica for each read. "Wait for the write": a random replica, which
        answers when it has applied the session's write; after ``timeout_ms`` the read goes to the
        primary. "Primary only": all reads there.
    n_replicas : 1 to 100, besides the primary.
    law : one of `LAWS`, of the time until a write is visible at a replica. The last has the shape
        of TAO's replication lag (N. Bronson et al., ATC 2013): known at three points, with a
        constant hazard rate between and after them, stretched to the mean.
    mean_lag_ms : 0.1 to 1,000,000 ms.
    straggler : 1 to 1000; the lags of one replica are so many times as long.
    together : 0 to 1, share of writes for which all replicas have the same lag (but for the
        straggler's factor), as when a burst of writes holds up all of them. An assumption.
    first_ms, think_ms : from the write to the first read, and from one read to the next: 0 to
        1,000,000 ms.
    n_reads : 1 to 1000 in a session.
    pin_ms, timeout_ms : 0 to 1,000,000 ms. ``pin_ms`` is 2 s, as Rails proposes, if not given.
    n_sessions, n_runs : 1 to 1,000,000 in a run, 1 to 1000 runs; together up to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown system or law or an argument outside the ranges above.

    Notes
    -----
    Leaves out: writes of others to the same thing, a session's second write, reads that move
    because an earlier one had to wait, think time that varies, the time that reads take by
    themselves, the load that reads put on replicas and the lag that comes of it, replicas that
    are known to be late and left out, and failures. A lag is drawn once for each write and replica:
    if each read drew its own, a write could vanish from one replica.
    """
    one_of("system", system, SYSTEMS)
    within("first_ms", first_ms, 0.0, 1e6, "ms")
    within("think_ms", think_ms, 0.0, 1e6, "ms")
    within("n_reads", n_reads, 1, 1000)
    within("pin_ms", pin_ms, 0.0, 1e6, "ms")
    within("timeout_ms", timeout_ms, 0.0, 1e6, "ms")
    table = _table(
        n_replicas, law, mean_lag_ms, straggler, together, first_ms, think_ms, n_reads, pin_ms,
        timeout_ms, 1, n_sessions, n_runs, seed,
    )  # fmt: skip
    row = table[SYSTEMS.index(system)]
    return Sessions(*(float(x) for x in (*row[2:5], *row[7:15])))


def one_read(
    n_replicas: int = 3,
    law: str = LAWS[2],
    mean_lag_ms: float = 200.0,
    straggler: float = 1.0,
    together: float = 0.0,
    n_points: int = 25,
    n_sessions: int = 10_000,
    n_runs: int = 4,
    seed: int = 1,
) -> list[OneRead]:
    """One read at a random replica, at ``n_points`` times from a tenth to fifty mean lags.

    Parameters, errors and what is left out are those of `simulate`; ``n_points`` is 2 to 1000.
    """
    within("n_points", n_points, 2, 1000)
    table = _table(
        n_replicas, law, mean_lag_ms, straggler, together, 0.0, 0.0, 1, 0.0, 0.0, n_points,
        n_sessions, n_runs, seed,
    )  # fmt: skip
    return [OneRead(*(float(x) for x in row[1:6])) for row in table[N_SYSTEMS:]]


def _table(
    n_replicas: int,
    law: str,
    mean_lag_ms: float,
    straggler: float,
    together: float,
    first_ms: float,
    think_ms: float,
    n_reads: int,
    pin_ms: float,
    timeout_ms: float,
    n_points: int,
    n_sessions: int,
    n_runs: int,
    seed: int,
) -> Table:
    """Checks what both functions share and runs the kernel."""
    one_of("law", law, LAWS)
    within("n_replicas", n_replicas, 1, 100)
    within("mean_lag_ms", mean_lag_ms, 0.1, 1e6, "ms")
    within("straggler", straggler, 1.0, 1000.0, advice="how many times as long")
    within("together", together, 0.0, 1.0, advice="a share, not a percentage")
    within("n_sessions", n_sessions, 1, 1_000_000)
    within("n_runs", n_runs, 1, 1000)
    within("n_sessions * n_runs", n_sessions * n_runs, 1, 1_000_000)
    return stale_reads(
        int(n_replicas), LAWS.index(law), float(mean_lag_ms), float(straggler), float(together),
        float(first_ms), float(think_ms), int(n_reads), float(pin_ms), float(timeout_ms),
        *TAILS, int(n_points), int(n_sessions), int(n_runs), int(seed),
    )  # fmt: skip
