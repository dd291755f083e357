"""A log of partitions, the consumers of a group, and what it takes them to catch up.

    >>> from scalelab.models.patterns.event_log import event_log
    >>> for consumers in (6, 8, 12, 16):
    ...     found = event_log(consumers=consumers)
    ...     print(consumers, round(found.catch_up_h, 2), round(found.free_h, 2), found.idle)
    6 3.59 3.59 0
    8 3.59 1.6 0
    12 0.71 0.71 0
    16 0.71 0.45 4
    >>> round(event_log(consumers=12).deploys["Eager"].stopped_s)
    120

Other ways to the same numbers are in `scalelab.theory.patterns.event_log`.
"""

import math
from dataclasses import dataclass

from scalelab.facts.choice import DISK_PRICE
from scalelab.facts.event_log import KAFKA_COMMIT, KAFKA_RETENTION, KAFKA_SESSION
from scalelab.kernels.patterns import event_log as kernels
from scalelab.models.check import within

WAYS = ("Eager", "Cooperative", "Static member")
# Assumptions. Each request of the shop is an event; a consumer needs 2.5 ms for one, most of it a
# write to a database. The day is that of the lab on automatic scaling.
PARTITIONS, CONSUMERS = 12, 8
SPEED_PER_S = 400.0
PEAK_PER_S, SWING = 2000.0, 0.6
HOURS, BEGINS_H = 1, 21
# A rebalance: a heartbeat of 3 s until all know, and 500 events of a poll at 2.5 ms to finish.
RESTART_S, REBALANCE_S = 30.0, 5.0
KILOBYTES, COPIES = 1.0, 3
RETENTION_H = int(KAFKA_RETENTION.value)
SESSION_S, COMMIT_S = KAFKA_SESSION.value, KAFKA_COMMIT.value
USD = DISK_PRICE.value


@dataclass(frozen=True)
class Deploy:
    """A deploy that restarts one consumer after the other.

    ``stopped_s``: for how long a partition is not read, mean of all; ``oldest_s``: the highest age
    of an unread event; ``takes_min``: for all consumers.
    """

    stopped_s: float
    oldest_s: float
    takes_min: float


@dataclass(frozen=True)
class EventLog:
    """What becomes of events that were not read, and what a deploy stops.

    ``catch_up_h``: hours until nothing is unread, ``free_h`` if any consumer could read any event;
    infinite if it takes more than 100 days. ``lost`` events are older than the retention.
    ``busiest`` and ``group``: how busy the busiest consumer and all are in the hour of the peak.
    ``most``: partitions of one consumer; ``idle`` consumers. ``stored_tb`` in all copies. After a
    crash ``crash_s`` pass until others read, ``again`` events are read again at most.
    ``at_h``: hours since reading began, and there the ages of the oldest unread event in the
    slowest and the quickest partition, and the mean of all, and events ``unread``. ``behind`` at
    first; ``came`` and were ``read`` since.
    """

    catch_up_h: float
    free_h: float
    lost: float
    busiest: float
    group: float
    idle: int
    most: int
    stored_tb: float
    usd: float
    crash_s: float
    again: float
    behind: float
    came: float
    read: float
    at_h: tuple[float, ...]
    slowest_h: tuple[float, ...]
    mean_h: tuple[float, ...]
    quickest_h: tuple[float, ...]
    unread: tuple[float, ...]
    deploys: dict[str, Deploy]


