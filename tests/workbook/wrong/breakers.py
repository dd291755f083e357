"""Wrong circuit breakers, and the hint each of them has to get."""

import time
from collections.abc import Callable
from typing import Any

from scalelab.workbook import breakers as check
from scalelab.workbook.breakers import PROBES, WAIT_S, WINDOW

Clock = Callable[[], float]


class Settable:
    """The rules, with each of their parts open to a mistake."""

    wait_s, window, probes = WAIT_S, WINDOW, PROBES
    at_least = 0.5  # share that has failed
    of_trials = 0.5
    fresh = True  # closed again, it knows nothing
    late_count = False
    half_open = True
    trial_decides = False  # the first trial alone
    counts_all = False  # not the last of them
    early = False  # opens before the window is full
    in_a_row = False
    renews = True  # the wait after failed trials begins anew
    more_trials = False  # a result lets the next trial go

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.state = "closed"
        self.results: list[bool] = []
        self.trials: list[bool] = []
        self.sent = 0
        self.since = 0.0

    def allowed(self) -> Any:
        if self.state == "open" and self.clock() - self.since > self.wait_s:
            self.state, self.trials, self.sent = "half-open", [], 0
            if not self.half_open:
                self.state, self.results = "closed", []
        if self.state == "half-open":
            self.sent += 1
            out = self.sent - (len(self.trials) if self.more_trials else 0)
            return out <= self.probes
        return self.state == "closed"

    def record(self, ok: bool) -> None:
        if self.state == "open":
            if self.late_count:
                self.since = self.clock()
            return
        if self.state == "half-open":
            self.trials.append(ok)
            if len(self.trials) >= (1 if self.trial_decides else self.probes):
                if self.trials.count(False) >= self.of_trials * len(self.trials):
                    self.state = "open"
                    self.since = self.clock() if self.renews else self.since
                else:
                    self.state = "closed"
                    if self.fresh:
                        self.results = []
            return
        self.results.append(ok)
        of = self.results if self.counts_all else self.results[-self.window :]
        failed = of.count(False) / len(of) >= self.at_least
        if self.in_a_row:
            failed = len(of) >= 5 and not any(of[-5:])
        if failed and (self.early or len(self.results) >= self.window):
            self.state, self.since = "open", self.clock()


def broken(**changes: Any) -> type[Settable]:
    return type("Broken", (Settable,), changes)


class Shared(Settable):
    """One list for all breakers."""

    known: list[bool] = []  # noqa: RUF012

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.results = self.known


class OneState(Settable):
    """One state for all breakers."""

    is_open = False

    def allowed(self) -> Any:
        if type(self).is_open:
            return False
        return super().allowed()

    def record(self, ok: bool) -> None:
        super().record(ok)
        type(self).is_open = self.state == "open"


class Wall(Settable):
    """Looks at the clock on the wall."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(time.monotonic)


class NoRecord:
    def __init__(self, clock: Clock) -> None:
        pass

    def allowed(self) -> bool:
        return True


class Raises(Settable):
    def record(self, ok: bool) -> None:
        raise KeyError("ok")


class RaisesWhenAsked(Settable):
    def allowed(self) -> Any:
        return [][0]


def says(value: Any) -> type[Settable]:
    return type("Says", (Settable,), {"allowed": lambda self: value})


def other_way(self: Settable) -> bool:
    return not Settable.allowed(self)


PASSES, KEEPS, TRIAL = "it lets a call pass", "it lets no call pass", "on trial"

WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("no class", check.task_3, (7,), "expected a function"),
    ("nothing", check.task_3, (lambda clock: None,), "returns nothing"),
    ("no clock", check.task_3, (lambda: Settable(time.monotonic),), "TypeError"),
    ("a function", check.task_3, (lambda clock: lambda: True,), "no method allowed"),
    ("no record", check.task_3, (NoRecord,), "no method record"),
    ("record raises", check.task_3, (Raises,), "KeyError"),
    ("allowed raises", check.task_3, (RaisesWhenAsked,), "IndexError"),
    ("says nothing", check.task_3, (says(None),), "returns nothing"),
    ("a number", check.task_3, (says(1),), "should be True or False"),
    ("a text", check.task_3, (says("yes"),), "should be True or False"),
    ("always", check.task_3, (says(True),), PASSES),
    ("never", check.task_3, (says(False),), "What do they share|lets no call"),
    ("the other way round", check.task_3, (type("Other", (Settable,), {"allowed": other_way}),),
     "What do they share|no call pass"),
    ("one list for all", check.task_3, (Shared,), f"What do they share|{KEEPS}|{PASSES}"),
    ("one state for all", check.task_3, (OneState,), "What do they share"),
    ("the clock on the wall", check.task_3, (Wall,), f"{KEEPS}, .* trial calls have gone"),
    *((f"waits {s:g} s", check.task_3, (broken(wait_s=s),), f"{PASSES}, .* have to be over")
      for s in (0.0, 1.0, 5.0, 9.0)),
    *((f"waits {s:g} s", check.task_3, (broken(wait_s=s),), f"{KEEPS}, .* trial calls have gone")
      for s in (11.0, 20.0, 60.0)),
    *((f"a window of {n}", check.task_3, (broken(window=n),),
       f"{KEEPS}. It is closed|have to be over") for n in (1, 3, 5, 9)),
    *((f"a window of {n}", check.task_3, (broken(window=n),), f"{PASSES}|{KEEPS}")
      for n in (11, 20, 100)),
    *((f"{n} trials", check.task_3, (broken(probes=n),), f"{KEEPS}|{PASSES}") for n in (0, 1, 2)),
    *((f"{n} trials", check.task_3, (broken(probes=n),), f"{PASSES}.*{TRIAL}|have to be over")
      for n in (4, 10)),
    ("at 40 %", check.task_3, (broken(at_least=0.4),), f"{KEEPS}. It is closed"),
    ("above half", check.task_3, (broken(at_least=0.51),), "5 of the 10 last calls have failed"),
    ("at 90 %", check.task_3, (broken(at_least=0.9),), "last calls have failed, and"),
    ("all trials have to fail", check.task_3, (broken(of_trials=1.0),),
     "2 of the 3 trial calls have failed"),
    ("no trial may fail", check.task_3, (broken(of_trials=0.1),), KEEPS),
    ("remembers", check.task_3, (broken(fresh=False),), "since then have failed"),
    ("late results prolong", check.task_3, (broken(late_count=True),), "trial calls have gone"),
    ("closed at once", check.task_3, (broken(half_open=False),), f"{TRIAL}|{PASSES}"),
    ("one trial decides", check.task_3, (broken(trial_decides=True),),
     f"{KEEPS}|{PASSES}"),
    ("of all results", check.task_3, (broken(counts_all=True),), "last calls have failed|closed"),
    ("before there are enough", check.task_3, (broken(early=True),), "are needed to say anything"),
    ("five in a row", check.task_3, (broken(in_a_row=True),), "have failed"),
    ("the wait is not renewed", check.task_3, (broken(renews=False),),
     "trial calls have failed, and 10 s have to be over"),
    ("a result lets another go", check.task_3, (broken(more_trials=True),), f"{TRIAL}"),
]  # fmt: skip
