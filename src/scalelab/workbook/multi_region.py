"""Checks of the multi-region workbook: each prints that all is well, or raises a hint.

Goals are checked on several seeds or settings, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable, Collection
from functools import cache
from itertools import combinations
from math import inf, isclose
from typing import Any

import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table
from scalelab.labs.multi_region.latency import lab as latency_lab
from scalelab.models.multi_region.latency import mask_of
from scalelab.theory.multi_region.routing import dns_failed
from scalelab.workbook.carts import Cart, Piece, play
from scalelab.workbook.hint import NotYet, answered, expect, number, share
from scalelab.workbook.stock import orders, refused
from scalelab.workbook.world import Demand, Network, Ping, demand, network, pings, straight_ms

READ_OFF = 0.6  # ms; the summary has whole milliseconds

DETOUR = 2.5  # times a straight fibre's round trip

TRIALS = 100_000
NEAR = 0.015  # some five standard errors of this and of 40,000 trials

DEARER = 1.1  # times the refusals of the best division for these cuts

CHECKS = 3  # fail before a region counts as dead
INTERVALS_S = (5, 10, 20, 30, 60)
TIMES_TO_LIVE_S = (5, 10, 20, 30, 60, 120, 300, 600)
HOLD_S = 600.0
CHECKERS = 80
MONTH_S = 30 * 24 * 3600
PER_CHECK = 0.5e-6  # euros; assumptions, as is the next
PER_LOOK_UP = 0.4e-6


def task_1(prediction: Any, virginia: Any, both: Any, trips: Any) -> None:
    """How long a page takes: from one region, from two, and with fewer round trips."""
    guess = number("prediction", prediction)
    _read_from_lab("virginia", virginia, "p50")
    _read_from_lab("both", both, "p50", regions=mask_of(["Virginia", "Mumbai"]))
    _read_from_lab("trips", trips, "p99", round_trips=2)
    print(f"Right. Your prediction was {abs(guess - float(both)):.0f} ms off.")


def _read_from_lab(name: str, given: Any, quantile: str, **settings: int) -> None:
    value = number(name, given)
    read = _readings(**settings)
    if abs(value - read[quantile]) <= READ_OFF:
        return
    seen = f"{name} = {value:g}"
    for other in ("p50", "p95", "p99"):
        expect(
            other == quantile or abs(value - read[other]) > READ_OFF,
            f"{seen} is the {other}. Read again which share of the users is asked for.",
        )
    expect(
        not settings or abs(value - _readings()[quantile]) > READ_OFF,
        f"{seen} is what the lab says as it opens. Which control has to be moved?",
    )
    expect(abs(value - read["round_trip"]) > READ_OFF, f"{seen} is one round trip, not a page.")
    raise NotYet(
        f"{seen} is not what the lab says. Press Reset, set only what the question asks for, and "
        "read the sentence below the chart."
    )


@cache
def _readings(**settings: int) -> dict[str, float]:
    table = latency_lab.table(None, **settings)
    settled = latency_lab.settled(settings)
    found = {one.name: latency_lab.read(one, table, settled) for one in latency_lab.readings}
    return {name: -1.0 if value is None else value for name, value in found.items()}


def task_2(judge: Callable[..., Any]) -> None:
    """Which pings cannot be, and which were led a long way round."""
    for seed in (31, 32, 33):
        log = pings(seed)
        said = answered(judge, list(log))
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("judge should return two lists: impossible ones, and detours.")
        impossible, detours = (_positions(one, len(log)) for one in said)
        _are_those(impossible, log, "impossible", lambda stretch, limit: stretch < limit)
        _are_those(detours, log, "detours", lambda stretch, limit: stretch > DETOUR * limit)
    print("Right, for three logs of 80 pings that you have not seen.")


def _positions(given: Any, size: int) -> set[int]:
    if not isinstance(given, Collection) or isinstance(given, str):
        raise NotYet(f"{given!r} should be a list of positions in the log.")
    if any(isinstance(one, bool) or one not in range(size) for one in given):
        raise NotYet(f"A list of positions in the log is asked for, from 0 to {size - 1}.")
    return {int(one) for one in given}


def _are_those(
    said: set[int], log: list[Ping], what: str, holds: Callable[[float, float], bool]
) -> None:
    """``holds`` says of a time over a straight fibre's, and of the limit of that, whether it is."""
    stretch = [one.ms / straight_ms(one.one, one.other) for one in log]

    def those(limit: float) -> set[int]:
        return {i for i, one in enumerate(stretch) if holds(one, limit)}

    right = those(1.0)
    if said == right:
        return
    case = f"Of {len(log)} pings you count {len(said)} as {what}"
    for limit, hint in (
        (0.5, "as if a ping went one way. It comes back."),
        (2.0, "as if there were four ways in a ping. There are two."),
        (2.0 / 3.0, "with the speed of light in empty space. Cables are of glass."),
    ):
        expect(said != those(limit), f"{case}, {hint}")
    extra, missed = sorted(said - right), sorted(right - said)
    at = (extra or missed)[0]
    one = log[at]
    verb = "is not one of them" if extra else "is missing"
    expect(
        what != "detours" or stretch[at] < 1.0,
        f"{case}; {one.one} to {one.other} in {one.ms:g} ms {verb}, with {stretch[at]:.2f} times "
        "what a straight fibre would take.",
    )
    raise NotYet(
        f"{case}; {one.one} to {one.other} in {one.ms:g} ms {verb}. How long would light take, in "
        "a straight fibre, over the ball that the Earth is?"
    )


