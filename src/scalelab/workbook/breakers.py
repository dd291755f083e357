"""A circuit breaker that somebody writes, in worlds whose clock is not that of the wall."""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, NamedTuple

from scalelab.workbook.calls import called, called_for_any
from scalelab.workbook.hint import NotYet, expect

WINDOW, WAIT_S, PROBES = 10, 10.0, 3
SEEDS = tuple(range(1, 13))
STEPS = 400


class Clock:
    """Seconds that go on when a check says so."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


class Breaker:
    """The rules of the task. ``why``: what it goes by now, for hints."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._close("nothing has failed yet")

    def _close(self, why: str) -> None:
        self.state, self.why = "closed", why
        self.results: list[bool] = []

    def _open(self, why: str) -> None:
        self.state, self.why, self.since_s = "open", why, self.clock()

    def allowed(self) -> bool:
        if self.state == "open" and self.clock() - self.since_s > WAIT_S:
            self.state, self.results, self.sent = "half-open", [], 0
        if self.state == "half-open":
            self.sent += 1
            return self.sent <= PROBES
        return self.state == "closed"

    def record(self, ok: bool) -> None:
        if self.state == "open":
            return
        self.results.append(ok)
        of = self.results[-WINDOW:] if self.state == "closed" else self.results
        failed, enough = of.count(False), WINDOW if self.state == "closed" else PROBES
        if len(of) < enough:
            return
        if 2 * failed >= enough:
            last = "last" if self.state == "closed" else "trial"
            self._open(f"{failed} of the {enough} {last} calls have failed")
        elif self.state == "half-open":
            self._close(f"{enough - failed} of the {enough} trial calls were answered")


class Step(NamedTuple):
    """Seconds that pass; then a result that comes in, or the question whether a call may go."""

    wait_s: float
    result: bool | None


@cache
def steps(seed: int) -> tuple[Step, ...]:
    """What happens in one world. Late results come while it is open, never after that."""
    chance, clock = Random(seed), Clock()
    rule, done, under_way, healthy = Breaker(clock), list[Step](), 0, 0.9
    while len(done) < STEPS:
        if chance.random() < 0.06:
            healthy = chance.choice((0.95, 0.7, 0.55, 0.45, 0.1))
        late = rule.state == "open" and under_way > 0
        if under_way and (late or chance.random() < 0.6):
            # Time passes, but not so much that it is no longer open.
            wait_s = 0.25 if late and rule.since_s + WAIT_S - clock.s > 1.0 else 0.0
            clock.s += wait_s
            done.append(Step(wait_s, chance.random() < healthy))
            under_way -= 1
            rule.record(bool(done[-1].result))
            continue
        wait_s = chance.choice((0.0, 0.25, 0.5, 1.0))
        if rule.state == "open":
            left_s = rule.since_s + WAIT_S - clock.s
            wait_s = chance.choice((0.0, max(left_s - 0.25, 0.0), left_s + 0.25))
        clock.s += wait_s
        done.append(Step(wait_s, None))
        under_way += rule.allowed()
    return tuple(done)


def task_3(breaker: Callable[..., Any]) -> None:
    """Lets calls through as the rules say, in every world."""
    one, other = (_made(breaker, Clock()) for _ in range(2))
    for _ in range(WINDOW):
        _asked(one, "The first calls")
        _told(one, False, "The first calls")
    expect(
        _asked(other, "A second breaker"),
        "Two breakers for two services: one has seen failures, the other nothing, and it lets none "
        "pass. What do they share?",
    )
    for seed in SEEDS:
        _is_alike(breaker, seed)
    print(f"Right, for {sum(len(steps(seed)) for seed in SEEDS):,} steps in {len(SEEDS)} worlds.")


def _made(breaker: Any, clock: Clock) -> Any:
    made = called("A new breaker", breaker, clock)
    for name in ("allowed", "record"):
        expect(callable(getattr(made, name, None)), f"The breaker has no method {name}.")
    return made


def _asked(one: Any, case: str) -> bool:
    said = called(case, one.allowed)
    expect(
        isinstance(said, bool), f"{case}: allowed returned {said!r}; it should be True or False."
    )
    return bool(said)


def _told(one: Any, ok: bool, case: str) -> None:
    called_for_any(case, one.record, ok)


def _is_alike(breaker: Any, seed: int) -> None:
    clock = Clock()
    rule, one = Breaker(clock), _made(breaker, clock)
    begin_s = clock.s
    for step in steps(seed):
        clock.s += step.wait_s
        case = f"World {seed}, after {clock.s - begin_s:g} s"
        if step.result is not None:
            _told(one, step.result, case)
            rule.record(step.result)
            continue
        right, said = rule.allowed(), _asked(one, case)
        if said != right:
            raise NotYet(f"{case}: {_difference(rule, said)}")


def _difference(rule: Breaker, said: bool) -> str:
    """``said`` is not what the rules say."""
    if rule.state == "open":
        return (
            f"it lets a call pass, {rule.clock() - rule.since_s:g} s after {rule.why}, and "
            f"{WAIT_S:g} s have to be over."
        )
    if rule.state == "half-open":
        if said:
            return (
                f"it lets a call pass. It has been on trial since it was open for {WAIT_S:g} s, "
                f"{PROBES} calls have gone, and {len(rule.results)} results are there."
            )
        return (
            f"it lets no call pass, {rule.clock() - rule.since_s:g} s after {rule.why}; "
            f"{rule.sent - 1} trial calls have gone since."
        )
    last = rule.results[-WINDOW:]
    return (
        f"it lets no call pass. It is closed ({rule.why}); {last.count(False)} of the last "
        f"{len(last)} calls since then have failed, and {WINDOW} are needed to say anything."
    )
