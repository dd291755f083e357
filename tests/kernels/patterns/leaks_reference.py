"""Lists loaded from a real database, and who is touched by a change, walked one by one."""

import random
import sqlite3
from collections.abc import Iterable, Iterator

LAYERS, PER_LAYER = 4, 25
MODULES = LAYERS * PER_LAYER


def loaded(way: str, rows: int, children: int, collections: int, batch: int) -> tuple[int, int]:
    """Statements and rows of their results, as SQLite counts them."""
    database = sqlite3.connect(":memory:")
    database.execute("create table parent (id integer primary key)")
    database.executemany("insert into parent values (?)", [(i,) for i in range(rows)])
    for k in range(collections):
        database.execute(f"create table child{k} (id integer primary key, parent integer)")
        database.executemany(
            f"insert into child{k} (parent) values (?)",
            [(i,) for i in range(rows) for _ in range(children)],
        )
    statements: list[str] = []
    database.set_trace_callback(statements.append)
    if way == "join":
        joins = " ".join(
            f"left join child{k} on child{k}.parent = parent.id" for k in range(collections)
        )
        found = len(database.execute(f"select * from parent {joins}").fetchall())
    else:
        parents = [i for (i,) in database.execute("select id from parent")]
        found = len(parents)
        at_once = 1 if way == "row by row" else batch
        for k in range(collections):
            for first in range(0, rows, at_once):
                wanted = parents[first : first + at_once]
                marks = ",".join("?" * len(wanted))
                query = f"select * from child{k} where parent in ({marks})"
                found += len(database.execute(query, wanted).fetchall())
    database.close()
    return len(statements), found


def touched(module: int, dependencies: Iterable[tuple[int, int]]) -> set[int]:
    """Modules that a change of ``module`` touches; a pair depends on its second."""
    users: dict[int, set[int]] = {}
    for on_it, used in dependencies:
        users.setdefault(used, set()).add(on_it)
    found = {module}
    todo = [module]
    while todo:
        for other in users.get(todo.pop(), set()) - found:
            found.add(other)
            todo.append(other)
    return found


def measures(dependencies: Iterable[tuple[int, int]]) -> tuple[float, float, int]:
    """Share that is touched, share of changes in all layers, and size of the largest tangle."""
    pairs = list(dependencies)
    by_module = [touched(module, pairs) for module in range(MODULES)]
    share = sum(map(len, by_module)) / MODULES**2
    everywhere = sum(len({m // PER_LAYER for m in found}) == LAYERS for found in by_module)
    tangle = max(
        sum(module in by_module[other] for other in found) for module, found in enumerate(by_module)
    )
    return share, everywhere / MODULES, tangle


def _poisson(chance: random.Random, mean: float) -> int:
    """How many exponential times fit into one of length ``mean``."""
    number, at = 0, chance.expovariate(1.0)
    while at < mean:
        number += 1
        at += chance.expovariate(1.0)
    return number


def _broken(chance: random.Random, direction: str) -> tuple[int, int]:
    while True:
        on_it, used = chance.randrange(MODULES), chance.randrange(MODULES)
        up = used // PER_LAYER - on_it // PER_LAYER
        if (
            (direction == "upwards" and up > 0)
            or (direction == "past a layer" and up < -1)
            or (direction == "anywhere" and on_it != used)
        ):
            return on_it, used


def history(
    shortcuts: float, direction: str, ripple: float, check_month: int, at_first: float,
    per_month: float, seed: int,
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """Dependencies that pass changes on, of sixty months."""
    chance = random.Random(seed)
    for month in range(61):
        for _ in range(_poisson(chance, per_month if month else at_first)):
            if month and month <= check_month and chance.random() < shortcuts:
                pair = _broken(chance, direction)
            else:
                on_it = chance.randrange(PER_LAYER, MODULES)
                pair = (on_it, (on_it // PER_LAYER - 1) * PER_LAYER + chance.randrange(PER_LAYER))
            if chance.random() < ripple:
                yield pair
