"""Stock that several sites sell while they hear little of each other; the workbook's sixth task.

A site holds a right for each piece that it may sell, and may hand rights over to others. What sites
tell each other may be lost, come late, or come twice.
"""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect

RIGHTS = {"Oslo": 10, "Rome": 6, "Bonn": 0}
SEEDS = range(12)
MOST_CHARACTERS = 2000
Build = Callable[..., Any]


class Rights:
    """Who was given what, and who has sold how much: each number only ever grows at one site.

    So of two numbers the larger one is the newer, and it does no harm to hear it twice.
    """

    def __init__(self, name: str, rights: dict[str, int]) -> None:
        self.name, self.rights = name, dict(rights)
        self.given: dict[str, int] = {}  # "from to"
        self.sold = 0

    def left(self) -> int:
        found = self.rights[self.name] - self.sold
        for pair, pieces in self.given.items():
            giver, receiver = pair.split()
            found += pieces * ((receiver == self.name) - (giver == self.name))
        return found

    def sell(self, pieces: int) -> bool:
        if pieces > self.left():
            return False
        self.sold += pieces
        return True

    def hand_over(self, to: str, pieces: int) -> bool:
        if pieces > self.left():
            return False
        pair = f"{self.name} {to}"
        self.given[pair] = self.given.get(pair, 0) + pieces
        return True

    def state(self) -> Any:
        return self.given

    def merge(self, state: Any) -> None:
        for pair, pieces in state.items():
            self.given[pair] = max(pieces, self.given.get(pair, 0))


def sites_of(build: Build, rights: dict[str, int] = RIGHTS) -> dict[str, Any]:
    return {name: answered(build, name, dict(rights)) for name in rights}


def told(site: Any, what: str, *arguments: Any) -> Any:
    """What a method returns; a hint if it is missing or not written."""
    method = getattr(site, what, None)
    if not callable(method):
        raise NotYet(f"Site has no method {what}.")
    try:
        return method(*arguments)
    except NotImplementedError:
        raise NotYet(f"{what} is not written yet.") from None


def sent(site: Any) -> str:
    """A state on its way: what cannot be written down as JSON does not come through."""
    state = told(site, "state")
    expect(state is not None, "state returns nothing. Is there a return statement?")
    try:
        return json.dumps(state)
    except (TypeError, ValueError) as error:
        raise NotYet(
            f"what state returns is to be sent as JSON: dicts by text, lists, texts, numbers. "
            f"{error}"
        ) from None


def comes(site: Any, message: str) -> None:
    told(site, "merge", json.loads(message))


def _left(site: Any, right: int, hint: str) -> None:
    found = told(site, "left")
    expect(found is not None, "left returns nothing. Is there a return statement?")
    expect(
        isinstance(found, int) and not isinstance(found, bool),
        f"left returned {found!r}. Pieces are whole numbers.",
    )
    expect(found == right, f"{hint}. It may sell {right} pieces now, and left says {found}.")


def _did(site: Any, what: str, right: bool, hint: str, *arguments: Any) -> None:
    found = told(site, what, *arguments)
    if not isinstance(found, bool):
        raise NotYet(f"{what} should return True or False, not {found!r}.")
    expect(found == right, f"{hint}: {what}{arguments} returned {found}.")


def _alone(build: Build) -> None:
    oslo = sites_of(build)["Oslo"]
    _left(oslo, 10, "Oslo begins with ten")
    _did(oslo, "sell", True, "Oslo has ten pieces, and sells three", 3)
    _left(oslo, 7, "Oslo has sold three of ten")
    _did(oslo, "sell", False, "Oslo has seven pieces", 8)
    _left(oslo, 7, "Oslo has seven, and did not sell eight of them")
    _did(oslo, "sell", True, "Oslo has seven pieces, and sells the last of them", 7)
    _did(oslo, "sell", False, "Oslo has nothing left", 1)
    bonn = sites_of(build)["Bonn"]
    _did(bonn, "sell", False, "Bonn has none at the beginning", 1)


