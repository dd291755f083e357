"""A reader's own data, one observation a line: what a format is, and what became of every line.

A format's parser is a kernel, so that the page reads a file as Python does. It gives one row for
every line of the text, whatever is in it: (line from 1, reason, value, value, ...).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from scalelab.kernels.jit import Bytes, Floats, Ints, Table
from scalelab.models.files import MAX_BYTES, Source, text_of

PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Format:
    """What a parser's table means.

    name: one word, by which the page finds the parser.
    values: the names of what a used line holds.
    noun: what a used line is, in the singular; its plural ends in s.
    reasons: what a line can turn out to be, by the parser's reason code. The first is a used line.
    first_malformed: from this code on a line is malformed.
    left_out: codes of lines that hold data, but none of use here.
    expects: a sentence on what may be given.
    names: for what is numbered in its values, the kernel that gives the names (see `names_in`).
    """

    name: str
    parse: Callable[..., Table]
    values: tuple[str, ...]
    noun: str
    reasons: tuple[str, ...]
    first_malformed: int
    expects: str
    left_out: tuple[int, ...] = ()
    names: Mapping[str, Callable[[Bytes], Table]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All but the kernels, as JSON: the page gets those as WebAssembly."""
        return {
            "name": self.name,
            "values": list(self.values),
            "noun": self.noun,
            "reasons": list(self.reasons),
            "first_malformed": self.first_malformed,
            "left_out": list(self.left_out),
            "expects": self.expects,
        }


@dataclass(frozen=True)
class Problem:
    """A malformed line: its number, counted from 1, and what is wrong with it."""

    line: int
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of every line.

    found: what the used lines hold, in words.
    counts: lines by reason; they add up to ``lines``.
    skipped: lines with data that were not used.
    problems: the first malformed lines.
    """

    found: str
    lines: int
    skipped: int
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON, as the page makes it."""
        return {
            "found": self.found,
            "lines": self.lines,
            "skipped": self.skipped,
            "counts": dict(self.counts),
            "problems": [{"line": p.line, "reason": p.reason} for p in self.problems],
        }

    def __str__(self) -> str:
        counts = [f"  {count:,} × {reason}" for reason, count in self.counts.items()]
        problems = [f"  line {p.line:,}: {p.reason}" for p in self.problems]
        return "\n".join(
            [
                f"{self.found} in {counted(self.lines, 'line')}",
                *counts,
                *(["first malformed lines:", *problems] if problems else []),
            ]
        )


class Accounted(Protocol):
    """Any report that accounts for every line."""

    @property
    def lines(self) -> int: ...
    @property
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Lines:
    """What was read.

    values: what the used lines hold, shape (used lines, names of `Format.values`)
    text: the file's bytes, unpacked
    """

    values: Floats
    report: Report
    text: Bytes


def counted(number: int, noun: str) -> str:
    """``3 lines``; the plural ends in s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read(form: Format, source: Source, max_bytes: int = MAX_BYTES) -> Lines:
    """Read ``source`` (a path, the bytes or an open file; gzip and zstd are unpacked).

    Raises
    ------
    ValueError
        If the file cannot be unpacked, or no line of it is of use.
    """
    text: Bytes = np.frombuffer(text_of(source, max_bytes), np.uint8)
    table = form.parse(text)
    reasons = table[:, 1].astype(np.int64)
    report = _report(form, table, reasons)
    used = table[reasons == 0, 2:]
    if not len(used):
        raise ValueError(f"there is no {form.noun} in it: {what_it_holds(report)}")
    return Lines(np.ascontiguousarray(used), report, text)


def names_in(text: Bytes, namer: Callable[[Bytes], Table]) -> tuple[str, ...]:
    """Names by their numbers; ``namer`` gives their bytes, one a row, and a line end after each."""
    return tuple(namer(text).astype(np.uint8).tobytes().decode().split("\n")[:-1])


def _report(form: Format, table: Table, reasons: Ints) -> Report:
    account = account_of(form, table[:, 0], reasons)
    return Report(counted(int(np.sum(reasons == 0)), form.noun), len(table), *account)


def account_of(
    form: Format, lines: Floats | Ints, reasons: Ints
) -> tuple[int, dict[str, int], tuple[Problem, ...]]:
    """(lines with data that were not used, lines by reason, the first malformed lines)."""
    counts = np.bincount(reasons, minlength=len(form.reasons))
    malformed = np.flatnonzero(reasons >= form.first_malformed)
    return (
        len(malformed) + int(sum(counts[code] for code in form.left_out)),
        {form.reasons[code]: int(counts[code]) for code in np.flatnonzero(counts)},
        tuple(Problem(int(lines[i]), form.reasons[reasons[i]]) for i in malformed[:PROBLEMS_SHOWN]),
    )


def what_it_holds(report: Accounted, how: str = "") -> str:
    """Why a file without a used line is no good."""
    if not report.lines:
        return "it is empty"
    counts = ", ".join(f"{count:,} × {reason}" for reason, count in report.counts.items())
    return f"{counted(report.lines, 'line')}{how}: {counts}"
