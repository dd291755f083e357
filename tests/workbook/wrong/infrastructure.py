"""Wrong answers to the workbook on infrastructure, and the hint each of them has to get.

Those of the tasks that have a module of their own are in one of the same name here.
"""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

from tests.workbook.wrong import hand_changes, manifests, nodes, rollouts, scalers

from scalelab.labs.infrastructure import entry
from scalelab.workbook import infrastructure as check
from scalelab.workbook.readings import readings

# --- 1 ---

DEATH = readings(entry.lab, **check.DEATH)
EVEN = readings(entry.lab, **check.EVENNESS)
OPENED = readings(entry.lab)
LONGEST = max(each for each in check.LIVES_S if check.reached_s(each) <= check.SOON_S)
AS_OPENS, NOT_SAID = "as it opens", "is not what the lab says"


def read_off(name: str, value: Any) -> tuple[Any, ...]:
    right = {
        "dns": DEATH["dns_failed"], "busiest": EVEN["turn_busy"], "life": LONGEST,
    }  # fmt: skip
    return tuple({**right, name: value}.values())


# --- 2 ---


def next_of(change: Callable[[check.Seen, int], Any]) -> Callable[..., Any]:
    """Told what is seen, and the right number."""

    def answer(*given: Any) -> Any:
        of = check.Seen(*given)
        return change(of, check.next_of(of))

    return answer


def ratio(of: check.Seen) -> float:
    return of.metric / of.target


def orders_of(change: Callable[[check.Full, int | None], Any]) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        of = check.Full(*given)
        return change(of, check.orders_of(of))

    return answer


def doublings(of: check.Full, right: int | None) -> int | None:
    if right is None:
        return None
    return max(math.ceil(math.log2(of.enough / of.pods) - 1e-9), 0)


def in_parts(of: check.Full, right: int | None) -> int | None:
    return None if right is None else check.orders_of(of, rounded=False)


def stubborn(of: check.Full, right: int | None) -> int:
    """Goes on within the tolerance."""
    pods, n = of.pods, 0
    while pods < of.enough:
        pods, n = math.ceil(pods * 100 / of.target), n + 1
    return n


def down(of: check.Full, right: int | None) -> int | None:
    """Rounds down."""
    if right is None:
        return None
    pods, n = of.pods, 0
    while pods < of.enough and n < 50:
        pods, n = max(math.floor(pods * 100 / of.target), pods + 1), n + 1
    return n


# --- 8 ---


def kept_designs(of: check.Goal) -> list[check.Design]:
    """With the longest life that is allowed, all that keep it."""
    every = (
        check.Design(way, pops, ttl_s, *scaling)
        for (_, way, pops, ttl_s), scaling in product(
            check.edges(of), list(product(check.TARGETS, check.LEASTS, check.VCPUS))
        )
    )
    return [one for one in every if check.is_met(of, one)]


def best_of(of: check.Goal) -> check.Design | None:
    if check.least_usd(of) is None:
        return None
    right = check.least_usd(of)
    return next(one for one in kept_designs(of) if check.kept(of, one).usd == right)


def cheapest(
    other: Callable[[check.Goal], check.Goal] = lambda of: of,
    change: Callable[[check.Design], Any] = lambda design: design,
    if_none: Any = None,
) -> Callable[..., Any]:
    """The right answer to another goal, or with a change."""

    def answer(*given: float) -> Any:
        found = best_of(other(check.Goal(*given)))
        return change(found) if found else if_none

    return answer


def dearest(*given: float) -> check.Design | None:
    """With the right network the dearest machines that keep it."""
    of = check.Goal(*given)
    found = best_of(of)
    kept = [one for one in kept_designs(of) if found and one[:3] == found[:3]]
    return max(kept, key=lambda one: check.kept(of, one).usd, default=None)


