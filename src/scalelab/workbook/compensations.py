"""A saga that somebody writes, with workers that die anywhere and steps that change their mind."""

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, expect
from scalelab.workbook.worker import Died, Endless, Worker

MOST_RUNS, MOST_CALLS = 12, 500
AT = tuple(range(1, 19))  # more operations than an answer needs
STEPS = ("reserve", "voucher", "pay", "ship")


class Fate(NamedTuple):
    """Of one run: at which operation the worker dies, before or after it has an effect."""

    dies_at: int = 0
    after: bool = False


class Case(NamedTuple):
    """Steps; which says no the first time; how often after that; how often an undo is out."""

    steps: tuple[str, ...]
    refuses: str | None
    times: int
    out: int


class World:
    """What the services have done, by the keys that they were given; and what is written down."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.refusals = case.times
        self.outs: dict[str, int] = {}
        self.done: dict[tuple[str, str], str] = {}  # step and key: whose order
        self.undone: set[tuple[str, str]] = set()
        self.effects: list[tuple[str, str, str]] = []  # order, what, step
        self.said_no: set[tuple[str, str]] = set()
        self.written: dict[str, list[str]] = {}

    def now(self, order: str, step: str) -> int:
        """How often a step's effect is there."""
        return sum(
            1 if what == "do" else -1
            for whose, what, which in self.effects
            if (whose, which) == (order, step)
        )


class Shop:
    """What one run of a saga has."""

    def __init__(self, world: World, order: str, fate: Fate) -> None:
        self._world, self._order = world, order
        self._worker = Worker(fate.dies_at, fate.after, MOST_CALLS)
        self._said_no: set[str] = set()

    def do(self, step: str, key: str) -> bool:
        """Whether the step is done. With a key that it knows nothing is done again."""
        return bool(self._worker.do(lambda: self._do(step, key)))

    def _do(self, step: str, key: str) -> bool:
        self._is_step(step, "do")
        world, order = self._world, self._order
        if (step, key) in world.done and (step, key) not in world.undone:
            return True
        expect(
            not any(what == "undo" for whose, what, _ in world.effects if whose == order),
            f"{step} is done when steps of this order have been undone already. What was decided, "
            "and who still knows?",
        )
        expect(
            step not in self._said_no,
            f"{step} has said no to this worker, which asks again. How often, and who decides?",
        )
        before = world.case.steps[: world.case.steps.index(step)]
        missing = [each for each in before if world.now(order, each) == 0]
        if missing and not any((order, each) in world.said_no for each in missing):
            raise NotYet(f"{step} is done before {missing[0]}.")
        expect(
            not missing,
            f"{step} is done although {missing[0] if missing else ''} has said no.",
        )
        if step == world.case.refuses and world.refusals > 0:
            world.refusals -= 1
            world.said_no.add((order, step))
            self._said_no.add(step)
            return False
        world.said_no.discard((order, step))
        world.done[step, key] = order
        world.undone.discard((step, key))
        world.effects.append((order, "do", step))
        return True

    def _is_step(self, step: Any, what: str) -> None:
        expect(
            step in self._world.case.steps,
            f"{what} was given {step!r}, which is none of {self._world.case.steps}.",
        )

    def undo(self, step: str, key: str) -> bool:
        """Whether it is undone; False if the service is out just now. Twice is as good as once."""
        return bool(self._worker.do(lambda: self._undo(step, key)))

    def _undo(self, step: str, key: str) -> bool:
        self._is_step(step, "undo")
        world, order = self._world, self._order
        if (step, key) in world.undone:
            return True
        if (step, key) not in world.done:
            raise NotYet(
                f"{step} is undone, which has said no."
                if (order, step) in world.said_no
                else f"{step} is undone with key {key!r}, and was never done with that one."
            )
        later = world.case.steps[world.case.steps.index(step) + 1 :]
        left = [each for each in later if world.now(order, each) > 0]
        expect(
            not left,
            f"{step} is undone, and {left[0] if left else ''}, which was done after it, is still "
            "there.",
        )
        if self._outs(step):
            return False
        world.undone.add((step, key))
        world.effects.append((order, "undo", step))
        return True

    def _outs(self, step: str) -> bool:
        outs = self._world.outs
        outs[step] = outs.get(step, 0) + 1
        return outs[step] <= self._world.case.out

    def write(self, text: str) -> None:
        """Write something down for this order; it stays."""
        self._worker.do(lambda: self._world.written.setdefault(self._order, []).append(text))

    def read(self) -> list[str]:
        """What was written down for this order, by this run and those before it."""
        found = self._worker.do(lambda: list(self._world.written.get(self._order, [])))
        return [str(each) if not isinstance(each, str) else each for each in found]


