"""The workbook on architectural patterns: other right answers, what must not do, and its models."""

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import groupby, product
from random import Random
from typing import Any

import pytest

from scalelab.labs.patterns import event_log as event_log_lab
from scalelab.labs.patterns import fan_out as fan_out_lab
from scalelab.models.patterns import cqrs, event_log, fan_out, leaks
from scalelab.workbook import (
    compensations,
    consumers,
    deadlines,
    hedges,
    lazy_lists,
    query_models,
    read_models,
)
from scalelab.workbook import patterns as check
from scalelab.workbook.hint import NotYet
from scalelab.workbook.readings import readings

# --- 1 ---


def test_what_is_read_off_is_what_the_models_say() -> None:
    found = readings(fan_out_lab.lab, **check.BUSIER)
    page_ms = fan_out.ask(**check.BUSIER).page_ms  # type: ignore[arg-type]
    assert found["page_p50"] == page_ms[fan_out.ALL].p50  # type: ignore[union-attr]
    assert found["hedged_p99"] == page_ms[fan_out.HEDGED].p99  # type: ignore[union-attr]
    five_h = readings(event_log_lab.lab, **check.FIVE)["slow"]
    assert five_h == event_log.event_log(**check.FIVE).catch_up_h  # type: ignore[arg-type]


def test_the_earliest_hedge_is_no_close_call() -> None:
    extra = [check.sent_twice(each) for each in check.DELAYS_MS]
    assert all(abs(each / check.BUDGET - 1.0) > 0.05 for each in extra)
    assert any(check.within_budget(each) for each in check.DELAYS_MS[:-2])
    assert not check.within_budget(30.0)  # as the lab opens


# --- 2 ---


def right_costs(orders: int, each: int, collections: int, batch: int) -> Any:
    """With lists of what is asked."""
    row_by_row = ["orders", *(i for i in range(orders) for _ in range(collections))]
    batches = ["orders", *(i for _ in range(collections) for i in range(0, orders, batch))]
    rows = orders + sum(each for _ in range(orders * collections))
    combined = sum(1 for _ in product(range(each), repeat=collections)) * orders
    return [[len(row_by_row), rows], [len(batches), rows], [1, combined]]


def two_joins(db: lazy_lists.Database, customer: str) -> list[Any]:
    """One for each collection, which has the orders with nothing in it, too."""
    lines: dict[int, list[Any]] = {}
    for number, article, pieces in db.query(
        "SELECT number, article, pieces FROM orders LEFT JOIN lines ON order_number = number "
        "WHERE customer = ? ORDER BY placed DESC, number DESC, position", customer
    ):  # fmt: skip
        lines.setdefault(number, []).extend([[article, pieces]] if article else [])
    notes = defaultdict(list)
    for number, text in db.query(
        "SELECT number, text FROM orders JOIN notes ON order_number = number "
        "WHERE customer = ? ORDER BY number, written", customer
    ):  # fmt: skip
        notes[number].append(text)
    return [[number, tuple(each), notes[number]] for number, each in lines.items()]


def one_union(db: lazy_lists.Database, customer: str) -> list[Any]:
    """A single query, whose rows are of three kinds."""
    rows = db.query(
        "WITH mine AS (SELECT number, placed FROM orders WHERE customer = ?) "
        "SELECT placed, number, 0, 0, '', 0 FROM mine UNION ALL "
        "SELECT placed, number, 1, position, article, pieces FROM lines "
        "JOIN mine ON number = order_number UNION ALL "
        "SELECT placed, number, 2, written, text, 0 FROM notes "
        "JOIN mine ON number = order_number ORDER BY 1 DESC, 2 DESC, 3, 4", customer
    )  # fmt: skip
    found = []
    for number, group in groupby(rows, key=lambda row: row[1]):
        each = list(group)
        lines = [(row[4], row[5]) for row in each if row[2] == 1]
        found.append((number, lines, [row[4] for row in each if row[2] == 2]))
    return found


@pytest.mark.parametrize("page", [two_joins, one_union])
def test_other_lists_pass(page: Callable[..., Any]) -> None:
    check.task_2(page, right_costs)


@pytest.mark.parametrize("collections", [1, 2, 3])
@pytest.mark.parametrize("orders", [1, 7, 200])
def test_queries_and_rows_are_those_of_the_chapter(orders: int, collections: int) -> None:
    found = leaks.load(orders, children=5, collections=collections, batch=30)
    mine = lazy_lists.costs_of(lazy_lists.List(orders, 5, collections, 30))
    assert [(each.queries, each.rows) for each in found.values()] == list(mine)


