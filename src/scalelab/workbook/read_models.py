"""A read model that events fill, in whatever order they come and however often."""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called, called_for_any
from scalelab.workbook.hint import NotYet, expect

SEEDS = tuple(range(1, 41))
LATER = "later"


class Changed(NamedTuple):
    """An order has a new state, or None if it is removed. Versions of an order are 1, 2, 3, ..."""

    order: int
    version: int
    state: str | None


class Moved(NamedTuple):
    """Pieces of an article came or went. Copies of an event have the same key."""

    key: str
    article: str
    pieces: int


Event = Changed | Moved


class Question(NamedTuple):
    """Of an order as of some version at least, or (with version None) of an article."""

    of: Any
    version: int | None


class ReadModel:
    """The rules."""

    def __init__(self) -> None:
        self.newest: dict[int, Changed] = {}
        self.keys: dict[str, Moved] = {}
        self.came: list[Event] = []

    def handle(self, event: Event) -> None:
        self.came.append(event)
        if isinstance(event, Moved):
            self.keys[event.key] = event
        elif event.order not in self.newest or event.version > self.newest[event.order].version:
            self.newest[event.order] = event

    def order(self, number: int, version: int = 0) -> str | None:
        one = self.newest.get(number, Changed(number, 0, None))
        return LATER if one.version < version else one.state

    def stock(self, article: str) -> int:
        return sum(one.pieces for one in self.keys.values() if one.article == article)


@cache
def steps(seed: int) -> tuple[Event | Question, ...]:
    """What comes and what is asked, in one world."""
    chance = Random(seed)
    events: list[Event] = []
    for order in range(1, 9):
        states: list[str | None] = ["placed", "paid", "packed", "sent"]
        if chance.random() < 0.5:
            states = [*states[: chance.randint(1, 3)], None]
        if states[-1] is None and chance.random() < 0.4:
            states.append("placed again")
        events += [Changed(order, i + 1, state) for i, state in enumerate(states)]
    for i in range(20):
        events.append(
            Moved(f"key {i}", chance.choice(("tea", "milk")), chance.choice((-3, -2, -1, 5, 8)))
        )
    # Mostly in order; late ones are late by chance, and some come two or three times.
    comes = sorted(
        (i + (chance.expovariate(0.1) if chance.random() < 0.35 else 0.0), i, event)
        for i, event in enumerate(chance.sample(events, len(events)) if seed % 3 == 0 else events)
        for _ in range(chance.choice((1, 1, 1, 2, 3)))
    )
    if seed == 1:
        comes = sorted((float(i), i, event) for i, event in enumerate(events))
    found: list[Event | Question] = [Question(3, 0), Question(3, 1), Question("tea", None)]
    for _, _, event in comes:
        found.append(event)
        if isinstance(event, Moved):
            found.append(Question(event.article, None))
        else:
            found += [
                Question(event.order, version) for version in (0, event.version, event.version + 1)
            ]
        if chance.random() < 0.1:
            found.append(Question(chance.randint(1, 10), chance.choice((0, 1, 4))))
    return tuple(found)


def task_5(read_model: Callable[..., Any]) -> None:
    """Says what is so, whatever came in which order, and never less than a customer has seen."""
    first, second = (_made(read_model) for _ in range(2))
    _told(first, Changed(7, 1, "placed"), "The first event")
    expect(
        called_for_any("A second read model", second.order, 7) != "placed",
        "Two read models: one was told of an order, and the other one knows it, too. What do they "
        "share?",
    )
    asked = 0
    for seed in SEEDS:
        asked += _is_alike(read_model, seed)
    print(f"Right, for {asked:,} questions in {len(SEEDS)} worlds.")


def _made(read_model: Any) -> Any:
    made = called("A new read model", read_model)
    for name in ("handle", "order", "stock"):
        expect(callable(getattr(made, name, None)), f"The read model has no method {name}.")
    return made


def _told(one: Any, event: Event, case: str) -> None:
    called_for_any(f"{case}, {_short(event)}", one.handle, event)


def _short(event: Event) -> str:
    if isinstance(event, Moved):
        return f"{event.pieces:+d} {event.article} ({event.key})"
    state = "removed" if event.state is None else event.state
    return f"order {event.order} {state} (version {event.version})"


def _is_alike(read_model: Any, seed: int) -> int:
    rule, one, asked = ReadModel(), _made(read_model), 0
    for step in steps(seed):
        case = f"World {seed}, after {len(rule.came)} events"
        if not isinstance(step, Question):
            _told(one, step, case)
            rule.handle(step)
            continue
        asked += 1
        if step.version is None:
            said = called(f"{case}, stock({step.of!r})", one.stock, step.of)
            _is_stock(said, step.of, rule, case)
        else:
            at = () if step.version == 0 else (step.version,)
            said = called_for_any(f"{case}, order{(step.of, *at)}", one.order, step.of, *at)
            if said != rule.order(step.of, step.version):
                raise NotYet(f"{case}: {_order_off(said, step, rule)}")
    return asked


def _is_stock(said: Any, article: str, rule: ReadModel, case: str) -> None:
    right = rule.stock(article)
    if said == right and not isinstance(said, bool):
        return
    came = [one for one in rule.came if isinstance(one, Moved) and one.article == article]
    seen = f"{case}: stock({article!r}) is {said!r}. Of it came {[one.pieces for one in came]}"
    if said == sum(one.pieces for one in came):
        raise NotYet(f"{seen}, and {len(came) - len({one.key for one in came})} were copies.")
    others = sum(one.pieces for one in rule.keys.values())
    if said == others:
        raise NotYet(f"{seen}. Other articles are in it, too.")
    distinct = {one.pieces for one in came}
    if said == sum(distinct):
        raise NotYet(f"{seen}. Two that say the same need not be the same event.")
    if came and said == came[-1].pieces:
        raise NotYet(f"{seen}. Does the last one say how many there are?")
    raise NotYet(f"{seen}, with {len({one.key for one in came})} keys.")


def _order_off(said: Any, asked: Question, rule: ReadModel) -> str:
    """``said`` is not what the rules say."""
    number, version = asked.of, asked.version or 0
    mine = [one for one in rule.came if isinstance(one, Changed) and one.order == number]
    came = [(one.version, one.state) for one in mine]
    of = f"order({number}, {version})" if version else f"order({number})"
    seen = f"{of} is {said!r}; of this order came {came}"
    right = rule.order(number, version)
    newest = rule.newest.get(number)
    if right == LATER:
        if said is None and newest is None:
            return f"{seen}. The customer has seen version {version}: can there be no such order?"
        return f"{seen}. The customer has seen version {version} already."
    if said == LATER:
        if newest is None:
            return f"{seen}. Nobody asked for a version that has to be there."
        if len({one.version for one in mine}) < newest.version:
            return (
                f"{seen}. Each event has the whole state. Is anything needed of the versions that "
                "have not come?"
            )
        return f"{seen}. Version {version} is there."
    if right is None:
        if newest is None:
            return f"{seen}. It was never heard of."
        return f"{seen}. It is removed, in version {newest.version}."
    if said is None:
        return f"{seen}. A version that is newer than the removal has come, or none was removed."
    if mine and said == mine[-1].state:
        return f"{seen}. The last to come need not be the newest."
    if any(said == one.state for one in mine):
        return f"{seen}. That is not the newest that came."
    return f"{seen}. That was never its state."
