"""A history from text: what is used, and that every line is accounted for."""

import gzip
from datetime import date

import pytest

from scalelab.kernels.requirement import history as kernel
from scalelab.models.requirement.history import FORMAT, read

TEXT = (
    b"day,load\n2026-11-27,5\n2026-11-25,1\n2026-11-25 18:00,2.5\n# night\n2026-11-25,1,300\n"
    b"2026-11-31,1\n\n"
)


def test_days_in_order_and_added_up() -> None:
    history = read(TEXT)
    assert history.first == date(2026, 11, 25)
    assert history.loads.tolist() == [3.5, 0.0, 5.0]
    assert len(history) == 3


def test_every_line_is_in_the_report() -> None:
    report = read(TEXT).report
    assert report.lines == 8 == sum(report.counts.values())
    assert report.skipped == 2
    assert [problem.line for problem in report.problems] == [6, 7]
    assert "1000, not 1,000" in report.problems[0].reason
    assert report.found == "3 observations"


def test_packed() -> None:
    assert read(gzip.compress(TEXT)).loads.sum() == 8.5


def test_nothing_of_use() -> None:
    with pytest.raises(ValueError, match="there is no observation in it: it is empty"):
        read(b"")
    with pytest.raises(ValueError, match="no observation in it: 1 line: 1 × no such day"):
        read(b"2026-02-30,1")


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        (kernel.OBSERVATION, "observation"),
        (kernel.HEADER, "header"),
        (kernel.BLANK, "blank"),
        (kernel.COMMENT, "comment"),
        (kernel.TOO_FEW_COLUMNS, "too few columns"),
        (kernel.TOO_MANY_COLUMNS, "too many columns"),
        (kernel.NOT_A_DAY, "not a day"),
        (kernel.NO_SUCH_DAY, "no such day"),
        (kernel.NOT_A_NUMBER, "not a number"),
        (kernel.NEGATIVE, "load below 0"),
        (kernel.OUT_OF_RANGE, "out of range"),
        (kernel.NOT_TEXT, "control character or not UTF-8"),
    ],
)
def test_reasons_have_the_kernel_s_codes(code: int, beginning: str) -> None:
    assert FORMAT.reasons[code].startswith(beginning)


def test_the_range_is_the_kernel_s() -> None:
    said = FORMAT.reasons[kernel.OUT_OF_RANGE]
    assert f"years {kernel.FIRST_YEAR} to {kernel.LAST_YEAR}" in said
    assert float(said.split()[-1]) == kernel.MAX_LOAD
