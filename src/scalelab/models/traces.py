r"""A reader's own trace: from a file of requests to keys that a model can be run on.

>>> trace = read(b"item,price\nchair,49\ntable,180\n\nchair,49\n", column="item")
>>> trace.keys.tolist(), trace.names
([0, 1, 0], ('chair', 'table'))
>>> print(trace.report)
3 requests for 2 keys in 5 lines (layout comma, column 1)
  3 × request
  1 × header
  1 × blank line

What layouts are understood, and how, is told in `scalelab.kernels.traces`, which does the
reading, here as in the page.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from scalelab.kernels import traces as kernel
from scalelab.kernels.jit import Bytes, Ints, Table
from scalelab.kernels.text import MAX_LINE_BYTES, NEWLINE, after_byte_order_mark
from scalelab.models.files import MAX_BYTES, Source, text_of
from scalelab.models.lines import Format, Problem, account_of, counted, what_it_holds

LAYOUTS = {
    "plain": kernel.PLAIN,
    "comma": kernel.COMMA,
    "tab": kernel.TAB,
    "semicolon": kernel.SEMICOLON,
    "log": kernel.LOG,
}

# What each line turned out to be, by the kernel's reason code.
REASONS = (
    "request",
    "header",
    "blank line",
    "comment",
    "goes on from the line above",
    "not a GET request",
    "status other than 2xx or 304",
    "too few columns",
    "too many columns",
    "empty key",
    "quote that is not closed",
    "text after a closing quote",
    "not a line of an access log",
    "control character: not text",
    "key is not valid UTF-8",
    f"longer than {MAX_LINE_BYTES:,} bytes",
)
# Lines that hold a request, but not one that a cache could answer.
LEFT_OUT = (kernel.NOT_GET, kernel.NOT_SERVED)
# From here on a line is malformed.
FIRST_MALFORMED = kernel.TOO_FEW_COLUMNS

FORMAT = Format(
    name="trace",
    parse=kernel.parse,
    values=("key",),
    noun="request",
    reasons=REASONS,
    first_malformed=FIRST_MALFORMED,
    left_out=LEFT_OUT,
    expects="CSV or TSV, an access log, or one key per line",
)


@dataclass(frozen=True)
class Report:
    """What became of every line.

    counts: lines by reason, in the order of `REASONS`; they add up to ``lines``.
    skipped: lines with data that were not used: malformed ones, and in an access log those that
        a cache could not have answered.
    problems: the first malformed lines.
    """

    layout: str
    column: int
    header: bool
    lines: int
    requests: int
    keys: int
    skipped: int
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def found(self) -> str:
        """What was found, and where, in words."""
        where = {"plain": "one key per line", "log": "an access log"}.get(
            self.layout, f"column {self.column + 1}, separated by {self.layout}"
        )
        return f"{counted(self.requests, 'request')} for {counted(self.keys, 'key')} ({where})"

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON, as the page makes it."""
        return {
            "found": self.found,
            "layout": self.layout,
            "column": self.column,
            "header": self.header,
            "lines": self.lines,
            "requests": self.requests,
            "keys": self.keys,
            "skipped": self.skipped,
            "counts": dict(self.counts),
            "problems": [{"line": p.line, "reason": p.reason} for p in self.problems],
        }

    def __str__(self) -> str:
        counts = [f"{count:,} × {reason}" for reason, count in self.counts.items()]
        problems = [f"  line {p.line:,}: {p.reason}" for p in self.problems]
        return "\n".join(
            [
                f"{self.requests:,} requests for {self.keys:,} keys in {self.lines:,} lines "
                f"(layout {self.layout}, column {self.column + 1})",
                *(f"  {line}" for line in counts),
                *(["first malformed lines:", *problems] if problems else []),
            ]
        )


