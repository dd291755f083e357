"""Calls of a student's function of which a check knows the case."""

from typing import Any

from scalelab.workbook.hint import NotYet, answered


def called(case: str, function: Any, *arguments: Any) -> Any:
    """What it returns; a hint with ``case`` if it raises something."""
    try:
        return answered(function, *arguments)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None


def called_for_any(case: str, function: Any, *arguments: Any) -> Any:
    """The same where nothing is an answer, too."""
    if not callable(function):
        raise NotYet(f"expected a function, got {function!r}.")
    try:
        return function(*arguments)
    except NotImplementedError:
        raise NotYet(f"{function.__name__} is not written yet.") from None
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: it raised {error!r}.") from None
