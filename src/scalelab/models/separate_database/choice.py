"""Which database to begin with: what five of them carry and cost, and what would flip the verdict.

The shop of this course doubles every year. One primary with a standby is the cheapest to begin
with. Of 38 other answers to the nine questions 20 would change that, 8 of them only to replicas:

    >>> from scalelab.models.separate_database.choice import choose
    >>> shop = choose()
    >>> winners = [flip.winner for flip in shop.flips]
    >>> shop.winner, len(winners), winners.count("Replicas")
    ('One primary', 20, 8)
    >>> for flip in shop.nearest():
    ...     print(f"{flip.question} {flip.given:g} -> {flip.value:g}: {flip.winner}")
    data_gb 100 -> 10: Replicas
    reads_per_s 400 -> 1000: Replicas
    writes_per_s 20 -> 5000: Shards
    growth 2 -> 3: Replicas
    regions 1 -> 2: Distributed SQL
    both_halves 0 -> 1: None fits
    day_usd 800 -> 200: Replicas
    extra_work 1 -> 0.25: Replicas

Closed forms are in `scalelab.theory.separate_database.choice`.

Published are what a machine costs, the largest table of PostgreSQL, the replicas of Aurora, and
what a write costs beside a read (`scalelab.facts`): 22,500 reads or 3,500 writes a second of a node
of Spanner, where three replicas agree; 3,000 or 1,000 of a partition of DynamoDB, where a write in
a transaction is two, and a transaction ends at the border of its region. Assumed are the days of
work, above all, and whatever `scalelab.kernels.separate_database.choice` says is assumed.
"""

from dataclasses import dataclass

from scalelab.kernels.jit import Table
from scalelab.kernels.separate_database import choice as kernel
from scalelab.models.check import within