def task_3(best_leader: Callable[..., Any]) -> None:
    """Where the leader should be, and what a write takes then."""
    for seed, k in ((1, 2), (2, 3), (4, 6), (0, 4), (2, 1)):
        seen = network(seed, 6)
        said = answered(best_leader, seen.round_trips.copy(), seen.shares.copy(), k)
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("best_leader should return two things: a region's number, and a time.")
        leader, mean_ms = (number("best_leader(...)", one) for one in said)
        expect(leader in range(6), f"{leader:g} is the leader? Regions have the numbers 0 to 5.")
        _is_leader(int(leader), mean_ms, seen, k)
    print("Right, for five shops with six regions each.")


def _is_leader(leader: int, mean_ms: float, seen: Network, k: int) -> None:
    way = seen.shares @ seen.round_trips
    answers = np.sort(seen.round_trips, axis=1)
    right = way + answers[:, k - 1]
    best = int(np.argmin(right))
    if leader == best and isclose(mean_ms, right[best], rel_tol=1e-3):
        return
    case = f"Six regions, {k} must have a write: leader {leader}, {mean_ms:.4g} ms"
    for times, hint in (
        (right / 2.0, "are one way. Each message is answered."),
        (way + answers[:, min(k, 5)], f"would be right if {k} had to have it besides the leader."),
        (way, "are the way to the leader. The leader itself has to wait as well."),
        (answers[:, k - 1], "are the leader's own wait. The customers' way to it is missing."),
        (seen.round_trips.mean(axis=0) + answers[:, k - 1], "count all customers' regions alike."),
        (way + answers[:, -1], "wait for the last region. Not all of them have to have it."),
    ):
        at = int(np.argmin(times))
        expect((leader, round(mean_ms, 1)) != (at, round(times[at], 1)), f"{case} {hint}")
    expect(
        leader == best or leader != int(np.argmax(seen.shares)),
        f"{case}. Most customers are near region {leader}; to all of them and their copies it is "
        f"{right[leader]:.0f} ms, and that can be less.",
    )
    expect(
        leader == best,
        f"{case}. With this leader a write takes {right[leader]:.0f} ms on average, with another "
        "one less.",
    )
    raise NotYet(f"{case}. The leader is the best one, but that is not what a write takes.")


def task_4(seen: Callable[..., Any]) -> None:
    """How likely a read sees a write that was acknowledged a while ago."""
    for n, k_w, k_r, means, time_ms in (
        (3, 1, 1, (10.0, 2.0, 2.0, 2.0), 0.0),
        (3, 1, 1, (10.0, 2.0, 2.0, 2.0), 8.0),
        (3, 1, 1, (10.0, 2.0, 6.0, 10.0), 0.0),
        (3, 2, 1, (20.0, 5.0, 5.0, 5.0), 5.0),
        (5, 1, 2, (30.0, 2.0, 10.0, 2.0), 10.0),
        (3, 2, 2, (10.0, 2.0, 2.0, 2.0), 0.0),
    ):
        value = share("seen(...)", answered(seen, n, k_w, k_r, means, time_ms))
        right = _seen(n, k_w, k_r, means, time_ms)
        if abs(value - right["right"]) <= NEAR:
            continue
        case = f"{n} copies, k_w = {k_w}, k_r = {k_r}, {time_ms:g} ms later: {value:.1%}"
        nearest = min(right, key=lambda name: abs(value - right[name]))
        expect(abs(value - right[nearest]) > NEAR, f"{case}, {nearest}.")
        expect(
            k_r + k_w <= n,
            f"{case}, though each {k_r} copies that are read have one in common with each {k_w} "
            "that are written.",
        )
        raise NotYet(
            f"{case} is not what happens. Draw the four messages of one copy on a line; "
            "and are there enough trials?"
        )
    print("Right, six times; in one case there was nothing to draw.")


