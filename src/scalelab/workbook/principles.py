"""Checks of the workbook on design principles: each prints that all is well, or hints.

Functions are called with several sets of data, most of them not those of the notebook, so an answer
has to be right for the reason asked for. A hint says what is wrong, not what is right. Tasks 3 to 8
have modules of their own.
"""

from collections.abc import Callable
from math import isclose
from typing import Any, NamedTuple

from scalelab.labs.principles import coupling
from scalelab.web.lab import Slider
from scalelab.workbook.backlogs import task_4
from scalelab.workbook.breakers import task_3
from scalelab.workbook.calls import called, called_for_any
from scalelab.workbook.decoupling import task_8
from scalelab.workbook.deliveries import task_5
from scalelab.workbook.hint import NotYet, expect, number
from scalelab.workbook.histograms import task_6
from scalelab.workbook.pagers import task_7
from scalelab.workbook.readings import expect_reading, readings

__all__ = ["task_1", "task_2", "task_3", "task_4", "task_5", "task_6", "task_7", "task_8"]

# --- 1 ---

SMALL = {"workers": 100}
(LIMIT,) = (
    one for one in coupling.lab.controls if isinstance(one, Slider) and one.name == "limit_s"
)
TIME_OUTS_S = tuple(map(float, LIMIT.values))
SEEN = {
    "none_full": "when the pool is full",
    "breaker_open": "when the breaker opens",
    "breaker_back": "when all is as before, after the fault",
    "bears": "the time-out that the pool bears",
    "none_innocent": "who is lost without a time-out",
    "limit_innocent": "who is lost with the time-out alone",
    "breaker_innocent": "who is lost with a breaker",
    "limit_lost": "all that are lost with a time-out, those who need the service as well",
    "breaker_lost": "all that are lost with a breaker, those who need the service as well",
}


def task_1(full_s: Any, innocent: Any, longest_s: Any) -> None:
    """A small pool, whom it loses behind a breaker, and the longest time-out, from the lab."""
    expect_reading(coupling.lab, "full_s", full_s, "none_full", 0.051, SEEN, **SMALL)
    expect_reading(coupling.lab, "innocent", innocent, "breaker_innocent", 0.6, SEEN, **SMALL)
    _is_longest(number("longest_s", longest_s))
    print("Right: read off, and tried out.")


def lost(limit_s: float) -> float:
    """Requests that do not need the service, lost with a time-out and the small pool."""
    return readings(coupling.lab, limit_s=limit_s, **SMALL)["limit_innocent"]


def _is_longest(limit_s: float) -> None:
    seen = f"longest_s = {limit_s:g}"
    expect(limit_s in TIME_OUTS_S, f"{seen} is no place of that slider: {TIME_OUTS_S}.")
    expect(
        lost(limit_s) < 0.5,
        f"{seen}: {lost(limit_s):,.0f} requests are lost that do not need the service. Is the pool "
        "still that of 100 workers?",
    )
    expect(
        limit_s == max(each for each in TIME_OUTS_S if lost(each) < 0.5),
        f"{seen}: the slider has a longer one with which the others lose nothing.",
    )


# --- 2 ---


class Sent(NamedTuple):
    """Probability that an attempt fails; retries of each layer; layers that retry."""

    failing: float
    retries: int
    layers: int


class Loaded(NamedTuple):
    """Requests/s; attempts/s that the service does; retries of each layer; layers that retry."""

    load_per_s: float
    capacity_per_s: float
    retries: int
    layers: int


class Out(NamedTuple):
    """An outage without retries."""

    load_per_s: float
    capacity_per_s: float
    outage_s: float
    timeout_s: float


SENT = (
    Sent(0.5, 3, 1), Sent(0.1, 2, 1), Sent(0.0, 3, 2), Sent(1.0, 3, 1), Sent(1.0, 2, 3),
    Sent(0.5, 2, 2), Sent(0.9, 3, 3), Sent(0.2, 0, 4), Sent(0.7, 5, 2), Sent(1.0, 0, 2),
)  # fmt: skip
LOADED = (
    Loaded(280.0, 300.0, 3, 1), Loaded(70.0, 300.0, 3, 1), Loaded(75.0, 300.0, 3, 1),
    Loaded(300.0, 300.0, 3, 1), Loaded(310.0, 300.0, 0, 1), Loaded(290.0, 300.0, 0, 3),
    Loaded(40.0, 1000.0, 2, 3), Loaded(36.0, 1000.0, 2, 3), Loaded(120.0, 1000.0, 2, 2),
    Loaded(110.0, 1000.0, 2, 2), Loaded(140.0, 300.0, 1, 1), Loaded(160.0, 300.0, 1, 1),
)  # fmt: skip
OUTS = (
    Out(280.0, 300.0, 10.0, 1.0), Out(150.0, 300.0, 10.0, 1.0), Out(299.0, 300.0, 2.0, 1.0),
    Out(300.0, 300.0, 5.0, 1.0), Out(400.0, 300.0, 5.0, 1.0), Out(100.0, 1000.0, 60.0, 5.0),
    Out(900.0, 1000.0, 30.0, 0.5),
)  # fmt: skip
STATES = ("stable", "vulnerable", "overloaded")


