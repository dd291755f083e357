"""Checks of the workbook on infrastructure: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right. Tasks 3 to 7
have modules of their own.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor, isclose
from typing import Any, NamedTuple

from scalelab.labs.infrastructure import entry
from scalelab.models.infrastructure import autoscaling, edge
from scalelab.web.lab import Slider
from scalelab.workbook.hand_changes import task_4
from scalelab.workbook.hint import NotYet, answered, expect, number
from scalelab.workbook.manifests import task_5
from scalelab.workbook.nodes import task_6
from scalelab.workbook.readings import expect_reading, readings
from scalelab.workbook.rollouts import task_7
from scalelab.workbook.scalers import task_3

__all__ = ["task_1", "task_2", "task_3", "task_4", "task_5", "task_6", "task_7", "task_8"]

# --- 1 ---

DEATH = {"detect_s": 10.0, "ttl_s": 20.0, "ignoring": 0.05}
EVENNESS = {"machines": 8, "connections": 200}
(LIFE,) = (one for one in entry.lab.controls if isinstance(one, Slider) and one.name == "life_s")
LIVES_S = tuple(map(float, LIFE.values))
SOON_S = 300.0
SEEN = {
    "dns_failed": "what fails with DNS",
    "l4_failed": "what fails at layer 4",
    "l7_failed": "what fails at layer 7",
    "dns_reached": "when a machine has its part with DNS",
    "l4_reached": "when a machine has its part at layer 4",
    "all": "how busy all are",
    "dns_busy": "the busiest with DNS",
    "dns_high": "what the busiest with DNS exceeds one time in ten",
    "turn_busy": "the busiest where connections are dealt in turn",
    "hash_busy": "the busiest where a hash deals them",
}


def task_1(fail_by_name: Any, busiest_in_turn: Any, longest_life_s: Any) -> None:
    """A death, the busiest machine and the longest life of a connection, from the lab."""
    expect_reading(
        entry.lab, "fail_by_name", fail_by_name, "dns_failed", 0.6, SEEN, **DEATH
    )  # fmt: skip
    busy = number("busiest_in_turn", busiest_in_turn)
    expect(
        busy < 2.0,
        f"busiest_in_turn is {busy:g}. Write a share such as 0.7, not a percentage.",
    )
    expect_reading(
        entry.lab, "busiest_in_turn", busy, "turn_busy", 0.0051, SEEN, **EVENNESS
    )  # fmt: skip
    _is_longest(number("longest_life_s", longest_life_s))
    print("Right: read off, and tried out.")


def reached_s(life_s: float) -> float:
    return readings(entry.lab, life_s=life_s)["l4_reached"]


def _is_longest(life_s: float) -> None:
    seen = f"longest_life_s = {life_s:g}"
    expect(life_s in LIVES_S, f"{seen} is no place of that slider: {LIVES_S}.")
    expect(
        reached_s(life_s) <= SOON_S,
        f"{seen}: at layer 4 a machine has nine tenths of its part after {reached_s(life_s):,.0f} "
        f"s, and {SOON_S:g} are allowed.",
    )
    expect(
        life_s == max(each for each in LIVES_S if reached_s(each) <= SOON_S),
        f"{seen}: the slider has a longer life with which it is still soon enough.",
    )


# --- 2 ---


class Seen(NamedTuple):
    """Requests/s of a pod that counts, and what they should be; pods that count, and all."""

    metric: float
    target: float
    ready: int
    ordered: int


SIGHTS = (
    Seen(200.0, 100.0, 5, 5),
    Seen(50.0, 100.0, 8, 8),
    Seen(105.0, 100.0, 40, 40),
    Seen(95.0, 100.0, 40, 40),
    Seen(130.0, 100.0, 7, 7),
    Seen(61.0, 100.0, 7, 7),
    Seen(190.0, 100.0, 4, 6),
    Seen(140.0, 100.0, 5, 10),
    Seen(400.0, 100.0, 5, 10),
    Seen(150.0, 100.0, 13, 18),
    Seen(58.0, 100.0, 5, 10),
    Seen(300.0, 80.0, 3, 3),
    Seen(91.0, 80.0, 21, 21),
)


class Full(NamedTuple):
    """Pods that are all full; how many it takes; the target of a CPU, in per cent."""

    pods: int
    enough: int
    target: int


FULL = (
    Full(4, 13, 70),
    Full(4, 4, 70),
    Full(5, 3, 60),
    Full(5, 6, 80),
    Full(10, 30, 75),
    Full(3, 100, 85),
    Full(4, 8, 95),
    Full(9, 10, 91),
    Full(9, 10, 90),
    Full(20, 19, 95),
    Full(6, 500, 55),
)


def next_of(of: Seen, damped: bool = True, tolerant: bool = True) -> int:
    """Kubernetes' documented rule, in fractions."""
    ratio = Fraction(of.metric) / Fraction(of.target)
    counted, near = of.ready, Fraction(1, 10) if tolerant else Fraction(0)
    if damped and ratio > 1 and of.ready < of.ordered:
        ratio, counted = ratio * of.ready / of.ordered, of.ordered
        if ratio < 1:
            return of.ordered
    return of.ordered if abs(ratio - 1) <= near else ceil(ratio * counted)