@cache
def _seen(n: int, k_w: int, k_r: int, means: tuple[float, ...], time_ms: float) -> dict[str, float]:
    """What is right, and what it is with a slip, by what the slip is."""
    chance = np.random.default_rng(n)
    write, back, request, answer = (chance.exponential(mean, (TRIALS, n)) for mean in means)
    start = np.sort(write + back, axis=1)[:, [k_w - 1]] + time_ms
    first = np.argsort(request + answer, axis=1)[:, :k_r]
    earliest = np.argsort(request, axis=1)[:, :k_r]

    def mean(has: Any, asked: Ints) -> float:
        return float(np.take_along_axis(has, asked, axis=1).any(axis=1).mean())

    has = write <= start + request
    anybody = np.broadcast_to(np.arange(k_r), first.shape)
    return {
        "right": mean(has, first),
        "as if the read took any copies, and not those that answer first": mean(has, anybody),
        "as if the read took the copies that it reaches first": mean(has, earliest),
        "as if the read were at the copies as soon as it is sent": mean(write <= start, first),
        "counted from when the write is sent": mean(write <= time_ms + request, first),
        "as if the read waited for all copies": float(has.any(axis=1).mean()),
        "as if the write were acknowledged when it is there, and not when that is heard": mean(
            write <= np.sort(write, axis=1)[:, [k_w - 1]] + time_ms + request, first
        ),
    }


def task_5(merge: Callable[..., Any]) -> None:
    """A merge of carts that loses no addition and brings nothing back."""

    def checked(mine: Cart, theirs: Cart) -> Cart:
        return _as_cart(answered(merge, mine, theirs))

    for seed in range(51, 59):
        played = play(checked, seed)
        case = f"In one history of {played.merges} merges, after"
        expect(
            played.lost == 0 or played.back == 0,
            f"{case} {played.lost} of them something is gone that nobody took out, and after "
            f"{played.back} something is back that was taken out. One cart cannot replace the "
            "other: each may know what the other does not.",
        )
        expect(
            played.deaf == 0,
            f"{case} {played.deaf} of them the cart has heard of less than one of the two that "
            "were merged. What will it take for new then?",
        )
        expect(
            played.boasts == 0,
            f"{case} {played.boasts} of them the cart has heard of pieces of which neither of the "
            "two had heard. What will it take for removed then?",
        )
        expect(
            played.lost == 0,
            f"{case} {played.lost} of them something is gone that nobody took out. If a piece is "
            "in one cart only, has the other one had it?",
        )
        expect(
            played.back == 0,
            f"{case} {played.back} of them something is back that was taken out. If a piece is in "
            "one cart only, does that mean that the other one never had it?",
        )
    print("Right: nothing lost and nothing back, with messages late, doubled and overtaken.")


def _as_cart(said: Any) -> Cart:
    if not (isinstance(said, tuple | list) and len(said) == 2):
        raise NotYet("merge should return a Cart: its pieces, and what it has heard of.")
    pieces, heard = said
    if not isinstance(pieces, Collection) or not all(isinstance(one, Piece) for one in pieces):
        raise NotYet("The pieces of the cart that merge returns should be a set of Piece.")
    if not isinstance(heard, tuple | list) or len(heard) != len(Cart().heard):
        raise NotYet(f"heard should be {len(Cart().heard)} numbers, one for each region.")
    return Cart(frozenset(pieces), tuple(heard))


