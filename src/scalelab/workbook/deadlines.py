"""Requests with a time that is left, through services whose clocks do not agree."""

from collections.abc import Callable
from functools import cache
from math import inf
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called
from scalelab.workbook.hint import NotYet, expect, number

SEEDS = tuple(range(1, 61))
LIMIT_MS = 300


class Step(NamedTuple):
    """``calls``: None for work of its own, or the service that is called. ``optional``: what was
    called need not answer. ``most_ms``: so long is waited for it at most.
    """

    name: str
    calls: str | None = None
    optional: bool = False
    most_ms: float = inf


class Service(NamedTuple):
    """Its steps; ms that each work of its own takes; its queue; by how much its clock is ahead;
    whether it refuses all calls.
    """

    steps: tuple[Step, ...]
    work_ms: tuple[int, ...]
    waits_ms: int
    ahead_ms: int
    down: bool = False


World = dict[str, Service]


class Here:
    """What a service has of its machine, and of a request that it has taken off its queue."""

    def __init__(self, seen: "Seen", name: str, at_ms: float, until_ms: float) -> None:
        self._seen, self._name, self._service = seen, name, seen.world[name]
        self._at_ms, self._until_ms = at_ms, until_ms
        self._told_ms = until_ms - at_ms
        self._at_ms += self._service.waits_ms
        self._began_ms = self._at_ms
        self._left = list(self._service.steps)
        self._failed = ""
        self.steps = self._service.steps
        self.waited_ms = float(self._service.waits_ms)

    def now_ms(self) -> float:
        """What this machine's clock says."""
        return 50_000.0 + self._at_ms + self._service.ahead_ms

    def _takes(self, step: Any, what: str) -> Step:
        if not isinstance(step, Step):
            raise NotYet(f"{what} was given {step!r}, which is no step.")
        expect(
            step in self._left,
            f"service {self._name}: step {step.name} is none that is still to be done.",
        )
        expect(
            step == self._left[0],
            f"service {self._name}: step {step.name} comes before {self._left[0].name}.",
        )
        expect(
            not self._failed,
            f"service {self._name}: {self._failed} was needed and has not answered, and step "
            f"{step.name} is begun. For whom?",
        )
        over_ms = self._at_ms - self._until_ms
        if over_ms >= 0.0:
            raise NotYet(
                f"service {self._name}: step {step.name} is begun {over_ms:g} ms after its time "
                f"was over. {self._why()}"
            )
        self._left.pop(0)
        return step

    def _why(self) -> str:
        """Where the time went that was not counted."""
        if self._began_ms >= self._until_ms:
            return "It was over in its queue, before the first step."
        spent_ms = self._at_ms - self._began_ms
        if self.waited_ms > 0.0 and spent_ms < self._told_ms:
            return f"It has waited for {self.waited_ms:g} ms, and worked for {spent_ms:g}."
        return "Who looks at the clock between steps?"

    def work(self, step: Step) -> None:
        """Do it; the clock goes on."""
        self._takes(step, "work")
        expect(step.calls is None, f"step {step.name} is a call of {step.calls}, not work.")
        self._at_ms += self._service.work_ms[self._service.steps.index(step)]

    def call(self, step: Step, left_ms: float) -> bool:
        """Whether the service that it calls answers within so many ms."""
        self._takes(step, "call")
        if step.calls is None:
            raise NotYet(f"step {step.name} is work of its own; there is nobody to call.")
        given = number(f"what step {step.name} has left", left_ms)
        rest_ms = self._until_ms - self._at_ms
        right = min(rest_ms, step.most_ms)
        if abs(given - right) > 1e-6:
            raise NotYet(self._left_off(step, given, rest_ms))
        if self._seen.world[step.calls].down:
            in_time = False
        else:
            there = Here(self._seen, step.calls, self._at_ms, self._at_ms + right)
            answers = self._seen.serves(there, right)
            in_time = there._at_ms <= there._until_ms and answers
            self._at_ms = min(there._at_ms, there._until_ms)
        if not in_time and not step.optional:
            self._failed = step.calls
        return in_time

    def _left_off(self, step: Step, given: float, rest_ms: float) -> str:
        right = min(rest_ms, step.most_ms)
        seen = (
            f"service {self._name} gives the call of {step.calls} {given:g} ms, when {rest_ms:g} "
            f"of its own {self._told_ms:g} are left"
        )
        if given == step.most_ms:
            return f"{seen}. It waits so long at most, but who waits for this service?"
        if self.waited_ms and abs(given - min(rest_ms + self.waited_ms, step.most_ms)) < 1e-6:
            return f"{seen}. It has waited for {self.waited_ms:g} ms in its queue."
        if given == self._told_ms and given > right:
            return f"{seen}. That is what there was when it was called itself."
        if given > 10_000.0:
            return f"{seen}. That is a time of day, of one machine's clock. Whose?"
        if given == rest_ms and step.optional:
            return f"{seen}. It need not answer, and may take {step.most_ms:g} of them."
        if abs(given - (rest_ms - self.waited_ms)) < 1e-6:
            return f"{seen}. Is its wait counted twice?"
        if given < right:
            return f"{seen}. Whom does that serve?"
        return f"{seen}. What has gone by since it was called?"


