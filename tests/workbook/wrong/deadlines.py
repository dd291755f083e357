"""Wrong ways to pass on what is left, and the hint each of them has to get."""

from collections.abc import Callable
from math import inf
from typing import Any

from scalelab.workbook import deadlines as check


def serves(
    waited: float = -1.0,
    looks: Callable[[Any, float], bool] = lambda step, rest: rest <= 0,
    left: Callable[[Any, float, float], float] = lambda step, rest, told: min(rest, step.most_ms),
    optional: Callable[[Any], bool] = lambda step: step.optional,
    stops: bool = True,
    end: Callable[[bool], Any] = lambda done: done,
    clock: Callable[[Any], float] = lambda here: here.now_ms(),
    steps: Callable[[Any], Any] = lambda steps: steps,
    after: bool = True,
) -> Callable[..., Any]:
    """The right one, but for what is changed."""

    def serve(here: Any, left_ms: float) -> Any:
        until = clock(here) + waited * here.waited_ms + left_ms
        done = True
        for i, step in enumerate(steps(here.steps)):
            rest = until - clock(here)
            if (after or i == 0) and looks(step, rest):
                return end(False)
            if step.calls is None:
                here.work(step)
            elif not here.call(step, left(step, rest, left_ms)) and not optional(step):
                done = False
                if stops:
                    return end(False)
        return end(done)

    return serve


def first_clock() -> Callable[..., Any]:
    """The page's time of day, compared with other machines' clocks."""
    known: list[float] = []

    def serve(here: Any, left_ms: float) -> bool:
        if left_ms == check.LIMIT_MS and here.waited_ms == 0:
            known[:] = [here.now_ms() + left_ms]
        for step in here.steps:
            rest = known[0] - here.now_ms()
            if rest <= 0:
                return False
            if step.calls is None:
                here.work(step)
            elif not here.call(step, min(rest, step.most_ms)) and not step.optional:
                return False
        return True

    return serve


def absolute(here: Any, until_ms: float) -> bool:
    for step in here.steps:
        if step.calls is None:
            here.work(step)
        elif not here.call(step, here.now_ms() + until_ms) and not step.optional:
            return False
    return True


def all_calls_first(steps: Any) -> Any:
    return sorted(steps, key=lambda step: step.calls is None)


def works_for_all(here: Any, left_ms: float) -> bool:
    for step in here.steps:
        here.work(step)
    return True


def calls_all(here: Any, left_ms: float) -> bool:
    until_ms = here.now_ms() - here.waited_ms + left_ms
    for step in here.steps:
        rest_ms = until_ms - here.now_ms()
        if rest_ms <= 0.0:
            return False
        if not here.call(step, min(rest_ms, step.most_ms)) and not step.optional:
            return False
    return True


def by_name(here: Any, left_ms: float) -> bool:
    for step in here.steps:
        here.work(step.name)
    return True


def every_other_twice(here: Any, left_ms: float) -> bool:
    for step in here.steps:
        here.work(step)
        here.work(step)
    return True


OVER, QUEUE = "after its time was over", "in its queue"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (f"serve: {name}", check.task_4, (serve,), hint) for name, serve, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "returns nothing"),
        ("raises", lambda here, left_ms: here.steps[99], "IndexError"),
        ("True at once", lambda *_: True, "it ends before step"),
        ("False at once", lambda *_: False, "it ends before step"),
        ("a number", serves(end=lambda done: 1 if done else 0), "should be True or False"),
        ("what is left", lambda here, left_ms: left_ms, "should be True or False"),
        ("never looks", serves(looks=lambda *_: False), OVER),
        ("looks once", serves(after=False), f"{OVER}|gives the call of"),
        ("begins with nothing left", serves(looks=lambda step, rest: rest < 0), OVER),
        ("looks only before calls",
         serves(looks=lambda s, rest: bool(s.calls) and rest <= 0), OVER),
        ("looks only before work", serves(looks=lambda s, rest: not s.calls and rest <= 0), OVER),
        ("passes nothing on", serves(left=lambda step, rest, told: told),
         "when it was called itself|may take|in its queue"),
        ("passes it on, but what is gone",
         serves(left=lambda step, rest, told: min(told, step.most_ms)),
         "when it was called itself|in its queue"),
        ("300 for each call", serves(left=lambda *_: 300.0),
         "What has gone by|called itself|may take|in its queue"),
        ("100 for each call", serves(left=lambda *_: 100.0),
         "Whom does that serve|gone by|may take"),
        ("no end for calls", serves(left=lambda *_: inf), "gives the call|waits so long"),
        ("most_ms alone", serves(left=lambda step, rest, told: step.most_ms),
         "who waits for this service"),
        ("most_ms for the optional", serves(left=lambda step, rest, told:
         step.most_ms if step.optional else rest), "who waits for this service"),
        ("no most_ms", serves(left=lambda step, rest, told: rest), "may take"),
        ("the longer of both", serves(left=lambda step, rest, told: max(rest, step.most_ms)),
         "gives the call|waits so long"),
        ("half for each call", serves(left=lambda s, rest, told: min(rest / 2, s.most_ms)),
         "Whom does that serve"),
        ("something kept", serves(left=lambda s, rest, told: min(rest - 10, s.most_ms)),
         "Whom does that serve"),
        ("shared among steps", serves(left=lambda s, rest, told: min(rest / 3, s.most_ms)),
         "Whom does that serve"),
        ("a millisecond more", serves(left=lambda s, rest, told: min(rest, s.most_ms) + 1),
         "What has gone by"),
        ("the queue is forgotten", serves(waited=0.0), f"{QUEUE}|It has waited for"),
        ("the queue is added", serves(waited=1.0), f"{QUEUE}|It has waited for|{OVER}|gone by"),
        ("the queue twice", serves(waited=-2.0), "counted twice|it ends before"),
        ("half of the queue", serves(waited=-0.5), f"{OVER}|gone by"),
        ("absolute times", absolute, "a time of day"),
        ("the first machine's clock", first_clock(), f"{OVER}|gives the call|it ends before"),
        ("goes on without what is needed", serves(stops=False), "was needed and has not answered"),
        ("all are optional", serves(optional=lambda step: True),
         "was needed and has not answered|it says True, and"),
        ("none is optional", serves(optional=lambda step: False), "it ends before step"),
        ("the others are optional", serves(optional=lambda step: not step.optional),
         "it ends before|was needed|which it needs, has not"),
        ("always True", serves(end=lambda done: True), "it says True, and"),
        ("always False", serves(end=lambda done: False), "and it says False"),
        ("the other way round", serves(end=lambda done: not done),
         "and it says False|it says True"),
        ("backwards", serves(steps=lambda steps: steps[::-1]), "comes before"),
        ("calls first", serves(steps=all_calls_first), "comes before"),
        ("only work", serves(steps=lambda steps: [s for s in steps if s.calls is None]),
         "it ends before|comes before"),
        ("only what is needed", serves(steps=lambda steps: [s for s in steps if not s.optional]),
         "it ends before|comes before"),
        ("without the last", serves(steps=lambda steps: steps[:-1]), "it ends before step"),
        ("calls are work", works_for_all, "is a call of"),
        ("work is a call", calls_all, "nobody to call"),
        ("by name", by_name, "is no step"),
        ("each twice", every_other_twice, "none that is still to be done|is a call of"),
        ("left as a word", serves(left=lambda *_: "300"), "should be a number"),  # type: ignore[arg-type,return-value]
    )
]  # fmt: skip