def task_6(share_out: Callable[..., Any]) -> None:
    """A division of the stock for cuts to come, learnt from cuts that were."""
    for shop in (1, 2, 4, 8):
        record, later = orders(shop, 0), orders(shop, 1, 2000)
        for tightness in (0.6, 1.0):
            stock = int(tightness * record.sum(axis=1).mean())
            held = _division(answered(share_out, stock, record.copy()), stock, record.shape[1])
            cost = float(refused(later, held).mean())
            least = float(refused(later, best_division(stock, later)).mean())
            if cost > DEARER * least:
                _bad_division(held, cost / least, record, later)
    print(f"Right: in later cuts at most {DEARER - 1:.0%} more refusals than the best would have.")


def best_division(stock: int, record: Ints) -> Ints:
    """The division with which most is sold over ``record``: each piece where it sells most often.

    What a region sells grows by less with each piece, so that taking the best one each time is
    the best in all.
    """
    held = np.zeros(record.shape[1], np.int64)
    for _ in range(stock):
        held[np.argmax((record > held).sum(axis=0))] += 1
    return held


def _division(said: Any, stock: int, size: int) -> Ints:
    held = np.asarray(said)
    expect(
        held.shape == (size,) and held.dtype.kind in "iuf",
        f"share_out should return {size} numbers, one for each region.",
    )
    expect(
        bool(np.all(held == np.floor(held)) and np.all(held >= 0)),
        f"share_out returns {held.tolist()}; pieces are whole, and not fewer than none.",
    )
    total = int(held.sum())
    expect(total <= stock, f"{total} pieces are given to the regions, and there are {stock}.")
    expect(total == stock, f"{total} pieces are given to the regions; the rest of {stock} is idle.")
    return held.astype(np.int64)


def _bad_division(held: Ints, times: float, record: Ints, later: Ints) -> None:
    case = f"{held.sum()} pieces, divided {held.tolist()}: {times:.1f} times the refusals it takes"
    expect(int(np.ptp(held)) > 1, f"{case}. Do all regions order as much?")
    means = record.mean(axis=0)
    expect(
        bool(np.any(np.abs(held - held.sum() * means / means.sum()) > 2.0)),
        f"{case}. Two regions with the same mean can be different: what is it made of?",
    )
    idle = np.maximum(held - later, 0).mean(axis=0)
    turned_away = np.maximum(later - held, 0).mean(axis=0)
    full, empty = int(np.argmax(idle)), int(np.argmax(turned_away))
    raise NotYet(
        f"{case}. In a later cut, region {full} is left with {idle[full]:.1f} pieces on average, "
        f"and region {empty} refuses {turned_away[empty]:.1f} orders. How often would one more "
        "piece have been sold in each?"
    )


def task_7(capacity: Callable[..., Any]) -> None:
    """What each region must bear if any of them die."""
    for seed, n, failed in ((0, 5, 1), (2, 5, 1), (3, 5, 2), (4, 6, 1), (5, 6, 2)):
        seen = demand(seed, n)
        said = np.asarray(answered(capacity, seen.users.copy(), seen.round_trips.copy(), failed))
        expect(
            said.shape == (n,) and said.dtype.kind in "iuf",
            f"capacity should return {n} numbers, one for each region.",
        )
        _can_bear(said.astype(float), seen, failed)
    print("Right, for five shops; in two of them any two regions may die at once.")


def _loads(seen: Demand, dead: Collection[int] = ()) -> Floats:
    """Requests a second at each region, if all go to the nearest that lives."""
    trips = seen.round_trips.copy()
    trips[:, list(dead)] = inf
    return np.bincount(np.argmin(trips, axis=1), seen.users, trips.shape[1]).astype(float)


def _worst(seen: Demand, failed: int) -> Floats:
    regions = range(len(seen.names))
    each = np.array([_loads(seen, dead) for dead in combinations(regions, failed)])
    return np.asarray(each.max(axis=0))


def _can_bear(said: Floats, seen: Demand, failed: int) -> None:
    right, own = _worst(seen, failed), _loads(seen)
    if np.allclose(said, right, rtol=1e-6):
        return
    n, total = len(own), seen.users.sum()
    case = f"{n} regions, {failed} may die: room for {said.sum() / total:.2f} times all requests"
    moved: Table = np.array([_loads(seen, [dead]) - own for dead in range(n)])
    others = np.array([np.delete(own, r).max() for r in range(n)])
    dead = np.sort(own)[-failed:].sum()
    for wrong, hint in (
        (own, "as on a day when all live."),
        (np.full(n, total / (n - failed)), "the same in each. Do users divide evenly?"),
        (own * n / (n - failed), "a like part more in each. Who dies, and where do they go?"),
        (own * total / (total - dead), "as if the users of the dead were spread over all others."),
        (own + others, "as if all users of the largest came to each. Do they?"),
        (own + np.maximum(moved, 0.0).sum(axis=0), "as if all the others died, each by itself."),
        (_worst(seen, 1), "enough for one death."),
    ):
        expect(not np.allclose(said, wrong, rtol=1e-3), f"{case}, {hint}")
    region = int(np.argmax(np.abs(said - right)))
    verb = "too little for one of the deaths" if said[region] < right[region] else "never needed"
    raise NotYet(
        f"{case}. {seen.names[region]} has room for {said[region]:,.0f} requests a second, "
        f"{verb}. Go through the deaths one by one: who goes where?"
    )


