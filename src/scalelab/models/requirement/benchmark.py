"""A load test judged against a promise, with how sure the judgement is.

    >>> test = built_in(minutes=10)
    >>> found = judge(test.start_s, test.latency_ms, test.ok, 0.99, 600.0, skip_s=60.0)
    >>> print(f"p99 {found.value_ms:.0f} ms; {found.naive_verdict} if all were independent")
    p99 556 ms; met if all were independent
    >>> low, high = found.interval_ms
    >>> print(f"{found.requests:,} count for {found.independent}: {low:.0f} to {high:.0f} ms")
    10,951 count for 729: 504 to 642 ms
    >>> found.latency_verdict, found.errors_verdict
    ('cannot tell', 'met')

The closed forms are in `scalelab.theory.requirement.benchmark`; files are read by
`scalelab.models.requirement.load_test_result`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalelab.kernels.jit import Floats
from scalelab.kernels.requirement import benchmark as kernel
from scalelab.kernels.requirement.load_test_result import MAX_LATENCY_MS
from scalelab.models.check import within

VERDICTS = ("met", "not met", "cannot tell")
MOST_MINUTES = 10_000
MOST_STALLED_S = 60.0

# An end that does not exist is None.
Interval = tuple[float | None, float | None]
Numbers = Sequence[float] | Floats


@dataclass(frozen=True)
class BuiltIn:
    """Requests of `built_in`, as `judge` takes them; each array has the shape (requests,)."""

    start_s: Floats
    latency_ms: Floats
    ok: NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """Result of `judge`.

    requests: that succeeded after the warm-up; the percentile is theirs.
    value_ms: the percentile
    naive_ms: its 95 % interval as if requests were independent
    interval_ms: its 95 % interval for requests as they are
    independent: how many independent requests would tell as much
    share_within: share answered within the threshold
    errors: share of failed requests; ``errors_interval`` is Wilson's, for as many as would be
        independent
    naive_verdict, latency_verdict, errors_verdict, verdict: each one of `VERDICTS`
    rate: requests a second
    needed: about how many requests would tell, if the latency's verdict is "cannot tell" and the
        share within the threshold is not just the percentile; otherwise None
    """

    requests: int
    value_ms: float
    naive_ms: Interval
    interval_ms: Interval
    independent: int
    share_within: float
    errors: float
    errors_interval: tuple[float, float]
    naive_verdict: str
    latency_verdict: str
    errors_verdict: str
    verdict: str
    rate: float
    needed: float | None


def built_in(minutes: int = 10, stall_s: float = 0.0, seed: int = 1) -> BuiltIn:
    """A load test of one server that takes requests one at a time, at 20 a second.

    Parameters
    ----------
    minutes : how long it is, 1 to 10,000.
    stall_s : the server stands still once, at 60 % of the test, for so long; 0 to 60 s.
    seed : any int; one seed gives one test.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Requests come at random (Poisson); a request takes 35 ms of the server on average
    (exponential), so that it is busy for 70 % of the time. The first takes twice as long,
    and this fades within half a minute. 3 in 1,000 fail, whatever the load.
    """
    within("minutes", minutes, 1, MOST_MINUTES)
    within("stall_s", stall_s, 0.0, MOST_STALLED_S, "s")
    test = kernel.built_in(int(minutes), float(stall_s), seed)
    return BuiltIn(test.start, test.ms, test.ok == 1.0)


def judge(
    start_s: Numbers,
    latency_ms: Numbers,
    ok: Sequence[bool] | NDArray[np.bool_],
    percentile: float = 0.99,
    threshold_ms: float = 500.0,
    most_errors: float = 0.01,
    skip_s: float = 0.0,
) -> Judgement:
    """Is a share ``percentile`` of the requests answered within ``threshold_ms``?

    Parameters
    ----------
    start_s : when each request was sent, in any order, from the test's beginning at 0 on.
    latency_ms : of each, 0 to 1e9 ms.
    ok : whether it succeeded. Failed requests count as errors, not in the percentile.
    percentile : as a share, 0.001 to 0.99999.
    threshold_ms : 0.001 to 1e9 ms.
    most_errors : share of failed requests that is allowed, 0 to 1.
    skip_s : what starts earlier is warming up, and left out; 0 to 1e9 s.

    Raises
    ------
    ValueError
        For lengths that differ, a number outside the ranges above, or if no request succeeded
        after the warm-up.

    Notes
    -----
    The naive interval takes two order statistics (W. Q. Meeker, G. J. Hahn and L. A. Escobar,
    "Statistical Intervals", 2017, section 5.2): exact for independent requests. The other one
    counts fewer of them, after E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998, with 20
    batches of successive requests as clusters.

    Leaves out: whether the test was like the real load; what its generator did not send while it
    waited (see `scalelab.models.requirement.load_test`); slow changes within the test, which make
    the interval wider but not right; requests as slow together as a batch is long, for which it is
    too narrow; whether 1 in 40 verdicts is wrong by chance, as each end of a 95 % interval allows.
    """
    within("percentile", percentile, 0.001, 0.99999, advice="a share, not a percentage")
    within("threshold_ms", threshold_ms, 0.001, MAX_LATENCY_MS, "ms")
    within("most_errors", most_errors, 0.0, 1.0, advice="a share, not a percentage")
    within("skip_s", skip_s, 0.0, 1e9, "s")
    arrays = [np.asarray(each, np.float64) for each in (start_s, latency_ms, ok)]
    lengths = [each.size for each in arrays]
    if len(set(lengths)) > 1 or any(each.ndim != 1 for each in arrays):
        raise ValueError(
            f"start_s, latency_ms and ok have {lengths} numbers; give three lists of one length"
        )
    if lengths[0]:
        within("start_s", float(arrays[0].min()), 0.0, 1e9, "s")
        within("start_s", float(arrays[0].max()), 0.0, 1e9, "s")
        within("latency_ms", float(arrays[1].min()), 0.0, MAX_LATENCY_MS, "ms")
        within("latency_ms", float(arrays[1].max()), 0.0, MAX_LATENCY_MS, "ms")
    test = kernel.given(np.stack(arrays, axis=1).ravel())
    values, failed = kernel.counted(test, float(skip_s))
    if not values.size:
        raise ValueError(
            f"no request succeeded from second {skip_s} on; leave out less, or test for longer"
        )
    row = np.zeros(kernel.COLUMNS)
    seconds = float(test.start[-1]) - skip_s
    ascending = np.sort(values)
    kernel.put_verdict(row, values, ascending, float(percentile), float(threshold_ms), seconds)
    kernel.put_errors(row, failed, float(most_errors))
    found = kernel.estimated(values, ascending, float(percentile))
    return Judgement(
        requests=values.size,
        value_ms=found.value,
        naive_ms=_between(ascending, found.naive_low, found.naive_high),
        interval_ms=_between(ascending, found.low, found.high),
        independent=found.independent,
        share_within=float(row[17]),
        errors=float(row[19]),
        errors_interval=(float(row[20]), float(row[21])),
        naive_verdict=VERDICTS[int(row[22])],
        latency_verdict=VERDICTS[int(row[23])],
        errors_verdict=VERDICTS[int(row[24])],
        verdict=VERDICTS[kernel.together(row[23], row[24])],
        rate=failed.size / seconds if seconds > 0.0 else 0.0,
        needed=float(row[28]) if row[29] else None,
    )


def _between(ascending: Floats, low: int, high: int) -> Interval:
    n = ascending.size
    return (
        float(ascending[low - 1]) if low > 0 else None,
        float(ascending[high - 1]) if high <= n else None,
    )
