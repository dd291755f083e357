"""Reads an access log as load: bytes in, one row per line out.

The trace of `scalelab.kernels.traces` is what a cache could answer. Here every request is load,
whatever its method and status. Every line gets exactly one row, whatever is in it:

* *Format*: Apache's Common and Combined Log Format, and what nginx writes by default, cut into
  fields by `scalelab.kernels.log_line`. Blank lines, and those that start with ``#``, are no
  requests.
* *Time*: ``25/Nov/2026:08:30:00 +0100``; parts of a second may follow the seconds (``:00.125``),
  and the zone may be missing (UTC then). What is given is seconds since 1970 **on the clock of the
  log's first request**: its zone holds for all. So hours are the server's own, and differences
  between times are true even if the zone changes on the way (summer time ends, logs are joined).
* *The client* is the word before the first lone hyphen, or the first word: a virtual host's name
  may come before it.
* *The target* is what was asked for, with its query. *The endpoint* is its path alone, every
  segment that is an id written ``*``: a number, numbers with hyphens, underscores, points or commas
  between them, or eight and more hexadecimal digits of which one is decimal (UUIDs, hashes).
* *Writes* are POST, PUT, PATCH and DELETE.
* *Bytes* are what the log says was sent; a hyphen is 0.
"""

import numpy as np

from scalelab.kernels.calendar import FIRST_YEAR, LAST_YEAR, day_number, days_of_month, digits
from scalelab.kernels.decimal import digit
from scalelab.kernels.jit import Bytes, Floats, Table, kernel
from scalelab.kernels.log_line import CUT, before_protocol, log_fields
from scalelab.kernels.log_line import OPEN_REQUEST as CUT_OPEN_REQUEST
from scalelab.kernels.names import copied, first_slots, hash_of, numbered
from scalelab.kernels.text import (
    MAX_LINE_BYTES,
    NEWLINE,
    after_blanks,
    after_byte_order_mark,
    has_control,
    is_blank,
    is_digit,
    is_utf8,
    line_count,
    line_stop,
    without_return,
)

# What a request is, column by column; a lab's kernel gets these rows, one after another.
FIELDS = 6
TIME_S, CLIENT, TARGET, ENDPOINT, WRITE, BYTES = range(FIELDS)

# Reasons: what a line turned out to be.
REQUEST = 0
BLANK = 1
COMMENT = 2
NOT_A_LOG_LINE = 3
OPEN_REQUEST = 4
NO_REQUEST = 5
NOT_A_TIME = 6
NO_SUCH_TIME = 7
NOT_TEXT = 8
TOO_LONG = 9

# A larger size was hardly meant; it is taken as this one.
MAX_BYTES = 1e15
FEWEST_HEX_DIGITS = 8
STAR = 42
SLASH = 47
HYPHEN = 45
DAY_S = 86_400
# "JanFebMar..." as bytes.
MONTHS = (
    (74, 97, 110), (70, 101, 98), (77, 97, 114), (65, 112, 114), (77, 97, 121), (74, 117, 110),
    (74, 117, 108), (65, 117, 103), (83, 101, 112), (79, 99, 116), (78, 111, 118), (68, 101, 99),
)  # fmt: skip
# POST, PUT, PATCH and DELETE, filled with blanks.
WRITES = ((80, 79, 83, 84, 32, 32), (80, 85, 84, 32, 32, 32), (80, 65, 84, 67, 72, 32),
          (68, 69, 76, 69, 84, 69))  # fmt: skip


@kernel
def parse(text: Bytes) -> Table:
    """Read ``text``: for each line its number from 1, the reason, and the `FIELDS` of a request.

    Clients, targets and endpoints are numbers from 0 by first appearance. All fields are 0 where
    the line is no request.
    """
    table, _, _, _ = scanned(text, ENDPOINT)
    return table


@kernel
def endpoint_names(text: Bytes) -> Table:
    """The endpoints' names by their numbers: the bytes, one a row, and a line end after each."""
    return as_lines(text, ENDPOINT)


@kernel
def target_names(text: Bytes) -> Table:
    """The targets' names by their numbers: the bytes, one a row, and a line end after each."""
    return as_lines(text, TARGET)


