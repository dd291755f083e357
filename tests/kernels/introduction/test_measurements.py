"""The parser of measurements against a naive one, Python's numbers, and WebAssembly."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernels.introduction import measurements_reference

from scalelab.kernels.introduction import measurements as kernel
from scalelab.web.wasm import compile_kernels
from scalelab.web.wasm_host import WasmKernel

# Bytes that mean something here, or look as if they did.
TOKENS = [
    b"1", b"0", b"42", b"3.5", b".5", b"7.", b"-2", b"+6", b"1e3", b"2E-4", b"1e", b"e5", b"1e999",
    b"1e-999", b".", b"-", b"nan", b"inf", b"0x10", b"1_000", b"123456789012345678901234567890",
    b"0.000000000000000000000000000001", b",", b";", b"\t", b" ", b"\n", b"\n", b"\r\n", b"\r",
    b"#", b"n", b"throughput", b'"', b"\xc3\xa9", b"\xff", b"\0", b"\xc2\xa0", b"\xef\xbb\xbf",
]  # fmt: skip
messy = st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join) | st.binary(max_size=80)

EXAMPLES = {
    "nothing": b"",
    "blank": b"\n",
    "byte order mark alone": b"\xef\xbb\xbf",
    "all that is understood": b"\xef\xbb\xbfmachines;X\r\n# c\r\n1;20\r\n 2 , 40\r\n4\t78\r\n8 130",
    "all reasons": b"n X\n1 2\n\n # c\n1\n1 2 3\n1 b\n.5 2\n1 0\n1e10 2\n1\0 2\n\xff 1\n",
    "thousands": b"1,000 2\n1, 1,000\n1;1,5\n1 000 2",
    "long digits": b"1234567890123456789 1\n1." + b"0" * 400 + b"1 1e+0000000000000000001\n",
}


def parsed(text: bytes) -> np.ndarray:
    return kernel.parse(np.frombuffer(text, np.uint8))


def reasons(text: bytes) -> list[int]:
    return parsed(text)[:, 1].astype(int).tolist()


@settings(max_examples=600, deadline=None)
@given(messy)
@example(EXAMPLES["all reasons"])
@example(EXAMPLES["all that is understood"])
@example(EXAMPLES["long digits"])
def test_same_as_the_naive_parser(text: bytes) -> None:
    table = parsed(text)
    wanted = np.array(measurements_reference.parse(text)).reshape(-1, 4)
    assert table.shape == wanted.shape
    np.testing.assert_array_equal(table[:, :2], wanted[:, :2])
    np.testing.assert_allclose(table[:, 2:], wanted[:, 2:], rtol=1e-15, atol=0.0)


@settings(max_examples=300, deadline=None)
@given(messy)
def test_every_line_is_accounted_for(text: bytes) -> None:
    table = parsed(text)
    lines = text.count(b"\n") + (text != b"" and not text.endswith(b"\n"))
    assert table[:, 0].tolist() == list(range(1, lines + 1))
    assert np.isfinite(table).all()
    used = table[:, 1] == kernel.MEASUREMENT
    assert (table[used, 2] >= 1.0).all()
    assert (table[used, 3] > 0.0).all()
    assert (table[~used, 2:] == 0.0).all()


@settings(max_examples=300, deadline=None)
@given(st.floats(1.0, 1e9), st.floats(1e-9, 1e18), st.sampled_from([",", ";", "\t", " ", "  , "]))
def test_what_python_writes_is_read(size: float, throughput: float, between: str) -> None:
    (row,) = parsed(f"{size!r}{between}{throughput!r}".encode())
    assert row[1] == kernel.MEASUREMENT
    np.testing.assert_allclose(row[2:], [size, throughput], rtol=1e-15, atol=0.0)


@given(st.integers(1, 10**9), st.integers(1, 10**15))
def test_whole_numbers_are_exact(size: int, throughput: int) -> None:
    (row,) = parsed(f"{size} {throughput}".encode())
    assert row[2:].tolist() == [size, throughput]


def test_each_reason() -> None:
    assert reasons(EXAMPLES["all reasons"]) == [1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]


def test_thousands_separators_are_malformed() -> None:
    wanted = [kernel.TOO_MANY_COLUMNS, kernel.TOO_MANY_COLUMNS, kernel.TOO_MANY_COLUMNS]
    assert reasons(b"1, 1,000\n1;1,5\n1 000 2") == wanted
    assert reasons(b"4, 1_000") == [kernel.NOT_A_NUMBER]


def test_separators_and_notations() -> None:
    text = EXAMPLES["all that is understood"] + b"\n1.6e1, .19E+3"
    used = parsed(text)
    used = used[used[:, 1] == kernel.MEASUREMENT, 2:]
    assert used.tolist() == [[1, 20], [2, 40], [4, 78], [8, 130], [16, 190]]


def test_a_header_comes_first_and_once() -> None:
    assert reasons(b"# x\nn,X\na,b\n1,2\nc,d") == [3, 1, 6, 0, 6]
    assert reasons(b"1,2\nn,X") == [0, 6]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> WasmKernel:
    address = "scalelab.kernels.introduction.measurements:parse"
    path: Path = compile_kernels([address], tmp_path_factory.mktemp("wasm"))[address]
    return WasmKernel(path)


def test_webassembly_gives_the_same_bits(module: WasmKernel) -> None:
    rng = np.random.default_rng(1)
    texts = list(EXAMPLES.values())
    texts += [b"".join(rng.choice(np.array(TOKENS, object), 60)) for _ in range(100)]
    texts.append("\n".join(f"{a!r},{b!r}" for a, b in rng.lognormal(5, 3, (300, 2))).encode())
    for text in texts:
        np.testing.assert_array_equal(
            module(np.frombuffer(text, np.uint8)), parsed(text), str(text)
        )
