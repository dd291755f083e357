"""Several primaries in closed form: what they can take, and how often orders collide.

n primaries take λ orders a second each; an order updates A of M rows; another primary has the
update after a delay d.

J. Gray, P. Helland, P. O'Neil and D. Shasha, "The dangers of replication and a solution", SIGMOD
1996, state in their abstract that ten times the nodes and the traffic give a thousand times the
deadlocks or reconciliations: the cube of the nodes. `cube_law` is a derivation of our own, for
nodes that are updated one after the other, so that an update is on its way for as many steps as
there are nodes. If all are updated at once it is the square (`pair_rate`).

Exact shares (`conflict_share_of_one`, `conflict_share_of_several`) are from the Poisson process:
marked orders are independent Poisson streams again, and none has come in a time t with
probability e^-(rate t).
"""

import math


def ceiling(primaries: int, apply_share: float) -> float:
    """n / (1 + f (n - 1)) servers' worth of writes; 1 / f at most.

    Of the work of each primary, 1 is for its own writes and f for those of each other one. With f
    times the share of requests that write it is the scale-out of all requests (the counting in
    "Cluster replication and logarithmic scalability", ODBMS.org 2021).
    """
    return primaries / (1.0 + apply_share * (primaries - 1))


def delays(primaries: int, delay: float, one_after_the_other: bool) -> list[float]:
    """Times after which the n - 1 others have an update."""
    return [delay * (k if one_after_the_other else 1) for k in range(1, primaries)]


def effective_rows(rows: int, hot_rows: int = 1, hot_share: float = 0.0) -> float:
    """1 / Σ p², the number of equally popular rows that collide as often."""
    hot = hot_share * hot_share / hot_rows
    cold = (1.0 - hot_share) ** 2 / (rows - hot_rows) if hot_share > 0.0 else 1.0 / rows
    return 1.0 / (hot + cold)


def pair_rate(
    primaries: int,
    order_rate: float,
    actions: int,
    rows: float,
    delay: float,
    one_after_the_other: bool = False,
    at_home: float = 0.0,
) -> float:
    """Pairs of updates a second that do not see each other; conflicts, while they are rare.

    n (n - 1) (λ A)² d (1 - ω²) / M, for a share ω of the orders at home: two updates of a row are
    by one primary with probability ω² + (1 - ω²) / n. One after the other: d n / 2 in place of d.
    """
    waits = math.fsum(delays(primaries, delay, one_after_the_other))
    updates = order_rate * actions
    return primaries * updates * updates * waits / rows * (1.0 - at_home * at_home)


def cube_law(primaries: int, order_rate: float, actions: int, rows: float, delay: float) -> float:
    """n³ (λ A)² d / (2 M): `pair_rate` one after the other, with n for n - 1.

    d is then the time that one node takes for an order, A T_a.
    """
    return 0.5 * primaries**3 * (order_rate * actions) ** 2 * delay / rows


def conflict_share_of_one(
    primaries: int,
    order_rate: float,
    rows: int,
    delay: float,
    one_after_the_other: bool = False,
    at_home: float = 0.0,
    hot_rows: int = 1,
    hot_share: float = 0.0,
) -> float:
    """Share of orders of one row each that conflict, last writer wins; exact.

    ``rows`` less the hot ones have to be a multiple of n if there are orders at home.
    """
    n = primaries
    waits = delays(n, delay, one_after_the_other)
    total = math.fsum(waits)
    cold_rows = rows - hot_rows if hot_share > 0.0 else rows
    found = 0.0
    if hot_share > 0.0:
        found = hot_share * -math.expm1(-order_rate * hot_share / hot_rows * total)
    row_rate = n * order_rate * (1.0 - hot_share) / cold_rows
    away = (1.0 - at_home) / n
    # By the row's home, or by one of the others, which sees the home's updates after ``wait``.
    own = (at_home + away) * -math.expm1(-row_rate * away * total)
    others = math.fsum(
        away * -math.expm1(-row_rate * (away * total + at_home * wait)) for wait in waits
    )
    return found + (1.0 - hot_share) * (own + others)


def distinct(draws: int, rows: int) -> list[float]:
    """Probability that so many different rows are among ``draws``, each equally likely."""
    found = [1.0] + [0.0] * draws
    for _ in range(draws):
        found = [
            found[m] * min(m / rows, 1.0)
            + (found[m - 1] * max(1.0 - (m - 1) / rows, 0.0) if m > 0 else 0.0)
            for m in range(draws + 1)
        ]
    return found


def conflict_share_of_several(
    primaries: int,
    order_rate: float,
    actions: int,
    rows: int,
    delay: float,
    one_after_the_other: bool = False,
    hot_rows: int = 1,
    hot_share: float = 0.0,
) -> float:
    """Share of orders of A rows each that conflict if none is at home, last writer wins; exact.

    Over the different rows that the order has: another one misses them all with probability
    (1 - sum of their p) to the power of A.
    """
    total = math.fsum(delays(primaries, delay, one_after_the_other))
    cold_rows = rows - hot_rows if hot_share > 0.0 else rows
    found = 0.0
    for hot in range(actions + 1):
        weight = math.comb(actions, hot) * hot_share**hot * (1.0 - hot_share) ** (actions - hot)
        for m, p_hot in enumerate(distinct(hot, hot_rows)):
            for k, p_cold in enumerate(distinct(actions - hot, cold_rows)):
                hit = hot_share * m / hot_rows + (1.0 - hot_share) * k / cold_rows
                meets = 1.0 - max(1.0 - hit, 0.0) ** actions
                found += weight * p_hot * p_cold * -math.expm1(-order_rate * total * meets)
    return found


def certified_abort_share(primaries: int, order_rate: float, rows: int, delay: float) -> float:
    """Share of orders of one row each that abort in certification; exact, rows alike, all at once.

    A row is free until somebody commits. Then it belongs to that primary until nothing of it has
    come for d: with y = λ d / M, (e^y - 1) / (λ / M) on average, the busy time of an infinite
    server with Poisson arrivals. All others abort meanwhile; free it is for 1 / (n λ / M).
    """
    busy = math.expm1(order_rate * delay / rows)
    return (1.0 - 1.0 / primaries) * busy / (busy + 1.0 / primaries)