@dataclass(frozen=True)
class Trace:
    """A sequence of requests.

    keys: what is asked for, numbered from 0 in order of first appearance, shape (requests,)
    """

    keys: Ints
    n_keys: int
    report: Report
    _text: Bytes = field(repr=False)
    _first_lines: Ints = field(repr=False)

    def __len__(self) -> int:
        return self.keys.size

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The keys as they are written in the file; ``names[k]`` is key k."""
        text = self._text
        layout = LAYOUTS[self.report.layout]
        starts = np.flatnonzero(text == NEWLINE) + 1
        first = after_byte_order_mark(text)
        names = []
        for line in self._first_lines:
            position = int(starts[line - 2]) if line > 1 else first
            _, start, stop, quoted, *_ = kernel.record(text, position, layout, self.report.column)
            name = text[start:stop].tobytes()
            names.append((name.replace(b'""', b'"') if quoted else name).decode())
        return tuple(names)


def read(
    source: Source,
    column: int | str | None = None,
    layout: str | None = None,
    header: bool | None = None,
    max_bytes: int = MAX_BYTES,
) -> Trace:
    """Read a trace of requests.

    Parameters
    ----------
    source : a path, the file's bytes, or an open file; gzip and zstd are unpacked
    column : where the key is: a column's number from 0, or its name in the header.
        Default: the only column, or the one that a header calls key, object, url, path, page,
        item, product, id or the like.
    layout : "plain" (a key a line), "comma", "tab", "semicolon" or "log" (Common or Combined Log
        Format). Default: what most of the first lines are in.
    header : whether the first line names the columns. Default: it does if none of its fields is
        a number or comes again, and one has a name as above or stands over numbers only.
    max_bytes : largest size of the unpacked file

    Returns
    -------
    Trace
        Its ``report`` accounts for every line.

    Raises
    ------
    ValueError
        If the file cannot be unpacked, holds no request, or could have its keys in several columns.
    """
    if layout is not None and layout not in LAYOUTS:
        raise ValueError(f"layout {layout!r} is not known; it is one of {', '.join(LAYOUTS)}")
    content = text_of(source, max_bytes)
    if isinstance(column, str):
        column, layout = _column_called(column, content, layout)
        header = True
    elif column is not None and column < 0:
        raise ValueError(f"column {column} is below 0; columns are counted from 0")
    text = np.frombuffer(content, np.uint8)
    table = kernel.parse(
        text,
        kernel.DETECT if layout is None else LAYOUTS[layout],
        kernel.DETECT if column is None else column,
        kernel.DETECT if header is None else int(header),
    )
    return _trace(text, table)


def _trace(text: Bytes, table: Table) -> Trace:
    layout, column, header = (int(value) for value in table[0])
    columns, requests, n_keys = (int(value) for value in table[1])
    name = next(name for name, code in LAYOUTS.items() if code == layout)
    first_line = _first_line(text.tobytes())
    if column == kernel.DETECT:
        raise ValueError(
            f"the file has {columns} columns and any could hold the keys; its first line is "
            f"{first_line!r}. Name one with column=, or call it 'key' in a header line"
        )
    if column >= columns:
        raise ValueError(
            f"column {column} does not exist: most lines have {columns} (layout {name}); choose "
            f"0 to {columns - 1}, or another layout"
        )
    rows = table[kernel.HEAD_ROWS :].astype(np.int64)
    report = _report(name, column, bool(header), rows, requests, n_keys)
    if requests == 0:
        raise ValueError(
            f"there is no request in it: {what_it_holds(report, f' read as layout {name}')}"
        )
    used = rows[rows[:, 2] == kernel.REQUEST]
    keys = np.ascontiguousarray(used[:, 1])
    _, firsts = np.unique(keys, return_index=True)
    return Trace(keys, n_keys, report, text, used[firsts, 0])


def _report(
    layout: str, column: int, header: bool, rows: Ints, requests: int, n_keys: int
) -> Report:
    skipped, by_reason, problems = account_of(FORMAT, rows[:, 0], rows[:, 2])
    return Report(
        layout=layout,
        column=column,
        header=header,
        lines=len(rows),
        requests=requests,
        keys=n_keys,
        skipped=skipped,
        counts=by_reason,
        problems=problems,
    )


def _first_line(content: bytes) -> str:
    """The first line that is neither blank nor a comment."""
    text = content[: 4 * MAX_LINE_BYTES].removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            return line.strip("\r")[:200]
    return ""


def _column_called(name: str, content: bytes, layout: str | None) -> tuple[int, str]:
    """(number, layout) of the column that the first line calls ``name``."""
    text = np.frombuffer(content, np.uint8)
    if layout is None:
        code = kernel.detected_layout(text, after_byte_order_mark(text))
        layout = next(each for each, number in LAYOUTS.items() if number == code)
    line = _first_line(content)
    delimiter = {"comma": ",", "tab": "\t", "semicolon": ";"}.get(layout)
    titles = [line]
    if delimiter is not None:
        titles = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    titles = [title.strip() for title in titles]
    if name not in titles:
        raise ValueError(
            f"no column is called {name!r}; the first line names {titles} (layout {layout}). "
            "Give the column's number, counted from 0, if the file has no header"
        )
    return titles.index(name), layout
