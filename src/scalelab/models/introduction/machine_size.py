"""One large machine or many small ones: the bill, and what is left when some die.

    >>> from scalelab.models.introduction.machine_size import cheapest, offers
    >>> best = cheapest(offers(20_000))
    >>> best.vcpus, best.machines, best.spares, round(best.bill_usd)
    (16, 15, 1, 9572)
    >>> largest = offers(20_000)[384]
    >>> largest.machines, round(largest.bill_usd), round(largest.throughput)
    (2, 29709, 20046)

The closed forms are in `scalelab.theory.introduction.machine_size`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scalelab.facts.machines import FAMILY, HIGH_MEMORY, INSTANCE_UPTIME, MACHINES
from scalelab.kernels.introduction import machine_size as kernels
from scalelab.models.check import one_of, within

SIZES = tuple(machine.vcpus for machine in MACHINES)
PARTS = (
    "The load itself",
    "Lost inside machines",
    "Each machine's own",
    "Lost between machines",
    "Idle",
    "Spares",
)
SPARE_RULES = (
    "None",
    "Enough when one dies",
    "Enough when two die",
    "Enough when three die",
    "As many as the allowed time needs",
)
PRICES = {
    "family_price": FAMILY[0].price_per_vcpu,
    "first_price": HIGH_MEMORY[0].price.value,
    "second_price": HIGH_MEMORY[1].price.value,
}


@dataclass(frozen=True)
class Offer:
    """A load carried by machines of one size.

    ``machines`` are all that are rented, ``spares`` those of them that stand by; if no
    number of these machines carries the load (``possible`` is false), none is. ``parts_usd`` adds
    up to ``bill_usd``, both a month. ``left`` is the share of the load that is still carried
    when all spares are used up and one more machine dies. ``short_hours`` a year fewer machines are
    up than the load needs, and ``refused`` is the share of all requests that this costs.
    ``throughput`` is that of one machine, ``most`` that of the best number of them.
    """

    vcpus: int
    possible: bool
    machines: int
    spares: int
    bill_usd: float
    parts_usd: dict[str, float]
    left: float
    short_hours: float
    refused: float
    throughput: float
    most: float


def offers(
    request_rate: float,
    vcpu_rate: float = 100.0,
    contention_inside: float = 0.002,
    coherency_inside: float = 1e-6,
    contention_between: float = 0.002,
    coherency_between: float = 2e-6,
    agents_vcpus: float = 0.5,
    charge_usd: float = 20.0,
    spare_rule: str = SPARE_RULES[1],
    allowed_hours: float = 1.0,
    availability: float = INSTANCE_UPTIME.value,
) -> dict[int, Offer]:
    """The load on machines of each of the `SIZES`, keyed by their number of vCPUs.

    Parameters
    ----------
    request_rate : requests/s to be carried, 1 to 10,000,000.
    vcpu_rate : requests/s that one vCPU does when nothing is in its way, 0.1 to 100,000. An
        assumption, as are all that follow but the last.
    contention_inside, coherency_inside : sigma and kappa among the vCPUs of one machine, 0 to 0.5
        and 0 to 0.01.
    contention_between, coherency_between : sigma and kappa among machines, same ranges.
    agents_vcpus : vCPUs that the operating system and the programs that watch a machine take of
        each, 0 to 1.9.
    charge_usd : what each machine costs a month besides its rent: licences and care, 0 to 100,000.
    spare_rule : one of `SPARE_RULES`.
    allowed_hours : hours a year for which fewer machines may be up than the load needs, 0.001 to
        8760; for the last of the rules.
    availability : share of the time that one machine is up, 0.9 to 0.999999. What the provider
        promises of a single one, if not given.

    Raises
    ------
    ValueError
        For an unknown rule or an argument outside the ranges above.

    Notes
    -----
    At most 10,000 machines work together.

    Leaves out: machines that fail together, and the failures of what they share; the time until a
    spare has taken over; that a load carried to the last request makes queues; discounts for a
    year or for what may be taken away; memory, disks, network, load balancers and people; prices of
    other providers and of machines that are bought.
    """
    within("request_rate", request_rate, 1.0, 1e7, "requests/s")
    within("vcpu_rate", vcpu_rate, 0.1, 1e5, "requests/s")
    within("contention_inside", contention_inside, 0.0, 0.5, advice="a share, not a percentage")
    within("coherency_inside", coherency_inside, 0.0, 0.01, advice="a share, not a percentage")
    within("contention_between", contention_between, 0.0, 0.5, advice="a share, not a percentage")
    within("coherency_between", coherency_between, 0.0, 0.01, advice="a share, not a percentage")
    within("agents_vcpus", agents_vcpus, 0.0, 1.9, "vCPUs", "the smallest machine has 2")
    within("charge_usd", charge_usd, 0.0, 100_000.0, "USD")
    one_of("spare_rule", spare_rule, SPARE_RULES)
    within("allowed_hours", allowed_hours, 0.001, 8760.0, "hours", "a year has 8760")
    within("availability", availability, 0.9, 0.999999, advice="a share, not a percentage")
    table = kernels.machine_size(
        float(request_rate),
        float(vcpu_rate),
        float(contention_inside),
        float(coherency_inside),
        float(contention_between),
        float(coherency_between),
        float(agents_vcpus),
        float(charge_usd),
        SPARE_RULES.index(spare_rule),
        float(allowed_hours),
        float(availability),
        *PRICES.values(),
    )
    return {int(row[kernels.VCPUS]): _offer(row.tolist()) for row in table}


def cheapest(found: Mapping[int, Offer]) -> Offer:
    """The lowest bill among those that carry the load.

    Raises ValueError if none does.
    """
    possible = [offer for offer in found.values() if offer.possible]
    if not possible:
        raise ValueError(
            "no number of machines of any size carries this load; lower request_rate or what the "
            "machines lose to each other"
        )
    return min(possible, key=lambda offer: offer.bill_usd)


def _offer(row: list[float]) -> Offer:
    return Offer(
        vcpus=int(row[kernels.VCPUS]),
        possible=row[kernels.POSSIBLE] == 1.0,
        machines=int(row[kernels.MACHINES]),
        spares=int(row[kernels.SPARES]),
        bill_usd=row[kernels.BILL],
        parts_usd=dict(zip(PARTS, row[kernels.WORK : kernels.SPARE + 1], strict=True)),
        left=row[kernels.LEFT],
        short_hours=row[kernels.SHORT],
        refused=row[kernels.REFUSED],
        throughput=row[kernels.ONE],
        most=row[kernels.MOST],
    )
