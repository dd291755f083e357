"""Wrong health checks, and the hint each of them has to get."""

from collections.abc import Callable
from typing import Any, ClassVar

from scalelab.workbook import probes as check


class Health:
    """A right answer; each method is one of its decisions."""

    def __init__(self, names: list[str], fall: int, rise: int, panic: float) -> None:
        self.names, self.fall, self.rise, self.panic = names, fall, rise, panic
        self.up = dict.fromkeys(names, True)
        self.against = dict.fromkeys(names, 0)

    def report(self, name: str, ok: bool) -> None:
        if ok == self.up[name]:
            self.confirmed(name)
            return
        self.against[name] += 1
        if self.is_enough(name):
            self.up[name] = ok
            self.turned(name)

    def confirmed(self, name: str) -> None:
        self.against[name] = 0

    def is_enough(self, name: str) -> bool:
        return self.against[name] >= (self.fall if self.up[name] else self.rise)

    def turned(self, name: str) -> None:
        self.against[name] = 0

    def targets(self) -> Any:
        well = [name for name in self.names if self.up[name]]
        return self.all(well) if self.is_panic(well) else well

    def is_panic(self, well: list[str]) -> bool:
        return not well or len(well) < self.panic * len(self.names)

    def all(self, well: list[str]) -> Any:
        return list(self.names)


class NoneAtFirst(Health):
    def __init__(self, names: list[str], fall: int, rise: int, panic: float) -> None:
        super().__init__(names, fall, rise, panic)
        self.up = dict.fromkeys(names, False)

    def is_panic(self, well: list[str]) -> bool:
        return False


class Sorted(Health):
    def targets(self) -> Any:
        return sorted(super().targets(), reverse=True)


class LendsItsList(Health):
    def all(self, well: list[str]) -> Any:
        return self.names

    def targets(self) -> Any:
        return self.names if all(self.up.values()) else super().targets()


class AsSet(Health):
    def targets(self) -> Any:
        return set(super().targets())


class FirstFailure(Health):
    def is_enough(self, name: str) -> bool:
        return self.up[name] or self.against[name] >= self.rise


class FirstSuccess(Health):
    def is_enough(self, name: str) -> bool:
        return not self.up[name] or self.against[name] >= self.fall


class OneLater(Health):
    def is_enough(self, name: str) -> bool:
        return self.against[name] > (self.fall if self.up[name] else self.rise)


class OneLaterIn(Health):
    def is_enough(self, name: str) -> bool:
        return self.against[name] >= (self.fall if self.up[name] else self.rise + 1)


class Swapped(Health):
    def is_enough(self, name: str) -> bool:
        return self.against[name] >= (self.rise if self.up[name] else self.fall)


class FallForBoth(Health):
    def is_enough(self, name: str) -> bool:
        return self.against[name] >= self.fall


class InAll(Health):
    """Failures in all, not in a row."""

    def confirmed(self, name: str) -> None:
        if not self.up[name]:
            super().confirmed(name)


class InAllSuccesses(Health):
    def confirmed(self, name: str) -> None:
        if self.up[name]:
            super().confirmed(name)


class OneLess(Health):
    """A success takes one failure away."""

    def confirmed(self, name: str) -> None:
        self.against[name] = max(0, self.against[name] - 1)


class SavesUp(Health):
    def confirmed(self, name: str) -> None:
        self.against[name] -= 1


class KeepsCount(Health):
    def turned(self, name: str) -> None:
        pass


class ForEverOut(Health):
    def is_enough(self, name: str) -> bool:
        return self.up[name] and super().is_enough(name)


class OfAll(Health):
    """One count for all servers."""

    def report(self, name: str, ok: bool) -> None:
        count = max(self.against.values())
        self.against = dict.fromkeys(self.names, count)
        super().report(name, ok)


