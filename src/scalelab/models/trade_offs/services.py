"""One program, the same in modules, or services: what is delivered, answered and paid for.

    >>> from scalelab.models.trade_offs.services import WAYS, compare
    >>> for way, found in compare(15, 8).ways.items():
    ...     print(f"{way}: {found.changes_per_week:.0f} changes a week, "
    ...           f"{found.usd_per_month:,.0f} USD")
    Monolith: 47 changes a week, 927 USD
    Modular monolith: 44 changes a week, 927 USD
    Services: 35 changes a week, 1,236 USD
    >>> compare(15, 8).services_from
    251

Other ways to the same numbers are in `scalelab.theory.trade_offs.services`.
"""

from dataclasses import dataclass
from typing import Any

from scalelab.facts.latency import DATA_CENTRE_ROUND_TRIP
from scalelab.facts.machines import FAMILY, HOURS_PER_MONTH
from scalelab.facts.services import GOOGLE_CHANGES, GOOGLE_DEVELOPERS
from scalelab.kernels import shop
from scalelab.kernels.trade_offs import services as kernels
from scalelab.models.check import within

WAYS = ("Monolith", "Modular monolith", "Services")
(MACHINE,) = (each for each in FAMILY if each.vcpus == shop.VCPUS)
USD_PER_MONTH = MACHINE.price.value * HOURS_PER_MONTH
EACH = 5.0 * GOOGLE_CHANGES.value / GOOGLE_DEVELOPERS.value  # changes a week: 3.2
CALL_MS = DATA_CENTRE_ROUND_TRIP.value
# 3 % is what Uber's batches of 16 come to (`scalelab.facts.services`). With a quarter of a
# millisecond, both ends together, ten calls are 24 % of the work: somewhat less than all of the
# tax that Google's machines pay. Rates below that nobody publishes are assumptions, all of them.
BAD = 0.03
CALL_CPU_MS = 0.25
TESTS_MIN, FIXED_MIN = 20.0, 5.0
PAIRS = 0.2
OPERATION, UPKEEP = 0.25, 0.05  # of a developer: for a service, for a module's boundary
CALLS = 10
RATE_PER_S = 2000.0
HEAVY_GIB = 1.0
WEEK_MIN = 5.0 * 8.0 * 60.0
TALK_MIN = 2.0  # a week, with each colleague
TWICE, REVIEW = 1.0, 0.25  # more work for a change in two services, or two modules
WAIT_H = 8.0  # a working day until the other team's turn
UP = 0.999
FALLBACK = 0.5
MOST_BUSY = 0.6
HEAVY_SHARE = 0.1
RUNTIME_GIB, CODE_GIB = 0.25, 0.75
SAGA_S = 1.0
MOST_SERVICES, MOST_CALLS = 100, 200


@dataclass(frozen=True)
class Way:
    """One way to build the shop.

    The developers make ``changes_per_week``, at most ``most_changes_per_week`` of which pass the
    pipelines; ``hours_to_merge`` is the mean of working time from a finished change to its merge,
    None where pipelines are more than 90 % busy or nobody has time for changes. ``batch`` changes
    are tested at once at most.

    A request fails in ``minutes_per_month``; calls add ``added_ms`` to it, one after the other, and
    are the part ``call_share`` of the processors' work. ``crossing`` of all changes and writes are
    in two services, and ``half_done`` writes at any time.
    """

    changes_per_week: float
    most_changes_per_week: float
    hours_to_merge: float | None
    batch: int
    minutes_per_month: float
    added_ms: float
    call_share: float
    machines: int
    usd_per_month: float
    crossing: float
    half_done: float


@dataclass(frozen=True)
class Compared:
    """The `WAYS`, and how many developers it takes, None if 400 do not.

    From ``modules_from`` developers on a modular monolith delivers more changes than a plain one,
    from ``services_from`` on services more than both, from ``over_monolith_from`` on more than a
    plain one.
    """

    ways: dict[str, Way]
    modules_from: int | None
    services_from: int | None
    over_monolith_from: int | None


