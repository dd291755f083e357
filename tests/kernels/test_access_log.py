"""The parser of access logs against a naive one, Python's dates, and WebAssembly."""

import gzip
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels import access_log_reference as reference

from scalelab.kernels import access_log as kernel
from scalelab.samples import shop
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

REQUEST = '192.0.2.1 - - [25/Nov/2026:08:30:00 +0100] "GET /a HTTP/1.1" 200 512\n'
# Bytes that mean something here, or look as if they did.
TOKENS = [
    b"192.0.2.1", b"::1", b" - - ", b" ", b"  ", b"\t", b"-", b"anna", b"shop.example:443 ", b"[",
    b"]", b" [", b'] "', b'"', b'\\"', b"\\", b"\n", b"\r\n", b"\r", b"#", b"\0", b"\xc3\xa9",
    b"\xff", b"25/Nov/2026:08:30:00 +0100", b"29/Feb/2023:00:00:00 +0000",
    b"29/Feb/2024:23:59:60 -1130", b"01/jan/2026:00:00:00 +0000", b"1/Jan/2026:00:00:00 +0000",
    b"31/Dec/1969:00:00:00 +0000", b"31/Dec/2199:00:00:00 +0000", b"25/Nov/2026:24:00:00 +0000",
    b"25/Nov/2026:08:30:00.125 +0100", b"25/Nov/2026:08:30:00. +0100", b"25/Nov/2026:08:30:00",
    b"25/Nov/2026:08:30:00 +2400", b"25/Nov/2026:08:30:00 0100", b"25/Nov/2026 08:30:00 +0100",
    b"GET ", b"POST ", b"PATCH ", b"DELETE ", b"M-SEARCH ", b"get ", b"GET", b"PUTT ", b"/a", b"/",
    b"/product/17", b"/product/18?x=1", b"/o/2026-11-25", b"/b/0123abcd", b"/b/abcdefgh",
    b"/u/550e8400-e29b-41d4-a716-446655440000", b"/v1/a.b", b";s=1", b"*", b" HTTP/1.1",
    b" HTTP/2.0", b'" 200 512', b'" 304 -', b'" 20 5', b'" 200 5 "-" "agent"',
    b'" 200 99999999999999999999',
]  # fmt: skip
TIMES = [token for token in TOKENS if token[:1].isdigit() and b"/" in token]
pieces = st.lists(st.sampled_from(TOKENS), max_size=30).map(b"".join)
lines = st.lists(
    st.tuples(
        st.sampled_from(
            [b"192.0.2.1 - - [", b"b - anna [", b"v:80 b - - [", b"b c [", b" [", b"["]
        ),
        st.sampled_from(TIMES),
        st.just(b'] "'),
        st.sampled_from([b"GET ", b"POST ", b"PUT ", b"HEAD ", b"-", b""]),
        st.lists(st.sampled_from([each for each in TOKENS if each[:1] == b"/"]), max_size=3).map(
            b"".join
        ),
        st.sampled_from([b' HTTP/1.1" 200 512', b'" 404 -', b' HTTP/1.1" 200 1 "-" "x"', b""]),
        st.sampled_from([b"\n", b"\r\n"]),
    ).map(b"".join),
    max_size=12,
).map(b"".join)