OPTIONS = ("One primary", "Replicas", "Shards", "Distributed SQL", "Key-value")
NONE_FITS = "None fits"
WINNERS = (*OPTIONS, NONE_FITS)
REASONS = (
    "nothing",
    "writes of one primary",
    "size of one table",
    "largest machine",
    "writes in several regions",
    "writes when cut off",
    "transactions elsewhere",
)
QUESTIONS = (
    "data_gb", "reads_per_s", "writes_per_s", "growth", "several", "regions", "both_halves",
    "day_usd", "extra_work",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """``usd`` in this month, for ``machines`` of ``vcpus`` each, their disks, and the work."""

    month: int
    usd: float
    machines: int
    vcpus: int


@dataclass(frozen=True)
class Option:
    """Of one database to begin with.

    ``months``: every half-year that it can carry. ``stops``: the first month in which it cannot,
    by ``reason``, or None. ``then``: where one moves, or None. ``total_usd`` of five years with
    that move; None if it cannot begin, or nothing can go on.
    """

    name: str
    months: tuple[Month, ...]
    stops: int | None
    reason: str
    then: str | None
    total_usd: float | None


@dataclass(frozen=True)
class Flip:
    """If the answer to ``question`` were ``value`` and not ``given``, ``winner`` would win.

    ``steps``: how many it is along the values that were tried.
    """

    question: str
    given: float
    value: float
    winner: str
    steps: int


@dataclass(frozen=True)
class Choice:
    """Result of `choose`: the winner, all options, and each other answer that flips the verdict."""

    winner: str
    options: dict[str, Option]
    flips: tuple[Flip, ...]

    def nearest(self) -> tuple[Flip, ...]:
        """For each question that has any, the flip with the fewest steps; the lower of equals."""
        found: dict[str, Flip] = {}
        for flip in self.flips:
            if flip.question not in found or flip.steps < found[flip.question].steps:
                found[flip.question] = flip
        return tuple(found.values())


def choose(
    data_gb: float = 100.0,
    reads_per_s: float = 400.0,
    writes_per_s: float = 20.0,
    growth: float = 2.0,
    several: float = 0.2,
    regions: int = 1,
    both_halves: bool = False,
    day_usd: float = 800.0,
    extra_work: float = 1.0,
    agreement: float = kernel.AGREEMENT,
) -> Choice:
    """Which of five databases is the cheapest to begin with, for five years.

    Parameters
    ----------
    data_gb : float
        Today's data in GB, 1 to 100,000.
    reads_per_s, writes_per_s : float
        Today's requests/s, 0.1 to 100,000 each. A request takes 3 ms of a vCPU of the database.
    growth : float
        Of data, reads and writes in a year, 1 to 5 times.
    several : float
        Share of the requests that are about several records at once, 0 to 1: reads that join, and
        writes that all take effect or none.
    regions : int
        In which a customer at home there must be able to write without asking another, 1 to 3.
    both_halves : bool
        Whether writing has to go on in both halves of a network that is cut.
    day_usd : float
        What a day of an engineer costs, 1 to 10,000 USD.
    extra_work : float
        0 to 10 times the days of work that an option takes beyond those of one primary, which are
        1 a month for replicas, 8 for shards, 4 for distributed SQL, 6 for a key-value store.
    agreement : float
        Work of a write that a majority of three agrees on, in reads, 1 to 20.

    Raises
    ------
    ValueError
        For an argument outside of its range.

    Notes
    -----
    To begin is free, with any option; one that stops within the five years is left for whichever
    then costs least until the end, and that move is 5 days of work to replicas, 120 to distributed
    SQL, 200 to shards or a key-value store. Nobody moves but when stopped, or twice.

    Leaves out: what a team knows; licences; networks, backups, other copies of the data; prices
    that are negotiated, or that fall; latency, and answers that are old; peaks within the day;
    growth that differs between data, reads and writes; that fewer and larger machines are less
    work; tables that are taken out into a database of their own, which is what most do first.

    Examples
    --------
    >>> choose(regions=2).winner, choose(both_halves=True).winner
    ('Distributed SQL', 'None fits')
    >>> later = choose(writes_per_s=1000.0)
    >>> later.winner, later.options["One primary"].stops, later.options["One primary"].then
    ('One primary', 32, 'Shards')
    """
    within("data_gb", data_gb, 1.0, 100_000.0, "GB")
    within("reads_per_s", reads_per_s, 0.1, 100_000.0, "requests/s")
    within("writes_per_s", writes_per_s, 0.1, 100_000.0, "requests/s")
    within("growth", growth, 1.0, 5.0, "times a year")
    within("several", several, 0.0, 1.0, "of the requests")
    within("regions", regions, 1, 3)
    within("day_usd", day_usd, 1.0, 10_000.0, "USD")
    within("extra_work", extra_work, 0.0, 10.0, "times")
    within("agreement", agreement, 1.0, 20.0, "reads")
    given = (
        float(data_gb), float(reads_per_s), float(writes_per_s), float(growth), float(several),
        int(regions), int(both_halves), float(day_usd), float(extra_work),
    )  # fmt: skip
    table = kernel.choice(*given, float(agreement))
    last = table[table[:, kernel.KIND] == kernel.FIVE_YEARS]
    winner = int(last[0, kernel.WINNER])
    options = {WINNERS[int(row[kernel.OPTION])]: _option(row.tolist(), table) for row in last}
    changed = table[table[:, kernel.KIND] == kernel.CHANGED]
    flips = []
    for row in changed[changed[:, kernel.WINNER] != winner].tolist():
        i = int(row[kernel.INPUT])
        flips.append(
            Flip(
                QUESTIONS[i], given[i], row[kernel.SETTING], WINNERS[int(row[kernel.WINNER])],
                _steps(i, given[i], row[kernel.SETTING]),
            )
        )  # fmt: skip
    return Choice(WINNERS[winner], options, tuple(flips))


def _steps(question: int, given: float, value: float) -> int:
    """Along the grid from the one to the other."""
    grid = kernel.GRID[question][: kernel.VALUES[question]]
    low, high = min(given, value), max(given, value)
    return 1 + sum(low < each < high for each in grid)


def _option(row: list[float], table: Table) -> Option:
    mine = (table[:, kernel.KIND] == kernel.OF_MONTH) & (
        table[:, kernel.OPTION] == row[kernel.OPTION]
    )
    return Option(
        name=WINNERS[int(row[kernel.OPTION])],
        months=tuple(
            Month(
                int(each[kernel.MONTH]), each[kernel.COST], int(each[kernel.NODES]),
                int(each[kernel.VCPUS]),
            )
            for each in table[mine].tolist()
            if each[kernel.REASON] == kernel.CAN
        ),
        stops=int(row[kernel.STOPS]) if row[kernel.STOPS] <= kernel.MONTHS else None,
        reason=REASONS[int(row[kernel.REASON])],
        then=OPTIONS[int(row[kernel.THEN])] if row[kernel.THEN] != kernel.NONE else None,
        total_usd=row[kernel.TOTAL] if row[kernel.FATE] != kernel.NOT_AT_ALL else None,
    )  # fmt: skip
