"""A worker that may die at any of its operations, before or after it has an effect."""

from collections.abc import Callable
from typing import Any


class Died(BaseException):
    """The worker is no more."""


class Endless(BaseException):
    """It goes on for ever."""


class Worker:
    """Does one operation after the other, ``most`` at most, and dies at that with number
    ``dies_at`` (0: at none). ``before`` is told the number of each that it begins.
    """

    def __init__(
        self, dies_at: int, after: bool, most: int, before: Callable[[int], None] | None = None
    ) -> None:
        self._dies_at, self._after, self._most, self._before = dies_at, after, most, before
        self.operations, self.is_dead = 0, False

    def do(self, effect: Callable[[], Any]) -> Any:
        """What the operation returns. Raises Died, also whenever it is used again, and Endless."""
        if self.is_dead:
            raise Died
        self.operations += 1
        if self.operations > self._most:
            raise Endless
        if self._before:
            self._before(self.operations)
        dies = self.operations == self._dies_at
        if dies and not self._after:
            self._die()
        result = effect()
        if dies:
            self._die()
        return result

    def _die(self) -> None:
        self.is_dead = True
        raise Died
