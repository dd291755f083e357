"""Packing against proven bounds, published problems and lists, and exact chances."""

from collections.abc import Iterator

from scalelab.facts import packing as facts
from scalelab.models.infrastructure.packing import (
    AGENTS_MIB,
    DECREASING,
    DRAWS_PER_MONTH,
    FIRST,
    allocatable,
    bins,
    fleet,
)
from scalelab.theory.infrastructure import packing as theory
from scalelab.validation.row import Row, Topic, exact

LISTED = "Karpenter's list of machines, commit 1d92708"
JOHNSON = "{cite:t}`v-johnson1973`, a hard case"
FALKENAUER = "{cite:t}`v-falkenauer1996`, best known"


def _rows() -> Iterator[Row]:
    for family in facts.FAMILIES:
        for size, vcpus in enumerate(facts.SIZES):
            if vcpus in (2, 8, 32, 128):
                yield Row(
                    "Memory that is left (MiB)", f"{family.name}, {vcpus} vCPUs", "published",
                    LISTED, family.allocatable_mib[size], allocatable(vcpus, family.name)[1], 0.0,
                    ".0f",
                )  # fmt: skip
    for size, vcpus in enumerate(facts.SIZES):
        if vcpus in (2, 8, 128):
            yield Row(
                "CPU that is left (1/1000 vCPU)", f"{vcpus} vCPUs", "published", LISTED,
                facts.ALLOCATABLE_M[size], allocatable(vcpus)[0], 0.0, ".0f",
            )  # fmt: skip
    for times in (1, 10):
        sizes, capacity, best = theory.hard_for_first_fit(times)
        yield exact("Bins, first fit", f"{len(sizes)} pieces over 1/7, 1/3 and 1/2", JOHNSON,
                    5 * best / 3, bins(sizes, capacity, FIRST), ".0f")  # fmt: skip
        sizes, capacity, best = theory.hard_for_decreasing(times)
        yield exact("Bins, first fit decreasing", f"{len(sizes)} pieces around 1/2 and 1/4",
                    JOHNSON, 11 * best / 9, bins(sizes, capacity, DECREASING), ".0f")  # fmt: skip
    for problem in facts.PROBLEMS:
        found = bins(problem.sizes, problem.capacity, DECREASING)
        yield Row(
            "Bins, first fit decreasing", problem.name, "published", FALKENAUER,
            problem.best.value, found, 0.0, ".0f",
            "A rule of thumb, not a search." if found > problem.best.value else "",
        )  # fmt: skip
    for margin, swing in ((1.3, 0.2), (1.5, 0.2), (1.5, 0.1)):
        yield exact(
            "Killed a month at their limits", f"120 containers, {margin} x mean, {swing:.0%}",
            "normal law", 120 * DRAWS_PER_MONTH * theory.over_limit(margin, swing),
            fleet(memory_factor=margin, swing=swing).kills_limited, ".4f", 1e-8,
        )  # fmt: skip
    # One machine whose containers' memory swings together is like a single container.
    one = fleet(
        16, "c8i", containers=30, cpu_factor=1.05, memory_factor=1.0, together=1.0, spare=False,
        seeds=1,
    )  # fmt: skip
    used = one.shares["Memory"]["Used"] * 16 * 2048
    room = allocatable(16, "c8i")[1] - AGENTS_MIB
    yield exact(
        "Machines without memory a month", "30 containers that swing together on one",
        "normal law", DRAWS_PER_MONTH * theory.over_limit(room / used, 0.2), one.kills_unlimited,
        ".4f", 1e-8,
    )  # fmt: skip
    # A limit above one vCPU does nothing to a single worker; 100 runs of 2,000 requests.
    loose = fleet(cpu_factor=3.0, seeds=100)
    yield Row(
        "p99 response with a limit of 1.5 vCPUs (ms)", "one worker, half busy, simulated", "theory",
        "M/M/1", theory.percentile_at_speed(6.0, 0.5, 1.0, 0.99), loose.limited_p99_ms, 1.5, ".1f",
    )  # fmt: skip


TOPIC = Topic(
    "Containers: requests, limits and packing",
    "120 containers of the shop on rented machines. Each asks for a multiple of what it uses on "
    "average. Bins of one dimension are packed by the same kernel.",
    _rows,
)
