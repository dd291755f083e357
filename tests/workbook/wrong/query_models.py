"""Wrong choices of how queries are answered, and the hint each of them has to get."""

from collections.abc import Callable
from itertools import product
from typing import Any

from scalelab.workbook import query_models as check
from scalelab.workbook.query_models import MACHINE_MS, Query, Shop

Ways = tuple[str, ...]
Work = Callable[[Shop, Ways, int], float]


def best_of(of: Shop, work: Work, machines: Work, allowed: Any = check.allowed) -> Any:
    every = (
        (shards, ways)
        for ways in product(*map(allowed, of.queries))
        for shards in range(1, check.MOST_SHARDS + 1)
        if work(of, ways, shards) <= MACHINE_MS
    )
    return min(every, key=lambda each: machines(of, each[1], each[0]), default=None)


def chosen(
    other: Callable[[Shop], Shop] = lambda of: of,
    change: Callable[[Shop, int, Ways], Any] = lambda of, shards, ways: (shards, list(ways)),
    work: Work = check.shard_ms,
    machines: Work = check.machines_of,
    allowed: Any = check.allowed,
    if_none: Any = None,
) -> Callable[..., Any]:
    """The right answer for another shop, by another rule, or changed."""

    def design(writes_per_s: float, queries: list[Query]) -> Any:
        of = other(Shop(writes_per_s, tuple(queries)))
        found = best_of(of, work, machines, allowed)
        return if_none if found is None else change(of, *found)

    return design


def fixed(way: str, shards: int = 0) -> Callable[..., Any]:
    """That way wherever it may be, with the fewest shards or so many."""

    def design(writes_per_s: float, queries: list[Query]) -> Any:
        of = Shop(writes_per_s, tuple(queries))
        ways = tuple(way if way in check.allowed(one) else "index" for one in queries)
        for n in range(1, check.MOST_SHARDS + 1):
            if (shards and n == shards) or (not shards and check.can(of, ways, n)):
                return n, list(ways)
        return None

    return design


def spread(of: Shop, ways: Ways, shards: int) -> float:
    """Work of "shards" is divided, too."""
    asked = sum(
        one.per_s * check.LOOKUP_MS
        for one, way in zip(of.queries, ways, strict=True)
        if way == "shards"
    )
    return check.shard_ms(of, ways, shards) - asked + asked / shards


def free(what: str) -> Work:
    """Without what an index or an event is to write, or with one look-up for all tables."""

    def work(of: Shop, ways: Ways, shards: int) -> float:
        found = check.shard_ms(of, ways, shards)
        if what == "index":
            found -= ways.count("index") * check.INDEX_MS * of.writes_per_s / shards
        elif what == "event" and "read model" in ways:
            found -= check.EVENT_MS * of.writes_per_s / shards
        elif what == "tables":
            found -= sum(
                (one.tables - 1) * one.per_s * check.LOOKUP_MS / shards
                for one, way in zip(of.queries, ways, strict=True)
                if way == "index"
            )
        elif what == "writes":
            found -= check.WRITE_MS * of.writes_per_s / shards
        return found

    return work


def event_for_each(of: Shop, ways: Ways, shards: int) -> float:
    more = max(ways.count("read model") - 1, 0) * check.EVENT_MS * of.writes_per_s
    return check.shard_ms(of, ways, shards) + more / shards


def log_for_each(of: Shop, ways: Ways, shards: int) -> float:
    more = max(ways.count("read model") - 1, 0) * check.LOG_MACHINES
    return check.machines_of(of, ways, shards) + more


def without(what: str) -> Work:
    def machines(of: Shop, ways: Ways, shards: int) -> float:
        found: float = check.machines_of(of, ways, shards)
        models = [one for one, w in zip(of.queries, ways, strict=True) if w == "read model"]
        if what == "log" and models:
            found -= check.LOG_MACHINES
        elif what == "spare":
            found -= len(models)
        elif what == "stores":
            found -= sum(check.store_machines(of, one) for one in models)
        elif what == "shards":
            found -= check.MACHINES_PER_SHARD * shards
        elif what == "twins":
            found -= shards
        return found

    return machines


def never(way: str) -> Callable[[Query], Ways]:
    return lambda one: tuple(each for each in check.allowed(one) if each != way)


def one_after_the_other(writes_per_s: float, queries: list[Query]) -> Any:
    """Each query by itself, as if it were the only one."""
    of = Shop(writes_per_s, tuple(queries))
    ways: list[str] = []
    for one in queries:
        found = best_of(of._replace(queries=(one,)), check.shard_ms, check.machines_of)
        ways.append("index" if found is None else found[1][0])
    for shards in range(1, check.MOST_SHARDS + 1):
        if check.can(of, tuple(ways), shards):
            return shards, ways
    return None


