"""Changes by hand: which machines are as written, and the cheapest way to keep a promise of it."""

from collections.abc import Callable, Iterable
from functools import cache
from math import ceil, fsum, isclose
from random import Random
from typing import Any, NamedTuple

from scalelab.models.infrastructure import drift as model
from scalelab.workbook.hint import NotYet, answered, expect, number, several, share

# --- what a record says ---

Change = tuple[float, int, str]  # when (h), of which machine, which setting


class Record(NamedTuple):
    """Changes by hand of some machines; code is applied every so often, until now."""

    machines: int
    declared: frozenset[str]
    changes: tuple[Change, ...]
    every_h: float
    until_h: float


SETTINGS = ("log size", "time-out", "packages", "kernel", "certificates", "cron", "limits")


def drawn(
    seed: int, machines: int, declared: int, n: int, every_h: float, until_h: float
) -> Record:
    """Changes at times that no application of the code meets; nor does the end meet one."""
    chance = Random(seed)
    changes = sorted(
        (
            round(chance.uniform(0.0, until_h), 2) + 0.003,
            chance.randrange(machines),
            chance.choice(SETTINGS),
        )
        for _ in range(n)
    )
    return Record(machines, frozenset(SETTINGS[:declared]), tuple(changes), every_h, until_h)


RECORDS = (
    Record(4, frozenset({"cron"}), ((5.0, 1, "cron"), (20.0, 3, "limits")), 8.0, 50.0),
    Record(3, frozenset({"cron"}), (), 24.0, 100.0),
    Record(2, frozenset(), ((10.0, 0, "cron"), (20.0, 0, "cron"), (30.0, 1, "cron")), 8.0, 50.0),
    Record(2, frozenset({"cron"}), ((10.0, 0, "cron"), (12.0, 0, "cron"), (45.0, 1, "cron")), 24.0,
           47.0),
    drawn(1, 20, 5, 40, 24.0, 700.0),
    drawn(2, 10, 6, 60, 12.0, 307.0),
    drawn(3, 50, 3, 30, 100.0, 1000.0),
)  # fmt: skip


def shares(
    of: Record, ends: Callable[[Record, Change], float], merged: bool = True
) -> tuple[float, float]:
    """Machines that are as written at the end, and the mean of it; ``ends``: when one is undone."""
    wrong_now, wrong_h = set[int](), list[float]()
    until = [0.0] * of.machines  # so long each is known to be wrong
    for change in of.changes:
        at, which, _ = change
        end = min(ends(of, change), of.until_h)
        if ends(of, change) > of.until_h:
            wrong_now.add(which)
        wrong_h.append(max(end - (max(at, until[which]) if merged else at), 0.0))
        until[which] = max(until[which], end)
    whole = of.machines * of.until_h
    return 1.0 - len(wrong_now) / of.machines, 1.0 - fsum(wrong_h) / whole


def undone(of: Record, change: Change) -> float:
    """When code is applied next, if it declares the setting."""
    at, _, setting = change
    return ceil(at / of.every_h) * of.every_h if setting in of.declared else float("inf")


def never(of: Record, change: Change) -> float:
    return float("inf")


def always(of: Record, change: Change) -> float:
    return ceil(change[0] / of.every_h) * of.every_h


def later(of: Record, change: Change) -> float:
    """As long after the change as code is applied apart."""
    return change[0] + of.every_h if change[2] in of.declared else float("inf")


def _of_record(of: Record) -> str:
    return (
        f"{of.machines} machines, {len(of.changes)} changes in {of.until_h:g} h, "
        f"{len(of.declared)} settings declared, applied every {of.every_h:g} h"
    )


