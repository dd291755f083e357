"""The five options again in plain Python: try machines until enough is left when one is lost."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scalelab.facts import choice as facts
from scalelab.facts import machines, shards

ONE, REPLICAS, SHARDS, _, KEY, NONE = range(6)
LIMIT = 6000.0  # ten writes for each of 1000 flushes/s, 60 % busy
FULL_TABLE = 32 * 2**40 / 1e9
PER_VCPU = 0.6 / 0.003  # requests/s
GIB = 2**30 / 1e9


@dataclass(frozen=True)
class Asked:
    data: float
    reads: float
    writes: float
    growth: float
    several: float
    regions: int
    cut: bool
    day: float
    extra: float
    agreement: float


def first(enough: Callable[[int], bool], start: int) -> int:
    """The least number from ``start`` on that is enough: doubled, then halved."""
    step = start
    while not enough(step):
        step *= 2
    low = start - 1
    while step - low > 1:
        middle = (low + step) // 2
        low, step = (low, middle) if enough(middle) else (middle, step)
    return step


def groups(asked: Asked, load: float, fewest: int, most: int) -> Iterator[tuple[int, int, float]]:
    data, reads, writes = (load * x for x in (asked.data, asked.reads, asked.writes))
    if data > FULL_TABLE or writes > LIMIT:
        return
    for machine in machines.FAMILY:
        full = machine.vcpus * PER_VCPU
        if 0.04 * data > machine.memory_gib * GIB or writes > full:
            continue
        for count in range(fewest, most + 1):
            replicas_left = count - 2  # one is lost, and one of the others is the primary
            if reads <= full - writes + replicas_left * (full - 0.3 * writes):
                yield count, machine.vcpus, count * data
                break


def carries_shards(asked: Asked, load: float, machine: machines.Machine) -> Callable[[int], bool]:
    data, reads, writes = (load * x for x in (asked.data, asked.reads, asked.writes))
    work = (reads + writes) * (1.0 + 0.2 * asked.several)

    def enough(count: int) -> bool:
        fullest = 1.2 / count
        return (
            fullest * data <= FULL_TABLE
            and fullest * writes <= LIMIT
            and fullest * 0.04 * data <= machine.memory_gib * GIB
            and fullest * work <= machine.vcpus * PER_VCPU
        )

    return enough


def carries_copies(
    asked: Asked, load: float, machine: machines.Machine, option: int
) -> Callable[[int], bool]:
    data, reads, writes = (load * x for x in (asked.data, asked.reads, asked.writes))
    work = (reads + asked.agreement * writes) * (1.0 + 0.2 * asked.several)
    logged, copies = 3 * writes, 3
    if option == KEY:
        items = writes * (1 + asked.several) * asked.regions
        work = reads * (1 + 4 * asked.several) + 3 * items
        logged, copies = 3 * items, 3 * asked.regions

    def enough(count: int) -> bool:
        return (
            work <= (count - 1) * machine.vcpus * PER_VCPU
            and logged <= (count - 1) * LIMIT
            and copies * data <= count * machine.vcpus * 320 * GIB
            and 0.04 * data <= count * machine.memory_gib * GIB
        )

    return enough


def shared(asked: Asked, load: float, option: int) -> Iterator[tuple[int, int, float]]:
    data = load * asked.data
    for machine in machines.FAMILY:
        if option == SHARDS and machine.vcpus >= 4:
            least = first(carries_shards(asked, load, machine), max(2, asked.regions))
            yield 2 * least, machine.vcpus, 2 * data
        elif option != SHARDS and 4 <= machine.vcpus <= 32:
            least = first(carries_copies(asked, load, machine, option), 3 * asked.regions)
            yield least, machine.vcpus, 3 * data * (asked.regions if option == KEY else 1)


def possible(option: int, asked: Asked) -> bool:
    if option in (ONE, REPLICAS):
        return asked.regions == 1 and not asked.cut
    if option == KEY:
        return asked.several == 0.0 or (asked.regions == 1 and not asked.cut)
    return not asked.cut


def cost(option: int, asked: Asked, load: float) -> float | None:
    """USD in a month, or None if it cannot."""
    if not possible(option, asked):
        return None
    if option == ONE:
        found = groups(asked, load, 2, 2)
    elif option == REPLICAS:
        found = groups(asked, load, 3, 1 + int(facts.AURORA_REPLICAS.value))
    else:
        found = shared(asked, load, option)
    days = 2.0 + asked.extra * (0.0, 1.0, 8.0, 4.0, 6.0)[option]
    price = machines.FAMILY[0].price_per_vcpu * machines.HOURS_PER_MONTH
    costs = [n * size * price + stored * facts.DISK_PRICE.value for n, size, stored in found]
    return min(costs) + days * asked.day if costs else None


@dataclass(frozen=True)
class Plan:
    start: int
    then: int
    stop: int
    total: float


def plans(asked: Asked, months: int = 60) -> list[Plan]:
    """Every way through the five years: one option, or two with a move when the first stops."""
    bills = [
        [cost(option, asked, asked.growth ** (month / 12)) for month in range(months + 1)]
        for option in range(5)
    ]
    found = []
    for start, bill in enumerate(bills):
        stop = bill.index(None) if None in bill else months + 1
        own = math.fsum(x for x in bill[1:stop] if x is not None)
        if stop > months:
            found.append(Plan(start, NONE, stop, own))
        elif stop > 0:
            for then, other in enumerate(bills):
                if None not in other:
                    move = (0.0, 5.0, 200.0, 120.0, 200.0)[then] * asked.day
                    rest = math.fsum(x for x in other[stop:] if x is not None)
                    found.append(Plan(start, then, stop, own + move + rest))
    return found


def write_in_reads() -> tuple[float, float]:
    """Of Spanner and DynamoDB."""
    agreed = facts.SPANNER_NODE_READS.value / facts.SPANNER_NODE_WRITES.value
    return agreed, shards.DYNAMODB_PARTITION_READS.value / shards.DYNAMODB_PARTITION_WRITES.value
