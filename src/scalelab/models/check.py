"""Checks of arguments that every model shares: each says what, which value and what is allowed."""

from collections.abc import Sequence


def within(
    name: str, value: float, low: float, high: float, unit: str = "", advice: str = ""
) -> None:
    """Raise ValueError unless ``low <= value <= high``; NaN is outside of everything."""
    if low <= value <= high:
        return
    ending = f"; {advice}" if advice else ""
    unit = f" {unit}" if unit else ""
    raise ValueError(f"{name} is {value}{unit}, allowed is {low} to {high}{unit}{ending}")


def one_of(
    name: str, value: str | None, allowed: Sequence[str | None], separator: str = ", "
) -> None:
    """Raise ValueError unless the value is one of those ``allowed``."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, allowed are {separator.join(map(str, allowed))}")