@kernel
def as_lines(text: Bytes, column: int) -> Table:
    _, names, starts, count = scanned(text, column)
    table = np.empty((starts[count] + count, 1))
    row = 0
    for name in range(count):
        for i in range(starts[name], starts[name + 1]):
            table[row, 0] = names[i]
            row += 1
        table[row, 0] = NEWLINE
        row += 1
    return table


@kernel
def in_order(log: Floats) -> Table:
    """The requests of a log (flattened rows of `FIELDS`) by time; equal times stay as they were."""
    count = log.size // FIELDS
    times = np.empty(count)
    order = np.arange(count)
    ordered = True
    for i in range(count):
        times[i] = log[i * FIELDS + TIME_S]
        ordered = ordered and (i == 0 or times[i] >= times[i - 1])
    if not ordered:
        order = np.argsort(times, kind="mergesort")
    by_time = np.empty((count, FIELDS))
    for i in range(count):
        for field in range(FIELDS):
            by_time[i, field] = log[order[i] * FIELDS + field]
    return by_time


# --- all lines -----------------------------------------------------------------------------------


@kernel
def scanned(text: Bytes, column: int) -> tuple[Table, Bytes, np.ndarray, int]:
    """(`parse`'s table, names in ``column`` one after another, where each starts, how many)."""
    n_lines = line_count(text)
    table = np.zeros((n_lines, 2 + FIELDS))
    clients = np.empty(text.size, np.uint8)
    client_starts = np.zeros(n_lines + 1, np.int64)
    client_hashes = np.empty(n_lines, np.int64)
    client_slots = first_slots()
    n_clients = 0
    targets = np.empty(text.size, np.uint8)
    target_starts = np.zeros(n_lines + 1, np.int64)
    target_hashes = np.empty(n_lines, np.int64)
    target_slots = first_slots()
    n_targets = 0
    endpoints = np.empty(text.size, np.uint8)
    endpoint_starts = np.zeros(n_lines + 1, np.int64)
    endpoint_hashes = np.empty(n_lines, np.int64)
    endpoint_slots = first_slots()
    n_endpoints = 0
    endpoint_of = np.empty(n_lines, np.int64)
    n_requests = 0
    zone_s = 0

    position = after_byte_order_mark(text)
    for line in range(n_lines):
        newline = line_stop(text, position)
        stop = without_return(text, position, newline)
        table[line, 0] = line + 1
        reason, bracket, close, quote, end = fields_of(text, position, stop)
        method_stop = quote
        target = quote
        target_stop = quote
        if reason == REQUEST:
            reason, method_stop, target, target_stop = request_of(text, quote, end)
        second = 0
        part = 0.0
        zone = 0
        if reason == REQUEST:
            reason, second, part, zone = time_of(text, bracket + 1, close)
        if reason == REQUEST:
            if n_requests == 0:
                zone_s = zone
            n_requests += 1
            begin, finish = client_of(text, position, bracket - 1)
            finish, code, _ = copied(text, begin, finish, False, clients, client_starts[n_clients])
            client_slots, client, n_clients = numbered(
                clients, finish, code, client_slots, client_hashes, client_starts, n_clients
            )
            known = n_targets
            finish, code, _ = copied(
                text, target, target_stop, False, targets, target_starts[n_targets]
            )
            target_slots, number, n_targets = numbered(
                targets, finish, code, target_slots, target_hashes, target_starts, n_targets
            )
            if n_targets > known:
                finish, code = folded(
                    text, target, target_stop, endpoints, endpoint_starts[n_endpoints]
                )
                endpoint_slots, endpoint_of[number], n_endpoints = numbered(
                    endpoints, finish, code, endpoint_slots, endpoint_hashes, endpoint_starts,
                    n_endpoints,
                )  # fmt: skip
            table[line, 2 + TIME_S] = float(second - zone + zone_s) + part
            table[line, 2 + CLIENT] = client
            table[line, 2 + TARGET] = number
            table[line, 2 + ENDPOINT] = endpoint_of[number]
            table[line, 2 + WRITE] = 1.0 if is_write(text, quote, method_stop) else 0.0
            table[line, 2 + BYTES] = bytes_sent(text, end, stop)
        table[line, 1] = reason
        position = newline + 1
    if column == TARGET:
        return table, targets, target_starts, n_targets
    return table, endpoints, endpoint_starts, n_endpoints


