"""Every update is kept for ever, and every order is held against all of them."""

from dataclasses import dataclass

from scalelab.kernels.random import below, exponential, generator, uniform


@dataclass
class Update:
    time: float
    node: int
    row: int


@dataclass
class Shop:
    primaries: int
    total_rate: float
    actions: int
    rows: int
    hot_rows: int
    hot_share: float
    at_home: float
    delay: float
    one_after_the_other: bool
    certify: bool


def wait(shop: Shop, origin: int, node: int) -> float:
    steps = (node - origin) % shop.primaries if shop.one_after_the_other else 1
    return shop.delay * steps


def conflicts(shop: Shop, n_orders: int, seed: int) -> list[bool]:
    """Of each order, with the kernel's draws: does it conflict?"""
    state = generator(seed)
    kept: list[Update] = []
    found = []
    now = 0.0
    cold = shop.rows - shop.hot_rows
    for _ in range(n_orders):
        now += exponential(state, 1.0 / shop.total_rate)
        node = below(state, shop.primaries)
        home = uniform(state) < shop.at_home
        wanted = []
        for _ in range(shop.actions):
            if uniform(state) < shop.hot_share:
                wanted.append(below(state, shop.hot_rows))
                continue
            row = below(state, cold)
            if home and cold >= shop.primaries:
                # The row of the same block of n that lives here; past the end, a block before.
                row = row // shop.primaries * shop.primaries + node
                row -= shop.primaries * (row >= cold)
            wanted.append(shop.hot_rows + row)
        found.append(
            any(
                u.row in wanted and u.node != node and now - u.time < wait(shop, u.node, node)
                for u in kept
            )
        )
        if not (found[-1] and shop.certify):
            kept += [Update(now, node, row) for row in wanted]
    return found
