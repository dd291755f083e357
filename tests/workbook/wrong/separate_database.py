"""Wrong answers to the workbook on the database's own machine, and the hint each has to get."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from queue import Empty, LifoQueue
from threading import Semaphore
from typing import Any, ClassVar

from scalelab.workbook import separate_database as check


def then(do: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *asked: change(do(*asked))


# --- 1 ---


def disk(
    allowed: Callable[[check.Disk, float], float] | None = None,
    needed: Callable[[check.Disk, float], float] | None = None,
    more: Callable[[float], float] | None = None,
) -> Callable[..., Any]:
    """Told the disk, and the share that is missed; or what is needed; or the hit ratio."""

    def answer(*given: float) -> Any:
        of = check.Disk(*given)
        missed, reads = 1 - of.hit_ratio, of.iops * of.most_busy
        least = 1 - reads / (of.pages * of.rate_per_s)
        return (
            allowed(of, missed) if allowed else reads / (of.pages * missed),
            needed(of, least) if needed else max(0.0, least),
            more(of.hit_ratio) if more else (missed + 0.01) / missed,
        )

    return answer


def at_zero(share: float) -> float:
    return max(0.0, share)


# --- 2 ---


def pools(
    rule: Callable[[check.Fleet, float], float] | None = None,
    each: Callable[[check.Fleet, int, int], float] | None = None,
    most: Callable[[check.Fleet, float, float], float] | None = None,
) -> Callable[..., Any]:
    """Told the fleet, and the rule; or the share and the room of a machine; or both limits."""

    def answer(*given: Any) -> Any:
        of = check.Fleet(*given)
        exact = of.vcpus * (1 + of.hold_ms / of.work_ms)
        share = math.ceil(math.ceil(exact) / of.machines)
        room = (of.max_connections - of.reserved) // (of.machines + of.extra)
        n = min(share, room) * of.machines
        limits = 1000 * n / (of.work_ms + of.hold_ms), 1000 * of.vcpus / of.work_ms
        return (
            rule(of, exact) if rule else math.ceil(exact),
            each(of, share, room) if each else min(share, room),
            most(of, *limits) if most else min(limits),
        )

    return answer


def whole(of: check.Fleet) -> int:
    return math.ceil(of.vcpus * (1 + of.hold_ms / of.work_ms))


# --- 3 ---


class Pool:
    """A right answer; each method is one of its decisions."""

    def __init__(self, connect: Callable[[], Any], size: int) -> None:
        self.connect = connect
        self.places: LifoQueue[Any] = LifoQueue()
        for _ in range(size):
            self.places.put(None)

    def borrowed(self, timeout_s: float) -> AbstractContextManager[Any]:
        return self.lent(timeout_s)

    @contextmanager
    def lent(self, timeout_s: float) -> Iterator[Any]:
        place = self.taken(timeout_s)
        connection = None
        try:
            connection = self.usable(place)
            yield connection
        except BaseException as error:
            self.failed(connection)
            if self.is_told(error):
                raise
        finally:
            self.back(connection)

    def taken(self, timeout_s: float) -> Any:
        try:
            return self.places.get(timeout=timeout_s)
        except Empty:
            return self.refuse()

    def refuse(self) -> Any:
        raise TimeoutError("no connection is free") from None

    def usable(self, place: Any) -> Any:
        if place is not None and place.is_broken:
            place.close()
            place = None
        return place or self.connect()

    def failed(self, connection: Any) -> None:
        if connection is not None and not connection.is_broken:
            connection.rollback()

    def is_told(self, error: BaseException) -> bool:
        return True

    def back(self, connection: Any) -> None:
        if connection is not None and connection.is_broken:
            connection.close()
            connection = None
        self.places.put(connection)


class Unmanaged(Pool):
    """Lends without a context manager."""

    def borrowed(self, timeout_s: float) -> Any:
        return self.usable(self.taken(timeout_s))


class Nothing(Pool):
    def usable(self, place: Any) -> Any:
        super().usable(place)
        return None


class Swallows(Pool):
    def is_told(self, error: BaseException) -> bool:
        return not isinstance(error, Exception)


class LostOnError(Pool):
    @contextmanager
    def lent(self, timeout_s: float) -> Iterator[Any]:
        connection = self.usable(self.taken(timeout_s))
        yield connection
        self.back(connection)


class HalfDone(Pool):
    def failed(self, connection: Any) -> None:
        pass


class Leaves(Pool):
    """After an error another one is opened, and the old one is forgotten."""

    def failed(self, connection: Any) -> None:
        self.forgotten = True

    def back(self, connection: Any) -> None:
        super().back(None if getattr(self, "forgotten", False) else connection)


class RollsBackAlways(Pool):
    def failed(self, connection: Any) -> None:
        if connection is not None:
            connection.rollback()


class Unbounded(Pool):
    def refuse(self) -> Any:
        return None


class AsQueue(Pool):
    def taken(self, timeout_s: float) -> Any:
        return self.places.get(timeout=timeout_s)


class SaysNone(Pool):
    @contextmanager
    def lent(self, timeout_s: float) -> Iterator[Any]:
        try:
            with super().lent(timeout_s) as connection:
                yield connection
        except TimeoutError:
            yield None


class GrowsByRefusal(Pool):
    """Gives back what it never got."""

    def refuse(self) -> Any:
        self.places.put(None)
        return super().refuse()


class NeverTired(Pool):
    def taken(self, timeout_s: float) -> Any:
        return self.places.get()


class Impatient(Pool):
    def taken(self, timeout_s: float) -> Any:
        return super().taken(0.0)


class Milliseconds(Pool):
    def taken(self, timeout_s: float) -> Any:
        return super().taken(timeout_s / 1000.0)


class OfOne(Pool):
    """The same connection for all."""

    one: Any = None

    def usable(self, place: Any) -> Any:
        if self.one is None or self.one.is_broken:
            self.one = super().usable(self.one)
        return self.one


class Anew(Pool):
    def back(self, connection: Any) -> None:
        if connection is not None:
            connection.close()
        self.places.put(None)


class LendsBroken(Pool):
    def usable(self, place: Any) -> Any:
        return place or self.connect()

    def back(self, connection: Any) -> None:
        self.places.put(connection)


class LooksOnReturn(Pool):
    def usable(self, place: Any) -> Any:
        return place or self.connect()


class NeverCloses(Pool):
    def usable(self, place: Any) -> Any:
        return self.connect() if place is None or place.is_broken else place

    def back(self, connection: Any) -> None:
        self.places.put(None if connection is None or connection.is_broken else connection)


class DropsPlace(Pool):
    def back(self, connection: Any) -> None:
        if connection is not None and connection.is_broken:
            connection.close()
        else:
            self.places.put(connection)


class TwoForOne(Pool):
    def back(self, connection: Any) -> None:
        if connection is not None and connection.is_broken:
            self.places.put(None)
        super().back(connection)


class OpensOnReturn(Pool):
    def back(self, connection: Any) -> None:
        if connection is not None and connection.is_broken:
            connection.close()
            connection = self.connect()
        self.places.put(connection)


class LostByOutage(Pool):
    """What it has taken is not given back if there is nothing to lend."""

    def back(self, connection: Any) -> None:
        if connection is not None:
            super().back(connection)


class Unlocked:
    """Looks whether there is room, opens one, and then counts it."""

    def __init__(self, connect: Callable[[], Any], size: int) -> None:
        self.connect, self.size = connect, size
        self.free: LifoQueue[Any] = LifoQueue()
        self.opened = 0

    @contextmanager
    def borrowed(self, timeout_s: float) -> Iterator[Any]:
        connection = self._taken(timeout_s)
        while connection is None or connection.is_broken:
            if connection is not None:
                connection.close()
                self.opened -= 1
            connection = self._taken(timeout_s)
        try:
            yield connection
        except BaseException:
            if not connection.is_broken:
                connection.rollback()
            raise
        finally:
            self.free.put(connection)

    def _taken(self, timeout_s: float) -> Any:
        if self.free.empty() and self.opened < self.size:
            connection = self.connect()
            self.opened += 1
            return connection
        try:
            return self.free.get(timeout=timeout_s)
        except Empty:
            raise TimeoutError from None


class Picks(Pool):
    """A semaphore for how many, and a list of which the first is lent, and stays in it."""

    def __init__(self, connect: Callable[[], Any], size: int) -> None:
        super().__init__(connect, size)
        self.room = Semaphore(size)
        self.list: list[Any] = []
        self.size = size

    def taken(self, timeout_s: float) -> Any:
        if not self.room.acquire(timeout=timeout_s):
            self.refuse()
        return None

    def usable(self, place: Any) -> Any:
        self.list = [each for each in self.list if not each.is_broken]
        if len(self.list) < self.size:
            self.list.append(self.connect())
        return self.list[-1]

    def back(self, connection: Any) -> None:
        if connection is not None and connection.is_broken:
            connection.close()
        self.room.release()


# --- 4 ---

OF_CUSTOMER = "CREATE INDEX of_customer ON orders (customer, placed)"
OF_STATE = "CREATE INDEX of_state ON orders (state, placed)"
OF_TOWN = "CREATE INDEX of_town ON orders (town, state, placed)"
OF_ORDER = "CREATE INDEX of_order ON lines (order_number)"
OF_EMAIL = "CREATE INDEX of_email ON customers (lower(email))"
INDEXES = (OF_CUSTOMER, OF_STATE, OF_TOWN, OF_ORDER, OF_EMAIL)


def indexes(*more: str, without: str = "") -> list[str]:
    return [each for each in INDEXES if each != without] + list(more)


def on(columns: str, table: str = "orders") -> str:
    return f"CREATE INDEX more_{len(columns)} ON {table} ({columns})"


# --- 5 ---


def plans(
    whole_cost: Callable[[check.Query], float] = check.whole_cost,
    index: Callable[[check.Query, float], float] = lambda of, cost: cost,
    end: Callable[[check.Query, int | None], Any] = lambda of, rows: rows,
) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        of = check.Query(*given)
        return whole_cost(of), index(of, check.index_cost(of)), end(of, check.dearer_from(of))

    return answer


def met(of: check.Query) -> float:
    return min(2 * of.pages * of.wanted / (2 * of.pages + of.wanted), of.pages)


def leaves(of: check.Query) -> float:
    return of.wanted * of.index_pages / of.rows


def down(of: check.Query) -> float:
    return 0.0025 * (math.ceil(math.log2(of.rows)) + 50 * (of.height + 1))


def jumps(pages: Callable[[check.Query], float]) -> Callable[..., Any]:
    """So many pages of the table."""
    return plans(
        index=lambda of, cost: cost + of.random_page_cost * (pages(of) - math.ceil(met(of)))
    )


# --- 6 ---


class Router:
    """A right answer; each method is one of its decisions."""

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self.wrote_s: dict[Any, float] = {}
        self.reads = 0

    def target(self, now_s: float, customer: Any, writes: bool, healthy: list[str]) -> Any:
        if writes:
            self.note(now_s, customer)
            return "primary"
        if self.is_pinned(now_s, customer):
            return "primary"
        return self.replica(healthy)

    def note(self, now_s: float, customer: Any) -> None:
        self.wrote_s[customer] = now_s

    def is_pinned(self, now_s: float, customer: Any) -> bool:
        return now_s - self.wrote_s.get(customer, -math.inf) <= self.window_s

    def replica(self, healthy: list[str]) -> Any:
        if not healthy:
            return "primary"
        self.reads += 1
        return healthy[self.reads % len(healthy)]


class WritesAnywhere(Router):
    def target(self, now_s: float, customer: Any, writes: bool, healthy: list[str]) -> Any:
        if writes:
            self.note(now_s, customer)
        return self.replica(healthy)


class NoWindow(Router):
    def is_pinned(self, now_s: float, customer: Any) -> bool:
        return False


class ForEver(Router):
    def is_pinned(self, now_s: float, customer: Any) -> bool:
        return customer in self.wrote_s


class Everybody(Router):
    def is_pinned(self, now_s: float, customer: Any) -> bool:
        return now_s - max(self.wrote_s.values(), default=-math.inf) <= self.window_s


class TwoSeconds(Router):
    def is_pinned(self, now_s: float, customer: Any) -> bool:
        return now_s - self.wrote_s.get(customer, -math.inf) <= 2.0


class FirstWrite(Router):
    def note(self, now_s: float, customer: Any) -> None:
        if not self.is_pinned(now_s, customer):
            self.wrote_s[customer] = now_s


class ReadsRenew(Router):
    def is_pinned(self, now_s: float, customer: Any) -> bool:
        pinned = super().is_pinned(now_s, customer)
        if pinned:
            self.note(now_s, customer)
        return pinned


class OneRead(Router):
    """Only the first read after a write is pinned."""

    def is_pinned(self, now_s: float, customer: Any) -> bool:
        pinned = super().is_pinned(now_s, customer)
        self.wrote_s.pop(customer, None)
        return pinned


class LastOnly(Router):
    """Remembers one customer, who wrote last."""

    def note(self, now_s: float, customer: Any) -> None:
        self.wrote_s = {customer: now_s}


class AllShops(Router):
    common: ClassVar[dict[Any, float]] = {}

    def __init__(self, window_s: float) -> None:
        super().__init__(window_s)
        self.wrote_s = self.common


class AlwaysFirst(Router):
    def replica(self, healthy: list[str]) -> Any:
        return healthy[0] if healthy else "primary"


class ByCustomer(Router):
    """The second half of the customers is somebody else's."""

    def target(self, now_s: float, customer: Any, writes: bool, healthy: list[str]) -> Any:
        said = super().target(now_s, customer, writes, healthy)
        return said if said == "primary" else healthy[customer // 5 % len(healthy)]


class Skips(Router):
    def replica(self, healthy: list[str]) -> Any:
        return healthy[self.reads % 2 % len(healthy)] if healthy else "primary"


class PrimaryToo(Router):
    def replica(self, healthy: list[str]) -> Any:
        return super().replica([*healthy, "primary"])


class Remembers(Router):
    """The list of the first call."""

    first: list[str] | None = None

    def replica(self, healthy: list[str]) -> Any:
        self.first = self.first or healthy
        return super().replica(self.first)


class NoneLeft(Router):
    def replica(self, healthy: list[str]) -> Any:
        self.reads += 1
        return healthy[self.reads % len(healthy)]


class SaysNothing(Router):
    def replica(self, healthy: list[str]) -> Any:
        return super().replica(healthy) if healthy else None


class Place(Router):
    def replica(self, healthy: list[str]) -> Any:
        return healthy.index(super().replica(healthy))


class Cautious(Router):
    """One that fails is a reason to leave all to the primary."""

    def replica(self, healthy: list[str]) -> Any:
        return super().replica(healthy) if len(healthy) > 1 else "primary"


# --- 7 ---


def fewest(
    change: Callable[[check.Demand], check.Demand] = lambda of: of, lost: int = 1,
    other: Callable[[check.Demand], dict[str, float]] = lambda of: {},
) -> Callable[..., Any]:  # fmt: skip
    """Replicas as the chapter's model has them, but for what is given."""

    def answer(*given: Any) -> Any:
        of = check.Demand(*given)
        return tuple(
            check.fewest_replicas(change(of), spread, lost, **other(of)) for spread in (False, True)
        )

    return answer


def linear(of: check.Demand) -> dict[str, float]:
    return {"pinned": min(1.0, of.customer_rate * of.write_share * of.window_s)}


def free(of: check.Demand) -> dict[str, float]:
    return {"pinned": math.exp(-of.customer_rate * of.write_share * of.window_s)}


def total_work(*given: Any) -> tuple[int, int]:
    """All work, divided by what a machine does."""
    of = check.Demand(*given)
    ms = of.rate_per_s * of.read_ms * (1 + of.write_share)
    machines = math.ceil(ms / 1000 / of.vcpus / of.target)
    return machines, machines


# --- 8 ---


def nearest(
    values: Callable[[Sequence[float], int], list[int]] | None = None,
    key: Callable[[int, int, Sequence[float]], Any] = lambda i, at, values: (abs(i - at), i),
    say: Callable[[float, str], Any] = lambda value, name: (value, name),
    others: bool = False, all_questions: bool = False, keep: bool = True,
) -> Callable[..., Any]:  # fmt: skip
    """A right answer, but for what is given."""

    def answer(winner: Any, given: dict[str, float], tried: dict[str, list[float]]) -> Any:
        here = winner(**given)
        found: dict[str, Any] = {}
        changed = dict(given) if keep else given
        for question, of in tried.items():
            at = of.index(given[question])
            places = values(of, at) if values else list(range(len(of)))
            before = changed[question]
            for i in sorted(places, key=lambda i: key(i, at, of)):
                changed[question] = of[i]
                name = winner(**changed)
                if name != here:
                    found[question] = say(of[i], name)
                    break
            else:
                if all_questions:
                    found[question] = None
            if not others:
                changed[question] = before
        return found

    return answer


def any_value(winner: Any, given: dict[str, float], tried: dict[str, list[float]]) -> Any:
    """Also values with which the same one wins."""
    found = {}
    for question, of in tried.items():
        value = of[min(of.index(given[question]) + 1, len(of) - 1)]
        found[question] = value, winner(**{**given, question: value})
    return found


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("two answers", check.task_1, (then(disk(), lambda a: a[:2]),), "return three things"),
    ("always busy", check.task_1, (disk(lambda d, m: d.iops / (d.pages * m)),), "busy all the"),
    ("more for room", check.task_1, (disk(lambda d, m: d.iops / (d.pages * m) / d.most_busy),),
     "does less, not more"),
    ("one page", check.task_1, (disk(lambda d, m: d.iops * d.most_busy / m),), "several pages"),
    ("no memory", check.task_1, (disk(lambda d, m: d.iops * d.most_busy / d.pages),),
     "found in memory"),
    ("hits read", check.task_1, (disk(lambda d, m: d.iops * d.most_busy / d.pages / (1 - m)),),
     "which of the pages"),
    ("times the misses", check.task_1, (disk(lambda d, m: d.iops * d.most_busy / d.pages * m),),
     "more hits it would allow fewer"),
    ("times the hits", check.task_1, (disk(lambda d, m: d.iops * d.most_busy / d.pages * (1 - m)),),
     "still read each"),
    ("times the pages", check.task_1, (disk(lambda d, m: d.iops * d.most_busy * d.pages / m),),
     "the more pages"),
    ("one for all", check.task_1, (disk(lambda d, m: 400.0),), "one request bring to the disk"),
    ("a negative share", check.task_1, (disk(needed=lambda d, n: n),), "is not negative"),
    ("made positive", check.task_1, (disk(needed=lambda d, n: abs(n)),), "no better for it"),
    ("the misses", check.task_1, (disk(needed=lambda d, n: 1 - n),), "may be read from the"),
    ("per cent", check.task_1, (disk(needed=lambda d, n: 100 * at_zero(n)),), "not a percentage"),
    ("full", check.task_1, (disk(needed=lambda d, n: at_zero(
        1 - d.iops / d.pages / d.rate_per_s)),), "busy all the time"),
    ("fewer for room", check.task_1, (disk(needed=lambda d, n: at_zero(
        1 - d.iops / d.pages / d.rate_per_s / d.most_busy)),), "takes more hits"),
    ("one page of each", check.task_1, (disk(needed=lambda d, n: at_zero(
        1 - d.iops * d.most_busy / d.rate_per_s)),), "several pages"),
    ("as it is", check.task_1, (disk(needed=lambda d, n: d.hit_ratio),), "the one that there is"),
    ("at least half", check.task_1, (disk(needed=lambda d, n: max(0.5, n)),), "can the disk read"),
    ("upside down", check.task_1, (disk(more=lambda h: (1 - h) / (1.01 - h)),), "fewer hits, and"),
    ("of the hits", check.task_1, (disk(more=lambda h: h / (h - 0.01)),), "compares the hits"),
    ("as hits fall", check.task_1, (disk(more=lambda h: (h - 0.01) / h),), "compares the hits"),
    ("one per cent", check.task_1, (disk(more=lambda h: 1.01),), "a hundredth of the misses"),
    ("added", check.task_1, (disk(more=lambda h: 0.01 / (1 - h)),), "how many are added"),
    ("less by a hundredth", check.task_1, (disk(more=lambda h: (1 - 0.99 * h) / (1 - h)),),
     "not of the hits"),
    ("the other way", check.task_1, (disk(more=lambda h: (1 - h) / max(0.99 - h, 1e-3)),),
     "a hundredth more, not less"),
    ("twice", check.task_1, (disk(more=lambda h: 2.0),), "compare what is missed"),

    ("one answer", check.task_2, (lambda *_: 8,), "return three things"),
    ("a part of one", check.task_2, (pools(lambda f, x: x),), "no part of a"),
    ("rounded down", check.task_2, (pools(lambda f, x: int(x)),), "the other way"),
    ("rounded", check.task_2, (pools(lambda f, x: round(x)),), "no part of|the other way"),
    ("vCPUs", check.task_2, (pools(lambda f, x: f.vcpus),), "waits for the disk"),
    ("upside down", check.task_2, (pools(lambda f, x: math.ceil(
        f.vcpus * (1 + f.work_ms / f.hold_ms))),), "the fewer would be needed"),
    ("those that wait", check.task_2, (pools(lambda f, x: math.ceil(x - f.vcpus)),),
     "that work at the moment"),
    ("fewer than vCPUs", check.task_2, (pools(lambda f, x: math.ceil(
        f.vcpus * f.work_ms / (f.work_ms + f.hold_ms))),), "Then some are always idle"),
    ("cores and disks", check.task_2, (pools(lambda f, x: 2 * f.vcpus + 1),), "rule of thumb"),
    ("twice the cores", check.task_2, (pools(lambda f, x: 2 * f.vcpus),), "rule of thumb"),
    ("for each machine", check.task_2, (pools(lambda f, x: math.ceil(x) * f.machines),),
     "there once, for all"),
    ("of each machine", check.task_2, (pools(lambda f, x: math.ceil(math.ceil(x) / f.machines)),),
     "a machine's part"),
    ("all that there are", check.task_2, (pools(lambda f, x: f.max_connections - f.reserved),),
     "not what is of use"),
    ("fifty", check.task_2, (pools(lambda f, x: 50),), "for each that works"),
    ("the rule for each", check.task_2, (pools(each=lambda f, s, r: whole(f)),),
     "for all machines together"),
    ("a part of a share", check.task_2, (pools(each=lambda f, s, r: whole(f) / f.machines),),
     "no part of a"),
    ("share rounded down", check.task_2, (pools(each=lambda f, s, r: min(
        r, max(1, whole(f) // f.machines))),), "though there is room"),
    ("none for some", check.task_2, (pools(each=lambda f, s, r: min(
        r, whole(f) // f.machines)),), "none of them can|though there is room"),
    ("no limit", check.task_2, (pools(each=lambda f, s, r: s),), "are refused|put in place"),
    ("all that fits", check.task_2, (pools(each=lambda f, s, r: r),), "has use for"),
    ("not the reserved", check.task_2, (pools(each=lambda f, s, r: min(
        s, f.max_connections // (f.machines + f.extra))),), "are reserved"),
    ("not the new ones", check.task_2, (pools(each=lambda f, s, r: min(
        s, (f.max_connections - f.reserved) // f.machines)),), "put in place"),
    ("shared with the new", check.task_2, (pools(each=lambda f, s, r: min(
        r, math.ceil(whole(f) / (f.machines + f.extra)))),), "though there is room"),
    ("one more", check.task_2, (pools(each=lambda f, s, r: min(r, s + 1)),), "fewer would be"),
    ("a thousandth", check.task_2, (pools(most=lambda f, c, v: min(c, v) / 1000),),
     "a rate for a second"),
    ("connections alone", check.task_2, (pools(most=lambda f, c, v: c),), "not vCPUs for so"),
    ("vCPUs alone", check.task_2, (pools(most=lambda f, c, v: v),), "not connections for so"),
    ("one pool", check.task_2, (pools(most=lambda f, c, v: min(c / f.machines, v)),),
     "one machine's pool"),
    ("not held", check.task_2, (pools(most=lambda f, c, v: c * (1 + f.hold_ms / f.work_ms)),),
     "for longer than it works"),
    ("held only", check.task_2, (pools(most=lambda f, c, v: c * (1 + f.work_ms / f.hold_ms)),),
     "while it works, too"),
    ("a vCPU waits", check.task_2, (pools(most=lambda f, c, v: v / (1 + f.hold_ms / f.work_ms)),),
     "does not wait for one"),
    ("by the rule", check.task_2, (pools(most=lambda f, c, v:
        1000 * whole(f) / (f.work_ms + f.hold_ms)),), "not what the pools"),
    ("with the new ones", check.task_2, (pools(most=lambda f, c, v: min(
        v, c * (f.machines + f.extra) / f.machines)),), "for some minutes only"),
    ("a sum", check.task_2, (pools(most=lambda f, c, v: c + v),), "all vCPUs are"),

    ("nothing", check.task_3, (lambda *_: None,), "returns nothing"),
    ("no method", check.task_3, (lambda *_: [],), "a method borrowed"),
    ("no with", check.task_3, (Unmanaged,), "does not work"),
    ("lends nothing", check.task_3, (Nothing,), "no connection"),
    ("swallows errors", check.task_3, (Swallows,), "it disappears"),
    ("lost by an error", check.task_3, (LostOnError,), "afterwards the connection is not given"),
    ("no rollback", check.task_3, (HalfDone,), "half of a transaction"),
    ("forgotten", check.task_3, (Leaves,), "neither lent again nor closed"),
    ("as many as one likes", check.task_3, (Unbounded,), "the third gets one, too"),
    ("Empty", check.task_3, (AsQueue,), "not Empty"),
    ("None", check.task_3, (SaysNone,), "gets None"),
    ("grows", check.task_3, (GrowsByRefusal,), "What does a refusal give back"),
    ("waits for ever", check.task_3, (NeverTired,), "does not come to an end"),
    ("does not wait", check.task_3, (Impatient,), "refused at once"),
    ("milliseconds", check.task_3, (Milliseconds,), "refused at once"),
    ("one for all", check.task_3, (OfOne,), "lent to two at once"),
    ("the last of a list", check.task_3, (Picks,), "lent to two at once|were opened"),
    ("a new one each time", check.task_3, (Anew,), "What is a pool for"),
    ("lends broken ones", check.task_3, (LendsBroken,), "in use\\): it is lent again"),
    ("looks on return only", check.task_3, (LooksOnReturn,), "nobody had it\\): it is lent again"),
    ("rolls back what is broken", check.task_3, (RollsBackAlways,), "no rollback reaches"),
    ("never closes", check.task_3, (NeverCloses,), "was never closed"),
    ("drops a place", check.task_3, (DropsPlace,), "its place in the pool is lost"),
    ("two places for one", check.task_3, (TwoForOne,), "two places now"),
    ("opens for the next", check.task_3, (OpensOnReturn,), "for somebody else"),
    ("lost by an outage", check.task_3, (LostByOutage,), "a place smaller"),
    ("without a lock", check.task_3, (Unlocked,), "between looking and taking"),

    ("nothing", check.task_4, (None,), "still None"),
    ("one string", check.task_4, ("; ".join(INDEXES),), "a list of statements"),
    ("none", check.task_4, ([],), "goes through the whole table orders"),
    ("another statement", check.task_4, (indexes("DELETE FROM orders"),), "creates no index"),
    ("another column", check.task_4, (indexes(on("price")),), "no such column"),
    ("twice the same name", check.task_4, (indexes(OF_TOWN),), "already exists"),
    ("no foreign key", check.task_4, (indexes(without=OF_ORDER),), "the whole table lines"),
    ("no e-mail", check.task_4, (indexes(without=OF_EMAIL),), "the whole table customers"),
    ("the column itself", check.task_4, (indexes(on("email", "customers"), without=OF_EMAIL),),
     "What does the query compare"),
    ("customers only", check.task_4, (indexes(on("customer"), without=OF_CUSTOMER),), "sorts them"),
    ("by time and customer", check.task_4,
     (indexes(on("placed, customer"), without=OF_CUSTOMER),), "from one end|which columns stand"),
    ("states only", check.task_4, (indexes(on("state"), without=OF_STATE),), "sorts them all"),
    ("no state", check.task_4, (indexes(without=OF_STATE),), "the whole table|sorts them all"),
    ("no town", check.task_4, (indexes(without=OF_TOWN),), "stand before|whole table"),
    ("a town only", check.task_4, (indexes(on("town"), without=OF_TOWN),), "is thrown away"),
    ("time first", check.task_4, (indexes(on("placed, town, state"), without=OF_TOWN),),
     "is thrown away|from one end"),
    ("state before town", check.task_4, (indexes(on("state, town, placed"), without=OF_TOWN),),
     "from one end"),
    ("one for each column", check.task_4,
     ([on("customer"), on("state"), on("town"), on("placed"), OF_ORDER, OF_EMAIL],), "sorts them"),
    ("one more", check.task_4, (indexes(on("eur")),), "No query uses"),
    ("the beginning of another", check.task_4, (indexes(on("customer")),), "No query uses"),
    ("one for each query", check.task_4, (indexes(on("state, town, placed"), on("town, placed"),
     without=OF_TOWN),), "6 indexes; 5 will do"),

    ("two answers", check.task_5, (lambda *_: (1.0, 2.0),), "return three things"),
    ("pages only", check.task_5, (plans(lambda q: q.pages),), "looking at the rows"),
    ("not compared", check.task_5, (plans(lambda q: q.pages + 0.01 * q.rows),), "held against"),
    ("compared only", check.task_5, (plans(lambda q: q.pages + 0.0025 * q.rows),),
     "before it is compared"),
    ("out of sequence", check.task_5, (plans(
        lambda q: q.random_page_cost * q.pages + 0.0125 * q.rows),), "read in sequence"),
    ("wanted rows", check.task_5, (plans(lambda q: q.pages + 0.0125 * q.wanted),), "every row"),
    ("entries, too", check.task_5, (plans(lambda q: q.pages + 0.0175 * q.rows),), "no index entr"),
    ("a row for a page", check.task_5, (plans(lambda q: q.rows),), "which pages does it read"),
    ("a page for each row", check.task_5, (jumps(lambda q: q.wanted),), "share a page"),
    ("more than there are", check.task_5,
     (jumps(lambda q: math.ceil(2 * q.pages * q.wanted / (2 * q.pages + q.wanted))),),
     "than the table has"),
    ("all pages", check.task_5, (jumps(lambda q: q.pages),), "with wanted rows only"),
    ("side by side", check.task_5, (jumps(lambda q: math.ceil(q.wanted * q.pages / q.rows)),),
     "lay side by side"),
    ("no rows", check.task_5, (jumps(lambda q: 0.0),), "does not have the rows"),
    ("parts of pages", check.task_5, (jumps(met),), "pages are whole"),
    ("pages in sequence", check.task_5, (plans(
        index=lambda q, c: c - (q.random_page_cost - 1) * math.ceil(met(q))),),
     "from page to page"),
    ("leaves in sequence", check.task_5, (plans(
        index=lambda q, c: c - (q.random_page_cost - 1) * math.ceil(leaves(q))),),
     "charges leaves"),
    ("all in sequence", check.task_5, (plans(index=lambda q, c: c - (q.random_page_cost - 1) * (
        math.ceil(leaves(q)) + math.ceil(met(q)))),), "from page to page"),
    ("no leaves", check.task_5, (plans(
        index=lambda q, c: c - q.random_page_cost * math.ceil(leaves(q))),), "are pages, too"),
    ("parts of leaves", check.task_5, (plans(index=lambda q, c: c + q.random_page_cost * (
        leaves(q) - math.ceil(leaves(q)))),), "pages are whole"),
    ("parts of both", check.task_5, (plans(index=lambda q, c: c + q.random_page_cost * (
        leaves(q) + met(q) - math.ceil(leaves(q)) - math.ceil(met(q)))),), "pages are whole"),
    ("no way down", check.task_5, (plans(index=lambda q, c: c - down(q)),), "down the index"),
    ("a level less", check.task_5, (plans(index=lambda q, c: c - 0.125),), "how many levels"),
    ("no row", check.task_5, (plans(index=lambda q, c: c - 0.01 * q.wanted),), "a row that is fe"),
    ("no entry", check.task_5, (plans(index=lambda q, c: c - 0.0075 * q.wanted),), "entries of"),
    ("no operator", check.task_5, (plans(index=lambda q, c: c - 0.0025 * q.wanted),),
     "each entry is compared"),
    ("operator only", check.task_5, (plans(index=lambda q, c: c - 0.005 * q.wanted),),
     "besides being compared"),
    ("twice as much", check.task_5, (plans(index=lambda q, c: 2 * c),), "one by one"),
    ("a share", check.task_5, (plans(end=lambda q, n: n and n / q.rows),), "not a share"),
    ("the last that pays", check.task_5, (plans(end=lambda q, n: n and n - 1),), "not dearer yet"),
    ("a coarse step", check.task_5, (plans(end=lambda q, n: n and 100 * (n // 100 + 1)),),
     "with fewer"),
    ("one in a hundred", check.task_5, (plans(end=lambda q, n: q.rows // 100),), "with that many"),
    ("never", check.task_5, (plans(end=lambda q, n: None),), "so there is a number"),
    ("all at the latest", check.task_5, (plans(end=lambda q, n: n or q.rows),), "still cheaper"),
    ("more than all", check.task_5, (plans(end=lambda q, n: n and n + q.rows),), "in a table of"),

    ("nothing", check.task_6, (lambda _: None,), "returns nothing"),
    ("no method", check.task_6, (lambda _: [],), "a method target"),
    ("writes anywhere", check.task_6, (WritesAnywhere,), "A write goes to a replica"),
    ("no window", check.task_6, (NoWindow,), "may not have the write yet"),
    ("for ever", check.task_6, (ForEver,), "counted from the write"),
    ("of everybody", check.task_6, (Everybody,), "Whose writes keep whose"),
    ("two seconds always", check.task_6, (TwoSeconds,), "window of 60 s: a read within it"),
    ("of the first write", check.task_6, (FirstWrite,), "the last one counts"),
    ("reads renew it", check.task_6, (ReadsRenew,), "counted from the write"),
    ("one read", check.task_6, (OneRead,), "may not have the write yet"),
    ("the last who wrote", check.task_6, (LastOnly,), "after a write of the same customer"),
    ("of all shops", check.task_6, (AllShops,), "Each router has its own"),
    ("always the first", check.task_6, (AlwaysFirst,), "one of them gets none"),
    ("two of three", check.task_6, (Skips,), "one of them gets none"),
    ("by the customer", check.task_6, (ByCustomer,), "In turn"),
    ("the primary, too", check.task_6, (PrimaryToo,), "nobody wrote|Whose writes"),
    ("those of the first call", check.task_6, (Remembers,), "does not answer at present"),
    ("none left", check.task_6, (NoneLeft,), "it raised ZeroDivisionError"),
    ("nothing if none", check.task_6, (SaysNothing,), "returns nothing"),
    ("its place", check.task_6, (Place,), "is no machine"),
    ("all to the primary", check.task_6, (Cautious,), "though nobody wrote"),

    ("one answer", check.task_7, (lambda *_: 2,), "return two things"),
    ("none lost", check.task_7, (fewest(lost=0),), "no machine is lost"),
    ("two lost", check.task_7, (fewest(lost=2),), "always one more"),
    ("swapped", check.task_7, (then(fewest(), lambda a: a[::-1]),), "are swapped"),
    ("spread, twice", check.task_7, (then(fewest(), lambda a: (a[1], a[1])),),
     "Both are for reads that all"),
    ("apart, twice", check.task_7, (then(fewest(), lambda a: (a[0], a[0])),),
     "Both are for reads that replicas"),
    ("machines", check.task_7, (then(fewest(), lambda a: [x and x + 1 for x in a]),),
     "not the machines"),
    ("no repeats", check.task_7, (fewest(other=lambda d: {"apply_share": 0.0}),), "repeats all"),
    ("whole repeats", check.task_7, (fewest(other=lambda d: {"apply_share": 1.0}),),
     "half of its work"),
    ("none pinned", check.task_7, (fewest(other=lambda d: {"pinned": 0.0}),), "have to go to the"),
    ("never twice", check.task_7, (fewest(other=linear),), "twice within a window"),
    ("those that are free", check.task_7, (fewest(other=free),), "is free to go anywhere"),
    ("writes as reads", check.task_7, (fewest(other=lambda d: {"write_factor": 1.0}),),
     "twice as much as a read"),
    ("no writes", check.task_7, (fewest(other=lambda d: {"write_factor": 0.0}),), "take something"),
    ("no room", check.task_7, (fewest(lambda d: d._replace(target=1.0)),), "left some room"),
    ("one vCPU", check.task_7, (fewest(lambda d: d._replace(vcpus=1)),), "has several vCPUs"),
    ("all work divided", check.task_7, (total_work,), "with one machine lost they carry"),
    ("never", check.task_7, (lambda *_: (None, None),), "some number of replicas"),
    ("no replica", check.task_7, (lambda *_: (0, 0),), "the only machine is lost"),
    ("as many as one likes", check.task_7, (lambda *_: (50, 50),), "fewer carry it"),
    ("negative", check.task_7, (lambda *_: (-1, -1),), "A whole number, or None"),
    ("a part of one", check.task_7, (then(fewest(), lambda a: [x and x - 0.5 for x in a]),),
     "A whole number"),
    ("nought for none", check.task_7, (then(fewest(), lambda a: [x or 0 for x in a]),),
     "No replica takes that"),

    ("a list", check.task_8, (lambda *_: [],), "should be a dict"),
    ("none of them", check.task_8, (lambda *_: {},), "there is a value with which"),
    ("all questions", check.task_8, (nearest(all_questions=True),), "not in the dict"),
    ("another question", check.task_8, (then(nearest(), lambda d: {**d, "price": (1, "x")}),),
     "no such question"),
    ("the value only", check.task_8, (nearest(say=lambda value, name: value),), "two things"),
    ("the winner only", check.task_8, (nearest(say=lambda value, name: (name, value)),),
     "not one of those to try"),
    ("the next value", check.task_8, (any_value,), "wins already"),
    ("all at once", check.task_8, (nearest(others=True),), "One answer at a time"),
    ("the argument changed", check.task_8, (nearest(others=True, keep=False),),
     "belong to somebody else"),
    ("the first of the list", check.task_8, (nearest(key=lambda i, at, v: i),), "a nearer one"),
    ("the farthest", check.task_8, (nearest(key=lambda i, at, v: (-abs(i - at), i)),),
     "a nearer one"),
    ("the higher", check.task_8, (nearest(key=lambda i, at, v: (abs(i - at), -i)),), "the lower"),
    ("by the difference", check.task_8,
     (nearest(key=lambda i, at, v: (abs(v[i] - v[at]), i)),), "a nearer one|as near"),
    ("only upwards", check.task_8,
     (nearest(lambda v, at: list(range(at, len(v)))),), "there is a value|a nearer one|as near"),
    ("only neighbours", check.task_8,
     (nearest(lambda v, at: [i for i in (at - 1, at + 1) if 0 <= i < len(v)]),),
     "there is a value"),
    ("the ends only", check.task_8, (nearest(lambda v, at: [0, len(v) - 1]),),
     "a nearer one|there is a value"),
]  # fmt: skip
