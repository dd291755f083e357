"""Reading a reader's own trace: real files, archives, and what cannot be read."""

import gzip
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard

from scalelab.kernels import traces as kernel
from scalelab.models import traces
from scalelab.models.lines import Problem
from scalelab.models.traces import REASONS, read
from scalelab.samples import shop
from scalelab.web.bundle import FRONT_END

REAL = Path(__file__).resolve().parents[3] / "shared" / "traces"
TABLE = b"time,product,size\n10,/p/1,3\n11,/p/2,4\n12\n13,/p/1,5\n"


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


@pytest.mark.parametrize(
    ("name", "requests", "keys"),
    [
        ("web07", 76_118, 20_484),
        ("web12", 95_607, 13_756),
        ("multi1", 15_858, 2_606),
        ("2_pools", 100_000, 9_939),
        ("sprite", 133_996, 7_075),
    ],
)
def test_real_traces(name: str, requests: int, keys: int) -> None:
    path = REAL / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"the real traces are not there ({path.name})")
    trace = read(path)
    assert (len(trace), trace.n_keys) == (requests, keys)
    assert trace.report.counts == {"request": requests, "header": 1}
    assert trace.report.problems == ()
    written = gzip.decompress(path.read_bytes()).decode().split()[1:]
    assert [trace.names[key] for key in trace.keys] == written


@pytest.mark.parametrize("name", ["nyc_taxi", "elb_request_count_8c0756", "wiki_page_views_log"])
def test_a_time_series_is_not_taken_for_a_trace(name: str) -> None:
    path = REAL / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"the real traces are not there ({path.name})")
    with pytest.raises(ValueError, match="2 columns and any could hold the keys"):
        read(path)


def test_every_kind_of_source(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE)
    sources = [
        path, str(path), TABLE, bytearray(TABLE), memoryview(TABLE), io.BytesIO(TABLE),
        io.StringIO(TABLE.decode()), gzip.compress(TABLE), zstd(TABLE),
    ]  # fmt: skip
    for source in sources:
        trace = read(source)
        assert trace.keys.tolist() == [0, 1, 0]
        assert trace.keys.dtype == np.int64
        assert trace.names == ("/p/1", "/p/2")
        assert trace.report.problems == (Problem(4, "too few columns"),)
    with path.open("rb") as file:
        assert read(file).n_keys == 2


def test_the_report_accounts_for_every_line() -> None:
    report = read(TABLE + b"\n# end\n").report
    assert report.counts == {
        "request": 3, "header": 1, "blank line": 1, "comment": 1, "too few columns": 1,
    }  # fmt: skip
    assert sum(report.counts.values()) == report.lines == 7
    assert report.skipped == 1
    assert "line 4: too few columns" in str(report)
    assert report.as_dict()["problems"] == [{"line": 4, "reason": "too few columns"}]


def test_only_the_first_problems_are_kept_but_all_are_counted() -> None:
    report = read(b"a,url\n" + b"1,/x\n" * 100 + b"1\n" * 90).report
    assert report.counts["too few columns"] == report.skipped == 90
    assert [problem.line for problem in report.problems] == list(range(102, 122))


def test_column_by_number_and_by_name() -> None:
    assert read(TABLE, column=2).n_keys == 3
    assert read(TABLE, column="size").names == ("3", "4", "5")
    assert read(b"a;b\nx;y\nx;z\n", column="b").names == ("y", "z")
    assert read(b"a b\nx\n", column="a b").names == ("x",)
    assert read(b"a\nb\n", header=True).names == ("b",)
    assert read(b"a,b\nc,d\n", layout="plain").names == ("a,b", "c,d")


def test_names_of_quoted_keys() -> None:
    content = b'\xef\xbb\xbfkey,n\r\n"a ""b"", c",1\r\n\xc3\xa9,2\r\n"x\r\ny",3\r\n'
    assert read(content).names == ('a "b", c', "é", "x\r\ny")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\n# nothing\n", "2 lines .* 1 × blank line, 1 × comment"),
        (bytes(range(32)) * 10, "control character"),
        (b"1,2\n3,4\n", "first line is '1,2'. Name one with column="),
        ("key\na\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"\0" * 257 + b"ustar", "tar archive"),
        (gzip.compress(TABLE)[:-9], "gzip archive is cut short"),
        (gzip.compress(TABLE)[:-8] + b"\0" * 8, "gzip archive is damaged"),
        (zstd(TABLE)[:-1], "zstd archive is cut short"),
        (zstd(TABLE)[:-1] + b"\0", "zstd archive is damaged"),
    ],
    ids=[
        "empty", "no data", "binary", "which column", "UTF-16", "zip", "tar", "gzip cut",
        "gzip damaged", "zstd cut", "zstd damaged",
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(content)


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="it is one of plain, comma"):
        read(TABLE, layout="json")
    with pytest.raises(ValueError, match="column 3 does not exist: most lines have 3"):
        read(TABLE, column=3)
    with pytest.raises(ValueError, match="below 0"):
        read(TABLE, column=-1)
    with pytest.raises(ValueError, match=r"no column is called 'key'.*'product'"):
        read(TABLE, column="key")


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_an_archive_cannot_fill_the_memory(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"a\n" * 5_000_000)
    assert len(bomb) < 20_000
    with pytest.raises(ValueError, match="larger than 1,000,000 bytes"):
        read(bomb, max_bytes=1_000_000)


def test_archives_one_after_another() -> None:
    one, two = b"a\nb\n", b"a\nc\n"
    assert read(gzip.compress(one) + gzip.compress(two)).keys.tolist() == [0, 1, 0, 2]
    skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    assert read(skippable + zstd(one) + zstd(two)).keys.tolist() == [0, 1, 0, 2]


def test_the_sample_is_what_its_script_makes() -> None:
    content = gzip.decompress(shop.FILE.read_bytes()).decode()
    assert content.splitlines() == shop.lines()
    assert shop.FILE.stat().st_size <= 300_000
    report = read(shop.FILE).report
    assert report.layout == "log"
    assert report.lines == shop.REQUESTS == sum(report.counts.values())
    assert {"not a GET request", "status other than 2xx or 304"} < set(report.counts)


def test_the_page_has_the_same_words() -> None:
    script = (FRONT_END / "trace.js").read_text()
    layouts = re.search(r"TRACE_LAYOUTS = \[(.*?)\];", script)
    assert layouts is not None
    assert re.findall(r'"(.*?)"', layouts[1]) == list(traces.LAYOUTS)
    assert [*traces.LAYOUTS.values()] == list(range(len(traces.LAYOUTS)))
    assert len(REASONS) == kernel.TOO_LONG + 1


def test_the_vendored_zstd_is_the_one_that_is_written_down() -> None:
    vendor = FRONT_END / "vendor"
    source = (vendor / "fzstd.js").read_text().split("// --- fzstd\n")[1]
    source = source.split("// --- end of fzstd\n")[0]
    digest = hashlib.sha256(source.encode()).hexdigest()
    assert f"`{digest}`" in (vendor / "README.md").read_text()