def _handed_over(build: Build) -> None:
    sites = sites_of(build)
    oslo, bonn = sites["Oslo"], sites["Bonn"]
    _did(oslo, "hand_over", False, "Oslo has ten pieces", "Bonn", 11)
    _left(oslo, 10, "Oslo has handed nothing over")
    _did(oslo, "hand_over", True, "Oslo has ten pieces", "Bonn", 4)
    _left(oslo, 6, "Oslo has handed four of ten over. Whether Bonn knows or not, they are gone")
    _left(bonn, 0, "Bonn has heard nothing yet of what is handed over to it")
    early = sent(oslo)
    comes(bonn, early)
    _left(bonn, 4, "Bonn has heard that four are handed over to it")
    comes(bonn, early)
    _left(bonn, 4, "Bonn has heard the same twice")
    _did(bonn, "sell", True, "Bonn has four pieces", 3)
    comes(bonn, early)
    _left(bonn, 1, "Bonn has sold three of four, and hears once more of the four")
    _did(oslo, "hand_over", True, "Oslo has six pieces", "Bonn", 2)
    late = sent(oslo)
    comes(bonn, late)
    _left(bonn, 3, "Bonn had one left and is handed two more over")
    comes(bonn, early)
    _left(bonn, 3, "An old message comes after a new one")
    comes(oslo, late)
    comes(oslo, early)
    _left(oslo, 4, "Oslo hears an old message of its own, which somebody passed on")


def _lost(build: Build) -> None:
    sites = sites_of(build)
    oslo, rome, bonn = (sites[name] for name in RIGHTS)
    told(oslo, "hand_over", "Bonn", 1)
    sent(oslo)  # does not come
    told(oslo, "hand_over", "Bonn", 3)
    comes(bonn, sent(oslo))
    _left(bonn, 4, "Oslo has handed one over and then three; the first message is lost")
    told(oslo, "sell", 2)
    told(oslo, "hand_over", "Rome", 2)
    comes(bonn, sent(oslo))
    comes(rome, sent(bonn))
    _left(rome, 8, "Bonn passes on to Rome what it knows: Oslo has handed two over to Rome")
    told(rome, "hand_over", "Oslo", 5)
    comes(bonn, sent(rome))
    comes(oslo, sent(bonn))
    _left(oslo, 7, "Rome hands five over to Oslo, by way of Bonn")
    told(oslo, "hand_over", "Rome", 7)
    comes(rome, sent(oslo))
    _left(rome, 10, "Oslo hands seven back")
    comes(oslo, sent(rome))
    _left(oslo, 0, "Rome's message has Oslo's own numbers in it, too")


def _knows_nothing(build: Build) -> None:
    """Both send before either has heard: no message is newer than the other in everything."""
    sites = sites_of(build)
    oslo, rome, bonn = (sites[name] for name in RIGHTS)
    told(oslo, "hand_over", "Bonn", 2)
    told(rome, "hand_over", "Bonn", 3)
    of_oslo, of_rome = sent(oslo), sent(rome)
    comes(bonn, of_rome)
    comes(bonn, of_oslo)
    _left(bonn, 5, "Oslo and Rome hand over two and three, and neither knows of the other")
    comes(bonn, of_rome)
    told(bonn, "sell", 4)
    comes(oslo, sent(bonn))
    _left(oslo, 8, "Bonn has sold four of what it was given. That is no sale of Oslo's")
    comes(rome, sent(oslo))
    _left(rome, 3, "Rome handed three of six over, and hears it from others")
    _did(oslo, "hand_over", True, "Oslo hands all it has over", "Rome", 8)
    comes(rome, sent(oslo))
    _did(rome, "sell", True, "Rome has its own three and eight of Oslo's", 11)


def _stays_small(build: Build) -> None:
    sites = sites_of(build, {"Oslo": 2000, "Rome": 0, "Bonn": 0})
    oslo, rome = sites["Oslo"], sites["Rome"]
    for _ in range(300):
        told(oslo, "sell", 1)
        told(oslo, "hand_over", "Rome", 1)
        comes(rome, sent(oslo))
        told(rome, "sell", 1)
    many = len(sent(rome))
    expect(
        many <= MOST_CHARACTERS,
        f"After 300 sales and 300 pieces handed over a state has {many:,} characters, and it goes "
        "on growing. What need one know of all that was handed over before?",
    )


