"""Wrong sagas, and the hint each of them has to get."""

from collections.abc import Callable
from itertools import count
from typing import Any

from scalelab.workbook import compensations as check

Key = Callable[[str, str], str]
NUMBERS = count()


def saga(
    key: Key = lambda order, step: f"{order}, {step}",
    undo_key: Key | None = None,
    writes: bool = True,
    reads: bool = True,
    text: Callable[[str], str] = lambda step: step,
    undone: Callable[[list[str], int], list[str]] = lambda steps, i: steps[:i][::-1],
    tries: int = 1000,
    before: bool = True,
    end: Callable[[bool], Any] = lambda done: done,
    stops: bool = True,
    twice: bool = False,
    asks: int = 1,
) -> Callable[..., Any]:
    """The right one, but for what is changed."""

    def run(order: str, steps: list[str], shop: Any) -> Any:
        said_no = shop.read() if reads else []
        if not said_no:
            for step in steps:
                for _ in range(asks):
                    done = shop.do(step, key(order, step))
                    if done:
                        break
                if twice:
                    shop.do(step, key(order, step) + " again")
                if not done and stops:
                    if writes and before:
                        shop.write(text(step))
                    said_no = [step]
                    break
            else:
                return end(True)
        for step in undone(steps, steps.index(said_no[0])):
            for _ in range(tries):
                if shop.undo(step, (undo_key or key)(order, step)):
                    break
        if writes and not before:
            shop.write(text(said_no[0]))
        return end(False)

    return run


def in_memory() -> Callable[..., Any]:
    """The process remembers; but not the next one."""
    known: dict[Any, str] = {}

    def run(order: str, steps: list[str], shop: Any) -> bool:
        at = known.get((id(shop), order))
        for i, step in enumerate(steps):
            if step == at or not shop.do(step, f"{order}, {step}"):
                known[id(shop), order] = step
                for other in reversed(steps[:i]):
                    while not shop.undo(other, f"{order}, {other}"):
                        pass
                return False
        return True

    return run


def goes_by_log(when: str) -> Callable[..., Any]:
    """Each step is written down; what is written down is not done again."""

    def run(order: str, steps: list[str], shop: Any) -> bool:
        known = shop.read()
        for i, step in enumerate(steps):
            if f"did {step}" in known:
                continue
            if when == "before":
                shop.write(f"did {step}")
            if not shop.do(step, f"{order}, {step}"):
                for other in reversed(steps[:i]):
                    while not shop.undo(other, f"{order}, {other}"):
                        pass
                return False
            if when == "after":
                shop.write(f"did {step}")
        return True

    return run


def undoes_all_known(order: str, steps: list[str], shop: Any) -> bool:
    """Undoes what this run has done, not what others did."""
    if shop.read():
        return False
    for i, step in enumerate(steps):
        if not shop.do(step, order):
            shop.write("no")
            for other in reversed(steps[:i]):
                while not shop.undo(other, order):
                    pass
            return False
    return True


def forward_for_ever(order: str, steps: list[str], shop: Any) -> bool:
    for step in steps:
        while not shop.do(step, order):
            pass
    return True


def all_then_look(order: str, steps: list[str], shop: Any) -> bool:
    done = [shop.do(step, order) for step in steps]
    return all(done)


def never_undoes(order: str, steps: list[str], shop: Any) -> bool:
    return all(shop.do(step, order) for step in steps)


def backwards(order: str, steps: list[str], shop: Any) -> bool:
    return all(shop.do(step, order) for step in reversed(steps))


def another_step(order: str, steps: list[str], shop: Any) -> bool:
    return bool(shop.do("gift", order))


def undoes_another(order: str, steps: list[str], shop: Any) -> bool:
    return bool(shop.undo("gift", order))


def catches_all(order: str, steps: list[str], shop: Any) -> bool:
    """Even its own death."""
    try:
        return bool(saga()(order, steps, shop))
    except BaseException as error:
        if isinstance(error, check.NotYet):
            raise
        return False


def done_is_written(order: str, steps: list[str], shop: Any) -> bool:
    """What is over is written down only when it is over."""
    known = shop.read()
    if known:
        return bool(known[0] == "done")
    said = bool(saga(reads=False, writes=False)(order, steps, shop))
    shop.write("done" if said else "undone")
    return said


HALF, ORDER = "is still there. Who undoes it", "which was done after it, is still there"
DECIDED = "What was decided"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    (f"saga: {name}", check.task_7, (run,), hint) for name, run, hint in (
        ("no function", 5, "expected a function"),
        ("nothing", lambda *_: None, "it should be True or False|never ended"),
        ("raises", lambda order, steps, shop: steps[99], "IndexError"),
        ("True at once", lambda *_: True, "is not done for order 7"),
        ("False at once", lambda *_: False, "Which step has said no"),
        ("a number", saga(end=int), "should be True or False"),
        ("what is left", saga(end=lambda done: [] if done else ["no"]), "should be True or False"),
        ("always True", saga(end=lambda done: True), "it says True, and"),
        ("always False", saga(end=lambda done: False), "Which step has said no"),
        ("the other way round", saga(end=lambda done: not done), "Which step has said no"),
        ("never undoes", never_undoes, HALF),
        ("never reads", saga(reads=False), DECIDED),
        ("never writes", saga(writes=False), DECIDED),
        ("writes when it is over", saga(before=False), DECIDED),
        ("done is written", done_is_written, DECIDED),
        ("remembers by itself", in_memory(), DECIDED),
        ("says what it did, before", goes_by_log("before"),
         f"{DECIDED}|was never done|has said no|is not done|done before"),
        ("says what it did, after", goes_by_log("after"), f"{DECIDED}|it says True, and"),
        ("undoes only by itself", undoes_all_known, HALF),
        ("again and again", forward_for_ever, "which asks again"),
        ("asks ten times", saga(asks=10), "which asks again"),
        ("looks at the end", all_then_look, "has said no"),
        ("does not stop", saga(stops=False), "has said no|it says True, and"),
        ("the first first", saga(undone=lambda steps, i: steps[:i]), ORDER),
        ("what refused, too", saga(undone=lambda steps, i: steps[: i + 1][::-1]),
         "is undone, which has said no"),
        ("all of them", saga(undone=lambda steps, i: steps[::-1]), "never done|has said no"),
        ("only the last", saga(undone=lambda steps, i: steps[max(i - 1, 0) : i]), HALF),
        ("all but the first", saga(undone=lambda steps, i: steps[1:i][::-1]), HALF),
        ("none of them", saga(undone=lambda steps, i: []), HALF),
        *((f"tries {n} times", saga(tries=n), f"{ORDER}|{HALF}") for n in (1, 2, 3)),
        ("a key for each run", saga(key=lambda order, step: f"{order} {next(NUMBERS)}"),
         "Under which key|was never done with"),
        ("each step twice", saga(twice=True), "is done 2 times"),
        ("the step as a key", saga(key=lambda order, step: step), "under whose key"),
        ("one key for all", saga(key=lambda order, step: "key"), "under whose key"),
        ("another key to undo", saga(undo_key=lambda order, step: f"undo {order}, {step}"),
         "was never done with that one"),
        ("backwards", backwards, "is done before"),
        ("another step", another_step, "'gift', which is none of"),
        ("undoes another", undoes_another, "'gift', which is none of"),
        ("writes something else", saga(text=lambda step: "no"), "ValueError"),
        ("goes on when it is dead", catches_all, "is dead, and goes on"),
    )
]  # fmt: skip
