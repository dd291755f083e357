"""Wrong instances of a shop, and the hint each of them has to get."""

import hashlib
import json
import secrets
from collections.abc import Callable
from random import Random
from typing import Any, ClassVar

from scalelab.workbook import instances as check


class Shop:
    """A right answer; each method is one of its decisions."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def new_id(self, customer: str) -> str:
        return secrets.token_urlsafe(16)

    def read(self, session: str) -> tuple[Any, int]:
        text, version = self.store.get(session)
        return text and json.loads(text), version

    def write(self, session: str, value: Any, version: int) -> bool:
        return bool(self.store.put(session, json.dumps(value), version))

    def log_in(self, customer: str) -> Any:
        session = self.new_id(customer)
        self.write(session, [customer, {}], 0)
        return session

    def who(self, session: str) -> Any:
        value, _ = self.read(session)
        return value and value[0]

    def cart(self, session: str) -> Any:
        value, _ = self.read(session)
        return value and value[1]

    def changed(self, cart: dict[str, int], article: str, pieces: int) -> dict[str, int]:
        return {**cart, article: cart.get(article, 0) + pieces}

    def add(self, session: str, article: str, pieces: int) -> Any:
        while True:
            value, version = self.read(session)
            if value is None:
                return self.unknown(session, article, pieces)
            after = [value[0], self.changed(value[1], article, pieces)]
            if self.write(session, after, version):
                return True

    def unknown(self, session: str, article: str, pieces: int) -> Any:
        return False

    def log_out(self, session: str) -> None:
        self.store.delete(session)


class InMemory(Shop):
    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.own: dict[str, Any] = {}

    def read(self, session: str) -> tuple[Any, int]:
        return self.own.get(session), 0

    def write(self, session: str, value: Any, version: int) -> bool:
        self.own[session] = value
        return True

    def log_out(self, session: str) -> None:
        self.own.pop(session, None)


class InTheClass(InMemory):
    common: ClassVar[dict[str, Any]] = {}

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.own = self.common


class Caches(Shop):
    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.known: dict[str, Any] = {}

    def cart(self, session: str) -> Any:
        return self.known.get(session) or super().cart(session)

    def changed(self, cart: dict[str, int], article: str, pieces: int) -> dict[str, int]:
        return super().changed(cart, article, pieces)

    def write(self, session: str, value: Any, version: int) -> bool:
        self.known[session] = value[1]
        return super().write(session, value, version)


class CachesNames(Shop):
    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.names: dict[str, str] = {}

    def log_in(self, customer: str) -> Any:
        session = super().log_in(customer)
        self.names[session] = customer
        return session

    def who(self, session: str) -> Any:
        return self.names.get(session) or super().who(session)


class NamesOfItsOwn(CachesNames):
    def who(self, session: str) -> Any:
        return self.names.get(session)


class Counts(Shop):
    n = 0

    def new_id(self, customer: str) -> str:
        self.n += 1
        return f"session-number-{self.n:06d}"


class ByName(Shop):
    def new_id(self, customer: str) -> str:
        return hashlib.sha256(customer.encode()).hexdigest()


class NameInIt(Shop):
    def new_id(self, customer: str) -> str:
        return f"{customer}-{secrets.token_urlsafe(16)}"


class Short(Shop):
    def new_id(self, customer: str) -> str:
        return secrets.token_urlsafe(6)


class Seeded(Shop):
    """The same numbers after each restart."""

    ids: ClassVar[dict[int, Random]] = {}

    def new_id(self, customer: str) -> str:
        chance = self.ids.setdefault(id(self.store), Random(1))
        return f"{chance.getrandbits(128):032x}"


class Objects(Shop):
    def write(self, session: str, value: Any, version: int) -> bool:
        return bool(self.store.put(session, value, version))


class Joined(Shop):
    """A format of its own, that some names break."""

    def read(self, session: str) -> tuple[Any, int]:
        text, version = self.store.get(session)
        if text is None:
            return None, version
        name, *lines = text.split(";")
        return [name, {a: int(n) for a, n in (line.split("=") for line in lines)}], version

    def write(self, session: str, value: Any, version: int) -> bool:
        lines = [f"{article}={pieces}" for article, pieces in value[1].items()]
        return bool(self.store.put(session, ";".join([value[0], *lines]), version))


class OneCart(Shop):
    """One key for all."""

    def log_in(self, customer: str) -> Any:
        session = super().log_in(customer)
        _, version = self.read("cart")
        if version == 0:
            self.write("cart", {}, 0)
        return session

    def cart(self, session: str) -> Any:
        return super().cart(session) and None if self.who(session) is None else self.read("cart")[0]

    def add(self, session: str, article: str, pieces: int) -> Any:
        value, version = self.read("cart")
        return self.write("cart", self.changed(value, article, pieces), version)


class Replaces(Shop):
    def changed(self, cart: dict[str, int], article: str, pieces: int) -> dict[str, int]:
        return {**cart, article: pieces}


class Forgets(Shop):
    def changed(self, cart: dict[str, int], article: str, pieces: int) -> dict[str, int]:
        return {article: cart.get(article, 0) + pieces}


class SaysNothing(Shop):
    def add(self, session: str, article: str, pieces: int) -> Any:
        super().add(session, article, pieces)


class ListOfPairs(Shop):
    def cart(self, session: str) -> Any:
        cart = super().cart(session)
        return cart and list(cart.items())


class NothingForEmpty(Shop):
    def cart(self, session: str) -> Any:
        return super().cart(session) or None


class EmptyForNobody(Shop):
    def cart(self, session: str) -> Any:
        return super().cart(session) or {}


class Raises(Shop):
    def unknown(self, session: str, article: str, pieces: int) -> Any:
        raise KeyError(session)


class Begins(Shop):
    """A session of whatever id somebody sent."""

    def unknown(self, session: str, article: str, pieces: int) -> Any:
        self.write(session, [None, {article: pieces}], 0)
        return False


class BeginsTrue(Begins):
    def unknown(self, session: str, article: str, pieces: int) -> Any:
        super().unknown(session, article, pieces)
        return True


class StaysIn(Shop):
    def log_out(self, session: str) -> None:
        pass


class ThrowsAllOut(Shop):
    def log_out(self, session: str) -> None:
        self.store.clear()


class LogsOutName(Shop):
    """The key is there, and empty."""

    def log_out(self, session: str) -> None:
        value, version = self.read(session)
        if value:
            self.write(session, ["", {}], version)


class LastWriterWins(Shop):
    """Reads the version again just before it writes."""

    def write(self, session: str, value: Any, version: int) -> bool:
        return super().write(session, value, self.store.get(session)[1])


class DoesNotAsk(Shop):
    def write(self, session: str, value: Any, version: int) -> bool:
        super().write(session, value, version)
        return True


class OneTry(Shop):
    def add(self, session: str, article: str, pieces: int) -> Any:
        value, version = self.read(session)
        if value is None:
            return False
        return self.write(session, [value[0], self.changed(value[1], article, pieces)], version)


class TwoTries(OneTry):
    def add(self, session: str, article: str, pieces: int) -> Any:
        return super().add(session, article, pieces) or super().add(session, article, pieces)


class AddsOnRetry(Shop):
    """Each try adds once more."""

    def add(self, session: str, article: str, pieces: int) -> Any:
        total = 0
        while True:
            value, version = self.read(session)
            if value is None:
                return False
            total += pieces
            after = [value[0], self.changed(value[1], article, total)]
            if self.write(session, after, version):
                return True


class ComesBack(Shop):
    """If the session has gone meanwhile, it is written anew."""

    def write(self, session: str, value: Any, version: int) -> bool:
        if super().write(session, value, version):
            return True
        return self.store.get(session)[0] is None and super().write(session, value, 0)


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_5, (lambda _: None,), "returns nothing"),
    ("no methods", check.task_5, (lambda _: [],), "a method log_in"),
    ("nobody's id", check.task_5, (type("Mute", (Shop,), {"log_in": lambda *_: None}),),
     "is a text"),
    ("one for all", check.task_5, (type("One", (Shop,), {"new_id": lambda *_: "one" * 9}),),
     "the same session"),
    ("in memory", check.task_5, (InMemory,), "does not know who logged in"),
    ("in the class", check.task_5, (InTheClass,), "Another machine's memory"),
    ("carts cached", check.task_5, (Caches,), "What does an instance"),
    ("names cached", check.task_5, (CachesNames,), "Where is that from"),
    ("names of its own", check.task_5, (NamesOfItsOwn,), "does not know who logged in"),
    ("counted", check.task_5, (Counts,), "two are the same"),
    ("by name", check.task_5, (ByName,), "two are the same"),
    ("the name in it", check.task_5, (NameInIt,), "has the name in it"),
    ("short", check.task_5, (Short,), "so short that"),
    ("a seed", check.task_5, (Seeded,), "the same as before"),
    ("objects", check.task_5, (Objects,), "a store keeps texts"),
    ("a format of its own", check.task_5, (Joined,), "it raised ValueError"),
    ("one cart for all", check.task_5, (OneCart,), "another customer put"),
    ("replaces", check.task_5, (Replaces,), "three more of the same"),
    ("forgets the rest", check.task_5, (Forgets,), "was put into it|three more of the same"),
    ("says nothing", check.task_5, (SaysNothing,), "returned None, not True"),
    ("pairs", check.task_5, (ListOfPairs,), "should be \\{\\}|should be a dict"),
    ("None for an empty cart", check.task_5, (NothingForEmpty,), "a new cart is None"),
    ("an empty cart for nobody", check.task_5, (EmptyForNobody,), "still say|not None"),
    ("raises", check.task_5, (Raises,), "it raised KeyError"),
    ("begins", check.task_5, (Begins,), "Only log_in makes them"),
    ("begins, and says so", check.task_5, (BeginsTrue,), "Return False"),
    ("stays in", check.task_5, (StaysIn,), "who, cart and add still say"),
    ("throws all out", check.task_5, (ThrowsAllOut,), "somebody else is logged out"),
    ("an empty name", check.task_5, (LogsOutName,), "who, cart and add still say"),
    ("the last writer", check.task_5, (LastWriterWins,), "What did put"),
    ("does not ask", check.task_5, (DoesNotAsk,), "What did put"),
    ("one try", check.task_5, (OneTry,), "somebody else was quicker"),
    ("two tries", check.task_5, (TwoTries,), "somebody else was quicker"),
    ("adds with each try", check.task_5, (AddsOnRetry,), "was added twice"),
    ("comes back", check.task_5, (ComesBack,), "is alive again"),
]  # fmt: skip
