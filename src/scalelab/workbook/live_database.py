"""A real SQLite database that is watched while an answer changes it, and can be used meanwhile."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

MOST_STATEMENTS = 3000  # of an answer; one that needs more does not come to an end
STEPS_BETWEEN_LOOKS = 20  # of SQLite's machine; a loop of short queries is stopped, too


class Live(NamedTuple):
    """``own`` is for the answer; ``other`` for whoever else is there, with all that is committed.

    ``statements`` are those of ``own`` so far.
    """

    own: sqlite3.Connection
    other: sqlite3.Connection
    statements: list[str]

    @property
    def is_endless(self) -> bool:
        return len(self.statements) > MOST_STATEMENTS

    def again(self) -> sqlite3.Connection:
        """What the database would be if the machine stopped here."""
        memory = sqlite3.connect(":memory:")
        self.other.backup(memory)
        return memory


@contextmanager
def live(
    prepare: Callable[[sqlite3.Connection], None], before_each: Callable[[Live], None]
) -> Iterator[Live]:
    """Calls ``before_each`` before each statement of the answer.

    With SQLite's write-ahead log, so that readers and one writer do not keep each other waiting.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        other = sqlite3.connect(path, timeout=0.0)
        own = sqlite3.connect(path, timeout=1.0)
        of = Live(own, other, [])
        try:
            other.execute("PRAGMA journal_mode = WAL")
            prepare(other)
            other.commit()

            def seen(statement: str) -> None:
                of.statements.append(statement)
                before_each(of)

            own.set_trace_callback(seen)
            own.set_progress_handler(lambda: int(of.is_endless), STEPS_BETWEEN_LOOKS)
            yield of
        finally:
            own.close()
            other.close()
