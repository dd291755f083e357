"""The checks of a health check: who is out after which results, and when nobody is believed."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.hint import NotYet, answered, expect

Report = tuple[str, bool]


class Settings(NamedTuple):
    """Names; failures, then successes in a row; the share below which all get requests."""

    names: tuple[str, ...]
    fall: int
    rise: int
    panic: float


FIVE = ("a", "b", "c", "d", "e")
FOUR = ("w", "x", "y", "z")
SETTINGS = (
    Settings(FIVE, 3, 2, 0.5),
    Settings(FOUR, 2, 5, 0.5),
    Settings(FIVE, 1, 1, 0.0),
    Settings(("one", "two", "three"), 2, 3, 0.6),
    Settings(FOUR, 3, 3, 0.75),
)


class Right:
    """What the check expects."""

    def __init__(self, of: Settings) -> None:
        self.of = of
        self.up = dict.fromkeys(of.names, True)
        self.against = dict.fromkeys(of.names, 0)  # results in a row that speak against the state

    def report(self, name: str, ok: bool) -> None:
        if ok == self.up[name]:
            self.against[name] = 0
            return
        self.against[name] += 1
        if self.against[name] == (self.of.fall if self.up[name] else self.of.rise):
            self.up[name], self.against[name] = ok, 0

    def targets(self) -> list[str]:
        well = [name for name in self.of.names if self.up[name]]
        if not well or len(well) < self.of.panic * len(self.of.names):
            return list(self.of.names)
        return well


class Asked:
    """An answer's health check, of which each result is told with a hint at hand."""

    def __init__(self, health: Callable[..., Any], of: Settings, case: str) -> None:
        self.of, self.case = of, f"{case} ({of.fall} to fall, {of.rise} to rise)"
        self._own = answered(health, list(of.names), of.fall, of.rise, of.panic)
        for name in ("report", "targets"):
            expect(hasattr(self._own, name), f"Health should have a method {name}.")

    def report(self, name: str, results: str) -> None:
        """``results``: a letter for each check, y if it is well and n if it is not."""
        for each in results:
            try:
                self._own.report(name, each == "y")
            except NotImplementedError:
                raise NotYet("report is not written yet.") from None
            except Exception as error:
                raise NotYet(f"{self.case}: report raised {error!r}.") from None

    def targets(self) -> list[str]:
        try:
            said = answered(self._own.targets)
        except NotYet:
            raise
        except Exception as error:
            raise NotYet(f"{self.case}: targets raised {error!r}.") from None
        expect(
            isinstance(said, list | tuple),
            f"{self.case}: targets returned {said!r}; it should be a list of names.",
        )
        expect(
            len(said) == len(set(said)) and set(said) <= set(self.of.names),
            f"{self.case}: targets returned {said!r}, of {list(self.of.names)}.",
        )
        return list(said)

    def is_in(self, name: str) -> bool:
        return name in self.targets()


def task_6(health: Callable[..., Any]) -> None:
    """Out after some failures in a row, in after some successes; and all, if too few are left."""
    for of in SETTINGS:
        _at_first(health, of)
        _falls(health, of)
        _rises(health, of)
        _flaps(health, of)
        _panics(health, of)
    _two_of_them(health)
    for of in SETTINGS:
        for seed in range(4):
            _by_chance(health, of, seed)
    print(f"Right, for {len(SETTINGS)} settings.")


def _at_first(health: Callable[..., Any], of: Settings) -> None:
    asked = Asked(health, of, "At first")
    said = asked.targets()
    expect(bool(said), f"{asked.case}: nobody gets anything. Until a check fails all are in.")
    expect(
        set(said) == set(of.names),
        f"{asked.case}: {said}. Until a check fails all are in.",
    )
    expect(said == list(of.names), f"{asked.case}: {said}. In the order in which they were given.")
    given = asked._own.targets()
    if isinstance(given, list):
        given.clear()
    expect(
        asked.targets() == said,
        f"{asked.case}: whoever changes the list that targets() gave changes who is in.",
    )


def _falls(health: Callable[..., Any], of: Settings) -> None:
    asked, name = Asked(health, of, "Failures in a row"), of.names[1]
    asked.report(name, "n" * (of.fall - 1))
    expect(asked.is_in(name), f"{asked.case}: out after {of.fall - 1}.")
    asked.report(name, "n")
    expect(not asked.is_in(name), f"{asked.case}: after {of.fall} it is still in.")
    left = asked.targets()
    expect(
        set(left) == set(of.names) - {name},
        f"{asked.case}: one of {len(of.names)} failed, and {left} are in.",
    )
    asked.report(name, "n" * 7)
    expect(not asked.is_in(name), f"{asked.case}: after seven more it is in again.")


