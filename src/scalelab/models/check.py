"""Checks of arguments that every model shares: each says what, which value and what is allowed."""


def within(
    name: str, value: float, low: float, high: float, unit: str = "", advice: str = ""
) -> None:
    """Raise ValueError unless ``low <= value <= high``; NaN is outside of everything."""
    if low <= value <= high:
        return
    ending = f"; {advice}" if advice else ""
    unit = f" {unit}" if unit else ""
    raise ValueError(f"{name} is {value}{unit}, allowed is {low} to {high}{unit}{ending}")
