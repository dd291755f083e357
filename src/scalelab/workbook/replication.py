"""Checks of the replication workbook: each prints that all is well, or raises a hint.

Goals are checked on several seeds or settings, most of them not those of the notebook, so an
answer has to be right for the reason asked for. A hint says what is wrong, not what is right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf, isclose, log1p
from typing import Any

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.replication.apply import visible_times as in_order
from scalelab.labs.replication.lag import lab as lag_lab
from scalelab.models.replication import durability
from scalelab.theory.replication.lag import sale_behind, sale_peak
from scalelab.theory.replication.read_write_split import Split
from scalelab.workbook.hint import NotYet, answered, expect, number
from scalelab.workbook.outage import LEAST_S, Wreck, silences, wreck
from scalelab.workbook.readings import readings
from scalelab.workbook.sessions import REPLICAS, Traffic, traffic

SEEDS = (11, 12, 13)

READ_OFF = 0.6  # s; the summary has whole seconds

PRIMARY = -1
AT_PRIMARY = 0.1  # of all reads; a pin of two seconds sends a fifth there
AT_ONE = 0.5  # no replica shall answer more of them

MOST_REPLICAS = 5

MONTHS = 12  # records that an answer is judged on
DEARER = 1.15  # times what the best time-out for these would cost

MOST_BUSY = 0.7
CORES = 8


def task_1(prediction: Any, one_worker: Any, four_workers: Any, batch: Any) -> None:
    """When the replica has caught up: after the sale, with more workers, after a batch job."""
    guess = number("prediction", prediction)
    _read_from_lab("one_worker", one_worker)
    _read_from_lab("four_workers", four_workers, n_workers=4)
    _read_from_lab("batch", batch, n_workers=4, factor=1.0, batch_s=30)
    print(f"Right. Your prediction was {abs(guess - float(four_workers)):.0f} s off.")


def _read_from_lab(name: str, given: Any, **settings: float) -> None:
    value = number(name, given)
    read = readings(lag_lab, **settings)
    if abs(value - read["behind"]) <= READ_OFF:
        return
    seen = f"{name} = {value:g}"
    expect(
        abs(value - read["largest"]) > 0.1,
        f"{seen} is the largest lag. The question is after how long the replica has caught up.",
    )
    for reading, what in (
        ("fluid_behind", "the forecast, which forgets chance"),
        ("low", "the lowest run"),
        ("high", "the highest run"),
    ):
        expect(
            abs(value - read[reading]) > READ_OFF,
            f"{seen} is {what}. The question is what the runs took on average.",
        )
    expect(
        not settings or abs(value - readings(lag_lab)["behind"]) > READ_OFF,
        f"{seen} is what the lab says as it opens. Which control has to be moved?",
    )
    label = {control.name: control.label for control in lag_lab.controls}
    changed = [f"“{label[key]}” set to {setting:g}" for key, setting in settings.items()]
    raise NotYet(
        f"{seen} is not when the replica has caught up, {' and '.join(changed) or 'as it opens'}. "
        "Press Reset, set only that, and read the sentence below the chart."
    )


def task_2(behind_s: Callable[..., Any]) -> None:
    """How long there is a lag after a sale begins."""
    for used, factor, sale_s in (
        (0.8, 3.0, 20.0),
        (0.5, 4.0, 60.0),
        (0.3, 3.0, 60.0),
        (0.6, 5.0, 10.0),
        (1.0, 2.0, 30.0),
        (0.9, 1.0, 30.0),
    ):
        value = number("behind_s(...)", answered(behind_s, used, factor, sale_s))
        right = inf if used >= 1.0 else sale_behind(used, factor, sale_s)
        if isclose(value, right, rel_tol=1e-3):
            continue
        case = f"{used:.0%} busy, {factor:g} times the writes for {sale_s:g} s: {value:.4g} s"
        expect(used < 1.0, f"{case}? The replica is full without a sale. Say np.inf for never.")
        expect(
            right > 0.0, f"{case}? In the sale the replica is {used * factor:.0%} busy: no backlog."
        )
        expect(
            not isclose(value, right - sale_s, rel_tol=1e-3),
            f"{case} are counted from the sale's end. Count from its beginning.",
        )
        expect(
            not isclose(value, sale_peak(used, factor, sale_s), rel_tol=1e-3),
            f"{case} is the largest lag. To work it off takes time, in which more writes come.",
        )
        expect(
            not isclose(value, used * (factor - 1.0) * sale_s, rel_tol=1e-3),
            f"{case} would be enough if nothing came after the sale.",
        )
        raise NotYet(
            f"{case}. How much work comes in one second of the sale that one second of the "
            "replica cannot do? How much can a quiet second work off?"
        )
    print("Right, six times: also for a sale that nobody notices, and for one that never ends.")


def task_3(visible_times: Callable[..., Any]) -> None:
    """When a replica with several workers, which commits in order, shows each transaction."""
    for workers, seed in ((1, 11), (4, 12), (8, 13), (3, 14)):
        arrived, work = transactions(seed)
        given = answered(visible_times, arrived.copy(), work.copy(), workers)
        visible = np.asarray(given)
        expect(
            visible.shape == arrived.shape and visible.dtype.kind in "if",
            f"visible_times should give one number for each of {arrived.size} transactions.",
        )
        _could_be(visible.astype(float), arrived, work, workers)
        right = in_order(arrived, work, workers, inf, inf)
        late = np.flatnonzero(visible > right + 1e-6)
        if late.size:
            i = int(late[0])
            raise NotYet(
                f"With {workers} workers, number {i} is visible at {visible[i]:.3f} s, and could "
                f"be at {right[i]:.3f} s: it had come, a worker was free, and all before it were "
                "visible."
            )
    print("Right, for 1, 3, 4 and 8 workers, and for a batch job in their midst.")


def transactions(seed: int, count: int = 2000) -> tuple[Floats, Floats]:
    """When transactions come (s), and how much work each is; one is a batch job."""
    chance = np.random.default_rng(seed)
    arrived = np.cumsum(chance.exponential(0.01, count))
    work = chance.exponential(0.008, count)
    work[count // 2] = 2.0
    return arrived, work


def _could_be(visible: Floats, arrived: Floats, work: Floats, workers: int) -> None:
    """No transaction is visible before it can be."""
    one_before, one_that_held = visible.copy(), visible - work
    one_before[1:] = visible[:-1]
    one_that_held[workers:] = visible[:-workers]
    for earliest, hint in (
        (arrived + work, "is visible before it has come and been worked on."),
        (one_before, "is visible before the one that committed before it."),
        (
            one_that_held + work,
            "began before a worker was free. Who is done early keeps its transaction, and waits, "
            "until all before it are visible.",
        ),
    ):
        early = np.flatnonzero(visible < earliest - 1e-6)
        if early.size:
            many = "one worker" if workers == 1 else f"{workers} workers"
            raise NotYet(f"With {many}, number {early[0]} {hint}")


@dataclass
class Played:
    """What a router did: reads at each replica and at the primary (the last), reads that broke a
    promise."""

    reads: list[int]
    own_missed: int = 0
    went_back: int = 0

    @property
    def shares(self) -> list[float]:
        return [count / sum(self.reads) for count in self.reads]


def play(route: Callable[..., Any], note: Callable[..., Any], seen: Traffic) -> Played:
    """Answer all requests as ``route`` says, and tell ``note`` what each customer has seen."""
    played = Played([0] * (REPLICAS + 1))
    memory: dict[int, dict[str, Any]] = {}
    wrote: dict[int, int] = {}
    saw: dict[int, int] = {}
    for request in seen.requests:
        who, now = request.customer, request.time
        session = memory.setdefault(who, {})
        position = seen.head(now) + 1
        if request.writes:
            wrote[who] = position
        else:
            where = _server(answered(route, session, seen.reports(now), now))
            played.reads[where] += 1
            if where != PRIMARY:
                position = seen.position(where, now)
            played.own_missed += position < wrote.get(who, 0)
            played.went_back += position < saw.get(who, 0)
            saw[who] = max(position, saw.get(who, 0))
        _told(note, session, request.writes, position, now)
    return played


def _told(note: Callable[..., Any], *arguments: Any) -> None:
    try:
        note(*arguments)
    except NotImplementedError:
        raise NotYet("note is not written yet.") from None


def _server(said: Any) -> int:
    if isinstance(said, bool) or said not in range(PRIMARY, REPLICAS):
        raise NotYet(
            f"route says {said!r}; it should be the number of a replica, 0 to {REPLICAS - 1}, or "
            f"{PRIMARY} for the primary."
        )
    return int(said)


def task_4(route: Callable[..., Any], note: Callable[..., Any]) -> None:
    """A router that keeps two promises and spares the primary."""
    worst = 0.0
    for seed in SEEDS:
        played = play(route, note, traffic(seed))
        case = f"Of {sum(played.reads):,} reads in five minutes"
        expect(
            played.own_missed == 0,
            f"{case}, {played.own_missed} miss what the same customer had written.",
        )
        expect(
            played.went_back == 0,
            f"{case} none misses a customer's own write, but {played.went_back} show an older "
            "state than an earlier read did. What else does a session have to remember?",
        )
        *replicas, primary = played.shares
        expect(
            primary <= AT_PRIMARY,
            f"{case} all are right, but {primary:.0%} are at the primary; at most "
            f"{AT_PRIMARY:.0%} should be. Is there no replica that has what is needed?",
        )
        expect(
            max(replicas) <= AT_ONE,
            f"{case} all are right, but one replica answers {max(replicas):.0%} and another "
            f"{min(replicas):.0%}. Whoever has enough may answer.",
        )
        worst = max(worst, primary)
    print(f"Right: no promise was broken, and {worst:.1%} of the reads at most are at the primary.")


def task_5(aftermath: Callable[..., Any]) -> None:
    """Who takes over, and which orders are gone that customers were told are placed."""
    for seed in (21, 22, 23, 24):
        seen = wreck(seed)
        said = answered(aftermath, list(seen.replicas), list(seen.orders))
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("aftermath should return two things: a name, and a list of numbers.")
        name, lost = said
        _is_heir(name, seen)
        if not isinstance(lost, list | tuple | set | frozenset):
            raise NotYet(f"The lost orders are {lost!r}; a list of their numbers is asked for.")
        _are_lost(set(lost), name, seen)
    print("Right, after four failures that you have not seen.")


def _is_heir(name: Any, seen: Wreck) -> None:
    by_name = {one.name: one for one in seen.replicas}
    expect(name in by_name, f"{name!r} takes over? There is no replica of that name.")
    said = by_name[name]
    expect(said.alive, f"{name} takes over, but it died with the primary.")
    alive = [one for one in seen.replicas if one.alive]
    epoch = max(one.epoch for one in alive)
    expect(
        said.epoch == epoch,
        f"{name} takes over, with records of epoch {said.epoch}. There are replicas with those of "
        f"epoch {epoch}: what {name} has beyond its old primary's end is void.",
    )
    best = max(one.received for one in alive if one.epoch == epoch)
    expect(
        said.received == best,
        f"{name} takes over, with the log until {said.received}; another replica of its epoch has "
        f"it until {best}. Is it applied or received that counts?",
    )


def _are_lost(lost: set[Any], name: str, seen: Wreck) -> None:
    heir = next(one for one in seen.replicas if one.name == name)
    gone = {one.number for one in seen.orders if one.position > heir.received}
    told = {one.number for one in seen.orders if one.told}
    right = gone & told
    if lost == right:
        return
    case = f"After one failure, {name} takes over and you count {len(lost)} orders as lost"
    expect(
        lost != gone,
        f"{case}. To some of these customers nobody has said that their order is placed.",
    )
    unapplied = {one.number for one in seen.orders if one.position > heir.applied}
    expect(
        lost not in (unapplied, unapplied & told),
        f"{case}: what is not applied yet. A replica applies all that it has received before it "
        "takes over.",
    )
    edge = {one.number for one in seen.orders if one.position >= heir.received}
    expect(
        lost not in (edge & told, edge),
        f"{case}: one too many. The record at position {heir.received} is there.",
    )
    raise NotYet(
        f"{case}: {len(lost - right)} are not, and {len(right - lost)} more are. An order is lost "
        "if its customer was told, and the heir's log ends before it."
    )


def task_6(cheapest: Callable[..., Any]) -> None:
    """The fewest replicas, and how many to wait for, so that nothing is lost and commits are fast.

    The p99s asked for are a tenth at least away from all that replicas give.
    """
    for died, placement, stall_share, slo_ms in (
        (0, "other zones", 0.02, 8.0),
        (1, "other zones", 0.02, 8.0),
        (1, "other zones", 0.02, 200.0),
        (2, "other zones", 0.02, 8.0),
        (1, "another region", 0.02, 150.0),
        (1, "another region", 0.02, 40.0),
        (2, "other zones", 0.1, 20.0),
        (1, "other zones", 0.001, 8.0),
    ):
        said = answered(cheapest, died, placement, stall_share, slo_ms)
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("cheapest should return two numbers: of replicas, and to wait for.")
        n, k = (number("cheapest(...)", one) for one in said)
        right = _cheapest(died, placement, stall_share, slo_ms)
        if (n, k) == right:
            continue
        where = f"in {placement}, stalled {stall_share:.1%} of the time"
        case = f"Replicas {where}; {died} die with the primary; {slo_ms:g} ms"
        case = f"{case}: {n:g}, and wait for {k:g}"
        expect((n, k) != (0, 0), f"{case}? There is a number that is enough.")
        expect(
            1 <= k <= n <= MOST_REPLICAS and k == int(k) and n == int(n),
            f"{case}? Whole numbers, at most {MOST_REPLICAS}, and no more to wait for than are "
            "there. Say (0, 0) if no number is enough.",
        )
        expect(
            k > died,
            f"{case}. Those {k:g} that have a commit may be among the {died} that die. That they "
            "seldom are is luck.",
        )
        p99 = _p99(int(n), int(k), placement, stall_share)
        expect(
            p99 <= slo_ms, f"{case}. 1 commit in 100 takes {p99:.0f} ms. Say (0, 0) if none is fit."
        )
        expect(k == died + 1, f"{case}: safe and fast, and so it is with fewer to wait for.")
        raise NotYet(f"{case}: safe and fast, and so are fewer replicas.")
    print("Right, eight times; in one case no number of replicas is fast enough.")


def _cheapest(died: int, placement: str, stall_share: float, slo_ms: float) -> tuple[int, int]:
    k = died + 1
    for n in range(k, MOST_REPLICAS + 1):
        if _p99(n, k, placement, stall_share) <= slo_ms:
            return n, k
    return 0, 0


@cache
def _p99(n: int, k: int, placement: str, stall_share: float) -> float:
    return durability.simulate(
        "Any k", n_replicas=n, k=k, placement=placement, stall_share=stall_share
    ).p99


def task_7(timeout_s: Callable[..., Any]) -> None:
    """A time-out chosen on one month's record, paid for in the months after it."""
    for fleet in SEEDS:
        for failures, switch_s in ((20, 60.0), (100, 20.0)):
            given = answered(timeout_s, silences(fleet, 0), failures, switch_s)
            chosen = number("timeout_s(...)", given)
            case = (
                f"With {failures} failures a month, {switch_s:g} s for a failover and a time-out "
                f"of {chosen:.3g} s"
            )
            expect(
                chosen >= LEAST_S,
                f"{case}? One late heartbeat is longer. The record begins at {LEAST_S:g} s.",
            )
            months = [silences(fleet, month) for month in range(1, MONTHS + 1)]
            later = np.sort(np.concatenate(months))
            cost = monthly_cost_s(later, chosen, failures, switch_s)
            least = min(
                monthly_cost_s(later, one, failures, switch_s) for one in np.arange(2.0, 100.0, 0.1)
            )
            if cost <= DEARER * least:
                continue
            waits = failures * chosen
            expect(
                waits < cost / 2.0,
                f"{case}, the shop waits {waits:,.0f} s a month for failures to be noticed, of "
                f"{cost:,.0f} s that it is down in all: {cost / least:.1f} times what it need be. "
                "Is the longest silence worth being waited for?",
            )
            raise NotYet(
                f"{case}, false alarms cost {cost - waits:,.0f} s in a later month, of "
                f"{cost:,.0f} s that the shop is down in all: {cost / least:.1f} times what it "
                "need be. How many silences of the record are longer?"
            )
    print(f"Right: in later months at most {DEARER - 1:.0%} above what the best one would cost.")