def orders_of(of: Full, tolerance: Fraction = Fraction(1, 10), rounded: bool = True) -> int | None:
    """How often a full fleet orders until it has enough; None if never."""
    ratio, pods, n = Fraction(100, of.target), Fraction(of.pods), 0
    while pods < of.enough:
        if ratio - 1 <= tolerance:
            return None
        pods, n = (Fraction(ceil(pods * ratio)) if rounded else pods * ratio), n + 1
    return n


def _of_seen(of: Seen) -> str:
    return (
        f"{of.metric:g} requests/s of a pod, {of.target:g} wanted, {of.ready} of {of.ordered} ready"
    )


def _is_next(of: Seen, said: float) -> None:
    right = next_of(of)
    if said == right:
        return
    ratio, seen = of.metric / of.target, f"{_of_seen(of)}: {said:g} pods"
    expect(said.is_integer(), f"{seen}: there is no part of a pod.")
    wrong = (
        (next_of(of, tolerant=False), "that is near enough for it to do nothing."),
        (of.ready if of.ready < of.ordered else -1, "pods that boot are there, too."),
        (next_of(of, damped=False), "those that boot are taken for idle, not left out."),
        (ceil(of.ordered * ratio), "the figure is that of the ones that are ready."),
        (floor(of.ready * ratio), "then each has more than it should. Round the other way."),
        (round(of.ready * ratio), "then each has more than it should. Round the other way."),
        (ceil(of.ordered * ratio * of.ready / of.ordered), "how near is it if all are counted?"),
        (ceil(of.ordered / ratio), "the other way round."),
    )  # fmt: skip
    for value, hint in wrong:
        expect(said != value, f"{seen}: {hint}")
    raise NotYet(f"{seen}: how far is the metric from where it should be, and for how many?")


def _are_orders(orders: Callable[..., Any], of: Full) -> None:
    right = orders_of(of)
    case = f"{of.pods} full pods, {of.enough} are enough, target {of.target} %"
    expect(callable(orders), f"expected a function, got {orders!r}.")
    try:
        said = orders(*of)
    except NotImplementedError:
        raise NotYet("orders is not written yet.") from None
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    if said is None:
        expect(right is None, f"{case}: it does order some, or is there. Is there a return?")
        return
    value = number("what orders returned", said)
    seen = f"{case}: {value:g} orders"
    expect(right is not None, f"{seen}. What does it do about a metric so near to the target?")
    if value == right:
        return
    at_once = 1 if of.enough > of.pods else 0
    expect(
        value != at_once,
        f"{seen}. At 100 % a CPU does not say how much more it takes.",
    )
    expect(
        value != orders_of(of, rounded=False),
        f"{seen}. Each order is of whole pods.",
    )
    doubled = 0
    while of.pods * 2**doubled < of.enough:
        doubled += 1
    expect(value != doubled, f"{seen}. It may double them, but does it ask for so many?")
    raise NotYet(f"{seen}. How many does it want of those that are full, and then of these?")


