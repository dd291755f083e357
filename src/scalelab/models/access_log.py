r"""A reader's own access log as load: from its lines to numbers.

>>> log = read(
...     b'192.0.2.7 - - [25/Nov/2026:08:30:00 +0100] "GET /product/17 HTTP/1.1" 200 512\n'
...     b'192.0.2.9 - - [25/Nov/2026:08:30:02 +0100] "POST /orders HTTP/1.1" 201 64\n'
...     b'192.0.2.7 - - [31/Nov/2026:08:30:03 +0100] "GET / HTTP/1.1" 200 512\n'
...     b'192.0.2.7 - - [25/Nov/2026:08:30:04 +0100] "GET /product/4?from=17 HTTP/1.1" 404 -\n')
>>> (log.time_s - log.time_s[0]).tolist(), log.client.tolist(), log.write.tolist()
([0.0, 2.0, 4.0], [0, 1, 0], [False, True, False])
>>> log.endpoints, log.targets
(('/product/*', '/orders'), ('/product/17', '/orders', '/product/4?from=17'))
>>> print(log.report)
3 requests in 4 lines
  3 × request
  1 × no such day or time, or not in the years 1970 to 2199
first malformed lines:
  line 3: no such day or time, or not in the years 1970 to 2199

What is understood, and how, is told in `scalelab.kernels.access_log`, which does the reading, here
as in the page.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels import access_log as kernel
from scalelab.kernels.jit import Bytes, Floats, Ints
from scalelab.kernels.text import MAX_LINE_BYTES
from scalelab.models import lines
from scalelab.models.files import MAX_BYTES, Source

FORMAT = lines.Format(
    name="access_log",
    parse=kernel.parse,
    values=("time_s", "client", "target", "endpoint", "write", "bytes"),
    noun="request",
    reasons=(
        "request",
        "blank line",
        "comment",
        "not a line of an access log",
        "quote that is not closed",
        "no request in it: method and path are wanted between the quotes",
        "not a time: it is written 25/Nov/2026:08:30:00 +0100",
        "no such day or time, or not in the years 1970 to 2199",
        "control character or not UTF-8: not text",
        f"longer than {MAX_LINE_BYTES:,} bytes",
    ),
    first_malformed=kernel.NOT_A_LOG_LINE,
    expects="an access log, as Apache and nginx write it",
    names={"target": kernel.target_names, "endpoint": kernel.endpoint_names},
)


@dataclass(frozen=True)
class AccessLog:
    """Requests in the order of the file: as a rule in whole seconds, some out of order.

    A lab takes it as ``own``: ``lab.table(own=log)``, ``lab.widget(own=log)``.

    values: one row of `scalelab.kernels.access_log.FIELDS` numbers for each request
    report: what became of every line

    The columns by name, each of shape (requests,):

    time_s: seconds since 1970 on the server's clock, that is, in the zone of the first request
    client, target, endpoint: numbers from 0 by first appearance
    write: whether the method is POST, PUT, PATCH or DELETE
    bytes: how many the log says were sent
    """

    values: Floats
    report: lines.Report
    _text: Bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def time_s(self) -> Floats:
        return self.values[:, kernel.TIME_S]

    @property
    def client(self) -> Ints:
        return self.values[:, kernel.CLIENT].astype(np.int64)

    @property
    def target(self) -> Ints:
        return self.values[:, kernel.TARGET].astype(np.int64)

    @property
    def endpoint(self) -> Ints:
        return self.values[:, kernel.ENDPOINT].astype(np.int64)

    @property
    def write(self) -> NDArray[np.bool_]:
        return self.values[:, kernel.WRITE].astype(np.bool_)

    @property
    def bytes(self) -> Floats:
        return self.values[:, kernel.BYTES]

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """What was asked for, as it is written in the file; ``targets[k]`` is target k."""
        return self.names("target")

    @cached_property
    def endpoints(self) -> tuple[str, ...]:
        """The targets' paths with ``*`` for ids; ``endpoints[k]`` is endpoint k."""
        return self.names("endpoint")

    def names(self, what: str) -> tuple[str, ...]:
        """Names of the "target" or "endpoint" by number, as a lab asks for them."""
        return lines.names_in(self._text, FORMAT.names[what])


def read(source: Source, max_bytes: int = MAX_BYTES) -> AccessLog:
    """Read an access log: every request, whatever its method and status.

    Parameters
    ----------
    source : a path, the file's bytes, or an open file; gzip and zstd are unpacked. Common or
        Combined Log Format, which nginx also writes by default.
    max_bytes : largest size of the unpacked file

    Returns
    -------
    AccessLog
        Its ``report`` accounts for every line.

    Raises
    ------
    ValueError
        If the file cannot be unpacked, or holds no request.

    Notes
    -----
    Leaves out: who stands behind one address (people behind one gateway are one client, and so is
    each of a proxy's), the agent, the status, how long an answer took.
    """
    found = lines.read(FORMAT, source, max_bytes)
    return AccessLog(found.values, found.report, found.text)
