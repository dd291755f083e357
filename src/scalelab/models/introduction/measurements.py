r"""A reader's own measurements of throughput: from a few lines of text to numbers.

>>> measured = read(b"machines, requests/s\n1, 20\n4, 78\n\n8, 1,300\n")
>>> measured.n.tolist(), measured.throughput.tolist()
([1.0, 4.0], [20.0, 78.0])
>>> print(measured.report)
2 measurements in 5 lines
  2 × measurement
  1 × header
  1 × blank line
  1 × too many columns: two are wanted, and a comma always separates (1000, not 1,000)
first malformed lines:
  line 5: too many columns: two are wanted, and a comma always separates (1000, not 1,000)

What is understood, and how, is told in `scalelab.kernels.introduction.measurements`, which does the
reading, here as in the page.
"""

from dataclasses import dataclass

import numpy as np

from scalelab.kernels.introduction import measurements as kernel
from scalelab.kernels.jit import Floats
from scalelab.models import lines
from scalelab.models.files import MAX_BYTES, Source

FORMAT = lines.Format(
    name="measurements",
    parse=kernel.parse,
    values=("n", "throughput"),
    noun="measurement",
    reasons=(
        "measurement",
        "header",
        "blank line",
        "comment",
        "too few columns: two are wanted, the size and the throughput",
        "too many columns: two are wanted, and a comma always separates (1000, not 1,000)",
        "not a number",
        "size below 1",
        "throughput not above 0",
        "out of range: size up to 1e9, throughput 1e-9 to 1e18",
        "control character or not UTF-8: not text",
    ),
    first_malformed=kernel.TOO_FEW_COLUMNS,
    expects="a line for each measurement, how many machines and the throughput: 8, 130",
)


@dataclass(frozen=True)
class Measurements:
    """Throughput by size, in the order of the file.

    n: how many machines (or threads, or users), shape (measurements,)
    throughput: in what unit the file has it, shape (measurements,)
    report: what became of every line
    """

    n: Floats
    throughput: Floats
    report: lines.Report

    def __len__(self) -> int:
        return self.n.size


def read(source: Source, max_bytes: int = MAX_BYTES) -> Measurements:
    """Read measurements: two numbers a line, the size and the throughput.

    Parameters
    ----------
    source : a path, the file's bytes, or an open file; gzip and zstd are unpacked. Between the two
        numbers is a comma, a semicolon, a tab or blanks; there may be a header, blank lines, and
        comments that start with #.
    max_bytes : largest size of the unpacked file

    Returns
    -------
    Measurements
        Their ``report`` accounts for every line.

    Raises
    ------
    ValueError
        If the file cannot be unpacked, or holds no measurement.
    """
    found = lines.read(FORMAT, source, max_bytes)
    return Measurements(
        np.ascontiguousarray(found.values[:, 0]),
        np.ascontiguousarray(found.values[:, 1]),
        found.report,
    )
