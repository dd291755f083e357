"""Wrong answers to the workbook on one server, and the hint that each has to get."""

import ast
import math
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scalelab.theory.single_server.migration import tries
from scalelab.workbook import single_server as check

# --- 1 ---

TRUE = {"true": True, "1": True, "false": False, "0": False}


def settings(
    required: Callable[[Mapping[str, str], str], str] | None = None,
    workers: Callable[[str], Any] = int, debug: Callable[[str], Any] = TRUE.__getitem__,
    timeout: Callable[[str], Any] = float, least: float = 1e-9,
    default: Callable[[Mapping[str, str], str, str], str] = lambda e, n, d: e.get(n, d),
    message: str = "{name} is not right", keys: tuple[str, ...] = check.KEYS,
    error: type[Exception] = ValueError,
) -> Callable[[Mapping[str, str]], Any]:  # fmt: skip
    """A right answer, but for what is given."""

    def needed(environment: Mapping[str, str], name: str) -> str:
        if not environment.get(name):
            raise error(message.format(name=name, environment=dict(environment)))
        return environment[name]

    def answer(environment: Mapping[str, str]) -> Any:
        read = required or needed
        found: dict[str, Any] = {
            "database": read(environment, "DATABASE"), "secret": read(environment, "SECRET")
        }  # fmt: skip
        for key, kind, otherwise in (
            ("workers", workers, "4"), ("debug", debug, "false"), ("timeout_s", timeout, "5"),
        ):  # fmt: skip
            name = key.upper()
            try:
                found[key] = kind(default(environment, name, otherwise))
                if key != "debug" and not isinstance(found[key], str) and found[key] < least:
                    raise ValueError
            except (ValueError, KeyError):
                raise error(message.format(name=name, environment=dict(environment))) from None
        return {key: found[key] for key in keys}

    return answer


def of_the_machine(environment: Mapping[str, str]) -> Any:
    return settings()(os.environ)


def half_of_the_machine(environment: Mapping[str, str]) -> Any:
    return {**settings()(environment), "workers": int(os.environ.get("WORKERS", "4"))}


def own_message(environment: Mapping[str, str]) -> Any:
    """Whatever int and float say."""
    found = settings()({**environment, "WORKERS": "4", "TIMEOUT_S": "5"})
    return {
        **found,
        "workers": int(environment.get("WORKERS", "4")),
        "timeout_s": float(environment.get("TIMEOUT_S", "5")),
    }


# --- 2 ---


def by_text(pattern: str) -> Callable[..., list[str]]:
    """``pattern`` with the module's name in it, anywhere in a source."""

    def answer(sources: Mapping[str, str], module: str) -> list[str]:
        sought = re.compile(pattern.format(module=re.escape(module)), re.MULTILINE)
        return [name for name, text in sources.items() if sought.search(text)]

    return answer


def touched(
    plain: bool = True, picked: bool = True, inside: bool = True, from_package: bool = True,
    relative: bool = False, top_only: bool = False, alike: bool = False, first_only: bool = False,
    last_name: bool = False,
) -> Callable[..., list[str]]:  # fmt: skip
    def imported(text: str) -> Iterator[str]:
        tree = ast.parse(text)
        for node in tree.body if top_only else ast.walk(tree):
            if isinstance(node, ast.Import) and plain:
                names = [alias.name for alias in node.names]
                yield from names[:1] if first_only else names
            elif isinstance(node, ast.ImportFrom) and picked and (relative or not node.level):
                yield node.module or ""
                if from_package:
                    yield from (f"{node.module}.{alias.name}" for alias in node.names)
                if last_name:
                    yield from (alias.name for alias in node.names)

    def is_it(one: str, module: str) -> bool:
        if alike:
            return one.startswith(module)
        return one == module or (inside and one.startswith(f"{module}."))

    return lambda sources, module: [
        name for name, text in sources.items() if any(is_it(one, module) for one in imported(text))
    ]


# --- 3 ---


def number_of(name: str) -> int:
    return int(name.split("_")[0])


def statements(sql: str) -> list[str]:
    return [each for each in sql.split(";") if each.strip()]