def compare(
    developers: int,
    services: int,
    tests_min: float = TESTS_MIN,
    bad: float = BAD,
    pairs: float = PAIRS,
    operation: float = OPERATION,
    calls: int = CALLS,
    rate_per_s: float = RATE_PER_S,
    heavy_gib: float = HEAVY_GIB,
) -> Compared:
    """The shop of so many developers, in one program and in so many services or modules.

    Parameters
    ----------
    developers : 1 to 400.
    services : or modules, 1 to 100.
    tests_min : to build, test and deploy the whole program, 1 to 1000 minutes.
    bad : of the changes, by themselves or together with others, 0 to 0.5.
    pairs : of the changes, and of the writes, that touch two parts of the program, 0 to 1.
    operation : of a developer, to run a program or a service, 0 to 5.
    calls : from part to part that a request makes, 0 to 200.
    rate_per_s : requests, 1 to 1e6.
    heavy_gib : memory of one part in each of its processes, 0 to 15 GiB.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Tests together, and singly after a failure: R. Dorfman, 1943. The line is exact for changes
    that come at random and tests that take the same time each, up to 90 % of what a pipeline can
    do. Who talks to whom: F. P. Brooks, "The mythical man-month", 1975. That changes, writes and
    calls touch parts at random, in services of equal size, is an assumption, and so are the
    constants of this module that name no source.

    Leaves out: that tests grow with the program, and developers with what they know of it; what it
    costs to move from one to the other; languages, and machines for tests; that one bad deploy
    stops a whole program and only a part of services; retries; tails of response times, and calls
    at the same time; the databases; traffic between zones.
    """
    within("developers", developers, 1, kernels.LAST)
    within("services", services, 1, MOST_SERVICES)
    within("tests_min", tests_min, 1.0, 1000.0, "min")
    within("bad", bad, 0.0, 0.5, advice="a share, not a percentage")
    within("pairs", pairs, 0.0, 1.0, advice="a share, not a percentage")
    within("operation", operation, 0.0, 5.0, "developers")
    within("calls", calls, 0, MOST_CALLS)
    within("rate_per_s", rate_per_s, 1.0, 1e6, "requests/s")
    within("heavy_gib", heavy_gib, 0.0, 15.0, "GiB", "a machine has 16, and code is in it, too")
    given: tuple[Any, ...] = (
        int(developers), int(services), float(tests_min), float(bad), float(pairs),
        float(operation), int(calls), float(rate_per_s), float(heavy_gib), *CONSTANTS.values(),
    )  # fmt: skip
    table = kernels.services(*given)
    rows = table[table[:, kernels.KIND] == kernels.SET].tolist()
    return Compared(
        ways={name: _way(row) for name, row in zip(WAYS, rows, strict=True)},
        modules_from=_from(rows[kernels.MODULAR], kernels.FROM, kernels.FOUND),
        services_from=_from(rows[kernels.SERVICES], kernels.FROM, kernels.FOUND),
        over_monolith_from=_from(rows[kernels.SERVICES], kernels.BEATS, kernels.BEATS_FOUND),
    )


# What a lab of these ways does not move, in the order of the kernel's parameters.
CONSTANTS: dict[str, float | int] = {
    "each": EACH, "week_min": WEEK_MIN, "fixed_min": FIXED_MIN, "talk_min": TALK_MIN,
    "twice": TWICE, "review": REVIEW, "upkeep": UPKEEP, "wait_h": WAIT_H, "up": UP,
    "fallback": FALLBACK, "call_ms": CALL_MS, "call_cpu_ms": CALL_CPU_MS,
    "cpu_ms": shop.MACHINE_MS, "most_busy": MOST_BUSY, "heavy_share": HEAVY_SHARE,
    "runtime_gib": RUNTIME_GIB, "code_gib": CODE_GIB, "vcpus": shop.VCPUS,
    "machine_gib": float(MACHINE.memory_gib), "usd_per_month": USD_PER_MONTH,
    "write_share": shop.WRITE_SHARE, "saga_s": SAGA_S,
}  # fmt: skip


def _way(row: list[float]) -> Way:
    return Way(
        changes_per_week=row[kernels.CHANGES],
        most_changes_per_week=row[kernels.FULL],
        hours_to_merge=row[kernels.LEAD_H] if row[kernels.KNOWN] == 1.0 else None,
        batch=int(row[kernels.BATCH]),
        minutes_per_month=row[kernels.MINUTES],
        added_ms=row[kernels.ADDED_MS],
        call_share=row[kernels.TAX],
        machines=int(row[kernels.MACHINES]),
        usd_per_month=row[kernels.RENT],
        crossing=row[kernels.CROSS],
        half_done=row[kernels.HALF_DONE],
    )


def _from(row: list[float], column: int, found: int) -> int | None:
    return int(row[column]) if row[found] == 1.0 else None