def monthly_cost_s(later: Floats, timeout_s: float, failures: float, switch_s: float) -> float:
    """Seconds a month that shops are down, of those that the time-out changes.

    ``later`` are the silences of `MONTHS` months, in order of length.
    """
    alarms = (later.size - np.searchsorted(later, timeout_s, side="right")) / MONTHS
    return float(failures * timeout_s + alarms * switch_s)


def task_8(plan: Callable[..., Any]) -> None:
    """How many replicas, and when they no longer help."""
    for rate, write_share, apply_share, failed, growth in (
        (20_000, 0.1, 0.8, 1, 0.2),
        (12_000, 0.1, 0.5, 1, 0.5),
        (12_000, 0.1, 0.5, 2, 0.5),
        (8000, 0.05, 1.0, 1, 1.0),
        (30_000, 0.1, 0.5, 1, 0.5),
        (6000, 0.3, 0.5, 2, 0.3),
    ):
        said = answered(plan, rate, write_share, apply_share, failed, growth)
        if not (isinstance(said, tuple | list) and len(said) == 2):
            raise NotYet("plan should return two numbers: replicas, and months.")
        replicas, months = (number("plan(...)", one) for one in said)
        split = _split(write_share, apply_share)
        right = split.replicas_for(rate, failed) or 0
        case = f"{rate:,} requests/s, {write_share:.0%} write, applying is {apply_share:.0%} of "
        case = f"{case}executing, {failed} may be down"
        _are_enough(replicas, right, case, rate, failed, split)
        _is_month(months, f"{case}: {months:.4g} months", rate, growth, split)
    print("Right, six times; for one of these shops it is too late for replicas.")