def event_log(
    partitions: int = PARTITIONS,
    consumers: int = CONSUMERS,
    speed_per_s: float = SPEED_PER_S,
    hot: float = 1.0,
    hours: int = HOURS,
    begins_h: int = BEGINS_H,
    retention_h: int = RETENTION_H,
    restart_s: float = RESTART_S,
    rebalance_s: float = REBALANCE_S,
    peak_per_s: float = PEAK_PER_S,
    swing: float = SWING,
    session_s: float = SESSION_S,
    commit_s: float = COMMIT_S,
    kilobytes: float = KILOBYTES,
    copies: int = COPIES,
) -> EventLog:
    """Reading begins with some hours of events unread, by a stop or to read them again.

    Parameters
    ----------
    partitions : of the log, 1 to 200; partition p is read by consumer p modulo their number.
    consumers : of the group, 1 to 200.
    speed_per_s : events that a consumer does in a second, 0.01 to 1e6.
    hot : events of the hottest partition over the mean, 1 to 100; the others are alike. At most
        90 % of all events are in it.
    hours : of events that are unread at first, 0 to 8760.
    begins_h : hour of the clock at which reading begins, 0 to 23.
    retention_h : hours for which events are kept, 1 to 8760.
    restart_s : for which a consumer is away in a deploy, 0 to 3600.
    rebalance_s : for which partitions that move are not read, 0 to 600.
    peak_per_s : events a second in the busiest hour, from 20 to 21 h, 0.01 to 1e6.
    swing : of the sine over the day, 0 (as at the peak, always) to 0.95.
    session_s : after which a silent consumer is taken for dead, 0 to 3600.
    commit_s : between two commits, 0 to 3600.
    kilobytes, copies : of an event, 0.001 to 1e6, and how many there are of it, 1 to 10.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A fluid that is exact for rates that are constant within the hour
    (`scalelab.theory.patterns.event_log`). A consumer shares its time evenly among its partitions
    with something unread. The deploy is at the peak. "Eager" stops all partitions in each
    rebalance and "Cooperative" those that move, as in Kafka's KIP-429; a "Static member" (KIP-345)
    keeps its partitions, unread, until its session times out, after which it is as cooperative.

    Leaves out: chance; batches of a fetch; brokers and their limits; that a consumer which is cold
    or behind reads from disk; events that are deleted by the segment, not one by one.
    """
    within("partitions", partitions, 1, 200)
    within("consumers", consumers, 1, 200)
    within("speed_per_s", speed_per_s, 0.01, 1e6, "1/s")
    within("hot", hot, 1.0, 100.0, advice="it is the events of one partition over the mean")
    within("hours", hours, 0, 8760, "h")
    within("begins_h", begins_h, 0, 23, "h")
    within("retention_h", retention_h, 1, 8760, "h")
    within("restart_s", restart_s, 0.0, 3600.0, "s")
    within("rebalance_s", rebalance_s, 0.0, 600.0, "s")
    within("peak_per_s", peak_per_s, 0.01, 1e6, "1/s")
    within("swing", swing, 0.0, 0.95)
    within("session_s", session_s, 0.0, 3600.0, "s")
    within("commit_s", commit_s, 0.0, 3600.0, "s")
    within("kilobytes", kilobytes, 0.001, 1e6, "kB")
    within("copies", copies, 1, 10)
    table = kernels.event_log(
        int(partitions), int(consumers), float(speed_per_s), float(hot), int(hours), int(begins_h),
        int(retention_h), float(restart_s), float(rebalance_s), float(peak_per_s), float(swing),
        float(session_s), float(commit_s), float(kilobytes), int(copies), USD,
    )  # fmt: skip
    here = table[-1].tolist()
    points = table[: kernels.POINTS].T.tolist()
    first = kernels.POINTS + kernels.MOST_CONSUMERS
    ends, free_ends = here[kernels.ENDS] == 1.0, here[kernels.FREE_ENDS] == 1.0
    return EventLog(
        catch_up_h=here[kernels.CATCH_UP_H] if ends else math.inf,
        free_h=here[kernels.FREE_H] if free_ends else math.inf,
        lost=here[kernels.LOST],
        busiest=here[kernels.BUSIEST],
        group=here[kernels.GROUP],
        idle=int(here[kernels.IDLE]),
        most=int(here[kernels.MOST]),
        stored_tb=here[kernels.STORED_TB],
        usd=here[kernels.USD],
        crash_s=here[kernels.CRASH_S],
        again=here[kernels.AGAIN],
        behind=here[kernels.BEHIND],
        came=here[kernels.CAME],
        read=here[kernels.READ],
        at_h=tuple(points[kernels.HOUR]),
        slowest_h=tuple(points[kernels.SLOWEST_H]),
        mean_h=tuple(points[kernels.MEAN_H]),
        quickest_h=tuple(points[kernels.QUICKEST_H]),
        unread=tuple(points[kernels.UNREAD]),
        deploys={name: _deploy(table[first + i].tolist()) for i, name in enumerate(WAYS)},
    )


def _deploy(row: list[float]) -> Deploy:
    return Deploy(row[kernels.STOPPED_S], row[kernels.OLDEST_S], row[kernels.TAKES_MIN])


def keys_moved(before: int, after: int) -> float:
    """Share of the keys that change their partition, hash modulo number, with the number.

    Counted over all remainders; `scalelab.theory.patterns.event_log.keys_moved` is a formula.

    >>> keys_moved(12, 16)
    0.75
    """
    within("before", before, 1, 10_000, "partitions")
    within("after", after, 1, 10_000, "partitions")
    every = math.lcm(int(before), int(after))
    within("least common multiple", every, 1, 10_000_000, advice="take rounder numbers")
    return sum(key % before != key % after for key in range(every)) / every
