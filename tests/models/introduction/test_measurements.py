"""Measurements from text: what is used, and that every line is accounted for."""

import gzip
import re

import pytest

from scalelab.kernels.introduction import measurements as kernel
from scalelab.models.introduction.measurements import FORMAT, read

TEXT = b"processors,throughput\n1,20\n4,78\n# night run\n8,1,300\n12,-1\n\n"


def test_used_lines_in_the_order_of_the_file() -> None:
    measured = read(b"8 130\n1 20\n4 78\n4 79")
    assert measured.n.tolist() == [8.0, 1.0, 4.0, 4.0]
    assert measured.throughput.tolist() == [130.0, 20.0, 78.0, 79.0]
    assert len(measured) == 4


def test_every_line_is_in_the_report() -> None:
    report = read(TEXT).report
    assert report.lines == 7 == sum(report.counts.values())
    assert report.skipped == 2
    assert [problem.line for problem in report.problems] == [5, 6]
    assert "1000, not 1,000" in report.problems[0].reason
    assert report.found == "2 measurements"


def test_packed() -> None:
    assert read(gzip.compress(TEXT)).n.tolist() == [1.0, 4.0]


def test_nothing_of_use() -> None:
    with pytest.raises(ValueError, match="there is no measurement in it: it is empty"):
        read(b"")
    with pytest.raises(ValueError, match="no measurement in it: 1 line: 1 × size below 1"):
        read(b"0 1")


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        (kernel.MEASUREMENT, "measurement"),
        (kernel.HEADER, "header"),
        (kernel.BLANK, "blank"),
        (kernel.COMMENT, "comment"),
        (kernel.TOO_FEW_COLUMNS, "too few columns"),
        (kernel.TOO_MANY_COLUMNS, "too many columns"),
        (kernel.NOT_A_NUMBER, "not a number"),
        (kernel.SIZE_BELOW_ONE, "size below 1"),
        (kernel.NO_THROUGHPUT, "throughput not above 0"),
        (kernel.OUT_OF_RANGE, "out of range"),
        (kernel.NOT_TEXT, "control character or not UTF-8"),
    ],
)
def test_reasons_have_the_kernel_s_codes(code: int, beginning: str) -> None:
    assert FORMAT.reasons[code].startswith(beginning)


def test_the_range_is_the_kernel_s() -> None:
    found = re.findall(r"1e-?\d+", FORMAT.reasons[kernel.OUT_OF_RANGE])
    assert [float(each) for each in found] == [
        kernel.MAX_SIZE,
        kernel.MIN_THROUGHPUT,
        kernel.MAX_THROUGHPUT,
    ]
