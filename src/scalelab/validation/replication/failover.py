"""Time-outs, false alarms and elections, against closed forms and what products promise."""

from collections.abc import Iterator

import numpy as np

from scalelab.facts.failover import (
    MONGODB_ELECTION_TIMEOUT,
    MONGODB_HEARTBEAT,
    MONGODB_MEDIAN_FAILOVER,
    PATRONI_TTL,
    RDS_LONGEST_FAILOVER,
    RDS_SHORTEST_FAILOVER,
)
from scalelab.models.replication.failover import BROADCAST_S, WAIT_S, simulate
from scalelab.theory.replication.failover import Pause, Year, election, lost_for_most
from scalelab.validation.row import Row, Topic

RENEWAL = "how often times how long, see the theory module *failover*"
TAIL = "the tail of the Pareto law, averaged over the phase"
RUNS = "{cite:t}`v-feller1968`, XIII.7: mean number of trials until the first run"
VOTE = "{cite:t}`v-ongaro2014`: randomised time-outs; spacings of uniform numbers, and Wald"
MONGODB = "{cite:t}`v-mongodbelections`: the median should not typically exceed it"
RDS = "Amazon RDS User Guide, 2023: 60 to 120 s are typical"
HIDDEN = (
    "Ours has the time-out of another product, 10 s for the promotion and 5 s of replay. How long "
    "RDS waits is not published; its clients follow a changed DNS entry, and its standby recovers "
    "from the log before it opens."
)
YEARS, SWITCH = 1000.0, 20.0


def of_a_year() -> Iterator[Row]:
    year = Year(1.0, 0.01, 200.0, Pause(0.5, 1.5), 2.0, SWITCH)
    for timeout in (1.0, 3.0, 10.0, 30.0):
        ours = simulate(timeout, years=YEARS, n_runs=5, most_runs=5000)
        settings = f"time-out {timeout:.0f} s"
        for name, source, reference, found, tolerance in (
            ("After crashes (min a year)", RENEWAL, year.crash_minutes(timeout),
             ours.crash_minutes, 0.05),
            ("In and after pauses (min a year)", RENEWAL, year.pause_minutes(timeout),
             ours.pause_minutes, 0.05),
            ("False failovers after pauses (a year)", TAIL, year.false_by_pauses(timeout),
             ours.false_pauses, 0.05),
            ("No writes (min a year)", RENEWAL, year.minutes(timeout), ours.minutes, 0.03),
        ):  # fmt: skip
            yield Row(name, settings, "theory", source, reference, found, tolerance * reference,
                      ",.2f")  # fmt: skip


def runs_of_losses() -> Iterator[Row]:
    for loss, heartbeat, voting, voters in (
        (0.01, 1.0, "one manager", 1), (0.1, 1.0, "one manager", 1),
        (0.1, 0.5, "one manager", 1), (0.1, 1.0, "majority of 3", 3),
    ):  # fmt: skip
        ours = simulate(
            3.0, loss=loss, heartbeat_s=heartbeat, pauses=0.0, crashes=0.0, voting=voting,
            years=YEARS, n_runs=5, most_runs=5000,
        )  # fmt: skip
        lost = lost_for_most(voters, loss)
        switch = SWITCH + election(voters, WAIT_S, BROADCAST_S)
        year = Year(heartbeat, lost, 0.0, Pause(0.5, 1.5), 0.0, switch)
        reference = year.false_by_losses(3.0)
        yield Row(
            "False failovers after lost heartbeats (a year)",
            f"time-out 3 s, {loss:.0%} lost, every {heartbeat:.1f} s, {voting}", "theory", RUNS,
            reference, ours.false_heartbeats, 0.03 * reference, ",.1f",
        )  # fmt: skip


def elections() -> Iterator[Row]:
    for voting, voters in (("majority of 3", 3), ("majority of 5", 5)):
        for broadcast in (BROADCAST_S, 0.05):
            found = np.mean([
                simulate(voting=voting, broadcast_s=broadcast, pauses=0.0, loss=0.0, crashes=80.0,
                         seed=seed).election
                for seed in range(10)
            ])  # fmt: skip
            reference = election(voters, WAIT_S, broadcast)
            yield Row(
                "Election (s)", f"{voting}, reached in {1000 * broadcast:.0f} ms", "theory", VOTE,
                reference, float(found), 0.02 * reference, ".3f",
            )  # fmt: skip


def published() -> Iterator[Row]:
    """A median of 12 s at most; and sooner than the time-out less a heartbeat it cannot be."""
    timeout, heartbeat = MONGODB_ELECTION_TIMEOUT.value, MONGODB_HEARTBEAT.value
    ours = simulate(
        timeout, heartbeat_s=heartbeat, voting="majority of 3", crashes=50.0, years=50.0
    )
    bound = MONGODB_MEDIAN_FAILOVER.value
    yield Row(
        "Detection and election (s)", "MongoDB's defaults: 10 s, a heartbeat every 2 s",
        "published", MONGODB, bound, ours.detection + ours.election,
        bound - (timeout - heartbeat), ".1f",
    )  # fmt: skip
    least, most = RDS_SHORTEST_FAILOVER.value, RDS_LONGEST_FAILOVER.value
    ours = simulate(PATRONI_TTL.value, crashes=50.0, years=50.0)
    yield Row(
        "A crash takes (s)", "time-out 30 s, as Patroni's; RDS in the middle of its range",
        "published", RDS, 0.5 * (least + most), ours.rto, 0.5 * (most - least), ".1f", HIDDEN,
    )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from of_a_year()
    yield from runs_of_losses()
    yield from elections()
    yield from published()


TOPIC = Topic(
    "Failover",
    "A primary with a heartbeat a second, of which 1% is lost, 200 pauses and 2 crashes a year; "
    f"five runs of {YEARS:,.0f} years. The simulation skips from one run of lost heartbeats to the "
    "next and is compared with the mean number of trials that theory gives. MongoDB's figure is a "
    "bound, not a measurement: sooner than 8 s it could not be either.",
    rows,
)
