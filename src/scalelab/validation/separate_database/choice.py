"""The choice of a database against what its parts are said to hold, and against closed forms."""

import math
from collections.abc import Iterator
from typing import Any

from scalelab.facts import choice as facts
from scalelab.facts import machines, shards
from scalelab.facts.fact import Fact
from scalelab.kernels import shop
from scalelab.kernels.separate_database import choice as kernel
from scalelab.models.separate_database.choice import Option, choose
from scalelab.theory.separate_database.choice import months_added_up, vcpus, years_until
from scalelab.validation.row import Row, Topic, exact

WORK_S = shop.DATABASE_MS / 1000.0
EXPONENTIAL = "years until a limit, log(limit / now) / log(growth)"
SERIES = "geometric series"
LIMITS = "machines of any size"


def of(name: str, **changed: Any) -> Option:
    return choose(**changed).options[name]


def total(name: str, **changed: Any) -> float:
    found = of(name, **changed).total_usd
    assert found is not None
    return found


def published(quantity: str, settings: str, fact: Fact, reference: float, ours: float) -> Row:
    return Row(
        quantity, settings, "published", fact.source, reference, ours, 1e-9 * reference, ",.4f"
    )


def as_published() -> Iterator[Row]:
    low, high = 1.0, 100_000.0
    while high - low > 1e-7 * low:
        middle = 0.5 * (low + high)
        if of("One primary", data_gb=middle, reads_per_s=1.0, growth=1.0).stops is None:
            low = middle
        else:
            high = middle
    yield Row(
        "Most data of one primary (GB)", "one table has all of it", "published",
        facts.POSTGRESQL_RELATION.source, facts.POSTGRESQL_RELATION.value * 2**40 / 1e9, low, 0.01,
        ",.2f",
    )  # fmt: skip
    # Reads that need more of the largest machines than there may be.
    most = max(
        of("Replicas", reads_per_s=reads, data_gb=1.0, growth=5.0).months[-1].machines
        for reads in range(400, 4000, 40)
    )
    yield published(
        "Replicas at most", "reads that grow until it stops", facts.AURORA_REPLICAS,
        facts.AURORA_REPLICAS.value, most - 1.0,
    )  # fmt: skip
    yield published(
        "A write's work, in reads", "Distributed SQL, a majority of three",
        facts.SPANNER_NODE_WRITES,
        facts.SPANNER_NODE_READS.value / facts.SPANNER_NODE_WRITES.value, kernel.AGREEMENT,
    )  # fmt: skip
    yield published(
        "A write's work, in reads", "Key-value, no transaction", shards.DYNAMODB_PARTITION_WRITES,
        shards.DYNAMODB_PARTITION_READS.value / shards.DYNAMODB_PARTITION_WRITES.value,
        kernel.KEY_WRITE,
    )  # fmt: skip
    largest = kernel.SIZES[kernel.END_NODE - 1]
    yield published(
        "Data of the largest node (TiB)", f"{largest} vCPUs", facts.COCKROACHDB_NODE,
        facts.COCKROACHDB_NODE.value, largest * kernel.NODE_GB * 1e9 / 2**40,
    )  # fmt: skip
    today = of("One primary").months[0]
    xlarge = next(each for each in machines.FAMILY if each.vcpus == today.vcpus)
    rent = 2.0 * xlarge.price.value * machines.HOURS_PER_MONTH
    yield published(
        "Rent of two machines (USD a month)", "the shop today", xlarge.price, rent,
        today.usd - 2.0 * 800.0 - 2.0 * 100.0 * facts.DISK_PRICE.value,
    )  # fmt: skip


def until_a_limit() -> Iterator[Row]:
    cases: tuple[tuple[str, dict[str, Any], float, float, float], ...] = (
        ("writes of one primary", {"writes_per_s": 1000.0}, 1000.0, kernel.LOG_WRITES, 2.0),
        (
            "writes of one primary", {"writes_per_s": 300.0, "growth": 3.3}, 300.0,
            kernel.LOG_WRITES, 3.3,
        ),
        ("size of one table", {"data_gb": 3000.0}, 3000.0, kernel.TABLE_GB, 2.0),
        ("largest machine", {"growth": 4.0}, 420.0, 384 * 0.6 / WORK_S, 4.0),
    )  # fmt: skip
    for reason, changed, now, limit, growth in cases:
        found = of("One primary", **changed)
        assert found.reason == reason
        yield Row(
            f"Month in which one primary stops: {reason}",
            f"{now:,.0f} today, limit {limit:,.0f}, growth {growth:g}", "theory", EXPONENTIAL,
            math.floor(12.0 * years_until(now, limit, growth)) + 1, found.stops or 0, 0.0, ",.0f",
        )  # fmt: skip


def over_five_years() -> Iterator[Row]:
    """What one more GB or USD adds, where it takes no other machine."""
    for name, copies in (("One primary", 2), ("Shards", 2), ("Distributed SQL", 3)):
        for growth in (1.5, 2.0):
            disks = total(name, data_gb=101.0, growth=growth) - total(name, growth=growth)
            yield exact(
                "Disk of one more GB (USD)", f"{name}, growth {growth:g}", SERIES,
                copies * facts.DISK_PRICE.value * months_added_up(growth, kernel.MONTHS), disks,
                ".4f",
            )  # fmt: skip
    for name, days in (("One primary", 2.0), ("Replicas", 3.0), ("Key-value", 8.0)):
        yield exact(
            "One USD more for a day's work (USD)", name, "60 months' days", 60.0 * days,
            total(name, day_usd=1001.0) - total(name, day_usd=1000.0),
        )  # fmt: skip


def many_machines() -> Iterator[Row]:
    """Where there are so many that a part of one is little."""
    big: dict[str, Any] = {
        "data_gb": 10.0, "reads_per_s": 60_000.0, "writes_per_s": 1000.0, "growth": 1.0,
    }  # fmt: skip
    crossing = 1.0 + 0.2 * 0.2
    ideal = {
        "Shards": 2.0 * 1.2 * crossing * 61_000.0 * WORK_S / 0.6,
        "Distributed SQL": crossing * (60_000.0 + kernel.AGREEMENT * 1000.0) * WORK_S / 0.6,
        "Key-value": (60_000.0 * 1.8 + 3.0 * 1200.0) * WORK_S / 0.6,
        "Replicas": vcpus(60_000.0, 1000.0, kernel.REPLAY, WORK_S, 0.6, 15),
    }
    for name, expected in ideal.items():
        found = of(name, **big).months[0]
        yield Row(
            "vCPUs in all", f"{name}, 60,000 reads/s, 1,000 writes/s", "theory", LIMITS, expected,
            found.machines * found.vcpus, 0.06 * expected, ",.0f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from as_published()
    yield from until_a_limit()
    yield from over_five_years()
    yield from many_machines()


TOPIC = Topic(
    "Which database to begin with",
    "First what makers publish, beside what the model has of it; then how long one primary "
    "lasts, which has to be the same month, and what one more GB or USD adds to five years, to "
    "nine digits. Machines come in sizes, so that of many of them six hundredths are allowed. "
    "What is assumed, the days of work above all, cannot be compared with anything.",
    rows,
)
