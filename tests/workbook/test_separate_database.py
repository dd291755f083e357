"""The workbook on the database's own machine: other right answers, constants that must not do."""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from threading import Condition, Semaphore
from typing import Any

import pytest

from scalelab.models.separate_database.choice import choose
from scalelab.models.separate_database.index import ends, plans
from scalelab.models.separate_database.pool import MOST, size
from scalelab.models.separate_database.replicas import arrange
from scalelab.theory.separate_database import index as index_theory
from scalelab.theory.separate_database import memory as memory_theory
from scalelab.theory.separate_database import pool as pool_theory
from scalelab.theory.separate_database import replicas as replicas_theory
from scalelab.workbook import separate_database as check
from scalelab.workbook.connections import Connection, Database
from scalelab.workbook.hint import NotYet
from scalelab.workbook.queries import QUERIES, measured, shop_database, worked

# --- 1 ---


def test_a_disk_by_the_theory_of_the_chapter_passes() -> None:
    def disk(pages: float, iops: float, busy: float, hit: float, rate: float) -> list[float]:
        return [
            memory_theory.disk_allows(iops * busy, pages, hit),
            memory_theory.hit_ratio_needed(rate, pages, iops * busy),
            memory_theory.disk_allows(iops, pages, hit)
            / memory_theory.disk_allows(iops, pages, hit - 0.01),
        ]

    check.task_1(disk)


def test_disks_are_of_both_kinds() -> None:
    needed = [1 - of.iops * of.most_busy / (of.pages * of.rate_per_s) for of in check.DISKS]
    assert min(needed) < 0 < max(needed)


# --- 2 ---


def test_pools_by_theory_and_a_search_pass() -> None:
    def pools(
        vcpus: int, work: float, hold: float, machines: int, extra: int, most: int, reserved: int
    ) -> Any:
        rule = math.ceil(pool_theory.rule(vcpus, work, hold))
        each = 1
        while each * machines < rule and (each + 1) * (machines + extra) <= most - reserved:
            each += 1
        n = each * machines
        return float(rule), each, 1000 * pool_theory.bound(n, vcpus, work, hold)

    check.task_2(pools)


def test_no_size_of_a_pool_is_right_for_all() -> None:
    for n in range(1, 120):
        with pytest.raises(NotYet):
            check.task_2(lambda *_, n=n: (n, n, 1000.0))


def in_all(of: check.Fleet) -> int:
    return check._each(of) * of.machines


@pytest.mark.parametrize("of", [of for of in check.FLEETS if in_all(of) <= MOST])
def test_pools_do_less_with_chance_and_nearly_as_much(of: check.Fleet) -> None:
    most = 1000 * pool_theory.bound(in_all(of), of.vcpus, of.work_ms, of.hold_ms)
    given = {"vcpus": of.vcpus, "cpu_ms": of.work_ms, "hold_ms": of.hold_ms, "switching": 0.0}
    found = size(1.0, in_all(of), **given).most_per_s
    assert 0.8 * most < found <= most


def test_pools_are_bounded_by_the_rule_and_by_the_database() -> None:
    has_room = {in_all(of) >= check._rule(of) for of in check.FLEETS}
    assert has_room == {False, True}


# --- 3 ---


class WithCondition:
    """A list of free connections, and how many may still be opened."""

    def __init__(self, connect: Callable[[], Connection], size: int) -> None:
        self.connect = connect
        self.free: deque[Connection] = deque()
        self.left = size
        self.changed = Condition()

    @contextmanager
    def borrowed(self, timeout_s: float) -> Iterator[Connection]:
        connection = self._taken(timeout_s)
        try:
            yield connection
        except BaseException:
            if not connection.is_broken:
                connection.rollback()
            raise
        finally:
            with self.changed:
                if connection.is_broken:
                    connection.close()
                    self.left += 1
                else:
                    self.free.append(connection)
                self.changed.notify()

    def _taken(self, timeout_s: float) -> Connection:
        with self.changed:
            if not self.changed.wait_for(lambda: self.free or self.left, timeout_s):
                raise TimeoutError
            if self.free:
                connection = self.free.popleft()
                if not connection.is_broken:
                    return connection
                connection.close()
            else:
                self.left -= 1
        try:
            return self.connect()
        except BaseException:
            with self.changed:
                self.left += 1
                self.changed.notify()
            raise


