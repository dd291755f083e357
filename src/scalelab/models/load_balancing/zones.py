"""Machines in several zones: how many to have, what they cost, and when they are too few.

    >>> from scalelab.models.load_balancing.zones import CAUSES, arrange, needed
    >>> needed(2000.0)
    4
    >>> for zones, each in (1, 4), (2, 4), (3, 2), (4, 1):
    ...     found = arrange(zones, each)
    ...     print(f"{zones} x {each}: {found.usd_per_month:,.0f} USD, {found.minutes:.0f} minutes")
    1 x 4: 618 USD, 232 minutes
    2 x 4: 1,236 USD, 120 minutes
    3 x 2: 927 USD, 120 minutes
    4 x 1: 618 USD, 448 minutes

Other ways to the same numbers are in `scalelab.theory.load_balancing.zones`.
"""

from dataclasses import dataclass

from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.facts.redundancy import VRRP_INTERVAL, VRRP_SKEW
from scalelab.kernels import shop
from scalelab.kernels.load_balancing import zones as kernels
from scalelab.models.check import within

MACHINE_MS = shop.MACHINE_MS  # of a vCPU, for a request
(MACHINE,) = (each for each in FAMILY if each.vcpus == shop.VCPUS)
USD_PER_MONTH = MACHINE.price.value * HOURS_PER_MONTH
# A backup takes the address after three advertisements that did not come, and a skew.
SWITCH_S = 3.0 * VRRP_INTERVAL.value + VRRP_SKEW.value
CAUSES = (
    "Machines alone",
    "One zone out",
    "More zones out",
    "Bad changes",
    "Balancer pair",
    "One balancer",
)
# Assumptions. How often zones are lost is published nowhere; for how long, of some of them:
# `scalelab.facts.redundancy`. Machines at Google failed every 1.8 years in 2008.
RATE_PER_S = 2000.0
MOST_BUSY = 0.9
MTBF_DAYS, REPAIR_MIN = 365.0, 10.0
ZONE_YEARS, ZONE_MIN = 5.0, 360.0
CHANGES_PER_YEAR, CHANGE_MIN = 2.0, 60.0
MOST_MACHINES, MOST_NEEDED = 400, 300  # the chances of more would be too small or large for a float


@dataclass(frozen=True)
class Arranged:
    """Some machines in each of some zones.

    ``needed`` of all ``machines`` are enough for the load. In a year fewer are up for ``minutes``;
    ``minutes_by_cause`` has a part of that for each of `CAUSES` but the last, which is what one
    balancer would cost in place of the pair. ``availability`` is the part of the time with enough.

    ``busy``: each machine, with all up; ``left_busy``, with one zone lost: more than 1 is more than
    there is, None if nothing is left. ``response_ms`` is the mean with all up, ``left_response_ms``
    with a zone lost; None where machines do not keep up. Then who waits longest waits for
    ``longest_wait_min``, and the line is gone ``line_gone_min`` after the zone was lost; 0 if there
    is none, None if all machines together do not keep up either.
    """

    needed: int
    machines: int
    usd_per_month: float
    minutes: float
    minutes_by_cause: dict[str, float]
    availability: float
    survives_zone: bool
    busy: float
    left_busy: float | None
    response_ms: float | None
    left_response_ms: float | None
    longest_wait_min: float | None
    line_gone_min: float | None


def needed(
    rate_per_s: float,
    most_busy: float = MOST_BUSY,
    work_ms: float = MACHINE_MS,
    vcpus: int = shop.VCPUS,
) -> int:
    """Machines that are enough for ``rate_per_s``, none busier than ``most_busy``.

    Ranges and errors are those of `arrange`.
    """
    within("rate_per_s", rate_per_s, 0.01, 1e6, "requests/s")
    within("most_busy", most_busy, 0.05, 1.0, advice="a share, not a percentage")
    within("work_ms", work_ms, 0.001, 10_000.0, "ms")
    within("vcpus", vcpus, 1, 128)
    found = int(kernels.enough(float(rate_per_s), 1000.0 * vcpus / work_ms, float(most_busy)))
    within("needed", found, 1, MOST_NEEDED, "machines", "take less load or larger machines")
    return found


