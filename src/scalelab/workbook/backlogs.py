"""A queue before workers, by hand: until it is empty, the oldest task, workers, a limit."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, isclose
from typing import Any, NamedTuple

from scalelab.workbook.calls import called, called_for_any
from scalelab.workbook.hint import NotYet, expect, number, several


class Spike(NamedTuple):
    """Tasks/s as usual and in the spike; its minutes; workers; seconds of a task."""

    usual_per_s: float
    spike_per_s: float
    minutes: float
    workers: int
    service_s: float

    @property
    def capacity(self) -> Fraction:
        return Fraction(self.workers) / Fraction(self.service_s)

    @property
    def backlog(self) -> Fraction:
        return max((Fraction(self.spike_per_s) - self.capacity) * Fraction(60 * self.minutes),
                   Fraction(0))  # fmt: skip

    def case(self) -> str:
        return (
            f"{self.usual_per_s:g}/s, {self.spike_per_s:g}/s for {self.minutes:g} min, "
            f"{self.workers} workers, {self.service_s:g} s each"
        )


SPIKES = (
    Spike(4.25, 15.0, 10.0, 10, 2.0), Spike(4.25, 15.0, 10.0, 9, 2.0),
    Spike(4.25, 15.0, 10.0, 8, 2.0), Spike(4.25, 15.0, 10.0, 20, 2.0),
    Spike(4.25, 15.0, 10.0, 40, 2.0), Spike(0.5, 3.0, 30.0, 4, 4.0),
    Spike(10.0, 80.0, 3.0, 9, 0.25),
    Spike(5.0, 15.0, 10.0, 10, 2.0), Spike(1.0, 40.0, 120.0, 10, 0.5),
)  # fmt: skip


class Promise(NamedTuple):
    """A spike without workers, and minutes within which each task is to be done."""

    usual_per_s: float
    spike_per_s: float
    minutes: float
    service_s: float
    deadline_min: float

    def case(self) -> str:
        return (
            f"{self.usual_per_s:g}/s, {self.spike_per_s:g}/s for {self.minutes:g} min, "
            f"{self.service_s:g} s each, done within {self.deadline_min:g} min"
        )


PROMISES = (
    Promise(4.25, 15.0, 10.0, 2.0, 10.0), Promise(4.25, 15.0, 10.0, 2.0, 1.0),
    Promise(4.25, 5.0, 10.0, 2.0, 60.0), Promise(4.5, 15.0, 10.0, 2.0, 500.0),
    Promise(1.0, 30.0, 60.0, 90.0, 3.0), Promise(2.0, 12.0, 5.0, 60.0, 0.5),
    Promise(5.0, 200.0, 2.0, 0.4, 2.0), Promise(4.25, 15.0, 10.0, 45.0, 1.0),
)  # fmt: skip


class Room(NamedTuple):
    """Workers; seconds of a task; minutes within which each that is taken is to be done."""

    workers: int
    service_s: float
    deadline_min: float


ROOMS = (Room(10, 2.0, 10.0), Room(8, 2.0, 10.0), Room(3, 7.0, 1.0), Room(100, 30.0, 1.0),
         Room(7, 40.0, 3.0), Room(1, 11.0, 0.5))  # fmt: skip


def backlog_of(of: Spike) -> tuple[float, float] | None:
    """Minutes from the end of the spike until it is empty, and the highest age of a task."""
    if not of.backlog:
        return 0.0, 0.0
    spare = of.capacity - Fraction(of.usual_per_s)
    if spare <= 0:
        return None
    return float(of.backlog / spare / 60), float(of.backlog / of.capacity / 60)


def workers_of(of: Promise, own: bool = True, lasting: bool = True) -> int | None:
    """The fewest; without a task's own time, or only in the spike, for hints."""
    spare_s = 60 * Fraction(of.deadline_min) - (Fraction(of.service_s) if own else 0)
    if spare_s < 0:
        return None
    spike_s, service = 60 * Fraction(of.minutes), Fraction(of.service_s)
    enough = ceil(Fraction(of.spike_per_s) * service * spike_s / (spike_s + spare_s))
    more = floor(Fraction(of.usual_per_s) * service) + 1
    return max(enough, more) if lasting else enough


def limit_of(of: Room, own: bool = True) -> int:
    spare_s = 60 * Fraction(of.deadline_min) - (Fraction(of.service_s) if own else 0)
    return floor(spare_s * of.workers / Fraction(of.service_s))


