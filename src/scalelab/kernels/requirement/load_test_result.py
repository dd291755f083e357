"""Reads the result file of a load test, request by request: bytes in, one row per line out.

Every line gets exactly one row, whatever is in it. What is understood:

* *JMeter's CSV*: columns by the names in its header; without one, those that JMeter writes by
  default. The latency is ``elapsed``, until the last byte (``Latency`` ends with the first).
* *k6's CSV and JSON lines*: the metric ``http_req_duration``. k6 notes when a request ended.
* *Locust's request log*, as ``locust.contrib.csv_request_logger`` writes it. Locust's own
  statistics (``--csv``) are sums over many requests: they are recognised, and of no use here.
* *Columns* by names such as start, latency_ms and ok; or two or three columns of numbers, if there
  is no header at all.
* *Lines* end with LF or CR LF. Quoted fields (RFC 4180) may hold delimiters and line ends.
* *Times* are seconds, or since 1970 in s, ms, us or ns, told apart by size; or a date with a time
  of day (RFC 3339, or as JMeter can write it). Without a time zone it is taken as UTC: only
  differences count.
* A header may come again, as when files are joined.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.calendar import day_number, days_of_month, digits
from scalelab.kernels.decimal import number
from scalelab.kernels.jit import Bytes, Ints, Table, kernel
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
from scalelab.kernels.traces import AFTER_QUOTE as TEXT_AFTER_QUOTE
from scalelab.kernels.traces import COMMA as BY_COMMA
from scalelab.kernels.traces import SEMICOLON as BY_SEMICOLON
from scalelab.kernels.traces import TAB as BY_TAB
from scalelab.kernels.traces import UNCLOSED_QUOTE as QUOTE_NOT_CLOSED
from scalelab.kernels.traces import delimited, delimiter_of, name_code, name_hash

# Reasons: what a line turned out to be.
REQUEST = 0
JMETER_HEADER = 1
K6_HEADER = 2
LOCUST_HEADER = 3
COLUMNS_HEADER = 4
K6_METRIC = 5
BLANK = 6
COMMENT = 7
CONTINUED = 8
OTHER_METRIC = 9
TRANSACTION = 10
LOCUST_SUMS = 11
NO_HEADER = 12
TOO_FEW_COLUMNS = 13
TOO_MANY_COLUMNS = 14
NO_TIME = 15
NO_LATENCY = 16
NO_SUCCESS = 17
UNCLOSED_QUOTE = 18
AFTER_QUOTE = 19
NOT_K6_JSON = 20
NOT_TEXT = 21
TOO_LONG = 22

# A longer wait was hardly meant: more than eleven days.
MAX_LATENCY_MS = 1e9
# Times since 1970 are told apart by size: seconds until the year 5138, milliseconds from 1973 on.
LARGEST_S, LARGEST_MS, LARGEST_US = 1e11, 1e14, 1e17

COMMA, TAB, SEMICOLON = 44, 9, 59
BRACE, CLOSING_BRACE, BRACKET, CLOSING_BRACKET = 123, 125, 91, 93
COLON, BACKSLASH = 58, 92


class Layout(NamedTuple):
    """Where a line of columns has what; -1 for what it has not.

    header: reason of the header that said so (`LOCUST_SUMS`: no line below it is of use)
    unit: what times are multiplied by to be seconds; 0: find out
    """

    header: int
    delimiter: int
    columns: int
    start: int
    unit: float
    latency: int
    ok: int
    status: int
    message: int
    metric: int


# Columns by name; blanks and hyphens count as "_", capitals as small letters.
START_NAMES = ("timestamp", "start", "start_s", "start_time", "time", "time_s")
START_MS_NAMES = ("start_ms", "timestamp_ms", "time_ms")
LATENCY_NAMES = (
    "elapsed", "metric_value", "response_time_ms", "latency_ms", "latency", "response_time",
    "duration_ms", "duration", "elapsed_ms",
)  # fmt: skip
OK_NAMES = ("expected_response", "success", "ok", "successful")
STATUS_NAMES = ("status", "status_code", "responsecode", "response_code")
YES_NAMES = ("true", "1", "yes", "ok", "success", "pass")
NO_NAMES = ("false", "0", "no", "ko", "failure", "fail", "failed", "error")

START_HASHES = tuple(name_hash(name) for name in START_NAMES)
START_MS_HASHES = tuple(name_hash(name) for name in START_MS_NAMES)
LATENCY_HASHES = tuple(name_hash(name) for name in LATENCY_NAMES)
OK_HASHES = tuple(name_hash(name) for name in OK_NAMES)
STATUS_HASHES = tuple(name_hash(name) for name in STATUS_NAMES)
YES_HASHES = tuple(name_hash(name) for name in YES_NAMES)
NO_HASHES = tuple(name_hash(name) for name in NO_NAMES)
# What only one program's header has.
ELAPSED = name_hash("elapsed")
METRIC_NAME = name_hash("metric_name")
REQUEST_TYPE = name_hash("request_type")
EXCEPTION = name_hash("exception")
RESPONSE_MESSAGE = name_hash("responsemessage")
SUMS_HASHES = tuple(
    name_hash(name) for name in ("request_count", "total_request_count", "occurrences", "traceback")
)
DURATION = name_hash("http_req_duration")
# How the message of a JMeter transaction begins: a row that sums up the rows of its requests.
IN_TRANSACTION = "Number of samples in transaction"
TRANSACTION_BYTES = len(IN_TRANSACTION)
TRANSACTION_HASH = name_hash(IN_TRANSACTION.lower().replace(" ", "_"))

NO_LAYOUT = Layout(NO_HEADER, BY_COMMA, 0, -1, 0.0, -1, -1, -1, -1, -1)
# What JMeter writes without a header: its 17 columns in the order they have by default.
JMETER_DEFAULT = Layout(JMETER_HEADER, BY_COMMA, 17, 0, 0.0, 1, 7, 3, 4, -1)

# k6's JSON: the members that matter, by their place in a list of (start, stop).
TYPE, METRIC, TIME, VALUE, STATUS, EXPECTED = 0, 1, 2, 3, 4, 5
MEMBERS = 6
MOST_NESTED = 16
KEY_TYPE, KEY_METRIC, KEY_DATA = name_hash("type"), name_hash("metric"), name_hash("data")
KEY_TIME, KEY_VALUE, KEY_TAGS = name_hash("time"), name_hash("value"), name_hash("tags")
KEY_STATUS, KEY_EXPECTED = name_hash("status"), name_hash("expected_response")
POINT, METRIC_TYPE = name_hash("point"), name_hash("metric")


# --- what a field says ---------------------------------------------------------------------------


@kernel
def seconds(text: Bytes, start: int, stop: int, unit: float) -> tuple[bool, float]:
    """(whether it is a time, in seconds)."""
    is_number, value = number(text, start, stop)
    if not is_number:
        return date_and_time(text, start, stop)
    if unit > 0.0:
        return abs(value) < LARGEST_MS, value * unit
    size = abs(value)
    if size < LARGEST_S:
        return True, value
    if size < LARGEST_MS:
        return True, value / 1e3
    if size < LARGEST_US:
        return True, value / 1e6
    return size < 1e20, value / 1e9


@kernel
def date_and_time(text: Bytes, start: int, stop: int) -> tuple[bool, float]:
    """2026-11-25T08:30:00.25+01:00; slashes, and a blank for the T, will do as well."""
    if stop - start < 19:
        return False, 0.0
    year = digits(text, start, start + 4)
    month = digits(text, start + 5, start + 7)
    day = digits(text, start + 8, start + 10)
    hour = digits(text, start + 11, start + 13)
    minute = digits(text, start + 14, start + 16)
    second = digits(text, start + 17, start + 19)
    slash = text[start + 4]
    between = text[start + 10]
    if (
        year < 1970 or month < 1 or month > 12 or day < 1 or day > days_of_month(year, month)
        or hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 60
        or (slash != 45 and slash != 47) or text[start + 7] != slash
        or (between != 32 and between != 84 and between != 116)
        or text[start + 13] != COLON or text[start + 16] != COLON
    ):  # fmt: skip
        return False, 0.0
    i = start + 19
    fraction = 0.0
    if i < stop and (text[i] == 46 or text[i] == COMMA):
        unit = 0.1
        i += 1
        while i < stop and is_digit(text[i]):
            fraction += unit * (np.int64(text[i]) - 48)
            unit *= 0.1
            i += 1
    is_zone, offset = zone(text, i, stop)
    moment = ((day_number(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second
    return is_zone, moment + fraction


@kernel
def zone(text: Bytes, start: int, stop: int) -> tuple[bool, int]:
    """(whether this is nothing, Z, +01:00 or +0100; minutes ahead of UTC)."""
    if start == stop or (stop - start == 1 and (text[start] == 90 or text[start] == 122)):
        return True, 0
    if text[start] != 43 and text[start] != 45:
        return False, 0
    minutes_at = start + 4 if start + 3 < stop and text[start + 3] == COLON else start + 3
    if stop != minutes_at + 2:
        return False, 0
    hours = digits(text, start + 1, start + 3)
    minutes = digits(text, minutes_at, stop)
    if hours < 0 or minutes < 0:
        return False, 0
    ahead = 60 * hours + minutes
    return True, -ahead if text[start] == 45 else ahead


@kernel
def truth(text: Bytes, start: int, stop: int) -> int:
    """1 for true, yes, ok ..., 0 for the contrary, -1 for neither."""
    code = name_code(text, start, stop)
    if code in YES_HASHES:
        return 1
    return 0 if code in NO_HASHES else -1


@kernel
def is_success(text: Bytes, start: int, stop: int) -> int:
    """1 for a status of 200 to 399, as k6 has it; 0 for any other, and for what is no number."""
    is_number, status = number(text, start, stop)
    return 1 if is_number and 200.0 <= status < 400.0 else 0


@kernel
def outcome(
    text: Bytes, time: tuple[int, int], latency: tuple[int, int], unit: float, ends: bool
) -> tuple[int, float, float]:
    """(`REQUEST` or what is wrong, start in s, latency in ms); ``ends``: the time is the end."""
    is_time, moment = seconds(text, time[0], time[1], unit)
    if not is_time:
        return NO_TIME, 0.0, 0.0
    is_number, ms = number(text, latency[0], latency[1])
    if not (is_number and 0.0 <= ms <= MAX_LATENCY_MS):
        return NO_LATENCY, 0.0, 0.0
    return REQUEST, moment - ms / 1e3 if ends else moment, ms


# --- lines of columns ----------------------------------------------------------------------------


@kernel
def field(text: Bytes, start: int, stop: int, delimiter: int, column: int) -> tuple[int, int]:
    """(start, stop) of a field, without its quotes; empty for a column that there is not."""
    if column < 0:
        return start, start
    _, begin, end, _, _, _ = delimited(text, start, stop, delimiter, column)
    return begin, end


@kernel
def usual_delimiter(text: Bytes, start: int, stop: int) -> int:
    """The one of comma, tab and semicolon that the line has most of."""
    commas = 0
    tabs = 0
    semicolons = 0
    for i in range(start, stop):
        commas += 1 if text[i] == COMMA else 0
        tabs += 1 if text[i] == TAB else 0
        semicolons += 1 if text[i] == SEMICOLON else 0
    if commas >= max(tabs, semicolons):
        return BY_COMMA
    return BY_TAB if tabs >= semicolons else BY_SEMICOLON


@kernel
def header(text: Bytes, start: int, stop: int) -> Layout:
    """The layout that a header names; `NO_LAYOUT` if the line is none."""
    layout = usual_delimiter(text, start, stop)
    delimiter = delimiter_of(layout)
    reason, _, _, _, columns, newline = delimited(text, start, stop, delimiter, 0)
    if reason in (QUOTE_NOT_CLOSED, TEXT_AFTER_QUOTE) or newline > line_stop(text, stop):
        return NO_LAYOUT
    at_start, at_latency, at_ok, at_status, at_message, at_metric = -1, -1, -1, -1, -1, -1
    at_exception = -1
    unit = 0.0
    elapsed = False
    request_type = False
    sums = False
    for column in range(columns):
        begin, end = field(text, start, stop, delimiter, column)
        code = name_code(text, begin, end)
        if at_start < 0 and (code in START_HASHES or code in START_MS_HASHES):
            at_start = column
            unit = 1e-3 if code in START_MS_HASHES else 0.0
        if at_latency < 0 and code in LATENCY_HASHES:
            at_latency = column
        if at_ok < 0 and code in OK_HASHES:
            at_ok = column
        if at_status < 0 and code in STATUS_HASHES:
            at_status = column
        if code == RESPONSE_MESSAGE:
            at_message = column
        if code == METRIC_NAME:
            at_metric = column
        if code == EXCEPTION:
            at_exception = column
        elapsed = elapsed or code == ELAPSED
        request_type = request_type or code == REQUEST_TYPE
        sums = sums or code in SUMS_HASHES
    if sums:
        return Layout(LOCUST_SUMS, layout, columns, -1, 0.0, -1, -1, -1, -1, -1)
    if at_start < 0 or at_latency < 0:
        return NO_LAYOUT
    reason = COLUMNS_HEADER
    if at_metric >= 0:
        reason = K6_HEADER
    elif request_type and at_exception >= 0:
        # Whether an exception is there says it all; the status is 0 for what is not HTTP.
        reason = LOCUST_HEADER
        at_message = at_exception
        at_status = -1
    elif elapsed and (at_message >= 0 or at_ok >= 0 or at_status >= 0):
        reason = JMETER_HEADER
    return Layout(
        reason, layout, columns, at_start, unit, at_latency, at_ok, at_status, at_message, at_metric
    )


@kernel
def without_header(text: Bytes, start: int, stop: int, first: bool) -> Layout:
    """The layout of a line without a header: JMeter's by default, or two or three numbers.

    Numbers only on the ``first`` line: below one that is not understood they may be anything.
    """
    layout = usual_delimiter(text, start, stop)
    delimiter = delimiter_of(layout)
    reason, _, _, _, columns, _ = delimited(text, start, stop, delimiter, 0)
    if reason in (QUOTE_NOT_CLOSED, TEXT_AFTER_QUOTE):
        return NO_LAYOUT
    begin, end = field(text, start, stop, delimiter, 0)
    is_time, _ = seconds(text, begin, end, 0.0)
    begin, end = field(text, start, stop, delimiter, 1)
    is_latency, _ = number(text, begin, end)
    if not (is_time and is_latency):
        return NO_LAYOUT
    if layout == BY_COMMA and columns == JMETER_DEFAULT.columns:
        begin, end = field(text, start, stop, delimiter, JMETER_DEFAULT.ok)
        return JMETER_DEFAULT if truth(text, begin, end) >= 0 else NO_LAYOUT
    if columns > 3 or not first:
        return NO_LAYOUT
    if columns == 3:
        begin, end = field(text, start, stop, delimiter, 2)
        if truth(text, begin, end) < 0:
            return NO_LAYOUT
    return Layout(COLUMNS_HEADER, layout, columns, 0, 0.0, 1, 2 if columns == 3 else -1, -1, -1, -1)


@kernel
def succeeded(text: Bytes, start: int, stop: int, layout: Layout) -> int:
    """1 or 0; -1 if the line says neither. A line that says nothing at all succeeded."""
    delimiter = delimiter_of(layout.delimiter)
    if layout.header == LOCUST_HEADER:
        begin, end = field(text, start, stop, delimiter, layout.message)
        return 1 if begin == end else 0
    begin, end = field(text, start, stop, delimiter, layout.ok)
    if begin < end:
        return truth(text, begin, end)
    begin, end = field(text, start, stop, delimiter, layout.status)
    return is_success(text, begin, end) if begin < end else 1


@kernel
def is_transaction(text: Bytes, begin: int, end: int) -> bool:
    stop = begin + TRANSACTION_BYTES
    return bool(stop <= end and name_code(text, begin, stop) == TRANSACTION_HASH)


@kernel
def columns_line(
    text: Bytes, start: int, stop: int, layout: Layout
) -> tuple[int, float, float, int, int]:
    """(reason, start, latency, ok, LF of the last line taken) of a line of columns."""
    delimiter = delimiter_of(layout.delimiter)
    how, _, _, _, columns, newline = delimited(text, start, stop, delimiter, 0)
    nothing = (0.0, 0.0, 0, newline)
    if how == QUOTE_NOT_CLOSED:
        return UNCLOSED_QUOTE, *nothing
    if how == TEXT_AFTER_QUOTE:
        return AFTER_QUOTE, *nothing
    if layout.header in (LOCUST_SUMS, NO_HEADER):
        return layout.header, *nothing
    if columns != layout.columns:
        return TOO_FEW_COLUMNS if columns < layout.columns else TOO_MANY_COLUMNS, *nothing
    if layout.header == K6_HEADER:
        begin, end = field(text, start, stop, delimiter, layout.metric)
        if name_code(text, begin, end) != DURATION:
            return OTHER_METRIC, *nothing
    if layout.header == JMETER_HEADER:
        begin, end = field(text, start, stop, delimiter, layout.message)
        if is_transaction(text, begin, end):
            return TRANSACTION, *nothing
    time = field(text, start, stop, delimiter, layout.start)
    latency = field(text, start, stop, delimiter, layout.latency)
    reason, moment, ms = outcome(text, time, latency, layout.unit, layout.header == K6_HEADER)
    ok = succeeded(text, start, stop, layout)
    if reason != REQUEST:
        return reason, *nothing
    if ok < 0:
        return NO_SUCCESS, *nothing
    return REQUEST, moment, ms, ok, newline


# --- lines of JSON -------------------------------------------------------------------------------


@kernel
def string_stop(text: Bytes, start: int, stop: int) -> int:
    """The quote that ends a JSON string, -1 if there is none; a backslash takes the next byte."""
    i = start
    while i < stop and text[i] != QUOTE:
        i += 2 if text[i] == BACKSLASH else 1
    return i if i < stop else -1


@kernel
def member(keys: Ints, depth: int) -> int:
    """Which of the members that matter has this path of keys, or -1."""
    key = keys[depth]
    if depth == 1:
        if key == KEY_TYPE:
            return TYPE
        return METRIC if key == KEY_METRIC else -1
    if depth < 2 or keys[1] != KEY_DATA:
        return -1
    if depth == 2:
        if key == KEY_TIME:
            return TIME
        return VALUE if key == KEY_VALUE else -1
    if depth == 3 and keys[2] == KEY_TAGS:
        if key == KEY_STATUS:
            return STATUS
        return EXPECTED if key == KEY_EXPECTED else -1
    return -1


@kernel
def members(text: Bytes, start: int, stop: int, found: Ints) -> bool:
    """Puts (start, stop) of each member that matters into ``found``; whether it is one object.

    Strings must be closed and brackets match; commas and colons are taken on trust.
    """
    keys = np.zeros(MOST_NESTED + 1, np.int64)
    objects = np.zeros(MOST_NESTED + 1, np.int64)
    found[:] = start
    depth = 0
    in_key = False
    i = start
    while i < stop:
        byte = text[i]
        begin = i
        if byte in (BRACE, BRACKET):
            depth += 1
            if depth > MOST_NESTED:
                return False
            keys[depth] = 0
            objects[depth] = 1 if byte == BRACE else 0
            in_key = byte == BRACE
        elif byte in (CLOSING_BRACE, CLOSING_BRACKET):
            if depth == 0 or objects[depth] != (1 if byte == CLOSING_BRACE else 0):
                return False
            depth -= 1
            if depth == 0:
                return after_blanks(text, i + 1, stop, -1) == stop
        elif byte == COMMA:
            in_key = objects[depth] == 1
        elif byte == COLON:
            in_key = False
        elif byte == QUOTE:
            i = string_stop(text, i + 1, stop)
            if i < 0:
                return False
            if in_key:
                keys[depth] = name_code(text, begin + 1, i)
            else:
                put_member(found, member(keys, depth), begin + 1, i)
        elif byte > 32:
            while i + 1 < stop and not (
                text[i + 1] in (COMMA, CLOSING_BRACE, CLOSING_BRACKET, QUOTE, COLON)
                or text[i + 1] <= 32
            ):
                i += 1
            put_member(found, member(keys, depth), begin, i + 1)
        i += 1
    return False


@kernel
def put_member(found: Ints, which: int, begin: int, end: int) -> None:
    if which >= 0:
        found[2 * which] = begin
        found[2 * which + 1] = end


@kernel
def json_line(text: Bytes, start: int, stop: int, found: Ints) -> tuple[int, float, float, int]:
    """(reason, start, latency, ok) of a line that k6 wrote as JSON."""
    nothing = (0.0, 0.0, 0)
    if not members(text, start, stop, found):
        return NOT_K6_JSON, *nothing
    kind = name_code(text, found[2 * TYPE], found[2 * TYPE + 1])
    if kind == METRIC_TYPE:
        return K6_METRIC, *nothing
    if kind != POINT:
        return NOT_K6_JSON, *nothing
    if name_code(text, found[2 * METRIC], found[2 * METRIC + 1]) != DURATION:
        return OTHER_METRIC, *nothing
    time = (found[2 * TIME], found[2 * TIME + 1])
    latency = (found[2 * VALUE], found[2 * VALUE + 1])
    reason, moment, ms = outcome(text, time, latency, 0.0, True)
    if reason != REQUEST:
        return reason, *nothing
    ok = 1
    begin, end = found[2 * EXPECTED], found[2 * EXPECTED + 1]
    if begin < end:
        ok = truth(text, begin, end)
    elif found[2 * STATUS] < found[2 * STATUS + 1]:
        ok = is_success(text, found[2 * STATUS], found[2 * STATUS + 1])
    if ok < 0:
        return NO_SUCCESS, *nothing
    return REQUEST, moment, ms, ok


# --- the whole text ------------------------------------------------------------------------------


@kernel
def line_ends(text: Bytes, start: int, stop: int) -> int:
    count = 0
    for i in range(start, stop):
        count += 1 if text[i] == NEWLINE else 0
    return count


@kernel
def parse(text: Bytes) -> Table:
    """Read ``text``: for each line its number from 1, the reason, and what a request was.

    That is: its start since the first one's (s), latency (ms), 1 if it succeeded and 0 if not; all
    of them 0 where the line is no request.
    """
    n_lines = line_count(text)
    table = np.zeros((n_lines, 5))
    found = np.zeros(2 * MEMBERS, np.int64)
    layout = NO_LAYOUT
    first = True
    earliest = np.inf
    position = after_byte_order_mark(text)
    line = 0
    while line < n_lines:
        newline = line_stop(text, position)
        last = newline
        stop = without_return(text, position, newline)
        start = after_blanks(text, position, stop, -1)
        moment, ms, ok = 0.0, 0.0, 0
        if start == stop:
            reason = BLANK
        elif stop - start > MAX_LINE_BYTES:
            reason = TOO_LONG
        elif text[start] == 35:
            reason = COMMENT
        elif text[start] == BRACE:
            reason, moment, ms, ok = json_line(text, start, before_blanks(text, start, stop), found)
        else:
            reason, moment, ms, ok, last = columns_line(text, position, stop, layout)
            if reason not in (REQUEST, OTHER_METRIC):
                named = header(text, position, stop)
                if named.header != NO_HEADER:
                    layout = named
                    reason = named.header
                elif reason == NO_HEADER:
                    layout = without_header(text, position, stop, first)
                    reason, moment, ms, ok, last = columns_line(text, position, stop, layout)
        if reason not in (BLANK, TOO_LONG) and (
            has_control(text, position, without_return(text, position, last))
            or not is_utf8(text, position, last)
        ):
            reason = NOT_TEXT
        first = first and reason in (BLANK, COMMENT)
        table[line, 0] = line + 1
        table[line, 1] = reason
        if reason == REQUEST:
            table[line, 2] = moment
            table[line, 3] = ms
            table[line, 4] = ok
            earliest = min(earliest, moment)
        line += 1
        for _ in range(line_ends(text, newline, last)):
            table[line, 0] = line + 1
            table[line, 1] = CONTINUED
            line += 1
        position = last + 1
    for i in range(n_lines):
        if table[i, 1] == REQUEST:
            table[i, 2] -= earliest
    return table