class OpenedAtOnce:
    """All are opened when the pool is made, and what breaks is replaced when it is asked for."""

    def __init__(self, connect: Callable[[], Connection], size: int) -> None:
        self.connect = connect
        self.room = Semaphore(size)
        self.free = deque(connect() for _ in range(size))

    def borrowed(self, timeout_s: float) -> "Lent":
        return Lent(self, timeout_s)


class Lent:
    def __init__(self, pool: OpenedAtOnce, timeout_s: float) -> None:
        self.pool, self.timeout_s = pool, timeout_s

    def __enter__(self) -> Connection:
        if not self.pool.room.acquire(timeout=self.timeout_s):
            raise TimeoutError
        connection = self.pool.free.popleft()
        if connection.is_broken:
            connection.close()
            try:
                connection = self.pool.connect()
            except BaseException:
                self.pool.free.append(connection)
                self.pool.room.release()
                raise
        self.connection = connection
        return connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and not self.connection.is_broken:
            self.connection.rollback()
        self.pool.free.append(self.connection)
        self.pool.room.release()


@pytest.mark.parametrize("pool", [WithCondition, OpenedAtOnce])
def test_other_pools_pass(pool: Callable[..., Any]) -> None:
    check.task_3(pool)


def test_a_rollback_after_whatever_happened_passes() -> None:
    """Also after a body that went well: nothing is lost, if it has committed."""

    class Careful(WithCondition):
        @contextmanager
        def borrowed(self, timeout_s: float) -> Iterator[Connection]:
            with super().borrowed(timeout_s) as connection:
                yield connection
                if not connection.is_broken:
                    connection.rollback()

    check.task_3(Careful)


def test_the_database_that_is_not_there_counts() -> None:
    database = Database()
    one, two = database.connect(), database.connect()
    one.execute("SELECT 1")
    assert one.in_transaction
    one.close()
    one.close()
    assert (database.open, database.most, database.opened) == (1, 2, 2)
    two.is_broken = True
    for gone in one, two:
        with pytest.raises(ConnectionError):
            gone.commit()
    database.is_down = True
    with pytest.raises(ConnectionError):
        database.connect()


# --- 4 ---

OTHERS = (
    "CREATE INDEX a ON orders (customer, placed DESC, number, eur)",
    "create index b on orders (placed) where state = 'open'",
    "CREATE INDEX c ON orders (town, state, placed)",
    "CREATE INDEX d ON lines (order_number, article, pieces)",
    "CREATE INDEX e ON customers (lower(email), name)",
)


@pytest.mark.parametrize(
    "indexes",
    [
        OTHERS,
        list(reversed(OTHERS)),
        [*OTHERS[:1], "CREATE INDEX b ON orders (state, placed)", *OTHERS[2:]],
        [*OTHERS[:2], 'CREATE INDEX "of a town" ON orders (town, state, placed DESC)', *OTHERS[3:]],
    ],
)
def test_other_indexes_pass(indexes: Sequence[str]) -> None:
    check.task_4(indexes)


@pytest.mark.parametrize("left_out", range(5))
def test_four_indexes_are_too_few(left_out: int) -> None:
    with pytest.raises(NotYet):
        check.task_4([each for i, each in enumerate(OTHERS) if i != left_out])


