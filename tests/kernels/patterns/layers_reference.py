"""A shop of a few pages, request by request and change by change, and integrals over the gaps."""

import math
import random
from dataclasses import dataclass, field

Key = tuple[object, ...]


@dataclass
class Counts:
    """Of a run: page views and what was made for them."""

    views: int = 0
    page_misses: int = 0
    fragments_asked: int = 0
    fragments_made: int = 0
    results_asked: int = 0
    results_made: int = 0
    old: int = 0
    stored: dict[str, float] = field(default_factory=dict)


class Shop:
    """Caches with versions: an entry is valid while all versions are what they were."""

    def __init__(
        self, caches: set[str], ttl: float, split: bool, fragments: int, personal: int,
        queries: int, pages: int, customers: int,
    ) -> None:  # fmt: skip
        self.caches, self.ttl, self.queries = caches, ttl, queries
        self.split = split and "page" in caches
        self.personal = personal
        self.common = 1 if fragments - personal >= 2 else 0
        self.own = fragments - personal - self.common
        self.version: dict[Key, int] = {}
        self.visit = [0] * customers
        self.results = [
            *((("own", i, j), k) for i in range(pages) for j in range(self.own)
              for k in range(queries)),
            *((("common",), k) for _ in range(self.common) for k in range(queries)),
            *((("mine", u, j), k) for u in range(customers) for j in range(personal)
              for k in range(queries)),
        ]  # fmt: skip
        self.page: dict[Key, tuple[float, list[Key]]] = {}
        self.fragment: dict[Key, list[Key]] = {}
        self.result: dict[Key, Key] = {}
        self.count = Counts()

    def state(self, fragment: Key) -> list[Key]:
        """Versions of all results of a fragment; a new visit is a new version of what is mine."""
        visit = self.visit[fragment[1]] if fragment[0] == "mine" else 0  # type: ignore[call-overload]
        return [(fragment, k, self.version.get((fragment, k), 0), visit)
                for k in range(self.queries)]  # fmt: skip

    def make(self, fragment: Key) -> None:
        self.count.fragments_asked += 1
        now = self.state(fragment)
        if "fragment" in self.caches and self.fragment.get(fragment) == now:
            return
        self.fragment[fragment] = now
        self.count.fragments_made += 1
        for one in now:
            self.count.results_asked += 1
            if "query" in self.caches and self.result.get(one[:2]) == one:
                continue
            self.result[one[:2]] = one
            self.count.results_made += 1

    def view(self, now: float, item: int, customer: int) -> None:
        self.count.views += 1
        shared: list[Key] = [("own", item, j) for j in range(self.own)]
        shared += [("common",)] * self.common
        mine: list[Key] = [("mine", customer, j) for j in range(self.personal)]
        shell = shared if self.split else shared + mine
        key: Key = (item,)
        if mine and not self.split:
            key = (item, customer, self.visit[customer])
        versions = [one for fragment in shell for one in self.state(fragment)]
        kept = self.page.get(key) if "page" in self.caches else None
        if kept is not None and (
            now - kept[0] < self.ttl if self.ttl > 0.0 else kept[1] == versions
        ):
            self.count.old += kept[1] != versions
        else:
            self.count.page_misses += 1
            for fragment in shell:
                self.make(fragment)
            self.page[key] = (now, versions)
        if self.split:
            for fragment in mine:
                self.make(fragment)

    def kept(self) -> tuple[int, int]:
        """Fragments and results that are there and valid."""
        fragments = {where for where, _ in self.results}
        return (
            sum(self.fragment.get(each) == self.state(each) for each in fragments),
            sum(self.result.get(one[:2]) == one for each in fragments for one in self.state(each)),
        )