def test_a_database_holds_what_was_bought() -> None:
    for of in lazy_lists.SHOPS:
        db, orders = lazy_lists.database(of), lazy_lists.bought(of)
        every = [one for each in orders.values() for one in each]
        assert len(db.query("SELECT * FROM orders")) == len(every)
        assert len(db.query("SELECT * FROM lines")) == sum(len(one.lines) for one in every)
        assert db.rows == sum(1 + len(one.lines) for one in every)
    kinds = {(not one.lines, not one.notes) for one in every}
    assert kinds == set(product((True, False), repeat=2))


def test_lists_have_days_with_several_orders() -> None:
    (ada, *_) = lazy_lists.bought(lazy_lists.SHOPS[1]).values()
    assert max(Counter(one.placed for one in ada).values()) > 1


# --- 3 ---


def late_by_counting(times: list[float], t: float, delay: float) -> float:
    """All pairs of times, but those that are alike together."""
    first = [each for each in times if each > t]
    if t < delay:
        return len(first) / len(times)
    second = [each for each in times if each + delay > t]
    return len(first) * len(second) / len(times) ** 2


def delay_by_rank(times: list[float], budget: float) -> float:
    """So many may be later than it."""
    later = math.floor(budget * len(times))
    return 0.0 if later >= len(times) else sorted(times)[len(times) - later - 1]


def page_by_bisection(times: list[float], leaves: int, q: float, delay: float) -> float:
    ordered, n = sorted(times), len(times)

    def above(t: float) -> float:
        return (n - bisect.bisect_right(ordered, t)) / n

    ends = sorted(set(ordered) | {each + delay for each in ordered})
    for t in ends:
        both = above(t) * (above(t - delay) if t >= delay else 1.0)
        if leaves * math.log1p(-both) >= math.log(q) if both < 1.0 else False:
            return t
    raise AssertionError


def test_other_hedges_pass() -> None:
    check.task_3(late_by_counting, delay_by_rank, page_by_bisection)


@pytest.mark.parametrize("of", [hedges.PAGES[i] for i in (0, 1, 4, 7, 9)])
def test_pages_are_those_that_are_drawn(of: hedges.Page) -> None:
    chance, times, runs = Random(1), hedges.times_ms(of.leaf), 1500
    there = 0
    right = hedges.page_of(of)
    for _ in range(runs):
        slowest = 0.0
        for _ in range(of.leaves):
            first = chance.choice(times)
            if first > of.delay_ms:
                first = min(first, of.delay_ms + chance.choice(times))
            slowest = max(slowest, first)
            if slowest > right:
                break
        there += slowest <= right
    share = hedges.in_time(of, right)
    assert share >= of.q
    assert abs(there / runs - share) < 4.5 * math.sqrt(share * (1.0 - share) / runs) + 1e-9


@pytest.mark.parametrize("of", hedges.PAGES)
def test_no_page_is_a_close_call(of: hedges.Page) -> None:
    times = hedges.times_ms(of.leaf)
    ends = {*times, *(of.delay_ms + each for each in times)}
    right = hedges.page_of(of)
    near = sorted(each for each in ends if right * 0.8 <= each <= right * 1.2)
    assert all(abs(hedges.in_time(of, each) - of.q) > 1e-9 for each in near)


@pytest.mark.parametrize("of", hedges.DELAYS)
def test_no_budget_is_a_close_call(of: hedges.Delay) -> None:
    calls = of.budget * of.leaf.calls
    assert of.budget in (0.0, 1.0) or 0.01 < calls % 1.0 < 0.99


# --- 4 ---


def in_pieces(here: Any, left_ms: float) -> bool:
    """Counts down what is left in place of a moment."""
    left_ms -= here.waited_ms
    for step in here.steps:
        if left_ms <= 0:
            return False
        began_ms = here.now_ms()
        ok = True
        if step.calls:
            given_ms = step.most_ms if step.most_ms < left_ms else left_ms
            ok = here.call(step, given_ms) or step.optional
        else:
            here.work(step)
        left_ms -= here.now_ms() - began_ms
        if not ok:
            return False
    return left_ms >= 0


def test_another_deadline_passes() -> None:
    check.task_4(in_pieces)


def test_worlds_are_in_time_and_late_and_clocks_differ() -> None:
    ends: Counter[tuple[bool, bool]] = Counter()

    def serve(here: Any, left_ms: float) -> bool:
        answer = deadlines.serve_of(here, left_ms)
        ends[answer, here._at_ms >= here._until_ms] += 1
        return answer

    check.task_4(serve)
    assert min(ends[True, False], ends[False, True], ends[False, False]) > 20
    worlds = [one for seed in deadlines.SEEDS for one in deadlines.world(seed).values()]
    assert len({one.ahead_ms for one in worlds}) > 3
    assert sum(one.waits_ms > 0 for one in worlds) > 50
    optional = [step.optional for one in worlds for step in one.steps if step.calls]
    assert 0.2 < sum(optional) / len(optional) < 0.6


# --- 5 ---