CHEAPER, MUCH, THERE = "It can be had with fewer", "ms of work in a second", "there is a design"
LIST = "no list with a way for each"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (f"design: {name}", check.task_8, (design,), hint) for name, design, hint in (
        ("no function", 5, "expected a function"),
        ("never", lambda *_: None, THERE),
        ("a number", lambda *_: 5, "should return two things"),
        ("a word", lambda *_: "index", "should return two things"),
        ("the ways alone", chosen(change=lambda of, n, w: w), "two things|no list|shards"),
        ("the wrong way round", chosen(change=lambda of, n, w: (w, n)), "shards. There are"),
        ("one way for all", chosen(change=lambda of, n, w: (n, "index")), LIST),
        ("one too many", chosen(change=lambda of, n, w: (n, [*w, "index"])), LIST),
        ("one missing", chosen(change=lambda of, n, w: (n, list(w[1:]))), LIST),
        ("capitals", chosen(change=lambda of, n, w: (n, [e.title() for e in w])), "is none of"),
        ("no shard", chosen(change=lambda of, n, w: (0, w)), "There are 1 to"),
        ("half a shard", chosen(change=lambda of, n, w: (n + 0.5, w)), "There are 1 to"),
        ("too many shards", chosen(change=lambda of, n, w: (99, w)), "There are 1 to"),
        ("raises", lambda writes, queries: queries[99], "IndexError"),
        ("all asked", fixed("shards"), f"{CHEAPER}|{THERE}"),
        ("all indexed", fixed("index"), f"{CHEAPER}|{THERE}"),
        ("all read models", fixed("read model"), CHEAPER),
        *((f"{n} shards, all asked", fixed("shards", n), f"{MUCH}|{CHEAPER}")
          for n in (1, 2, 10, 40)),
        *((f"{n} shards, all indexed", fixed("index", n), f"{MUCH}|{CHEAPER}")
          for n in (1, 10, 40)),
        ("fresh ones, too", chosen(allowed=lambda one: check.WAYS), "what was just written"),
        ("read models for all", lambda writes, queries: (10, ["read model"] * len(queries)),
         "what was just written"),
        ("one more shard", chosen(change=lambda of, n, w: (n + 1, w)), "One shard less"),
        ("one less", chosen(change=lambda of, n, w: (max(n - 1, 1), w)), MUCH),
        ("the other order", chosen(change=lambda of, n, w: (n, w[::-1])),
         f"{MUCH}|just written|{CHEAPER}"),
        *((f"never {way}", chosen(allowed=never(way)), f"{CHEAPER}|{THERE}")
          for way in ("index", "read model", "shards")),
        ("asking all is divided", chosen(work=spread), "work for each of them"),
        ("an index is free to write", chosen(work=free("index")), "something to write"),
        ("an event is free", chosen(work=free("event")), "What does an event cost"),
        ("one look-up", chosen(work=free("tables")), "a look-up in each table"),
        ("writes are free", chosen(work=free("writes")), MUCH),
        ("an event for each", chosen(work=event_for_each), f"{CHEAPER}|{THERE}"),
        ("a log for each", chosen(machines=log_for_each), CHEAPER),
        *((f"without the {what}", chosen(machines=without(what)), CHEAPER)
          for what in ("log", "spare", "stores", "shards")),
        ("one machine for a shard", chosen(machines=without("twins")), CHEAPER),
        ("the fewest shards", chosen(machines=lambda of, ways, shards: shards), CHEAPER),
        ("the most machines", chosen(machines=lambda *given: -check.machines_of(*given)), CHEAPER),
        ("one after the other", one_after_the_other, f"{CHEAPER}|{THERE}"),
        ("half of the writes", chosen(lambda of: of._replace(writes_per_s=of.writes_per_s / 2)),
         MUCH),
        ("twice the writes", chosen(lambda of: of._replace(writes_per_s=of.writes_per_s * 2)),
         f"{CHEAPER}|{THERE}"),
        ("machines as full as can be", chosen(work=lambda *given: 0.7 * check.shard_ms(*given)),
         MUCH),
        ("half full", chosen(work=lambda *given: 2.0 * check.shard_ms(*given)),
         f"{CHEAPER}|{THERE}"),
        ("impossible, and indexed", lambda writes, queries: chosen()(writes, queries)
         or (40, ["index"] * len(queries)), "Is there a design that can do it"),
        ("impossible, and empty", chosen(if_none=()), "should return two things"),
    )
]  # fmt: skip