def mangled(text: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in cuts:
        at = place % (len(text) + 1)
        text = text[:at] + new + text[at + length :]
    return text


SHOP = gzip.decompress(shop.FILE.read_bytes())[:1200]
spoiled = st.builds(
    mangled,
    st.just(SHOP),
    st.lists(
        st.tuples(st.integers(0, 1200), st.integers(0, 9), st.sampled_from(TOKENS)), max_size=6
    ),
)
messy = pieces | lines | spoiled | st.binary(max_size=80)
ALL_REASONS = (
    REQUEST + '\n# c\nnothing\n192.0.2.1 - - [25/Nov/2026:08:30:00 +0100] "GET /a\n'
    '192.0.2.1 - - [25/Nov/2026:08:30:00 +0100] "-" 408 0\n'
    '192.0.2.1 - - [2026-11-25T08:30:00Z] "GET / HTTP/1.1" 200 1\n'
    '192.0.2.1 - - [31/Nov/2026:08:30:00 +0100] "GET / HTTP/1.1" 200 1\n'
    "\0\n"
).encode() + b"a" * 65_537


def parsed(text: bytes) -> np.ndarray:
    return kernel.parse(np.frombuffer(text, np.uint8))


def names(of: object, text: bytes) -> list[str]:
    written = of(np.frombuffer(text, np.uint8))  # type: ignore[operator]
    return written.astype(np.uint8).tobytes().decode().split("\n")[:-1]


@settings(max_examples=1000, deadline=None)
@given(messy)
@example(ALL_REASONS)
@example(b'v:1 b - - [29/Feb/2024:23:59:60 -1130] "GET /a HTTP/1.1" 200 1\n' + REQUEST.encode())
def test_same_as_the_naive_parser(text: bytes) -> None:
    rows, targets, endpoints = reference.parse(text)
    np.testing.assert_array_equal(parsed(text), np.array(rows, float).reshape(-1, 8))
    assert names(kernel.target_names, text) == targets
    assert names(kernel.endpoint_names, text) == endpoints


@settings(max_examples=300, deadline=None)
@given(messy)
def test_every_line_is_accounted_for(text: bytes) -> None:
    table = parsed(text)
    count = text.count(b"\n") + (text != b"" and not text.endswith(b"\n"))
    assert table[:, 0].tolist() == list(range(1, count + 1))
    assert np.isfinite(table).all()
    used = table[:, 1] == kernel.REQUEST
    assert (table[~used, 2:] == 0.0).all()


def test_each_reason() -> None:
    assert parsed(ALL_REASONS)[:, 1].astype(int).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_a_moment_is_one_in_any_zone(moment: datetime, minutes: int) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    abroad = moment.astimezone(timezone(timedelta(minutes=minutes)))
    both = "".join(
        f'a - - [{each:%d/%b/%Y:%H:%M:%S %z}] "GET / HTTP/1.1" 200 1\n' for each in (moment, abroad)
    )
    first, second = parsed(both.encode())[:, 2 + kernel.TIME_S]
    assert first == second == moment.timestamp()
    # The clock is that of the log's first request.
    alone = parsed(both.splitlines()[1].encode())[0, 2 + kernel.TIME_S]
    assert alone == moment.timestamp() + 60 * minutes


def test_the_clock_goes_on_when_summer_time_ends() -> None:
    text = "".join(
        f'a - - [25/Oct/2026:02:59:59 {zone}] "GET / HTTP/1.1" 200 1\n'
        for zone in ("+0200", "+0100")
    )
    first, second = parsed(text.encode())[:, 2 + kernel.TIME_S]
    assert second - first == 3600
    assert first % 86_400 == 3 * 3600 - 1


@pytest.mark.parametrize(
    ("target", "endpoint"),
    [
        ("/", "/"),
        ("/product/17", "/product/*"),
        ("/product/17/", "/product/*/"),
        ("/product/17?from=4", "/product/*"),
        ("/cart;session=ab12", "/cart"),
        ("/user/550e8400-e29b-41d4-a716-446655440000/orders", "/user/*/orders"),
        ("/commit/0123abcd", "/commit/*"),
        ("/day/2026-11-25", "/day/*"),
        ("/v1/feedback", "/v1/feedback"),
        ("/cafe/decade", "/cafe/decade"),
        ("/b2b/a1", "/b2b/a1"),
        ("/a//b", "/a//b"),
        ("*", "*"),
        ("?x=1", ""),
    ],
)
def test_ids_are_folded_and_words_are_not(target: str, endpoint: str) -> None:
    text = REQUEST.replace("/a", target).encode()
    assert names(kernel.endpoint_names, text) == [endpoint]
    assert names(kernel.target_names, text) == [target]


def test_many_names_keep_their_numbers() -> None:
    asked = [i * i % 977 for i in range(3000)]
    text = "".join(REQUEST.replace("/a", f"/a/x{number}") for number in asked).encode()
    table = parsed(text)
    numbers: dict[int, int] = {}
    wanted = [numbers.setdefault(number, len(numbers)) for number in asked]
    assert table[:, 2 + kernel.TARGET].tolist() == wanted
    assert table[:, 2 + kernel.ENDPOINT].tolist() == wanted
    assert names(kernel.endpoint_names, text) == [f"/a/x{number}" for number in numbers]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=40))
def test_in_order_is_a_stable_sort_by_time(times: list[int]) -> None:
    rows = np.zeros((len(times), kernel.FIELDS))
    rows[:, kernel.TIME_S] = times
    rows[:, kernel.CLIENT] = np.arange(len(times))
    given_rows = rows.copy()
    ordered = kernel.in_order(rows.ravel())
    np.testing.assert_array_equal(ordered, rows[np.argsort(times, kind="stable")])
    np.testing.assert_array_equal(rows, given_rows)


ADDRESSES = [
    f"scalelab.kernels.access_log:{name}"
    for name in ("parse", "endpoint_names", "target_names", "in_order")
]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> list[WasmKernel]:
    paths: dict[str, Path] = compile_kernels(ADDRESSES, tmp_path_factory.mktemp("wasm"))
    return [WasmKernel(paths[address]) for address in ADDRESSES]


def test_webassembly_gives_the_same_bits(modules: list[WasmKernel]) -> None:
    rng = np.random.default_rng(1)
    texts = [b"", b"\xef\xbb\xbf", ALL_REASONS, SHOP]
    texts += [b"".join(rng.choice(np.array(TOKENS, object), 60)) for _ in range(50)]
    native = (kernel.parse, kernel.endpoint_names, kernel.target_names)
    for text in texts:
        content = np.frombuffer(text, np.uint8)
        for module, function in zip(modules, native, strict=False):
            np.testing.assert_array_equal(module(content), function(content), str(text))
    for times in ([], [3.0], [3.0, 1.0, 2.0, 1.0], [1.0, 1.0, 2.0]):
        log = np.arange(len(times) * kernel.FIELDS, dtype=float).reshape(-1, kernel.FIELDS)
        log[:, kernel.TIME_S] = times
        np.testing.assert_array_equal(modules[3](log.ravel()), kernel.in_order(log.ravel()))
