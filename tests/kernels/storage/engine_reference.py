"""LSM trees with their records in hand, and a B-tree's buffer pool as an ordered dictionary."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Run = dict[int, int]  # key: which update wrote it


@dataclass
class Lsm:
    """``levels``: the runs of each level, the oldest first; the last level is the last one."""

    levelled: bool
    size_ratio: int
    capacities: list[float]
    levels: list[list[Run]]
    written: int = 0

    def take(self, arriving: Run) -> None:
        """A run arrives at the first level and is written once, wherever it comes to rest."""
        for here, room in zip(self.levels, self.capacities, strict=False):
            merged = merge([*here, arriving])
            held = len(merged) if self.levelled else sum(map(len, here)) + len(arriving)
            too_many = not self.levelled and len(here) + 1 >= self.size_ratio
            if held + len(arriving) <= room and not too_many:
                self.rest(here, arriving)
                return
            here.clear()
            arriving = merged
        last = self.levels[-1]
        if self.levelled or len(last) + 1 >= self.size_ratio:
            arriving = merge([*last, arriving])
            last.clear()
        last.append(arriving)
        self.written += len(arriving)

    def rest(self, here: list[Run], arriving: Run) -> None:
        if self.levelled:
            arriving = merge([*here, arriving])
            here.clear()
        here.append(arriving)
        self.written += len(arriving)

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        return [run for level in self.levels for run in reversed(level)]


def merge(runs: Sequence[Run]) -> Run:
    """The newest version of each key; ``runs`` with the oldest first."""
    merged: Run = {}
    for run in runs:
        merged.update(run)
    return merged


def passed(runs: Sequence[Run], n_keys: int) -> float:
    """Runs that are looked at before the one that has the key, the mean over all keys."""
    return (
        sum(next(i for i, run in enumerate(runs) if key in run) for key in range(n_keys)) / n_keys
    )


@dataclass
class Totals:
    written: int = 0
    updates: int = 0
    stored: list[float] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    passed: list[float] = field(default_factory=list)

    def figures(self) -> list[float]:
        """As the kernel returns them: means over the flushes."""
        n = len(self.runs)
        return [
            self.written / self.updates, sum(self.stored) / n, sum(self.runs) / n,
            sum(self.passed) / n,
        ]  # fmt: skip


def fed(
    updates: Iterator[int], levelled: bool, size_ratio: int, n_keys: int, memtable: int,
    n_flushes: int,
) -> Totals:  # fmt: skip
    """The totals at the last flush after which all was in one run, or at the last of all."""
    capacities: list[float] = []
    room = n_keys / size_ratio
    while room / memtable >= 2.0:
        capacities.insert(0, room)
        room /= size_ratio
    levels: list[list[Run]] = [[] for _ in capacities] + [[dict.fromkeys(range(n_keys), -1)]]
    tree = Lsm(levelled, size_ratio, capacities, levels)
    so_far, whole = Totals(), Totals()
    for _ in range(n_flushes):
        table: Run = {}
        while len(table) < memtable:
            table[next(updates)] = so_far.updates
            so_far.updates += 1
        tree.take(table)
        runs = tree.runs()
        so_far.written = tree.written
        so_far.stored.append(sum(map(len, runs)) / n_keys)
        so_far.runs.append(len(runs))
        so_far.passed.append(passed(runs, n_keys))
        if len(runs) == 1:
            whole = Totals(
                so_far.written, so_far.updates, list(so_far.stored), list(so_far.runs),
                list(so_far.passed),
            )  # fmt: skip
    return whole if whole.runs else so_far


def pool_misses(pages: Sequence[int], room: int) -> float:
    """Share of accesses whose page is not in an LRU pool, in the second half of them."""
    pool: OrderedDict[int, None] = OrderedDict()
    missed = 0
    for i, page in enumerate(pages):
        if page in pool:
            pool.move_to_end(page)
            continue
        missed += i >= len(pages) // 2
        if len(pool) == room:
            pool.popitem(last=False)
        pool[page] = None
    return missed / (len(pages) - len(pages) // 2)