def migrate(
    order: Callable[[Any], Any] | None = number_of, one: bool = False, begin: bool = True,
    noted: str = "with it", known: str = "set", together: bool = False, commit: bool = True,
    onwards: bool = False, rollback: bool = True, silent: bool = False,
    result: Callable[[list[int]], Any] = list, script: bool = False,
) -> Callable[..., Any]:  # fmt: skip
    """A right answer, but for what is given."""

    def answer(connection: sqlite3.Connection, files: Mapping[str, str]) -> Any:
        connection.execute("CREATE TABLE IF NOT EXISTS applied (number INTEGER)")
        done = {row[0] for row in connection.execute("SELECT number FROM applied").fetchall()}
        if known == "largest":
            done = set(range(max(done, default=0) + 1))
        elif known == "none":
            done = set()
        names = sorted(files, key=order) if order else list(files)
        new: list[int] = []
        if together:
            connection.execute("BEGIN")
        for name in names:
            number = number_of(name)
            if number in done:
                continue
            if begin and not together:
                connection.execute("BEGIN")
            note = f"INSERT INTO applied VALUES ({number})"
            try:
                if noted == "before":
                    connection.execute(note)
                    connection.commit()
                    connection.execute("BEGIN")
                if script:
                    connection.executescript(files[name])
                else:
                    for each in [files[name]] if one else statements(files[name]):
                        connection.execute(each)
                if noted == "after":
                    connection.commit()
                if noted in ("with it", "after"):
                    connection.execute(note)
            except sqlite3.Error:
                if rollback:
                    connection.rollback()
                if onwards:
                    continue
                if silent:
                    return new
                raise
            if commit and not together:
                connection.commit()
            new.append(number)
        if together:
            connection.commit()
        return result(new)

    return answer


def closes(do: Callable[..., Any]) -> Callable[..., Any]:
    def answer(connection: sqlite3.Connection, *rest: Any) -> Any:
        said = do(connection, *rest)
        connection.close()
        return said

    return answer


def as_runtime_error(connection: sqlite3.Connection, files: Mapping[str, str]) -> Any:
    try:
        return migrate()(connection, files)
    except sqlite3.Error as error:
        raise RuntimeError("a migration failed") from error


# --- 4 ---

EMPTY = "price_cents IS NULL"
OLD = "price_eur IS NOT NULL"


def backfill(
    value: str = "ROUND(100 * price_eur)", where: str = f"{EMPTY} AND {OLD}",
    limit: Callable[[int], int] = lambda batch: batch, each: bool = True,
    result: Callable[[int, int], Any] = lambda batches, rows: batches, last: bool = True,
    most: float = math.inf,
) -> Callable[..., Any]:  # fmt: skip
    """A right answer, but for what is given."""

    def answer(connection: sqlite3.Connection, batch: int) -> Any:
        batches = rows = 0
        fill = (
            f"UPDATE orders SET price_cents = {value} WHERE number IN"
            f" (SELECT number FROM orders WHERE {where} LIMIT {limit(batch)})"
        )
        while batches < most and (n := connection.execute(fill).rowcount) > 0:
            batches += 1
            rows += n
            if each:
                connection.commit()
        if last:
            connection.commit()
        return result(batches, rows)

    return answer


def listed_first(guard: str = "", each: int = 0) -> Callable[..., Any]:
    """The rows are listed once, or before each batch, and then filled."""

    def answer(connection: sqlite3.Connection, batch: int) -> int:
        empty = f"SELECT number FROM orders WHERE {EMPTY} AND {OLD}"
        batches = 0
        numbers = [row[0] for row in connection.execute(empty).fetchall()]
        while numbers:
            now, numbers = numbers[:batch], numbers[batch:]
            marks = ", ".join(map(str, now))
            connection.execute(
                "UPDATE orders SET price_cents = ROUND(100 * price_eur)"
                f" WHERE number IN ({marks}) {guard}"
            )
            connection.commit()
            batches += 1
        return batches

    return answer


def by_ranges(condition: str) -> Callable[..., Any]:
    """Numbers 1 to batch, batch + 1 to 2 batch, and so on."""

    def answer(connection: sqlite3.Connection, batch: int) -> int:
        largest = connection.execute("SELECT MAX(number) FROM orders").fetchone()[0]
        batches = 0
        for first in range(1, largest + 1, batch):
            fill = (
                "UPDATE orders SET price_cents = ROUND(100 * price_eur)"
                f" WHERE number BETWEEN {first} AND {first + batch - 1} AND {condition}"
            )
            batches += connection.execute(fill).rowcount > 0
            connection.commit()
        return batches

    return answer


