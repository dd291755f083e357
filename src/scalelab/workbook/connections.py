"""A database that is not there: its connections are counted, can break, and do nothing else."""

from threading import Lock
from time import sleep


class Connection:
    """As a driver's, of a database that is not there."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self.is_broken = False
        self.is_open = True
        self.in_transaction = False
        self.users = 0

    def execute(self, statement: str) -> None:
        self._answers()
        self.in_transaction = True

    def commit(self) -> None:
        self._answers()
        self.in_transaction = False

    def rollback(self) -> None:
        self._answers()
        self.in_transaction = False

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._database.closed()

    def _answers(self) -> None:
        if self.is_broken or not self.is_open:
            raise ConnectionError("the connection is gone")


class Database:
    """Counts the connections that are ``open``, ``most`` at once, and ``opened`` in all."""

    def __init__(self, opening_s: float = 0.0) -> None:
        self.opening_s = opening_s
        self.is_down = False
        self.open = self.most = self.opened = 0
        self._lock = Lock()

    def connect(self) -> Connection:
        if self.is_down:
            raise ConnectionError("the database does not answer")
        with self._lock:
            self.open += 1
            self.opened += 1
            self.most = max(self.most, self.open)
        sleep(self.opening_s)
        return Connection(self)

    def closed(self) -> None:
        with self._lock:
            self.open -= 1
