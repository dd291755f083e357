"""The fields of an access log's line, in Common or Combined Log Format (what nginx writes, too).

    192.0.2.7 - anna [25/Nov/2026:08:30:00 +0100] "GET /cart?n=1 HTTP/1.1" 200 512 "..." "..."

What follows the size is not read.
"""

from scalelab.kernels.jit import Bytes, kernel
from scalelab.kernels.text import QUOTE, before_blanks, is_digit

# What became of cutting a line into its fields.
CUT = 0
NO_FIELDS = 1
OPEN_REQUEST = 2


@kernel
def log_fields(data: Bytes, start: int, stop: int) -> tuple[int, int, int, int, int]:
    """(`CUT`, bracket of the date, its closing one, start of the request, quote at its end).

    The first is `NO_FIELDS` or `OPEN_REQUEST` if the line cannot be cut: no access log's, or one
    with a request whose quote does not close. After the request come the status in three digits,
    each between blanks, and the size: digits or a hyphen.
    """
    date = start
    while date + 2 < stop and not (
        data[date] == 32 and data[date + 1] == 91 and is_digit(data[date + 2])
    ):
        date += 1
    close = date
    while close + 2 < stop and not (
        data[close] == 93 and data[close + 1] == 32 and data[close + 2] == QUOTE
    ):
        close += 1
    if close + 2 >= stop:
        return NO_FIELDS, start, start, start, start
    request = close + 3
    end = request
    while end < stop and data[end] != QUOTE:
        end += 2 if data[end] == 92 else 1  # a backslash takes the next byte with it
    if end >= stop:
        return OPEN_REQUEST, start, start, start, start
    if not has_status_and_size(data, end + 1, stop):
        return NO_FIELDS, start, start, start, start
    return CUT, date + 1, close, request, end


@kernel
def has_status_and_size(data: Bytes, start: int, stop: int) -> bool:
    """Whether `` 200 512`` or `` 304 -`` comes at ``start``, and then the end or a blank."""
    if stop - start < 6 or data[start] != 32 or data[start + 4] != 32:
        return False
    for i in range(start + 1, start + 4):
        if not is_digit(data[i]):
            return False
    i = start + 5
    if data[i] == 45:
        i += 1
    else:
        while i < stop and is_digit(data[i]):
            i += 1
    return i > start + 5 and (i == stop or data[i] == 32)


@kernel
def before_protocol(data: Bytes, start: int, stop: int) -> int:
    """End of the request's target, before `` HTTP/1.1``; ``start`` is a blank."""
    i = stop - 1
    while i > start and data[i] != 32:
        i -= 1
    protocol = (
        stop - i >= 6
        and data[i + 1] == 72
        and data[i + 2] == 84
        and data[i + 3] == 84
        and data[i + 4] == 80
        and data[i + 5] == 47
    )
    return before_blanks(data, start, i if protocol else stop)
