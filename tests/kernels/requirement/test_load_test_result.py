"""The parser of result files against the formats' own examples, a naive parser, and WebAssembly.

The lines are made up; their formats are those of the programs' source, read on 25 November 2026:

* JMeter: apache/jmeter, src/core/.../save/CSVSaveService.java (`printableFieldNamesToString`,
  `resultToDelimitedString`) with the defaults in bin/jmeter.properties;
* k6 2.2: grafana/k6, internal/output/csv/output.go (`MakeHeader`, `SampleToRow`; tags from
  metrics/system_tag.go) and internal/output/json/wrapper.go;
* Locust 2.44: locustio/locust, locust/contrib/csv_request_logger.py (`CSV_COLUMNS`) and
  locust/stats.py (`StatsCSVFileWriter`).
"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.requirement import load_test_result_reference as reference

from scalelab.kernels.requirement import load_test_result as kernel
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

JMETER_NAMES = (
    "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
    "failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect"
)
JMETER_LINES = [
    "1764057600250,120,Home,200,OK,Shop 1-1,text,true,,1024,130,5,5,https://shop.example/,98,0,12",
    '1764057600000,2400,"Cart, add",500,"Internal\r\nServer ""Error""",Shop 1-2,text,false,'
    '"Test failed: text expected to contain /ok/",87,130,5,5,https://shop.example/cart,98,0,12',
    '1764057600250,2520,Order,200,"Number of samples in transaction : 2, number of failing samples '
    ': 1",Shop 1-2,,false,,1111,260,5,5,null,196,0,24',
    "1764057601000,3,Home,Non HTTP response code: java.net.ConnectException,"
    "Non HTTP response message: Connection refused,Shop 1-3,text,false,,2650,0,5,5,"
    "https://shop.example/,0,0,3",
]
JMETER = JMETER_NAMES + "\n" + "\n".join(JMETER_LINES) + "\n"

K6_NAMES = (
    "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,"
    "proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata"
)
K6_LINES = [
    "http_reqs,1764057600,1.000000,,,,true,,GET,https://shop.example/,HTTP/1.1,default,,200,,,"
    "https://shop.example/,,",
    "http_req_duration,1764057600,221.899000,,,,true,,GET,https://shop.example/,HTTP/1.1,default,,"
    "200,,,https://shop.example/,,",
    'http_req_duration,1764057601,20.500000,,"503, of course",1503,false,::cart,POST,'
    "https://shop.example/cart,HTTP/1.1,default,,503,,,https://shop.example/cart,,",
    "http_req_duration,1764057602,7.000000,,request timeout,1050,,,GET,https://shop.example/,,"
    "default,,0,,,https://shop.example/,,",
    "vus,1764057602,5.000000,,,,,,,,,,,,,,,,",
]
K6 = K6_NAMES + "\n" + "\n".join(K6_LINES) + "\n"

K6_JSON_LINES = [
    '{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time",'
    '"thresholds":["p(99)<500"],"submetrics":null},"metric":"http_req_duration"}',
    '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-25T08:00:01.123456789Z",'
    '"value":114.365,"tags":{"expected_response":"true","method":"GET","name":"a \\"quoted\\" {n",'
    '"status":"200","time":"never"}}}',
    '{"type":"Point","data":{"time":"2026-11-25T09:30:02.5+01:30","value":2e3,"tags":'
    '{"status":"404"},"metadata":{"status":"200","vu":"3"}},"metric":"http_req_duration"}',
    '{"type":"Point","data":{"time":"2026-11-25T08:00:02Z","value":1,"tags":null},'
    '"metric":"http_reqs"}',
]
K6_JSON = "\n".join(K6_JSON_LINES) + "\n"

LOCUST_NAMES = "timestamp,request_type,name,response_time_ms,response_length,status_code,exception"
LOCUST_LINES = [
    "1764057600.123456,GET,/,12.5,5120,200,",
    '1764057600.5,POST,/cart,31.25,0,0,"ConnectionError(""refused, again"")"',
    "1764057600.0,WS,say,1.0,12,0,",
]
LOCUST = LOCUST_NAMES + "\r\n" + "\r\n".join(LOCUST_LINES) + "\r\n"