def _is_backlog(backlog: Callable[..., Any], of: Spike) -> None:
    case = of.case()
    said, right = called_for_any(case, backlog, *of), backlog_of(of)
    if said is None:
        expect(right is None, f"{case}: it does get empty. Is there a return?")
        return
    drained, oldest = several("backlog", said, "minutes until it is empty", "the highest age")
    values = number("minutes until it is empty", drained), number("the highest age", oldest)
    seen = f"{case}: {values[0]:g} and {values[1]:g} min"
    if right is None:
        raise NotYet(f"{seen}. What have these workers to spare after the spike?")
    if all(isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in zip(values, right, strict=True)):
        return
    expect(min(values) >= 0.0, f"{seen}. No time is less than none.")
    expect(
        not all(isclose(a, 60 * b, rel_tol=1e-6) for a, b in zip(values, right, strict=True)),
        f"{seen}. These are seconds.",
    )
    _is_drained(values[0], right[0], of, seen)
    _is_oldest(values[1], right[1], of, seen)


def _is_drained(value: float, right: float, of: Spike, seen: str) -> None:
    if isclose(value, right, rel_tol=1e-6, abs_tol=1e-9):
        return
    expect(of.backlog > 0, f"{seen}. Does anything wait when the spike ends?")
    came = Fraction(of.spike_per_s) * Fraction(of.minutes)
    spare = of.capacity - Fraction(of.usual_per_s)
    wrong = (
        (of.backlog / of.capacity / 60, "others come while it is worked off."),
        (of.backlog / spare / 60 + Fraction(of.minutes), "count from the end of the spike."),
        (came / spare, "some of them are done in the spike."),
    )
    for other, hint in wrong:
        expect(not isclose(value, float(other), rel_tol=1e-6), f"{seen}: until empty, {hint}")
    raise NotYet(f"{seen}: until empty, how many wait, and how many more are done than come?")


def _is_oldest(value: float, right: float, of: Spike, seen: str) -> None:
    if isclose(value, right, rel_tol=1e-6, abs_tol=1e-9):
        return
    at_end = Fraction(of.minutes) * (1 - of.capacity / Fraction(of.spike_per_s))
    expect(
        not isclose(value, float(at_end), rel_tol=1e-6),
        f"{seen}: that is the oldest when the spike ends. Who came last waits for all others.",
    )
    raise NotYet(f"{seen}: who waits longest, and for whom?")


def _are_workers(least_workers: Callable[..., Any], of: Promise) -> None:
    case = of.case()
    said, right = called_for_any(case, least_workers, *of), workers_of(of)
    if said is None:
        expect(right is None, f"{case}: some number does it. Is there a return?")
        return
    value = number("what least_workers returned", said)
    seen = f"{case}: {value:g} workers"
    if right is None:
        raise NotYet(f"{seen}. How long does a task take that does not wait?")
    if value == right:
        return
    expect(value.is_integer(), f"{seen}: there is no part of a worker.")
    expect(
        value != workers_of(of, lasting=False),
        f"{seen}. What becomes of the queue after the spike?",
    )
    expect(
        value != workers_of(of, own=False),
        f"{seen}. A task is done when its own time is over, too.",
    )
    service = Fraction(of.service_s)
    expect(
        value != ceil(Fraction(of.spike_per_s) * service),
        f"{seen}. With those nobody waits at all.",
    )
    expect(value > right, f"{seen}: some are late.")
    raise NotYet(f"{seen}: fewer do it.")


def _is_limit(limit: Callable[..., Any], of: Room) -> None:
    case = f"{of.workers} workers, {of.service_s:g} s each, done within {of.deadline_min:g} min"
    value, right = number("what limit returned", called(case, limit, *of)), limit_of(of)
    seen = f"{case}: {value:g} may wait"
    if value == right:
        return
    expect(value.is_integer(), f"{seen}: there is no part of a task.")
    expect(value != limit_of(of, own=False), f"{seen}. The last one has its own time to come.")
    expect(value != right + of.workers, f"{seen}. Those at work do not wait.")
    expect(value < right, f"{seen}: who comes last is late.")
    raise NotYet(f"{seen}: more can wait, and none of them is late.")


def task_4(
    backlog: Callable[..., Any], least_workers: Callable[..., Any], limit: Callable[..., Any]
) -> None:
    """When a queue is empty, how old its tasks get, and workers and a limit for a promise."""
    for spike in SPIKES:
        _is_backlog(backlog, spike)
    for promise in PROMISES:
        _are_workers(least_workers, promise)
    for room in ROOMS:
        _is_limit(limit, room)
    print(f"Right, for {len(SPIKES)} spikes, {len(PROMISES)} promises and {len(ROOMS)} limits.")
