"""Reads measurements of throughput: bytes in, one row per line out.

Every line gets exactly one row, whatever is in it. What is understood:

* *Lines* end with LF or CR LF. A UTF-8 byte order mark at the start is skipped. Blank lines, and
  those that start with ``#``, are no measurements.
* *A measurement* is two numbers: how many machines (or threads, or users), and the throughput.
* *Between them* is a comma, a semicolon or a tab, with blanks around it or not; or only blanks.
* *Numbers* have a decimal point and may have an exponent: ``4``, ``3.5``, ``.5``, ``+1e3``. A
  comma always separates: ``1,000`` is a one and a zero, ``4,1,000`` has a column too many.
* *The header* is a line before the first measurement in which no column is a number; there is one
  at most.
"""

import numpy as np

from scalelab.kernels.decimal import number
from scalelab.kernels.jit import Bytes, Table, kernel
from scalelab.kernels.text import (
    after_blanks,
    after_byte_order_mark,
    before_blanks,
    has_control,
    is_blank,
    is_utf8,
    line_count,
    line_stop,
    without_return,
)

# Reasons: what a line turned out to be.
MEASUREMENT = 0
HEADER = 1
BLANK = 2
COMMENT = 3
TOO_FEW_COLUMNS = 4
TOO_MANY_COLUMNS = 5
NOT_A_NUMBER = 6
SIZE_BELOW_ONE = 7
NO_THROUGHPUT = 8
OUT_OF_RANGE = 9
NOT_TEXT = 10

# What is larger or smaller was hardly meant, and could not be computed with.
MAX_SIZE = 1e9
MIN_THROUGHPUT = 1e-9
MAX_THROUGHPUT = 1e18

COMMA = 44
SEMICOLON = 59
TAB = 9


@kernel
def is_separator(byte: int) -> bool:
    return byte in (COMMA, SEMICOLON, TAB)


@kernel
def has_separator(text: Bytes, start: int, stop: int) -> bool:
    for i in range(start, stop):
        if is_separator(text[i]):
            return True
    return False


@kernel
def column(text: Bytes, start: int, stop: int, separated: bool) -> tuple[int, int, int]:
    """(where the column at ``start`` begins and ends, start of the next one or -1)."""
    begin = after_blanks(text, start, stop, TAB)
    i = begin
    while i < stop and not (is_separator(text[i]) if separated else is_blank(text[i])):
        i += 1
    end = before_blanks(text, begin, i)
    if i == stop:
        return begin, end, -1
    return begin, end, i + 1 if separated else after_blanks(text, i, stop, TAB)


@kernel
def columns(text: Bytes, start: int, stop: int) -> tuple[int, int, float, float]:
    """(columns of a line, how many are numbers, the first two; 0 for what is none)."""
    separated = has_separator(text, start, stop)
    count = 0
    numbers = 0
    first = 0.0
    second = 0.0
    position = start
    while position >= 0:
        begin, end, position = column(text, position, stop, separated)
        is_number, value = number(text, begin, end)
        numbers += 1 if is_number else 0
        if count == 0:
            first = value
        elif count == 1:
            second = value
        count += 1
    return count, numbers, first, second


@kernel
def reason_of(count: int, numbers: int, size: float, throughput: float) -> int:
    """What a line with these columns is."""
    if count < 2:
        return TOO_FEW_COLUMNS
    if count > 2:
        return TOO_MANY_COLUMNS
    if numbers < 2:
        return NOT_A_NUMBER
    if size < 1.0:
        return SIZE_BELOW_ONE
    if throughput <= 0.0:
        return NO_THROUGHPUT
    if size > MAX_SIZE or throughput < MIN_THROUGHPUT or throughput > MAX_THROUGHPUT:
        return OUT_OF_RANGE
    return MEASUREMENT


@kernel
def parse(text: Bytes) -> Table:
    """Read ``text``: for each line its number from 1, the reason, size, throughput.

    The last two are 0 where the line is no measurement.
    """
    n_lines = line_count(text)
    table = np.zeros((n_lines, 4))
    position = after_byte_order_mark(text)
    header_may_come = True
    for line in range(n_lines):
        newline = line_stop(text, position)
        stop = without_return(text, position, newline)
        start = after_blanks(text, position, stop, -1)
        size = 0.0
        throughput = 0.0
        if start == stop:
            reason = BLANK
        elif has_control(text, start, stop) or not is_utf8(text, start, stop):
            reason = NOT_TEXT
        elif text[start] == 35:
            reason = COMMENT
        else:
            count, numbers, size, throughput = columns(
                text, start, before_blanks(text, start, stop)
            )
            reason = reason_of(count, numbers, size, throughput)
            if header_may_come and numbers == 0:
                reason = HEADER
            if reason in (HEADER, MEASUREMENT):
                header_may_come = False
        table[line, 0] = line + 1
        table[line, 1] = reason
        if reason == MEASUREMENT:
            table[line, 2] = size
            table[line, 3] = throughput
        position = newline + 1
    return table
