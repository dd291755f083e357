"""Wrong read models, and the hint each of them has to get."""

from collections.abc import Callable
from typing import Any, ClassVar

from scalelab.workbook import read_models as check
from scalelab.workbook.read_models import LATER, Changed, Moved


def model(
    newer: Callable[[int, int], bool] = lambda new, old: new > old,
    removed: str = "kept",
    keyed: Callable[[Moved], Any] | None = lambda event: event.key,
    adds: Callable[[int, Moved], int] = lambda there, event: there + event.pieces,
    article: Callable[[Any], Any] = lambda one: one,
    answers: Callable[[int, Any, int], Any] = (
        lambda newest, state, version: LATER if newest < version else state
    ),
    stock: Callable[[int], Any] = lambda pieces: pieces,
    unknown: int = 0,
) -> type:
    """The right one, but for what is changed."""

    class ReadModel:
        def __init__(self) -> None:
            self.orders: dict[int, tuple[int, Any]] = {}
            self.keys: set[Any] = set()
            self.pieces: dict[Any, int] = {}

        def handle(self, event: Any) -> None:
            if isinstance(event, Moved):
                if keyed and keyed(event) in self.keys:
                    return
                if keyed:
                    self.keys.add(keyed(event))
                of = article(event.article)
                self.pieces[of] = adds(self.pieces.get(of, 0), event)
                return
            if not newer(event.version, self.orders.get(event.order, (unknown, None))[0]):
                return
            if event.state is None and removed == "forgotten":
                self.orders.pop(event.order, None)
            elif event.state is None and removed == "for ever":
                self.orders[event.order] = 10**9, None
            elif event.state is None and removed == "ignored":
                return
            else:
                self.orders[event.order] = event.version, event.state

        def order(self, number: int, version: int = 0) -> Any:
            return answers(*self.orders.get(number, (unknown, None)), version)

        def stock(self, of: str) -> Any:
            return stock(self.pieces.get(article(of), 0))

    return ReadModel


class OneForAll(model()):  # type: ignore[misc]
    """What is known is the class's."""

    orders: ClassVar[dict[int, Any]] = {}
    keys: ClassVar[set[str]] = set()
    pieces: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        pass


class Waits(model()):  # type: ignore[misc]
    """What comes too early is kept until the versions before it are there."""

    def __init__(self) -> None:
        super().__init__()
        self.early: dict[tuple[int, int], Changed] = {}

    def handle(self, event: Any) -> None:
        if isinstance(event, Moved):
            super().handle(event)
            return
        self.early[event.order, event.version] = event
        while True:
            at = self.orders.get(event.order, (0, None))[0] + 1
            if (event.order, at) not in self.early:
                return
            super().handle(self.early.pop((event.order, at)))


class DropsEarly(model()):  # type: ignore[misc]
    def handle(self, event: Any) -> None:
        due = self.orders.get(event.order, (0, None))[0] + 1 if isinstance(event, Changed) else 0
        if due and event.version != due:
            return
        super().handle(event)


