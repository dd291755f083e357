r"""A load test's result file: from what JMeter, k6 or Locust wrote to requests.

>>> found = read(b"start,latency_ms,ok\n0.0,120,true\n0.4,95,true\n1.1,2400,false\n1.5,ab,true\n")
>>> found.latency_ms.tolist(), found.ok.tolist()
([120.0, 95.0, 2400.0], [True, True, False])
>>> print(found.report)
3 requests in 5 lines
  3 × request
  1 × header of columns
  1 × the latency is no number of ms from 0 to 1e9
first malformed lines:
  line 5: the latency is no number of ms from 0 to 1e9

What is understood, and how, is told in `scalelab.kernels.requirement.load_test_result`, which does
the reading, here as in the page.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Floats
from scalelab.kernels.requirement import load_test_result as kernel
from scalelab.kernels.text import MAX_LINE_BYTES
from scalelab.models import lines
from scalelab.models.files import MAX_BYTES, Source

FORMAT = lines.Format(
    name="load_test_result",
    parse=kernel.parse,
    values=("start_s", "latency_ms", "ok"),
    noun="request",
    reasons=(
        "request",
        "JMeter's header",
        "k6's header",
        "header of Locust's request log",
        "header of columns",
        "k6's description of a metric",
        "blank line",
        "comment",
        "goes on from the line above",
        "k6 metric other than http_req_duration",
        "JMeter transaction: the sum of several requests, no request",
        "Locust's statistics: sums of many requests, no single ones, so that nobody can say how "
        "sure a percentile is (locust.contrib.csv_request_logger writes single ones)",
        "no header before it whose names are known",
        "too few columns",
        "too many columns",
        "the time is none",
        f"the latency is no number of ms from 0 to {kernel.MAX_LATENCY_MS:.0e}".replace("+0", ""),
        "neither true nor false whether it succeeded",
        "quote that is not closed",
        "text after a closing quote",
        "not a line of k6's JSON",
        "control character or not UTF-8: not text",
        f"longer than {MAX_LINE_BYTES:,} bytes",
    ),
    first_malformed=kernel.NO_HEADER,
    left_out=(kernel.OTHER_METRIC, kernel.TRANSACTION, kernel.LOCUST_SUMS),
    expects="JMeter's CSV, k6's CSV or JSON, Locust's request log, or columns start, latency_ms, "
    "ok",
)


@dataclass(frozen=True)
class Requests:
    """Requests in the order of the file.

    start_s: when each was sent, since the first, shape (requests,)
    latency_ms: until the answer was complete, shape (requests,)
    ok: whether it succeeded, shape (requests,)
    report: what became of every line
    """

    start_s: Floats
    latency_ms: Floats
    ok: NDArray[np.bool_]
    report: lines.Report

    def __len__(self) -> int:
        return self.start_s.size


def read(source: Source, max_bytes: int = MAX_BYTES) -> Requests:
    """Read the result of a load test, request by request.

    Parameters
    ----------
    source : a path, the file's bytes, or an open file; gzip and zstd are unpacked. JMeter's CSV
        with or without a header, k6's CSV or JSON lines (``--out csv=`` and ``--out json=``),
        Locust's request log (``locust.contrib.csv_request_logger``), or columns with names such as
        start, latency_ms and ok.
    max_bytes : largest size of the unpacked file

    Returns
    -------
    Requests
        Their ``report`` accounts for every line.

    Raises
    ------
    ValueError
        If the file cannot be unpacked, or holds no request: Locust's own statistics hold none.

    Notes
    -----
    Leaves out: JMeter's XML and its statistical samples (several requests a line); k6's metrics
    other than HTTP requests; which page or group a request belongs to.
    """
    found = lines.read(FORMAT, source, max_bytes)
    return Requests(
        np.ascontiguousarray(found.values[:, 0]),
        np.ascontiguousarray(found.values[:, 1]),
        found.values[:, 2] == 1.0,
        found.report,
    )
