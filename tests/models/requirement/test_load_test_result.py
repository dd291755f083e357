"""Result files from text: what is used, and that every line is accounted for."""

import gzip
from pathlib import Path

import pytest

from scalelab.kernels.requirement import load_test_result as kernel
from scalelab.models.requirement.load_test_result import FORMAT, read

TEXT = (
    b"metric_name,timestamp,metric_value,expected_response,status\n"
    b"http_req_duration,1764057600,12.5,true,200\n"
    b"http_reqs,1764057600,1,true,200\n"
    b"http_req_duration,1764057601,30.0,false,503\n"
    b"http_req_duration,1764057601,fast,true,200\n"
    b"http_req_dur"
)
SUMS = (
    b"Type,Name,Request Count,Failure Count,Median Response Time\nGET,/,310,2,14\n"
    b",Aggregated,310,2,14\n"
)


def test_used_lines_in_the_order_of_the_file() -> None:
    found = read(TEXT)
    assert len(found) == 2
    assert found.latency_ms.tolist() == [12.5, 30.0]
    assert found.ok.tolist() == [True, False]
    assert found.start_s[0] == 0.0
    assert found.start_s[1] == pytest.approx(1.0 - 0.0175, abs=1e-6)


def test_every_line_is_in_the_report() -> None:
    report = read(TEXT).report
    assert report.lines == 6 == sum(report.counts.values())
    assert report.skipped == 3
    assert [problem.line for problem in report.problems] == [5, 6]
    assert "k6 metric other than http_req_duration" in report.counts
    assert report.found == "2 requests"


def test_packed_and_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "results.csv.gz"
    path.write_bytes(gzip.compress(TEXT))
    assert read(path).latency_ms.tolist() == [12.5, 30.0]


def test_sums_are_refused_and_the_reason_says_why() -> None:
    with pytest.raises(ValueError, match=r"no request in it: 3 lines: 3 × Locust's statistics: su"):
        read(SUMS)
    with pytest.raises(ValueError, match="csv_request_logger"):
        read(SUMS)
    with pytest.raises(ValueError, match="there is no request in it: it is empty"):
        read(b"")


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        (kernel.REQUEST, "request"),
        (kernel.JMETER_HEADER, "JMeter's header"),
        (kernel.K6_HEADER, "k6's header"),
        (kernel.LOCUST_HEADER, "header of Locust's"),
        (kernel.COLUMNS_HEADER, "header of columns"),
        (kernel.K6_METRIC, "k6's description"),
        (kernel.BLANK, "blank"),
        (kernel.COMMENT, "comment"),
        (kernel.CONTINUED, "goes on"),
        (kernel.OTHER_METRIC, "k6 metric other"),
        (kernel.TRANSACTION, "JMeter transaction"),
        (kernel.LOCUST_SUMS, "Locust's statistics"),
        (kernel.NO_HEADER, "no header"),
        (kernel.TOO_FEW_COLUMNS, "too few"),
        (kernel.TOO_MANY_COLUMNS, "too many"),
        (kernel.NO_TIME, "the time"),
        (kernel.NO_LATENCY, "the latency is no number of ms from 0 to 1e9"),
        (kernel.NO_SUCCESS, "neither"),
        (kernel.UNCLOSED_QUOTE, "quote"),
        (kernel.AFTER_QUOTE, "text after"),
        (kernel.NOT_K6_JSON, "not a line of k6's JSON"),
        (kernel.NOT_TEXT, "control character"),
        (kernel.TOO_LONG, "longer than"),
    ],
)
def test_reasons_have_the_kernel_s_codes(code: int, beginning: str) -> None:
    assert FORMAT.reasons[code].startswith(beginning)


def test_no_reason_is_without_a_code() -> None:
    assert len(FORMAT.reasons) == kernel.TOO_LONG + 1
    assert FORMAT.first_malformed == kernel.NO_HEADER