def attempts_of(of: Sent) -> float:
    """Layers multiply: a call of the upper one is all that the lower one tries."""
    most = (of.retries + 1) ** of.layers
    return sum(of.failing**k for k in range(most))


def state_of(of: Loaded) -> str:
    if of.load_per_s >= of.capacity_per_s:
        return "overloaded"
    dead = of.load_per_s * (of.retries + 1) ** of.layers
    return "stable" if dead < of.capacity_per_s else "vulnerable"


def down_of(of: Out) -> float | None:
    if of.load_per_s >= of.capacity_per_s:
        return None
    late = (of.outage_s - of.timeout_s) * of.load_per_s
    return of.outage_s + late / (of.capacity_per_s - of.load_per_s)


def _are_attempts(attempts: Callable[..., Any], of: Sent) -> None:
    case = f"{of.failing:g} fail, {of.retries} retries, {of.layers} layers"
    said = number("what attempts returned", called(case, attempts, *of))
    right = attempts_of(of)
    if isclose(said, right, rel_tol=1e-6):
        return
    one, q = of.retries + 1, of.failing
    seen = f"{case}: {said:g} attempts"
    each = attempts_of(of._replace(layers=1))
    wrong = (
        (float(one**of.layers), "that is if all of them fail. An answer ends it."),
        (float(of.retries**of.layers), "the first attempt is one, too."),
        (attempts_of(of._replace(retries=max(of.retries - 1, 0))), "the first is none of them."),
        (right - 1.0, "the first attempt is one, too."),
        (each, "each layer calls the next one anew."),
        (each * of.layers, "layers do not add up."),
        (each**of.layers, "is a call of the upper layers as likely to fail as an attempt?"),
        (float(one * of.layers), "layers do not add up."),
        (1.0 / (1.0 - q) if q < 1.0 else -1.0, "that is without an end to the retries."),
        (attempts_of(of._replace(layers=of.layers + 1)), "that is one layer more."),
    )
    for value, hint in wrong:
        expect(not isclose(said, value, rel_tol=1e-6), f"{seen}: {hint}")
    raise NotYet(f"{seen}: which chance has the second attempt to be made, and the third?")


def _is_state(state: Callable[..., Any], of: Loaded) -> None:
    case = (
        f"{of.load_per_s:g}/s to a service of {of.capacity_per_s:g}/s, {of.retries} retries, "
        f"{of.layers} layers"
    )
    said = called(case, state, *of)
    expect(said in STATES, f"{case}: state returned {said!r}; it should be one of {STATES}.")
    right = state_of(of)
    if said == right:
        return
    seen = f"{case}: {said}"
    if right == "overloaded":
        raise NotYet(f"{seen}. Is there anything to spare while all is well?")
    expect(said != "overloaded", f"{seen}. While all is well each request is sent once.")
    if right == "stable":
        raise NotYet(f"{seen}. What comes if each attempt fails, and is it more than is done?")
    expect(
        of.load_per_s * (of.retries + 1) ** of.layers != of.capacity_per_s,
        f"{seen}. Does a queue get shorter if as much comes as is done?",
    )
    raise NotYet(f"{seen}. How often is a request sent if each attempt fails, over all layers?")


def _is_down(down_s: Callable[..., Any], of: Out) -> None:
    case = (
        f"{of.load_per_s:g}/s to a service of {of.capacity_per_s:g}/s, which is away for "
        f"{of.outage_s:g} s, time-out {of.timeout_s:g} s"
    )
    said, right = called_for_any(case, down_s, *of), down_of(of)
    if said is None:
        expect(right is None, f"{case}: it does come back. Is there a return?")
        return
    value = number("what down_s returned", said)
    seen = f"{case}: {value:g} s"
    if right is None:
        raise NotYet(f"{seen}. What is to spare for the queue?")
    if isclose(value, right, rel_tol=1e-6):
        return
    spare = of.capacity_per_s - of.load_per_s
    queue = of.outage_s * of.load_per_s
    wrong = (
        (of.outage_s, "what waited in the meantime is still there."),
        (right - of.outage_s, "count from the beginning of the outage."),
        (of.outage_s + queue / spare, "then the queue is empty. Answers are in time before."),
        (of.outage_s + queue / of.capacity_per_s, "others come while it works the queue off."),
        (
            of.outage_s + (of.outage_s - of.timeout_s) * of.load_per_s / of.capacity_per_s,
            "others come while it works the queue off.",
        ),
        (
            of.outage_s + (of.outage_s - of.timeout_s) * of.capacity_per_s / spare,
            "how many came in the outage?",
        ),
    )
    for other, hint in wrong:
        expect(not isclose(value, other, rel_tol=1e-6), f"{seen}: {hint}")
    raise NotYet(f"{seen}: who is the first to be served in time, and when did they come?")


def task_2(
    attempts: Callable[..., Any], state: Callable[..., Any], down_s: Callable[..., Any]
) -> None:
    """How often a request is sent, what a load risks, and how long no retries take."""
    for sent in SENT:
        _are_attempts(attempts, sent)
    for loaded in LOADED:
        _is_state(state, loaded)
    for out in OUTS:
        _is_down(down_s, out)
    print(f"Right, for {len(SENT)} ways to retry, {len(LOADED)} loads and {len(OUTS)} outages.")
