"""Dates by whole numbers: the Gregorian calendar, and digits as they are written."""

from scalelab.kernels.decimal import digit
from scalelab.kernels.jit import Bytes, kernel
from scalelab.kernels.text import is_digit

# What is outside was hardly meant.
FIRST_YEAR = 1970
LAST_YEAR = 2199


@kernel
def digits(text: Bytes, start: int, stop: int) -> int:
    """The whole number that the bytes write, -1 if one of them is no digit."""
    value = 0
    for i in range(start, stop):
        if not is_digit(text[i]):
            return -1
        value = 10 * value + digit(text[i])
    return value


@kernel
def is_leap(year: int) -> bool:
    return (year % 4 == 0 and year % 100 != 0) or year % 400 == 0


@kernel
def days_of_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@kernel
def day_number(year: int, month: int, day: int) -> int:
    """Days since 1 January 1970, Gregorian, from the year 1970 on."""
    past = year - 1
    count = 365 * (year - 1970) + (past // 4 - past // 100 + past // 400) - 477
    for earlier in range(1, month):
        count += days_of_month(year, earlier)
    return count + day - 1
