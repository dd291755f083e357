"""A reader's own data, one observation a line: values, and an account of every line."""

import gzip

import numpy as np
import pytest

from scalelab.kernels.jit import Bytes, Table
from scalelab.models.lines import PROBLEMS_SHOWN, Format, Problem, read


def parse(text: Bytes) -> Table:
    """A number a line; a line of "-" is left out, anything else is malformed."""
    rows = []
    for number, line in enumerate(text.tobytes().decode().splitlines(), 1):
        digit = line.isdigit()
        rows.append((number, 0 if digit else 1 if line == "-" else 2, int(line) if digit else 0))
    return np.array(rows, np.float64).reshape(-1, 3)


FORMAT = Format(
    name="numbers",
    parse=parse,
    values=("number",),
    noun="number",
    reasons=("number", "missing", "not a number"),
    first_malformed=2,
    left_out=(1,),
    expects="a number a line",
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_used_lines_give_values_and_every_line_is_in_the_report(pack: type[bytes]) -> None:
    lines = read(FORMAT, pack(b"3\n-\nx\n5\n"))
    assert lines.values.tolist() == [[3.0], [5.0]]
    report = lines.report
    assert report.found == "2 numbers"
    assert report.counts == {"number": 2, "missing": 1, "not a number": 1}
    assert (report.lines, report.skipped) == (4, 2)
    assert report.problems == (Problem(3, "not a number"),)
    assert str(report).splitlines() == [
        "2 numbers in 4 lines",
        "  2 × number",
        "  1 × missing",
        "  1 × not a number",
        "first malformed lines:",
        "  line 3: not a number",
    ]


def test_only_the_first_problems_are_kept_but_all_are_counted() -> None:
    report = read(FORMAT, b"1\n" + b"x\n" * 30).report
    assert len(report.problems) == PROBLEMS_SHOWN
    assert report.skipped == 30


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no number in it: it is empty"),
        (b"-\nx\n", "there is no number in it: 2 lines: 1 × missing, 1 × not a number"),
        (b"PK\x03\x04", "zip archive"),
    ],
)
def test_what_cannot_be_used_says_why(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(FORMAT, content)