def task_2(next_replicas: Callable[..., Any], orders: Callable[..., Any]) -> None:
    """The autoscaler's rule, and how often a full fleet orders."""
    for of in SIGHTS:
        try:
            said = answered(next_replicas, *of)
        except NotYet:
            raise
        except Exception as error:
            raise NotYet(f"{_of_seen(of)}: it raised {error!r}.") from None
        _is_next(of, number("what next_replicas returned", said))
    for fleet in FULL:
        _are_orders(orders, fleet)
    print(f"Right, for {len(SIGHTS)} metrics and {len(FULL)} full fleets.")


# --- 8 ---

DAYS_PER_MONTH = 365.25 / 12.0
EDGES = edge.WAYS[:2]
POPS, TTLS_S = (0, 5, 10, 30), (10.0, 60.0, 300.0, 3600.0)
TARGETS, LEASTS, VCPUS = (0.5, 0.7, 0.8), (1, 2, 3), (2, 4, 8)


class Goal(NamedTuple):
    """At the peak; what a page may take; how old it may be; slow minutes of a day; a crowd; s."""

    rate_per_s: float
    most_ms: float
    stale_s: float
    most_slow_min: float
    crowd: float
    boot_s: float


class Design(NamedTuple):
    """Points of presence, with or without a shield, time to live; target, least, vCPUs."""

    way: str
    pops: int
    ttl_s: float
    target: float
    least: int
    vcpus: int


class Kept(NamedTuple):
    mean_ms: float
    slow_min: float
    left_busy: float | None
    usd: float


GOALS = (
    Goal(2000.0, 300.0, 60.0, 20.0, 2.0, 120.0),
    Goal(2000.0, 137.0, 60.0, 20.0, 2.0, 120.0),
    Goal(2000.0, 90.0, 3600.0, 2.0, 1.0, 120.0),
    Goal(20_000.0, 140.0, 60.0, 11.0, 1.0, 120.0),
    Goal(8000.0, 120.0, 300.0, 6.5, 1.0, 240.0),
    Goal(2000.0, 76.0, 3600.0, 5.0, 1.0, 60.0),
    Goal(2000.0, 60.0, 3600.0, 20.0, 1.0, 120.0),
)


@cache
def at_edge(rate_per_s: float, pops: int, ttl_s: float) -> edge.Edge:
    return edge.simulate(pops, ttl_s, rate_per_s)


def edge_usd(of: Goal, way: str, pops: int, ttl_s: float) -> float:
    """All that is paid but for the machines."""
    found = at_edge(of.rate_per_s, pops, ttl_s).ways[way]
    return found.egress_usd + found.requests_usd


@cache
def at_origin(per_s: float, crowd: float, boot_s: float, scaling: tuple[float, int, int]) -> Any:
    target, least, vcpus = scaling
    return autoscaling.day(
        "Target tracking", crowd * per_s, boot_s=boot_s, target=target, least=least, vcpus=vcpus,
        peak_per_s=per_s,
    )  # fmt: skip


def kept(of: Goal, design: Design) -> Kept:
    """What a design does, by the chapter's models."""
    way, pops, ttl_s, *scaling = design
    found = at_edge(of.rate_per_s, pops, ttl_s).ways[way]
    day = at_origin(found.origin_per_s, of.crowd, of.boot_s, tuple(scaling))
    usd = edge_usd(of, way, pops, ttl_s) + DAYS_PER_MONTH * day.usd
    return Kept(found.mean_ms, day.slow_min, day.left_busy, usd)


def survives(one: Kept) -> bool:
    return one.left_busy is not None and one.left_busy <= 1.0


def is_met(of: Goal, design: Design) -> bool:
    one = kept(of, design)
    return (
        one.mean_ms <= of.most_ms
        and design.ttl_s <= of.stale_s
        and one.slow_min <= of.most_slow_min
        and survives(one)
    )


def edges(of: Goal) -> Iterable[tuple[float, str, int, float]]:
    """What may be, the cheapest first. A shorter life than is allowed is never better."""
    ttl_s = max(each for each in TTLS_S if each <= of.stale_s)
    found = [
        (edge_usd(of, way, pops, ttl_s), way, pops, ttl_s)
        for way, pops in product(EDGES, POPS)
        if at_edge(of.rate_per_s, pops, ttl_s).ways[way].mean_ms <= of.most_ms
    ]
    return sorted(found)


