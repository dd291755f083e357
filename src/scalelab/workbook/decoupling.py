"""Services that a shop needs, and how each is called, for a promise at the least cost."""

from collections.abc import Callable
from functools import cache
from itertools import product
from math import inf, isclose
from typing import Any, NamedTuple

from scalelab.kernels.principles.coupling import MINUTES_PER_YEAR
from scalelab.workbook.calls import called_for_any
from scalelab.workbook.hint import NotYet, expect

WAYS = ("needed", "twice", "fallback", "broker")


class Service(NamedTuple):
    """A share of the time up; USD a month of a second one, and of a page without it (None: there is
    none); whether its work can be done later, by a message.
    """

    up: float
    twice_usd: float
    fallback_usd: float | None
    later: bool


class Broker(NamedTuple):
    """Up for a share of the time; USD a month if anybody uses it."""

    up: float
    usd: float


class Shop(NamedTuple):
    services: tuple[Service, ...]
    broker: Broker
    most_min: float


CATALOGUE = Service(0.9995, 900.0, None, False)
PRICES = Service(0.999, 400.0, None, False)
STOCK = Service(0.999, 500.0, 300.0, False)
REVIEWS = Service(0.995, 300.0, 80.0, False)
ADVICE = Service(0.99, 700.0, 150.0, True)
MAIL = Service(0.98, 350.0, None, True)
PICTURES = Service(0.995, 600.0, None, True)
POINTS = Service(0.997, 250.0, 200.0, True)
LOG = Service(0.999, 100.0, 90.0, True)
QUEUE = Broker(0.9999, 400.0)

SHOPS = (
    Shop((CATALOGUE, PRICES, STOCK, REVIEWS, ADVICE, MAIL), QUEUE, 1000.0),
    Shop((CATALOGUE, PRICES, STOCK, REVIEWS, ADVICE, MAIL), QUEUE, 2000.0),
    Shop((CATALOGUE, PRICES, STOCK, REVIEWS, ADVICE, MAIL), QUEUE, 20_000.0),
    Shop((CATALOGUE, PRICES, STOCK, REVIEWS, ADVICE, MAIL), QUEUE, 40.0),
    Shop((CATALOGUE, PRICES, MAIL, PICTURES, POINTS, LOG), QUEUE, 800.0),
    Shop((CATALOGUE, PRICES, MAIL, PICTURES, POINTS, LOG), Broker(0.99, 50.0), 800.0),
    Shop((CATALOGUE, MAIL), Broker(0.9999, 2000.0), 600.0),
    Shop((CATALOGUE, STOCK, REVIEWS, LOG), Broker(0.9999, 60.0), 300.0),
    Shop((PRICES, STOCK), QUEUE, 10.0),
    Shop((ADVICE, MAIL, PICTURES, POINTS, LOG), QUEUE, 60.0),
)


def allowed(of: Service) -> tuple[str, ...]:
    """The ways in which it can be called."""
    return tuple(
        way
        for way in WAYS
        if (way != "fallback" or of.fallback_usd is not None) and (way != "broker" or of.later)
    )


def minutes_down(of: Shop, ways: tuple[str, ...]) -> float:
    together = of.broker.up if "broker" in ways else 1.0
    for one, way in zip(of.services, ways, strict=True):
        if way in ("needed", "twice"):
            together *= 1.0 - (1.0 - one.up) ** (2 if way == "twice" else 1)
    return (1.0 - together) * MINUTES_PER_YEAR


def usd_of(of: Shop, ways: tuple[str, ...]) -> float:
    usd = of.broker.usd if "broker" in ways else 0.0
    for one, way in zip(of.services, ways, strict=True):
        usd += one.twice_usd if way == "twice" else 0.0
        usd += one.fallback_usd or 0.0 if way == "fallback" else 0.0
    return usd


@cache
def least_usd(of: Shop) -> float | None:
    costs = (
        usd_of(of, ways)
        for ways in product(*map(allowed, of.services))
        if minutes_down(of, ways) <= of.most_min
    )
    least = min(costs, default=inf)
    return None if least == inf else least


def task_8(cheapest: Callable[..., Any]) -> None:
    """Keeps each promise at the least cost."""
    for of in SHOPS:
        case = f"{len(of.services)} services, {of.most_min:,.0f} min a year"
        said = called_for_any(case, cheapest, list(of.services), of.broker, of.most_min)
        least = least_usd(of)
        if said is None:
            expect(least is None, f"{case}: it can be kept. Is there a return?")
            continue
        ways = _ways(said, of, case)
        seen = f"{case}: {', '.join(ways)}"
        minutes = minutes_down(of, ways)
        expect(minutes <= of.most_min, f"{seen}: down for {minutes:,.0f}. {_why(of, ways)}")
        usd = usd_of(of, ways)
        expect(
            least is not None and (isclose(usd, least) or usd < least),
            f"{seen}: {usd:,.0f} USD a month. It can be had for less. {_dear(ways)}",
        )
    print(f"Right, for {len(SHOPS)} promises.")


def _ways(said: Any, of: Shop, case: str) -> tuple[str, ...]:
    expect(
        isinstance(said, list | tuple) and len(said) == len(of.services),
        f"{case}: cheapest returned {str(said)[:60]}; it should be a list with a way for each.",
    )
    for i, (one, way) in enumerate(zip(of.services, said, strict=True)):
        expect(way in WAYS, f"{case}: {way!r} is none of {WAYS}.")
        if way in allowed(one):
            continue
        raise NotYet(
            f"{case}: service {i} "
            + ("has no page without it." if way == "fallback" else "has to answer at once.")
        )
    return tuple(said)


def _why(of: Shop, ways: tuple[str, ...]) -> str:
    if least_usd(of) is None:
        return "Can it be kept at all?"
    without = minutes_down(of._replace(broker=of.broker._replace(up=1.0)), ways)
    if without <= of.most_min:
        return "The broker is not always up."
    return "Each that has to answer adds its own."


def _dear(ways: tuple[str, ...]) -> str:
    if ways.count("broker") == 1:
        return "For how many services is the broker paid?"
    if "broker" in ways:
        return "Who needs to be decoupled at all?"
    return "One choice changes what the others are worth."
