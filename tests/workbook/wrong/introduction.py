"""Wrong answers to the introduction workbook's tasks, and the hint that each has to get."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scalelab.models.introduction.elasticity import simulate
from scalelab.models.introduction.usl import fit
from scalelab.workbook import introduction as check


def how_many(
    limit: Callable[[float], float] = lambda s: 1 / s,
    count: Callable[[float, float], Any] = lambda s, p: math.ceil(p * (1 - s) / (s * (1 - p))),
) -> Callable[..., Any]:
    return lambda sigma, part: (limit(sigma), count(sigma, part))


def law(n: float, s: float, k: float, one: float) -> float:
    return one * n / (1 + s * (n - 1) + k * n * (n - 1))


def last_worth(
    does: Callable[..., float] = law, off: int = 0, least_of: Callable[[float], float] = float
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(s: float, k: float, one: float, least: float) -> Any:
        n = 1
        while does(n + 1, s, k, one) - does(n, s, k, one) >= least_of(least):
            n += 1
        return n + off, law(n + off, s, k, one)

    return answer


def on_average(s: float, k: float, one: float, least: float) -> Any:
    n = 1
    while law(n + 1, s, k, one) / (n + 1) >= least:
        n += 1
    return n, law(n, s, k, one)


def root(s: float, k: float, one: float, least: float) -> Any:
    n = math.sqrt((1 - s) / k) if k else 1 / s
    return n, law(n, s, k, one)


def then(do: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *asked: change(do(*asked))


def verdict(band: str = "predicted", reach: float = 2.0) -> Callable[..., str]:
    def answer(n: Any, rates: Any, machines: float, needed: float) -> str:
        at = fit(n, rates).at(machines)
        low, high = (at.throughput, at.throughput) if band == "none" else getattr(at, band)
        if machines > reach * max(n) or low < needed <= high:
            return "measure"
        return "yes" if needed <= low else "no"

    return answer


def turned(n: Any, rates: Any, machines: float, needed: float) -> str:
    return {"yes": "no", "no": "yes"}.get(said := verdict()(n, rates, machines, needed), said)


def cheapest(
    spare: int = 1, apart: bool = False, by: Callable[[Any, int], float] | None = None
) -> Callable[..., Any]:
    """The worked answer, but for one thing."""

    def answer(load: float, sizes: Any, s: float, k: float) -> Any:
        if apart:
            s = k = 0.0
        found = []
        for size in sizes:
            n, one = 1, size.requests
            while law(n, s, k, one) < load and law(n + 1, s, k, one) > law(n, s, k, one):
                n += 1
            if law(n, s, k, one) >= load:
                cost = (n + spare) * size.usd if by is None else by(size, n)
                found.append((cost, size.vcpus, n + spare))
        return min(found)[1:] if found else (0, 0)

    return answer


def of_384(load: float, sizes: Any, s: float, k: float) -> Any:
    """Dear, but enough: two to spare."""
    return cheapest(spare=2)(load, sizes[-1:], s, k)


def another_size(load: float, sizes: Any, s: float, k: float) -> Any:
    return cheapest()(load, sizes[2:3], s, k)


def by_division(load: float, sizes: Any, s: float, k: float) -> Any:
    return 64, load / sizes[6].requests


def servers(
    execute: float = 2.0, apply: float = 1.0, cap: bool = True, scattered: float = 0.02,
    reading: bool = True, rounded: Callable[[float], Any] = math.ceil,
) -> Callable[..., Any]:  # fmt: skip
    """The worked answer, but for one thing."""

    def answer(load: float, write_share: float) -> Any:
        writes, reads = load * write_share, load * (1 - write_share)

        def least(divided: float, undivided: float) -> Any:
            return max(1, rounded(divided / (1000 - undivided))) if undivided < 1000 else None

        replicas = least(reads + writes * (execute - apply), apply * writes)
        if not reading:
            replicas = least(reads, apply * writes) + 1
        if cap and execute * writes > 1000:
            replicas = None
        return replicas, least((1 - scattered) * reads + execute * writes, scattered * reads)

    return answer


def shards(answer: Callable[[float, float], Any]) -> Callable[..., Any]:
    """Right as to replicas."""
    return lambda load, share: (servers()(load, share)[0], answer(load, share))


def rule(target: float = 0.8, ahead: float = 1.0) -> Callable[..., Any]:
    def answer(measured: Any, boot_min: int) -> int:
        rise = max(0.0, measured[-1] - measured[-6]) / 5
        return math.ceil((measured[-1] + ahead * rise * (boot_min + 1)) / (100 * target))

    return answer


def sales_only(measured: Any, boot_min: int) -> int:
    """Room in a sale and the two hours after it began, and none in quiet hours."""
    recent = np.asarray(measured[-125:])
    sale = np.any(recent[2:] - recent[:-2] > 70)
    return math.ceil(measured[-1] / (60 if sale else 200))


def design(
    strategies: tuple[str, ...] = (check.FIXED, check.ELASTIC, check.TOLD), telling: float = 40.0,
    spare: int = 0,
) -> Callable[..., Any]:  # fmt: skip
    def answer(shop: Any, allowed: float) -> Any:
        found = []
        for strategy in strategies:
            for at, target in enumerate(check.TARGETS):
                days = [simulate(strategy, target=target, seed=s, **shop) for s in range(4)]
                cost = np.mean([one.machine_hours for one in days])
                cost += telling * (strategy == check.TOLD)
                if np.mean([one.refused_share for one in days]) <= allowed:
                    found.append((cost, strategy, check.TARGETS[max(0, at - spare)]))
        return min(found)[1:] if found else (None, None)

    return answer


ROOM = (2000, 1305, 1632, 1503, 70)


def but(at: int, value: Any) -> tuple[Any, ...]:
    return (*ROOM[:at], value, *ROOM[at + 1 :])


# What is wrong, the check, what it is given, a part of its hint.
WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("32 of them", check.task_1, but(1, 1319), "what the machines that the shop has do"),
    ("as it opens", check.task_1, but(1, 1019), '"The shop has" is as it opens'),
    ("waiting not moved", check.task_1, but(2, 1319), '"They wait" is as it opens'),
    ("twice as many", check.task_1, but(2, 1616), "what twice as many machines do"),
    ("talking not moved", check.task_1, but(3, 1319), '"They talk" is as it opens'),
    ("best does", check.task_1, but(4, 1734), "what the best number of machines does"),
    ("end of the picture", check.task_1, but(4, 64), '"Look at up to" is as it opens'),
    ("both moved", check.task_1, but(3, 1917), "Press Reset"),
    ("text", check.task_1, but(1, "1305"), "should be a number"),
    ("nothing", check.task_1, but(0, None), "still None"),
    ("other share", check.task_2, (how_many(lambda s: 1 / (1 - s)),), "done one at a time"),
    ("no limit", check.task_2, (how_many(lambda s: 100.0),), "when n is very large"),
    ("rounded down", check.task_2,
     (how_many(count=lambda s, p: int(p * (1 - s) / (s * (1 - p)))),), "a little less"),
    ("a fraction", check.task_2,
     (how_many(count=lambda s, p: p * (1 - s) / (s * (1 - p))),), "no parts of a machine"),
    ("one more", check.task_2,
     (how_many(count=lambda s, p: 1 + math.ceil(p * (1 - s) / (s * (1 - p)))),),
     "Begin with one"),
    ("no waiting", check.task_2, (how_many(count=lambda s, p: math.ceil(p / s)),),
     "did not wait for each other"),
    ("n for n - 1", check.task_2, (how_many(count=lambda s, p: math.ceil(p / s / (1 - p))),),
     "one machine too many"),
    ("what is left", check.task_2,
     (how_many(count=lambda s, p: math.ceil((1 - p) * (1 - s) / (s * p))),), "leave 91% of it out"),
    ("ten", check.task_2, (how_many(count=lambda s, p: 10),), r"do only 23\.6% of it"),
    ("a million", check.task_2, (how_many(count=lambda s, p: 10**6),), "fewer of them"),
    ("one thing", check.task_2, (lambda s, p: 1 / s,), "two things"),
    ("one too many", check.task_3, (last_worth(off=1),), "what does the last of them add"),
    ("one too few", check.task_3, (last_worth(off=-1),), "what would one more add"),
    ("peak", check.task_3, (last_worth(least_of=lambda least: 0.0),), "the last add too little"),
    ("average", check.task_3, (on_average,), "so much each on average"),
    ("n for n - 1", check.task_3,
     (last_worth(lambda n, s, k, one: one * n / (1 + s * n + k * n * n)),), "talks to itself"),
    ("talks as it waits", check.task_3,
     (last_worth(lambda n, s, k, one: one * n / (1 + (s + k) * (n - 1))),),
     "talking grows as waiting"),
    ("half", check.task_3, (last_worth(lambda n, s, k, one: law(n, s, k / 2, one)),),
     "half of the talking"),
    ("silent", check.task_3, (last_worth(lambda n, s, k, one: law(n, s, 0, one)),),
     "if nobody talks"),
    ("a root", check.task_3, (root,), "Whole machines"),
    ("ten", check.task_3, (lambda *_: (10, 500.0),), r"adds \d+\.\d\d requests/s; go on"),
    ("in machines", check.task_3,
     (lambda s, k, one, least: (last_worth()(s, k, one, least)[0],
                                last_worth()(s, k, one, least)[1] / one),), "in machines"),
    ("what the next does", check.task_3,
     (lambda s, k, one, least: (last_worth()(s, k, one, least)[0],
                                last_worth(off=1)(s, k, one, least)[1]),), "one machine more"),
    ("what it adds", check.task_3,
     (then(last_worth(), lambda said: (said[0], 20.0)),), "not what they do"),
    ("number alone", check.task_3, (then(last_worth(), lambda said: said[0]),), "two things"),
    ("curve", check.task_4, (verdict("none"),), "by the law's curve"),
    ("narrow band", check.task_4, (verdict("confidence"),), "wobbles itself"),
    ("far ahead", check.task_4, (verdict(reach=4.0),), "nobody has seen at half of this size"),
    ("not far enough", check.task_4, (verdict(reach=1.5),), "left to doubt"),
    ("never sure", check.task_4, (lambda *_: "measure",), "left to doubt"),
    ("turned", check.task_4, (turned,), "on the other side: 197 to 222"),
    ("a truth value", check.task_4, (lambda *_: True,), 'should be "yes", "no" or "measure"'),
    ("no spare", check.task_5, (cheapest(spare=0),), "as long as all of them live"),
    ("nothing lost", check.task_5, (cheapest(apart=True),), "lose nothing to each other"),
    ("spare forgotten", check.task_5, (cheapest(by=lambda size, n: n * size.usd),),
     "before the spare is paid for"),
    ("fewest", check.task_5, (cheapest(by=lambda size, n: n),), "not the cheapest"),
    ("smallest", check.task_5, (cheapest(by=lambda size, n: size.vcpus),),
     "the smallest that can do it"),
    ("too many", check.task_5, (of_384,), "Fewer of this size"),
    ("8 vCPUs", check.task_5, (another_size,), "another size costs less"),
    ("one", check.task_5, (lambda *_: (16, 1),), "others do not carry the load"),
    ("divided", check.task_5, (by_division,), "whole machines"),
    ("gives up", check.task_5, (lambda *_: (0, 0),), "sizes that can do it"),
    ("never gives up", check.task_5,
     (then(cheapest(), lambda said: said if said[0] else (384, 90)),), r"90 machines .* do \d"),
    ("money alone", check.task_5, (lambda *_: 5240.0,), "two things"),
    ("no cap", check.task_6, (servers(cap=False),), "primary is full of writes alone"),
    ("written once", check.task_6, (servers(apply=0.0),), "done once, and not on every server"),
    ("executed everywhere", check.task_6, (servers(apply=2.0),), "did all the work of a write"),
    ("as a read", check.task_6, (servers(execute=1.0),),
     "replicas: 16, as if the primary did no more for a write"),
    ("primary does not read", check.task_6, (servers(reading=False),), "primary did not read"),
    ("a write is a read", check.task_6, (lambda load, share: (math.ceil(load / 1000),) * 2,),
     "no more work than a read"),
    ("fractions", check.task_6, (servers(rounded=float),), "no parts of a server"),
    ("one shard", check.task_6, (servers(scattered=0.0),), "every read asked one shard"),
    ("writes to all shards", check.task_6,
     (shards(lambda load, g: max(1, math.ceil(load * (1 - g) / max(1e-9, 1000 - 2 * load * g)))),),
     "every write went to every shard"),
    ("a shard's write is a read", check.task_6,
     (shards(lambda load, g: servers(execute=1.0)(load, g)[1]),), "no more work than a read"),
    ("besides its own", check.task_6,
     (shards(lambda load, g: math.ceil(load * (1 + g) / (1000 - 0.02 * load * (1 - g)))),),
     "besides asking its own"),
    ("gives up", check.task_6, (lambda *_: (None, None),), "None. There is a number"),
    ("a hundred", check.task_6, (lambda *_: (100, 100),), "replicas: 100 is more than it takes"),
    ("one", check.task_6, (lambda *_: (1, 1),), "replicas: 1 is too few"),
    ("none", check.task_6, (lambda *_: (0, 0),), "One is the least"),
    ("never gives up", check.task_6,
     (then(servers(), lambda said: tuple(999 if one is None else one for one in said)),),
     "nobody can take off it"),
    ("as measured", check.task_7, (rule(1.0, 0.0),), "What could be seen by then"),
    ("a quarter more", check.task_7, (rule(0.8, 0.0),), "What could be seen by then"),
    ("little room", check.task_7, (rule(0.93, 3.0),), "before anybody saw it rise"),
    ("half idle", check.task_7, (rule(0.5, 0.0),), "room to spare is paid for in all"),
    ("fixed", check.task_7, (lambda m, b: 30,), "As many machines at night"),
    ("never given back", check.task_7, (lambda m, b: math.ceil(max(m) / 80),),
     "ever given back"),
    ("late and much", check.task_7, (lambda m, b: math.ceil(max(m[-180:-20] or m) / 70),),
     "too much all day"),
    ("no room for chance", check.task_7, (sales_only,), "room for chance"),
    ("half machines", check.task_7, (lambda m, b: m[-1] / 80,), "Whole ones"),
    ("no end", check.task_7, (lambda m, b: math.inf,), "Whole ones"),
    ("text", check.task_7, (lambda m, b: "10",), "should be a number"),
    ("elastic", check.task_8, (design((check.ELASTIC,)),), "another costs less"),
    ("told", check.task_8, (design((check.TOLD,)),), "another costs less"),
    ("fixed", check.task_8, (design((check.FIXED,)),), "another costs less"),
    ("telling is free", check.task_8, (design(telling=0.0),), "Without the 40 for telling"),
    ("careful", check.task_8, (design(spare=1),), "With less head-room"),
    ("full", check.task_8, (lambda *_: (check.ELASTIC, 1.0),), "on average over 80 days"),
    ("never gives up", check.task_8,
     (then(design(), lambda said: said if said[0] else (check.TOLD, 0.3)),), "is it any better"),
    ("gives up", check.task_8, (lambda *_: (None, None),), "There is a way"),
    ("own target", check.task_8, (lambda *_: (check.ELASTIC, 0.55),), "from check.TARGETS"),
    ("target alone", check.task_8, (lambda *_: 0.8,), "two things"),
]  # fmt: skip