class AllKept:
    """Keeps every event and looks through them when it is asked."""

    def __init__(self) -> None:
        self.events: set[Any] = set()

    def handle(self, event: Any) -> None:
        self.events.add(event)

    def order(self, number: int, version: int = 0) -> Any:
        mine = [
            one
            for one in self.events
            if isinstance(one, read_models.Changed) and one.order == number
        ]
        newest = max(mine, key=lambda one: one.version, default=None)
        if newest is None:
            return read_models.LATER if version else None
        return read_models.LATER if newest.version < version else newest.state

    def stock(self, article: str) -> int:
        return sum(
            one.pieces
            for one in self.events
            if isinstance(one, read_models.Moved) and one.article == article
        )


def test_another_read_model_passes() -> None:
    check.task_5(AllKept)


def test_events_come_late_and_twice() -> None:
    late = twice = after_removal = 0
    for seed in read_models.SEEDS:
        rule, seen = read_models.ReadModel(), set()
        for step in read_models.steps(seed):
            if isinstance(step, read_models.Question):
                continue
            twice += step in seen
            seen.add(step)
            if isinstance(step, read_models.Changed):
                newest = rule.newest.get(step.order)
                late += newest is not None and newest.version > step.version
                after_removal += newest is not None and newest.state is None
            rule.handle(step)
    assert min(late, twice, after_removal) > 50


def test_one_world_is_in_order() -> None:
    """So that the first hints are about what is simple."""
    versions: dict[int, int] = {}
    for step in read_models.steps(1):
        if isinstance(step, read_models.Changed):
            assert step.version == versions.get(step.order, 0) + 1
            versions[step.order] = step.version


# --- 6 ---


def hours_by_partition(
    rates: list[float], consumers: int, speed: float, stopped: float
) -> float | None:
    """In turn, with a dictionary, and a group by itself."""
    shares: dict[int, float] = {}
    for i, rate in enumerate(rates):
        shares[i % consumers] = shares.get(i % consumers, 0.0) + rate
    hours = []
    for share in shares.values():
        if share >= speed:
            return None
        waits = share * 3600.0 * stopped
        hours.append(waits / (speed - share) / 3600.0)
    return max(hours)


def fewest_by_search(rates: list[float], speed: float, stopped: float, within: float) -> int | None:
    takes = ((n, hours_by_partition(rates, n, speed, stopped)) for n in range(1, len(rates) + 1))
    return next((n for n, hours in takes if hours is not None and hours <= within), None)


def test_other_hours_pass() -> None:
    check.task_6(hours_by_partition, fewest_by_search)


@pytest.mark.parametrize("of", consumers.LOGS)
def test_hours_are_those_of_partitions_that_are_played(of: consumers.Log) -> None:
    """In steps of a quarter of a minute, each consumer reads where most waits."""
    right = consumers.hours_of(of)
    if right is None or right > 20.0:
        return
    step_h, last = 1.0 / 240.0, 0.0
    for first in range(min(of.consumers, len(of.rates_per_s))):
        rates = of.rates_per_s[first :: of.consumers]
        waits, hours = [rate * of.stopped_h for rate in rates], 0.0
        while max(waits) > 1e-9:
            hours += step_h
            waits = [wait + rate * step_h for wait, rate in zip(waits, rates, strict=True)]
            can = of.speed_per_s * step_h
            while can > 1e-12 and max(waits) > 0.0:
                most = waits.index(max(waits))
                read = min(can, waits[most])
                waits[most], can = waits[most] - read, can - read
        last = max(last, hours)
    assert last == pytest.approx(right, abs=2.0 * step_h, rel=1e-3)


@pytest.mark.parametrize("n", [4, 5, 6, 8, 12, 16])
def test_hours_are_those_of_the_chapter_without_its_day(n: int) -> None:
    lab = event_log.event_log(consumers=n, peak_per_s=1200.0, swing=0.0)
    right = consumers.hours_of(consumers.Log((100.0,) * 12, n, 400.0, 1.0))
    assert lab.catch_up_h == pytest.approx(right, rel=1e-2)


@pytest.mark.parametrize("of", consumers.PROMISES)
def test_no_promise_to_catch_up_is_a_close_call(of: consumers.Promise) -> None:
    for n in range(1, len(of.rates_per_s) + 1):
        hours = consumers.hours_of(consumers.Log(of[0], n, of.speed_per_s, of.stopped_h))
        assert hours is None or abs(hours / of.within_h - 1.0) > 0.01


def test_no_number_of_consumers_is_right_for_all() -> None:
    for n in (*range(1, 13), None):
        with pytest.raises(NotYet):
            check.task_6(hours_by_partition, lambda *_, n=n: n)


# --- 7 ---