def _conform(conforming: Callable[..., Any], of: Record) -> None:
    case, changes = _of_record(of), list(of.changes)
    try:
        said = answered(conforming, of.machines, set(of.declared), changes, of.every_h, of.until_h)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
    now, mean = several("conforming", said, "the share now", "the mean share")
    now, mean = share("the first", now), share("the second", mean)
    right = shares(of, undone)
    seen = f"{case}: {now:.1%} are as written in the end"
    if not isclose(now, right[0], abs_tol=1e-9):
        expect(not isclose(now, 1.0 - right[0], abs_tol=1e-9), f"{seen}. Those are the others.")
        expect(
            not isclose(now, shares(of, never)[0], abs_tol=1e-9),
            f"{seen}. What does the code do when it is applied?",
        )
        expect(
            not isclose(now, shares(of, always)[0], abs_tol=1e-9),
            f"{seen}. Code puts right only what it declares.",
        )
        expect(
            not isclose(now, shares(of, later)[0], abs_tol=1e-9),
            f"{seen}. When is code applied, and when was the change?",
        )
        raise NotYet(f"{seen}. Which machines have a change that nobody has undone?")
    if isclose(mean, right[1], rel_tol=1e-9):
        return
    seen = f"{case}: {mean:.3%} of the time of all machines"
    wrong = (
        (1.0 - right[1], "that is the time in which they are not as written."),
        (right[0], "that is the share at the end. How was it before?"),
        (shares(of, undone, merged=False)[1], "a machine with two changes is not wrong twice."),
        (max(shares(of, undone, merged=False)[1], 0.0),
         "a machine with two changes is not wrong twice."),
        (shares(of, later)[1], "from a change until code is applied next it is not so long."),
        (shares(of, always)[1], "code puts right only what it declares."),
        (shares(of, never)[1], "what does the code do when it is applied?"),
    )  # fmt: skip
    for value, hint in wrong:
        expect(not isclose(mean, value, rel_tol=1e-9), f"{seen}: {hint}")
    raise NotYet(f"{seen}: for how many hours is each machine not as written?")


# --- what it costs to keep a promise ---

DECLARED = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
EVERY_H = (0.5, 1.0, 4.0, 24.0, 168.0)
REPLACE_DAYS = (1.0, 2.0, 7.0, 14.0, 30.0)
HOURS = 8760.0
RECONCILED, IMAGE = "Code, reconciled", "Image, replaced"


class Promise(NamedTuple):
    """Changes by hand of a machine; the share of the year's machines that is to be as written.

    What it costs: to keep one per cent of the settings in code for a year, to apply it, to replace
    all machines.
    """

    changes_per_month: float
    promised: float
    declare_usd: float
    apply_usd: float
    replace_usd: float


PROMISES = (
    Promise(0.25, 0.9, 8.0, 0.05, 200.0),
    Promise(0.25, 0.7, 8.0, 0.5, 40.0),
    Promise(0.25, 0.97, 5.0, 0.05, 60.0),
    Promise(0.02, 0.95, 50.0, 0.5, 10.0),
    Promise(1.0, 0.8, 3.0, 0.02, 300.0),
    Promise(2.0, 0.9, 1.0, 0.01, 50.0),
    Promise(8.0, 0.99, 30.0, 0.1, 5.0),
    Promise(0.1, 0.6, 60.0, 0.05, 400.0),
    Promise(6.0, 0.6, 2.0, 0.4, 100.0),
)


@cache
def as_written(changes_per_month: float, way: str, declared: float, hours: float) -> float:
    """The mean of the year, by the chapter's model."""
    found = model.compare(
        changes_per_month=changes_per_month, declared=declared,
        every_h=hours if way == RECONCILED else model.EVERY_H,
        replace_days=hours / 24.0 if way == IMAGE else model.REPLACE_DAYS,
    )  # fmt: skip
    (fleet,) = (each for each in found if each.way == way)
    return 1.0 - fsum(fleet.wrong) / len(fleet.wrong)


def usd(of: Promise, way: str, declared: float, hours: float) -> float:
    """Of a year."""
    if way == IMAGE:
        return of.replace_usd * HOURS / hours
    return of.declare_usd * 100.0 * declared + of.apply_usd * HOURS / hours


