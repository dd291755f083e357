"""Regions that send each other their whole state, built on the data types in ``models``.

The kernel sends changes, each once and in order; here states are merged, as in the papers.
"""

from dataclasses import dataclass, field

from scalelab.kernels.random import exponential, generator, uniform
from scalelab.models.multi_region.crdt import LWWRegister, MVRegister, ORSet, PNCounter

Pieces = frozenset[int]
NAMES = ("cart", "item", "union", "pn", "or_set")
TICK = 1e-6


@dataclass(frozen=True)
class Setting:
    n_regions: int
    elsewhere: float
    gap_s: float
    n_changes: int
    removes: float
    products: int
    delay_ms: float
    cut_s: float
    skew_ms: float
    hybrid: bool
    n_carts: int
    seed: int


@dataclass(frozen=True)
class Replica:
    cart: LWWRegister[Pieces] = field(default_factory=LWWRegister)
    items: dict[int, LWWRegister[Pieces]] = field(default_factory=dict)
    union: MVRegister[Pieces] = field(default_factory=MVRegister)
    counters: dict[int, PNCounter] = field(default_factory=dict)
    or_set: ORSet[int] = field(default_factory=ORSet)
    heard_of: frozenset[int] = frozenset()

    def merge(self, other: "Replica") -> "Replica":
        return Replica(
            self.cart.merge(other.cart),
            {i: self.items.get(i, LWWRegister()).merge(other.items.get(i, LWWRegister()))
             for i in self.items.keys() | other.items.keys()},
            self.union.merge(other.union),
            {i: self.counters.get(i, PNCounter()).merge(other.counters.get(i, PNCounter()))
             for i in self.counters.keys() | other.counters.keys()},
            self.or_set.merge(other.or_set),
            self.heard_of | other.heard_of,
        )  # fmt: skip

    @property
    def alive(self) -> list[int]:
        return sorted(piece for _, piece in self.or_set.live)

    @property
    def united(self) -> Pieces:
        return frozenset().union(*self.union.values)


@dataclass
class Sums:
    lost: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    undone: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    wrong_carts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    entries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    to_siblings: int = 0
    unaware: int = 0


def stamp_for(register: LWWRegister[Pieces], wall: float, hybrid: bool) -> float:
    return max(wall, register.stamp + TICK) if hybrid and register.replica >= 0 else wall


def changed(pieces: Pieces, j: int, product: int, removes: bool, products: list[int]) -> Pieces:
    if not removes:
        return pieces | {j}
    return frozenset(p for p in pieces if products[p] != product)


def one_cart(s: Setting, state: object, sums: Sums) -> None:
    replicas = [Replica()] * s.n_regions
    messages: list[tuple[float, int, Replica]] = []
    begins = max(0.0, 0.5 * (s.gap_s * s.n_changes - s.cut_s))
    ends = begins + s.cut_s
    products: list[int] = []
    removals: dict[int, frozenset[int]] = {}
    now = 0.0
    for j in range(s.n_changes):
        now += exponential(state, s.gap_s)
        place = uniform(state)
        r = 1 + int(place / s.elsewhere * (s.n_regions - 1)) if place < s.elsewhere else 0
        for message in [m for m in messages if m[0] <= now and m[1] == r]:
            replicas[r] = replicas[r].merge(message[2])
            messages.remove(message)
        mine = replicas[r]
        sums.unaware += mine.heard_of != frozenset(range(j))
        sums.to_siblings += len(mine.union.siblings) > 1
        removes, draw = uniform(state) < s.removes, uniform(state)
        removes = removes and len(mine.alive) > 0
        product = int(draw * s.products)
        if removes:
            product = products[mine.alive[int(draw * len(mine.alive))]]
        products.append(product)
        wall = now + (s.skew_ms / 1e3 if r == 0 else 0.0)
        item = mine.items.get(product, LWWRegister())
        counter = mine.counters.get(product, PNCounter())
        or_set = mine.or_set
        if removes:
            removals[j] = frozenset(p for p in mine.alive if products[p] == product)
            counter = counter.decrement(r, max(0, counter.value))
            or_set = or_set.remove(product)
        else:
            counter = counter.increment(r)
            or_set = or_set.add(product, j)
        replicas[r] = Replica(
            mine.cart.assign(
                changed(mine.cart.value or frozenset(), j, product, removes, products),
                stamp_for(mine.cart, wall, s.hybrid), r,
            ),
            {**mine.items, product: item.assign(
                changed(item.value or frozenset(), j, product, removes, products),
                stamp_for(item, wall, s.hybrid), r,
            )},
            mine.union.assign(changed(mine.united, j, product, removes, products), r),
            {**mine.counters, product: counter},
            or_set,
            mine.heard_of | {j},
        )  # fmt: skip
        leaves = ends if begins <= now < ends else now
        messages += [
            (leaves + s.delay_ms / 1e3, q, replicas[r]) for q in range(s.n_regions) if q != r
        ]
    for _, q, replica in messages:
        replicas[q] = replicas[q].merge(replica)
    final = replicas[0]
    assert all(replica == final for replica in replicas)
    settle(final, products, removals, sums)


def settle(
    final: Replica, products: list[int], removals: dict[int, frozenset[int]], sums: Sums
) -> None:
    shown = {
        "cart": final.cart.value or frozenset(),
        "item": frozenset().union(*(r.value or frozenset() for r in final.items.values())),
        "union": final.united,
        "or_set": frozenset(final.alive),
    }
    bad: dict[str, tuple[int, int]] = {
        name: (
            len(set(final.alive) - pieces),
            sum(bool(taken & pieces) for taken in removals.values()),
        )
        for name, pieces in shown.items()
    }
    lost = undone = 0
    for product, counter in final.counters.items():
        excess = max(0, counter.value) - sum(products[p] == product for p in final.alive)
        lost += max(0, -excess)
        undone += min(max(0, excess), sum(products[j] == product for j in removals))
    bad["pn"] = (lost, undone)
    for name, (gone, back) in bad.items():
        sums.lost[name] += gone
        sums.undone[name] += back
        sums.wrong_carts[name] += gone + back > 0
    counts = [c for n in final.counters.values() for c in (n.ups.counts, n.downs.counts)]
    for name, n in (
        ("cart", 1),
        ("item", len(final.items)),
        ("union", sum(len(version.counts) for version, _ in final.union.siblings)),
        ("pn", sum(count > 0 for one in counts for _, count in one)),
        ("or_set", len(final.or_set.added)),
    ):
        sums.entries[name] += n


def play(s: Setting) -> Sums:
    state, sums = generator(s.seed), Sums()
    for _ in range(s.n_carts):
        one_cart(s, state, sums)
    return sums