def arrange(
    zones: int,
    per_zone: int,
    rate_per_s: float = RATE_PER_S,
    most_busy: float = MOST_BUSY,
    mtbf_days: float = MTBF_DAYS,
    repair_min: float = REPAIR_MIN,
    zone_years: float = ZONE_YEARS,
    zone_min: float = ZONE_MIN,
    changes_per_year: float = CHANGES_PER_YEAR,
    change_min: float = CHANGE_MIN,
    switch_s: float = SWITCH_S,
    work_ms: float = MACHINE_MS,
    vcpus: int = shop.VCPUS,
) -> Arranged:
    """``per_zone`` machines in each of the ``zones``.

    Parameters
    ----------
    zones : 1 to 4, lost and found independently of each other.
    per_zone : machines in each, 1 to 100.
    rate_per_s : requests, 0.01 to 1e6, for which 300 machines are enough.
    most_busy : machines are too few if they would be busier than that, 0.05 to 1.
    mtbf_days : a machine, or a balancer, is up for so long on average, 0.1 to 1e5 days.
    repair_min : then it is down for so long, 0.01 min to as long as it is up.
    zone_years : a zone is there for so long on average, 0.01 to 1e4 years.
    zone_min : then it is lost for so long, or its machines until others run elsewhere, 0.1 to 1e5
        min.
    changes_per_year : that stop all machines at once, 0 to 1000.
    change_min : for so long, 0.01 to 1e5 min.
    switch_s : until the second balancer has the address of the first, 0.001 to 3600 s.
    work_ms : of a vCPU, for a request, 0.001 to 10,000 ms, of any law.
    vcpus : of a machine, 1 to 128.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Exact: the number of machines that are up is binomial in those zones that are there, and so is
    the number of zones (R. E. Barlow and F. Proschan, "Statistical theory of reliability and life
    testing", 1975), whatever the laws of the times. For the pair of balancers these are
    exponential. Responses are those of machines that share their vCPUs (F. P. Kelly, "Reversibility
    and stochastic networks", 1979, section 3.3); where the machines left are too slow, a fluid
    without chance.

    Leaves out: repairs that wait for each other or for spare machines, which are scarce when a zone
    is lost; machines that fail because others did, under the load that these leave; what is lost
    before the balancer notices; customers who give up; zones that fail together; balancers in a
    zone that is lost; the database; traffic between zones, which is billed; rents of balancers.
    """
    within("zones", zones, 1, kernels.MOST_ZONES)
    within("per_zone", per_zone, 1, MOST_MACHINES // kernels.MOST_ZONES)
    needed(rate_per_s, most_busy, work_ms, vcpus)
    within("mtbf_days", mtbf_days, 0.1, 1e5, "days")
    within("repair_min", repair_min, 0.01, 1440.0 * mtbf_days, "min")
    within("zone_years", zone_years, 0.01, 1e4, "years")
    within("zone_min", zone_min, 0.1, 1e5, "min")
    within("changes_per_year", changes_per_year, 0.0, 1000.0)
    within("change_min", change_min, 0.01, 1e5, "min")
    within("switch_s", switch_s, 0.001, 3600.0, "s")
    table = kernels.zones(
        int(zones), int(per_zone), float(rate_per_s), float(most_busy), float(mtbf_days),
        float(repair_min), float(zone_years), float(zone_min), float(changes_per_year),
        float(change_min), float(switch_s), float(work_ms), int(vcpus), USD_PER_MONTH,
    )  # fmt: skip
    (row,) = table[table[:, kernels.KIND] == kernels.SET].tolist()
    causes = table[table[:, kernels.KIND] == kernels.CAUSE][:, kernels.WHY_MINUTES].tolist()
    times = table[table[:, kernels.KIND] == kernels.TIME].tolist()
    keeps_up = row[kernels.KEEPS_UP] == 1.0
    line = row[kernels.WAITS] == 1.0
    steady = 1000.0 * times[2][kernels.RESPONSE_S]
    return Arranged(
        needed=int(row[kernels.NEEDED]),
        machines=int(row[kernels.MACHINES]),
        usd_per_month=row[kernels.RENT],
        minutes=row[kernels.MINUTES],
        minutes_by_cause=dict(zip(CAUSES, causes, strict=True)),
        availability=row[kernels.AVAILABILITY],
        survives_zone=row[kernels.SURVIVES] == 1.0,
        busy=row[kernels.BUSY],
        left_busy=row[kernels.LEFT_BUSY] if row[kernels.LEFT] == 1.0 else None,
        response_ms=1000.0 * times[0][kernels.RESPONSE_S] if keeps_up else None,
        left_response_ms=steady if keeps_up and not line else None,
        longest_wait_min=row[kernels.WORST_MIN] if keeps_up else None,
        line_gone_min=row[kernels.GONE_MIN] if keeps_up else None,
    )
