"""A reader's own trace, read in Chromium, against the Python model: same keys, same report."""

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest
import zstandard
from playwright.sync_api import Page

from scalelab.kernels.traces import parse
from scalelab.models.traces import FORMAT, read
from scalelab.samples.shop import FILE as SAMPLE
from scalelab.web.bundle import joined
from scalelab.web.wasm import compile_kernels, kernel_types

pytestmark = pytest.mark.browser

PARSER = "scalelab.kernels.traces:parse"
REAL = Path(__file__).resolve().parents[3] / "shared" / "traces" / "web07.csv.gz"
TABLE = b"time,product,size\n10,/p/1,3\n11,/p/2,4\n12\n13,/p/1,5\n"
HARD = b'\xef\xbb\xbfkey,note\r\n"a ""1""",\r\n\xff,x\r\n,x\r\n"b\r\nc",y\r\n\0,z\r\n# c\r\n\r\n"d'
READ = """async ([content, wasm, types, format, choice]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  const parser = new underTest.Engine(bytes(wasm), types);
  try {
    const { values, report } = await underTest.readTrace(format, bytes(content), parser, choice);
    return { keys: Array.from(values, Number), kind: values.constructor.name, report };
  } catch (error) {
    return { error: error.message };
  } finally {
    parser.stop();
  }
}"""


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> str:
    module = compile_kernels([PARSER], tmp_path_factory.mktemp("parser"))[PARSER]
    return base64.b64encode(module.read_bytes()).decode()


def read_in_page(page: Page, parser: str, content: bytes, **choice: Any) -> dict[str, Any]:
    engine = joined("engine.js")
    reader = joined("trace.js").split("\n", 1)[1]  # the worker's source comes with the engine
    page.add_script_tag(
        content=f"const underTest = (() => {{\n{engine}\n{reader}\n"
        "return { Engine, readTrace };\n})();"
    )
    types = [*kernel_types(parse).values()]
    packed = base64.b64encode(content).decode()
    found: dict[str, Any] = page.evaluate(READ, [packed, parser, types, FORMAT.as_dict(), choice])
    return found


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


READABLE = {
    "csv": TABLE,
    "tsv": TABLE.replace(b",", b"\t"),
    "semicolons": TABLE.replace(b",", b";"),
    "plain": b"a\nb\na",
    "hard": HARD,
    "sample log": SAMPLE.read_bytes(),
    "log": gzip.decompress(SAMPLE.read_bytes()),
    "gzip": gzip.compress(TABLE, mtime=0),
    "gzips joined": b"".join(gzip.compress(line, mtime=0) for line in TABLE.splitlines(True)),
    "zstd": zstd(TABLE),
    "zstds joined": b"".join(zstd(line) for line in TABLE.splitlines(True)),
    "large zstd": zstd(gzip.decompress(SAMPLE.read_bytes())),
}


@pytest.mark.parametrize("name", READABLE)
def test_same_as_the_model(name: str, page: Page, parser: str) -> None:
    trace = read(READABLE[name])
    found = read_in_page(page, parser, READABLE[name])
    assert "error" not in found
    assert found["kind"] == "BigInt64Array"
    assert found["keys"] == trace.keys.tolist()
    assert found["report"] == trace.report.as_dict()


def test_a_real_trace(page: Page, parser: str) -> None:
    if not REAL.exists():
        pytest.skip(f"the real traces are not there ({REAL.name})")
    found = read_in_page(page, parser, REAL.read_bytes())
    assert (found["report"]["requests"], found["report"]["keys"]) == (76_118, 20_484)
    assert found["keys"] == read(REAL).keys.tolist()


def test_layout_and_column_can_be_told(page: Page, parser: str) -> None:
    found = read_in_page(page, parser, b"1,x\n2,y\n", layout="comma", column=1, header=True)
    assert found["report"]["requests"] == 1
    assert found["report"]["header"] is True


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n# nothing\n", "2 lines read as layout plain: 1 × blank line, 1 × comment"),
        (b"1,2\n3,4\n", "first line is “1,2”"),
        ("key\na\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\0" * 257 + b"ustar", "tar archive"),
        (gzip.compress(TABLE, mtime=0)[:-9], "gzip archive is damaged or cut short"),
        (gzip.compress(TABLE, mtime=0)[:-8] + b"\0" * 8, "gzip archive is damaged or cut short"),
        (zstd(TABLE)[:-1], "zstd archive is damaged or cut short"),
        (zstd(TABLE)[:30], "zstd archive is damaged or cut short"),
        (gzip.compress(b"a\n" * 100_500_000, 1, mtime=0), "larger than 200,000,000 bytes"),
        (zstd(b"a\n" * 100_500_000), "larger than 200,000,000 bytes"),
    ],
    ids=[
        "empty", "no data", "which column", "UTF-16", "zip", "tar", "gzip cut", "gzip damaged",
        "zstd cut", "zstd cut early", "gzip bomb", "zstd bomb",
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(
    content: bytes, message: str, page: Page, parser: str
) -> None:
    assert message in read_in_page(page, parser, content)["error"]
