"""The trace parser against a naive one, the csv module, plain Python and WebAssembly."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels import trace_reference

from scalelab.kernels import traces as kernel
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

DETECT = kernel.DETECT
LOG_LINE = b'192.0.2.1 - - [14/Nov/2025:00:00:00 +0000] "%s" %s 512 "-" "agent"\n'

# Bytes that mean something to one layout or another.
TOKENS = [
    b'"', b'""', b",", b";", b"\t", b"\n", b"\r\n", b"\r", b" ", b"#", b"a", b"b", b"7", b"-1.5",
    b"key", b"\xc3\xa9", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\0", b"\\",
    b"h - - [1] ", b'"GET /a HTTP/1.1" 200 5', b'"POST / HTTP/1.1" 201 -', b'] "GET ', b" HTTP/1.1",
]  # fmt: skip
messy = st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join) | st.binary(max_size=200)
layouts = st.sampled_from(range(5))

EXAMPLES: dict[str, bytes] = {
    "nothing": b"",
    "byte order mark alone": b"\xef\xbb\xbf",
    "plain": b"a\nb\na\n\n# c\n b ",
    "one column with a header": b"\xef\xbb\xbfkey\r\n1\r\n2\r\n1\r\n",
    "table": b"time,key,size\n1,a,3\n2,b,4\n3,a,5\n",
    "quotes": b'id,note\n"a,1","x ""y"""\n"a,1",\n"b\nc",z\nd,"open\n',
    "ragged": b"a,url\n1,/x\n2\n3,/y,z\n4,\n5,/x\n",
    "semicolons": b"1;/x\n2;/y\n",
    "tabs": b"path\tn\n/x, y\t1\n/z\t2\n",
    "log": b"".join(
        LOG_LINE % line
        for line in [
            (b"GET /a?b=1 HTTP/1.1", b"200"),
            (b"GET /a HTTP/1.1", b"304"),
            (b"POST /a HTTP/1.1", b"200"),
            (b"GET /b HTTP/1.1", b"404"),
            (b'GET /\\"q\\" HTTP/1.1', b"206"),
            (b"GET  HTTP/1.1", b"200"),
            (b"GET /old", b"200"),
            (b"-", b"408"),
        ]
    )
    + b"not a log line\n",
    "long line": b"a\n" + b"b" * (kernel.MAX_LINE_BYTES + 1) + b"\nc",
    "quote open too long": b'a,b\n1,"' + b"x\n" * kernel.MAX_LINE_BYTES + b'"\n',
}


def parsed(
    data: bytes, layout: int = DETECT, column: int = DETECT, header: int = DETECT
) -> np.ndarray:
    return kernel.parse(np.frombuffer(data, np.uint8), layout, column, header)


def lines(data: bytes, *how: int) -> list[tuple[int, ...]]:
    """(key, reason) of each line."""
    return [(int(key), int(reason)) for _, key, reason in parsed(data, *how)[kernel.HEAD_ROWS :]]


def head(data: bytes) -> tuple[int, ...]:
    """(layout, column, header) found out."""
    return tuple(int(value) for value in parsed(data)[0])


@settings(max_examples=400, deadline=None)
@given(messy, layouts, st.integers(0, 3), st.integers(0, 1))
def test_any_bytes_as_the_reference_reads_them(
    data: bytes, layout: int, column: int, header: int
) -> None:
    if layout in (kernel.PLAIN, kernel.LOG):
        column = 0
    if layout == kernel.LOG:
        header = 0
    found = parsed(data, layout, column, header)[kernel.HEAD_ROWS :]
    assert [tuple(map(int, row)) for row in found] == trace_reference.rows(
        data, layout, column, header
    )


@settings(max_examples=200, deadline=None)
@given(messy)
def test_every_line_has_one_row_whatever_is_found_out(data: bytes) -> None:
    table = parsed(data)
    layout, column, header = table[0]
    if column == DETECT:
        assert table[1, 0] > 1
        assert len(table) == kernel.HEAD_ROWS
        return
    rows = table[kernel.HEAD_ROWS :]
    n_lines = data.count(b"\n") + (len(data) > 0 and not data.endswith(b"\n"))
    assert rows[:, 0].tolist() == list(range(1, n_lines + 1))
    requests = rows[rows[:, 2] == kernel.REQUEST, 1]
    assert table[1, 1] == len(requests)
    assert table[1, 2] == len(set(requests))
    assert (rows[rows[:, 2] != kernel.REQUEST, 1] == -1).all()
    assert (rows[:, 2] == kernel.HEADER).sum() <= header
    explicit = parsed(data, int(layout), int(column), int(header))
    np.testing.assert_array_equal(explicit, table)