def run(
    caches: set[str], ttl: float, split: bool, fragments: int, personal: int, queries: int,
    popularity: list[float], customers: int, customer_rate: float, change: float, ends: float,
    views: int, seed: int,
) -> Counts:  # fmt: skip
    """``views`` page views after as many fourths that do not count."""
    chance = random.Random(seed)
    pages = len(popularity)
    shop = Shop(caches, ttl, split, fragments, personal, queries, pages, customers)
    rates = [customers * customer_rate, change * len(shop.results), ends * customers]
    cumulative = [math.fsum(popularity[: i + 1]) for i in range(pages)]
    now, warm, samples, changes = 0.0, views // 4, 0, 0
    stored = [0, 0]
    while shop.count.views < views:
        now += chance.expovariate(sum(rates))
        (what,) = chance.choices(range(3), rates)
        if what == 0:
            (item,) = chance.choices(range(pages), cum_weights=cumulative)
            shop.view(now, item, chance.randrange(customers))
            if shop.count.views == warm:
                shop.count, warm = Counts(), -1
        elif what == 1:
            # Changes come at any time, so before them is any time, which after a view is not.
            changes += 1
            if warm < 0 and changes % 20 == 0:
                stored = [a + b for a, b in zip(stored, shop.kept(), strict=True)]
                samples += 1
            where = shop.results[chance.randrange(len(shop.results))]
            shop.version[where] = shop.version.get(where, 0) + 1
        else:
            shop.visit[chance.randrange(customers)] += 1
    shop.count.stored = {"fragments": stored[0] / samples, "results": stored[1] / samples}
    return shop.count


def unchanged(rate: float, gap: float, changes: list[float], steps: int = 4000) -> float:
    """Chance that none of several things has changed in ``gap`` and an exponential time more.

    The integral over that time, by the midpoint rule over its quantiles; each thing by itself.
    """
    total = 0.0
    for k in range(steps):
        t = gap - math.log1p(-(k + 0.5) / steps) / rate
        total += math.prod(math.exp(-change * t) for change in changes)
    return total / steps


def expected(
    caches: set[str], ttl: float, split: bool, fragments: int, personal: int, queries: int,
    popularity: list[float], rate: float, customer_rate: float, change: float, ends: float,
) -> list[float]:  # fmt: skip
    """Page misses, fragments asked and made, results asked and made, for a page view.

    By the same assumptions as the kernel's, by integrals over the gaps between requests, result by
    result.
    """
    split = split and "page" in caches and personal > 0
    common = 1 if fragments - personal >= 2 else 0
    own = fragments - personal - common
    mine = personal > 0 and not split
    shell = fragments - personal if split else fragments
    page = own_f = own_r = 0.0
    for p in popularity:
        r = rate * p
        one = customer_rate * p if mine else r
        miss = 1.0
        if "page" in caches:
            leaves = [ends] if mine else []
            if ttl == 0.0:
                miss = 1.0 - unchanged(one, 0.0, [change] * (shell * queries) + leaves)
            else:
                # For each time that it is made, those that come while it is kept.
                steps = 4000
                life = ttl * sum(
                    math.exp(-sum(leaves) * ttl * (k + 0.5) / steps) for k in range(steps)
                ) / steps  # fmt: skip
                miss = 1.0 / (1.0 + one * life)
        page += p * miss
        if "page" in caches and ttl > 0.0:
            seen, gap = (r * miss, 0.0) if mine else (r, ttl)
            own_f += p * miss * (1.0 - unchanged(seen, gap, [change] * queries))
            own_r += p * miss * (1.0 - unchanged(seen, gap, [change]))
        else:
            own_f += p * (1.0 - unchanged(r, 0.0, [change] * queries))
            own_r += p * (1.0 - unchanged(r, 0.0, [change]))
    share = page if ttl > 0.0 and "page" in caches else 1.0
    made_f, made_r = own * own_f, own * own_r
    made_f += common * share * (1.0 - unchanged(rate * share, 0.0, [change] * queries))
    made_r += common * share * (1.0 - unchanged(rate * share, 0.0, [change]))
    own_share = 1.0 if split else share
    seen = customer_rate * own_share
    made_f += personal * own_share * (1.0 - unchanged(seen, 0.0, [change] * queries + [ends]))
    made_r += personal * own_share * (1.0 - unchanged(seen, 0.0, [change, ends]))
    asked_f = (own + common) * page + personal * (1.0 if split else page)
    made_f = made_f if "fragment" in caches else asked_f
    asked_r = queries * made_f
    made_r = queries * made_r if "query" in caches else asked_r
    return [page, asked_f, made_f, asked_r, made_r]