def choices() -> Iterable[tuple[str, float, float]]:
    """Way, share of the settings in code, hours from one time to the next."""
    for declared in DECLARED:
        for every_h in EVERY_H:
            yield RECONCILED, declared, every_h
    for days in REPLACE_DAYS:
        yield IMAGE, model.DECLARED, 24.0 * days


@cache
def least_usd(of: Promise) -> float | None:
    kept = [
        usd(of, *one) for one in choices() if as_written(of.changes_per_month, *one) >= of.promised
    ]
    return min(kept, default=None)


def _of_promise(of: Promise) -> str:
    return (
        f"{of.changes_per_month:g} changes a month, {of.promised:.0%} promised, {of.declare_usd:g} "
        f"USD for a per cent in code, {of.apply_usd:g} to apply, {of.replace_usd:g} to replace"
    )


def _chosen(cheapest: Callable[..., Any], of: Promise) -> tuple[str, float, float] | None:
    case = _of_promise(of)
    expect(callable(cheapest), f"expected a function, got {cheapest!r}.")
    try:
        said = cheapest(*of)
    except NotImplementedError:
        raise NotYet("cheapest is not written yet.") from None
    if said is None:
        return None
    shape = isinstance(said, tuple | list) and (
        (len(said) == 3 and said[0] == RECONCILED) or (len(said) == 2 and said[0] == IMAGE)
    )
    expect(
        shape,
        f"{case}: cheapest returned {said!r}; it should be ({RECONCILED!r}, a share, hours), or "
        f"({IMAGE!r}, days), or None.",
    )
    for value, some in zip(
        said[1:], (DECLARED, EVERY_H) if said[0] == RECONCILED else (REPLACE_DAYS,), strict=True
    ):
        number("what cheapest returned", value)
        expect(value in some, f"{case}: {value!r} is none of {some}.")
    if said[0] == IMAGE:
        return IMAGE, model.DECLARED, 24.0 * float(said[1])
    return RECONCILED, float(said[1]), float(said[2])


def _is_cheapest(of: Promise, said: tuple[str, float, float] | None) -> None:
    case, right = _of_promise(of), least_usd(of)
    if said is None:
        expect(right is None, f"{case}: there is a way.")
        return
    way, declared, hours = said
    kept, price = as_written(of.changes_per_month, *said), usd(of, *said)
    how = (
        f"{declared:.0%} in code, every {hours:g} h" if way == RECONCILED else f"every {hours:g} h"
    )
    seen = f"{case}: {way}, {how}: {kept:.1%} as written, {price:,.0f} USD a year"
    if kept < of.promised:
        at_once = as_written(
            of.changes_per_month, way, declared, 0.5 if way == RECONCILED else 24.0
        )
        expect(
            at_once >= of.promised,
            f"{seen}. To do it more often would not do: what stays wrong for good?",
        )
        raise NotYet(f"{seen}. For how long is a change there until it is put right?")
    assert right is not None
    expect(
        isclose(price, right, rel_tol=1e-9),
        f"{seen}. The promise is kept, but there is a cheaper way: {_dearer(of, said, right)}",
    )


def _dearer(of: Promise, said: tuple[str, float, float], right: float) -> str:
    """What to look at."""
    same = [
        usd(of, *one) for one in choices()
        if one[0] == said[0] and as_written(of.changes_per_month, *one) >= of.promised
    ]  # fmt: skip
    return "the other one." if min(same) > right else "the same, with other numbers."


def task_4(conforming: Callable[..., Any], cheapest: Callable[..., Any]) -> None:
    """Shares from records of changes, and the least that it costs to promise one."""
    for of in RECORDS:
        _conform(conforming, of)
    for promise in PROMISES:
        _is_cheapest(promise, _chosen(cheapest, promise))
    print(f"Right, for {len(RECORDS)} records and {len(PROMISES)} promises.")
