"""Events of one order, handled in order or not, once or twice, and on time or late.

    >>> from scalelab.models.patterns.ordering import WAYS, handle
    >>> found = handle()
    >>> for way in WAYS:
    ...     each = found[way]
    ...     print(f"{way}: {each.wrong:,.0f} wrong, {each.capacity_per_s:.0f}/s")
    Any worker: 1,099 wrong, 399/s
    With versions: 0 wrong, 399/s
    Retry in place: 100 wrong, 164/s
    Retry aside: 1,099 wrong, 399/s
    Group per order: 100 wrong, 399/s

Numbers of orders and events are of a million. Other ways to them are in
`scalelab.theory.patterns.ordering`.
"""

from dataclasses import dataclass

from scalelab.facts.delivery import SQS_DEDUPLICATION, SQS_LEASE
from scalelab.kernels import shop
from scalelab.kernels.patterns import ordering as kernels
from scalelab.models.check import within

WAYS = ("Any worker", "With versions", "Retry in place", "Retry aside", "Group per order")
ATTEMPTS = kernels.ATTEMPTS
BACKOFF_S = SQS_LEASE.value
KEPT_S = 60.0 * SQS_DEDUPLICATION.value
# Every write of the shop at its peak, 2,000 requests a second, is an event.
RATE_PER_S = 2000.0 * shop.WRITE_SHARE
# Assumptions: how soon customers change their minds, how long handling takes, what goes wrong.
GAP_S = 10.0
SERVICE_MS = 50.0
FAILS, REPEATED, POISON = 0.001, 0.001, 0.0001
WORKERS = 20
LATE_S = 10.0
SEED = 1


@dataclass(frozen=True)
class Handled:
    """What becomes of a million orders of two events each, or of a million events, in one way.

    wrong: orders whose state in the end is that of their first event. twice: orders with an event
    that took effect twice or more. late: events without an effect in time, dead letters included,
    and those of the runs with the fewest and the most. p99_s: what one event in 100 exceeds.
    not_done: events without an effect, by the time in seconds. wrong_by_gap: ``wrong``, by the gap.
    """

    wrong: float
    twice: float
    late: float
    fewest_late: float
    most_late: float
    p99_s: float
    capacity_per_s: float
    keeps_up: bool
    wait_s: float
    not_done: dict[float, float]
    wrong_by_gap: dict[float, float]
    blocked_s: float
    blocked: float


def handle(
    gap_s: float = GAP_S,
    fails: float = FAILS,
    repeated: float = REPEATED,
    poison: float = POISON,
    backoff_s: float = BACKOFF_S,
    kept_s: float = KEPT_S,
    workers: int = WORKERS,
    rate_per_s: float = RATE_PER_S,
    service_ms: float = SERVICE_MS,
    late_s: float = LATE_S,
    seed: int = SEED,
) -> dict[str, Handled]:
    """What becomes of orders whose events are handled in five ways, by `WAYS`.

    Parameters
    ----------
    gap_s : from the first event of an order to its second.
    fails, repeated : chances of an attempt to fail before its effect, and to have one and be made
        again all the same, as its acknowledgement is lost. Together less than 1.
    poison : share of the events that always fail.
    backoff_s : from an attempt to the next one; there are `ATTEMPTS` at most.
    kept_s : for how long the key of an effect is kept; 0 is no keys.
    workers, rate_per_s, service_ms : workers, as many as partitions; events of all orders; mean of
        the handling times, which are exponential.
    late_s : an event without an effect by then is late.
    seed : of the runs of blocked partitions.

    Raises
    ------
    ValueError : what is out of range, by name.

    Notes
    -----
    Handling times race as in W. Feller, "An introduction to probability theory and its
    applications", volume 2. Waits are those of M/M/c and M/M/1 queues
    (`scalelab.kernels.queueing.erlang`), behind blocked partitions simulated.

    Dead letters are sent again when all else is done, in their order. With versions an effect that
    is not newer than the state is ignored, so that an event that only adds something is lost.

    Leaves out: waits for a worker as a cause of overtaking, and before retries; keys of orders that
    are more active than others; time-outs after which two workers have the same event; batches;
    partitions that move to other workers (`scalelab.models.principles.delivery` has leases).
    """
    within("gap_s", gap_s, 0.0, 1e5, "s")
    within("fails", fails, 0.0, 0.999, advice="a chance, not a percentage")
    within(
        "repeated", repeated, 0.0, 0.999 - fails,
        advice="a chance; together with that to fail it is less than 1",
    )  # fmt: skip
    within("poison", poison, 0.0, 0.999, advice="a share, not a percentage")
    within("backoff_s", backoff_s, 0.0, 1e5, "s")
    within("kept_s", kept_s, 0.0, 1e5, "s")
    within("workers", workers, 1, 1000)
    within("rate_per_s", rate_per_s, 1e-3, 1e6, "1/s")
    within("service_ms", service_ms, 0.1, 1e5, "ms")
    within("late_s", late_s, 0.0, 1e4, "s")
    within("seed", seed, 0, 2**31 - 1)
    table = kernels.ordering(
        float(gap_s), float(fails), float(repeated), float(poison), float(backoff_s),
        float(kept_s), int(workers), float(rate_per_s), float(service_ms), float(late_s),
        int(seed),
    ).tolist()  # fmt: skip
    return {
        name: _handled([row for row in table if row[kernels.WHICH] == way])
        for way, name in enumerate(WAYS)
    }


def _handled(rows: list[list[float]]) -> Handled:
    (head,) = (row for row in rows if row[kernels.KIND] == kernels.WAY)
    return Handled(
        wrong=head[kernels.WRONG],
        twice=head[kernels.TWICE],
        late=head[kernels.LATE],
        fewest_late=head[kernels.LATE_LOW],
        most_late=head[kernels.LATE_HIGH],
        p99_s=head[kernels.P99_S],
        capacity_per_s=head[kernels.CAPACITY],
        keeps_up=head[kernels.KEEPS_UP] == 1.0,
        wait_s=head[kernels.WAIT_S],
        not_done={
            row[kernels.AT_S]: row[kernels.OPEN]
            for row in rows
            if row[kernels.KIND] == kernels.TIME
        },
        wrong_by_gap={
            row[kernels.GAP_S]: row[kernels.WRONG]
            for row in rows
            if row[kernels.KIND] == kernels.GAP
        },
        blocked_s=head[kernels.BLOCKED_S],
        blocked=head[kernels.BLOCKED],
    )