LOCUST_STATS = (
    "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,"
    "Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,"
    "80%,90%,95%,98%,99%,99.9%,99.99%,100%\n"
    "GET,/,310,2,14,15.2,11.1,140.0,5120.0,10.3,0.1,14,15,16,17,19,22,41,58,140,140,140\n"
    ",Aggregated,310,2,14,15.2,11.1,140.0,5120.0,10.3,0.1,14,15,16,17,19,22,41,58,140,140,140\n"
)
LOCUST_HISTORY = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,"
    "99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,"
    "Total Average Response Time,Total Min Response Time,Total Max Response Time,"
    "Total Average Content Size\n"
    "1764057600,5,,Aggregated,0.000000,0.000000,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0,0,"
    "0.0,0,0,0\n"
    "1764057601,5,,Aggregated,9.000000,0.000000,14,15,16,17,19,22,41,58,140,140,140,9,0,14,15.2,11,"
    "140,5120.0\n"
)
LOCUST_FAILURES = "Method,Name,Error,Occurrences,First Seen,Last Seen\nGET,/,Oh,2,now,then\n"

COLUMNS = "start,latency_ms,ok\n0.5,120,true\n0.25,95,1\n1.5,2400,no\n"

EXAMPLES = {
    "nothing": "",
    "blank": "\n\n",
    "JMeter": JMETER,
    "JMeter without a header": "\n".join(JMETER_LINES),
    "JMeter with tabs": JMETER_NAMES.replace(",", "\t") + "\n" + JMETER_LINES[0].replace(",", "\t"),
    "k6": K6,
    "k6 JSON": K6_JSON,
    "Locust": LOCUST,
    "Locust's statistics": LOCUST_STATS,
    "Locust's history": LOCUST_HISTORY,
    "columns": COLUMNS,
    "cut short": JMETER + "17640576",
    "joined": COLUMNS + K6 + JMETER,
}


def parsed(text: str | bytes) -> np.ndarray:
    content = text.encode() if isinstance(text, str) else text
    return kernel.parse(np.frombuffer(content, np.uint8))


def reasons(text: str | bytes) -> list[int]:
    return parsed(text)[:, 1].astype(int).tolist()


def used(text: str | bytes) -> list[list[float]]:
    table = parsed(text)
    return table[table[:, 1] == kernel.REQUEST, 2:].tolist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (JMETER, reference.of_columns(JMETER, 1)),
        (K6, reference.of_columns(K6, 2)),
        (LOCUST, reference.of_columns(LOCUST, 3)),
        (K6_JSON, reference.of_json(K6_JSON)),
    ],
    ids=["JMeter", "k6", "Locust", "k6 JSON"],
)
def test_same_as_the_naive_parser(text: str, wanted: list[reference.Row]) -> None:
    table = parsed(text)
    assert len(table) == len(wanted)
    # Seconds since 1970 leave doubles a quarter of a microsecond.
    np.testing.assert_allclose(table[:, 1:], np.array(wanted), rtol=0.0, atol=2e-6)


def test_jmeter() -> None:
    assert reasons(JMETER) == [1, 0, 0, 8, 10, 0]
    assert used(JMETER) == [[0.25, 120, 1], [0.0, 2400, 0], [1.0, 3, 0]]
    assert used("\n".join(JMETER_LINES)) == used(JMETER)
    assert used(JMETER.replace("\n", "\r\n").replace("\r\r", "\r")) == used(JMETER)


def test_jmeter_s_columns_are_found_by_name() -> None:
    text = "timeStamp,elapsed,responseCode\n5,10,200\n6,11,Non HTTP response code: x\n7,12,503"
    assert [ok for _, _, ok in used(text)] == [1, 0, 0]
    dated = "timeStamp;elapsed;success\n2026/11/25 08:00:00.250;10;true\n2026/11/25 08:00:01;9;true"
    assert used(dated) == [[0.0, 10, 1], [0.75, 9, 1]]


