"""The parser of histories against a naive one, Python's dates and numbers, and WebAssembly."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.requirement import history_reference

from scalelab.kernels.requirement import history as kernel
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

# Bytes that mean something here, or look as if they did.
TOKENS = [
    b"2026-11-25", b"2024-02-29", b"2023-02-29", b"2026-13-01", b"2026-00-10", b"0000-01-01",
    b"0000-02-29", b"1969-12-31", b"2200-01-01", b"2026-1-1", b"20261125", b"2026/11/25",
    b"2026-11-25 08:30", b"2026-11-25T08:30:00Z", b"2026-11-25 25:00", b"2026-11-25 8:30",
    b"2026-11-25T08:30:00.123+01:00", b"2026-11-25 08:60", b"T", b":", b"1", b"0", b"42", b"3.5",
    b".5", b"-2", b"+6", b"1e3", b"1e", b"1e15", b"1e16", b"nan", b"1_000", b",", b",", b";",
    b"\t", b" ", b"\n", b"\n", b"\n", b"\r\n", b"\r", b"#", b"day", b"load", b'"', b'"',
    b"\xc3\xa9", b"\xff", b"\0", b"\xef\xbb\xbf",
]  # fmt: skip
pieces = st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join)
lines = st.lists(
    st.tuples(st.sampled_from(TOKENS), st.sampled_from([b",", b" ; ", b"\t"]),
              st.sampled_from(TOKENS)).map(b"".join),
    max_size=12,
).map(b"\n".join)  # fmt: skip
messy = pieces | lines | st.binary(max_size=80)

EXAMPLES = {
    "nothing": b"",
    "blank": b"\n",
    "byte order mark alone": b"\xef\xbb\xbf",
    "all that is understood": b"\xef\xbb\xbf\"ds\",\"y\"\r\n# c\r\n2026-11-25;20\r\n"
    b' "2026-11-26" , 40\r\n'
    b"2026-11-27T08:30:00Z\t78\n2026-11-28 23:00:00,1e2",
    "all reasons": b"day,load\n2026-11-25,1\n\n # c\n2026-11-25\n2026-11-25,1,000\n25.11.2026,1\n"
    b"2026-11-31,1\n2026-11-25,many\n2026-11-25,-1\n2026-11-25,1e16\n2026-11-25,\0\n\xff,1\n",
}  # fmt: skip


def parsed(text: bytes) -> np.ndarray:
    return kernel.parse(np.frombuffer(text, np.uint8))


def reasons(text: bytes) -> list[int]:
    return parsed(text)[:, 1].astype(int).tolist()


@settings(max_examples=800, deadline=None)
@given(messy)
@example(EXAMPLES["all reasons"])
@example(EXAMPLES["all that is understood"])
@example(b"0000-02-29,1\n0001-02-29,1\n2026-11-25 24:59,1")
def test_same_as_the_naive_parser(text: bytes) -> None:
    table = parsed(text)
    wanted = np.array(history_reference.parse(text), float).reshape(-1, 4)
    assert table.shape == wanted.shape
    np.testing.assert_array_equal(table[:, :3], wanted[:, :3])
    np.testing.assert_allclose(table[:, 3], wanted[:, 3], rtol=1e-15, atol=0.0)


@settings(max_examples=300, deadline=None)
@given(messy)
def test_every_line_is_accounted_for(text: bytes) -> None:
    table = parsed(text)
    count = text.count(b"\n") + (text != b"" and not text.endswith(b"\n"))
    assert table[:, 0].tolist() == list(range(1, count + 1))
    assert np.isfinite(table).all()
    used = table[:, 1] == kernel.OBSERVATION
    assert (table[~used, 2:] == 0.0).all()


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)),
    st.floats(0.0, 1e15),
    st.sampled_from(["date", "blank", "T"]),
    st.sampled_from([",", ";", "\t", " , "]),
)
def test_what_python_writes_is_read(moment: datetime, load: float, form: str, between: str) -> None:
    written = (
        str(moment.date()) if form == "date" else moment.isoformat(" " if form == "blank" else "T")
    )
    (row,) = parsed(f"{written}{between}{load!r}".encode())
    assert row[1] == kernel.OBSERVATION
    assert row[2] == (moment.date() - date(1970, 1, 1)).days
    assert row[3] == pytest.approx(load, rel=1e-15)


def test_every_day_has_its_number() -> None:
    day = date(1970, 1, 1)
    for number in range(84_006):
        assert kernel.day_number(day.year, day.month, day.day) == number
        day += timedelta(1)
    assert day == date(2200, 1, 1)


def test_each_reason() -> None:
    assert reasons(EXAMPLES["all reasons"]) == [1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11]


def test_a_header_comes_first_and_once() -> None:
    assert reasons(b"# x\nday,load\na,b\n2026-01-01,2\nc,d") == [3, 1, 6, 0, 6]
    assert reasons(b"2026-01-01,2\nday,load") == [0, 6]
    # A line with a day or a number in it is no header, but a slip.
    assert reasons(b"2026-02-30,load\nday,load") == [7, 1]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> WasmKernel:
    address = "scalelab.kernels.requirement.history:parse"
    path: Path = compile_kernels([address], tmp_path_factory.mktemp("wasm"))[address]
    return WasmKernel(path)


def test_webassembly_gives_the_same_bits(module: WasmKernel) -> None:
    rng = np.random.default_rng(1)
    texts = list(EXAMPLES.values())
    texts += [b"".join(rng.choice(np.array(TOKENS, object), 60)) for _ in range(100)]
    for text in texts:
        np.testing.assert_array_equal(
            module(np.frombuffer(text, np.uint8)), parsed(text), str(text)
        )