class Seen:
    """A world in which a function serves everywhere."""

    def __init__(self, world: World, serve: Callable[..., Any]) -> None:
        self.world, self.serve = world, serve

    def serves(self, here: Here, left_ms: float) -> bool:
        case = f"service {here._name}"
        said = called(case, self.serve, here, left_ms)
        if not isinstance(said, bool):
            raise NotYet(f"{case}: serve returned {said!r}; it should be True or False.")
        over = here._at_ms >= here._until_ms
        if here._failed:
            expect(
                not said,
                f"{case}: it says True, and {here._failed}, which it needs, has not answered.",
            )
        elif here._left and not over:
            raise NotYet(
                f"{case}: it ends before step {here._left[0].name}, with "
                f"{here._until_ms - here._at_ms:g} ms left."
            )
        elif here._left:
            expect(not said, f"{case}: it says True, and step {here._left[0].name} is not done.")
        elif not over:
            expect(said, f"{case}: all is done, {-here._at_ms + here._until_ms:g} ms before its "
                   "time is over, and it says False.")  # fmt: skip
        return said


def serve_of(here: Any, left_ms: float) -> bool:
    """The rules."""
    until_ms = here.now_ms() - here.waited_ms + left_ms
    for step in here.steps:
        rest_ms = until_ms - here.now_ms()
        if rest_ms <= 0.0:
            return False
        if step.calls is None:
            here.work(step)
        elif not here.call(step, min(rest_ms, step.most_ms)) and not step.optional:
            return False
    return True


@cache
def world(seed: int) -> World:
    """A tree of services; the page is the first."""
    chance = Random(seed)
    found: World = {}

    def grow(depth: int) -> str:
        name = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[len(found) % 26]}{len(found) // 26 or ''}"
        found[name] = Service((), (), 0, 0)
        steps, works = [], []
        for i in range(chance.randint(1, 4)):
            calls = depth < 4 and len(found) < 14 and chance.random() < 0.6
            step = f"{name}-{i + 1}"
            if calls:
                optional = chance.random() < 0.4
                most_ms = float(chance.choice((20, 40, 80, 200))) if optional else inf
                steps.append(Step(step, grow(depth + 1), optional, most_ms))
            else:
                steps.append(Step(step))
            works.append(0 if calls else chance.choice((5, 10, 20, 30)))
        waits_ms = chance.choice((0, 0, 0, 10, 25, 150)) if depth else 0
        ahead_ms = chance.choice((-400, -3, 0, 7, 900))
        down = depth > 0 and chance.random() < 0.12
        found[name] = Service(tuple(steps), tuple(works), waits_ms, ahead_ms, down)
        return name

    grow(0)
    return found


def task_4(serve: Callable[..., Any]) -> None:
    """Does all that can be in time, and nothing for nobody, in every world."""
    expect(callable(serve), f"expected a function, got {serve!r}.")
    for seed in SEEDS:
        try:
            seen = Seen(world(seed), serve)
            seen.serves(Here(seen, "A", 0.0, float(LIMIT_MS)), float(LIMIT_MS))
        except NotYet as hint:
            if "not written yet" in str(hint):
                raise
            raise NotYet(f"World {seed}, {hint}") from None
    services = sum(len(world(seed)) for seed in SEEDS)
    print(f"Right, for {services} services in {len(SEEDS)} worlds.")