# --- one line ------------------------------------------------------------------------------------


@kernel
def fields_of(text: Bytes, start: int, stop: int) -> tuple[int, int, int, int, int]:
    """(reason, the date's brackets, start of the request, quote at its end)."""
    content = after_blanks(text, start, stop, -1)
    if content == stop:
        return BLANK, start, start, start, start
    if text[start] == 35:
        return COMMENT, start, start, start, start
    if stop - start > MAX_LINE_BYTES:
        return TOO_LONG, start, start, start, start
    if has_control(text, start, stop) or not is_utf8(text, start, stop):
        return NOT_TEXT, start, start, start, start
    found, bracket, close, request, end = log_fields(text, start, stop)
    if found == CUT_OPEN_REQUEST:
        return OPEN_REQUEST, start, start, start, start
    # The client has to stand before the date.
    if found != CUT or content >= bracket - 1:
        return NOT_A_LOG_LINE, start, start, start, start
    return REQUEST, bracket, close, request, end


@kernel
def client_of(text: Bytes, start: int, stop: int) -> tuple[int, int]:
    """The word before the first lone hyphen, the first word if there is none."""
    begin = after_blanks(text, start, stop, -1)
    end = word_stop(text, begin, stop)
    first = begin
    first_end = end
    while True:
        following = after_blanks(text, end, stop, -1)
        if following == stop:
            return first, first_end
        following_end = word_stop(text, following, stop)
        if following_end - following == 1 and text[following] == HYPHEN:
            return begin, end
        begin = following
        end = following_end


@kernel
def word_stop(text: Bytes, start: int, stop: int) -> int:
    i = start
    while i < stop and not is_blank(text[i]):
        i += 1
    return i


@kernel
def request_of(text: Bytes, start: int, stop: int) -> tuple[int, int, int, int]:
    """(`REQUEST` or `NO_REQUEST`, end of the method, the target's start, its stop).

    A method is written in capitals, perhaps with hyphens or underscores.
    """
    method_stop = word_stop(text, start, stop)
    letters = 0
    for i in range(start, method_stop):
        if text[i] >= 65 and text[i] <= 90:
            letters += 1
        elif text[i] != HYPHEN and text[i] != 95:
            return NO_REQUEST, start, start, start
    if letters == 0 or method_stop == stop:
        return NO_REQUEST, start, start, start
    target_stop = before_protocol(text, method_stop, stop)
    target = after_blanks(text, method_stop, target_stop, -1)
    if target == target_stop:
        return NO_REQUEST, start, start, start
    return REQUEST, method_stop, target, target_stop


@kernel
def is_write(text: Bytes, start: int, stop: int) -> bool:
    """Whether the method is POST, PUT, PATCH or DELETE."""
    if stop - start > 6:
        return False
    for method in WRITES:
        same = True
        for i in range(6):
            byte = text[start + i] if start + i < stop else 32
            same = same and byte == method[i]
        if same:
            return True
    return False


@kernel
def bytes_sent(text: Bytes, end: int, stop: int) -> float:
    """The size that follows the request's last quote and the status; 0 for a hyphen."""
    size = 0.0
    i = end + 6  # after a blank, three digits and a blank
    while i < stop and is_digit(text[i]):
        size = min(10.0 * size + digit(text[i]), MAX_BYTES)
        i += 1
    return size


