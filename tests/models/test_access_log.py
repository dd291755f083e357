"""A reader's own access log: columns, names, and what became of every line."""

import gzip
import re

import numpy as np
import pytest

from scalelab.kernels.access_log import FIELDS, NOT_A_LOG_LINE, TOO_LONG
from scalelab.models.access_log import FORMAT, read
from scalelab.samples import shop


def test_the_shop_s_day_is_read_as_it_was_written() -> None:
    log = read(shop.FILE)
    text = gzip.decompress(shop.FILE.read_bytes()).decode()
    whole = re.findall(r'^(\S+) .*? "([A-Z]+) (\S+) HTTP/1.1" \d+ (\d+|-) ', text, re.M)
    assert len(log) == len(whole) == log.report.counts["request"]
    assert log.values.shape == (len(whole), FIELDS)
    assert [log.targets[k] for k in log.target] == [target for _, _, target, _ in whole]
    assert log.write.tolist() == [method == "POST" for _, method, _, _ in whole]
    assert log.bytes.tolist() == [0 if size == "-" else int(size) for *_, size in whole]
    clients = list(dict.fromkeys(client for client, *_ in whole))
    assert log.client.tolist() == [clients.index(client) for client, *_ in whole]
    assert set(log.endpoints) == {"/", "/search", "/orders", "/product/*"}
    assert (np.diff(log.time_s) >= 0).all()
    assert log.time_s[-1] - log.time_s[0] < shop.DAY_SECONDS
    assert log.report.lines == text.count("\n")
    assert log.report.skipped == log.report.lines - len(log)


def test_there_is_a_name_for_each_reason() -> None:
    assert len(FORMAT.reasons) == TOO_LONG + 1
    assert FORMAT.first_malformed == NOT_A_LOG_LINE
    assert len(FORMAT.values) == FIELDS


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no request in it: it is empty"),
        (b"a,b\n1,2\n", "2 lines: 2 × not a line of an access log"),
        (b"PK\x03\x04rest", "zip archive"),
    ],
)
def test_what_holds_no_request_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(content)