def _played(build: Build, seed: int) -> None:
    """Anything, in any order; the other ones do the same, rightly."""
    chance = Random(seed)
    rights = {name: chance.randrange(4, 30) for name in RIGHTS}
    sites, right = sites_of(build, rights), sites_of(Rights, rights)
    names = list(rights)
    under_way: list[tuple[str, str, str]] = []
    sold = 0
    for _ in range(250):
        name = chance.choice(names)
        one, model = sites[name], right[name]
        act = chance.random()
        pieces = chance.randrange(1, 5)
        if act < 0.25:
            did = model.sell(pieces)
            _did(one, "sell", did, f"{name} has {model.left() + did * pieces} pieces", pieces)
            sold += did * pieces
        elif act < 0.45:
            to = chance.choice([each for each in names if each != name])
            did = model.hand_over(to, pieces)
            _did(one, "hand_over", did, f"{name} has {model.left() + did * pieces} pieces", to,
                 pieces)  # fmt: skip
        elif act < 0.7:
            under_way.append((chance.choice(names), sent(one), json.dumps(model.state())))
        elif under_way:
            to, message, of_model = chance.choice(under_way)  # it may come again
            comes(sites[to], message)
            right[to].merge(json.loads(of_model))
            name = to
        _left(sites[name], right[name].left(),
              f"In a play of {len(names)} sites, with messages that come late, twice or never, "
              f"{name} is wrong")  # fmt: skip
    expect(sold <= sum(rights.values()), "More was sold than there was.")


# --- a day with a cut ---

RATES = {"Oslo": 1.4, "Rome": 0.9, "Bonn": 0.6}  # a minute
MINUTES, CUT = 120, range(40, 90)
STOCK = 300


class Day(NamedTuple):
    """Pieces sold, refused while some were left somewhere, and sold that there are not."""

    sold: int
    refused: int
    oversold: int


def _orders(seed: int) -> Iterator[tuple[int, list[str]]]:
    chance = Random(seed)
    names, rates = list(RATES), list(RATES.values())
    for minute in range(MINUTES):
        n = sum(chance.random() < sum(rates) / 20.0 for _ in range(20))
        yield minute, chance.choices(names, rates, k=n)


def refusing(seed: int) -> Day:
    """Bonn is cut off, and sells nothing meanwhile."""
    sold = refused = 0
    for minute, orders in _orders(seed):
        for name in orders:
            able = sold < STOCK and not (name == "Bonn" and minute in CUT)
            refused += not able and sold < STOCK
            sold += able
    return Day(sold, refused, 0)


def last_writer(seed: int) -> Day:
    """Both sides sell what their copy says; of the two copies the one that wrote last is kept."""
    sold = 0
    copies, last = [STOCK, STOCK], 0
    for minute, orders in _orders(seed):
        if minute not in CUT:
            copies = [copies[last], copies[last]]
        for name in orders:
            side = int(name == "Bonn" and minute in CUT)
            if copies[side] > 0:
                copies[side] -= 1
                sold += 1
                last = side
                if minute not in CUT:
                    copies = [copies[side], copies[side]]
    return Day(sold, 0, max(0, sold - STOCK))


def _evened_out(sites: dict[str, Any], names: list[str]) -> None:
    """Whoever has more than its part of the orders asks for gives to whoever has less."""
    for name in names:
        for other in names:
            comes(sites[other], sent(sites[name]))
    have = {name: int(told(sites[name], "left")) for name in names}
    rates = sum(RATES[name] for name in names)
    fair = {name: int(sum(have.values()) * RATES[name] / rates) for name in names}
    for name in names:
        for other in names:
            pieces = min(have[name] - fair[name], fair[other] - have[other])
            if pieces > 0 and told(sites[name], "hand_over", other, pieces):
                have[name] -= pieces
                have[other] += pieces


def with_rights(build: Build, seed: int) -> Day:
    """Rights are evened out each minute between those that hear each other."""
    sites = sites_of(build, {"Oslo": STOCK, "Rome": 0, "Bonn": 0})
    sold = refused = 0
    for minute, orders in _orders(seed):
        away = minute in CUT
        _evened_out(sites, [name for name in sites if not (away and name == "Bonn")])
        for name in orders:
            did = bool(told(sites[name], "sell", 1))
            refused += not did and sold < STOCK
            sold += did
    return Day(sold, refused, max(0, sold - STOCK))


def task_6(site: Build) -> None:
    """Rights that are never used twice, and never lost."""
    for case in (_alone, _handed_over, _lost, _knows_nothing, _stays_small):
        case(site)
    for seed in SEEDS:
        _played(site, seed)
    for seed in SEEDS:
        said, right = with_rights(site, seed), with_rights(Rights, seed)
        expect(said.oversold == 0, f"On a day with a cut {said.oversold} pieces are sold twice.")
        expect(
            said.refused <= right.refused,
            f"On a day with a cut {said.refused} orders are refused while there is something left, "
            f"and {right.refused} need be.",
        )
    print(f"Right, in {len(SEEDS)} plays and on {len(SEEDS)} days with a cut.")