@pytest.mark.parametrize(("seed", "orders"), check.SHOPS)
def test_queries_are_slow_without_indexes_and_have_rows(seed: int, orders: int) -> None:
    with closing(shop_database(seed, orders)) as connection:
        for query in QUERIES.values():
            work = worked(connection, query)
            assert work.rows > 0
            assert work.steps > 4 * work.allowed


def test_right_indexes_leave_room_and_give_the_same_rows() -> None:
    before, after = measured([]), measured(OTHERS)
    for name, work in after.items():
        assert work.rows == before[name].rows
        assert work.steps < 0.8 * work.allowed


# --- 5 ---


def test_costs_by_the_theory_of_the_chapter_pass() -> None:
    """The third by closed forms without whole pages, and then by a walk from there."""

    def answer(*given: Any) -> Any:
        of = check.Query(*given)
        jump, n = of.random_page_cost, float(of.rows)
        whole = of.pages + 0.0125 * n
        start = 0.0025 * (math.ceil(math.log2(n)) + 50 * (of.height + 1))

        def index_scan(wanted: int) -> float:
            leaves = -(-wanted * of.index_pages // of.rows)
            met = min(math.ceil(index_theory.mackert_lohman(of.pages, wanted)), of.pages)
            return start + jump * (leaves + met) + 0.0175 * wanted

        row = 0.0175 + jump * of.index_pages / n
        near = index_theory.index_scan_ends(whole, of.pages, jump, row, start)
        end = max(1, round(min(near, n)))
        while end > 1 and index_scan(end - 1) > whole:
            end -= 1
        while end <= of.rows and index_scan(end) <= whole:
            end += 1
        return whole, index_scan(of.wanted), end if end <= of.rows else None

    check.task_5(answer)


def test_the_planner_of_the_chapter_agrees_and_no_end_is_a_close_call() -> None:
    found = []
    for of in check.PLANNED:
        end = check.dearer_from(of)
        found.append(end)
        cost = plans(of.wanted, of.rows, random_page_cost=of.random_page_cost, pages=of.pages)
        if cost.index_pages == of.index_pages:
            assert cost.sequential == check.whole_cost(of)
            assert cost.index_scan == pytest.approx(check.index_cost(of), rel=1e-12)
        for wanted in (end - 1, end) if end else (of.rows,):
            index = check.index_cost(of._replace(wanted=wanted))
            assert abs(index - check.whole_cost(of)) > 1e-6
    assert None in found
    assert len(set(found)) == len(found) - 1  # two queries of one table


def test_the_break_even_of_the_chapter_is_that_of_the_workbook() -> None:
    cost = plans(1)
    of = check.Query(1, 10_000_000, cost.pages, cost.index_pages, 2, 4.0)
    end = check.dearer_from(of)
    assert end is not None
    assert end / 10_000_000 == ends().index_scan


# --- 6 ---


def test_a_router_that_forgets_and_counts_passes() -> None:
    class Router:
        """Keeps only those who wrote within the window, and asks who had fewest reads."""

        def __init__(self, window_s: float) -> None:
            self.window_s = window_s
            self.wrote: deque[tuple[float, Any]] = deque()
            self.had: dict[str, int] = {}

        def target(self, now_s: float, customer: Any, writes: bool, healthy: list[str]) -> str:
            while self.wrote and now_s - self.wrote[0][0] > self.window_s:
                self.wrote.popleft()
            if writes:
                self.wrote.append((now_s, customer))
            if not healthy or any(who == customer for _, who in self.wrote):
                return "primary"
            if set(self.had) != set(healthy):
                self.had = dict.fromkeys(healthy, 0)
            name = min(healthy, key=self.had.__getitem__)
            self.had[name] += 1
            return name

    check.task_6(Router)


@pytest.mark.parametrize("name", [check.PRIMARY, *check.REPLICAS])
def test_no_machine_is_right_for_all_requests(name: str) -> None:
    class Always:
        def __init__(self, window_s: float) -> None: ...

        def target(self, *_: Any) -> str:
            return name

    with pytest.raises(NotYet):
        check.task_6(Always)


# --- 7 ---


def exact(of: check.Demand, replicas: int, spread: bool) -> float:
    """Of a load of one request/s, how busy the busiest machine is; by fractions where it can."""
    share, read = Fraction(of.write_share), Fraction(of.read_ms)
    pinned = Fraction(replicas_theory.pinned(of.customer_rate, of.write_share, of.window_s))
    reads, writes = (1 - share) * read, 2 * share * read
    if replicas == 0:
        return float(replicas_theory.one_machine(share, read, Fraction(2)))
    apart = max(writes + pinned * reads, writes / 2 + (1 - pinned) * reads / replicas)
    even = replicas_theory.all_together(share, read, Fraction(2), Fraction(1, 2), replicas)
    # The window binds if the primary's part of it is more than an equal part.
    return float(even if spread and writes + pinned * reads <= even else apart)


def test_replicas_by_theory_pass_and_none_is_a_close_call() -> None:
    def fewest(*given: Any) -> list[int | None]:
        of = check.Demand(*given)
        able = 1000 * of.vcpus * of.target
        found: list[int | None] = []
        for spread in (False, True):
            loads = [of.rate_per_s * exact(of, n, spread) for n in range(60)]
            assert all(abs(load / able - 1) > 1e-6 for load in loads)
            enough = [n + 1 for n, load in enumerate(loads) if load <= able]
            found.append(enough[0] if enough else None)
        return found

    check.task_7(fewest)


@pytest.mark.parametrize("of", check.DEMANDS)
@pytest.mark.parametrize("spread", [False, True])
def test_what_the_checks_carry_is_what_the_chapter_says(of: check.Demand, spread: bool) -> None:
    found = arrange(
        of.rate_per_s, of.write_share, of.window_s, of.vcpus, of.read_ms,
        target=of.target, balanced=spread,
    )  # fmt: skip
    for n, name in enumerate(("One machine", "One replica", "Two replicas")):
        pinned = replicas_theory.pinned(0.1, of.write_share, of.window_s)
        mine = check.carried(of, n, spread, pinned=pinned)
        assert mine == pytest.approx(found[name].carried_per_s, rel=1e-9)


@pytest.mark.parametrize("n", [None, *range(40)])
def test_no_number_of_replicas_is_right_for_all(n: int | None) -> None:
    with pytest.raises(NotYet):
        check.task_7(lambda *_: (n, n))


def test_each_mistake_with_replicas_is_told_from_all_others() -> None:
    lists = [wrong for wrong, _ in check._misconceptions()]
    assert check.all_pairs() not in lists
    for i, one in enumerate(lists):
        assert one not in lists[:i]


# --- 8 ---


def test_a_search_from_the_given_value_outwards_passes() -> None:
    def nearest(winner: Any, given: Any, tried: Any) -> dict[str, list[Any]]:
        here, found = winner(**given), {}
        for question, values in tried.items():
            at = values.index(given[question])
            for steps in range(len(values), 0, -1):
                for i in (at + steps, at - steps):
                    if 0 <= i < len(values):
                        name = winner(**{**given, question: values[i]})
                        if name != here:
                            found[question] = [values[i], name]
        return found

    check.task_8(nearest)


def test_flips_of_the_chapters_model_are_those_that_it_names() -> None:
    """Where the values to try are its own."""
    (of,) = [one for one in check.VERDICTS if one.name == "the chapter's"]
    named = {flip.question: flip for flip in choose().nearest()}
    for question in "regions", "growth":
        _, value, name = check.flips_of(of, question)[0]
        assert (value, name) == (named[question].value, named[question].winner)


def test_some_questions_flip_nothing_and_some_in_both_directions() -> None:
    many = [check.flips_of(of, question) for of in check.VERDICTS for question in of.tried]
    assert [] in many
    assert any(len(each) > 1 and each[0][0] == each[1][0] for each in many)
