"""How a check says that an answer is not right yet."""

from numbers import Real
from typing import Any


class NotYet(AssertionError):
    """A wrong answer, with a hint. Jupyter shows the hint alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"Not yet: {self}"]


def expect(condition: bool, hint: str) -> None:
    """Raise `NotYet` with ``hint`` unless ``condition`` holds."""
    if not condition:
        raise NotYet(hint)


def number(name: str, value: Any) -> float:
    """``value`` as a float; a hint if there is no answer yet or it is no number."""
    expect(value is not None, f"{name} is still None. Give it a value in the cell above.")
    if isinstance(value, bool) or not isinstance(value, Real) or value != value:
        raise NotYet(f"{name} is {value!r}; it should be a number.")
    return float(value)


def share(name: str, value: Any) -> float:
    """A number from 0 to 1."""
    result = number(name, value)
    expect(result <= 1.0, f"{name} is {result:g}. Write a share from 0 to 1, not a percentage.")
    expect(result >= 0.0, f"{name} is {result:g}. A share is not negative.")
    return result


def answered(function: Any, *arguments: Any) -> Any:
    """What a student's function returns; a hint if it is not written yet or returns nothing."""
    expect(callable(function), f"expected a function, got {function!r}.")
    try:
        value = function(*arguments)
    except NotImplementedError:
        raise NotYet(f"{function.__name__} is not written yet.") from None
    expect(value is not None, f"{function.__name__} returns nothing. Is there a return statement?")
    return value


def several(name: str, said: Any, *what: str) -> tuple[Any, ...]:
    """What a student's function returns where it should be two or three things."""
    if not (isinstance(said, tuple | list) and len(said) == len(what)):
        many = {2: "two", 3: "three"}[len(what)]
        raise NotYet(f"{name} should return {many} things: {', '.join(what)}.")
    return tuple(said)