class OfAllPools(Health):
    common: ClassVar[dict[str, int]] = {}

    def __init__(self, names: list[str], fall: int, rise: int, panic: float) -> None:
        super().__init__(names, fall, rise, panic)
        if names == list(check_names):
            self.against = self.common
            for name in names:
                self.common.setdefault(name, 0)


check_names = ("a", "b", "c", "d", "e")


class NeverPanics(Health):
    def is_panic(self, well: list[str]) -> bool:
        return False


class OnlyIfNone(Health):
    def is_panic(self, well: list[str]) -> bool:
        return not well


class NoneWithoutShare(Health):
    """With a share of nought there is nobody."""

    def is_panic(self, well: list[str]) -> bool:
        return len(well) < self.panic * len(self.names)


class AtTheShare(Health):
    def is_panic(self, well: list[str]) -> bool:
        return not well or len(well) <= self.panic * len(self.names)


class AlwaysHalf(Health):
    def is_panic(self, well: list[str]) -> bool:
        return not well or 2 * len(well) < len(self.names)


class ShareOut(Health):
    """The share of those that are out."""

    def is_panic(self, well: list[str]) -> bool:
        return not well or len(self.names) - len(well) > self.panic * len(self.names)


class AllWell(Health):
    def all(self, well: list[str]) -> Any:
        self.up = dict.fromkeys(self.names, True)
        return list(self.names)


class OnlyThoseOut(Health):
    def all(self, well: list[str]) -> Any:
        return [name for name in self.names if not self.up[name]]


class StopsChecking(Health):
    def report(self, name: str, ok: bool) -> None:
        if not self.is_panic([each for each in self.names if self.up[each]]):
            super().report(name, ok)


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_6, (lambda *_: None,), "returns nothing"),
    ("no method", check.task_6, (lambda *_: [],), "a method report"),
    ("none at first", check.task_6, (NoneAtFirst,), "nobody gets anything"),
    ("sorted", check.task_6, (Sorted,), "order in which they were given"),
    ("its own list", check.task_6, (LendsItsList,), "whoever changes the list"),
    ("a set", check.task_6, (AsSet,), "a list of names"),
    ("the first failure", check.task_6, (FirstFailure,), "out after 2"),
    ("the first success", check.task_6, (FirstSuccess,), "in again after 1"),
    ("one later", check.task_6, (OneLater,), "it is still in"),
    ("one later in", check.task_6, (OneLaterIn,), "it is still out"),
    ("swapped", check.task_6, (Swapped,), "out after 2"),
    ("fall for both", check.task_6, (FallForBoth,), "it is still out|in again after"),
    ("failures in all", check.task_6, (InAll,), "What does a success do"),
    ("successes in all", check.task_6, (InAllSuccesses,), "They are not in a row"),
    ("one less", check.task_6, (OneLess,), "What does a success do"),
    ("saved up", check.task_6, (SavesUp,), "saved up|it is still out|What does a success"),
    ("keeps the count", check.task_6, (KeepsCount,), "in again after 1"),
    ("out for ever", check.task_6, (ForEverOut,), "it is still out"),
    ("one count", check.task_6, (OfAll,), "counted for another|in again after"),
    ("one count for all pools", check.task_6, (OfAllPools,), "counted for another|out after"),
    ("never panics", check.task_6, (NeverPanics,), "nobody gets anything|get requests"),
    ("only if none", check.task_6, (OnlyIfNone,), "and only \\["),
    ("nobody with a share of nought", check.task_6, (NoneWithoutShare,), "nobody gets anything"),
    ("at the share", check.task_6, (AtTheShare,), "fewer than the share"),
    ("always half", check.task_6, (AlwaysHalf,), "and only|fewer than the share"),
    ("the share that is out", check.task_6, (ShareOut,), "get requests|it is still in"),
    ("all are well again", check.task_6, (AllWell,), "does not make all well|get requests"),
    ("only those that are out", check.task_6, (OnlyThoseOut,), "and only"),
    ("stops checking", check.task_6, (StopsChecking,), "Checks go on"),
]  # fmt: skip
