"""Wrong choices of how services are called, and the hint each of them has to get."""

from collections.abc import Callable
from itertools import product
from typing import Any

from scalelab.workbook import decoupling as check
from scalelab.workbook.decoupling import Broker, Service, Shop

Ways = tuple[str, ...]


def best_of(of: Shop, keeps: Callable[[Shop, Ways], bool], usd: Any = check.usd_of) -> Ways | None:
    every = (ways for ways in product(*map(check.allowed, of.services)) if keeps(of, ways))
    return min(every, key=lambda ways: usd(of, ways), default=None)


def keeps(of: Shop, ways: Ways) -> bool:
    return check.minutes_down(of, ways) <= of.most_min


def chosen(
    other: Callable[[Shop], Shop] = lambda of: of,
    change: Callable[[Shop, Ways], Any] = lambda of, ways: ways,
    by: Callable[[Shop, Ways], bool] = keeps,
    usd: Any = check.usd_of,
    if_none: Any = None,
) -> Callable[..., Any]:
    """The right answer for another shop, by another rule, or changed."""

    def cheapest(services: list[Service], broker: Broker, most_min: float) -> Any:
        of = other(Shop(tuple(services), broker, most_min))
        found = best_of(of, by, usd)
        return if_none if found is None else change(of, found)

    return cheapest


def fixed(way: str) -> Callable[..., Any]:
    """That way wherever it is allowed."""
    return lambda services, broker, most_min: [
        way if way in check.allowed(one) else "needed" for one in services
    ]


def everywhere(way: str) -> Callable[..., Any]:
    return lambda services, broker, most_min: [way] * len(services)


def sums(of: Shop, ways: Ways) -> bool:
    """The worst one decides."""
    down = [
        0.0 if way in ("fallback", "broker") else (1 - one.up) ** (2 if way == "twice" else 1)
        for one, way in zip(of.services, ways, strict=True)
    ]
    return max(down) * check.MINUTES_PER_YEAR <= of.most_min


def broker_is_up(of: Shop, ways: Ways) -> bool:
    up = of._replace(broker=of.broker._replace(up=1.0))
    return check.minutes_down(up, ways) <= of.most_min


def broker_for_each(of: Shop, ways: Ways) -> float:
    return check.usd_of(of, ways) + max(ways.count("broker") - 1, 0) * of.broker.usd


def greedy(services: list[Service], broker: Broker, most_min: float) -> Any:
    """The worst service first, each in its cheapest way, until it is enough."""
    of = Shop(tuple(services), broker, most_min)
    ways = ["needed"] * len(services)
    for i in sorted(range(len(services)), key=lambda i: services[i].up):
        if keeps(of, tuple(ways)):
            break
        ways[i] = min(
            (way for way in check.allowed(services[i]) if way != "needed"),
            key=lambda way, one=services[i]: {  # type: ignore[misc]
                "twice": one.twice_usd, "fallback": one.fallback_usd, "broker": broker.usd,
            }[way],
        )  # fmt: skip
    return ways if keeps(of, tuple(ways)) else None


def dearest(of: Shop, ways: Ways) -> Ways:
    every = [each for each in product(*map(check.allowed, of.services)) if keeps(of, each)]
    return max(every, key=lambda each: check.usd_of(of, each))


def sure(of: Shop, ways: Ways) -> Ways:
    every = product(*map(check.allowed, of.services))
    return min(every, key=lambda each: check.minutes_down(of, each))


def without(way: str) -> Callable[[Shop, Ways], bool]:
    return lambda of, ways: way not in ways and keeps(of, ways)


DOWN, LESS = "down for", "It can be had for less"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (name, check.task_8, (cheapest,), hint) for name, cheapest, hint in (
        ("no function", 5, "expected a function"),
        ("never", lambda *_: None, "it can be kept"),
        ("a number", lambda *_: 5, "a list with a way for each"),
        ("a word", lambda *_: "needed", "a list with a way for each"),
        ("one way", lambda *_: ["needed"], "a list with a way for each"),
        ("one too many", chosen(change=lambda of, w: [*w, "needed"]), "a list with a way for each"),
        ("a dict", lambda *_: dict.fromkeys(range(6), "needed"), "a list with a way for each"),
        ("numbers", lambda services, *_: list(range(len(services))), "is none of"),
        ("another word", everywhere("thrice"), "is none of"),
        ("capitals", chosen(change=lambda of, w: [way.title() for way in w]), "is none of"),
        ("all with a fallback", everywhere("fallback"), "has no page without it"),
        ("all behind the broker", everywhere("broker"), "has to answer at once"),
        ("all needed", fixed("needed"), f"{DOWN}.*adds its own"),
        ("all twice", fixed("twice"), f"{LESS}|{DOWN}"),
        ("a fallback wherever it is", fixed("fallback"), DOWN),
        ("the broker wherever it is", fixed("broker"), f"{DOWN}|{LESS}"),
        ("the surest", chosen(change=sure), LESS),
        ("the dearest", chosen(change=dearest), LESS),
        ("the other order", chosen(change=lambda of, w: w[::-1]), "has no page|at once|down|less"),
        ("only the worst decides", chosen(by=sums), DOWN),
        ("the broker is always up", chosen(by=broker_is_up), "broker is not always up|at all"),
        ("the broker for each", chosen(usd=broker_for_each), LESS),
        ("the broker is free", chosen(usd=lambda of, w: check.usd_of(of._replace(
            broker=of.broker._replace(usd=0.0)), w)), LESS),
        ("a free broker is used",
         chosen(change=lambda of, w: tuple("broker" if one.later else way for one, way in
                                           zip(of.services, w, strict=True))), f"{LESS}|{DOWN}"),
        ("one after the other", greedy, f"{LESS}|it can be kept"),
        *((f"never {way}", chosen(by=without(way)), f"{LESS}|it can be kept")
          for way in ("twice", "fallback", "broker")),
        ("twice as many minutes", chosen(lambda of: of._replace(most_min=2 * of.most_min)), DOWN),
        ("half as many minutes", chosen(lambda of: of._replace(most_min=of.most_min / 2)),
         f"{LESS}|it can be kept"),
        ("a tenth of the minutes", chosen(lambda of: of._replace(most_min=of.most_min / 10)),
         f"{LESS}|it can be kept"),
        ("minutes of a month", chosen(lambda of: of._replace(most_min=12 * of.most_min)), DOWN),
        ("hours", chosen(lambda of: of._replace(most_min=60 * of.most_min)), DOWN),
        ("impossible, and needed",
         lambda services, broker, most_min: chosen()(services, broker, most_min)
         or ["needed"] * len(services), "Can it be kept at all"),
        ("impossible, and sure",
         lambda services, broker, most_min: chosen()(services, broker, most_min)
         or sure(Shop(tuple(services), broker, most_min), ()), "Can it be kept at all"),
        ("one nine more", chosen(lambda of: of._replace(services=tuple(
            one._replace(up=1 - (1 - one.up) / 10) for one in of.services))), DOWN),
        ("twice is never down", chosen(by=lambda of, w: keeps(
            of._replace(services=tuple(
                one._replace(up=1.0) if way == "twice" else one
                for one, way in zip(of.services, w, strict=True))), w)), DOWN),
        ("raises", lambda services, *_: services[99], "IndexError"),
    )
]  # fmt: skip