def with_an_offset(connection: sqlite3.Connection, batch: int) -> int:
    """Skips as many rows as it has filled, of those that are still empty."""
    done = batches = 0
    while n := connection.execute(
        "UPDATE orders SET price_cents = ROUND(100 * price_eur) WHERE number IN"
        f" (SELECT number FROM orders WHERE {EMPTY} AND {OLD} LIMIT {batch} OFFSET {done})"
    ).rowcount:
        connection.commit()
        done += n
        batches += 1
    connection.commit()
    return batches


def while_reading(connection: sqlite3.Connection, batch: int) -> int:
    """A query stays open all the time."""
    cursor = connection.execute(f"SELECT number FROM orders WHERE {EMPTY} AND {OLD}")
    batches = 0
    while rows := cursor.fetchmany(batch):
        for (number,) in rows:
            connection.execute(
                "UPDATE orders SET price_cents = ROUND(100 * price_eur)"
                f" WHERE number = {number} AND {EMPTY}"
            )
        connection.commit()
        batches += 1
    return batches


def at_once(connection: sqlite3.Connection, batch: int) -> int:
    fill = f"UPDATE orders SET price_cents = ROUND(100 * price_eur) WHERE {EMPTY} AND {OLD}"
    rows = connection.execute(fill).rowcount
    connection.commit()
    return math.ceil(rows / batch)


# --- 5 ---


def connections(
    whole: Callable[..., float] = lambda a, w, d, i: a + w + d + i,
    part: Callable[..., float] = lambda a, w, d, i: d + i,
    need: Callable[[float, float], Any] = lambda busy, used: math.ceil(busy / used),
    unit: float = 1000.0, swap: bool = False,
) -> Callable[..., Any]:  # fmt: skip
    def answer(rate: float, *rest: float) -> Any:
        *ms, used = rest
        both = [need(rate * held(*ms) / unit, used) for held in (whole, part)]
        return both[::-1] if swap else both

    return answer


# --- 6 ---


def smallest(load: check.Load, sizes: Any) -> int:
    return next(n for n in sizes if check.idle_share(load.rate_per_s, load.away_ms, n)
                <= load.most_idle)  # fmt: skip


def fewest(change: Callable[[int], Any] = lambda n: n, sizes: Any = range(10, 100)) -> Any:
    return lambda *load: change(smallest(check.Load(*load), sizes))


def in_use(change: Callable[[float], float]) -> Callable[..., Any]:
    return lambda rate, away, _: int(change(rate * (11.0 + away) / 1000.0))


# --- 7 ---


def who_waits(
    line: Callable[..., float] | None = None, shared: Callable[..., float] | None = None,
    alike: Callable[..., float] | None = None,
) -> Callable[..., Any]:  # fmt: skip
    """Each part is told the work, the wait in line, and the mean size of all."""

    def answer(*given: float) -> Any:
        work = check.Work(*given)
        report_ms = work.ratio * work.page_ms
        pages = work.load * (1 - work.report_share) / work.page_ms
        reports = work.load * work.report_share / report_ms
        squares = (1 + work.cv2) * (pages * work.page_ms**2 + reports * report_ms**2)
        wait, mean = squares / (2 * (1 - work.load)), work.load / (pages + reports)
        return (
            line(work, wait, mean) if line else work.page_ms + wait,
            shared(work, mean) if shared else work.page_ms / (1 - work.load),
            alike(squares / (2 * work.load), work, mean) if alike else squares / (2 * work.load),
        )

    return answer


def by_count(work: check.Work, wait: float, mean: float) -> float:
    """As if the share were one of the jobs."""
    share, report_ms = work.report_share, work.ratio * work.page_ms
    mean = (1 - share) * work.page_ms + share * report_ms
    square = (1 + work.cv2) * ((1 - share) * work.page_ms**2 + share * report_ms**2)
    return work.page_ms + work.load / mean * square / (2 * (1 - work.load))


def one_kind(work: check.Work, wait: float, mean: float) -> float:
    return work.page_ms + (1 + work.cv2) / 2 * mean * work.load / (1 - work.load)


