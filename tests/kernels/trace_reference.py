"""The trace parser once more, written to be read: slices, `re` and a dict in place of loops."""

import re
from collections import Counter

from scalelab.kernels import traces as kernel

BLANKS = b" \t"
DELIMITERS = {kernel.COMMA: b",", kernel.TAB: b"\t", kernel.SEMICOLON: b";"}
SPLIT = {kernel.REQUEST, kernel.EMPTY_KEY, kernel.TOO_FEW_COLUMNS}
QUOTED = re.compile(rb'"((?:[^"]|"")*+)"')
LOG = re.compile(rb'(?s)(?>.*? \[(?=\d))(?>.*?\] ")')
REQUEST = re.compile(rb'(?s)((?:[^"\\]|\\.)*+)"')
STATUS = re.compile(rb"(?s) (\d\d\d) (?:\d+|-)(?: .*)?")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\r(?!\n)")


def rows(data: bytes, layout: int, column: int, header: int) -> list[tuple[int, int, int]]:
    """(line, key, reason) of every line."""
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    records = []
    while start < len(data) or (start == len(data) == 3 and not records):
        one = record(data, start, layout, column)
        records.append(one)
        start = one[-1]
    columns = usual_columns(records, layout)
    found = []
    numbers: dict[bytes, int] = {}
    for reason, key, fields, lines, _ in records:
        if reason in SPLIT and layout in DELIMITERS and fields != columns:
            reason = kernel.TOO_FEW_COLUMNS if fields < columns else kernel.TOO_MANY_COLUMNS
        elif header and reason in SPLIT:
            reason, header = kernel.HEADER, 0
        number = -1
        if reason == kernel.REQUEST:
            try:
                key.decode()
                number = numbers.setdefault(key, len(numbers))
            except UnicodeDecodeError:
                reason = kernel.INVALID_UTF8
        found.append((len(found) + 1, number, reason))
        found += [(len(found) + 1 + i, -1, kernel.CONTINUED) for i in range(lines - 1)]
    return found


def usual_columns(records: list[tuple[int, bytes, int, int, int]], layout: int) -> int:
    full = [one for one in records if one[0] not in (kernel.BLANK, kernel.COMMENT)]
    counts = Counter(one[2] for one in full[: kernel.SAMPLE_LINES] if one[0] in SPLIT)
    return max(counts, key=counts.__getitem__, default=1) if layout in DELIMITERS else 1


def record(data: bytes, start: int, layout: int, column: int) -> tuple[int, bytes, int, int, int]:
    """(reason, key, fields, lines taken, start of the next line)."""
    stop = line_stop(data, start)
    line = data[start:stop].removesuffix(b"\r")
    if not line.strip(BLANKS):
        return kernel.BLANK, b"", 0, 1, stop + 1
    if line.startswith(b"#"):
        return kernel.COMMENT, b"", 0, 1, stop + 1
    key, fields = b"", 1
    if layout == kernel.PLAIN:
        reason, key = kernel.REQUEST, line.strip(BLANKS)
    elif layout == kernel.LOG:
        reason, key = log_line(line)
    else:
        reason, values, stop = delimited(data, start, DELIMITERS[layout])
        fields = len(values)
        if reason == kernel.REQUEST:
            key = values[column] if column < fields else b""
            if column >= fields:
                reason = kernel.TOO_FEW_COLUMNS
            elif not key:
                reason = kernel.EMPTY_KEY
    whole = data[start:stop].removesuffix(b"\r")
    if CONTROL.search(whole):
        reason = kernel.CONTROL_CHARACTER
    elif len(whole) > kernel.MAX_LINE_BYTES:
        reason = kernel.TOO_LONG
    return reason, key, fields, 1 + data[start:stop].count(b"\n"), stop + 1


def line_stop(data: bytes, start: int) -> int:
    stop = data.find(b"\n", start)
    return len(data) if stop < 0 else stop


def delimited(data: bytes, start: int, delimiter: bytes) -> tuple[int, list[bytes], int]:
    """(reason, fields, end of the last line taken)."""
    first_stop = stop = line_stop(data, start)
    end = start + len(data[start:stop].removesuffix(b"\r"))
    blanks = BLANKS.replace(delimiter, b"")
    values = []
    i = start
    while True:
        i = end - len(data[i:end].lstrip(blanks))
        if data[i:end].startswith(b'"'):
            quoted = QUOTED.match(data, i)
            if not quoted or quoted.end() - 1 >= start + kernel.MAX_LINE_BYTES:
                return kernel.UNCLOSED_QUOTE, values, first_stop
            values.append(quoted[1].replace(b'""', b'"'))
            i = quoted.end()
            if i > end:
                stop = line_stop(data, i)
                end = i + len(data[i:stop].removesuffix(b"\r"))
            i = end - len(data[i:end].lstrip(blanks))
            if i < end and data[i : i + 1] != delimiter:
                return kernel.AFTER_QUOTE, values, first_stop
        else:
            value = data[i:end].split(delimiter, 1)[0]
            values.append(value.rstrip(BLANKS))
            i += len(value)
        if i >= end:
            return kernel.REQUEST, values, stop
        i += 1


def log_line(line: bytes) -> tuple[int, bytes]:
    start = LOG.match(line)
    if not start:
        return kernel.NOT_A_LOG_LINE, b""
    request = REQUEST.match(line, start.end())
    if not request:
        return kernel.UNCLOSED_QUOTE, b""
    status = STATUS.fullmatch(line, request.end())
    if not status:
        return kernel.NOT_A_LOG_LINE, b""
    if not request[1].startswith(b"GET "):
        return kernel.NOT_GET, b""
    if not (status[1].startswith(b"2") or status[1] == b"304"):
        return kernel.NOT_SERVED, b""
    key = re.sub(rb" HTTP/[^ ]*\Z", b"", request[1][3:]).strip(BLANKS)
    return (kernel.REQUEST if key else kernel.EMPTY_KEY), key