def task_8(cheapest: Callable[..., Any]) -> None:
    """The cheapest health checks and time to live that lead users on soon enough."""
    for target_s, resolvers, holders in (
        (110.0, 2000, 0.1),
        (86.0, 100, 0.0),
        (75.0, 500, 0.05),
        (55.0, 3000, 0.1),
        (40.0, 1000, 0.02),
        (205.0, 200, 0.2),
    ):
        said = answered(cheapest, target_s, resolvers, holders)
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("cheapest should return two numbers: the interval, and the time to live.")
        choice = tuple(number("cheapest(...)", one) for one in said)
        _is_cheapest(choice, target_s, resolvers, holders)
    print("Right, six times; for one target nothing is quick enough.")


def led_on_s(interval_s: float, ttl_s: float, holders: float) -> float:
    """Mean time that users of a dead region are without another; resolvers are busy."""
    return dns_failed(interval_s, CHECKS, ttl_s, 1e9, holders, HOLD_S)


def monthly_cost(interval_s: float, ttl_s: float, resolvers: float) -> float:
    """Euros a month."""
    checks = CHECKERS / interval_s * PER_CHECK
    return MONTH_S * (checks + resolvers / ttl_s * PER_LOOK_UP)


def _first_choice(
    target_s: float, resolvers: float, time_s: Callable[[float, float], float]
) -> tuple[float, float]:
    fit = [
        (interval, ttl)
        for interval in INTERVALS_S
        for ttl in TIMES_TO_LIVE_S
        if time_s(interval, ttl) <= target_s
    ]
    return min(fit, key=lambda one: monthly_cost(one[0], one[1], resolvers), default=(0, 0))


def _is_cheapest(
    choice: tuple[float, ...], target_s: float, resolvers: int, holders: float
) -> None:
    right = _first_choice(target_s, resolvers, lambda d, ttl: led_on_s(d, ttl, holders))
    if choice == right:
        return
    interval, ttl = choice
    case = f"Within {target_s:g} s, {resolvers:,} resolvers, {holders:.0%} keep answers: checks "
    case = f"{case}every {interval:g} s, {ttl:g} s to live"
    expect(choice != (0.0, 0.0), f"{case}? There are settings that are quick enough.")
    expect(
        interval in INTERVALS_S and ttl in TIMES_TO_LIVE_S,
        f"{case}? Take both from the lists, and say (0, 0) if nothing is quick enough.",
    )
    kept = holders * HOLD_S
    slips: tuple[tuple[Callable[[float, float], float], str], ...] = (
        (
            lambda d, t: CHECKS * d + (1.0 - holders) * t / 2.0 + kept,
            "if a region always died just after a check",
        ),
        (
            lambda d, t: (CHECKS - 0.5) * d + (1.0 - holders) * t + kept,
            "if every resolver had only just asked",
        ),
        (
            lambda d, t: (CHECKS - 0.5) * d + t / 2.0,
            "if nobody kept an answer for longer than allowed",
        ),
        (
            lambda d, t: d / 2.0 + (1.0 - holders) * t / 2.0 + kept,
            "if one failed check were enough",
        ),
        (lambda d, t: (1.0 - holders) * t / 2.0 + kept, "if the death were noticed at once"),
    )
    for time_s, slip in slips:
        expect(
            choice != _first_choice(target_s, resolvers, time_s), f"{case} would be right {slip}."
        )
    mean = led_on_s(interval, ttl, holders)
    expect(mean <= target_s, f"{case}: users wait {mean:.0f} s on average.")
    raise NotYet(f"{case} is quick enough, {mean:.0f} s, and not the cheapest that is.")
