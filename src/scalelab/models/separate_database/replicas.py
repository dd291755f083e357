"""The first read replicas: are they capacity or a spare, and which reads may not go to them?

    >>> from scalelab.models.separate_database.replicas import ARRANGEMENTS, arrange
    >>> for name, each in arrange(1000.0).items():
    ...     print(f"{name}: {each.carried_per_s:,.0f}/s, one lost {each.carried_down_per_s:,.0f}/s")
    One machine: 889/s, one lost 0/s
    Twice as large: 1,778/s, one lost 0/s
    One replica: 942/s, one lost 889/s
    Two replicas: 1,794/s, one lost 942/s
    >>> f"{arrange(1000.0, balanced=True)['One replica'].carried_per_s:,.0f}/s"
    '1,697/s'

Other ways to the same numbers are in `scalelab.theory.separate_database.replicas`.
"""

from dataclasses import dataclass

from scalelab.facts.staleness import RAILS_PIN
from scalelab.kernels import shop
from scalelab.kernels.separate_database import replicas as kernels
from scalelab.models.check import within

ARRANGEMENTS = ("One machine", "Twice as large", "One replica", "Two replicas")
# Assumptions, as in `scalelab.models.replication.read_write_split`, where they are explained.
WRITE_FACTOR, APPLY_SHARE = 2.0, 0.5
TARGET = 0.7
REQUEST_RATE = 1.0 / shop.THINK_S  # of a customer who is there


@dataclass(frozen=True)
class Arranged:
    """One arrangement at the rate that was asked for.

    ``carried_per_s`` requests are carried with no machine busier than the target,
    ``carried_down_per_s`` of them with one lost, whichever it is (0: nothing is left). The former
    come in the busiest hour of ``customers_of_the_day``. ``read_ms`` is the mean time of a read;
    None if it does not keep up. ``primary_busy`` and ``replica_busy`` (0 without one) may be more
    than 1, which is more than there is. A share ``at_primary`` of the reads goes to the primary, of
    which a share ``pinned`` of all has to. ``left_busy`` is the busiest machine after one is lost;
    None if none is left.
    """

    carried_per_s: float
    carried_down_per_s: float
    customers_of_the_day: float
    read_ms: float | None
    primary_busy: float
    replica_busy: float
    at_primary: float
    pinned: float
    left_busy: float | None


def arrange(
    rate_per_s: float,
    write_share: float = shop.WRITE_SHARE,
    window_s: float = RAILS_PIN.value,
    vcpus: int = shop.VCPUS,
    read_ms: float = shop.DATABASE_MS,
    write_factor: float = WRITE_FACTOR,
    apply_share: float = APPLY_SHARE,
    target: float = TARGET,
    balanced: bool = False,
) -> dict[str, Arranged]:
    """Each of `ARRANGEMENTS` at the same rate of requests.

    Parameters
    ----------
    rate_per_s : requests that come at random, 0.01 to 1e6.
    write_share : of the requests, 0 to 1; the others read.
    window_s : for so long after a write its customer's reads go to the primary, 0 to 1e6 s.
    vcpus : of each machine, 1 to 128; the larger one has twice as many.
    read_ms : what a read takes of a vCPU, 0.001 to 10,000 ms, of any law.
    write_factor : how many times a read's work a write takes, 0.1 to 100.
    apply_share : of a write's work, for a replica to repeat it, 0 to 1.
    target : no machine is to be busier, 0.05 to 0.99.
    balanced : whether the primary answers other reads too, so that all machines are as equally busy
        as can be; if not, replicas answer all that do not have to go to it.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact, for many customers, on machines whose requests share the vCPUs, each at most one (F. P.
    Kelly, "Reversibility and stochastic networks", 1979, section 3.3).

    Leaves out: how far replicas lag, which says how long the window has to be
    (`scalelab.models.replication.lag`); disks; visits that end, in which fewer reads are pinned if
    the window is not much shorter; customers who write and read more at some times than at others,
    whose reads are pinned more often; reads of what another customer wrote; the time until a
    replica takes the primary's place, and what is lost with it
    (`scalelab.models.replication.failover`).
    """
    within("rate_per_s", rate_per_s, 0.01, 1e6, "requests/s")
    within("write_share", write_share, 0.0, 1.0, advice="a share, not a percentage")
    within("window_s", window_s, 0.0, 1e6, "s")
    within("vcpus", vcpus, 1, 128)
    within("read_ms", read_ms, 0.001, 10_000.0, "ms")
    within("write_factor", write_factor, 0.1, 100.0)
    within("apply_share", apply_share, 0.0, 1.0, advice="a share, not a percentage")
    within("target", target, 0.05, 0.99, advice="a share, not a percentage")
    table = kernels.replicas(
        float(rate_per_s), float(write_share), float(window_s), int(vcpus), float(read_ms),
        float(write_factor), float(apply_share), float(target), int(balanced), REQUEST_RATE,
        shop.CUSTOMER_RATE, float(rate_per_s),
    )  # fmt: skip
    here = table[table[:, kernels.HERE] == 1.0].tolist()
    return {name: _arranged(row) for name, row in zip(ARRANGEMENTS, here, strict=True)}


def _arranged(row: list[float]) -> Arranged:
    return Arranged(
        carried_per_s=row[kernels.CARRIED],
        carried_down_per_s=row[kernels.CARRIED_DOWN],
        customers_of_the_day=row[kernels.OF_THE_DAY],
        read_ms=row[kernels.READ_MS] if row[kernels.KEEPS_UP] == 1.0 else None,
        primary_busy=row[kernels.PRIMARY_BUSY],
        replica_busy=row[kernels.REPLICA_BUSY],
        at_primary=row[kernels.AT_PRIMARY],
        pinned=row[kernels.PINNED],
        left_busy=row[kernels.LEFT_BUSY] if row[kernels.CARRIED_DOWN] > 0.0 else None,
    )