def with_a_journal(order: str, steps: list[str], shop: Any) -> bool:
    """Writes down each step that is done or undone, and how it ends."""
    known = shop.read()
    if "undone" in known or "done" in known:
        return "done" in known
    key = f"{order}/{len(steps)}"
    back = "back" in known
    at = sum(each.startswith("did ") for each in known)
    while not back and at < len(steps):
        if shop.do(steps[at], f"{key}/{steps[at]}"):
            shop.write(f"did {steps[at]}")
            at += 1
        else:
            shop.write("back")
            back = True
    if not back:
        shop.write("done")
        return True
    for step in steps[:at][::-1]:
        if f"undid {step}" in known:
            continue
        while not shop.undo(step, f"{key}/{step}"):
            continue
        shop.write(f"undid {step}")
    shop.write("undone")
    return False


def by_recursion(order: str, steps: list[str], shop: Any) -> bool:
    """What is behind a step decides whether it stays."""
    failed = (shop.read() or [None])[0]

    def ends_well(i: int) -> bool:
        if i == len(steps):
            return True
        key = f"{steps[i]} of {order}"
        if failed is None:
            if not shop.do(steps[i], key):
                shop.write(steps[i])
                return False
        elif failed == steps[i]:
            return False
        if ends_well(i + 1):
            return True
        while not shop.undo(steps[i], key):
            pass
        return False

    return ends_well(0)


@pytest.mark.parametrize("run", [with_a_journal, by_recursion])
def test_other_sagas_pass(run: Callable[..., bool]) -> None:
    check.task_7(run)


def test_workers_die_at_each_operation_of_an_answer() -> None:
    most = 0
    for of in compensations.CASES:
        world = compensations.World(of)
        _, count = compensations._ran(by_recursion, world, "order 7", compensations.Fate(), "x")
        most = max(most, count)
    assert most <= len(compensations.AT)


def test_a_dead_worker_has_no_more_effects() -> None:
    world = compensations.World(compensations.Case(("pay",), None, 0, 0))
    shop = compensations.Shop(world, "order 7", compensations.Fate(1))
    for operation in (lambda: shop.do("pay", "k"), shop.read, lambda: shop.write("x")):
        with pytest.raises(compensations.Died):
            operation()
    assert not world.effects
    assert not world.written


# --- 8 ---


def by_number_of_shards(writes_per_s: float, queries: list[query_models.Query]) -> Any:
    """For each number of shards the best of all ways, from what each adds."""
    q, best = query_models, None
    for shards in range(1, q.MOST_SHARDS + 1):
        for log in (False, True):
            base_ms = writes_per_s * (q.WRITE_MS + log * q.EVENT_MS) / shards
            base = q.MACHINES_PER_SHARD * shards + log * q.LOG_MACHINES
            partial = [(base, base_ms, tuple[str, ...]())]
            for one in queries:
                more = []
                for machines, work, ways in partial:
                    asked = one.per_s * q.LOOKUP_MS
                    more.append((machines, work + asked, (*ways, "shards")))
                    indexed = (asked * one.tables + writes_per_s * q.INDEX_MS) / shards
                    more.append((machines, work + indexed, (*ways, "index")))
                    if log and not one.fresh:
                        store = math.ceil((asked + writes_per_s * q.ROWS_MS) / q.MACHINE_MS) + 1
                        more.append((machines + store, work, (*ways, "read model")))
                partial = []
                for each in sorted(more):
                    if not partial or each[1] < partial[-1][1] - 1e-12:
                        partial.append(each)
            for machines, work, ways in partial:
                if work <= q.MACHINE_MS and (best is None or machines < best[0]):
                    best = machines, shards, ways
    return None if best is None else (best[1], list(best[2]))


def test_another_search_finds_as_few_machines() -> None:
    check.task_8(by_number_of_shards)


def test_shops_differ_in_what_is_best() -> None:
    chosen = [by_number_of_shards(of.writes_per_s, list(of.queries)) for of in query_models.SHOPS]
    assert None in chosen
    assert {way for each in chosen if each for way in each[1]} == set(query_models.WAYS)
    assert len({each[0] for each in chosen if each}) > 4


@pytest.mark.parametrize("of", query_models.SHOPS)
def test_no_shard_is_a_close_call(of: query_models.Shop) -> None:
    for ways in product(*map(query_models.allowed, of.queries)):
        for shards in range(1, query_models.MOST_SHARDS + 1):
            work = query_models.shard_ms(of, ways, shards)
            assert abs(work / query_models.MACHINE_MS - 1.0) > 1e-9


def test_what_a_machine_does_is_what_the_chapter_has() -> None:
    assert pytest.approx(2800.0, rel=1e-12) == query_models.MACHINE_MS
    found = cqrs.compare(events=200)
    # One model has an index entry for each kind of query, and with CQRS an event and its rows.
    more = cqrs.MODELS * query_models.INDEX_MS
    assert found.write_ms_one == pytest.approx(query_models.WRITE_MS + more)