def _ran(run: Any, world: World, order: str, fate: Fate, case: str) -> tuple[Any, int]:
    """One run; what it returned (None: it died), and how many operations it took."""
    shop = Shop(world, order, fate)
    try:
        said = run(order, list(world.case.steps), shop)
    except Died:
        return None, shop._worker.operations
    except NotImplementedError:
        raise NotYet("run is not written yet.") from None
    except Endless:
        raise NotYet(f"{case}: more than {MOST_CALLS} calls for one order. Does it end?") from None
    except NotYet as hint:
        raise NotYet(f"{case}: {hint}") from None
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    if shop._worker.is_dead:
        raise NotYet(f"{case}: the worker is dead, and goes on.")
    if not isinstance(said, bool):
        raise NotYet(f"{case}: run returned {said!r}; it should be True or False.")
    return said, shop._worker.operations


def _is_whole(world: World, order: str, said: bool, case: str) -> None:
    """All steps are there once, or none."""
    there = {step: world.now(order, step) for step in world.case.steps}
    for step, count in there.items():
        expect(
            count <= 1,
            f"{case}: {step} is done {count} times. Under which key does the next run ask?",
        )
    some = [step for step, count in there.items() if count]
    if said:
        gone = [step for step, count in there.items() if not count]
        expect(
            not gone,
            f"{case}: it says True, and {gone[0] if gone else ''} is not done for {order}. Was it "
            "asked, and under whose key?",
        )
    else:
        expect(
            not some,
            f"{case}: it says False, and {some[0] if some else ''} is still there. "
            "Who undoes it now?",
        )


def _plays(run: Any, of: Case, fates: list[Fate], case: str) -> None:
    """Until a run has ended; once more; and another order after it."""
    world = World(of)
    for turn in range(MOST_RUNS):
        said, _ = _ran(run, world, "order 7", fates[turn] if turn < len(fates) else Fate(), case)
        if said is not None:
            break
    else:  # pragma: no cover
        raise NotYet(f"{case}: it never ended.")
    expect(
        said or of.refuses is not None,
        f"{case}: it says False. Which step has said no?",
    )
    _is_whole(world, "order 7", said, case)
    effects = list(world.effects)
    case = f"{case}, and once more when it has ended"
    again, _ = _ran(run, world, "order 7", Fate(), case)
    _is_whole(world, "order 7", again, case)
    expect(
        again == said and effects == world.effects,
        f"{case}: it said {said} and says {again} now. What was decided the first time?",
    )
    world.refusals = 0
    case = f"{case}, then another order"
    other, _ = _ran(run, world, "order 8", Fate(), case)
    expect(other, f"{case}: it says False, and no step has said no to this one.")
    _is_whole(world, "order 8", other, case)


CASES = (
    Case(STEPS[:1], None, 0, 0), Case(STEPS, None, 0, 0), Case(STEPS[:1], "reserve", 9, 0),
    Case(STEPS, "reserve", 9, 0), Case(STEPS, "pay", 9, 0), Case(STEPS, "ship", 9, 0),
    Case(STEPS, "ship", 1, 0), Case(STEPS, "pay", 1, 2), Case(STEPS[1:], "ship", 9, 3),
    Case(STEPS[:2], "reserve", 1, 0),
)  # fmt: skip


def _name(of: Case) -> str:
    steps = "One step" if len(of.steps) == 1 else f"{len(of.steps)} steps"
    if of.refuses is None:
        return f"{steps}, none says no"
    often = " the first time" if of.times == 1 else ""
    out = f", undoing is out {of.out} times" if of.out else ""
    return f"{steps}, {of.refuses} says no{often}{out}"


def task_7(run: Callable[..., Any]) -> None:
    """All steps or none, whoever dies when."""
    expect(callable(run), f"expected a function, got {run!r}.")
    for of in CASES:
        _plays(run, of, [], _name(of))
    for of, at, after in product(CASES, AT, (False, True)):
        case = f"{_name(of)}; a worker dies {'after' if after else 'before'} its operation {at}"
        _plays(run, of, [Fate(at, after)], case)
        _plays(run, of, [Fate(at, after)] * 3, f"{case}, three times")
        _plays(run, of, [Fate(at, after), Fate(4, True)], f"{case}, the next after its fourth")
    print(f"Right, for {len(CASES)} sagas and workers that die at each of {len(AT)} places.")