def test_k6_notes_when_a_request_ended() -> None:
    assert reasons(K6) == [2, 9, 0, 0, 0, 9]
    start, latency, ok = np.array(used(K6)).T
    assert latency.tolist() == [221.899, 20.5, 7.0]
    assert ok.tolist() == [1, 0, 0]
    ends = start + latency / 1e3
    np.testing.assert_allclose(ends - ends[0], [0, 1, 2], atol=1e-6)


@pytest.mark.parametrize(
    "moments",
    [
        ("1764057600", "1764057602"),
        ("1764057600123", "1764057602123"),
        ("1764057600123456", "1764057602123456"),
        ("1764057600123456789", "1764057602123456789"),
        ("2026-11-25T08:00:00Z", "2026-11-25T08:00:02Z"),
        ("2026-11-25T23:59:59.5-05:00", "2026-11-26T05:00:01.5Z"),
    ],
)
def test_k6_s_six_ways_to_write_a_time(moments: tuple[str, str]) -> None:
    text = "".join(f"http_req_duration,{moment},0,,\n" for moment in moments)
    found = used("metric_name,timestamp,metric_value,status,expected_response\n" + text)
    assert found[1][0] - found[0][0] == pytest.approx(2.0, abs=1e-6)


def test_k6_json() -> None:
    assert reasons(K6_JSON) == [5, 0, 0, 9]
    (first, second) = used(K6_JSON)
    assert first[1:] == [114.365, 1]
    assert second[1:] == [2000, 0]
    assert second[0] - first[0] == pytest.approx(1.376543211 - 1.885635, abs=1e-6)


def test_locust() -> None:
    assert reasons(LOCUST) == [3, 0, 0, 0]
    assert [ok for _, _, ok in used(LOCUST)] == [1, 0, 1]


@pytest.mark.parametrize("text", [LOCUST_STATS, LOCUST_HISTORY, LOCUST_FAILURES])
def test_locust_s_statistics_hold_no_request(text: str) -> None:
    assert set(reasons(text)) == {kernel.LOCUST_SUMS}


def test_a_quote_in_a_json_string_does_not_end_it() -> None:
    name = r'{"name":"\"}]","status":"302"}'
    point = f'{{"time":"1","value":7,"tags":{name}}}'
    line = f'{{"type":"Point","metric":"http_req_duration","data":{point}}}'
    assert used(line) == [[0, 7, 1]]
    assert used(line.replace("302", "400")) == [[0, 7, 0]]


def test_columns() -> None:
    assert used(COLUMNS) == [[0.25, 120, 1], [0.0, 95, 1], [1.25, 2400, 0]]
    assert used("1\t20\n3\t30") == [[0, 20, 1], [2, 30, 1]]
    assert used("start_ms;latency;status\n1000;5;399\n2500;6;500") == [[0, 5, 1], [1.5, 6, 0]]
    assert used("Response Time,Start Time\n5,1") == [[0, 5, 1]]


def test_files_may_be_joined() -> None:
    both = reasons(COLUMNS + K6 + JMETER)
    assert both == reasons(COLUMNS) + reasons(K6) + reasons(JMETER)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hello\nworld", [12, 12]),
        ("name,price\n1,2", [12, 12]),
        ("640576,3\n" + JMETER_LINES[0], [0, 14]),
        ("576,120,Ho\n" + JMETER_LINES[0], [12, 0]),
        ("a,b\nc,d", [12, 12]),
        (JMETER_NAMES + "\n1764057600250,120,Ho", [1, 13]),
        ("start,latency\n1,2,3\n1,2", [4, 14, 0]),
        ("start,latency\nsoon,2\n2026-13-25T08:00:00Z,2\n1e30,2\n,2", [4, 15, 15, 15, 15]),
        ("start,latency\n1,x\n1,-1\n1,2e9\n1,\n1,nan", [4, 16, 16, 16, 16, 16]),
        ("start,latency,ok\n1,2,maybe\n1,2,", [4, 17, 0]),
        ('start,latency\n"1,2\n1,2', [4, 18, 0]),
        ('start,latency\n"1"x,2\n"1","2"', [4, 19, 0]),
        ('{"type":"Point"\n{}\n[]\n{"type":"Point"}}\n{"a":]}', [20, 20, 12, 20, 20]),
        ('{"type":"Point","metric":"http_req_duration","data":{"time":"now","value":1}}', [15]),
        ('{"type":"Point","metric":"http_req_duration","data":{"time":"1"}}', [16]),
        ("start,latency\n1\0,2", [4, 21]),
        (b"start,latency\n\xff,2\n# \xff", [4, 21, 21]),
        ("start,latency\n# note\n \n" + "1" * 70_000, [4, 7, 6, 22]),
        ('<?xml version="1.0"?>\n<testResults>', [12, 12]),
    ],
)
def test_each_line_says_what_is_wrong(text: str | bytes, wanted: list[int]) -> None:
    assert reasons(text) == wanted


