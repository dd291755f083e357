"""How long can the shop not write in a year, given how soon the watcher loses patience?

    >>> from scalelab.models.replication.failover import simulate
    >>> patient, hasty = simulate(30.0), simulate(3.0)
    >>> hasty.rto < patient.rto, hasty.minutes > 2.0 * patient.minutes
    (True, True)
    >>> simulate(3.0, fencing="STONITH").wrong_writes
    0.0

The closed forms of the same model are in `scalelab.theory.replication.failover`.
"""

from dataclasses import dataclass

from scalelab.facts.failover import RAFT_SHORTEST_TIMEOUT
from scalelab.kernels.replication.failover import failover
from scalelab.models.check import one_of, within

VOTINGS = ("one manager", "majority of 3", "majority of 5")
FENCINGS = ("None", "Lease", "STONITH")
CLOCK_ERROR_S = 0.5
RECONNECT_S = 5.0
TAIL = 1.5
WAIT_S = RAFT_SHORTEST_TIMEOUT.value
BROADCAST_S = 0.01


@dataclass(frozen=True)
class Failover:
    """Result of `simulate`.

    ``minutes`` a year without writes, of the ``lowest`` and ``highest`` run, and by cause:
    ``crash_minutes``, ``pause_minutes``, ``heartbeat_minutes``. ``false_failovers`` a year, of
    them ``false_pauses`` and ``false_heartbeats``. ``wrong_writes`` a year are taken by a primary
    that has been replaced. ``rto`` is what a crash takes in the mean, in s, and its parts are
    ``detection``, ``election``, ``promotion``, ``replay``, ``reconnection`` (all 0 if no crash was
    drawn). ``availability`` is the share of the year with writes, ``best_timeout_s`` the time-out
    with the fewest minutes of those tried.
    """

    crash_minutes: float
    pause_minutes: float
    heartbeat_minutes: float
    minutes: float
    lowest: float
    highest: float
    false_failovers: float
    false_pauses: float
    false_heartbeats: float
    wrong_writes: float
    detection: float
    election: float
    promotion: float
    replay: float
    reconnection: float
    rto: float
    availability: float
    best_timeout_s: float


def simulate(
    timeout_s: float = 3.0,
    heartbeat_s: float = 1.0,
    loss: float = 0.01,
    pauses: float = 200.0,
    pause_s: float = 0.5,
    crashes: float = 2.0,
    promotion_s: float = 10.0,
    replay_s: float = 5.0,
    voting: str = "one manager",
    write_rate: float = 1000.0,
    fencing: str = "None",
    lease_s: float = 10.0,
    clock_error_s: float = CLOCK_ERROR_S,
    reconnect_s: float = RECONNECT_S,
    tail: float = TAIL,
    wait_s: float = WAIT_S,
    broadcast_s: float = BROADCAST_S,
    years: float = 10.0,
    n_runs: int = 5,
    most_runs: int = 100,
    seed: int = 1,
) -> Failover:
    """Minutes a year without writes, false failovers, and writes at the wrong primary.

    Parameters
    ----------
    timeout_s : 0.1 to 3600 s without a heartbeat, then the primary is declared dead; shorter than
        ``heartbeat_s`` counts as that. A heartbeat due at the very time-out still counts, as VRRP's
        skew time sees to (RFC 9568, section 6.1).
    heartbeat_s : 0.05 to 60 s between heartbeats.
    loss : chance that a heartbeat is lost, 0 to 0.9, each by itself.
    pauses : 0 to 10,000 a year, at random moments.
    pause_s : their median, 0.001 to 600 s; Pareto with exponent ``tail``, 1.1 to 5.
    crashes : 0 to 100 a year, at random moments.
    promotion_s : 0 to 3600 s.
    replay_s : mean time to apply what the replica has received, 0 to 3600 s; exponential.
    voting : one of `VOTINGS`. A majority does not hear a heartbeat that most voters do not hear;
        to elect, voters wait ``wait_s`` to twice that (0.001 to 60 s), at random, as in Raft, and
        reach each other in ``broadcast_s``, 0 to half of ``wait_s``; two that stand within that
        time count as a split vote.
    write_rate : 0 to 1,000,000 writes/s.
    fencing : one of `FENCINGS`: what keeps an old primary that is alive from taking writes. With a
        lease it stops by itself ``lease_s`` (0 to 3600 s) after its last heartbeat arrived, late by
        ``clock_error_s`` (0 to 60 s) at worst, which is assumed.
    reconnect_s : mean time until clients have found the new primary, 0 to 600 s; uniform up to
        twice that.
    years, n_runs : 0.1 to 1000 years in a run, 1 to 1000 runs; pauses in all runs at most ten
        million.
    most_runs : 10 to 100,000 false failovers after lost heartbeats for a time-out and run.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: jitter of the heartbeats (without an allowance for it, a time-out of j whole
    intervals is that of j - 1 lost heartbeats half of the time); two troubles at once; networks
    that split for minutes; losses that come together; what else a failover loses (see
    `scalelab.models.replication.durability`); a replica that does not come up; the time in which
    a primary whose lease has run out stops although nobody replaced it; a failover
    back. A pause ends with a heartbeat at once.
    """
    for name, value, allowed in (("voting", voting, VOTINGS), ("fencing", fencing, FENCINGS)):
        one_of(name, value, allowed, separator="; ")
    within("timeout_s", timeout_s, 0.1, 3600.0, "s")
    within("heartbeat_s", heartbeat_s, 0.05, 60.0, "s")
    within("loss", loss, 0.0, 0.9, advice="a share, not a percentage")
    within("pauses", pauses, 0.0, 10_000.0, "a year")
    within("pause_s", pause_s, 0.001, 600.0, "s")
    within("crashes", crashes, 0.0, 100.0, "a year")
    within("promotion_s", promotion_s, 0.0, 3600.0, "s")
    within("replay_s", replay_s, 0.0, 3600.0, "s")
    within("write_rate", write_rate, 0.0, 1e6, "/s")
    within("lease_s", lease_s, 0.0, 3600.0, "s")
    within("clock_error_s", clock_error_s, 0.0, 60.0, "s")
    within("reconnect_s", reconnect_s, 0.0, 600.0, "s")
    within("tail", tail, 1.1, 5.0, advice="at 1 the mean pause is infinite")
    within("wait_s", wait_s, 0.001, 60.0, "s")
    within("broadcast_s", broadcast_s, 0.0, 0.5 * wait_s, "s", "more, and most votes are split")
    within("years", years, 0.1, 1000.0)
    within("n_runs", n_runs, 1, 1000)
    within("most_runs", most_runs, 10, 100_000)
    within("pauses * years * n_runs", pauses * years * n_runs, 0.0, 1e7, advice="fewer years")
    table = failover(
        float(timeout_s), float(heartbeat_s), float(loss), float(pauses), float(pause_s),
        float(crashes), float(promotion_s), float(replay_s), VOTINGS.index(voting),
        float(write_rate), FENCINGS.index(fencing), float(lease_s), float(clock_error_s),
        float(reconnect_s), float(tail), float(wait_s), float(broadcast_s), float(years),
        int(n_runs), int(most_runs), int(seed),
    )  # fmt: skip
    return Failover(*(float(x) for x in table[-1, 2:]))
