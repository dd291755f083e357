r"""A reader's own history of load: from lines of days and loads to numbers.

>>> history = read(b"day, orders\n2026-11-25, 120\n2026-11-25, 30\n2026-11-27, 90\n2026-11-31, 5\n")
>>> history.first.isoformat(), history.loads.tolist()
('2026-11-25', [150.0, 0.0, 90.0])
>>> print(history.report)
3 observations in 5 lines
  3 × observation
  1 × header
  1 × no such day
first malformed lines:
  line 5: no such day

What is understood, and how, is told in `scalelab.kernels.requirement.history`, which does the
reading, here as in the page.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from scalelab.kernels.jit import Floats
from scalelab.kernels.requirement import history as kernel
from scalelab.models import lines
from scalelab.models.files import MAX_BYTES, Source

FORMAT = lines.Format(
    name="history",
    parse=kernel.parse,
    values=("day", "load"),
    noun="observation",
    reasons=(
        "observation",
        "header",
        "blank line",
        "comment",
        "too few columns: two are wanted, the day and the load, with a comma between",
        "too many columns: two are wanted, and a comma always separates (1000, not 1,000)",
        "not a day: it is written 2026-11-25, and a time may follow",
        "no such day",
        "not a number",
        "load below 0",
        "out of range: years 1970 to 2199, loads up to 1e15",
        "control character or not UTF-8: not text",
    ),
    first_malformed=kernel.TOO_FEW_COLUMNS,
    expects="a line for each day, its date and its load: 2026-11-25, 12345",
)
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class History:
    """Load day by day.

    first: the first day
    loads: the load of each day from then on, 0 where there is no observation, shape (days,)
    report: what became of every line
    """

    first: date
    loads: Floats
    report: lines.Report

    def __len__(self) -> int:
        return self.loads.size


def read(source: Source, max_bytes: int = MAX_BYTES) -> History:
    """Read a history: a day and its load on each line.

    Parameters
    ----------
    source : a path, the file's bytes, or an open file; gzip and zstd are unpacked. Between day and
        load is a comma, a semicolon or a tab; there may be a header, blank lines, and comments
        that start with #. Several observations of one day add up.
    max_bytes : largest size of the unpacked file

    Returns
    -------
    History
        Its ``report`` accounts for every line.

    Raises
    ------
    ValueError
        If the file cannot be unpacked, or holds no observation.
    """
    found = lines.read(FORMAT, source, max_bytes)
    days = found.values[:, 0].astype(np.int64)
    loads = np.bincount(days - days.min(), weights=found.values[:, 1])
    return History(EPOCH + timedelta(int(days.min())), loads.astype(np.float64), found.report)