USUAL = check.Design(check.EDGES[0], 10, 300.0, 0.7, 2, 4)
SURE = check.Design(check.EDGES[1], 30, 10.0, 0.5, 3, 8)
CHEAPER, SLOW, STALE = "There is a cheaper one", "answers are too slow", "pages may be"
PAGE, LOST = "a page takes", "one machine fails at the peak"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("not read off", check.task_1, (None, None, None), "still None"),
    ("only the first", check.task_1, (DEATH["dns_failed"], None, None), "still None"),
    ("a text", check.task_1, read_off("dns", "14,868"), "should be a number"),
    ("as it opens", check.task_1, read_off("dns", OPENED["dns_failed"]), AS_OPENS),
    ("at layer 4", check.task_1, read_off("dns", DEATH["l4_failed"]), "fails at layer 4"),
    ("at layer 7", check.task_1, read_off("dns", DEATH["l7_failed"]), "fails at layer 7"),
    ("if all obeyed", check.task_1,
     read_off("dns", readings(entry.lab, **{**check.DEATH, "ignoring": 0.0})["dns_failed"]),
     NOT_SAID),
    ("the time to live forgotten", check.task_1,
     read_off("dns", readings(entry.lab, detect_s=10.0, ignoring=0.05)["dns_failed"]), NOT_SAID),
    ("noticed late", check.task_1,
     read_off("dns", readings(entry.lab, ttl_s=20.0, ignoring=0.05)["dns_failed"]), NOT_SAID),
    ("in thousands", check.task_1, read_off("dns", DEATH["dns_failed"] / 1000), NOT_SAID),
    *((f"{n:,} fail", check.task_1, read_off("dns", n), NOT_SAID)
      for n in (0, 4000, 10_000, 20_000)),
    ("percent busy", check.task_1, read_off("busiest", 100 * EVEN["turn_busy"]),
     "not a percentage"),
    ("the mean", check.task_1, read_off("busiest", EVEN["all"]), "how busy all are"),
    ("by a hash", check.task_1, read_off("busiest", EVEN["hash_busy"]), "where a hash deals"),
    ("by name", check.task_1, read_off("busiest", EVEN["dns_busy"]), "the busiest with DNS"),
    ("one time in ten", check.task_1, read_off("busiest", EVEN["dns_high"]), "one time in ten"),
    ("busy as it opens", check.task_1, read_off("busiest", OPENED["turn_busy"]), AS_OPENS),
    ("50 connections", check.task_1,
     read_off("busiest", readings(entry.lab, machines=8)["turn_busy"]), NOT_SAID),
    ("5 machines", check.task_1,
     read_off("busiest", readings(entry.lab, connections=200)["turn_busy"]), NOT_SAID),
    *((f"{busy:.0%} busy", check.task_1, read_off("busiest", busy), NOT_SAID)
      for busy in (0.1, 0.5, 0.7, 1.0)),
    *((f"lives {life:g} s", check.task_1, read_off("life", life), "and 300 are allowed")
      for life in check.LIVES_S if life > LONGEST),
    *((f"lives {life:g} s", check.task_1, read_off("life", life), "has a longer life")
      for life in check.LIVES_S if life < LONGEST),
    *((f"lives {life:g} s", check.task_1, read_off("life", life), "no place of that slider")
      for life in (0, 120, 130, 691)),

    ("nothing next", check.task_2, (lambda *_: None, orders_of(lambda o, r: r)), "returns nothing"),
    ("a text next", check.task_2, (lambda *_: "ten", orders_of(lambda o, r: r)),
     "should be a number"),
    *((f"{name}, next", check.task_2, (next_of(change), orders_of(lambda o, r: r)), hint)
      for name, change, hint in (
          ("parts", lambda o, r: ratio(o) * o.ready, "no part of a pod|near enough"),
          ("down", lambda o, r: max(math.floor(ratio(o) * o.ready), 1),
           "the other way|near enough"),
          ("rounded", lambda o, r: round(ratio(o) * o.ready), "the other way|near enough"),
          ("no tolerance", lambda o, r: check.next_of(o, tolerant=False), "near enough"),
          ("of all ordered",
           lambda o, r: r if abs(ratio(o) - 1) <= 0.1 else math.ceil(ratio(o) * o.ordered),
           "of the ones that are ready"),
          ("booting left out", lambda o, r: check.next_of(o, damped=False), "taken for idle"),
          ("as before", lambda o, r: o.ordered, "how far is the metric"),
          ("those ready", lambda o, r: r if o.ready == o.ordered else o.ready,
           "pods that boot are there"),
          ("upside down", lambda o, r: math.ceil(o.ordered / ratio(o)), "the other way round"),
          ("one more", lambda o, r: r + 1, "how far is the metric"),
          ("one fewer", lambda o, r: r - 1, "how far is the metric|the other way"),
          ("never fewer", lambda o, r: max(r, o.ordered), "how far is the metric"),
          ("never more", lambda o, r: min(r, o.ordered), "how far is the metric"),
          ("doubled", lambda o, r: 2 * o.ordered, "how far is the metric|the other way round"),
          ("at most twice", lambda o, r: min(r, 2 * o.ordered), "how far is the metric"),
          ("tolerant by a fifth", lambda o, r: o.ordered if abs(ratio(o) - 1) < 0.2 else r,
           "how far is the metric"),
          ("tolerant upwards", lambda o, r: check.next_of(o, tolerant=False) if ratio(o) < 1 else r,
           "near enough"),
          ("damped without an end",
           lambda o, r: math.ceil(o.ordered * ratio(o) * o.ready / o.ordered)
           if ratio(o) > 1 and o.ready < o.ordered else r,
           "taken for idle, not left out"),
          ("raises", lambda o, r: [][0], "IndexError"),
      )),
    *((f"{n} pods always", check.task_2, (next_of(lambda o, r, n=n: n), orders_of(lambda o, r: r)),
       "pods: |pods of|pods that|how far|way") for n in (1, 4, 10, 24)),
    ("no function for orders", check.task_2, (next_of(lambda o, r: r), 3), "expected a function"),
    *((f"{name}, orders", check.task_2, (next_of(lambda o, r: r), orders_of(change)), hint)
      for name, change, hint in (
          ("never", lambda o, r: None, "it does order some"),
          ("a text", lambda o, r: "three", "should be a number"),
          ("one", lambda o, r: 1, "does not say how much more|How many does it want"),
          ("at once", lambda o, r: None if r is None else min(r, 1), "does not say how much more"),
          ("doubled", doublings, "does it ask for so many|does not say"),
          ("in parts", in_parts, "whole pods"),
          ("rounded down", down, "How many does it want|whole pods"),
          ("stubborn", stubborn, "so near to the target"),
          ("one too many", lambda o, r: None if r is None else r + 1,
           "How many does it want|whole pods"),
          ("one too few", lambda o, r: None if r is None else max(r - 1, 0),
           "How many|does it ask"),
          ("nought for never", lambda o, r: r or 0, "so near to the target"),
          ("infinitely many", lambda o, r: math.inf if r is None else r, "so near to the target"),
          ("never for nought", lambda o, r: r or None, "it does order some, or is there"),
          ("how many it has", lambda o, r: None if r is None else o.enough, "How many does it"),
          ("raises", lambda o, r: 1 / 0, "ZeroDivisionError"),
      )),

    *scalers.WRONG,
    *hand_changes.WRONG,
    *manifests.WRONG,
    *nodes.WRONG,
    *rollouts.WRONG,

    ("no function", check.task_8, (5,), "expected a function"),
    ("a number", check.task_8, (lambda *_: 5,), "six things"),
    ("three things", check.task_8, (lambda *_: USUAL[:3],), "six things"),
    ("a text for PoPs", check.task_8, (lambda *_: USUAL._replace(pops="ten"),),
     "should be a number"),
    ("another way", check.task_8, (lambda *_: USUAL._replace(way="Shield"),), "way is .* none of"),
    ("another life", check.task_8, (lambda *_: USUAL._replace(ttl_s=30.0),), "ttl_s is .* none of"),
    ("another target", check.task_8, (lambda *_: USUAL._replace(target=70),),
     "target is .* none of"),
    ("another size", check.task_8, (lambda *_: USUAL._replace(vcpus=16),), "vcpus is .* none of"),
    ("the other order", check.task_8, (lambda *_: tuple(reversed(USUAL)),), "none of|a number"),
    ("never", check.task_8, (lambda *_: None,), "there is a design"),
    ("the usual one", check.task_8, (lambda *_: USUAL,), STALE),
    ("a sure one", check.task_8, (lambda *_: SURE,), f"{CHEAPER}|{PAGE}"),
    *((f"always {pops} PoPs, {ttl:g} s", check.task_8,
       (lambda *_, p=pops, t=ttl: USUAL._replace(pops=p, ttl_s=t),),
       f"{STALE}|{PAGE}|{CHEAPER}|{SLOW}|{LOST}")
      for pops in check.POPS for ttl in check.TTLS_S),
    *((f"target {target:g}, {vcpus} vCPUs", check.task_8,
       (cheapest(change=lambda d, t=target, v=vcpus: d._replace(target=t, vcpus=v)),),
       f"{CHEAPER}|{SLOW}|{LOST}")
      for target in check.TARGETS for vcpus in check.VCPUS),
    *((f"at least {least}", check.task_8,
       (cheapest(change=lambda d, n=least: d._replace(least=n)),),
       f"{CHEAPER}|{SLOW}|{LOST}") for least in check.LEASTS),
    ("no shield", check.task_8, (cheapest(change=lambda d: d._replace(way=check.EDGES[0])),), PAGE),
    ("a shield always", check.task_8, (cheapest(change=lambda d: d._replace(way=check.EDGES[1])),),
     f"{CHEAPER}.*another network|{SLOW}"),
    ("no network", check.task_8, (cheapest(change=lambda d: d._replace(pops=0)),),
     f"{PAGE}.*Where do users wait"),
    ("thirty PoPs", check.task_8, (cheapest(change=lambda d: d._replace(pops=30)),),
     f"{CHEAPER}|{PAGE}"),
    ("the shortest life", check.task_8, (cheapest(change=lambda d: d._replace(ttl_s=10.0)),),
     f"{PAGE}.*How often is it there"),
    ("the longest life", check.task_8, (cheapest(change=lambda d: d._replace(ttl_s=3600.0)),),
     STALE),
    ("old pages forgotten", check.task_8, (cheapest(lambda of: of._replace(stale_s=3600.0)),),
     STALE),
    ("slow minutes forgotten", check.task_8,
     (cheapest(lambda of: of._replace(most_slow_min=1e4)),), SLOW),
    ("no crowd", check.task_8, (cheapest(lambda of: of._replace(crowd=0.0)),), f"{SLOW}|{LOST}"),
    ("boots at once", check.task_8, (cheapest(lambda of: of._replace(boot_s=0.0)),),
     f"{SLOW}|{CHEAPER}"),
    ("waits forgotten", check.task_8, (cheapest(lambda of: of._replace(most_ms=1e4)),), PAGE),
    ("a tenth less to wait", check.task_8,
     (cheapest(lambda of: of._replace(most_ms=0.9 * of.most_ms)),), f"{CHEAPER}|there is a design"),
    ("a tenth of the load", check.task_8,
     (cheapest(lambda of: of._replace(rate_per_s=of.rate_per_s / 10)),),
     f"{CHEAPER}|{SLOW}|{LOST}|{PAGE}|there is"),
    ("impossible, and sure", check.task_8, (cheapest(if_none=SURE._replace(ttl_s=3600.0)),), PAGE),
    ("one machine too many", check.task_8,
     (dearest,),
     f"{CHEAPER}.*other machines"),
]  # fmt: skip