def _rises(health: Callable[..., Any], of: Settings) -> None:
    asked, name = Asked(health, of, "Successes in a row"), of.names[2]
    asked.report(name, "n" * of.fall)
    if of.rise > 1:
        asked.report(name, "y" * (of.rise - 1))
        expect(not asked.is_in(name), f"{asked.case}: in again after {of.rise - 1}.")
        asked.report(name, "n")
        asked.report(name, "y" * (of.rise - 1))
        expect(
            not asked.is_in(name),
            f"{asked.case}: a failure between them, and in again. They are not in a row.",
        )
        asked.report(name, "n")
    asked.report(name, "y" * of.rise)
    expect(asked.is_in(name), f"{asked.case}: after {of.rise} it is still out.")
    asked.report(name, "n" * of.fall)
    expect(not asked.is_in(name), f"{asked.case}: in again, then {of.fall} failures: it stays in.")


def _flaps(health: Callable[..., Any], of: Settings) -> None:
    asked, name = Asked(health, of, "One that flaps"), of.names[0]
    if of.fall == 1:
        return
    asked.report(name, ("n" * (of.fall - 1) + "y") * 6)
    expect(
        asked.is_in(name),
        f"{asked.case}: out, without so many in a row. What does a success do to the count?",
    )
    asked.report(name, "y" * 20)
    asked.report(name, "n" * of.fall)
    expect(
        not asked.is_in(name),
        f"{asked.case}: well for long, then {of.fall} failures, and it is still in. Success is "
        "nothing that is saved up.",
    )


def _panics(health: Callable[..., Any], of: Settings) -> None:
    asked, right = Asked(health, of, "One after the other fails"), Right(of)
    n = len(of.names)
    for out, name in enumerate(of.names, 1):
        for _ in range(of.fall):
            right.report(name, False)
        asked.report(name, "n" * of.fall)
        said, due, left = asked.targets(), right.targets(), n - out
        seen = f"{asked.case}: {left} of {n} are up, the share is {of.panic:g}"
        if due == list(of.names):
            expect(bool(said), f"{seen}, and nobody gets anything.")
            expect(said == due, f"{seen}, and only {said} get requests.")
        expect(
            said != list(of.names) or due == said,
            f"{seen}, and all get requests. Is that fewer than the share?",
        )
        expect(said == due, f"{seen}, and {said} get requests.")
    first, last = of.names[0], of.names[-1]
    need = next(k for k in range(1, n + 1) if k >= of.panic * n)
    for name in of.names[:need]:
        asked.report(name, "y" * of.rise)
    said = asked.targets()
    seen = f"{asked.case}, and then {need} are well again: {said} get requests"
    expect(first in said, f"{seen}. Why not {first}?")
    if last in said and need < n:
        asked.report(last, "n" * of.fall)
        expect(not asked.is_in(last), f"{seen}. Checks go on while all get requests.")
        raise NotYet(f"{seen}. To send to all does not make all well.")


def _two_of_them(health: Callable[..., Any]) -> None:
    of = SETTINGS[0]
    one = Asked(health, of, "Two pools with servers of the same names")
    other = Asked(health, of, "Two pools with servers of the same names")
    one.report("a", "nn")
    other.report("a", "n")
    one.report("b", "n")
    expect(
        one.is_in("a") and one.is_in("b") and other.is_in("a"),
        f"{one.case}: the failures of one are counted for another.",
    )


def _by_chance(health: Callable[..., Any], of: Settings, seed: int) -> None:
    chance, right = Random(seed), Right(of)
    asked = Asked(health, of, "Results at random")
    told: list[Report] = []
    for _ in range(400):
        name = chance.choice(of.names)
        ok = chance.random() < (0.35 if right.up[name] else 0.65)
        told.append((name, ok))
        asked.report(name, "y" if ok else "n")
        right.report(name, ok)
        said = asked.targets()
        if said != right.targets():
            raise NotYet(
                f"{asked.case}: {name} had {_last(told, name)} (y: well), "
                f"{sum(right.up.values())} of {len(of.names)} are up, and {said} get requests."
            )


def _last(told: Sequence[Report], name: str) -> str:
    return "".join("y" if ok else "n" for who, ok in told if who == name)[-12:]
