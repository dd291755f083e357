"""Reads a trace of requests: bytes in, one row per line out.

One pass over the bytes does all of it: lines, columns or log fields, quotes, and the numbering of
the keys. The same code runs natively and in the page, so both give the same rows for any bytes.

Every line gets exactly one row, whatever is in it. What is understood, and why:

* *Lines* end with LF or CR LF. A UTF-8 byte order mark at the start is skipped.
* *Plain* layout: the whole line is the key.
* *Delimited* layouts (RFC 4180): quoted fields may hold delimiters, line ends and doubled quotes.
  Blanks around a field are not part of it. Lines must have as many columns as most lines have.
* *Log* layout: Apache's Common and Combined Log Format, and what nginx writes by default. A
  request counts if its method is GET and its status 2xx or 304: those a cache can answer. The key
  is the request's target with its query string, as content delivery networks have it by default.
  What follows the size is not read.
* Blank lines and lines that start with ``#`` are no requests.
"""

import numpy as np

from scalelab.kernels.jit import Bytes, Ints, Table, kernel
from scalelab.kernels.log_line import (
    CUT,
    OPEN_REQUEST,
    before_protocol,
    log_fields,
)
from scalelab.kernels.names import HASH_BASIS, HASH_PRIME, copied, first_slots, numbered
from scalelab.kernels.text import (
    MAX_LINE_BYTES,
    NEWLINE,
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

# Layouts. DETECT also stands for a column or a header that is to be found out.
DETECT = -1
PLAIN = 0
COMMA = 1
TAB = 2
SEMICOLON = 3
LOG = 4

# Reasons: what a line turned out to be.
REQUEST = 0
HEADER = 1
BLANK = 2
COMMENT = 3
CONTINUED = 4
NOT_GET = 5
NOT_SERVED = 6
TOO_FEW_COLUMNS = 7
TOO_MANY_COLUMNS = 8
EMPTY_KEY = 9
UNCLOSED_QUOTE = 10
AFTER_QUOTE = 11
NOT_A_LOG_LINE = 12
CONTROL_CHARACTER = 13
INVALID_UTF8 = 14
TOO_LONG = 15

# How many lines decide about layout, column and header.
SAMPLE_LINES = 100
# Rows of the table before the first line's.
HEAD_ROWS = 2

# Header names that mark the column of keys, the surest first; blanks and hyphens count as "_".
KEY_NAMES = [
    "key",
    "object",
    "object_id",
    "obj",
    "obj_id",
    "url",
    "uri",
    "path",
    "page",
    "page_id",
    "item",
    "item_id",
    "product",
    "product_id",
    "sku",
    "document",
    "block",
    "lbn",
    "lba",
    "id",
]


def name_hash(name: str) -> int:
    """`name_code` of a header name, worked out while this module is imported."""
    code = HASH_BASIS
    for byte in name.encode():
        code = ((code ^ byte) * HASH_PRIME) & 0xFFFFFFFF
    return code


KEY_NAME_HASHES = tuple(name_hash(name) for name in KEY_NAMES)


@kernel
def parse(data: Bytes, layout: int, column: int, header: int) -> Table:
    """Read ``data``; -1 (`DETECT`) for ``layout``, ``column`` or ``header`` means: find out.

    Parameters
    ----------
    data : the file's bytes
    layout : `PLAIN`, `COMMA`, `TAB`, `SEMICOLON`, `LOG` or `DETECT`
    column : the key's column, counted from 0
    header : 1 if the first line names the columns, 0 if not

    Returns
    -------
    Table of shape (2 + number of lines, 3)
        Row 0: layout, column, header as used; column -1 if several could hold the keys, and then
        there are no rows for lines. Row 1: number of columns, requests, keys.
        Then for each line: its number from 1, the key as a number from 0 in order of first
        appearance (-1 if the line is no request), the reason.
    """
    first = after_byte_order_mark(data)
    if layout == DETECT:
        layout = detected_layout(data, first)
    columns = usual_columns(data, first, layout)
    if layout in (PLAIN, LOG):
        column = 0
    if layout == LOG:
        header = 0
    if header == DETECT or column == DETECT:
        found_header, found_column = detected_header(data, first, layout, columns, header)
        header = found_header if header == DETECT else header
        column = found_column if column == DETECT else column
    n_lines = line_count(data) if column != DETECT else 0

    table = np.empty((HEAD_ROWS + n_lines, 3))
    table[0, 0] = layout
    table[0, 1] = column
    table[0, 2] = header
    table[1, 0] = columns
    table[1, 1] = 0
    table[1, 2] = 0
    if n_lines == 0:
        return table

    # The distinct keys one after another: key k is text[starts[k]:starts[k + 1]].
    text = np.empty(data.size, np.uint8)
    starts = np.empty(n_lines + 1, np.int64)
    starts[0] = 0
    hashes = np.empty(n_lines, np.int64)
    slots = first_slots()
    n_keys = 0
    n_requests = 0
    expect_header = header == 1

    line = 0
    position = first
    while line < n_lines:
        reason, key_start, key_stop, quoted, fields, lines, following = record(
            data, position, layout, column
        )
        if is_data(reason) and layout != PLAIN and layout != LOG and fields != columns:
            reason = TOO_FEW_COLUMNS if fields < columns else TOO_MANY_COLUMNS
        elif expect_header and is_data(reason):
            reason = HEADER
            expect_header = False
        key = -1
        if reason == REQUEST:
            start = starts[n_keys]
            stop, code, is_ascii = copied(data, key_start, key_stop, quoted, text, start)
            if is_ascii or is_utf8(text, start, stop):
                slots, key, n_keys = numbered(text, stop, code, slots, hashes, starts, n_keys)
                n_requests += 1
            else:
                reason = INVALID_UTF8
        for i in range(lines):
            table[HEAD_ROWS + line, 0] = line + 1
            table[HEAD_ROWS + line, 1] = key if i == 0 else -1
            table[HEAD_ROWS + line, 2] = reason if i == 0 else CONTINUED
            line += 1
        position = following
    table[1, 1] = n_requests
    table[1, 2] = n_keys
    return table


# --- lines and what is in them ---------------------------------------------------------------


@kernel
def is_data(reason: int) -> bool:
    """Whether the line could be split into its fields."""
    return reason in (REQUEST, EMPTY_KEY, TOO_FEW_COLUMNS)


@kernel
def delimiter_of(layout: int) -> int:
    if layout == COMMA:
        return 44
    return 9 if layout == TAB else 59


@kernel
def record(
    data: Bytes, start: int, layout: int, column: int
) -> tuple[int, int, int, bool, int, int, int]:
    """The line at ``start`` and, where a quoted field goes on, the lines after it.

    Returns (reason, key's start, key's stop, whether the key has quotes to undouble, fields,
    lines taken, start of the next line).
    """
    newline = line_stop(data, start)
    following = newline + 1
    stop = without_return(data, start, newline)
    content = after_blanks(data, start, stop, -1)
    if content == stop:
        return BLANK, start, start, False, 0, 1, following
    if data[start] == 35:
        return COMMENT, start, start, False, 0, 1, following
    quoted = False
    fields = 1
    lines = 1
    if layout == PLAIN:
        reason, key_start, key_stop = REQUEST, content, before_blanks(data, content, stop)
    elif layout == LOG:
        reason, key_start, key_stop = log_line(data, start, stop)
    else:
        reason, key_start, key_stop, quoted, fields, newline = delimited(
            data, start, stop, delimiter_of(layout), column
        )
        if newline >= following:
            for i in range(following - 1, newline):
                if data[i] == NEWLINE:
                    lines += 1
            following = newline + 1
            stop = without_return(data, start, newline)
    if has_control(data, start, stop):
        reason = CONTROL_CHARACTER
    elif stop - start > MAX_LINE_BYTES:
        reason = TOO_LONG
    return reason, key_start, key_stop, quoted, fields, lines, following


@kernel
def delimited(
    data: Bytes, start: int, stop: int, delimiter: int, column: int
) -> tuple[int, int, int, bool, int, int]:
    """The fields from ``start`` on; quoted ones may lie beyond ``stop``, the end of the line.

    Returns (reason, key's start, key's stop, quoted, fields, LF of the last line taken). After a
    quote that does not close or is followed by other text, only the first line is taken, so that
    one stray quote spoils one line and not those below.
    """
    first_newline = line_stop(data, stop)
    newline = first_newline
    key_start = start
    key_stop = start
    key_quoted = False
    fields = 0
    i = start
    while True:
        i = after_blanks(data, i, stop, delimiter)
        quoted = i < stop and data[i] == QUOTE
        if quoted:
            field_start = i + 1
            field_stop = closing_quote(data, field_start, start + MAX_LINE_BYTES)
            if field_stop < 0:
                return UNCLOSED_QUOTE, start, start, False, fields, first_newline
            if field_stop >= stop:
                newline = line_stop(data, field_stop)
                stop = without_return(data, field_stop, newline)
            i = after_blanks(data, field_stop + 1, stop, delimiter)
            if i < stop and data[i] != delimiter:
                return AFTER_QUOTE, start, start, False, fields, first_newline
        else:
            field_start = i
            while i < stop and data[i] != delimiter:
                i += 1
            field_stop = before_blanks(data, field_start, i)
        if fields == column:
            key_start = field_start
            key_stop = field_stop
            key_quoted = quoted
        fields += 1
        if i >= stop:
            break
        i += 1
    reason = REQUEST
    if fields <= column:
        reason = TOO_FEW_COLUMNS
    elif key_start == key_stop:
        reason = EMPTY_KEY
    return reason, key_start, key_stop, key_quoted, fields, newline


@kernel
def closing_quote(data: Bytes, start: int, limit: int) -> int:
    """The quote that ends a field, passing over doubled ones; -1 if there is none.

    Called again from a later line it stays cheap: if a search passes over a run of quotes, the
    run is of even length, and a field that starts with it ends in it.
    """
    stop = min(limit, data.size)
    i = start
    while i < stop:
        if data[i] == QUOTE:
            if i + 1 < data.size and data[i + 1] == QUOTE:
                i += 1
            else:
                return i
        i += 1
    return -1


@kernel
def log_line(data: Bytes, start: int, stop: int) -> tuple[int, int, int]:
    """(reason, key's start, key's stop) of ``host - - [date] "GET /path HTTP/1.1" 200 512``."""
    found, _, _, request, end = log_fields(data, start, stop)
    if found != CUT:
        return UNCLOSED_QUOTE if found == OPEN_REQUEST else NOT_A_LOG_LINE, start, start
    if not (
        end - request >= 4
        and data[request] == 71
        and data[request + 1] == 69
        and data[request + 2] == 84
        and data[request + 3] == 32
    ):
        return NOT_GET, start, start
    success = data[end + 2] == 50
    not_modified = data[end + 2] == 51 and data[end + 3] == 48 and data[end + 4] == 52
    if not (success or not_modified):
        return NOT_SERVED, start, start
    key_stop = before_protocol(data, request + 3, end)
    key_start = after_blanks(data, request + 3, key_stop, -1)
    if key_start == key_stop:
        return EMPTY_KEY, start, start
    return REQUEST, key_start, key_stop


# --- finding out ---------------------------------------------------------------------------------


@kernel
def sample(data: Bytes, first: int, layout: int) -> tuple[Ints, Ints, int]:
    """(start, number of fields) of the first lines that have fields, and how many have none.

    The number of fields is 0 where the line cannot be split.
    """
    starts = np.empty(SAMPLE_LINES, np.int64)
    fields = np.empty(SAMPLE_LINES, np.int64)
    n = 0
    position = first
    while position < data.size and n < SAMPLE_LINES:
        reason, _, _, _, count, _, following = record(data, position, layout, 0)
        if reason != BLANK and reason != COMMENT:
            starts[n] = position
            fields[n] = count if is_data(reason) else 0
            n += 1
        position = following
    return starts, fields, n


@kernel
def most_common(fields: Ints, n: int) -> tuple[int, int]:
    """(number of fields that most lines have, how many lines have it); 0 does not count."""
    best = 0
    best_votes = 0
    for i in range(n):
        votes = 0
        for j in range(n):
            if fields[j] == fields[i]:
                votes += 1
        if fields[i] > 0 and votes > best_votes:
            best = fields[i]
            best_votes = votes
    return best, best_votes


@kernel
def detected_layout(data: Bytes, first: int) -> int:
    """The layout that the first lines are in.

    A log if half of them are log lines. Otherwise the delimiter that cuts more than half into
    the same number (2 or more) of fields; the most even cut wins, then tab, semicolon, comma.
    Otherwise one column: delimited if half of the lines start with a quote, else plain.
    """
    starts, _, n = sample(data, first, PLAIN)
    log_lines = 0
    quoted_lines = 0
    for i in range(n):
        reason, _, _, _, _, _, _ = record(data, starts[i], LOG, 0)
        if reason in (REQUEST, NOT_GET, NOT_SERVED):
            log_lines += 1
        if data[starts[i]] == QUOTE:
            quoted_lines += 1
    if n > 0 and 2 * log_lines >= n:
        return LOG
    best = PLAIN
    best_share = 0.0
    for layout in (TAB, SEMICOLON, COMMA):
        _, fields, n = sample(data, first, layout)
        count, votes = most_common(fields, n)
        if count > 1 and 2 * votes > n and votes / n > best_share:
            best = layout
            best_share = votes / n
    if best == PLAIN and n > 0 and 2 * quoted_lines >= n:
        return COMMA
    return best


@kernel
def usual_columns(data: Bytes, first: int, layout: int) -> int:
    """How many columns most of the first lines have; at least 1."""
    if layout in (PLAIN, LOG):
        return 1
    _, fields, n = sample(data, first, layout)
    count, _ = most_common(fields, n)
    return max(count, 1)


@kernel
def detected_header(
    data: Bytes, first: int, layout: int, columns: int, header: int
) -> tuple[int, int]:
    """(1 if the first line names the columns else 0, the key's column or -1).

    The first full line is a header if none of its fields is a number or comes again below it, and
    it has one of `KEY_NAMES`, or stands above a column of numbers. The only column is the
    key's; of several the one with the surest name.
    """
    starts, fields, n = sample(data, first, layout)
    top = 0
    while top < n and fields[top] != columns:
        top += 1
    plausible = top < n
    named = False
    above_numbers = False
    best_rank = len(KEY_NAME_HASHES)
    best = 0 if columns == 1 else DETECT
    for column in range(columns):
        if top == n:
            break
        _, start, stop, _, _, _, _ = record(data, starts[top], layout, column)
        title = name_code(data, start, stop)
        plausible = plausible and not is_number(data, start, stop)
        rows = 0
        numbers = 0
        for i in range(top + 1, n):
            if fields[i] == columns:
                _, start, stop, _, _, _, _ = record(data, starts[i], layout, column)
                rows += 1
                numbers += is_number(data, start, stop)
                plausible = plausible and name_code(data, start, stop) != title
        above_numbers = above_numbers or (rows > 0 and numbers == rows)
        for rank in range(len(KEY_NAME_HASHES)):
            if KEY_NAME_HASHES[rank] == title:
                named = True
                if rank < best_rank:
                    best_rank = rank
                    best = column
    has_header = header == 1 or (header == DETECT and plausible and (named or above_numbers))
    if not has_header and columns > 1:
        best = DETECT
    return (1 if has_header else 0), best


@kernel
def name_code(data: Bytes, start: int, stop: int) -> int:
    """FNV-1a hash of a header name in lower case, blanks and hyphens as "_"."""
    code = HASH_BASIS
    for i in range(start, stop):
        byte = int(np.int64(data[i]))
        if byte >= 65 and byte <= 90:
            byte += 32
        elif byte == 32 or byte == 45:
            byte = 95
        code = ((code ^ byte) * HASH_PRIME) & 0xFFFFFFFF
    return code


@kernel
def is_number(data: Bytes, start: int, stop: int) -> bool:
    """An optional sign, digits, at most one point."""
    digits = 0
    points = 0
    for i in range(start, stop):
        if is_digit(data[i]):
            digits += 1
        elif data[i] == 46:
            points += 1
        elif i > start or (data[i] != 45 and data[i] != 43):
            return False
    return digits > 0 and points <= 1
