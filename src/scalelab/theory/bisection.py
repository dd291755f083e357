"""Where something stops being so, to the last digit of a float."""

from collections.abc import Callable


def last(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The number up to which ``holds``, which is so at ``low`` and not at ``high``.

    >>> last(lambda x: x * x < 2.0, 1.0, 2.0)
    1.414213562373095
    """
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return middle
        if holds(middle):
            low = middle
        else:
            high = middle