# --- 8 ---


def choose(
    good: Callable[[Any], bool] = lambda found: found.through >= 0.8,
    cost: Callable[[Any], float] = lambda found: found.blocked_s, none: bool = True,
    pick: Callable[..., Any] = min,
) -> Callable[..., Any]:  # fmt: skip
    def answer(running: float, report_s: float, pause_s: float, most: int, listed: Any) -> Any:
        table = check.Busy(running, report_s, pause_s, most)
        found = [
            (cost(check.tried(table, each)), each)
            for each in listed
            if good(check.tried(table, each)) and (none or each)
        ]
        return pick(found)[1]

    return answer


def none_is_zero(running: float, report_s: float, pause_s: float, most: int, listed: Any) -> Any:
    """No time-out is taken for one of no time, which never gets through and blocks nobody."""
    found = {each: tries(running, report_s, each, pause_s, most) for each in listed}
    good = [each for each in listed if found[each].through >= 0.8]
    return min(good, key=lambda each: found[each].blocked)


def blocked_for_half_a_report(
    running: float, report_s: float, pause_s: float, most: int, listed: Any
) -> Any:
    """Without a time-out it is taken to wait for half a report, not for the longest rest."""
    found = []
    for each in listed:
        of = tries(running, report_s, each, pause_s, most) if each else None
        if of is None:
            found.append((0.5 * report_s, each))
        elif of.through >= 0.8:
            found.append((of.blocked, each))
    return min(found)[1]