field = st.text(st.sampled_from('ab"7,;\té \n'), min_size=1, max_size=5).map(lambda t: f"x{t}x")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(field, field, field), min_size=1, max_size=20), st.integers(0, 2))
def test_csv_as_the_csv_module_reads_it(rows: list[tuple[str, ...]], column: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    wanted = [row[column] for row in csv.reader(io.StringIO(text.getvalue(), newline=""))]
    numbers: dict[str, int] = {}
    keys = [numbers.setdefault(key, len(numbers)) for key in wanted]
    found = lines(text.getvalue().encode(), kernel.COMMA, column, 0)
    assert [key for key, reason in found if reason == kernel.REQUEST] == keys
    assert {reason for _, reason in found} <= {kernel.REQUEST, kernel.CONTINUED}


def test_many_keys_keep_their_numbers() -> None:
    names = [b"/product/%d" % (i * 7919 % 5000) for i in range(20_000)]
    numbers: dict[bytes, int] = {}
    wanted = [numbers.setdefault(name, len(numbers)) for name in names]
    assert parsed(b"\n".join(names))[kernel.HEAD_ROWS :, 1].tolist() == wanted


def test_reasons() -> None:
    assert lines(EXAMPLES["ragged"], kernel.COMMA, 1, 1) == [
        (-1, kernel.HEADER),
        (0, kernel.REQUEST),
        (-1, kernel.TOO_FEW_COLUMNS),
        (-1, kernel.TOO_MANY_COLUMNS),
        (-1, kernel.EMPTY_KEY),
        (0, kernel.REQUEST),
    ]
    assert lines(EXAMPLES["quotes"], kernel.COMMA, 0, 1) == [
        (-1, kernel.HEADER),
        (0, kernel.REQUEST),
        (0, kernel.REQUEST),
        (1, kernel.REQUEST),
        (-1, kernel.CONTINUED),
        (-1, kernel.UNCLOSED_QUOTE),
    ]
    assert lines(EXAMPLES["log"]) == [
        (0, kernel.REQUEST),
        (1, kernel.REQUEST),
        (-1, kernel.NOT_GET),
        (-1, kernel.NOT_SERVED),
        (2, kernel.REQUEST),
        (-1, kernel.EMPTY_KEY),
        (3, kernel.REQUEST),
        (-1, kernel.NOT_GET),
        (-1, kernel.NOT_A_LOG_LINE),
    ]
    assert lines(EXAMPLES["long line"])[1] == (-1, kernel.TOO_LONG)
    assert lines(b'"a" b,c\nd,e\n', kernel.COMMA, 0, 0)[0] == (-1, kernel.AFTER_QUOTE)
    assert lines(b"a\0b\nc\rd\n\xff\n", kernel.PLAIN) == [
        (-1, kernel.CONTROL_CHARACTER),
        (-1, kernel.CONTROL_CHARACTER),
        (-1, kernel.INVALID_UTF8),
    ]


def test_a_stray_quote_spoils_one_line_only() -> None:
    found = lines(EXAMPLES["quote open too long"], kernel.COMMA, 1, 0)
    assert found[1] == (-1, kernel.UNCLOSED_QUOTE)
    assert {reason for _, reason in found[2:-1]} == {kernel.TOO_FEW_COLUMNS}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (EXAMPLES["plain"], (kernel.PLAIN, 0, 0)),
        (EXAMPLES["one column with a header"], (kernel.PLAIN, 0, 1)),
        (EXAMPLES["table"], (kernel.COMMA, 1, 1)),
        (EXAMPLES["quotes"], (kernel.COMMA, 0, 1)),
        (EXAMPLES["ragged"], (kernel.COMMA, 1, 1)),
        (EXAMPLES["semicolons"], (kernel.SEMICOLON, DETECT, 0)),
        (EXAMPLES["tabs"], (kernel.TAB, 0, 1)),
        (EXAMPLES["log"], (kernel.LOG, 0, 0)),
        (b'"a"\n"b,c"\n"a"\n', (kernel.COMMA, 0, 0)),
        # The surest name wins, in whatever case; a number in the first line is no header.
        (b"id,Object-ID\n1,a\n2,b\n", (kernel.COMMA, 1, 1)),
        (b"7,key\n8,a\n", (kernel.COMMA, DETECT, 0)),
        (b"x,key\ny,key\n", (kernel.COMMA, DETECT, 0)),
        (b"visits\n1\n2\n", (kernel.PLAIN, 0, 1)),
        (b"7\n1\n2\n", (kernel.PLAIN, 0, 0)),
    ],
)
def test_what_is_found_out(data: bytes, found: tuple[int, ...]) -> None:
    assert head(data) == found


@pytest.mark.parametrize("header", [0, 1])
def test_header_can_be_told(header: int) -> None:
    found = lines(b"a\nb\n", DETECT, DETECT, header)
    assert found[0] == ((-1, kernel.HEADER) if header else (0, kernel.REQUEST))


def test_hash_of_names_is_the_kernels() -> None:
    name = "Product ID"
    data = np.frombuffer(name.encode(), np.uint8)
    assert kernel.name_code(data, 0, data.size) == kernel.name_hash("product_id")


def fuzz(count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [b"".join(chance.choices(TOKENS, k=chance.randrange(60))) for _ in range(count)]


def test_webassembly_gives_the_same_rows(tmp_path: Path) -> None:
    address = "scalelab.kernels.traces:parse"
    module = WasmKernel(compile_kernels([address], tmp_path)[address])
    for data in [*EXAMPLES.values(), *fuzz(300, seed=1)]:
        content = np.frombuffer(data, np.uint8)
        for layout in range(-1, 5):
            column = DETECT if layout == DETECT else 0
            native = kernel.parse(content, layout, column, DETECT)
            np.testing.assert_array_equal(module(content, layout, column, DETECT), native)


PLAIN_PYTHON = """
import json, sys
import numpy as np
from scalelab.kernels import traces
assert not hasattr(traces.parse, "py_func")
for line in sys.stdin:
    data, layout = json.loads(line)
    content = np.frombuffer(bytes.fromhex(data), np.uint8)
    print(json.dumps(traces.parse(content, layout, -1 if layout < 0 else 0, -1).tolist()))
"""


def test_plain_python_gives_the_same_rows() -> None:
    short = [data for data in EXAMPLES.values() if len(data) < 10_000]
    cases = [(data, layout) for data in [*short, *fuzz(40, seed=2)] for layout in range(-1, 5)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLAIN_PYTHON],
        input="".join(json.dumps([data.hex(), layout]) + "\n" for data, layout in cases),
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for (data, layout), answer in zip(cases, done.stdout.splitlines(), strict=True):
        native = parsed(data, layout, DETECT if layout == DETECT else 0)
        assert json.loads(answer) == native.tolist(), (data, layout)
