"""Bytes of a text: its lines, its blanks, and whether it is text at all.

Lines end with LF or CR LF. A UTF-8 byte order mark at the start is no part of the first line.
"""

from scalelab.kernels.jit import Bytes, kernel

NEWLINE = 10
RETURN = 13
BLANK_BYTES = (9, 32)
QUOTE = 34

# A longer line is not data that a person would call a line; the limit also bounds how much a
# stray quote can swallow.
MAX_LINE_BYTES = 65_536


@kernel
def after_byte_order_mark(data: Bytes) -> int:
    if data.size >= 3 and data[0] == 0xEF and data[1] == 0xBB and data[2] == 0xBF:
        return 3
    return 0


@kernel
def line_count(data: Bytes) -> int:
    """Line ends, and a last line without one."""
    count = 0
    for i in range(data.size):
        if data[i] == NEWLINE:
            count += 1
    if data.size > 0 and data[data.size - 1] != NEWLINE:
        count += 1
    return count


@kernel
def line_stop(data: Bytes, start: int) -> int:
    """Where the line's LF is, or the end of the data."""
    i = start
    while i < data.size and data[i] != NEWLINE:
        i += 1
    return i


@kernel
def without_return(data: Bytes, start: int, stop: int) -> int:
    return stop - 1 if stop > start and data[stop - 1] == RETURN else stop


@kernel
def is_blank(byte: int) -> bool:
    return byte == BLANK_BYTES[0] or byte == BLANK_BYTES[1]


@kernel
def after_blanks(data: Bytes, start: int, stop: int, delimiter: int) -> int:
    i = start
    while i < stop and is_blank(data[i]) and data[i] != delimiter:
        i += 1
    return i


@kernel
def before_blanks(data: Bytes, start: int, stop: int) -> int:
    i = stop
    while i > start and is_blank(data[i - 1]):
        i -= 1
    return i


@kernel
def is_digit(byte: int) -> bool:
    return byte >= 48 and byte <= 57


@kernel
def has_control(data: Bytes, start: int, stop: int) -> bool:
    """Whether a byte below 32 is there other than tab and line ends: no text has those."""
    for i in range(start, stop):
        byte = data[i]
        if byte < 32 and byte != 9 and byte != NEWLINE:
            if byte == RETURN and i + 1 < data.size and data[i + 1] == NEWLINE:
                continue
            return True
    return False


@kernel
def is_utf8(text: Bytes, start: int, stop: int) -> bool:
    """RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF."""
    i = start
    while i < stop:
        lead = text[i]
        i += 1
        if lead < 0x80:
            continue
        more = 1
        low = 0x80
        high = 0xBF
        if lead < 0xC2 or lead > 0xF4:
            return False
        if lead >= 0xF0:
            more = 3
            low = 0x90 if lead == 0xF0 else 0x80
            high = 0x8F if lead == 0xF4 else 0xBF
        elif lead >= 0xE0:
            more = 2
            low = 0xA0 if lead == 0xE0 else 0x80
            high = 0x9F if lead == 0xED else 0xBF
        for _ in range(more):
            if i >= stop or text[i] < low or text[i] > high:
                return False
            low = 0x80
            high = 0xBF
            i += 1
    return True