class OnceSeen(model()):  # type: ignore[misc]
    """Events that are equal are copies; the last of the others counts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[Any] = set()

    def handle(self, event: Any) -> None:
        if event in self.seen:
            return
        self.seen.add(event)
        if isinstance(event, Changed):
            self.orders[event.order] = event.version, event.state
        else:
            super().handle(event)


class OneVersion(model()):  # type: ignore[misc]
    """A version for all orders."""

    newest = 0

    def handle(self, event: Any) -> None:
        if isinstance(event, Changed):
            if event.version < self.newest:
                return
            self.newest = event.version
        super().handle(event)


class NeedsVersion(model()):  # type: ignore[misc]
    def order(self, number: int, version: int) -> Any:
        return super().order(number, version)


class RaisesForUnknown(model()):  # type: ignore[misc]
    def order(self, number: int, version: int = 0) -> Any:
        newest, state = self.orders[number]
        return LATER if newest < version else state


class NoStock:
    def handle(self, event: Any) -> None:
        pass

    def order(self, number: int, version: int = 0) -> Any:
        return None


class Prints(model()):  # type: ignore[misc]
    def order(self, number: int, version: int = 0) -> Any:
        super().order(number, version)


SEEN, NONE, LAST = "has seen version", "never heard of", "last to come need not be the newest"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (f"read model: {name}", check.task_5, (made,), hint) for name, made, hint in (
        ("no class", 5, "expected a function"),
        ("an object", model()(), "expected a function"),
        ("no stock", NoStock, "has no method stock"),
        ("nothing", type("Nothing", (), {}), "has no method handle"),
        ("one for all", OneForAll, "What do they share"),
        ("needs a version", NeedsVersion, "TypeError"),
        ("unknown ones raise", RaisesForUnknown, "KeyError"),
        ("returns nothing", Prints, "can there be no such order"),
        ("the last to come", model(newer=lambda new, old: True), LAST),
        ("older ones", model(newer=lambda new, old: new < old), "or none was removed|That is not"),
        ("the first to come", model(newer=lambda new, old: old == 0),
         "not the newest that came|It is removed"),
        ("only the next version", model(newer=lambda new, old: new == old + 1),
         "whole state|not the newest|needed of the versions|newer than the removal|That is not"),
        ("waits for the versions before", Waits, "Is anything needed of|not the newest|newer than"),
        ("drops what is early", DropsEarly, "not the newest|needed of|newer than"),
        ("copies alone are dropped", OnceSeen, LAST),
        ("one version for all", OneVersion,
         "newer than the removal|not the newest|needed of|Version|seen"),
        ("removed ones are forgotten", model(removed="forgotten"),
         "It is removed, in version|has seen version|Version . is there"),
        ("removed ones for ever", model(removed="for ever"), f"newer than the removal|{SEEN}"),
        ("removals are ignored", model(removed="ignored"), "It is removed|Version . is there"),
        ("a removed order is a word",
         model(answers=lambda n, s, v: LATER if n < v else s if n and s else "removed"),
         f"{NONE}|It is removed"),
        ("unknown is later", model(answers=lambda n, s, v: LATER if n <= v and n == 0 else
         LATER if n < v else s), "Nobody asked for a version"),
        ("unknown is None", model(answers=lambda n, s, v: None if n == 0 else
         LATER if n < v else s), "can there be no such order"),
        ("never later", model(answers=lambda n, s, v: s), f"{SEEN}|can there be no such"),
        ("always later", model(answers=lambda n, s, v: LATER if v else s), "Version . is there"),
        ("later if it is that one", model(answers=lambda n, s, v: LATER if v and n <= v else s),
         "Version . is there"),
        ("later unless it is that one", model(answers=lambda n, s, v:
         LATER if v and n != v else s), "Version . is there"),
        ("older is None", model(answers=lambda n, s, v: None if n < v else s),
         f"can there be no such order|{SEEN}"),
        ("older is False", model(answers=lambda n, s, v: n >= v and s), f"{SEEN}|no such order"),
        ("with its version", model(answers=lambda n, s, v: (n, s)), "never its state|never heard"),
        ("only newer than asked for", model(answers=lambda n, s, v: LATER if n <= v else s),
         "Nobody asked for a version|Version . is there"),
        ("versions from 0", model(unknown=-1), "Nobody asked for a version|It was never"),
        ("no keys", model(keyed=None), "were copies"),
        ("the last number of pieces", model(adds=lambda there, event: event.pieces),
         "say how many there are"),
        ("one stock for all", model(article=lambda one: "all"), "Other articles are in it"),
        ("equal ones are copies", model(keyed=lambda event: (event.article, event.pieces)),
         "need not be the same event"),
        ("an article's second is a copy", model(keyed=lambda event: event.article),
         "say how many|keys"),
        ("pieces go the other way", model(adds=lambda there, event: there - event.pieces), "keys"),
        ("only what comes", model(adds=lambda there, event: there + max(event.pieces, 0)), "keys"),
        ("not below none", model(adds=lambda there, event: max(there + event.pieces, 0)), "keys"),
        ("without sign", model(adds=lambda there, event: there + abs(event.pieces)), "keys"),
        ("events are counted", model(adds=lambda there, event: there + 1), "keys"),
        ("the stock as a word", model(stock=str), "stock.*is '"),
        ("no stock is nothing", model(stock=lambda pieces: pieces or None), "returns nothing"),
    )
]  # fmt: skip