@kernel
def time_of(text: Bytes, start: int, stop: int) -> tuple[int, int, float, int]:
    """(`REQUEST` or what is wrong, second since 1970 as written, parts of a second, zone in s)."""
    if not has_form_of_time(text, start, stop):
        return NOT_A_TIME, 0, 0.0, 0
    part, zone_start = part_of_second(text, start + 20, stop)
    known, zone = zone_of(text, zone_start, stop)
    if not known:
        return NOT_A_TIME, 0, 0.0, 0
    month = month_of(text, start + 3)
    day = digits(text, start, start + 2)
    year = digits(text, start + 7, start + 11)
    hour = digits(text, start + 12, start + 14)
    minute = digits(text, start + 15, start + 17)
    second = digits(text, start + 18, start + 20)
    # Second 60 is a leap second, and the same as the next minute's first.
    if (
        month == 0 or year < FIRST_YEAR or year > LAST_YEAR
        or day < 1 or day > days_of_month(year, month)
        or hour > 23 or minute > 59 or second > 60
    ):  # fmt: skip
        return NO_SUCH_TIME, 0, 0.0, 0
    seconds = 3600 * hour + 60 * minute + second
    return REQUEST, DAY_S * day_number(year, month, day) + seconds, part, zone


@kernel
def has_form_of_time(text: Bytes, start: int, stop: int) -> bool:
    """Whether it starts as ``25/Nov/2026:08:30:00`` does: digits and separators in their places."""
    if stop - start < 20:
        return False
    for i in range(20):
        byte = text[start + i]
        if i == 2 or i == 6:
            right = byte == SLASH
        elif i == 11 or i == 14 or i == 17:
            right = byte == 58
        elif i >= 3 and i <= 5:
            right = (byte >= 65 and byte <= 90) or (byte >= 97 and byte <= 122)
        else:
            right = is_digit(byte)
        if not right:
            return False
    return True


@kernel
def part_of_second(text: Bytes, start: int, stop: int) -> tuple[float, int]:
    """(what ``.125`` at ``start`` is in seconds or 0, where it ends)."""
    if start + 1 >= stop or text[start] != 46 or not is_digit(text[start + 1]):
        return 0.0, start
    value = 0
    scale = 1
    i = start + 1
    while i < stop and is_digit(text[i]):
        if i < start + 10:
            value = 10 * value + digit(text[i])
            scale *= 10
        i += 1
    return value / scale, i


@kernel
def zone_of(text: Bytes, start: int, stop: int) -> tuple[bool, int]:
    """(whether it is `` +0100``, or nothing; seconds ahead of UTC)."""
    if start == stop:
        return True, 0
    if stop - start != 6 or text[start] != 32:
        return False, 0
    sign = text[start + 1]
    hours = digits(text, start + 2, start + 4)
    minutes = digits(text, start + 4, start + 6)
    if (sign != 43 and sign != HYPHEN) or hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return False, 0
    ahead = 3600 * hours + 60 * minutes
    return True, -ahead if sign == HYPHEN else ahead


@kernel
def month_of(text: Bytes, start: int) -> int:
    """1 to 12, 0 if it is no month's name."""
    for month in range(12):
        one, two, three = MONTHS[month]
        if text[start] == one and text[start + 1] == two and text[start + 2] == three:
            return month + 1
    return 0


# --- endpoints -----------------------------------------------------------------------------------


@kernel
def folded(text: Bytes, start: int, stop: int, names: Bytes, at: int) -> tuple[int, int]:
    """Write the target's endpoint to ``names[at:]``: (its end there, its hash)."""
    path_stop = start
    while path_stop < stop and text[path_stop] not in (63, 35, 59):  # ? # ;
        path_stop += 1
    at_start = at
    i = start
    while i < path_stop:
        segment_stop = i
        while segment_stop < path_stop and text[segment_stop] != SLASH:
            segment_stop += 1
        if is_id(text, i, segment_stop):
            names[at] = STAR
            at += 1
        else:
            for j in range(i, segment_stop):
                names[at] = text[j]
                at += 1
        if segment_stop < path_stop:
            names[at] = SLASH
            at += 1
        i = segment_stop + 1
    return at, hash_of(names, at_start, at)


@kernel
def is_id(text: Bytes, start: int, stop: int) -> bool:
    """Whether a segment of a path names one thing of many; see the module's first lines."""
    decimals = 0
    letters = 0
    for i in range(start, stop):
        byte = text[i]
        if is_digit(byte):
            decimals += 1
        elif (byte >= 65 and byte <= 70) or (byte >= 97 and byte <= 102):
            letters += 1
        elif byte not in (44, HYPHEN, 46, 95):
            return False
    return decimals > 0 and (letters == 0 or decimals + letters >= FEWEST_HEX_DIGITS)
