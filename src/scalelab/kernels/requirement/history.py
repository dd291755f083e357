"""Reads a history of load: bytes in, one row per line out.

Every line gets exactly one row, whatever is in it. What is understood:

* *Lines* end with LF or CR LF. A UTF-8 byte order mark at the start is skipped. Blank lines, and
  those that start with ``#``, are no observations.
* *An observation* is a day and a load: how many requests, orders or visits there were. There may be
  several of one day; they add up.
* *Between them* is a comma, a semicolon or a tab, with blanks around it or not. Either may stand in
  double quotes.
* *A day* is written 2026-11-25. A time of day may follow after a blank or a ``T``
  (``2026-11-25 08:30:00``); the day is what counts, in whatever time zone it is written.
* *Numbers* have a decimal point and may have an exponent: ``4``, ``3.5``, ``.5``, ``+1e3``. A
  comma always separates: ``1,000`` is a one and a zero, and then there is a column too many.
* *The header* is a line before the first observation in which no column is a day or a number; there
  is one at most.
"""

import numpy as np

from scalelab.kernels.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    day_number,
    days_of_month,
    digits,
)
from scalelab.kernels.decimal import number
from scalelab.kernels.jit import Bytes, Table, kernel
from scalelab.kernels.text import (
    QUOTE,
    after_blanks,
    after_byte_order_mark,
    before_blanks,
    has_control,
    is_digit,
    is_utf8,
    line_count,
    line_stop,
    without_return,
)

# Reasons: what a line turned out to be.
OBSERVATION = 0
HEADER = 1
BLANK = 2
COMMENT = 3
TOO_FEW_COLUMNS = 4
TOO_MANY_COLUMNS = 5
NOT_A_DAY = 6
NO_SUCH_DAY = 7
NOT_A_NUMBER = 8
NEGATIVE = 9
OUT_OF_RANGE = 10
NOT_TEXT = 11

# More was hardly meant.
MAX_LOAD = 1e15

COMMA = 44
SEMICOLON = 59
TAB = 9
HYPHEN = 45


@kernel
def is_separator(byte: int) -> bool:
    return byte in (COMMA, SEMICOLON, TAB)


@kernel
def is_time(text: Bytes, start: int, stop: int) -> bool:
    """Whether this is hh:mm and then seconds, parts of them or a time zone."""
    if stop - start < 5 or text[start + 2] != 58:
        return False
    hours = digits(text, start, start + 2)
    minutes = digits(text, start + 3, start + 5)
    if hours < 0 or hours > 24 or minutes < 0 or minutes > 59:
        return False
    for i in range(start + 5, stop):
        # Point, colon, plus, hyphen, Z.
        if not (is_digit(text[i]) or text[i] in (46, 58, 43, 45, 90)):
            return False
    return True


@kernel
def date(text: Bytes, start: int, stop: int) -> tuple[int, int]:
    """(`OBSERVATION` or what is wrong with the bytes as a day, the day's number or 0)."""
    if stop - start < 10 or text[start + 4] != HYPHEN or text[start + 7] != HYPHEN:
        return NOT_A_DAY, 0
    year = digits(text, start, start + 4)
    month = digits(text, start + 5, start + 7)
    day = digits(text, start + 8, start + 10)
    if year < 0 or month < 0 or day < 0:
        return NOT_A_DAY, 0
    if stop - start > 10:
        # A blank or a T.
        if text[start + 10] != 32 and text[start + 10] != 84:
            return NOT_A_DAY, 0
        if not is_time(text, start + 11, stop):
            return NOT_A_DAY, 0
    if month < 1 or month > 12 or day < 1 or day > days_of_month(year, month):
        return NO_SUCH_DAY, 0
    if year < FIRST_YEAR or year > LAST_YEAR:
        return OUT_OF_RANGE, 0
    return OBSERVATION, day_number(year, month, day)


@kernel
def column(text: Bytes, start: int, stop: int) -> tuple[int, int, int]:
    """(where the column at ``start`` begins and ends, start of the next one or -1)."""
    i = start
    while i < stop and not is_separator(text[i]):
        i += 1
    begin = after_blanks(text, start, i, TAB)
    end = before_blanks(text, begin, i)
    if end - begin >= 2 and text[begin] == QUOTE and text[end - 1] == QUOTE:
        begin += 1
        end -= 1
    return begin, end, -1 if i == stop else i + 1


@kernel
def line_of(text: Bytes, start: int, stop: int) -> tuple[int, bool, int, float]:
    """(what the line is, whether it could be a header, its day, its load)."""
    count = 0
    known = 0
    wrong = OBSERVATION
    day = 0
    load = 0.0
    is_load = False
    position = start
    while position >= 0:
        begin, end, position = column(text, position, stop)
        of_date, number_of_day = date(text, begin, end)
        is_number, value = number(text, begin, end)
        known += 1 if is_number or of_date != NOT_A_DAY else 0
        if count == 0:
            wrong = of_date
            day = number_of_day
        elif count == 1:
            is_load = is_number
            load = value
        count += 1
    if count < 2:
        wrong = TOO_FEW_COLUMNS
    elif count > 2:
        wrong = TOO_MANY_COLUMNS
    elif wrong == OBSERVATION and not is_load:
        wrong = NOT_A_NUMBER
    elif wrong == OBSERVATION and load < 0.0:
        wrong = NEGATIVE
    elif wrong == OBSERVATION and load > MAX_LOAD:
        wrong = OUT_OF_RANGE
    return wrong, known == 0, day, load


@kernel
def parse(text: Bytes) -> Table:
    """Read ``text``: for each line its number from 1, the reason, day since 1970, load.

    The last two are 0 where the line is no observation.
    """
    n_lines = line_count(text)
    table = np.zeros((n_lines, 4))
    position = after_byte_order_mark(text)
    header_may_come = True
    for line in range(n_lines):
        newline = line_stop(text, position)
        stop = without_return(text, position, newline)
        start = after_blanks(text, position, stop, -1)
        day = 0
        load = 0.0
        if start == stop:
            reason = BLANK
        elif has_control(text, start, stop) or not is_utf8(text, start, stop):
            reason = NOT_TEXT
        elif text[start] == 35:
            reason = COMMENT
        else:
            reason, could_be_header, day, load = line_of(
                text, start, before_blanks(text, start, stop)
            )
            if header_may_come and could_be_header:
                reason = HEADER
            if reason in (HEADER, OBSERVATION):
                header_may_come = False
        table[line, 0] = line + 1
        table[line, 1] = reason
        if reason == OBSERVATION:
            table[line, 2] = day
            table[line, 3] = load
        position = newline + 1
    return table