def _split(write_share: float, apply_share: float) -> Split:
    return Split(write_share, 1.0, 2.0, apply_share, 1000.0 * CORES * MOST_BUSY)


def _are_enough(
    replicas: float, right: int, case: str, rate: float, failed: int, split: Split
) -> None:
    if replicas == right:
        return
    case = f"{case}: {replicas:g} replicas"
    expect(right > 0, f"{case}. The primary's writes alone are too much for it: say 0.")
    expect(
        0 < replicas < inf and replicas == int(replicas), f"{case}? Some whole number is enough."
    )
    for other, what in (
        (_split(split.write_share, 0.0), "if applying the writes were no work for a replica."),
        (_split(split.write_share, 1.0), "if applying a write were as much work as executing it."),
    ):
        expect(
            split.apply_share == other.apply_share or replicas != other.replicas_for(rate, failed),
            f"{case} would be right {what}",
        )
    expect(replicas >= right - failed, f"{case} are too few even while all are up.")
    expect(replicas > right, f"{case} are enough while all are up. {failed} may be down.")
    raise NotYet(f"{case} are enough, and so are fewer.")


def _is_month(months: float, case: str, rate: float, growth: float, split: Split) -> None:
    right = split.months(rate, growth)
    if isclose(months, right, rel_tol=1e-3, abs_tol=1e-6):
        return
    room = split.write_ceiling / rate
    expect(right > 0.0, f"{case}. The writes fill the primary today: say 0.")
    expect(
        not isclose(months, 12.0 * (room - 1.0) / growth, rel_tol=1e-3),
        f"{case}. Growth is on what there is by then, as with interest.",
    )
    expect(not isclose(12.0 * months, right, rel_tol=1e-3), f"{case}? These are years.")
    full = split.capacity / MOST_BUSY / split.writes / rate
    expect(
        not isclose(months, 12.0 * np.log(full) / log1p(growth), rel_tol=1e-3),
        f"{case}. Then the primary is 100% busy; {MOST_BUSY:.0%} is what is allowed.",
    )
    raise NotYet(
        f"{case}. Which work of the primary is left when all reads are at replicas, and when is "
        "that as much as it may do?"
    )