TOKENS = [
    "1", "0", "120", "1764057600", "2026-11-25T08:00:00Z", "true", "false", ",", ";", "\t", " ",
    "\n", "\n", "\r\n", '"', '""', "#", "{", "}", "[", "]", ":", "\\", '"data"', '"value"',
    '"time"', "http_req_duration",
    '{"type":"Point","metric":"http_req_duration","data":{"time":"1","value":2}}',
    "start,latency\n", "start,latency,ok\n", JMETER_NAMES + "\n", JMETER_LINES[0] + "\n",
    LOCUST_NAMES + "\n", "é", "\0", "Number of samples in transaction", "\ufeff",
]  # fmt: skip
messy = st.lists(st.sampled_from(TOKENS), max_size=40).map(lambda t: "".join(t).encode()) | (
    st.binary(max_size=80)
)


@settings(max_examples=500, deadline=None)
@given(messy)
@example(JMETER.encode())
@example(K6_JSON.encode())
def test_every_line_is_accounted_for(text: bytes) -> None:
    table = parsed(text)
    lines = text.count(b"\n") + (text != b"" and not text.endswith(b"\n"))
    assert table[:, 0].tolist() == list(range(1, lines + 1))
    assert np.isfinite(table).all()
    requests = table[:, 1] == kernel.REQUEST
    assert (table[~requests, 2:] == 0.0).all()
    assert (table[requests, 2] >= 0.0).all()
    assert not requests.any() or table[requests, 2].min() == 0.0
    assert ((table[requests, 3] >= 0.0) & (table[requests, 3] <= kernel.MAX_LATENCY_MS)).all()
    assert set(table[:, 4]) <= {0.0, 1.0}


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["T", " ", "t"]),
)
def test_dates_are_python_s(moment: datetime, ahead: int, between: str) -> None:
    sign = "-" if ahead < 0 else "+"
    zone = f"{sign}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}"
    text = moment.isoformat(between if between != "t" else "T") + zone
    text = text.replace("T", between)
    is_time, found = kernel.date_and_time(np.frombuffer(text.encode(), np.uint8), 0, len(text))
    assert is_time
    wanted = moment.replace(tzinfo=UTC).timestamp() - 60 * ahead
    assert found == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    ["2026-11-25", "2026-11-25T08:00", "2026-02-29T08:00:00Z", "2026/11-25T08:00:00",
     "2026-11-25T24:00:00Z", "2026-11-25T08:00:00+1", "2026-11-25T08:00:00X",
     "1969-12-31T08:00:00Z"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert not kernel.date_and_time(np.frombuffer(text.encode(), np.uint8), 0, len(text))[0]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> WasmKernel:
    address = "scalelab.kernels.requirement.load_test_result:parse"
    path: Path = compile_kernels([address], tmp_path_factory.mktemp("wasm"))[address]
    return WasmKernel(path)


def test_webassembly_gives_the_same_bits(module: WasmKernel) -> None:
    rng = np.random.default_rng(1)
    texts = list(EXAMPLES.values())
    texts += ["".join(rng.choice(np.array(TOKENS, object), 60)) for _ in range(100)]
    for text in texts:
        content = np.frombuffer(text.encode(), np.uint8)
        np.testing.assert_array_equal(module(content), kernel.parse(content), text)