def then(do: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *asked: change(do(*asked))


WRONG = [
    ("nothing", check.task_1, (lambda _: None,), "returns nothing"),
    ("a tuple", check.task_1, (lambda e: tuple(settings()(e).values()),), "a dict with the keys"),
    ("no secret", check.task_1, (settings(keys=check.KEYS[:1] + check.KEYS[2:]),), "the keys"),
    ("bool of a string", check.task_1, (settings(debug=bool),), "counts as true"),
    ("a string for debug", check.task_1, (settings(debug=str),), "debug is 'false', a string"),
    ("a number for debug", check.task_1, (settings(debug=lambda t: int(TRUE[t])),),
     "should be True or False"),
    ("workers as they are", check.task_1, (settings(workers=str),), "workers is '4', a string"),
    ("workers with a point", check.task_1, (settings(workers=float),), "should be an int"),
    ("workers cut off", check.task_1, (settings(workers=lambda t: int(float(t))),),
     "'2.5' is not a whole number, but there was no"),
    ("whole seconds", check.task_1, (settings(timeout=int),), "nothing is wrong there"),
    ("seconds cut off", check.task_1, (settings(timeout=lambda t: int(float(t)), least=-9),),
     "not what the environment says"),
    ("a default for all", check.task_1, (settings(lambda e, n: e.get(n, "shop.db")),),
     "DATABASE is missing, but there was no error"),
    ("an empty path", check.task_1, (settings(lambda e, n: e[n], error=KeyError),),
     "raise a ValueError, not KeyError"),
    ("another error", check.task_1, (settings(error=RuntimeError),), "not RuntimeError"),
    ("empty is default", check.task_1, (settings(default=lambda e, n, d: e.get(n) or d),),
     "no wish for the default"),
    ("none at all", check.task_1, (settings(least=0),), "WORKERS='0' is none at all"),
    ("less than none", check.task_1, (settings(workers=lambda t: abs(int(t)) if int(t) else ""),),
     "WORKERS='0' is none|'-4' is less than none"),
    ("maybe", check.task_1, (settings(debug=lambda t: TRUE.get(t, False)),), "neither true nor"),
    ("another default", check.task_1, (settings(default=lambda e, n, d: e.get(n, "8" if
     n == "WORKERS" else d)),), "if nothing is said it is 4"),
    ("debug by default", check.task_1, (settings(default=lambda e, n, d: e.get(n, "true" if
     n == "DEBUG" else d)),), "if nothing is said it is False|counts as true"),
    ("os.environ", check.task_1, (of_the_machine,), "That is of os.environ"),
    ("os.environ for one", check.task_1, (half_of_the_machine,), "That is of os.environ"),
    ("tells the secret", check.task_1, (settings(message="{name}: {environment}"),),
     "the message has the secret in it"),
    ("names nothing", check.task_1, (settings(message="bad settings"),), "Which variable is to be"),
    ("int's own message", check.task_1, (own_message,), "Which variable is to be mended"),

    ("a number", check.task_2, (lambda *_: 2,), "a list of the modules' names"),
    ("numbers", check.task_2, (lambda *_: [1, 2],), "a list of the modules' names"),
    ("another name", check.task_2, (lambda *_: ["sqlite3"],), "no names of these sources"),
    ("none of them", check.task_2, (lambda *_: [],), "it imports it"),
    ("all of them", check.task_2, (lambda s, m: list(s),), "that is a comment"),
    ("the word", check.task_2, (by_text("{module}"),), "that is a comment"),
    ("the words", check.task_2, (by_text("import {module}"),), "can name several"),
    ("a pattern", check.task_2, (by_text(r"^\s*(import|from)\b.*\b{module}\b"),),
     "what stands in a string is not run"),
    ("import only", check.task_2, (touched(picked=False),), "it imports from it"),
    ("from only", check.task_2, (touched(plain=False),), "it imports it"),
    ("not what is inside", check.task_2, (touched(inside=False),), "is a part of it"),
    ("the first of a line", check.task_2, (touched(first_only=True),), "can name several"),
    ("at the top only", check.task_2, (touched(top_only=True),), "stand inside of functions"),
    ("what begins alike", check.task_2, (touched(alike=True),), "whose name begins alike"),
    ("the last name", check.task_2, (touched(last_name=True),), "something of peewee's"),
    ("relative ones", check.task_2, (touched(relative=True),), "the package's own module"),
    ("not from a package", check.task_2, (touched(from_package=False),), "imports shop.store"),

    ("nothing returned", check.task_3, (migrate(result=lambda new: None),), "returns nothing"),
    ("how many", check.task_3, (migrate(result=len),), "a list of the numbers"),
    ("as they come", check.task_3, (migrate(order=None),), "Their numbers are numbers"),
    ("by their names", check.task_3, (migrate(order=str),), "Their numbers are numbers"),
    ("one statement", check.task_3, (migrate(one=True),), "may have several statements"),
    ("not committed", check.task_3, (migrate(begin=False, commit=False),), "is still open at the"),
    ("begun twice", check.task_3, (migrate(commit=False),), "there was a transaction already"),
    ("never noted", check.task_3, (migrate(noted="not"),), "is applied again"),
    ("never looked up", check.task_3, (migrate(known="none"),), "is applied again"),
    ("the largest so far", check.task_3, (migrate(known="largest"),), "as a larger number was"),
    ("all numbers", check.task_3, (migrate(result=lambda new: [*new, 0]),), "but returned"),
    ("no error", check.task_3, (migrate(silent=True),), "nobody is told"),
    ("goes on", check.task_3, (migrate(onwards=True),), "nobody is told"),
    ("another error", check.task_3, (as_runtime_error,), "let sqlite3's error through"),
    ("no rollback", check.task_3, (migrate(rollback=False),), "its transaction is still open"),
    ("as sqlite3 begins", check.task_3, (migrate(begin=False),), "the table that it made is still"),
    ("a script", check.task_3, (migrate(begin=False, script=True),), "it made is still there"),
    ("one for all", check.task_3, (migrate(together=True),), "11, which went well before"),
    ("closed", check.task_3, (closes(migrate()),), "The connection is closed"),
    ("noted before", check.task_3, (migrate(noted="before"),), "It failed the first time"),
    ("noted after", check.task_3, (migrate(noted="after"),), "are in two transactions"),

    ("nothing returned", check.task_4, (backfill(result=lambda b, r: None),), "returns nothing"),
    ("all at once", check.task_4, (at_once,), "rows were changed in one transaction"),
    ("one commit", check.task_4, (backfill(each=False),), "but one transaction for all"),
    ("no commit", check.task_4, (backfill(each=False, last=False),), "last batch is not committed"),
    ("no last commit", check.task_4, (backfill(last=False),), "last batch is not committed"),
    ("one more in a batch", check.task_4, (backfill(limit=lambda b: b + 1),), "11 rows were"),
    ("twice as many", check.task_4, (backfill(limit=lambda b: 2 * b),), "20 rows were changed"),
    ("one by one", check.task_4, (backfill(limit=lambda b: 1),), "A batch is as many rows as"),
    ("half of a batch", check.task_4, (backfill(limit=lambda b: max(b // 2, 1)),), "as asked for"),
    ("by ranges", check.task_4, (by_ranges(f"{EMPTY} AND {OLD}"),), "A batch is as many rows as"),
    ("whatever is there", check.task_4, (by_ranges(OLD),), "Newer code had written"),
    ("listed before", check.task_4, (listed_first(),), "Newer code had written"),
    ("with an offset", check.task_4, (with_an_offset,), "is still empty"),
    ("a query left open", check.task_4, (while_reading,), "while a query of yours was still open"),
    ("one batch", check.task_4, (backfill(most=1),), "is still empty"),
    ("never ends", check.task_4, (backfill(where=EMPTY),), "Some orders have no old price"),
    ("not rounded", check.task_4, (backfill("CAST(100 * price_eur AS INT)"),), "a cent too few"),
    ("in euros", check.task_4, (backfill("price_eur"),), "cents\\?"),
    ("nought for none", check.task_4, (backfill("COALESCE(ROUND(100 * price_eur), 0)", EMPTY),),
     "has no old price, and now has 0"),
    ("closed", check.task_4, (closes(backfill()),), "The connection is closed"),
    ("rows", check.task_4, (backfill(result=lambda b, r: r),), "that is how many rows"),
    ("the empty one, too", check.task_4, (backfill(result=lambda b, r: b + 1),), "nothing to do"),
    ("as one would think", check.task_4, (backfill(result=lambda b, r: 6),), "batches had work"),

    ("one answer", check.task_5, (lambda *_: 3,), "should return two things"),
    ("the other way", check.task_5, (connections(swap=True),), "the first is for those held"),
    ("seconds", check.task_5, (connections(unit=1.0),), "times in milliseconds"),
    ("parts of one", check.task_5, (connections(need=lambda b, u: b / u),), "no part of a"),
    ("rounded down", check.task_5, (connections(need=lambda b, u: int(b / u)),), "the other way"),
    ("rounded", check.task_5, (connections(need=lambda b, u: round(b / u)),), "the other way"),
    ("no room", check.task_5, (connections(need=lambda b, u: math.ceil(b)),), "leaves no room"),
    ("less for room", check.task_5, (connections(need=lambda b, u: math.ceil(b * u)),), "fewer"),
    ("so much more", check.task_5, (connections(need=lambda b, u: math.ceil(b * (1 + u))),),
     "which share of the connections"),
    ("the rest more", check.task_5, (connections(need=lambda b, u: math.ceil(b * (2 - u))),),
     "which share of the connections"),
    ("not the disk", check.task_5, (connections(part=lambda a, w, d, i: d),), "for its disk, too"),
    ("not the application", check.task_5, (connections(lambda a, w, d, i: w + d + i),),
     "while the application works, too"),
    ("both alike", check.task_5, (connections(part=lambda a, w, d, i: a + w + d + i),),
     "how many are in use on average"),
    ("ten of each", check.task_5, (lambda *_: (10, 10),), "how many are in use on average"),

    ("a share", check.task_6, (lambda *_: 0.5,), "Return a whole number"),
    ("none", check.task_6, (lambda *_: 0,), "Return a whole number"),
    ("as on the small one", check.task_6, (lambda *_: 16,), "on the small machine"),
    ("in use on average", check.task_6, (in_use(math.ceil),), "are in use on average"),
    ("four times as many", check.task_6, (lambda *_: 64,), "and with fewer, too"),
    ("two for each vCPU, and one", check.task_6, (lambda *_: 33,), "and with fewer, too"),
    ("sizes of the lab", check.task_6, (fewest(sizes=(16, 24, 32, 48, 64)),), "with fewer, too"),
    ("the last that does not", check.task_6, (fewest(lambda n: n - 1),), "the last that does not"),
    ("two too few", check.task_6, (fewest(lambda n: n - 2),), "is idle while requests wait"),
    ("half as many again", check.task_6, (in_use(lambda n: 1.5 * n),), "with fewer, too"),
    ("the same for all", check.task_6, (lambda *_: 18,), "is idle while requests wait"),

    ("two answers", check.task_7, (then(who_waits(), lambda a: a[:2]),), "return three things"),
    ("the wait", check.task_7, (who_waits(lambda w, t, m: t),), "the page's own work comes after"),
    ("no half", check.task_7, (who_waits(lambda w, t, m: w.page_ms + 2 * t),), "half done"),
    ("a mean job", check.task_7, (who_waits(lambda w, t, m: m + t),), "not a mean job"),
    ("one kind", check.task_7, (who_waits(one_kind),), "more spread|all sizes were exponential"),
    ("as pages alone", check.task_7, (who_waits(lambda w, t, m: w.page_ms / (1 - w.load)),),
     "reports were no larger"),
    ("M/M/1", check.task_7, (who_waits(lambda w, t, m: m / (1 - w.load)),), "with one mean"),
    ("by count", check.task_7, (who_waits(by_count),), "of the work, not of the jobs"),
    ("no spread", check.task_7, (who_waits(lambda w, t, m: w.page_ms + t / (1 + w.cv2)),),
     "sizes of one kind are not all alike"),
    ("the one in service", check.task_7, (who_waits(lambda w, t, m: w.page_ms + t * (1 - w.load)),),
     "others in line, too"),
    ("in seconds", check.task_7, (then(who_waits(), lambda a: [x / 1000 for x in a]),),
     "mean square of a job"),
    ("the mean size shared", check.task_7, (who_waits(shared=lambda w, m: m / (1 - w.load)),),
     "a job of the mean size"),
    ("over the load", check.task_7, (who_waits(shared=lambda w, m: w.page_ms / w.load),),
     "takes its own time"),
    ("pages among themselves", check.task_7,
     (who_waits(shared=lambda w, m: w.page_ms / (1 - w.load * (1 - w.report_share))),),
     "reports take their share"),
    ("what is added", check.task_7,
     (who_waits(shared=lambda w, m: w.page_ms * w.load / (1 - w.load)),), "added to the page"),
    ("alone", check.task_7, (who_waits(shared=lambda w, m: w.page_ms),), "on an empty machine"),
    ("nothing like it", check.task_7, (who_waits(shared=lambda w, m: 1.0),), "left for one more"),
    ("twice the size", check.task_7, (who_waits(alike=lambda x, w, m: 2 * x),), "twice as large"),
    ("the mean", check.task_7, (who_waits(alike=lambda x, w, m: m),), "the mean job is not"),
    ("its wait", check.task_7, (who_waits(alike=lambda x, w, m: x * w.load / (1 - w.load)),),
     "what it waits in line"),
    ("its response", check.task_7, (who_waits(alike=lambda x, w, m: x / (1 - w.load)),),
     "its response, not its size"),
    ("a page", check.task_7, (who_waits(alike=lambda x, w, m: w.page_ms),), "in line and"),

    ("its place", check.task_8, (lambda *_: "the first",), "none of the time-outs"),
    ("another", check.task_8, (lambda *_: 3.0,), "none of the time-outs"),
    ("True", check.task_8, (lambda *_: True,), "none of the time-outs"),
    ("never", check.task_8, (lambda *_: 0.0,), "more than with one of the time-outs"),
    ("the shortest", check.task_8, (lambda *_: 0.5,), "of the changes are made"),
    ("the longest", check.task_8, (lambda *_: 300.0,), "is not the least"),
    ("however often it fails", check.task_8, (choose(lambda found: True),), "changes are made"),
    ("half of them", check.task_8, (choose(lambda found: found.through >= 0.5),), "are made"),
    ("nearly all", check.task_8, (choose(lambda found: found.through >= 0.95),),
     "not the least|more than with one"),
    ("surely", check.task_8, (choose(lambda found: found.through >= 0.999),),
     "not the least|more than with one"),
    ("of each try", check.task_8, (choose(cost=lambda found: found.blocked_s / found.tries),),
     "less for each try"),
    ("the fewest tries", check.task_8, (choose(cost=lambda found: found.tries),), "more than with"),
    ("the most blocked", check.task_8, (choose(pick=max),), "is not the least"),
    ("always one", check.task_8, (choose(none=False),), "is not the least|there are 5.8"),
    ("none is no time", check.task_8, (none_is_zero,), "for as long as it takes"),
    ("half a report", check.task_8, (blocked_for_half_a_report,), "more than with one of the"),
]  # fmt: skip