@cache
def least_usd(of: Goal) -> float | None:
    best: float | None = None
    for usd, way, pops, ttl_s in edges(of):
        if best is not None and usd >= best:
            break
        for scaling in product(TARGETS, LEASTS, VCPUS):
            design = Design(way, pops, ttl_s, *scaling)
            if is_met(of, design):
                found = kept(of, design).usd
                best = found if best is None else min(best, found)
    return best


def task_8(cheapest: Callable[..., Any]) -> None:
    """The least that it costs to keep all that is promised."""
    for of in GOALS:
        _is_cheapest(of, _answer(cheapest, of))
    print(f"Right, for {len(GOALS)} goals.")


def _answer(cheapest: Callable[..., Any], of: Goal) -> Design | None:
    expect(callable(cheapest), f"expected a function, got {cheapest!r}.")
    try:
        said = cheapest(*of)
    except NotImplementedError:
        raise NotYet("cheapest is not written yet.") from None
    if said is None:
        return None
    expect(
        isinstance(said, tuple | list) and len(said) == len(Design._fields),
        f"cheapest returned {said!r}; it should be six things: way, PoPs, time to live, target, "
        "least, vCPUs. Or None.",
    )
    design = Design(*said)
    choices: tuple[tuple[Any, ...], ...] = (EDGES, POPS, TTLS_S, TARGETS, LEASTS, VCPUS)
    for name, value, some in zip(Design._fields, design, choices, strict=True):
        if name != "way":
            number(name, value)
        expect(value in some, f"{name} is {value!r}, which is none of {some}.")
    return design


def _of_goal(of: Goal) -> str:
    return (
        f"{of.rate_per_s:g} requests/s, {of.most_ms:g} ms, {of.stale_s:g} s old, "
        f"{of.most_slow_min:g} slow minutes, a crowd of {of.crowd:g}, boot {of.boot_s:g} s"
    )


def _is_cheapest(of: Goal, said: Design | None) -> None:
    right, case = least_usd(of), _of_goal(of)
    if said is None:
        expect(right is None, f"{case}: there is a design that keeps all of it.")
        return
    seen = (
        f"{case}: {said.way}, {said.pops}, {said.ttl_s:g} s; target {said.target:g}, at least "
        f"{said.least} of {said.vcpus} vCPUs"
    )
    expect(
        said.ttl_s <= of.stale_s,
        f"{seen}: pages may be {said.ttl_s:g} s old.",
    )
    found = kept(of, said)
    if found.mean_ms > of.most_ms:
        longest = max(each for each in TTLS_S if each <= of.stale_s)
        better = at_edge(of.rate_per_s, said.pops, longest).ways[said.way].mean_ms <= of.most_ms
        raise NotYet(
            f"{seen}: a page takes {found.mean_ms:.0f} ms. "
            + ("How often is it there when one asks?" if better else "Where do users wait?")
        )
    expect(
        found.slow_min <= of.most_slow_min,
        f"{seen}: answers are too slow for {found.slow_min:.1f} minutes of a day.",
    )
    busy = "no other" if found.left_busy is None else f"others that are {found.left_busy:.0%} busy"
    expect(survives(found), f"{seen}: one machine fails at the peak and leaves {busy}.")
    assert right is not None
    if isclose(found.usd, right, rel_tol=1e-9):
        return
    outside = edge_usd(of, said.way, said.pops, said.ttl_s)
    same = min(
        kept(of, design).usd
        for scaling in product(TARGETS, LEASTS, VCPUS)
        if is_met(of, design := Design(said.way, said.pops, said.ttl_s, *scaling))
    )
    raise NotYet(
        f"{seen}: all is kept, for {found.usd:,.0f} USD a month, {outside:,.0f} of it for the "
        "network. There is a cheaper one, "
        + ("with other machines." if same < found.usd * (1.0 - 1e-9) else "with another network.")
    )
